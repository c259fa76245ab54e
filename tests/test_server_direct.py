"""A plain query is answered in front of Flask, and no client can tell: same status, headers and body."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from queries.limits import Limits
from server import direct
from server.app import create_app
from server.served import Config

CSV = {"Accept": "text/csv"}
PLAIN = {"REQUEST_METHOD": "GET", "PATH_INFO": "/sparql", "QUERY_STRING": "query=ASK{}"}


@pytest.fixture(scope="module")
def app(release: Path) -> Iterator[Flask]:
    made = create_app(Config(store=release, limits=Limits(workers=1), max_query_bytes=1000))
    yield made
    made.extensions["plenary"].close()


def ask(app: Flask, query: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    answer = app.test_client().get(f"/sparql?{query}", headers=headers, buffered=True)
    return answer.status_code, dict(answer.headers), answer.data


SAME = [
    "query=ASK{}",
    "query=SELECT*{?s%20a%20?o}LIMIT%202000",
    "query=CONSTRUCT{?s%20a%20?o}WHERE{?s%20a%20?o}LIMIT%202",
    "query=ASK{}&default-graph-uri=https://w3id.org/plenary/graph/derived",
    "query=ASK{}&other=1",
    "other=1&query=ASK{}",
    "subquery=ASK{}",
    "query=ASK{",
    "query=",
    "query=%",
    "query=%FF",
    "query=ASK{}&query=ASK{}",
    "query=ASK{}&update=CLEAR",
    "query=ASK{}&default-graph-uri=http://elsewhere.example/",
    "query=ASK{SERVICE<x:>{}}",
    "query=ASK{}%23" + "x" * 1000,
]


@pytest.mark.parametrize("accept", ["text/csv", "application/json", "application/n-triples", "*/*", "image/png"])
@pytest.mark.parametrize("query", SAME)
def test_an_answer_is_the_same_in_front_of_flask_as_behind(app: Flask, query: str, accept: str) -> None:
    behind = {"Accept": accept, "If-None-Match": '"another"'}
    assert not direct.plain(PLAIN | {"HTTP_IF_NONE_MATCH": '"another"'})
    assert ask(app, query, {"Accept": accept}) == ask(app, query, behind)


def test_a_plain_query_does_not_reach_flask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "full_dispatch_request", lambda *_: 1 / 0)
    assert ask(app, "query=ASK{%20?s%20?p%20'plain'%20}", CSV)[0] == 200


def test_what_nobody_foresaw_is_answered_without_its_traceback(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "begin", lambda *_: 1 / 0)
    status, _, body = ask(app, "query=ASK{%20?s%20?p%20'unforeseen'%20}", CSV)
    assert status == 500
    assert b"Zero" not in body


ASIDE: list[dict[str, Any]] = [
    {"REQUEST_METHOD": "HEAD"},
    {"PATH_INFO": "/sparql/"},
    {"SCRIPT_NAME": "/releases/1"},
    {"QUERY_STRING": ""},
    {"QUERY_STRING": "subquery=ASK{}"},
    {"QUERY_STRING": "query=" + "x" * 60_000},
    {"CONTENT_LENGTH": "1"},
    {"HTTP_TRANSFER_ENCODING": "gzip"},
    {"HTTP_ACCEPT": "text/html"},
    {"plenary.spent": "an error"},
    {"plenary.refused": "an error"},
    {"plenary.target": "/releases/1/sparql"},
]


@pytest.mark.parametrize("more", ASIDE)
def test_all_else_is_left_to_flask(more: dict[str, Any]) -> None:
    assert direct.plain(PLAIN)
    assert not direct.plain(PLAIN | more)
