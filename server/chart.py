"""A saved query's chart: its Vega-Lite spec with the rows as data."""

import re
from typing import Any

from queries.store import Rows, Term
from server.served import text
from server.table import plain

UNSTATED = "not stated"
FACETS = {"row", "column", "facet"}


def chart(spec: dict[str, Any], found: Rows, title: str) -> dict[str, Any]:
    """The whole spec; dates are written with a time, since a bare date would be a day early west of Greenwich."""
    temporal, nominal = _temporal(spec), _nominal(spec)

    def value(name: str, term: Term | None) -> str | float | None:
        if term is None:
            return UNSTATED if name in nominal else None
        return _moment(text(term)) if name in temporal else plain(term)

    values = [{name: value(name, term) for name, term in zip(found.variables, row, strict=True)} for row in found.rows]
    return {"description": title, **spec, "data": {"values": values}}


def faceted(spec: dict[str, Any]) -> bool:
    """Whether a chart has several panels, which cannot fit their container by themselves."""
    return bool(FACETS.intersection(spec.get("encoding", {}))) or "facet" in spec or "concat" in spec


def _temporal(spec: Any) -> set[str]:  # noqa: ANN401  (a spec is any JSON)
    """Fields that a spec, at any depth, puts on a time axis."""
    if isinstance(spec, list):
        return set[str]().union(*map(_temporal, spec))
    if not isinstance(spec, dict):
        return set()
    found = set[str]().union(*map(_temporal, spec.values()))
    for channel in ("x", "y"):
        axis, end = spec.get(channel), spec.get(channel + "2")
        if isinstance(axis, dict) and axis.get("type") == "temporal":
            found |= {axis.get("field", "")} | ({end.get("field", "")} if isinstance(end, dict) else set())
    return found | ({spec["field"]} if spec.get("type") == "temporal" and "field" in spec else set())


def _nominal(spec: Any) -> set[str]:  # noqa: ANN401
    """Fields whose values a spec, at any depth, takes as names."""
    if isinstance(spec, list):
        return set[str]().union(*map(_nominal, spec))
    if not isinstance(spec, dict):
        return set()
    own = {spec["field"]} if spec.get("type") in ("nominal", "ordinal") and "field" in spec else set()
    return own.union(*map(_nominal, spec.values()))


def _moment(date: str) -> str:
    """A year, month or day as a moment of local time."""
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", date):
        return date
    return date + "-01-01"[len(date) - 4 :] + "T00:00:00"
