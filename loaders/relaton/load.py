"""Relaton records to sorted runs of N-Quads, one graph for each set, beside what the curated data already say."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from loaders.apart import workers
from loaders.relaton import versions
from loaders.relaton.bodies import Bodies
from loaders.relaton.documents import Documents, Shelf
from loaders.relaton.fields import account
from loaders.relaton.lookup import Lookup
from loaders.relaton.merge import Merged, merge, published
from loaders.relaton.parse import Shape
from loaders.relaton.people import People, cite
from loaders.relaton.reader import ARCHIVES, SourceUnusable
from loaders.relaton.record import Record
from loaders.relaton.summary import Load, Summary
from loaders.relaton.work import batches
from loaders.relaton.writer import Writer, date, text
from ontology import dates, iris
from ontology.errors import PlenaryError
from ontology.terms import DCTERMS, SKOS

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()  # a file of an earlier day carries none: it was taken out
NO_ROLE = (("none", ""),)
RECORDS = "Records, by identifier of the document"
Progress = Callable[[str], None]


class DanglingReference(PlenaryError):
    """The loader referred to a thing that nothing describes: a fault of the loader itself."""

    def __init__(self, lost: list[str]) -> None:
        some = ", ".join(lost[:5])
        super().__init__(f"nothing describes {some} ({len(lost):,} in all). Report it: this is a fault of the loader.")


def load(
    paths: Sequence[Path],
    lookup: Lookup,
    folder: Path,
    cache: Path,
    progress: Progress,
    days: Mapping[str, str],
    take: Callable[[Path], None] = lambda run: None,
) -> Load:
    """Load archives, folders and files; `folder` takes the runs, `cache` keeps what was parsed, `take` is told of runs.

    `lookup` has what the sources before describe, and takes in what these do.

    `days` gives the day of the crawl of a set (`relaton-3gpp`) or, under "", of all. Without it, it is the day of the
    newest file of the set in the archive that holds most of it, or else the newest day that a record of the set gives.
    """
    records, shapes, skipped, result = [], Counter[Shape](), [], Load()
    crawled: dict[str, list[tuple[int, float]]] = defaultdict(list)
    with workers() as pool:
        for path in paths:
            numbers, newest = Counter[str](), dict[str, float]()
            for batch in batches(path, cache, progress, pool):
                records += batch.records
                shapes.update(batch.shapes)
                skipped += batch.skipped
                numbers.update(record.flavour for record in batch.records)
                newest |= {flavour: max(time, newest.get(flavour, 0.0)) for flavour, time in batch.changed.items()}
            if path.name.endswith(ARCHIVES) and not path.is_dir():
                for flavour, number in numbers.items():
                    crawled[flavour].append((number, newest[flavour]))
        changed = {flavour: max(found)[1] for flavour, found in crawled.items() if max(found)[1] > EARLIEST}
        if not records:
            names = ", ".join(map(str, paths))
            raise SourceUnusable(f"{names}: no record can be used. {skipped[0] if skipped else ''}")
        result.fields, result.skipped = account(shapes), skipped
        progress(f"merging {len(records):,} records")
        _Loading(records, lookup, folder, days, changed, progress, pool, take).run(result)
    return result


class _Loading:
    def __init__(
        self,
        records: list[Record],
        lookup: Lookup,
        folder: Path,
        days: Mapping[str, str],
        changed: Mapping[str, float],
        say: Progress,
        pool: Executor,
        take: Callable[[Path], None],
    ) -> None:
        one = {_source(flavour): flavour for flavour in sorted({r.flavour for r in records}, reverse=True)}
        records = [r if (f := one[_source(r.flavour)]) == r.flavour else r._replace(flavour=f) for r in records]
        self.flavours = sorted({record.flavour for record in records})
        self.read = {f: [r for r in records if r.flavour == f] for f in self.flavours}
        self.lookup = lookup
        self.curated = set(self.lookup.described)
        self.folder, self.days, self.changed, self.say, self.pool, self.take = folder, days, changed, say, pool, take
        self.sorting: list[Future[None]] = []
        self.shelf = Shelf(self.lookup)
        self.described: set[str] = set()
        self.referred: set[str] = set()

    def run(self, result: Load) -> None:
        """Address everything, then write set by set."""
        merged = merge(record for flavour in self.flavours for record in self.read[flavour])
        self.shelf.fill([record for flavour in self.flavours for record in merged[flavour].documents])
        documents: Documents | None = None
        for flavour in self.flavours:
            source = _source(flavour)
            writer = Writer(self.folder, source, self.pool, self.take)
            records_cited = cite(writer, source, f"{source}-records", RECORDS)
            bodies = documents.bodies if documents else Bodies(self.lookup, writer, records_cited)
            documents = documents or Documents(self.shelf, bodies)
            result.sets.append(self._set(flavour, source, writer, records_cited, documents, merged[flavour]))
            writer.flush()
            result.sets[-1].statements = writer.count
            result.runs += writer.runs
            self.sorting += writer.sorting
            self.described |= writer.described
            self.referred |= writer.referred
        for one in self.sorting:
            one.result()
        if lost := sorted(self.referred - self.described - self.curated):
            raise DanglingReference(lost)

    def _set(
        self, flavour: str, source: str, writer: Writer, cited: str, documents: Documents, merged: Merged
    ) -> Summary:
        self.say(f"{source}: writing {len(merged.documents):,} documents")
        day, day_from = self._day(flavour, source)
        addresses = list(documents.write(flavour, writer, cited))
        people = People(self.shelf, documents.bodies, writer, source, day)
        people.write(addresses)
        found = versions.constancy(self.shelf, self.read[flavour])
        bodies = Counter(b for r in merged.documents for b in documents.bodies.bodies(r)).most_common(1)
        versions.write(writer, source, found if bodies else [], bodies[0][0] if bodies else "", cited, day)
        _describe_source(writer, source, flavour, day)
        counts = documents.counts + people.counts
        for other, number in sorted(merged.of_others.items()):
            counts[f"of them records of {other}"] = number
        counts["documents only named as editions or in relations"] = len(addresses) - len(merged.documents)
        return Summary(
            source, day, day_from, len(self.read[flavour]), len(merged.documents), merged.repeats,
            dict(merged.differing), _tallies(self.read[flavour]), counts, found, people.names,
        )  # fmt: skip

    def _day(self, flavour: str, source: str) -> tuple[str, str]:
        if given := self.days.get(source) or self.days.get(""):
            return given, "as told"
        if flavour in self.changed:
            day = datetime.fromtimestamp(self.changed[flavour], UTC).date().isoformat()
            return day, "the day of the archive's newest file"
        if newest := _newest(self.read[flavour]):
            return newest, "the newest day in the records"
        if newest := _newest(record for found in self.read.values() for record in found):
            return newest, "the newest day in the records of all sets, as these tell none"
        raise SourceUnusable(f"{source}: nothing says when the records were collected. Give --as-of {source}=DATE.")


def _newest(records: Iterable[Record]) -> str:
    """The newest day on which records were fetched or their documents published."""
    days = {day for record in records for day in (record.day, published(record))}
    return max((day for day in days if _is_day(day)), default="")


def _is_day(day: str) -> bool:
    """Whether a text is a day, which 'fetched: 2026-13' is not."""
    try:
        return bool(dates.first_day(day))
    except ValueError:
        return False


@cache
def _source(flavour: str) -> str:
    """The name of a set; a flavour without Latin letters or digits is told by its bytes."""
    return f"relaton-{iris.slugify(flavour) or flavour.encode().hex()[:12]}"


def _describe_source(writer: Writer, source: str, flavour: str, day: str) -> None:
    address = iris.thing("source", source)
    label = f"Relaton records, {flavour}"
    writer.describe(address, iris.NS + "Source", label)
    writer.name(address, label)
    writer.literal(address, DCTERMS + "title", text(f"Bibliographic records of {flavour} in Relaton's format", "en"))
    words = (
        f"Records of documents as collected on or before {day}. Licence: none stated. Abstracts are left out. Roles "
        "and employers are those of that day, whatever the date of the document."
    )
    writer.literal(address, DCTERMS + "description", text(words, "en"))
    writer.literal(address, iris.NS + "date", date(day))
    writer.bounds(address, day)
    writer.literal(address, SKOS + "altLabel", text(source, "en"))


def _tallies(records: Sequence[Record]) -> dict[str, Counter[str]]:
    """Records by what users count: type, year, committee, stage, role and relation, each as printed."""
    return {
        "type": Counter(r.doctype for r in records),
        "schema": Counter(r.schema for r in records),
        "year": Counter(published(r)[:4] or "none" for r in records),
        "identifier type": Counter(type_ for r in records for type_ in r.types),
        "stage": Counter(r.stage for r in records),
        "committee": Counter("/".join(c.path) for r in records for c in r.committees),
        "class": Counter(code for r in records for code, _ in r.classes),
        "role": Counter(role for r in records for role in _roles(r)),
        "relation": Counter(relation.type for r in records for relation in r.relations),
        "date": Counter(kind for r in records for kind, _ in r.dates),
    }


def _roles(record: Record) -> Iterator[str]:
    for who in record.people:
        yield from (f"person {role}" for role, _ in who.roles or NO_ROLE)
    for body in record.organizations:
        yield from (f"organization {role}" for role, _ in body.roles or NO_ROLE)
