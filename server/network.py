"""Parts of the network as programs and the explorer are told them: nodes, edges, neighbours, and one thing by name."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ontology import iris
from queries.network.graph import Network
from queries.search import UnknownName
from server.errors import NoEdges
from server.served import Served


def find(served: Served, text: str) -> int:
    """The node that a short address, an address or a name means; NoEdges or UnknownName if there is none."""
    network, text = served.network, text.strip()
    address = text if text.startswith(iris.THINGS) else iris.THINGS + text
    if address in network.index:
        return network.index[address]
    try:
        address = served.search.resolve(text).value
    except UnknownName as error:
        named = [hit for hit in error.candidates if hit.exact and hit.address in network.index]
        if len(named) != 1:
            raise
        address = named[0].address
    if address not in network.index:
        raise NoEdges(text, [])
    return network.index[address]


def short(network: Network, node: int) -> str:
    """Kind and slug of a node."""
    return network.address[node].removeprefix(iris.THINGS)


def neighbours(
    network: Network, node: int, kinds: Sequence[str], limit: int, offset: int, of: Sequence[str] = ()
) -> dict[str, Any]:
    """What a node is tied to: counts by kind of edge, class and direction, and some of it, best known names first.

    `kinds` are kinds of edges, `of` kinds of things; `things` counts each neighbour once under its kind.
    """
    ways = [(edge, network.head[edge], "out") for edge in network.out[node]]
    ways += [(edge, network.tail[edge], "in") for edge in network.into[node]]
    found = {(network.kind[edge], network.classes[near], way, near) for edge, near, way in ways}
    counts = Counter(key[:3] for key in found)
    things = Counter(network.kinds[near] for near in {near for _, near, _ in ways} - {node})
    ways = [way for way in ways if not of or network.kinds[way[1]] in of]
    wanted = {near for edge, near, _ in ways if not kinds or network.kind[edge] in kinds}
    ranked = sorted(wanted, key=lambda n: (-len(network.out[n]) - len(network.into[n]), network.address[n]))
    shown = set(ranked[offset : offset + limit])
    edges = [edge for edge, near, _ in ways if near in shown and (not kinds or network.kind[edge] in kinds)]
    return {
        "node": network.node(node),
        "counts": [
            {"kind": kind, "class": class_, "direction": way, "count": count}
            for (kind, class_, way), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ],
        "things": [{"kind": kind, "count": count} for kind, count in sorted(things.items())],
        "total": len(wanted),
        "nodes": [network.node(near) for near in ranked[offset : offset + limit]],
        "edges": [network.edge(edge) for edge in sorted(set(edges))],
    }


def among(network: Network, nodes: Sequence[int]) -> dict[str, Any]:
    """Nodes, and all edges between two of them."""
    kept = set(nodes)
    edges = [edge for node in dict.fromkeys(nodes) for edge in network.out[node] if network.head[edge] in kept]
    return {
        "nodes": [network.node(node) for node in dict.fromkeys(nodes)],
        "edges": [network.edge(edge) for edge in edges],
    }
