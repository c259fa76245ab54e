"""Derived statements: what follows from the asserted ones, in a graph of their own that repeats none of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, Store, Triple

from loaders.labels import Labels
from ontology import dates, iris
from ontology.terms import PLEN, PROV, RDF_TYPE, XSD

RULES = Path(__file__).parent / "rules" / "derive"
STAGES = RULES / "70-stages.rq"
GRAPH = NamedNode(iris.graph("derived"))
DERIVED_FROM = NamedNode(PROV + "wasDerivedFrom")
DAY = NamedNode(XSD + "date")


def derive(store: Store) -> int:
    """Add to the store what follows from it; returns the number of statements added."""
    before = len(store)
    _add(store, list(_parents(store)))
    for path in sorted(RULES.glob("*.rq")):
        found = store.query(path.read_text(encoding="utf-8"), use_default_graph_as_union=True)
        if isinstance(found, QueryTriples):
            _add(store, list(found))
    _add(store, list(_bounds(store)))
    _add(store, list(Labels(store).triples()))
    return len(store) - before


def stages(store: Store) -> Iterator[Quad]:
    """What the rule for stages of maturity adds to a store, which may be open for reading only.

    Item-level records state their own consequences as they are loaded; these need the whole: roles, titles and groups.
    """
    found = store.query(STAGES.read_text(encoding="utf-8"), use_default_graph_as_union=True)
    if isinstance(found, QueryTriples):
        yield from (Quad(t.subject, t.predicate, t.object, GRAPH) for t in _unsaid(store, found))


def _add(store: Store, triples: Iterable[Triple]) -> None:
    store.extend([Quad(t.subject, t.predicate, t.object, GRAPH) for t in _unsaid(store, triples)])


def _unsaid(store: Store, triples: Iterable[Triple]) -> Iterator[Triple]:
    return (t for t in triples if next(store.quads_for_pattern(t.subject, t.predicate, t.object), None) is None)


# Ultimate parents ---------------------------------------------------------------------------------

Parents = dict[NamedNode, list[tuple[NamedNode, NamedNode]]]
COUNTRY_RULES = ("headquarters", "registration", "sourceLabel")


def _parents(store: Store) -> Iterator[Triple]:
    """The top operating company above each organization, and the attribution that follows from its country.

    A company that has a country of registration, and nothing above it, is its own top; not so where the parent is said
    to be unknown, of itself or of the last company above it.
    """
    unknown = _of_unknown_parent(store)
    above = _direct_parents(store, unknown)
    for company in sorted(set(above) | _registered(store), key=str):
        steps = chain(company, above)
        top = steps[-1][0] if steps else company
        if top in unknown or (not steps and company in above):  # a joint venture, or a circle
            continue
        if steps:
            yield Triple(company, PLEN.ultimateParentCompany, top)
        country = _country(store, top)
        if country:
            yield from _attribution(store, company, country, [claim for _, claim in steps])


def _direct_parents(store: Store, unknown: set[NamedNode]) -> Parents:
    """Child to (parent, claim), following subsidiary and branch, never oversight, ownership or employment.

    A tie that is a subsidiary's or an alias's means the same group either way. It counts where nothing surer is said
    of the child, not even that its parent is unknown, and not where the parent is itself below the child.
    """
    above = ties(store, PLEN.subsidiary, PLEN.branch)
    undecided = ties(store, PLEN.subsidiaryOrAlias)
    further = {
        child: [tie for tie in near if child not in {parent for parent, _ in chain(tie[0], above)}]
        for child, near in undecided.items()
        if child not in above and child not in unknown
    }
    return above | {child: near for child, near in further.items() if near}


def _of_unknown_parent(store: Store) -> set[NamedNode]:
    """Organizations of which it is said that nobody knows what is above them."""
    claims = store.quads_for_pattern(None, PLEN.what, PLEN.parentOrganization)
    things = (q.object for claim in claims for q in store.quads_for_pattern(claim.subject, PLEN.about, None))
    return {thing for thing in things if isinstance(thing, NamedNode)}


def _registered(store: Store) -> set[NamedNode]:
    """Organizations, and bodies, with a country of registration."""
    claims = store.quads_for_pattern(None, PLEN.attributionRule, PLEN.registration)
    found = (_one(store, claim.subject, PLEN.attributed) for claim in claims)
    return {thing for thing in found if thing and (iris.split(thing.value) or ("",))[0] in ("organization", "body")}


def ties(store: Store, *types: NamedNode) -> Parents:
    """Child to (parent, claim), by the affiliations of some types."""
    above: Parents = defaultdict(list)
    for type_ in types:
        for quad in store.quads_for_pattern(None, PLEN.affiliationType, type_):
            child, parent = _one(store, quad.subject, PLEN.member), _one(store, quad.subject, PLEN.of)
            if child and parent and isinstance(quad.subject, NamedNode):
                above[child].append((parent, quad.subject))
    return above


def chain(company: NamedNode, above: Parents) -> list[tuple[NamedNode, NamedNode]]:
    """Steps up from a company; it stops below a joint venture, whose controlling partner is not said."""
    steps: list[tuple[NamedNode, NamedNode]] = []
    here, seen = company, {company}
    while len({parent for parent, _ in above.get(here, [])}) == 1:
        step = min(above[here], key=str)
        if step[0] in seen:
            return []
        steps.append(step)
        here = step[0]
        seen.add(here)
    return steps


def _country(store: Store, company: NamedNode) -> tuple[NamedNode, NamedNode] | None:
    """Country and claim of a top company, by the first rule of COUNTRY_RULES that says one country."""
    for rule in COUNTRY_RULES:
        found = set()
        for quad in store.quads_for_pattern(None, PLEN.attributed, company):
            if next(store.quads_for_pattern(quad.subject, PLEN.attributionRule, PLEN.get(rule)), None):
                country = _one(store, quad.subject, PLEN.country)
                if country and isinstance(quad.subject, NamedNode):
                    found.add((country, quad.subject))
        if len({country for country, _ in found}) == 1:
            return min(found, key=str)
    return None


def _attribution(
    store: Store, company: NamedNode, country: tuple[NamedNode, NamedNode], chain: list[NamedNode]
) -> Iterator[Triple]:
    """An attribution that rests on the claims of the chain and of the country, and on their citations."""
    _, slug = iris.split(company.value) or ("", "")
    node = NamedNode(iris.thing("attribution", f"{slug}-ultimate-parent"))
    yield Triple(node, RDF_TYPE, PLEN.Attribution)
    yield Triple(node, PLEN.attributed, company)
    yield Triple(node, PLEN.attributionRule, PLEN.ultimateParent)
    yield Triple(node, PLEN.country, country[0])
    yield Triple(node, PLEN.confidence, PLEN.derived)
    for claim in [*chain, country[1]]:
        yield Triple(node, DERIVED_FROM, claim)
        for quad in store.quads_for_pattern(claim, DERIVED_FROM, None):
            yield Triple(node, DERIVED_FROM, quad.object)


def _one(store: Store, subject: object, property_: NamedNode) -> NamedNode | None:
    found = [q.object for q in store.quads_for_pattern(subject, property_, None) if isinstance(q.object, NamedNode)]  # type: ignore[arg-type]
    return min(found, key=str) if found else None


# Date bounds --------------------------------------------------------------------------------------


def _bounds(store: Store) -> Iterator[Triple]:
    """Day bounds of everything that has dates of its own, or else those of its period."""
    spans: dict[NamedNode, dict[str, str]] = defaultdict(dict)
    for name in ("start", "end", "date", "asOf", "established", "dissolved"):
        for quad in store.quads_for_pattern(None, PLEN.get(name), None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                _keep(spans[quad.subject], name, quad.object.value)
    own = dict(spans)
    for quad in store.quads_for_pattern(None, PLEN.period, None):
        if isinstance(quad.subject, NamedNode) and quad.subject not in own and quad.object in own:
            spans[quad.subject] = own[quad.object]  # type: ignore[index]
    for node in sorted(spans, key=str):
        yield from _bounds_of(node, spans[node])


def _keep(span: dict[str, str], name: str, text: str) -> None:
    """Where sources disagree about a thing's date, the bounds span all of them."""
    for end in {"start": ("from",), "established": ("from",), "end": ("to",), "dissolved": ("to",)}.get(
        name, ("from", "to")
    ):
        low, high = span.get(f"{end} low", text), span.get(f"{end} high", text)
        span[f"{end} low"] = min(low, text, key=dates.first_day)
        span[f"{end} high"] = max(high, text, key=dates.last_day)


def _bounds_of(node: NamedNode, span: dict[str, str]) -> Iterator[Triple]:
    for end, name in (("from", "Start"), ("to", "End")):
        if f"{end} low" in span:
            first, last = dates.first_day(span[f"{end} low"]), dates.last_day(span[f"{end} high"])
            yield Triple(node, PLEN.get("earliest" + name), Literal(first.isoformat(), datatype=DAY))
            yield Triple(node, PLEN.get("latest" + name), Literal(last.isoformat(), datatype=DAY))
