"""A backup is whole or refused, and what is restored from it says the same as what was backed up."""

import io
import tarfile
from pathlib import Path

import pytest
from pyoxigraph import Store

from loaders.backup import BackupRefused, BadArchive, backup, restore
from ontology import releases
from ontology.releases import NoRelease
from server.app import create_app
from server.served import Config


@pytest.fixture(scope="module")
def archive(two: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "plenary.tar"
    backup(releases.current(two), path)
    return path


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


def pack(path: Path, files: dict[str, bytes], **odd: bytes) -> Path:
    """An archive of these files; `odd` sets the type of some."""
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size, about.type = len(content), odd.get(name.partition(".")[0], tarfile.REGTYPE)
            archive.addfile(about, io.BytesIO(content))
    return path


@pytest.mark.parametrize("suffix", ["tar", "tar.gz", "tar.xz"])
def test_a_restored_release_has_the_digest_of_the_one_backed_up_and_is_served(
    two: Path, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"plenary.{suffix}"
    backup(releases.current(two), file)
    release = restore(file, tmp_path / "new")
    assert (release.number, release.digest) == (1, releases.current(two).digest)
    assert release.dump.read_bytes() == releases.current(two).dump.read_bytes()
    assert len(Store.read_only(str(release.store))) == release.statements
    app = create_app(Config(store=tmp_path / "new"))
    assert "Bo Chen" in app.test_client().get("/id/person/bo-chen", headers={"Accept": "text/html"}).text
    app.extensions["plenary"].close()


def test_an_older_release_can_be_backed_up_and_comes_back_under_the_next_number(place: Path, tmp_path: Path) -> None:
    backup(releases.at(place, 1), tmp_path / "one.tar")
    release = restore(tmp_path / "one.tar", place)
    assert release.number == 3 == releases.current(place).number
    assert release.digest == releases.at(place, 1).digest


def test_a_backup_carries_the_checksums_of_all_its_files(archive: Path) -> None:
    files = members(archive)
    listed = {line.split()[1] for line in files["SHA256SUMS"].decode().splitlines()}
    assert next(iter(files)) == "SHA256SUMS"
    assert listed == files.keys() - {"SHA256SUMS"} == {"dump.nq", "network.json", "release.json", "search.sqlite"}


def test_a_release_that_changed_since_it_was_built_is_not_backed_up(place: Path, tmp_path: Path) -> None:
    index = releases.current(place).index
    index.write_bytes(b"\0" * index.stat().st_size)
    with pytest.raises(NoRelease, match=r"search\.sqlite changed since it was built"):
        backup(releases.current(place), tmp_path / "x.tar")
    assert list(tmp_path.glob("*.tar")) == []


def test_a_backup_that_cannot_be_written_leaves_no_part_behind(two: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="could not be written"):
        backup(releases.current(two), tmp_path / "missing" / "x.tar")
    with pytest.raises(BackupRefused, match=r"name the backup with one of \.tar, \.tar\.gz"):
        backup(releases.current(two), tmp_path / "x.zip")
    (tmp_path / "x.tar").mkdir()
    with pytest.raises(BackupRefused, match="could not be written"):
        backup(releases.current(two), tmp_path / "x.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["x.tar"]


def refused(path: Path, place: Path, match: str) -> None:
    """The archive is refused, and the place is as it was."""
    with pytest.raises(BadArchive, match=match):
        restore(path, place)
    assert releases.numbers(place) == [1, 2]
    assert releases.current(place).number == 2
    assert not list((place / "releases").glob(".*"))


@pytest.mark.parametrize("part", [0.0, 0.001, 0.3, 0.7, 0.97])
def test_an_archive_that_is_cut_off_is_refused(place: Path, archive: Path, tmp_path: Path, part: float) -> None:
    whole = archive.read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: int(part * len(whole))])
    refused(tmp_path / "cut.tar", place, "no whole backup of a release .* Nothing was restored")


@pytest.mark.parametrize("suffix", ["tar.gz", "tar.xz"])
def test_a_compressed_archive_that_is_cut_off_or_altered_is_refused(
    two: Path, place: Path, tmp_path: Path, suffix: str
) -> None:
    file = tmp_path / f"x.{suffix}"
    backup(releases.current(two), file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    refused(file, place, "no whole backup")
    file.write_bytes(whole[: len(whole) // 2] + b"\0\1\2\3" + whole[len(whole) // 2 + 4 :])
    refused(file, place, "no whole backup")


def test_an_archive_with_one_letter_changed_is_refused(place: Path, archive: Path, tmp_path: Path) -> None:
    altered = archive.read_bytes().replace(b"Bo Chen", b"Bo Cheu", 1)
    (tmp_path / "altered.tar").write_bytes(altered)
    refused(tmp_path / "altered.tar", place, "does not have its checksum")


@pytest.mark.parametrize("name", ["../../escaped", "/tmp/escaped", "store/x", ".hidden"])
def test_a_path_that_leads_out_of_the_archive_is_refused_even_if_it_is_listed(
    place: Path, archive: Path, tmp_path: Path, name: str
) -> None:
    files = members(archive)
    sums = files["SHA256SUMS"] + f"{'0' * 64}  {name}\n".encode()
    refused(pack(tmp_path / "x.tar", files | {"SHA256SUMS": sums, name: b""}), place, "does not list the files")
    refused(pack(tmp_path / "y.tar", files | {name: b""}), place, "does not belong in it")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_a_member_that_is_no_file_is_refused(place: Path, archive: Path, tmp_path: Path, kind: bytes) -> None:
    refused(pack(tmp_path / "x.tar", members(archive), search=kind), place, "does not belong in it")


def test_an_archive_without_one_of_its_files_is_refused(place: Path, archive: Path, tmp_path: Path) -> None:
    files = members(archive)
    del files["network.json"]
    refused(pack(tmp_path / "x.tar", files), place, "network.json missing")


def test_a_place_where_nothing_can_be_written_is_told(two: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BackupRefused, match="could not be written"):
        backup(releases.current(two), tmp_path / "file" / "x.tar")


def test_a_file_that_is_no_archive_is_refused(place: Path, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("no archive\n" * 1000)
    refused(tmp_path / "x.tar", place, "no whole backup")
    with pytest.raises(BackupRefused, match="cannot be read"):
        restore(tmp_path / "none.tar", place)
