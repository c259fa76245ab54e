"""What strangers ask leaves room for the rest: two lanes, places of pages, called-off requests, and processes that die."""

import contextlib
import os
import random
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from clocks import stretched, until
from pools import COUNT_FOREVER, LABEL, ROWS_FOREVER, lives, opened, place, supervisor, workers
from pyoxigraph import Literal

from ontology import iris
from ontology.errors import PlenaryError
from queries.cancel import CURRENT, Cancel, QueryCancelled
from queries.errors import QueryFailed, QueryTimeout, StoreBusy, StoreUnreachable
from queries.lanes import LENIENCE, SLOW, Client, Worker
from queries.store import CheckedStore


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return place(tmp_path_factory.mktemp("place"))


@pytest.fixture
def single(folder: Path) -> Iterator[CheckedStore]:
    store = opened(folder)
    yield store
    store.close()


@pytest.fixture
def lanes(folder: Path) -> Iterator[CheckedStore]:
    store = opened(folder, workers=4, most=16, long=4, short=1.0)
    yield store
    store.close()


def outcome(store: CheckedStore, query: str, limit: float = 30) -> str:
    """What a stranger's query comes to, as the name of its error."""
    try:
        with store.stream(query, "text/csv", limit=limit) as answer:
            return str(sum(map(len, answer)))
    except PlenaryError as error:
        return type(error).__name__


def label(store: CheckedStore, number: int) -> object:
    """A cheap query whose answer is known: the literal `name NUMBER`."""
    return store.select(f"SELECT ?o {{ <{iris.thing('document', f'd{number}')}> <{LABEL}> ?o }}").rows[0][0]


def call_off(store: CheckedStore, query: str, after: float) -> float:
    """Ask for a request that is called off from another thread after so many seconds; how long the asker then waited."""
    request, called = Cancel(), list[float]()
    CURRENT.set(request)
    timer = threading.Timer(after, lambda: (called.append(time.monotonic()), request.cancel()))
    timer.start()
    try:
        with pytest.raises(QueryCancelled), store.stream(query, "text/csv") as answer:
            sum(map(len, answer))
        return time.monotonic() - called[0]
    finally:
        CURRENT.set(None)
        timer.join()


@pytest.mark.parametrize("query", [COUNT_FOREVER, ROWS_FOREVER])
def test_a_request_that_is_called_off_ends_its_worker_within_a_second(single: CheckedStore, query: str) -> None:
    before = workers(single)
    assert call_off(single, query, 0.3) < stretched(1)
    assert until(lambda: not any(lives(pid) for pid in before), 1)
    assert label(single, 7) == Literal("name 7")


def test_a_request_that_is_called_off_while_it_waits_is_never_begun(single: CheckedStore) -> None:
    with single.stream(ROWS_FOREVER, "text/csv"):
        before = workers(single)
        assert call_off(single, COUNT_FOREVER, 0.2) < stretched(1)
        assert workers(single) == before
        assert until(lambda: single.state()["waiting"] == 0, 1)


def test_a_request_that_was_called_off_asks_no_further_query(single: CheckedStore) -> None:
    request = Cancel()
    request.cancel()
    CURRENT.set(request)
    with pytest.raises(QueryCancelled):
        single.ask("ASK {}")
    CURRENT.set(None)
    assert single.ask("ASK {}")


def test_a_supervisor_that_died_and_was_started_again_is_told_in_the_log(
    single: CheckedStore, caplog: pytest.LogCaptureFixture
) -> None:
    os.kill(supervisor(single), signal.SIGKILL)
    assert label(single, 7) == Literal("name 7")
    assert [record.getMessage() for record in caplog.records] == [
        "the process that holds release 1 ended; it was started again"
    ]


def p99_of_cheap_ones(store: CheckedStore, seconds: float) -> float:
    took, end = list[float](), time.monotonic() + seconds
    while time.monotonic() < end:
        before = time.monotonic()
        assert outcome(store, "ASK {}") == "4"
        took.append(time.monotonic() - before)
    return sorted(took)[int(len(took) * 0.99)]


def test_ten_endless_queries_leave_cheap_ones_quick_and_end_at_their_limit(lanes: CheckedStore) -> None:
    alone = p99_of_cheap_ones(lanes, 0.5)
    began = time.monotonic()
    with ThreadPoolExecutor(10) as threads:
        endless = [threads.submit(outcome, lanes, COUNT_FOREVER, 3) for _ in range(10)]
        beside = p99_of_cheap_ones(lanes, 2.5)
    assert beside < max(stretched(0.5), 10 * alone)
    assert Counter(one.result() for one in endless) == {"QueryTimeout": 4, "StoreBusy": 6}
    assert time.monotonic() - began < stretched(5)
    assert until(lambda: len(workers(lanes)) == 4)


def test_a_long_query_without_a_place_is_told_of_the_places(folder: Path) -> None:
    store = opened(folder, most=4, long=0, short=0.3)
    with pytest.raises(StoreBusy, match=r"longer than 0.3 seconds, and all 0 places.*Try again"):
        store.stream(COUNT_FOREVER, "text/csv")
    store.close()


def test_queries_of_pages_need_no_place_for_long_ones(folder: Path) -> None:
    store = opened(folder, most=4, long=0, short=0.3)
    with pytest.raises(QueryTimeout):
        store.select(COUNT_FOREVER, limit=1)
    store.close()


def test_strangers_leave_places_to_pages(folder: Path) -> None:
    store = opened(folder, workers=1, most=4)
    with ThreadPoolExecutor(8) as threads:
        endless = [threads.submit(outcome, store, COUNT_FOREVER, 2) for _ in range(8)]
        assert until(lambda: store.state()["waiting"] == 5)
        before = time.monotonic()
        assert label(store, 7) == Literal("name 7")
        assert time.monotonic() - before < stretched(1)
    assert {one.result() for one in endless} == {"QueryTimeout"}
    store.close()


def test_strangers_who_wait_are_limited_in_number(folder: Path) -> None:
    store, limit = opened(folder, waiting=3), stretched(1)
    with ThreadPoolExecutor(9) as threads:
        first = [threads.submit(outcome, store, COUNT_FOREVER, limit) for _ in range(4)]
        assert until(lambda: store.state()["waiting"] == 3)
        assert [outcome(store, COUNT_FOREVER, limit) for _ in range(5)] == ["StoreBusy"] * 5
    assert [one.result() for one in first] == ["QueryTimeout"] * 4
    store.close()


def test_a_stranger_s_slow_query_yields_the_processor_and_its_worker_is_not_kept(single: CheckedStore) -> None:
    (pid,) = workers(single)
    with single.stream(ROWS_FOREVER, "text/csv") as answer:
        assert next(iter(answer))
        assert until(lambda: os.getpriority(os.PRIO_PROCESS, pid) == 19)
    assert until(lambda: not lives(pid))
    assert label(single, 7) == Literal("name 7")
    assert {os.getpriority(os.PRIO_PROCESS, pid) for pid in workers(single)} == {0}


def test_a_supervisor_that_dies_is_started_again_by_the_next_query(single: CheckedStore) -> None:
    assert label(single, 7) == Literal("name 7")
    for restarts in (1, 2):
        os.kill(supervisor(single), signal.SIGKILL)
        assert label(single, 8) == Literal("name 8")
        assert single.state()["restarts"] == restarts


def test_a_release_that_is_gone_when_its_supervisor_dies_is_told_without_its_folder(tmp_path: Path) -> None:
    store = opened(place(tmp_path))
    (tmp_path / "releases" / "1" / "dump.nq").unlink()
    os.kill(supervisor(store), signal.SIGKILL)
    with pytest.raises(StoreUnreachable, match="release 1 cannot be reached") as caught:
        label(store, 7)
    assert str(tmp_path) not in str(caught.value)
    store.close()


def test_a_query_that_waits_when_its_supervisor_dies_is_asked_again(single: CheckedStore) -> None:
    with single.stream(ROWS_FOREVER, "text/csv") as answer, ThreadPoolExecutor() as threads:
        asked = threads.submit(label, single, 9)
        assert until(lambda: single.state()["waiting"] == 1)
        os.kill(supervisor(single), signal.SIGKILL)
        assert asked.result(10) == Literal("name 9")
        rest = iter(answer)
        assert next(rest)
        answer.close()
        with pytest.raises(QueryFailed):
            next(rest)


def test_processes_that_are_killed_at_random_cost_no_wrong_answer(folder: Path) -> None:
    store, chance, ended = opened(folder, workers=3, most=6), random.Random(5), threading.Event()
    right, lost = Counter[bool](), Counter[str]()

    def load(number: int) -> None:
        while not ended.is_set():
            number = (number + 7) % 1_000
            try:
                right[label(store, number) == Literal(f"name {number}")] += 1
            except (StoreBusy, QueryFailed) as error:
                lost[type(error).__name__] += 1

    with ThreadPoolExecutor(4) as threads:
        for number in range(4):
            threads.submit(load, number)
        for kill in range(20):
            time.sleep(chance.uniform(0.05, 0.2))
            with contextlib.suppress(OSError, IndexError):  # it has just ended by itself
                os.kill(supervisor(store) if kill % 5 == 4 else chance.choice([*workers(store)]), signal.SIGKILL)
        assert until(lambda: right[True] > 100)
        ended.set()
    assert (right[False], right[True] > 100, sum(lost.values()) <= 40) == (0, True, True)
    assert label(store, 7) == Literal("name 7")
    store.close()


def test_the_state_counts_what_runs_and_what_was_done(lanes: CheckedStore) -> None:
    assert label(lanes, 7) == Literal("name 7")
    assert until(lambda: lanes.state()["answered"] >= 1)
    state = lanes.state()
    assert (state["busy"], state["waiting"], state["long"], state["restarts"]) == (0, 0, 0, 0)
    with lanes.stream(ROWS_FOREVER, "text/csv"):
        assert lanes.state()["busy"] == 1
        assert until(lambda: lanes.state()["long"] == 1)
    assert until(lambda: lanes.state()["busy"] == 0)
    before = lanes.state()["ended"]  # the worker that was left either noticed in time or was ended as well
    assert outcome(lanes, COUNT_FOREVER, 0.3) == "QueryTimeout"
    assert until(lambda: lanes.state()["ended"] == before + 1)


@pytest.mark.parametrize(("ran", "spared"), [(SLOW, [False, False]), (-1.0, [True, False])])
def test_a_query_without_the_processor_is_spared_for_a_moment_only(ran: float, spared: list[bool]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        client, one = Client(ours), Worker(os.getpid(), theirs)
        one.begin(client)
        one.spent -= ran  # as if this process had computed for so long since
        assert [client.spare() for _ in spared] == spared
        assert client.spared <= LENIENCE
