"""Committees and working groups as the schemas print them: under `editorialgroup`, or as parts of a contributor."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from loaders.relaton.parse import Value

LEVELS = (
    "bureau", "society", "technical_committee", "technical-committee", "committee", "group", "subcommittee", "subgroup",
    "working_group", "workgroup", "balloting_group", "task_group",
)  # fmt: skip


class Committee(NamedTuple):
    """A group that had a document in hand, as printed.

    `path` is its identifier or name after those of the groups above it; `kind` is its type (TC, study-group) and
    `rank` says how it had the document in hand: prime, other, former, or nothing.
    """

    path: tuple[str, ...]
    name: str
    kind: str
    rank: str


def committees(value: Value | None) -> Iterator[Committee]:
    """The groups under `editorialgroup`, each below those that are printed before it in the same entry."""
    for part in value if isinstance(value, list) else [value] if value else []:
        if not isinstance(part, dict):
            yield from _flat({"name": part})
        elif "name" in part and not set(part) & set(LEVELS):
            yield from _flat(part)
        else:
            yield from _levels(part)


def of_subdivisions(contributors: Iterable[dict[str, Value]]) -> Iterator[Committee]:
    """Groups that newer schemas print as subdivisions of a contributing organization."""
    for contributor in contributors:
        inside = contributor.get("organization")
        if isinstance(inside, dict):
            yield from _subdivisions(inside, (_text(inside.get("abbreviation")),))


def _subdivisions(inside: dict[str, Value], above: tuple[str, ...]) -> Iterator[Committee]:
    parts = inside.get("subdivision")
    for part in parts if isinstance(parts, list) else [parts] if parts else []:
        map_: dict[str, Value] = part if isinstance(part, dict) else {"name": part}
        name, code = _text(map_.get("name")), _text(map_.get("identifier")) or _text(map_.get("abbreviation"))
        if name or code:
            path = (*above, code or name)
            yield Committee(path[1:], name, _text(map_.get("subtype")) or _text(map_.get("type")), "")
            yield from _subdivisions(map_, path)


def _flat(part: dict[str, Value]) -> Iterator[Committee]:
    """A group known by a code alone, as 3GPP prints them; several may share one cell: `S1 / GP`, `G2, G3new`."""
    name, rank = _text(part.get("name")), _text(part.get("type"))
    for word in re.split(r"\s*[/,]\s*", re.sub(r"\(ex [^)]*\)", "", name)):
        if code := word.strip(" ()?-"):
            yield Committee((code,), "", "", rank)


def _levels(part: dict[str, Value]) -> Iterator[Committee]:
    path: tuple[str, ...] = ()
    for level in LEVELS:
        found = part.get(level)
        for inside in found if isinstance(found, list) else [found] if found else []:
            map_: dict[str, Value] = inside if isinstance(inside, dict) else {"name": inside}
            name, code = _text(map_.get("name")) or _text(map_.get("content")), _text(map_.get("identifier"))
            code = code or _text(map_.get("acronym")) or _text(map_.get("abbreviation")) or _numbered(map_, level, name)
            if code:
                yield Committee((*path, code), name, _text(map_.get("type")) or level.replace("_", "-"), "")
                last = code
            else:
                continue
        if found and path[-1:] != (last,):
            path = (*path, last)


def _numbered(map_: dict[str, Value], level: str, name: str) -> str:
    """A code made of type and number where no identifier is printed: `TC 184`."""
    short = {"technical_committee": "TC", "subcommittee": "SC", "workgroup": "WG"}.get(level, _text(map_.get("type")))
    number = _text(map_.get("number"))
    return f"{_text(map_.get('type')) or short} {number}".strip() if number else name


def _text(value: Value | None) -> str:
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    if isinstance(value, dict):
        return _text(value.get("content") or value.get("value") or value.get("name") or "")
    return " ".join(value.split()) if value else ""
