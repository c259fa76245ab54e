"""Whatever characters a literal holds, each format gives them back; XML, which cannot hold some, gives U+FFFD."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from pools import ONE, opened, place
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from queries.errors import NotAcceptable, QuerySyntax
from queries.store import CheckedStore

CONTROLS = "".join(map(chr, range(1, 0xA0)))
STRANGE = "\u00a0\u2028\u2029\ud7ff\ue000\ufdd0\ufffe\uffff\U0001fffe\U0010ffff"
TEXT = CONTROLS + STRANGE + "\"\"\" ''' \\u0041 ]]> </script> &amp; \r\n\r end"
# XML 1.0, production Char: what is not in it cannot be written, not even as a reference.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
IN_XML = FORBIDDEN.sub("\ufffd", TEXT)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckedStore]:
    folder = place(tmp_path_factory.mktemp("place"))
    engine = Store()
    engine.add(Quad(NamedNode("http://x/s"), NamedNode("http://x/p"), Literal(TEXT), NamedNode(ONE)))
    engine.dump(folder / "releases" / "1" / "dump.nq", format=RdfFormat.N_QUADS)
    store = opened(folder)
    yield store
    store.close()


def whole(store: CheckedStore, query: str, media_type: str) -> bytes:
    with store.stream(query, media_type) as answer:
        return b"".join(answer)


@pytest.mark.parametrize("format_", [RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.JSON_LD, RdfFormat.RDF_XML])
def test_rdf_gives_back_a_literal_of_any_characters(store: CheckedStore, format_: RdfFormat) -> None:
    data = whole(store, "CONSTRUCT WHERE { ?s ?p ?o }", format_.media_type.split(";")[0])
    (quad,) = parse(data, format_)
    assert quad.object == Literal(IN_XML if format_ == RdfFormat.RDF_XML else TEXT)


@pytest.mark.parametrize("format_", [QueryResultsFormat.JSON, QueryResultsFormat.TSV, QueryResultsFormat.XML])
def test_a_table_gives_back_a_literal_of_any_characters(store: CheckedStore, format_: QueryResultsFormat) -> None:
    rows = parse_query_results(whole(store, "SELECT ?o { ?s ?p ?o }", format_.media_type.split(";")[0]), format_)
    assert isinstance(rows, QuerySolutions)
    assert [row["o"] for row in rows] == [Literal(IN_XML if format_ == QueryResultsFormat.XML else TEXT)]


UNNAMED = ["http://x/1", "http://x/", "http://www.w3.org/2000/01/rdf-schema#", "http://x/a%20", "urn:x:"]


@pytest.mark.parametrize("predicate", [*UNNAMED, "http://www.w3.org/1999/02/22-rdf-syntax-ns#li"])
def test_a_predicate_that_xml_has_no_name_for_is_refused_in_rdf_xml_only(store: CheckedStore, predicate: str) -> None:
    query = f"CONSTRUCT {{ <http://x/s> <{predicate}> '<a: b>' }} {{}}"
    with pytest.raises(NotAcceptable, match="application/n-triples"):
        whole(store, query, "application/rdf+xml")
    (triple,) = parse(whole(store, query, "application/n-triples"), RdfFormat.N_TRIPLES)
    assert triple.predicate == NamedNode(predicate)


def test_a_function_that_the_engine_does_not_have_is_the_querys_fault(store: CheckedStore) -> None:
    with pytest.raises(QuerySyntax, match="http://x/f.*is not supported"):
        whole(store, "SELECT (<http://x/f>(1) AS ?x) {}", "text/csv")


def test_csv_gives_back_a_literal_of_any_characters(store: CheckedStore) -> None:
    data = whole(store, "SELECT ?o { ?s ?p ?o }", "text/csv").decode()
    assert list(csv.reader(io.StringIO(data, newline=""))) == [["o"], [TEXT]]
