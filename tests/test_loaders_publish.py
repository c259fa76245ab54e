"""A release is on the disk before it has a name, and has its name before it is pointed to."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from pyoxigraph import Store
from small import FINISH, WORLD, append, tables

from loaders.build import build
from loaders.publish import CannotWrite, alone, prune, switch, use
from ontology import releases
from ontology.releases import NoRelease, UnknownRelease


def test_all_files_are_synced_before_the_release_is_named_and_it_before_the_pointer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, rename, replace = os.fsync, Path.rename, Path.replace
    monkeypatch.setattr(os, "fsync", lambda n: [done.append(Path(f"/proc/self/fd/{n}").resolve().name), fsync(n)])
    monkeypatch.setattr(Path, "rename", lambda self, to: [done.append("named"), rename(self, to)])
    monkeypatch.setattr(Path, "replace", lambda self, to: [done.append("pointed"), replace(self, to)])
    build(tmp_path, folder=WORLD, finish=FINISH)
    named, pointed = done.index("named"), done.index("pointed")
    assert {"dump.nq", "search.sqlite", "network.json", "release.json", "CURRENT", "store", ".building"} <= set(done[:named])
    assert done[named + 1 : pointed] == ["releases", "current.new"]
    assert done[pointed + 1 :] == [tmp_path.name]


LIMITED = """
import pathlib, resource, sys
from loaders.build import build
from queries import search
from queries.network import graph
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), -1))
try:
    build(pathlib.Path(sys.argv[1]), folder=pathlib.Path(sys.argv[2]), finish=[search.write, graph.write])
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("most", [0, 5_000, 200_000])
def test_a_disk_that_takes_no_more_ends_the_build_and_the_old_release_goes_on(
    place: Path, tmp_path: Path, most: int
) -> None:
    changed = tables(tmp_path)
    append(changed, "people", "cy-dan,Cy Dan,,")
    append(changed, "participations", "cy-dan-chair,cy-dan,chair,asb-tc-1,,,2021,,,,stated,,chapter-1,,")
    command = [sys.executable, "-c", LIMITED, str(place), str(changed), str(most)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.startswith("CannotWrite ")
    assert "The current release, if there is one, goes on. Make room" in said
    assert releases.current(place).number == 2
    assert releases.numbers(place) == [1, 2]
    assert not list((place / "releases").glob(".*"))


@pytest.mark.parametrize("full", [OSError(errno.ENOSPC, "No space left on device"), sqlite3.OperationalError("disk is full")])
def test_a_disk_that_is_full_at_the_last_step_is_told_and_leaves_nothing_behind(place: Path, full: Exception) -> None:
    def last(store: Store, folder: Path) -> None:
        raise full

    with pytest.raises(CannotWrite, match=r"\((No space left on device|disk is full)\)"):
        build(place, folder=WORLD, finish=[*FINISH, last])
    assert releases.current(place).number == 2
    assert not list((place / "releases").glob(".*"))


def test_a_folder_that_nobody_may_write_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match="could not be written"), alone(tmp_path / "file"):
        pass


def test_going_back_to_a_release_checks_it_first(place: Path) -> None:
    use(place, 1)
    assert releases.current(place).number == 1
    dump = place / "releases" / "2" / "dump.nq"
    dump.write_bytes(dump.read_bytes().replace(b"Bo Chen", b"Bo Cheu"))
    with pytest.raises(NoRelease, match=r"release 2 is damaged: dump\.nq changed since it was built"):
        use(place, 2)
    with pytest.raises(UnknownRelease, match="Kept are: 1, 2"):
        use(place, 3)
    assert releases.current(place).number == 1


def test_a_build_after_going_back_takes_a_number_that_was_never_used(place: Path, tmp_path: Path) -> None:
    use(place, 1)
    changed = tables(tmp_path)
    append(changed, "people", "cy-dan,Cy Dan,,")
    append(changed, "participations", "cy-dan-chair,cy-dan,chair,asb-tc-1,,,2021,,,,stated,,chapter-1,,")
    assert build(place, folder=changed, finish=FINISH).release.number == 3


def test_pruning_keeps_the_newest_and_the_current_one(place: Path) -> None:
    for number in "345":
        shutil.copytree(place / "releases" / "2", place / "releases" / number)
    switch(place, 2)
    assert prune(place, 2) == [1, 3]
    assert releases.numbers(place) == [2, 4, 5]


def test_a_build_of_unchanged_input_repairs_a_release_whose_files_changed(tmp_path: Path) -> None:
    release = build(tmp_path, folder=WORLD, finish=FINISH).release
    release.index.write_bytes(b"\0" * release.index.stat().st_size)
    assert build(tmp_path, folder=WORLD, finish=FINISH).release.number == 2
