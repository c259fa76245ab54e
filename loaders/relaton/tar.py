"""Members of a tar archive, plain or compressed, in one pass: `tarfile` takes five times as long for small files."""

import bz2
import gzip
import io
import lzma
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tarfile import ReadError, calc_chksums, nti  # type: ignore[attr-defined]
from typing import Any, BinaryIO

BLOCK = 512
_YEAR_9999 = 253_370_764_800  # seconds; a later day cannot be written
_LONGEST = 1 << 20  # bytes of a long name or of what POSIX says of a member
_OPENERS: dict[bytes, Callable[..., Any]] = {
    b"\xfd7zXZ": lzma.LZMAFile, b"\x5d\x00\x00": lzma.LZMAFile, b"BZh": bz2.BZ2File,
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
}  # fmt: skip
_PLAIN, _FOLDER, _LONG_NAME, _LONG_LINK, _OF_NEXT, _OF_ALL = b"07\0", b"5", b"L", b"K", b"xX", b"g"
_ENTRY = re.compile(rb"(\d+) ([^=]+)=")


@dataclass
class Member:
    """One member: its name, the time of its last change and its size in bytes, or -1 where it is no plain file."""

    name: str
    changed: float
    size: int
    data: Callable[[], bytes]


def members(file: BinaryIO) -> Iterator[Member]:
    """The members of an archive but folders, in its order; `data` reads one and may be called before the next only.

    Raises tarfile.ReadError, or the error of the compression, where the archive is damaged or cut.
    """
    return _Reading(_opened(file)).members()


def _opened(file: BinaryIO) -> BinaryIO:
    first = file.read(6)
    file.seek(0)
    opener = next((found for magic, found in _OPENERS.items() if first.startswith(magic)), None)
    return io.BufferedReader(opener(file), 1 << 20) if opener else file


class _Reading:
    def __init__(self, file: BinaryIO) -> None:
        self.file, self.left = file, 0
        self.of_next: dict[str, str] = {}

    def members(self) -> Iterator[Member]:
        while (header := self.file.read(BLOCK)) and header.count(0) < BLOCK:
            kind, size = self._checked(header)
            if size < 0 or (kind in _LONG_NAME + _LONG_LINK + _OF_NEXT + _OF_ALL and size > _LONGEST):
                raise ReadError(f"a header tells of {size:,} bytes")
            if kind in _LONG_NAME + _LONG_LINK + _OF_NEXT + _OF_ALL:
                self._extension(kind, self._data(size))
                continue
            told, self.of_next = self.of_next, {}
            size = _number(told["size"]) if "size" in told else size
            self.left = size + -size % BLOCK
            name = told.get("path") or _name(header)
            if kind != _FOLDER and not name.endswith("/"):
                plain = kind in _PLAIN and not any(key.startswith("GNU.sparse") for key in told)
                changed = _time(told["mtime"]) if "mtime" in told else nti(header[136:148])
                changed = changed if changed < _YEAR_9999 else 0.0
                yield Member(name, changed, size if plain else -1, lambda size=size: self._data(size))  # type: ignore[misc]
            self._skip()
        if not header:
            raise ReadError("its end is missing")
        while self.file.read(1 << 20):  # so that the end of the compression is missed too
            pass

    def _checked(self, header: bytes) -> tuple[bytes, int]:
        """Type and size of a member by its header."""
        if len(header) < BLOCK:
            raise ReadError("it ends within a header")
        told = nti(header[148:156])
        if sum(header) - sum(header[148:156]) + 256 != told and told not in calc_chksums(header):
            raise ReadError("the checksum of a header is wrong")
        return header[156:157], nti(header[124:136])

    def _data(self, size: int) -> bytes:
        data = self.file.read(size + -size % BLOCK)
        if len(data) < size:
            raise ReadError("its end is missing")
        self.left = 0
        return data[:size]

    def _skip(self) -> None:
        while self.left:
            skipped = len(self.file.read(min(self.left, 1 << 20)))
            if not skipped:
                raise ReadError("its end is missing")
            self.left -= skipped

    def _extension(self, kind: bytes, data: bytes) -> None:
        """What a header of GNU's or of POSIX says of the next member; what holds for all members is not used."""
        if kind == _LONG_NAME:
            self.of_next["path"] = _text(data)
        while kind in _OF_NEXT and (match := _ENTRY.match(data)):
            length = int(match[1])
            self.of_next[_text(match[2])] = _text(data[match.end() : length - 1])
            data = data[max(length, match.end()) :]


def _number(told: str) -> int:
    whole = told.partition(".")[0]
    if not whole.isdecimal():
        raise ReadError(f"{told!r} is no number")
    return int(whole)


def _time(told: str) -> float:
    """A time in seconds, with or without a fraction, before 1970 too; one that is none counts as not told."""
    return float(told) if re.fullmatch(r"-?\d{1,20}(\.\d*)?", told) else 0.0


def _name(header: bytes) -> str:
    name = _text(header[:100])
    before = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
    return f"{before}/{name}" if before else name


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
