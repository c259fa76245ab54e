"""Names find things: Latin and Chinese, aliases and identifiers, whole and begun."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from loaders.build import assemble
from loaders.derive import derive
from ontology import iris
from ontology.terms import SKOS
from queries import search

PREF_LABEL = SKOS + "prefLabel"
WORLD = Path(__file__).parent / "world" / "tables"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[search.Search]:
    folder = tmp_path_factory.mktemp("index")
    store, _ = assemble(folder=WORLD)
    derive(store)
    search.write(store, folder)
    index = search.Search(folder / search.FILE)
    yield index
    index.close()


FINDS = {
    "acme": "organization/acme",
    "ACME inc": "organization/acme",
    "顶点公司": "organization/acme",
    "顶点": "organization/acme",
    "Lee Ann": "person/ann-lee",
    "wg2": "group/asb-tc-1-wg-2",
    "TC 1": "group/asb-tc-1",
    "ASB 7:2020": "document/asb-7-2020",
    "ministry sea": "organization/sea-ministry",
    "海洋": "organization/sea-ministry",
    "成员名单": "work/list-of-members",
}


@pytest.mark.parametrize("text", FINDS)
def test_the_best_hit_for_a_name_is_the_thing_that_bears_it(index: search.Search, text: str) -> None:
    assert index.find(text)[0].address == iris.THINGS + FINDS[text]


def test_the_beginning_of_a_name_is_enough(index: search.Search) -> None:
    assert index.find("atlan")[0].label == "Atlantis"


def test_chinese_characters_must_touch(index: search.Search) -> None:
    assert index.find("洋海") == []


def test_a_hit_says_what_it_is_and_which_name_matched(index: search.Search) -> None:
    hit = index.find("MoS")[0]
    assert (hit.class_label, hit.label, hit.label_zh, hit.matched) == (
        "ministry or agency",
        "Ministry of the Sea",
        "海洋部",
        "MoS",
    )


def test_a_kind_or_class_narrows_the_search(index: search.Search) -> None:
    assert {hit.kind for hit in index.find("asb", kind="group")} == {"group"}
    assert index.find("acme", class_=iris.NS + "Person") == []


@pytest.mark.parametrize("text", ["", " ", '"', "AND", "a* OR b", "NEAR(", "'; DROP TABLE thing"])
def test_signs_and_operators_are_only_text(index: search.Search, text: str) -> None:
    assert [hit for hit in index.find(text) if hit.exact] == []


def test_a_name_resolves_to_its_one_thing(index: search.Search) -> None:
    assert index.resolve("Acme").value == iris.thing("organization", "acme")
    assert index.resolve("顶点").value == iris.thing("organization", "acme")


def test_an_unknown_name_is_refused_with_what_is_near(index: search.Search) -> None:
    with pytest.raises(
        search.UnknownName,
        match=r"nothing is called 'Acm'. Near: Acme \(https://w3id.org/plenary/id/organization/acme\)",
    ):
        index.resolve("Acm")


def test_a_thing_with_many_names_takes_no_place_of_another(tmp_path: Path) -> None:
    """Forty names of one thing match, each shorter than the only one of the other."""
    path = tmp_path / search.FILE
    names = [("organization/many", f"Delta {number:02}") for number in range(40)]
    names.append(("organization/one", "Delta with a much longer name"))
    rows = [
        {
            "thing": NamedNode(iris.THINGS + slug),
            "property": NamedNode(PREF_LABEL),
            "name": Literal(name, language="en"),
        }
        for slug, name in names
    ]
    search.write_index(lambda query: rows if query == search.NAMES else [], path)
    index = search.Search(path)
    found = index.find("delta", limit=2)
    index.close()
    assert [hit.address.rpartition("/")[2] for hit in found] == ["many", "one"]


@pytest.mark.parametrize(("text", "kind"), [("a", ""), ("asb", ""), ("asb", "document"), ("顶点", ""), ("zzzz", ""), (" ", "")])
def test_as_many_are_counted_as_are_found_without_a_limit(index: search.Search, text: str, kind: str) -> None:
    assert index.count(text, kind) == len(index.find(text, kind, limit=10_000))


def test_counting_counts_things_and_not_their_names(index: search.Search) -> None:
    assert index.count("顶点") == 1  # Acme has two names that begin so
