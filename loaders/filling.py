"""A store that is filled while its statements are still being written, two files at a time once they are."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from pyoxigraph import RdfFormat, Store, parse

from loaders.apart import Afresh


class Filling:
    """Fills the store of a folder in a process of its own; made by `filling`.

    The engine fills in one thread from each file. One file at a time takes the core that is idle while statements are
    written; afterwards both cores fill. The memory is that of the files at hand, not of the whole.
    """

    def __init__(self, store: Path, process: Afresh) -> None:
        self.store, self.process = store, process
        self.waiting: list[Path] = []
        self.begun: list[Future[None]] = []

    def take(self, file: Path) -> None:
        """Fill from a file too, now or later; it must stay until `finish` is done."""
        self.waiting.append(file)
        if sum(not one.done() for one in self.begun) < 2:
            self.begun.append(self.process.submit(_load, self.store, [self.waiting.pop(0)]))

    def finish(self, files: Sequence[Path], left: bytes) -> None:
        """Fill from all that wait and from further files; `left` are lines that are not to stand in the store."""
        for one in self.begun:
            one.result()
        self.process.submit(_load, self.store, [*files, *self.waiting]).result()
        self.process.submit(_leave, self.store, left).result()

    def compact(self) -> None:
        """Bring the store into the order in which it is read fastest, all of it on the disk; then the process ends."""
        self.process.submit(_compact, self.store).result()
        self.process.end()


@contextmanager
def filling(store: Path) -> Iterator[Filling]:
    """Fill a new store; its process begins with the first file."""
    process = Afresh()
    try:
        yield Filling(store, process)
    finally:
        process.end()


@cache
def _opened(folder: Path) -> Store:
    return Store(folder)


def _load(folder: Path, files: list[Path]) -> None:
    """Statements of blank nodes must all be in one file: the engine gives each file blank nodes of its own."""
    store = _opened(folder)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(lambda file: store.bulk_load(path=file, format=RdfFormat.N_QUADS), files))


def _leave(folder: Path, lines: bytes) -> None:
    for quad in parse(lines, RdfFormat.N_QUADS):
        _opened(folder).remove(quad)


def _compact(folder: Path) -> None:
    _opened(folder).optimize()
    _opened(folder).flush()
    _opened.cache_clear()
