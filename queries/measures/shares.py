"""Shares and concentration over pairs of a document and an organization; what is not known stays in the denominator."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from queries.measures.holdings import UNKNOWN, Holding


@dataclass(frozen=True)
class Shares:
    """How many pairs each actor has, `total` in all; `missing` of them have no known actor and are in `total`."""

    counts: Mapping[str, float]
    total: float
    missing: float

    def percent(self, actor: str) -> float:
        """The share of an actor in all pairs, those without a known actor included."""
        return 100 * self.counts[actor] / self.total

    def ranked(self) -> list[tuple[int, str]]:
        """Actors from the largest share on with their rank; equal shares have one rank."""
        ordered = sorted(self.counts, key=lambda actor: (-self.counts[actor], actor))
        values = sorted(self.counts.values(), reverse=True)
        return [(values.index(self.counts[actor]) + 1, actor) for actor in ordered]


def shares(holdings: Iterable[Holding], actor: Callable[[str], str]) -> Shares:
    """Each pair of a document and an organization counts as one, for the actor that stands for the organization."""
    counts: Counter[str] = Counter(actor(holding.organization) for holding in holdings)
    missing, total = counts.pop(UNKNOWN, 0), counts.total()
    return Shares(counts, total + missing, missing)


def fractional(holdings: Iterable[Holding], actor: Callable[[str], str]) -> Shares:
    """Each document counts as one, split evenly among its organizations, an unknown one among them."""
    documents: dict[str, list[str]] = defaultdict(list)
    for holding in holdings:
        documents[holding.document].append(actor(holding.organization))
    counts: dict[str, float] = defaultdict(float)
    for actors in documents.values():
        for one in actors:
            counts[one] += 1 / len(actors)
    missing = counts.pop(UNKNOWN, 0.0)
    return Shares(dict(counts), len(documents), missing)


def herfindahl(found: Shares) -> float:
    """The sum of the squared shares of the known actors in what is known: 1 if one actor has all, 1/n if n are even.

    Raises ZeroDivisionError where no actor is known.
    """
    known = found.total - found.missing
    return sum((count / known) ** 2 for count in found.counts.values())
