"""`/`: what Plenary is, what the release covers, and where to begin."""

from flask import Blueprint, render_template

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
    labels = {text(row["thing"]): Value(row["thing"], text(row["label"])) for row in served().run("labels", thing=addresses) if row["thing"]}
    return render_template(
        "home.html",
        questions=[known[slug] for slug in QUESTIONS if slug in known],
        things=[labels[address] for address in addresses if address in labels],
        count=len(known),
    )
