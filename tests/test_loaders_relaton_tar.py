"""The scanner of archives: it gives what `tarfile` wrote, and refuses what is damaged."""

import io
import tarfile
from pathlib import Path

import pytest

from loaders.relaton.tar import members

NAMES = ["a.yaml", f"{'d' * 60}/{'e' * 80}.yaml", f"{'f' * 140}/{'g' * 200}.yaml", "données/é.yaml"]


def written(path: Path, mode: str = "w", format_: int = tarfile.GNU_FORMAT) -> Path:
    with tarfile.open(path, mode, format=format_) as archive:  # type: ignore[call-overload]
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for number, name in enumerate(NAMES):
            member = tarfile.TarInfo(name)
            member.size, member.mtime = 511 + number, 1_700_000_000 + number
            archive.addfile(member, io.BytesIO(bytes([number]) * member.size))
    return path


def found(path: Path) -> list[tuple[str, float, bytes]]:
    with path.open("rb") as file:
        return [(member.name, member.changed, member.data()) for member in members(file)]


EXPECTED = [(name, 1_700_000_000 + number, bytes([number]) * (511 + number)) for number, name in enumerate(NAMES)]


@pytest.mark.parametrize("mode", ["w", "w:xz", "w:gz", "w:bz2"])
@pytest.mark.parametrize("format_", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_member_is_read_whole_however_its_name_is_written(tmp_path: Path, mode: str, format_: int) -> None:
    assert found(written(tmp_path / "a.tar", mode, format_)) == EXPECTED


def test_members_that_nobody_reads_are_passed_over(tmp_path: Path) -> None:
    with written(tmp_path / "a.tar").open("rb") as file:
        assert [member.name for member in members(file)] == NAMES


def test_a_link_has_no_size(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        link = tarfile.TarInfo("link.yaml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with (tmp_path / "a.tar").open("rb") as file:
        assert [(member.name, member.size) for member in members(file)] == [("link.yaml", -1)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"A" + data[1:],  # another name than the checksum is of
        lambda data: data[:1300],  # within the first member
        lambda data: data[:700],  # within a header
        lambda data: with_size(data, b"\xff" * 12),  # a size below nothing
    ],
)
def test_a_damaged_archive_is_refused(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    whole = written(tmp_path / "a.tar").read_bytes()
    (tmp_path / "b.tar").write_bytes(damage(whole))
    with pytest.raises(tarfile.ReadError):
        found(tmp_path / "b.tar")


def with_size(data: bytes, size: bytes) -> bytes:
    """The archive with another size, and the checksum that belongs to it, in its first header."""
    header = bytearray(data[:512])
    header[124:136], header[148:156] = size, b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    return bytes(header) + data[512:]
