"""The network of one release: made by the build from `edges.rq`, kept in a file, held in memory as flat lists."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from ontology import iris
from ontology.terms import SUBCLASS, model
from queries.search import Row, Select, solutions

FILE = "network.json"
EDGES = Path(__file__).parent / "edges.rq"
PREFIX = f"PREFIX plen: <{iris.NS}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
LABELS = PREFIX + 'SELECT ?thing ?label { ?thing rdfs:label ?label FILTER (LANG(?label) IN ("", "en")) }'
CHINESE = (
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    'SELECT ?thing ?label { ?thing skos:prefLabel ?label FILTER (LANG(?label) = "zh") }'
)
CLASSES = f'SELECT ?thing ?class {{ ?thing a ?class FILTER (STRSTARTS(STR(?class), "{iris.NS}")) }}'
COUNTRIES = PREFIX + (
    "SELECT DISTINCT ?thing ?rule ?country { ?claim plen:attributed ?thing ; plen:attributionRule ?rule ; "
    "plen:country ?country } ORDER BY ?thing ?rule ?country"
)
LISTINGS = PREFIX + (
    "SELECT ?thing ?claim ?what ?date { ?claim a plen:Listing ; plen:listed ?thing ; plen:list/rdfs:label ?what "
    "OPTIONAL { ?claim plen:date ?date } } ORDER BY ?thing ?date ?claim"
)
MILESTONES = PREFIX + (
    "SELECT ?thing ?claim ?what ?date { VALUES ?type { plen:proposal plen:projectApproval plen:approval "
    "plen:workProgrammeRegistration plen:publication } "
    "?claim a plen:Event ; plen:eventType ?type ; plen:about ?thing ; "
    "plen:date ?date . ?thing a plen:Document . ?type rdfs:label ?what } ORDER BY ?thing ?date ?claim"
)
UNKNOWNS = PREFIX + (
    "SELECT ?thing ?claim ?what { ?claim a plen:Unknown ; plen:about ?thing ; rdfs:label ?what } ORDER BY ?thing ?claim"
)
SOURCES = PREFIX + "SELECT ?claim ?graph { GRAPH ?graph { ?claim plen:confidence ?confidence } } ORDER BY ?claim ?graph"
HUB_KINDS = {"country", "body"}
HUB_DEGREE = 200
COLUMNS = ("from", "to", "kind", "role", "claim", "start", "end", "confidence")


@dataclass(frozen=True)
class Remark:
    """What a claim says of a node beside its edges: a listing, a step of a document, something not known."""

    claim: str
    what: str
    date: str


@dataclass
class Network:
    """Nodes and edges by number; every list of nodes is as long as `address`, every list of edges as `claim`."""

    address: list[str] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    zh: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    countries: list[dict[str, list[str]]] = field(default_factory=list)
    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    role: list[str] = field(default_factory=list)
    claim: list[str] = field(default_factory=list)
    start: list[str] = field(default_factory=list)
    end: list[str] = field(default_factory=list)
    confidence: list[str] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    listings: dict[int, list[Remark]] = field(default_factory=dict)
    milestones: dict[int, list[Remark]] = field(default_factory=dict)
    unknowns: dict[int, list[Remark]] = field(default_factory=dict)

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of each node by its address."""
        return {address: number for number, address in enumerate(self.address)}

    @cached_property
    def out(self) -> list[list[int]]:
        """The edges that leave each node."""
        return _by_end(self.tail, len(self.address))

    @cached_property
    def into(self) -> list[list[int]]:
        """The edges that reach each node."""
        return _by_end(self.head, len(self.address))

    @cached_property
    def kinds(self) -> list[str]:
        """The kind of each node, as its address gives it."""
        return [(iris.split(address) or ("", ""))[0] for address in self.address]

    @cached_property
    def hubs(self) -> frozenset[int]:
        """Nodes that are no bridge: countries, bodies, and groups that hundreds of edges meet."""
        groups = (n for n, kind in enumerate(self.kinds) if kind == "group")
        crowded = {n for n in groups if len(self.out[n]) + len(self.into[n]) >= HUB_DEGREE}
        return frozenset(crowded | {n for n, kind in enumerate(self.kinds) if kind in HUB_KINDS})

    @cached_property
    def exclusive(self) -> frozenset[str]:
        """Roles that only one can hold at a time."""
        roles = set(self.role) - {""}
        return frozenset(role for role in roles if "true" in model().objects(role, iris.NS + "exclusive"))

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What searches have worked out and keep for the next ones."""
        return {}

    def node(self, number: int) -> dict[str, Any]:
        """A node as programs are told it."""
        address = self.address[number]
        return {
            "id": address.removeprefix(iris.THINGS),
            "address": address,
            "label": self.label[number],
            "zh": self.zh[number],
            "kind": self.kinds[number],
            "class": self.classes[number],
            "countries": self.countries[number],
            "listed": number in self.listings,
        }

    def edge(self, number: int) -> dict[str, Any]:
        """An edge as programs are told it; its `id` says the same in every release."""
        tail, head = (self.address[n].removeprefix(iris.THINGS) for n in (self.tail[number], self.head[number]))
        role, claim = self.role[number], self.claim[number].removeprefix(iris.THINGS)
        return {
            "id": f"{tail}>{head}:{self.kind[number]}" + (f":{claim}" if claim else ""),
            "from": tail,
            "to": head,
            "kind": self.kind[number],
            "role": role or None,
            "roleLabel": model().label(role) if role else None,
            "exclusive": role in self.exclusive,
            "claim": claim or None,
            "start": self.start[number] or None,
            "end": self.end[number] or None,
            "confidence": self.confidence[number] or None,
            "source": self.source_of(number) or None,
        }

    def source_of(self, number: int) -> str:
        """The name of the graph that holds an edge's claim; empty for an edge without one, or where none is kept."""
        return self.source[number] if self.source else ""


def _by_end(ends: list[int], count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for edge, node in enumerate(ends):
        found[node].append(edge)
    return found


def write(store: Store, folder: Path) -> None:
    """Make the network file of a release from its store; a step of the build."""
    save(read(lambda query: list(solutions(store, query))), folder / FILE)


def save(network: Network, path: Path) -> None:
    """Write a network to a file."""
    lists = {name: getattr(network, name) for name in Network.__dataclass_fields__}
    remarks = {
        name: {node: [[r.claim, r.what, r.date] for r in found] for node, found in getattr(network, name).items()}
        for name in ("listings", "milestones", "unknowns")
    }
    text = json.dumps(lists | remarks, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text, encoding="utf-8")


def load(path: Path) -> Network:
    """The network that a release's file holds."""
    data = json.loads(path.read_text(encoding="utf-8"))
    for name in ("listings", "milestones", "unknowns"):
        data[name] = {int(node): [Remark(*one) for one in found] for node, found in data[name].items()}
    for name in ("kind", "role", "confidence", "source"):
        same: dict[str, str] = {}
        data[name] = [same.setdefault(value, value) for value in data.get(name, ())]
    return Network(**data)


def read(select: Select) -> Network:
    """The network of a store, from the edges of `edges.rq` and a few more questions."""
    network = Network()
    rows = [tuple(_text(row[name]) for name in COLUMNS) for row in select(EDGES.read_text(encoding="utf-8"))]
    network.address = sorted({end for row in rows for end in row[:2]})
    index = network.index
    network.tail = [index[row[0]] for row in rows]
    network.head = [index[row[1]] for row in rows]
    for place, name in enumerate(COLUMNS[2:], 2):
        setattr(network, name, [row[place] for row in rows])
    sources = {_text(row["claim"]): _text(row["graph"]).removeprefix(iris.GRAPHS) for row in select(SOURCES)}
    network.source = [sources.get(claim, "") for claim in network.claim]
    labels = {_text(row["thing"]): _text(row["label"]) for row in select(LABELS)}
    chinese = {_text(row["thing"]): _text(row["label"]) for row in select(CHINESE)}
    network.label = [labels.get(address, address) for address in network.address]
    network.zh = [chinese.get(address, "") for address in network.address]
    network.classes = _classes(network.address, select)
    network.countries = _countries(network.address, select)
    network.listings = _remarks(index, select(LISTINGS))
    network.milestones = _remarks(index, select(MILESTONES))
    network.unknowns = _remarks(index, select(UNKNOWNS))
    return network


def _classes(addresses: list[str], select: Select) -> list[str]:
    """The label of the most special class of each node."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in select(CLASSES):
        found[_text(row["thing"])].add(_text(row["class"]))
    depth = {class_: len(model().above(class_, SUBCLASS)) for own in found.values() for class_ in own}
    special = (max(found.get(address, ()), key=lambda c: (depth[c], c), default="") for address in addresses)
    return [model().label(class_) if class_ else "" for class_ in special]


def _countries(addresses: list[str], select: Select) -> list[dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in select(COUNTRIES):
        rule = _text(row["rule"]).removeprefix(iris.NS)
        found[_text(row["thing"])][rule].append((iris.split(_text(row["country"])) or ("", ""))[1])
    return [{rule: list(dict.fromkeys(c)) for rule, c in found.get(a, {}).items()} for a in addresses]


def _remarks(index: dict[str, int], rows: Iterable[Row]) -> dict[int, list[Remark]]:
    found: dict[int, list[Remark]] = defaultdict(list)
    for row in rows:
        node = index.get(_text(row["thing"]))
        if node is not None:
            found[node].append(Remark(_text(row["claim"]), _text(row["what"]), _text(row.get("date"))))
    return dict(found)


def _text(term: object) -> str:
    return "" if term is None else str(getattr(term, "value", term))
