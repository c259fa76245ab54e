"""The supervisor: a process that forks workers, hands them queries and kills those that outlive their limit.

`python -m queries.pool RELEASE SOCKET WORKERS` serves a release at a socket: one thread around one selector, which
says `ready` and ends with its standard input, hence with the process that started it. `queries.store` is its client.
"""

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from ontology import releases
from ontology.errors import PlenaryError
from queries import worker

IN_MEMORY = 2_000_000
WAITING = 64
GRACE = 0.01
PATIENCE = 5.0
NEVER = float("inf")
TIMEOUT = worker.fault("timeout", "The query reached its time limit.")
BUSY = worker.fault("busy", "Too many queries are waiting.")
NO_MEMORY = worker.fault("failed", worker.NO_MEMORY)
TOO_DEEP = worker.fault("failed", "The query is too long or too deep for the engine. Split it, or use VALUES.")
OBITUARIES: dict[int, bytes] = {signal.SIGALRM: TIMEOUT, signal.SIGSEGV: TOO_DEEP, signal.SIGBUS: TOO_DEEP}


@dataclass(eq=False)
class Task:
    """One client's query; `farewell` is what it is still to be told before its connection closes."""

    client: socket.socket
    arrival: float
    deadline: float
    head: bytes = b""
    worker: "Worker | None" = None
    farewell: bytes = b""

    @property
    def asked(self) -> bool:
        """Whether the whole request is here."""
        size = worker.LENGTH.size
        return len(self.head) >= size and len(self.head) - size >= worker.LENGTH.unpack_from(self.head)[0]


@dataclass(eq=False)
class Worker:
    """A forked process, seen from the supervisor; `verdict` is what its client is told when it has been killed."""

    pid: int
    control: socket.socket
    ready: bool = False
    task: Task | None = None
    verdict: bytes = b""


class Supervisor:
    """Who waits, who works, and until when."""

    def __init__(self, listener: socket.socket, count: int, serve: Callable[[int], None]) -> None:
        self._listener, self._count, self._serve = listener, count, serve
        self._selector = selectors.DefaultSelector()
        self._workers, self._tasks = set[Worker](), set[Task]()
        self._idle, self._waiting = list[Worker](), deque[Task]()
        self._running, self._announced, self._next_fork = True, False, 0.0

    def run(self, lifeline: int) -> None:
        """Serve until the lifeline closes."""
        self._listener.setblocking(False)
        self._selector.register(lifeline, selectors.EVENT_READ, self._stop)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        try:
            while self._running:
                self._replenish()
                for key, _ in self._selector.select(self._pause()):
                    key.data()
                self._end_overdue()
        finally:
            for one in self._workers:
                os.kill(one.pid, signal.SIGKILL)
            for one in self._workers:
                os.waitpid(one.pid, 0)

    def _stop(self) -> None:
        self._running = False

    def _pause(self) -> float | None:
        """Seconds until something is due."""
        due = min((task.deadline for task in self._tasks), default=NEVER)
        if len(self._workers) < self._count:
            due = min(due, self._next_fork)
        return None if due == NEVER else max(0.0, due - time.monotonic())

    # Workers

    def _replenish(self) -> None:
        while len(self._workers) < self._count and time.monotonic() >= self._next_fork:
            ours, theirs = socket.socketpair()
            try:
                pid = os.fork()
            except OSError:
                self._next_fork = time.monotonic() + 1
                return
            if pid == 0:
                try:
                    self._serve(theirs.fileno())
                finally:
                    os._exit(1)
            theirs.close()
            one = Worker(pid, ours)
            self._workers.add(one)
            self._selector.register(ours, selectors.EVENT_READ, partial(self._settle, one))

    def _settle(self, one: Worker) -> None:
        """A worker has reported that it is free, or has died."""
        try:
            said = one.control.recv(1, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        if not said:
            self._bury(one)
            return
        self._announce()
        task, one.task, one.ready = one.task, None, True
        if task:
            self._forget(task)
        if said == worker.IDLE and not one.verdict:
            self._idle.append(one)
            self._hand_out()

    def _announce(self) -> None:
        if not self._announced:
            self._announced = True
            os.write(1, b"ready\n")

    def _kill(self, one: Worker, verdict: bytes) -> None:
        """Its end is noticed, and its client told, when its control connection closes."""
        one.verdict = verdict
        os.kill(one.pid, signal.SIGKILL)

    def _bury(self, one: Worker) -> None:
        self._selector.unregister(one.control)
        one.control.close()
        self._workers.discard(one)
        if one in self._idle:
            self._idle.remove(one)
        status = os.waitstatus_to_exitcode(os.waitpid(one.pid, 0)[1])
        if not self._announced:
            raise PlenaryError(f"no worker can open it (exit code {status})")
        if not one.ready:
            self._next_fork = time.monotonic() + 1
        if one.task:
            self._dismiss(one.task, one.verdict or OBITUARIES.get(-status, NO_MEMORY))

    # Queries

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the client may have left already
            client, _ = self._listener.accept()
            now = time.monotonic()
            task = Task(client, now, now + PATIENCE)
            self._tasks.add(task)
            self._selector.register(client, selectors.EVENT_READ, partial(self._hear, task))
            self._hear(task)

    def _hear(self, task: Task) -> None:
        """A client has sent something, has left, or can be told more."""
        if task not in self._tasks:
            return  # it has been answered in this same round
        if task.farewell:
            self._dismiss(task, task.farewell)
        elif not task.asked:
            self._read(task)
        elif _has_left(task.client):
            self._lose(task)

    def _read(self, task: Task) -> None:
        try:
            data = task.client.recv(worker.PACKET, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        task.head += data
        if not data:
            self._forget(task)
        elif task.asked:
            self._enqueue(task)

    def _enqueue(self, task: Task) -> None:
        task.deadline = task.arrival + float(json.loads(task.head[worker.LENGTH.size :])["limit"])
        if len(self._waiting) >= WAITING:
            self._dismiss(task, BUSY)
            return
        self._waiting.append(task)
        self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting and self._idle:
            task, one = self._waiting.popleft(), self._idle.pop()
            try:
                sent = socket.send_fds(one.control, [task.head], [task.client.fileno()])
                one.control.sendall(task.head[sent:])
            except OSError:  # it died while idle; its control connection tells
                self._waiting.appendleft(task)
                continue
            task.worker, one.task = one, task

    def _lose(self, task: Task) -> None:
        """A client has left: its worker ends, unless it reports in a moment that it has answered."""
        if task.worker is None:
            self._forget(task)
            return
        self._selector.unregister(task.client)
        task.deadline = min(task.deadline, time.monotonic() + GRACE)

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for task in [task for task in self._tasks if task.deadline <= now]:
            task.deadline = NEVER
            if task.farewell or not task.asked:
                self._forget(task)
            elif task.worker:
                self._kill(task.worker, TIMEOUT)
            else:
                self._dismiss(task, TIMEOUT)

    def _dismiss(self, task: Task, packet: bytes) -> None:
        """End an answer with an error; a client that does not read for a while is given up."""
        first, task.farewell = not task.farewell, packet
        self._unqueue(task)
        try:
            task.client.send(packet, socket.MSG_DONTWAIT)
        except BlockingIOError:
            if first and task.client in self._selector.get_map():
                self._selector.modify(task.client, selectors.EVENT_WRITE, partial(self._hear, task))
                task.deadline = time.monotonic() + 6 * PATIENCE
            return
        except OSError:
            pass  # it has left
        self._forget(task)

    def _forget(self, task: Task) -> None:
        self._tasks.discard(task)
        self._unqueue(task)
        with contextlib.suppress(KeyError):
            self._selector.unregister(task.client)
        task.client.close()

    def _unqueue(self, task: Task) -> None:
        with contextlib.suppress(ValueError):
            self._waiting.remove(task)


def _has_left(client: socket.socket) -> bool:
    """Whether a client that has asked everything closed its connection, or broke the protocol by saying more."""
    try:
        client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def supervise(folder: Path, address: Path, count: int) -> None:
    """Load the release and serve it at the socket; small ones from memory, which forked workers share."""
    release = releases.load(folder)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(str(address))
    listener.listen(4 * WAITING)
    serve: Callable[[int], None]
    if release.statements <= IN_MEMORY:
        store = Store()
        store.bulk_load(path=release.dump, format=RdfFormat.N_QUADS)
        serve = partial(worker.serve, open_store=lambda: store)
    else:
        opened = partial(Store.read_only, str(release.store))
        serve = partial(worker.serve, open_store=opened, tables=release.store)
    gc.collect()
    gc.freeze()
    try:
        Supervisor(listener, count, serve).run(sys.stdin.fileno())
    finally:
        address.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # it may be shared with others
            address.parent.rmdir()


def main(folder: str, address: str, count: str) -> None:
    """The supervisor's entry; why it could not begin is its only line of output."""
    try:
        supervise(Path(folder), Path(address), int(count))
    except (PlenaryError, OSError, SyntaxError, ValueError) as error:
        print(str(error).rstrip("."), flush=True)
        sys.exit(1)
    os._exit(0)  # without giving back the store piece by piece


if __name__ == "__main__":
    main(*sys.argv[1:])
