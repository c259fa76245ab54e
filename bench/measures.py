"""All saved queries over item-level records: how many end in a second; to reach: 95 of 100 runs, and none over 5 s.

Each is asked with its defaults and with all parameters open that may be, on the disk store of the current release,
which must hold such records: in one process, and through the server at its default limits. The time to compute the
stored measures stands apart. Processor seconds stand beside those of the clock, which others on the machine lengthen.
"""

import time
from collections.abc import Iterable, Iterator
from functools import partial
from urllib.parse import urlencode
from urllib.request import urlopen

from pyoxigraph import Store

from bench.measure import PLENARY, free_port, running
from ontology import releases
from ontology.releases import Release
from queries import saved
from queries.measures import holdings, stored
from queries.saved import SavedQuery
from queries.search import solutions

TIMES = 3
Run = tuple[float, float, str]  # seconds of the clock, those of the processor, and what was asked


def asked(release: Release) -> Iterator[tuple[SavedQuery, list[str], str]]:
    """Each query that the release can answer, with the parameters that are open, and what to call that."""
    for slug, query in saved.catalogue().items():
        if query.is_offered(release.about["graphs"]):
            yield query, [], slug
            if names := [parameter.name for parameter in query.parameters if not parameter.required]:
                yield query, names, f"{slug}, all open"


def within(release: Release) -> Iterator[Run]:
    """Runs in this process, the first of which finds nothing in the engine's cache."""
    store = Store.read_only(str(release.store))
    for query, opened, name in asked(release):
        text = saved.bind(query, dict.fromkeys(opened, ()))
        for _ in range(TIMES):
            began, worked = time.perf_counter(), time.process_time()
            for _ in solutions(store, text):
                pass
            yield time.perf_counter() - began, time.process_time() - worked, name


def through(release: Release) -> Iterator[Run]:
    """Runs as a client of the server sees them, as CSV to its end; its processor time is not known here."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    with running([PLENARY, "serve", "--port", str(port)], f"{url}/healthz"):
        for query, opened, name in asked(release):
            began = time.perf_counter()
            urlopen(f"{url}/queries/{query.slug}.csv?{urlencode(dict.fromkeys(opened, ''))}").read()
            yield time.perf_counter() - began, 0.0, name


def told(what: str, runs: Iterable[Run], place: int) -> Iterator[str]:
    """The share of runs below a second and the slowest, by the clock (`place` 0) or by the processor (1)."""
    found = sorted(((run[place], run[2]) for run in runs), reverse=True)
    quick = sum(seconds < 1 for seconds, _ in found)
    yield f"{what}: {100 * quick / len(found):.1f} of 100 of {len(found)} runs under 1 s; worst {found[0][0]:.2f} s"
    slowest: dict[str, float] = {}
    for seconds, name in found:
        slowest.setdefault(name, seconds)
    yield from (f"  {seconds:6.2f} s  {name}" for name, seconds in list(slowest.items())[:12])


def run() -> Iterator[str]:
    """Shares of runs by their seconds, the slowest, and the seconds that a build takes for the stored measures."""
    release = releases.current(releases.DEFAULT)
    if not any(name.startswith("relaton") for name in release.about["graphs"]):
        yield "measures: the current release holds no item-level records; build some with `plenary build relaton PATH`"
        return
    runs = list(within(release))
    yield from told("by the clock", runs, 0)
    yield from told("by the processor", runs, 1)
    yield from told("through the server", through(release), 0)
    store = Store.read_only(str(release.store))
    began = time.perf_counter()
    roles = holdings.read_roles(partial(solutions, store))
    read = time.perf_counter() - began
    count = sum(1 for _ in stored.figures(roles, holdings.read_attributions(partial(solutions, store))))
    yield f"measures: {read:.1f} s to read, {time.perf_counter() - began:.1f} s in all for {count:,} figures"
