"""A record of any schema in one plain form: what the loader uses of it, as text in tuples."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from loaders.relaton.groups import Committee, committees, of_subdivisions
from loaders.relaton.parse import Value
from loaders.relaton.reader import SkipRecord
from ontology import dates

LONGEST = 20_000  # letters of an identifier, a name or a title; the longest title of the shared sets has 1,500
KEYS = ("content", "value", "type", "id", "name")
Map = dict[str, Value]


class Person(NamedTuple):
    """A named person with the organizations and roles printed beside the name; roles as (type, description)."""

    name: str
    organizations: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]


class Organization(NamedTuple):
    """A contributing organization with its roles, as printed."""

    name: str
    abbreviation: str
    country: str
    roles: tuple[tuple[str, str], ...]


class Relation(NamedTuple):
    """A relation to another document: its type as printed, and the identifier and title of the other."""

    type: str
    identifier: str
    title: str


class Record(NamedTuple):
    """What one file says of one document. Texts are stripped; what is lacking is an empty text or tuple."""

    place: str
    schema: str
    flavour: str
    identifiers: tuple[str, ...]
    doctype: str
    titles: tuple[tuple[str, str], ...]
    dates: tuple[tuple[str, str], ...]
    stage: str
    committees: tuple[Committee, ...]
    classes: tuple[tuple[str, str], ...]
    relations: tuple[Relation, ...]
    people: tuple[Person, ...]
    organizations: tuple[Organization, ...]
    address: str
    edition: str
    version: str
    radio: str
    day: str


def record(place: str, value: Value) -> Record:
    """The plain form of a parsed file; raises SkipRecord where it is no bibliographic record of one document."""
    if not isinstance(value, dict):
        raise SkipRecord(place, "", "it is no map of fields", "A record begins with fields such as 'docid:'.")
    return _Reading(place, value).record()


def several(value: Value | None) -> list[Value]:
    """The values of a field that newer schemas write as a list, and older ones plainly where there is but one."""
    if isinstance(value, list):
        return [part for part in value if part not in ("", [], {})]
    return [value] if value else []


def text(value: Value | None, *keys: str) -> str:
    """The text of a value that is written plainly or as a map, under the first of some keys that it has."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return text(value[0], *keys) if value else ""
    if value:
        for key in keys or KEYS:
            if found := value.get(key):
                return text(found)
    return ""


class _Reading:
    def __init__(self, place: str, value: Map) -> None:
        self.place, self.value = place, value
        ext = value.get("ext")
        self.ext: Map = ext if isinstance(ext, dict) else {}

    def either(self, *names: str) -> Value | None:
        """A field that newer schemas keep under `ext`, and some under another name."""
        return next((m[name] for m in (self.ext, self.value) for name in names if m.get(name)), None)

    def record(self) -> Record:
        identifiers, flavour = self.identifiers()
        groups = self.either("editorialgroup", "editorial_group")
        contributors = list(self.maps("contributor"))
        return Record(
            self.place,
            text(self.value.get("schema-version") or self.value.get("schema_version")),
            flavour,
            identifiers,
            text(self.either("doctype")),
            tuple(dict.fromkeys(self.titles())),
            tuple(dict.fromkeys(self.dates())),
            self.stage(),
            tuple(dict.fromkeys([*committees(groups), *of_subdivisions(contributors)])),
            tuple((text(c.get("code")), text(c.get("text"))) for c in self.under(self.either("ics"), "ics")),
            tuple(dict.fromkeys(self.relations())),
            tuple(self.people(contributors)),
            tuple(self.organizations(contributors)),
            self.address(),
            text(self.value.get("edition")),
            text(self.value.get("version"), "draft", "content", "revision-date", "revision_date"),
            text(self.either("radiotechnology")),
            text(self.value.get("fetched")) or text(self.value.get("revdate")),
        )

    def bad(self, field: str, problem: str, remedy: str) -> SkipRecord:
        return SkipRecord(self.place, field, problem, remedy)

    def maps(self, field: str) -> Iterator[Map]:
        yield from self.under(self.value.get(field), field)

    def under(self, value: Value | None, field: str) -> Iterator[Map]:
        for part in several(value):
            if not isinstance(part, dict):
                remedy = f"See how other records write {field}."
                raise self.bad(field, "it is no map of fields, nor a list of such", remedy)
            yield part

    def short(self, found: str, field: str) -> str:
        if len(found) > LONGEST:
            problem = f"it has {len(found):,} letters, and {LONGEST:,} are allowed"
            raise self.bad(field, problem, "Correct the record at its source.")
        return found

    def identifiers(self) -> tuple[tuple[str, ...], str]:
        field = "docidentifier" if "docidentifier" in self.value else "docid"
        found = []
        for part in several(self.value.get(field)):
            map_ = part if isinstance(part, dict) else {"id": part}
            name = self.short(text(map_.get("id") or map_.get("content")), field)
            if name:
                found.append((text(map_.get("primary")) != "true", name, text(map_.get("type"))))
        found.sort(key=lambda entry: entry[0])  # stable: the primary one first, else as printed
        if not found:
            remedy = "A record needs one, such as 'docid: [{id: ISO 1:2022}]'."
            raise self.bad(field, "the record has no identifier", remedy)
        return tuple(dict.fromkeys(name for _, name, _ in found)), found[0][2] or re.split(r"[ /-]", found[0][1])[0]

    def titles(self) -> Iterator[tuple[str, str]]:
        """(language, combined title); parts are joined only where no combined one is printed."""
        parts: dict[str, list[str]] = {}
        whole: dict[str, list[str]] = {}
        for part in several(self.value.get("title")):
            map_ = part if isinstance(part, dict) else {"content": part}
            words = self.short(text(map_.get("content")), "title[].content")
            kind = text(map_.get("type"))
            into = parts if kind.startswith("title-") else whole
            if words:
                into.setdefault(text(map_.get("language")), []).append(words)
        for language, found in whole.items():
            yield from ((language, words) for words in found)
        for language in (one for one in parts if one not in whole):
            yield language, " – ".join(parts[language])

    def dates(self) -> Iterator[tuple[str, str]]:
        for part in self.maps("date"):
            kind = text(part.get("type")) or "unspecified"
            for key in ("value", "at", "on", "from", "to"):
                day = text(part.get(key))
                if not day:
                    continue
                try:
                    dates.first_day(day)
                except ValueError:
                    remedy = "Write a year, a month or a day, such as 2015-12."
                    raise self.bad(f"date[].{key}", f"{day!r} ({kind}) is no date", remedy) from None
                yield (kind if key not in ("from", "to") else f"{kind} {key}"), day

    def stage(self) -> str:
        for field in ("docstatus", "status"):
            status = self.value.get(field)
            if isinstance(status, str):
                return text(status)
            if isinstance(status, dict):
                parts = (text(status.get(level), "value", "content") for level in ("stage", "substage"))
                return ".".join(part for part in parts if part)
        return ""

    def relations(self) -> Iterator[Relation]:
        for part in self.maps("relation"):
            other = part.get("bibitem")
            map_ = other if isinstance(other, dict) else {"formattedref": other or ""}
            names = several(map_.get("docid") or map_.get("docidentifier"))
            primary = [n for n in names if isinstance(n, dict) and text(n.get("primary")) == "true"] or names
            name = text(primary[0], "id", "content") if primary else text(map_.get("formattedref"))
            title = text(map_.get("title"), "content")
            if name or title:
                yield Relation(text(part.get("type")) or "related", self.short(name, "relation[].bibitem"), title)

    def people(self, contributors: list[Map]) -> Iterator[Person]:
        for part in contributors:
            person = part.get("person")
            name = _name(person.get("name")) if isinstance(person, dict) else ""
            if isinstance(person, dict) and self.short(name, "contributor[].person.name"):
                found = (_organization(a)[0] for a in several(person.get("affiliation")))
                yield Person(name, tuple(dict.fromkeys(n for n in found if n)), _roles(part.get("role")))

    def organizations(self, contributors: list[Map]) -> Iterator[Organization]:
        for part in contributors:
            if part.get("organization"):
                name, short = _organization(part)
                country = re.search(r"'country': '([^']*)'", str(part["organization"]))
                if name or short:
                    yield Organization(name, short, country[1] if country else "", _roles(part.get("role")))

    def address(self) -> str:
        links = several(self.value.get("link") or self.value.get("source"))
        best = [link for link in links if isinstance(link, dict) and text(link.get("type")) == "src"]
        return text([*best, *links], "content", "value")


def _name(value: Value | None) -> str:
    """A person's name in the order in which it is spoken: 'HAN, Bin' is Bin HAN."""
    if not isinstance(value, dict):
        return text(value)
    whole = text(value.get("completename"))
    if whole:
        last, comma, first = whole.partition(", ")
        return f"{first} {last}" if comma else whole
    given = value.get("given")
    inside: Map = given if isinstance(given, dict) else {}
    forenames = [text(f) for f in several(inside.get("forename") or value.get("forename"))]
    initials = text(inside.get("formatted_initials") or value.get("formatted_initials") or value.get("initial"))
    first = " ".join(part for part in forenames if part) or initials
    return " ".join(part for part in (first, text(value.get("surname"))) if part)


def _organization(value: Value) -> tuple[str, str]:
    """Name and abbreviation of the organization in an affiliation or a contributor; a blank one has neither."""
    inside = value.get("organization") if isinstance(value, dict) else value
    if not isinstance(inside, dict):
        return text(inside), ""
    return text(inside.get("name")), text(inside.get("abbreviation"))


def _roles(value: Value | None) -> tuple[tuple[str, str], ...]:
    found = []
    for part in several(value):
        map_: Map = part if isinstance(part, dict) else {"type": part}
        found.append((text(map_.get("type")), text(map_.get("description"))))
    return tuple(dict.fromkeys(found))
