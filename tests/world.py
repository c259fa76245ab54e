"""The curated data as a store in memory, built once for all tests that ask it."""

from functools import cache

from pyoxigraph import Store

from loaders.build import assemble
from loaders.derive import derive


@cache
def curated_store() -> Store:
    """Asserted and derived statements of all curated sources; nobody may change it."""
    store, _ = assemble()
    derive(store)
    return store


@cache
def report_store() -> Store:
    """The same of the report alone; nobody may change it."""
    store, _ = assemble(["great-game"])
    derive(store)
    return store
