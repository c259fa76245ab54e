"""`/data/resolution`: which names were joined, what was decided to be above whom, and which pairs were kept apart."""

import csv
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from server.answers import content_type
from server.errors import NothingResolved
from server.negotiate import HTML, best
from server.served import served
from server.table import FORMULA

JSON = "application/json"
FILE = "resolution.json"
SHOWN = 200
page = Blueprint("resolution", __name__)


@page.get("/data/resolution", defaults={"suffix": ""})
@page.get("/data/resolution.<any(json, csv):suffix>")
def resolution(suffix: str) -> Response:
    """Joins, parents and doubts: the first of each on the page, all as JSON; `q` keeps those that hold a text.

    As CSV the doubts are rows of the table of decisions that wait for their verdict.
    """
    found = kept()
    if found is None:
        raise NothingResolved(
            "This release holds no names from tables, lists or records of organizations, so none were resolved."
        )
    text = request.args.get("q", "")[:200].strip()
    joined = [one for one in found["joined"] if _holds(text, one["names"])]
    parents = [one for one in found.get("parents", []) if _holds(text, (one["name"], one["parent"]))]
    doubts = [one for one in found["doubts"] if _holds(text, (one["a"], one["b"]))]
    left = [one for one in found.get("left", []) if _holds(text, (one["a"], one["b"]))]
    if suffix == "csv":
        return _undecided(doubts)
    if suffix or best(request.headers.get("Accept", ""), (HTML, JSON)) == JSON:
        return jsonify(counts=found["counts"], joined=joined, parents=parents, doubts=doubts, left=left)
    lists = {"joined": joined, "parents": parents, "doubts": doubts, "left": left}
    html = render_template("resolution.html", counts=found["counts"], **lists, shown=SHOWN, text=text)
    return Response(html, content_type=content_type(HTML))


def _undecided(doubts: list[dict[str, Any]]) -> Response:
    """Pairs in doubt as rows of the table of decisions, with what speaks for and against them as a first reason."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\r\n")
    rows.writerow(("a", "b", "verdict", "reason", "source", "date"))
    for one in doubts:
        against = "; ".join(one["reasons_against"]) or "nothing known"
        reasons = f"for: {'; '.join(one['reasons_for'])}. against: {against}"
        ends = ("'" + name if name.startswith(FORMULA) else name for name in (one["a"], one["b"]))
        rows.writerow((*ends, "", reasons, "", ""))
    named = {"Content-Disposition": 'attachment; filename="pairs-in-doubt.csv"'}
    return Response(file.getvalue(), content_type="text/csv; charset=utf-8", headers=named)


def kept() -> dict[str, Any] | None:
    """What resolution left in the folder of the release that is shown, if anything."""
    release = served().store.release
    return _read(release.folder / FILE) if release else None


@lru_cache(maxsize=4)
def _read(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _holds(text: str, names: tuple[str, ...] | list[str]) -> bool:
    return not text or any(text.casefold() in name.casefold() for name in names)
