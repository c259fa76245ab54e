"""What every answer carries: the release, security headers, leave for other sites to read data, and an ETag."""

import hashlib
from functools import cache

from flask import Flask, Response, g, request

from server.mounted import variant
from server.served import served

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
ONE_YEAR = "max-age=31536000"


def register(app: Flask) -> None:
    """Have every answer of the app finished here."""
    app.before_request(_unchanged)
    app.after_request(_finish)
    app.after_request(_unless_anything)  # Flask calls the last one first


def allow_inline_styles(response: Response) -> Response:
    """For the pages of the editor and of charts, whose libraries write style attributes."""
    response.headers["Content-Security-Policy"] = _policy("'self' 'unsafe-inline'")
    return response


@cache
def _policy(styles: str = "'self'") -> str:
    return "; ".join(f"{name} {value}" for name, value in (POLICY | {"style-src": styles}).items())


def _etag() -> str:
    """One tag for an address, a form and a release, since a release never changes."""
    if "etag" not in g:
        parts = (served().digest, served().version, variant(), request.full_path, request.headers.get("Accept", ""))
        g.etag = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return str(g.etag)


def _cacheable() -> bool:
    fixed = ("/healthz", "/readyz", "/metrics", "/static/")
    return bool(served().digest) and request.method in ("GET", "HEAD") and not request.path.startswith(fixed)


def _unchanged() -> Response | None:
    asked = request.if_none_match
    if _cacheable() and not asked.star_tag and asked.contains_weak(_etag()):
        return Response(status=304)
    return None


def _unless_anything(response: Response) -> Response:
    """`If-None-Match: *` asks for an answer unless there is any, which only the view knows."""
    if response.status_code == 200 and _cacheable() and request.if_none_match.star_tag:
        response.status_code, response.response = 304, []
        response.headers.pop("Content-Length", None)
    return response


def _finish(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers[name] = value
    response.headers.setdefault("Content-Security-Policy", _policy())
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = ONE_YEAR
    if served().release:
        response.headers["X-Plenary-Release"] = served().release
    if request.method == "OPTIONS":
        _tell_browsers(response)
    if _cacheable() and response.status_code in (200, 304):
        response.set_etag(_etag(), weak=True)
        response.headers.setdefault("Cache-Control", "no-cache")
    response.vary.add("Accept")
    return response


def _tell_browsers(response: Response) -> None:
    """Answer the question that a browser puts before another site's script may ask its own."""
    response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match, X-Requested-With"
    response.headers["Access-Control-Max-Age"] = "86400"
