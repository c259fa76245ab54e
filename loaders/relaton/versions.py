"""Whether a value varies with time at all: the same field over all editions or versions of one document."""

from collections.abc import Callable
from dataclasses import dataclass

from loaders.relaton.documents import DERIVED_FROM, Shelf
from loaders.relaton.lookup import normal, person_key
from loaders.relaton.record import Record
from loaders.relaton.writer import Writer, date, text
from ontology import iris
from ontology.terms import DCTERMS

COMPARED: dict[str, Callable[[Record], object]] = {
    "people": lambda r: frozenset(person_key(p.name) for p in r.people),
    "employers": lambda r: frozenset(normal(o) for p in r.people for o in p.organizations),
    "groups": lambda r: frozenset(c.path for c in r.committees if c.rank != "former"),
    "titles": lambda r: frozenset(normal(title) for _, title in r.titles),
    "types": lambda r: r.doctype,
    "ICS classes": lambda r: frozenset(code for code, _ in r.classes),
    "stages": lambda r: r.stage,
}


@dataclass(frozen=True)
class Constancy:
    """A field of one set: documents that have it, those of them with several versions, and those where it stays."""

    field: str
    documents: int
    several: int
    constant: int

    def sentence(self) -> str:
        """What the figures say, in words."""
        of = f"{self.several:,} documents with several versions"
        count = f"{self.constant:,} of {of} have the same {self.field} in all of them"
        if not self.several:
            return f"{self.field}: no document has several versions, so nothing can be said of time"
        if self.constant == self.several:
            return f"{count}: the field says how things were on the day of the crawl, nothing of the past"
        return f"{count}, and {self.several - self.constant:,} do not"


def constancy(shelf: Shelf, flavour: str) -> list[Constancy]:
    """The figures for every field of a set that at least one version has."""
    families = [[shelf.records[v] for v in found] for _, found in shelf.versions.items()]
    families = [found for found in families if found[0].flavour == flavour]
    result = []
    for field, value in COMPARED.items():
        seen = [values for found in families if (values := [v for v in map(value, found) if v])]
        several = [values for values in seen if len(values) > 1]
        if seen:
            constant = sum(len(set(values)) == 1 for values in several)
            result.append(Constancy(field, len(seen), len(several), constant))
    return result


def write(writer: Writer, source: str, found: list[Constancy], body: str, citation: str, day: str) -> None:
    """Keep the figures as observations and the sentences as findings."""
    for one in found:
        slug = f"{source}-constant-{iris.slugify(one.field)}"
        figure, finding = iris.thing("observation", slug), iris.thing("finding", slug)
        writer.describe(figure, iris.NS + "Observation", f"constant among versions: {one.sentence()}")
        writer.link(figure, iris.NS + "measure", iris.NS + "constantAmongVersions")
        writer.link(figure, iris.NS + "unit", iris.NS + "documents")
        writer.link(figure, iris.NS + "aboutBody", body)
        numbers = (("value", one.constant), ("denominator", one.several), ("missing", one.documents - one.several))
        for name, number in numbers:
            writer.literal(figure, iris.NS + name, text(f"{number}.0", datatype="decimal"))
        method = f"Field compared: {one.field}. A document of which only one version has it is counted as missing."
        writer.literal(figure, iris.NS + "method", text(method))
        writer.describe(finding, iris.NS + "Finding", f"statement of method: {one.sentence()}")
        writer.link(finding, iris.NS + "findingType", iris.NS + "methodStatement")
        writer.literal(finding, DCTERMS + "description", text(one.sentence(), "en"))
        writer.link(finding, iris.NS + "about", body)
        for claim in (figure, finding):
            writer.link(claim, iris.NS + "confidence", iris.NS + "derived")
            writer.literal(claim, iris.NS + "asOf", date(day))
            writer.bounds(claim, day)
            writer.link(claim, DERIVED_FROM, citation)
