"""The store in this machine: client of a supervisor process, which is started again should it die."""

import contextlib
import json
import logging
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

from ontology import iris
from ontology.errors import PlenaryError
from ontology.releases import Release
from queries import worker
from queries.cancel import CURRENT, QueryCancelled
from queries.errors import (
    NotAcceptable,
    QueryFailed,
    QuerySyntax,
    QueryTimeout,
    QueryTooHeavy,
    StoreBusy,
    StoreUnreachable,
)
from queries.limits import Limits
from queries.sparql import Query

LATE = 5.0  # seconds after its limit in which a supervisor has answered, or never will
QUICK = 0.25  # of the time after which it can be ended; who answers so soon leaves a connection as good as new
STATE = ("workers", "busy", "waiting", "long", "answered", "ended", "crowded", "refused", "crashed")
LOG = logging.getLogger("plenary.queries")
_TIME = struct.Struct("@ll")
Keep = Callable[[socket.socket], None]


class Lost(Exception):
    """The supervisor has ended, or ended this connection, before an answer began."""


class Embedded:
    """Any number of threads may ask; each query has a connection for itself."""

    def __init__(self, release: Release, limits: Limits) -> None:
        self.release = release
        self.graphs = frozenset(iris.graph(name) for name in release.sources)
        self._limits, self._lock, self._closed, self._starts = limits, Lock(), False, 0
        self._folder = Path(tempfile.mkdtemp(prefix="plenary-"))
        try:
            self._running = self._start()
        except PlenaryError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def _start(self) -> "Running":
        self._starts += 1
        return Running(self.release, self._folder / f"queries-{self._starts}.sock", self._limits)

    def send(
        self,
        text: str,
        query: Query,
        media_type: str,
        default: Sequence[str],
        named: Sequence[str],
        limit: float,
        own: bool,
    ) -> "Incoming":
        """Have a worker answer; returns when the answer begins."""
        request = {
            "query": text,
            "media_type": media_type,
            "default_graphs": list(default),
            "named_graphs": list(named),
            "union": not (default or named or query.from_graphs or query.from_named),
        }
        body = json.dumps(request).encode()
        packet, running = worker.REQUEST.pack(len(body), limit, own) + body, self._running
        for _ in range(2):  # a query that is lost with its supervisor is asked once more
            try:
                return running.ask(packet, limit)
            except Lost:
                running = self._revive(running, limit)
        raise StoreBusy("The process that holds the data ended before it answered.")

    def _revive(self, lost: "Running", limit: float) -> "Running":
        """The supervisor to ask now: a new one if it is that which was lost."""
        if not self._lock.acquire(timeout=limit):
            raise StoreBusy("The store is being opened again.")
        try:
            if self._closed:
                raise self._unreachable("it has been closed")
            if self._running is lost and lost.ended():
                lost.close()
                self._running = self._again()
                LOG.warning("the process that holds release %s ended; it was started again", self.release.number)
            return self._running
        finally:
            self._lock.release()

    def _again(self) -> "Running":
        try:
            return self._start()
        except StoreUnreachable as error:  # it names a folder, which is for whoever started the store
            raise self._unreachable("it could not be opened again") from error

    def _unreachable(self, reason: str) -> StoreUnreachable:
        return StoreUnreachable(f"release {self.release.number}", reason)

    def state(self) -> dict[str, int]:
        """What the supervisor says of itself, zeros where there is none, and how often one had to be started again."""
        try:
            said = self._running.state()
        except (Lost, OSError, ValueError):
            said = dict.fromkeys(STATE, 0)
        return {**said, "restarts": self._starts - 1}

    def close(self) -> None:
        """End the supervisor, and with it the workers and their queries."""
        with self._lock:
            self._closed = True
            self._running.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class Running:
    """One supervisor process, and the connections to it that nobody uses just now."""

    def __init__(self, release: Release, address: Path, limits: Limits) -> None:
        self._ended, self._address, self._resting = False, str(address), deque[socket.socket]()
        self._short = limits.short
        self._process = subprocess.Popen(
            [sys.executable, "-m", "queries.pool", str(release.folder.resolve()), self._address,
             json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parent.parent,
            start_new_session=True,
        )  # fmt: skip
        said = self._process.stdout.readline().decode() if self._process.stdout else ""
        if said != "ready\n":
            self.close()
            raise StoreUnreachable(str(release.folder), said.strip() or "its supervisor ended while it began")

    @property
    def pid(self) -> int:
        """The process that forks the workers."""
        return self._process.pid

    def ask(self, packet: bytes, limit: float) -> "Incoming":
        """Send a request; returns when its answer begins, raises Lost if none does."""
        try:
            connection = self._connect()
        except BlockingIOError:
            raise StoreBusy from None  # more clients at once than the system lets wait for a connection
        except OSError as error:
            raise Lost from error
        return Incoming(connection, packet, limit, QUICK * min(limit, self._short), self.rest)

    def rest(self, connection: socket.socket) -> None:
        """Keep a connection for the next query."""
        if self._ended:
            connection.close()
        else:
            self._resting.append(connection)

    def _connect(self) -> socket.socket:
        try:
            return self._resting.pop()
        except IndexError:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _TIME.pack(int(LATE), 0))
            connection.connect(self._address)
        except OSError:
            connection.close()
            raise
        return connection

    def state(self) -> dict[str, int]:
        """What the supervisor says of itself."""
        with self._connect() as connection:
            connection.settimeout(LATE)
            connection.sendall(worker.REQUEST.pack(0, LATE, True))
            data = connection.recv(worker.PACKET)
        return dict(json.loads(data[worker.FRAME_HEAD.size :]))

    def ended(self) -> bool:
        """Whether the process is no more; one that is about to end is waited for."""
        try:
            self._process.wait(0.3)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """End the process and what it runs."""
        self._ended = True
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        while self._resting:
            self._resting.pop().close()
        Path(self._address).unlink(missing_ok=True)


class Incoming:
    """The answer of a worker: an iterator of its bytes, which begins when the first frame is here.

    The connection rests for the next query if this one was answered quickly and to its end. Where the request is called
    off, whoever waits here is woken with QueryCancelled, and the supervisor, whose connection closes, ends the worker.
    """

    def __init__(self, connection: socket.socket, packet: bytes, limit: float, quick: float, keep: Keep) -> None:
        self._connection, self._limit, self._quick, self._keep = connection, limit, quick, keep
        self._frames = deque[tuple[bytes, bytes]]()
        self._began, self._ended, self._cancel = time.monotonic(), False, CURRENT.get()
        try:
            if self._cancel:
                self._cancel.hold(connection)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIME.pack(int(limit + LATE), 0))
            self._ask(packet)
        except BaseException:
            self.close()
            raise

    def _ask(self, packet: bytes) -> None:
        try:
            for start in range(0, len(packet), worker.FRAME):
                self._connection.sendall(packet[start : start + worker.FRAME])
            first = self._receive()
        except OSError:
            first = b""
        if not first:
            self._check()
            raise Lost
        self._take(first)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._ended:
            kind, payload = self._next()
            if kind == worker.DATA:
                return payload
            self._rest()
        raise StopIteration

    def _rest(self) -> None:
        """The answer is whole; whether the supervisor has noticed does not matter to the next query."""
        self._ended = True
        if self._cancel:
            self._cancel.release(self._connection)
        if time.monotonic() - self._began < self._quick and not (self._cancel and self._cancel.cancelled):
            self._keep(self._connection)
        else:
            self._connection.close()

    def close(self) -> None:
        """Leave; the supervisor notices, and ends the worker if it still computes."""
        if self._ended:
            return
        if self._cancel:
            self._cancel.release(self._connection)
        with contextlib.suppress(OSError):  # it is closed already
            self._connection.shutdown(socket.SHUT_RDWR)  # wakes a thread that reads it
        self._connection.close()

    def _next(self) -> tuple[bytes, bytes]:
        if not self._frames:
            self._take(self._go_on())
        return self._frames.popleft()

    def _take(self, packet: bytes) -> None:
        """Take the frames of a packet; an error that stands in their place is raised."""
        self._frames.extend(_split(packet))
        if self._frames[-1][0] == worker.FAULT:
            self.close()
            raise _fault(json.loads(self._frames[-1][1]), self._limit)

    def _go_on(self) -> bytes:
        try:
            packet = self._receive()
        except OSError:  # also where another thread has closed the answer
            packet = b""
        except QueryTimeout:
            self.close()
            raise
        if not packet:
            self.close()
            self._check()
            raise QueryFailed("The answer broke off before its end. Ask again.")
        return packet

    def _receive(self) -> bytes:
        try:
            return self._connection.recv(worker.PACKET)
        except BlockingIOError:
            raise QueryTimeout(self._limit) from None

    def _check(self) -> None:
        if self._cancel and self._cancel.cancelled:
            raise QueryCancelled


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
            return StoreBusy(about["message"])
        case "unfit":
            said = about["message"]
            return NotAcceptable(said, "CONSTRUCT or DESCRIBE", [name for name in worker.GRAPHS if name != said])
        case "heavy":
            return QueryTooHeavy(about["message"])
        case _:
            return QueryFailed(about["message"])
