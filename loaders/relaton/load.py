"""Relaton records to sorted runs of N-Quads, one graph for each set, beside what the curated data already say."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
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
from loaders.relaton.reader import SourceUnusable
from loaders.relaton.record import Record
from loaders.relaton.summary import Load, Summary
from loaders.relaton.work import batches
from loaders.relaton.writer import Writer, date, text
from ontology import iris
from ontology.errors import PlenaryError
from ontology.terms import DCTERMS, SKOS

RECORDS = "Records, by identifier of the document"
Progress = Callable[[str], None]


class DanglingReference(PlenaryError):
    """The loader referred to a thing that nothing describes: a fault of the loader itself."""

    def __init__(self, lost: list[str]) -> None:
        some = ", ".join(lost[:5])
        super().__init__(f"nothing describes {some} ({len(lost):,} in all). Report it: this is a fault of the loader.")


def load(
    paths: Sequence[Path], lookup: Lookup, folder: Path, cache: Path, progress: Progress, days: Mapping[str, str]
) -> Load:
    """Load archives, folders and files; `folder` takes the runs, `cache` keeps what was parsed.

    `lookup` has what the sources before describe, and takes in what these do.

    `days` gives the day of the crawl of a set (`relaton-3gpp`) or, under "", of all. Without it, it is the day of the
    newest file of an archive, or else the newest day that a record of the set gives.
    """
    records, shapes, skipped, result = [], Counter[Shape](), [], Load()
    changed: dict[str, float] = {}
    with workers() as pool:
        for path in paths:
            for batch in batches(path, cache, progress, pool):
                records += batch.records
                shapes.update(batch.shapes)
                skipped += batch.skipped
                for flavour, time in batch.changed.items() if not path.is_dir() else ():
                    changed[flavour] = max(changed.get(flavour, 0.0), time)
        if not records:
            names = ", ".join(map(str, paths))
            raise SourceUnusable(f"{names}: no record can be used. {skipped[0] if skipped else ''}")
        result.fields, result.skipped = account(shapes), skipped
        progress(f"merging {len(records):,} records")
        _Loading(records, lookup, folder, days, changed, progress, pool).run(result)
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
    ) -> None:
        self.flavours = sorted({record.flavour for record in records})
        self.read = {f: [r for r in records if r.flavour == f] for f in self.flavours}
        self.lookup = lookup
        self.curated = set(self.lookup.described)
        self.folder, self.days, self.changed, self.say, self.pool = folder, days, changed, say, pool
        self.sorting: list[Future[None]] = []
        self.shelf = Shelf(self.lookup)
        self.described: set[str] = set()
        self.referred: set[str] = set()

    def run(self, result: Load) -> None:
        """Address everything, then write set by set."""
        merged = {flavour: merge(self.read[flavour]) for flavour in self.flavours}
        self.shelf.fill([record for flavour in self.flavours for record in merged[flavour].documents])
        documents: Documents | None = None
        for flavour in self.flavours:
            source = f"relaton-{iris.slugify(flavour)}"
            writer = Writer(self.folder, source, self.pool)
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
        body = Counter(b for r in merged.documents for b in documents.bodies.bodies(r)).most_common(1)[0][0]
        versions.write(writer, source, found, body, cited, day)
        _describe_source(writer, source, flavour, day)
        counts = documents.counts + people.counts
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
        days = (d for r in self.read[flavour] for d in (r.day, published(r)))
        newest = max((d for d in days if re.fullmatch(r"\d{4}(-\d\d){0,2}", d)), default="")
        if newest:
            return newest, "the newest day in the records"
        raise SourceUnusable(f"{source}: nothing says when the records were collected. Give --as-of {source}=DATE.")


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


def _tallies(records: Iterable[Record]) -> dict[str, Counter[str]]:
    """Records by what users count: type, year, committee, stage, role and relation, each as printed."""
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        by["type"][record.doctype] += 1
        by["schema"][record.schema] += 1
        by["year"][next((day[:4] for kind, day in record.dates if kind == "published"), "none")] += 1
        by["stage"][record.stage] += 1
        by["committee"].update("/".join(c.path) for c in record.committees)
        by["class"].update(code for code, _ in record.classes)
        by["role"].update(f"person {role}" for p in record.people for role, _ in p.roles)
        by["role"].update(f"organization {role}" for o in record.organizations for role, _ in o.roles)
        by["relation"].update(relation.type for relation in record.relations)
        by["date"].update(kind for kind, _ in record.dates)
    return by
