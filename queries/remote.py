"""Any SPARQL 1.1 endpoint as a store, by the SPARQL Protocol.

Queries go as a form, since Virtuoso never answers a direct POST. The HTTP is urllib3's: it undoes compression and
notices an answer that is cut off. SPARQLWrapper and rdflib's SPARQLConnector read through urllib, whose time limit
begins anew with every byte, and follow redirects; the latter has neither limit nor streaming.
"""

import json
import os
import re
from collections.abc import Sequence
from functools import cached_property
from http.client import HTTPException
from itertools import pairwise
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from ontology import iris
from ontology.errors import PlenaryError
from ontology.releases import Release
from queries import published
from queries.errors import BadAddress, QueryFailed, QuerySyntax, QueryTimeout, StoreBusy, StoreUnreachable
from queries.received import Body, Watch
from queries.sparql import Query, Source

GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
JSON = "application/sparql-results+json"
FORM = "application/x-www-form-urlencoded"
USER, PASSWORD = "PLENARY_STORE_USER", "PLENARY_STORE_PASSWORD"
# With these, Virtuoso says that the rows it sends are not all.
CUT_OFF = ("X-SPARQL-MaxRows", "X-SQL-State")
VIRTUOSO_TIMEOUT = ("S1T00", "S1TAT")
EMPTY = {0: "VALUES", 2: "{", 3: "UNDEF", 4: "}"}
PLACED = re.compile(r"Line (\d{1,6}), column (\d{1,6}): (.+)")  # as another Plenary says it
FIRST_LIMIT, CONNECT = 30.0, 10.0  # seconds
ALSO_CALLED = {
    JSON: {"application/json"},
    "application/sparql-results+xml": {"application/xml", "text/xml"},
    "application/n-triples": {"text/plain", "text/ntriples"},
    "text/turtle": {"text/rdf+n3", "application/x-turtle"},
    "application/rdf+xml": {"application/xml", "text/xml"},
    "application/ld+json": {"application/json"},
}
SAYS = {
    401: f"it wants a user and a password (HTTP 401); give them as {USER} and {PASSWORD}",
    403: "it does not let this user ask (HTTP 403)",
    404: "there is no endpoint at this address (HTTP 404)",
    405: "it takes no query as a form (HTTP 405)",
    415: "it takes no query as a form (HTTP 415)",
}


class Remote:
    """Client of an endpoint; each query has a connection of its own."""

    def __init__(self, endpoint: str) -> None:
        self.name = plain(endpoint)
        self._url = urllib3.util.parse_url(endpoint)
        self._headers = {"User-Agent": "plenary", "Content-Type": FORM} | _credentials()

    @cached_property
    def release(self) -> Release | None:
        """What `plenary publish` wrote of the release, read once."""
        return published.read(self._rows(published.QUERY))

    @cached_property
    def graphs(self) -> frozenset[str]:
        """Addresses of Plenary's graphs, asked for once; of a store that has none of these, of all its graphs."""
        if self.release:
            return frozenset(map(iris.graph, self.release.sources))
        every = frozenset(row["g"] for row in self._rows(GRAPHS))
        return frozenset(graph for graph in every if graph.startswith(iris.GRAPHS)) or every

    def _rows(self, text: str) -> list[dict[str, str]]:
        with self.send(text, Query("SELECT", ("",), ()), JSON, (), (), FIRST_LIMIT) as body:
            data = b"".join(body)
        try:
            rows = json.loads(data)["results"]["bindings"]
            return [{name: term["value"] for name, term in row.items()} for row in rows]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreUnreachable(self.name, "what it answers is no result of a query") from error

    def send(
        self,
        text: str,
        query: Query,
        media_type: str,
        default: Sequence[str],
        named: Sequence[str],
        limit: float,
        own: bool = True,
    ) -> Body:
        """Have the endpoint answer; returns when the answer begins.

        A query that names no graph sees Plenary's graphs only: the default graph of Virtuoso holds its own tables too,
        that of other servers nothing.
        """
        if not (default or named or query.from_graphs or query.from_named) and self._has_ours:
            default = named = sorted(self.graphs)
        fields = [("query", _said(text)), *(("default-graph-uri", graph) for graph in default)]
        fields += [("named-graph-uri", graph) for graph in named]
        watch = Watch(limit)
        body = self._post(urlencode(fields).encode(), media_type, watch)
        try:
            self._check(body, media_type)
        except BaseException:
            body.close()
            raise
        return body

    @property
    def _has_ours(self) -> bool:
        return any(graph.startswith(iris.GRAPHS) for graph in self.graphs)

    def _post(self, sent: bytes, media_type: str, watch: Watch) -> Body:
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = kind(self._url.hostname or "", self._url.port, timeout=min(CONNECT, watch.limit))
        try:
            connection.connect()
            connection.timeout = watch.limit
            watch.hold(connection)
            headers = self._headers | {"Accept": media_type}
            connection.request("POST", self._url.request_uri, sent, headers, preload_content=False)
            return Body(connection.getresponse(), watch)
        except (OSError, HTTPException, HTTPError) as error:
            watch.end()
            connection.close()
            watch.check()
            raise StoreUnreachable(self.name, _reason(error)) from error
        except PlenaryError:
            watch.end()
            connection.close()
            raise

    def _check(self, body: Body, media_type: str) -> None:
        """Refuse an answer that is an error, a part, or in another format than was asked for."""
        if body.status != 200:
            raise self._fault(body)
        if any(name in body.headers for name in CUT_OFF):
            raise QueryFailed("The endpoint sends only a part of the result. Ask for less, or raise its row limit.")
        if body.media_type != media_type and body.media_type not in ALSO_CALLED.get(media_type, ()):
            given = body.media_type or "no format that it names"
            raise QueryFailed(f"The endpoint answered in {given} instead of {media_type}. Check the store's address.")

    def _fault(self, body: Body) -> PlenaryError:
        """What an endpoint's refusal means; the protocol fixes only 400, for a query that cannot be read."""
        code, said = body.status, body.beginning()
        if code in (408, 504) or any(state in said for state in VIRTUOSO_TIMEOUT):
            return QueryTimeout(body.spent())  # the endpoint's limit, where it is shorter than ours
        if code == 400 and (placed := PLACED.fullmatch(said)):
            return QuerySyntax(placed[3], int(placed[1]), int(placed[2]))
        if code == 400:
            return QuerySyntax(f"The endpoint cannot read the query: {said or 'it does not say why'}")
        if code in (429, 503):
            return StoreBusy()
        if code < 400:
            return StoreUnreachable(self.name, f"it sends elsewhere (HTTP {code}); give the address that it sends to")
        if code < 500 and code not in (406, 413):
            return StoreUnreachable(self.name, SAYS.get(code, f"it answers HTTP {code}"))
        return QueryFailed(f"The endpoint could not answer (HTTP {code}){': ' + said if said else '. Ask again.'}")

    def state(self) -> dict[str, int]:
        """An endpoint does not say."""
        return {}

    def close(self) -> None:
        """Nothing runs here."""


def _said(text: str) -> str:
    """The query without its blocks `VALUES $name { UNDEF }`, which mean nothing, but make Virtuoso lose rows."""
    if "UNDEF" not in text.upper():
        return text
    source = Source(text)
    tokens, kept, after = list(source.tokens()), list[str](), 0
    if any(one.says("SELECT", "DISTINCT", "REDUCED") and two.says("*") for one, two in pairwise(tokens)):
        return text  # which then has a column for it
    for five in zip(*(tokens[start:] for start in range(5)), strict=False):
        if five[1].kind == "variable" and all(five[at].says(word) for at, word in EMPTY.items()):
            kept.append(source.text[after : five[0].start])
            after = five[4].start + 1
    return "".join(kept) + source.text[after:]


def plain(address: str) -> str:
    """An endpoint's address as it may be shown; BadAddress where it is none, or holds what must not be shown."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(f"The store's address cannot be read ({error}). Write it as https://host/sparql.") from None
    if parts.scheme not in ("http", "https"):
        raise BadAddress(f"The store's address begins with {parts.scheme}://. Write it as https://host/sparql.")
    if not host:
        raise BadAddress("The store's address names no host. Write it as https://host/sparql.")
    if "@" in parts.netloc:
        raise BadAddress(
            f"The store's address holds a user or a password, and addresses are shown. Set {USER} and {PASSWORD}."
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path}"


def _credentials() -> dict[str, str]:
    """The header for a store that wants a user and a password; these stand in the environment."""
    user = os.environ.get(USER)
    return urllib3.make_headers(basic_auth=f"{user}:{os.environ.get(PASSWORD, '')}") if user else {}


def _reason(error: Exception) -> str:
    """Why there was no answer, without the objects that urllib3 names in its messages."""
    cause = error.__cause__ or error.__context__ or error
    return getattr(cause, "strerror", None) or str(cause).rpartition("> ")[2] or type(cause).__name__
