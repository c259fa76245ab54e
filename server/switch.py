"""A running server follows the pointer: the next release is opened beside the old one and takes over in one step.

Of an endpoint elsewhere, the pointer is what `plenary publish` has written there.
"""

import gc
import logging
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask
from werkzeug.wsgi import ClosingIterator

from ontology import releases
from ontology.errors import PlenaryError
from queries.errors import StoreBusy
from queries.store import open_store
from server.app import create_app
from server.mounted import CURRENT, ERROR, TARGET
from server.served import Config, Served
from server.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOOK = 1.0  # seconds between two looks at the pointer
FAR = 30.0  # seconds between two questions to an endpoint, which release it has
OLD = 2  # releases beside the current one that are open at a time
IDLE = 300.0  # seconds after which one that nobody asks is closed
NUMBER = re.compile(r"[0-9]{1,9}")
MOUNTED = re.compile(rf"/releases/({NUMBER.pattern})(?=/|$)")
LOG = logging.getLogger("plenary.server")


@dataclass(eq=False)
class Open:
    """An app that is open: how many requests, streams included, it still answers, and when it was last asked."""

    app: Flask
    asked: int = 0
    last: float = field(default_factory=time.monotonic)

    @property
    def served(self) -> Served:
        """What the app serves."""
        served: Served = self.app.extensions["plenary"]
        return served

    @property
    def number(self) -> int | None:
        """The release's number; None for an endpoint elsewhere."""
        return self.served.store.release.number if self.served.store.release else None


class Switch:
    """A WSGI app that answers from the current release, and under `/releases/N/` from the one of that number."""

    def __init__(self, config: Config, look: float | None = None, idle: float = IDLE) -> None:
        self._config, self._idle = config, idle
        self._far = str(config.store).startswith(("http://", "https://"))
        self._look = look or (FAR if self._far else LOOK)
        self._lock, self._turns, self._ended = Lock(), Turns(), Event()
        self._current = Open(create_app(config))
        self._old: dict[int, Open] = {}
        self._retired: list[Open] = []
        self._refused: tuple[int | str, float] | None = None
        self._watcher = Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def served(self) -> Served:
        """What is served now."""
        return self._current.served

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request from the release that it asks for."""
        one = self._enter(environ)
        try:
            answer = one.app(environ, start_response)
        except BaseException:
            self._leave(one)
            raise
        return ClosingIterator(answer, [lambda: self._leave(one)])

    def close(self) -> None:
        """Close all that is open, and end its workers."""
        self._ended.set()
        self._watcher.join(LOOK if self._far else None)  # an endpoint may not answer
        with self._lock:
            opened = [self._current, *self._old.values(), *self._retired]
            self._old, self._retired = {}, []
        for one in opened:
            one.served.close()

    def _enter(self, environ: "WSGIEnvironment") -> Open:
        """The app that is to answer, counted as asked; what cannot be opened is told by the current one."""
        environ[CURRENT] = self._current.number
        path = environ.get("PATH_INFO", "")
        found = MOUNTED.match(path) if environ[CURRENT] else None
        if not found:
            environ[TARGET] = _target(environ) if environ[CURRENT] else ""
            return self._take(None)
        try:
            one = self._take(int(found[1]))
        except PlenaryError as error:
            environ[ERROR] = error
            return self._take(None)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + found[0]
        environ["PATH_INFO"] = path[found.end() :] or "/"
        return one

    def _take(self, number: int | None) -> Open:
        """The open app of a number, or the current one, counted as asked."""
        with self._lock:
            one = self._current if number in (None, self._current.number) else self._old.get(number or 0)
            if one:
                one.asked += 1
                one.last = time.monotonic()
                return one
        return self._open_old(number or 0)

    def _open_old(self, number: int) -> Open:
        """Open an older release, one at a time, in place of one that nobody asks."""
        release = releases.at(Path(self._config.store), number)
        with self._turns.take():
            with self._lock:
                known = number in self._old
                if not known and not self._make_room():
                    raise StoreBusy
            if not known:
                opened = Open(create_app(replace(self._config, release=release.number)))
                with self._lock:
                    self._old[number] = opened
        return self._take(number)

    def _make_room(self) -> bool:
        idle = sorted((one.last, number) for number, one in self._old.items() if not one.asked)
        if len(self._old) >= OLD and idle:
            self._retired.append(self._old.pop(idle[0][1]))
        return len(self._old) < OLD

    def _leave(self, one: Open) -> None:
        with self._lock:
            one.asked -= 1
            one.last = time.monotonic()

    def _watch(self) -> None:
        while not self._ended.wait(self._look):
            try:
                self._follow()
                self._tidy()
            except Exception:  # a server that no longer follows is worse than one that tries again
                LOG.exception("following the current release failed; it is tried again")

    def _follow(self) -> None:
        """Take the release that the pointer names, if it is another one and can be opened."""
        wanted = self._wanted()
        now = self._current.served.digest if self._far else self._current.number
        if wanted is None or wanted[0] == now or wanted == self._refused:
            return
        LOG.info("release %s is now the current one; opening it", wanted[0])
        try:
            opened = Open(create_app(self._config))
        except PlenaryError as error:
            LOG.error("release %s goes on, since the new one cannot be opened: %s", self._current.number, error)
            self._refused = None if self._far else wanted  # an endpoint may only have been busy
            return
        with self._lock:
            self._retired.append(self._current)
            self._current, self._refused = opened, None
            if same := self._old.pop(opened.number or 0, None):
                self._retired.append(same)
        LOG.info("%s is served", opened.served.name)

    def _wanted(self) -> tuple[int | str, float] | None:
        """The number in the pointer and when it was written, or an endpoint's digest; None while it cannot be read."""
        if self._far:
            with suppress(PlenaryError):
                found = open_store(self._config.store, self._config.limits).release
                return (found.digest, 0.0) if found else None
            return None
        place = Path(self._config.store)
        with suppress(releases.NoRelease, OSError):
            return releases.named(place), releases.pointer(place).stat().st_mtime
        return None

    def _tidy(self) -> None:
        """Close what has answered its last request."""
        now = time.monotonic()
        with self._lock:
            for number in [n for n, one in self._old.items() if not one.asked and now - one.last > self._idle]:
                self._retired.append(self._old.pop(number))
            done = [one for one in self._retired if not one.asked]
            self._retired = [one for one in self._retired if one.asked]
        for one in done:
            one.served.close()
        if done:
            settle()


def settle() -> None:
    """Give back what is no longer used, and have the collector pass over all that is left, which stays."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _target(environ: "WSGIEnvironment") -> str:
    """Where `?release=N` leads: to the same page of that release; empty if no release is named."""
    query = environ.get("QUERY_STRING", "")
    if "release=" not in query:
        return ""
    parts = query.split("&")
    number = next((part[8:] for part in parts if part.startswith("release=")), "")
    if not NUMBER.fullmatch(number):
        return ""
    rest = "&".join(part for part in parts if not part.startswith("release="))
    path = quote(environ.get("PATH_INFO", "/").encode("latin1"))
    return f"{environ.get('SCRIPT_NAME', '')}/releases/{number}{path}" + (f"?{rest}" if rest else "")
