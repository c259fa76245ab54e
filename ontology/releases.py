"""Where a release lies: a folder of numbered releases beside a pointer to the current one."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ontology.errors import PlenaryError

DEFAULT = Path(".plenary")


class NoRelease(PlenaryError):
    """There is nothing to serve yet, or what there was is damaged."""


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
    def sources(self) -> list[str]:
        """Names of the graphs that sources filled."""
        return [str(name) for name in self.about["graphs"]]

    @property
    def statements(self) -> int:
        """Number of statements in all graphs."""
        return int(self.about["statements"])


def pointer(place: Path) -> Path:
    """The file that names the current release."""
    return place / "current"


def folder(place: Path, number: int) -> Path:
    """The folder of a numbered release."""
    return place / "releases" / str(number)


def load(release_folder: Path) -> Release:
    """Read a release's own description; NoRelease if it is not whole."""
    try:
        about = json.loads((release_folder / "release.json").read_text(encoding="utf-8"))
        return Release(release_folder, int(about["number"]), about)
    except (OSError, ValueError, KeyError) as error:
        raise NoRelease(f"{release_folder}: this is no whole release ({error}). Run `plenary build` again.") from error


def current(place: Path) -> Release:
    """The release that the pointer names; NoRelease if there is none."""
    try:
        number = int(pointer(place).read_text(encoding="ascii"))
    except FileNotFoundError:
        raise NoRelease(f"{place}: no release here yet. Run `plenary build` first.") from None
    except ValueError as error:
        raise NoRelease(f"{pointer(place)}: this file should hold a number ({error}). Run `plenary build`.") from error
    return load(folder(place, number))


def numbers(place: Path) -> list[int]:
    """Numbers of the releases that are kept, in order."""
    return sorted(int(path.name) for path in (place / "releases").glob("*") if path.name.isdigit())
