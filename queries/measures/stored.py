"""Which measures a build computes and keeps: shares, what is unknown, concentration and trends, for every scope.

A scope is a body or a group, over all documents or those first published in five years. Under a rule that no source
of the data uses, all pairs are unknown, and are shown so.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from pyoxigraph import NamedNode, Quad, Store

from ontology import dates
from ontology.terms import PLEN
from queries.measures.documents import counts
from queries.measures.holdings import Attributions, Holding, Role, Select, read_attributions, read_roles
from queries.measures.observations import GRAPH, Figure, period_address, period_quads
from queries.measures.shares import Shares, fractional, herfindahl, shares
from queries.measures.trend import Trend, lines, trend
from queries.search import solutions

RULES = ("registration", "ultimateParent", "delegation")
YEARS = 5
PAIRS = "pairs of a document and an organization with the role"
FIRST = f"{PAIRS}, documents by the year of their first version, last known holders"
EACH = f"{PAIRS} and a version, by the year of the version, last known holders"
FRACTIONS = "documents, each split evenly among its organizations"
Actor = Callable[[str], str]


@dataclass(frozen=True)
class Scope:
    """What some figures are about: a body or a group, and the years of first publication."""

    about: dict[str, str]
    period: tuple[int, int] | None
    holdings: list[Holding]


@dataclass(frozen=True)
class Side:
    """Whom holdings are counted for under one rule: countries or organizations."""

    rule: str
    about: str
    actor: Actor

    @property
    def word(self) -> str:
        """`country` or `organization`, as it stands in the names of measures."""
        return "country" if self.about == "aboutCountry" else "organization"


def quads(store: Store) -> Iterator[Quad]:
    """All figures of a store's item-level records, with the periods that they name; nothing if there are no records."""
    select: Select = partial(solutions, store)
    roles, periods = read_roles(select), set()
    for document, year in sorted({(h.document, h.year) for role in roles for h in role.holdings if h.year}):
        yield Quad(NamedNode(document), PLEN.firstPublished, dates.literal(str(year)), GRAPH)
    attributions = read_attributions(select)
    for figure in (*figures(roles, attributions), *counts(select, attributions.labels)):
        yield from figure.quads()
        periods.update([figure.period] if figure.period else [])
    for period in sorted(periods):
        if next(store.quads_for_pattern(NamedNode(period_address(period)), None, None), None) is None:
            yield from period_quads(period)


def figures(roles: Iterable[Role], attributions: Attributions) -> Iterator[Figure]:
    """The figures of some roles, under each rule."""
    for role in roles:
        for side in sides(attributions):
            frame = Figure("", "", {}, {}, role.source, role.day, "", side.rule, labels=dict(attributions.labels))
            for scope in scopes(role):
                yield from _of_scope(frame, scope, side)
                if not scope.period:
                    yield from _trends(replace(frame, about=scope.about), scope, side)


def sides(attributions: Attributions) -> Iterator[Side]:
    """Countries and organizations under each rule; a delegation says nothing of organizations."""
    for rule in RULES:
        yield Side(rule, "aboutCountry", partial(attributions.country, rule))
        if rule != "delegation":
            yield Side(rule, "aboutAgent", partial(attributions.actor, rule))


def scopes(role: Role) -> Iterator[Scope]:
    """The body and each group, over all years and over each five."""
    by_group: dict[str, list[Holding]] = defaultdict(list)
    for holding in role.holdings:
        for group in holding.groups:
            by_group[group].append(holding)
    about = {"aboutRole": role.role}
    yield from _periods({"aboutBody": role.body} | about, list(role.holdings))
    for group, found in sorted(by_group.items()):
        yield from _periods({"aboutGroup": group} | about, found)


def _periods(about: dict[str, str], holdings: list[Holding]) -> Iterator[Scope]:
    yield Scope(about, None, holdings)
    by_period: dict[int, list[Holding]] = defaultdict(list)
    for holding in holdings:
        if holding.year is not None:
            by_period[holding.year // YEARS * YEARS].append(holding)
    for first, found in sorted(by_period.items()):
        yield Scope(about, (first, first + YEARS - 1), found)


def _of_scope(frame: Figure, scope: Scope, side: Side) -> Iterator[Figure]:
    found = shares(scope.holdings, side.actor)
    frame = replace(frame, about=scope.about, period=scope.period, method=FIRST if scope.period else PAIRS)
    yield from _shares(replace(frame, measure="documentRoleShare"), found, side)
    unknown = {"value": 100 * found.missing / found.total, "numerator": found.missing, "denominator": found.total}
    yield replace(frame, measure=f"{side.word}Unknown", unit="percent", numbers=unknown)
    if found.counts:
        numbers = {"value": herfindahl(found), "denominator": found.total, "missing": found.missing}
        yield replace(frame, measure=f"{side.word}Concentration", unit="herfindahlIndex", numbers=numbers)
    if "aboutBody" in scope.about and not scope.period:
        split = replace(frame, measure="documentRoleShareFractional", method=FRACTIONS)
        yield from _shares(split, fractional(scope.holdings, side.actor), side)


def _shares(frame: Figure, found: Shares, side: Side) -> Iterator[Figure]:
    for rank, actor in found.ranked():
        numbers = {"value": found.percent(actor), "numerator": found.counts[actor], "denominator": found.total}
        numbers |= {"missing": found.missing, "ranking": rank}
        yield replace(frame, unit="percent", numbers=numbers, about=frame.about | {side.about: actor})


def _trends(frame: Figure, scope: Scope, side: Side) -> Iterator[Figure]:
    """Trends of countries and of organizations by first version, and of a body's countries by each version too."""
    forms = [("documentRoleOddsRatio", FIRST, False)]
    if side.about == "aboutCountry" and "aboutBody" in scope.about:
        forms.append(("versionRoleOddsRatio", EACH, True))
    for measure, method, versions in forms:
        found = lines(scope.holdings, side.actor, versions=versions)
        for actor in sorted({line.actor for line in found} - {""}):
            if said := trend(found, actor):
                about = frame.about | {side.about: actor}
                yield replace(frame, measure=measure, method=method, unit="times", about=about, numbers=_numbers(said))


def _numbers(said: Trend) -> dict[str, float]:
    return {
        "value": said.odds_ratio,
        "minValue": said.low,
        "maxValue": said.high,
        "pValue": said.p,
        "numerator": said.events,
        "denominator": said.rows + said.missing,
        "missing": said.missing,
    }
