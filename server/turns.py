"""Work that is done one at a time, such as the opening of an older release; few may wait for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from queries.errors import StoreBusy


class Turns:
    """One works, `waiting` wait for at most `patience` seconds; whoever comes on top is told to come back."""

    def __init__(self, waiting: int = 2, patience: float = 30.0) -> None:
        self._places, self._turn, self._patience = BoundedSemaphore(1 + waiting), Lock(), patience

    @contextmanager
    def take(self) -> Iterator[None]:
        """Do the work inside of it; raises StoreBusy."""
        if not self._places.acquire(blocking=False):
            raise StoreBusy
        try:
            if not self._turn.acquire(timeout=self._patience):
                raise StoreBusy
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()
