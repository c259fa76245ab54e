"""The ontology is free of contradictions and within OWL 2 DL, and the check says so only where that is true."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from ontology import iris
from ontology.consistency import Consistency, ReasonerFailed, check, ntriples, undeclared
from ontology.terms import OWL, PREFIXES, RDF_TYPE, RDFS, XSD, model

GOOD = Path(__file__).parent / "good" / "shapes.ttl"
PROLOGUE = "".join(f"PREFIX {name}: <{address}>\n" for name, address in PREFIXES.items())


def needs_java(test: Callable[..., None]) -> Callable[..., None]:
    missing = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java: install default-jre-headless")
    marked: Callable[..., None] = pytest.mark.java(missing(test))
    return marked


def data(turtle: str) -> str:
    """A few statements as N-Triples."""
    quads = parse(PROLOGUE + turtle, format=RdfFormat.TURTLE, base_iri=iris.THINGS)
    return (serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b"").decode()


def select(pattern: str) -> list[str]:
    """Values of ?x in the ontology, sorted."""
    rows = model().store.query(f"{PROLOGUE} SELECT DISTINCT ?x WHERE {{ {pattern} }} ORDER BY ?x")
    return [row["x"].value for row in rows]  # type: ignore[union-attr]


@needs_java
def test_ontology_is_consistent_and_every_class_can_have_instances() -> None:
    assert check() == Consistency(consistent=True)


@needs_java
def test_good_examples_agree_with_the_ontology() -> None:
    assert check(data(GOOD.read_text(encoding="utf-8"))) == Consistency(consistent=True)


@needs_java
@pytest.mark.parametrize(
    "turtle",
    [
        "<x> a plen:Person, plen:Document .",
        "<x> plen:in <y> . <y> a plen:Person .",
        "<x> plen:value 'many' .",
    ],
)
def test_planted_contradiction_is_found(turtle: str) -> None:
    assert check(data(turtle)) == Consistency(consistent=False)


@needs_java
def test_planted_unsatisfiable_class_is_named() -> None:
    found = check(data("plen:Chimera a owl:Class ; rdfs:subClassOf plen:Person, plen:Document ."))
    assert found == Consistency(consistent=True, unsatisfiable=(iris.NS + "Chimera",))


@needs_java
def test_literals_that_hermit_cannot_take_do_not_end_it() -> None:
    dates = "'2016'^^xsd:gYear, '2016-11'^^xsd:gYearMonth, '2016-11-30'^^xsd:date, 'P1Y'^^xsd:duration"
    assert check(data(f"<x> a plen:Event ; plen:date {dates} .")) == Consistency(consistent=True)


@needs_java
def test_malformed_literal_is_an_error_that_names_it() -> None:
    with pytest.raises(ReasonerFailed, match=r'"soon"\^\^<.*dateTime> is malformed'):
        check(data("<x> plen:date 'soon'^^xsd:dateTime ."))


@needs_java
def test_check_leaves_no_files_and_prints_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    check(data("<x> a plen:Person, plen:Document ."))
    assert list(tmp_path.iterdir()) == []
    assert tempfile.tempdir == str(tmp_path)
    assert capfd.readouterr() == ("", "")


def test_check_without_java_says_what_it_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert check() == Consistency(left_out="no Java runtime: install default-jre-headless")


def test_only_literals_that_hermit_cannot_take_are_left_out() -> None:
    lines = ntriples(data("<x> plen:start '2016'^^xsd:gYear ; plen:value 1.0 ; plen:newName 'X' .")).decode()
    assert f"<{iris.THINGS}x> <{iris.NS}value>" in lines
    assert f"<{iris.THINGS}x> <{iris.NS}newName>" in lines
    assert f"<{iris.THINGS}x> <{iris.NS}start>" not in lines


@pytest.mark.parametrize("place", ["predicate", "class", "value"])
def test_undeclared_names_a_term_wherever_it_stands(place: str) -> None:
    thing, about, typo = NamedNode(iris.THINGS + "x"), NamedNode(iris.NS + "about"), NamedNode(iris.NS + "Typo")
    triples = {
        "predicate": Triple(thing, typo, thing),
        "class": Triple(thing, RDF_TYPE, typo),
        "value": Triple(thing, about, typo),
    }
    assert undeclared([triples[place]]) == [iris.NS + "Typo"]


def test_undeclared_passes_what_the_turtle_declares_and_the_terms_of_others() -> None:
    assert undeclared(parse(path=GOOD, format=RdfFormat.TURTLE)) == []
    assert undeclared(model().quads()) == []


def test_every_property_and_class_that_the_turtle_uses_is_declared() -> None:
    properties = select("?s ?x ?o FILTER NOT EXISTS { ?x a ?type }")
    classes = select(
        "{ ?s a ?x } UNION { ?s rdfs:subClassOf ?x } FILTER (isIRI(?x)) FILTER NOT EXISTS { ?x a owl:Class }"
    )
    built_in = (RDFS, OWL, PREFIXES["rdf"])
    assert [term for term in properties + classes if not term.startswith(built_in)] == []


def test_every_domain_and_range_is_a_declared_class_or_a_datatype_that_hermit_takes() -> None:
    ends = select("?p rdfs:domain|rdfs:range|(rdfs:range/owl:unionOf/rdf:rest*/rdf:first) ?x FILTER (isIRI(?x))")
    assert iris.NS + "Person" in ends
    unknown = [end for end in ends if OWL + "Class" not in model().types(end) and not end.startswith(XSD)]
    assert unknown + [end for end in ends if end in {XSD + "date", XSD + "gYear", XSD + "gYearMonth"}] == []


def test_properties_keep_to_the_values_of_their_kind() -> None:
    assert select("?x a owl:ObjectProperty . ?s ?x ?value FILTER (isLiteral(?value))") == []
    assert select("?x a owl:DatatypeProperty . ?s ?x ?value FILTER (!isLiteral(?value))") == []
    assert select("?x a owl:AnnotationProperty . ?x rdfs:domain|rdfs:range|rdfs:subPropertyOf ?y") == []


def test_no_property_is_of_two_kinds() -> None:
    kinds = "owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty"
    assert select(f"VALUES ?a {{ {kinds} }} VALUES ?b {{ {kinds} }} ?x a ?a, ?b FILTER (?a != ?b)") == []
    assert select("?x rdfs:subPropertyOf ?y . ?x a owl:ObjectProperty MINUS { ?y a owl:ObjectProperty }") == []


def test_transitive_properties_and_those_above_them_are_never_counted() -> None:
    assert select("?x a owl:TransitiveProperty") == [iris.NS + "hasPart", iris.NS + "partOf"]
    composite = "?t a owl:TransitiveProperty . ?t (rdfs:subPropertyOf|owl:inverseOf|^owl:inverseOf)* ?x ."
    simple_only = "owl:FunctionalProperty owl:InverseFunctionalProperty owl:IrreflexiveProperty owl:AsymmetricProperty"
    assert select(f"{composite} VALUES ?c {{ {simple_only} }} ?x a ?c") == []
    assert select(f"{composite} ?r owl:onProperty ?x MINUS {{ ?r owl:someValuesFrom|owl:allValuesFrom ?c }}") == []


def test_restrictions_are_on_object_and_datatype_properties_only() -> None:
    assert select("?r owl:onProperty ?x MINUS { ?x a owl:ObjectProperty } MINUS { ?x a owl:DatatypeProperty }") == []
