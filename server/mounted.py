"""A release that is asked for by number answers under `/releases/N`: its links lead on within it, and it says so.

Pages, scripts and redirects name addresses from the root (`/id/…`), as they stand for the current release. Under a
number this one place puts it before them; an address that must leave the release is written with its host.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from ontology import releases
from server.served import Served, served

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CURRENT, ERROR, TARGET = "plenary.current", "plenary.error", "plenary.target"
ROOTED = re.compile(rb'(\s(?:href|src|action)=")/(?!/|releases/\d)')


def register(app: Flask) -> None:
    """Have the app answer what `server.switch` leaves to it, and stay in the release that was asked for."""
    app.before_request(_sent_on)
    app.after_request(_stay)
    app.context_processor(lambda: {"other_release": other_release()})


def other_release() -> dict[str, Any]:
    """The current release's number and the address of the same page there; empty if the page shows that one."""
    current = request.environ.get(CURRENT)
    if not request.script_root or str(current) == served().release:
        return {}
    query = f"?{request.query_string.decode('latin1')}" if request.query_string else ""
    return {"number": current, "address": request.host_url.rstrip("/") + request.path + query}


def variant(here: Served, environ: "WSGIEnvironment") -> str:
    """What else an answer depends on: its release's number and the current one's, and on `/data` all that are kept."""
    root = environ.get("SCRIPT_NAME", "")
    mounted = f"{root} {environ.get(CURRENT)}" if root else ""
    kept = releases.numbers(Path(here.config.store)) if environ["PATH_INFO"].startswith("/data") else ""
    return f"{mounted} {kept}"


def _sent_on() -> ResponseReturnValue | None:
    """What was found out before a release was chosen: an error, or that another address was meant."""
    if error := request.environ.get(ERROR):
        raise error
    target = request.environ.get(TARGET)
    return redirect(target, 307) if target else None


def _stay(response: Response) -> Response:
    root = request.script_root
    if not root:
        return response
    if response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(ROOTED.sub(rb"\1" + root.encode() + b"/", response.get_data()))
    place = response.headers.get("Location", "")
    if place.startswith("/") and not place.startswith((root, "//")):
        response.headers["Location"] = root + place
    return response
