"""Plain queries at the endpoint, answered in front of Flask, whose share of such a request is larger than all of ours.

Plain is a GET by a program with the query in its address. All else, every error included, is for Flask to answer.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.wsgi import ClosingIterator

from queries.sparql import inspect
from server.answers import begin, content_type, told
from server.limits import SPENT
from server.mounted import ERROR, TARGET
from server.negotiate import wants_html
from server.observe import REFUSED
from server.protocol import graphs, media_types, only_query
from server.requests import MOST_ADDRESS, parameters
from server.served import Served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASIDE = frozenset({SPENT, ERROR, REFUSED, "HTTP_IF_NONE_MATCH", "HTTP_TRANSFER_ENCODING"})


def register(app: Flask) -> None:
    """Have plain queries answered in front of an app; before any layer that is to see its answers."""
    app.wsgi_app = Direct(app.wsgi_app, app.extensions["plenary"])  # type: ignore[method-assign]


def plain(environ: "WSGIEnvironment") -> bool:
    """Whether a request is a plain query, as far as can be seen before its address is read."""
    query = environ.get("QUERY_STRING", "")
    return (
        environ.get("PATH_INFO") == "/sparql"
        and environ["REQUEST_METHOD"] == "GET"
        and (query.startswith("query=") or "&query=" in query)
        and len(query) < MOST_ADDRESS - len("/sparql")
        and not (environ.get("CONTENT_LENGTH") or environ.get("SCRIPT_NAME") or environ.get(TARGET))
        and ASIDE.isdisjoint(environ)
        and not wants_html(environ.get("HTTP_ACCEPT", ""))
    )


class Direct:
    """A WSGI layer before `app`, which answers all that is not plain."""

    def __init__(self, app: "WSGIApplication", served: Served) -> None:
        self._app, self._served = app, served

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a plain query; what goes wrong before it begins is handed on, to be raised there."""
        if not plain(environ):
            return self._app(environ, start_response)
        try:
            headers, body = self._answer(environ)
        except Exception as error:  # noqa: BLE001  (the app knows how each is told, and which are logged)
            environ[ERROR] = error
            return self._app(environ, start_response)
        start_response("200 OK", headers)
        return body

    def _answer(self, environ: "WSGIEnvironment") -> tuple[list[tuple[str, str]], Iterable[bytes]]:
        """Headers and body, once the first bytes are here."""
        given = parameters(environ["QUERY_STRING"].encode("latin-1"), "the address")
        config = self._served.config
        text = only_query(given, config.max_query_bytes)
        media_type, sent_as = media_types(inspect(text), environ.get("HTTP_ACCEPT", ""))
        answer, body = begin(self._served, text, media_type, *graphs(given), config.limit)
        headers = [("Content-Type", content_type(sent_as)), *told(config, text)]
        if isinstance(body, bytes):
            answer.close()
            return [*headers, ("Content-Length", str(len(body)))], [body]
        return headers, ClosingIterator(body, answer.close)
