"""Figures that say something else in another release, and why."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

import pyoxigraph
from pyoxigraph import RdfFormat

from ontology import iris
from ontology.terms import PROV, RDFS, SUBCLASS, model
from queries.changed import DERIVED, Lines, word

VALUES = ("comparator", "value", "valueText", "unit")
COUNTS = ("minValue", "maxValue", "numerator", "denominator", "missing")
WAYS = ("attributionRule", "method")
GROUNDS = (*WAYS, "confidence")
FRAME = ("measure", "period", "asOf", "attributionRule", "aboutCountry", "aboutAgent", "aboutBody", "aboutGroup",
         "aboutDocument", "aboutDocumentType", "aboutTechnology", "aboutRole")  # fmt: skip
EVIDENCE = PROV + "wasDerivedFrom"
NAMED = 20
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
    """Figures that differ by value, or have the same by another rule or method.

    One under a new address is known again by its measure, period, rule and what it is about.
    """
    old, new = ({address: _read(lines) for address, lines in side.items()} for side in (gone, come))
    by_frame = {_frame(old[a]): a for a in sorted(old.keys() - new.keys())}
    pairs = [(a if a in old else by_frame.pop(_frame(new[a]), ""), a) for a in sorted(new)]
    kept = {before for before, _ in pairs}
    pairs += [(a, "") for a in sorted(old.keys() - kept)]
    both = ((after or before, old.get(before, {}), new.get(after, {})) for before, after in pairs)
    return [_moved(address, was, now) for address, was, now in both if said(was) != said(now) or _other_way(was, now)]


def _other_way(was: Figure, now: Figure) -> bool:
    """Whether a figure that stayed as it was is now reached by another rule or method."""
    return any(was.get(iris.NS + name) != now.get(iris.NS + name) for name in WAYS)


def _moved(address: str, was: Figure, now: Figure) -> Moved:
    either = now or was
    label = next(iter(either.get(RDFS + "label", ())), "").rpartition(":")[0]
    about = frozenset(a for name in FRAME for a in either.get(iris.NS + name, ()) if a.startswith(iris.THINGS))
    computed = iris.NS + "derived" in either.get(iris.NS + "confidence", ())
    grounds = list(_grounds(was, now))
    if was and now and not grounds and not computed:
        grounds = [f"its row in the source's table was changed; evidence as before: {_words(now, EVIDENCE)}"]
    return Moved(address, label, said(was), said(now), grounds, computed, about)


def explained(figures: list[Moved], changes: Callable[[], Iterable[tuple[bytes, Lines, Lines]]]) -> list[Moved]:
    """The figures; computed ones with the claims that changed among what they are about."""
    wanted = {f"<{address}> ".encode() for one in figures if one.computed for address in one.about}
    spoken: dict[str, set[str]] = {}
    for subject, before, after in changes() if wanted else ():
        asserted = any(not line.endswith(DERIVED) for line in before ^ after)
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

    words = {name: _words(figure, iris.NS + name) for name in (*VALUES, *COUNTS)}
    plain = " ".join(filter(None, (words[name] for name in VALUES)))
    return ", ".join(filter(None, [plain, *(f"{word(iris.NS + n)} {words[n]}" for n in COUNTS if words[n])]))


def _words(figure: Figure, address: str) -> str:
    return ", ".join(map(word, figure.get(address, ())))


def _grounds(was: Figure, now: Figure) -> Iterator[str]:
    names = {EVIDENCE: "evidence"} | {iris.NS + name: model().label(iris.NS + name) for name in GROUNDS}
    for address, name in names.items() if was and now else ():
        before, after = _words(was, address), _words(now, address)
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
