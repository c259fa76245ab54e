"""Who stands behind a document: persons with their employers, and organizations, each with roles, in all schemas."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from loaders.relaton.parse import Value
from loaders.relaton.values import Map, inside, several, text, tongue

_OF_PERSONS = ("completename", "surname", "forename", "given", "formatted_initials")


class Person(NamedTuple):
    """A named person with the organizations and roles printed beside the name; roles as (type, description)."""

    name: str
    organizations: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]


class Organization(NamedTuple):
    """A contributing organization with its roles, as printed; `others` are its names in other languages.

    `tongues` has every name with its language where one is printed.

    A committee may be printed without the organization it belongs to; then there is no name.
    """

    name: str
    abbreviation: str
    others: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]
    tongues: tuple[tuple[str, str], ...] = ()


def people(contributors: Iterable[Map]) -> Iterator[Person]:
    """The persons among contributors, one of a blank name included."""
    for part in contributors:
        person = inside(part.get("person")) or _entity(part, person=True)
        if person:
            found = (_organization(inside(a).get("organization") if isinstance(a, dict) else a)[0]
                     for a in several(person.get("affiliation")))  # fmt: skip
            employers = tuple(dict.fromkeys(name for name in found if name))
            yield Person(spoken(person.get("name")), employers, roles(part.get("role") or part.get("roles")))


def organizations(contributors: Iterable[Map]) -> Iterator[Organization]:
    """The organizations among contributors."""
    for part in contributors:
        found = part.get("organization") or _entity(part, person=False)
        if found:
            name, short, others = _organization(found)
            names = map(inside, several(inside(found).get("name")))
            tongues = tuple((text(n, "content", "value"), tongue(n)) for n in names if tongue(n))
            yield Organization(name, short, others, roles(part.get("role") or part.get("roles")), tongues)


def roles(value: Value | None) -> tuple[tuple[str, str], ...]:
    """Roles as (type, description): `author`, `{type: author, description: …}`, or `[author, [description]]`."""
    found: list[tuple[str, str]] = []
    for part in several(value):
        if isinstance(part, list):
            found[-1:] = [(found[-1][0], text(part))] if found else [(text(part), "")]
        else:
            map_: Map = part if isinstance(part, dict) else {"type": part}
            found.append((text(map_.get("type")), text(map_.get("description"))))
    return tuple(dict.fromkeys(found))


def spoken(value: Value | None) -> str:
    """A person's name in the order in which it is spoken: 'HAN, Bin' is Bin HAN."""
    if not isinstance(value, dict):
        return text(value)
    whole = text(value.get("completename"))
    if whole:
        last, comma, first = whole.partition(", ")
        return f"{first} {last}" if comma else whole
    given = inside(value.get("given")) or value
    forenames = [text(f, "content", "value") for f in several(given.get("forename"))]
    first = " ".join(part for part in forenames if part) or text(given.get("formatted_initials")) or _initials(given)
    return " ".join(part for part in (first, text(value.get("surname"))) if part)


def _initials(given: Map) -> str:
    found = [text(part) for key in ("initial", "initials") for part in several(given.get(key))]
    return " ".join(found or [text(inside(part).get("initial")) for part in several(given.get("forename"))])


def _entity(part: Map, person: bool) -> Map:
    """The contributor where its kind is told by its name alone, as Relaton's guide to YAML writes it."""
    entity = inside(part.get("entity"))
    name = inside(entity.get("name"))
    return entity if person == any(key in name for key in _OF_PERSONS) else {}


def _organization(value: Value | None) -> tuple[str, str, tuple[str, ...]]:
    """Name, abbreviation and other names of an organization; a blank one has none.

    Several names are one name in its parts, unless a language or a type tells them apart.
    """
    if not isinstance(value, dict):
        return text(value), "", ()
    names = [part for part in several(value.get("name")) if text(part, "content", "value")]
    marks = {(text(inside(n).get("language")), text(inside(n).get("type"))) for n in names}
    found = [text(name, "content", "value") for name in names]
    if len(marks) == 1:
        found = [" ".join(found)]
    return found[0] if found else "", text(value.get("abbreviation")), tuple(dict.fromkeys(found[1:]))
