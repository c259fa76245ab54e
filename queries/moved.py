"""Figures that say something else in another release, and why."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

import pyoxigraph
from pyoxigraph import RdfFormat

from ontology import iris
from ontology.terms import PROV, RDFS, SUBCLASS, model

COUNTS = ("minValue", "maxValue", "numerator", "denominator", "missing")
GROUNDS = ("attributionRule", "method", "confidence")
FRAME = ("measure", "period", "asOf", "attributionRule", "aboutCountry", "aboutAgent", "aboutBody", "aboutGroup",
         "aboutDocument", "aboutDocumentType", "aboutTechnology", "aboutRole")  # fmt: skip
COMPUTED = f"<{iris.GRAPHS}derived> .\n".encode()
NAMED = 20
Lines = frozenset[bytes]
Figures = dict[str, Lines]
Figure = dict[str, list[str]]


@dataclass(frozen=True)
class Moved:
    """What a figure said and says now (empty where it was not or is not), and why.

    `grounds` are changes of its own evidence, rule, method and confidence; `claims` are the changed claims that speak
    of what a computed figure is about, those that share most first; `about` is what that is.
    """

    address: str
    label: str
    old: str
    new: str
    grounds: list[str]
    computed: bool
    about: frozenset[str]
    claims: list[str] = field(default_factory=list)
    more: int = 0


def moved(gone: Figures, come: Figures) -> list[Moved]:
    """Figures that differ by value; one under a new address is known again by its measure, period, rule and about."""
    old, new = ({address: _read(lines) for address, lines in side.items()} for side in (gone, come))
    by_frame = {_frame(old[a]): a for a in sorted(old.keys() - new.keys())}
    pairs = [(a if a in old else by_frame.pop(_frame(new[a]), ""), a) for a in sorted(new)]
    kept = {before for before, _ in pairs}
    pairs += [(a, "") for a in sorted(old.keys() - kept)]
    both = ((after or before, old.get(before, {}), new.get(after, {})) for before, after in pairs)
    return [_moved(address, was, now) for address, was, now in both if said(was) != said(now)]


def _moved(address: str, was: Figure, now: Figure) -> Moved:
    either = now or was
    label = next(iter(either.get(RDFS + "label", ())), "").rpartition(":")[0]
    about = frozenset(a for name in FRAME for a in either.get(iris.NS + name, ()) if a.startswith(iris.THINGS))
    computed = iris.NS + "derived" in either.get(iris.NS + "confidence", ())
    return Moved(address, label, said(was), said(now), list(_grounds(was, now)), computed, about)


def explained(figures: list[Moved], changes: Callable[[], Iterable[tuple[bytes, Lines, Lines]]]) -> list[Moved]:
    """The figures; computed ones with the claims that changed among what they are about."""
    wanted = {f"<{address}> ".encode() for one in figures if one.computed for address in one.about}
    spoken: dict[str, set[str]] = {}
    for subject, before, after in changes() if wanted else ():
        asserted = any(not line.endswith(COMPUTED) for line in before ^ after)
        if asserted and subject.removeprefix(b"<" + iris.THINGS.encode()).partition(b"/")[0] in _claims():
            told = b"".join(before | after)
            if about := {one[1:-2].decode() for one in wanted if one in told}:
                spoken[subject[1:-1].decode()] = about
    return [_explained(one, spoken) if one.computed else one for one in figures]


def _explained(one: Moved, spoken: dict[str, set[str]]) -> Moved:
    near = sorted((-len(one.about & told), claim) for claim, told in spoken.items() if one.about & told)
    return replace(one, claims=[claim for _, claim in near[:NAMED]], more=max(0, len(near) - NAMED))


def said(figure: Figure) -> str:
    """What a figure says: its value with comparator, unit, bounds and counts, in words; empty for no figure."""

    def words(name: str) -> str:
        return ", ".join(map(_word, figure.get(iris.NS + name, ())))

    plain = " ".join(filter(None, map(words, ("comparator", "value", "valueText", "unit"))))
    return ", ".join(filter(None, [plain, *(f"{model().label(iris.NS + n)} {words(n)}" for n in COUNTS if words(n))]))


def _grounds(was: Figure, now: Figure) -> Iterator[str]:
    names = {PROV + "wasDerivedFrom": "evidence"} | {iris.NS + name: model().label(iris.NS + name) for name in GROUNDS}
    for address, name in names.items() if was and now else ():
        before, after = (", ".join(map(_word, side.get(address, ()))) for side in (was, now))
        if before != after:
            yield f"{name}: {before or 'none'} → {after or 'none'}"


def _read(lines: Lines) -> Figure:
    """Values by property, sorted."""
    found: Figure = {}
    for quad in pyoxigraph.parse(b"".join(sorted(lines)), RdfFormat.N_QUADS):
        found.setdefault(quad.predicate.value, []).append(str(getattr(quad.object, "value", quad.object)))
    return found


def _frame(figure: Figure) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(figure.get(iris.NS + name, ())) for name in FRAME)


@cache
def _claims() -> frozenset[bytes]:
    """Kinds of claims, as addresses have them, except figures."""
    claims = [term for term in model().terms if iris.NS + "Claim" in model().above(term, SUBCLASS)]
    return frozenset((model().kind(term) or "").encode() for term in claims) - {b"", b"observation"}


def _word(value: str) -> str:
    """A value in words: the label of a term of ours, kind and slug of a thing, else as it is."""
    return model().label(value) if value in model().terms else value.removeprefix(iris.THINGS)
