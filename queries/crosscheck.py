"""Cross-checks: what a source states is recomputed from its own parts, and its contradictions are named.

The checks stand in `crosschecks/*.csv`, a row each: what is compared in words, both sides as expressions (see
`expressions.py`) with the values that the source gives or that follow from it, typed by hand, the relation, and whether
the source `agrees` or `disagrees` with itself there. A disagreement that is listed with its reason is no failure; one
that is not listed, or that has vanished, is. So are a claim that is missing and a value that is not the typed one.
Beside them, every share is compared with its count and what it is out of (a row with the id `share observation/…` takes
the place of that check), and figures and dates that disagree must be compared by some row.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ontology.errors import PlenaryError
from queries.expressions import BadExpression, Expression, Value, is_printed, plain
from queries.facts import FOLDER, Facts, NoSuchFact, Place
from queries.relations import COMPARATORS, RELATIONS

COLUMNS = ("id", "compares", "left", "left_is", "relation", "right", "right_is", "outcome", "reason")


class BadCheck(PlenaryError):
    """A row of the cross-checks that cannot be used."""


@dataclass(frozen=True)
class Check:
    """One row of `crosschecks/*.csv`, as it stands."""

    id: str
    compares: str
    left: str
    left_is: str
    relation: str
    right: str
    right_is: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class Claim:
    """One claim that a side rests on: its address, what it says, and where."""

    address: str
    says: str
    places: tuple[Place, ...]

    def __str__(self) -> str:
        return f"{self.address}: {self.says} ({' | '.join(map(str, self.places)) or 'no evidence'})"


@dataclass(frozen=True)
class Side:
    """One side of a comparison: how it is computed, what comes out (empty if nothing can), and from which claims."""

    expression: str
    printed: str
    found: str
    claims: tuple[Claim, ...]
    problem: str

    @property
    def places(self) -> str:
        """Where its claims stand in the source, each place once."""
        return " | ".join(dict.fromkeys(str(place) for claim in self.claims for place in claim.places))


@dataclass(frozen=True)
class Result:
    """What came of a check; `agrees` is None where it could not be made, no `problems` means that all is as listed."""

    check: Check
    left: Side
    right: Side
    agrees: bool | None
    problems: tuple[str, ...]

    def __str__(self) -> str:
        check, left = self.check, self.left.found or "?"
        right = self.right.found or ("?" if self.right.expression else "")
        outcome = f"{left} {check.relation} {right}".strip()
        if self.agrees is False:
            outcome = f"{left} against {right}" if right else f"{left}, not: {check.relation}"
        return f"{check.id}: {check.compares}: {outcome}" + (f". {check.reason}" if check.reason else "")

    def details(self) -> Iterator[str]:
        """Problems, then the claims of both sides with what they say and where, a line each."""
        yield from self.problems
        yield from map(str, (*self.left.claims, *self.right.claims))


def checks(folder: Path = FOLDER) -> list[Check]:
    """All written checks; BadCheck names the file and the row of one that cannot be used."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file, strict=True), start=2):
                found.append(_check(row, f"{path.name}, row {number}"))
    ids = [check.id for check in found]
    if doubled := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise BadCheck(f"two cross-checks are called {', '.join(doubled)}")
    return found


def _check(row: dict[str, str], place: str) -> Check:
    if set(row) != set(COLUMNS) or None in row.values():
        raise BadCheck(f"{place}: it must have a cell, if an empty one, under each of {', '.join(COLUMNS)}")
    check = Check(**row)
    if check.relation not in RELATIONS:
        raise BadCheck(f"{place}: no relation is called {check.relation!r}. There are: {', '.join(RELATIONS)}")
    if check.outcome not in ("agrees", "disagrees") or (check.outcome == "disagrees" and not check.reason):
        raise BadCheck(f"{place}: the outcome is agrees, or disagrees with a reason")
    return check


def run(facts: Facts, folder: Path = FOLDER) -> list[Result]:
    """Make all checks: those that are written, every share, and every pair that disagrees and is not written."""
    written = [make(check, facts) for check in checks(folder)]
    ids = {result.check.id for result in written}
    shares = [check for check in _shares(facts) if check.id not in ids]
    return [*written, *(make(check, facts) for check in (*shares, *_pairs(facts, written)))]


def make(check: Check, facts: Facts) -> Result:
    """Make one check."""
    left_value, left = _side(check.left, check.left_is, facts)
    right_value, right = _side(check.right, check.right_is, facts)
    problems = [side.problem for side in (left, right) if side.problem]
    agrees = None
    if left_value is not None and right_value is not None:
        try:
            agrees = RELATIONS[check.relation](left_value, right_value)
        except (ValueError, ArithmeticError):
            problems.append(f"{left.found} and {right.found} cannot be compared by {check.relation!r}")
    if agrees is False and check.outcome == "agrees":
        problems.append(f"{left.found} {check.relation} {right.found} does not hold, and no reason is listed")
    if agrees and check.outcome == "disagrees":
        problems.append(f"{left.found} {check.relation} {right.found} holds: the listed disagreement has vanished")
    return Result(check, left, right, agrees, tuple(problems))


def _side(text: str, printed: str, facts: Facts) -> tuple[Value | None, Side]:
    if not text:
        return "", Side(text, printed, "", (), "")
    expression = Expression(text, facts)
    try:
        value = expression.value()
    except (NoSuchFact, BadExpression) as error:
        return None, Side(text, printed, "", _claims(expression), str(error))
    fits = not printed or is_printed(value, printed, exact=len(text.split()) == 1)
    problem = "" if fits else f"{text} is {plain(value)}, where the source gives {printed}"
    shown = printed if printed and fits else plain(value)
    return value, Side(text, printed, shown, _claims(expression), problem)


def _claims(expression: Expression) -> tuple[Claim, ...]:
    used = [(reference.partition("@")[0], says) for reference, says in expression.used.items()]
    return tuple(Claim(address, says, expression.facts.places(address)) for address, says in used)


def _shares(facts: Facts) -> Iterator[Check]:
    """Every percentage of which the count and what it is out of are stated, but for those that Plenary computed."""
    words = "a share against its count and what it is out of"
    for address in facts.claims("observation"):
        if facts.is_foreign(address) and facts.says(f"{address}@confidence") == "derived":
            continue
        stated = all(facts.has(f"{address}@{name}") for name in ("value", "unit", "numerator", "denominator"))
        if stated and facts.says(f"{address}@unit") == "percent":
            comparator = facts.says(f"{address}@comparator") if facts.has(f"{address}@comparator") else ""
            left = f"100 * {address}@numerator / {address}@denominator"
            yield Check(f"share {address}", words, left, "", COMPARATORS[comparator], address, "", "agrees", "")


def _pairs(facts: Facts, written: list[Result]) -> Iterator[Check]:
    """Figures and dates of one thing that disagree, as the saved queries find them, and that no row compares."""
    compared = [{claim.address for claim in (*r.left.claims, *r.right.claims)} for r in written]
    once = [row for row in facts.rows("dates-that-disagree") if row["recurrence"] == "happens once"]
    rows = [*facts.rows("figures-that-disagree"), *once]
    for one, other in sorted({tuple(sorted((row["claim"], row["other"]))) for row in rows}):
        of_source = not (facts.is_foreign(one) or facts.is_foreign(other))
        if of_source and not any({one, other} <= claims for claims in compared):
            words = "two statements of one thing that no row of queries/crosschecks/ compares"
            yield Check(f"pair {one} {other}", words, one, "", "equals", other, "", "agrees", "")


def lines(results: list[Result]) -> Iterator[tuple[bool, str]]:
    """The outcome for `plenary check`: what is listed as a disagreement, with both places; then what failed."""
    failed = [result for result in results if result.problems]
    known = [result for result in results if result.agrees is False and not result.problems]
    agree = len(results) - len(failed) - len(known)
    word = "failed  " if failed else "ok      "
    text = f"{word}{len(results)} cross-checks: {agree} agree, {len(failed)} fail"
    listed = [f"        {r} [{r.left.places or 'no claim'}] [{r.right.places or 'no claim'}]" for r in known]
    yield bool(failed), "\n".join([f"{text}; the source disagrees with itself in {len(known)}, as listed:", *listed])
    for result in failed:
        yield True, "\n".join([f"failed  cross-check {result}", *(f"        {detail}" for detail in result.details())])
