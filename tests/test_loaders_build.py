"""A build ends with a checked release or leaves the old one serving."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from loaders.build import build
from loaders.check import Violations
from loaders.publish import BuildRefused, switch
from loaders.tables import BadRecords
from ontology import iris, releases
from ontology.terms import PLEN
from queries import search

WORLD = Path(__file__).parent / "world" / "tables"
FINISH = [search.write]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WORLD, tmp_path / "tables"))


def append(tables: Path, table: str, line: str) -> None:
    with (tables / "invented" / f"{table}.csv").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def test_a_release_holds_dump_store_index_and_its_own_description(tmp_path: Path) -> None:
    release = build(tmp_path, folder=WORLD, finish=FINISH).release
    store = Store.read_only(str(release.store))
    assert len(store) == release.statements == len(release.dump.read_text().splitlines())
    assert release.sources == ["derived", "invented", "ontology"]
    assert release.index.exists()


def test_two_builds_of_the_same_input_give_identical_dumps(tmp_path: Path) -> None:
    one = build(tmp_path / "one", folder=WORLD, finish=FINISH).release
    two = build(tmp_path / "two", folder=WORLD, finish=FINISH).release
    assert one.dump.read_bytes() == two.dump.read_bytes()


def test_a_build_of_unchanged_input_makes_no_second_release(tmp_path: Path) -> None:
    assert build(tmp_path, folder=WORLD, finish=FINISH).new
    assert not build(tmp_path, folder=WORLD, finish=FINISH).new
    assert releases.numbers(tmp_path) == [1]


def test_a_changed_table_makes_the_next_release_and_keeps_the_old(tmp_path: Path, tables: Path) -> None:
    build(tmp_path, folder=tables, finish=FINISH)
    append(tables, "people", "bo-chen,Bo Chen,陈博,")
    append(tables, "participations", "bo-chen-chair-tc-1,bo-chen,chair,asb-tc-1,,,2021,,,,stated,,chapter-1,,")
    assert build(tmp_path, folder=tables, finish=FINISH).release.number == 2
    assert releases.numbers(tmp_path) == [1, 2]


def test_a_bad_row_stops_the_build_and_the_old_release_goes_on(tmp_path: Path, tables: Path) -> None:
    build(tmp_path, folder=tables, finish=FINISH)
    append(tables, "participations", "x,nobody,chair,asb-tc-1,,,,,,,stated,,chapter-1,,")
    with pytest.raises(BadRecords, match="row 4, field participant: nothing is called 'nobody'"):
        build(tmp_path, folder=tables, finish=FINISH)
    assert releases.current(tmp_path).number == 1
    assert not list((tmp_path / "releases").glob(".building*"))


VIOLATIONS = [
    ("participations", "x,ann-lee,chair,asb-tc-1,,,,,,,stated,,,,", "participations.csv, row 4: .*evidence"),
    ("participations", "x,ann-lee,chair,asb-tc-1,,,2020,2019,,,stated,,chapter-1,,", "row 4: .*it ends at latest on 2019"),
    ("participations", "x,ann-lee,chair,asb-tc-1,,,,,,,,,chapter-1,,", "row 4: .*0 values of confidence"),
    ("participations", "x,,chair,asb-tc-1,,,,,,,stated,,chapter-1,,", "row 4: .*participant"),
    ("organizations", "lonely,Company,Lonely,,", "organizations.csv, row 6: .*no claim and no citation names it"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "line", "message"), VIOLATIONS)
def test_a_record_that_breaks_a_rule_is_named_by_file_and_row(
    tmp_path: Path, tables: Path, table: str, line: str, message: str
) -> None:
    append(tables, table, line)
    with pytest.raises(Violations, match=message):
        build(tmp_path, folder=tables, finish=FINISH)
    assert releases.numbers(tmp_path) == []


def test_an_unknown_source_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused, match="no source is called 'great'. Known sources: invented"):
        build(tmp_path, ["great"], folder=WORLD)


def test_a_second_build_beside_a_running_one_is_refused(tmp_path: Path) -> None:
    def meanwhile(store: Store, folder: Path) -> None:
        with pytest.raises(BuildRefused, match="another build is running"):
            build(tmp_path, folder=WORLD)

    assert build(tmp_path, folder=WORLD, finish=[*FINISH, meanwhile]).new


STEPS = ["reading curated tables", "deriving statements", "checking rules and shapes", "writing the release", "finish"]


@pytest.mark.parametrize("step", STEPS)
def test_a_build_killed_at_any_step_leaves_the_old_release(tmp_path: Path, tables: Path, step: str) -> None:
    build(tmp_path, folder=tables, finish=FINISH)
    append(tables, "participations", "x,ann-lee,chair,asb-tc-1,,,2021,,,,stated,,chapter-1,,")
    script = f"""
import os, pathlib, loaders.build
def die(step, *_):
    if step == {step!r} or _:
        os.kill(os.getpid(), 9)
loaders.build.build(pathlib.Path({str(tmp_path)!r}), folder=pathlib.Path({str(tables)!r}), progress=die, finish=[die])
"""
    killed = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(Path.cwd())}, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    release = releases.current(tmp_path)
    assert release.number == 1
    assert len(Store.read_only(str(release.store))) == release.statements
    assert build(tmp_path, folder=tables, finish=FINISH).release.number == 2


def test_a_pointer_to_a_missing_release_is_a_clear_error(tmp_path: Path) -> None:
    build(tmp_path, folder=WORLD, finish=FINISH)
    switch(tmp_path, 7)
    with pytest.raises(releases.NoRelease, match="Run `plenary releases use 1` .*or `plenary build`"):
        releases.current(tmp_path)


def test_the_lemuria_branch_is_controlled_from_atlantis_in_the_release(tmp_path: Path) -> None:
    release = build(tmp_path, folder=WORLD, finish=FINISH).release
    store = Store.read_only(str(release.store))
    branch, country = iris.thing("organization", "acme-labs-lemuria"), iris.thing("country", "at")
    found = store.quads_for_pattern(NamedNode(branch), PLEN.controlledFrom, NamedNode(country))
    assert [quad.graph_name.value for quad in found] == [iris.graph("derived")]  # type: ignore[union-attr]
