"""Curated tables become statements with evidence; whatever is wrong in them stops the build by name."""

import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from loaders import curated
from loaders.tables import BadRecords
from ontology import iris
from ontology.terms import PLEN, PROV, XSD

WORLD = Path(__file__).parent / "world" / "tables"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the invented world's tables, to be spoilt."""
    return Path(shutil.copytree(WORLD, tmp_path / "tables"))


def values(kind: str, slug: str, property_: NamedNode) -> set[str]:
    node = NamedNode(iris.thing(kind, slug))
    quads = curated.load("invented", WORLD).quads
    return {str(quad.object.value) for quad in quads if quad.subject == node and quad.predicate == property_}  # type: ignore[union-attr]


def problem(tables: Path) -> str:
    with pytest.raises(BadRecords) as caught:
        curated.load("invented", tables)
    return str(caught.value)


def edit(tables: Path, table: str, old: str, new: str) -> None:
    path = tables / "invented" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_dates_keep_the_precision_of_their_source() -> None:
    quads = curated.load("invented", WORLD).quads
    node = NamedNode(iris.thing("participation", "ann-lee-convenor-wg-2"))
    dates = {q.predicate: q.object for q in quads if q.subject == node}
    assert dates[PLEN.start] == Literal("2018-11", datatype=NamedNode(XSD + "gYearMonth"))
    assert dates[PLEN.end] == Literal("2020", datatype=NamedNode(XSD + "gYear"))


def test_a_claim_stated_in_two_places_has_one_citation_for_each() -> None:
    citations = values("observation", "share-at", NamedNode(PROV + "wasDerivedFrom"))
    ends = {citation.rpartition("/")[2] for citation in citations}
    assert ends == {"invented-chapter-1-table-1-n1", "invented-chapter-2"}


def test_a_citation_names_source_section_table_and_notes() -> None:
    assert values("citation", "invented-chapter-1-table-1-n1", PLEN.section) == {"Chapter 1"}
    assert values("citation", "invented-chapter-1-table-1-n1", PLEN.table) == {"Table 1"}
    assert values("citation", "invented-chapter-1-table-1-n1", PLEN.note) == {iris.thing("note", "invented-1")}


def test_a_blank_cell_says_nothing() -> None:
    assert values("participation", "acme-editor-asb-7", PLEN.start) == set()
    assert values("participation", "acme-editor-asb-7", PLEN.get("in")) == set()


def test_chinese_names_carry_their_language() -> None:
    quads = curated.load("invented", WORLD).quads
    names = {q.object for q in quads if q.subject == NamedNode(iris.thing("organization", "acme"))}
    assert {Literal("顶点公司", language="zh"), Literal("顶点", language="zh"), Literal("Acme", language="en")} <= names


BAD_CELLS = [
    ("participations", "acme,editor", "acmee,editor", "row 3, field participant: nothing is called 'acmee'", "Did you mean acme"),
    ("participations", "convenor,", "convener,", "row 2, field role: nothing is called 'convener'", "convenor"),
    ("participations", "ann-lee,convenor", "asb-7,convenor", "row 2, field participant: 'asb-7' is no country or", "fitting"),
    ("participations", "2018-11", "2018-13", "row 2, field start: month must be in 1..12", "Write 2019, 2019-10"),
    ("participations", "2018-11", "Nov 2018", "row 2, field start: 'Nov 2018' is no date", "Write 2019, 2019-10"),
    ("participations", ",Table 1,1", ",Table 1,9", "row 2, field notes: there is no note '9'", "numbers of notes.csv"),
    ("participations", "chapter-2,,2", "chapter-3,,2", "row 3, field section: no section is called 'chapter-3'", "sections.csv"),
    ("participations", "acme-editor-asb-7", "ann-lee-convenor-wg-2", "row 3, field slug: 'ann-lee-convenor-wg-2' stands twice", "row 2"),
    ("people", "ann-lee", "acme", "row 2, field slug: 'acme' stands twice", "organizations.csv, row 2"),
    ("people", "ann-lee,", "Ann Lee,", "people.csv, row 2, field slug: 'Ann Lee' is no slug", "small Latin letters"),
    ("observations", ",16,", ",sixteen,", "row 2, field value: 'sixteen' is no number", "77.65"),
    ("observations", "chapter-1|chapter-2,Table 1|", "chapter-1|chapter-2,Table 1", "row 4, field table: 1 values beside 2", "divided by |"),
    ("organizations", "Ministry,", "Minstry,", "row 5, field class: 'Minstry' is no class of this table", "Ministry"),
    ("organizations", "slug,class", "slug,clas", "row 1, field clas: no such column", "class"),
    ("organizations", "Acme,顶点公司", "Acme,more,顶点公司", "row 2: 6 cells under 5 columns", "Quote cells"),
    ("works", "Annual Report", '"Annual Report', "works.csv", "quotation marks"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "what", "remedy"), BAD_CELLS)
def test_a_bad_cell_is_named_with_file_row_field_and_remedy(
    tables: Path, table: str, old: str, new: str, what: str, remedy: str
) -> None:
    edit(tables, table, old, new)
    text = problem(tables)
    assert what in text
    assert remedy in text
    assert text.startswith("invented/")


def test_an_empty_file_is_refused_by_name(tables: Path) -> None:
    (tables / "invented" / "events.csv").write_text("")
    assert "invented/events.csv: the file is empty. Give it a header line and rows, or delete it." in problem(tables)


def test_a_file_that_is_not_utf_8_is_refused_with_the_row(tables: Path) -> None:
    path = tables / "invented" / "people.csv"
    path.write_bytes(path.read_bytes() + "bo-soe,Bo Søe,,\n".encode("latin-1"))
    assert "invented/people.csv, row 3: byte 0xf8 is not UTF-8. Save the file as UTF-8." in problem(tables)


def test_all_bad_records_are_reported_in_one_go(tables: Path) -> None:
    edit(tables, "participations", "convenor,", "convener,")
    edit(tables, "observations", ",16,", ",sixteen,")
    assert len(problem(tables).splitlines()) == 2


def test_a_file_that_is_no_table_is_named(tables: Path) -> None:
    (tables / "invented" / "event.csv").write_text("slug\nx\n")
    assert "invented/event.csv: this is no curated table. Did you mean events" in problem(tables)


def test_a_spreadsheets_byte_order_mark_is_no_error(tables: Path) -> None:
    path = tables / "invented" / "people.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert curated.load("invented", tables).quads == curated.load("invented", WORLD).quads
