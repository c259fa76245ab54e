"""Clients that leave before their answer is there: their queries are called off."""

import select
import socket
import time
from contextlib import suppress
from threading import Event, Thread

from queries.cancel import Cancel

EVERY = 0.25


class Watch:
    """A thread that looks a few times a second whether clients of requests that take longer are still there."""

    def __init__(self) -> None:
        self._running = dict[Cancel, tuple[socket.socket, float]]()
        self._closed = Event()
        Thread(target=self._look_again, name="leaving", daemon=True).start()

    def begin(self, client: socket.socket, cancel: Cancel) -> None:
        """From now on have `cancel` called when the client closes its connection, or half of it."""
        self._running[cancel] = client, time.monotonic()

    def end(self, cancel: Cancel) -> None:
        """No longer look after this one."""
        self._running.pop(cancel, None)

    def cancel_all(self) -> None:
        """Call off whatever runs."""
        for cancel in self._running.copy():
            cancel.cancel()

    def close(self) -> None:
        """End the thread."""
        self._closed.set()

    def _look_again(self) -> None:
        while not self._closed.wait(EVERY):
            self._look()

    def _look(self) -> None:
        poll, watched = select.poll(), dict[int, Cancel]()
        before = time.monotonic() - EVERY
        for cancel, (client, began) in self._running.copy().items():
            number = client.fileno()
            if number >= 0 and began < before and not cancel.cancelled:
                poll.register(number, select.POLLRDHUP)
                watched[number] = cancel
        for number, _ in poll.poll(0) if watched else ():
            with suppress(KeyError):
                watched[number].cancel()
