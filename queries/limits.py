"""How much one query, and all queries together, may take."""

from dataclasses import dataclass

from ontology.errors import PlenaryError

HOLD = ("auto", "memory", "disk")


class WrongLimit(PlenaryError):
    """A setting of the store that it cannot work with."""


@dataclass(frozen=True)
class Limits:
    """Settings of a store; of an endpoint elsewhere only `seconds` and `max_bytes` hold.

    Queries of strangers, which come through the endpoint, leave a quarter of `most` to those of pages.
    """

    seconds: float = 30.0  # after which a query is ended, counted from its arrival
    workers: int = 4  # processes kept ready beside those that compute for long
    most: int = 16  # processes, hence queries that run at once
    long: int = 4  # queries of strangers that may run for more than `short` at once
    short: float = 1.0  # seconds
    waiting: int = 32  # queries of strangers that may wait for a worker
    memory_mib: int = 2048  # that one query may take
    max_bytes: int = 512 * 1024**2  # of one result; 0 for any size
    hold: str = "auto"  # the graph in memory, on disk, or by its size

    def __post_init__(self) -> None:
        wrong = [name for name in ("seconds", "workers", "short", "memory_mib") if getattr(self, name) <= 0]
        wrong += [name for name in ("long", "waiting", "max_bytes") if getattr(self, name) < 0]
        if wrong:
            raise WrongLimit(f"{wrong[0]}: {getattr(self, wrong[0])} is too small. Give a larger number.")
        if self.most < self.workers:
            raise WrongLimit(f"most: {self.most} is less than {self.workers} workers. Raise one or lower the other.")
        if self.hold not in HOLD:
            raise WrongLimit(f"hold: {self.hold!r} is none of: {', '.join(HOLD)}.")

    @property
    def strangers(self) -> int:
        """Queries of strangers that may run at once."""
        return self.most - self.most // 4

    @property
    def threads(self) -> int:
        """Threads of a web server with which pages have some left, however many strangers ask."""
        return self.strangers + self.waiting + 16


DEFAULT = Limits()
