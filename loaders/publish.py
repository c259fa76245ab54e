"""How a release comes to be: written beside the others, made durable, named in one step, and only then pointed to."""

import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ontology import releases
from ontology.errors import PlenaryError

PASSING = {"LOG", "LOCK"}  # files of the engine that hold no data


class BuildRefused(PlenaryError):
    """The build cannot start."""


class CannotWrite(PlenaryError):
    """The release could not be written; the current one goes on."""


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Hold the folder's lock, and clear away what a killed build left; raises BuildRefused or CannotWrite."""
    with _told(place):
        (place / "releases").mkdir(parents=True, exist_ok=True)
        lock = (place / "lock").open("w")
    with lock:
        _lock(place, lock.fileno())
        with _told(place):
            for left in (place / "releases").glob(".*"):
                shutil.rmtree(left)
        yield


def _lock(place: Path, file: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise BuildRefused(f"{place}: another build is running here. Wait for it, or use --store.") from None


@contextmanager
def _told(place: Path) -> Iterator[None]:
    """What the disk refuses, in words."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise CannotWrite(
            f"{place}: the release could not be written ({reason}). The current release, if there is one, goes on. "
            "Make room or leave to write there, and run the command again."
        ) from error


@contextmanager
def draft(place: Path) -> Iterator[Path]:
    """A new folder for the files of a release, which is gone afterwards unless it was published; raises CannotWrite."""
    work = place / "releases" / ".building"
    with _told(place):
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def publish(place: Path, work: Path, about: dict[str, Any]) -> releases.Release:
    """Make the drafted folder the next release, and the current one; `about` is what it says of itself."""
    kept = releases.numbers(place)
    number = (kept[-1] if kept else 0) + 1
    described = about | {"number": number, "files": dict(_described(work))}
    text = json.dumps(described, indent=2, ensure_ascii=False)
    (work / releases.ABOUT).write_text(text, encoding="utf-8")
    for path in (*work.rglob("*"), work):
        _sync(path)
    work.rename(releases.folder(place, number))
    _sync(place / "releases")
    switch(place, number)
    return releases.at(place, number)


def switch(place: Path, number: int) -> None:
    """Make a release the current one, in one step."""
    draft = place / "current.new"
    draft.write_text(f"{number}\n", encoding="ascii")
    _sync(draft)
    draft.replace(releases.pointer(place))
    _sync(place)


def use(place: Path, number: int) -> None:
    """Make a release the current one, if its files are as they were built; NoRelease if it is not kept or not whole."""
    release = releases.at(place, number)
    if altered := release.altered():
        raise releases.changed(release, altered)
    with alone(place), _told(place):
        switch(place, number)


def prune(place: Path, keep: int) -> list[int]:
    """Remove all but the newest `keep` releases and the current one; returns the numbers of those removed."""
    gone = [number for number in releases.numbers(place)[:-keep] if number != releases.named(place)]
    for number in gone:
        doomed = place / "releases" / f".removed-{number}"
        releases.folder(place, number).rename(doomed)
        shutil.rmtree(doomed)
    return gone


def _described(work: Path) -> Iterator[tuple[str, list[Any]]]:
    """Name, size in bytes and SHA-256 of each file."""
    for path in sorted(path for path in work.rglob("*") if path.is_file() and path.name not in PASSING):
        yield str(path.relative_to(work)), [path.stat().st_size, releases.hashed(path)]


def _sync(path: Path) -> None:
    """Have a file or a folder on the disk before what depends on it."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
