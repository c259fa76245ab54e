"""A way for the one who waits for queries to call them off, from any thread and at any moment."""

import socket
from contextvars import ContextVar
from threading import Lock

from ontology.errors import PlenaryError


class QueryCancelled(PlenaryError):
    """Whoever asked has left; nobody waits for the answer."""

    def __init__(self) -> None:
        super().__init__("The query was called off.")


class Cancel:
    """What the queries of one request share; once cancelled, those that run end and later ones do not begin."""

    def __init__(self) -> None:
        self._lock, self._open = Lock(), set[socket.socket]()
        self.cancelled = False

    def cancel(self) -> None:
        """End every query of the request; a thread that waits for one is woken with QueryCancelled."""
        with self._lock:
            self.cancelled = True
            for connection in self._open:
                _shut(connection)

    def hold(self, connection: socket.socket) -> None:
        """Have a connection shut when the request is cancelled; raises QueryCancelled if it is already."""
        with self._lock:
            if self.cancelled:
                raise QueryCancelled
            self._open.add(connection)

    def release(self, connection: socket.socket) -> None:
        """Forget a connection that has done its work."""
        with self._lock:
            self._open.discard(connection)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself


CURRENT: ContextVar[Cancel | None] = ContextVar("cancel", default=None)
