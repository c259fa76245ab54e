"""`/api/…` and `/openapi.json`: what the pages show, as JSON that is what the description says."""

import json
import re
import shlex
import subprocess
import sys
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from conftest import HTML, ROOT, Reply, Server
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from queries import saved, search

pytestmark = pytest.mark.server
Description = dict[str, Any]
ID = "https://w3id.org/plenary/id/"
EXAMPLES = [
    "/api/things?kind=group&limit=2",
    "/api/things/organization/huawei",
    "/api/things/participation/heng-qian-convenor-jtc1-wg11",
    "/api/search?q=Huawei",
    "/api/queries",
    "/api/neighbours?node=organization/huawei",
    "/api/network?node=organization/huawei&node=organization/futurewei",
    "/api/paths?from=organization/mss&to=group/iso-iec-jtc-1-sc-27&drop=1",
    "/api/paths?from=organization/mss&to=group/iso-iec-jtc-1-sc-27&as_of=2019",
]


def ask(server: Server, path: str, **given: Any) -> Any:  # noqa: ANN401  (any JSON)
    reply = server.ask(path + ("?" + urlencode(given, doseq=True) if given else ""))
    assert reply.status == 200, reply.text
    return json.loads(reply.text)


def problem(reply: Reply, status: int) -> str:
    """What an error says, once it is the problem document that it should be."""
    told = json.loads(reply.text)
    assert (reply.status, reply.type, told["status"]) == (status, "application/problem+json", status)
    return str(told["detail"])


@pytest.fixture(scope="module")
def described(server: Server) -> Description:
    found: Description = json.loads(server.ask("/openapi.json").text)
    return found


def test_the_description_is_openapi_3_1_of_this_release_and_names_every_route_of_the_contract(
    described: Description,
) -> None:
    validate(described)
    assert described["openapi"] == "3.1.0"
    assert described["info"]["version"].endswith("+release-1")
    assert described["servers"] == [{"url": "/"}]
    wanted = {"things", "things/{kind}/{slug}", "search", "queries", "paths", "neighbours", "network"}
    assert {"/api/" + path for path in wanted} | {"/sparql", "/id/{kind}/{name}", "/healthz", "/readyz"} <= set(
        described["paths"]
    )


def test_every_address_of_the_api_is_described(server: Server, described: Description) -> None:
    operations = [way["operationId"] for path in described["paths"].values() for way in path.values()]
    assert len(operations) == len(set(operations))
    assert {f"/api/queries/{slug}" for slug in saved.catalogue()} < set(described["paths"])
    assert all(way["description"] or way["summary"] for path in described["paths"].values() for way in path.values())


@pytest.mark.parametrize("path", [*EXAMPLES, *(f"/api/queries/{slug}" for slug in sorted(saved.catalogue()))])
def test_an_answer_has_exactly_the_fields_that_are_described_and_its_release(
    server: Server, described: Description, path: str
) -> None:
    bare = path.partition("?")[0]
    bare = "/api/things/{kind}/{slug}" if bare.startswith("/api/things/") else bare
    answer = ask(server, path)
    shapes = {
        name: shape | {"additionalProperties": shape.get("additionalProperties", False)}
        for name, shape in described["components"]["schemas"].items()
    }
    schema = described["paths"][bare]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator(schema | {"components": {"schemas": shapes}}).validate(answer)
    assert answer["release"]["number"] == 1
    assert "Absence here is not absence in the world." in answer["scope"]


def test_a_person_has_each_role_with_dates_confidence_and_the_place_in_the_report(server: Server) -> None:
    found = ask(server, "/api/things/person/heng-qian")
    roles = next(section for section in found["sections"] if section["key"] == "roles")
    claim = next(one for one in roles["claims"] if one["id"] == "participation/heng-qian-convenor-jtc1-wg11")
    assert (claim["start"], claim["end"], claim["confidence"]) == ("2016-11", "2022-12", "stated")
    assert claim["values"]["role"][0]["label"] == "convenor"
    assert claim["values"]["in"][0]["id"] == "group/iso-iec-jtc-1-wg-11"
    (cited,) = [one for one in found["evidence"] if one["address"] in claim["evidence"]]
    assert (cited["section"][-1], cited["table"]) == ("Early Development", "Table 8")
    assert [note["number"] for note in cited["notes"]] == ["205"]
    assert cited["source"]["id"] == "source/great-game"


def test_an_organization_has_names_with_languages_listings_and_questions(server: Server) -> None:
    found = ask(server, "/api/things/organization/cesi")
    names = {name["text"]: (name["language"], name["preferred"]) for name in found["names"]}
    assert names["中国电子技术标准化研究院"] == ("zh", True)
    assert names["CESI"][1] is False
    assert found["class"] == "research institute"
    listed = ask(server, "/api/things/organization/iflytek", section="listings")["sections"]
    assert [(one["date"], one["values"]["list"][0]["label"]) for one in listed[0]["claims"]] == [
        ("2019-10", "Entity List")
    ]
    assert any(one["href"].endswith("=organization/cesi") for one in found["questions"])


def test_a_figure_has_its_value_as_a_number_and_its_rule(server: Server) -> None:
    found = ask(server, "/api/things/observation/itu-members-china-2012-12")["claim"]
    assert (found["values"]["value"], found["asOf"], found["rule"]["id"]) == ([16], "2012-12", "plen:headquarters")
    assert found["values"]["aboutBody"][0]["label"] == "ITU"


def test_a_long_section_comes_part_by_part_and_says_how_many_there_are(server: Server) -> None:
    parts = [ask(server, "/api/things/country/cn", section="figures", limit=30, offset=n)["sections"] for n in (0, 30)]
    claims = [claim["id"] for (section,) in parts for claim in section["claims"]]
    assert len(set(claims)) == 60
    assert parts[0][0]["total"] == parts[1][0]["total"] > 60


def test_things_of_a_kind_come_in_a_fixed_order_to_the_last(server: Server) -> None:
    whole = ask(server, "/api/things", kind="group")
    found, following = [], "/api/things?kind=group&limit=30"
    while following:
        part = ask(server, following)
        found += part["things"]
        following = part["next"]
    assert found == whole["things"]
    assert len(found) == whole["total"]
    labels = [thing["label"].lower() for thing in found]
    assert labels == sorted(labels)


def test_things_of_a_class_include_those_of_its_subclasses(server: Server) -> None:
    every = ask(server, "/api/things", **{"class": "Organization", "limit": 1000})
    companies = ask(server, "/api/things", **{"class": "Company", "limit": 1000})
    assert {"organization/huawei", "body/itu"} <= {thing["id"] for thing in every["things"]}
    assert 0 < companies["total"] < every["total"] == len(every["things"])
    assert "organization/huawei" in (found := {thing["id"] for thing in companies["things"]})
    assert not {"body/itu", "organization/cesi"} & found


@pytest.mark.parametrize("name", ["Huawei", "华为", "smart", "WG 11"])
def test_names_are_found_in_the_order_of_the_search_page(server: Server, name: str) -> None:
    hits = ask(server, "/api/search", q=name)["hits"]
    page = server.page("/search?q=" + quote(name)).partition('<ol class="hits">')[2].partition("</ol>")[0]
    shown = [line.partition('"')[0] for line in page.split('<a href="/id/')[1:]]
    assert [hit["id"] for hit in hits] == shown != []


def test_every_kind_can_be_searched_and_each_hit_is_of_it(server: Server) -> None:
    for kind in search.KINDS:
        assert {hit["kind"] for hit in ask(server, "/api/search", q="a", kind=kind)["hits"]} <= {kind}


def test_the_catalogue_tells_parameters_defaults_and_choices(server: Server) -> None:
    listed = {one["slug"]: one for one in ask(server, "/api/queries")["queries"]}
    assert set(listed) == {slug for slug, query in saved.catalogue().items() if not query.needs}
    group, role = listed["roles-in-group"]["parameters"]
    assert (group["type"], group["of"], group["default"][0]["label"]) == ("iri", "plen:Group", "ISO/IEC JTC 1/WG 11")
    assert {"value": "plen:convenor", "label": "convenor"} in role["choices"]
    assert {"name": "holder", "title": "Holder", "type": "iri"} in listed["roles-in-group"]["columns"]


def test_itu_had_16_and_114_members_of_the_two_countries_in_december_2012(server: Server) -> None:
    found = ask(server, "/api/queries/members-over-time", body="ITU")
    rows = {row["country"]["id"]: row["value"] for row in found["rows"] if row["asOf"] == "2012-12"}
    assert rows == {"country/cn": 16, "country/us": 114}
    assert found["values"]["body"] == [{"id": "body/itu", "address": ID + "body/itu", "label": "ITU", "zh": None}]
    assert "How many members of a body" in found["definition"]
    again = json.loads(server.sparql(found["sparql"]).text)["results"]["bindings"]
    assert len(again) == found["total"]


def test_rows_come_part_by_part(server: Server) -> None:
    whole = ask(server, "/api/queries/members-over-time", body="ITU")
    first = ask(server, "/api/queries/members-over-time", body="ITU", _limit=1)
    second = ask(server, first["next"])
    assert [*first["rows"], *second["rows"]] == whole["rows"][:2]
    assert (first["total"], whole["next"]) == (whole["total"], None)


WRONG = [
    ("/api/search", "The parameter q is missing."),
    ("/api/search?q=a&q=b", "q is given 2 times"),
    ("/api/search?q=a&kinds=x", "There is no parameter 'kinds' here. This address takes: q, kind, limit, offset."),
    ("/api/search?q=" + "a" * 201, "201 characters. Send at most 200."),
    ("/api/things?kind=firm", "kind does not take 'firm'. It takes: organization, person"),
    ("/api/things?limit=many", "limit is a whole number; 'many' is not."),
    ("/api/things?limit=1001", "limit is from 0 to 1000; 1001 is not."),
    ("/api/things/country/cn?all=1", "There is no parameter 'all' here."),
    ("/api/queries/roles-in-group?rank=1", "This address takes: group, role, _limit, _offset."),
    ("/api/queries/roles-in-group?role=emperor", "'emperor'"),
    ("/api/queries/rests-on-note?footnote=many", "footnote does not take 'many'. Number of the footnote."),
    ("/api/paths?from=ISO", "The parameter to is missing."),
    ("/api/paths?from=ISO&to=IEC&as_of=soon", "as_of does not take 'soon'. A year, month or day"),
    ("/api/neighbours?node=ISO&kind=hates", "kind does not take 'hates'. It takes: oversight"),
    ("/api/network?node=ISO&known=yes", "known does not take 'yes'. It takes: 0, 1."),
    ("/openapi.json?x=1", "This address takes none."),
]


@pytest.mark.parametrize(("path", "said"), WRONG)
def test_a_wrong_request_is_told_the_parameter_the_value_and_the_remedy(server: Server, path: str, said: str) -> None:
    assert said in problem(server.ask(path), 400)


def test_what_is_not_there_is_404_and_names_what_is_near(server: Server) -> None:
    assert "nothing of" in problem(server.ask("/api/things/person/heng-qiang"), 404)
    near = json.loads(server.ask("/api/things/person/heng-qiang").text)["candidates"]
    assert ID + "person/heng-qian" in [one["address"] for one in near]
    assert "no-such" in problem(server.ask("/api/queries/no-such"), 404)
    assert "no such" not in problem(server.ask("/api/things/person/" + quote("<b>")), 404).lower()


def test_an_answer_is_spared_by_its_etag_open_to_other_sites_and_only_json(server: Server) -> None:
    path = "/api/things/organization/huawei"
    first = server.ask(path)
    assert (first.type, first.headers["Access-Control-Allow-Origin"]) == ("application/json", "*")
    assert server.ask(path, If_None_Match=first.headers["ETag"]).status == 304
    assert server.ask(path, HTML).body == first.body
    assert "application/json" in problem(server.ask(path, "image/png"), 406)
    head, options, post = (server.ask(path, method=method) for method in ("HEAD", "OPTIONS", "POST"))
    assert (head.status, head.body, options.status, post.status) == (200, b"", 200, 405)
    assert set(post.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_pages_lead_programs_to_the_description(server: Server) -> None:
    page = server.page("/")
    assert '<link rel="service-desc" type="application/json" href="/openapi.json">' in page
    assert '<a href="/openapi.json">' in page
    assert 'href="/api/things/organization/huawei"' in server.page("/id/organization/huawei")
    assert 'href="/api/queries/members-over-time' in server.page("/queries/members-over-time")


DOCUMENT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def examples(language: str, server: Server) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    return "\n".join(blocks).replace("http://127.0.0.1:8080", server.url)


def test_the_curl_lines_of_the_page_give_answers(server: Server) -> None:
    lines = examples("sh", server).strip().splitlines()
    assert len(lines) == 6
    for line in lines:
        told = subprocess.run(["curl", "--fail", "--silent", *shlex.split(line)[1:]], capture_output=True, check=False)
        assert told.returncode == 0, line
        assert told.stdout.startswith(b'{"release"') or told.stdout.count(b"\n") == 6


def test_the_python_of_the_page_prints_what_the_page_says(server: Server) -> None:
    line = [sys.executable, "-c", examples("python", server)]
    told = subprocess.run(line, capture_output=True, encoding="utf-8", check=True)
    assert set(examples("text", server).strip().splitlines()) <= set(told.stdout.splitlines())


def test_the_page_names_every_address_of_the_api(described: Description) -> None:
    named = {path.replace("<", "{").replace(">", "}") for path in re.findall(r"\| `(/api/[\w/<>]+)", DOCUMENT)}
    assert named - {"/api/queries/{slug}"} == {
        path for path in described["paths"] if path.startswith("/api/") and not path.startswith("/api/queries/")
    }
    assert "](docs/api.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
