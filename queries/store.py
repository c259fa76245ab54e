"""The store as the rest sees it: asked by SPARQL, whichever kind of store answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from ontology import releases
from ontology.releases import Release
from queries import sparql, worker
from queries.embedded import Embedded
from queries.errors import NotAcceptable, QueryFailed, QueryRefused, ResultTooLarge, UnknownGraph
from queries.limits import DEFAULT, Limits
from queries.remote import Remote
from queries.sparql import Query

JSON = "application/sparql-results+json"
N_TRIPLES = "application/n-triples"
NO_RESULT = "What the store answered cannot be read as a result. Ask again; if it stays so, check its address."

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Rows:
    """The whole result of a SELECT query; an unbound variable is None."""

    variables: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]


class Chunks(Protocol):
    """Bytes on their way. An error on the way is raised by the iterator, so that no answer ends early unseen."""

    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None:
        """Leave, also before the end."""


@dataclass(frozen=True)
class Answer:
    """A result on its way, in the format that was asked for; for use in a `with`, or to be closed.

    One of more than `most` bytes ends in ResultTooLarge; 0 is any size.
    """

    media_type: str
    chunks: Chunks
    most: int = 0

    def __iter__(self) -> Iterator[bytes]:
        return self._counted() if self.most else iter(self.chunks)

    def _counted(self) -> Iterator[bytes]:
        left = self.most
        for chunk in self.chunks:
            left -= len(chunk)
            if left < 0:
                self.close()
                raise ResultTooLarge(self.most)
            yield chunk

    def __enter__(self) -> "Answer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave, also before the end; a worker that still computes is freed at once."""
        self.chunks.close()


class Store(Protocol):
    """Any store. Limits are in seconds; without one, the store's own holds."""

    @property
    def release(self) -> Release | None:
        """The release behind the store, where it is known."""

    @property
    def graphs(self) -> frozenset[str]:
        """Addresses of the graphs that a query may name."""

    def select(self, query: str, limit: float | None = None) -> Rows:
        """All rows of a SELECT query."""

    def ask(self, query: str, limit: float | None = None) -> bool:
        """The answer to an ASK query."""

    def construct(self, query: str, limit: float | None = None) -> list[Triple]:
        """All triples of a CONSTRUCT or DESCRIBE query."""

    def stream(
        self,
        query: str,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        limit: float | None = None,
    ) -> Answer:
        """The result of any query, as it comes, in one of the `formats` of its form.

        Graphs given here take the place of those that the query names. It counts as a stranger's query: in an embedded
        store those of `select`, `ask` and `construct`, which pages ask, go first and keep places of their own.
        """

    def state(self) -> dict[str, int]:
        """What the store does just now and has done, for operators; empty for one that does not say."""

    def close(self) -> None:
        """End what the store runs."""


class Sender(Protocol):
    """One way to have queries answered, without a check of its own."""

    @property
    def release(self) -> Release | None:
        """As in `Store`."""

    @property
    def graphs(self) -> frozenset[str]:
        """As in `Store`."""

    def send(
        self,
        text: str,
        query: Query,
        media_type: str,
        default: Sequence[str],
        named: Sequence[str],
        limit: float,
        own: bool,
    ) -> Chunks:
        """Send a query that has been read, of a page's `own` or a stranger's; returns when its answer begins."""

    def state(self) -> dict[str, int]:
        """As in `Store`."""

    def close(self) -> None:
        """As in `Store`."""


def formats(form: str) -> tuple[str, ...]:
    """Media types for the result of a query of that form, the usual one first."""
    return tuple(worker.TABLES if form in ("SELECT", "ASK") else worker.GRAPHS)


def open_store(location: str | Path, limits: Limits = DEFAULT, *, number: int | None = None) -> Store:
    """Open a release of a folder of releases, the current one without a number, or a SPARQL endpoint by its address."""
    if "://" in str(location):
        return CheckedStore(Remote(str(location)), limits)
    release = releases.current(Path(location)) if number is None else releases.at(Path(location), number)
    return CheckedStore(Embedded(release, limits), limits)


class CheckedStore:
    """A `Store` that reads each query before it is sent."""

    def __init__(self, sender: Sender, limits: Limits) -> None:
        self._sender, self._limits = sender, limits

    @property
    def release(self) -> Release | None:
        """The release behind the store, where it is known."""
        return self._sender.release

    @property
    def graphs(self) -> frozenset[str]:
        """Addresses of the graphs that a query may name."""
        return self._sender.graphs

    def state(self) -> dict[str, int]:
        """What the store does just now and has done; see `Store`."""
        return self._sender.state()

    def close(self) -> None:
        """End what the store runs."""
        self._sender.close()

    def select(self, query: str, limit: float | None = None) -> Rows:
        """All rows of a SELECT query."""
        data = self._whole(query, JSON, limit, "SELECT")
        try:
            found = pyoxigraph.parse_query_results(data, QueryResultsFormat.JSON)
            if isinstance(found, QuerySolutions):
                return Rows(tuple(variable.value for variable in found.variables), [tuple(row) for row in found])
        except (SyntaxError, ValueError) as error:
            raise QueryFailed(NO_RESULT) from error
        raise QueryFailed("The store answered a SELECT query with yes or no. Check its address.")

    def ask(self, query: str, limit: float | None = None) -> bool:
        """The answer to an ASK query."""
        data = self._whole(query, JSON, limit, "ASK")
        try:
            return bool(pyoxigraph.parse_query_results(data, QueryResultsFormat.JSON))
        except (SyntaxError, ValueError) as error:
            raise QueryFailed(NO_RESULT) from error

    def construct(self, query: str, limit: float | None = None) -> list[Triple]:
        """All triples of a CONSTRUCT or DESCRIBE query."""
        data = self._whole(query, N_TRIPLES, limit, "CONSTRUCT", "DESCRIBE")
        try:
            return [quad.triple for quad in pyoxigraph.parse(data, RdfFormat.N_TRIPLES)]
        except (SyntaxError, ValueError) as error:
            raise QueryFailed(NO_RESULT) from error

    def stream(
        self,
        query: str,
        media_type: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        limit: float | None = None,
    ) -> Answer:
        """The result of any query, as it comes; see `Store`."""
        about = sparql.inspect(query)
        return self._send(query, about, media_type, default_graphs, named_graphs, limit, own=False)

    def _whole(self, text: str, media_type: str, limit: float | None, *forms: str) -> bytes:
        about = sparql.inspect(text)
        if about.form not in forms:
            raise QueryRefused(f"The query's form is {about.form}; what is needed here is {' or '.join(forms)}.")
        with self._send(text, about, media_type, (), (), limit, own=True) as answer:
            return b"".join(answer)

    def _send(
        self,
        text: str,
        about: Query,
        media_type: str,
        default: Sequence[str],
        named: Sequence[str],
        limit: float | None,
        *,
        own: bool,
    ) -> Answer:
        if media_type not in formats(about.form):
            raise NotAcceptable(media_type, about.form, formats(about.form))
        for graph in (*default, *named, *about.from_graphs, *about.from_named):
            if graph not in self.graphs:
                raise UnknownGraph(graph, self.graphs)
        seconds = self._limits.seconds if limit is None else limit
        chunks = self._sender.send(text, about, media_type, default, named, seconds, own)
        return Answer(media_type, chunks, self._limits.max_bytes)
