"""`/data`: the release as a file and as VoID and DCAT, its sources, the releases that are kept, and what changed."""

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, jsonify, render_template, request, send_file

from ontology import releases
from queries.answered import Compared, between
from queries.diff import Diff, diff
from server import dataset, history
from server.answers import RDF, content_type
from server.errors import LiesElsewhere, NotOffered
from server.negotiate import HTML, best
from server.pages import resolution
from server.served import served
from server.turns import Turns

JSON = "application/json"
SUFFIXES = {"": "", "json": JSON, "ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples"}
SHOWN = 200
SECONDS = 30.0  # for the answers of all saved queries
TURNS = Turns()
page = Blueprint("data", __name__)


@page.get("/data", defaults={"suffix": ""})
@page.get("/data.<any(json, ttl, jsonld, nt):suffix>")
def data(suffix: str) -> Response:
    """What there is to take away: a page, the releases as JSON, or the description as RDF."""
    accept = request.headers.get("Accept", "")
    wanted = SUFFIXES[suffix] or best(accept, (HTML, *RDF, JSON))
    if not wanted:
        raise NotOffered(accept, (HTML, *RDF, JSON))
    if wanted == JSON:
        return jsonify(_kept())
    if wanted != HTML:
        body = dataset.serialize(served(), request.root_url, wanted)
        return Response(body, content_type=content_type(wanted))
    html = render_template(
        "data.html", kept=_kept(), rights=dataset.RIGHTS, size=_size(), resolved=resolution.kept() is not None
    )
    return Response(html, content_type=content_type(HTML))


@page.get("/data/dump.nq")
def dump() -> Response:
    """All statements of the release as one file of sorted N-Quads."""
    release = served().kept
    if not release:
        raise LiesElsewhere
    name = f"plenary-release-{release.number}-{served().date}.nq"
    return send_file(release.dump.resolve(), "application/n-quads", as_attachment=True, download_name=name)


@page.get("/data/releases/<int:old>..<int:new>", defaults={"suffix": ""})
@page.get("/data/releases/<int:old>..<int:new>.<any(json):suffix>")
def changes(old: int, new: int, suffix: str) -> Response:
    """What changed from one kept release to another."""
    found = _compare(_place(), old, new)
    if suffix or best(request.headers.get("Accept", ""), (HTML, JSON)) == JSON:
        return jsonify(history.as_data(found))
    html = render_template("changes.html", found=found, shown=SHOWN)
    return Response(html, content_type=content_type(HTML))


@page.get("/data/releases/<int:old>..<int:new>/answers", defaults={"suffix": ""})
@page.get("/data/releases/<int:old>..<int:new>/answers.<any(json):suffix>")
def answers(old: int, new: int, suffix: str) -> Response:
    """The saved queries whose answers differ between two kept releases, as far as some seconds reach."""
    two = [releases.at(_place(), number).number for number in (old, new)]
    with TURNS.take():
        found = _answered(_place(), *two)
    if suffix or best(request.headers.get("Accept", ""), (HTML, JSON)) == JSON:
        return jsonify(asdict(found))
    told = [(one, list(history.cells(one)), history.renamed(one)) for one in found.answers]
    html = render_template("moved_answers.html", found=found, told=told, old=old, new=new)
    return Response(html, content_type=content_type(HTML))


@lru_cache(maxsize=4)
def _answered(place: Path, old: int, new: int) -> Compared:
    return between(place, old, new, seconds=SECONDS)


def _compare(place: Path, old: int, new: int) -> Diff:
    two = releases.at(place, old), releases.at(place, new)
    with TURNS.take():
        return _compared(place, two[0].number, two[1].number)


@lru_cache(maxsize=4)
def _compared(place: Path, old: int, new: int) -> Diff:
    """Releases never change, so neither does what is between them."""
    return diff(releases.at(place, old), releases.at(place, new))


def _place() -> Path:
    if not served().kept:
        raise LiesElsewhere
    return Path(served().config.store)


def _kept() -> list[history.Entry]:
    return history.entries(_place()) if served().kept else []


def _size() -> int:
    """Bytes of the dump; 0 where there is none."""
    release = served().kept
    return release.dump.stat().st_size if release else 0
