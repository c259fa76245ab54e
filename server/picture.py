"""A small picture of what stands around a thing, or of a path, as plain SVG: no script, and good on paper."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ontology import iris
from queries.network.costs import KINDS
from queries.network.graph import Network
from server.network import neighbours

MOST = 10
WIDTH, HEIGHT = 640, 330
LINE, BESIDE = 24, 40  # letters of a line below a sign, and beside one
STEP = 56


@dataclass(frozen=True)
class Dot:
    """A thing in the picture; its name in lines, and where they begin."""

    id: str
    kind: str
    label: str
    lines: list[str]
    x: int
    y: int

    @property
    def href(self) -> str:
        """Its page on this server."""
        return "/id/" + self.id


@dataclass(frozen=True)
class Arrow:
    """An edge from one place to another, with the words for it."""

    x1: int
    y1: int
    x2: int
    y2: int
    words: str

    @property
    def tip(self) -> str:
        """The corners of its head, drawn as they are: a marker would need a name, once per page."""
        length = math.hypot(self.x2 - self.x1, self.y2 - self.y1) or 1
        x, y = 7 * (self.x2 - self.x1) / length, 7 * (self.y2 - self.y1) / length
        corners = ((0, 0), (-x - y / 2, -y + x / 2), (-x + y / 2, -y - x / 2))
        return " ".join(f"{self.x2 + a:.1f},{self.y2 + b:.1f}" for a, b in corners)


@dataclass(frozen=True)
class Picture:
    """Things and arrows; `left_out` counts neighbours that are not drawn; `upright` has its words at the side."""

    dots: list[Dot]
    arrows: list[Arrow]
    width: int
    height: int
    left_out: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    upright: bool = False


def around(network: Network, address: str) -> Picture | None:
    """The thing in the middle and its best known neighbours in a ring; None if the network does not have it."""
    if address not in network.index:
        return None
    found = neighbours(network, network.index[address], (), MOST, 0)
    nodes = found["nodes"]
    if not nodes:
        return None
    middle = _dot(found["node"], WIDTH // 2, HEIGHT // 2 - 12)
    dots = [_dot(node, *_spot(place, len(nodes))) for place, node in enumerate(nodes)]
    counts = tuple((one["kind"], one["count"]) for one in found["things"])
    arrows = _arrows(found["edges"], [middle, *dots])
    return Picture([middle, *dots], arrows, WIDTH, HEIGHT, found["total"] - len(nodes), counts)


def chain(nodes: Sequence[dict[str, Any]], edges: Sequence[dict[str, Any]]) -> Picture:
    """The things of a path one below the other, each name beside its sign, so that it is read at any width."""
    dots = [_dot(node, 16, 16 + place * STEP, BESIDE) for place, node in enumerate(nodes)]
    return Picture(dots, _arrows(edges, dots), 320, STEP * len(nodes) - 12, upright=True)


def _spot(place: int, count: int) -> tuple[int, int]:
    angle = 2 * math.pi * (place + 0.5) / count - math.pi / 2
    return round(WIDTH / 2 + 235 * math.cos(angle)), round(HEIGHT / 2 - 14 + 118 * math.sin(angle))


def _dot(node: dict[str, Any], x: int, y: int, most: int = LINE) -> Dot:
    return Dot(node["id"], node["kind"], node["label"], _lines(node["label"], most), x, y)


def _lines(label: str, most: int) -> list[str]:
    """A name in at most two lines."""
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + len(word) >= most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    short = [line if len(line) <= most + 4 else line[: most + 2] + "…" for line in lines[:2]]
    return [*short[:-1], short[-1] + "…"] if len(lines) > 2 else short


def _arrows(edges: Sequence[dict[str, Any]], dots: Sequence[Dot]) -> list[Arrow]:
    """One arrow for each pair of ends, stopping short of both."""
    places = {dot.id: dot for dot in dots}
    pairs: dict[tuple[str, str], list[str]] = {}
    for edge in edges:
        words = pairs.setdefault((edge["from"], edge["to"]), [])
        if (said := edge["roleLabel"] or KINDS.get(edge["kind"], (0, edge["kind"]))[1]) not in words:
            words.append(said)
    drawn = [(places[a], places[b], ", ".join(words)) for (a, b), words in pairs.items() if a in places and b in places]
    return [_arrow(a, b, words) for a, b, words in drawn if (a.x, a.y) != (b.x, b.y)]


def _arrow(a: Dot, b: Dot, words: str) -> Arrow:
    length = math.hypot(b.x - a.x, b.y - a.y)
    x, y = 13 * (b.x - a.x) / length, 13 * (b.y - a.y) / length
    return Arrow(round(a.x + x), round(a.y + y), round(b.x - x), round(b.y - y), words)


def link(addresses: Iterable[str]) -> str:
    """The address of the explorer that begins with things."""
    return "/explore?" + "&".join(f"node={address.removeprefix(iris.THINGS)}" for address in addresses)
