"""The explorer by keyboard alone: table, menu, walking, and what the right button lists."""


import pytest
from playwright.sync_api import expect
from test_server_explore import Look, places, ready

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_the_table_opens_and_selects_by_keyboard(look: Look) -> None:
    page = ready(look("/explore?node=person/richard-li"))
    before = places(page)
    page.get_by_role("button", name="Open the neighbours of Futurewei").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_contain_text("Added:")
    assert {id_: places(page)[id_] for id_ in before} == before
    page.locator("#tables [data-id='organization/futurewei']").focus()
    page.keyboard.press("Space")
    expect(page.locator("#panel h2")).to_contain_text("Futurewei")
    expect(page.locator("#tables [data-id='organization/futurewei']")).to_have_attribute("aria-pressed", "true")


def test_the_menu_key_and_the_right_button_list_what_the_toolbar_can_do(look: Look) -> None:
    page = ready(look("/explore?node=person/richard-li"))
    able = page.locator("#tools [data-tool]:enabled:visible").all_inner_texts()
    page.locator("#graph").focus()
    page.keyboard.press("Shift+F10")
    menu = page.get_by_role("menu", name="What can be done")
    assert [one.split("\n")[0] for one in menu.get_by_role("menuitem").all_inner_texts()] == able
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.locator("#graph")).to_be_focused()
    box = page.locator("#graph").bounding_box() or {}
    page.mouse.click(box["x"] + 4, box["y"] + 4, button="right")
    menu.get_by_role("menuitem", name="New layout").click()
    expect(page.locator("#told")).to_contain_text("Laid out anew")
    expect(menu).to_be_hidden()


def test_a_keyboard_alone_leads_from_an_empty_page_to_a_path(look: Look) -> None:
    page = ready(look("/explore"))
    page.locator("#add-name").focus()
    for name, added in (("Huawei", "Huawei"), ("FG-NET-2030", "ITU-T Focus Group on Network 2030")):
        page.keyboard.type(name)
        expect(page.get_by_role("option", name=added).first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#told")).to_contain_text("Added:")
        expect(page.locator("#panel h2")).to_contain_text(added)
    expect(page.get_by_label("Select ITU-T Focus Group on Network 2030", exact=True)).to_be_checked()
    page.get_by_label("Select Huawei", exact=True).focus()
    page.keyboard.press("Space")
    page.locator("#graph").focus()
    page.keyboard.press("a")
    expect(page.locator("#panel")).to_contain_text("Futurewei employs Richard Li; Richard Li is named as chair")


def test_an_arrow_key_reaches_what_no_edge_leads_to(look: Look) -> None:
    page = ready(look("/explore#n=organization/mss@0,0;person/richard-li@300,0"))
    page.locator("#graph").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#here")).to_contain_text("Richard Li")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#here")).to_have_text("Nothing lies that way.")


def test_an_edge_is_read_from_the_table_too(look: Look) -> None:
    page = ready(look("/explore?preset=network-2030-new-ip"))
    row = (
        page.locator("#tables table")
        .nth(1)
        .locator("tbody tr")
        .filter(has_text="Richard Li")
        .filter(has_text="employs")
    )
    row.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("Futurewei → Richard Li")
    expect(page.locator("#panel")).to_contain_text("This statement’s page")
