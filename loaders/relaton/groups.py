"""Committees and working groups as the schemas print them: under `editorialgroup`, or as parts of a contributor."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from loaders.relaton.parse import Value
from loaders.relaton.values import Map, inside, several, text

LEVELS = (
    "society", "technical_committee", "technical-committee", "committee", "commission", "group", "subcommittee",
    "subgroup", "working_group", "workgroup", "balloting_group", "task_group", "project_team",
)  # fmt: skip
_SHORT = {"technical_committee": "TC", "subcommittee": "SC", "workgroup": "WG"}
_RANKS = ("prime", "other", "former")
_NO_COMMITTEE = {"publisher", "distributor", "copyright owner"}  # their parts are divisions of an office


class Committee(NamedTuple):
    """A group that had a document in hand, as printed.

    `path` is its identifier or name after those of the groups above it; `kind` is its type (TC, study-group) and
    `rank` says how it had the document in hand: prime, other, former, or nothing.
    """

    path: tuple[str, ...]
    name: str
    kind: str
    rank: str


def committees(value: Value | None, flavour: str) -> Iterator[Committee]:
    """The groups under `editorialgroup`, each below those that are printed before it in the same entry."""
    for part in several(value):
        map_: Map = part if isinstance(part, dict) else {"name": part}
        if set(map_) & set(LEVELS):
            yield from _levels(map_, ())
        elif flavour == "3GPP":
            yield from _codes(map_)
        elif name := text(map_.get("name")) or text(map_.get("content")):
            kind = text(map_.get("type"))
            rank = kind if kind in _RANKS else ""
            yield Committee((_code(map_) or name,), name, "" if rank else kind, rank)


def of_subdivisions(contributors: Iterable[Map]) -> Iterator[Committee]:
    """Groups that newer schemas print as subdivisions of a contributing organization."""
    for contributor in contributors:
        organization = contributor.get("organization")
        kinds = {text(inside(role).get("type")) or text(role) for role in several(contributor.get("role"))}
        if isinstance(organization, dict) and not (kinds and kinds <= _NO_COMMITTEE):
            yield from _subdivisions(organization, ())


def _subdivisions(above: Map, path: tuple[str, ...]) -> Iterator[Committee]:
    for part in several(above.get("subdivision")):
        map_: Map = part if isinstance(part, dict) else {"name": part}
        name = text(map_.get("name")) or text(map_.get("content"))
        code = _code(map_)
        if name or code:
            here = (*path, code or name)
            yield Committee(here, name, text(map_.get("subtype")) or text(map_.get("type")), "")
            yield from _subdivisions(map_, here)


def _codes(part: Map) -> Iterator[Committee]:
    """A group known by a code alone, as 3GPP prints them; several may share one cell: `S1 / GP`, `G2, G3new`."""
    name, rank = text(part.get("name")), text(part.get("type"))
    for word in re.split(r"\s*[/,]\s*", re.sub(r"\(ex [^)]*\)", "", name)):
        if code := word.strip(" ()?-"):
            yield Committee((code,), "", "", rank)


def _levels(part: Map, path: tuple[str, ...]) -> Iterator[Committee]:
    for level in LEVELS:
        last = ""
        for found in several(part.get(level)):
            map_: Map = found if isinstance(found, dict) else {"name": found}
            name = text(map_.get("name")) or text(map_.get("content"))
            if code := _code(map_) or _numbered(map_, level) or name:
                yield Committee((*path, code), name, text(map_.get("type")) or level.replace("_", "-"), "")
                yield from _levels(map_, (*path, code))
                last = code
        if last:
            path = (*path, last)


def _code(map_: Map) -> str:
    """The identifier or abbreviation of a group; one without the number that its name has is that of a kind: SG."""
    identifiers = several(map_.get("identifier"))
    full = [part for part in identifiers if text(inside(part).get("type")) == "full"]
    code = text([*full, *identifiers], "content", "value", "id") or text(map_.get("abbreviation"))
    if not code:
        code, name = text(map_.get("acronym")), text(map_.get("name")) or text(map_.get("content"))
        code = "" if re.search(r"\d", name) and not re.search(r"\d", code) else code
    return code


def _numbered(map_: Map, level: str) -> str:
    """A code made of type and number where no identifier is printed: `TC 184`."""
    number = text(map_.get("number"))
    return f"{text(map_.get('type')) or _SHORT.get(level, '')} {number}".strip() if number else ""
