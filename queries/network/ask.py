"""A question for paths and its whole answer: the paths, what carries them, or how near the search came to one."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from queries.network.graph import Network, Remark
from queries.network.paths import MAX_HOPS, Dropped, Found, Path, best, best_to_each, drop_one, part
from queries.network.view import Filter, View, view

MOST_HOPS = 12
MOST_PATHS = 50
TRIAL = 100_000  # steps of a search that only tells what a wider one would find
EACH = ("technology", "body")


@dataclass(frozen=True)
class Question:
    """From where to where, how many, how long, and what may be on the way."""

    source: int
    target: int
    k: int = 10
    max_hops: int = MAX_HOPS
    filter: Filter = field(default_factory=Filter)
    drop: bool = False
    each: bool = False


@dataclass(frozen=True)
class Nearest:
    """Where there is no path: what would have to be allowed for one, and that one."""

    words: str
    path: Path


@dataclass(frozen=True)
class Answer:
    """All that is told of a question; `dropped` has for each path what is left without each of its hops.

    `reached` things lie within the hops ahead, `leading` behind the target; both are counted where there is no path.
    """

    question: Question
    paths: list[Path]
    steps: int
    complete: bool
    dropped: dict[Path, list[Dropped]] = field(default_factory=dict)
    reached: int = 0
    leading: int = 0
    nearest: Nearest | None = None
    unknowns: list[Remark] = field(default_factory=list)


def answer(network: Network, asked: Question) -> Answer:
    """The answer to a question; what only 'no path' needs is worked out only then."""
    seen = view(network, asked.filter)
    if asked.each:
        paths = best_to_each(seen, asked.source, part(seen, asked.target), asked.max_hops)
        found = Found(paths[: asked.k], len(paths))
    else:
        found = best(seen, asked.source, asked.target, asked.k, asked.max_hops)
    dropped = drop_one(seen, found.paths, asked.max_hops) if asked.drop else {}
    if found.paths:
        return Answer(asked, found.paths, found.steps, found.complete, dropped)
    unknowns = [*network.unknowns.get(asked.source, []), *network.unknowns.get(asked.target, [])]
    ahead = _spread(seen, asked.source, asked.max_hops, forth=True)
    behind = _spread(seen, asked.target, asked.max_hops, forth=False)
    nearest = _nearest(network, asked)
    return Answer(asked, [], found.steps, found.complete, {}, ahead, behind, nearest, unknowns)


def _spread(seen: View, end: int, max_hops: int, forth: bool) -> int:
    """How many things lie within so many hops of an end, ahead of it or behind it."""
    known, edge = {end}, [end]
    for _ in range(max_hops):
        near = {step[0] for node in edge for step in (seen.leave(node, end) if forth else seen.into(node))}
        edge = [node for node in near if node not in known]
        known.update(edge)
    return len(known) - 1


def _nearest(network: Network, asked: Question) -> Nearest | None:
    """The first wider question that has an answer."""
    if asked.each:
        return None
    for words, wider in _wider(asked):
        paths = best(view(network, wider.filter), wider.source, wider.target, 1, wider.max_hops, TRIAL).paths
        if paths:
            return Nearest(words, paths[0])
    return None


def _wider(asked: Question) -> Iterator[tuple[str, Question]]:
    own = asked.filter
    undated = replace(own, as_of="", common=False)
    free = replace(undated, kinds=frozenset(), confidences=frozenset(), sources=frozenset(), country="", rule="")
    open_ = replace(free, hubs=True)
    if undated != own:
        yield "without asking for a date", replace(asked, filter=undated)
    if free != undated:
        yield "without the filters", replace(asked, filter=free)
    if asked.max_hops < MOST_HOPS:
        yield f"with up to {MOST_HOPS} hops", replace(asked, filter=free, max_hops=MOST_HOPS)
    if not own.hubs:
        yield "with hubs as bridges", replace(asked, filter=open_)
        yield f"with hubs as bridges and up to {MOST_HOPS} hops", replace(asked, filter=open_, max_hops=MOST_HOPS)
    yield "the other way round", replace(asked, source=asked.target, target=asked.source, filter=free)
    for words, near in (("", free), (" and hubs are bridges", open_)):
        said = f"if ties are followed against their direction too{words}; that is nearness, not influence"
        yield said, replace(asked, filter=replace(near, either=True))
