"""The answer of a worker, frame by frame, as the process that asked receives it."""

import contextlib
import json
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from ontology.errors import PlenaryError
from queries import worker
from queries.cancel import CURRENT, QueryCancelled
from queries.errors import NotAcceptable, QueryFailed, QuerySyntax, QueryTimeout, QueryTooHeavy, StoreBusy

LATE = 5.0  # seconds after its limit in which a supervisor has answered, or never will
TIME = struct.Struct("@ll")  # a time limit of a socket
Keep = Callable[[socket.socket], None]


class Lost(Exception):
    """The supervisor has ended, or ended this connection, before an answer began."""


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
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, TIME.pack(int(limit + LATE), 0))
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
