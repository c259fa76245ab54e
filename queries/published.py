"""What a store elsewhere says of the release that `plenary publish` brought there: a small graph of its own."""

import os
from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from ontology import iris
from ontology.releases import Release
from ontology.terms import DCTERMS, RDF_TYPE, XSD

ADDRESS = iris.BASE + "published"
DCAT, VOID = "http://www.w3.org/ns/dcat#", "http://rdfs.org/ns/void#"
DIGEST = "urn:sha256:"
NO_FOLDER = Path(os.devnull)  # below it there is no file
QUERY = f"""SELECT ?number ?built ?digest ?graph ?count WHERE {{ GRAPH <{ADDRESS}> {{
  <{ADDRESS}> <{DCAT}version> ?number ; <{DCTERMS}issued> ?built ; <{DCTERMS}identifier> ?digest ;
    <{VOID}subset> ?graph . ?graph <{VOID}triples> ?count }} }}"""


def describe(release: Release) -> list[Triple]:
    """The release as a DCAT and VoID dataset: number, date, digest, and each graph with its statements."""
    whole = NamedNode(ADDRESS)
    built = Literal(str(release.about.get("built", "")), datatype=NamedNode(XSD + "dateTime"))
    said = [
        Triple(whole, RDF_TYPE, NamedNode(DCAT + "Dataset")),
        Triple(whole, RDF_TYPE, NamedNode(VOID + "Dataset")),
        Triple(whole, NamedNode(DCAT + "version"), Literal(str(release.number))),
        Triple(whole, NamedNode(DCTERMS + "issued"), built),
        Triple(whole, NamedNode(DCTERMS + "identifier"), Literal(DIGEST + release.digest)),
    ]
    for source, count in release.about["graphs"].items():
        graph = NamedNode(iris.graph(source))
        said.append(Triple(whole, NamedNode(VOID + "subset"), graph))
        number = Literal(str(count), datatype=NamedNode(XSD + "integer"))
        said.append(Triple(graph, NamedNode(VOID + "triples"), number))
    return said


def read(rows: Sequence[dict[str, str]]) -> Release | None:
    """The release that the rows of `QUERY` describe; None where the store does not say, or says several things."""
    wanted = {"number", "built", "digest", "graph", "count"}
    if not rows or any(row.keys() != wanted for row in rows) or len({row["digest"] for row in rows}) > 1:
        return None
    first = rows[0]
    if not first["number"].isdigit() or not all(row["count"].isdigit() for row in rows):
        return None
    graphs = {row["graph"].removeprefix(iris.GRAPHS): int(row["count"]) for row in rows}
    about = {
        "number": int(first["number"]),
        "built": first["built"],
        "digest": first["digest"].removeprefix(DIGEST),
        "graphs": graphs,
        "statements": sum(graphs.values()),
    }
    return Release(NO_FOLDER, int(first["number"]), about)
