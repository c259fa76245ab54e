"""Item-level sources in a build: read left to right, loaded beside the curated data, merged into one sorted dump."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import RdfFormat, Store

from loaders import lists, organizations, relaton, runs
from loaders.apart import Say, apart, workers
from loaders.filling import Filling
from loaders.listed import Parties
from loaders.relaton.lookup import Lookup
from loaders.relaton.lookup import known as lookup_of
from loaders.relaton.writer import Writer
from loaders.resolution import known as known_names
from loaders.resolution import parents, record
from ontology import dates, iris
from ontology.errors import PlenaryError
from ontology.terms import RDF_TYPE

SOURCES = ("relaton", "organizations", "screening-list")
CURATED = "curated.nq"
_RDF_TYPE = f"<{RDF_TYPE.value}>".encode()


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
    left: bytes = b""

    def prepare(self, store: Store) -> None:
        """Add to the store of the curated data the tables of organizations, so that parents and seats are derived.

        Raises SourceUnusable for a screening list too, which is loaded last and would stop the build late.
        """
        for path in self.paths.get("screening-list", []):
            lists.read(path)
        self.lookup = lookup_of(store)
        with TemporaryDirectory() as folder:
            for path in self.paths.get("organizations", []):
                self.lines += organizations.load(path, store, self.lookup, Path(folder)).lines()
            writer = Writer(Path(folder), record.SOURCE)
            record.describe_source(writer)
            self.lines += parents.left(self.lookup.organizations, self.lookup.decided)
            self.lines += parents.nowhere(self.lookup.decided, self.lookup.described)
            found = parents.above(self.lookup.organizations, self.lookup.decided, self.lookup.described)
            parents.write(found, writer, self.lookup.described)
            writer.load(store)
        parents.check(store, found)
        self.above = [shown for shown, _ in found]

    def dump(
        self, store: Store, work: Path, cache: Path, progress: Say, filled: Filling | None = None
    ) -> tuple[str, dict[str, object]]:
        """Load, and write `dump.nq` of everything; returns its hash and the counts that a release keeps of it.

        The curated part is kept as `curated.nq` too: shapes and reasoning are for it alone. Loading is done in a
        process of its own, whose memory is free again before the dump is written. `filled` is given the runs of
        statements as they are written, which lie in `runs` beside the dump.
        """

        def heard(told: str | Path) -> None:
            if isinstance(told, str):
                progress(told)
            elif filled:
                filled.take(told)

        parts, self.lines = apart(lambda tell: self._load(store, work, cache, tell), heard)
        progress("merging statements")
        if filled:
            filled.rest([work / CURATED])
        with workers() as pool:
            digest, counts = runs.merge([*parts, work / CURATED], work / "dump.nq", pool)
        self.left = b"".join(counts.left)
        return digest, counts.named()

    def _load(
        self, store: Store, work: Path, cache: Path, tell: Callable[[str | Path], None]
    ) -> tuple[list[Path], list[str]]:
        folder = work / "runs"
        folder.mkdir()
        small: list[Path] = []
        large: list[Path] = []
        if paths := self.paths.get("relaton"):
            loaded = relaton.load(paths, self.lookup, folder, cache, tell, self.days, tell)
            loaded.write(work / "relaton.json")
            large, self.lines = loaded.runs, self.lines + loaded.lines()
        listed = None
        if paths := self.paths.get("screening-list"):  # behind the records, for a listing joins what is known already
            tell("reading screening lists")
            listed = lists.load(paths, self.lookup, folder, known_names.places(store))
            small, self.lines = listed.runs, self.lines + listed.lines()
        small += self._resolved(store, work, folder, listed)
        for part in small:
            tell(part)
        store.dump(work / CURATED, format=RdfFormat.N_QUADS)
        runs.order(work / CURATED)
        return small + large, self.lines

    def _resolved(self, store: Store, work: Path, folder: Path, listed: lists.Listed | None) -> list[Path]:
        """What resolution did, as a run of statements and as a file of the release."""
        resolver, writer = self.lookup.organizations, Writer(folder, record.SOURCE)
        parties = listed.parties if listed else Parties(resolver, iris.slugify)
        found = [*record.joined(resolver), *parties.joined]
        record.write(found, writer)
        writer.flush()
        known, decided = known_names.facts(store), self.lookup.decided
        self.lines += record.keep(work, resolver, found, self.above, known, decided, parties.facts, parties.doubts)
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


def broken(dump: Path) -> Iterator[str]:
    """What a sorted dump breaks: things referred to and not described, and triples that stand in two graphs."""
    described, referred, before = set[bytes](), set[bytes](), b""
    with dump.open("rb") as lines:
        for line in lines:
            triple = line.rpartition(runs.GRAPH)[0]
            if triple == before:
                yield f"in two graphs: {triple.decode()}"
            before = triple
            subject, property_, object_ = triple.split(b" ", 2)
            if property_ == _RDF_TYPE:
                described.add(subject)
            elif object_.startswith(runs.TERM):
                referred.add(object_)
    yield from (f"nothing is said of {name.decode()}" for name in sorted(referred - described))
