"""Saved queries asked in tests: rows as text, of the curated data or of a store made for a test."""

from collections.abc import Mapping

from pyoxigraph import NamedNode, QuerySolutions, Store
from world import curated_store

from ontology import iris
from queries import saved

Row = dict[str, str]


def ask(slug: str, **parameters: str) -> list[Row]:
    """Rows of a saved query by column; a value of a parameter is `kind/slug` or `plen:term`, and any if empty."""
    return ask_store(curated_store(), slug, parameters)


def ask_store(store: Store, slug: str, parameters: Mapping[str, str] = {}) -> list[Row]:
    query = saved.find(slug)
    values = {name: [address(text)] if text else [] for name, text in parameters.items()}
    found = store.query(saved.bind(query, values), use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: getattr(row[name], "value", "") for name in names} for row in found]


def address(text: str) -> NamedNode:
    return NamedNode(iris.NS + text.removeprefix("plen:") if text.startswith("plen:") else iris.THINGS + text)


def several(cell: str) -> set[str]:
    """The parts of a cell that holds several."""
    return set(cell.split("; ")) if cell else set()
