"""What operators watch: counts and times of requests and queries, in the text form that Prometheus reads."""

from collections.abc import Iterable
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

OUTCOMES = ("ok", "timeout", "busy", "refused", "cancelled", "failed")
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The numbers of one server; shared by the apps that follow one another in it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._queries = Counter("plenary_queries", "Queries by outcome.", ["outcome"], registry=self.registry)
        self._answers = Counter("plenary_requests", "Requests by route and status.", ["route", "status"],
                                registry=self.registry)  # fmt: skip
        self._seconds = Histogram("plenary_request_seconds", "Seconds to the end of an answer, by route.", ["route"],
                                  buckets=SECONDS, registry=self.registry)  # fmt: skip
        self._bytes = Counter("plenary_sent_bytes", "Bytes of answers.", registry=self.registry)
        # Finding the number of a label takes longer than counting.
        self._answered = cache(lambda route, status: self._answers.labels(route, str(status)))
        self._took = cache(self._seconds.labels)
        self._outcomes = {name: self._queries.labels(name) for name in OUTCOMES}

    def request(self, route: str, status: int, seconds: float, size: int) -> None:
        """Count a request; `route` is a pattern, never an address, so that there are few."""
        self._answered(route, status).inc()
        self._took(route).observe(seconds)
        self._bytes.inc(size)

    def query(self, outcome: str) -> None:
        """Count a query by one of the `OUTCOMES`."""
        self._outcomes[outcome].inc()

    def text(self, gauges: "Iterable[tuple[str, str, dict[str, str], float]]") -> bytes:
        """All numbers, with gauges that are read at this moment: name, meaning, labels, value."""
        now = CollectorRegistry()
        known: dict[str, Gauge] = {}
        for name, meaning, labels, value in gauges:
            gauge = known.get(name) or known.setdefault(name, Gauge(name, meaning, list(labels), registry=now))
            (gauge.labels(**labels) if labels else gauge).set(value)
        return generate_latest(self.registry) + generate_latest(now)
