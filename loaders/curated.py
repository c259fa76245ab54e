"""Curated tables of one source: a folder of CSV files, one per class, into quads of the source's graph."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from loaders.cells import Things, known_columns, values
from loaders.evidence import DERIVED_FROM, EVIDENCE, Citations
from loaders.tables import BadRecord, BadRecords, Place, Row, read, suggestion
from ontology import iris
from ontology.terms import PLEN, RDF_TYPE, SUBCLASS, model

FOLDER = Path(__file__).parent / "curated"
TABLES = {
    "sources": "Source",
    "countries": "Country",
    "bodies": "Body",
    "groups": "Group",
    "organizations": "Organization",
    "people": "Person",
    "documents": "Document",
    "technologies": "Technology",
    "periods": "Period",
    "measures": "Measure",
    "glossary": "GlossaryTerm",
    "works": "Work",
    "notes": "Note",
    "participations": "Participation",
    "affiliations": "Affiliation",
    "attributions": "Attribution",
    "listings": "Listing",
    "priorities": "Priority",
    "observations": "Observation",
    "events": "Event",
    "findings": "Finding",
    "unknowns": "Unknown",
}


@dataclass(frozen=True)
class Record:
    """One row with the table and the address that it has."""

    row: Row
    table: str
    address: NamedNode


@dataclass
class Curated:
    """What a folder of tables says, and where each thing of it stands."""

    source: str
    quads: list[Quad] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)


def sources(folder: Path = FOLDER) -> list[str]:
    """Names of the curated sources, one per folder."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def load(source: str, folder: Path = FOLDER) -> Curated:
    """Read all tables of a source; raises BadRecords with everything that is wrong in them."""
    return _Loading(source, folder / source).run()


class _Loading:
    def __init__(self, source: str, folder: Path) -> None:
        self.folder = folder
        self.model = model()
        self.things = Things(self.model)
        self.result = Curated(source)
        self.graph = NamedNode(iris.graph(source))
        self.bad: list[BadRecord] = []

    def run(self) -> Curated:
        """Three passes, each of which stops if anything is wrong: read, give addresses, make statements."""
        self._look_for_strangers()
        rows = [(name, row) for name in TABLES for row in self._read(name)]
        sections = {row.cells["section"]: row.cells["heading"] for row in self._read("sections")}
        self._stop_if_bad()
        self._know_listed_technologies()
        records = []
        for name, row in rows:
            with self._noting():
                records.append(self._declare(name, row))
        self._stop_if_bad()
        citations = Citations(self.result.source, sections, self.things)
        for record in records:
            with self._noting():
                self._add(self._statements(record, citations))
        self._stop_if_bad()
        self._add(citations.triples())
        return self.result

    def _look_for_strangers(self) -> None:
        for path in sorted(self.folder.iterdir()):
            if path.suffix != ".csv" or path.stem not in {*TABLES, "sections"}:
                remedy = suggestion(path.stem, [*TABLES, "sections"], "Rename or remove the file.")
                self.bad.append(
                    BadRecord(path.relative_to(self.folder.parent), None, "this is no curated table", remedy)
                )

    def _read(self, name: str) -> list[Row]:
        path = self.folder / f"{name}.csv"
        if not path.exists():
            return []
        columns = frozenset({"section", "heading"}) if name == "sections" else known_columns(self.model)
        rows: list[Row] = []
        with self._noting():
            rows.extend(read(path, self.folder.parent, columns))
        return rows

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Go on after a bad record, so that all of them are reported in one go."""
        try:
            yield
        except BadRecord as error:
            self.bad.append(error)

    def _stop_if_bad(self) -> None:
        if self.bad:
            raise BadRecords(self.bad)

    def _know_listed_technologies(self) -> None:
        for quad in self.model.store.quads_for_pattern(None, RDF_TYPE, PLEN.Technology):
            if isinstance(quad.subject, NamedNode) and (found := iris.split(quad.subject.value)):
                self.things.add(found[1], quad.subject, [PLEN.Technology.value])

    def _declare(self, table: str, row: Row) -> Record:
        """Give the row its address; a thing, unlike a claim, can then be referred to by its slug."""
        slug = f"{self.result.source}-{row.cells.get('number', '')}" if table == "notes" else row.cells.get("slug", "")
        if not iris.SLUG.fullmatch(slug):
            field_ = "number" if table == "notes" else "slug"
            raise row.bad(field_, f"{slug!r} is no slug", "Use small Latin letters, digits and single hyphens.")
        root = iris.NS + TABLES[table]
        address = NamedNode(iris.thing(self.model.kind(root) or "", slug))
        claim = PLEN.Claim.value in self.model.above(root, SUBCLASS)
        known = address if claim else self.things.addresses.get(slug, address)
        if known.value in self.result.places or known is not address:
            first = self.result.places.get(known.value, "the ontology")
            raise row.bad("slug", f"{slug!r} stands twice (first in {first})", "Give each its own, or merge the rows.")
        self.result.places[address.value] = row.place
        classes = self._classes(row, root)
        if not claim:
            self.things.add(slug, address, classes)
        self._add(Triple(address, RDF_TYPE, NamedNode(class_)) for class_ in classes)
        return Record(row, table, address)

    def _classes(self, row: Row, root: str) -> list[str]:
        words = row.all("class") or [root.removeprefix(iris.NS)]
        if row.cells.get("not_published") == "yes":
            words = ["NotPublished"]
        for word in words:
            if root not in self.model.above(iris.NS + word, SUBCLASS) or iris.NS + word not in self.model.terms:
                known = [t.removeprefix(iris.NS) for t in self.model.terms if root in self.model.above(t, SUBCLASS)]
                raise row.bad("class", f"{word!r} is no class of this table", suggestion(word, known, "See ontology/."))
        return [iris.NS + word for word in words]

    def _statements(self, record: Record, citations: Citations) -> Iterator[Triple]:
        row = record.row
        for column in sorted(row.cells.keys() - {"slug", "class", "not_published", *EVIDENCE}):
            for property_, value in values(row, column, self.things):
                yield Triple(record.address, property_, value)
        if record.table == "notes":
            yield from citations.of_note(row, record.address)
        else:
            for citation in citations.of(row):
                yield Triple(record.address, DERIVED_FROM, citation)

    def _add(self, triples: Iterable[Triple]) -> None:
        self.result.quads.extend(Quad(t.subject, t.predicate, t.object, self.graph) for t in triples)
