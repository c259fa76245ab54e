"""`/api/things`, `/api/search`, `/api/queries`, `/openapi.json`: what pages show, as JSON for programs."""

from typing import TypedDict

from flask import Blueprint, Response, current_app

from ontology import iris
from ontology.terms import SUBCLASS, model
from queries import saved, search
from queries.search import Hit
from server import form, show, thing
from server.api import openapi, queries, things
from server.api.declared import JSON, Argument, arguments, as_json, described, following, read, reply
from server.api.shapes import Listed, listed
from server.errors import NoSuchThing
from server.pages.queries import fits, offered
from server.pages.things import asks, near
from server.served import served

FURTHEST = 10_000_000
page = Blueprint("api", __name__)


class Found(Listed):
    """A thing that has such a name; `matched` is the name, `exact` whether it is the very text."""

    matched: str
    exact: bool


class ThingsAnswer(TypedDict):
    """Some of the things that fit; `total` counts all of them, `next` is the address of the next ones."""

    total: int
    offset: int
    next: str | None
    things: list[Listed]


class SearchAnswer(TypedDict):
    """Some of the things that have such a name, best first."""

    total: int
    offset: int
    next: str | None
    hits: list[Found]


def _classes() -> list[str]:
    """Names of the ontology's classes that things with a name can have."""
    names = {show.kinds()[kind] for kind in search.KINDS}
    every = (term for term in model().terms if names.intersection(model().above(term, SUBCLASS)))
    return sorted(term.removeprefix(iris.NS) for term in every)


KIND = Argument("kind", "The word for a class in addresses.", choices=search.KINDS, example="organization")
CLASS = Argument("class", "A class of the ontology, its subclasses included.", choices=_classes, example="Company")
OFFSET = Argument("offset", "How many to pass over first.", "integer", 0, 0, FURTHEST)


@page.get("/api/things")
@described(
    ThingsAnswer, KIND, CLASS,
    Argument("q", "Words that a name has, the last one as a beginning; then the best are first.", most=200),
    Argument("limit", "How many to give.", "integer", 100, 0, 1000), OFFSET,
)  # fmt: skip
def list_things() -> Response:
    """Things of the release by kind or class, in the order of their names, or those that have a name like `q`."""
    asked = arguments()
    kind, class_, q, limit, offset = (asked[name] for name in ("kind", "class", "q", "limit", "offset"))
    class_ = iris.NS + class_ if class_ else ""
    if q is None:
        total, found = served().search.listed(kind or "", class_, limit, offset)
    else:
        total, found = _matching(q, kind or "", class_, limit, offset)
    body = ThingsAnswer(
        total=total, offset=offset, next=following(total, offset, limit), things=[listed(hit) for hit in found]
    )
    return reply(body)


@page.get("/api/things/<kind>/<slug>")
@described(
    things.ThingAnswer,
    Argument("kind", "The word for the thing's class in its address.", choices=lambda: sorted(show.kinds()),
             example="organization"),
    Argument("slug", "The thing's name in its address.", pattern=iris.SLUG.pattern, example="huawei"),
    Argument("section", "The key of the only section to give, such as roles or figures.", pattern="[a-z-]+"),
    Argument("limit", "How many statements of each section to give.", "integer", thing.SHOWN, 0, 1000),
    Argument("offset", "How many statements of each section to pass over first.", "integer", 0, 0, FURTHEST),
    errors=(404,),
)  # fmt: skip
def get_thing(kind: str, slug: str) -> Response:
    """One thing with its names, facts and claims, each claim with confidence, dates, rule and evidence.

    Each section says how many statements it has in all; ask for one by `section` with `offset` to get the others.
    """
    asked = arguments()
    address = f"{iris.THINGS}{kind}/{slug}"[:300]
    shown = slice(asked["offset"], asked["offset"] + asked["limit"])
    found = thing.find(served(), address, shown, asked["section"] or "") if iris.split(address) else None
    if found is None:
        raise NoSuchThing(address, list(near(served(), slug)))
    questions = [things.question(query, name, found) for query, name in asks(found)]
    return reply(things.tell(found, asked["offset"], questions))


@page.get("/api/search")
@described(
    SearchAnswer,
    Argument("q", "A name or its beginning, Latin or Chinese.", most=200, required=True, example="Huawei"), KIND,
    Argument("limit", "How many to give.", "integer", 50, 0, 1000), OFFSET,
)  # fmt: skip
def search_names() -> Response:
    """Things that have a name like `q`, in the order of the search page: best first."""
    asked = arguments()
    total, found = _matching(asked["q"], asked["kind"] or "", "", asked["limit"], asked["offset"])
    hits: list[Found] = [{**listed(hit), "matched": hit.matched, "exact": hit.exact} for hit in found]
    further = following(total, asked["offset"], asked["limit"])
    return reply(SearchAnswer(total=total, offset=asked["offset"], next=further, hits=hits))


def _matching(q: str, kind: str, class_: str, limit: int, offset: int) -> tuple[int, list[Hit]]:
    total = served().search.count(q, kind, class_)
    last = min(offset + limit, total)
    found = served().search.find(q, kind=kind, class_=class_, limit=last) if offset < last else []
    return total, found[offset:last]


@page.get("/api/queries")
@described(
    queries.CatalogueAnswer,
    Argument("q", "Words that the query's title or description has.", most=200, example="members"),
    Argument("tag", "A tag of the query.", most=100, example="figures"),
)  # fmt: skip
def list_queries() -> Response:
    """The saved queries with their parameters, columns and tags; each has an address of its own below this one."""
    asked = arguments()
    found = [query for query in offered() if fits(query, asked["q"] or "", asked["tag"] or "")]
    listing = [queries.described(query) for query in found]
    return reply(queries.CatalogueAnswer(total=len(found), queries=listing))


def _of_query(slug: str) -> tuple[Argument, ...]:
    return queries.arguments(saved.find(slug))


@page.get("/api/queries/<slug>")
@described(queries.RowsAnswer, errors=(404,), each=_of_query)
def run_query(slug: str) -> Response:
    """The rows of a saved query with typed values: things by name and address, numbers as numbers."""
    asked = arguments()
    limit, offset = asked.pop("_limit"), asked.pop("_offset")
    filled = form.read(saved.find(slug), {name: values for name, values in asked.items() if values}, served())
    if filled.error:
        raise filled.error
    found = served().store.select(filled.sparql, limit=served().config.limit)
    further = following(len(found.rows), offset, limit, "_offset")
    return reply(queries.tell(filled, found, limit, offset, further))


@page.get("/openapi.json")
def description() -> Response:
    """All that programs can ask, as OpenAPI 3.1 has it."""
    read(())
    return Response(as_json(openapi.document(current_app)), content_type=JSON)
