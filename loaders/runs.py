"""Sorted files of N-Quads: put in order, and joined into one dump, range by range on all cores."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path

from ontology import iris
from ontology.terms import RDF_TYPE, model

RANGE = 16_000_000  # bytes of a range, which one process holds at once
GRAPH = f" <{iris.GRAPHS}".encode()
TERM = f"<{iris.THINGS}".encode()
_TYPE = f" <{RDF_TYPE.value}> <{iris.NS}".encode()
_DERIVED = f"<{iris.graph('derived')}> .\n".encode()
_ITEMS = f"<{iris.GRAPHS}relaton-".encode()


@dataclass
class Counts:
    """Statements, by graph and, where they give a thing its class, by class; names as they end a line.

    `left` are lines whose triple stands in a graph that goes before theirs.
    """

    statements: int = 0
    graphs: Counter[bytes] = field(default_factory=Counter)
    classes: Counter[bytes] = field(default_factory=Counter)
    left: list[bytes] = field(default_factory=list)

    def add(self, other: "Counts") -> None:
        """Take in those of another part."""
        self.statements += other.statements
        self.graphs.update(other.graphs)
        self.classes.update(other.classes)
        self.left += other.left

    def named(self) -> dict[str, object]:
        """As a release keeps them."""
        return {
            "statements": self.statements,
            "graphs": {name[:-4].decode(): number for name, number in sorted(self.graphs.items())},
            "classes": {model().label(iris.NS + c[:-1].decode()): n for c, n in self.classes.most_common()},
        }


def order(run: Path) -> None:
    """Sort the lines of a file, each of them once; who reads it meanwhile reads it as it was."""
    lines = run.read_bytes().splitlines(keepends=True)
    lines.sort()  # before repeats are left out: lines of one thing stand together, which sorting makes use of
    sorted_ = run.with_suffix(".sorted")
    sorted_.write_bytes(b"".join([line for line, _ in groupby(lines)]))
    sorted_.replace(run)


def merge(parts: Iterable[Path], path: Path, pool: Executor) -> tuple[str, Counts]:
    """Sorted files into one, each triple in one graph only: that of the curated data before all others.

    Returns the hash of the file and its counts.
    """
    parts = [part for part in parts if part.stat().st_size]
    digest, counts = hashlib.sha256(), Counts()
    starts = _starts(parts)
    ranges = [(ends, path.with_name(f"{path.name}.{i}")) for i, ends in enumerate(pairwise([*starts, b""]))]
    todo = [pool.submit(_range, parts, *ends, piece) for ends, piece in ranges] if len(ranges) > 1 else []
    with path.open("wb") as out:
        for number, (ends, piece) in enumerate(ranges):
            counts.add(todo[number].result() if todo else _range(parts, *ends, piece))
            data = piece.read_bytes()
            digest.update(data)
            out.write(data)
            piece.unlink()
    return digest.hexdigest(), counts


def _starts(parts: list[Path]) -> list[bytes]:
    """Where ranges of about equal size begin: always with the first line of a subject; the first one with all."""
    samples = []
    for part in parts:
        with part.open("rb") as file:
            for place in range(RANGE // 16, part.stat().st_size, RANGE // 16):
                file.seek(place)
                file.readline()
                samples.append(file.readline().partition(b" ")[0] + b" ")
    return sorted({b"", *sorted(samples)[16::16]})


def _range(parts: list[Path], start: bytes, end: bytes, piece: Path) -> Counts:
    """Merge the lines from one subject to another, or to the end."""
    lines: list[bytes] = []
    for part in parts:
        with part.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            first, last = _place(data, start), _place(data, end) if end else len(data)
            lines += data[first:last].splitlines(keepends=True)
    lines.sort()
    kept, counts = _one_graph_each(lines)
    piece.write_bytes(b"".join(kept))
    return counts


def _place(lines: mmap, wanted: bytes) -> int:
    """Where those of some sorted lines begin that are not before a text."""
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        begin, after = lines.rfind(b"\n", 0, middle) + 1, lines.find(b"\n", middle) + 1
        low, high = (after, high) if lines[begin:after] < wanted else (low, begin)
    return low


def _one_graph_each(lines: list[bytes]) -> tuple[list[bytes], Counts]:
    kept: list[bytes] = []
    graphs: list[bytes] = []
    classes: list[bytes] = []
    left: list[bytes] = []
    before = b""
    for line in lines:
        triple, _, graph = line.rpartition(GRAPH)
        if triple == before:
            pair = sorted(dict.fromkeys((kept[-1], line)), key=_rank)
            left += pair[1:]
            kept[-1], graphs[-1] = pair[0], pair[0].rpartition(GRAPH)[2]
            continue
        before = triple
        kept.append(line)
        graphs.append(graph)
        if _TYPE in triple and line.startswith(TERM):
            classes.append(triple.rpartition(_TYPE)[2])
    return kept, Counts(len(kept), Counter(graphs), Counter(classes), left)


def _rank(line: bytes) -> int:
    return 2 if line.endswith(_DERIVED) else 1 if _ITEMS in line else 0
