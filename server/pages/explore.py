"""`/explore`: the network as a picture to walk in and as a table, from a thing, a saved query, a path or a preset."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from flask import Blueprint, Response, render_template, request

from ontology import iris
from ontology.terms import model
from queries import saved
from queries.network.family import family
from queries.network.graph import Network
from queries.search import UnknownName
from server.answers import content_type
from server.asked import Meant, meant, sources
from server.errors import BadRequest, NoSuchPreset
from server.network import among, find, short
from server.pages.standalone import standalone
from server.picture import link
from server.sections import plural
from server.served import Served, served
from server.show import class_label, definition

PRESETS = Path(__file__).parent.parent / "presets.yaml"
KINDS = ("organization", "person", "body", "group", "document", "technology", "country")
CONFIDENCES = ("observed", "stated", "reported", "claimed", "estimated", "derived")
RULES = ("registration", "headquarters", "ultimateParent", "delegation", "sourceLabel")
MOST = 500
Start = dict[str, Any]
EMPTY: Start = {"title": "", "text": "", "nodes": [], "paths": [], "expand": [], "query": ""}
page = Blueprint("explore", __name__)


@page.get("/explore")
def explore() -> Response:
    """The explorer; without a start it offers the presets. The view itself stands after the `#` of the address.

    A name that nobody or several have is answered by the page too, with a link for each thing it may mean.
    """
    sent, wrong = request.args.to_dict(flat=False), list[Meant]()
    found = start(sent, served(), wrong)
    html = render_template("explore.html", start=found, words=words(served()), presets=offered(served()), wrong=wrong)
    return Response(html, 400 if wrong else 200, content_type=content_type("text/html"))


@page.route("/explore/standalone.html", methods=["GET", "POST"])
def alone() -> Response:
    """The things given as `node`, and all edges among them, as one page that needs nothing beside it.

    `view` is what stands after the `#` of the explorer's address; the page then links back to that very view.
    """
    here, sent = served(), request.values
    numbers = [find(here, name[:500]) for name in sent.getlist("node")[:MOST]]
    if not numbers:
        raise BadRequest("Name the things to draw: node=organization/huawei, any number of times.")
    found = among(here.network, numbers)
    drop = set(sent.getlist("without"))
    title = sent.get("title", "").strip()[:300] or "Network of influence"
    view = sent.get("view", "").strip()
    back = f"/explore#{view}" if view else link(here.network.address[number] for number in numbers)
    about = {
        "title": title,
        "date": f"{here.name[:1].upper()}{here.name[1:]}",
        "filters": sent.get("filters", "").strip()[:1000] or "No filters.",
        "source": f"Source: {_sources(here)}.",
        "scope": here.scope,
        "link": request.root_url.rstrip("/") + back,
    }
    edges = [edge for edge in found["edges"] if edge["id"] not in drop]
    response = Response(standalone(found["nodes"], edges, about), content_type="text/html; charset=utf-8")
    name = "-".join(filter(None, ("plenary-network", f"release-{here.release}" if here.release else "", here.date)))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.html"'
    return response


def _sources(served: Served) -> str:
    return "; ".join(", ".join(filter(None, (s.title or s.label, s.publisher, s.date))) for s in served.sources)


def offered(served: Served) -> dict[str, Start]:
    """The presets that open on something in this release: without those that need a source which it has not."""
    here = {"", *sources(served)}
    return {slug: entry for slug, entry in presets().items() if entry.get("needs", "") in here}


@cache
def presets() -> dict[str, Start]:
    """All presets by slug: saved views that open on something worth seeing."""
    listed: list[Start] = yaml.load(PRESETS.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  (only text)
    return {entry["slug"]: entry for entry in listed}


def start(sent: Mapping[str, list[str]], served: Served, wrong: list[Meant]) -> Start:
    """What a request asks to begin with: things to place, paths to find, a saved query to run, how to colour.

    Names that are unknown or ambiguous are added to `wrong`, and the rest is begun with.
    """
    if slug := next(iter(sent.get("preset", [])), ""):
        if slug not in offered(served):
            raise NoSuchPreset(slug, list(offered(served)))
        return _of_preset(presets()[slug], served.network)
    nodes = _things("node", sent.get("node", [])[:MOST], sent, served, wrong)
    ends = [id_ for end in ("from", "to") for id_ in _things(end, sent.get(end, [])[:1], sent, served, wrong)]
    paths = [{"from": ends[0], "to": ends[1]}] if len(ends) == 2 else []
    begun = EMPTY | {"nodes": [*nodes, *ends], "paths": paths}
    if name := next(iter(sent.get("query", [])), ""):
        begun |= _of_query(name, {key: values for key, values in sent.items() if key not in ("query", "node")})
    elif len(nodes) == 1 and not paths:
        begun["expand"] = nodes
    return begun


def _things(
    field: str, names: list[str], sent: Mapping[str, list[str]], served: Served, wrong: list[Meant]
) -> list[str]:
    """The things that the values of a field mean."""
    found = []
    for place, name in enumerate(names):
        try:
            found += [thing(name[:500].strip(), served)] if name.strip() else []
        except UnknownName as error:
            wrong.append(meant(error, "/explore", sent, field, place))
    return found


def thing(name: str, served: Served) -> str:
    """Kind and slug of the thing that an address, kind and slug, or a name means; UnknownName with candidates."""
    if iris.split(iris.THINGS + name):
        return name
    return served.search.resolve(name).value.removeprefix(iris.THINGS)


def _of_preset(entry: Start, network: Network) -> Start:
    query = entry.get("query", {})
    begun = EMPTY | entry
    if "family" in entry:
        begun["nodes"] = [short(network, number) for number in family(network, entry["family"], entry["needs"])]
    return begun | {"query": f"/queries/{query['name']}.json?{urlencode(query.get('values', {}))}" if query else ""}


def _of_query(name: str, values: Mapping[str, list[str]]) -> Start:
    found = saved.find(name)
    for parameter in values:
        if not parameter.startswith("_"):
            found.parameter(parameter)
    told = {key: all_ for key, all_ in values.items() if not key.startswith("_")}
    return {"title": found.title, "query": f"/queries/{found.slug}.json?{urlencode(told, doseq=True)}"}


def words(served: Served) -> Start:
    """What the scripts say in words: kinds, rules, confidences, countries, and where the data comes from."""
    titles = {source.address.rpartition("/")[2]: source.label for source in served.sources}
    countries = {a.rpartition("/")[2]: label for a, label in served.options(iris.NS + "Country")}
    return {
        "kinds": {kind: {"one": class_label(kind), "many": plural(class_label(kind))} for kind in KINDS},
        "confidences": [[name, definition(iris.NS + name)] for name in CONFIDENCES],
        "rules": [[name, model().label(iris.NS + name)] for name in RULES],
        "countries": countries,
        "release": served.name,
        "releaseNumber": served.release,
        "date": served.date,
        "base": iris.THINGS,
        "source": _sources(served),
        "sources": {name: titles.get(name, name) for name in sources(served)},
        "scope": served.scope,
    }
