"""`/paths` in a real Chromium: by keyboard and by mouse, on a phone, and in the dark."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

Look = Callable[[str], Page]
pytestmark = [pytest.mark.browser, pytest.mark.server]
HUAWEI = "/paths?" + urlencode({"from": "organization/huawei", "to": "group/fg-net-2030"})


def test_the_keyboard_asks_and_reads_the_evidence(look: Look) -> None:
    page = look("/paths")
    page.get_by_label("From").focus()
    page.keyboard.type("科大讯飞")
    page.keyboard.press("Tab")
    page.keyboard.type("ISO/IEC TR 24372")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("from iFlytek")
    page.locator(".paths summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".paths .hops").first).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator(".paths .hops").first).to_be_visible()


def test_every_path_has_a_picture_that_says_what_each_hop_is(look: Look) -> None:
    page = look(HUAWEI)
    paths = page.locator(".paths > li")
    assert paths.count() > 2
    assert page.locator(".paths > li svg.network").count() == paths.count()
    second = paths.nth(1).get_by_role("img")
    for said in ("Huawei", "parent", "Futurewei", "employs", "Richard Li", "chair"):
        expect(second).to_contain_text(said)


def test_a_path_opens_as_a_network(look: Look) -> None:
    page = look(HUAWEI)
    page.get_by_role("link", name="Open as a network").first.click()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#tables")).to_contain_text("Huawei")


def test_every_path_says_what_is_left_without_each_of_its_hops(look: Look) -> None:
    page = look("/paths?from=organization/mss&to=group/iso-iec-jtc-1-sc-27")
    page.locator(".filters summary").click()
    page.get_by_label("say which hops carry the path").check()
    page.get_by_role("button", name="Find paths").click()
    for path in page.locator(".paths > li").all():
        expect(path.locator(".hops > li", has_text="carries every path")).to_have_count(2)
        expect(path.locator(".hops > li", has_text="the best path left costs 3.5")).to_have_count(2)


def test_a_name_that_nobody_has_keeps_the_other_fields_and_goes_on(look: Look) -> None:
    page = look("/paths?" + urlencode({"from": "Huawei Tech", "to": "FG-NET-2030", "max_hops": "4", "kind": "drafts"}))
    page.get_by_role("alert").get_by_role("link", name="Huawei", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("from Huawei")
    expect(page.get_by_role("status")).to_contain_text("within 4 hops")
    assert "kind=drafts" in page.url


def test_each_and_a_common_time_are_refused_together(look: Look) -> None:
    page = look("/paths?from=organization/huawei&to=technology/iot&each=1&common=1")
    expect(page.get_by_role("alert")).to_contain_text("each and common cannot be asked together")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [HUAWEI + "&drop=1", "/paths", "/paths?from=Huawei+Tech&to=zzzz"])
def test_it_fits_a_phone_light_and_dark(look: Look, page: Page, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 360, "height": 740})
    look(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shown = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (shown == "rgb(22, 25, 27)") == (scheme == "dark")
