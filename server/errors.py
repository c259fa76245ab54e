"""The only place that knows HTTP statuses: one table from error to status, and one way to answer each."""

import logging
import re
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from ontology.errors import PlenaryError
from ontology.releases import NoRelease, UnknownRelease
from queries import errors as query
from queries.cancel import QueryCancelled
from queries.saved import BadParameter, NoSuchQuery
from queries.search import Hit, UnknownName
from server.negotiate import wants_html

PROBLEM = "application/problem+json"
WAIT = 5  # seconds
LOG = logging.getLogger("plenary.server")


class BadRequest(PlenaryError):
    """A request that the SPARQL Protocol, or an address of ours, does not allow."""


class TooLarge(PlenaryError):
    """A request that is longer than the server reads."""


class AddressTooLong(PlenaryError):
    """An address that is longer than the server reads, which may be less than it reads of a body."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The address has more than {most:,} bytes. Send a long query by POST.")


class AskedTooOften(PlenaryError):
    """A client that has used up its rate; `wait` is how long, in seconds, until it may ask again."""

    def __init__(self, rate: str, wait: int) -> None:
        self.wait = wait
        super().__init__(f"Your address has asked more often than {rate}. Wait {wait} seconds, then ask more slowly.")


class UnsupportedMedia(PlenaryError):
    """A request body of a type that the server does not read."""


class NotOffered(PlenaryError):
    """A representation that this address does not have; `offered` are those it has."""

    def __init__(self, accept: str, offered: tuple[str, ...]) -> None:
        super().__init__(f"Nothing here fits “Accept: {accept[:200]}”. Ask for one of: {', '.join(offered)}.")
        self.offered = offered


class NoSuchThing(PlenaryError):
    """No thing has that address in this release; `candidates` have names like it."""

    def __init__(self, address: str, candidates: list[Hit]) -> None:
        super().__init__(f"This release says nothing of <{address}>. Check the address, or search for a name.")
        self.candidates = candidates


class NoEdges(PlenaryError):
    """A thing that no influence edge of this release names; `candidates` have names like it."""

    def __init__(self, name: str, candidates: list[Hit]) -> None:
        super().__init__(f"No influence edge in this release names {name}. It may still have a page of its own.")
        self.candidates = candidates


class NoSuchPreset(PlenaryError):
    """A view of the explorer that nobody has saved under that name; `known` are those there are."""

    def __init__(self, slug: str, known: list[str]) -> None:
        super().__init__(f"There is no saved view called {slug[:80]!r}. There are: {', '.join(known)}.")
        self.known = known


class LiesElsewhere(PlenaryError):
    """Asked of a release as such, where the store is an endpoint elsewhere and its files are not here."""

    def __init__(self) -> None:
        super().__init__("The data lies in an endpoint elsewhere; its files and releases are not here. Ask /sparql.")


class NothingResolved(PlenaryError):
    """A release without names from tables, lists or records."""


STATUS: dict[type[Exception], HTTPStatus] = {
    query.QueryRefused: HTTPStatus.BAD_REQUEST,
    query.QuerySyntax: HTTPStatus.BAD_REQUEST,
    query.UnknownGraph: HTTPStatus.BAD_REQUEST,
    BadRequest: HTTPStatus.BAD_REQUEST,
    BadParameter: HTTPStatus.BAD_REQUEST,
    UnknownName: HTTPStatus.BAD_REQUEST,
    UnknownRelease: HTTPStatus.NOT_FOUND,
    LiesElsewhere: HTTPStatus.NOT_FOUND,
    NoRelease: HTTPStatus.SERVICE_UNAVAILABLE,
    NoSuchQuery: HTTPStatus.NOT_FOUND,
    NothingResolved: HTTPStatus.NOT_FOUND,
    NoSuchPreset: HTTPStatus.NOT_FOUND,
    NoSuchThing: HTTPStatus.NOT_FOUND,
    NoEdges: HTTPStatus.NOT_FOUND,
    query.NotAcceptable: HTTPStatus.NOT_ACCEPTABLE,
    NotOffered: HTTPStatus.NOT_ACCEPTABLE,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    AddressTooLong: HTTPStatus.REQUEST_URI_TOO_LONG,
    UnsupportedMedia: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    AskedTooOften: HTTPStatus.TOO_MANY_REQUESTS,
    query.QueryTooHeavy: HTTPStatus.BAD_REQUEST,
    query.ResultTooLarge: HTTPStatus.BAD_REQUEST,
    query.QueryFailed: HTTPStatus.SERVICE_UNAVAILABLE,
    QueryCancelled: HTTPStatus.SERVICE_UNAVAILABLE,  # nobody reads it
    query.StoreUnreachable: HTTPStatus.BAD_GATEWAY,
    query.StoreBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    query.QueryTimeout: HTTPStatus.GATEWAY_TIMEOUT,
}
SENTENCES = {
    404: "There is no page at this address. Search for a name, or start from the home page.",
    405: "This address does not take that method.",
    400: "The request cannot be read. Check the address and the headers.",
    413: "The request is longer than this server reads. Send less at once.",
    414: "The address is longer than this server reads. Send a long query by POST.",
    431: "The headers of the request are longer than this server reads. Send fewer, or shorter ones.",
    501: "The body is coded for its way in a manner that this server does not know. Send it plain, or chunked.",
    505: "This server speaks HTTP/1.1 and HTTP/1.0 only. Ask in one of these.",
    500: "Something went wrong here, and it has been logged. Try again; if it happens again, report it.",
}

KINDS = {413: "too-large", 414: "address-too-long"}  # whoever finds it, the HTTP server or the app


def status(error: Exception) -> int:
    """The HTTP status for an error."""
    if isinstance(error, HTTPException):
        return error.code or 500
    return next((code for kind in type(error).__mro__ if (code := STATUS.get(kind))), HTTPStatus(500)).value


def register(app: Flask) -> None:
    """Have the app answer every error from here."""
    app.register_error_handler(PlenaryError, answer)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(Exception, _unforeseen)


def _unforeseen(error: Exception) -> Response:
    LOG.exception("unforeseen error at %s", request.path, exc_info=error)
    return answer(error)


def answer(error: Exception) -> Response:
    """A page for a browser, problem+json (RFC 9457) for a program."""
    code = status(error)
    told = problem(error, code)
    if wants_html(request.headers.get("Accept", "")):
        page = render_template("error.html", problem=told, candidates=getattr(error, "candidates", []))
        response = Response(page, code, content_type="text/html; charset=utf-8")
    else:
        response = Response(current_app.json.dumps(told) + "\n", code, content_type=PROBLEM)
    return finish(response, error)


def finish(response: Response, error: Exception) -> Response:
    """Give the answer to an error its status, and the headers that the status asks for."""
    response.status_code = code = status(error)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if code in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        response.headers["Retry-After"] = str(getattr(error, "wait", WAIT))
    return response


def problem(error: Exception, code: int) -> dict[str, Any]:
    """What a program is told: what, where, and what to do."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "detail": sentence(error, code),
        "instance": request.path,
        "kind": KINDS.get(code) or re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower(),
    }
    if seen := request.environ.get("plenary.seen"):
        told["request"] = seen.id
    for part in ("line", "column", "offered", "known"):
        if getattr(error, part, None) is not None:
            told[part] = getattr(error, part)
    if candidates := getattr(error, "candidates", []):
        told["candidates"] = [{"label": hit.label, "address": hit.address} for hit in candidates]
    return told


def sentence(error: Exception, code: int) -> str:
    """What to tell about an error: its own words, if they are for users."""
    if isinstance(error, PlenaryError):
        said = str(error)
        return said[:1].upper() + said[1:]
    return SENTENCES.get(code) or f"{HTTPStatus(code).description or HTTPStatus(code).phrase}."
