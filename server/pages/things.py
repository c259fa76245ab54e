"""`/id/<kind>/<slug>`: one thing, for people and for programs."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request

from ontology import iris
from queries.saved import SavedQuery
from queries.search import Hit
from server import thing as things
from server.answers import RDF, content_type, stream
from server.errors import NoSuchThing, NotOffered
from server.negotiate import HTML, best
from server.pages.queries import offered
from server.picture import around
from server.sections import plural
from server.served import Served, own, served
from server.show import kinds

SUFFIXES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "json": "application/ld+json",
}
NEAR = 8
page = Blueprint("things", __name__)


@page.get("/id/<kind>/<name>")
def thing(kind: str, name: str) -> Response:
    """The thing's page, or by suffix or Accept its RDF with the claims about it and their evidence."""
    slug, dot, suffix = name.partition(".")
    if kind not in kinds() or not iris.SLUG.fullmatch(slug) or (dot and suffix not in SUFFIXES):
        raise NoSuchThing(f"{iris.THINGS}{kind}/{name}"[:300], list(near(served(), slug)))
    address = iris.thing(kind, slug)
    accept = request.headers.get("Accept", "")
    wanted = SUFFIXES.get(suffix) or best(accept, (HTML, *RDF)) or ""
    if not wanted:
        raise NotOffered(accept, (HTML, *RDF))
    return _page(address) if wanted == HTML else _data(address, wanted)


def _page(address: str) -> Response:
    found = things.find(served(), address, shown=slice(None if request.args.get("all") == "1" else things.SHOWN))
    if found is None:
        raise NoSuchThing(address, list(near(served(), address.rpartition("/")[2])))
    html = render_template(
        "thing.html", thing=found, asks=list(asks(found)), around=around(served().network, address), plural=plural
    )
    return Response(html, content_type=content_type(HTML))


def asks(found: things.Thing) -> Iterator[tuple[SavedQuery, str]]:
    """Saved queries that can be asked of the thing, each with the parameter that takes it."""
    for query in offered():
        name = next((p.name for p in query.parameters if p.of in found.classes), "")
        if name:
            yield query, name


def _data(address: str, media_type: str) -> Response:
    if not served().store.ask(own("exists", thing=address)):
        raise NoSuchThing(address, list(near(served(), address.rpartition("/")[2])))
    kind, slug = iris.split(address) or ("", "")
    return stream(own("graph", thing=address), media_type, name=f"{kind}-{slug}")


def near(served: Served, slug: str) -> Iterator[Hit]:
    """Things with a name like the slug's words: all of them, else the first ones, else any one."""
    words = slug.split("-")
    tries = [" ".join(words[:count]) for count in range(len(words), 0, -1)] + words
    seen: set[str] = set()
    for text in tries:
        if len(seen) == NEAR:
            return
        for hit in served.search.find(text, limit=NEAR):
            if hit.address not in seen and len(seen) < NEAR:
                seen.add(hit.address)
                yield hit
