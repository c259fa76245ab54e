"""A real Virtuoso as the store: it takes a release, and then says what the embedded store says."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from asked import address
from conftest import Server, start, stop
from pyoxigraph import Literal
from virtuoso import PASSWORD, Virtuoso, running

from ontology import iris, releases
from queries import saved, search
from queries.errors import QueryFailed, QuerySyntax, QueryTimeout
from queries.network import graph
from queries.publish import PublishFailed, Target, publish
from queries.store import Rows, Store, Term, open_store
from server.served import Config, Served, own

pytestmark = pytest.mark.server
NUMBERS = {"integer", "decimal", "double", "float", "int"}
PAGES = ["/", "/id/organization/huawei", "/id/group/iso-iec-jtc-1-wg-11", "/queries/table-8-wg-11-officers",
         "/paths?from=Huawei&to=FG-NET-2030", "/explore?node=organization/huawei", "/search?q=huawei",
         "/sparql", "/queries", "/report"]  # fmt: skip
OTHERS = [
    ("introduction-to-maturity", {"country": "country/kr", "technology": "technology/iot"}),
    ("introduction-to-maturity", {"technology": "", "body": "body/itu", "rule": "plen:headquarters"}),
    ("introduction-to-maturity", {"country": "", "body": ""}),
    ("introduction-to-maturity-claims", {"country": "country/us", "technology": "technology/5g", "body": "body/itu"}),
    ("introduction-to-maturity-claims", {"technology": "", "body": "", "rule": ""}),
    ("introduction-to-maturity-claims", {"country": "", "technology": "technology/iot"}),
    ("pattern-by-technology", {"country": "country/us", "body": "body/itu"}),
    ("pattern-by-technology", {"country": "country/kr", "body": "body/iso", "rule": "plen:headquarters"}),
    ("pattern-by-technology", {"country": "", "rule": ""}),
]
LONG = 120.0  # seconds, for a busy machine and a plan that Virtuoso chose badly
Ask = Callable[[str], Rows]


@contextmanager
def published(release: Path, folder: Path) -> Iterator[Virtuoso]:
    """A new Virtuoso with the release."""
    with running(folder) as found:
        target = Target(found.update, found.graphs, "dba", PASSWORD)
        publish(releases.current(release), target, found.sparql)
        target.close()
        yield found


@pytest.fixture(scope="module")
def virtuoso(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    with published(release, tmp_path_factory.mktemp("virtuoso")) as found:
        yield found


@pytest.fixture(scope="module")
def stores(release: Path, virtuoso: Virtuoso) -> Iterator[tuple[Store, Store]]:
    both = open_store(release), open_store(virtuoso.sparql)
    yield both
    for store in both:
        store.close()


@pytest.fixture(scope="module")
def asked(stores: tuple[Store, Store], release: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The rows of a query on Virtuoso.

    Its plans rest on a random sample of its tables, and one in some hundred does not end in any time: such a query is
    asked of a new one, which has a sample of its own.
    """

    def ask(text: str) -> Rows:
        try:
            return stores[1].select(text, limit=LONG / 2)
        except QueryTimeout:
            with (
                published(release, tmp_path_factory.mktemp("again")) as other,
                closing(open_store(other.sparql)) as store,
            ):
                return store.select(text, limit=LONG)

    return ask


@pytest.fixture(scope="module")
def far(virtuoso: Virtuoso) -> Iterator[Server]:
    """A server whose store is Virtuoso."""
    server = start(virtuoso.sparql, limit=30)
    yield server
    stop(server)


def value(term: Term | None) -> object:
    """What a term says: numbers by value, a language in small letters, what GROUP_CONCAT joined in any order."""
    if not isinstance(term, Literal):
        return term
    kind = term.datatype.value.rpartition("#")[2]
    if kind in NUMBERS:
        return round(Decimal(term.value), 9).normalize()
    return tuple(sorted(re.split("; | ", term.value))), kind, (term.language or "").lower()


def values(rows: Rows) -> Counter[tuple[object, ...]]:
    return Counter(tuple(map(value, row)) for row in rows.rows)


@pytest.mark.parametrize("slug", sorted(slug for slug, query in saved.catalogue().items() if not query.needs))
def test_a_saved_query_gives_the_same_rows_on_virtuoso(stores: tuple[Store, Store], asked: Ask, slug: str) -> None:
    here, there = stores[0].select(saved.find(slug).text, limit=LONG), asked(saved.find(slug).text)
    assert there.variables == here.variables
    assert values(there) == values(here)
    assert here.rows


@pytest.mark.parametrize(("slug", "parameters"), OTHERS, ids=str)
def test_a_pattern_gives_the_same_rows_on_virtuoso_for_others(
    stores: tuple[Store, Store], asked: Ask, slug: str, parameters: dict[str, str]
) -> None:
    filled = {name: [address(text)] if text else [] for name, text in parameters.items()}
    text = saved.bind(saved.find(slug), filled)
    here, there = stores[0].select(text, limit=LONG), asked(text)
    assert values(there) == values(here)
    assert here.rows


@pytest.mark.parametrize(
    "sparql",
    [graph.EDGES.read_text(), graph.LABELS, graph.CHINESE, graph.CLASSES, graph.COUNTRIES, graph.LISTINGS,
     graph.MILESTONES, graph.UNKNOWNS, search.NAMES, search.CLASSES, search.DEGREES],
    ids=["edges", "labels", "chinese", "classes", "countries", "listings", "milestones", "unknowns", "names", "kinds",
         "degrees"],
)  # fmt: skip
def test_the_network_and_the_names_are_the_same_on_virtuoso(stores: tuple[Store, Store], sparql: str) -> None:
    here, there = (store.select(sparql) for store in stores)
    assert values(there) == values(here)
    assert here.rows


def test_virtuosos_own_graphs_are_not_seen(stores: tuple[Store, Store]) -> None:
    here, there = stores
    assert there.graphs == here.graphs
    for query in ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
                  "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"):  # fmt: skip
        assert values(there.select(query)) == values(here.select(query))


def test_a_store_elsewhere_tells_its_release(release: Path, virtuoso: Virtuoso) -> None:
    far, here = Served(Config(store=virtuoso.sparql)), releases.current(release)
    try:
        assert (far.release, far.digest) == (str(here.number), here.digest)
        assert far.date == here.about["built"][:10]
        assert [source.label for source in far.sources]
    finally:
        far.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_works_on_virtuoso(far: Server, path: str) -> None:
    assert "release 1" in far.page(path)


def test_rules_stand_side_by_side_the_same_on_virtuoso(server: Server, far: Server, stores: tuple[Store, Store]) -> None:
    path = "/queries/figure-of-organizations.csv?_beside=attributionRule"
    here, there = (one.ask(path).text.replace(".0,", ",") for one in (server, far))
    assert sorted(there.splitlines()) == sorted(here.splitlines())
    unknown = own("unknown-under-rule", rule=iris.NS + "delegation")
    assert [store.select(unknown).rows for store in stores] == [[], []]  # of a release without records


def test_paths_and_things_are_told_the_same_on_virtuoso(server: Server, far: Server) -> None:
    for path in ("/api/paths?from=Huawei&to=FG-NET-2030&k=3", "/api/neighbours?node=organization/huawei"):
        here, there = (one.ask(path, "application/json") for one in (server, far))
        assert there.status == 200
        assert there.text.replace(far.url, server.url) == here.text
    tagged = far.ask("/api/neighbours?node=organization/huawei", "application/json")
    again = far.ask(
        "/api/neighbours?node=organization/huawei", "application/json", If_None_Match=tagged.headers["ETag"]
    )
    assert again.status == 304


def test_a_query_past_virtuosos_limits_is_an_error_and_no_part(stores: tuple[Store, Store], far: Server) -> None:
    _, there = stores
    with pytest.raises(QueryFailed, match="only a part"):
        there.select("SELECT ?s ?p ?o { ?s ?p ?o }")  # more than its 10,000 rows
    with pytest.raises(QueryTimeout):
        there.select("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (STR(?a) > STR(?f)) }", limit=1)
    with pytest.raises(QuerySyntax):
        there.select("SELECT ?s { ?s ?p }")
    reply = far.ask("/sparql?query=" + quote("SELECT ?s ?p ?o { ?s ?p ?o }"), "application/sparql-results+json")
    assert reply.status == 503
    assert "only a part" in reply.text


def test_publishing_again_replaces_the_release_whole(release: Path, virtuoso: Virtuoso) -> None:
    own, target = releases.current(release), Target(virtuoso.update, user="dba", password=PASSWORD)
    target.run("INSERT DATA { GRAPH <https://w3id.org/plenary/graph/great-game> { <http://a> <http://b> 1 } }")
    publish(own, target, virtuoso.sparql)  # by updates this time
    target.close()
    store = open_store(virtuoso.sparql)
    counted = store.select("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    store.close()
    assert sum(int(row[1].value) for row in counted.rows if isinstance(row[1], Literal)) == own.statements
    assert "staging" not in str(counted)


def test_nobody_publishes_without_the_right_to(release: Path, virtuoso: Virtuoso) -> None:
    target = Target(virtuoso.update, virtuoso.graphs, "dba", "wrong")
    with pytest.raises(PublishFailed, match="may not write"):
        publish(releases.current(release), target)
    target.close()
