"""Cells with the claims behind them, and how their figures are to be read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal

from queries.store import Term
from server.evidence import Evidence, is_citation
from server.sentences import Claim, Part, sentence, when
from server.show import Value
from server.table import is_number
from server.thing import Statement

BLANK = "blank"
NOT_STATED = "not stated"
DATES = ("#date", "#gYear", "#gYearMonth")
MANY = 4


@dataclass(frozen=True)
class Item:
    """One value of a cell, the claim behind it, and the numbers of its citations."""

    parts: list[Part]
    claim: str = ""
    marks: list[int] = field(default_factory=list)

    @property
    def plain(self) -> bool:
        """Whether no part of it leads anywhere by itself, so that the whole can lead to the claim."""
        return not any(isinstance(part, Value) and part.href for part in self.parts)


@dataclass(frozen=True)
class Cell:
    """A cell: its values, and what they are: number, date, long, marked (evidence alone), or nothing in particular."""

    items: list[Item]
    kind: str = ""


@dataclass(frozen=True)
class Shown:
    """A table ready to be shown: headings, rows of cells, and how its figures are to be read."""

    heads: list[str]
    rows: list[list[Cell]]
    reading: list[tuple[str, str]]

    @property
    def blank(self) -> bool:
        """Whether a cell is blank in the report."""
        return any(item.parts == [BLANK] for row in self.rows for cell in row for item in cell.items)


def kind_of(term: Term | None) -> str:
    """What a term is, as the style of its cell."""
    if is_number(term):
        return "number"
    return "date" if isinstance(term, Literal) and term.datatype.value.endswith(DATES) else ""


def reading(claims: Iterable[Claim], counted: Collection[str] = ()) -> list[tuple[str, str]]:
    """How figures are to be read: what they share, and what their source does not state; `counted` are its numbers."""
    every = list(claims)
    figures = [c for c in every if c.kind == "observation" and (not counted or c.address in counted)]
    counting = [claim for claim in every if claim.kind == "attribution"]
    asked = (
        ("Unit", [claim.shown("unit") for claim in figures]),
        ("Out of", [claim.shown("denominator") for claim in figures]),
        ("Missing", [claim.shown("missing") for claim in figures]),
        ("Time", [" ".join(map(_said, when(claim))) for claim in figures]),
        ("Rule of the figures", [claim.shown("attributionRule") for claim in figures]),
        ("Rule of the countries", [claim.shown("attributionRule") for claim in counting]),
        ("Confidence", [claim.shown("confidence") for claim in every]),
    )
    return [(title, _summary(values)) for title, values in asked if values]


def _said(part: Part) -> str:
    return part if isinstance(part, str) else part.shown if isinstance(part, Value) else part.text


def _summary(values: Sequence[str]) -> str:
    """The values that occur, and how many times there is none."""
    known, bare = list(dict.fromkeys(filter(None, values))), sum(not value for value in values)
    if not known:
        return NOT_STATED
    said = "; ".join(known) if len(known) <= MANY else "differs from row to row"
    return f"{said} ({NOT_STATED} for {bare} of {len(values)})" if bare else said


def marks_of(claim: Claim, evidence: Evidence) -> list[int]:
    """The numbers of a claim's citations on the page."""
    return evidence.marks(source.text for source in claim.values.get("wasDerivedFrom", ()))


def statement_of(claim: Claim, evidence: Evidence) -> Statement:
    """A claim as a sentence with its evidence."""
    return Statement(
        claim,
        sentence(claim),
        next(iter(claim.values.get("confidence", ())), None),
        claim.values.get("claimedBy", []),
        marks_of(claim, evidence),
        [source for source in claim.values.get("wasDerivedFrom", ()) if not is_citation(source.text)],
    )
