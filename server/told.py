"""An answer about paths as it is told: each hop with the claim in words, its evidence, and what else ties its ends."""

from dataclasses import dataclass
from typing import Any

from ontology import iris
from queries.network import sentences
from queries.network.ask import Answer
from queries.network.costs import SCALE
from queries.network.graph import Network, Remark
from queries.network.paths import Dropped, Path
from queries.network.view import view
from server.evidence import Citation, Evidence, is_citation
from server.network import short
from server.picture import Picture, chain
from server.picture import link as explore
from server.sentences import Claim, read
from server.served import Served, text
from server.thing import Statement, statement


@dataclass(frozen=True)
class Link:
    """One edge in words; `statement` is the claim behind it, or without one `marks` say where its ends are named."""

    edge: int
    said: str
    statement: Statement | None
    marks: list[int]
    citations: list[str]


@dataclass(frozen=True)
class Hop:
    """One step of a path: the edge that counts, others between the same two things, and what is left without it."""

    link: Link
    also: list[Link]
    dropped: Dropped | None


@dataclass(frozen=True)
class Told:
    """One path in words."""

    path: Path
    cost: float
    sentence: str
    remarks: list[tuple[str, Remark]]
    hops: list[Hop]
    picture: Picture
    explore: str


@dataclass(frozen=True)
class Telling:
    """All paths of an answer, the nearest one where there is none, and the places in sources that they rest on."""

    paths: list[Told]
    nearest: Told | None
    evidence: list[Citation]


def tell(served: Served, found: Answer) -> Telling:
    """The whole answer in words, from at most three queries."""
    network = served.network
    every = [*found.paths, *([found.nearest.path] if found.nearest else [])]
    hops = {(path, place): _edges(network, found, path, place) for path in every for place in range(len(path.edges))}
    edges = sorted({edge for group in hops.values() for edge in group})
    links = _links(served, edges)
    evidence = links[1]
    told = [
        Told(
            path,
            path.cost / SCALE,
            sentences.sentence(network, path),
            sentences.remarks(network, path),
            [_hop(links[0], hops[path, place], found, path, place) for place in range(len(path.edges))],
            chain([network.node(node) for node in path.nodes], [network.edge(edge) for edge in path.edges]),
            explore(network.address[node] for node in path.nodes),
        )
        for path in every
    ]
    return Telling(told[: len(found.paths)], told[-1] if found.nearest else None, evidence.citations(served))


def _edges(network: Network, found: Answer, path: Path, place: int) -> list[int]:
    """The edge of a hop, then the other edges between its ends that the filters allow."""
    chosen, head = path.edges[place], path.nodes[place + 1]
    allowed = view(network, found.question.filter).filter
    near = [edge for edge in network.out[path.nodes[place]] if network.head[edge] == head and edge != chosen]
    return [chosen, *(edge for edge in near if allowed.edge(network, edge))]


def _hop(links: dict[int, Link], edges: list[int], found: Answer, path: Path, place: int) -> Hop:
    dropped = found.dropped[path][place] if path in found.dropped else None
    return Hop(links[edges[0]], [links[edge] for edge in edges[1:]], dropped)


def _links(served: Served, edges: list[int]) -> tuple[dict[int, Link], Evidence]:
    """Each edge with its claim in words, and all citations, numbered."""
    network, evidence = served.network, Evidence()
    addresses = sorted({network.claim[edge] for edge in edges} - {""})
    claims = {claim.address: claim for claim in read(served.run("claims", claim=addresses))} if addresses else {}
    plain = [edge for edge in edges if not network.claim[edge]]
    ends = sorted({network.address[end] for edge in plain for end in (network.tail[edge], network.head[edge])})
    named: dict[str, set[str]] = {end: set() for end in ends}
    for row in served.run("citations-of", thing=ends) if ends else ():
        named[text(row["thing"])].add(text(row["citation"]))
    found = {}
    for edge in edges:
        claim = claims.get(network.claim[edge])
        rests = _claim_citations(claim) if claim else _shared(network, edge, named)
        said = statement(claim, "", evidence) if claim else None
        marks = said.marks if said else evidence.marks(rests)
        found[edge] = Link(edge, sentences.hop(network, edge), said, marks, rests)
    return found, evidence


def _claim_citations(claim: Claim) -> list[str]:
    return [value.text for value in claim.values.get("wasDerivedFrom", []) if is_citation(value.text)]


def _shared(network: Network, edge: int, named: dict[str, set[str]]) -> list[str]:
    """The citations that name both ends of a plain fact; where none does, those of the end that it is said of."""
    tail, head = (named.get(network.address[end], set()) for end in (network.tail[edge], network.head[edge]))
    return sorted(tail & head or tail)[:5]


def as_json(served: Served, found: Answer, telling: Telling) -> dict[str, Any]:
    """The answer for programs."""
    network, asked = served.network, found.question
    return {
        "from": network.node(asked.source),
        "to": network.node(asked.target),
        "paths": [_path(network, told) for told in telling.paths],
        "searched": {
            "edges": found.steps,
            "complete": found.complete,
            "maxHops": asked.max_hops,
            "reached": found.reached if not found.paths else None,
            "leading": found.leading if not found.paths else None,
        },
        "nearest": {"allowing": found.nearest.words, **_path(network, telling.nearest)}
        if found.nearest and telling.nearest
        else None,
        "unknowns": [{"claim": one.claim.removeprefix(iris.THINGS), "text": one.what} for one in found.unknowns],
        "dropped": [_dropped(network, one) for one in next(iter(found.dropped.values()), [])],
        "evidence": {one.address: _citation(one) for one in telling.evidence},
        "release": served.release or None,
    }


def _dropped(network: Network, one: Dropped) -> dict[str, Any]:
    cost = None if one.cost is None else one.cost / SCALE
    ends = {"from": short(network, one.tail), "to": short(network, one.head)}
    return ends | {"carries": one.carries, "cost": cost, "complete": one.sure}


def _path(network: Network, told: Told) -> dict[str, Any]:
    first, last = told.path.span
    return {
        "cost": told.cost,
        "sentence": told.sentence,
        "remarks": [{"text": said, "claim": one.claim.removeprefix(iris.THINGS)} for said, one in told.remarks],
        "common": {"from": first or None, "to": None if last == "9999" else last} if last else None,
        "nodes": [network.node(node) for node in told.path.nodes],
        "hops": [_hop_json(network, hop) for hop in told.hops],
    }


def _hop_json(network: Network, hop: Hop) -> dict[str, Any]:
    said = _link(network, hop.link) | {"also": [_link(network, link) for link in hop.also]}
    return said | ({"without": _dropped(network, hop.dropped)} if hop.dropped else {})


def _link(network: Network, link: Link) -> dict[str, Any]:
    return network.edge(link.edge) | {"sentence": link.said, "evidence": link.citations}


def _citation(one: Citation) -> dict[str, Any]:
    return {
        "source": one.source.text,
        "section": " > ".join(one.section),
        "table": one.table or None,
        "notes": [note.number for note in one.notes],
    }
