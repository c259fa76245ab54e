"""One thing for programs: what its page shows, with every claim in full and the places in sources that it rests on."""

from typing import TypedDict

from pyoxigraph import NamedNode

from ontology import iris
from queries.saved import SavedQuery
from server import evidence
from server.api.shapes import Cell, Listed, Named, cell, here, named
from server.sections import Naming
from server.sentences import Claim as Said
from server.sentences import plain
from server.served import served
from server.show import Value
from server.thing import Fact, Group, Statement, Thing

APART = {"type", "confidence", "claimedBy", "wasDerivedFrom", "attributionRule", "start", "end", "date", "asOf"}


class Name(TypedDict):
    """One name; the language is empty where the source gives none."""

    text: str
    language: str
    preferred: bool


class Property(TypedDict):
    """A property with its values; `derived` if the build has added all of them."""

    property: str
    label: str
    values: list[Cell]
    derived: bool


class Claim(TypedDict):
    """A statement of a source: in words, part by part, how sure, when and by which rule it holds, and its evidence.

    `values` has the parts by the name of their property; `evidence` are addresses of citations, which the answer gives
    in full; `derivedFrom` are the claims that a computed one follows from.
    """

    id: str
    address: str
    kind: str
    sentence: str
    confidence: str
    claimedBy: list[Named]
    rule: Named | None
    start: str | None
    end: str | None
    date: str | None
    asOf: str | None
    values: dict[str, list[Cell]]
    evidence: list[str]
    derivedFrom: list[Named]


class Mention(TypedDict):
    """A thing that names this one, and by which properties."""

    id: str
    address: str
    kind: str
    label: str
    zh: str | None
    how: str


class Section(TypedDict):
    """Claims about the thing, or things that name it; `total` counts those that are not in this answer too."""

    key: str
    title: str
    total: int
    offset: int
    claims: list[Claim]
    things: list[Mention]


class Work(TypedDict):
    """A work that a footnote names."""

    id: str
    address: str
    label: str
    publisher: str
    date: str
    web: str


class Note(TypedDict):
    """A footnote of a source, and the works that it names."""

    id: str
    address: str
    number: str
    works: list[Work]


class Citation(TypedDict):
    """A place in a source: the path of headings, the table or figure, the footnotes."""

    id: str
    address: str
    source: Named
    section: list[str]
    table: str | None
    notes: list[Note]


class Question(TypedDict):
    """A saved query that can be asked of the thing, as an address."""

    slug: str
    title: str
    href: str


class ThingAnswer(Listed):
    """One thing: names, facts, the claims about it by section, and the places in sources that they rest on.

    `claim` is set where the thing is a claim itself; `cited` counts all places in sources that name the thing.
    """

    classes: list[Named]
    names: list[Name]
    facts: list[Property]
    claim: Claim | None
    sections: list[Section]
    evidence: list[Citation]
    cited: int
    questions: list[Question]
    links: dict[str, str]


def tell(thing: Thing, offset: int, questions: list[Question]) -> ThingAnswer:
    """A thing as its address for programs gives it; `offset` is where its sections begin."""
    names = [*thing.preferred, *(name for name in thing.aliases if name not in thing.preferred)]
    return {
        "id": thing.short,
        "address": thing.address,
        "kind": thing.kind,
        "class": thing.class_label,
        "label": thing.label,
        "zh": thing.chinese or None,
        "classes": [named(Value(NamedNode(class_))) for class_ in thing.classes],
        "names": [_name(name, preferred=name in thing.preferred) for name in names],
        "facts": [_property(fact) for fact in thing.facts],
        "claim": _claim(thing.own) if thing.own else None,
        "sections": [_section(group, offset) for group in thing.groups],
        "evidence": [_citation(one) for one in thing.evidence],
        "cited": thing.cited,
        "questions": questions,
        "links": {
            "page": here(thing.path),
            "turtle": here(thing.path + ".ttl"),
            "jsonld": here(thing.path + ".jsonld"),
            "neighbours": here(f"/api/neighbours?node={thing.short}"),
        },
    }


def question(query: SavedQuery, parameter: str, thing: Thing) -> Question:
    """A saved query that is asked of a thing by one of its parameters."""
    href = here(f"/api/queries/{query.slug}?{parameter}={thing.short}")
    return Question(slug=query.slug, title=query.title, href=href)


def _name(value: Value, *, preferred: bool) -> Name:
    return Name(text=value.text, language=getattr(value.term, "language", None) or "", preferred=preferred)


def _property(fact: Fact) -> Property:
    values = [cell(value) for value in fact.values]
    return Property(property=fact.property, label=fact.label, values=values, derived=fact.derived)


def _claim(statement: Statement) -> Claim:
    said: Said = statement.claim
    rules = said.values.get("attributionRule", [])
    return {
        "id": _short(said.address),
        "address": said.address,
        "kind": said.kind,
        "sentence": plain(statement.parts),
        "confidence": said.shown("confidence"),
        "claimedBy": [named(who) for who in statement.claimed_by],
        "rule": named(rules[0]) if rules else None,
        "start": said.first("start") or None,
        "end": said.first("end") or None,
        "date": said.first("date") or None,
        "asOf": said.first("asOf") or None,
        "values": {name: [cell(v) for v in values] for name, values in said.values.items() if name not in APART},
        "evidence": [v.text for v in said.values.get("wasDerivedFrom", ()) if evidence.is_citation(v.text)],
        "derivedFrom": [named(source) for source in statement.derived_from],
    }


def _section(group: Group, offset: int) -> Section:
    return {
        "key": group.section.key,
        "title": group.section.title,
        "total": group.total,
        "offset": offset,
        "claims": [_claim(statement) for statement in group.statements],
        "things": [_mention(one) for one in group.things],
    }


def _mention(one: Naming) -> Mention:
    zh = served().chinese.get(one.address)
    return Mention(id=_short(one.address), address=one.address, kind=one.kind, label=one.label, zh=zh, how=one.how)


def _citation(one: evidence.Citation) -> Citation:
    return {
        "id": _short(one.address),
        "address": one.address,
        "source": named(one.source),
        "section": one.section,
        "table": one.table or None,
        "notes": [_note(note) for note in one.notes],
    }


def _note(one: evidence.Footnote) -> Note:
    works = [_work(work) for work in one.works]
    return Note(id=_short(one.address), address=one.address, number=one.number, works=works)


def _work(one: evidence.Work) -> Work:
    work = named(one.name)
    return {
        "id": work["id"],
        "address": work["address"],
        "label": work["label"],
        "publisher": one.publisher,
        "date": one.date,
        "web": one.web,
    }


def _short(address: str) -> str:
    return address.removeprefix(iris.THINGS)
