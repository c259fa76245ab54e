"""Decisions on names: a table under version control that overrides every rule."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from loaders.resolution.spelling import nobody
from loaders.tables import BadRecord, BadRecords, Row, read
from ontology import dates

FILE = Path(__file__).parent.parent / "decisions" / "organizations.csv"
COLUMNS = frozenset({"a", "b", "verdict", "reason", "source", "date"})
VERDICTS = ("same", "different", "parent", "unsure")


@dataclass(frozen=True)
class Decision:
    """What was decided on two names or addresses: `parent` means that b is directly above a."""

    a: str
    b: str
    verdict: str
    reason: str
    source: str
    date: str

    def other(self, name: str) -> str:
        """The other one of the two."""
        return self.b if name == self.a else self.a


@cache
def decisions(path: Path = FILE) -> tuple[Decision, ...]:
    """All decisions of a table; raises BadRecords with everything that is wrong in it."""
    found: dict[tuple[str, str], Decision] = {}
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
    if nobody(cells["a"]) or nobody(cells["b"]):
        raise row.bad("a", "this name is nobody's", "A decision is about organizations.")
    try:
        dates.first_day(cells["date"])
    except ValueError as error:
        raise row.bad("date", str(error), "Write the day of the decision, such as 2026-11-24.") from None
    return Decision(**cells)
