"""Hostile input: what no client of good will sends is answered in words, and never runs, leaks or breaks a page."""

import contextlib
import json
import re
import socket
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from conftest import HTML, Server

pytestmark = pytest.mark.server

PAYLOADS = {
    "script": "</script><script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "attribute": "\" autofocus onfocus=alert(1) x=\"",
    "apostrophe": "' onmouseover=alert(1) x='",
    "svg": "]]></svg><svg onload=alert(1)>",
    "template": "{{7*7}}{% raw %}${7*7}#{7*7}",
    "address": "javascript:alert(1)//",
    "separator": "\u2028\u2029\u0085",
    "direction": "\u202e\u2066evil\u2069",
    "header": "x\r\nSet-Cookie: a=b\r\n\r\n<script>",
    "control": "\x01\x08\x1b[31m\x7f",
    "sql": "' OR 1=1; DROP TABLE thing; --\" * NEAR(",
    "sparql": "> } INSERT DATA { <x:a> <x:b> <x:c> } #",
    "path": "../../../../etc/passwd",
    "format": "%s%n%x{0.__class__}",
    "formula": "=cmd|' /C calc'!A0",
    "astral": "\U0001f4a9\U000e0041\uffff",
    "long": "a" * 8000,
}  # fmt: skip
ROUTES = [
    "/search?q={}", "/search?q=itu&kind={}", "/queries?q={}", "/queries?tag={}", "/queries/{}", "/queries/{}.csv",
    "/queries/roles-in-group?group={}", "/queries/roles-in-group?{}=1", "/queries/roles-in-group?_view={}",
    "/queries/organizations-by-supported-work-items.csv?minimum={}", "/queries/members-over-time.json?country={}",
    "/report/{}", "/report?{}=1", "/report/table-4?{}=1", "/id/{}/huawei", "/id/organization/{}",
    "/id/organization/{}.ttl", "/id/organization/huawei?all={}", "/explore?node={}", "/explore?preset={}",
    "/explore?query={}", "/explore?from={}&to=organization/huawei", "/paths?from={}&to={}", "/paths?country={}",
    "/paths?from=organization/huawei&to=body/itu&as_of={}", "/api/paths?from={}&to=body/itu", "/api/neighbours?node={}",
    "/api/neighbours?node=body/itu&kind={}", "/api/neighbours?node=body/itu&limit={}", "/api/network?node={}",
    "/explore/standalone.html?node=body/itu&title={}&filters={}", "/sparql?query={}", "/sparql?query=ASK{{}}&x={}",
    "/static/{}", "/{}",
]  # fmt: skip
LEAKS = re.compile(r"Traceback|File \"|\.py\b|site-packages|/tmp/|/home/|/usr/|sqlite3|werkzeug|jinja|waitress", re.I)


class Reader(HTMLParser):
    """What a browser would run of a page: elements and attributes, as `tag` and `tag@attribute=value`."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found = list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{tag}@{name}={value}" for name, value in attrs]

    def runs(self) -> list[str]:
        """Handlers, and addresses that are scripts."""
        return [said for said in self.found if re.match(r"\w+@on|\w+@(href|src|action)=\s*javascript:", said)]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_address_makes_a_page_run_or_tell_what_it_should_not(server: Server, payload: str) -> None:
    sent = PAYLOADS[payload]
    for route in ROUTES:
        reply = server.ask(route.format(*[quote(sent, safe="")] * route.count("{}")), HTML)
        told = (route, reply.status, reply.text[:300])
        assert reply.status in (200, 400, 404, 406), told
        assert "Set-Cookie" not in reply.headers, told
        if reply.type.startswith("text/html"):
            assert not Reader(reply.text).runs(), told
            assert "<script>alert" not in reply.text, told
            assert "<svg onload" not in reply.text, told
        if reply.status != 200:
            assert not LEAKS.search(reply.text.replace(sent, "")), told


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_program_is_told_of_errors_as_problem_details(server: Server, payload: str) -> None:
    for route in ("/queries/{}", "/id/organization/{}", "/api/paths?from={}&to=body/itu", "/sparql?query={}"):
        reply = server.ask(route.format(quote(PAYLOADS[payload], safe="")))
        told = json.loads(reply.text)
        assert reply.type == "application/problem+json"
        assert told["status"] == reply.status in (400, 404)
        assert {"type", "title", "detail", "instance"} <= told.keys()
        assert not LEAKS.search(told["detail"].replace(PAYLOADS[payload], ""))


@pytest.mark.parametrize(
    "path",
    [
        "/%00", "/id/organization/%00", "/id/organization/huawei%00.ttl", "/%FF", "/id/person/%C0%AF", "/%0d%0aX:1",
        "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/static/../app.py", "/static/%2e%2e/app.py",
        "/static/..%2fapp.py", "/static/%2fetc%2fpasswd", "/static/....//app.py", "/static/vendor/../../served.py",
        "//", "//example.org", "//example.org/%2e%2e", "/sparql//", "//sparql?query=ASK%7B%7D", "/id//huawei", "/id/",
        "/queries/../id", "/\\example.org", "/;/x", "/%zz", "/%", "/*", "/sparql;x=1", "/sparql/x", "/.git/config",
        "/.env", "/search?%", "/search?q=%FF", "/search?q=%zz", "/search?q=%00", "/?%C0%80", "/static/plenary.css?%",
    ],
)  # fmt: skip
def test_a_strange_address_is_400_or_404_and_leads_nowhere_else(server: Server, path: str) -> None:
    reply = server.ask(path)
    assert "Location" not in reply.headers
    if reply.status == 200 and path.startswith("//"):
        return  # some HTTP servers take what follows for a host
    assert reply.status in (400, 404)
    assert reply.type == "application/problem+json"
    assert not LEAKS.search(json.loads(reply.text)["detail"])


def speak(server: Server, data: bytes) -> bytes:
    """Send bytes as they are, and read the answer to its end; empty if the server hangs up at once."""
    answer = b""
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=30) as client,
        contextlib.suppress(ConnectionError),
    ):
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        while chunk := client.recv(1 << 16):
            answer += chunk
    return answer


def request(first: str, *headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join([first, "Host: x", "Connection: close", *headers, "", ""]).encode("latin-1") + body


DIRECT = "Content-Type: application/sparql-query"
POST = "POST /sparql HTTP/1.1"
BIG = b"ASK {} #" + b"x" * 1_000_000


@pytest.mark.parametrize(
    ("data", "statuses"),
    [
        (request("GET /sparql?query=ASK{} HTTP/1.1"), {200}),
        (request("GET /sparql?query=ASK{} HTTP/1.0"), {200}),
        (request("GET /sparql?query=ASK{} HTTP/1.1", "Content-Length: 5", body=b"ASK{}"), {200}),
        (request(POST, DIRECT, "Transfer-Encoding: chunked", body=b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n"), {200}),
        (request(POST, DIRECT, "Content-Length: 6", "Expect: 100-continue", body=b"ASK {}"), {100, 200}),
        (request(POST, DIRECT, "Content-Length: 6", "Content-Encoding: identity", body=b"ASK {}"), {200}),
        (request(POST, DIRECT, "Content-Length: 6", "Content-Encoding: gzip", body=b"ASK {}"), {415}),
        (request(POST, DIRECT, "Content-Length: 6", "Content-Encoding: br", body=b"ASK {}"), {415}),
        (request(POST, DIRECT, f"Content-Length: {len(BIG)}", body=BIG), {413}),
        (request(POST, DIRECT, "Transfer-Encoding: chunked", body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(BIG), BIG)), {413}),
        (request(POST, DIRECT, "Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), {400, 501}),
        (request(POST, DIRECT, "Transfer-Encoding: identity", "Content-Length: 6", body=b"ASK {}"), {400, 501}),
        (request(POST, DIRECT, "Content-Length: -1"), {400}),
        (request(POST, DIRECT, "Content-Length: 6x", body=b"ASK {}"), {400}),
        (request(POST, DIRECT), {400, 411}),
        (request("GET /\xff\xfe HTTP/1.1"), {400, 404}),
        (request("GET /search?q=\xe5\x8c\x97 HTTP/1.1"), {200, 400}),
        (request("GET / HTTP/1.1", "Accept: \xff\xfe"), {200, 400}),
        (request("GET /sparql?query=ASK{} HTTP/1.1", "Accept: " + "text/csv;q=0.1," * 3000), {200, 406, 431}),
        (request("GET / HTTP/1.1", "X: " + "y" * 400_000), {0, 400, 431}),
        (request("GET / HTTP/1.1", "If-None-Match: *"), {304}),
        (request("GET /nowhere HTTP/1.1", "If-None-Match: *"), {404}),
        (request("GET / HTTP/1.1", "Range: bytes=0-1"), {200}),
        (request("GET / HTTP/1.1", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https"), {200}),
        (request("GET /?" + "a=b&" * 10_000 + " HTTP/1.1"), {200}),
        (request("OPTIONS /sparql HTTP/1.1", "Origin: http://a", "Access-Control-Request-Method: POST"), {200}),
    ],
)  # fmt: skip
def test_what_is_sent_byte_by_byte_gets_the_status_that_http_has_for_it(
    server: Server, data: bytes, statuses: set[int]
) -> None:
    answer = speak(server, data)
    found = {int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d{3})", answer, re.MULTILINE)}
    assert (found or {0}) <= statuses, answer[:300]
    assert b"Traceback" not in answer
    assert b"Strict-Transport-Security" not in answer


def test_the_server_is_the_same_one_after_all_that(server: Server) -> None:
    assert server.process.poll() is None
    assert server.sparql("ASK {}").status == 200
