"""A store that is filled while its statements are still being written, on all cores once they are."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from pyoxigraph import RdfFormat, Store, parse

from loaders.apart import Afresh

MOST = 800_000  # statements, of a million that the engine takes at once, writing one more file of each index for them
MALLOC = {  # large blocks are kept, in large pages: else a sixth of the time goes into getting memory again and again
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4294967296:"
    "glibc.malloc.trim_threshold=8589934592:glibc.malloc.top_pad=67108864"
}


class Filling:
    """Fills the store of a folder in a process of its own; made by `filling`.

    The engine fills in one thread from what it is given. Files are joined to as many statements as it takes at once,
    for where an index has more than a few files it merges them over and over, which costs as much as filling. One such
    part at a time takes the core that is idle while statements are written; afterwards all cores fill. The memory is
    that of the parts at hand, not of the whole.
    """

    def __init__(self, store: Path, process: Afresh) -> None:
        self.store, self.process = store, process
        self.waiting: list[Path] = []
        self.lines: dict[Path, int] = {}
        self.begun: list[Future[None]] = []

    def take(self, file: Path) -> None:
        """Fill from a file too, now or later; it has no blank nodes and must stay until `finish` is done."""
        self.waiting.append(file)
        self.lines[file] = file.read_bytes().count(b"\n")
        if sum(not one.done() for one in self.begun) < 2 and (part := self._part()):
            self.waiting = self.waiting[len(part) :]
            self._begin([part])

    def _part(self) -> list[Path]:
        """The first files that wait, if one more would be too many."""
        total = 0
        for number, file in enumerate(self.waiting):
            total += self.lines[file]
            if number and total > MOST:
                return self.waiting[:number]
        return []

    def _begin(self, parts: list[list[Path]]) -> None:
        self.begun.append(self.process.submit(_load, self.store, parts))

    def rest(self, files: Sequence[Path]) -> None:
        """Begin to fill from all that wait and from the last files: on all cores, each with a part of equal size."""
        cores = os.cpu_count() or 1
        rounds = -(-sum(self.lines[file] for file in self.waiting) // (MOST * cores)) or 1
        number = max(rounds * cores, len(files))
        self._begin([part for i in range(number) if (part := [*files[i : i + 1], *self.waiting[i::number]])])
        self.waiting = []

    def finish(self, left: bytes) -> None:
        """Wait until all is filled; `left` are lines that are not to stand in the store."""
        for one in self.begun:
            one.result()
        self.process.submit(_leave, self.store, left).result()

    def compact(self) -> None:
        """Bring the store into the order in which it is read fastest, all of it on the disk; then the process ends."""
        self.process.submit(_compact, self.store).result()
        self.process.end()


@contextmanager
def filling(store: Path) -> Iterator[Filling]:
    """Fill a new store; its process begins with the first file."""
    process = Afresh(MALLOC)
    try:
        yield Filling(store, process)
    finally:
        process.end()


@cache
def _opened(folder: Path) -> Store:
    return Store(folder)


class _Joined:
    """Files one after another as one."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = [file.open("rb", buffering=0) for file in files]

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes; none at the end of the last file."""
        while self.files:
            if data := self.files[0].read(size):
                return data
            self.files.pop(0).close()
        return b""


def _load(folder: Path, parts: list[list[Path]]) -> None:
    """Only one file of a part may have blank nodes, and those of one must all be in one file.

    Addresses are not checked again: what writes the files has done so.
    """
    store = _opened(folder)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        load = partial(store.bulk_load, format=RdfFormat.N_QUADS, lenient=True)
        list(threads.map(load, map(_Joined, parts)))


def _leave(folder: Path, lines: bytes) -> None:
    for quad in parse(lines, RdfFormat.N_QUADS):
        _opened(folder).remove(quad)


def _compact(folder: Path) -> None:
    _opened(folder).optimize()
    _opened(folder).flush()
    _opened.cache_clear()
