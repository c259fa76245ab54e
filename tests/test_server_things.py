"""Pages and data of things and of claims."""

import json
import re
from html import unescape

import pyoxigraph
import pytest
from conftest import HTML, Server
from pyoxigraph import Literal, NamedNode, RdfFormat

from queries import saved
from server.sections import Naming
from server.sentences import Claim, sentence
from server.served import FOLDER
from server.show import Value, number, web
from server.thing import _counted

ID = "https://w3id.org/plenary/id/"
NS = "https://w3id.org/plenary/ns#"
PROV = "http://www.w3.org/ns/prov#"


def plain(page: str) -> str:
    """A page's text without tags, its spaces made one."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page))).replace(" ,", ",")


def section(page: str, key: str) -> str:
    """The text of one section of a thing's page."""
    return plain(page.partition(f'aria-labelledby="{key}"')[2].partition("</section>")[0])


def triples(body: bytes, media_type: str) -> set[tuple[str, str, str]]:
    quads = pyoxigraph.parse(body, RdfFormat.from_media_type(media_type))
    return {tuple(getattr(term, "value", "") for term in quad.triple) for quad in quads}  # type: ignore[misc]


@pytest.mark.server
def test_a_person_shows_roles_with_dates_confidence_and_evidence(server: Server) -> None:
    page = server.page("/id/person/heng-qian")
    roles = section(page, "roles")
    assert "convenor, in ISO/IEC JTC 1/WG 11, 2016-11 to 2022-12 ◕ stated" in roles
    assert re.search(r'<a class="mark" href="#evidence-1"', page)
    evidence = section(page, "evidence")
    assert "Smart Cities in ISO › Early Development, Table 8" in evidence
    assert "note 205: WG11, JTC 1, 2021-10" in evidence
    assert 'href="/id/note/great-game-205"' in page


@pytest.mark.server
def test_an_organization_shows_its_chinese_name_and_other_names(server: Server) -> None:
    page = server.page("/id/organization/cesi")
    assert '<span lang="zh">中国电子技术标准化研究院</span>' in page
    assert "Also named: CESI" in plain(page)
    assert '<p class="kind">research institute</p>' in page
    assert "claimed by itself" in section(page, "roles")


@pytest.mark.server
def test_a_listing_says_list_date_and_reason(server: Server) -> None:
    said = section(server.page("/id/organization/iflytek"), "listings")
    assert "Entity List, 2019-10" in said
    assert "reason: material support" in said


@pytest.mark.server
def test_a_figure_keeps_value_unit_period_and_rule_on_one_line(server: Server) -> None:
    page = server.page("/id/country/cn?all=1")
    line = next(item for item in page.split("<li>") if "itu-members-china-2012-12" in item or "2012-12" in item)
    assert "16 members" in plain(line)
    assert "as of 2012-12" in plain(line)
    assert "rule: headquarters" in plain(line)


@pytest.mark.server
def test_a_share_without_its_count_says_so(server: Server) -> None:
    page = server.page("/id/observation/itu-t-contribution-share-china-majority")
    assert "count and denominator not given" in plain(page)


@pytest.mark.server
def test_a_claim_has_a_page_with_all_its_properties(server: Server) -> None:
    said = plain(server.page("/id/participation/heng-qian-convenor-jtc1-wg11"))
    for part in ("Participation", "participant Heng Qian", "role convenor", "start 2016-11", "end 2022-12", "◕ stated"):
        assert part.lower() in said.lower()


@pytest.mark.server
@pytest.mark.parametrize(
    "path",
    ["note/great-game-205", "work/wg11-jtc-1", "citation/great-game-smart-cities-iso-early-table-8-n205",
     "period/2017-2020", "source/great-game", "technology/5g", "body/itu-t"],
)  # fmt: skip
def test_evidence_and_concepts_have_pages_that_lead_on(server: Server, path: str) -> None:
    page = server.page(f"/id/{path}")
    assert page.partition("<article>")[2].partition("</article>")[0].count('href="/id/') >= 2


@pytest.mark.server
def test_every_kind_of_thing_opens(server: Server) -> None:
    query = f"SELECT (SAMPLE(?s) AS ?value) WHERE {{ ?s ?p ?o FILTER (STRSTARTS(STR(?s), '{ID}')) }} GROUP BY "
    query += f"(STRBEFORE(SUBSTR(STR(?s), {len(ID) + 1}), '/') AS ?kind)"
    rows = json.loads(server.sparql(query).text)["results"]["bindings"]
    paths = [row["value"]["value"].removeprefix("https://w3id.org/plenary") for row in rows]
    statuses = {path: server.ask(path, HTML).status for path in paths}
    assert len(paths) > 15
    assert set(statuses.values()) == {200}


@pytest.mark.server
def test_a_long_section_shows_forty_and_all_on_demand(server: Server) -> None:
    short, whole = server.page("/id/country/cn"), server.page("/id/country/cn?all=1")
    said = re.search(r"The first 40 of (\d+)\.", section(short, "figures"))
    assert said
    figures = whole.partition('aria-labelledby="figures"')[2].partition("</section>")[0]
    assert figures.count("<li>") == int(said[1]) > 40


@pytest.mark.server
def test_every_mark_of_a_page_has_its_evidence(server: Server) -> None:
    page = server.page("/id/country/cn?all=1")
    marks = set(re.findall(r'href="#(evidence-\d+)"', page))
    assert len(marks) > 40
    assert marks <= set(re.findall(r'id="(evidence-\d+)"', page))


@pytest.mark.server
def test_citing_names_address_release_and_date_and_a_report_asks_nobody(server: Server) -> None:
    page = server.page("/id/group/iso-iec-jtc-1-wg-11")
    cited = (
        r"“ISO/IEC JTC 1/WG 11\.” Plenary, release 1 \(\d{4}-\d\d-\d\d\)\. "
        + re.escape(ID)
        + "group/iso-iec-jtc-1-wg-11"
    )
    assert re.search(cited, unescape(page))
    assert f"Address: {ID}group/iso-iec-jtc-1-wg-11\nRelease: release 1" in page
    assert "mailto:" not in page


@pytest.mark.server
@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [("ttl", "text/turtle"), ("nt", "application/n-triples"), ("rdf", "application/rdf+xml"),
     ("jsonld", "application/ld+json"), ("json", "application/ld+json")],
)  # fmt: skip
def test_a_thing_as_rdf_holds_its_claims_and_their_evidence(server: Server, suffix: str, media_type: str) -> None:
    by_suffix, by_accept = server.ask(f"/id/person/heng-qian.{suffix}"), server.ask("/id/person/heng-qian", media_type)
    found = triples(by_suffix.body, media_type)
    claim, citation = (
        ID + "participation/heng-qian-convenor-jtc1-wg11",
        ID + "citation/great-game-smart-cities-iso-early-table-8-n205",
    )
    assert by_suffix.type.startswith(media_type)
    assert triples(by_accept.body, media_type) == found
    assert (claim, NS + "end", "2022-12") in found
    assert (claim, PROV + "wasDerivedFrom", citation) in found
    assert (citation, NS + "table", "Table 8") in found
    assert (ID + "note/great-game-205", NS + "cites", ID + "work/wg11-jtc-1") in found


@pytest.mark.server
def test_a_program_gets_turtle_a_browser_a_page_and_head_neither(server: Server) -> None:
    assert server.ask("/id/person/heng-qian").type == "text/turtle; charset=utf-8"
    assert server.ask("/id/person/heng-qian", HTML).type == "text/html; charset=utf-8"
    assert server.ask("/id/person/heng-qian", "image/png").status == 406
    head = server.ask("/id/person/heng-qian.ttl", method="HEAD")
    assert (head.status, head.body) == (200, b"")


@pytest.mark.server
def test_an_unknown_thing_names_near_ones(server: Server) -> None:
    page, data = server.ask("/id/person/heng-qiang", HTML), server.ask("/id/person/heng-qiang")
    assert (page.status, data.status) == (404, 404)
    assert 'href="/id/person/heng-qian"' in page.text
    assert json.loads(data.text)["kind"] == "no-such-thing"


@pytest.mark.server
@pytest.mark.parametrize(
    "path", ["/id/nonsense/x", "/id/person/Heng_Qian", "/id/person/heng-qian.exe", "/id/person/%3Cx%3E"]
)
def test_an_address_that_cannot_be_one_is_404(server: Server, path: str) -> None:
    reply = server.ask(path, HTML)
    assert reply.status == 404
    assert "<x>" not in reply.text


def claim(kind: str, **values: str | Literal) -> Claim:
    found = {
        name: [
            Value(
                value if isinstance(value, Literal) else NamedNode(NS + value),
                value.value if isinstance(value, Literal) else value,
            )
        ]
        for name, value in values.items()
    }
    return Claim(ID + kind + "/x", kind, found)


def said(parts: list[object]) -> str:
    return "".join(part if isinstance(part, str) else getattr(part, "text", "").removeprefix(NS) for part in parts)


def test_a_sentence_leaves_out_the_thing_whose_page_it_stands_on() -> None:
    one = claim("affiliation", member="futurewei", affiliationType="subsidiary", of="huawei", start=Literal("2001"))
    assert said(sentence(one)) == "futurewei: subsidiary, huawei, from 2001"
    assert said(sentence(one, about=NS + "futurewei")) == "subsidiary, huawei, from 2001"
    assert said(sentence(one, about=NS + "huawei")) == "futurewei: subsidiary, from 2001"


def test_a_figure_says_count_denominator_and_what_is_missing() -> None:
    one = claim(
        "observation",
        measure="x",
        value=Literal("23.0"),
        numerator=Literal("646.0"),
        denominator=Literal("2766.0"),
        missing=Literal("5.0"),
    )
    assert said(sentence(one)) == "x: 23.0 (646 of 2,766; 5 missing)"


@pytest.mark.parametrize(
    ("lexical", "shown"), [("2766.0", "2,766"), ("16", "16"), ("77.65", "77.65"), ("x", "x"), ("0.0", "0"), ("0.0000000176", "1.76e-8")]
)
def test_numbers_are_grouped_without_idle_zeros(lexical: str, shown: str) -> None:
    assert number(lexical) == shown


@pytest.mark.parametrize(
    ("printed", "link"),
    [
        ("https://x.org/a b", ""),
        ("www.exovera.com", "https://www.exovera.com"),
        ("javascript:alert(1)", ""),
        ("http://x.org/中", "http://x.org/%E4%B8%AD"),
    ],
)
def test_only_web_addresses_become_links(printed: str, link: str) -> None:
    assert web(printed) == link


@pytest.mark.server
@pytest.mark.parametrize("name", sorted(name for name, query in saved.catalogue(FOLDER).items() if not query.needs))
def test_each_query_of_the_pages_runs_as_it_stands(server: Server, name: str) -> None:
    reply = server.sparql(saved.find(name, FOLDER).text)
    assert reply.status == 200
    assert reply.text.count("\n") > 3 or '"value"' in reply.text or '"boolean":true' in reply.text


def test_a_section_of_which_only_some_were_read_still_tells_how_many_there_are() -> None:
    document = Naming("https://w3id.org/plenary/id/document/x", "document", "X", frozenset({"body"}), "body", "")
    assert max(_counted([document], {"body": 89_000, "about": 7_000})) == 89_000
    assert _counted([document], {"about": 7_000}) == [0]
