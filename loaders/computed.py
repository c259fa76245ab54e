"""Statements that are computed from a filled store: added to its dump and to itself alike."""

import heapq
from collections.abc import Callable, Iterable
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store

from ontology import releases

Compute = Callable[[Store], Iterable[Quad]]


def add(work: Path, compute: Compute) -> tuple[str, Store]:
    """Add to the dump and to the store of a release's folder what follows from the store.

    Returns the new hash of the dump, and the added statements as a store in memory.
    """
    added = Store()
    added.bulk_extend(list(compute(Store.read_only(str(work / "store")))))
    lines = work / "computed.nq"
    added.dump(lines, format=RdfFormat.N_QUADS)
    ordered = sorted(lines.read_bytes().splitlines(keepends=True))
    lines.unlink()
    dump, whole = work / "dump.nq", work / "whole.nq"
    with dump.open("rb") as kept, whole.open("wb") as out:
        out.writelines(heapq.merge(kept, ordered))
    whole.replace(dump)
    store = Store(work / "store")
    store.bulk_extend(added)
    store.optimize()
    store.flush()
    return releases.hashed(dump), added
