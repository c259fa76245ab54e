"""`/`: what Plenary is, what the release covers, and where to begin."""

from flask import Blueprint, render_template
from pyoxigraph import NamedNode

from ontology import iris
from queries import saved
from server.served import served, text
from server.show import Value

QUESTIONS = (
    "members-over-time",
    "table-4-supported-work-items",
    "roles-in-group",
    "documents-with-listed-entities",
    "contributions-over-time",
    "figures-that-disagree",
    "not-published",
    "technology-priorities",
)
THINGS = (("group", "iso-iec-jtc-1-wg-11"), ("organization", "huawei"), ("group", "itu-t-q11-15"))
page = Blueprint("home", __name__)


@page.get("/")
def home() -> str:
    """The first page."""
    known = saved.catalogue()
    addresses = [iris.thing(kind, slug) for kind, slug in THINGS]
    rows = served().run("labels", thing=addresses)
    labels = {text(row["thing"]): text(row["label"]) for row in rows}
    return render_template(
        "home.html",
        questions=[known[slug] for slug in QUESTIONS if slug in known],
        things=[Value(NamedNode(address), labels[address]) for address in addresses if address in labels],
        count=len(known),
    )
