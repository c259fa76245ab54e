"""The terms of the ontology and what it says of them, read from the Turtle, which is the only list of names."""

from functools import cache, cached_property
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Store

from ontology import iris

FOLDER = Path(__file__).parent
SHAPES = FOLDER / "shapes.ttl"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
LABEL = NamedNode(RDFS + "label")
SUBCLASS = NamedNode(RDFS + "subClassOf")
SUBPROPERTY = NamedNode(RDFS + "subPropertyOf")

PREFIXES = {
    "plen": iris.NS,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "qb": "http://purl.org/linked-data/cube#",
    "graph": iris.GRAPHS,
}


def turtle_files() -> list[Path]:
    """The Turtle of the ontology and its vocabularies, without the shapes."""
    return [path for path in sorted(FOLDER.rglob("*.ttl")) if path != SHAPES]


class Model:
    """What the Turtle says, answered from memory; made once by `model()`."""

    def __init__(self) -> None:
        self.store = Store()
        for path in turtle_files():
            self.store.bulk_load(path=path, format=RdfFormat.TURTLE, base_iri=iris.NS)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Addresses of all own terms."""
        subjects = (quad.subject for quad in self.store if isinstance(quad.subject, NamedNode))
        return frozenset(node.value for node in subjects if node.value.startswith(iris.NS))

    def quads(self) -> list[Quad]:
        """The ontology as quads of its graph."""
        name = NamedNode(iris.graph("ontology"))
        dataset = Dataset(self.store)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)  # else blank nodes differ from build to build
        return [Quad(quad.subject, quad.predicate, quad.object, name) for quad in dataset]

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Values of a property of a term, as text."""
        found = self.store.quads_for_pattern(NamedNode(subject), NamedNode(predicate), None)
        return [quad.object.value for quad in found if isinstance(quad.object, NamedNode | Literal)]

    @cache  # noqa: B019  (a model lives as long as the process)
    def above(self, term: str, relation: NamedNode) -> tuple[str, ...]:
        """The term and all that stands above it by `rdfs:subClassOf` or `rdfs:subPropertyOf`, nearest first."""
        found, queue = [term], [term]
        while queue:
            for parent in sorted(self.objects(queue.pop(0), relation.value)):
                if parent not in found:
                    found.append(parent)
                    queue.append(parent)
        return tuple(found)

    def kind(self, class_: str) -> str | None:
        """The word for a class in addresses: its own, or that of the nearest class above it."""
        return next((word for c in self.above(class_, SUBCLASS) for word in self.objects(c, iris.NS + "kind")), None)

    def form(self, property_: str) -> str | None:
        """ "date" or "bound" for a property of dates, else None."""
        return next(iter(self.objects(property_, iris.NS + "form")), None)

    @cache  # noqa: B019
    def ranges(self, property_: str) -> tuple[str, ...]:
        """Classes or datatypes of a property's values; those of a union one by one; empty where any will do."""
        range_ = f"<{property_}> <{RDFS}range>"
        rest, first = f"<{PREFIXES['rdf']}rest>", f"<{PREFIXES['rdf']}first>"
        query = f"""SELECT ?c {{ {{ {range_}/<{OWL}unionOf>/{rest}*/{first} ?c }} UNION
            {{ {range_} ?c FILTER (isIRI(?c)) }} }} ORDER BY ?c"""
        return tuple(row["c"].value for row in self.store.query(query))  # type: ignore[union-attr]

    def types(self, term: str) -> list[str]:
        """Classes that a term is directly said to be of."""
        return self.objects(term, RDF_TYPE.value)

    def is_property(self, term: str, type_: str = "") -> bool:
        """Whether a term is an object or datatype property, or the one of them that is named."""
        wanted = {OWL + name for name in ("ObjectProperty", "DatatypeProperty") if name.startswith(type_)}
        return bool(wanted.intersection(self.types(term)))

    def label(self, term: str) -> str:
        """English label of a term, or the end of its address."""
        return next(iter(self.objects(term, LABEL.value)), term.rpartition("#")[2])


@cache
def model() -> Model:
    """The one model of this process."""
    return Model()


class _Terms:
    """Attribute access to own terms: `PLEN.Affiliation`; a name that the Turtle does not declare raises at once."""

    def __getattr__(self, name: str) -> NamedNode:
        if iris.NS + name not in model().terms:
            raise AttributeError(f"the ontology declares no term plen:{name}")
        return NamedNode(iris.NS + name)

    def get(self, name: str) -> NamedNode:
        """The term of that name, for names that are no Python identifiers, such as `in`."""
        return self.__getattr__(name)


PLEN = _Terms()
