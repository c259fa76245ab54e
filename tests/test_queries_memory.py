"""A large release is answered from disk at once, and from memory once it is there and if it has room."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from clocks import until
from pools import ROWS_FOREVER, SIZE, embedded, lives, place, supervisor
from pyoxigraph import Literal, RdfFormat
from pyoxigraph import Store as Engine

from queries import embedded as client
from queries import memory
from queries.limits import Limits
from queries.store import CheckedStore, open_store

LARGE = 2_000_001  # statements, by its own description
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GIGABYTE = 1_000_000_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release that says it is large, on a machine with four gigabytes left."""
    monkeypatch.setattr(client, "LATE", 0.2)
    have(tmp_path, monkeypatch, 4 * GIGABYTE)
    dump = place(tmp_path, LARGE) / "releases" / "1" / "dump.nq"
    Engine(dump.parent / "store").bulk_load(path=dump, format=RdfFormat.N_QUADS)
    return tmp_path


def have(folder: Path, monkeypatch: pytest.MonkeyPatch, left: int) -> None:
    (folder / "meminfo").write_text(f"MemTotal: 9000000000 kB\nMemAvailable: {left // 1024} kB\nCached: 1 kB\n")
    monkeypatch.setattr(memory, "MACHINE", folder / "meminfo")
    monkeypatch.setattr(memory, "GROUP", folder / "no container")


@pytest.fixture
def opened(folder: Path) -> Iterator[list[CheckedStore]]:
    """Where a test puts its stores, so that they are closed."""
    stores: list[CheckedStore] = []
    yield stores
    for store in stores:
        store.close()


def grow(folder: Path, opened: list[CheckedStore], **limits: str) -> CheckedStore:
    store = open_store(folder, Limits(workers=2, most=4, **limits), grow=True)  # type: ignore[arg-type]
    assert isinstance(store, CheckedStore)
    opened.append(store)
    return store


def count(store: CheckedStore) -> int:
    found = store.select(COUNT).rows[0][0]
    assert isinstance(found, Literal)
    return int(found.value)


def supervisors(store: CheckedStore) -> int:
    return len(embedded(store)._begun)


def test_a_large_release_goes_to_memory_and_no_answer_is_lost_on_the_way(
    folder: Path, opened: list[CheckedStore]
) -> None:
    store = grow(folder, opened)
    first = supervisor(store)
    with store.stream(ROWS_FOREVER, "text/csv") as answer:
        assert next(iter(answer))
        while not store.state()["in_memory"]:
            assert count(store) == SIZE
        assert supervisor(store) != first
        assert count(store) == SIZE
        assert next(iter(answer))
        assert lives(first)
    assert until(lambda: not lives(first))
    assert store.state()["restarts"] == 0
    assert count(store) == SIZE


def test_one_that_would_take_more_than_half_of_what_is_left_stays_on_disk(
    folder: Path, opened: list[CheckedStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    # 2,000,001 statements of 480 bytes are 0.96 GB.
    have(folder, monkeypatch, 19 * GIGABYTE // 10)
    store = grow(folder, opened)
    assert supervisors(store) == 1
    have(folder, monkeypatch, 2 * GIGABYTE)
    assert supervisors(grow(folder, opened)) == 2


@pytest.mark.parametrize("hold", ["disk", "memory"])
def test_where_it_is_held_can_be_set(folder: Path, opened: list[CheckedStore], hold: str) -> None:
    store = grow(folder, opened, hold=hold)
    assert supervisors(store) == 1
    assert store.state()["in_memory"] == (hold == "memory")


def test_one_that_memory_cannot_take_is_answered_from_disk_and_that_is_told(
    folder: Path, opened: list[CheckedStore], caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "releases" / "1" / "dump.nq").write_text("<http://x> oops")
    store = grow(folder, opened)
    assert until(lambda: supervisors(store) == 1)
    assert count(store) == SIZE
    assert "release 1 stays on disk, since memory could not take it" in caplog.text


def test_a_supervisor_in_memory_that_dies_is_followed_by_one_on_disk_which_grows_again(
    folder: Path, opened: list[CheckedStore]
) -> None:
    store = grow(folder, opened)
    assert until(lambda: store.state()["in_memory"] and supervisors(store) == 1)
    os.kill(supervisor(store), 9)
    assert count(store) == SIZE
    assert until(lambda: store.state()["in_memory"])
    assert store.state()["restarts"] == 1


def test_a_store_that_is_closed_while_it_reads_leaves_no_process(folder: Path, opened: list[CheckedStore]) -> None:
    dump = folder / "releases" / "1" / "dump.nq"
    dump.unlink()
    os.mkfifo(dump)  # nobody writes to it, so reading does not end
    store = grow(folder, opened)
    pids = [running.pid for running in embedded(store)._begun]
    assert len(pids) == 2
    store.close()
    assert not any(map(lives, pids))


@pytest.mark.parametrize(
    ("most", "left"),
    # 2.5 of 3 GB are taken, one of which the kernel would give back at once.
    [("3000000000", 3 * GIGABYTE // 2), ("max", 4 * GIGABYTE), ("9000000000", 4 * GIGABYTE), ("1", 0)],
)
def test_a_container_may_have_less_than_its_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: str, left: int
) -> None:
    have(tmp_path, monkeypatch, 4 * GIGABYTE)
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    for file, said in {"max": most, "current": "2500000000", "stat": "anon 9\ninactive_file 1000000000"}.items():
        (tmp_path / f"memory.{file}").write_text(said + "\n")
    assert memory.free() == left
