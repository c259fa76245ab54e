"""A preset that needs a source is offered, and opens, only where the release has it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import HTML, Server, start, stop
from playwright.sync_api import Page
from test_server_explore import names, ready

from loaders.build import build
from queries import search
from queries.network import graph

Look = Callable[[str], Page]
pytestmark = [pytest.mark.server, pytest.mark.browser]
WORLD = Path(__file__).parent / "world" / "tables"
ITEMS = {
    "sources": "slug,name,title,publisher,date\nrelaton-3gpp,Items,Items of ASB,ASB,2021-05",
    "sections": "section,heading\nall,All",
    "organizations": "slug,class,name\nacme-works,Company,Acme Works",
    "people": "slug,name\nbo-chen,Bo Chen\ncy-day,Cy Day",
    "affiliations": "slug,member,of,affiliation_type,confidence,section\nacme-works-of-acme,acme-works,acme,subsidiary,stated,all",
    "participations": "slug,participant,role,on,on_behalf_of,confidence,section\n"
    "bo-chen-asb-7,bo-chen,rapporteur,asb-7,acme-works,observed,all\n"
    "cy-day-asb-7,cy-day,rapporteur,asb-7,acme-labs,observed,all",
}


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The invented world and a second source of items: two companies of Acme with a rapporteur each."""
    place = tmp_path_factory.mktemp("items")
    tables = Path(shutil.copytree(WORLD, place / "tables"))
    (tables / "relaton-3gpp").mkdir()
    for name, text in ITEMS.items():
        (tables / "relaton-3gpp" / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    build(place / "store", folder=tables, finish=[search.write, graph.write])
    server = start(place / "store", limit=5)
    yield server
    stop(server)


def test_it_opens_on_the_parent_its_companies_and_their_rapporteurs(items: Server, page: Page) -> None:
    page.goto(items.url + "/explore")
    ready(page)
    page.locator("#blank a[href*=rapporteurs-of-one-parent]").click()
    ready(page)
    assert names(page) == {"Acme", "Acme Works", "Acme Labs", "Bo Chen", "Cy Day", "ASB 7", "ASB/TC 1/WG 2"}


def test_claims_of_one_source_can_be_left_out(items: Server, page: Page) -> None:
    page.goto(items.url + "/explore?preset=rapporteurs-of-one-parent")
    ready(page)
    edges = page.locator("#tables table").nth(1).locator("tbody tr")
    sent = edges.filter(has_text="Acme Works").filter(has_text="sends")
    assert sent.count() == 1
    page.locator("#filters summary").click()
    page.get_by_role("group", name="Sources").get_by_label("Items").uncheck()
    assert sent.count() == 0
    assert "offSources=relaton-3gpp" in page.url
    assert items.page("/paths").count('name="source"') == 1


def test_paths_may_rest_on_one_source_only(items: Server) -> None:
    asked = "/api/paths?from=organization/acme&to=document/asb-7&source="
    both = items.ask("/api/paths?from=organization/acme&to=person/bo-chen").text
    assert '"Acme is the parent of Acme Works' in both
    assert "Bo Chen" in items.ask(asked + "relaton-3gpp").text
    assert "Bo Chen" not in items.ask(asked + "invented").text
    refused = items.ask(asked + "nobody")
    assert (refused.status, "invented, relaton-3gpp" in refused.text) == (400, True)


def test_where_the_source_is_missing_it_is_not_offered(server: Server) -> None:
    assert "rapporteurs-of-one-parent" not in server.page("/explore")
    assert server.ask("/explore?preset=rapporteurs-of-one-parent", HTML).status == 404
