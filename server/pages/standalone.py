"""A network as one HTML page that asks nobody for anything: pyvis's data and its copy of vis-network, our template."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from flask import render_template

from queries.network.costs import KINDS

SHAPES = {
    "organization": "box", "person": "dot", "body": "star", "group": "hexagon", "document": "square",
    "technology": "diamond", "country": "triangle",
}  # fmt: skip
# Those of plenary.css in light mode, since the page has no style sheet beside it.
COLOURS = {
    "organization": "#0072b2", "person": "#d98200", "group": "#00805d", "document": "#a85c8a", "body": "#3aa0d8",
    "technology": "#8a7a00", "country": "#5c6266",
}  # fmt: skip
GREY = "#5c6266"
Item = Mapping[str, Any]


def standalone(nodes: Iterable[Item], edges: Iterable[Item], about: Mapping[str, str]) -> str:
    """The page; `about` has title, date, filters, source, scope and link. Names are text wherever they stand."""
    from pyvis.network import Network  # here, because it imports IPython, which no other page needs

    drawn = Network(directed=True, cdn_resources="in_line")
    nodes, edges = list(nodes), [{**edge, "said": _said(edge)} for edge in edges]
    for node in nodes:
        drawn.add_node(
            node["id"],
            label=_caption(node),
            title=", ".join(filter(None, (node["label"], node["class"], "listed" if node["listed"] else ""))),
            shape=SHAPES.get(node["kind"], "dot"),
            color=COLOURS.get(node["kind"], GREY),
            borderWidth=4 if node["listed"] else 1,
            **({"font": {"color": "#ffffff"}} if SHAPES.get(node["kind"]) == "box" else {}),  # its name stands inside
        )
    for edge in edges:
        drawn.add_edge(
            edge["from"], edge["to"], title=edge["said"], dashes=edge["confidence"] in ("claimed", "estimated")
        )
    found, joined, *_ = drawn.get_network_data()
    labels = {node["id"]: node["label"] for node in nodes}
    kinds = sorted({node["kind"] for node in nodes})
    return render_template(
        "standalone.html",
        about=about,
        network={"nodes": found, "edges": joined},
        labels=labels,
        edges=edges,
        legend=[(kind, COLOURS.get(kind, GREY), SHAPES.get(kind, "dot")) for kind in kinds],
        script=_script(),
    )


def _caption(node: Item) -> str:
    return "\n".join(dict.fromkeys(filter(None, (node["label"], node["zh"]))))


def _said(edge: Item) -> str:
    return str(edge["roleLabel"] or KINDS.get(edge["kind"], (0, edge["kind"]))[1])


@cache
def _script() -> str:
    """The vis-network that pyvis ships; it holds no end tag of a script, which is checked as it goes into one."""
    newest = max((files("pyvis") / "lib").iterdir(), key=lambda f: (f.name.startswith("vis-"), f.name))
    script = (newest / "vis-network.min.js").read_text(encoding="utf-8")
    return script.replace("</script", "<\\/script")
