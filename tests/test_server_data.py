"""`/data`: the release as a file, described as VoID and DCAT, its sources, the kept releases and what changed."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import endpoint
import pytest
import rdflib
from conftest import HTML, Server, start, stop
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import DCAT, DCTERMS, RDF, VOID

from ontology import releases
from server.app import create_app
from server.served import Config

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def client(two: Path) -> "Iterator[FlaskClient]":
    app = create_app(Config(store=two))
    yield app.test_client()
    app.extensions["plenary"].close()


def test_the_page_lists_releases_sources_dump_and_rights(client: "FlaskClient", two: Path) -> None:
    page = client.get("/data", headers={"Accept": HTML}).text
    release = releases.current(two)
    for said in ('href="/data/dump.nq"', f'id="digest">{release.digest}<', "CC BY 4.0", ">2</a> (current)",
                 'href="/releases/1/"', 'href="/data/releases/1..2">since 1<'):  # fmt: skip
        assert said in page


def test_the_dump_has_the_digest_that_is_told_and_can_be_continued(client: "FlaskClient", two: Path) -> None:
    whole = client.get("/data/dump.nq", buffered=True)
    assert hashlib.sha256(whole.data).hexdigest() == releases.current(two).digest
    assert whole.mimetype == "application/n-quads"
    assert "attachment" in whole.headers["Content-Disposition"]
    assert len(whole.headers.getlist("ETag")) == len(whole.headers.getlist("Vary")) == 1
    part = client.get("/data/dump.nq", headers={"Range": "bytes=100-199"}, buffered=True)
    assert (part.status_code, part.data) == (206, whole.data[100:200])


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/n-triples"])
def test_programs_get_void_and_dcat_that_agree_with_the_release(client: "FlaskClient", two: Path, accept: str) -> None:
    reply = client.get("/data", headers={"Accept": accept})
    assert reply.mimetype == accept
    triples = serialize(parse(reply.data, RdfFormat.from_media_type(accept)), format=RdfFormat.TURTLE)
    graph = rdflib.Graph().parse(data=triples, format="turtle")
    dataset = rdflib.URIRef("http://localhost/data")
    assert {(dataset, RDF.type, VOID.Dataset), (dataset, RDF.type, DCAT.Dataset)} <= set(graph)
    assert int(str(graph.value(dataset, VOID.triples))) == releases.current(two).statements
    parts = [int(str(graph.value(part, VOID.triples))) for part in graph.objects(dataset, VOID.subset)]
    assert sum(parts) == releases.current(two).statements
    assert graph.value(dataset, VOID.dataDump) == rdflib.URIRef("http://localhost/data/dump.nq")
    assert graph.value(dataset, rdflib.URIRef(str(DCAT) + "version")) == rdflib.Literal("2")
    assert list(graph.objects(dataset, DCTERMS.source)) == [
        rdflib.URIRef("https://w3id.org/plenary/id/source/invented")
    ]


def test_the_releases_are_listed_for_programs(client: "FlaskClient") -> None:
    listed = client.get("/data.json").json
    assert listed is not None
    assert [(one["number"], one["current"], one["sources"]) for one in listed] == [
        (2, True, ["derived", "invented", "ontology"]),
        (1, False, ["derived", "invented", "ontology"]),
    ]


def test_what_changed_is_a_page_and_json(client: "FlaskClient") -> None:
    page = client.get("/data/releases/1..2", headers={"Accept": HTML}).text
    assert "16 members → 18 members" in page
    assert 'href="/releases/2/id/person/bo-chen"' in page
    back = client.get("/data/releases/2..1", headers={"Accept": HTML}).text
    assert 'href="/releases/2/id/person/bo-chen"' in back  # what was removed is shown where it still is
    data = json.loads(client.get("/data/releases/1..2.json").data)
    assert (data["old"], data["new"], data["figures"][0]["new"]) == (1, 2, "18 members")
    assert client.get("/data/releases/1..9").status_code == 404
    assert client.get("/data/releases/2..2", headers={"Accept": HTML}).text.count("Every figure says the same") == 1


def test_a_form_that_is_not_offered_is_refused_with_those_that_are(client: "FlaskClient") -> None:
    reply = client.get("/data", headers={"Accept": "image/png"})
    assert reply.status_code == 406
    assert "text/turtle" in reply.text


@pytest.mark.server
def test_an_endpoint_elsewhere_has_the_page_without_dump_and_releases(server: Server) -> None:
    far = start(f"{server.url}/sparql", limit=10)
    try:
        page = far.page("/data")
        assert "Sources" in page
        assert "dump.nq" not in page
        assert far.ask("/data/dump.nq").status == 404
        assert far.ask("/data", "text/turtle").status == 200
        assert far.ask("/releases/1/").status == 404
    finally:
        stop(far)


def test_an_endpoint_to_which_a_release_was_published_has_its_page_without_file_and_releases(two: Path) -> None:
    with endpoint.running(releases.current(two)) as far:
        app = create_app(Config(store=far.url))
        try:
            page = app.test_client().get("/data", headers={"Accept": HTML})
            described = app.test_client().get("/data.nt").text
            thing = app.test_client().get("/id/person/bo-chen", headers={"Accept": HTML}).text
        finally:
            app.extensions["plenary"].close()
    assert page.status_code == 200
    assert releases.current(two).digest in page.text
    assert "dump.nq" not in page.text + described
    assert "(in this release:" not in thing  # an address that would not stay


def test_the_answers_that_moved_are_a_page_and_json(client: "FlaskClient") -> None:
    page = client.get("/data/releases/1..2/answers", headers={"Accept": HTML}).text
    assert "<strong>value: 16 → 18</strong>" in page
    assert 'href="/releases/1/queries/figure-of-countries"' in page
    data = client.get("/data/releases/1..2/answers.json").json
    assert data is not None
    assert {"claims-by-confidence", "figure-of-countries"} <= {one["slug"] for one in data["answers"]}
    assert client.get("/data/releases/1..9/answers").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(
    "path",
    ["/explore?node=organization/huawei&release=1", "/queries/table-8-wg-11-officers?release=1", "/report/table-8?release=1",
     "/paths?from=Huawei&to=FG-NET-2030&release=1"],
)  # fmt: skip
def test_a_link_that_is_copied_from_a_page_of_a_release_leads_to_that_release(
    server: Server, look: "Callable[[str], Page]", path: str
) -> None:
    page = look(path)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("button", has_text="Copy link").click()
    page.locator("button", has_text="Copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{server.url}/releases/1{path.partition('?')[0]}")
    assert "huawei" in link.lower() or "table-8" in link


@pytest.mark.browser
def test_the_explorer_of_an_older_release_asks_that_release_only(server: Server, look: "Callable[[str], Page]") -> None:
    page = look("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(server.url)))
    page.goto("/releases/1/explore?node=organization/huawei")
    page.locator("#panel a", has_text="Open its page").click()
    page.wait_for_url("**/releases/1/id/organization/huawei")
    assert [address for address in asked if address.startswith("/releases/1/api/")]
    assert [address for address in asked if not address.startswith(("/releases/1/", "/static/icon"))] == []


def test_a_release_says_how_many_records_and_documents_a_set_has(place: Path) -> None:
    """A second source, of which the build counted what it read."""
    sets = [{"source": "invented", "records": 1200, "documents": 1100}]
    (releases.current(place).folder / "relaton.json").write_text(json.dumps({"sets": sets}), encoding="utf-8")
    app = create_app(Config(store=place))
    try:
        with app.test_client() as client:
            home, data = (client.get(path, headers={"Accept": HTML}).text for path in ("/", "/data"))
    finally:
        app.extensions["plenary"].close()
    assert "1,200 records of 1,100 documents" in home
    assert "1,100 documents)" in data
