"""`/paths`, `/api/paths`, `/api/neighbours`, `/api/network` over HTTP, and `plenary paths`."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from conftest import HTML, ROOT, Server
from test_server_pages import Reader

from server.pages.paths import NAMES

pytestmark = pytest.mark.server
MSS = {"from": "organization/mss", "to": "group/iso-iec-jtc-1-sc-27"}


def api(server: Server, path: str, **given: Any) -> Any:  # noqa: ANN401  (any JSON)
    reply = server.ask(f"{path}?{urlencode(given, doseq=True)}")
    assert reply.status == 200, reply.text
    return json.loads(reply.text)


def test_a_path_is_told_hop_by_hop_with_its_evidence(server: Server) -> None:
    found = api(server, "/api/paths", **MSS)
    path = found["paths"][1]
    assert [node["id"] for node in path["nodes"]][1:3] == ["organization/cnitsec", "document/iso-iec-23837-2"]
    assert [hop["kind"] for hop in path["hops"]] == ["oversight", "leads", "developedIn", "partOf"]
    assert path["cost"] == 3.5
    oversight = path["hops"][0]
    assert oversight["claim"] == "affiliation/cnitsec-overseen-by-mss"
    (cited,) = oversight["evidence"]
    assert found["evidence"][cited]["notes"] == ["127"]
    assert all(hop["evidence"] for hop in path["hops"])


def test_the_drop_one_check_names_the_hops_that_carry_the_path(server: Server) -> None:
    found = api(server, "/api/paths", **MSS, drop=1)
    carrying = [(one["from"], one["to"]) for one in found["dropped"] if one["carries"]]
    assert ("organization/mss", "organization/cnitsec") in carrying
    assert len(carrying) == 2


def test_the_page_shows_each_hop_and_where_it_is_said(server: Server) -> None:
    page = server.page("/paths?" + urlencode(MSS | {"drop": "1"}))
    assert "Ministry of State Security oversees China Information Technology Security Evaluation Center" in page
    assert "carries every path" in page
    assert 'href="#evidence-1"' in page
    assert 'id="evidence-1"' in page
    assert "Every hop costs at least 0.5" in page
    assert Reader(page).inline == []
    assert len(Reader(page).ids) == len(set(Reader(page).ids))


def test_the_listing_of_iflytek_is_told_beside_the_project(server: Server) -> None:
    page = server.page("/paths?from=iFlytek&to=document/iso-iec-tr-24372")
    assert "since 2019-10, five months after the project approval of ISO/IEC TR 24372 (2019-05)" in page


def test_a_name_will_do_and_chinese_too(server: Server) -> None:
    found = api(server, "/api/paths", **{"from": "科大讯飞", "to": "ISO/IEC TR 24372"})
    assert found["from"]["id"] == "organization/iflytek"
    assert found["paths"]


def test_no_path_says_how_near_it_came(server: Server) -> None:
    found = api(server, "/api/paths", **MSS, as_of="2019")
    assert found["paths"] == []
    assert found["searched"] == {"edges": found["searched"]["edges"], "complete": True, "maxHops": 6, "reached": 2,
                                 "leading": found["searched"]["leading"]}  # fmt: skip
    assert found["nearest"]["allowing"] == "without asking for a date"
    page = server.page("/paths?" + urlencode(MSS | {"as_of": "2019"}))
    assert "No path from" in page
    assert "without asking for a date" in page
    assert "Absence here is not absence in the world" in page


@pytest.mark.parametrize(
    "wrong",
    [
        "k=0",
        "k=x",
        "max_hops=99",
        "as_of=tomorrow",
        "kind=hates",
        "confidence=sure",
        "country=%22%3E",
        "rule=x",
        "each=1",
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(server: Server, wrong: str) -> None:
    asked = urlencode(MSS) + "&" + wrong
    reply = server.ask("/api/paths?" + asked)
    assert reply.status == 400
    assert wrong.partition("=")[0] in json.loads(reply.text)["detail"].lower()
    page = server.ask("/paths?" + asked, HTML)
    assert page.status == 400
    assert 'value="organization/mss"' in page.text


def test_an_unknown_end_is_refused_and_kept(server: Server) -> None:
    nasty = '"><script>alert(1)</script>\u202e'
    page = server.ask("/paths?" + urlencode({"from": nasty, "to": "ISO"}), HTML)
    assert page.status == 400
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert server.ask("/api/paths?to=ISO").status == 400


def test_neighbours_are_counted_by_kind_first(server: Server) -> None:
    found = api(server, "/api/neighbours", node="organization/huawei", limit=0)
    assert found["nodes"] == []
    assert found["node"]["label"] == "Huawei"
    parents = [one for one in found["counts"] if (one["kind"], one["class"], one["direction"]) == ("parent", "company", "out")]
    assert [one["count"] >= 1 for one in parents] == [True]


def test_neighbours_come_page_by_page_without_overlap(server: Server) -> None:
    first = api(server, "/api/neighbours", node="country/cn", limit=10)
    second = api(server, "/api/neighbours", node="country/cn", limit=10, offset=10)
    ids = [node["id"] for part in (first, second) for node in part["nodes"]]
    assert len(set(ids)) == 20
    assert first["total"] > 20
    assert {edge["from"] for edge in first["edges"]} <= {"country/cn", *ids}


def test_only_neighbours_of_the_kinds_asked_for(server: Server) -> None:
    found = api(server, "/api/neighbours", node="organization/huawei", kind="parent")
    assert "organization/futurewei" in [node["id"] for node in found["nodes"]]
    assert {edge["kind"] for edge in found["edges"]} == {"parent"}


def test_the_edges_among_some_things(server: Server) -> None:
    found = api(server, "/api/network", node=["organization/huawei", "organization/futurewei", "person/richard-li"])
    assert {(edge["from"], edge["to"], edge["kind"]) for edge in found["edges"]} >= {
        ("organization/huawei", "organization/futurewei", "parent"),
        ("organization/futurewei", "person/richard-li", "employs"),
    }
    assert server.ask("/api/network?node=" + quote("<b>")).status == 400


def command(release: Path, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "server.cli", "paths", *words, "--store", str(release)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_tells_paths_and_exits_0_even_where_there_is_none(release: Path) -> None:
    told = command(release, "Huawei", "FG-NET-2030", "-k", "3")
    assert told.returncode == 0, told.stderr
    assert "Futurewei employs Richard Li" in told.stdout
    none = command(release, "organization/mss", "group/iso-iec-jtc-1-sc-27", "--as-of", "2019")
    assert (none.returncode, none.stdout.startswith("No path within 6 hops.")) == (0, True)
    data = command(release, "Huawei", "FG-NET-2030", "-k", "2", "--format", "json", "--quiet")
    assert (len(json.loads(data.stdout)["paths"]), data.stderr) == (2, "")


def test_an_unknown_name_or_a_wrong_date_is_exit_2(release: Path) -> None:
    assert command(release, "zzzz", "ISO").returncode == 2
    assert command(release, "Huawei", "ISO", "--as-of", "soon").returncode == 2


def test_the_page_of_the_docs_names_every_field_and_every_part_of_the_address() -> None:
    said = (ROOT / "docs" / "exploring.md").read_text(encoding="utf-8")
    state = (ROOT / "server" / "static" / "explore" / "state.js").read_text(encoding="utf-8")
    fields, parts = (set(re.findall(r"`(\w+)(?:=1)?`", line)) for line in tables(said))
    assert fields == set(NAMES)
    lists = re.findall(r"const (?:LISTS|WORDS) = (.*);", state)
    assert parts >= {word for line in lists for word in re.findall(r'"(\w+)"', line)} | set(
        re.findall(r'add\("(\w)"', state)
    )


def tables(text: str) -> list[str]:
    """The first column of each table of a page."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return ["".join(line.split("|")[1] for line in block.splitlines()[2:]) for block in blocks]


def test_the_same_fields_may_be_sent_by_post(server: Server) -> None:
    fields = urlencode({"node": ["organization/huawei", "organization/futurewei"]}, doseq=True)
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    posted = server.ask("/api/network", method="POST", body=fields.encode(), **form)
    assert posted.status == 200
    assert posted.text == server.ask("/api/network?" + fields).text
    many = urlencode({"node": ["organization/huawei"] * 1001}, doseq=True).encode()
    assert server.ask("/api/network", method="POST", body=many, **form).status == 400


def test_a_program_is_told_the_candidates_of_a_name_that_nobody_has(server: Server) -> None:
    reply = server.ask("/api/paths?" + urlencode({"from": "华为", "to": "ISO"}))
    told = json.loads(reply.text)
    assert (reply.status, [one["label"] for one in told["candidates"]]) == (400, ["Huawei"])


def test_each_and_common_are_refused_together_by_name(server: Server) -> None:
    reply = server.ask("/api/paths?from=organization/huawei&to=technology/iot&each=1&common=1")
    assert (reply.status, json.loads(reply.text)["detail"][:24]) == (400, "Each and common cannot b")


def test_every_path_says_what_is_left_without_each_hop(server: Server) -> None:
    found = api(server, "/api/paths", **MSS, drop=1)
    for path in found["paths"]:
        assert [hop["without"]["cost"] for hop in path["hops"]] == [None, 3.5, 3.5, None]
        assert [hop["without"]["carries"] for hop in path["hops"]] == [True, False, False, True]
