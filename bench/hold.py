"""CPU of the saved queries over the curated graph, held in memory and on disk; to reach: a fourth."""

import time
from collections.abc import Iterator

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

from ontology import releases
from queries.saved import catalogue

ROUNDS = 1


def run() -> Iterator[str]:
    """Seconds of CPU in one process, all saved queries and those that aggregate."""
    release = releases.current(releases.DEFAULT)
    memory, disk = Store(), Store.read_only(str(release.store))
    memory.bulk_load(path=release.dump, format=RdfFormat.N_QUADS)
    texts = [query.text for query in catalogue().values()]
    for name, chosen in (("saved queries", texts), ("those with GROUP BY", [t for t in texts if "GROUP BY" in t])):
        spent = {kind: _cpu(store, chosen) for kind, store in (("memory", memory), ("disk", disk))}
        yield (
            f"{len(chosen)} {name}: {spent['memory']:.2f} s of CPU in memory, {spent['disk']:.2f} s on disk, "
            f"{spent['disk'] / spent['memory']:.1f} times less; to reach: at least 4 for aggregations"
        )


def _cpu(store: Store, texts: list[str]) -> float:
    _ask(store, texts)  # what is read once is read
    began = time.process_time()
    for _ in range(ROUNDS):
        _ask(store, texts)
    return time.process_time() - began


def _ask(store: Store, texts: list[str]) -> None:
    for text in texts:
        found = store.query(text, use_default_graph_as_union=True)
        if isinstance(found, QuerySolutions):
            found.serialize(format=QueryResultsFormat.JSON)
