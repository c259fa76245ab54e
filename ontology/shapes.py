"""Which statements break a SHACL shape, in words that an analyst can act on."""

from dataclasses import dataclass
from functools import cache

import pyshacl
from rdflib import Graph
from rdflib.collection import Collection
from rdflib.namespace import SH
from rdflib.term import Node

from ontology.terms import SHAPES


@dataclass(frozen=True, order=True)
class Violation:
    """One statement, or the lack of one, that breaks a shape.

    `node`, `shape` and `path` are addresses; `path` is empty where the whole thing is at fault, and holds the addresses
    of all paths, divided by `|`, where any of them would have done. `value` is empty where something is lacking.
    """

    node: str
    shape: str
    path: str
    value: str
    message: str


@cache
def shapes() -> Graph:
    """All shapes, read once."""
    return Graph().parse(SHAPES, format="turtle")


def violations(data: Graph) -> list[Violation]:
    """All violations, sorted.

    `data` holds the vocabularies too, and each thing's superclasses as types of its own; it is left as it is.
    """
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes(), inference="none", advanced=False, inplace=True)
    if not isinstance(report, Graph):
        raise TypeError(f"the shapes could not be used: {report}")
    return sorted({_violation(report, result) for result in report.objects(None, SH.result)})


def _violation(report: Graph, result: Node) -> Violation:
    """One result of the report, with the named shape in place of its nameless part."""
    node, path, value = (report.value(result, p) for p in (SH.focusNode, SH.resultPath, SH.value))
    return Violation(
        node=str(node),
        shape=str(_named(report.value(result, SH.sourceShape))),
        path=_path_text(report, path),
        value="" if value is None or value == node else str(value),
        message=str(report.value(result, SH.resultMessage)),
    )


def _named(shape: Node | None) -> Node | None:
    """The node shape that a property shape belongs to; pySHACL keeps the names of blank nodes in its report."""
    return shapes().value(predicate=SH.property, object=shape) or shape


def _path_text(report: Graph, path: Node | None) -> str:
    if path is None:
        return ""
    alternatives = report.value(path, SH.alternativePath)
    return "|".join(map(str, Collection(report, alternatives))) if alternatives else str(path)
