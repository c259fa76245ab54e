"""Competency questions: what an analyst asks, the saved query that answers it, and the answer typed from the source.

The questions stand in `questions/*.yaml`. Each names its saved query, the parameters, and rows that must be there, by
what some of their cells say (an empty cell is one that is empty). `only` means these rows and no other. `evidence` is a
place that must stand behind each row's claim; it may stand at the question or at a row. Rows of other sources than the
one that the questions are about are not looked at. A question that `needs` item-level records has no rows, because they
depend on what is loaded, and is not asked by a check.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from ontology.errors import PlenaryError
from queries.facts import Facts, Place, Row

FOLDER = Path(__file__).parent / "questions"
KEYS = {"id", "question", "query", "parameters", "only", "evidence", "rows", "needs"}
EVIDENCE = {"section", "table", "notes"}


class BadQuestion(PlenaryError):
    """A competency question that cannot be used."""


@dataclass(frozen=True)
class Expected:
    """A row that must be there: what its cells say, and the place behind its claim, as far as it is asked for."""

    cells: dict[str, str]
    evidence: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return ", ".join(f"{name} {text or 'empty'}" for name, text in self.cells.items())


@dataclass(frozen=True)
class Question:
    """One question, as it stands in its file."""

    id: str
    question: str
    query: str
    parameters: dict[str, list[str]]
    rows: tuple[Expected, ...]
    only: bool
    needs: str = ""


@dataclass(frozen=True)
class Answer:
    """What came of a question: how many rows it gave, and what is missing or too much."""

    question: Question
    count: int
    problems: tuple[str, ...]


def questions(folder: Path = FOLDER) -> list[Question]:
    """All questions by their number; BadQuestion names one that cannot be used."""
    found = [_question(entry, path.name) for path in sorted(folder.glob("*.yaml")) for entry in _entries(path)]
    ids = [question.id for question in found]
    if doubled := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise BadQuestion(f"two competency questions are called {', '.join(doubled)}")
    return sorted(found, key=lambda question: (len(question.id), question.id))


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        return list(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506  (text only)
    except yaml.YAMLError as error:
        raise BadQuestion(f"{path.name} is no YAML: {error}") from error


def _question(entry: dict[str, Any], name: str) -> Question:
    place = f"{name}, {entry.get('id', 'a question without id')}"
    needs = entry.get("needs", "")
    if missing := {"id", "question", "query", "needs" if needs else "rows"} - entry.keys():
        raise BadQuestion(f"{place}: it has no {', '.join(sorted(missing))}")
    if unknown := entry.keys() - KEYS:
        raise BadQuestion(f"{place}: no such key: {', '.join(sorted(unknown))}")
    parameters = {name: [text] if isinstance(text, str) else text for name, text in entry.get("parameters", {}).items()}
    only = entry.get("only") == "true"
    if not entry.get("rows") and not only and not needs:
        raise BadQuestion(f"{place}: no row is asked for, so that it cannot fail")
    rows = tuple(_expected(row, entry.get("evidence", {}), place) for row in entry.get("rows", ()))
    return Question(entry["id"], entry["question"], entry["query"], parameters, rows, only, needs)


def _expected(row: dict[str, Any], shared: dict[str, str], place: str) -> Expected:
    evidence = row.get("evidence", shared)
    if unknown := evidence.keys() - EVIDENCE:
        raise BadQuestion(f"{place}: evidence has {', '.join(sorted(EVIDENCE))}, not {', '.join(sorted(unknown))}")
    return Expected({name: text for name, text in row.items() if name != "evidence"}, evidence)


def run(facts: Facts, folder: Path = FOLDER) -> list[Answer]:
    """Ask all questions whose answers are known."""
    return [ask(question, facts) for question in questions(folder) if not question.needs]


def ask(question: Question, facts: Facts) -> Answer:
    """Ask one question."""
    found = facts.rows(question.query, question.parameters)
    found = [row for row in found if not facts.is_foreign(row.get("claim", ""))]
    problems: list[str] = []
    met: list[Row] = []
    for expected in question.rows:
        rows = [row for row in found if not _differences(expected, row)]
        met += rows
        problems += _evidence(expected, rows, facts) if rows else [_missing(expected, found)]
    if question.only:
        problems += [f"a row that is not expected: {_shown(row)}" for row in found if row not in met]
        if not problems and len(found) != len(question.rows):
            problems.append(f"{len(found)} rows, where {len(question.rows)} are expected")
    return Answer(question, len(found), tuple(problems))


def _differences(expected: Expected, row: Row) -> list[str]:
    """What the cells of a row say instead of what is expected."""
    return [
        f"{name} {row.get(name, 'no such column') or 'empty'}"
        for name, text in expected.cells.items()
        if not _same(text, row.get(name))
    ]


def _same(text: str, cell: str | None) -> bool:
    if text == cell or cell is None:
        return text == cell
    try:
        return Decimal(text) == Decimal(cell)
    except InvalidOperation:
        return False


def _missing(expected: Expected, found: list[Row]) -> str:
    if not found:
        return f"no row with {expected}: the query gives none"
    nearest = min(found, key=lambda row: len(_differences(expected, row)))
    claim = f" ({nearest['claim']})" if nearest.get("claim") else ""
    return f"no row with {expected}; the nearest has {', '.join(_differences(expected, nearest))}{claim}"


def _evidence(expected: Expected, rows: list[Row], facts: Facts) -> list[str]:
    """What the claims of the rows rest on, if none of them rests on the expected place."""
    places = {row.get("claim", ""): facts.places(row.get("claim", "")) for row in rows}
    if any(_fits(place, expected.evidence) for found in places.values() for place in found) or not expected.evidence:
        return []
    wanted = ", ".join(f"{key} {text or 'none'}" for key, text in expected.evidence.items())
    return [
        f"{claim or expected} does not rest on {wanted}, but on {' | '.join(map(str, found)) or 'nothing'}"
        for claim, found in places.items()
    ]


def _fits(place: Place, wanted: dict[str, str]) -> bool:
    is_there = {"section": place.section, "table": place.table, "notes": " ".join(map(str, place.notes))}
    return all(is_there[key] == text for key, text in wanted.items())


def _shown(row: Row) -> str:
    return ", ".join(f"{name} {text}" for name, text in row.items() if text)


def lines(answers: list[Answer]) -> Iterator[tuple[bool, str]]:
    """The outcome for `plenary check`: one line if all is answered, else what is missing, by question."""
    failed = [answer for answer in answers if answer.problems]
    if not failed:
        yield False, f"ok      {len(answers)} competency questions: all are answered as the source has it"
    for answer in failed:
        first = f"failed  {answer.question.id} by {answer.question.query}: {answer.question.question}"
        yield True, "\n".join([first, *(f"        {problem}" for problem in answer.problems)])
