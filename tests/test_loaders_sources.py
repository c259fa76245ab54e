"""Several curated sources in one build: what an earlier one describes, a later one refers to and does not repeat."""

import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Store

from loaders import curated
from loaders.build import assemble
from loaders.check import broken_rules
from loaders.derive import derive
from loaders.tables import BadRecords
from ontology import iris
from ontology.terms import PLEN, PROV, RDF_TYPE, SKOS

WORLD = Path(__file__).parent / "world" / "tables"
PREFERRED, ALTERNATIVE = NamedNode(SKOS + "prefLabel"), NamedNode(SKOS + "altLabel")
DERIVED_FROM = NamedNode(PROV + "wasDerivedFrom")
ACME = NamedNode(iris.thing("organization", "acme"))
SECOND = {
    "sources": "slug,name\nsecond,A second invented report\n",
    "sections": "section,heading\nworks-cited,Notes\npart-1,Part 1\n",
    "notes": "number,works,section\n1,acme-annual-report,part-1\n",
    "participations": "slug,participant,role,in,start,confidence,section,notes\n"
    "acme-contributor-wg-2,acme,contributor,asb-tc-1-wg-2,2021,stated,part-1,1\n",
}


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The invented world and, after it, a second source that has no things of its own."""
    folder = Path(shutil.copytree(WORLD, tmp_path / "tables"))
    for table, text in SECOND.items():
        write(folder, table, text)
    return folder


def write(folder: Path, table: str, text: str, source: str = "second") -> None:
    (folder / source).mkdir(exist_ok=True)
    (folder / source / f"{table}.csv").write_text(text, encoding="utf-8")


def build(folder: Path, *sources: str) -> Store:
    """Asserted and derived statements; none of them breaks a rule."""
    store, places = assemble(sources, folder)
    derive(store)
    assert broken_rules(store, places) == []
    return store


def said(store: Store, source: str, subject: NamedNode, property_: NamedNode) -> set[object]:
    graph = NamedNode(iris.graph(source))
    return {quad.object for quad in store.quads_for_pattern(subject, property_, None, graph)}


def problem(folder: Path, *sources: str) -> str:
    with pytest.raises(BadRecords) as caught:
        assemble(sources, folder)
    return str(caught.value)


def test_sources_are_loaded_in_the_order_of_the_list_and_then_by_name(tmp_path: Path) -> None:
    for name in ("zoo", "atlas", "great-game", ".hidden"):
        (tmp_path / name).mkdir()
    assert curated.sources(tmp_path) == ["great-game", "atlas", "zoo"]


def test_a_later_source_refers_to_things_of_an_earlier_one_by_their_slugs(tables: Path) -> None:
    claim = NamedNode(iris.thing("participation", "acme-contributor-wg-2"))
    store = build(tables)
    assert said(store, "second", claim, PLEN.participant) == {ACME}
    assert said(store, "second", ACME, PREFERRED) == set()


def test_a_thing_rests_on_the_citations_of_all_sources_whose_claims_name_it(tables: Path) -> None:
    found = said(build(tables), "derived", ACME, DERIVED_FROM)
    ends = {str(citation.value).rpartition("/")[2] for citation in found}  # type: ignore[attr-defined]
    assert {"second-part-1-n1", "invented-chapter-1-n1"} <= ends


def test_a_work_that_two_sources_cite_is_described_once(tables: Path) -> None:
    work = NamedNode(iris.thing("work", "acme-annual-report"))
    store = build(tables)
    assert said(store, "second", work, RDF_TYPE) == set()
    assert said(store, "second", NamedNode(iris.thing("note", "second-1")), PLEN.cites) == {work}


def test_an_earlier_source_cannot_refer_to_things_of_a_later_one(tables: Path) -> None:
    write(tables, "people", "slug,name\nbo-chen,Bo Chen\n")
    write(
        tables,
        "affiliations",
        "slug,member,of,affiliation_type,confidence,section\nx,bo-chen,acme,employment,stated,part-1\n",
    )
    build(tables)
    (tables / "second").rename(tables / "first")
    write(tables, "sources", "slug,name\nfirst,A first invented report\n", "first")
    assert (
        "first/affiliations.csv, row 2, field of: nothing is called 'acme'. Add it to its table first; a source may use the slugs of those built before it."
        in problem(tables)
    )


def test_a_build_without_the_source_that_has_a_thing_says_what_is_lacking(tables: Path) -> None:
    assert (
        "second/participations.csv, row 2, field in: nothing is called 'asb-tc-1-wg-2'. Add it to its table first"
        in problem(tables, "second")
    )


def test_what_a_later_source_adds_to_a_thing_stands_in_its_own_graph(tables: Path) -> None:
    write(tables, "organizations", "slug,aliases\nacme,Acme Trident Works|Acme Inc.\n")
    store = build(tables)
    assert said(store, "second", ACME, ALTERNATIVE) == {Literal("Acme Trident Works", language="en")}
    assert Literal("Acme Inc.", language="en") in said(store, "invented", ACME, ALTERNATIVE)
    assert said(store, "second", ACME, RDF_TYPE) == set()


def test_a_thing_described_again_in_the_same_words_is_not_repeated(tables: Path) -> None:
    write(tables, "organizations", "slug,class,name,name_zh\nacme,Company,Acme,顶点公司\n")
    graph = NamedNode(iris.graph("second"))
    assert list(build(tables).quads_for_pattern(ACME, None, None, graph)) == []


def test_a_later_source_may_add_the_first_chinese_name_of_a_thing(tables: Path) -> None:
    write(tables, "people", "slug,name_zh\nann-lee,李安\n")
    person = NamedNode(iris.thing("person", "ann-lee"))
    assert said(build(tables), "second", person, PREFERRED) == {Literal("李安", language="zh")}


def test_a_thing_described_by_another_name_is_refused_with_the_place_of_the_first(tables: Path) -> None:
    write(tables, "organizations", "slug,class,name\nacme,Company,Acme Fruit\n")
    assert problem(tables) == (
        "second/organizations.csv, row 2, field name: an earlier source fills it with another value "
        "(invented/organizations.csv, row 2). Leave the cell empty; another printed name goes under aliases."
    )


TAKEN = [
    ("people", "slug,name\nacme,Acme\n", "'acme' stands twice (first in invented/organizations.csv, row 2). Give each"),
    ("technologies", "slug,name\niot,Things\n", "'iot' stands twice (first in the ontology)"),
    ("organizations", "slug,aliases\nacme,A\nacme,B\n", "row 3, field slug: 'acme' stands twice (first in second/organizations.csv, row 2)"),
    ("affiliations", "slug,member,of,affiliation_type,confidence,section\nacme-overseen,acme,sea-ministry,oversight,stated,part-1\n",
     "'acme-overseen' stands twice (first in invented/affiliations.csv, row 4). A claim belongs to one source. Give this one a slug of its own."),
]  # fmt: skip


@pytest.mark.parametrize(("table", "text", "message"), TAKEN)
def test_a_slug_that_is_taken_is_refused_with_the_place_of_the_first(
    tables: Path, table: str, text: str, message: str
) -> None:
    write(tables, table, text)
    assert message in problem(tables)


def test_two_sources_that_say_the_same_make_two_claims_with_evidence_of_their_own(tables: Path) -> None:
    write(
        tables,
        "affiliations",
        "slug,member,of,affiliation_type,confidence,section\nacme-overseen-second,acme,sea-ministry,oversight,stated,part-1\n",
    )
    claims = {quad.subject for quad in build(tables).quads_for_pattern(None, PLEN.affiliationType, PLEN.oversight)}
    assert claims == {NamedNode(iris.thing("affiliation", slug)) for slug in ("acme-overseen", "acme-overseen-second")}


NAMES = [
    ("second", "slug,name\nsecnd,x\n", "second/sources.csv, field slug: it describes secnd. Write one row, with the folder's name 'second'."),
    ("derived", "slug,name\nderived,x\n", "derived: no source can have this name. Use small Latin letters, digits and single hyphens; derived and ontology are taken."),
    ("Second Report", "slug,name\nsecond-report,x\n", "Second Report: no source can have this name."),
]  # fmt: skip


@pytest.mark.parametrize(("source", "text", "message"), NAMES)
def test_a_source_and_its_folder_have_one_name_that_makes_addresses(
    tables: Path, source: str, text: str, message: str
) -> None:
    write(tables, "sources", text, source)
    assert message in problem(tables)


def test_a_source_that_nothing_describes_is_refused(tables: Path) -> None:
    (tables / "second" / "sources.csv").unlink()
    assert "second/sources.csv, field slug: it describes nothing. Write one row" in problem(tables)


def test_hidden_files_that_desktops_and_spreadsheets_leave_are_no_error(tables: Path) -> None:
    (tables / "second" / ".DS_Store").write_bytes(b"\0")
    (tables / "second" / ".~lock.people.csv#").write_text("someone")
    assert build(tables)
