"""What changed from one release to another, read from their sorted dumps side by side, and so in little memory."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from pathlib import Path

from ontology import iris
from ontology.releases import Release
from ontology.terms import RDF_TYPE
from queries.changed import TOLD, Lines, Told, follows, tell
from queries.moved import Figures, Moved, explained, moved

OBSERVATION = f"{RDF_TYPE} <{iris.NS}Observation> ".encode()
NAMED = (f"<{iris.THINGS}".encode(), f"<{iris.NS}".encode())
Change = tuple[bytes, Lines, Lines]


@dataclass(frozen=True)
class Diff:
    """The changes from one release to another.

    `graphs` maps the name of a graph to its statements added and removed, `things` the words added, removed and
    changed to addresses of things and terms; the last `echoes` of the changed ones differ only in what the build makes
    by itself. `told` has details of the first ones of each word.
    """

    old: int
    new: int
    added: int
    removed: int
    graphs: dict[str, tuple[int, int]]
    things: dict[str, list[str]]
    figures: list[Moved]
    told: dict[str, Told]
    echoes: int


def diff(old: Release, new: Release) -> Diff:
    """Compare two releases by one reading of both dumps, and a second one where computed figures moved."""
    counts = Counter[tuple[str, int]]()
    things: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
    echoes, told = list[str](), dict[str, Told]()
    gone, come = Figures(), Figures()
    for subject, before, after in changes(old.dump, new.dump):
        for place, lines in enumerate((after - before, before - after)):
            counts.update((_graph(line), place) for line in lines)
        if subject.startswith(NAMED):
            address = subject[1:-1].decode()
            found = things["changed" if before and after else "added" if after else "removed"]
            found = echoes if before and after and follows(before, after) else found
            found.append(address)
            if found is not echoes and len(found) <= TOLD:
                told[address] = tell(before, after)
            for lines, side in ((before, gone), (after, come)):
                if any(OBSERVATION in line for line in lines):
                    side[address] = lines
    graphs = {name: (counts[name, 0], counts[name, 1]) for name in sorted({name for name, _ in counts})}
    added, removed = (sum(pair[place] for pair in graphs.values()) for place in (0, 1))
    figures = explained(moved(gone, come), lambda: changes(old.dump, new.dump))
    things["changed"] += echoes
    return Diff(old.number, new.number, added, removed, graphs, things, figures, told, len(echoes))


def changes(old: Path, new: Path) -> Iterator[Change]:
    """Subjects whose statements differ between two sorted dumps, with their lines in each."""
    lines = merge(_read(old, 0), _read(new, 1))
    for subject, found in groupby(lines, lambda pair: pair[0].partition(b" ")[0]):
        sides: tuple[set[bytes], set[bytes]] = (set(), set())
        for line, side in found:
            sides[side].add(line)
        if sides[0] != sides[1]:
            yield subject, frozenset(sides[0]), frozenset(sides[1])


def _read(dump: Path, side: int) -> Iterator[tuple[bytes, int]]:
    with dump.open("rb") as file:
        for line in file:
            yield line, side


def _graph(line: bytes) -> str:
    return line.rpartition(b"<")[2].partition(b">")[0].decode().removeprefix(iris.GRAPHS)
