"""Whether the ontology, and data under it, is free of contradictions, by HermiT; and terms that nobody declared."""

import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass

import owlready2
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from ontology import iris
from ontology.errors import PlenaryError
from ontology.terms import OWL, PREFIXES, XSD, model, turtle_files

_RDF = PREFIXES["rdf"]
_XSD_TYPES = """string normalizedString token language boolean decimal integer nonNegativeInteger nonPositiveInteger
    positiveInteger negativeInteger long int short byte unsignedLong unsignedInt unsignedShort unsignedByte double float
    dateTime dateTimeStamp hexBinary base64Binary anyURI"""
# HermiT ends with an error on literals of any other datatype, above all on xsd:date, gYear and gYearMonth.
REASONED = frozenset({XSD + name for name in _XSD_TYPES.split()} | {_RDF + "langString", _RDF + "PlainLiteral"})


class ReasonerFailed(PlenaryError):
    """HermiT ended without an answer, such as on a literal that is malformed."""

    def __init__(self, report: str) -> None:
        lines = [line.strip() for line in report.splitlines() if "Exception" in line or "Error" in line]
        super().__init__(f"The reasoner gave no answer: {next(iter(lines), report)}. Correct what it names.")


@dataclass(frozen=True)
class Consistency:
    """What the reasoner found; `consistent` is None where it did not run, and `left_out` then says why."""

    consistent: bool | None = None
    unsatisfiable: tuple[str, ...] = ()
    left_out: str = ""


def check(extra_ntriples: str = "") -> Consistency:
    """Reason over the ontology, and over data that is given as N-Triples.

    Classes that can have no instance are named; an individual that contradicts the ontology is not, since HermiT names
    none. Terms that nobody declared pass: see `undeclared`. ReasonerFailed if there is no answer.
    """
    if shutil.which("java") is None:
        return Consistency(left_out="no Java runtime: install default-jre-headless")
    with _out_of_sight():
        return _reason(io.BytesIO(ntriples(extra_ntriples)))


def ntriples(extra_ntriples: str = "") -> bytes:
    """The ontology and further data as N-Triples, without the literals that HermiT cannot take."""
    kept = (triple for triple in _triples(extra_ntriples) if _reasoned(triple.object))
    return serialize(kept, format=RdfFormat.N_TRIPLES) or b""


def undeclared(triples: Iterable[Triple | Quad]) -> list[str]:
    """Own terms that stand as predicate, class or other value and that the Turtle does not declare, sorted."""
    nodes = (node for triple in triples for node in (triple.predicate, triple.object))
    used = {node.value for node in nodes if isinstance(node, NamedNode) and node.value.startswith(iris.NS)}
    return sorted(used - model().terms)


def _triples(extra_ntriples: str) -> Iterator[Triple]:
    """Everything to be reasoned over; blank nodes are renamed, so that those of two files stay apart."""
    for path in turtle_files():
        for quad in parse(path=path, format=RdfFormat.TURTLE, base_iri=iris.NS, rename_blank_nodes=True):
            yield quad.triple
    for quad in parse(extra_ntriples, format=RdfFormat.N_TRIPLES, rename_blank_nodes=True):
        yield quad.triple


def _reasoned(value: object) -> bool:
    return not isinstance(value, Literal) or value.datatype.value in REASONED


def _reason(data: io.BytesIO) -> Consistency:
    world = owlready2.World()
    try:
        world.get_ontology(iris.BASE + "consistency#").load(fileobj=data)
        owlready2.sync_reasoner_hermit(world, debug=0)
        found = {class_.iri for class_ in world.inconsistent_classes()} - {OWL + "Nothing"}
        return Consistency(True, tuple(sorted(found)))
    except owlready2.OwlReadyInconsistentOntologyError:
        return Consistency(False)
    except owlready2.OwlReadyJavaError as error:
        raise ReasonerFailed(str(error)) from error
    finally:
        world.close()


@contextmanager
def _out_of_sight() -> Iterator[None]:
    """Swallow what owlready2 prints, and delete the files that it leaves in the temporary folder after a failure."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before
