"""Results on a terminal: rows as a table that can be read, with names instead of addresses."""

import json
import sys
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from werkzeug.datastructures import MultiDict

from ontology import iris
from ontology.terms import PREFIXES
from queries.network.ask import answer
from queries.network.costs import SCALE
from queries.network.paths import Dropped
from queries.store import Rows, Term
from server import told
from server.asked import question
from server.served import Served


def shorten(term: Term | None) -> str:
    """A term as one reads it: `group/iso-iec-jtc-1-wg-11`, `plen:convenor`, or the text of a literal."""
    value = str(getattr(term, "value", term or ""))
    if value.startswith(iris.THINGS):
        return value.removeprefix(iris.THINGS)
    for prefix, namespace in PREFIXES.items():
        if value.startswith(namespace):
            return f"{prefix}:{value.removeprefix(namespace)}"
    return value


def print_table(rows: Rows, quiet: bool = False) -> None:
    """Write rows to standard output; a column whose `…Label` column stands beside it is left out for it."""
    names = [name for name in rows.variables if f"{name}Label" not in rows.variables]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in names:
        table.add_column(name.removesuffix("Label"), overflow="fold")
    for row in rows.rows:
        cells = dict(zip(rows.variables, row, strict=True))
        table.add_row(*(shorten(cells[name]) for name in names))
    wide = None if sys.stdout.isatty() else 10_000
    Console(width=wide, highlight=False, markup=False, emoji=False).print(table)
    if not quiet:
        print(f"{len(rows.rows)} rows", file=sys.stderr)


def print_paths(served: Served, source: str, target: str, form: str, quiet: bool, **asked: Any) -> None:  # noqa: ANN401
    """Write the paths between two things to standard output, in words or as JSON; what else is told goes to stderr."""
    given = MultiDict([("from", source), ("to", target), ("k", str(asked.pop("count")))])
    for name, value in asked.items():
        several = value if isinstance(value, tuple) else ("1" if value is True else "" if value is False else value,)
        given.setlist(
            {"kinds": "kind", "confidences": "confidence", "sources": "source"}.get(name, name),
            [str(one) for one in several],
        )
    found = answer(served.network, question(served, given))
    telling = told.tell(served, found)
    if form == "json":
        print(json.dumps(told.as_json(served, found, telling), ensure_ascii=False, indent=2))
        return
    for place, one in enumerate(telling.paths, 1):
        _print_path(served, place, one)
    if not telling.paths:
        print(f"No path within {found.question.max_hops} hops. {served.scope}")
    if found.nearest and telling.nearest:
        print(f"There is one {found.nearest.words}:")
        _print_path(served, 0, telling.nearest)
    if not quiet:
        early = "" if found.complete else "; stopped there, and may have missed paths"
        print(f"{len(telling.paths)} paths; {found.steps} edges looked at{early}", file=sys.stderr)


def _print_path(served: Served, place: int, one: told.Told) -> None:
    print(f"{place}. " * bool(place) + f"{one.sentence} [cost {one.cost:g}]")
    for said, remark in one.remarks:
        print(f"   {said} <{remark.claim}>")
    for hop in one.hops:
        print(f"   {served.network.claim[hop.link.edge] or ' '.join(hop.link.citations) or 'no claim of its own'}")
        if hop.dropped:
            print(f"   without this hop: {_left(hop.dropped)}")


def _left(dropped: Dropped) -> str:
    """What is left without a hop."""
    if dropped.cost is None:
        return "no path is left" if dropped.sure else "not decided, the search had to stop"
    return f"the best path left costs {dropped.cost / SCALE:g}"
