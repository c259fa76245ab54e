"""A damaged folder of releases is refused with what is wrong and the remedy, whatever the damage."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from clocks import stretched
from conftest import ROOT

from ontology import releases
from ontology.releases import NoRelease, UnknownRelease
from server.app import create_app
from server.served import Config

Damage = Callable[[Path], object]


def of_second(pattern: str, change: Damage) -> Damage:
    """Change each file of release 2 that has such a name."""

    def damage(place: Path) -> None:
        found = list((place / "releases" / "2").glob(pattern))
        assert found
        for path in found:
            change(path)

    return damage


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] if path.stat().st_size else b"x")


def blank(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def pointer(text: str) -> Damage:
    return lambda place: (place / "current").write_text(text)


FILES = ["dump.nq", "search.sqlite", "network.json", "release.json", "store/CURRENT", "store/MANIFEST-*", "store/*.sst"]
DAMAGES = [
    *((f"{name} missing", of_second(name, Path.unlink)) for name in FILES),
    *((f"{name} cut", of_second(name, cut)) for name in FILES),
    ("release.json rubbish", of_second("release.json", blank)),
    ("release.json a list", of_second("release.json", lambda path: path.write_text("[]"))),
    ("release.json empty", of_second("release.json", lambda path: path.write_text("{}"))),
    ("store missing", of_second("store", shutil.rmtree)),
    ("release missing", lambda place: shutil.rmtree(place / "releases" / "2")),
]
POINTERS = [
    ("missing", lambda place: (place / "current").unlink()),
    ("empty", pointer("")),
    ("rubbish", pointer("\0\xff")),
    ("negative", pointer("-1")),
    ("to nothing", pointer("77")),
    ("a folder", lambda place: [(place / "current").unlink(), (place / "current").mkdir()]),
]


@pytest.mark.parametrize(("what", "damage"), DAMAGES, ids=[what for what, _ in DAMAGES])
def test_a_damaged_folder_is_refused_with_the_way_back_to_the_older_whole_release(
    place: Path, what: str, damage: Damage
) -> None:
    damage(place)
    with pytest.raises(NoRelease, match=r"`plenary releases use 1` to go back to a whole one, or `plenary build`"):
        releases.current(place)


@pytest.mark.parametrize(("what", "damage"), POINTERS, ids=[what for what, _ in POINTERS])
def test_a_damaged_pointer_is_told_with_the_newest_whole_release(place: Path, what: str, damage: Damage) -> None:
    damage(place)
    with pytest.raises(NoRelease, match=r"`plenary releases use 2` to go back to a whole one, or `plenary build`"):
        releases.current(place)


@pytest.mark.parametrize("name", ["dump.nq", "search.sqlite", "network.json"])
def test_a_file_of_the_right_size_with_rubbish_in_it_is_refused_when_it_is_opened(place: Path, name: str) -> None:
    blank(place / "releases" / "2" / name)
    with pytest.raises(NoRelease, match=r"release 2 is damaged: .*`plenary releases use 1`"):
        create_app(Config(store=place))


def test_the_file_that_is_damaged_is_named_with_what_is_wrong(place: Path) -> None:
    size = (place / "releases" / "2" / "dump.nq").stat().st_size
    cut(place / "releases" / "2" / "dump.nq")
    with pytest.raises(NoRelease, match=f"release 2 is damaged: dump.nq has {size - 1} bytes instead of {size}"):
        releases.current(place)


def test_where_no_release_is_whole_build_and_restore_are_the_remedy(place: Path) -> None:
    for number in "12":
        (place / "releases" / number / "dump.nq").unlink()
    with pytest.raises(NoRelease, match=r"Run `plenary build`, or `plenary restore` with a backup\."):
        releases.current(place)


def test_a_folder_without_any_release_is_told_to_build_first(tmp_path: Path) -> None:
    with pytest.raises(NoRelease, match="Run `plenary build` first"):
        releases.current(tmp_path)


def test_an_unknown_number_is_told_with_those_that_are_kept(place: Path) -> None:
    with pytest.raises(UnknownRelease, match=r"No release 7 is kept here\. Kept are: 1, 2\."):
        releases.at(place, 7)


def test_content_that_changed_at_the_same_size_is_found_by_its_checksum(place: Path) -> None:
    release = releases.current(place)
    assert release.altered() == []
    path = release.dump
    path.write_bytes(path.read_bytes().replace(b"Bo Chen", b"Bo Cheu"))
    assert release.altered() == ["dump.nq"]


def test_a_release_without_checksums_as_older_ones_are_is_still_served(place: Path) -> None:
    about = place / "releases" / "2" / "release.json"
    told = json.loads(about.read_text())
    del told["files"]
    about.write_text(json.dumps(told))
    assert releases.current(place).altered() == []


@pytest.mark.parametrize("damage", ["dump.nq", "release.json", "search.sqlite"])
def test_a_server_of_a_damaged_release_ends_at_once_with_one_sentence(place: Path, damage: str) -> None:
    cut(place / "releases" / "2" / damage)
    command = [sys.executable, "-m", "server.cli", "serve", "--port", "0", "--store", str(place)]
    ended = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=stretched(20), check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("plenary: release 2 is damaged: ")
    assert len(ended.stderr.splitlines()) == 1
