"""Curated tables of one source: a folder of CSV files, one per class, into quads of the source's graph."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from loaders.cells import known_columns, values
from loaders.evidence import DERIVED_FROM, EVIDENCE, Citations
from loaders.known import Known
from loaders.tables import BadRecord, BadRecords, Place, Row, read, suggestion
from ontology import iris
from ontology.terms import PLEN, RDF_TYPE, SUBCLASS, model

FOLDER = Path(__file__).parent / "curated"
FIRST = ("great-game",)
RESERVED = ("derived", "ontology")
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
    """Names of the curated sources, one per folder, in the order of loading: those of FIRST, then by name."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [*(name for name in FIRST if name in names), *(name for name in names if name not in FIRST)]


def load(source: str, folder: Path = FOLDER, known: Known | None = None) -> Curated:
    """Read all tables of a source; raises BadRecords with everything that is wrong in them.

    `known` is what the sources before it made known, to which this one adds its own.
    """
    if not iris.SLUG.fullmatch(source) or source in RESERVED:  # the name makes addresses
        remedy = f"Use small Latin letters, digits and single hyphens; {' and '.join(RESERVED)} are taken."
        raise BadRecords([BadRecord(Path(source), None, "no source can have this name", remedy)])
    return _Loading(source, folder / source, known or Known()).run()


class _Loading:
    def __init__(self, source: str, folder: Path, known: Known) -> None:
        self.folder = folder
        self.model = model()
        self.known = known
        self.things = known.things
        self.result = Curated(source)
        self.graph = NamedNode(iris.graph(source))
        self.bad: list[BadRecord] = []

    def run(self) -> Curated:
        """Three passes, each of which stops if anything is wrong: read, give addresses, make statements."""
        self._look_for_strangers()
        rows = [(name, row) for name in TABLES for row in self._read(name)]
        self._check_source([row for name, row in rows if name == "sources"])
        sections = {row.cells["section"]: row.cells["heading"] for row in self._read("sections")}
        self._stop_if_bad()
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
        self.known.remember(self.result.quads)
        return self.result

    def _check_source(self, rows: list[Row]) -> None:
        slugs = [row.cells.get("slug", "") for row in rows]
        if slugs != [self.result.source]:
            problem = f"it describes {', '.join(slugs) or 'nothing'}"
            remedy = f"Write one row, with the folder's name {self.result.source!r}."
            self.bad.append(BadRecord(Path(self.result.source, "sources.csv"), "slug", problem, remedy))

    def _look_for_strangers(self) -> None:
        for path in sorted(self.folder.iterdir()):
            if path.name.startswith("."):  # left by desktops and spreadsheets
                continue
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

    def _declare(self, table: str, row: Row) -> Record:
        """Give the row its address; a thing, unlike a claim, can then be referred to by its slug."""
        slug = f"{self.result.source}-{row.cells.get('number', '')}" if table == "notes" else row.cells.get("slug", "")
        if not iris.SLUG.fullmatch(slug):
            field_ = "number" if table == "notes" else "slug"
            raise row.bad(field_, f"{slug!r} is no slug", "Use small Latin letters, digits and single hyphens.")
        root = iris.NS + TABLES[table]
        address = NamedNode(iris.thing(self.model.kind(root) or "", slug))
        claim = PLEN.Claim.value in self.model.above(root, SUBCLASS)
        adds = self._adds(row, slug, address, claim)
        classes = [] if adds and "class" not in row.cells else self._classes(row, root)
        self.result.places[address.value] = row.place
        self.known.places.setdefault(address.value, row.place)
        if not claim:
            self.things.add(slug, address, classes)
        self._add(Triple(address, RDF_TYPE, NamedNode(class_)) for class_ in classes)
        return Record(row, table, address)

    def _adds(self, row: Row, slug: str, address: NamedNode, claim: bool) -> bool:
        """Whether a row adds to a thing of an earlier source; a BadRecord where its slug is taken."""
        taken = address if claim else self.things.addresses.get(slug, address)
        own = self.result.places.get(taken.value)
        first = own or self.known.places.get(taken.value)
        if first is None and taken is address:
            return False
        if first and not own and not claim and taken == address:
            return True
        remedy = "Give each its own, or merge the rows."
        if claim and not own:
            remedy = "A claim belongs to one source. Give this one a slug of its own."
        raise row.bad("slug", f"{slug!r} stands twice (first in {first or 'the ontology'})", remedy)

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
                triple = Triple(record.address, property_, value)
                self.known.refuse_another_value(row, column, triple)
                yield triple
        if record.table == "notes":
            yield from citations.of_note(row, record.address)
        else:
            for citation in citations.of(row):
                yield Triple(record.address, DERIVED_FROM, citation)

    def _add(self, triples: Iterable[Triple]) -> None:
        new = (t for t in triples if not self.known.repeats(t))
        self.result.quads.extend(Quad(t.subject, t.predicate, t.object, self.graph) for t in new)
