"""Saved queries over many documents: what few claims say is found, however much else is about the same technology."""

from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from ontology import iris
from ontology.terms import DCTERMS, RDF_TYPE, RDFS
from queries import saved
from queries.search import solutions

DOCUMENTS, LED = 6000, 60  # more than the 5,000 at which the queries stop; every hundredth has a claim
LABEL, TITLE = NamedNode(RDFS + "label"), NamedNode(DCTERMS + "title")


def term(name: str) -> NamedNode:
    return NamedNode(iris.NS + name)


def thing(kind: str, slug: str) -> NamedNode:
    return NamedNode(iris.thing(kind, slug))


CHINA, ISO, CITIES = thing("country", "cn"), thing("body", "iso"), thing("technology", "smart-cities")


def world() -> Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    """Documents of ISO about smart cities; China proposes and edits every hundredth, a framework."""
    for one, class_ in ((CHINA, "Country"), (ISO, "Body"), (CITIES, "Technology"), (term("sourceLabel"), "AttributionRule")):
        yield from ((one, RDF_TYPE, term(class_)), (one, LABEL, Literal(class_, language="en")))
    yield from ((term(name), LABEL, Literal(name, language="en")) for name in ("editor", "observed"))
    for number in range(DOCUMENTS):
        document, led = thing("document", f"d-{number}"), number % (DOCUMENTS // LED) == 0
        yield from ((document, RDF_TYPE, term("Document")), (document, term("technology"), CITIES))
        yield from ((document, term("body"), ISO), (document, LABEL, Literal(f"D {number}", language="en")))
        yield (document, TITLE, Literal(f"{'Framework' if led else 'Part'} {number}", language="en"))
        if led:
            claim = thing("participation", f"p-{number}")
            yield from ((claim, LABEL, Literal(f"P {number}")), (claim, term("participant"), CHINA))
            yield from ((claim, term("role"), term("editor")), (claim, term("on"), document))
            yield from ((claim, term("confidence"), term("observed")), (claim, term("proposes"), document))


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    graph = NamedNode(iris.graph("great-game"))
    store.bulk_extend(Quad(*triple, graph) for triple in world())
    return store


def first(store: Store, slug: str) -> dict[str, str]:
    row = next(iter(solutions(store, saved.find(slug).text)))
    return {name: str(getattr(value, "value", "")) for name, value in row.items()}


def test_every_proposal_counts_among_more_documents_than_a_query_looks_at(store: Store) -> None:
    row = first(store, "introduction-to-maturity")
    assert (row["stageName"], row["claims"], row["total"]) == ("proposal", str(LED), str(LED))


def test_every_proposal_is_listed_among_more_documents_than_a_query_looks_at(store: Store) -> None:
    assert len(list(solutions(store, saved.find("introduction-to-maturity-claims").text))) == LED


def test_the_share_of_foundational_documents_is_out_of_all_of_them(store: Store) -> None:
    row = first(store, "foundational-documents-share")
    assert (row["documents"], row["total"], row["missing"]) == (str(LED), str(LED), "0")
