"""Results on a terminal: rows as a table that can be read, with names instead of addresses."""

import sys

from rich import box
from rich.console import Console
from rich.table import Table

from ontology import iris
from ontology.terms import PREFIXES
from queries.store import Rows, Term


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
