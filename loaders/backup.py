"""A release as one archive, and an archive as a release again: the dump and what was made from it, with checksums."""

import gzip
import hashlib
import io
import json
import lzma
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from loaders import build, publish
from ontology import releases
from ontology.errors import PlenaryError

SUMS = "SHA256SUMS"
KINDS = {".tar": "", ".tar.gz": "gz", ".tgz": "gz", ".tar.xz": "xz", ".txz": "xz"}
BLOCK = 1024 * 1024
BROKEN = (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError, ValueError, SyntaxError)


class BackupRefused(PlenaryError):
    """A backup cannot be made as asked."""


class BadArchive(PlenaryError):
    """An archive that is no whole backup of a release; nothing of it was used."""

    def __init__(self, path: Path, reason: object) -> None:
        why = (str(reason).splitlines() or [type(reason).__name__])[0].rstrip(".:")
        super().__init__(
            f"{path}: this is no whole backup of a release ({why}). Nothing was restored. Take another backup."
        )


def backup(release: releases.Release, path: Path) -> None:
    """Write a release to an archive (.tar, .tar.gz or .tar.xz) that appears under its name only when it is whole."""
    kind = next((kind for suffix, kind in KINDS.items() if path.name.endswith(suffix)), None)
    if kind is None:
        raise BackupRefused(f"{path}: name the backup with one of {', '.join(KINDS)}.")
    if altered := release.altered():
        raise releases.changed(release, altered)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            with tarfile.open(fileobj=file, mode=f"w:{kind}") as archive:  # type: ignore[call-overload]
                _pack(release, archive)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise BackupRefused(f"{path}: the backup could not be written ({error.strerror or error}).") from error
    finally:
        with suppress(OSError):  # where nothing could be written, nothing is left
            part.unlink()


def _pack(release: releases.Release, archive: tarfile.TarFile) -> None:
    """The checksums first, then all files but the store, which is made from the dump again."""
    files = sorted(path for path in release.folder.iterdir() if path.is_file())
    sums = "".join(f"{releases.hashed(path)}  {path.name}\n" for path in files).encode()
    _add(archive, SUMS, len(sums), io.BytesIO(sums))
    for path in files:
        with path.open("rb") as file:
            _add(archive, path.name, path.stat().st_size, file)


def _add(archive: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    about = tarfile.TarInfo(name)
    about.size = size
    archive.addfile(about, content)


def restore(path: Path, place: Path, progress: Callable[[str], None] = lambda step: None) -> releases.Release:
    """Make the release of an archive the next and current one of a folder; BadArchive leaves all as it was."""
    with publish.alone(place), publish.draft(place) as work:
        progress("checking the backup")
        about = _unpack(path, work)
        progress("building the store")
        with _reading(path):
            build.fill(work)
        return publish.publish(place, work, about)


def _unpack(path: Path, work: Path) -> dict[str, Any]:
    """The files of an archive in a folder, after their checksums; returns what the release says of itself."""
    with _reading(path), tarfile.open(path, "r:*") as archive:
        members = iter(archive)
        sums = _sums(archive, next(members, None))
        for member in members:
            if not member.isreg() or member.name not in sums:
                raise BadArchive(path, f"{member.name[:80]} does not belong in it")
            if _copy(archive, member, work / member.name) != sums.pop(member.name):
                raise BadArchive(path, f"{member.name} does not have its checksum")
        if sums:
            raise BadArchive(path, f"{', '.join(sorted(sums))} missing")
        about: dict[str, Any] = json.loads((work / releases.ABOUT).read_text(encoding="utf-8"))
        if not about.keys() >= releases.NEEDED or releases.hashed(work / "dump.nq") != about["digest"]:
            raise BadArchive(path, "its dump is not what its description says")
        (work / releases.ABOUT).unlink()
        return about


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """What goes wrong when an archive is read, in words."""
    try:
        yield
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise BackupRefused(f"{path}: this backup cannot be read ({error.strerror}).") from error
    except BROKEN as error:
        raise BadArchive(path, error) from error


def _sums(archive: tarfile.TarFile, member: tarfile.TarInfo | None) -> dict[str, str]:
    """Checksums by name of file; no name leads out of the folder."""
    file = archive.extractfile(member) if member and member.name == SUMS and member.isreg() else None
    if file is None:
        raise ValueError(f"it does not begin with {SUMS}")
    pairs = (line.split("  ", 1) for line in file.read(BLOCK).decode().splitlines())
    sums = {name: digest for digest, name in pairs}
    if not {releases.ABOUT, "dump.nq"} <= sums.keys() or any("/" in name or name.startswith(".") for name in sums):
        raise ValueError(f"{SUMS} does not list the files of a release")
    return sums


def _copy(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> str:
    """Write a file of an archive; returns its checksum."""
    content, digest = archive.extractfile(member), hashlib.sha256()
    with path.open("xb") as file:
        while content and (block := content.read(BLOCK)):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()
