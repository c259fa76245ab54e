"""The store as the rest sees it: asked by SPARQL, whichever kind of store answers."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from ontology import iris, releases
from ontology.errors import PlenaryError
from ontology.releases import Release
from queries import sparql, worker
from queries.errors import (
    NotAcceptable,
    QueryFailed,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    StoreBusy,
    StoreUnreachable,
    UnknownGraph,
)
from queries.remote import Remote
from queries.sparql import Query

LIMIT = 30.0
WORKERS = 4
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
    """A result on its way, in the format that was asked for; for use in a `with`, or to be closed."""

    media_type: str
    chunks: Chunks

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.chunks)

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

        Graphs given here take the place of those that the query names.
        """

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
        self, text: str, query: Query, media_type: str, default: Sequence[str], named: Sequence[str], limit: float
    ) -> Chunks:
        """Send a query that has been read; returns when its answer begins."""

    def close(self) -> None:
        """As in `Store`."""


def formats(form: str) -> tuple[str, ...]:
    """Media types for the result of a query of that form, the usual one first."""
    return tuple(worker.TABLES if form in ("SELECT", "ASK") else worker.GRAPHS)


def open_store(location: str | Path, workers: int = WORKERS, limit: float = LIMIT) -> Store:
    """Open the current release of a folder of releases, or a SPARQL endpoint by its http or https address."""
    if str(location).startswith(("http://", "https://")):
        return CheckedStore(Remote(str(location)), limit)
    return CheckedStore(Embedded(releases.current(Path(location)), workers), limit)


class CheckedStore:
    """A `Store` that reads each query before it is sent."""

    def __init__(self, sender: Sender, limit: float) -> None:
        self._sender, self._limit = sender, limit

    @property
    def release(self) -> Release | None:
        """The release behind the store, where it is known."""
        return self._sender.release

    @property
    def graphs(self) -> frozenset[str]:
        """Addresses of the graphs that a query may name."""
        return self._sender.graphs

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
        return Answer(media_type, self._send(query, about, media_type, default_graphs, named_graphs, limit))

    def _whole(self, text: str, media_type: str, limit: float | None, *forms: str) -> bytes:
        about = sparql.inspect(text)
        if about.form not in forms:
            raise QueryRefused(f"The query's form is {about.form}; what is needed here is {' or '.join(forms)}.")
        with Answer(media_type, self._send(text, about, media_type, (), (), limit)) as answer:
            return b"".join(answer)

    def _send(
        self,
        text: str,
        about: Query,
        media_type: str,
        default: Sequence[str],
        named: Sequence[str],
        limit: float | None,
    ) -> Chunks:
        if media_type not in formats(about.form):
            raise NotAcceptable(media_type, about.form, formats(about.form))
        for graph in (*default, *named, *about.from_graphs, *about.from_named):
            if graph not in self.graphs:
                raise UnknownGraph(graph, self.graphs)
        return self._sender.send(text, about, media_type, default, named, self._limit if limit is None else limit)


class Embedded:
    """Client of a supervisor process of its own; one connection a query, so that any number of threads may ask."""

    def __init__(self, release: Release, workers: int) -> None:
        self.release = release
        self.graphs = frozenset(iris.graph(name) for name in release.sources)
        self._folder = Path(tempfile.mkdtemp(prefix="plenary-"))
        self._address = self._folder / "queries.sock"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "queries.pool", str(release.folder.resolve()), str(self._address), str(workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parent.parent,
            start_new_session=True,
        )
        said = self._process.stdout.readline().decode() if self._process.stdout else ""
        if said != "ready\n":
            self.close()
            raise StoreUnreachable(str(release.folder), said.strip() or "its supervisor ended while it began")

    def send(
        self, text: str, query: Query, media_type: str, default: Sequence[str], named: Sequence[str], limit: float
    ) -> Chunks:
        """Have a worker answer; returns when the answer begins."""
        request = {
            "query": text,
            "form": query.form,
            "media_type": media_type,
            "default_graphs": list(default),
            "named_graphs": list(named),
            "union": not (default or named or query.from_graphs or query.from_named),
            "limit": limit,
        }
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.settimeout(limit + 5)
        try:
            self._ask(connection, json.dumps(request).encode())
            return Incoming(connection, limit)
        except BlockingIOError:
            connection.close()
            raise StoreBusy from None  # more clients at once than the system lets wait for a connection
        except OSError as error:
            connection.close()
            raise StoreUnreachable(str(self.release.folder), error) from error
        except PlenaryError:
            connection.close()
            raise

    def _ask(self, connection: socket.socket, request: bytes) -> None:
        connection.connect(str(self._address))
        head = worker.LENGTH.pack(len(request)) + request
        for start in range(0, len(head), worker.FRAME):
            connection.sendall(head[start : start + worker.FRAME])

    def close(self) -> None:
        """End the supervisor, and with it the workers and their queries."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


class Incoming:
    """The answer of a worker: an iterator of its bytes, which begins when the first frame is here."""

    def __init__(self, connection: socket.socket, limit: float) -> None:
        self._connection, self._limit = connection, limit
        self._frames = deque[tuple[bytes, bytes]]()
        self._ended = False
        self._next()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._ended:
            kind, payload = self._next()
            if kind == worker.DATA:
                return payload
            self._ended = True
            self.close()
        raise StopIteration

    def close(self) -> None:
        """Leave; the supervisor notices, and ends the worker if it still computes."""
        self._connection.close()

    def _next(self) -> tuple[bytes, bytes]:
        """The next frame; an error that stands in its place is raised."""
        if not self._frames:
            self._frames.extend(_split(self._receive()))
        kind, payload = self._frames.popleft()
        about = json.loads(payload) if kind == worker.HEADER else {"ok": True}
        if not about["ok"]:
            self.close()
            raise _fault(about, self._limit)
        return kind, payload

    def _receive(self) -> bytes:
        try:
            packet = self._connection.recv(worker.PACKET)
        except TimeoutError:
            self.close()
            raise QueryTimeout(self._limit) from None
        except OSError:  # also where another thread has closed the answer
            packet = b""
        if not packet:
            self.close()
            raise QueryFailed("The answer broke off before its end. Ask again.")
        return packet


def _split(packet: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The frames of a packet."""
    start = 0
    while start < len(packet):
        kind, length = worker.FRAME_HEAD.unpack_from(packet, start)
        start += worker.FRAME_HEAD.size + length
        yield kind, packet[start - length : start]


def _fault(about: dict[str, Any], limit: float) -> PlenaryError:
    """The error that a frame stands for."""
    match about["kind"]:
        case "syntax":
            return QuerySyntax(about["message"], about["line"], about["column"])
        case "timeout":
            return QueryTimeout(limit)
        case "busy":
            return StoreBusy()
        case _:
            return QueryFailed(about["message"])
