"""Any SPARQL 1.1 endpoint as a store, by the SPARQL Protocol; Virtuoso never answers a direct POST, so by a form."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from functools import cached_property
from urllib.parse import urlencode

from ontology.errors import PlenaryError
from queries import cancel
from queries.errors import QueryFailed, QuerySyntax, QueryTimeout, StoreBusy, StoreUnreachable
from queries.sparql import Query

CHUNK = 64 * 1024
_OPENER = urllib.request.build_opener(cancel.Handler, cancel.SafeHandler)
GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
JSON = "application/sparql-results+json"
# With these, Virtuoso says that the rows it sends are not all.
CUT_OFF = ("X-SPARQL-MaxRows", "X-SQL-State")
VIRTUOSO_TIMEOUT = "S1T00"
ALSO_CALLED = {
    JSON: {"application/json"},
    "application/sparql-results+xml": {"application/xml", "text/xml"},
    "application/n-triples": {"text/plain", "text/ntriples"},
    "text/turtle": {"text/rdf+n3", "application/x-turtle"},
    "application/rdf+xml": {"application/xml", "text/xml"},
    "application/ld+json": {"application/json"},
}


class Remote:
    """Client of an endpoint; each query has a connection of its own."""

    release = None

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint

    @cached_property
    def graphs(self) -> frozenset[str]:
        """Addresses of the endpoint's graphs, asked for once."""
        chunks = self.send(GRAPHS, Query("SELECT", (), ()), JSON, (), (), 30.0)
        found = json.loads(b"".join(chunks))["results"]["bindings"]
        return frozenset(row["g"]["value"] for row in found)

    def send(
        self,
        text: str,
        query: Query,
        media_type: str,
        default: Sequence[str],
        named: Sequence[str],
        limit: float,
        own: bool = True,
    ) -> "Body":
        """Have the endpoint answer; returns when the answer begins."""
        fields = [("query", text)]
        fields += [("default-graph-uri", graph) for graph in default]
        fields += [("named-graph-uri", graph) for graph in named]
        headers = {"Accept": media_type, "User-Agent": "plenary"}
        request = urllib.request.Request(self._endpoint, urlencode(fields).encode(), headers)  # noqa: S310 (open_store)
        ends = time.monotonic() + limit
        try:
            response = _OPENER.open(request, timeout=limit)
        except urllib.error.HTTPError as error:
            with error:
                raise _fault(error, limit) from error
        except (OSError, http.client.HTTPException) as error:
            cancel.check()
            raise self._unanswered(error, limit) from error
        body = Body(response, limit, ends)
        body.check(media_type)
        return body

    def _unanswered(self, error: Exception, limit: float) -> PlenaryError:
        reason = getattr(error, "reason", error)
        return QueryTimeout(limit) if isinstance(reason, TimeoutError) else StoreUnreachable(self._endpoint, reason)

    def state(self) -> dict[str, int]:
        """An endpoint does not say."""
        return {}

    def close(self) -> None:
        """Nothing runs here."""


class Body:
    """The endpoint's answer: an iterator of its bytes, for which the time limit goes on."""

    def __init__(self, response: http.client.HTTPResponse, limit: float, ends: float) -> None:
        self._response, self._limit, self._ends = response, limit, ends
        self._missing = response.length  # None where the answer says itself where it ends

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            data = b"" if self._missing == 0 else self._read()
        except PlenaryError:
            self.close()
            raise
        if not data:
            self.close()
            raise StopIteration
        return data

    def _read(self) -> bytes:
        if time.monotonic() > self._ends:
            raise QueryTimeout(self._limit)
        try:
            data = self._response.read1(CHUNK)
        except TimeoutError:
            raise QueryTimeout(self._limit) from None
        except (OSError, http.client.HTTPException) as error:
            cancel.check()
            raise QueryFailed(f"The endpoint's answer broke off ({error!r}). Ask again.") from error
        if not data:
            cancel.check()
        if self._missing is not None:
            if not data:
                raise QueryFailed(f"The endpoint's answer broke off, {self._missing} bytes before its end. Ask again.")
            self._missing -= len(data)
        return data

    def check(self, media_type: str) -> None:
        """Refuse an answer that is cut off or in another format than was asked for."""
        given = self._response.headers.get_content_type()
        cut = [name for name in CUT_OFF if name in self._response.headers]
        if cut:
            self.close()
            raise QueryFailed("The endpoint sends only a part of the result. Ask for less, or raise its row limit.")
        if given != media_type and given not in ALSO_CALLED.get(media_type, ()):
            self.close()
            raise QueryFailed(f"The endpoint answered in {given} instead of {media_type}. Ask for another format.")

    def close(self) -> None:
        """Leave; what the endpoint does then is its own affair."""
        self._response.close()


def _fault(error: urllib.error.HTTPError, limit: float) -> PlenaryError:
    """What an endpoint's refusal means; the protocol fixes only 400, for a query that cannot be read."""
    said = " ".join(error.read(2000).decode("utf-8", "replace").split())[:500] or str(error.reason)
    if error.code in (408, 504) or VIRTUOSO_TIMEOUT in said:
        return QueryTimeout(limit)
    if error.code == 400:
        return QuerySyntax(f"The endpoint cannot read the query: {said}")
    if error.code in (429, 503):
        return StoreBusy()
    if error.code < 500 and error.code != 406:
        return StoreUnreachable(error.url, f"HTTP {error.code} {error.reason}")
    return QueryFailed(f"The endpoint could not answer (HTTP {error.code}): {said}")
