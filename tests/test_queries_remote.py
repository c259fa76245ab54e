"""Any SPARQL endpoint as a store: the same terms, the same errors."""

import contextlib
import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from queries.cancel import CURRENT, Cancel, QueryCancelled
from queries.errors import (
    BadAddress,
    QueryFailed,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    StoreBusy,
    StoreUnreachable,
    UnknownGraph,
)
from queries.limits import Limits
from queries.remote import Remote
from queries.store import JSON, Rows, Store, open_store

ROW = b'{"head":{"vars":["g"]},"results":{"bindings":[{"g":{"type":"uri","value":"http://g/1"}}]}}'
PROBLEM = {"Content-Type": "application/problem+json"}
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "row": (200, {}, ROW),
    "yes": (200, {"Content-Type": "application/json"}, b'{"head":{},"boolean":true}'),
    "triple": (200, {}, b'<http://s> <http://p> "o" .\n'),
    "cut": (200, {"Content-Length": "1000"}, ROW),
    "some": (200, {"X-SPARQL-MaxRows": "1"}, ROW),
    "page": (200, {"Content-Type": "text/html"}, b"<p>Hello</p>"),
    "unread": (400, {}, b"line 1: syntax error\n"),
    "problem": (400, PROBLEM, '{"detail": "Line 2, column 5: The prefix “a:” is not declared."}'.encode()),
    "no-sentence": (400, PROBLEM, b'{"status": 400}'),
    "late": (500, {}, b"Virtuoso S1T00 Error SR171: Transaction timed out"),
    "broken": (500, {}, b"Virtuoso 42000 Error"),
    "busy": (503, {}, b""),
    "nowhere": (404, {}, b""),
    "who": (401, {"WWW-Authenticate": "Basic"}, b""),
    "forbidden": (403, {}, b""),
    "often": (429, {}, b""),
    "moved": (301, {"Location": "/elsewhere"}, b""),
    "teapot": (500, {"Content-Type": "text/html"}, b"<h1>Stack trace</h1>"),
    "huge": (500, {"Content-Type": "text/plain"}, b"x" * 3_000_000),
    "garbled": (200, {}, b'{"head": {"vars": ["g"]}, "results": {"bindings": [{"g'),
    "packed": (200, {"Content-Encoding": "gzip"}, gzip.compress(ROW)),
    "badly-packed": (200, {"Content-Encoding": "gzip"}, b"no gzip"),
    "nothing": (200, {"Content-Type": ""}, b""),
}
REMOTE_ERRORS = [
    ("cut", QueryFailed, "broke off"),
    ("some", QueryFailed, "only a part"),
    ("page", QueryFailed, "text/html"),
    ("unread", QuerySyntax, "line 1: syntax error"),
    ("problem", QuerySyntax, "^Line 2, column 5: The prefix “a:” is not declared.$"),
    ("no-sentence", QuerySyntax, '{"status": 400}'),
    ("late", QueryTimeout, "seconds"),
    ("broken", QueryFailed, "42000"),
    ("busy", StoreBusy, "again"),
    ("nowhere", StoreUnreachable, "404"),
    ("slow", QueryTimeout, "0.2 seconds"),
    ("drip", QueryTimeout, "0.2 seconds"),
    ("drop", QueryFailed, "broke off"),
    ("who", StoreUnreachable, "PLENARY_STORE_USER"),
    ("forbidden", StoreUnreachable, "403"),
    ("often", StoreBusy, "again"),
    ("moved", StoreUnreachable, "sends elsewhere"),
    ("teapot", QueryFailed, r"HTTP 500\). Ask again"),
    ("huge", QueryFailed, "xxx"),
    ("garbled", QueryFailed, "cannot be read as a result"),
    ("badly-packed", QueryFailed, "broke off"),
    ("nothing", QueryFailed, "no format"),
    ("yes", QueryFailed, "yes or no"),
]
SHORT = {"slow", "drip"}


class Endpoint(BaseHTTPRequestHandler):
    """A SPARQL endpoint that gives the answer which a comment at the end of the query names."""

    asked: ClassVar[list[dict[str, list[str]]]] = []

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.asked.append(form)
        name = form["query"][0].rpartition("#")[2] if "#" in form["query"][0] else "row"
        if name == "slow":
            time.sleep(10)
        if name in ("drip", "drop"):
            self._bit_by_bit(whole=name == "drip")
            return
        status, headers, body = ANSWERS[name] if name in ANSWERS else ANSWERS["row"]
        self.send_response(status)
        for key, value in ({"Content-Type": self.headers["Accept"]} | headers).items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def _bit_by_bit(self, whole: bool) -> None:
        """One byte every twentieth of a second for ten seconds, or a chunk that is never finished."""
        self.send_response(200)
        self.send_header("Content-Type", self.headers["Accept"])
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"1\r\n{\r\n" if whole else b"8\r\n{")
        with contextlib.suppress(OSError):
            for _ in range(200 if whole else 0):
                self.wfile.write(b"1\r\n \r\n")
                time.sleep(0.05)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def remote() -> Iterator[Store]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield open_store(f"http://127.0.0.1:{server.server_port}/sparql", Limits(seconds=5))
        server.shutdown()


def test_a_remote_store_gives_the_same_terms(remote: Store) -> None:
    assert remote.select("SELECT ?g {} #row") == Rows(("g",), [(NamedNode("http://g/1"),)])
    assert remote.ask("ASK {} #yes") is True
    assert remote.construct("CONSTRUCT WHERE {} #triple") == [
        Triple(NamedNode("http://s"), NamedNode("http://p"), Literal("o"))
    ]
    assert remote.release is None


@pytest.mark.parametrize(("name", "error", "words"), REMOTE_ERRORS)
def test_a_remote_stores_errors_are_the_same(remote: Store, name: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        remote.select(f"SELECT * {{}} #{name}", limit=0.2 if name in SHORT else None)


def test_a_request_that_is_called_off_does_not_wait_for_a_remote_store(remote: Store) -> None:
    request, began = Cancel(), time.monotonic()
    CURRENT.set(request)
    timer = threading.Timer(0.1, request.cancel)
    timer.start()
    with pytest.raises(QueryCancelled):
        remote.ask("ASK {} #slow")
    assert time.monotonic() - began < 5  # the answer takes ten seconds
    CURRENT.set(None)
    timer.join()


def test_what_is_refused_is_never_sent_to_a_remote_store(remote: Store) -> None:
    assert remote.graphs == {"http://g/1"}
    before = len(Endpoint.asked)
    with pytest.raises(QueryRefused):
        remote.select("SELECT * { SERVICE <http://x> {} }")
    with pytest.raises(UnknownGraph, match="http://g/1"):
        remote.stream("ASK {}", JSON, default_graphs=["http://g/2"])
    assert len(Endpoint.asked) == before
    with remote.stream("ASK {} #yes", JSON, named_graphs=["http://g/1"]) as answer:
        assert b"".join(answer) == ANSWERS["yes"][2]
    assert Endpoint.asked[-1]["named-graph-uri"] == ["http://g/1"]


def test_a_remote_store_where_nothing_listens_is_unreachable() -> None:
    with pytest.raises(StoreUnreachable, match="127.0.0.1:1/"):
        open_store("http://127.0.0.1:1/").ask("ASK {}")


def test_a_packed_answer_is_unpacked(remote: Store) -> None:
    assert remote.select("SELECT ?g {} #packed") == Rows(("g",), [(NamedNode("http://g/1"),)])


def test_a_slow_drip_ends_at_the_limit_and_not_with_the_last_byte(remote: Store) -> None:
    began = time.monotonic()
    with pytest.raises(QueryTimeout):
        remote.select("SELECT * {} #drip", limit=0.3)
    assert time.monotonic() - began < 5  # the drip takes ten seconds


def test_another_plenary_says_where_the_query_cannot_be_read(remote: Store) -> None:
    with pytest.raises(QuerySyntax) as raised:
        remote.select("SELECT * {} #problem")
    assert (raised.value.line, raised.value.column) == (2, 5)


def test_a_huge_error_is_read_in_part_only(remote: Store) -> None:
    with pytest.raises(QueryFailed) as raised:
        remote.select("SELECT * {} #huge")
    assert len(str(raised.value)) < 700


def test_a_query_that_is_called_off_leaves_the_endpoint_at_once(remote: Store) -> None:
    assert remote.graphs
    cancel = Cancel()
    mark = CURRENT.set(cancel)
    threading.Timer(0.1, cancel.cancel).start()
    began = time.monotonic()
    try:
        with pytest.raises(QueryCancelled):
            remote.select("SELECT * {} #drip")
    finally:
        CURRENT.reset(mark)
    assert time.monotonic() - began < 5


def test_queries_see_plenarys_graphs_where_there_are_any(remote: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    remote.select("SELECT * {} #row")
    assert "default-graph-uri" not in Endpoint.asked[-1]  # a store without them
    ours = "https://w3id.org/plenary/graph/derived"
    monkeypatch.setitem(ANSWERS, "row", (200, {}, ROW.replace(b"http://g/1", ours.encode())))
    remote = open_store(remote._sender.name, Limits(seconds=5))  # type: ignore[attr-defined]
    remote.select("SELECT * {} #row")
    assert Endpoint.asked[-1]["default-graph-uri"] == Endpoint.asked[-1]["named-graph-uri"] == [ours]
    remote.select(f"SELECT * FROM <{ours}> {{}} #row")
    assert "default-graph-uri" not in Endpoint.asked[-1]  # what the query names holds
    remote.close()


def test_a_block_of_values_that_means_nothing_is_not_sent(remote: Store) -> None:
    remote.select('SELECT ?g { VALUES $g { UNDEF } FILTER (?g != "VALUES $g { UNDEF }") } #row')
    assert Endpoint.asked[-1]["query"] == ['SELECT ?g {  FILTER (?g != "VALUES $g { UNDEF }") } #row']
    whole = "SELECT * { VALUES $g { UNDEF } } #row"
    remote.select(whole)
    assert Endpoint.asked[-1]["query"] == [whole]  # which has a column for it


def test_an_address_with_a_password_is_refused_and_not_shown() -> None:
    with pytest.raises(BadAddress, match="PLENARY_STORE_PASSWORD") as raised:
        open_store("https://me:secret@example.org/sparql")
    assert "secret" not in str(raised.value)
    with pytest.raises(BadAddress):
        open_store("https:///sparql")


def test_user_and_password_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLENARY_STORE_USER", "me")
    monkeypatch.setenv("PLENARY_STORE_PASSWORD", "secret")
    store = Remote("http://127.0.0.1:1/sparql?key=secret")
    assert store._headers["authorization"] == "Basic bWU6c2VjcmV0"
    with pytest.raises(StoreUnreachable) as raised:
        _ = store.graphs
    assert "secret" not in str(raised.value)
