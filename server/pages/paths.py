"""`/paths`, `/api/paths`: the best influence paths between two things, each hop with its evidence."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request

from ontology import iris
from ontology.errors import PlenaryError
from queries.network.ask import EACH, MOST_HOPS, MOST_PATHS, Answer, answer
from queries.network.costs import KINDS, RULES
from queries.network.paths import MAX_HOPS
from queries.search import UnknownName
from server import told
from server.answers import content_type
from server.asked import CONFIDENCES, RULE_NAMES, Meant, meant, question, sources
from server.errors import BadRequest, NoEdges
from server.network import find
from server.served import Served, served

NAMES = (
    "from", "to", "k", "max_hops", "as_of", "common", "kind", "country", "rule", "confidence", "source", "hubs", "drop",
    "each",
)  # fmt: skip
EXAMPLES = (
    ("organization/mss", "group/iso-iec-jtc-1-sc-27"),
    ("organization/huawei", "group/fg-net-2030"),
    ("organization/iflytek", "document/iso-iec-tr-24372"),
)
page = Blueprint("paths", __name__)


@page.get("/api/paths")
def api_paths() -> Response:
    """The same as the page, for programs."""
    here = served()
    for name in ("from", "to"):
        if not request.args.get(name, "").strip():
            raise BadRequest(f"{name}: say what the path leads {name}, as an address, as kind/slug, or as a name.")
    found = answer(here.network, question(here, request.args))
    return jsonify(told.as_json(here, found, told.tell(here, found)))


@page.get("/paths")
def paths() -> Response:
    """The form and, once both ends are given, the paths."""
    here = served()
    found: Answer | None = None
    wrong: dict[str, PlenaryError | Meant] = {}
    ends = [request.args.get(name, "").strip() for name in ("from", "to")]
    for name, text in zip(("from", "to"), ends, strict=True):
        try:
            _ = find(here, text[:500]) if text else None
        except UnknownName as error:
            wrong[name] = meant(error, "/paths", request.args.to_dict(flat=False), name)
        except NoEdges as error:
            wrong[name] = error
    if all(ends) and not wrong:
        try:
            found = answer(here.network, question(here, request.args))
        except BadRequest as error:
            wrong["filter"] = error
    html = render_template(
        "paths.html",
        found=found,
        told=told.tell(here, found) if found else None,
        wrong=wrong,
        network=here.network,
        examples=[pair for pair in EXAMPLES if all(iris.THINGS + end in here.network.index for end in pair)],
        things=iris.THINGS,
        rules=RULES,
        costs=KINDS,
        confidences=CONFIDENCES,
        sources=sources(here),
        attribution_rules=RULE_NAMES,
        countries=_countries(here),
        max_hops=MAX_HOPS,
        most_hops=MOST_HOPS,
        most_paths=MOST_PATHS,
        query=urlencode([(name, value) for name in NAMES for value in request.args.getlist(name) if value]),
        each=EACH,
    )
    return Response(html, 400 if wrong else 200, content_type=content_type("text/html"))


def _countries(here: Served) -> list[tuple[str, str]]:
    """Countries of the network by label, as the filter takes them."""
    network = here.network
    found: Any = (n for n, kind in enumerate(network.kinds) if kind == "country")
    return sorted(((network.address[n].rpartition("/")[2], network.label[n]) for n in found), key=lambda pair: pair[1])
