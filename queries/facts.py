"""Claims as checks read them: what a claim says, where its source says it, and the rows of saved queries."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from ontology import iris
from ontology.errors import PlenaryError
from ontology.terms import PREFIXES
from queries import saved
from queries.store import Rows, Term

SOURCE = "great-game"  # the source whose checks and questions these are
FOLDER = Path(__file__).parent / "crosschecks"
DEFAULT = {"observation": "value", "event": "date", "listing": "date", "work": "date"}
Select = Callable[[str], Rows]
Row = dict[str, str]


class NoSuchFact(PlenaryError):
    """A claim that is not in the release, or that does not say what is asked of it."""


@dataclass(frozen=True)
class Place:
    """Where a source says something: a section, a table or figure in it, footnotes."""

    source: str
    section: str
    table: str = ""
    notes: tuple[int, ...] = ()

    def __str__(self) -> str:
        notes = f"note {', '.join(map(str, self.notes))}" if self.notes else ""
        return "; ".join(filter(None, (self.section, self.table, notes)))


class Facts:
    """All claims of a release, read once, and the saved queries that are asked of it."""

    def __init__(self, select: Select) -> None:
        self._select = select
        self._said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for thing, property_, value in select((FOLDER / "facts.rq").read_text(encoding="utf-8")).rows:
            self._said[short(thing)][short(property_).removeprefix("plen:")].append(short(value))
        self._places = _places(select((FOLDER / "places.rq").read_text(encoding="utf-8")))
        self._rows: dict[str, list[Row]] = {}

    def __contains__(self, address: str) -> bool:
        return address in self._places or address in self._said

    def says(self, reference: str) -> str:
        """What `kind/slug@property` says; without a property, what a thing of that kind is for."""
        address, property_ = split(reference)
        found = self._said.get(address, {}).get(property_)
        if not found:
            missing = f"does not say its {property_}" if address in self else "is not in the release"
            raise NoSuchFact(f"{address} {missing}")
        return " ".join(part.removeprefix("plen:").removeprefix("period/").removeprefix("country/") for part in found)

    def places(self, address: str) -> tuple[Place, ...]:
        """Where a claim or a footnote stands in its source; empty for other things."""
        note = address.removeprefix(f"note/{SOURCE}-")
        return (Place(SOURCE, "Works Cited", "", (int(note),)),) if note.isdigit() else self._places.get(address, ())

    def is_foreign(self, address: str) -> bool:
        """Whether a claim rests on other sources alone, so that what the checked source says cannot depend on it."""
        places = self.places(address)
        return bool(places) and all(place.source != SOURCE for place in places)

    def claims(self, kind: str) -> list[str]:
        """Addresses of all claims of a kind that say something, in order."""
        return sorted(address for address in self._said if address.startswith(f"{kind}/"))

    def has(self, reference: str) -> bool:
        """Whether a claim says something of the kind."""
        address, property_ = split(reference)
        return property_ in self._said.get(address, {})

    def rows(self, slug: str, parameters: Mapping[str, Sequence[str]] | None = None) -> list[Row]:
        """The rows of a saved query as text, an unbound cell as the empty one."""
        query = saved.find(slug)
        values = {
            name: [_term(query.parameter(name), text) for text in texts] for name, texts in (parameters or {}).items()
        }
        text = saved.bind(query, values)
        if text not in self._rows:
            found = self._select(text)
            self._rows[text] = [dict(zip(found.variables, map(short, row), strict=True)) for row in found.rows]
        return self._rows[text]


def split(reference: str) -> tuple[str, str]:
    """Address and property of a reference; a slug alone is that of an observation."""
    address, _, property_ = reference.partition("@")
    address = address if "/" in address else f"observation/{address}"
    return address, property_ or DEFAULT.get(address.partition("/")[0], "value")


def short(term: Term | None) -> str:
    """A term as checks write it: `group/itu-t-sg-13`, `plen:convenor`, or the text of a literal."""
    value = str(getattr(term, "value", term or ""))
    if isinstance(term, Literal):
        return value
    if value.startswith(iris.THINGS):
        return value.removeprefix(iris.THINGS)
    prefixed = (f"{prefix}:{value.removeprefix(ns)}" for prefix, ns in PREFIXES.items() if value.startswith(ns))
    return next(prefixed, value)


def _term(parameter: saved.Parameter, text: str) -> saved.Term:
    """A parameter's value; things are named by `kind/slug`, so that no search index is needed."""

    def refuse(name: str, class_: str) -> NamedNode:
        raise NoSuchFact(f"parameter {parameter.name}: {name!r} is no address such as group/itu-t-sg-13")

    address = iris.THINGS + text
    return saved.typed(parameter, address if parameter.type == "iri" and iris.split(address) else text, refuse)


def _places(found: Rows) -> dict[str, tuple[Place, ...]]:
    citations: dict[str, dict[str, list[list[str]]]] = defaultdict(lambda: defaultdict(list))
    for claim, citation, *rest in found.rows:
        citations[short(claim)][short(citation)].append([short(term) for term in rest])
    return {claim: tuple(sorted(map(_place, by.values()), key=str)) for claim, by in citations.items()}


def _place(rows: list[list[str]]) -> Place:
    """One citation, whose rows differ in the note only."""
    source, section, table, _ = rows[0]
    return Place(source.removeprefix("source/"), section, table, tuple(sorted({int(row[3]) for row in rows if row[3]})))
