"""Home, search, errors, headers, static files, and the start and end of the server."""

import json
import re
import socket
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from clocks import stretched, until
from conftest import HTML, ROOT, START, Server, start, stop
from pools import lives

from loaders.curated import sources
from server.pages.home import QUESTIONS, THINGS

pytestmark = pytest.mark.server

PAGES = [
    "/", "/search", "/search?q=china", "/search?q=zzzz", "/queries", "/queries?q=members&tag=figures", "/sparql",
    "/queries/members-over-time", "/queries/roles-in-group", "/id/person/heng-qian", "/id/country/cn",
    "/id/note/great-game-205", "/id/participation/heng-qian-convenor-jtc1-wg11", "/id/source/great-game",
]  # fmt: skip


class Reader(HTMLParser):
    """What a page links to, and what of it no strict policy would let through."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links |= {given[name] or "" for name in ("href", "src") if name in given}
        self.ids += [given["id"] or ""] if "id" in given else []
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag in ("script", "style") and "src" not in given and given.get("type") != "application/json":
            self.inline.append(tag)


def test_the_home_page_says_what_is_covered_and_where_to_begin(server: Server) -> None:
    page = server.page("/")
    assert "knowledge graph of who shapes international technical standards" in page
    assert "A New &#34;Great Game?&#34;: China&#39;s Role" in page
    assert "absence here is not absence in the world" in page
    assert re.search(r"release 1 \(\d{4}-\d{2}-\d{2}\), [\d,]+ statements", page)
    assert page.count('<li><a href="/queries/') == len(QUESTIONS) == 8
    assert all(f"/id/{kind}/{slug}" in page for kind, slug in THINGS)
    assert f"curl {server.url}/sparql" in page


@pytest.mark.parametrize("path", PAGES)
def test_every_page_shows_release_scope_and_licences(server: Server, path: str) -> None:
    page = server.page(path)
    assert "Plenary, release 1" in page
    assert re.search("This release covers (one source|[0-9]+ sources)", page)
    assert "Apache-2.0" in page
    assert "CC BY 4.0" in page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_inline_script_or_style_and_no_id_twice(server: Server, path: str) -> None:
    found = Reader(server.page(path))
    assert found.inline == []
    assert len(found.ids) == len(set(found.ids))


def test_no_page_links_to_an_address_that_is_not_there(server: Server) -> None:
    links = {link.partition("#")[0] for path in PAGES[:10] for link in Reader(server.page(path)).links}
    own = sorted(link for link in links if link.startswith("/"))
    dead = [link for link in own if server.ask(link, HTML, method="HEAD").status != 200]
    assert len(own) > 150
    assert dead == []


def test_search_ranks_the_exact_name_first_and_does_not_redirect(server: Server) -> None:
    page = server.page("/search?q=CESI")
    first = re.search(r'<ol class="hits">.*?<a href="([^"]+)">([^<]+)</a>', page, re.DOTALL)
    assert first
    assert first.groups() == ("/id/organization/cesi", "China Electronics Standardization Institute")
    assert "中国电子技术标准化研究院" in page
    assert "also: CESI" in page


@pytest.mark.parametrize("name", ["中国电子技术标准化研究院", "heng q", "科大讯飞"])
def test_search_finds_chinese_names_and_beginnings(server: Server, name: str) -> None:
    from urllib.parse import quote

    assert '<ol class="hits">' in server.page("/search?q=" + quote(name))


def test_search_by_kind_leaves_only_that_kind(server: Server) -> None:
    hits = server.page("/search?q=china&kind=organization").partition('<ol class="hits">')[2].partition("</ol>")[0]
    assert 'href="/id/organization/' in hits
    assert 'href="/id/country/' not in hits


@pytest.mark.parametrize("path", ["/search", "/search?q=zzzz"])
def test_a_search_without_hits_says_what_is_covered_with_three_examples(server: Server, path: str) -> None:
    page = server.page(path)
    assert "Absence here is not absence in the world." in page
    assert len(re.findall(r"Three examples.*?</p>", page, re.DOTALL)[0].split("/search?q=")) == 4


def test_a_missing_page_is_html_for_browsers_and_a_problem_for_programs(server: Server) -> None:
    page, problem = server.ask("/nothing", HTML), server.ask("/nothing")
    assert (page.status, page.type) == (404, "text/html; charset=utf-8")
    assert (problem.status, problem.type) == (404, "application/problem+json")
    assert json.loads(problem.text)["instance"] == "/nothing"


def test_a_method_that_is_not_taken_names_those_that_are(server: Server) -> None:
    reply = server.ask("/search", method="DELETE")
    assert (reply.status, "GET" in reply.headers["Allow"]) == (405, True)


@pytest.mark.parametrize("path", ["/", "/nothing", "/queries/members-over-time.json", "/id/country/cn.ttl", "/healthz"])
def test_every_answer_carries_release_and_security_headers(server: Server, path: str) -> None:
    headers = server.ask(path).headers
    assert headers["X-Plenary-Release"] == "1"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "script-src 'self';" in headers["Content-Security-Policy"]


def test_inline_styles_are_let_through_only_where_libraries_need_them(server: Server) -> None:
    policies = {path: server.ask(path, HTML).headers["Content-Security-Policy"] for path in PAGES}
    loose = {path for path, policy in policies.items() if "'unsafe-inline'" in policy}
    assert loose == {"/sparql", "/queries/members-over-time", "/queries/roles-in-group"}
    assert not any("unsafe-eval" in policy for policy in policies.values())


def test_static_files_are_named_by_content_and_kept_for_good(server: Server) -> None:
    links = sorted(link for link in Reader(server.page("/sparql")).links if link.startswith("/static/"))
    assert len(links) >= 7
    for link in links:
        reply = server.ask(link)
        assert re.search(r"\?v=[0-9a-f]{12}$", link)
        assert (reply.status, "immutable" in reply.headers["Cache-Control"]) == (200, True)
        assert link.partition("?")[0][-3:] != ".js" or reply.type == "text/javascript; charset=utf-8"


def test_a_page_that_the_reader_has_is_not_sent_again(server: Server) -> None:
    first = server.ask("/id/person/heng-qian", HTML)
    again = server.ask("/id/person/heng-qian", HTML, If_None_Match=first.headers["ETag"])
    other = server.ask("/id/person/heng-qian", "text/turtle", If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert other.status == 200


def test_operators_learn_that_it_lives_and_is_ready(server: Server) -> None:
    assert server.ask("/healthz").text == "ok\n"
    ready = re.fullmatch(r"ok: release 1 \(\d{4}-\d\d-\d\d\), (\d+) sources\n", server.ask("/readyz").text)
    assert ready
    assert int(ready[1]) == len(sources())


def test_an_unforeseen_error_shows_no_trace(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from server import served
    from server.app import create_app

    app = create_app(served.Config(store=release))
    monkeypatch.setattr(app.extensions["plenary"].search, "find", lambda *_, **__: 1 / 0)
    reply = app.test_client().get("/search?q=x", headers={"Accept": HTML})
    app.extensions["plenary"].close()
    assert reply.status_code == 500
    assert "logged" in reply.text
    assert "ZeroDivisionError" not in reply.text
    assert "Traceback" not in reply.text


def children(pid: int) -> set[int]:
    """Processes that descend from one."""
    found = {pid}
    parents = {int(p.name): p / "stat" for p in Path("/proc").iterdir() if p.name.isdigit()}
    for _ in range(4):
        for child, stat in parents.items():
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            found |= {child} if parent in found else set()
    return found - {pid}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are counted in /proc")
def test_sigterm_ends_the_server_and_its_workers(release: Path) -> None:
    one = start(release, limit=30)
    workers = children(one.process.pid)
    began = time.monotonic()
    code = stop(one)
    assert len(workers) >= 2
    assert (code, time.monotonic() - began < stretched(3)) == (0, True)
    assert until(lambda: not [pid for pid in workers if lives(pid)], 0.5)


def test_an_endpoint_elsewhere_serves_the_same_pages(server: Server) -> None:
    other = start(server.url + "/sparql", limit=5)
    try:
        person, found = other.page("/id/person/heng-qian"), other.page("/search?q=CESI")
        reply = other.ask("/queries/members-over-time.csv?body=ITU")
    finally:
        stop(other)
    assert "2016-11 to 2022-12" in person
    assert "the endpoint at 127.0.0.1" in person
    assert 'href="/id/organization/cesi"' in found
    assert ("114" in reply.text, reply.headers["X-Plenary-Release"]) == (True, None)


def run(place: Path, port: int) -> str:
    """What a server that cannot start says."""
    code = f"{START.replace('port=0', f'port={port}')}"
    guarded = f"from ontology.errors import PlenaryError\ntry:\n    exec({code!r})\nexcept PlenaryError as error:\n    print(error)"
    done = subprocess.run([sys.executable, "-c", guarded, str(place), "2"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_a_port_in_use_and_a_missing_release_give_one_sentence(release: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run(release, port)
    assert said == f"port {port} on 127.0.0.1 is in use; stop what listens there, or choose another with --port\n"
    assert run(tmp_path, 0) == f"{tmp_path}: no release here yet. Run `plenary build` first.\n"
