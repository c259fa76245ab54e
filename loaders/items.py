"""Item-level sources in a build: read left to right, loaded beside the curated data, merged into one sorted dump."""

import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import RdfFormat, Store

from loaders import lists, organizations, relaton
from loaders.relaton.lookup import Lookup
from loaders.relaton.lookup import known as lookup_of
from loaders.relaton.writer import Writer
from loaders.resolution import known as known_names
from loaders.resolution import parents, record
from ontology import dates, iris
from ontology.errors import PlenaryError
from ontology.terms import RDF_TYPE, model

SOURCES = ("relaton", "organizations", "screening-list")
CURATED = "curated.nq"
_TYPE, _TERM = f" <{RDF_TYPE.value}> <{iris.NS}".encode(), f"<{iris.THINGS}".encode()
_RDF_TYPE = f"<{RDF_TYPE.value}>".encode()
_GRAPH = f" <{iris.GRAPHS}".encode()
_DERIVED = f"<{iris.graph('derived')}> .\n".encode()
_ITEMS = f"<{iris.GRAPHS}relaton-".encode()


class WrongArguments(PlenaryError):
    """The arguments of a build cannot be read."""


@dataclass
class Items:
    """What to load beside the curated data, and afterwards what was loaded, in lines."""

    paths: dict[str, list[Path]] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    lookup: Lookup = field(default_factory=Lookup)
    above: list[record.Above] = field(default_factory=list)

    def prepare(self, store: Store) -> None:
        """Add to the store of the curated data the tables of organizations, so that parents and seats are derived."""
        self.lookup = lookup_of(store)
        with TemporaryDirectory() as folder:
            for path in self.paths.get("organizations", []):
                self.lines += organizations.load(path, store, self.lookup, Path(folder)).lines()
            writer = Writer(Path(folder), record.SOURCE)
            record.describe_source(writer)
            self.lines += parents.left(self.lookup.organizations, self.lookup.decided)
            found = parents.above(self.lookup.organizations, self.lookup.decided, self.lookup.described)
            parents.write(found, writer, self.lookup.described)
            writer.load(store)
        parents.check(store, found)
        self.above = [shown for shown, _ in found]

    def dump(
        self, store: Store, work: Path, cache: Path, progress: Callable[[str], None]
    ) -> tuple[str, dict[str, object]]:
        """Load, and write `dump.nq` of everything; returns its hash and the counts that a release keeps of it.

        The curated part is kept as `curated.nq` too: shapes and reasoning are for it alone.
        """
        runs = work / "runs"
        runs.mkdir()
        parts: list[Path] = []
        if paths := self.paths.get("screening-list"):
            progress("reading screening lists")
            listed = lists.load(paths, self.lookup, runs)
            parts, self.lines = parts + listed.runs, self.lines + listed.lines()
        if paths := self.paths.get("relaton"):
            loaded = relaton.load(paths, self.lookup, runs, cache, progress, self.days)
            loaded.write(work / "relaton.json")
            parts, self.lines = parts + loaded.runs, self.lines + loaded.lines()
        parts += self._resolved(store, work, runs)
        store.dump(work / CURATED, format=RdfFormat.N_QUADS)
        (work / CURATED).write_bytes(b"".join(sorted((work / CURATED).read_bytes().splitlines(keepends=True))))
        progress("merging statements")
        found = _merge([work / CURATED, *parts], work / "dump.nq")
        for run in parts:
            run.unlink()
        runs.rmdir()
        return found

    def _resolved(self, store: Store, work: Path, runs: Path) -> list[Path]:
        """What resolution did, as a run of statements and as a file of the release."""
        resolver, writer = self.lookup.organizations, Writer(runs, record.SOURCE)
        found = record.joined(resolver)
        record.write(found, writer)
        writer.flush()
        self.lines += record.keep(work, resolver, found, self.above, known_names.facts(store), self.lookup.decided)
        return writer.runs


def split(arguments: Sequence[str], known: Iterable[str], as_of: Sequence[str] = ()) -> tuple[list[str], Items | None]:
    """Curated sources by name, and item-level sources each with the paths that follow it.

    `as_of` holds days of crawls: `2025-12-12`, or `relaton-3gpp=2025-12-12` for one set. Raises WrongArguments for a
    path that follows no source, a source without a path, and a day that is none.
    """
    names, last = set(known), ""
    paths: dict[str, list[Path]] = {}
    curated = []
    for word in arguments:
        if word in SOURCES:
            last = word
            paths.setdefault(word, [])
        elif word in names or not last:
            curated.append(word)
        else:
            paths[last].append(Path(word))
    for name in (name for name, found in paths.items() if not found):
        raise WrongArguments(f"{name}: say what to load, such as `plenary build {name} ARCHIVE`.")
    return curated, Items(paths, dict(map(_day, as_of))) if paths else None


def _day(word: str) -> tuple[str, str]:
    source, _, day = word.rpartition("=")
    try:
        dates.first_day(day)
    except ValueError:
        raise WrongArguments(f"--as-of {word}: write a day, such as 2025-12-12 or relaton-3gpp=2025-12-12.") from None
    return source, day


def _merge(parts: list[Path], path: Path) -> tuple[str, dict[str, object]]:
    """Sorted files of N-Quads into one, each triple in one graph only: that of the curated data before all others."""
    digest, count = hashlib.sha256(), 0
    graphs, classes = Counter[bytes](), Counter[bytes]()
    with ExitStack() as opened, path.open("wb") as out:
        lines = heapq.merge(*(opened.enter_context(part.open("rb")) for part in parts))
        for line in _one_graph_each(lines):
            digest.update(line)
            out.write(line)
            count += 1
            triple, _, graph = line.rpartition(_GRAPH)
            graphs[graph] += 1
            if _TYPE in triple and triple.startswith(_TERM):
                classes[triple.rpartition(_TYPE)[2]] += 1
    return digest.hexdigest(), {
        "statements": count,
        "graphs": {name[:-4].decode(): number for name, number in sorted(graphs.items())},
        "classes": {model().label(iris.NS + c[:-1].decode()): n for c, n in classes.most_common()},
    }


def _one_graph_each(lines: Iterable[bytes]) -> Iterator[bytes]:
    held, triple = b"", b"\0"
    for line in lines:
        if line.startswith(triple) and line.rpartition(_GRAPH)[0] == triple:
            held = min(held, line, key=_rank)
        else:
            if held:
                yield held
            held, triple = line, line.rpartition(_GRAPH)[0]
    if held:
        yield held


def _rank(line: bytes) -> int:
    return 2 if line.endswith(_DERIVED) else 1 if _ITEMS in line else 0


def broken(dump: Path) -> Iterator[str]:
    """What a sorted dump breaks: things referred to and not described, and triples that stand in two graphs."""
    described, referred, before = set[bytes](), set[bytes](), b""
    with dump.open("rb") as lines:
        for line in lines:
            triple = line.rpartition(_GRAPH)[0]
            if triple == before:
                yield f"in two graphs: {triple.decode()}"
            before = triple
            subject, property_, object_ = triple.split(b" ", 2)
            if property_ == _RDF_TYPE:
                described.add(subject)
            elif object_.startswith(_TERM):
                referred.add(object_)
    yield from (f"nothing is said of {name.decode()}" for name in sorted(referred - described))
