"""Releases and what changed between them, as text and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ontology import iris, releases
from queries.diff import Diff
from queries.moved import Moved

SHOWN = 20
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


def changes(found: Diff) -> str:
    """What changed, in words."""
    return "\n".join(_lines(found))


def changes_as_json(found: Diff) -> str:
    """What changed, for programs."""
    return json.dumps(as_data(found), ensure_ascii=False, indent=2)


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
    for word, mark in (("added", "+"), ("removed", "-"), ("changed", "~")):
        yield from _some([f"  {mark} {_short(address)}" for address in found.things[word]])
    yield f"figures that moved: {len(found.figures):,}"
    yield from _some([line for one in found.figures for line in _figure(one)], 3 * SHOWN)


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
    return address.removeprefix(iris.THINGS)
