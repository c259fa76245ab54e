"""The pages of the report's tables and figures: the report's cells, typed from it, each with its evidence."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from conftest import HTML, Server
from test_report_tables import (
    PRIORITIES,
    TABLE_1,
    TABLE_3,
    TABLE_4,
    TABLE_5,
    TABLE_6,
    TABLE_7,
    TABLE_8,
    is_called,
    parts,
)

from ontology import iris
from queries import saved
from server.report import BY_SLUG, ENTRIES, Entry

pytestmark = pytest.mark.server
SLUGS = [entry.slug for entry in ENTRIES]
TABLES = [entry.slug for entry in ENTRIES if entry.kind == "table"]
FIGURES = [entry.slug for entry in ENTRIES if entry.kind == "figure"]
# What the report states in words of each figure: series, time and value of every point.
POINTS: dict[str, list[tuple[str, str, float]]] = {
    "figure-3": [
        ("China", "2012-12", 16), ("China", "2022-07", 106), ("United States", "2012-12", 114),
        ("United States", "2022-07", 118),
    ],
    "figure-4": [("China", "2022-07", 95), ("United States", "2022-07", 83)],
    "figure-5": [("China", "2012", 448), ("China", "2021", 1055)],
    "figure-6": [("China", "2017-01", 60.3), ("China", "2022-01", 77.65)],
    "figure-7": [
        ("China", "2012-12", 51), ("China", "2019", 79), ("China", "2020", 66), ("China", "2021", 68),
        ("China", "2021-11", 68), ("China", "2022-07", 76), ("China", "2022-07-07", 76),
        ("United States", "2012-12", 119), ("United States", "2022-07", 92), ("all members", "2012", 726),
        ("all members", "2022-07", 759),
    ],
    "figure-9": [("ITU-T Study Group 15", "2021", 64.3), ("ITU-T Study Group 16", "2021", 80)],
    "figure-10": [
        ("ITU-T Study Group 12", "from 2012 to 2022", -37.7), ("ITU-T Study Group 12", "from 2012 to 2022", -8.3),
        ("ITU-T Study Group 13", "2016", 22.9), ("ITU-T Study Group 13", "2021", 2),
        ("ITU-T Study Group 2", "from 2012 to 2022", -20),
        ("ITU-T Study Group 3", "from 2012 to 2022", -53), ("ITU-T Study Group 3", "from 2012 to 2022", -26),
        ("ITU-T Study Group 5", "from 2012 to 2022", -25), ("ITU-T Study Group 5", "from 2012 to 2022", -11),
        ("ITU-T Study Group 9", "from 2012 to 2017", -33.9), ("ITU-T Study Group 9", "from 2012 to 2017", -17),
    ],
}  # fmt: skip


@dataclass
class Cell:
    """A cell as a reader sees it: its text without marks and Chinese names, its links, and its marks."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    @property
    def things(self) -> list[str]:
        """The full addresses that its names lead to."""
        named = [link for link in self.links if link.startswith("/id/") and "/participation/" not in link]
        return [iris.THINGS + link.removeprefix("/id/") for link in named]


class Table(HTMLParser):
    """The cells of the one table of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[Cell]] = []
        self.skip = 0
        self.feed(page.partition('<table class="evident">')[2].partition("</table>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append(Cell())
        elif tag == "a" and self.rows[-1]:
            cell, link = self.rows[-1][-1], given["href"] or ""
            (cell.marks if given.get("class") == "mark" else cell.links).append(link)
        if self.skip or given.get("class") in ("mark", "self") or given.get("lang") == "zh":
            self.skip += 1

    def handle_endtag(self, tag: str) -> None:
        self.skip -= bool(self.skip)

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and not self.skip:
            self.rows[-1][-1].text = " ".join([*self.rows[-1][-1].text.split(), *data.split()])


def cells(page: str) -> list[list[Cell]]:
    return [row for row in Table(page).rows if row]


def texts(page: str) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row) for row in cells(page)]


@pytest.fixture(scope="module")
def shown(server: Server) -> Callable[[str], str]:
    """The page of a table or figure, asked for once."""
    return cache(lambda slug: server.page(f"/report/{slug}"))


def spec_of(page: str) -> dict[str, Any]:
    """The chart of a page."""
    spec = json.loads(re.findall(r'id="chart-spec">(.*?)</script>', page, re.DOTALL)[0])
    assert isinstance(spec, dict)
    return spec


def drawn(spec: dict[str, Any]) -> list[tuple[str, str, float]]:
    """Series, time and value of each point that a chart draws."""
    values = [row for row in spec["data"]["values"] if row["point"] is not None]
    return [(row["series"], row.get("time") or row.get("year") or row["asOf"], row["point"]) for row in values]


def moment(time: str) -> str:
    """A date as a chart holds it; a period stays as it is."""
    return time + "-01-01"[len(time) - 4 :] + "T00:00:00" if re.fullmatch(r"\d{4}(-\d\d)*", time) else time


def test_the_overview_lists_every_table_and_figure_with_place_and_holding(server: Server) -> None:
    page = server.page("/report")
    assert re.findall(r'<li><a href="/report/([^"]+)">', page) == SLUGS
    listed = re.sub(r"<[^>]+>|\s+", " ", page)
    for title, holding in (
        ("Table 4: entities that supported more than 100 work items", "Work Items in ITU 8 rows"),
        ("Table 8: convenors and secretaries of ISO/IEC JTC 1/WG 11", "Early Development 5 rows"),
        ("Figure 3: members of ITU", "Membership in ITU 4 points"),
        ("Figure 8: convenorships in ISO", "Leadership in ISO No value is stated in words, nothing can be drawn"),
    ):
        assert re.search(re.escape(title) + ".{0,160}" + re.escape(holding), re.sub(" +", " ", listed)), title


def test_every_page_of_the_site_leads_to_the_report(server: Server) -> None:
    assert '<a href="/report">Report</a>' in server.page("/")
    assert '<a href="/report" aria-current="page">Report</a>' in server.page("/report/table-3")


@pytest.mark.parametrize("entry", ENTRIES, ids=SLUGS)
def test_an_entry_shows_columns_and_fields_that_its_queries_have(entry: Entry) -> None:
    query = saved.find(entry.query)
    assert {"report-table", "report-figure"} & set(query.tags)
    assert {column.name for column in entry.columns} <= query.columns.keys()
    assert {column.thing for column in entry.columns} - {""} <= query.columns.keys()
    if entry.choice:
        general = {parameter.name for parameter in entry.choice.find().parameters}
        assert {*entry.choice.own, *entry.choice.fixed} <= general


def test_every_query_of_a_printed_table_or_figure_has_a_page() -> None:
    tagged = {q.slug for q in saved.catalogue().values() if {"report-table", "report-figure"} & set(q.tags)}
    assert tagged == {entry.query for entry in ENTRIES}


def test_table_1_shows_each_metric_under_its_category(shown: Callable[[str], str]) -> None:
    expected = [(parts(category)[0], parts(metric)[0]) for category, all_ in TABLE_1.items() for metric in all_]
    assert texts(shown("table-1")) == expected
    assert '<span lang="zh">国际标准转化情况</span>' in shown("table-1")


def test_table_3_shows_members_of_each_class(shown: Callable[[str], str]) -> None:
    assert texts(shown("table-3")) == [tuple(map(str, row)) for row in TABLE_3]


def test_table_4_shows_supporting_members_in_order(shown: Callable[[str], str]) -> None:
    rows = cells(shown("table-4"))
    assert [(row[1].text, row[2].text) for row in rows] == [(chinese, str(count)) for _, chinese, count in TABLE_4]
    assert all(is_called(row[0].things[0], name) for row, (name, _, _) in zip(rows, TABLE_4, strict=True))


def test_table_5_shows_questions_and_the_entities_of_each_cell(shown: Callable[[str], str]) -> None:
    rows = cells(shown("table-5"))
    for row, (group, question, topic, rapporteur, associate, count) in zip(rows, TABLE_5, strict=True):
        assert is_called(row[0].things[0], group)
        assert is_called(row[1].things[0], question)
        assert (row[2].text, row[5].text) == (topic, str(count))
        for cell, printed in ((row[3], rapporteur), (row[4], associate)):
            if printed in ("", "N/A"):
                assert cell.text == (printed or "blank")
                continue
            entities = printed.split("/")
            assert len(cell.things) == len(cell.marks) == len(entities)
            assert all(any(is_called(thing, entity) for thing in cell.things) for entity in entities)


def test_table_6_shows_contributors_in_order(shown: Callable[[str], str]) -> None:
    rows = cells(shown("table-6"))
    assert [row[2].text for row in rows] == [str(count) for _, count in TABLE_6]
    assert all(is_called(row[0].things[0], name) for row, (name, _) in zip(rows, TABLE_6, strict=True))
    countries = [re.search(r"\((China|United States)\)$", name) for name, _ in TABLE_6]
    assert [row[1].text for row in rows] == [country[1] if country else "blank" for country in countries]
    assert rows[4][3].text == 'printed as "China Mobile Communications Corporation"'


def test_table_7_marks_the_stronger_country(shown: Callable[[str], str]) -> None:
    expected = [(word, us or "blank", china or "blank") for _, word, us, china in TABLE_7]
    assert texts(shown("table-7")) == expected


def test_table_8_shows_officers_and_tenures_in_order(shown: Callable[[str], str]) -> None:
    months = {"October": "10", "November": "11", "December": "12", "June": "06", "July": "07", "September": "09"}

    def month(printed: str) -> str:
        name, _, year = printed.strip().partition(" ")
        return f"{year}-{months[name]}" if name else "blank"

    expected = []
    for role, officer, country, tenure in TABLE_8:
        start, _, end = tenure.partition("–")
        expected.append(
            ("ISO/IEC JTC 1/WG 11", role.removeprefix("WG 11 ").lower(), officer, country, month(start), month(end))
        )
    assert texts(shown("table-8")) == expected


def test_technology_priorities_show_each_policy_s_answer(shown: Callable[[str], str]) -> None:
    rows = cells(shown("technology-priorities"))
    assert [tuple(cell.text for cell in row[1:]) for row in rows] == [tuple(row[1:]) for row in PRIORITIES]
    assert all(is_called(row[0].things[0], name) for row, (name, *_) in zip(rows, PRIORITIES, strict=True))


@pytest.mark.parametrize("slug", TABLES)
def test_every_cell_has_a_mark_that_opens_the_table_it_comes_from(shown: Callable[[str], str], slug: str) -> None:
    page = shown(slug)
    bare = [cell.text for row in cells(page) for cell in row if not cell.marks]
    assert set(bare) <= {"blank", ""}
    for mark in {mark for row in cells(page) for cell in row for mark in cell.marks}:
        evidence = page.partition(f'<li id="{mark[1:]}"')[2].partition("</li>")[0]
        assert "/id/citation/great-game-" in evidence, mark
    cited = {page.partition(f'<li id="{m[1:]}"')[2].partition("</a></p>")[0] for r in cells(page) for m in r[0].marks}
    assert any(BY_SLUG[slug].printed in said for said in cited)


@pytest.mark.parametrize("slug", [s for s in SLUGS if s not in ("table-1", "figure-1", "figure-2", "figure-8")])
def test_every_figure_and_answer_leads_to_the_claim_behind_it(shown: Callable[[str], str], slug: str) -> None:
    kinds = {link.split("/")[2] for row in cells(shown(slug)) for cell in row for link in cell.links}
    assert kinds & {"observation", "priority", "participation"}


def test_each_cell_leads_to_a_claim_of_its_own(shown: Callable[[str], str]) -> None:
    assert [cell.links for cell in cells(shown("table-3"))[1][1:]] == [
        [f"/id/observation/itu-t-{which}members-united-states-2022-07"]
        for which in ("", "sector-", "associate-", "academia-")
    ]
    answers = [cell.links[0] for cell in cells(shown("technology-priorities"))[3][1:]]
    assert len(set(answers)) == 3
    assert all(link.startswith("/id/priority/") for link in answers)


def test_the_blank_rapporteur_of_table_5_leads_to_what_is_not_known(shown: Callable[[str], str]) -> None:
    blank = cells(shown("table-5"))[6][3]
    assert (blank.text, blank.links) == ("blank", ["/id/unknown/rapporteur-q4-20"])
    assert "neither a no nor a zero" in shown("table-5")
    assert "Table 5 leaves the rapporteur entity of this Question blank" in shown("table-5")


@pytest.mark.parametrize(
    ("slug", "read"),
    [
        ("table-3", {"Unit": "members", "Time": "as of 2022-07", "Rule of the figures": "headquarters"}),
        ("table-4", {"Unit": "work items", "Out of": "not stated", "Missing": "not stated", "Time": "Study Period 2017-2020", "Rule of the figures": "not stated", "Rule of the countries": "label of the source", "Confidence": "stated"}),
        ("table-5", {"Unit": "work items", "Time": "between 2017 and 2022", "Rule of the figures": "label of the source"}),
        ("figure-6", {"Confidence": "estimated", "Missing": "not stated", "Unit": "percent; percentage points; probability"}),
    ],
)  # fmt: skip
def test_a_page_says_how_its_figures_are_to_be_read(
    shown: Callable[[str], str], slug: str, read: dict[str, str]
) -> None:
    said = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", shown(slug)))
    assert read.items() <= said.items()


@pytest.mark.parametrize("slug", POINTS)
def test_a_figure_draws_the_points_that_the_text_states_and_no_line(shown: Callable[[str], str], slug: str) -> None:
    page = shown(slug)
    spec = spec_of(page)
    times = moment if "asOf" in str(spec["encoding"]) else str
    assert sorted(drawn(spec)) == sorted((series, times(time), value) for series, time, value in POINTS[slug])
    assert f"<strong>{len(POINTS[slug])} points</strong> in words" in page
    marks = [part["mark"] for part in (spec, *spec.get("layer", ())) if "mark" in part]
    assert {mark["type"] if isinstance(mark, dict) else mark for mark in marks} <= {"point", "text"}
    rows = cells(page)
    assert sum(row[-1].text == "yes" for row in rows) == len(POINTS[slug])
    assert all(any(cell.marks for cell in row) for row in rows)


@pytest.mark.parametrize("slug", sorted(set(FIGURES) - set(POINTS)))
def test_a_figure_without_values_says_that_nothing_can_be_drawn(shown: Callable[[str], str], slug: str) -> None:
    page = shown(slug)
    assert "<strong>nothing can be drawn</strong>" in page
    assert "chart-spec" not in page
    assert "What the report says of it" in page


@pytest.mark.parametrize("slug", FIGURES)
def test_a_figure_records_that_its_plotted_values_are_not_known(shown: Callable[[str], str], slug: str) -> None:
    unknown = shown(slug).partition('id="unknown"')[2].partition("</section>")[0]
    assert f"Only the caption of {BY_SLUG[slug].printed} is in the text" in unknown
    assert f'href="/id/unknown/{slug}-plotted-values"' in unknown


def test_a_range_or_limit_is_told_and_not_drawn(shown: Callable[[str], str]) -> None:
    limits = [f"{limit} percent (count and denominator not given)" for limit in ("less than 10", "at most 25")]
    told = [row[3].text for row in cells(shown("figure-9")) if row[-1].text == "no"]
    assert told == ["0 contributions", "1 rank", "2 rank", *limits]
    assert "5 more figures that the text states" in shown("figure-9")


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_has_the_query_behind_it(server: Server, shown: Callable[[str], str], slug: str) -> None:
    page, query = shown(slug), saved.find(BY_SLUG[slug].query)
    assert f'<a href="/queries/{query.slug}">' in page
    assert 'href="/sparql?query=' in page
    assert query.body.splitlines()[0].replace("<", "&lt;").replace(">", "&gt;") in page
    downloads = re.findall(r'href="(/queries/[^"]+)" download', page)
    assert len(downloads) == (0 if slug in ("figure-1", "figure-2", "figure-8") else 3)
    assert all(server.ask(link, method="HEAD").status == 200 for link in downloads)


@pytest.mark.parametrize("slug", ["table-2", "table-9", "figure-11", "Table-3", "table-3.csv"])
def test_a_table_that_the_report_does_not_have_is_404(server: Server, slug: str) -> None:
    assert server.ask(f"/report/{slug}", HTML).status == 404
