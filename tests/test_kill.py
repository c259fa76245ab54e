"""kill -9 of builds, switches, workers, supervisors and servers at random moments, under load.

Ten rounds, or as many as PLENARY_KILLS says, from a seed that PLENARY_SEED sets. After each one the server answers,
every answer it gave under load was right for the release that it names, and every release that was ever whole still is.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from clocks import until
from conftest import ROOT, Server, start, stop
from pools import lives
from small import FIGURE, edit, tables

from loaders.backup import backup
from ontology import releases

pytestmark = pytest.mark.server
ROUNDS = int(os.environ.get("PLENARY_KILLS", "10"))
SEED = int(os.environ.get("PLENARY_SEED", "5"))
QUERY = "SELECT ?v {{ <https://w3id.org/plenary/id/observation/members-at-2019> <https://w3id.org/plenary/ns#value> ?v }} # {}"
VALUE = re.compile(rb'observation/members-at-2019> <https://w3id.org/plenary/ns#value> "(\d+)"')
BUILD = """
import pathlib, sys
from loaders.build import build
from queries import search
from queries.network import graph
build(pathlib.Path(sys.argv[1]), folder=pathlib.Path(sys.argv[2]), finish=[search.write, graph.write])
"""
RESTORE = """
import pathlib, sys
from loaders.backup import restore
restore(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[1]))
"""
SWITCH = """
import pathlib, sys
from loaders.publish import switch
while True:
    for number in sys.argv[2:]:
        switch(pathlib.Path(sys.argv[1]), int(number))
"""


@dataclass
class Load:
    """Clients that ask all the time; what they were told, and by which release."""

    server: Server
    told: set[tuple[int, str]] = field(default_factory=set)
    right: int = 0
    going: bool = True

    def ask(self) -> bool:
        """One query never asked before; whether it was answered. An error of the server is an answer too late."""
        query = QUERY.format(next(NEXT))
        try:
            reply = self.server.ask(f"/sparql?query={quote(query)}", "application/sparql-results+json")
        except (OSError, HTTPException):
            return False
        if reply.status != 200:
            return False
        rows = json.loads(reply.body)["results"]["bindings"]
        self.told.add((int(reply.headers["X-Plenary-Release"]), rows[0]["v"]["value"] if rows else "nothing"))
        self.right += 1
        return True

    def run(self) -> None:
        while self.going:
            self.ask() or time.sleep(0.02)


NEXT = count()


@pytest.fixture
def load(place: Path) -> Iterator[Load]:
    load = Load(start(place, limit=5))
    threads = [threading.Thread(target=load.run) for _ in range(3)]
    for thread in threads:
        thread.start()
    yield load
    load.going = False
    for thread in threads:
        thread.join()
    stop(load.server)


def children(pid: int) -> list[int]:
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(word) for word in said.split()]


def kill_after(chance: random.Random, script: str, *words: object) -> None:
    """Start a process and kill it after a random moment."""
    process = subprocess.Popen([sys.executable, "-c", script, *map(str, words)], cwd=ROOT, stderr=subprocess.DEVNULL)
    time.sleep(chance.uniform(0.05, 2.5))
    process.kill()
    process.wait()


def kill_one(chance: random.Random, pids: list[int]) -> None:
    if pids:
        os.kill(chance.choice(pids), signal.SIGKILL)


def kill(what: str, chance: random.Random, load: Load, place: Path, changed: Path) -> None:
    supervisors = children(load.server.process.pid)
    if what == "build":
        kill_after(chance, BUILD, place, changed)
    elif what == "switch":
        kill_after(chance, SWITCH, place, *releases.numbers(place))
    elif what == "restore":
        kill_after(chance, RESTORE, place, changed.parent.parent / "backup.tar")
    elif what == "worker":
        kill_one(chance, [worker for one in supervisors for worker in children(one)])
    elif what == "supervisor":
        kill_one(chance, supervisors)
    else:
        family = [*supervisors, *(worker for one in supervisors for worker in children(one))]
        load.server.process.kill()
        stop(load.server)
        load.server = start(place, limit=5)
        assert until(lambda: not [pid for pid in family if lives(pid)]), "processes of a killed server live on"


def values(place: Path) -> dict[int, str]:
    """What the figure is in each release, by its dump; every one must be whole, to the last byte."""
    found = {}
    for number in releases.numbers(place):
        release = releases.at(place, number)
        assert release.altered() == []
        match = VALUE.search(release.dump.read_bytes())
        assert match
        found[number] = match[1].decode()
    return found


def test_nothing_that_is_killed_gives_a_wrong_answer_or_loses_a_release(
    place: Path, tmp_path: Path, load: Load
) -> None:
    chance = random.Random(SEED)
    kinds = ["build", "switch", "restore", "worker", "supervisor", "server"]
    known = values(place)
    backup(releases.at(place, 1), tmp_path / "backup.tar")
    for turn in range(ROUNDS):
        changed = tables(tmp_path / str(turn))
        edit(changed, "observations", FIGURE, FIGURE.replace("16", str(1000 + turn)))
        what = kinds[turn] if turn < len(kinds) else chance.choice(kinds)
        kill(what, chance, load, place, changed)
        assert until(load.ask, 15), f"no answer after the kill of a {what}"
        now = values(place)
        assert known.items() <= now.items()
        known = now
        assert releases.current(place).number in known
    assert load.told <= known.items()
    assert load.right > 10 * ROUNDS


def test_after_the_kills_a_build_clears_up_and_the_server_follows(place: Path, tmp_path: Path, load: Load) -> None:
    changed = tables(tmp_path)
    edit(changed, "observations", FIGURE, FIGURE.replace("16", "77"))
    process = subprocess.Popen([sys.executable, "-c", BUILD, str(place), str(changed)], cwd=ROOT)
    while not (place / "releases" / ".building").exists() and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    process.wait()
    subprocess.run([sys.executable, "-c", BUILD, str(place), str(changed)], cwd=ROOT, check=True)
    newest = releases.current(place).number
    assert not list((place / "releases").glob(".*"))
    assert until(lambda: (newest, "77") in load.told)
