"""The outermost layer of the server: every request has an id, is counted and timed, and leaves one line in the log."""

import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from queries.cancel import CURRENT
from queries.errors import QueryTimeout
from server import logs
from server.metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SEEN, REFUSED = "plenary.seen", "plenary.refused"
WELL_FORMED = re.compile(r"[A-Za-z0-9-]{8,64}")
LEFT = 499  # what logs say, by custom, of a client that did not wait
OUTCOMES = {200: "ok", 304: "ok", 500: "failed", 502: "failed", 503: "busy", 504: "timeout"}


def register(app: Flask) -> None:
    """Have an app name the route of each request, and answer what its HTTP server could not read."""
    app.before_request(_name_route)


def _name_route() -> None:
    seen = request.environ.get(SEEN)
    if refused := request.environ.get(REFUSED):
        raise refused  # of which nobody knows the route
    if seen and request.url_rule:
        seen.route = request.url_rule.rule


class Observed:
    """A WSGI layer around everything that answers, kept answers included."""

    def __init__(self, app: "WSGIApplication", metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, and tell the log and the metrics once the last byte has been handed over."""
        seen = Seen(environ, self._metrics)
        logs.REQUEST_ID.set(seen.id)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:  # noqa: ANN401
            seen.status = int(status[:3])
            seen.release = next((value for name, value in headers if name == "X-Plenary-Release"), "")
            return start_response(status, [*headers, ("X-Request-Id", seen.id)], *error)

        try:
            seen.body = self._app(environ, start)
        except BaseException as error:
            seen.end(error)
            raise
        if isinstance(seen.body, list):
            seen.size, seen.whole = sum(map(len, seen.body)), True
            seen.end()
            return seen.body
        return seen


@dataclass
class Seen:
    """What is known of one request; as an iterable, its answer."""

    environ: "WSGIEnvironment"
    metrics: Metrics
    began: float = field(default_factory=time.perf_counter)
    status: int = 0
    size: int = 0
    route: str = ""
    release: str = ""
    body: Iterable[bytes] = ()
    whole: bool = False
    ended: bool = False

    def __post_init__(self) -> None:
        asked = self.environ.get("HTTP_X_REQUEST_ID", "")
        self.id = asked if WELL_FORMED.fullmatch(asked) else os.urandom(16).hex()
        self.environ[SEEN] = self

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self.body:
                self.size += len(chunk)
                yield chunk
            self.whole = True
        except GeneratorExit:
            raise
        except BaseException as error:
            self.end(error)
            raise

    def close(self) -> None:
        """End the answer, at its last byte or before."""
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        finally:
            self.end()

    def end(self, error: BaseException | None = None) -> None:
        """Tell once. An error came when it was too late for a status; without one, a part means a client that left."""
        if self.ended:
            return
        self.ended = True
        cancel = CURRENT.get()
        left = (cancel is not None and cancel.cancelled) or not (self.whole or error)
        seconds = time.perf_counter() - self.began
        route = self.route or self._kept_route()
        status = LEFT if left else self.status or 500
        self.metrics.request(route, status, seconds, self.size)
        if _is_query(self.environ, route):
            self.metrics.query("cancelled" if left else _outcome(status, error))
        about = {"id": self.id, "method": self.environ["REQUEST_METHOD"], "route": route, "status": status,
                 "ms": round(seconds * 1000, 2), "bytes": self.size, "release": self.release}  # fmt: skip
        if error or (left and self.status == HTTPStatus.OK):
            about["broken"] = type(error).__name__ if error else "client left"
        logs.request(about)

    def _kept_route(self) -> str:
        """The route of an answer that no view gave: a kept one of the endpoint, or none."""
        return "/sparql" if self.environ.get("PATH_INFO", "").endswith("/sparql") else "(none)"


def _outcome(status: int, error: BaseException | None) -> str:
    if error:
        return "timeout" if isinstance(error, QueryTimeout) else "failed"
    return OUTCOMES.get(status, "refused")


def _is_query(environ: "WSGIEnvironment", route: str) -> bool:
    """Whether a request was one for the result of a query."""
    if route == "/sparql":
        return environ["REQUEST_METHOD"] == "POST" or "query=" in environ.get("QUERY_STRING", "")
    return route.startswith(("/queries/<", "/api/queries/<"))
