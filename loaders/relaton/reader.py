"""Records as they lie in archives and folders: streamed one by one, never unpacked to disk."""

import hashlib
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from loaders.relaton.tar import members
from ontology.errors import PlenaryError

SUFFIXES = (".yaml", ".yml")
ARCHIVES = (".tar", ".tar.xz", ".tar.gz", ".tgz", ".tar.bz2", ".zip")
LARGEST = 4_000_000  # bytes of one record; the largest of the shared sets has 65,000
MOST, SWELLING = 500_000_000, 500  # bytes, and times the size, that an archive may unfold to; the shared sets: 90 times


_BROKEN = (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, EOFError)


class SourceUnusable(PlenaryError):
    """The source as a whole cannot be read; the build stops."""


class SkipRecord(PlenaryError):
    """This record cannot be used; the load goes on and the summary names it."""

    def __init__(self, place: str, field: str, problem: str, remedy: str) -> None:
        place = place if place.isprintable() else repr(place)[1:-1]  # a name may hold a line break
        super().__init__(f"{place}{f', field {field}' if field else ''}: {problem}. {remedy}")
        self.place = place
        self.field = field
        self.problem = problem
        self.remedy = remedy

    def __reduce__(self) -> tuple[type, tuple[str, str, str, str]]:
        return SkipRecord, (self.place, self.field, self.problem, self.remedy)


@dataclass(frozen=True)
class Raw:
    """One file: its name inside the archive or folder, its bytes, the time of its last change, and how far it lies.

    `share` is the part of the whole input, from 0 to 1, that has been read with it.
    """

    place: str
    data: bytes
    changed: float = 0.0
    share: float = 0.0


def read(path: Path) -> Iterator[Raw | SkipRecord]:
    """Every file of an archive, a folder or a single record, as the archive orders them, a folder by name.

    Raises SourceUnusable where the archive or folder cannot be read, even if only its end is lost.
    """
    if path.is_dir():
        yield from _folder(path)
    elif path.name.endswith(SUFFIXES):
        yield from _file(path, path.name)
    elif path.name.endswith(ARCHIVES):
        yield from _archive(path)
    elif not path.exists():
        raise SourceUnusable(f"{path}: there is no such file or folder. Check the path.")
    else:
        remedy = f"Give a folder, a .yaml file, or one of {', '.join(ARCHIVES)}."
        raise SourceUnusable(f"{path}: by its name it is no archive and no record. {remedy}")


def fingerprint(path: Path) -> str:
    """A hash of all bytes that `read` would give, with their names."""
    digest = hashlib.sha256()
    for file in _files(path) if path.is_dir() else [path]:
        digest.update(f"{file.relative_to(path) if path.is_dir() else file.name}\0".encode(errors="surrogateescape"))
        if not file.is_file():
            continue
        try:
            with file.open("rb") as opened:
                while block := opened.read(1 << 20):
                    digest.update(block)
        except OSError as error:
            raise SourceUnusable(f"{file}: it cannot be read ({error.strerror}). Check the path.") from error
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    found = ((file, file.relative_to(folder).parts) for file in folder.rglob("*"))
    # links, even to folders or to nothing, and pipes are there to be named
    return sorted(f for f, parts in found if not _is_folder(f) and not any(p.startswith(".") for p in parts))


def _is_folder(file: Path) -> bool:
    return file.is_dir() and not file.is_symlink()


def _folder(folder: Path) -> Iterator[Raw | SkipRecord]:
    found = _files(folder)
    if not found:
        raise SourceUnusable(f"{folder}: the folder holds no files. Give one with Relaton records.")
    for number, file in enumerate(found, 1):
        yield from _file(file, str(file.relative_to(folder)), number / len(found))


def _file(file: Path, place: str, share: float = 1.0) -> Iterator[Raw | SkipRecord]:
    try:
        size = file.stat().st_size if file.is_file() and not file.is_symlink() else -1
        if refused := _refused(place, size):
            yield refused
        else:
            yield Raw(place, file.read_bytes(), file.stat().st_mtime, share)
    except OSError as error:
        raise SourceUnusable(f"{file}: it cannot be read ({error.strerror}). Check the path.") from error


def _archive(path: Path) -> Iterator[Raw | SkipRecord]:
    try:
        yield from _zip(path) if path.name.endswith(".zip") else _tar(path)
    except (*_BROKEN, OSError, RuntimeError, ValueError) as error:  # the last two: an encrypted one, a strange header
        problem = getattr(error, "strerror", None) or str(error) or "its end is missing"
        raise SourceUnusable(f"{path}: the archive cannot be read ({problem}). Get it again.") from error


def _tar(path: Path) -> Iterator[Raw | SkipRecord]:
    with path.open("rb") as file:
        size = max(path.stat().st_size, 1)
        unfolded = 0
        for member in members(file):
            unfolded += max(member.size, 0)
            _bounded(unfolded, size)
            if refused := _refused(member.name, member.size):
                yield refused
            else:
                yield Raw(member.name, member.data(), member.changed, file.tell() / size)


def _zip(path: Path) -> Iterator[Raw | SkipRecord]:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _bounded(sum(member.file_size for member in members), path.stat().st_size)
        for number, member in enumerate(members, 1):
            if member.is_dir():
                continue
            if refused := _refused(member.filename, member.file_size):
                yield refused
            else:
                with archive.open(member) as file:
                    data = file.read(LARGEST + 1)  # the size that is told may be a lie
                yield Raw(member.filename, data, _time(member), number / len(members))


def _bounded(unfolded: int, size: int) -> None:
    if unfolded > max(MOST, SWELLING * size):
        raise tarfile.ReadError(f"it unfolds to over {SWELLING} times its size, as an archive bomb does")


def _time(member: zipfile.ZipInfo) -> float:
    """The time of a file in a zip; none where its fields are no date, as in archives made without one."""
    try:
        return datetime(*member.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def _refused(place: str, size: int) -> SkipRecord | None:
    """Why a member is not read at all: nothing is ever written to its path, but a strange one is not trusted."""
    if place.startswith("/") or ".." in place.split("/") or "\\" in place:
        return SkipRecord(place, "", "its path leads out of the archive", "Pack it with a plain relative path.")
    if size < 0:
        return SkipRecord(place, "", "it is a link or a device, not a file", "Pack the file itself.")
    if not place.lower().endswith(SUFFIXES):
        return SkipRecord(place, "", "by its name it is no YAML", "Name records .yaml, or leave the file out.")
    if size > LARGEST:
        return SkipRecord(place, "", f"it has {size:,} bytes, and {LARGEST:,} are allowed", "Split it into records.")
    return None
