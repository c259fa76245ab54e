"""Saved queries over item-level records: how many end in a second, and the worst; to reach: 95 of 100, none over 5 s.

Each is asked with its defaults and with all parameters open, in one process on the disk store of the current release,
which must hold such records. The time to compute the stored measures stands apart.
"""

import time
from collections.abc import Iterator
from functools import partial

from pyoxigraph import Store

from ontology import releases
from queries import saved
from queries.measures import holdings, stored
from queries.search import solutions


def runs(store: Store, times: int = 3) -> Iterator[tuple[float, str, int]]:
    """Seconds, name and rows of each run, the first of which finds nothing in the engine's cache."""
    for slug, query in saved.catalogue().items():
        if query.needs:
            for text in dict.fromkeys((query.text, saved.bind(query, {p.name: () for p in query.parameters}))):
                for _ in range(times):
                    began = time.perf_counter()
                    found = sum(1 for _ in solutions(store, text))
                    yield time.perf_counter() - began, slug + ("" if text == query.text else ", all open"), found


def run() -> Iterator[str]:
    """Shares of runs by their seconds, the slowest, and the seconds that a build takes for the stored measures."""
    release = releases.current(releases.DEFAULT)
    if not any(name.startswith("relaton") for name in release.about["graphs"]):
        yield "measures: the current release holds no item-level records; build some with `plenary build relaton PATH`"
        return
    store = Store.read_only(str(release.store))
    found = sorted(runs(store))
    quick = sum(seconds < 1 for seconds, _, _ in found)
    yield f"{len(found)} runs: {100 * quick / len(found):.0f} of 100 under 1 s; worst {found[-1][0]:.2f} s"
    yield from (f"  {seconds:6.2f} s {rows:>7,} rows  {name}" for seconds, name, rows in found[:-13:-3])
    began = time.perf_counter()
    roles = holdings.read_roles(partial(solutions, store))
    read = time.perf_counter() - began
    count = sum(1 for _ in stored.figures(roles, holdings.read_attributions(partial(solutions, store))))
    yield f"measures: {read:.1f} s to read, {time.perf_counter() - began:.1f} s in all for {count:,} figures"
