"""Who asks and who answers, as the supervisor sees them, and how a query grows old: quick, slow, lowered, long."""

import signal
import socket
import time
from dataclasses import dataclass
from enum import IntEnum

from queries import worker

NEVER = float("inf")
SLOW = 0.05  # seconds; a worker that computes for so long no longer counts as one that is ready for quick queries
LOWERED = 0.15  # seconds; a stranger's query that has run for so long leaves the processor to all others
LENIENCE = 0.1  # seconds; at most so much later, if on a busy machine it has not had the processor for as long

TIMEOUT = worker.fault("timeout", "The query reached its time limit.")
BUSY = worker.fault("busy", "Too many queries are waiting already, so this one was not begun.")
LOST = worker.fault("busy", "The process that computed the answer was ended from outside.")
NO_MEMORY = worker.fault("heavy", worker.NO_MEMORY)
TOO_DEEP = worker.fault("heavy", "The query is too long or too deep for the engine. Split it, or use VALUES.")
_OBITUARIES: dict[int, bytes] = {
    signal.SIGALRM: TIMEOUT,
    signal.SIGSEGV: TOO_DEEP,
    signal.SIGBUS: TOO_DEEP,
    signal.SIGKILL: LOST,
    signal.SIGTERM: LOST,
}


def crowded(short: float, long: int) -> bytes:
    """What a query is told that needs a place for long ones when there is none."""
    said = f"The query runs longer than {short:g} seconds, and all {long} places for long queries are taken."
    return worker.fault("busy", said)


def obituary(status: int) -> bytes:
    """What the client of a worker is told that died by itself, by its exit code."""
    return _OBITUARIES.get(-status, NO_MEMORY)


class Stage(IntEnum):
    """How far a query has come; `ENDED` is one whose worker has been killed."""

    WAITING = 0
    QUICK = 1
    SLOW = 2
    LOWERED = 3
    LONG = 4
    ENDED = 5


@dataclass(eq=False)
class Client:
    """A connection with the query that it has asked, if any, in the bytes of `head`.

    `farewell` is what it is still to be told before its connection closes. `ahead` says that it has asked again before
    its worker has reported, `left` that it does not wait for an answer. `spared` are the seconds by which it grows old
    later, since it waits for the processor.
    """

    connection: socket.socket
    deadline: float = NEVER
    head: bytes = b""
    own: bool = False
    began: float = 0.0
    spared: float = 0.0
    stage: Stage = Stage.WAITING
    worker: "Worker | None" = None
    farewell: bytes = b""
    ahead: bool = False
    left: bool = False

    @property
    def asked(self) -> bool:
        """Whether a whole request is here."""
        size = worker.REQUEST.size
        return len(self.head) >= size and len(self.head) - size >= worker.REQUEST.unpack_from(self.head)[0]

    def due(self, short: float) -> float:
        """When something is to be decided about it."""
        if self.stage in (Stage.WAITING, Stage.LONG):
            return self.deadline
        if self.stage is Stage.ENDED:
            return NEVER
        age = (SLOW + self.spared, LOWERED + self.spared, max(short, LOWERED))[self.stage - Stage.QUICK]
        return min(self.deadline, self.began + age)

    def spare(self) -> bool:
        """Whether it is too early to call it slow, or to lower it: its worker has not computed for so long."""
        if self.worker is None or self.stage > Stage.SLOW or self.spared >= LENIENCE:
            return False
        least = SLOW if self.stage is Stage.QUICK else LOWERED
        missing = least - self.worker.computed()
        if missing > 0:
            self.spared = min(LENIENCE, self.spared + missing)
        return missing > 0

    def rest(self) -> None:
        """Be as before the first query."""
        self.head, self.worker, self.deadline, self.stage = b"", None, NEVER, Stage.WAITING


@dataclass(eq=False)
class Worker:
    """A forked process, seen from the supervisor; `verdict` is what its client is told when it has been killed."""

    pid: int
    control: socket.socket
    ready: bool = False
    slow: bool = False
    lowered: bool = False
    client: Client | None = None
    verdict: bytes | None = None
    spent: float = 0.0

    def begin(self, client: Client) -> None:
        """Have a client, which grows old from now on."""
        self.client, client.worker, self.spent = client, self, self._clock()
        client.stage, client.began, client.spared = Stage.QUICK, time.monotonic(), 0.0

    def computed(self) -> float:
        """Seconds that it has had the processor for its client."""
        return self._clock() - self.spent

    def _clock(self) -> float:
        """The kernel's clock of a process's processor time, whose number is made of the process's."""
        return time.clock_gettime(~self.pid << 3 | 2)
