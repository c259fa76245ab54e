"""Releases and what changed between them, as text and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ontology import iris, releases
from queries.answered import Answered, Compared
from queries.changed import Told
from queries.diff import Diff
from queries.moved import Moved

SHOWN, ROWS_SHOWN = 20, 5
CELL = 80  # characters
MARKS = {"added": "+", "removed": "-", "changed": "~"}
Entry = dict[str, Any]


def entries(place: Path) -> list[Entry]:
    """The releases of a folder, newest first; one that is damaged says so instead of what it holds."""
    current, found = _current(place), list[Entry]()
    for number in reversed(releases.numbers(place)):
        entry: Entry = {"number": number, "current": number == current}
        try:
            release = releases.at(place, number)
        except releases.NoRelease as error:
            found.append(entry | {"damaged": str(error)})
            continue
        about = {"built": release.built, "statements": release.statements, "digest": release.digest}
        found.append(entry | about | {"sources": release.sources})
    return found


def _current(place: Path) -> int | None:
    try:
        return releases.named(place)
    except releases.NoRelease:
        return None


def listed(place: Path) -> str:
    """The releases, a line each; `*` marks the current one."""
    lines = []
    for one in entries(place):
        mark = "*" if one["current"] else " "
        said = one.get("damaged") or _line(one)
        lines.append(f"{mark} {one['number']:>4}  {said}")
    return "\n".join(lines) or f"{place}: no release here yet. Run `plenary build` first."


def _line(one: Entry) -> str:
    sources = ", ".join(one["sources"])
    return f"{one['built'][:10]}  {one['statements']:>9,} statements  {one['digest'][:12]}  {sources}"


def as_json(place: Path) -> str:
    """The releases for programs."""
    return json.dumps(entries(place), ensure_ascii=False, indent=2)


def changes(found: Diff, answers: Compared | None = None) -> str:
    """What changed, in words."""
    asked = _answers(answers) if answers else ["answers of saved queries: not compared; --answers asks both for them"]
    return "\n".join([*_lines(found), *asked])


def changes_as_json(found: Diff, answers: Compared | None = None) -> str:
    """What changed, for programs."""
    told = {"answers": asdict(answers)} if answers else {}
    return json.dumps(as_data(found) | told, ensure_ascii=False, indent=2)


def as_data(found: Diff) -> dict[str, Any]:
    """What changed, as JSON has it: all things by address, and figures with their reasons."""
    graphs = {name: {"added": pair[0], "removed": pair[1]} for name, pair in found.graphs.items()}
    figures = [asdict(one) | {"about": sorted(one.about)} for one in found.figures]
    return asdict(found) | {"graphs": graphs, "figures": figures}


def _lines(found: Diff) -> Iterator[str]:
    yield f"from release {found.old} to release {found.new}"
    yield f"statements: {found.added:,} added, {found.removed:,} removed"
    yield from (f"  {name}: {added:,} added, {removed:,} removed" for name, (added, removed) in found.graphs.items())
    yield "things: " + ", ".join(f"{len(found.things[word]):,} {word}" for word in found.things)
    for word, mark in MARKS.items():
        plain = found.things[word][: len(found.things[word]) - (found.echoes if word == "changed" else 0)]
        yield from _some([line for address in plain for line in _thing(mark, address, found.told.get(address))])
    if found.echoes:
        yield f"  ~ {found.echoes:,} more only in labels and statements that the build makes of the others"
    yield f"figures that moved: {len(found.figures):,}"
    yield from _some([line for one in found.figures for line in _figure(one)], 3 * SHOWN)


def _thing(mark: str, address: str, told: Told | None) -> Iterator[str]:
    yield f"  {mark} {_short(address)}" + (f": {told.label}" if told and told.label else "")
    yield from (f"      {said}" for said in (told.said if told else ()))


def _answers(found: Compared) -> Iterator[str]:
    left = f"; {found.left} were not asked, since time was up" if found.left else ""
    yield f"saved queries whose answers moved: {len(found.answers):,} of {found.asked:,}{left}"
    for one in found.answers:
        yield f"  {one.slug}: {one.title}" + (f" ({renamed(one)})" if one.renamed else "")
        yield from _some([f"      {line}" for line in ([one.fault] if one.fault else map(row, cells(one)))], ROWS_SHOWN)
        if one.more:
            yield f"      … and {one.more:,} more rows"


def renamed(one: Answered) -> str:
    """How many rows differ only in names."""
    return f"{one.renamed:,} {'row' if one.renamed == 1 else 'rows'} only with another name"


def cells(one: Answered) -> Iterator[tuple[str, list[str]]]:
    """The rows that moved: `added`, `removed` or `changed`, and what is in their cells; of a changed one old → new."""
    for old, new in one.rows:
        both = zip(one.columns, old or new, new or old, strict=True)
        shown = [(name, _cut(a), _cut(b), a != b) for name, a, b in both if f"{name}Label" not in one.columns]
        named = [
            f"{name.removesuffix('Label')}: " + (f"{a or 'nothing'} → {b or 'nothing'}" if moved else a)
            for name, a, b, moved in shown
            if a or moved
        ]
        yield "changed" if old and new else "removed" if old else "added", named


def row(told: tuple[str, list[str]]) -> str:
    """One row in a line, with a mark for what became of it."""
    return f"{MARKS[told[0]]} {' | '.join(told[1])}"


def _cut(text: str) -> str:
    return text if len(text) <= CELL else text[: CELL - 1] + "…"


def _figure(one: Moved) -> Iterator[str]:
    yield f"  {one.label or _short(one.address)}: {one.old or 'not there'} → {one.new or 'no longer there'}"
    yield from (f"      {ground}" for ground in one.grounds)
    if one.claims:
        more = f", and {one.more} more" if one.more else ""
        yield f"      claims that changed: {', '.join(map(_short, one.claims))}{more}"


def _some(lines: Sequence[str], most: int = SHOWN) -> Iterator[str]:
    yield from lines[:most]
    if len(lines) > most:
        yield f"  … and {len(lines) - most:,} more lines; --format json has all"


def _short(address: str) -> str:
    return address.removeprefix(iris.THINGS).replace(iris.NS, "plen:")
