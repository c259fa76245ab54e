"""Files to records on all cores, in the order of the files, and kept for the next build of the same files."""

import hashlib
import os
import pickle
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from loaders.relaton import contributors, groups, reader, tar, values
from loaders.relaton import parse as parser
from loaders.relaton import record as recorder
from loaders.relaton.parse import NotYaml, Shape, parse
from loaders.relaton.reader import Raw, SkipRecord, fingerprint, read
from loaders.relaton.record import LONGEST, Record, record, short
from ontology import dates

BATCH = 400  # files
Progress = Callable[[str], None]


@dataclass
class Batch:
    """What files gave: records, files skipped, records counted by their fields, the newest file of each set."""

    records: list[Record] = field(default_factory=list)
    skipped: list[SkipRecord] = field(default_factory=list)
    shapes: Counter[Shape] = field(default_factory=Counter)
    changed: dict[str, float] = field(default_factory=dict)


def files(raws: list[Raw | SkipRecord]) -> bytes:
    """Parse some files; the answer is a pickled Batch."""
    batch = Batch()
    for raw in raws:
        if isinstance(raw, SkipRecord):
            batch.skipped.append(raw)
            continue
        try:
            value, shape = parse(_decoded(raw))
            found = record(raw.place, value)
            if len(raw.data) > LONGEST:  # else none of its texts can be too long
                short(found)
            batch.records.append(found)
            batch.shapes[shape] += 1
            batch.changed[found.flavour] = max(batch.changed.get(found.flavour, 0.0), raw.changed)
        except NotYaml as error:
            batch.skipped.append(
                SkipRecord(raw.place, "", f"it is no usable YAML ({error})", "Correct it, or get it again.")
            )
        except SkipRecord as error:
            batch.skipped.append(error)
    return pickle.dumps(batch, pickle.HIGHEST_PROTOCOL)


def _decoded(raw: Raw) -> str:
    if not raw.data.strip():
        raise SkipRecord(raw.place, "", "the file is empty", "Get it again.")
    try:
        return raw.data.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"byte {error.start + 1}, 0x{raw.data[error.start]:02x}, is not UTF-8"
        raise SkipRecord(raw.place, "", byte, "Save the file as UTF-8.") from None


def batches(path: Path, cache: Path, progress: Progress, pool: Executor) -> Iterator[Batch]:
    """The batches of an archive or folder: from the cache, where its bytes and this code have been met before."""
    kept = cache / f"relaton-{_key(path)}.records"
    if kept.exists():
        progress(f"{path.name}: unchanged, taken from the cache")
        yield from map(_unpacked, _framed(kept))
        return
    cache.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{os.getpid()}.new")
    try:
        with draft.open("wb") as file:
            for packed in _parsed(path, progress, pool):
                file.write(len(packed).to_bytes(4, "big") + packed)
                yield _unpacked(packed)
        draft.replace(kept)
    finally:
        draft.unlink(missing_ok=True)


def _unpacked(packed: bytes) -> Batch:
    batch: Batch = pickle.loads(packed)  # noqa: S301  (made by `files`, in this process's children or an earlier build)
    return batch


def _framed(kept: Path) -> Iterator[bytes]:
    with kept.open("rb") as file:
        while size := file.read(4):
            yield file.read(int.from_bytes(size, "big"))


def _key(path: Path) -> str:
    """Hash of the input, of the code that reads it, and of the Python whose bytes it is kept in."""
    digest = hashlib.sha256(fingerprint(path).encode())
    for module in (contributors, groups, parser, reader, recorder, tar, values, dates):
        digest.update(Path(str(module.__file__)).read_bytes())
    digest.update(Path(__file__).read_bytes())
    digest.update(sys.version.encode())
    return digest.hexdigest()[:32]


def _parsed(path: Path, progress: Progress, pool: Executor) -> Iterator[bytes]:
    raws = read(path)
    first = list(islice(raws, BATCH))
    if len(first) < BATCH:  # too few to be worth other processes
        yield files(first)
        return
    clock = _Clock(path.name, progress)
    waiting: deque[Future[bytes]] = deque()
    waiting.append(pool.submit(files, first))
    while batch := list(islice(raws, BATCH)):
        waiting.append(pool.submit(files, batch))
        if len(waiting) > 2 * (os.cpu_count() or 1):
            yield waiting.popleft().result()
            clock.tick(BATCH, getattr(batch[-1], "share", 0.0))
    while waiting:
        yield waiting.popleft().result()


class _Clock:
    """Says every two seconds how far a long reading is."""

    def __init__(self, name: str, progress: Progress) -> None:
        self.name, self.progress = name, progress
        self.began = self.said = time.monotonic()
        self.done = 0

    def tick(self, number: int, share: float) -> None:
        """Count some files; `share` is the part of all input that has been read."""
        self.done += number
        now = time.monotonic()
        if now - self.said > 2:
            self.said = now
            left = f", {(now - self.began) * (1 - share) / share:,.0f} s left" if share else ""
            rate = f"{self.done / (now - self.began):,.0f} a second"
            self.progress(f"{self.name}: {self.done:,} records read, {rate}{left}")
