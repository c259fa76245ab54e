"""What the SPARQL 1.1 Protocol says of one query: its text, its graphs, and the format in which its client wants it."""

from queries.errors import QueryRefused
from queries.sparql import Query, inspect
from server.answers import RDF, TABLES
from server.errors import BadRequest, NotOffered, TooLarge
from server.negotiate import best
from server.requests import Parameters

UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")
GRAPHS = ("default-graph-uri", "named-graph-uri")
NAMES = frozenset({"query", *GRAPHS, *UPDATES})
# Other names under which clients ask for a format; the answer goes under the name that was asked for.
ALSO = {
    "application/json": {"table": "application/sparql-results+json", "graph": "application/ld+json"},
    "application/xml": {"table": "application/sparql-results+xml", "graph": "application/rdf+xml"},
    "text/plain": {"graph": "application/n-triples"},
}
_KINDS = {"table": TABLES, "graph": RDF}
_ALSO = {kind: {name: formats[kind] for name, formats in ALSO.items() if kind in formats} for kind in _KINDS}
_OFFERED = {kind: (*_KINDS[kind], *_ALSO[kind]) for kind in _KINDS}


def graphs(given: Parameters) -> tuple[list[str], list[str]]:
    """Addresses of the graphs that a request names: the default ones, and the named ones."""
    plain, named = (_values(given, name) for name in GRAPHS)
    return plain, named


def only_query(given: Parameters, most: int) -> str:
    """The one query of a request, of at most so many bytes, once it is known that it may run."""
    found = _values(given, "query")
    if field := next((name for name, _ in given if name in UPDATES), ""):
        raise QueryRefused(f"This endpoint takes no updates (“{field}”); data changes only by building a release.")
    if len(found) != 1:
        count = "no `query`" if not found else f"`query` {len(found)} times"
        raise BadRequest(f"The request has {count}. Send it once.")
    text = found[0]
    if not text.strip():
        raise BadRequest("The query is empty. Begin with SELECT, ASK, CONSTRUCT or DESCRIBE.")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > most:
        raise TooLarge(f"The query has {size:,} bytes; the limit is {most:,}. Ask for less at once.")
    inspect(text)
    return text


def media_types(query: Query, accept: str) -> tuple[str, str]:
    """The format of a query's result, and the name under which it is sent; NotOffered if none is accepted."""
    kind = "table" if query.form in ("SELECT", "ASK") else "graph"
    wanted = best(accept, _OFFERED[kind])
    if not wanted:
        raise NotOffered(accept, _KINDS[kind])
    return _ALSO[kind].get(wanted, wanted), wanted


def _values(given: Parameters, name: str) -> list[str]:
    return [value for key, value in given if key == name]
