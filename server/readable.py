"""What keeps the chart of many rows readable: the largest bars, ten colours, and what all rows have in common."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from server.table import Table

Values = list[dict[str, Any]]

BARS = 40
COLOURS = 10
OTHERS = "others"


@dataclass(frozen=True)
class Drawn:
    """A chart as a page shows it: its spec, whether it has panels, what it leaves out, what all its rows share."""

    spec: dict[str, Any]
    faceted: bool
    told: list[str]
    common: list[tuple[str, str]]


def readable(spec: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A chart with at most 40 names down its side and ten colours, and a sentence for each that says what is left out.

    Bars of further colours are joined as 'others', so that a stack keeps its length; further lines are left out.
    """
    told: list[str] = []
    values, size = spec["data"]["values"], _size(spec)
    name, total, kept = _largest(spec, "y", values, size, BARS)
    if kept:
        values = [value for value in values if value[name] in kept]
        which = "with the largest values" if size in values[0] else "that come first"
        told.append(f"The chart shows the {BARS} of {total:,} {which}; the table holds all.")
    name, total, kept = _largest(spec, "color", values, size, COLOURS)
    if kept and _bars(spec):
        own = list(kept)[: COLOURS - 1]
        values = [value if value[name] in own else {**value, name: OTHERS} for value in values]
        told.append(f"The {COLOURS - 1} largest of {total:,} have a colour of their own, all others share one.")
    elif kept:
        values = [value for value in values if value[name] in kept]
        told.append(f"The chart shows the {COLOURS} largest of {total:,}; the table holds all.")
    return {**spec, "data": {"values": values}}, told


def common(table: Table) -> list[tuple[str, str]]:
    """Headings and values of the columns that say the same in every row: what a reader must know of every bar."""
    if len(table.rows) < 2:
        return []
    columns = zip(table.columns, zip(*table.rows, strict=True), strict=True)
    return [
        (column.title, first.shown)
        for column, (first, *rest) in columns
        if first is not None and not column.evidence and all(value == first for value in rest)
    ]


def _largest(
    spec: dict[str, Any], channel: str, values: Values, size: str, most: int
) -> tuple[str, int, dict[str, float]]:
    """The field of a channel's names, how many there are, and if too many the largest of them, largest first."""
    axis = spec.get("encoding", {}).get(channel, {})
    name = axis.get("field", "") if axis.get("type") == "nominal" else ""
    sums: defaultdict[str, float] = defaultdict(float)
    for value in values:
        if name in value:
            number = value.get(size)
            sums[value[name]] += abs(number) if isinstance(number, float) else 0.0
    if len(sums) <= most:
        return name, len(sums), {}
    return name, len(sums), dict(sorted(sums.items(), key=lambda item: -item[1])[:most])


def _size(spec: dict[str, Any]) -> str:
    """The field that says how large a name is: the first quantity on an axis, of the chart or of its layers."""
    for part in (spec, *spec.get("layer", ())):
        for channel in ("x", "y"):
            axis = part.get("encoding", {}).get(channel, {})
            if axis.get("type") == "quantitative":
                return str(axis.get("field", ""))
    return ""


def _bars(spec: dict[str, Any]) -> bool:
    mark = spec.get("mark", "")
    return (mark.get("type") if isinstance(mark, dict) else mark) == "bar"
