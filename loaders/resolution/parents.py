"""What decisions say is above an organization: a parent, nothing, or something that nobody can name."""

from collections.abc import Iterable

from pyoxigraph import NamedNode, Store

from loaders.derive import chain, ties
from loaders.relaton.writer import Writer, date, text
from loaders.resolution.decisions import NONE, UNKNOWN, Decision
from loaders.resolution.record import Above, cite_decision, claim_of, evidence
from loaders.resolution.resolver import LISTINGS, Resolver
from loaders.tables import BadRecord, BadRecords
from ontology import iris
from ontology.terms import DCTERMS, PLEN, RDF_TYPE


def above(resolver: Resolver, decided: Iterable[Decision], described: set[str]) -> list[tuple[Above, Decision]]:
    """The decisions of the verdict `parent` with addresses; raises BadRecords for an address that nothing bears.

    A child that nothing bears yet gets an address if its parent is known, for a record read later may print it; all
    other decisions on names that nothing bears are left out, see `left`.
    """
    found, bad = [], []
    for one in used(resolver, decided):
        for field, name in (("a", one.a), ("b", one.b)):
            if name.startswith(iris.THINGS) and name not in described:
                bad.append(one.bad(field, f"nothing has the address {name}", "Write that of its page, or a name."))
        child, parent = (resolver.resolve(name).address for name in (one.a, one.a if one.settles else one.b))
        if child == parent and not one.settles:
            bad.append(one.bad("b", f"{one.a!r} and {one.b!r} are one organization", "Name the company above it."))
        shown = Above(one.a, child, one.b, "" if one.settles else parent, one.reason, one.source, one.date)
        found.append((shown, one))
    if bad:
        raise BadRecords(bad)
    return found


def nowhere(decided: Iterable[Decision], described: set[str]) -> list[str]:
    """A line on the addresses in other decisions that no curated row and no table of the build bears, if any do not."""
    names = [name for one in decided if one.verdict != "parent" for name in (one.a, one.b)]
    found = [n for n in names if n.startswith(iris.THINGS) and not n.startswith(LISTINGS) and n not in described]
    shown = "; ".join(name.removeprefix(iris.THINGS) for name in dict.fromkeys(found))
    return [f"  {len(found):>7} decisions on an address that no table of this build has: {shown}"] if found else []


def used(resolver: Resolver, decided: Iterable[Decision]) -> list[Decision]:
    """The decisions on parents that concern something known: the child, or else the parent."""
    asked = [d for d in decided if d.verdict == "parent"]
    return [d for d in asked if resolver.find(d.a) or d.a.startswith(iris.THINGS) or resolver.find(d.b)]


def left(resolver: Resolver, decided: Iterable[Decision]) -> list[str]:
    """A line on the decisions on parents that concern nothing known, if there are any."""
    kept = used(resolver, decided)
    names = [d.a for d in decided if d.verdict == "parent" and d not in kept]
    words = "decisions on parents left out, as nothing bears the name"
    return [f"  {len(names):>7} {words}: {'; '.join(names)}"] if names else []


def write(found: Iterable[tuple[Above, Decision]], writer: Writer, described: set[str]) -> None:
    """A tie for a parent that is named, an unknown for one that is not, and a finding for a company at the top."""
    for shown, one in found:
        for address, name in ((shown.address, one.a), (shown.parent_address, one.b)):
            if address and address not in described:
                writer.describe(address, iris.NS + "Organization", name)
                writer.name(address, name)
                described.add(address)
        if one.b == UNKNOWN:
            _unknown(writer, shown.address, one)
        elif one.b == NONE:
            _top(writer, shown.address, one)
        else:
            _tie(writer, shown, one)


def check(store: Store, found: Iterable[tuple[Above, Decision]]) -> None:
    """Raise BadRecords for decisions that put a company above itself, or beside another parent that is as sure."""
    parents, bad = ties(store, PLEN.subsidiary, PLEN.branch), list[BadRecord]()
    for shown, one in found:
        child = NamedNode(shown.address)
        above_child = {parent.value.rpartition("/")[2] for parent, _ in parents.get(child, [])}
        others = above_child - {shown.parent_address.rpartition("/")[2]}
        if others:
            remedy = "Take this row out, or the tie from the curated tables."
            bad.append(one.bad("b", f"{one.a!r} is below {' and '.join(sorted(others))} already", remedy))
        elif above_child and not chain(child, parents):
            remedy = "Take out one of the rows that make the circle."
            bad.append(one.bad("b", f"{one.b!r} is itself below {one.a!r}", remedy))
    if bad:
        raise BadRecords(bad)


def _tie(writer: Writer, shown: Above, one: Decision) -> None:
    claim = claim_of("affiliation", shown.address, shown.parent_address.rpartition("/")[2])
    writer.link(claim, RDF_TYPE.value, PLEN.Affiliation.value)
    writer.link(claim, iris.NS + "member", shown.address)
    writer.link(claim, iris.NS + "of", shown.parent_address)
    writer.link(claim, iris.NS + "affiliationType", PLEN.subsidiary.value)
    writer.literal(claim, iris.NS + "asOf", date(one.date))
    evidence(writer, claim, PLEN.reported.value, cite_decision(writer, one))


def _unknown(writer: Writer, address: str, one: Decision) -> None:
    claim = claim_of("unknown", address, "parent")
    words = f"What is above “{one.a}” is not known: {one.reason}."
    writer.describe(claim, iris.NS + "Unknown", words)
    writer.link(claim, iris.NS + "what", PLEN.parentOrganization.value)
    writer.link(claim, iris.NS + "about", address)
    writer.literal(claim, DCTERMS + "description", text(words, "en"))
    evidence(writer, claim, PLEN.stated.value, cite_decision(writer, one))


def _top(writer: Writer, address: str, one: Decision) -> None:
    claim = claim_of("finding", address, "top")
    words = f"Nothing is above “{one.a}”: {one.reason}."
    writer.describe(claim, iris.NS + "Finding", f"conclusion: {words}")
    writer.link(claim, iris.NS + "findingType", PLEN.conclusion.value)
    writer.link(claim, iris.NS + "about", address)
    writer.literal(claim, DCTERMS + "description", text(words, "en"))
    evidence(writer, claim, PLEN.reported.value, cite_decision(writer, one))
