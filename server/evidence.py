"""Evidence: citations numbered in the order in which a page needs them, each with what it points to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from pyoxigraph import NamedNode

from ontology import iris
from server.served import Row, Served, text
from server.show import Value, web


@dataclass(frozen=True)
class Work:
    """A work that a footnote names."""

    name: Value
    publisher: str
    date: str
    web: str


@dataclass(frozen=True)
class Footnote:
    """A footnote of a source, and the works that it names."""

    address: str
    number: str
    works: list[Work]


@dataclass(frozen=True)
class Citation:
    """A place in a source; on its page under a number."""

    address: str
    number: int
    source: Value
    section: list[str]
    table: str
    notes: list[Footnote]


@dataclass
class Evidence:
    """The citations of one page, numbered as they are asked for."""

    numbers: dict[str, int] = field(default_factory=dict)

    def mark(self, address: str) -> int:
        """The number of a citation on this page."""
        return self.numbers.setdefault(address, len(self.numbers) + 1)

    def marks(self, addresses: Iterable[str]) -> list[int]:
        """The numbers of those addresses that are citations, in order."""
        return sorted({self.mark(address) for address in addresses if is_citation(address)})

    def citations(self, served: Served) -> list[Citation]:
        """All citations numbered so far, read in one query."""
        if not self.numbers:
            return []
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in served.run("evidence", citation=list(self.numbers)):
            rows[text(row["citation"])].append(row)
        return [_citation(address, number, rows[address]) for address, number in self.numbers.items() if rows[address]]


def is_citation(address: str) -> bool:
    """Whether an address is that of a citation."""
    return (iris.split(address) or ("",))[0] == "citation"


def _value(row: Row, name: str, label: str = "") -> Value:
    term = row[name]
    return Value(term if term is not None else NamedNode(iris.BASE), text(row[label]) if label else "")


def _citation(address: str, number: int, rows: Sequence[Row]) -> Citation:
    first = rows[0]
    notes: dict[str, list[Row]] = {}
    for row in rows:
        if row["note"] is not None:
            notes.setdefault(text(row["note"]), []).append(row)
    return Citation(
        address,
        number,
        _value(first, "source", "sourceLabel"),
        text(first["section"]).split(" > "),
        text(first["table"]),
        [Footnote(note, text(found[0]["footnote"]), _works(found)) for note, found in notes.items()],
    )


def _works(rows: Sequence[Row]) -> list[Work]:
    works: dict[str, Work] = {}
    for row in rows:
        said = partial(_text, row)
        if row["work"] is not None:
            work = Work(_value(row, "work", "workLabel"), said("publisher"), said("date"), web(said("address")))
            works.setdefault(work.name.text, work)
    return list(works.values())


def _text(row: Row, name: str) -> str:
    return text(row[name])
