"""Who holds a role on which document for whom, read once from a store into plain records."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ontology import iris

Row = Mapping[str, object]
Select = Callable[[str], Iterable[Row]]
PREFIX = f"PREFIX plen: <{iris.NS}> PREFIX dcterms: <http://purl.org/dc/terms/> "
PREFIX += "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
CLAIMS = PREFIX + (
    "SELECT ?graph ?document ?role ?who ?for ?day { GRAPH ?graph { ?claim plen:confidence plen:observed ; "
    "plen:on ?document ; plen:role ?role ; plen:participant ?who ; plen:asOf ?day . "
    "OPTIONAL { ?claim plen:onBehalfOf ?for } } }"
)
VACANT = PREFIX + (
    "SELECT ?graph ?document { GRAPH ?graph { ?claim plen:what plen:roleHolder ; plen:about ?document ; "
    "plen:confidence plen:observed } ?document a plen:Document }"
)
DOCUMENTS = PREFIX + (
    "SELECT ?document ?value { "
    "{ SELECT DISTINCT ?document { ?claim plen:confidence plen:observed ; plen:on|plen:about ?document } } "
)
LEADS = DOCUMENTS + "?document plen:leadGroup ?value }"
GROUPS = DOCUMENTS + "?document plen:developedIn ?value }"
BODIES = DOCUMENTS + "?document plen:body ?value }"
OWN_DATES = DOCUMENTS + "?document dcterms:issued ?value }"
VERSION_DATES = DOCUMENTS + "?version dcterms:isVersionOf ?document ; dcterms:issued ?value }"
COUNTRIES = PREFIX + (
    "SELECT ?rule ?thing ?country { "
    "?claim plen:attributed ?thing ; plen:attributionRule ?rule ; plen:country ?country }"
)
PARENTS = PREFIX + "SELECT ?document ?value { ?document plen:ultimateParentCompany ?value }"
LABELS = PREFIX + (
    "SELECT ?thing ?label { VALUES ?class { plen:Organization plen:Group plen:Country } "
    "?thing a ?class ; rdfs:label ?label }"
)
UNKNOWN = ""


@dataclass(frozen=True)
class Holding:
    """One document and one organization for which somebody holds a role on it, however many people and versions.

    `organization` is UNKNOWN where the holder or the employer is; `years` are those of the document's dated versions,
    or its own, in order; `groups` is the lead group, or all groups in a set whose records name no lead groups.
    """

    document: str
    organization: str
    groups: tuple[str, ...]
    years: tuple[int, ...]

    @property
    def year(self) -> int | None:
        """The year of the first dated version."""
        return self.years[0] if self.years else None


@dataclass(frozen=True)
class Role:
    """All holdings of one role in one set of records: `source` is its graph's name, `day` that of the crawl."""

    source: str
    role: str
    body: str
    day: str
    holdings: tuple[Holding, ...]


@dataclass(frozen=True)
class Attributions:
    """What organizations count as: countries by rule, companies at the top, and the labels of everything."""

    countries: Mapping[str, Mapping[str, frozenset[str]]]
    parents: Mapping[str, str]
    labels: Mapping[str, str]

    @cached_property
    def tops(self) -> frozenset[str]:
        """Companies at the top of others."""
        return frozenset(self.parents.values())

    def country(self, rule: str, organization: str) -> str:
        """The one country under a rule; UNKNOWN if there is none, or if sources name several.

        A company that is the ultimate parent of others is its own: under that rule it counts where it is registered.
        """
        found = self.countries.get(rule, {}).get(organization, frozenset())
        if not found and rule == "ultimateParent" and organization in self.tops:
            return self.country("registration", organization) or self.country("headquarters", organization)
        return min(found) if len(found) == 1 else UNKNOWN

    def actor(self, rule: str, organization: str) -> str:
        """The organization that counts: the legal entity, or under the ultimate-parent rule the company at the top."""
        if rule != "ultimateParent":
            return organization
        own = organization if organization in self.tops or self.country(rule, organization) else UNKNOWN
        return self.parents.get(organization, own)


def read_roles(select: Select) -> list[Role]:
    """The roles of each item-level source, in the order of their names."""
    held: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    days: dict[tuple[str, str], str] = {}
    for row in select(CLAIMS):
        graph, document, role, who, employer, day = (
            _text(row[n]) for n in ("graph", "document", "role", "who", "for", "day")
        )
        organization = employer or (who if (iris.split(who) or ("",))[0] != "person" else UNKNOWN)
        held[graph, role][document].add(organization)
        days[graph, role] = max(day, days.get((graph, role), ""))
    if not held:
        return []
    _add_vacant(select, held)
    documents = {document for found in held.values() for document in found}
    leads, groups, bodies = (_by_document(select(query), documents) for query in (LEADS, GROUPS, BODIES))
    dates = _by_document(select(VERSION_DATES), documents)
    own = _by_document(select(OWN_DATES), documents)
    found = []
    for (graph, role), holders in sorted(held.items()):
        counted = leads if any(leads[document] for document in holders) else groups
        body = Counter(body for document in holders for body in bodies[document]).most_common(1)
        holdings = [
            Holding(document, organization, _ordered(counted[document]), years)
            for document, organizations in sorted(holders.items())
            for years in [tuple(sorted(int(d[:4]) for d in dates[document] or own[document]))]
            for organization in sorted(organizations)
        ]
        name = graph.removeprefix(iris.GRAPHS)
        found.append(Role(name, role, body[0][0] if body else "", days[graph, role], tuple(holdings)))
    return found


def _add_vacant(select: Select, held: dict[tuple[str, str], dict[str, set[str]]]) -> None:
    """Documents whose holder is not known count under the one role that most documents of their source have."""
    for row in select(VACANT):
        graph, document = _text(row["graph"]), _text(row["document"])
        roles = [key for key in held if key[0] == graph]
        if roles:
            held[max(roles, key=lambda key: (len(held[key]), key))][document].add(UNKNOWN)


def read_attributions(select: Select) -> Attributions:
    """What organizations count as, under every rule."""
    countries: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in select(COUNTRIES):
        countries[_text(row["rule"]).removeprefix(iris.NS)][_text(row["thing"])].add(_text(row["country"]))
    frozen = {rule: {thing: frozenset(c) for thing, c in found.items()} for rule, found in countries.items()}
    parents = {_text(row["document"]): _text(row["value"]) for row in select(PARENTS)}
    return Attributions(frozen, parents, {_text(row["thing"]): _text(row["label"]) for row in select(LABELS)})


def _by_document(rows: Iterable[Row], documents: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        document = _text(row["document"])
        if document in documents:
            found[document].append(_text(row["value"]))
    return found


def _ordered(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found)))


def _text(term: object) -> str:
    return "" if term is None else str(getattr(term, "value", term))
