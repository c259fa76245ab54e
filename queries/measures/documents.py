"""How many documents came out: by body and type in each year, and by group."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ontology import iris
from queries.measures.holdings import PREFIX, Select
from queries.measures.observations import Figure

SOURCES = PREFIX + (
    "SELECT DISTINCT ?graph ?day { GRAPH ?graph { ?claim plen:measure plen:constantAmongVersions ; plen:asOf ?day } }"
)
DATED = PREFIX + "SELECT ?document ?value {{ GRAPH <{graph}> {{ ?document dcterms:issued ?value }} }}"
BODIES = PREFIX + "SELECT ?document ?value {{ GRAPH <{graph}> {{ ?document plen:body ?value }} }}"
GROUPS = PREFIX + "SELECT ?document ?value {{ GRAPH <{graph}> {{ ?document plen:developedIn ?value }} }}"
CLASSES = PREFIX + (
    "SELECT ?document ?value {{ ?value rdfs:subClassOf plen:Document . GRAPH <{graph}> {{ ?document a ?value }} }}"
)
# A document that the curated data describe has its class there, and nowhere else.
CURATED = PREFIX + (
    "SELECT ?document ?value {{ GRAPH <{graph}> {{ ?document dcterms:issued ?day }} "
    "MINUS {{ GRAPH <{graph}> {{ ?document a ?own }} }} "
    "GRAPH ?other {{ ?document a ?value }} FILTER (?other != <{derived}>) ?value rdfs:subClassOf plen:Document }}"
)
METHOD = "documents with a date of publication, each edition or version by itself"


def counts(select: Select, labels: Mapping[str, str]) -> Iterator[Figure]:
    """Figures of all item-level sources: documents of a body by type, in each year and in all, and of a group."""
    for row in sorted(select(SOURCES), key=str):
        graph, day = (str(getattr(row[name], "value", "")) for name in ("graph", "day"))
        years = {document: int(day_[:4]) for document, day_ in _pairs(select, DATED, graph)}
        classes = dict(_pairs(select, CLASSES, graph))
        if years.keys() - classes.keys():
            classes |= _pairs(select, CURATED, graph)
        found: dict[tuple[tuple[str, str], ...], Counter[int]] = defaultdict(Counter)
        for document, body in _pairs(select, BODIES, graph):
            if document in years and document in classes:
                found[("aboutBody", body), ("aboutDocumentType", classes[document])][years[document]] += 1
        for document, group in _pairs(select, GROUPS, graph):
            if document in years:
                found[("aboutGroup", group),][years[document]] += 1
        frame = Figure("documentCount", "documents", {}, {}, graph.removeprefix(iris.GRAPHS), day, METHOD)
        frame = replace(frame, labels=dict(labels))
        for about, by_year in sorted(found.items()):
            yield replace(frame, about=dict(about), numbers={"value": by_year.total()})
            for year, number in sorted(by_year.items()) if "aboutBody" in dict(about) else ():
                yield replace(frame, about=dict(about), numbers={"value": number}, period=(year, year))


def _pairs(select: Select, query: str, graph: str) -> Iterator[tuple[str, str]]:
    for row in select(query.format(graph=graph, derived=iris.graph("derived"))):
        yield str(getattr(row["document"], "value", "")), str(getattr(row["value"], "value", ""))
