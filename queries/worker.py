"""A worker: one forked process that answers one query at a time and can be killed at any moment.

Frames are a type byte, a length of four bytes, and so many bytes: D data, Z the end, F a fault. The connection keeps
the boundaries of packets (SOCK_SEQPACKET) and a packet holds whole frames, so that a worker killed while it writes
leaves no half frame behind, and the supervisor can still say why the answer ends.
"""

import json
import os
import re
import resource
import signal
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NoReturn, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from ontology.terms import PREFIXES
from queries import sparql
from queries.seal import seal

DATA, END, FAULT = b"D", b"Z", b"F"
FRAME = 64 * 1024
FRAME_HEAD = struct.Struct(">cI")
REQUEST = struct.Struct(">Id?")  # length of what follows, seconds it may take, whether a page asks
PACKET = 2 * FRAME
IDLE, SPENT = b"i", b"s"
KEPT_MEMORY_KIB = 256 * 1024
NO_MEMORY = "The query needed more memory than one query may have. Ask for less at once, or group and limit earlier."

TABLES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}

_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_UNNAMED = re.compile(rb"<[^<>\s:/]*:[ />]")  # an element that RDF/XML made of an address that ends in no name
_CUT = re.compile(rb"(?:\xef\xbf?|<[^<>\s:/]*:?)$")


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame, ready to be sent."""
    return FRAME_HEAD.pack(kind, len(payload)) + payload


def fault(kind: str, message: str, line: int | None = None, column: int | None = None) -> bytes:
    """The frame that stands for an error, in place of an answer or of its end."""
    return frame(FAULT, json.dumps({"kind": kind, "message": message, "line": line, "column": column}).encode())


class Outgoing:
    """The file that the engine writes to; nothing is sent before the first full frame, so early errors stand alone."""

    def __init__(self, connection: socket.socket, xml: bool) -> None:
        self._connection, self._xml = connection, xml
        self._buffer = bytearray()
        self._cut = b""

    def write(self, data: bytes) -> int:
        """Take what the engine has written; blocks while the client does not read."""
        self._buffer += self._well_formed(data) if self._xml else data
        while len(self._buffer) >= FRAME:
            self._connection.sendall(frame(DATA, bytes(self._buffer[:FRAME])))
            del self._buffer[:FRAME]
        return len(data)

    def flush(self) -> None:
        """Keep the rest until the frame is full or the answer ends."""

    def end(self) -> None:
        """Send what is left, and that it is all."""
        self._buffer += self._cut
        self._connection.sendall((frame(DATA, bytes(self._buffer)) if self._buffer else b"") + frame(END))

    def _well_formed(self, data: bytes) -> bytes:
        """The text with U+FFFD for what XML 1.0 forbids; last bytes wait while they could begin what it forbids."""
        data = self._cut + data
        if _UNNAMED.search(data):
            raise OSError("RDF/XML has no name for a predicate")
        cut = _CUT.search(data)
        self._cut = cut[0] if cut else b""
        return _NOT_XML.sub("\ufffd".encode(), data[: cut.start()] if cut else data)


def run(store: Store, request: dict[str, Any]) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Start a query. Graphs named by the request, if any, take the place of those that the query names."""
    plain, named = request["default_graphs"], request["named_graphs"]
    given = bool(plain or named)
    return store.query(
        request["query"],
        use_default_graph_as_union=request["union"],
        default_graph=[NamedNode(graph) for graph in plain] if given else None,
        named_graphs=[NamedNode(graph) for graph in named] if given else None,
    )


def write(results: QuerySolutions | QueryBoolean | QueryTriples, media_type: str, frames: Outgoing) -> None:
    """Write results in a format that fits them; KeyError if it does not."""
    out = cast(IO[bytes], frames)
    if isinstance(results, QueryTriples):
        serialize(results, out, GRAPHS[media_type], prefixes=PREFIXES)
    else:
        results.serialize(out, TABLES[media_type])


def answer(store: Store, request: dict[str, Any], connection: socket.socket) -> None:
    """Answer one query; whatever the engine complains of goes to the client, never up."""
    frames = Outgoing(connection, xml=request["media_type"].endswith("xml"))
    try:
        write(run(store, request), request["media_type"], frames)
        frames.end()
    except (BrokenPipeError, ConnectionResetError):
        return  # the client has left
    except SyntaxError as error:
        found = sparql.explain(request["query"], str(error))
        _tell(connection, fault("syntax", found.sentence, found.line, found.column))
    except MemoryError:
        _tell(connection, fault("heavy", NO_MEMORY))
    except BaseException as error:  # noqa: BLE001  (the engine's panics are no Exception, and the client must hear)
        _tell(connection, _complaint(str(error)[:500], request["media_type"]))


def _complaint(said: str, media_type: str) -> bytes:
    """The fault that the engine's words stand for."""
    if said.startswith("RDF/XML"):
        return fault("unfit", media_type)
    if said.endswith("is not supported"):
        return fault("syntax", f"{said}. Use functions of SPARQL 1.1 only.")
    return fault("failed", f"The engine gave up: {said}. Try a simpler query.")


def _tell(connection: socket.socket, packet: bytes) -> None:
    try:
        connection.sendall(packet)
    except OSError:
        return  # the client has left


def serve(control: int, open_store: Callable[[], Store], memory: int, tables: Path | None = None) -> NoReturn:
    """The whole life of a worker, in a process just forked; `control` leads to the supervisor, `memory` is in bytes."""
    supervisor = _isolate(control, memory)
    store = open_store()
    if not seal():
        _close_the_door(_unopened(tables) if tables else 0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    state = IDLE
    while state == IDLE:
        supervisor.sendall(state)
        seconds, request, connection = _receive(supervisor)
        # Should the supervisor die, the kernel still ends a query that outlives its limit.
        signal.setitimer(signal.ITIMER_REAL, seconds + 1)
        with connection:
            answer(store, request, connection)
        signal.setitimer(signal.ITIMER_REAL, 0)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        state = IDLE if grown < KEPT_MEMORY_KIB else SPENT
    supervisor.sendall(state)
    os._exit(0)


def _receive(supervisor: socket.socket) -> tuple[float, dict[str, Any], socket.socket]:
    """Wait for a request and its connection; the process ends if the supervisor has."""
    data, files, _, _ = socket.recv_fds(supervisor, FRAME, 1)
    while data and len(data) < REQUEST.size + REQUEST.unpack_from(data)[0]:
        more = supervisor.recv(FRAME)
        data = data + more if more else b""
    if not data:
        os._exit(0)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, files[0])
    return REQUEST.unpack_from(data)[1], json.loads(data[REQUEST.size :]), connection


def _isolate(control: int, most: int) -> socket.socket:
    """Close all files but the way to the supervisor, and cap memory."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    null, control = os.open(os.devnull, os.O_RDWR), os.dup(control)
    for number, kept in enumerate((null, null, null, control)):
        os.dup2(kept, number)
    os.closerange(4, os.sysconf("SC_OPEN_MAX"))
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    memory = pages * resource.getpagesize() + most
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return socket.socket(fileno=3)


def _close_the_door(spare: int) -> None:
    """Without a seal: leave room for one more file, the connection, so that while a query runs no socket can be opened.

    A store on disk opens files while it runs, and so keeps the door ajar.
    """
    top = max(int(entry.name) for entry in Path("/proc/self/fd").iterdir())
    while (number := os.dup(0)) <= top:
        pass
    os.close(number)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number + 1 + spare, number + 1 + spare))


def _unopened(tables: Path) -> int:
    """Number of a disk store's files that RocksDB has not opened yet, and will open while a query runs."""
    opened = {entry.readlink().name for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()}
    return sum(path.name not in opened for path in tables.glob("*.sst"))
