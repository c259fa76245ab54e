"""`/sparql`: the SPARQL 1.1 Protocol, query only; the editor for a browser, the service description for RDF clients."""

from typing import Any

from flask import Blueprint, Response, g, render_template, request

from ontology.errors import PlenaryError
from ontology.terms import PREFIXES, model
from queries.errors import QueryRefused
from queries.sparql import inspect
from server import description, errors
from server.answers import RDF, TABLES, content_type, stream
from server.errors import BadRequest, NotOffered, TooLarge, UnsupportedMedia
from server.headers import allow_inline_styles
from server.negotiate import best, wants_html
from server.pages.queries import offered
from server.requests import FORM, Parameters, asked, decoded, parameters, sent
from server.served import served

UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")
PROTOCOL = {"query", "default-graph-uri", "named-graph-uri", *UPDATES}
DIRECT = "application/sparql-query"
# Other names under which clients ask for a format; the answer goes under the name that was asked for.
ALSO = {
    "application/json": {"table": "application/sparql-results+json", "graph": "application/ld+json"},
    "application/xml": {"table": "application/sparql-results+xml", "graph": "application/rdf+xml"},
    "text/plain": {"graph": "application/n-triples"},
}
EXAMPLE = """SELECT ?thing ?name WHERE {
  ?thing a plen:Organization ; rdfs:label ?name .
}
ORDER BY ?name
LIMIT 20
"""
page = Blueprint("sparql", __name__)


@page.get("/sparql")
def get() -> Response:
    """A query in the address; without one, the editor or the service description."""
    accept, given = request.headers.get("Accept", ""), asked()
    called = any(name in PROTOCOL for name, _ in given)
    if wants_html(accept):
        return _editor(inspected(given) if called else "")
    media_type = best(accept, RDF)
    if called or (not media_type and best(accept, (*TABLES, *ALSO))):
        return _answer(given)
    if not media_type:
        raise NotOffered(accept, ("text/html", *RDF))
    body = description.serialize(served(), request.base_url, media_type)
    return Response(body, content_type=content_type(media_type))


@page.post("/sparql")
def post() -> Response:
    """A query as a form or as it stands."""
    if request.mimetype == FORM:
        return _answer(asked() + parameters(sent(), "the form"))
    if request.mimetype == DIRECT:
        return _answer([*asked(), ("query", decoded(sent(), "The query"))])
    type_ = request.mimetype[:80] or "no media type"
    raise UnsupportedMedia(f"A query is sent as {FORM} or {DIRECT}, not as {type_}. This endpoint takes no updates.")


@page.errorhandler(PlenaryError)
def problem(error: PlenaryError) -> Response:
    """The error; in a browser, above the editor, which keeps what the user wrote."""
    text = g.get("query", "")
    if not text or not wants_html(request.headers.get("Accept", "")):
        return errors.answer(error)
    response = _editor(text, errors.problem(error, errors.status(error)))
    return errors.finish(response, error)


def _answer(given: Parameters) -> Response:
    text = inspected(given)
    kind, offered = ("table", TABLES) if inspect(text).form in ("SELECT", "ASK") else ("graph", RDF)
    also = {name: formats[kind] for name, formats in ALSO.items() if kind in formats}
    accept = request.headers.get("Accept", "")
    wanted = best(accept, (*offered, *also))
    if not wanted:
        raise NotOffered(accept, offered)
    return _run(text, given, also.get(wanted, wanted), wanted)


def _run(text: str, given: Parameters, media_type: str, sent_as: str) -> Response:
    default, named = (_all(given, f"{part}-graph-uri") for part in ("default", "named"))
    return stream(text, media_type, sent_as=sent_as, default_graphs=default, named_graphs=named)


def inspected(given: Parameters) -> str:
    """The one query of a request, once it is known that it may run."""
    found = _all(given, "query")
    g.query = next(iter(found), "")
    if field := next((name for name, _ in given if name in UPDATES), ""):
        raise QueryRefused(f"This endpoint takes no updates (“{field}”); data changes only by building a release.")
    if len(found) != 1:
        count = "no `query`" if not found else f"`query` {len(found)} times"
        raise BadRequest(f"The request has {count}. Send it once.")
    text = found[0]
    if not text.strip():
        raise BadRequest("The query is empty. Begin with SELECT, ASK, CONSTRUCT or DESCRIBE.")
    size, most = len(text.encode("utf-8", "surrogatepass")), served().config.max_query_bytes
    if size > most:
        raise TooLarge(f"The query has {size:,} bytes; the limit is {most:,}. Ask for less at once.")
    inspect(text)
    return text


def _all(given: Parameters, name: str) -> list[str]:
    return [value for key, value in given if key == name]


def _editor(query: str, told: dict[str, Any] | None = None) -> Response:
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("plen", "rdfs"))
    settings = {
        "endpoint": request.base_url,
        "prefixes": PREFIXES,
        "query": query or prefixes + EXAMPLE,
        "opened": bool(query),
        "terms": sorted(model().terms),
    }
    queries = offered()
    html = render_template(
        "sparql.html", settings=settings, queries=queries, problem=told, graphs=sorted(served().store.graphs)
    )
    return allow_inline_styles(Response(html, content_type="text/html; charset=utf-8"))
