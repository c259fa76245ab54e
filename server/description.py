"""The SPARQL 1.1 Service Description of `/sparql`."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple
from pyoxigraph import serialize as write

from ontology import iris
from ontology.terms import PREFIXES, RDF_TYPE, XSD
from server.answers import RDF, TABLES
from server.served import Served

SD, VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
FORMATS = "http://www.w3.org/ns/formats/"
NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
}


def serialize(served: Served, endpoint: str, media_type: str) -> bytes:
    """The description in one of the RDF formats."""
    format_ = RdfFormat.from_media_type(media_type)
    prefixes = PREFIXES | {"sd": SD, "void": VOID, "formats": FORMATS}
    return write(triples(served, endpoint), format=format_, prefixes=prefixes) or b""


def triples(served: Served, endpoint: str) -> Iterator[Triple]:
    """The service, what it can do, and its graphs with the number of statements in each."""
    service, dataset, union = NamedNode(endpoint), BlankNode("dataset"), BlankNode("union")
    yield Triple(service, RDF_TYPE, _sd("Service"))
    yield Triple(service, _sd("endpoint"), service)
    yield Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for media_type in (*TABLES, *RDF):
        yield Triple(service, _sd("resultFormat"), NamedNode(FORMATS + NAMES[media_type]))
    yield Triple(service, _sd("defaultDataset"), dataset)
    yield Triple(dataset, RDF_TYPE, _sd("Dataset"))
    yield Triple(dataset, _sd("defaultGraph"), union)
    yield Triple(union, RDF_TYPE, _sd("Graph"))
    counts = served.store.release.about["graphs"] if served.store.release else {}
    if counts:
        yield _count(union, sum(counts.values()))
    for number, address in enumerate(sorted(served.store.graphs)):
        entry, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Triple(dataset, _sd("namedGraph"), entry)
        yield Triple(entry, RDF_TYPE, _sd("NamedGraph"))
        yield Triple(entry, _sd("name"), NamedNode(address))
        yield Triple(entry, _sd("graph"), graph)
        yield Triple(graph, RDF_TYPE, _sd("Graph"))
        if (name := address.removeprefix(iris.GRAPHS)) in counts:
            yield _count(graph, counts[name])


def _count(graph: BlankNode, count: int) -> Triple:
    return Triple(graph, NamedNode(VOID + "triples"), Literal(str(count), datatype=NamedNode(XSD + "integer")))


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
