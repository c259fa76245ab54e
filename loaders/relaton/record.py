"""A record of any schema in one plain form: what the loader uses of it, as text in tuples."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeVar

from loaders.relaton.contributors import Organization, Person, organizations, people
from loaders.relaton.groups import Committee, committees, of_subdivisions
from loaders.relaton.parse import Value
from loaders.relaton.reader import SkipRecord
from loaders.relaton.values import Map, inside, several, text, tongue
from ontology import dates

LONGEST = 20_000  # letters of an identifier, a name or a title; the longest title of the shared sets has 1,500
DEEPEST = 20  # groups above a group
_PLURALS = {"titles": "title", "dates": "date", "contributors": "contributor", "relations": "relation"}
_OF_TYPE = {"Internet-Draft": "IETF"}  # types of identifiers that are no name of a flavour
_PRINTED = {"titles": "title", "dates": "date", "committees": "editorialgroup", "classes": "ics",
            "people": "contributor", "organizations": "contributor", "relations": "relation", "keywords": "keyword",
            "types": "docid[].type",
            "flavour": "docid[].type", "identifiers": "docid", "day": "fetched", "address": "link"}  # fmt: skip
_CLOCK = re.compile(r"(?<=\d\d\d\d-\d\d-\d\d)[T ]\d\d:.*")


Found = TypeVar("Found")
Contributed = tuple[tuple[Person, ...], tuple[Organization, ...], tuple[Committee, ...]]
MOST = 4096  # fields that are known at once
_READ: dict[tuple[object, ...], tuple[tuple[object, ...], Any]] = {}


class Relation(NamedTuple):
    """A relation to another document: its type as printed, and identifier, title and edition of the other."""

    type: str
    identifier: str
    title: str
    edition: str


class Record(NamedTuple):
    """What one file says of one document. Texts are stripped; what is lacking is an empty text or tuple.

    `records` is the number of records that say it, which is none for a document that others only name.
    """

    place: str
    schema: str
    flavour: str
    identifiers: tuple[str, ...]
    doctype: str
    titles: tuple[tuple[str, str], ...]
    dates: tuple[tuple[str, str], ...] = ()
    stage: str = ""
    committees: tuple[Committee, ...] = ()
    classes: tuple[tuple[str, str], ...] = ()
    relations: tuple[Relation, ...] = ()
    people: tuple[Person, ...] = ()
    organizations: tuple[Organization, ...] = ()
    address: str = ""
    edition: str = ""
    version: str = ""
    radio: str = ""
    day: str = ""
    subtype: str = ""
    keywords: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    records: int = 0


def record(place: str, value: Value) -> Record:
    """The plain form of a parsed file; raises SkipRecord where it is no bibliographic record of one document."""
    of_record = isinstance(value, dict) and {"docid", "docidentifier"} & value.keys()
    if re.fullmatch(r"index.*\.ya?ml", place.rpartition("/")[2]) and not of_record:
        raise SkipRecord(place, "", "it is an index of records, no record", "Leave it out, or let it be.")
    if isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
        raise SkipRecord(place, "", f"it is a list of {len(value):,} maps", "Write each record in a file of its own.")
    if not isinstance(value, dict):
        raise SkipRecord(place, "", "it is no map of fields", "A record begins with fields such as 'docid:'.")
    return _Reading(place, value).record()


def short(found: Record) -> Record:
    """The record, if none of its texts is too long; raises SkipRecord with the field where one is."""
    for field, value in zip(found._fields, found, strict=True):
        if (longest := _longest(value)) > LONGEST:
            problem = f"it has {longest:,} letters, and {LONGEST:,} are allowed"
            raise SkipRecord(found.place, _PRINTED.get(field, field), problem, "Correct the record at its source.")
    return found


def _longest(value: object) -> int:
    """Letters of the longest text in a value."""
    if isinstance(value, str):
        return len(value)
    return max(map(_longest, value), default=0) if isinstance(value, tuple) else 0


class _Reading:
    def __init__(self, place: str, value: Map) -> None:
        for plural in _PLURALS.keys() & value.keys():
            value.setdefault(_PLURALS[plural], value[plural])
        self.place, self.value, self.ext = place, value, inside(value.get("ext"))
        self.language = tongue(value) if len(several(value.get("language"))) == 1 else ""

    def either(self, *names: str) -> Value | None:
        """A field that newer schemas keep under `ext`, and some under another name."""
        for map_ in (self.ext, self.value):
            for name in names:
                if found := map_.get(name):
                    return found
        return None

    def record(self) -> Record:
        identifiers, types = self.identifiers()
        flavour = text(self.ext.get("flavor")).upper() or _OF_TYPE.get(types[0], types[0])
        flavour = flavour or re.split(r"[ /-]", identifiers[0])[0]
        persons, bodies, divisions = self.once("contributor", self.contributors, self.value.get("contributor"))
        printed = self.either("editorialgroup", "editorial_group", "gbcommittee")
        return Record(
            self.place,
            text(self.value.get("schema-version") or self.value.get("schema_version")),
            flavour,
            tuple(dict.fromkeys(identifiers)),
            text(self.either("doctype")),
            self.once("title", lambda: tuple(dict.fromkeys(self.titles())), self.value.get("title")),
            self.once("date", lambda: tuple(dict.fromkeys(self.dates())), *map(self.value.get, ("date", "version"))),
            self.stage(),
            self.once(f"groups {flavour}", lambda: self.groups(printed, flavour, divisions), printed, divisions),
            tuple((text(c, "code"), text(inside(c).get("text"))) for c in several(self.either("ics", "ics_code"))),
            tuple(self.relations()),
            persons,
            bodies,
            self.address(),
            text(self.value.get("edition"), "content", "number", "value"),
            text(self.value.get("version"), "draft", "content", "version"),
            text(self.either("radiotechnology")),
            text(self.value.get("fetched")) or text(self.value.get("revdate")),
            text(self.either("subdoctype", "docsubtype")),
            tuple(dict.fromkeys(self.keywords())),
            tuple(dict.fromkeys(self.series())),
            types,
            1,
        )

    def bad(self, field: str, problem: str, remedy: str) -> SkipRecord:
        return SkipRecord(self.place, field, problem, remedy)

    def once(self, what: str, read: Callable[[], Found], *values: object) -> Found:
        """What some values say, read once for records that print them alike.

        The parser gives text that it knows as the same value, which is kept here, so that no other takes its identity.
        """
        place = (what, self.language, *map(id, values))
        if place not in _READ:
            found = read()
            if len(_READ) >= MOST:
                _READ.clear()
            _READ[place] = values, found
        known: Found = _READ[place][1]
        return known

    def contributors(self) -> Contributed:
        found = list(self.maps("contributor"))
        return tuple(self.people(found)), tuple(self.organizations(found)), tuple(of_subdivisions(found))

    def groups(self, printed: Value | None, flavour: str, divisions: tuple[Committee, ...]) -> tuple[Committee, ...]:
        found = [*committees(printed, flavour), *divisions]
        if max((part.count("/") for group in found for part in group.path), default=0) > DEEPEST:
            problem = f"a group lies below more than {DEEPEST} others"
            raise self.bad("editorialgroup", problem, "Correct its identifier.")
        return tuple(dict.fromkeys(found))

    def people(self, contributors: list[Map]) -> Iterator[Person]:
        for person in people(contributors):
            self.short(person.name, "contributor[].person.name")
            yield person

    def organizations(self, contributors: list[Map]) -> Iterator[Organization]:
        for organization in organizations(contributors):
            self.short(organization.name, "contributor[].organization.name")
            yield organization

    def maps(self, field: str) -> Iterator[Map]:
        for part in several(self.value.get(field)):
            if not isinstance(part, dict):
                remedy = f"See how other records write {field}."
                raise self.bad(field, "it is no map of fields, nor a list of such", remedy)
            yield part

    def short(self, found: str, field: str) -> str:
        if len(found) > LONGEST:
            problem = f"it has {len(found):,} letters, and {LONGEST:,} are allowed"
            raise self.bad(field, problem, "Correct the record at its source.")
        return found

    def identifiers(self) -> tuple[list[str], tuple[str, ...]]:
        """Identifiers with their types, the primary one first, else as printed."""
        field = "docidentifier" if "docidentifier" in self.value else "docid"
        found = []
        for part in several(self.value.get(field)):
            map_ = part if isinstance(part, dict) else {"id": part}
            name = self.short(text(map_.get("id") or map_.get("content") or map_.get("value")), field)
            if name:
                found.append((text(map_.get("primary")) != "true", name, text(map_.get("type"))))
        found.sort(key=lambda entry: entry[0])
        if not found:
            remedy = "A record needs one, such as 'docid: [{id: ISO 1:2022}]'."
            raise self.bad(field, "the record has no identifier", remedy)
        return [name for _, name, _ in found], tuple(type_ for _, _, type_ in found)

    def titles(self) -> Iterator[tuple[str, str]]:
        """(language, combined title); parts are joined only where no combined one is printed."""
        parts: dict[str, list[str]] = {}
        whole: dict[str, list[str]] = {}
        for map_, type_ in self.worded(self.value.get("title"), ""):
            words = self.short(text(map_.get("content") or map_.get("value")), "title[].content")
            into = parts if type_.startswith("title-") else whole
            if words:
                into.setdefault(tongue(map_) or self.language, []).append(words)
        for language, found in whole.items():
            yield from ((language, words) for words in found)
        for language in sorted(parts.keys() - whole.keys()):
            yield language, " – ".join(parts[language])

    def worded(self, value: Value | None, above: str) -> Iterator[tuple[Map, str]]:
        """The titles of a value as maps, whose content may be a list of such, each with its type."""
        for part in several(value):
            map_: Map = part if isinstance(part, dict) else {"content": part}
            type_ = text(map_["type"]) if "type" in map_ else above
            if isinstance(map_.get("content"), list):
                yield from self.worded(map_["content"], text(map_.get("type")))
            else:
                yield map_, type_

    def dates(self) -> Iterator[tuple[str, str]]:
        for part in self.maps("date"):
            kind = text(part.get("type")) or "unspecified"
            for key in ("value", "at", "on", "from", "to"):
                if day := text(part.get(key)):
                    yield (f"{kind} to" if key == "to" else kind), self.day(day, f"date[].{key}", kind)
        for part in map(inside, several(self.value.get("version"))):
            if day := text(part.get("revision_date") or part.get("revision-date")):
                yield "revision", self.day(day, "version[].revision_date", "revision")

    def day(self, day: str, field: str, kind: str) -> str:
        try:
            return _day(day)
        except ValueError:
            remedy = "Write a year, a month or a day, such as 2015-12."
            raise self.bad(field, f"{_CLOCK.sub('', day)[:80]!r} ({kind}) is no date", remedy) from None

    def stage(self) -> str:
        """Codes are joined as ISO writes them, 60.60; words stand apart: 'final, active'."""
        status = self.value.get("docstatus") or self.value.get("status")
        if not isinstance(status, dict):
            return text(status)
        parts = [text(status.get(level), "value", "content", "abbreviation") for level in ("stage", "substage")]
        parts = [part for part in parts if part]
        return ("." if all(part.isdigit() for part in parts) else ", ").join(parts)

    def relations(self) -> Iterator[Relation]:
        for part in self.maps("relation"):
            yield self.once("relation", partial(self.relation, part), part)

    def relation(self, part: Map) -> Relation:
        other = part.get("bibitem")
        map_: Map = other if isinstance(other, dict) else {"formattedref": other or ""}
        names = several(map_.get("docid") or map_.get("docidentifier"))
        primary = [n for n in names if text(inside(n).get("primary")) == "true"] or names
        name = text(primary[0], "id", "content") if primary else text(map_.get("formattedref"))
        title = text(map_.get("title"), "content")
        name = name or (text(map_.get("id")) or _address(map_) if not title else "")
        edition = text(map_["edition"], "content", "number", "value") if "edition" in map_ else ""
        kind = text(part.get("type")) or "related"
        return Relation(kind, self.short(name, "relation[].bibitem"), self.short(title, "relation[].title"), edition)

    def keywords(self) -> Iterator[str]:
        for part in several(self.value.get("keyword")):
            if isinstance(part, dict):
                yield from (word for key in ("content", "vocab", "taxon") for word in map(text, several(part.get(key))))
            else:
                yield text(part)

    def series(self) -> Iterator[str]:
        for part in several(self.value.get("series")):
            map_: Map = part if isinstance(part, dict) else {"title": part}
            title = text(map_.get("title")) or text(map_.get("formattedref")) or text(map_.get("abbreviation"))
            yield " ".join(p for p in (title, text(map_.get("number")), text(map_.get("partnumber"))) if p)

    def address(self) -> str:
        return _address(self.value)


@lru_cache(4096)
def _day(printed: str) -> str:
    """A date without the time of day that may follow it; ValueError if it is none."""
    day = _CLOCK.sub("", printed)
    dates.first_day(day)
    return day


def _address(map_: Map) -> str:
    """The web address of a document: the first one of type src, else the first."""
    links = several(map_.get("link") or map_.get("source"))
    best = [link for link in links if text(inside(link).get("type")) == "src"]
    return text([*best, *links], "content", "value")
