"""Shapes: good examples pass, and each bad example is refused by the shape it is named after, for that reason only."""

from functools import cache
from itertools import product
from pathlib import Path

import pytest
from rdflib import OWL, RDF, SH, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology import iris
from ontology.shapes import shapes, violations
from ontology.terms import SUBCLASS, model, turtle_files

TESTS = Path(__file__).parent
GOOD = TESTS / "good" / "shapes.ttl"
BAD_FOLDER = TESTS / "bad" / "shapes"
BAD = sorted(BAD_FOLDER.glob("*.ttl"))
TARGETS = (SH.targetClass, SH.targetSubjectsOf)
VALUE_RULES = {SH["class"], SH["or"], SH.datatype, SH.node, SH.pattern}
NOTHING = URIRef(iris.THINGS + "nothing/")
LACK_RULES = {SH.minCount, SH.qualifiedMinCount}


def read(*files: Path) -> Graph:
    graph = Graph()
    for file in files:
        graph.parse(file, format="turtle")
    return graph


@cache
def vocabularies() -> Graph:
    return read(*(file for file in turtle_files() if file.parent.name == "vocabularies"))


def world(*files: Path) -> Graph:
    """The good examples and some files, with the vocabularies, as a graph of its own."""
    return read(GOOD, *files) + vocabularies()


def rules(kinds: set[URIRef]) -> list[tuple[Node, Node]]:
    """Class and property rule, for each rule that has a constraint of these kinds."""
    graph = shapes()
    found = [
        (class_, rule)
        for shape, class_ in graph.subject_objects(SH.targetClass)
        for rule in graph.objects(shape, SH.property)
    ]
    return [(class_, rule) for class_, rule in found if kinds & set(graph.predicates(rule))]


def message(rule: Node) -> str:
    return str(shapes().value(rule, SH.message))


def example(class_: Node) -> Node:
    """The good example of a class that comes first."""
    return min(read(GOOD).subjects(RDF.type, class_), key=str)


def any_value(rule: Node, number: int) -> Node:
    """A value that a rule allows, as far as the kind of value goes; things must be given all classes."""
    datatype = shapes().value(rule, SH.datatype)
    return Literal(str(number), datatype=URIRef(str(datatype))) if datatype else NOTHING + str(number)


def own_classes() -> set[Node]:
    return {class_ for class_ in read(*turtle_files()).subjects(RDF.type, OWL.Class) if str(class_).startswith(iris.NS)}


def paths(rule: Node) -> list[Node]:
    """The path of a property rule, or each of its alternatives."""
    path = shapes().value(rule, SH.path)
    assert path is not None
    alternatives = shapes().value(path, SH.alternativePath)
    return list(Collection(shapes(), alternatives)) if alternatives else [path]


def test_good_examples_break_no_shape() -> None:
    assert violations(world()) == []


def test_ontology_and_vocabularies_break_no_shape() -> None:
    assert violations(read(*turtle_files())) == []


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_bad_example_is_refused_by_its_shape_and_for_no_other_reason(file: Path) -> None:
    found = violations(world(file))
    assert [violation.shape for violation in found] == [iris.NS + file.stem]
    assert found[0].node.endswith("/bad")
    assert len(found[0].message.split()) > 5


def test_every_shape_with_a_target_has_a_bad_example_and_no_example_is_left_over() -> None:
    targeted = {str(shape) for target in TARGETS for shape in shapes().subjects(target)}
    assert targeted == {iris.NS + file.stem for file in BAD}


def test_every_class_has_a_good_example() -> None:
    assert own_classes() - set(world().objects(None, RDF.type)) == set()


def test_every_class_with_an_address_has_a_shape_or_stands_under_one_that_has() -> None:
    shaped = {str(class_) for class_ in shapes().objects(None, SH.targetClass)}
    kinds = [term for term in model().terms if model().kind(term)]
    assert [term for term in kinds if not shaped & set(model().above(term, SUBCLASS))] == []


def test_every_date_property_has_a_shape() -> None:
    dated = {term for term in model().terms if model().form(term) == "date"}
    assert dated == {str(p) for p in shapes().objects(None, SH.targetSubjectsOf)} & model().terms


def test_every_rule_says_in_one_message_what_is_wrong_and_what_to_do() -> None:
    graph = shapes()
    targeted = {shape for target in TARGETS for shape in graph.subjects(target)}
    own = {shape for shape in targeted if {SH["or"], SH.xone} & set(graph.predicates(shape))}
    for rule in own | {rule for shape in targeted for rule in graph.objects(shape, SH.property)}:
        messages = [str(text) for text in graph.objects(rule, SH.message)]
        assert len(messages) == 1
        assert messages[0].endswith(".")


def test_every_rule_on_values_refuses_an_unknown_thing() -> None:
    data = world()
    expected = set()
    for class_, rule in rules(VALUE_RULES):
        node = example(class_)
        data.set((node, paths(rule)[0], NOTHING))
        expected.add((str(node), message(rule)))
    assert expected - {(violation.node, violation.message) for violation in violations(data)} == set()


def test_every_rule_of_at_most_one_refuses_two() -> None:
    data = world()
    expected = set()
    for class_, rule in rules({SH.maxCount}):
        node = example(class_)
        for number, path in zip((1, 2), paths(rule) * 2, strict=False):
            data.add((node, path, any_value(rule, number)))
        expected.add((str(node), message(rule)))
    for number, class_ in product((1, 2), own_classes()):
        data.add((NOTHING + str(number), RDF.type, class_))
    assert expected - {(violation.node, violation.message) for violation in violations(data)} == set()


def test_every_rule_on_what_is_required_refuses_its_lack() -> None:
    data = world()
    expected = {message(rule) for _, rule in rules(LACK_RULES)}
    for path in {path for _, rule in rules(LACK_RULES) for path in paths(rule)}:
        data.remove((None, path, None))
    assert expected - {violation.message for violation in violations(data) if not violation.value} == set()


@pytest.mark.parametrize(
    ("statements", "refused"),
    [
        ("<finding/1> plen:claimedBy <organization/tank>", []),
        ("<finding/1> plen:claimedBy <organization/tank>, <organization/society>", ["ClaimShape"]),
        ("<participation/2> plen:claimedBy <organization/tank>", []),
        ("<attribution/1> plen:notCountry <country/atlantis>", ["AttributionShape"]),
        ("<observation/2> plen:minValue 1.0", ["ObservationShape"]),
        ("<observation/2> plen:maxValue 1.0 ; plen:unit plen:percent", []),
        ("<observation/1> plen:value 16", ["ObservationShape", "ObservationShape"]),
        ("<event/1> plen:date '2016-02-30'", ["DateShape", "EventShape"]),
    ],
)
def test_rules_that_depend_on_other_values(statements: str, refused: list[str]) -> None:
    data = world()
    data.parse(data=f"@base <{iris.THINGS}> . @prefix plen: <{iris.NS}> . {statements} .", format="turtle")
    assert [violation.shape.removeprefix(iris.NS) for violation in violations(data)] == refused


def test_violations_are_sorted_and_leave_the_data_as_it_is() -> None:
    data = world(*BAD)
    size = len(data)
    found = violations(data)
    assert found == sorted(found)
    assert len(found) > 20
    assert len(data) == size


def test_violation_names_all_paths_that_would_have_done() -> None:
    found = violations(world(BAD_FOLDER / "DocumentShape.ttl"))
    assert found[0].path == "http://purl.org/dc/terms/identifier|http://purl.org/dc/terms/title"
    assert found[0].value == ""


def test_violation_of_a_rule_on_the_whole_thing_has_neither_path_nor_value() -> None:
    found = violations(world(BAD_FOLDER / "ClaimShape.ttl"))
    assert (found[0].path, found[0].value) == ("", "")
