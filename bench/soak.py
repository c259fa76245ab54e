"""Mixed load for long: no error that is not a stated limit, no growth of memory after warm-up.

`python -m bench.soak SECONDS` (an hour by itself; exit code 1 if something is wrong) asks point queries, new and kept,
long lists, pages, saved queries, things in RDF, searches, endless and broken queries, and leaves in the middle of some.
"""

import http.client
import itertools
import random
import sys
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.heavy import CHEAP, ENDLESS
from bench.measure import PLENARY, free_port, proportional_set_size, running
from queries.limits import Limits
from queries.saved import catalogue

HOUR, CLIENTS, LIMIT = 3600.0, 6, 2.0
SHORT = Limits().short  # after which a query that finds no place for long ones is broken off too
LIMITS = {503, 504}  # too many queries at once, and the time limit
WARM = 0.5  # of the time, after which memory should no longer grow, however few requests that is beside other work
GROWTH = 40.0  # megabytes: what the allocator may hold back
FULL = 200.0  # megabytes that a server comes to in an hour; on a busy machine it may still be growing to that
LONG = "SELECT * WHERE { ?s ?p ?o } LIMIT 20000"
THINGS = ("organization/huawei", "group/itu-t-q11-15", "country/cn", "person/heng-qian")
PAGES = ("/", "/queries", "/search?q=huawei", "/report", "/explore", "/paths", "/ontology", "/metrics", "/healthz")
NUMBERS = itertools.count()


@dataclass
class Seen:
    """What came of the requests: `wrong` are answers that no limit explains, `limited` cheap requests that met one."""

    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    limited: list[str] = field(default_factory=list)


def sparql(query: str) -> str:
    """A query as an address."""
    return "/sparql?" + urllib.parse.urlencode({"query": query})


def requests(choice: random.Random) -> Iterator[tuple[str, str, set[int]]]:
    """Kind, address and the statuses that are right for it; without end."""
    slugs = sorted(catalogue())
    kinds = {
        "new": lambda: (sparql(f"{CHEAP}#{next(NUMBERS)}"), {200}),
        "kept": lambda: (sparql(CHEAP), {200}),
        "long": lambda: (sparql(f"{LONG}#{next(NUMBERS)}"), {200} | LIMITS),
        "page": lambda: (choice.choice(PAGES), {200, 404}),
        "saved": lambda: (f"/queries/{choice.choice(slugs)}.json", {200} | LIMITS),
        "thing": lambda: (f"/id/{choice.choice(THINGS)}" + choice.choice(("", ".ttl", ".jsonld")), {200}),
        "endless": lambda: (sparql(f"{ENDLESS}#{next(NUMBERS)}"), LIMITS),
        "broken": lambda: (sparql(f"SELECT {next(NUMBERS)}"), {400}),
        "left": lambda: (sparql(f"{LONG}#{next(NUMBERS)}"), set[int]()),
    }
    weights = {
        "new": 20,
        "kept": 20,
        "page": 6,
        "saved": 6,
        "thing": 6,
        "long": 2,
        "endless": 1,
        "broken": 2,
        "left": 2,
    }
    while True:
        kind = choice.choices(list(weights), list(weights.values()))[0]
        yield kind, *kinds[kind]()


def client(port: int, end: float, seen: Seen, seed: int) -> None:
    """One client, which keeps its connection where it can."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for kind, path, right in requests(random.Random(seed)):
        if time.monotonic() > end:
            break
        began = time.monotonic()
        try:
            connection.request("GET", path, headers={"Accept": "*/*"})
            answer = connection.getresponse()
            if kind == "left":
                answer.read(1000)
                connection.close()
                continue
            body = answer.read()
            seen.statuses[f"{kind} {answer.status}"] += 1
            if answer.status not in right:
                told = seen.limited if answer.status in LIMITS else seen.wrong
                told.append(f"{path[:80]}: {answer.status} {body[:120]!r}")
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            if isinstance(error, http.client.IncompleteRead) and time.monotonic() - began > SHORT:
                seen.statuses[f"{kind} broken off at a limit"] += 1
            else:
                seen.wrong.append(f"{path[:80]}: {error!r}")
    connection.close()


def soak(port: int, seconds: float) -> Seen:
    """Load a running server."""
    seen, end = Seen(), time.monotonic() + seconds
    threads = [threading.Thread(target=client, args=(port, end, seen, seed)) for seed in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def at_rest(pid: int) -> float:
    """Megabytes of a server's processes once no query runs: the least of some seconds, for the last ones take two."""
    return min(proportional_set_size(pid) for _ in range(50) if not time.sleep(0.1))


def main(seconds: float = HOUR) -> int:
    """1 if something is wrong. That cheap requests meet limits is only told: on a busy machine they do."""
    port = free_port()
    command = [PLENARY, "serve", "--port", str(port), "--limit", str(LIMIT)]
    with running(command, f"http://127.0.0.1:{port}/readyz") as process:
        soak(port, WARM * seconds)
        before = at_rest(process.pid)
        seen = soak(port, (1 - WARM) * seconds)
        after, alive = at_rest(process.pid), process.poll() is None
    print(f"{seen.statuses.total()} requests in {seconds:.0f} s; the process is {'the same' if alive else 'GONE'}")
    print(f"by kind and status: {dict(sorted(seen.statuses.items()))}")
    print(f"not explained by a limit: {len(seen.wrong)} {seen.wrong[:5]}; to reach: none")
    print(f"cheap requests that met a limit: {len(seen.limited)} {seen.limited[:5]}; to reach: 1 in 1,000 at most")
    print(f"memory at rest grew by {after - before:.0f} MB after warm-up, to {after:.0f} MB; to reach: none")
    return int(bool(seen.wrong) or not alive or (after >= FULL and after - before >= GROWTH))


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
