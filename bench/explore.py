"""The explorer in Chromium: how soon it can be used, a node of 5,000 neighbours, and 500 nodes with 1,500 edges.

The network is made: one organization that leads, employs and belongs to 5,000 others, and 500 documents that build on
each other. It stands in a release of the curated data in place of that release's own network.
"""

import json
import shutil
import statistics
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from random import Random

from playwright.sync_api import Browser, Page, sync_playwright

from bench.measure import PLENARY, free_port, median, running, timed
from loaders.build import build
from ontology import iris
from queries import search
from queries.network import graph
from queries.network.graph import Network

HUB = "organization/bench-hub"
AROUND = {"document": 3000, "person": 1200, "organization": 500, "group": 300}
TIES = {"document": "contributes", "person": "employs", "organization": "parent", "group": "leads"}
NODES, EDGES = 500, 1500
RUNS = 5
Edge = tuple[str, str, str]
EXPAND = """() => new Promise((done) => {
  const told = document.getElementById("told"), began = performance.now();
  new MutationObserver((_, seen) => {
    if (!told.textContent.startsWith("Added:")) return;
    seen.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => done((performance.now() - began) / 1000)));
  }).observe(told, { childList: true, characterData: true, subtree: true });
  document.querySelector("[data-tool=expandAll]").click();
})"""
FRAMES = """(seconds) => new Promise((done) => {
  const found = []; let last = performance.now(); const end = last + 1000 * seconds;
  const tick = (now) => { found.push((now - last) / 1000); last = now; if (now < end) requestAnimationFrame(tick); else done(found.slice(1)); };
  requestAnimationFrame(tick);
})"""  # noqa: E501


def run() -> Iterator[str]:
    """First use, counts, expansion, and a large picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        store = Path(folder) / "store"
        summary = build(store, finish=[search.write, graph.write])
        yield from _served(store, player.chromium.launch(**_chromium()), own=True)
        graph.save(network(), summary.release.folder / graph.FILE)
        yield from _served(store, player.chromium.launch(**_chromium()), own=False)


def _served(store: Path, browser: Browser, own: bool) -> Iterator[str]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running([PLENARY, "serve", "--port", str(port), "--store", str(store)], base + "/explore"):
        yield from _first(browser, base) if own else [*_hub(browser, base), *_large(browser, base)]
    browser.close()


def _first(browser: Browser, base: str) -> Iterator[str]:
    for name, path in (("bare page", "/explore"), ("a preset", "/explore?preset=network-2030-new-ip")):
        times = [_ready(browser, base + path) for _ in range(RUNS)]
        yield f"/explore first usable, {name}, nothing cached: {median(times)}; to reach: under 1.5 s"


def _hub(browser: Browser, base: str) -> Iterator[str]:
    counts = f"{base}/api/neighbours?node={HUB}&limit=0"
    times = timed(lambda: urllib.request.urlopen(counts).read(), 20)
    told = json.loads(urllib.request.urlopen(counts).read())["things"]
    yield f"counts of {sum(one['count'] for one in told):,} neighbours: {median(times)}; to reach: under 200 ms"
    times = []
    for _ in range(RUNS):
        page = _open(browser, f"{base}/explore#n={HUB}@0,0&s={HUB}")
        times.append(page.evaluate(EXPAND))
        page.context.close()
    yield f"expanded to the first picture: {median(times)}; to reach: under 1 s"


def _large(browser: Browser, base: str) -> Iterator[str]:
    places = ";".join(f"document/bench-{n}@{n % 25 * 120},{n // 25 * 90}" for n in range(NODES))
    address = f"{base}/explore#n={places}"
    times = [_ready(browser, address) for _ in range(RUNS)]
    page = _open(browser, address)
    edges = page.evaluate("document.getElementById('graph')._cyreg.cy.edges().length")
    yield f"{NODES} nodes and {edges:,} edges restored from an address: {median(times)}"
    for name, act in (("panning", _pan), ("zooming", _zoom), ("dragging a node", _drag)):
        found = act(page)
        high = statistics.quantiles(found, n=20)[-1]
        yield (
            f"frames while {name}: median {1000 * statistics.median(found):.0f} ms, "
            f"95 of 100 under {1000 * high:.0f} ms, worst {1000 * max(found):.0f} ms"
        )
    page.context.close()


def _pan(page: Page) -> list[float]:
    return _while(page, lambda step: page.mouse.move(400 + 5 * step, 500 + 2 * step), 340, 480)


def _zoom(page: Page) -> list[float]:
    page.mouse.move(500, 560)
    return _while(page, lambda step: page.mouse.wheel(0, -60 if step % 30 < 15 else 60))


def _drag(page: Page) -> list[float]:
    spot = page.evaluate(
        "() => { const { cy } = document.getElementById('graph')._cyreg;"
        " const box = cy.container().getBoundingClientRect();"
        " const at = cy.getElementById('document/bench-262').renderedPosition(); return [box.x + at.x, box.y + at.y] }"
    )
    return _while(page, lambda step: page.mouse.move(spot[0] + 3 * step, spot[1] + step), *spot)


def _while(page: Page, act: object, *press: float) -> list[float]:
    """Seconds between frames while a pointer does something sixty times."""
    assert callable(act)
    page.evaluate(f"void (window.frames_ = ({FRAMES})(2.5))")
    if press:
        page.mouse.move(*press)
        page.mouse.down()
    for step in range(60):
        act(step)
    page.mouse.up()
    found = page.evaluate("window.frames_")
    page.wait_for_timeout(500)
    return [float(one) for one in found]


def _ready(browser: Browser, address: str) -> float:
    """Seconds from the request to a page that can be used, in a browser that has nothing kept."""
    page = _open(browser, address)
    took = page.evaluate("performance.getEntriesByName('plenary-ready')[0].startTime / 1000")
    page.context.close()
    return float(took)


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    page.wait_for_selector("html[data-ready]", timeout=60_000)
    return page


def _chromium() -> dict[str, object]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return {"executable_path": found, "args": ["--no-sandbox", "--disable-gpu"]}


def edges() -> Iterator[Edge]:
    """The hub with its neighbours, and documents that build on each other."""
    for kind, count in AROUND.items():
        for number in range(count):
            yield HUB, f"{kind}/around-{number}", TIES[kind]
    random = Random(4)
    made: set[tuple[int, int]] = set()
    while len(made) < EDGES:
        pair = random.sample(range(NODES), 2)
        made.add((pair[0], pair[1]))
    for tail, head in sorted(made):
        yield f"document/bench-{tail}", f"document/bench-{head}", "basedOn"


def network() -> Network:
    """The edges as a network; each with an invented claim."""
    found = list(edges())
    made = Network(sorted({iris.THINGS + end for edge in found for end in edge[:2]}))
    made.tail = [made.index[iris.THINGS + edge[0]] for edge in found]
    made.head = [made.index[iris.THINGS + edge[1]] for edge in found]
    made.kind = [edge[2] for edge in found]
    made.role = made.start = made.end = [""] * len(found)
    made.claim = [iris.thing("participation", f"bench-{number}") for number in range(len(found))]
    made.confidence = ["observed"] * len(found)
    made.label = [address.rpartition("/")[2].replace("-", " ") for address in made.address]
    made.zh = made.classes = [""] * len(made.address)
    made.countries = [{} for _ in made.address]
    return made
