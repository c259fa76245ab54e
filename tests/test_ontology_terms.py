"""The Turtle is the only list of names, and says of each term what a reader needs."""

from collections import Counter

import pytest

from ontology import iris
from ontology.terms import OWL, PLEN, RDFS, SKOS, SUBCLASS, model

NS = iris.NS
NATURES = {OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}


def classes() -> list[str]:
    return sorted(term for term in model().terms if OWL + "Class" in model().types(term))


def values() -> list[str]:
    """Members of the controlled lists."""
    return sorted(term for term in model().terms if SKOS + "Concept" in model().types(term))


@pytest.mark.parametrize("property_", [RDFS + "label", SKOS + "definition", SKOS + "example"])
def test_every_term_has_exactly_one_label_definition_and_example(property_: str) -> None:
    wrong = [term for term in sorted(model().terms) if len(model().objects(term, property_)) != 1]
    assert wrong == []


def test_every_term_is_one_thing_only() -> None:
    """A class is no property, a value of a list is neither, and a value stands in one list."""
    lists = {class_ for class_ in classes() if SKOS + "Concept" in model().above(class_, SUBCLASS)}
    natures = {*NATURES, *lists, SKOS + "ConceptScheme"}
    wrong = {term: model().types(term) for term in model().terms if len(natures & set(model().types(term))) != 1}
    assert wrong == {}


def test_typo_in_a_term_raises_at_once() -> None:
    assert PLEN.Affiliation.value == NS + "Affiliation"
    with pytest.raises(AttributeError, match="plen:Afiliation"):
        _ = PLEN.Afiliation


def test_term_whose_name_is_a_python_keyword_can_be_asked_for() -> None:
    assert PLEN.get("in").value == NS + "in"
    with pytest.raises(AttributeError, match="plen:im"):
        PLEN.get("im")


def test_every_class_of_things_resolves_to_a_kind() -> None:
    """All but the controlled lists and the claim, which is only ever one of its subclasses."""
    without = {class_ for class_ in classes() if model().kind(class_) is None}
    lists = {class_ for class_ in classes() if any(class_ in model().types(value) for value in values())}
    assert without == lists - {NS + "Measure"} | {NS + "Claim"}


@pytest.mark.parametrize(
    ("class_", "kind"),
    [("Question", "group"), ("NotPublished", "unknown"), ("Body", "body"), ("ThinkTank", "organization")],
)
def test_subclass_has_its_own_kind_or_that_of_the_nearest_class_above(class_: str, kind: str) -> None:
    assert model().kind(NS + class_) == kind


def test_kinds_are_address_parts_and_no_two_classes_claim_one() -> None:
    kinds = Counter(kind for class_ in classes() for kind in model().objects(class_, NS + "kind"))
    assert [kind for kind, count in kinds.items() if count != 1 or not iris.SLUG.fullmatch(kind)] == []


def test_every_role_says_whether_it_is_exclusive_and_on_which_level() -> None:
    roles = [term for term in values() if NS + "Role" in model().types(term)]
    exclusive = {value for role in roles for value in model().objects(role, NS + "exclusive")}
    level = {value for role in roles for value in model().objects(role, NS + "level")}
    assert (exclusive, level) == ({"true", "false"}, {"strategic", "working"})
    for name in ("exclusive", "level"):
        assert [role for role in roles if len(model().objects(role, NS + name)) != 1] == []


def test_value_of_a_list_has_one_word_on_pages_and_in_data() -> None:
    pairs = {v: (model().objects(v, RDFS + "label"), model().objects(v, SKOS + "prefLabel")) for v in values()}
    assert {value: pair for value, pair in pairs.items() if pair[0] != pair[1]} == {}


def test_no_two_values_of_one_list_share_a_label() -> None:
    words = Counter((model().objects(v, SKOS + "inScheme")[0], model().label(v)) for v in values())
    assert [word for word, count in words.items() if count > 1] == []


def test_every_property_of_dates_is_a_datatype_property_without_range() -> None:
    dated = [term for term in sorted(model().terms) if model().form(term)]
    assert NS + "start" in dated
    assert [term for term in dated if model().ranges(term) or OWL + "DatatypeProperty" not in model().types(term)] == []
