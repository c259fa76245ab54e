"""`/sparql`: the SPARQL 1.1 Protocol, query only; the editor for a browser, the service description for RDF clients."""

from typing import Any

from flask import Blueprint, Response, g, render_template, request

from ontology.errors import PlenaryError
from ontology.terms import PREFIXES, model
from queries.sparql import inspect
from server import description, errors, protocol
from server.answers import RDF, TABLES, content_type, stream
from server.errors import NotOffered, UnsupportedMedia
from server.headers import allow_inline_styles
from server.negotiate import best, wants_html
from server.pages.queries import offered
from server.requests import FORM, Parameters, asked, decoded, parameters, sent
from server.served import served

DIRECT = "application/sparql-query"
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
    called = any(name in protocol.NAMES for name, _ in given)
    if wants_html(accept):
        return _editor(_inspected(given) if called else "")
    media_type = best(accept, RDF)
    if called or (not media_type and best(accept, (*TABLES, *protocol.ALSO))):
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
    text = _inspected(given)
    media_type, sent_as = protocol.media_types(inspect(text), request.headers.get("Accept", ""))
    default, named = protocol.graphs(given)
    return stream(text, media_type, sent_as=sent_as, default_graphs=default, named_graphs=named)


def _inspected(given: Parameters) -> str:
    """The one query of a request; what stands in its place is kept for the editor, above which an error is shown."""
    g.query = next((value for name, value in given if name == "query"), "")
    return protocol.only_query(given, served().config.max_query_bytes)


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
