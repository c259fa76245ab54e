"""`/search`: things by name or alias, Latin or Chinese."""

from flask import Blueprint, render_template, request

from queries.search import KINDS
from server.served import served

SHOWN = 50
page = Blueprint("search", __name__)


@page.get("/search")
def search() -> str:
    """What has a name like `q`, best first; `kind` leaves only things of one kind."""
    text, kind = request.args.get("q", "").strip()[:200], request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    hits = served().search.find(text, kind=kind, limit=SHOWN + 1) if text else []
    elsewhere = bool(kind and not hits and served().search.find(text, limit=1))
    return render_template(
        "search.html", q=text, kind=kind, kinds=KINDS, hits=hits[:SHOWN], more=len(hits) > SHOWN, elsewhere=elsewhere
    )
