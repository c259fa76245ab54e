"""Static files: served by us, named with a hash of their content, and kept by browsers for good."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

HERE = Path(__file__).parent
STATIC = HERE / "static"
FOR_GOOD = "public, max-age=31536000, immutable"
SCRIPT = "text/javascript; charset=utf-8"


@cache
def digest(path: Path) -> str:
    """A short hash of a file, or of all files of a folder; empty if there is none."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path] if path.is_file() else []
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()[:12] if files else ""


def version() -> str:
    """What changes with any template, script, style or rule of a page or an answer."""
    return "".join(digest(HERE / name) for name in ("templates", "static", "pages", "api", "sparql"))


def address(name: str) -> str:
    """The address of a static file with its hash."""
    return url_for("static", filename=name, v=digest(STATIC / name))


def register(app: Flask) -> None:
    """Give templates `asset(name)`, and static files their headers."""
    app.jinja_env.globals["asset"] = address
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code == 200:
        if request.path.endswith(".js"):
            response.headers["Content-Type"] = SCRIPT  # Yasgui's script is misread without its encoding
        if request.args.get("v"):
            response.headers["Cache-Control"] = FOR_GOOD
    return response
