"""The best simple paths between two things: best first, guided by how far the target is where that is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

from queries.network.view import UPWARD, View

MAX_HOPS = 6
BUDGET = 400_000  # steps looked at; what is then not finished is said to be so
LAST_DAY = "9999"
NEVER = 1 << 60


@dataclass(frozen=True)
class Path:
    """Nodes in order and the edge of each hop; `span` are the days that all hops have in common, if that was asked."""

    cost: int
    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    span: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Found:
    """The paths, best first; `steps` are the edges looked at; `complete` unless the search had to stop early."""

    paths: list[Path] = field(default_factory=list)
    steps: int = 0
    complete: bool = True


@dataclass
class _Ball:
    """Least costs between one end and the nodes around it; all nodes nearer than the radius are known."""

    heap: list[tuple[int, int]]
    known: dict[int, int] = field(default_factory=dict)
    radius: int = 0


def best(view: View, source: int, target: int, k: int = 10, max_hops: int = MAX_HOPS, budget: int = BUDGET) -> Found:
    """The k best simple paths of at most `max_hops` hops.

    Two balls grow around both ends, always the one that is cheaper to grow, until they meet. Then paths grow from the
    source, the one first whose cost so far and least cost to come are smallest. Inside the target's ball the cost to
    come is exact, outside it is at least the ball's radius; so the first path that arrives is the best.
    """
    if source == target or not view.allows(target) or not view.allows(source):
        return Found()
    steps, ball = _reach_back(view, source, target)
    if ball is None:
        return Found(steps=steps)
    return _Growing(view, target, k, max_hops, ball, steps).run(source, budget)


def _reach_back(view: View, source: int, target: int) -> tuple[int, _Ball | None]:
    """The ball around the target, grown until it meets the one around the source; None if they never meet."""
    ahead, back = _Ball([(0, source)]), _Ball([(0, target)])
    steps, meeting = 0, NEVER
    work = [0, 0]
    while ahead.heap and back.heap and ahead.heap[0][0] + back.heap[0][0] < meeting:
        side = 0 if work[0] <= work[1] else 1
        own, other = (ahead, back) if side == 0 else (back, ahead)
        price, node = heappop(own.heap)
        if node in own.known:
            continue
        own.known[node] = price
        if node in other.known:
            meeting = min(meeting, price + other.known[node])
        if side == 0:
            around = view.leave(node, source)
        else:
            around = [step for step in view.into(node) if view.passes(step[0], step[2], source)]
        work[side] += len(around) + 1
        steps += len(around)
        for near, more, _ in around:
            if near not in own.known:
                heappush(own.heap, (price + more, near))
                if near in other.known:
                    meeting = min(meeting, price + more + other.known[near])
    back.radius = back.heap[0][0] if back.heap else NEVER
    return steps, back if meeting < NEVER else None


@dataclass
class _Growing:
    """Paths that grow from the source, the most promising one first."""

    view: View
    target: int
    k: int
    max_hops: int
    ball: _Ball
    steps: int
    heap: list[tuple[int, int, int, int, int, int, Path]] = field(default_factory=list)
    ceilings: list[int] = field(default_factory=list)  # costs of the k cheapest arrivals so far, negated
    count: int = 0

    def run(self, source: int, budget: int) -> Found:
        """Let paths grow until k have arrived, none is left, or too much has been looked at."""
        arrived: dict[tuple[int, ...], Path] = {}
        first = ("", LAST_DAY) if self.view.filter.common else ("", "")
        self.heap.append((0, 0, 0, source, -1, 0, Path(0, (), (), first)))
        while self.heap and len(arrived) < self.k and self.steps <= budget:
            path = self._taken()
            if path is None:
                continue
            if path.nodes[-1] == self.target:
                arrived.setdefault(path.nodes, path)
            elif len(path.edges) < self.max_hops:
                self._grow(path, source)
        return Found(_ordered(self.view, list(arrived.values())), self.steps, complete=self.steps <= budget)

    def _taken(self) -> Path | None:
        """The most promising path with its last hop; None if its hops have no day in common."""
        _, _, _, node, edge, price, before = heappop(self.heap)
        if edge < 0:
            return Path(price, (node,), (), before.span)
        span = before.span
        if self.view.filter.common:
            network = self.view.network
            span = max(span[0], network.start[edge]), min(span[1], network.end[edge] or LAST_DAY)
            if span[0] > span[1]:
                return None
        return Path(price, (*before.nodes, node), (*before.edges, edge), span)

    def _grow(self, path: Path, source: int) -> None:
        """Put all that a path can become by one hop among those that grow."""
        known, radius, target, nodes = self.ball.known, self.ball.radius, self.target, path.nodes
        around = self.view.leave(nodes[-1], source)
        self.steps += len(around)
        last = len(nodes) >= self.max_hops
        for near, more, edge in around:
            if near in nodes or (last and near != target):
                continue
            total = path.cost + more
            least = total + known.get(near, radius)
            if least < NEVER and self._promising(near, least):
                self.count += 1
                heappush(self.heap, (least, -len(nodes), self.count, near, edge, total, path))

    def _promising(self, near: int, least: int) -> bool:
        """Whether a path can still be among the k best, as far as arrivals tell; dated ones tell nothing."""
        full = len(self.ceilings) >= self.k
        if self.view.filter.common or near != self.target:
            return not full or least <= -self.ceilings[0]
        if full and least >= -self.ceilings[0]:
            return False
        heappush(self.ceilings, -least)
        if full:
            heappop(self.ceilings)
        return True


def _ordered(view: View, paths: list[Path]) -> list[Path]:
    """Of equal costs the path with fewer hops first, then by the addresses on it."""
    address = view.network.address
    return sorted(paths, key=lambda path: (path.cost, len(path.edges), [address[node] for node in path.nodes]))


@dataclass(frozen=True)
class Dropped:
    """What is left of all paths to the same end when a hop is taken away: the cost of the best one, or None if none is.

    `sure` unless the search for what is left had to stop early.
    """

    tail: int
    head: int
    cost: int | None
    sure: bool = True

    @property
    def carries(self) -> bool:
        """Whether every path leads over this hop."""
        return self.sure and self.cost is None


def drop_one(view: View, paths: Sequence[Path], max_hops: int = MAX_HOPS) -> dict[Path, list[Dropped]]:
    """For each hop of each path, what is left without it; a hop that several paths share is tried once."""
    tried: dict[tuple[int, int, int], Dropped] = {}
    found: dict[Path, list[Dropped]] = {}
    for path in paths:
        source, target = path.nodes[0], path.nodes[-1]
        for tail, head in pairwise(path.nodes):
            if (target, tail, head) not in tried:
                rest = best(view.without(tail, head), source, target, 1, max_hops)
                cost = rest.paths[0].cost if rest.paths else None
                tried[target, tail, head] = Dropped(tail, head, cost, rest.complete)
        found[path] = [tried[target, tail, head] for tail, head in pairwise(path.nodes)]
    return found


def reach(view: View, source: int, max_hops: int = MAX_HOPS) -> dict[int, Path]:
    """The best path from a node to each one within so many hops."""
    found: dict[int, Path] = {}
    fewest: dict[int, int] = {}
    heap: list[tuple[int, int, int, Path]] = [(0, 0, source, Path(0, (source,), ()))]
    count = 0
    while heap:
        price, _, node, path = heappop(heap)
        hops = len(path.edges)
        if hops >= fewest.get(node, max_hops + 1):
            continue
        fewest[node] = hops
        found.setdefault(node, path)
        for near, more, edge in view.leave(node, source) if hops < max_hops else ():
            if hops + 1 < fewest.get(near, max_hops + 1) and near not in path.nodes:
                count += 1
                further = Path(price + more, (*path.nodes, near), (*path.edges, edge))
                heappush(heap, (price + more, count, near, further))
    return found


def best_to_each(view: View, source: int, targets: list[int], max_hops: int = MAX_HOPS) -> list[Path]:
    """The best path to each of several things, the nearest first."""
    reached = reach(view, source, max_hops)
    paths = [reached[target] for target in dict.fromkeys(targets) if target in reached and target != source]
    return sorted(paths, key=lambda path: (path.cost, view.network.address[path.nodes[-1]]))


def part(view: View, whole: int) -> list[int]:
    """Documents and groups of a technology (about it) or of a body or group (developed in it or a part of it)."""
    network, kinds = view.network, view.network.kinds
    inward = {"about"} if kinds[whole] == "technology" else {UPWARD, "developedIn", "documentOf"}
    found, queue = {whole}, [whole]
    while queue:
        for edge in network.into[queue.pop()]:
            near = network.tail[edge]
            if network.kind[edge] in inward and near not in found:
                found.add(near)
                queue.append(near)
    return sorted(node for node in found - {whole} if kinds[node] in ("document", "group"))
