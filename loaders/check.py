"""Rules that a release must keep: SPARQL queries that must return nothing, and the SHACL shapes."""

from dataclasses import dataclass
from pathlib import Path

import rdflib
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store, serialize

from loaders.tables import Place
from ontology.errors import PlenaryError
from ontology.shapes import violations

RULES = Path(__file__).parent / "rules" / "refuse"


@dataclass(frozen=True)
class Violation:
    """One node that breaks a rule or a shape, and where it stands in the curated tables, if it does."""

    rule: str
    node: str
    problem: str
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.place or 'not from a table'}: {self.node}: {self.problem} (rule {self.rule})"


class Violations(PlenaryError):
    """A release that breaks rules; it is not published."""

    def __init__(self, found: list[Violation]) -> None:
        rest = [f"… and {len(found) - 20} more"] if len(found) > 20 else []
        super().__init__("\n".join([*map(str, found[:20]), *rest]))
        self.found = found


def rules() -> list[Path]:
    """The rule files, each named after what it refuses."""
    return sorted(RULES.glob("*.rq"))


def broken_rules(store: Store, places: dict[str, Place]) -> list[Violation]:
    """What the SPARQL rules find in the union of a store's graphs."""
    found = []
    for path in rules():
        rows = store.query(path.read_text(encoding="utf-8"), use_default_graph_as_union=True)
        if not isinstance(rows, QuerySolutions):
            raise TypeError(f"{path.name} is no SELECT query")
        for row in rows:
            node, problem = row["node"], row["problem"]
            address = node.value if isinstance(node, NamedNode) else str(node)
            found.append(Violation(path.stem, address, str(getattr(problem, "value", "")), places.get(address)))
    return sorted(found, key=str)


def broken_shapes(store: Store, places: dict[str, Place]) -> list[Violation]:
    """What the SHACL shapes find in the union of a store's graphs."""
    graph = rdflib.Graph()
    graph.parse(data=serialize({quad.triple for quad in store}, format=RdfFormat.N_TRIPLES), format="nt")
    return [Violation(v.shape, v.node, v.message, places.get(v.node)) for v in violations(graph)]


def check(store: Store, places: dict[str, Place] | None = None) -> list[Violation]:
    """All violations of a store, rules first."""
    return broken_rules(store, places or {}) + broken_shapes(store, places or {})
