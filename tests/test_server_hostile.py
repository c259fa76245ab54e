"""Names that try to be more than text: a whole release of them, in every page, picture and file, and in the address."""

import csv
import io
import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from conftest import HTML, ROOT, Server, start, stop
from playwright.sync_api import Page, expect
from test_server_explore import download, names, ready

from loaders.build import build
from queries import search
from queries.network import graph

pytestmark = pytest.mark.server
WORLD = Path(__file__).parent / "world" / "tables"
SCRIPT = '</script><script>window.pwned=1</script><img src=x onerror="window.pwned=1">\'"&amp;<!--'
BAD = {
    "organizations": {"acme": f"=1+1{SCRIPT}", "acme-labs": "@SUM(A1)\u202eevil\u202d", "sea-ministry": "وزارة البحر & co"},
    "people": {"ann-lee": '-2+3"><svg onload="window.pwned=1">'},
    "groups": {"asb-tc-1": "+TC {{ 7*7 }} ${7*7} <b>1</b>"},
}  # fmt: skip


def spoilt(folder: Path) -> Path:
    """The invented world with bad names in place of its own."""
    tables = Path(shutil.copytree(WORLD, folder / "tables"))
    for table, bad in BAD.items():
        file = tables / "invented" / f"{table}.csv"
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        with file.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, list(rows[0]))
            writer.writeheader()
            writer.writerows(row | {"name": bad.get(row["slug"], row["name"])} for row in rows)
    return tables


@pytest.fixture(scope="module")
def bad_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hostile")
    build(place / "store", folder=spoilt(place), finish=[search.write, graph.write])
    return place / "store"


@pytest.fixture(scope="module")
def hostile(bad_release: Path) -> Iterator[Server]:
    server = start(bad_release, limit=5)
    yield server
    stop(server)


@pytest.fixture
def watched(page: Page, hostile: Server) -> Iterator[Page]:
    """A page on which no script of a name may run, no dialog open and nothing be asked of anybody else."""
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("console", lambda said: told.append(said.text) if "Content Security Policy" in said.text else None)
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((hostile.url, "data:", "blob:")) else told.append(asked.url),
    )
    yield page
    assert page.evaluate("window.pwned") is None
    assert told == []


@pytest.mark.browser
def test_the_explorer_shows_bad_names_as_text(watched: Page, hostile: Server) -> None:
    watched.goto(hostile.url + "/explore?node=organization/acme")
    ready(watched)
    assert {BAD["organizations"]["acme"], BAD["people"]["ann-lee"]} <= names(watched)
    assert watched.locator("main img, main script:not([type='application/json'])").count() == 0
    expect(watched.locator("#panel h2")).to_contain_text("=1+1</script>")


@pytest.mark.browser
def test_every_file_of_the_explorer_keeps_bad_names_as_text(watched: Page, hostile: Server) -> None:
    watched.goto(hostile.url + "/explore?node=organization/acme")
    ready(watched)
    acme = BAD["organizations"]["acme"]
    for label in ("SVG", "GraphML", "GEXF (Gephi)"):
        root = ET.fromstring(download(watched, label))
        said = "".join(root.itertext()) + "".join(value for one in root.iter() for value in one.attrib.values())
        assert acme in said or "</script>" in said, label
        assert not [one for one in root.iter() if one.tag.rpartition("}")[2] in ("script", "img", "b")], label
    rows = list(csv.reader(io.StringIO(download(watched, "CSV"))))
    assert f"'{acme}" in {cell for row in rows for cell in row}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    labels = [one["rdfs:label"][0]["@value"] for one in json.loads(download(watched, "JSON-LD"))["@graph"]]
    assert acme in labels


@pytest.mark.browser
def test_the_standalone_page_keeps_bad_names_as_text(page: Page, hostile: Server, tmp_path: Path) -> None:
    query = urlencode(
        {"node": ["organization/acme", "person/ann-lee"], "title": SCRIPT, "filters": SCRIPT, "view": SCRIPT},
        doseq=True,
    )
    reply = hostile.ask(f"/explore/standalone.html?{query}", HTML)
    assert reply.status == 200
    (tmp_path / "alone.html").write_bytes(reply.body)
    page.goto((tmp_path / "alone.html").as_uri())
    expect(page.locator("#network canvas")).to_be_visible()
    expect(page.locator("table")).to_contain_text(BAD["organizations"]["acme"])
    expect(page.locator("h1")).to_have_text(SCRIPT)
    assert page.locator("img").count() == 0
    assert page.evaluate("window.pwned") is None


@pytest.mark.browser
@pytest.mark.parametrize("path", [
    "/paths?from=organization/acme&to=group/asb-tc-1&drop=1", "/id/organization/acme", "/id/group/asb-tc-1",
    "/explore?node=" + quote(SCRIPT), "/explore?from=" + quote(SCRIPT) + "&to=ASB", "/explore#n=" + quote(SCRIPT),
    "/explore#s=" + quote(SCRIPT) + "&country=" + quote(SCRIPT), "/paths?from=" + quote(SCRIPT) + "&to=" + quote(SCRIPT),
    "/paths?from=acme&to=ASB&kind=" + quote(SCRIPT), "/explore?preset=" + quote(SCRIPT), "/explore?query=" + quote(SCRIPT),
    "/search?q=" + quote("script"),
])  # fmt: skip
def test_no_page_runs_what_a_name_or_the_address_says(watched: Page, hostile: Server, path: str) -> None:
    watched.goto(hostile.url + path)
    watched.wait_for_load_state("networkidle")
    assert watched.locator("main img, main b").count() == 0


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_the_network_as_a_file_keeps_bad_names_as_text(bad_release: Path, form: str) -> None:
    root = ET.fromstring(exported(bad_release, form))
    said = [*root.itertext(), *(value for one in root.iter() for value in one.attrib.values())]
    assert BAD["organizations"]["acme"] in said
    assert BAD["people"]["ann-lee"] in said


def test_no_cell_of_the_network_as_csv_is_a_formula(bad_release: Path) -> None:
    rows = list(csv.reader(io.StringIO(exported(bad_release, "csv"))))
    cells = {cell for row in rows for cell in row}
    assert {f"'{BAD['organizations']['acme']}", f"'{BAD['people']['ann-lee']}"} <= cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def exported(release: Path, form: str) -> str:
    line = [sys.executable, "-m", "server.cli", "export", form, "--store", str(release)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, check=True).stdout.decode()


def test_a_name_in_a_sentence_does_not_turn_the_words_around_it(hostile: Server) -> None:
    found = json.loads(hostile.ask("/api/paths?from=organization/sea-ministry&to=organization/acme-labs").text)
    assert "\u2068وزارة البحر & co\u2069 oversees" in found["paths"][0]["sentence"]
    assert "\u2068@SUM(A1)\u202eevil\u202d\u2069" in found["paths"][0]["sentence"]
