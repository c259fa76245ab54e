"""Shapes: good examples pass, and each bad example is refused by the shape it is named after, for that reason only."""

import re
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from rdflib import OWL, RDF, SH, SKOS, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from ontology import iris
from ontology.shapes import shapes, violations
from ontology.terms import PREFIXES, SUBCLASS, model, turtle_files

TESTS = Path(__file__).parent
GOOD = TESTS / "good" / "shapes.ttl"
BAD_FOLDER = TESTS / "bad" / "shapes"
BAD = sorted(BAD_FOLDER.glob("*.ttl"))
TARGETS = (SH.targetClass, SH.targetSubjectsOf)
VALUE_RULES = {SH["class"], SH["or"], SH.datatype, SH.node, SH.pattern}
NOTHING = URIRef(iris.THINGS + "nothing/")
PROLOGUE = "".join(f"PREFIX {name}: <{address}> " for name, address in PREFIXES.items())
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


@pytest.mark.parametrize(
    ("class_", "counts"),
    [
        ("Body", ""),
        ("Group", "prefLabel>=1 partOf>=1"),
        ("Document", "prefLabel>=1 identifier|title>=1"),
        ("Period", "prefLabel>=1 start<=1 end<=1"),
        ("Work", "title|address>=1"),
        ("Note", "footnote=1"),
        ("Citation", "source=1 section=1 table<=1"),
        ("Claim", "confidence=1 wasDerivedFrom>=1"),
        ("Participation", "participant=1 role=1 in|on>=1 in<=1 on<=1 start<=1 end<=1 period<=1"),
        ("Affiliation", "member=1 of=1 affiliationType=1 start<=1 end<=1"),
        ("Attribution", "attributed=1 attributionRule=1 country<=1 notCountry<=1"),
        ("Listing", "listed=1 list=1 date<=1"),
        ("Priority", "policy=1 technology=1 answer=1"),
        (
            "Observation",
            "measure=1 value|valueText|minValue|maxValue>=1 asOf|period<=1 value<=1 minValue<=1 maxValue<=1 numerator<=1"
            " denominator<=1 missing<=1 comparator<=1 unit<=1 about|aboutCountry|aboutAgent|aboutBody|aboutGroup"
            "|aboutDocument|aboutDocumentType|aboutTechnology|aboutRole>=1",
        ),
        ("Event", "eventType=1 about>=1 date<=1 start<=1 end<=1"),
        ("Finding", "description=1 findingType=1"),
        ("Unknown", "what=1 about>=1"),
    ],
)
def test_how_often_a_property_may_stand(class_: str, counts: str) -> None:
    graph, found = shapes(), []
    for _, rule in (pair for pair in rules({SH.path}) if str(pair[0]) == iris.NS + class_):
        signs = (
            graph.value(rule, SH.minCount) or graph.value(rule, SH.qualifiedMinCount),
            graph.value(rule, SH.maxCount),
        )
        sign = {(True, True): "=1", (True, False): ">=1", (False, True): "<=1"}.get((bool(signs[0]), bool(signs[1])))
        if sign:
            found.append("|".join(re.split("[#/]", str(path))[-1] for path in paths(rule)) + sign)
    assert sorted(found) == sorted(counts.split())


def test_every_thing_with_a_name_must_have_one() -> None:
    named = {class_ for class_, rule in rules({SH.minCount}) if paths(rule) == [SKOS.prefLabel]}
    expected = "Organization Group Person Country Document Technology Period GlossaryTerm Measure Source IcsClass"
    assert named == {URIRef(iris.NS + name) for name in expected.split()}


def test_rules_on_values_agree_with_the_ranges_of_the_ontology() -> None:
    graph, wrong = shapes(), []
    for _, rule in rules({SH.path}):
        inner = [rule, *(Collection(graph, alternatives) if (alternatives := graph.value(rule, SH["or"])) else [])]
        asked = {
            str(graph.value(part, p)) for part in inner for p in (SH["class"], SH.datatype) if graph.value(part, p)
        }
        ranges = set(model().ranges(str(paths(rule)[0]))) if len(paths(rule)) == 1 else set()
        if ranges - asked:
            wrong.append(message(rule))
    assert wrong == []


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
        ("<observation/1> plen:aboutAgent <group/wg>", ["ObservationShape"]),
        ("<observation/1> plen:aboutAgent <organization/society>", []),
        ("<observation/1> plen:aboutDocumentType <document/t-1>", ["ObservationShape"]),
        ("<group/wg> plen:partOf <organization/society>", ["GroupShape"]),
        ("<finding/1> prov:wasDerivedFrom <citation/gone>", ["ClaimShape"]),
        ("<finding/1> prov:wasDerivedFrom <event/1>", []),
        ("<finding/2> a plen:Claim ; plen:confidence plen:derived ; prov:wasDerivedFrom <event/1>", ["ClaimShape"]),
        ("<affiliation/1> plen:start '2016-02-30'^^xsd:date", ["StartShape"]),
        ("<event/1> plen:date '2016-02-30'", ["DateShape", "EventShape"]),
    ],
)
def test_rules_that_depend_on_other_values(statements: str, refused: list[str]) -> None:
    data = world()
    data.parse(data=f"{PROLOGUE} {statements} .", format="turtle", publicID=iris.THINGS)
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
