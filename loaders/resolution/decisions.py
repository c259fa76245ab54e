"""Decisions on names: a table under version control that overrides every rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from loaders.resolution.spelling import nobody, spelling
from loaders.tables import BadRecord, BadRecords, Place, Row, read
from ontology import dates, iris

FILE = Path(__file__).parent.parent / "decisions" / "organizations.csv"
COLUMNS = frozenset({"a", "b", "verdict", "reason", "source", "date"})
VERDICTS = ("same", "different", "parent", "unsure")
KINDS = ("organization", "body", "listing")
_ADDRESS = f"Write a name as printed, or an address such as {iris.THINGS}organization/huawei."
_ALIKE = "One spelling is one organization; to part two of them, write both as printed and the verdict different."
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
    def place(self) -> str:
        """Its row, in words."""
        return f"row {self.row.place.row}" if self.row else "no row"

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
    found: list[Decision] = []
    bad: list[BadRecord] = []
    for row in read(path, path.parent.parent, COLUMNS):
        try:
            found.append(_decision(row))
        except BadRecord as error:
            bad.append(error)
    bad += [*_repeats(found), *_contradictions(found)]
    if bad:
        raise BadRecords(bad)
    return tuple(found)


def node(name: str) -> str:
    """What decisions meet by: an address as it stands, a name as it is compared."""
    return name if name.startswith(iris.THINGS) else spelling(name)


def _repeats(found: Iterable[Decision]) -> Iterator[BadRecord]:
    """Pairs that were decided on before, in whatever spelling or order, and second parents."""
    pairs: dict[frozenset[str], Decision] = {}
    parents: dict[str, Decision] = {}
    for one in found:
        ends = node(one.a), node(one.b)
        pair = frozenset(ends if ends[0] != ends[1] else (one.a, one.b))
        if first := pairs.get(pair):
            yield one.bad(
                "b", f"these two were decided on already, as {first.verdict} ({first.place})", "Keep one row."
            )
        elif one.verdict == "parent" and (first := parents.get(ends[0])):
            remedy = f"Keep one, or write {UNKNOWN}."
            yield one.bad("a", f"a parent of {one.a!r} was decided already ({first.place})", remedy)
        pairs.setdefault(pair, one)
        if one.verdict == "parent":
            parents.setdefault(ends[0], one)


def _contradictions(found: Sequence[Decision]) -> Iterator[BadRecord]:
    """Pairs that other rows, one after another, make one organization."""
    roots: dict[str, str] = {}

    def root(name: str) -> str:
        while name in roots:
            name = roots[name]
        return name

    for one in found:
        ends = root(node(one.a)), root(node(one.b))
        if one.verdict == "same" and ends[0] != ends[1]:
            roots[ends[0]] = ends[1]
    for one in found:
        here, there = node(one.a), node(one.b)
        if one.verdict != "same" and here != there and root(here) == root(there):
            problem = f"{one.a!r} and {one.b!r} are one organization by the rows with the verdict same"
            yield one.bad("verdict", problem, "Take out this row, or one of those.")


def _decision(row: Row) -> Decision:
    cells = {column: row.cells.get(column, "") for column in COLUMNS}
    for column in ("a", "b", "verdict", "reason", "date"):
        if not cells[column]:
            raise row.bad(column, "the cell is empty", "A decision names both, the verdict, the reason and the day.")
    if cells["verdict"] not in VERDICTS:
        raise row.bad("verdict", f"{cells['verdict']!r} is no verdict", f"Write {', '.join(VERDICTS)}.")
    if cells["verdict"] == "parent" and cells["b"].casefold() in (NONE, UNKNOWN):
        cells["b"] = cells["b"].casefold()
    one = Decision(**cells, row=row)
    _named(one)
    ends = one.a, one.b
    if nobody(one.a) or (nobody(one.b) and not one.settles):
        remedy = f"Only as a parent can b be {NONE} or {UNKNOWN}." if nobody(one.b) else ""
        raise row.bad("b" if remedy else "a", "this name is nobody's", remedy or "A decision is about organizations.")
    if (node(one.a) == node(one.b) and one.verdict != "different") or one.a == one.b:
        raise row.bad("b", f"this is the name under a, {one.a!r}, in another spelling or the same", _ALIKE)
    if one.verdict == "same" and all(name.startswith(iris.THINGS) and "/listing/" not in name for name in ends):
        remedy = "Write a name of one of them as printed, or make them one in the tables."
        raise row.bad("b", "both are addresses, and each stands in a table of its own", remedy)
    if one.verdict == "parent" and one.b != UNKNOWN and not one.source:
        raise row.bad("source", "a parent needs its source", f"Name what says so, or write {UNKNOWN} under b.")
    try:
        dates.first_day(one.date)
    except ValueError as error:
        raise row.bad("date", str(error), "Write the day of the decision, such as 2026-11-24.") from None
    return one


def _named(one: Decision) -> None:
    """Raise BadRecord for an address that is not of an organization, a body or a listing, or not written whole."""
    for column, name in (("a", one.a), ("b", one.b)):
        kind, _ = iris.split(name) or ("", "")
        if name.startswith(("/id/", "http:", "https:", "www.")) and kind not in KINDS:
            raise one.bad(column, f"{name!r} is no address of an organization or a listing", _ADDRESS)
