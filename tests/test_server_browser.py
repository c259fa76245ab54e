"""Pages in a real Chromium, which reaches nobody but the server."""

import csv
import json
import re
from collections.abc import Callable

import pytest
from conftest import Server
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.server]

Look = Callable[[str], Page]
PAGES = [
    "/", "/search?q=china", "/search?q=zzzz", "/queries", "/queries/members-over-time", "/queries/roles-in-group",
    "/queries/shares-with-denominators", "/sparql", "/id/organization/cesi", "/id/country/cn",
    "/id/citation/great-game-smart-cities-iso-early-table-8-n205", "/id/person/nobody",
]  # fmt: skip
COLOURS = "getComputedStyle(document.documentElement).backgroundColor"


def put(page: Page, text: str) -> None:
    """Write a query into the editor."""
    page.locator(".tabPanel.active .CodeMirror").evaluate("(editor, text) => editor.CodeMirror.setValue(text)", text)


def test_a_reader_searches_with_the_slash_key_and_opens_a_thing(look: Look) -> None:
    page = look("/queries")
    page.keyboard.press("/")
    page.keyboard.type("中国电子技术标准化研究院")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="China Electronics Standardization Institute").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("中国电子技术标准化研究院")


def test_a_mark_opens_its_citation_in_place_and_escape_closes_it(look: Look) -> None:
    page = look("/id/person/heng-qian")
    mark = page.locator("a.mark").first
    mark.click()
    expect(page.locator("li .cited")).to_contain_text("note 205")
    expect(mark).to_have_attribute("aria-expanded", "true")
    mark.press("Escape")
    expect(page.locator(".cited")).to_have_count(0)
    mark.press("Enter")
    page.locator(".cited a", has_text="note 205").click()
    expect(page).to_have_url(re.compile("/id/note/great-game-205$"))


def test_a_reader_runs_a_saved_query_and_downloads_it(look: Look) -> None:
    page = look("/queries/roles-in-group")
    page.get_by_label("Role", exact=True).select_option("convenor")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("table.sortable tbody tr", has_text="Tangli Liu")).to_have_count(0)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    download = waiting.value
    assert re.fullmatch(r"plenary-roles-in-group-release-1-\d{4}-\d\d-\d\d\.csv", download.suggested_filename)
    rows = list(csv.DictReader(download.path().read_text(encoding="utf-8").splitlines()))
    assert [row["holderLabel"] for row in rows][:2] == ["Yuan Yuan", "Heng Qian"]
    expect(page.locator("table.sortable tbody tr")).to_have_count(len(rows))


def test_columns_sort_by_number_and_back(look: Look) -> None:
    page = look("/queries/table-4-supported-work-items")
    head = page.get_by_role("button", name="Work items")
    numbers = "cells => cells.map(cell => Number(cell.dataset.sort))"
    head.click()
    assert page.locator("td.number").evaluate_all(numbers) == [109, 131, 185, 189, 189, 204, 248, 274]
    head.click()
    assert page.locator("td.number").evaluate_all(numbers)[0] == 274


def test_a_chart_is_drawn_as_svg_and_again_in_the_dark(look: Look) -> None:
    page = look("/queries/members-over-time")
    bars = page.locator("#chart svg")
    expect(bars).to_be_visible()
    first = page.locator("#chart svg").inner_html()
    page.locator("#theme").click()
    expect(page.locator("#chart svg")).not_to_have_js_property("innerHTML", first)
    expect(page.locator("#chart")).to_contain_text("United States")


def test_the_editor_runs_a_query_and_links_to_pages_here(look: Look) -> None:
    page = look("/sparql")
    expect(page.locator(".CodeMirror")).to_be_visible()
    put(page, "SELECT * { VALUES ?x { <https://w3id.org/plenary/id/person/heng-qian> } }")
    page.locator(".tabPanel.active .CodeMirror").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("1 rows")
    page.locator('#editor a[href="/id/person/heng-qian"]').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Heng Qian")


def test_the_editor_tells_an_error_by_line_and_cancels(look: Look) -> None:
    page = look("/sparql")
    expect(page.locator(".CodeMirror")).to_be_visible()
    put(page, "SELECT * {\n ?s nope:x ?o }")
    page.locator("#run").click()
    expect(page.locator(".problem")).to_contain_text("Line 2, column 5")
    put(page, "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.locator("#run").click()
    expect(page.locator("#status")).to_contain_text("Running")
    page.locator("#cancel").click()
    expect(page.locator("#status")).to_have_text("Cancelled")
    expect(page.locator("#run")).to_be_enabled()


def test_a_saved_query_goes_into_the_editor_and_completion_asks_nobody(look: Look) -> None:
    page = look("/sparql")
    page.locator('[data-slug="roles-in-group"]').click()
    expect(page.locator(".tabPanel.active .CodeMirror")).to_contain_text("iso-iec-jtc-1-wg-11")
    put(page, "")
    page.locator(".tabPanel.active .CodeMirror").click()
    page.keyboard.type("PREFIX ple")
    expect(page.locator(".CodeMirror-hint")).to_have_text(["plen: <https://w3id.org/plenary/ns#>"])


def test_dark_mode_follows_the_system_and_a_choice_is_kept(look: Look, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    dark = look("/").evaluate(COLOURS)
    page.locator("#theme").click()
    light = page.evaluate(COLOURS)
    page.reload()
    assert dark == "rgb(22, 25, 27)"
    assert light == page.evaluate(COLOURS) == "rgb(253, 253, 251)"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways_on_a_phone_or_asks_an_outside_host(look: Look, page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    look(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", PAGES[:6])
def test_no_page_breaks_its_own_policy(look: Look, page: Page, path: str) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    look(path)
    page.wait_for_load_state("networkidle")
    assert told == []


def test_the_keyboard_reaches_all_and_focus_is_seen(look: Look) -> None:
    page = look("/id/person/heng-qian")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    seen: list[str] = []
    for _ in range(4):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    assert seen == ["solid"] * 4


def test_paper_carries_the_evidence_and_no_controls(look: Look, page: Page) -> None:
    look("/id/person/heng-qian")
    page.emulate_media(media="print")
    expect(page.locator("ol.evidence")).to_be_visible()
    expect(page.locator("header nav")).to_be_hidden()
    expect(page.locator("#theme")).to_be_hidden()
    page.goto("/queries/roles-in-group")
    expect(page.get_by_role("columnheader", name="Holder")).to_be_visible()


def test_a_page_reads_without_scripts(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url + "/id/person/heng-qian")
    page.locator("a.mark").first.click()
    expect(page).to_have_url(re.compile("#evidence-1$"))
    page.goto(server.url + "/queries/members-over-time")
    expect(page.locator("table")).to_contain_text("114")
    context.close()


def test_copying_a_link_gives_the_permanent_address(look: Look, context: BrowserContext, server: Server) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = look("/queries/members-over-time?country=China&body=ITU")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == server.url + "/queries/members-over-time?country=country%2Fcn&body=body%2Fitu"


def test_the_chart_holds_the_figures_of_the_table(look: Look) -> None:
    page = look("/queries/members-over-time")
    spec = json.loads(page.locator("#chart-spec").text_content())
    shown = page.locator("td.number").evaluate_all("cells => cells.map(cell => Number(cell.dataset.sort))")
    assert [row["value"] for row in spec["data"]["values"]] == shown
