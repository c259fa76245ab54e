"""Short answers of the endpoint are kept: the same question gives the same answer, headers included, and no other."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from server.kept import KeptAnswers

Started = tuple[str, dict[str, str]]


class Counting:
    """An app that counts how often it is asked, and answers with what was asked of it."""

    def __init__(self, status: str = "200 OK", type_: str = "text/csv", size: int = 0, control: str = "") -> None:
        self.status, self.type, self.size, self.control, self.asked = status, type_, size, control, 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        self.asked += 1
        body = f"{environ['QUERY_STRING']} {environ.get('HTTP_ACCEPT')}".encode().ljust(self.size)
        headers = [("Content-Type", self.type), ("Content-Length", str(len(body))), ("Cache-Control", self.control)]
        start_response(self.status, headers)
        return [body]


def ask(app: KeptAnswers, query: str = "query=ASK{}", accept: str = "text/csv", **more: str) -> tuple[Started, bytes]:
    started: list[Started] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/sparql", "QUERY_STRING": query, "HTTP_ACCEPT": accept} | more
    body = b"".join(app(environ, lambda status, headers, *_: started.append((status, dict(headers)))))  # type: ignore[arg-type]
    return started[0], body


def test_the_same_query_is_answered_alike_and_asked_once() -> None:
    inner = Counting()
    app = KeptAnswers(inner)
    assert ask(app) == ask(app)
    assert inner.asked == 1


def test_another_query_or_another_format_is_another_answer() -> None:
    app = KeptAnswers(Counting())
    assert (
        len(
            {ask(app)[1], ask(app, query="query=ASK{?s%20?p%20?o}")[1], ask(app, accept="text/tab-separated-values")[1]}
        )
        == 3
    )


def test_what_was_said_without_tls_is_not_said_with_it() -> None:
    inner = Counting()
    app = KeptAnswers(inner)
    ask(app, **{"wsgi.url_scheme": "http"})
    ask(app, **{"wsgi.url_scheme": "https"})
    assert inner.asked == 2


ASIDE: list[tuple[Counting, dict[str, str]]] = [
    (Counting(), {"REQUEST_METHOD": "POST"}),
    (Counting(), {"PATH_INFO": "/queries"}),
    (Counting(), {"HTTP_IF_NONE_MATCH": 'W/"x"'}),
    (Counting(), {"QUERY_STRING": ""}),
    (Counting(status="400 Bad Request"), {}),
    (Counting(status="503 Service Unavailable"), {}),
    (Counting(type_="text/html; charset=utf-8"), {}),
    (Counting(size=70_000), {}),
    (Counting(control="no-store"), {}),
]


@pytest.mark.parametrize(("inner", "more"), ASIDE)
def test_errors_pages_long_results_and_other_requests_are_not_kept(inner: Counting, more: dict[str, str]) -> None:
    app = KeptAnswers(inner)
    assert ask(app, **more) == ask(app, **more)
    assert inner.asked == 2


def test_what_is_kept_is_counted_with_what_was_asked_and_its_headers() -> None:
    app = KeptAnswers(Counting(), most=100_000)
    for number in range(100):
        ask(app, query=f"query={number}", accept="x" * 9_000)
    assert app.size <= 100_000
    assert len(app._kept) < 10


def test_the_least_used_answers_make_room() -> None:
    inner = Counting(size=1000)
    app = KeptAnswers(inner, most=7000)
    for query in ("query=1", "query=2", "query=1", "query=3", "query=1"):
        ask(app, query=query)
    assert inner.asked == 3
    ask(app, query="query=2")
    assert inner.asked == 4
