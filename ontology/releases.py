"""Where a release lies: a folder of numbered releases beside a pointer to the current one."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ontology.errors import PlenaryError

DEFAULT = Path(".plenary")
ABOUT = "release.json"
NEEDED = {"number", "digest", "graphs", "statements"}


class NoRelease(PlenaryError):
    """There is nothing to serve yet, or what there was is damaged."""


class UnknownRelease(NoRelease):
    """No release of that number is kept here; `known` are those that are."""

    def __init__(self, number: int, known: list[int]) -> None:
        listed = ", ".join(map(str, known)) or "none"
        super().__init__(f"No release {number} is kept here. Kept are: {listed}.")
        self.known = known


@dataclass(frozen=True)
class Release:
    """One finished release: a folder with the dump, the store, and the files made from it."""

    folder: Path
    number: int
    about: dict[str, Any]

    @property
    def dump(self) -> Path:
        """All graphs as sorted N-Quads."""
        return self.folder / "dump.nq"

    @property
    def store(self) -> Path:
        """The Oxigraph store, to be opened read-only."""
        return self.folder / "store"

    @property
    def index(self) -> Path:
        """The search index (SQLite)."""
        return self.folder / "search.sqlite"

    @property
    def digest(self) -> str:
        """Hash of the dump: two releases with one digest say the same."""
        return str(self.about["digest"])

    @property
    def built(self) -> str:
        """When it was built, as ISO 8601; empty if it does not say."""
        return str(self.about.get("built", ""))

    @property
    def sources(self) -> list[str]:
        """Names of the graphs that sources filled."""
        return [str(name) for name in self.about["graphs"]]

    @property
    def statements(self) -> int:
        """Number of statements in all graphs."""
        return int(self.about["statements"])

    def altered(self) -> list[str]:
        """Names of files whose content is not what the build wrote; reads all of them."""
        files: dict[str, list[Any]] = self.about.get("files", {})
        return [name for name, (_, digest) in files.items() if hashed(self.folder / name) != digest]


def pointer(place: Path) -> Path:
    """The file that names the current release."""
    return place / "current"


def folder(place: Path, number: int) -> Path:
    """The folder of a numbered release."""
    return place / "releases" / str(number)


def numbers(place: Path) -> list[int]:
    """Numbers of the releases that are kept, in order."""
    return sorted(int(path.name) for path in (place / "releases").glob("*") if path.name.isdecimal())


def load(release_folder: Path) -> Release:
    """Read a release's own description; NoRelease, with the remedy, if it or a file that it lists is damaged."""
    try:
        return _read(release_folder)
    except _Fault as fault:
        raise damaged(release_folder, str(fault)) from fault


def at(place: Path, number: int) -> Release:
    """The release of that number; UnknownRelease if it is not kept, NoRelease if it is damaged."""
    if not folder(place, number).is_dir():
        raise UnknownRelease(number, numbers(place))
    return load(folder(place, number))


def named(place: Path) -> int:
    """The number that the pointer names, whether there is such a release or not; NoRelease if it names none."""
    try:
        return int(pointer(place).read_text(encoding="ascii"))
    except FileNotFoundError:
        if not numbers(place):
            raise NoRelease(f"{place}: no release here yet. Run `plenary build` first.") from None
        reason = "it is missing"
    except NotADirectoryError:
        raise NoRelease(f"{place}: this is a file. Give a folder of releases; `plenary build` makes one.") from None
    except (OSError, ValueError) as error:
        reason = str(error.strerror if isinstance(error, OSError) else error)
    raise NoRelease(f"{pointer(place)}: this file should hold the current release's number ({reason}). {_way(place)}")


def current(place: Path) -> Release:
    """The release that the pointer names; NoRelease, with the remedy, if there is none or it is damaged."""
    number = named(place)
    if not folder(place, number).is_dir():
        raise NoRelease(f"{place}: release {number} should be the current one, and is not here. {_way(place)}")
    return load(folder(place, number))


def whole(place: Path) -> Iterator[Release]:
    """The releases that are whole by names and sizes of their files, newest first."""
    for number in reversed(numbers(place)):
        try:
            yield _read(folder(place, number))
        except _Fault:
            continue


def damaged(release_folder: Path, reason: object) -> NoRelease:
    """The error for a release that cannot be used, with the remedy."""
    number = release_folder.name
    way = _way(release_folder.parent.parent, but=number)
    return NoRelease(f"release {number} is damaged: {str(reason).rstrip('.')}. {way}")


def changed(release: Release, names: list[str]) -> NoRelease:
    """The error for files whose content is not what the build wrote."""
    return damaged(release.folder, f"{', '.join(names)} changed since it was built")


def hashed(path: Path) -> str:
    """SHA-256 of a file; empty if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


class _Fault(Exception):
    """What is wrong with a release."""


def _read(release_folder: Path) -> Release:
    try:
        about = json.loads((release_folder / ABOUT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _Fault(f"{ABOUT} is missing") from None
    except (OSError, ValueError) as error:
        raise _Fault(f"{ABOUT} cannot be read ({error})") from error
    if not isinstance(about, dict) or not about.keys() >= NEEDED:
        raise _Fault(f"{ABOUT} does not describe a release")
    for name, (size, _) in about.get("files", {}).items():
        path = release_folder / name
        if not path.is_file():
            raise _Fault(f"{name} is missing")
        if path.stat().st_size != size:
            raise _Fault(f"{name} has {path.stat().st_size} bytes instead of {size}")
    return Release(release_folder, int(about["number"]), about)


def _way(place: Path, but: str = "") -> str:
    """What to do when the current release cannot be used."""
    found = next((release for release in whole(place) if str(release.number) != but), None)
    if found:
        return f"Run `plenary releases use {found.number}` to go back to a whole one, or `plenary build`."
    return "Run `plenary build`, or `plenary restore` with a backup."
