"""Ten endless queries in flight: what others then wait, when the ten end, and what memory is left behind."""

import http.client
import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from statistics import quantiles

from bench.measure import PLENARY, free_port, proportional_set_size, running

ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
CHEAP = "SELECT ?p ?o WHERE { <https://w3id.org/plenary/id/organization/huawei> ?p ?o }"
COUNT, LIMIT = 10, 10.0


def run() -> Iterator[str]:
    """With a limit of ten seconds."""
    port = free_port()
    with running(
        [PLENARY, "serve", "--port", str(port), "--limit", str(LIMIT)], f"http://127.0.0.1:{port}/"
    ) as process:
        for number in range(200):
            ask(port, f"{CHEAP}#{number}")
        before = proportional_set_size(process.pid)
        ends: list[tuple[int, float]] = []
        threads = [threading.Thread(target=lambda: ends.append(_timed(port, ENDLESS))) for _ in range(COUNT)]
        for thread in threads:
            thread.start()
        time.sleep(0.2)
        waits, number = [], 0
        while any(thread.is_alive() for thread in threads):
            status, seconds = _timed(port, f"{CHEAP}#in flight {(number := number + 1)}")
            assert status == 200, status
            waits.append(seconds)
        time.sleep(2)
        after = proportional_set_size(process.pid)
    p99 = quantiles(waits, n=100)[98] * 1000
    told = sorted({status for status, _ in ends})
    yield f"{COUNT} endless queries in flight, cheap query: p99 {p99:.0f} ms of {len(waits)}; to reach: under 500 ms"
    longest = max(seconds for _, seconds in ends)
    yield f"they ended with {told} after {longest:.1f} s at most; to reach: {LIMIT + 2:.0f} s, their limit and 2 s"
    yield f"memory of all processes: {before:.0f} MB before, {after:.0f} MB two seconds after"


def ask(port: int, query: str, accept: str = "application/sparql-results+json") -> tuple[int, bytes]:
    """Status and body of one query."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/sparql?" + urllib.parse.urlencode({"query": query}), headers={"Accept": accept})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _timed(port: int, query: str) -> tuple[int, float]:
    began = time.perf_counter()
    status, body = ask(port, query)
    if status == 200:
        json.loads(body)
    return status, time.perf_counter() - began
