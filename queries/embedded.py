"""The store in this machine: client of a supervisor process, which is started again should it die."""

import contextlib
import json
import logging
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from threading import Lock, Thread

from ontology import iris
from ontology.errors import PlenaryError
from ontology.releases import Release
from queries import memory, worker
from queries.errors import StoreBusy, StoreUnreachable
from queries.incoming import LATE, TIME, Incoming, Lost
from queries.limits import Limits
from queries.sparql import Query

QUICK = 0.25  # of the time after which it can be ended; who answers so soon leaves a connection as good as new
STATE = ("workers", "busy", "waiting", "long", "answered", "ended", "crowded", "refused", "crashed")
LOG = logging.getLogger("plenary.queries")


class Embedded:
    """Any number of threads may ask; each query has a connection for itself.

    A release that takes long to read into memory is asked on disk. If it is to `grow` and there is memory enough,
    another supervisor reads it meanwhile, and takes over once it has.
    """

    def __init__(self, release: Release, limits: Limits, grow: bool = False) -> None:
        self.release = release
        self.graphs = frozenset(iris.graph(name) for name in release.sources)
        self._limits, self._lock, self._closed = limits, Lock(), False
        self._grow = grow and limits.hold == "auto" and release.statements > memory.AT_ONCE
        self._starts, self._restarts, self._begun = 0, 0, list[Running]()
        self._folder = Path(tempfile.mkdtemp(prefix="plenary-"))
        try:
            self._running = self._start()
        except PlenaryError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def _start(self) -> "Running":
        """A supervisor that is ready at once, and one that will be."""
        at_once = self._limits.hold == "auto" and self.release.statements <= memory.AT_ONCE
        hold = "memory" if at_once else self._limits.hold
        running = self._begin("disk" if hold == "auto" else hold)
        try:
            running.wait()
        except StoreUnreachable:
            self._end(running)
            raise
        if self._grow and len(self._begun) == 1 and memory.fits(self.release.statements):
            Thread(target=self._take_over, args=(self._begin("memory"),), daemon=True).start()
        return running

    def _begin(self, hold: str) -> "Running":
        self._starts += 1
        address = self._folder / f"queries-{self._starts}.sock"
        self._begun.append(Running(self.release, address, replace(self._limits, hold=hold)))
        return self._begun[-1]

    def _end(self, running: "Running") -> None:
        running.close()
        with contextlib.suppress(ValueError):  # the store has been closed
            self._begun.remove(running)

    def _take_over(self, running: "Running") -> None:
        """Wait until a supervisor is ready and ask it from then on; the one before ends when it has answered."""
        try:
            running.wait()
        except StoreUnreachable as error:
            if not self._closed:
                LOG.warning("release %s stays on disk, since memory could not take it: %s", self.release.number, error)
                self._end(running)
            return
        with self._lock:
            before, self._running = self._running, running
        LOG.info("release %s is held in memory now", self.release.number)
        time.sleep(LATE)  # who has just chosen the one before has asked it by then
        while not self._closed and before.is_busy():
            time.sleep(LATE)
        self._end(before)

    def send(
        self,
        text: str,
        query: Query,
        media_type: str,
        default: Sequence[str],
        named: Sequence[str],
        limit: float,
        own: bool,
    ) -> "Incoming":
        """Have a worker answer; returns when the answer begins."""
        request = {
            "query": text,
            "media_type": media_type,
            "default_graphs": list(default),
            "named_graphs": list(named),
            "union": not (default or named or query.from_graphs or query.from_named),
        }
        body = json.dumps(request).encode()
        packet, running = worker.REQUEST.pack(len(body), limit, own) + body, self._running
        for _ in range(2):  # a query that is lost with its supervisor is asked once more
            try:
                return running.ask(packet, limit)
            except Lost:
                running = self._revive(running, limit)
        raise StoreBusy("The process that holds the data ended before it answered.")

    def _revive(self, lost: "Running", limit: float) -> "Running":
        """The supervisor to ask now: a new one if it is that which was lost."""
        if not self._lock.acquire(timeout=limit):
            raise StoreBusy("The store is being opened again.")
        try:
            if self._closed:
                raise self._unreachable("it has been closed")
            if self._running is lost and lost.ended():
                self._end(lost)
                self._running = self._again()
                self._restarts += 1
                LOG.warning("the process that holds release %s ended; it was started again", self.release.number)
            return self._running
        finally:
            self._lock.release()

    def _again(self) -> "Running":
        try:
            return self._start()
        except StoreUnreachable as error:  # it names a folder, which is for whoever started the store
            raise self._unreachable("it could not be opened again") from error

    def _unreachable(self, reason: str) -> StoreUnreachable:
        return StoreUnreachable(f"release {self.release.number}", reason)

    def state(self) -> dict[str, int]:
        """What the supervisor says of itself, zeros where there is none, how often one had to be started again, and
        whether the graph is in memory.
        """
        try:
            said = self._running.state()
        except (Lost, OSError, ValueError):
            said = dict.fromkeys(STATE, 0)
        return {**said, "restarts": self._restarts, "in_memory": self._running.hold == "memory"}

    def close(self) -> None:
        """End the supervisor, and with it the workers and their queries."""
        with self._lock:
            self._closed = True
        for running in list(self._begun):
            running.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class Running:
    """One supervisor process, and the connections to it that nobody uses just now."""

    def __init__(self, release: Release, address: Path, limits: Limits) -> None:
        self._ended, self._address, self._resting = False, str(address), deque[socket.socket]()
        self._short, self._ready, self._place = limits.short, False, str(release.folder)
        self.hold = limits.hold
        self._process = subprocess.Popen(
            [sys.executable, "-m", "queries.pool", str(release.folder.resolve()), self._address,
             json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parent.parent,
            start_new_session=True,
        )  # fmt: skip

    def wait(self) -> None:
        """Return when it can be asked; raises StoreUnreachable if it ends before."""
        said = self._process.stdout.readline().decode() if self._process.stdout else ""
        if said != "ready\n":
            self.close()
            raise StoreUnreachable(self._place, said.strip() or "its supervisor ended while it began")
        self._ready = True

    @property
    def pid(self) -> int:
        """The process that forks the workers."""
        return self._process.pid

    def ask(self, packet: bytes, limit: float) -> "Incoming":
        """Send a request; returns when its answer begins, raises Lost if none does."""
        try:
            connection = self._connect()
        except BlockingIOError:
            raise StoreBusy from None  # more clients at once than the system lets wait for a connection
        except OSError as error:
            raise Lost from error
        return Incoming(connection, packet, limit, QUICK * min(limit, self._short), self.rest)

    def rest(self, connection: socket.socket) -> None:
        """Keep a connection for the next query."""
        if self._ended:
            connection.close()
        else:
            self._resting.append(connection)

    def _connect(self) -> socket.socket:
        try:
            return self._resting.pop()
        except IndexError:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, TIME.pack(int(LATE), 0))
            connection.connect(self._address)
        except OSError:
            connection.close()
            raise
        return connection

    def state(self) -> dict[str, int]:
        """What the supervisor says of itself."""
        with self._connect() as connection:
            connection.settimeout(LATE)
            connection.sendall(worker.REQUEST.pack(0, LATE, True))
            data = connection.recv(worker.PACKET)
        return dict(json.loads(data[worker.FRAME_HEAD.size :]))

    def is_busy(self) -> bool:
        """Whether it answers a query, or has one waiting."""
        with contextlib.suppress(OSError, ValueError):
            said = self.state()
            return bool(said["busy"] + said["waiting"])
        return False

    def ended(self) -> bool:
        """Whether the process is no more; one that is about to end is waited for."""
        try:
            self._process.wait(0.3)
        except subprocess.TimeoutExpired:
            return False
        return True

    def close(self) -> None:
        """End the process and what it runs."""
        self._ended = True
        if not self._ready:  # it hears nothing while it reads
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        while self._resting:
            self._resting.pop().close()
        Path(self._address).unlink(missing_ok=True)
