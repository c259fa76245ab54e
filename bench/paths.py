"""Paths on a network of the size and shape of the 3GPP set: `/api/paths`, and the search beside networkx.

Networkx gets the same edges and the same costs; hub and date rules are off in both, and only pairs count whose ten
best paths have at most six hops.
"""

import csv
import os
import re
import tarfile
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median as middle

from bench.measure import median, timed
from loaders.build import build
from ontology import iris
from queries import search
from queries.network import graph
from queries.network.costs import cost
from queries.network.graph import Network
from queries.network.paths import best
from queries.network.view import Filter, view
from server.app import create_app
from server.served import Config

SHARED = Path(os.environ.get("PLENARY_SHARED", Path(__file__).parents[2] / "shared"))
PERSON = re.compile(r"^- person:\n(.*?)(?=^\S)", re.MULTILINE | re.DOTALL)
CONTENT = re.compile(r"(?:content|completename): *(?:content: *)?(.+)")
GROUP = re.compile(r"^ *- name: (\S+)\n +type: (?:prime|other)", re.MULTILINE)
PAIRS, HOPS, K = 40, 6, 10
Edge = tuple[str, str, str, str]


def run() -> Iterator[str]:
    """Size, time to load, the search, its peer, and the whole answer over the app."""
    with tempfile.TemporaryDirectory() as folder:
        made = network(list(edges()))
        yield f"network made from the 3GPP set: {len(made.address):,} nodes, {len(made.claim):,} edges"
        graph.save(made, Path(folder) / graph.FILE)
        yield f"network read from its file at start: {median(timed(lambda: reload(made, Path(folder)), 1))}"
        pairs = list(usable(made))
        own, costs = search_all(made, pairs)
        yield f"10 best paths within 6 hops, the search alone: {median(own)}"
        whole = median(answers(made, pairs, Path(folder)))
        yield f"the same through /api/paths: {whole}; to reach: median under 50 ms, none over 1 s"
        peer, theirs = networkx_all(made, pairs)
        yield f"networkx.shortest_simple_paths with the same costs: {median(peer)}"
        yield f"same costs of all {len(pairs)} answers: {costs == theirs}"
        yield f"ratio of medians: {middle(peer) / middle(own):.1f} times as fast as networkx; to reach: at least 3"


def edges() -> Iterator[Edge]:
    """Employer to person, person to document, document to group, group to body, parent to subsidiary."""
    known: set[tuple[str, str]] = set()
    with tarfile.open(SHARED / "data" / "relaton-3gpp.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is None or not member.name.endswith(".yaml"):
                continue
            text = file.read().decode()
            document = "document/" + iris.slugify(Path(member.name).stem)
            for block in PERSON.findall(text):
                name, _, employer = block.partition("affiliation:")
                person = "person/" + (iris.slugify(" ".join(CONTENT.findall(name))) or "unknown")
                firm = "organization/" + (iris.slugify(" ".join(CONTENT.findall(employer))) or "unknown")
                yield person, document, "leads", "rapporteur"
                if (firm, person) not in known:
                    known.add((firm, person))
                    yield firm, person, "employs", ""
            for group in dict.fromkeys(GROUP.findall(text)):
                yield document, "group/" + iris.slugify(group), "developedIn", ""
                if (group, "") not in known:
                    known.add((group, ""))
                    yield "group/" + iris.slugify(group), "body/3gpp", "partOf", ""
    with (SHARED / "data" / "organizations-3gpp-ietf.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            above, below = iris.slugify(row["subsidiary of / alias of"]), iris.slugify(row["name"])
            if above and below and above != below:
                yield f"organization/{above}", f"organization/{below}", "parent", ""


def network(found: list[Edge]) -> Network:
    """The edges as a network; each with an invented claim."""
    made = Network(sorted({iris.THINGS + end for edge in found for end in edge[:2]}))
    made.tail = [made.index[iris.THINGS + edge[0]] for edge in found]
    made.head = [made.index[iris.THINGS + edge[1]] for edge in found]
    made.kind = [edge[2] for edge in found]
    made.role = [iris.NS + edge[3] if edge[3] else "" for edge in found]
    made.claim = [iris.thing("participation", f"bench-{number}") for number in range(len(found))]
    made.start = made.end = [""] * len(found)
    made.confidence = ["observed"] * len(found)
    made.label = [address.rpartition("/")[2] for address in made.address]
    made.zh = made.classes = [""] * len(made.address)
    made.countries = [{} for _ in made.address]
    return made


def reload(made: Network, folder: Path) -> None:
    """Read the network back from its file, and prepare what a search needs of it."""
    made_lists = graph.load(folder / graph.FILE)
    assert len(made_lists.out) == len(made_lists.into) == len(made.address)


def usable(made: Network) -> Iterator[tuple[int, int]]:
    """Companies and people to groups and bodies, with ten best paths of at most six hops though more are allowed."""
    random = Random(4)
    tails = [n for n, kind in enumerate(made.kinds) if kind in ("organization", "person") and len(made.out[n]) > 1]
    heads = [n for n, kind in enumerate(made.kinds) if kind in ("group", "body")]
    seen, count = view(made, Filter(hubs=True)), 0
    while count < PAIRS:
        tail, head = random.choice(tails), random.choice(heads)
        paths = best(seen, tail, head, K, 20).paths
        if len(paths) == K and all(len(path.edges) <= HOPS for path in paths):
            count += 1
            yield tail, head


def search_all(made: Network, pairs: list[tuple[int, int]]) -> tuple[list[float], list[list[int]]]:
    """Seconds and costs of each answer, from a network that no search has touched."""
    made.kept.clear()
    times, costs = [], []
    for tail, head in pairs:
        began = time.perf_counter()
        found = best(view(made, Filter(hubs=True)), tail, head, K, HOPS)
        times.append(time.perf_counter() - began)
        costs.append([path.cost for path in found.paths])
    return times, costs


def networkx_all(made: Network, pairs: list[tuple[int, int]]) -> tuple[list[float], list[list[int]]]:
    """The same from networkx."""
    import networkx

    drawn = networkx.DiGraph()
    for edge, ends in enumerate(zip(made.tail, made.head, strict=True)):
        known = drawn.edges[ends]["weight"] if drawn.has_edge(*ends) else 1 << 30
        drawn.add_edge(*ends, weight=min(known, cost(made, edge)))
    times, costs = [], []
    for tail, head in pairs:
        began = time.perf_counter()
        paths = list(islice(networkx.shortest_simple_paths(drawn, tail, head, weight="weight"), K))
        times.append(time.perf_counter() - began)
        costs.append([int(networkx.path_weight(drawn, path, "weight")) for path in paths])
    return times, costs


def answers(made: Network, pairs: list[tuple[int, int]], folder: Path) -> list[float]:
    """Seconds of whole answers of the app, default rules, evidence looked up in the curated store."""
    build(folder / "store", finish=[search.write, graph.write])
    app = create_app(Config(store=folder / "store"))
    served = app.extensions["plenary"]
    served.network = made
    client, times = app.test_client(), []
    try:
        for tail, head in pairs:
            given = {"from": made.address[tail], "to": made.address[head], "k": str(K), "max_hops": str(HOPS)}
            began = time.perf_counter()
            assert client.get("/api/paths", query_string=given).status_code == 200
            times.append(time.perf_counter() - began)
    finally:
        served.close()
    return times
