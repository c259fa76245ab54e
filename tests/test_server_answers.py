"""Results as they are sent: a size that is capped, a server that does not grow, and no part that is taken for all."""

import http.client
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from conftest import Server, start, stop

from queries.limits import Limits
from server.app import create_app
from server.served import Config, Served

pytestmark = pytest.mark.server

JSON = "application/sparql-results+json"
ALL = "SELECT * { ?s ?p ?o . ?a ?b ?c }"


def proportional(pid: int) -> int:
    """Memory of a process in bytes, shared pages counted by their share."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return 1024 * int(re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)[0])


def read(server: Server, query: str) -> int:
    """The number of bytes of a result in JSON, read to its end and not kept."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", "/sparql?" + urlencode({"query": query}), headers={"Accept": JSON})
    answer, size, last = connection.getresponse(), 0, b""
    assert answer.status == 200
    while chunk := answer.read(1 << 16):
        size, last = size + len(chunk), (last + chunk)[-10:]
    connection.close()
    assert last.rstrip().endswith(b"]}}")
    return size


def test_a_server_does_not_grow_with_a_result_of_a_hundred_megabytes(release: Path) -> None:
    server = start(release, limit=60)
    try:
        assert read(server, f"{ALL} LIMIT 50000") > 20_000_000
        before = proportional(server.process.pid)
        assert read(server, f"{ALL} LIMIT 250000") > 100_000_000
        assert proportional(server.process.pid) - before < 20_000_000
    finally:
        stop(server)


def test_a_result_over_the_cap_is_refused_or_breaks_off_and_the_cap_is_named(release: Path) -> None:
    app = create_app(Config(store=release, limits=Limits(max_bytes=100_000)))
    served: Served = app.extensions["plenary"]
    try:
        client = app.test_client()
        whole = client.get("/sparql", query_string={"query": "ASK {}"})
        assert (whole.status_code, whole.headers["X-Plenary-Max-Bytes"]) == (200, "100000")
        with pytest.raises(Exception, match="more than 100,000 bytes"):
            _ = client.get("/sparql", query_string={"query": ALL}).data
    finally:
        served.close()


def test_a_result_over_the_cap_is_400_where_nothing_has_been_sent(release: Path) -> None:
    app = create_app(Config(store=release, limits=Limits(max_bytes=10_000)))
    served: Served = app.extensions["plenary"]
    try:
        reply = app.test_client().get("/sparql", query_string={"query": f"{ALL} LIMIT 100"})
        assert (reply.status_code, reply.json and reply.json["kind"]) == (400, "result-too-large")
        assert "LIMIT" in reply.text
    finally:
        served.close()
