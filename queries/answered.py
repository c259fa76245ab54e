"""Answers of the saved queries that are others in another release: the figures that people quote."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from pyoxigraph import Literal

from ontology import iris
from ontology.errors import PlenaryError
from queries import saved
from queries.changed import word
from queries.limits import Limits
from queries.saved import SavedQuery
from queries.sparql import inspect
from queries.store import Store, Term, open_store

LIMIT = 10.0  # seconds for one query
WHOLE = 600.0  # seconds for all of them
ROWS = 50  # pairs of rows of one query that are told
NEAR = 200  # rows among which those that belong together are looked for
Cells = tuple[str, ...]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Answered:
    """A saved query whose rows differ, asked with its defaults.

    `rows` are pairs of an old and a new row, empty where there is none; `more` counts those that are not told, and
    `renamed` those in which only names differ. A query that one of the releases did not answer has a `fault` instead.
    """

    slug: str
    title: str
    columns: Cells
    rows: list[tuple[Cells, Cells]]
    more: int = 0
    renamed: int = 0
    fault: str = ""


@dataclass(frozen=True)
class Compared:
    """The queries whose answers differ, of so many that were `asked`; `left` were not, since time was up."""

    asked: int
    left: int
    answers: list[Answered]


def between(place: Path, old: int, new: int, say: Say = lambda step: None, seconds: float = WHOLE) -> Compared:
    """Compare two releases of a folder; opens both for that time."""
    limits = Limits(workers=1)
    with closing(open_store(place, limits, number=old)) as was, closing(open_store(place, limits, number=new)) as now:
        sources = {graph.removeprefix(iris.GRAPHS) for graph in was.graphs & now.graphs}
        return compare(was, now, sources, say, seconds)


def compare(
    old: Store, new: Store, sources: set[str], say: Say = lambda step: None, seconds: float = WHOLE
) -> Compared:
    """Ask both releases each saved query that their `sources` can answer, until so many seconds are over."""
    queries = [one for one in saved.catalogue().values() if one.is_offered(sources) and _is_table(one)]
    ends, found, asked = monotonic() + seconds, list[Answered](), 0
    for query in queries:
        if monotonic() > ends:
            break
        asked += 1
        if asked % 10 == 0:
            say(f"{asked} of {len(queries)} saved queries compared")
        found += _compared(query, old, new)
    found.sort(key=lambda one: not (one.rows or one.fault))
    return Compared(asked, len(queries) - asked, found)


def _is_table(query: SavedQuery) -> bool:
    return inspect(query.text).form == "SELECT"


def _compared(query: SavedQuery, old: Store, new: Store) -> Iterator[Answered]:
    try:
        was, now = (store.select(query.text, limit=LIMIT) for store in (old, new))
    except PlenaryError as error:
        yield Answered(query.slug, query.title, (), [], fault=str(error))
        return
    before, after = (Counter(tuple(map(_said, row)) for row in rows.rows) for rows in (was, now))
    gone, come = list((before - after).elements()), list((after - before).elements())
    if gone or come:
        every = list(_paired(gone[:NEAR], come[:NEAR]))
        pairs = [pair for pair in every if not _is_renamed(now.variables, *pair)]
        more = len(pairs[ROWS:]) + len(gone[NEAR:]) + len(come[NEAR:])
        yield Answered(query.slug, query.title, now.variables, pairs[:ROWS], more, len(every) - len(pairs))


def _is_renamed(columns: Cells, old: Cells, new: Cells) -> bool:
    """Whether a row differs only in labels of things that it gives by address, too."""
    labels = {name for name in columns if name.removesuffix("Label") in columns and name.endswith("Label")}
    cells = zip(columns, old, new, strict=False)
    return bool(old and new) and all(a == b or name in labels for name, a, b in cells)


def _paired(gone: list[Cells], come: list[Cells]) -> Iterator[tuple[Cells, Cells]]:
    """Rows that agree in more than half of their filled cells are the same row with other figures."""
    for row in gone:
        near = max(come, key=lambda other: _shared(row, other), default=())
        if near and 2 * _shared(row, near) > sum(map(bool, row)):
            come.remove(near)
            yield row, near
        else:
            yield row, ()
    yield from (((), row) for row in come)


def _shared(one: Cells, other: Cells) -> int:
    return sum(a == b != "" for a, b in zip(one, other, strict=True))


def _said(term: Term | None) -> str:
    """A cell as it is read; what GROUP_CONCAT joined has no order."""
    if isinstance(term, Literal):
        return "; ".join(sorted(re.split(r"; ", term.value)))
    return "" if term is None else word(str(getattr(term, "value", term)))
