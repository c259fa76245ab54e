"""Any SPARQL endpoint as a store: the same terms, the same errors."""

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
    QueryFailed,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    StoreBusy,
    StoreUnreachable,
    UnknownGraph,
)
from queries.limits import Limits
from queries.store import JSON, Rows, Store, open_store

ROW = b'{"head":{"vars":["g"]},"results":{"bindings":[{"g":{"type":"uri","value":"http://g/1"}}]}}'
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "row": (200, {}, ROW),
    "yes": (200, {"Content-Type": "application/json"}, b'{"head":{},"boolean":true}'),
    "triple": (200, {}, b'<http://s> <http://p> "o" .\n'),
    "cut": (200, {"Content-Length": "1000"}, ROW),
    "some": (200, {"X-SPARQL-MaxRows": "1"}, ROW),
    "page": (200, {"Content-Type": "text/html"}, b"<p>Hello</p>"),
    "unread": (400, {}, b"line 1: syntax error\n"),
    "late": (500, {}, b"Virtuoso S1T00 Error SR171: Transaction timed out"),
    "broken": (500, {}, b"Virtuoso 42000 Error"),
    "busy": (503, {}, b""),
    "nowhere": (404, {}, b""),
}
REMOTE_ERRORS = [
    ("cut", QueryFailed, "broke off"),
    ("some", QueryFailed, "only a part"),
    ("page", QueryFailed, "text/html"),
    ("unread", QuerySyntax, "line 1: syntax error"),
    ("late", QueryTimeout, "seconds"),
    ("broken", QueryFailed, "42000"),
    ("busy", StoreBusy, "again"),
    ("nowhere", StoreUnreachable, "404"),
    ("slow", QueryTimeout, "0.2 seconds"),
]


class Endpoint(BaseHTTPRequestHandler):
    """A SPARQL endpoint that gives the answer which a comment at the end of the query names."""

    asked: ClassVar[list[dict[str, list[str]]]] = []

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.asked.append(form)
        name = form["query"][0].rpartition("#")[2] if "#" in form["query"][0] else "row"
        if name == "slow":
            time.sleep(0.5)
        status, headers, body = ANSWERS[name] if name in ANSWERS else ANSWERS["row"]
        self.send_response(status)
        for key, value in ({"Content-Type": self.headers["Accept"]} | headers).items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

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
        remote.select(f"SELECT * {{}} #{name}", limit=0.2 if name == "slow" else None)


def test_a_request_that_is_called_off_does_not_wait_for_a_remote_store(remote: Store) -> None:
    request, began = Cancel(), time.monotonic()
    CURRENT.set(request)
    timer = threading.Timer(0.1, request.cancel)
    timer.start()
    with pytest.raises(QueryCancelled):
        remote.ask("ASK {} #slow")
    assert time.monotonic() - began < 0.4
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
