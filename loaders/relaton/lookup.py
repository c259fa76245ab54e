"""What the curated data already describe, and the addresses of what they do not."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache

from pyoxigraph import Literal, NamedNode, Store

from loaders.relaton.identifiers import key
from loaders.resolution.decisions import Decision, decisions
from loaders.resolution.resolver import Resolver
from loaders.resolution.spelling import nobody
from ontology import iris
from ontology.terms import DCTERMS, PLEN, SKOS, SUBCLASS, model

NAMES = (SKOS + "prefLabel", SKOS + "altLabel")
_WORDS = re.compile(r"[^\W_]+")


@lru_cache(1 << 16)
def normal(name: str) -> str:
    """A name as it is compared: no accents, case, punctuation or doubled blanks."""
    plain = name.casefold()
    if not name.isascii():
        plain = unicodedata.normalize("NFKD", name).casefold()
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_WORDS.findall(plain))


@lru_cache(1 << 16)
def person_key(name: str) -> str:
    """A person's name as it is compared: its words in any order."""
    return " ".join(sorted(normal(name).split()))


@dataclass
class Lookup:
    """Addresses by name: of curated things, and of those that this load has named so far."""

    slugs: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    people: dict[str, list[tuple[str, set[str]]]] = field(default_factory=lambda: defaultdict(list))
    described: set[str] = field(default_factory=set)
    above: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    decided: tuple[Decision, ...] = field(default_factory=lambda: decisions())

    def __post_init__(self) -> None:
        self.organizations = Resolver(lambda name: self.address("organization", name), self.decided)

    def address(self, kind: str, wanted: str) -> str:
        """A new address of a kind; where the slug is taken by something else, the kind or a number is added."""
        slug = iris.slugify(wanted) or f"{kind}-{wanted.encode().hex()[:12]}"
        found, number = slug, 1
        while found in self.slugs:
            found = f"{slug}-{kind}" if number == 1 else f"{slug}-{kind}-{number}"
            number += 1
        self.slugs[found] = iris.thing(kind, found)
        return self.slugs[found]

    def named(self, kinds: tuple[str, ...], *names: str) -> str:
        """The address of the thing of one of some kinds that bears one of some names, or nothing."""
        pairs = ((kind, normal(name)) for name in names if name for kind in kinds)
        return next((self.names[pair] for pair in pairs if pair in self.names), "")

    def organization(self, name: str) -> str:
        """The address of the organization of that name; empty for a name that is nobody's."""
        return "" if nobody(name) else self.resolve(name)

    def resolve(self, name: str) -> str:
        """The address of the organization of that name: one that is known, else one of its own for each spelling."""
        return self.organizations.resolve(name).address


def known(store: Store) -> Lookup:
    """What a store of curated data describes."""
    found = Lookup()
    for quad in store.quads_for_pattern(None, None, None):
        if not isinstance(quad.subject, NamedNode) or not (split := iris.split(quad.subject.value)):
            continue
        address, property_ = quad.subject.value, quad.predicate.value
        found.described.add(address)
        if split[0] not in _claim_kinds():
            found.slugs[split[1]] = address
        if isinstance(quad.object, Literal):
            if property_ in NAMES:
                found.names.setdefault((split[0], normal(quad.object.value)), address)
                if split[0] in ("organization", "body"):
                    found.organizations.know(quad.object.value, address)
                if split[0] == "person":
                    found.people.setdefault(person_key(quad.object.value), []).append((address, set()))
            elif property_ == DCTERMS + "identifier" and split[0] == "document":
                found.documents[key(quad.object.value)] = address
        elif quad.predicate == PLEN.partOf and isinstance(quad.object, NamedNode):
            found.above[address].add(quad.object.value)
    _seats(store, found)
    _employers(store, found)
    return found


@cache
def _claim_kinds() -> set[str]:
    claims = (term for term in model().terms if PLEN.Claim.value in model().above(term, SUBCLASS))
    return {kind for term in claims if (kind := model().kind(term))}


def _seats(store: Store, found: Lookup) -> None:
    """The countries in which the curated organizations are registered."""
    for claim in store.quads_for_pattern(None, PLEN.attributionRule, PLEN.registration):
        who, where = (
            next(store.quads_for_pattern(claim.subject, p, None), None) for p in (PLEN.attributed, PLEN.country)
        )
        if who and where:
            found.organizations.seats[str(getattr(who.object, "value", ""))].add(getattr(where.object, "value", ""))


def _employers(store: Store, found: Lookup) -> None:
    """The organizations that curated people belong to or stand for."""
    of_person: dict[str, set[str]] = defaultdict(set)
    for who, what in ((PLEN.member, PLEN.of), (PLEN.participant, PLEN.onBehalfOf), (PLEN.participant, PLEN.get("in"))):
        for quad in store.quads_for_pattern(None, who, None):
            for other in store.quads_for_pattern(quad.subject, what, None):
                of_person[str(getattr(quad.object, "value", ""))].add(str(getattr(other.object, "value", "")))
    for entries in found.people.values():
        for address, organizations in entries:
            organizations.update(of_person.get(address, ()))
