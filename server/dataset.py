"""The release as VoID and DCAT describe it: what it holds, from which sources, and where to get it."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple
from pyoxigraph import serialize as write

from ontology import iris, releases
from ontology.terms import DCTERMS, PREFIXES, RDF_TYPE, XSD
from server.served import Served

VOID, DCAT, SPDX = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#", "http://spdx.org/rdf/terms#"
N_QUADS = "https://www.iana.org/assignments/media-types/application/n-quads"
RIGHTS = (
    "Curated data, what is derived from it, and the ontology: CC BY 4.0, each statement with its source. "
    "What was loaded from sets of others stays under the terms of its source."
)
Node = NamedNode | BlankNode


def serialize(served: Served, root: str, media_type: str) -> bytes:
    """The description in one of the RDF formats; `root` is the address of the home page."""
    prefixes = PREFIXES | {"void": VOID, "dcat": DCAT, "spdx": SPDX}
    return write(triples(served, root), format=RdfFormat.from_media_type(media_type), prefixes=prefixes) or b""


def triples(served: Served, root: str) -> Iterator[Triple]:
    """The dataset, its endpoint, its sources; and where a release is known its graphs, its dump and its versions."""
    dataset = NamedNode(root + "data")
    for class_ in (VOID + "Dataset", DCAT + "Dataset"):
        yield Triple(dataset, RDF_TYPE, NamedNode(class_))
    yield _said(dataset, DCTERMS + "title", f"{served.config.title}, {served.name}")
    yield _said(dataset, DCTERMS + "description", served.scope)
    yield _said(dataset, DCTERMS + "rights", RIGHTS)
    yield _said(dataset, VOID + "uriSpace", iris.THINGS)
    yield _link(dataset, VOID + "sparqlEndpoint", root + "sparql")
    yield _link(dataset, VOID + "vocabulary", iris.NS)
    for source in served.sources:
        yield _link(dataset, DCTERMS + "source", source.address)
    if served.store.release:
        yield from _release(dataset, served.store.release)
    if served.kept:
        yield from _dump(dataset, served.kept, root)


def _release(dataset: NamedNode, release: releases.Release) -> Iterator[Triple]:
    yield _said(dataset, DCAT + "version", str(release.number))
    yield _said(dataset, DCTERMS + "issued", release.built, "dateTime")
    yield _said(dataset, VOID + "triples", str(release.statements), "integer")
    for number, (name, count) in enumerate(release.about["graphs"].items()):
        part = BlankNode(f"graph{number}")
        yield Triple(dataset, NamedNode(VOID + "subset"), part)
        yield Triple(part, RDF_TYPE, NamedNode(VOID + "Dataset"))
        yield _link(part, DCTERMS + "identifier", iris.graph(name))
        yield _said(part, VOID + "triples", str(count), "integer")


def _dump(dataset: NamedNode, release: releases.Release, root: str) -> Iterator[Triple]:
    file, checksum, place = BlankNode("dump"), BlankNode("checksum"), root + "data/dump.nq"
    yield _link(dataset, VOID + "dataDump", place)
    yield Triple(dataset, NamedNode(DCAT + "distribution"), file)
    yield Triple(file, RDF_TYPE, NamedNode(DCAT + "Distribution"))
    yield _link(file, DCAT + "downloadURL", place)
    yield _link(file, DCAT + "mediaType", N_QUADS)
    yield _said(file, DCAT + "byteSize", str(release.dump.stat().st_size), "nonNegativeInteger")
    yield Triple(file, NamedNode(SPDX + "checksum"), checksum)
    yield _link(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
    yield _said(checksum, SPDX + "checksumValue", release.digest, "hexBinary")


def _said(node: Node, predicate: str, text: str, datatype: str = "string") -> Triple:
    return Triple(node, NamedNode(predicate), Literal(text, datatype=NamedNode(XSD + datatype)))


def _link(node: Node, predicate: str, address: str) -> Triple:
    return Triple(node, NamedNode(predicate), NamedNode(address))
