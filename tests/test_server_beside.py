"""Several rules of attribution side by side: the pivot by itself, over invented records, and as page and CSV."""

import csv
import html
import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest
from conftest import HTML, Server
from hypothesis import given
from hypothesis import strategies as st
from items import items_store
from playwright.sync_api import Page, expect
from pyoxigraph import Literal, NamedNode, QuerySolutions

from ontology.terms import PLEN, XSD
from queries import saved
from queries.store import Rows
from server import served
from server.beside import Beside, folded, pivot, to_csv
from server.compared import Compared, comparable, compare
from server.form import read
from server.show import Value
from server.table import Table, table

TYPES = {"who": "iri", "unit": "string", "rank": "number", "missing": "number", "rule": "string", "claim": "iri"}
COLUMNS = ("who", "whoLabel", "unit", "rank", "missing", "rule", "claim")
REGISTRATION, PARENT, DELEGATION = map(Value, (PLEN.registration, PLEN.ultimateParent, PLEN.delegation))
BESIDE = "/queries/exclusive-and-open-roles?_beside=attributionRule"


def number(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(XSD + "integer"))


def found(rule: str, *rows: tuple[str, int]) -> Table:
    """A result of one rule: a name and a rank in each row, 9 missing."""
    terms = [
        (NamedNode(f"https://example.org/{who}"), Literal(who), Literal("percent"), number(rank), number(9),
         Literal(rule), NamedNode(f"https://example.org/claim/{rule[:1]}-{who}"))
        for who, rank in rows
    ]  # fmt: skip
    return table(Rows(COLUMNS, list(terms)), TYPES)


def both() -> Beside:
    registered = found("registration", ("=Alpha", 1), ("Beta", 2), ("Delta", 3))
    controlled = found("ultimate parent", ("=Alpha", 1), ("Gamma", 2), ("Delta", 3))
    return pivot([(REGISTRATION, registered), (PARENT, controlled), (DELEGATION, found("delegation"))])


def said(beside: Beside) -> list[list[str]]:
    def text(value: Value | str | None) -> str:
        return value.shown if isinstance(value, Value) else value or ""

    return [
        [text(value) for value in (*thing, *(v for side in sides for v in side))] for thing, sides in beside.lines()
    ]


def test_each_thing_has_one_line_and_a_rule_without_it_says_so() -> None:
    shown, told = folded(both())
    assert told == [("Unit", "percent")]
    assert [len(side.columns) for side in shown.sides] == [3, 3, 1]
    assert [[line[0], line[1], line[2], line[4], line[5], line[7]] for line in said(shown)] == [
        ["=Alpha", "1", "9", "1", "9", "no row"], ["Gamma", "no row", "", "2", "9", "no row"],
        ["Beta", "2", "9", "no row", "", "no row"], ["Delta", "3", "9", "3", "9", "no row"],
    ]  # fmt: skip


def test_csv_names_the_rule_in_each_heading_and_disarms_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(both()).decode())))
    assert list(rows[0])[:6] == [
        "who", "unit", "rank (registration)", "missing (registration)", "claim (registration)", "rank (ultimate parent)",
    ]  # fmt: skip
    assert (rows[0]["who"], rows[0]["claim (ultimate parent)"]) == ("'=Alpha", "https://example.org/claim/u-=Alpha")
    assert (rows[1]["rank (registration)"], rows[1]["missing (registration)"]) == ("no row", "")


def test_a_thing_that_a_rule_has_twice_takes_two_lines() -> None:
    twice = found("registration", ("Beta", 2), ("Beta", 5))
    beside = pivot([(REGISTRATION, twice), (PARENT, found("ultimate parent", ("Beta", 1)))])
    assert [(line[2], line[5]) for line in said(beside)] == [("2", "1"), ("5", "no row")]


@given(st.lists(st.lists(st.sampled_from("abcdefg"), unique=True), min_size=1, max_size=4))
def test_no_row_of_any_rule_is_lost_and_the_first_rule_keeps_its_order(lists: list[str]) -> None:
    tables = [(REGISTRATION, found("registration", *((who, 1) for who in names))) for names in lists]
    beside = pivot(tables)
    lines = [thing[0].label for thing in beside.things if thing[0]]
    assert sorted(lines) == sorted(set().union(*map(set, lists)))
    assert [who for who in lines if who in lists[0]] == lists[0]
    for side, names in zip(beside.sides, lists, strict=True):
        assert {who for who, row in zip(lines, side.rows, strict=True) if row} == set(names)


def select(sparql: str, limit: float = 0) -> Rows:
    """What a query gives over the invented records of tests/items.py."""
    rows = items_store().query(sparql, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    return Rows(tuple(variable.value for variable in rows.variables), [tuple(row) for row in rows])


def run(name: str, **values: str) -> list[served.Row]:
    rows = select(served.own(name, **values))
    return [dict(zip(rows.variables, row, strict=True)) for row in rows.rows]


def pairs(sparql: str) -> list[tuple[str, ...]]:
    return [tuple(map(served.text, row)) for row in select(sparql).rows]


HERE = SimpleNamespace(
    store=SimpleNamespace(select=select), config=SimpleNamespace(limit=9), run=run, choices=pairs, options=lambda _: ()
)


def invented(slug: str) -> Compared:
    """A query over the invented records, under all its rules."""
    query, here = saved.find(slug), cast(served.Served, HERE)
    parameter = comparable(query)
    assert parameter
    return compare(read(query, {}, here), parameter, here)


def of(compared: Compared, name: str) -> list[dict[str, str]]:
    """The lines of a CSV in which some cell is that name."""
    lines = csv.DictReader(io.StringIO(to_csv(compared.beside).decode()))
    return [line for line in lines if name in line.values()]


def test_what_counts_for_nobody_stands_where_a_rule_has_no_row() -> None:
    """RAN2 has 42 pairs, 10 of Sweden by registration and none by ultimate parent; 5 of Gamma and 2 of nobody."""
    compared = invented("roles-by-country-and-group")
    (line,) = of(compared, "SE")
    names = ("numerator", "missing", "denominator")
    assert [line[f"{name} (registration)"] for name in names] == ["10", "7", "42"]
    assert [line[f"{name} (ultimate parent)"] for name in ("rank", *names)] == ["no row", "", "7", "42"]
    assert [line[f"{name} (delegation)"] for name in ("rank", *names)] == ["unknown", "", "42", "42"]
    assert "country-unknown-delegation" in line["claim (delegation)"]
    assert ["Under delegation all is unknown" in told for told in compared.told] == [True]


def test_a_subsidiary_counts_for_itself_or_with_its_parent() -> None:
    compared = invented("roles-by-organization")
    (parent,), (below,) = of(compared, "Alpha Systems Ltd"), of(compared, "Alpha Systems Sweden AB")
    rules = ("registration", "ultimate parent")
    assert [parent[f"numerator ({rule})"] for rule in rules] == ["35", "45"]
    assert [below[f"rank ({rule})"] for rule in rules] == ["3", "no row"]
    assert "organization-unknown-ultimate-parent" in below["claim (ultimate parent)"]


def test_the_unknown_part_of_another_whole_is_not_mixed_in() -> None:
    """Documents that are split among their organizations are 79, the pairs that are unknown 84 of 84."""
    lines = of(invented("roles-split-among-organizations"), "China")
    assert [(line["denominator (registration)"], line["rank (delegation)"]) for line in lines] == [("79", "unknown")]
    assert [line["claim (delegation)"] for line in lines] == [""]


MEASURES = [slug for slug, query in saved.catalogue().items() if comparable(query)]


@pytest.mark.parametrize("slug", [slug for slug in MEASURES if saved.find(slug).needs])
def test_every_measure_of_records_stands_under_the_three_rules(slug: str) -> None:
    sides = invented(slug).beside.sides
    assert [side.rule for side in sides][:3] == [REGISTRATION, PARENT, DELEGATION]
    assert all(any("missing" in column.name.lower() for column in side.columns) for side in sides)


@pytest.mark.server
@pytest.mark.parametrize("slug", [slug for slug in MEASURES if not saved.find(slug).needs])
def test_each_rule_has_the_rows_that_the_query_gives_under_it_alone(server: Server, slug: str) -> None:
    name = getattr(comparable(saved.find(slug)), "name", "")
    lines = records(server, f"{slug}.csv?_beside={name}")
    for rule in ("registration", "headquarters"):
        rows = records(server, f"{slug}.csv?{name}=plen:{rule}")
        figures = [
            column for column, kind in saved.find(slug).columns.items() if kind == "number" and column in rows[0]
        ]
        own = [[line[f"{column} ({rule})"] for column in figures] for line in lines]
        absent = [line for line in own if line[0] in ("no row", "unknown")]
        assert sorted(line for line in own if line not in absent) == sorted([row[c] for c in figures] for row in rows)


def records(server: Server, path: str) -> list[dict[str, str]]:
    reply = server.ask("/queries/" + path)
    assert reply.status == 200, reply.text
    return list(csv.DictReader(io.StringIO(reply.text)))


@pytest.mark.server
def test_the_file_of_the_table_has_a_name_of_its_own_and_json_stays_in_rows(server: Server) -> None:
    reply = server.ask(BESIDE.replace("?", ".csv?"))
    assert "plenary-exclusive-and-open-roles-side-by-side-release-1-" in reply.headers["Content-Disposition"]
    assert server.ask(BESIDE.replace("?", ".json?")).status == 406
    assert json.loads(server.ask("/queries/exclusive-and-open-roles.json").text)["head"]["vars"][0] == "rule"


@pytest.mark.server
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("exclusive-and-open-roles?_beside=nope", "'nope' cannot be side by side here. Write _beside=attributionRule"),
        ("exclusive-and-open-roles?_beside=", "Write _beside=attributionRule, once."),
        ("members-over-time?_beside=attributionRule", "gives no figures under a rule that you choose"),
        (BESIDE[9:] + "&attributionRule=country/cn", "is none of the rules"),
    ],
)
def test_what_cannot_stand_side_by_side_is_400(server: Server, address: str, words: str) -> None:
    for accept in ("text/csv", HTML):
        reply = server.ask("/queries/" + address, accept)
        assert (reply.status, words in html.unescape(reply.text)) == (400, True)


@pytest.mark.server
def test_the_page_leads_there_and_back_and_keeps_what_was_chosen(server: Server) -> None:
    page = server.page("/queries/exclusive-and-open-roles?actor=country/us&attributionRule=plen:headquarters")
    link = '/queries/exclusive-and-open-roles?actor=country%2Fus&amp;_beside=attributionRule"'
    assert page.count(link) == 2
    there = server.page(html.unescape(link[:-1]))
    assert '<input type="hidden" name="_beside" value="attributionRule">' in there
    assert 'href="/queries/exclusive-and-open-roles?actor=country%2Fus">One rule at a time' in there
    assert "_beside" not in server.page("/queries/members-over-time")


@pytest.mark.server
def test_some_rules_can_be_chosen_and_words_that_go_with_a_figure_stand_under_the_rule(server: Server) -> None:
    rules = "&attributionRule=plen:sourceLabel&attributionRule=plen:delegation"
    path = "figure-of-organizations{}?_beside=attributionRule" + rules
    page = server.page("/queries/" + path.format(""))
    assert "8 rows, 2 rules side by side" in page  # the eight of Table 4
    (huawei,) = (line for line in records(server, path.format(".csv")) if line["organization"] == "Huawei")
    assert [huawei[f"{name} (label of the source)"] for name in ("countsAs", "value")] == ["China", "274"]
    assert [huawei[f"{name} (delegation)"] for name in ("countsAs", "value")] == ["", "274"]
    assert "No source of this release says by delegation what counts for whom." in page
    assert "“No row” is not zero" not in page
    assert "“No row” is not zero" in server.page("/queries/introduction-to-maturity?_beside=rule")


@pytest.mark.server
@pytest.mark.browser
def test_the_table_sorts_by_a_column_of_a_rule_and_scrolls_in_its_frame(
    look: Callable[[str], Page], page: Page
) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    look("/queries/pattern-by-technology?_beside=rule")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    head = page.get_by_role("columnheader", name="Stages").nth(3)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    place = head.evaluate("(head) => head.cellIndex")
    cells = page.locator(f"table.sides tbody td:nth-child({place + 1})").all_text_contents()
    assert cells == sorted(cells, key=int)
    assert len(set(cells)) > 1
