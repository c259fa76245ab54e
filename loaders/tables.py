"""Curated tables: strict reading of CSV, with errors that name file, row, field and remedy."""

import csv
import difflib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ontology.errors import PlenaryError

_PARTED = re.compile(r"[;\t]")


@dataclass(frozen=True)
class Place:
    """Where a record stands: a file and its line as a spreadsheet counts it (the header is row 1)."""

    file: Path
    row: int

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}"


class BadRecord(PlenaryError):
    """A curated record that cannot be used; it stops the build."""

    def __init__(self, place: Place | Path, field: str | None, problem: str, remedy: str) -> None:
        super().__init__(f"{place}{f', field {field}' if field else ''}: {problem}. {remedy}")


class BadRecords(PlenaryError):
    """All bad records found in one go, so that they can be mended in one go."""

    def __init__(self, found: list[BadRecord]) -> None:
        shown = [str(record) for record in found[:20]]
        rest = len(found) - len(shown)
        super().__init__("\n".join([*shown, f"… and {rest} more"] if rest else shown))
        self.found = found


@dataclass(frozen=True)
class Row:
    """One record: its place and its cells, stripped, by column name; empty cells are left out."""

    place: Place
    cells: dict[str, str]

    def all(self, column: str) -> list[str]:
        """The values of a cell that may hold several, divided by `|`."""
        return [part.strip() for part in self.cells.get(column, "").split("|") if part.strip()]

    def bad(self, field: str | None, problem: str, remedy: str) -> BadRecord:
        """An error about this record."""
        return BadRecord(self.place, field, problem, remedy)


def read(path: Path, root: Path, columns: frozenset[str] | None = None) -> Iterator[Row]:
    """The records of a CSV file in UTF-8; `root` shortens the file's name in errors, `columns` are those allowed.

    Raises BadRecord for a file that is empty, not UTF-8 or not rectangular, and for unknown or doubled columns.
    """
    name = path.relative_to(root)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BadRecord(
            Place(name, row), None, f"byte 0x{error.object[error.start]:02x} is not UTF-8", "Save the file as UTF-8."
        ) from None
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise BadRecord(Place(name, row), None, "the file holds a NUL byte", "Save the file as UTF-8 text.")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, [])
        if not header:
            raise BadRecord(name, None, "the file is empty", "Give it a header line and rows, or delete it.")
        _check_header(header, name, columns)
        count = 0
        for cells in lines:
            place = Place(name, lines.line_num - sum(cell.count("\n") for cell in cells))
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise BadRecord(
                    place, None, f"{len(cells)} cells under {len(header)} columns", "Quote cells that hold commas."
                )
            count += 1
            yield Row(place, {k: v.strip() for k, v in zip(header, cells, strict=True) if v.strip()})
    except csv.Error as error:
        raise BadRecord(Place(name, lines.line_num), None, str(error), "Check the quotation marks.") from error
    if not count:
        raise BadRecord(name, None, "the file has a header and no rows", "Add rows, or delete the file.")


def _check_header(header: list[str], name: Path, columns: frozenset[str] | None) -> None:
    if len(header) == 1 and columns and header[0].strip() not in columns and (found := _PARTED.search(header[0])):
        problem = f"the columns are parted by {'tabs' if found[0] == chr(9) else 'semicolons'}"
        raise BadRecord(Place(name, 1), None, problem, "Save the file with commas between the columns.")
    for column in header:
        if header.count(column) > 1:
            raise BadRecord(Place(name, 1), column, "the column stands twice", "Delete one of them.")
        if columns is not None and column not in columns:
            raise BadRecord(Place(name, 1), column, "no such column", suggestion(column, columns, "Delete it."))


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """A remedy for a word that is not known: the nearest known ones, if any is near."""
    near = difflib.get_close_matches(word.strip(), list(known), n=3, cutoff=0.6)
    near = near or [one for one in known if one.casefold() == word.strip().casefold()]
    return f"Did you mean {' or '.join(near)}? {otherwise}" if near else otherwise
