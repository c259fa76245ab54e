"""Whether a value varies with time at all: the same field over all editions or versions of one document."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from loaders.relaton.documents import DERIVED_FROM, Shelf, scoped
from loaders.relaton.lookup import normal, person_key
from loaders.relaton.merge import age
from loaders.relaton.record import Record
from loaders.relaton.writer import Writer, date, text
from ontology import iris
from ontology.terms import DCTERMS

COMPARED: dict[str, Callable[[Record], object]] = {
    "people": lambda r: frozenset(person_key(p.name) for p in r.people),
    "employers": lambda r: frozenset(normal(o) for p in r.people for o in p.organizations),
    "groups": lambda r: frozenset((c.path, c.rank) for c in r.committees),
    "titles": lambda r: frozenset(normal(title) for _, title in r.titles),
    "type": lambda r: r.doctype,
    "ICS classes": lambda r: frozenset(code for code, _ in r.classes),
    "stage": lambda r: r.stage,
}


@dataclass(frozen=True)
class Constancy:
    """A field of one set: documents with editions or versions, those with several, and those where it varies."""

    field: str
    documents: int
    several: int
    varying: int

    def sentence(self) -> str:
        """What the figures say, in words."""
        same = f"{self.documents - self.varying:,} of {self.documents:,} documents carry the same {self.field} in all"
        count = f"{same} their versions of one crawl ({self.several:,} have more than one version)"
        if not self.several:
            return f"{count}: nothing can be said of time"
        if not self.varying:
            return f"{count}: the field says how things were on the day of the crawl, nothing of the past"
        return count


def constancy(shelf: Shelf, read: Iterable[Record]) -> list[Constancy]:
    """The figures for every field of a set that any version has.

    Versions are compared as one crawl describes them: among the records of the newest schema that a document has.
    """
    families: dict[str, list[Record]] = defaultdict(list)
    for record in read:
        if family := shelf.family.get(shelf.index.get(scoped(record.identifiers[0], record.flavour), "")):
            families[family].append(record)
    newest = [(max(found, key=age).schema, found) for found in families.values()]
    crawls = [[r for r in found if r.schema == schema] for schema, found in newest]
    result = []
    for field, value in COMPARED.items():
        values = [{value(record) for record in found} for found in crawls]
        if any(v for found in values for v in found):
            varying = sum(len(found) > 1 for found in values)
            result.append(Constancy(field, len(crawls), sum(len(found) > 1 for found in crawls), varying))
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
        numbers = (("value", one.documents - one.varying), ("denominator", one.documents))
        for name, number in numbers:
            writer.literal(figure, iris.NS + name, text(f"{number}.0", datatype="decimal"))
        method = f"Field compared: {one.field}. {one.documents - one.several} documents have one version only."
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
