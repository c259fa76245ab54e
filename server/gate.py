"""A gate before the endpoint, so that queries of strangers leave workers and threads to the pages."""

import time
from threading import BoundedSemaphore

from queries.errors import QueryTimeout, StoreBusy


class Gate:
    """Lets some queries in at once and some more wait; the rest are told to come back."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._inside = BoundedSemaphore(at_once)
        self._places = BoundedSemaphore(at_once + waiting)

    def enter(self, limit: float) -> float:
        """Come in, perhaps after a while; returns what is left of the limit. Whoever is in must `leave`."""
        if not self._places.acquire(blocking=False):
            raise StoreBusy
        began = time.monotonic()
        if not self._inside.acquire(timeout=limit):
            self._places.release()
            raise QueryTimeout(limit)
        return max(0.01, limit - (time.monotonic() - began))

    def leave(self) -> None:
        """Make room for the next one."""
        self._inside.release()
        self._places.release()
