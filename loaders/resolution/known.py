"""What a store says of the organizations that it knows: names, countries, top companies, classes."""

from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Store

from loaders.derive import COUNTRY_RULES
from loaders.resolution.doubts import Facts
from ontology import iris
from ontology.terms import PLEN, RDF_TYPE, SKOS

KINDS = ("organization", "body")
_NAMES = (NamedNode(SKOS + "prefLabel"), NamedNode(SKOS + "altLabel"))


def names(store: Store) -> Iterator[tuple[str, str]]:
    """Every name of every organization and body, with its address."""
    for property_ in _NAMES:
        for quad in store.quads_for_pattern(None, property_, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                kind, _ = iris.split(quad.subject.value) or ("", "")
                if kind in KINDS:
                    yield quad.object.value, quad.subject.value


def facts(store: Store) -> dict[str, Facts]:
    """What there is to compare of the bearer of each name."""
    countries, controlled = _objects(store, PLEN.registeredIn), _objects(store, PLEN.controlledFrom)
    tops = _objects(store, PLEN.ultimateParentCompany)
    kinds = defaultdict(set)
    for address, classes in _objects(store, RDF_TYPE).items():
        kinds[address] = {c for c in classes if c.startswith(iris.NS)} - {PLEN.Organization.value, PLEN.Body.value}
    found = {}
    for name, address in names(store):
        top = _one(tops[address]) or (address if controlled[address] else "")
        found[name] = Facts(address, _one(countries[address]), top, _one(controlled[address]), _one(kinds[address]))
    return found


def places(store: Store) -> dict[str, set[str]]:
    """The countries of which an organization counts by its seat, head office or a source's label, by address."""
    found: dict[str, set[str]] = defaultdict(set)
    rules = {NamedNode(iris.NS + rule) for rule in COUNTRY_RULES}
    for rule in rules:
        for claim in store.quads_for_pattern(None, PLEN.attributionRule, rule):
            who, where = (
                next(store.quads_for_pattern(claim.subject, p, None), None) for p in (PLEN.attributed, PLEN.country)
            )
            if who and where and isinstance(who.object, NamedNode) and isinstance(where.object, NamedNode):
                found[who.object.value].add(where.object.value)
    return found


def _objects(store: Store, property_: NamedNode) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, property_, None):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            found[quad.subject.value].add(quad.object.value)
    return found


def _one(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""
