"""Archives and folders as strangers pack them: every member is a record or is named, and a lost end stops the load."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from loaders.relaton import load
from loaders.relaton.lookup import known
from loaders.relaton.parse import NotYaml, parse
from loaders.relaton.reader import Raw, SkipRecord, SourceUnusable, read
from loaders.relaton.summary import Load
from tests.test_loaders_relaton_load import ISO, NEW
from tests.world import curated_store

GOOD = ISO.encode()
LATER = 1_700_000_000  # 2023-11-14


def tarred(path: Path, members: dict[str, bytes | tarfile.TarInfo], changed: int = LATER) -> Path:
    mode = "w:xz" if path.name.endswith(".xz") else "w"
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, data in members.items():
            member = tarfile.TarInfo(name) if isinstance(data, bytes) else data
            member.size, member.mtime = len(data) if isinstance(data, bytes) else 0, changed
            tar.addfile(member, io.BytesIO(data if isinstance(data, bytes) else b""))
    return path


def link(kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo("link.yaml")
    member.type, member.linkname = kind, "/etc/passwd"
    return member


def problems(path: Path) -> list[str]:
    return [one.problem for one in read(path) if isinstance(one, SkipRecord)]


def summary(folder: Path, *paths: Path) -> Load:
    (folder / "runs").mkdir()
    return load(paths, known(curated_store()), folder / "runs", folder / "cache", lambda step: None, {})


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE], ids=["soft", "hard", "pipe"])
def test_a_link_or_device_in_an_archive_is_named_and_not_followed(tmp_path: Path, kind: bytes) -> None:
    path = tarred(tmp_path / "a.tar", {"good.yaml": GOOD, "link.yaml": link(kind)})
    assert problems(path) == ["it is a link or a device, not a file"]


def test_a_link_in_a_folder_is_named_and_what_is_hidden_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".git" / "objects" / "aa").mkdir(parents=True)
    (tmp_path / ".git" / "objects" / "aa" / "bb").write_text("x")
    (tmp_path / "link.yaml").symlink_to("/etc/passwd")
    assert problems(tmp_path) == ["it is a link or a device, not a file"]


@pytest.mark.parametrize("end", [0, 1024], ids=["between two members", "inside one"])
def test_a_plain_archive_whose_end_is_lost_stops_the_load_wherever_it_was_cut(tmp_path: Path, end: int) -> None:
    path = tarred(tmp_path / "a.tar", {"one.yaml": b"x" * 512, "two.yaml": b"x" * 512})
    path.write_bytes(path.read_bytes()[: 2048 - end // 2])
    with pytest.raises(SourceUnusable, match="cannot be read"):
        list(read(path))


def test_a_compressed_archive_that_lacks_its_last_bytes_stops_the_load(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.tar.xz", {"good.yaml": GOOD})
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(SourceUnusable, match="ended before the end-of-stream marker"):
        list(read(path))


def test_an_encrypted_archive_stops_the_load_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("good.yaml", GOOD)
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1
    path.write_bytes(data)
    with pytest.raises(SourceUnusable, match="encrypted"):
        list(read(path))


def test_a_member_that_would_unfold_to_a_flood_is_named_and_never_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("bomb.yaml", b"a" * 30_000_000)
        made.writestr("good.yaml", GOOD)
    assert problems(path) == ["it has 30,000,000 bytes, and 4,000,000 are allowed"]


def test_a_zip_that_carries_no_dates_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("good.yaml", GOOD)
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 12 : entry + 16] = b"\0\0\0\0"
    path.write_bytes(data)
    assert [one.changed for one in read(path) if isinstance(one, Raw)] == [0.0]


def test_an_archive_in_an_archive_and_a_name_with_a_line_break_are_named_on_one_line(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.tar", {"in.tar.xz": b"x", "a\nb.txt": b"x"})
    found = [str(one) for one in read(path) if isinstance(one, SkipRecord)]
    assert [line.partition(":")[0] for line in found] == ["in.tar.xz", "a\\nb.txt"]


def test_indexes_and_lists_that_lie_beside_records_are_named_and_not_half_loaded(tmp_path: Path) -> None:
    records = "\n".join(f"- docid: {{id: X {number}, type: X}}" for number in (1, 2))
    members = {"index-v1.yaml": b"---\n- {id: X 1, file: a}\n", "index.yaml": b"---\nX 1: a\n"}
    path = tarred(tmp_path / "a.tar", {**members, "all.yaml": f"---\n{records}\n".encode(), "good.yaml": GOOD})
    found = summary(tmp_path, path)
    assert [(skip.place, skip.problem) for skip in found.skipped] == [
        ("index-v1.yaml", "it is an index of records, no record"),
        ("index.yaml", "it is an index of records, no record"),
        ("all.yaml", "it is a list of 2 maps"),
    ]
    assert sum(one.records for one in found.sets) == 1


@pytest.mark.parametrize(
    "text", ["---\na: 1\nb: 2\na: 3\n", "---\na:\n  b: 1\n  b: 2\n", "a: 1\na: 2\n", "---\nx: {a: 1, a: 2}\n"]
)
def test_a_field_that_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(NotYaml, match="stands twice"):
        parse(text)


def test_several_documents_in_one_file_are_refused() -> None:
    with pytest.raises(NotYaml, match="another document"):
        parse("---\na: 1\n---\na: 2\n")


def test_each_set_has_the_day_of_its_own_archive(tmp_path: Path) -> None:
    older = tarred(tmp_path / "a.tar", {"new.yaml": NEW.encode(), "other.yaml": NEW.replace("001", "2").encode()})
    strays = {"iso.yaml": GOOD, "stray.yaml": NEW.replace("001", "3").encode()}
    newer = tarred(tmp_path / "b.tar", dict(strays), LATER + 86_400 * 30)
    found = summary(tmp_path, newer, older)
    assert {one.source: one.day for one in found.sets} == {"relaton-3gpp": "2023-11-14", "relaton-iso": "2023-12-14"}


def test_a_set_that_tells_no_day_has_the_newest_of_the_others(tmp_path: Path) -> None:
    records = tmp_path / "records"
    records.mkdir()
    (records / "a.yaml").write_text("docid: {id: ETSI 1, type: ETSI}\n")
    (records / "b.yaml").write_text(ISO)
    assert {one.day for one in summary(tmp_path, records).sets} == {"2024-08"}


def test_files_without_a_real_day_leave_it_to_the_records(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.tar", {"new.yaml": NEW.encode()}, changed=0)
    single = tmp_path / "single.yaml"
    single.write_text(ISO)
    os.utime(single, (LATER, LATER))
    found = summary(tmp_path, path, single)
    assert {one.source: one.day for one in found.sets} == {"relaton-3gpp": "2005-03-01", "relaton-iso": "2024-08"}
