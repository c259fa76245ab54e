"""The explorer in a real Chromium, by mouse and by keyboard, and what it gives to take away."""

import csv
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import HTML, Server
from playwright.sync_api import Page, expect

from server.pages.explore import presets

Look = Callable[[str], Page]
pytestmark = [pytest.mark.browser, pytest.mark.server]
EVIL = '</script><img src=x onerror="document.title=1">"\'‮العربية'


def ready(page: Page) -> Page:
    """Wait until the explorer shows what it was asked for."""
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#told")).not_to_have_class(re.compile("loud"))
    return page


def places(page: Page) -> dict[str, str]:
    """Where each thing stands, by the address."""
    found = re.search(r"[#&]n=([^&]*)", page.url)
    return {p.split("@")[0]: re.sub(r"[!^].*", "", p.split("@")[1]) for p in found[1].split(";")} if found else {}


def names(page: Page) -> set[str]:
    """The things of the table."""
    return set(page.locator("#tables table").first.locator("td:first-child button").all_inner_texts())


def tool(page: Page, name: str) -> None:
    page.locator(f"[data-tool={name}]").click()


def download(page: Page, label: str) -> str:
    page.locator(".menu summary").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    assert waiting.value.suggested_filename.startswith("plenary-")
    return Path(waiting.value.path()).read_bytes().decode("utf-8", "replace")


def test_a_thing_opens_with_its_neighbours_counts_and_statements(look: Look) -> None:
    page = ready(look("/explore?node=person/richard-li"))
    assert {"Richard Li", "ITU-T Focus Group on Network 2030", "Futurewei"} <= names(page)
    expect(page.locator("#panel .openings")).to_contain_text(re.compile(r"\+ \d+ organization"))
    expect(page.locator("#panel")).to_contain_text("chair")
    page.locator("#panel a.mark").first.click()
    expect(page.locator("#panel .cited").first).to_be_visible()


def test_what_is_placed_does_not_move_when_a_node_opens_closes_and_opens_again(look: Look) -> None:
    page = ready(look("/explore?node=person/richard-li"))
    before = places(page)
    page.get_by_role("button", name="Futurewei", exact=True).first.click()
    tool(page, "expandAll")
    expect(page.locator("#told")).to_contain_text("Added:")
    after = places(page)
    assert len(after) > len(before)
    assert {id_: after[id_] for id_ in before} == before
    tool(page, "collapse")
    assert places(page) == before
    tool(page, "undo")
    assert places(page) == after
    page.go_back()
    expect(page.locator("#told")).not_to_have_class(re.compile("loud"))


def test_undo_and_redo_by_keyboard(look: Look) -> None:
    page = ready(look("/explore?node=person/richard-li"))
    before = places(page)
    page.locator("#graph").focus()
    page.keyboard.press("Delete")
    assert "Richard Li" not in names(page)
    page.keyboard.press("Control+z")
    assert "Richard Li" in names(page)
    page.keyboard.press("Control+Shift+z")
    assert "Richard Li" not in names(page)
    assert places(page) == before


def test_a_link_gives_a_colleague_the_same_view(look: Look, page: Page) -> None:
    ready(look("/explore?node=person/richard-li"))
    page.get_by_label("Colour by").select_option("country")
    page.get_by_label("Rule of country").select_option("ultimateParent")
    shared = page.evaluate("location.href")
    told, placed = names(page), places(page)
    other = page.context.new_page()
    other.goto(shared)
    ready(other)
    assert (names(other), places(other)) == (told, placed)
    expect(other.get_by_label("Colour by")).to_have_value("country")
    expect(other.locator("#legend")).to_contain_text("China")
    other.close()


def test_the_keyboard_walks_opens_and_lists_its_keys(look: Look) -> None:
    page = ready(look("/explore?node=person/richard-li"))
    page.locator("#graph").focus()
    seen = set()
    for key in ("ArrowUp", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
        seen.add(page.locator("#here").inner_text())
    assert len(seen) >= 2
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#graph")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_more_than_a_few_of_a_kind_stand_together_until_asked_for(look: Look) -> None:
    page = ready(look("/explore?node=body/itu-t"))
    row = page.locator("#tables tr", has_text="more of ITU-T").first
    count = int(re.search(r"\d+", row.inner_text())[0])  # type: ignore[index]
    assert count > 12
    before = len(names(page))
    row.get_by_role("button").click()
    expect(page.locator("#told")).to_contain_text("Added:")
    assert len(names(page)) - before == min(count, 20)


def test_filters_by_kind_and_date_and_country_say_what_they_keep_out(look: Look) -> None:
    page = ready(look("/explore?preset=work-items-of-itu-t"))
    assert "Electronics and Telecommunications Research Institute" in names(page)
    page.locator("#filters summary").click()
    page.get_by_label("Country", exact=True).select_option("cn")
    assert "Electronics and Telecommunications Research Institute" not in names(page)
    expect(page.locator("#filtered")).to_contain_text("1 things")
    tool(page, "clear")
    page.get_by_label("standards bodies").uncheck()
    assert "ITU-T" not in names(page)


def test_the_slider_leaves_what_can_have_held_in_a_month(look: Look) -> None:
    page = ready(look("/explore?preset=work-items-of-itu-t"))
    edges = page.locator("#tables table").nth(1).locator("tbody tr")
    expect(edges.filter(has_text="2020-12-31")).to_have_count(8)  # Table 4 has eight rows, all of 2017 to 2020
    page.locator("#filters summary").click()
    page.locator("#date").fill(str(2017 * 12 + 5))
    expect(edges.filter(has_text="2020-12-31")).to_have_count(8)
    expect(page.locator("#date-said")).to_have_text("2017-06")
    assert "date=2017-06" in page.url


def test_the_mouse_opens_drags_and_selects_several(look: Look) -> None:
    page = ready(look("/explore?preset=network-2030-new-ip"))

    page.locator("#graph").scroll_into_view_if_needed()

    def spot(id_: str) -> tuple[float, float]:
        at = page.evaluate(
            "id => document.getElementById('graph')._cyreg.cy.getElementById(id).renderedPosition()", id_
        )
        box = page.locator("#graph").bounding_box() or {}
        return box["x"] + at["x"], box["y"] + at["y"]

    before = places(page)
    page.mouse.dblclick(*spot("organization/huawei"))
    expect(page.locator("#told")).to_contain_text("Added:")
    after = places(page)
    assert {id_: after[id_] for id_ in before} == before
    page.mouse.move(*spot("person/richard-li"))
    page.mouse.down()
    page.mouse.move(*[one + 30 for one in spot("person/richard-li")], steps=4)
    page.mouse.up()
    expect(page.locator("#told")).not_to_have_class(re.compile("loud"))
    moved = places(page)
    assert [id_ for id_ in after if moved[id_] != after[id_]] == ["person/richard-li"]
    page.mouse.click(*spot("organization/futurewei"))
    page.keyboard.down("Shift")
    page.mouse.click(*spot("person/richard-li"))
    page.keyboard.up("Shift")
    expect(page.locator("#panel h2")).to_have_text("2 selected")


def test_paths_among_the_selected_are_found_and_told(look: Look) -> None:
    page = ready(look("/explore?node=organization/mss&node=group/iso-iec-jtc-1-sc-27"))
    page.get_by_role("button", name="Ministry of State Security").first.click()
    page.goto(re.sub(r"&s=[^&]*", "", page.url) + "&s=organization/mss;group/iso-iec-jtc-1-sc-27")
    page.reload()
    ready(page)
    tool(page, "paths")
    expect(page.locator("#panel")).to_contain_text("oversees China Information Technology Security Evaluation Center")
    assert {"ISO/IEC 23837-2", "China Information Technology Security Evaluation Center"} <= names(page)


@pytest.mark.parametrize("slug", sorted(slug for slug, entry in presets().items() if "needs" not in entry))
def test_every_preset_opens_on_something_joined(look: Look, slug: str) -> None:
    page = ready(look(f"/explore?preset={slug}"))
    assert len(names(page)) >= 5
    assert page.locator("#tables table").nth(1).locator("tbody tr").count() >= 4


def test_there_are_at_least_eight_presets_and_a_blank_page_offers_them(look: Look) -> None:
    page = ready(look("/explore"))
    assert page.locator("#blank li").count() >= 8
    assert page.locator("#blank a[href*=rapporteurs-of-one-parent]").count() == 0  # this release has no such data


def test_files_hold_title_date_filters_and_source(look: Look) -> None:
    page = ready(look("/explore?preset=network-2030-new-ip"))
    told = {label: download(page, label) for label in ("SVG", "GraphML", "GEXF (Gephi)", "CSV", "JSON-LD")}
    for label, text in told.items():
        for said in ("FG-NET-2030 and New IP", "No filters.", "Exovera", "release 1"):
            assert said in text, (label, said)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    graph = ET.fromstring(told["GraphML"])
    nodes = graph.findall(f".//{space}node")
    assert len(nodes) == page.locator("#tables table").first.locator("tbody tr").count() == 13
    assert ET.fromstring(told["SVG"]).tag.endswith("svg")
    assert len(ET.fromstring(told["GEXF (Gephi)"]).findall(".//{http://gexf.net/1.3}node")) == len(nodes)
    rows = list(csv.reader(line for line in told["CSV"].splitlines() if not re.match(r'"?#', line)))
    assert ["Huawei", "Futurewei"] in [[row[1], row[3]] for row in rows]
    data = json.loads(told["JSON-LD"])
    assert {one["@id"] for one in data["@graph"]} >= {"https://w3id.org/plenary/id/person/richard-li"}
    page.locator(".menu summary").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PNG", exact=True).click()
    assert Path(waiting.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_names_are_text_in_the_picture_the_table_and_the_files(look: Look, page: Page) -> None:
    def spoil(route) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        told = route.fetch().json()
        for node in told["nodes"]:
            node["label"] = EVIL
        route.fulfill(json=told)

    page.route("**/api/n*", spoil)
    ready(look("/explore?node=organization/huawei&node=organization/futurewei"))
    assert names(page) == {EVIL}
    assert page.locator("main img").count() == 0
    svg = download(page, "SVG")
    assert EVIL not in svg
    assert "".join(ET.fromstring(svg).itertext()).count("</script>") >= 2
    assert EVIL in "".join(ET.fromstring(download(page, "GraphML")).itertext())
    assert page.title() != "1"


def test_the_standalone_page_asks_nobody_and_keeps_names_as_text(server: Server, page: Page, tmp_path: Path) -> None:
    title = "%3C/script%3E%3Cimg%20src=x%3E"
    reply = server.ask(
        f"/explore/standalone.html?node=organization/huawei&node=organization/futurewei&title={title}", HTML
    )
    assert "attachment" in reply.headers["Content-Disposition"]
    assert "https://cdn" not in reply.text
    assert "Exovera" in reply.text
    file = tmp_path / "alone.html"
    file.write_bytes(reply.body)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    expect(page.locator("#network canvas")).to_be_visible()
    expect(page.locator("h1")).to_have_text("</script><img src=x>")
    expect(page.locator("table")).to_contain_text("Futurewei")
    assert asked == [file.as_uri()]


@pytest.mark.parametrize("path", ["/explore", "/explore?preset=iot-vocabulary", "/explore?node=body/itu-t"])
def test_the_explorer_fits_a_phone_and_keeps_its_policy(look: Look, page: Page, path: str) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": 360, "height": 740})
    ready(look(path))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert told == []


def test_a_name_in_the_address_that_nobody_has_is_told(server: Server) -> None:
    reply = server.ask("/explore?node=%3C/script%3Ezzzz", HTML)
    assert reply.status == 400
    assert "</script>zzzz" not in reply.text
    assert server.ask("/explore?preset=none", HTML).status == 404


def test_a_thing_shows_what_stands_around_it_and_a_query_opens_as_a_network(look: Look) -> None:
    page = look("/id/person/richard-li")
    expect(page.locator("svg.network")).to_contain_text("Futurewei")
    page.get_by_role("link", name="Explore from here").click()
    ready(page)
    assert "Futurewei" in names(page)
    page.goto("/queries/roles-in-group")
    page.get_by_role("link", name="Open as a network").click()
    ready(page)
    assert "Heng Qian" in names(page)


@pytest.mark.parametrize("name", ["华为", "Huawei Tech"])
def test_a_name_that_nobody_has_offers_what_it_may_mean_and_goes_on_with_it(look: Look, page: Page, name: str) -> None:
    look(f"/explore?node=organization/zte&node={name}")
    expect(page.get_by_role("alert")).to_contain_text("Did you mean")
    ready(page)
    assert "ZTE" in names(page)
    page.get_by_role("alert").get_by_role("link", name="Huawei", exact=True).click()
    ready(page)
    assert {"ZTE", "Huawei"} <= names(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_what_ended_is_said_to_have_and_can_be_left_out(look: Look) -> None:
    page = ready(look("/explore?node=organization/zte"))
    edges = page.locator("#tables table").nth(1).locator("tbody tr")
    expect(edges.filter(has_text="supporting member").filter(has_text="2020-12-31 (ended)").first).to_be_visible()
    page.locator("#filters summary").click()
    page.get_by_role("group", name="Ended").get_by_role("checkbox").uncheck()
    expect(edges.filter(has_text="(ended)")).to_have_count(0)
    expect(edges.filter(has_text="seat").first).to_be_visible()  # what has no end has not ended
    assert "ended=hide" in page.url
    tool(page, "undo")
    expect(edges.filter(has_text="(ended)").first).to_be_visible()


def test_words_stand_beside_an_arrow_only_where_they_cross_no_name(look: Look) -> None:
    near = "/explore#n=organization/huawei@0,0;organization/futurewei@60,0"
    far = "/explore#n=organization/huawei@0,0;organization/futurewei@300,0"
    label = "document.getElementById('graph')._cyreg.cy.edges().map((edge) => edge.data('label')).join()"
    page = ready(look(near))
    assert page.evaluate(label) == ""
    assert "parent" not in ET.fromstring(download(page, "SVG")).itertext()
    page.goto("about:blank")
    ready(look(far))
    assert page.evaluate(label) == "parent"
    assert "parent" in ET.fromstring(download(page, "SVG")).itertext()


def test_a_preset_looks_the_same_every_time(look: Look) -> None:
    first = places(ready(look("/explore?preset=iot-vocabulary")))
    assert len(first) == 15
    assert places(ready(look("/explore?preset=iot-vocabulary"))) == first


def test_a_picture_of_hundreds_of_things_is_asked_for_by_post_and_keeps_its_address(look: Look, server: Server) -> None:
    found = json.loads(server.ask("/api/neighbours?node=country/cn&limit=400").text)["nodes"]
    placed = ";".join(f"{one['id']}@{n % 20 * 120},{n // 20 * 90}" for n, one in enumerate(found))
    asked: list[str] = []
    page = look("/")
    page.on("request", lambda request: asked.append(request.method) if "/api/network" in request.url else None)
    page = ready(look(f"/explore#n={placed}"))
    page.wait_for_selector("#tables table td:first-child button")  # a long table comes a moment after the picture
    assert len(names(page)) == len({one["label"] for one in found}) > 100
    assert asked == ["POST"]
    assert set(places(page)) == {one["id"] for one in found}


def test_the_standalone_page_is_downloaded_and_leads_back_to_the_very_view(look: Look) -> None:
    page = ready(look("/explore?preset=network-2030-new-ip"))
    told = download(page, "Standalone page")
    assert "/explore#n=organization/huawei@" in told.replace("&#64;", "@")
    assert "FG-NET-2030 and New IP" in told


def test_a_link_to_a_saved_view_keeps_its_title(look: Look, page: Page) -> None:
    ready(look("/explore?preset=network-2030-new-ip"))
    shared = page.evaluate("location.href")
    page.goto("about:blank")
    page.goto(shared)
    expect(ready(page).locator("h1")).to_have_text("FG-NET-2030 and New IP")


def test_the_picture_on_the_page_of_a_thing_has_the_width_of_the_text(look: Look) -> None:
    page = look("/id/organization/huawei")
    picture, text = (page.locator(one).bounding_box() or {} for one in ("svg.network", "#around"))
    assert picture["width"] > 0.9 * min(text["width"], 46 * 16)
    assert picture["y"] > text["y"] + text["height"]


def test_a_link_with_what_this_release_does_not_have_says_so(look: Look) -> None:
    page = ready(look("/explore#n=organization/nobody@0,0;organization/huawei@100,0"))
    expect(page.locator("#told")).to_have_text("Not in the network of this release: organization/nobody.")
    assert names(page) == {"Huawei"}


def test_a_query_that_names_nothing_of_the_network_says_so_and_offers_views(look: Look) -> None:
    page = look("/explore?query=figure-1-samr-budget")
    expect(page.locator("#told")).to_contain_text("name nothing that stands in the network")
    expect(page.locator("#blank")).to_be_visible()
