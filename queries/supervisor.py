"""The supervisor: one thread around one selector that hands queries to workers and ends those that take too much."""

import contextlib
import json
import os
import selectors
import signal
import socket
import time
from collections import Counter, deque
from collections.abc import Callable
from functools import partial

from ontology.errors import PlenaryError
from queries import lanes, worker
from queries.lanes import NEVER, Client, Stage, Worker
from queries.limits import Limits

WAITING = 64  # queries of pages that may wait
GRACE = 0.1  # seconds; on a busy machine a worker that has answered may not be heard sooner
PATIENCE = 5.0


class Supervisor:
    """Who waits, who works, and until when.

    As many workers as are set are kept for quick queries: where some have become slow, others are forked, and a slow
    one that has done its work is not needed any more.
    """

    def __init__(self, listener: socket.socket, limits: Limits, serve: Callable[[int], None]) -> None:
        self._listener, self._limits, self._serve = listener, limits, serve
        self._selector = selectors.DefaultSelector()
        self._workers, self._busy = set[Worker](), set[Client]()
        self._idle = list[Worker]()
        self._own, self._strangers = deque[Client](), deque[Client]()
        self._running, self._announced, self._next_fork = True, False, 0.0
        self._counts = Counter[str]()

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
                self._look_at_the_clock()
        finally:
            for one in self._workers:
                os.kill(one.pid, signal.SIGKILL)
            for one in self._workers:
                os.waitpid(one.pid, 0)

    def _stop(self) -> None:
        self._running = False

    def _pause(self) -> float | None:
        """Seconds until something is due."""
        due = min((client.due(self._limits.short) for client in self._busy), default=NEVER)
        if self._lacks_workers():
            due = min(due, self._next_fork)
        return None if due == NEVER else max(0.0, due - time.monotonic())

    # Workers

    def _quick(self) -> int:
        """Workers that are ready, or soon will be."""
        return sum(not one.slow for one in self._workers)

    def _lacks_workers(self) -> bool:
        return self._quick() < self._limits.workers and len(self._workers) < self._limits.most

    def _replenish(self) -> None:
        while self._lacks_workers() and time.monotonic() >= self._next_fork:
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
        client, one.client, one.ready = one.client, None, True
        if client:
            self._counts["answered"] += 1
            self._rest(client)
        if said == worker.IDLE and one.verdict is None:
            self._keep(one)

    def _keep(self, one: Worker) -> None:
        """Have it wait for more, unless it has been lowered, which cannot be undone, or there are others enough."""
        if one.lowered or (one.slow and self._quick() >= self._limits.workers):
            self._kill(one, b"")
            return
        one.slow = False
        self._idle.append(one)
        self._hand_out()

    def _announce(self) -> None:
        if not self._announced:
            self._announced = True
            os.write(1, b"ready\n")

    def _kill(self, one: Worker, verdict: bytes) -> None:
        """Its end is noticed, and its client told, when its control connection closes."""
        one.verdict, one.slow = verdict, True
        if one.client:
            one.client.stage = Stage.ENDED
            self._counts["ended"] += 1
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
        if one.verdict is None and status != 0:
            self._counts["crashed"] += 1
        if one.client:
            self._dismiss(one.client, one.verdict or lanes.obituary(status))
        self._hand_out()

    # Queries

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the client may have left already
            client = Client(self._listener.accept()[0])
            self._watch(client)
            self._hear(client)

    def _watch(self, client: Client) -> None:
        self._selector.register(client.connection, selectors.EVENT_READ, partial(self._hear, client))

    def _hear(self, client: Client) -> None:
        """A client has sent something, has left, or can be told more."""
        if client.connection.fileno() < 0:
            return  # it has been answered in this same round
        if client.farewell:
            self._dismiss(client, client.farewell)
        elif not client.asked:
            self._read(client)
        elif _has_left(client.connection):
            self._lose(client)
        else:
            self._selector.unregister(client.connection)
            client.ahead = True

    def _read(self, client: Client) -> None:
        try:
            data = client.connection.recv(worker.PACKET, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._forget(client)
            return
        if not client.head:
            client.deadline = time.monotonic() + PATIENCE
            self._busy.add(client)
        client.head += data
        if client.asked:
            self._enqueue(client)

    def _enqueue(self, client: Client) -> None:
        size, seconds, client.own = worker.REQUEST.unpack_from(client.head)
        if size == 0:
            self._tell_state(client)
            return
        client.deadline += seconds - PATIENCE
        queue, most = (self._own, WAITING) if client.own else (self._strangers, self._limits.waiting)
        queue.append(client)
        self._hand_out()
        if len(queue) > most and client.worker is None:
            self._counts["refused"] += 1
            self._dismiss(client, lanes.BUSY)

    def _next(self) -> deque[Client] | None:
        """The queue whose turn it is: pages go first, and strangers leave them some places."""
        if self._own:
            return self._own
        running = sum(one.client is not None and not one.client.own for one in self._workers)
        return self._strangers if self._strangers and running < self._limits.strangers else None

    def _hand_out(self) -> None:
        while self._idle and (queue := self._next()):
            client, one = queue[0], self._idle.pop()
            try:
                sent = socket.send_fds(one.control, [client.head], [client.connection.fileno()])
                one.control.sendall(client.head[sent:])
            except OSError:  # it died while idle; its control connection tells
                continue
            queue.popleft()
            one.begin(client)

    def _lose(self, client: Client) -> None:
        """A client has left: its worker ends, unless it reports in a moment that it has answered."""
        if client.worker is None:
            self._forget(client)
            return
        self._selector.unregister(client.connection)
        client.left = True
        client.deadline = min(client.deadline, time.monotonic() + GRACE)

    def _look_at_the_clock(self) -> None:
        now, short = time.monotonic(), self._limits.short
        for client in [client for client in self._busy if client.due(short) <= now]:
            if client.deadline > now:
                self._age(client)
            elif client.farewell or not client.asked:
                self._forget(client)
            elif client.worker:
                self._kill(client.worker, lanes.TIMEOUT)
            else:
                self._dismiss(client, lanes.TIMEOUT)

    def _age(self, client: Client) -> None:
        """A query has run for longer: it counts as slow, then yields the processor, then needs a place of its own."""
        one = client.worker
        if one is None or client.spare():
            return
        client.stage = Stage(client.stage + 1)
        if client.stage is Stage.SLOW:
            one.slow = True
        elif client.own:
            return
        elif client.stage is Stage.LOWERED:
            one.lowered = True
            with contextlib.suppress(OSError):  # it has died
                os.setpriority(os.PRIO_PROCESS, one.pid, 19)
        elif self._long() > self._limits.long:
            self._counts["crowded"] += 1
            self._kill(one, lanes.crowded(self._limits.short, self._limits.long))

    def _long(self) -> int:
        return sum(client.stage is Stage.LONG and not client.own for client in self._busy)

    def _dismiss(self, client: Client, packet: bytes) -> None:
        """End an answer with an error; a client that does not read for a while is given up."""
        first, client.farewell = not client.farewell, packet
        self._unqueue(client)
        if client.left:
            self._forget(client)
            return
        try:
            client.connection.send(packet, socket.MSG_DONTWAIT)
        except BlockingIOError:
            if first:
                self._await_room(client)
            return
        except OSError:
            pass  # it has left
        self._forget(client)

    def _await_room(self, client: Client) -> None:
        """Try again when the client has read what is on its way."""
        with contextlib.suppress(KeyError):  # not watched, since it asked ahead
            self._selector.unregister(client.connection)
        self._selector.register(client.connection, selectors.EVENT_WRITE, partial(self._hear, client))
        client.stage, client.deadline = Stage.WAITING, time.monotonic() + 6 * PATIENCE

    def _rest(self, client: Client) -> None:
        """A client has its answer, and may ask again."""
        if client.left:
            self._forget(client)
            return
        client.rest()
        self._busy.discard(client)
        if client.ahead:
            client.ahead = False
            self._watch(client)

    def _forget(self, client: Client) -> None:
        self._busy.discard(client)
        self._unqueue(client)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(client.connection)
        client.connection.close()

    def _unqueue(self, client: Client) -> None:
        if client.worker is None:
            with contextlib.suppress(ValueError):
                (self._own if client.own else self._strangers).remove(client)

    def _tell_state(self, client: Client) -> None:
        """Numbers for operators, to whoever asks for nothing."""
        state = {
            "workers": len(self._workers),
            "busy": sum(one.client is not None for one in self._workers),
            "waiting": len(self._own) + len(self._strangers),
            "long": self._long(),
            **{name: self._counts[name] for name in ("answered", "ended", "crowded", "refused", "crashed")},
        }
        with contextlib.suppress(OSError):  # it has left
            client.connection.send(worker.frame(worker.DATA, json.dumps(state).encode()), socket.MSG_DONTWAIT)
        self._rest(client)


def _has_left(connection: socket.socket) -> bool:
    """Whether a client that has asked everything closed its connection."""
    try:
        return not connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
