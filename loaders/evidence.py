"""Evidence columns: `section`, `table` and `notes` become citations, one per distinct place."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from loaders.cells import Things
from loaders.tables import Row, suggestion
from ontology import iris
from ontology.terms import PLEN, PROV, RDF_TYPE

DERIVED_FROM = NamedNode(PROV + "wasDerivedFrom")
NOTES = "works-cited"
EVIDENCE = ("section", "table", "notes")


@dataclass
class Citations:
    """The citations of one source; `sections` maps keys to heading paths."""

    source: str
    sections: dict[str, str]
    things: Things
    made: dict[str, tuple[str, str, tuple[int, ...]]] = field(default_factory=dict)

    def of(self, row: Row) -> list[NamedNode]:
        """The citations that a row's evidence columns name; several places stand in step, divided by `|`."""
        sections = row.all("section")
        tables = self._in_step(row, "table", len(sections))
        notes = self._in_step(row, "notes", len(sections))
        return [self._cite(row, *place) for place in zip(sections, tables, notes, strict=True)]

    def of_note(self, row: Row, note: NamedNode) -> Iterator[Triple]:
        """Where a note is marked in the text, and the place in the source that names its works."""
        for section in row.all("section"):
            yield Triple(note, PLEN.section, Literal(self._heading(row, section)))
        place = Row(row.place, {"section": NOTES, "notes": row.cells["number"]})
        for work in row.all("works"):
            address = self.things.resolve(row, "works", work, (PLEN.Work.value,))
            yield Triple(address, DERIVED_FROM, self.of(place)[0])

    def _heading(self, row: Row, section: str) -> str:
        if section not in self.sections:
            remedy = suggestion(section, self.sections, "Add it to sections.csv first.")
            raise row.bad("section", f"no section is called {section!r}", remedy)
        return self.sections[section]

    def _in_step(self, row: Row, column: str, count: int) -> list[str]:
        parts = [part.strip() for part in row.cells[column].split("|")] if column in row.cells else [""] * count
        if len(parts) != count:
            problem = f"{len(parts)} values beside {count} in section"
            raise row.bad(column, problem, "Give one value per section, divided by |; an empty one where it has none.")
        return parts

    def _cite(self, row: Row, section: str, table: str, notes: str) -> NamedNode:
        self._heading(row, section)
        numbers = tuple(sorted({self._note(row, word) for word in notes.split()}))
        parts = [self.source, section, iris.slugify(table), f"n{'-'.join(map(str, numbers))}" if numbers else ""]
        slug = "-".join(part for part in parts if part)
        place = (section, table, numbers)
        if self.made.setdefault(slug, place) != place:
            raise row.bad("table", f"{table!r} and {self.made[slug][1]!r} look alike", "Write both in the same way.")
        return NamedNode(iris.thing("citation", slug))

    def _note(self, row: Row, word: str) -> int:
        if not word.isdigit() or f"{self.source}-{int(word)}" not in self.things.addresses:
            raise row.bad("notes", f"there is no note {word!r}", "Write numbers of notes.csv, divided by spaces.")
        return int(word)

    def triples(self) -> Iterator[Triple]:
        """What is said of each citation made so far."""
        source = NamedNode(iris.thing("source", self.source))
        for slug, (section, table, numbers) in sorted(self.made.items()):
            node = NamedNode(iris.thing("citation", slug))
            yield Triple(node, RDF_TYPE, PLEN.Citation)
            yield Triple(node, PLEN.source, source)
            yield Triple(node, PLEN.section, Literal(self.sections[section]))
            if table:
                yield Triple(node, PLEN.table, Literal(table))
            for number in numbers:
                yield Triple(node, PLEN.note, NamedNode(iris.thing("note", f"{self.source}-{number}")))
