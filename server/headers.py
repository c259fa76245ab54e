"""What every answer carries: the release, security headers, leave for other sites to read data, and an ETag."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from server.answers import NOT_KEPT
from server.mounted import variant
from server.served import Served, served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "base-uri": "'none'",
    "object-src": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Any site may read, since nothing here is anybody's own: there are no accounts and no cookies.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "X-Plenary-Release, Link, Content-Disposition, ETag, Retry-After",
}
CHANGING = ("/healthz", "/readyz", "/metrics", "/static/")
SECURE = ("Strict-Transport-Security", "max-age=31536000")


class Always:
    """A WSGI layer that gives every answer the headers that are the same for all; in Flask each would be looked up."""

    def __init__(self, app: "WSGIApplication", served: Served) -> None:
        self._app, self._served, self._fixed = app, served, list(ALWAYS.items())
        if served.release:
            self._fixed.append(("X-Plenary-Release", served.release))

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer with them."""
        fixed = [*self._fixed, SECURE] if environ.get("wsgi.url_scheme") == "https" else self._fixed

        def start(status: str, headers: list[tuple[str, str]], /, *error: Any) -> Any:  # noqa: ANN401
            missing = _missing(self._served, environ, status, headers)
            return start_response(status, [*headers, *missing, *fixed], *error)

        return self._app(environ, start)


def _missing(
    here: Served, environ: "WSGIEnvironment", status: str, headers: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """What an answer is to say besides, where it does not yet."""
    said = {name for name, _ in headers}
    if "Content-Security-Policy" not in said:
        yield "Content-Security-Policy", _policy()
    if status.startswith(("200", "304")) and NOT_KEPT not in headers and _cacheable(here, environ):
        if "ETag" not in said:  # a file has its own
            yield "ETag", f'W/"{_etag(here, environ)}"'
        if "Cache-Control" not in said:
            yield "Cache-Control", "no-cache"
    if "Vary" not in said and (status >= "4" or not environ["PATH_INFO"].startswith("/static/")):
        yield "Vary", "Accept"


def register(app: Flask) -> None:
    """Have every answer of the app finished here; before any layer that answers by itself."""
    app.before_request(_unchanged)
    app.after_request(_finish)
    app.after_request(_unless_anything)  # Flask calls the last one first
    app.wsgi_app = Always(app.wsgi_app, app.extensions["plenary"])  # type: ignore[method-assign]


def allow_inline_styles(response: Response) -> Response:
    """For the pages of the editor and of charts, whose libraries write style attributes."""
    response.headers["Content-Security-Policy"] = _policy("'self' 'unsafe-inline'")
    return response


@cache
def _policy(styles: str = "'self'") -> str:
    return "; ".join(f"{name} {value}" for name, value in (POLICY | {"style-src": styles}).items())


def _etag(here: Served, environ: "WSGIEnvironment") -> str:
    """One tag for an address, a form and a release, since a release never changes."""
    asked = (environ["PATH_INFO"], environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT", ""))
    parts = (here.digest, here.version, variant(here, environ), *asked)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _cacheable(here: Served, environ: "WSGIEnvironment") -> bool:
    asked = environ["REQUEST_METHOD"] in ("GET", "HEAD") and not environ["PATH_INFO"].startswith(CHANGING)
    return asked and bool(here.digest)


def _unchanged() -> Response | None:
    if "HTTP_IF_NONE_MATCH" not in request.environ:
        return None
    asked = request.if_none_match
    here, environ = served(), request.environ
    if _cacheable(here, environ) and not asked.star_tag and asked.contains_weak(_etag(here, environ)):
        return Response(status=304)
    return None


def _unless_anything(response: Response) -> Response:
    """`If-None-Match: *` asks for an answer unless there is any, which only the view knows."""
    if response.status_code != 200 or "HTTP_IF_NONE_MATCH" not in request.environ:
        return response
    if _cacheable(served(), request.environ) and request.if_none_match.star_tag:
        response.status_code, response.response = 304, []
        response.headers.pop("Content-Length", None)
    return response


def _finish(response: Response) -> Response:
    if request.method == "OPTIONS":
        _tell_browsers(response)
    return response


def _tell_browsers(response: Response) -> None:
    """Answer the question that a browser puts before another site's script may ask its own."""
    response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match, X-Requested-With"
    response.headers["Access-Control-Max-Age"] = "86400"
