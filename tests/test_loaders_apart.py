"""Work in processes of its own: answers, errors and steps come back, and nothing outlives who began it."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Event, Thread

import pytest
from clocks import until
from pools import lives
from pyoxigraph import Store

from loaders.apart import Afresh, Ended, Say, afresh, apart, workers
from loaders.build import fill
from loaders.relaton.load import DanglingReference


def test_what_is_given_and_said_apart_comes_back() -> None:
    def work(say: Say) -> int:
        say("half")
        return os.getpid()

    steps: list[str] = []
    assert apart(work, steps.append) != os.getpid()
    assert steps == ["half"]


def test_an_error_comes_back_as_it_was() -> None:
    def work(_: Say) -> None:
        raise DanglingReference(["a", "b"])

    with pytest.raises(DanglingReference, match=r"^nothing describes a, b \(2 in all\)"):
        apart(work)


def test_a_killed_process_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(Ended, match="Free some"):
        apart(lambda _: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(Ended), workers() as pool:
        pool.submit(os._exit, 1).result()


def test_a_store_is_filled_apart_where_another_has_been_open(tmp_path: Path) -> None:
    Store(tmp_path / "other").flush()
    (tmp_path / "dump.nq").write_text("<http://a> <http://b> <http://c> <http://d> .\n")
    afresh(fill, tmp_path)
    assert len(Store.read_only(str(tmp_path / "store"))) == 1


SCRIPT = """
import os, time
from loaders.apart import Afresh, apart, workers
def work(say):
    with workers() as pool:
        pids = [os.getpid(), pool.submit(os.getpid).result(), Afresh().submit(os.getpid).result()]
        say(" ".join(map(str, pids)))
        time.sleep(60)
apart(work, lambda pids: print(pids, flush=True))
"""


def test_processes_end_with_a_build_that_is_killed() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True, env=environment) as build:
        pids = [int(pid) for pid in (build.stdout.readline() if build.stdout else "").split()]
        build.kill()
    assert len(pids) == 3
    assert until(lambda: not [pid for pid in pids if lives(pid)])


def test_a_process_that_is_ended_while_it_begins_is_waited_for_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    begins, start = Event(), SpawnProcess.start

    def slowly(self: SpawnProcess) -> None:
        begins.set()
        time.sleep(0.3)
        start(self)

    monkeypatch.setattr(SpawnProcess, "start", slowly)
    process = Afresh()
    process.submit(os.getpid)
    begins.wait(10)
    end = Thread(target=process.end, daemon=True)
    end.start()
    end.join(20)
    assert not end.is_alive()
