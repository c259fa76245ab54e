"""The network as one search sees it: without the edges that its filters rule out, parallel edges as one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from ontology import dates, iris
from queries.network.costs import cost
from queries.network.graph import Network

# A neighbour, what the way to it costs, and the edge that is taken.
Step = tuple[int, int, int]
UPWARD = "partOf"


@dataclass(frozen=True)
class Filter:
    """What may be on a path; empty means anything. Dates, kinds, confidence and source rule out edges, countries nodes.

    What has no date, no confidence or no source of its own passes, since nothing says that it does not hold.

    With `either`, ties are followed against their direction too: that is nearness, not influence.
    """

    as_of: str = ""
    kinds: frozenset[str] = frozenset()
    confidences: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    country: str = ""
    rule: str = ""
    hubs: bool = False
    common: bool = False
    either: bool = False

    @cached_property
    def plain(self) -> bool:
        """Whether every edge may be on a path."""
        return self == Filter(hubs=self.hubs, common=self.common, either=self.either)

    @cached_property
    def days(self) -> tuple[str, str]:
        """First and last day of the date asked for, which may be a year or a month."""
        return dates.first_day(self.as_of).isoformat(), dates.last_day(self.as_of).isoformat()

    def edge(self, network: Network, number: int) -> bool:
        """Whether an edge may be on a path: at the date asked for it is not certain that it did not hold."""
        if self.kinds and network.kind[number] not in self.kinds:
            return False
        if self.confidences and network.confidence[number] not in {*self.confidences, ""}:
            return False
        if self.sources and network.source_of(number) not in {*self.sources, ""}:
            return False
        return not self.as_of or holds(network, number, *self.days)

    def node(self, network: Network, number: int) -> bool:
        """Whether a node may be on a path: of a country asked for, under the rule asked for, or of no country."""
        if not self.country:
            return True
        if network.kinds[number] == "country":
            return network.address[number] == iris.thing("country", self.country)
        by_rule = network.countries[number]
        found = by_rule.get(self.rule, []) if self.rule else [c for listed in by_rule.values() for c in listed]
        return not found or self.country in found


def holds(network: Network, edge: int, first: str, last: str) -> bool:
    """Whether an edge can have held on some day from the first to the last; one without dates can."""
    start, end = network.start[edge], network.end[edge]
    return (not start or start <= last) and (not end or first <= end)


@dataclass
class View:
    """Steps from and to each node, worked out when they are first asked for, and kept."""

    network: Network
    filter: Filter = field(default_factory=Filter)
    forth: dict[int, list[Step]] = field(default_factory=dict)
    back: dict[int, list[Step]] = field(default_factory=dict)

    def out(self, node: int) -> list[Step]:
        """Steps that leave a node, cheapest first."""
        found = self.forth.get(node)
        if found is None:
            network = self.network
            found = self.forth[node] = self._steps(node, self._edges(network.out, network.into, node))
        return found

    def into(self, node: int) -> list[Step]:
        """Steps that reach a node, cheapest first."""
        found = self.back.get(node)
        if found is None:
            network = self.network
            found = self.back[node] = self._steps(node, self._edges(network.into, network.out, node))
        return found

    def leave(self, node: int, source: int) -> list[Step]:
        """Steps that a path from `source` may take at a node: from a hub only up to the whole that it is part of."""
        steps = self.out(node)
        if self.filter.hubs or node == source or node not in self.network.hubs:
            return steps
        kind = self.network.kind
        return [step for step in steps if kind[step[2]] == UPWARD]

    def passes(self, tail: int, edge: int, source: int) -> bool:
        """Whether a path from `source` may leave a node by an edge."""
        network = self.network
        return self.filter.hubs or tail == source or tail not in network.hubs or network.kind[edge] == UPWARD

    def allows(self, node: int) -> bool:
        """Whether a node may be on a path."""
        return self.filter.node(self.network, node)

    def _edges(self, own: list[list[int]], other: list[list[int]], node: int) -> list[int]:
        return own[node] + other[node] if self.filter.either else own[node]

    def _steps(self, node: int, edges: list[int]) -> list[Step]:
        network, allowed = self.network, self.filter
        tail, head = network.tail, network.head
        ends = [(head[edge] if tail[edge] == node else tail[edge], edge) for edge in edges]
        steps = sorted(
            (cost(network, edge), end, edge)
            for end, edge in ends
            if allowed.plain or (allowed.edge(network, edge) and allowed.node(network, end))
        )
        if allowed.common:
            return [(end, price, edge) for price, end, edge in steps]
        best: dict[int, Step] = {}
        for price, end, edge in steps:
            if end not in best:
                best[end] = (end, price, edge)
        return list(best.values())

    def without(self, tail: int, head: int) -> View:
        """The same view without any edge from one node to another."""
        forth, back = dict(self.forth), dict(self.back)
        forth[tail] = [step for step in self.out(tail) if step[0] != head]
        back[head] = [step for step in self.into(head) if step[0] != tail]
        return View(self.network, self.filter, forth, back)


def view(network: Network, wanted: Filter) -> View:
    """A view of the network; those without filters are kept with it, since nearly all searches use them."""
    if not wanted.plain:
        return View(network, wanted)
    kept: View = network.kept.setdefault(wanted, View(network, wanted))
    return kept
