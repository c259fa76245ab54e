"""Saved queries and pages over HTTP, beside the same query in one process."""

import http.client
import itertools
import urllib.parse
from collections.abc import Iterator
from statistics import median as middle

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

from bench.measure import PLENARY, free_port, median, running, timed
from ontology import releases
from queries.saved import catalogue

JSON = "application/sparql-results+json"
PAGES = (
    "/", "/queries", "/queries/table-8-wg-11-officers", "/id/organization/huawei", "/id/group/itu-t-q11-15",
    "/search?q=huawei", "/sparql", "/id/country/cn", "/id/note/great-game-205", "/report",
    "/report/table-4", "/explore",
)  # fmt: skip


def run() -> Iterator[str]:
    """All figures over HTTP, each server alone on its port."""
    release = releases.current(releases.DEFAULT)
    store = Store()
    store.bulk_load(path=release.dump, format=RdfFormat.N_QUADS)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with running([PLENARY, "serve", "--port", str(port)], base + "/"):
        yield from _saved(store, port)
        yield from _pages(port)


def _saved(store: Store, port: int) -> Iterator[str]:
    """Median over all saved queries of the difference between HTTP and one process, and the slowest query."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    extra, inside, numbers = {}, {}, itertools.count()
    for slug, query in catalogue().items():

        def here(text: str = query.text) -> None:
            found = store.query(text, use_default_graph_as_union=True)
            if isinstance(found, QuerySolutions):
                found.serialize(format=QueryResultsFormat.JSON)

        def there(text: str = query.text) -> None:
            anew = f"{text}\n# {next(numbers)}"  # else the answer is one that was kept
            _get(connection, "/sparql?" + urllib.parse.urlencode({"query": anew}))

        inside[slug] = middle(timed(here, 9))
        extra[slug] = middle(timed(there, 9)) - inside[slug]
    slowest = max(inside, key=lambda slug: inside[slug])
    most = max(extra, key=lambda slug: extra[slug])
    yield f"{len(inside)} saved queries in one process: median {middle(inside.values()) * 1000:.2f} ms"
    yield f"slowest of them: {slowest}, {inside[slowest] * 1000:.1f} ms; to reach: under 100 ms each"
    yield f"the same over HTTP: {middle(extra.values()) * 1000:.2f} ms more at the median; to reach: at most 5 ms"
    yield f"most added: {most}, {extra[most] * 1000:.2f} ms"


def _pages(port: int) -> Iterator[str]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for page in (*PAGES, *(f"/queries/{slug}" for slug in catalogue())):
        times = timed(lambda page=page: _get(connection, page), 5)  # type: ignore[misc]
        if page in PAGES:
            yield f"page {page}: {median(times)}; to reach: under 200 ms"
        elif middle(times) > 0.2:
            yield f"page {page}: {median(times)}; OVER 200 ms"


def _get(connection: http.client.HTTPConnection, path: str) -> bytes:
    best, other = ("text/html", JSON) if path in PAGES else (JSON, "text/html")
    connection.request("GET", path, headers={"Accept": f"{best}, {other};q=0.5"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")
    return body
