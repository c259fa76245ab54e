"""The rows of a query as a table: things by name with links, numbers in columns, and the same as CSV."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal

from ontology import iris
from queries.store import Rows, Term
from server.served import text
from server.show import Value, title

PARTNER = "Label"
NUMBERS = ("#decimal", "#integer", "#double", "#float")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column: its variable, its heading, and the variable that holds the labels of its things."""

    name: str
    title: str
    type: str
    partner: str

    @property
    def evidence(self) -> bool:
        """Whether it leads to the claim behind the row."""
        return self.name == "claim" and not self.partner

    @property
    def claim(self) -> bool:
        """Whether it holds claims, or other things that have no label."""
        return self.type == "iri" and not self.partner


@dataclass(frozen=True)
class Table:
    """A result ready to be shown: columns, and a value or nothing for each of them in every row."""

    columns: list[Column]
    rows: list[list[Value | None]]
    total: int

    @property
    def left_out(self) -> int:
        """Number of rows that are not shown."""
        return self.total - len(self.rows)


def table(found: Rows, types: dict[str, str], most: int | None = None) -> Table:
    """The table of a result; columns of labels become the text of their things."""
    names = [name for name in types if name in found.variables] or list(found.variables)
    partners = {name + PARTNER for name in names}.intersection(found.variables)
    columns = [
        Column(name, title(name), types.get(name, "string"), name + PARTNER if name + PARTNER in partners else "")
        for name in names
        if name not in partners
    ]
    place = {name: index for index, name in enumerate(found.variables)}
    rows = [
        [_value(row[place[c.name]], row[place[c.partner]] if c.partner else None) for c in columns]
        for row in found.rows[:most]
    ]
    return Table(columns, rows, len(found.rows))


def _value(term: Term | None, label: Term | None) -> Value | None:
    return None if term is None else Value(term, text(label))


def is_number(term: Term | None) -> bool:
    """Whether a term is a number."""
    return isinstance(term, Literal) and term.datatype.value.endswith(NUMBERS)


def to_csv(found: Rows) -> Iterator[bytes]:
    """The result as CSV, some rows at a time; text that a spreadsheet would take for a formula begins with `'`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(found.variables)
    for number, row in enumerate(found.rows, 1):
        writer.writerow([_cell(term) for term in row])
        if number % 500 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _cell(term: Term | None) -> str:
    return text(term) if is_number(term) else disarmed(text(term))


def disarmed(said: str) -> str:
    """Text as a spreadsheet may have it: what it would take for a formula begins with `'`."""
    return "'" + said if said.startswith(FORMULA) else said


def plain(term: Term) -> str | float:
    """A term as a chart takes it."""
    if is_number(term):
        return float(text(term))
    split = iris.split(text(term))
    return split[1] if split else text(term)
