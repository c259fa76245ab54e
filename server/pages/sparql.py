"""`/sparql`: the SPARQL 1.1 Protocol, query only; the editor for a browser, the service description for RDF clients."""

from flask import Blueprint, Response, render_template, request

from ontology.terms import PREFIXES, model
from queries import saved
from queries.errors import QueryRefused
from queries.sparql import inspect
from server import description
from server.answers import RDF, TABLES, content_type, stream
from server.errors import BadRequest, NotOffered, TooLarge, UnsupportedMedia
from server.headers import allow_inline_styles
from server.negotiate import best, wants_html
from server.served import served

PROTOCOL = {"query", "update", "default-graph-uri", "named-graph-uri"}
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
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
    accept = request.headers.get("Accept", "")
    if wants_html(accept):
        return _editor(request.args.get("query", ""))
    if PROTOCOL.intersection(request.args):
        return _answer(request.args.getlist("query"))
    media_type = best(accept, RDF)
    if not media_type:
        raise NotOffered(accept, ("text/html", *RDF))
    body = description.serialize(served(), request.base_url, media_type)
    return Response(body, content_type=content_type(media_type))


@page.post("/sparql")
def post() -> Response:
    """A query as a form or as it stands."""
    if request.mimetype == FORM:
        return _answer(request.args.getlist("query") + request.form.getlist("query"))
    if request.mimetype == DIRECT:
        return _answer([*request.args.getlist("query"), _text(request.get_data())])
    sent = request.mimetype or "no media type"
    raise UnsupportedMedia(f"A query is sent as {FORM} or {DIRECT}, not as {sent}. This endpoint takes no updates.")


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"The query is not UTF-8 (byte {error.start + 1}). Send it as UTF-8.") from error


def _answer(sent: list[str]) -> Response:
    text = _only(sent)
    kind, offered = ("table", TABLES) if inspect(text).form in ("SELECT", "ASK") else ("graph", RDF)
    also = {name: formats[kind] for name, formats in ALSO.items() if kind in formats}
    accept = request.headers.get("Accept", "")
    wanted = best(accept, (*offered, *also))
    if not wanted:
        raise NotOffered(accept, offered)
    return _run(text, also.get(wanted, wanted), wanted)


def _run(text: str, media_type: str, sent_as: str) -> Response:
    default, named = (request.values.getlist(f"{part}-graph-uri") for part in ("default", "named"))
    return stream(text, media_type, sent_as=sent_as, default_graphs=default, named_graphs=named)


def _only(sent: list[str]) -> str:
    """The one query of a request."""
    if "update" in request.values:
        raise QueryRefused("This endpoint takes no updates; data changes only by building the next release.")
    if len(sent) != 1:
        count = "no `query`" if not sent else f"`query` {len(sent)} times"
        raise BadRequest(f"The request has {count}. Send it once.")
    if not sent[0].strip():
        raise BadRequest("The query is empty. Begin with SELECT, ASK, CONSTRUCT or DESCRIBE.")
    size, most = len(sent[0].encode("utf-8", "surrogatepass")), served().config.max_query_bytes
    if size > most:
        raise TooLarge(f"The query has {size:,} bytes; the limit is {most:,}. Ask for less at once.")
    return sent[0]


def _editor(query: str) -> Response:
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("plen", "rdfs"))
    settings = {
        "endpoint": request.base_url,
        "prefixes": PREFIXES,
        "query": query or prefixes + EXAMPLE,
        "opened": bool(query),
        "terms": sorted(model().terms),
    }
    queries = list(saved.catalogue().values())
    html = render_template("sparql.html", settings=settings, queries=queries, graphs=sorted(served().store.graphs))
    return allow_inline_styles(Response(html, content_type="text/html; charset=utf-8"))
