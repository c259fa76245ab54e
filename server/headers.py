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
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
EXPOSED = "X-Plenary-Release, Link, Content-Disposition, Retry-After"


def register(app: Flask) -> None:
    """Have every answer of the app finished here."""
    app.before_request(_unchanged)
    app.after_request(_finish)


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
    if _cacheable() and request.if_none_match.contains_weak(_etag()):
        return Response(status=304)
    return None


def _finish(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers[name] = value
    response.headers.setdefault("Content-Security-Policy", _policy())
    if served().release:
        response.headers["X-Plenary-Release"] = served().release
    if response.mimetype != "text/html" or request.path == "/sparql":
        _open_to_all(response)
    if _cacheable() and response.status_code in (200, 304):
        response.set_etag(_etag(), weak=True)
        response.headers.setdefault("Cache-Control", "no-cache")
    if not request.path.startswith("/static/"):
        response.vary.add("Accept")
    return response


def _open_to_all(response: Response) -> None:
    """Any site may read data, and ask with any header that a SPARQL client sends."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
