"""The pages of the report for other choices of a reader, all of its pages as wholes, and in a real Chromium."""

import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from conftest import HTML, Server
from playwright.sync_api import Page, expect
from test_server_pages import Reader
from test_server_report import SLUGS, cells, texts

pytestmark = pytest.mark.server
Look = Callable[[str], Page]
CHOICES = [
    "/report/table-3?country=country%2Fus", "/report/table-4?country=country%2Fcn&year=2018",
    "/report/table-8?group=SC+41", "/report/figure-7?country=country%2Fus", "/report/figure-3?country=country%2Fkr",
]  # fmt: skip
PAGES = ["/report", *(f"/report/{slug}" for slug in SLUGS), *CHOICES]


def chosen(page: str, head: str) -> list[str]:
    heads = re.findall(r'<th scope="col">([^<]+)</th>', page)
    return [row[heads.index(head)].text for row in cells(page)]


@pytest.mark.parametrize(
    ("choice", "values"),
    [
        ("table-3?country=country/us", ["83", "11", "39", "29", "4"]),
        ("table-3?year=2019", ["13", "12", "20"]),
        ("table-4?country=China&year=2018", ["274", "248", "204", "189", "189", "131", "109"]),
        ("table-6?country=United+States", ["60", "22", "11", "10", "10", "10"]),
        ("figure-7?country=country/us", ["119", "92"]),
        ("figure-7?country=country/cn&year=2020", ["66"]),
        ("figure-6?year=2022", ["77.65"]),
    ],
)
def test_another_choice_is_not_the_report_s_and_shows_what_is_held(
    server: Server, choice: str, values: list[str]
) -> None:
    page = server.page(f"/report/{choice}")
    assert re.search("<strong>Not the report’s (table|figure).</strong>", page)
    assert sorted(chosen(page, "Value")) == sorted(values)
    assert all(row[-1].marks and row[-1].links for row in cells(page))
    assert 'href="/queries/figure-of-' in page


def test_a_period_counts_for_each_of_its_years(server: Server) -> None:
    page = server.page("/report/figure-9?year=2021")
    assert {"64.3", "80", "25"} <= set(chosen(page, "Value"))
    assert "from 2012 to 2022" in chosen(page, "Period")


def test_a_choice_leaves_out_what_does_not_fit_it(server: Server) -> None:
    page = server.page("/report/table-4?country=country/cn")
    assert "Electronics and Telecommunications Research Institute" not in page.partition("<table")[2]
    assert chosen(page, "Counts as") == ["China"] * 7


@pytest.mark.parametrize(
    ("choice", "holders"),
    [
        ("group=group/iso-iec-jtc-1-sg-1&country=country/cn&year=2013", {"Yuan Yuan", "Tangli Liu"}),
        ("year=2016&country=China", {"Yuan Yuan", "Heng Qian", "Tangli Liu"}),
        ("group=&body=ITU-T&role=rapporteur&country=United+States", {"Microsemi Corporation", "United States"}),
    ],
)
def test_roles_of_another_group_country_body_or_year_are_shown_for_table_8(
    server: Server, choice: str, holders: set[str]
) -> None:
    page = server.page(f"/report/table-8?{choice}")
    assert set(chosen(page, "Holder")) == holders
    assert all(row[-1].marks for row in cells(page))
    assert "<strong>Not the report’s table.</strong>" in page


@pytest.mark.parametrize("choice", ["table-3?country=country/kr", "figure-8?country=country/kr", "table-4?year=1999"])
def test_a_choice_without_figures_says_that_nothing_is_recorded(server: Server, choice: str) -> None:
    page = server.page(f"/report/{choice}")
    assert "Nothing is recorded for these choices" in page
    assert "That is no zero." in page
    assert "Absence here is not absence in the world." in page


@pytest.mark.parametrize(
    "choice", ["table-3?country=&body=ITU-T&year=2022", "table-8?group=WG+11&role=", "figure-5?body=body/itu-t"]
)
def test_the_report_s_own_choice_is_the_report_s_table(server: Server, choice: str) -> None:
    page = server.page(f"/report/{choice}")
    assert "Not the report’s" not in page
    assert cells(page)


def test_a_choice_has_a_permanent_address(server: Server) -> None:
    page = server.page("/report/table-3?country=United+States")
    said = re.findall(r'id="address" hidden>[^<]*(/report/[^<]+)<', page)[0].replace("&amp;", "&")
    assert said == "/report/table-3?country=country%2Fus&body=body%2Fitu-t&year=2022"
    assert texts(server.page(said)) == texts(page)


def test_a_choice_that_cannot_be_used_keeps_its_text(server: Server) -> None:
    reply = server.ask("/report/table-8?group=smart", HTML)
    assert (reply.status, 'value="smart"' in reply.text, "Did you mean" in reply.text) == (400, True, True)
    reply = server.ask("/report/table-3?year=" + quote("soon<"), HTML)
    assert (reply.status, 'value="soon&lt;"' in reply.text) == (400, True)


@pytest.mark.parametrize("path", ["/report/table-3?nope=1", "/report/table-1?country=country/us"])
def test_a_parameter_that_the_page_does_not_have_is_400(server: Server, path: str) -> None:
    reply = server.ask(path)
    assert (reply.status, json.loads(reply.text)["kind"]) == (400, "bad-parameter")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_names_its_release(server: Server, path: str) -> None:
    found = Reader(page := server.page(path))
    assert found.inline == []
    assert len(found.ids) == len(set(found.ids))
    assert "Plenary, release 1" in page
    assert "This release covers" in page


def test_no_page_of_the_report_links_to_an_address_that_is_not_there(server: Server) -> None:
    links = {link.partition("#")[0] for path in PAGES for link in Reader(server.page(path)).links}
    own = sorted(link for link in links if link.startswith("/") and not link.startswith("/static/"))
    assert len(own) > 200
    assert [link for link in own if server.ask(link, HTML, method="HEAD").status != 200] == []


@pytest.mark.browser
def test_a_figure_is_drawn_as_points_with_their_values(look: Look) -> None:
    page = look("/report/figure-3")
    expect(page.locator("#chart svg")).to_be_visible()
    expect(page.locator("#chart .mark-symbol.role-mark path")).to_have_count(4)
    expect(page.locator("#chart .mark-line")).to_have_count(0)
    values = page.locator("#chart .mark-text.role-mark text")
    assert sorted(values.evaluate_all("all => all.map(one => one.textContent)")) == ["106", "114", "118", "16"]
    expect(page.locator("#chart")).to_contain_text("United States")


@pytest.mark.browser
def test_a_mark_in_a_cell_opens_its_citation_there(look: Look) -> None:
    page = look("/report/table-8")
    mark = page.locator("td a.mark").first
    mark.click()
    expect(page.locator("td .cited")).to_contain_text("note 205")
    mark.press("Escape")
    expect(page.locator(".cited")).to_have_count(0)


@pytest.mark.browser
def test_a_reader_changes_country_and_year_and_goes_back(look: Look) -> None:
    page = look("/report/figure-7")
    page.get_by_label("Country", exact=True).select_option(label="China")
    page.get_by_label("Year", exact=True).fill("2019")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_contain_text("Not the report’s figure.")
    expect(page.locator("table.evident tbody tr")).to_have_count(1)
    expect(page.locator("table.evident")).to_contain_text("79")
    page.get_by_role("link", name="Back to the report’s figure").click()
    expect(page.locator("table.evident tbody tr")).to_have_count(11)


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_on_a_phone_breaks_its_policy_or_asks_an_outside_host(
    look: Look, page: Page, path: str
) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": 360, "height": 740})
    look(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert told == []
