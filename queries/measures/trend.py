"""Trends: a logistic regression of 'counts for this actor' on the year, with errors clustered by document."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from queries.measures.holdings import UNKNOWN, Holding

FEWEST = 20  # rows with the actor, and rows without: fewer say nothing of a trend


@dataclass(frozen=True)
class Trend:
    """An odds ratio per year with its 95 % interval and p-value.

    Of `rows`, `events` count for the actor; `missing` more have a year and no known actor, and are left out.
    """

    odds_ratio: float
    low: float
    high: float
    p: float
    rows: int
    events: int
    missing: int


@dataclass(frozen=True)
class Line:
    """One row of a regression: a year, whom it counts for, and the document within which rows depend on each other."""

    year: int
    actor: str
    document: str


def lines(holdings: Iterable[Holding], actor: Callable[[str], str], *, versions: bool = False) -> list[Line]:
    """A row for each pair in the year of the document's first version, or one for each of its dated versions."""
    return [
        Line(year, actor(holding.organization), holding.document)
        for holding in holdings
        for year in (holding.years if versions else holding.years[:1])
    ]


def trend(found: Iterable[Line], actor: str, fewest: int = FEWEST) -> Trend | None:
    """The trend of one actor against all other known ones; None where there are too few rows, or where
    the years alone part them from each other, so that no finite slope fits best.

    statsmodels' GLM with a binomial family and `cov_type="cluster"`, that is with its correction for few clusters.
    """
    import numpy as np
    import statsmodels.api as sm

    every = list(found)
    known = [line for line in every if line.actor != UNKNOWN]
    events = sum(line.actor == actor for line in known)
    years = np.array([line.year for line in known], dtype=float)
    outcome = np.array([line.actor == actor for line in known], dtype=bool)
    if min(events, len(known) - events) < fewest or _parted(years[outcome].tolist(), years[~outcome].tolist()):
        return None
    numbers = {document: number for number, document in enumerate(sorted({line.document for line in known}))}
    groups = np.array([numbers[line.document] for line in known])
    design = sm.add_constant(years - years.mean())
    model = sm.GLM(outcome.astype(float), design, family=sm.families.Binomial())
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups})
    (low, high), slope = fit.conf_int()[1], float(fit.params[1])
    return Trend(
        math.exp(slope),
        math.exp(low),
        math.exp(high),
        float(fit.pvalues[1]),
        len(known),
        events,
        len(every) - len(known),
    )


def _parted(own: list[float], others: list[float]) -> bool:
    return max(own) <= min(others) or max(others) <= min(own)
