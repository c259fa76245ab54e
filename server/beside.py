"""The rows of one query under several rules, side by side: a line for each thing measured, a group of columns a rule.

What depends on the rule are numbers, the claim behind them, and the words that go with a figure; all else tells what is
measured. Lines stand in the order of the first rule's rows, each other one behind what it follows under its own rule.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from server.show import Value
from server.table import Column, Table, disarmed, is_number

WITH_FIGURE = frozenset({"countsAs", "comparator", "confidence", "method", "inWords", "firstDay", "lastDay"})
Cells = list[Value | None]
Line = tuple[tuple[Value | None, ...], int]


@dataclass(frozen=True)
class Side:
    """One rule: its own columns, and for each line their cells; None where the rule has no row for what is measured.

    `absent` is what such a line says, and `unknown` the cells that are known of it nevertheless, by name of column.
    """

    rule: Value
    columns: list[Column]
    rows: list[Cells | None]
    absent: str = "no row"
    unknown: Sequence[dict[str, Value]] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the rule has no row at all."""
        return all(row is None for row in self.rows)

    @property
    def has_gaps(self) -> bool:
        """Whether some line has no row of the rule."""
        return None in self.rows

    @property
    def first(self) -> int:
        """The place of its first figure."""
        return next((place for place, column in enumerate(self.columns) if column.type == "number"), 0)

    def cells(self, line: int) -> list[Value | str | None]:
        """What stands in a line: terms, nothing, or for the first figure the words that there is no row."""
        if (row := self.rows[line]) is not None:
            return list(row)
        known = self.unknown[line] if self.unknown else {}
        return [
            known.get(column.name, self.absent if place == self.first else None)
            for place, column in enumerate(self.columns)
        ]


@dataclass(frozen=True)
class Beside:
    """What is measured, line by line, and beside it one side for each rule."""

    columns: list[Column]
    things: list[Cells]
    sides: list[Side]

    def lines(self, most: int | None = None) -> list[tuple[Cells, list[list[Value | str | None]]]]:
        """The first lines: what is measured, and what each side says."""
        return [(thing, [side.cells(number) for side in self.sides]) for number, thing in enumerate(self.things[:most])]


def pivot(tables: Sequence[tuple[Value, Table]]) -> Beside:
    """The tables of one query, each of a rule, as one; a thing that a rule has twice takes two lines."""
    columns = tables[0][1].columns
    said = {place for place in range(len(columns)) if _says_rule(place, tables)}
    own = [place for place, column in enumerate(columns) if place not in said and _goes_with_rule(column)]
    kept = [place for place in range(len(columns)) if place not in said and place not in own]
    rows = [_numbered(table, kept, own) for _, table in tables]
    lines = _merged(rows)
    sides = [
        Side(rule, [columns[place] for place in own], [found.get(line) for line in lines])
        for (rule, _), found in zip(tables, rows, strict=True)
    ]
    return Beside([columns[place] for place in kept], [list(thing) for thing, _ in lines], sides)


def _goes_with_rule(column: Column) -> bool:
    return column.type == "number" or column.name in WITH_FIGURE or column.claim


def _says_rule(place: int, tables: Sequence[tuple[Value, Table]]) -> bool:
    """Whether a column does nothing but name the rule."""
    said = [(rule, row[place]) for rule, table in tables for row in table.rows]
    return bool(said) and all(cell and cell.shown in (rule.shown, rule.text) for rule, cell in said)


def _numbered(table: Table, kept: list[int], own: list[int]) -> dict[Line, Cells]:
    """The rule's own cells by what is measured, and by how often that came before."""
    seen: Counter[tuple[Value | None, ...]] = Counter()
    found: dict[Line, Cells] = {}
    for row in table.rows:
        thing = tuple(row[place] for place in kept)
        found[thing, seen[thing]] = [row[place] for place in own]
        seen[thing] += 1
    return found


def _merged(lists: Iterable[Iterable[Line]]) -> list[Line]:
    """All lines once; one that an earlier list does not have comes behind the one that it follows in its own."""
    after: dict[Line | None, Line | None] = {None: None}
    for lines in lists:
        last: Line | None = None
        for line in lines:
            if line not in after:
                after[line], after[last] = after[last], line
            last = line
    found: list[Line] = []
    while (following := after[found[-1] if found else None]) is not None:
        found.append(following)
    return found


def folded(beside: Beside) -> tuple[Beside, list[tuple[str, str]]]:
    """The same without words that are nowhere or everywhere the same, and those with their headings.

    Numbers and claims stay where any rule has them, and so does the first column.
    """
    told: list[tuple[str, str]] = []
    kept = [0] + [n for n in range(1, len(beside.columns)) if not _same(beside.columns[n], _down(beside, n), told)]
    own = beside.sides[0].columns
    stay = [n for n in range(len(own)) if not _same(own[n], _across(beside, n), told)]
    things = [[thing[n] for n in kept] for thing in beside.things]
    return Beside([beside.columns[n] for n in kept], things, [_narrow(side, stay) for side in beside.sides]), told


def _down(beside: Beside, place: int) -> Cells:
    return [thing[place] for thing in beside.things]


def _across(beside: Beside, place: int) -> Cells:
    return [row[place] for side in beside.sides for row in side.rows if row is not None]


def _same(column: Column, cells: Cells, told: list[tuple[str, str]]) -> bool:
    """Whether a column need not be shown; what it says in all cells, if anything, is added to what is told."""
    if not any(cells):
        return True
    first = cells[0]
    if first is None or column.type == "number" or column.claim or any(cell != first for cell in cells):
        return False
    told.append((column.title, first.shown))
    return True


def _narrow(side: Side, stay: list[int]) -> Side:
    """A side with some of its columns; with only the first figure where no line has anything to say."""
    if side.is_empty and not any(side.unknown):
        stay = [side.first]
    rows = [None if row is None else [row[n] for n in stay] for row in side.rows]
    return replace(side, columns=[side.columns[n] for n in stay], rows=rows)


def to_csv(beside: Beside) -> bytes:
    """All lines as CSV: things by name, claims by address, headings such as `value (registration)`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    own = [f"{column.name} ({side.rule.shown})" for side in beside.sides for column in side.columns]
    writer.writerow([*(column.name for column in beside.columns), *own])
    for thing, sides in beside.lines():
        writer.writerow([_cell(value) for value in chain(thing, *sides)])
    return buffer.getvalue().encode()


def _cell(value: Value | str | None) -> str:
    if not isinstance(value, Value):
        return value or ""
    return value.text if is_number(value.term) else disarmed(value.label or value.text)
