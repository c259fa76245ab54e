"""One document for however many records describe it: the newer schema wins, the older fills what it lacks."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from loaders.relaton.identifiers import identity
from loaders.relaton.record import Record

ANY = "any"  # in place of an edition where none is printed
COMPARED: dict[str, Callable[[Record], object]] = {
    "titles": lambda r: r.titles,
    "dates": lambda r: r.dates,
    "stage": lambda r: r.stage,
    "groups": lambda r: r.committees,
    "names of people": lambda r: [p.name for p in r.people],
    "employers": lambda r: [o for p in r.people for o in p.organizations],
    "type": lambda r: r.doctype,
    "web address": lambda r: r.address,
}


@dataclass
class Merged:
    """Documents, one record each, and what merging them met: counts of repeats, and of fields that disagreed."""

    documents: list[Record]
    repeats: int = 0
    differing: Counter[str] = field(default_factory=Counter)
    of_others: Counter[str] = field(default_factory=Counter)  # repeats by the set that they come from, if another one


def merge(records: Iterable[Record]) -> dict[str, Merged]:
    """Merge records of one identity, of whatever set; by the flavour of the newest, in the order of identifiers."""
    by_key: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    for record in records:
        found = identity(record.identifiers[0], record.flavour)
        by_key[found.key].append((found.variant or record.edition or ANY * (record.flavour != "3GPP"), record))
    merged: dict[str, Merged] = defaultdict(lambda: Merged([]))
    for _, same in sorted(by_key.items()):
        for cluster in _clusters(same):
            of = merged[cluster[0].flavour]
            of.documents.append(_combine(cluster, of))
    return merged


def age(record: Record) -> tuple[tuple[int, ...], str, str]:
    """What tells the newer of two records: its schema, the day it was fetched, then its name."""
    numbers = tuple(int(part) for part in record.schema.lstrip("v").split(".") if part.isdigit())
    return numbers, record.day, record.place


def published(record: Record) -> str:
    """The day on which a record says that its document was published or, without such, issued; or nothing."""
    days = dict(reversed(record.dates))
    return days.get("published") or days.get("issued", "")


def _clusters(same: list[tuple[str, Record]]) -> list[list[Record]]:
    """Records of one key that share their release or edition, or the day of publication, are of one document.

    One that prints no edition is of the newest.
    """
    clusters: list[tuple[set[str], set[str], list[Record]]] = []
    for variant, record in sorted(same, key=lambda pair: age(pair[1]), reverse=True):
        day = published(record)
        found = next((c for c in clusters if variant in c[0] or day in c[1] or ANY in (variant, *c[0])), None)
        if not found:
            clusters.append(found := (set(), set(), []))
        found[0].add(variant)
        found[1].update([day] if day else [])
        found[2].append(record)
    return [records for _, _, records in clusters]


def _combine(cluster: list[Record], merged: Merged) -> Record:
    newest, *older = cluster
    for record in older:
        merged.repeats += 1
        if record.flavour != newest.flavour:
            merged.of_others[record.flavour] += 1
        for name, value in COMPARED.items():
            mine, other = value(newest), value(record)
            merged.differing[name] += bool(mine and other and mine != other)
        newest = _filled(newest, record)
    return newest


def _filled(newer: Record, older: Record) -> Record:
    """The newer record with what only the older one says."""
    kinds = {kind for kind, _ in newer.dates}
    gaps = {name: value for name, value in older._asdict().items() if value and not getattr(newer, name)}
    return newer._replace(**gaps)._replace(
        records=newer.records + older.records,
        identifiers=tuple(dict.fromkeys([*newer.identifiers, *older.identifiers])),
        dates=(*newer.dates, *(entry for entry in older.dates if entry[0] not in kinds)),
        relations=tuple(dict.fromkeys([*newer.relations, *older.relations])),
    )
