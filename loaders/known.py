"""What the sources of a build make known to those that come after them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad, Triple

from loaders.cells import SEVERAL, Things
from loaders.tables import Place, Row
from ontology import iris
from ontology.terms import PLEN, RDF_TYPE, model


def listed_things() -> Things:
    """The things that the ontology itself describes, before any source does: its technologies."""
    things = Things(model())
    for quad in things.model.store.quads_for_pattern(None, RDF_TYPE, PLEN.Technology):
        if isinstance(quad.subject, NamedNode) and (found := iris.split(quad.subject.value)):
            things.add(found[1], quad.subject, [PLEN.Technology.value])
    return things


@dataclass
class Known:
    """Things by slug, the place that first describes each address, and what finished sources say.

    A thing's description belongs to the first source that names it. A later source refers to the thing by its slug; a
    row of its own may add what is new, and may not say otherwise.
    """

    things: Things = field(default_factory=listed_things)
    places: dict[str, Place] = field(default_factory=dict)
    said: dict[tuple[object, object], set[object]] = field(default_factory=dict)

    def remember(self, quads: Iterable[Quad]) -> None:
        """Keep what a finished source says, so that those after it do not repeat it."""
        for quad in quads:
            self.said.setdefault((quad.subject, quad.predicate), set()).add(quad.object)

    def repeats(self, triple: Triple) -> bool:
        """Whether an earlier source says the same."""
        return triple.object in self.said.get((triple.subject, triple.predicate), ())

    def refuse_another_value(self, row: Row, column: str, triple: Triple) -> None:
        """Raise a BadRecord where an earlier source fills a column that holds one value with another value."""
        others = self.said.get((triple.subject, triple.predicate), set()) - {triple.object}
        if column not in SEVERAL and any(_language(other) == _language(triple.object) for other in others):
            first = self.places[str(getattr(triple.subject, "value", ""))]
            problem = f"an earlier source fills it with another value ({first})"
            raise row.bad(column, problem, "Leave the cell empty; another printed name goes under aliases.")


def _language(term: object) -> str | None:
    return term.language if isinstance(term, Literal) else None
