"""What operators see: one line a request, an id that holds it together, numbers; and nothing of who asked for what."""

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from conftest import Server
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import BadRequest
from werkzeug.test import TestResponse

from queries.cancel import CURRENT, Cancel
from queries.errors import QueryTimeout
from server import logs
from server.app import create_app
from server.metrics import Metrics
from server.observe import Observed
from server.served import Config


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, as JSON."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Json())
    before, logs.LOG.handlers = logs.LOG.handlers, [handler]
    logs.LOG.setLevel(logging.INFO)
    yield written
    logs.LOG.handlers = before


@pytest.fixture(scope="module")
def app(release: Path) -> Iterator[Flask]:
    made = create_app(Config(store=release))
    made.add_url_rule("/breaks", view_func=lambda: 1 / 0)
    yield made
    made.extensions["plenary"].close()


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A client of the app with the layer around it, and metrics of its own."""
    inner, metrics = app.wsgi_app, Metrics()
    object.__setattr__(app.extensions["plenary"].config, "metrics", metrics)
    app.wsgi_app = Observed(inner, metrics)  # type: ignore[method-assign]
    yield app.test_client()
    app.wsgi_app = inner  # type: ignore[method-assign]


def ask(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    """An answer read to its end, which is when it is logged."""
    return client.get(path, headers=headers, buffered=True)


def number(client: FlaskClient, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    assert found, name
    return float(found[1])


ASK = "/sparql?query=ASK%7B%7D"
OUTCOMES = [
    (ASK, "ok"),
    ("/sparql?query=SELECT", "refused"),
    ("/sparql?" + urlencode({"query": "ASK { SERVICE <http://x/> { } }"}), "refused"),
    ("/queries/table-8-wg-11-officers.csv", "ok"),
]


def test_a_request_leaves_one_line_of_what_happened_and_when(client: FlaskClient, lines: io.StringIO) -> None:
    sent = ask(client, ASK, headers={"X-Request-Id": "abc-12345"})
    line = json.loads(lines.getvalue())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert line.pop("ms") > 0
    assert line == {"event": "request", "id": "abc-12345", "method": "GET", "route": "/sparql", "status": 200,
                    "bytes": len(sent.data), "release": "1"}  # fmt: skip


def test_lines_tell_nothing_of_who_asked_for_what(client: FlaskClient, lines: io.StringIO) -> None:
    asked = {"User-Agent": "private-agent", "X-Forwarded-For": "203.0.113.7", "Referer": "http://private-referer/"}
    for path in ("/search?q=private-words", "/id/person/private-name", "/sparql?query=SELECT+private", "/private-path"):
        ask(client, path, headers=asked)
    assert len(lines.getvalue().splitlines()) == 4
    assert not re.search(r"private|203\.0|127\.0", lines.getvalue())


@pytest.mark.parametrize("asked", ["", "short", "with space", "x" * 65, 'quote"quote', "newline%0a"])
def test_an_id_that_is_not_well_formed_is_replaced(client: FlaskClient, asked: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", ask(client, ASK, headers={"X-Request-Id": asked}).headers["X-Request-Id"])


def test_an_error_nobody_foresaw_is_logged_with_the_id_that_its_answer_carries(
    client: FlaskClient, lines: io.StringIO
) -> None:
    answer = ask(client, "/breaks", headers={"Accept": "application/json"})
    first = json.loads(lines.getvalue().splitlines()[0])
    assert answer.status_code == 500
    assert answer.json
    assert answer.json["request"] == answer.headers["X-Request-Id"] == first["id"]
    assert "ZeroDivisionError" in first["traceback"]
    assert "ZeroDivisionError" not in answer.text


def test_kept_answers_are_logged_and_counted_like_others(client: FlaskClient, lines: io.StringIO) -> None:
    query = "/sparql?query=ASK%7B%3Fkept+%3Fp+%3Fo%7D"
    answers = [ask(client, query) for _ in range(3)]
    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 3
    assert [json.loads(line)["route"] for line in lines.getvalue().splitlines()] == ["/sparql"] * 3
    assert number(client, 'plenary_queries_total{outcome="ok"}') == 3
    assert number(client, "plenary_kept_hits") >= 2


def test_what_could_not_be_read_is_counted_under_no_route(client: FlaskClient) -> None:
    client.get("/", environ_overrides={"plenary.refused": BadRequest()}, buffered=True)
    assert number(client, 'plenary_requests_total{route="(none)",status="400"}') == 1


@pytest.mark.parametrize(("path", "outcome"), OUTCOMES)
def test_queries_are_counted_by_outcome(client: FlaskClient, path: str, outcome: str) -> None:
    ask(client, path)
    counts = {name: number(client, f'plenary_queries_total{{outcome="{name}"}}') for name in ("ok", "refused")}
    assert counts == {"ok": 0, "refused": 0} | {outcome: 1}


def test_a_page_is_a_request_and_no_query(client: FlaskClient) -> None:
    ask(client, "/id/organization/huawei")
    ask(client, "/sparql", headers={"Accept": "text/html"})
    assert number(client, 'plenary_queries_total{outcome="ok"}') == 0
    assert number(client, 'plenary_request_seconds_count{route="/id/<kind>/<name>"}') == 1


def test_metrics_name_the_release_and_its_size(client: FlaskClient, app: Flask) -> None:
    release = app.extensions["plenary"].store.release
    assert number(client, "plenary_release_statements") == release.statements
    assert f'number="{release.number}"' in client.get("/metrics").text


def broken(error: type[Exception]) -> Any:  # noqa: ANN401
    def app(environ: Any, start: Any) -> Iterator[bytes]:  # noqa: ANN401
        start("200 OK", [])
        yield b"part"
        raise error(1)

    return app


ENVIRON = {"REQUEST_METHOD": "GET", "PATH_INFO": "/sparql", "QUERY_STRING": "query=x"}


@pytest.mark.parametrize(("error", "outcome"), [(QueryTimeout, "timeout"), (ValueError, "failed")])
def test_an_answer_that_breaks_off_is_counted_as_what_broke_it(error: type[Exception], outcome: str) -> None:
    metrics = Metrics()
    with pytest.raises(error):
        list(Observed(broken(error), metrics)(dict(ENVIRON), lambda *_: lambda data: None))
    assert f'plenary_queries_total{{outcome="{outcome}"}} 1.0' in metrics.text([]).decode()


def test_a_query_whose_client_has_left_is_counted_as_cancelled(lines: io.StringIO) -> None:
    metrics, cancel = Metrics(), Cancel()
    token = CURRENT.set(cancel)
    answer = Observed(broken(ValueError), metrics)(dict(ENVIRON), lambda *_: lambda data: None)
    next(iter(answer))
    cancel.cancel()
    answer.close()  # type: ignore[attr-defined]
    CURRENT.reset(token)
    assert 'plenary_queries_total{outcome="cancelled"} 1.0' in metrics.text([]).decode()
    assert (json.loads(lines.getvalue())["status"], json.loads(lines.getvalue())["broken"]) == (499, "client left")


def test_an_answer_that_its_client_did_not_take_to_the_end_is_counted_as_cancelled() -> None:
    metrics = Metrics()
    answer = Observed(broken(ValueError), metrics)(dict(ENVIRON), lambda *_: lambda data: None)
    next(iter(answer))
    answer.close()  # type: ignore[attr-defined]
    assert 'plenary_queries_total{outcome="cancelled"} 1.0' in metrics.text([]).decode()


@pytest.mark.server
def test_a_server_lives_and_is_ready(server: Server) -> None:
    assert (server.ask("/healthz").text, server.ask("/readyz").status) == ("ok\n", 200)
    assert server.ask("/metrics").type.startswith("text/plain; version=0.0.4")


@pytest.mark.server
def test_what_the_http_server_refuses_is_told_as_a_problem_with_all_headers(server: Server) -> None:
    reply = server.ask("/sparql", method="POST", body=b"x" * 3_000_000, Content_Type="application/sparql-query")
    assert (reply.status, reply.type) == (413, "application/problem+json")
    assert {"X-Request-Id", "Content-Security-Policy", "X-Content-Type-Options"} <= set(reply.headers)
    assert json.loads(reply.text)["request"] == reply.headers["X-Request-Id"]
