"""Decisions on names: a table under version control that overrides every rule."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from loaders.resolution.spelling import nobody, spelling
from loaders.tables import BadRecord, BadRecords, Place, Row, read
from ontology import dates

FILE = Path(__file__).parent.parent / "decisions" / "organizations.csv"
COLUMNS = frozenset({"a", "b", "verdict", "reason", "source", "date"})
VERDICTS = ("same", "different", "parent", "unsure")
NONE, UNKNOWN = "none", "unknown"  # nobody's names, so that no organization can be meant


@dataclass(frozen=True)
class Decision:
    """What was decided on two names or addresses: `parent` means that b is directly above a.

    There b may be NONE, for a company at the top of its group, or UNKNOWN, for one that has a parent nobody can name.
    """

    a: str
    b: str
    verdict: str
    reason: str
    source: str
    date: str
    row: Row | None = field(default=None, compare=False, repr=False)

    @property
    def settles(self) -> bool:
        """Whether it says of a, without naming a parent, what is above it; a table's tie then gives way."""
        return self.verdict == "parent" and self.b in (NONE, UNKNOWN)

    def bad(self, field: str, problem: str, remedy: str) -> BadRecord:
        """An error about this decision."""
        return (self.row or Row(Place(Path(FILE.name), 0), {})).bad(field, problem, remedy)


@cache
def decisions(path: Path = FILE) -> tuple[Decision, ...]:
    """All decisions of a table; raises BadRecords with everything that is wrong in it."""
    found: dict[tuple[str, str], Decision] = {}
    children: set[str] = set()
    bad: list[BadRecord] = []
    for row in read(path, path.parent.parent, COLUMNS):
        try:
            one = _decision(row)
        except BadRecord as error:
            bad.append(error)
            continue
        pair = (min(one.a, one.b), max(one.a, one.b))
        if pair in found:
            bad.append(row.bad("b", "these two were decided on already", "Keep one of the rows."))
        elif one.verdict == "parent" and spelling(one.a) in children:
            bad.append(row.bad("a", f"a parent of {one.a!r} was decided already", f"Keep one, or write {UNKNOWN}."))
        children |= {spelling(one.a)} if one.verdict == "parent" else set()
        found[pair] = one
    if bad:
        raise BadRecords(bad)
    return tuple(found.values())


def _decision(row: Row) -> Decision:
    cells = {column: row.cells.get(column, "") for column in COLUMNS}
    for column in ("a", "b", "verdict", "reason", "date"):
        if not cells[column]:
            raise row.bad(column, "the cell is empty", "A decision names both, the verdict, the reason and the day.")
    if cells["verdict"] not in VERDICTS:
        raise row.bad("verdict", f"{cells['verdict']!r} is no verdict", f"Write {', '.join(VERDICTS)}.")
    one = Decision(**cells, row=row)
    if nobody(one.a) or (nobody(one.b) and not one.settles):
        remedy = f"Only as a parent can b be {NONE} or {UNKNOWN}." if nobody(one.b) else ""
        raise row.bad("b" if remedy else "a", "this name is nobody's", remedy or "A decision is about organizations.")
    if one.verdict == "parent" and one.b != UNKNOWN and not one.source:
        raise row.bad("source", "a parent needs its source", f"Name what says so, or write {UNKNOWN} under b.")
    try:
        dates.first_day(one.date)
    except ValueError as error:
        raise row.bad("date", str(error), "Write the day of the decision, such as 2026-11-24.") from None
    return one
