"""Documents: the address of each, and what their records say of them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from loaders.relaton import identifiers, stages
from loaders.relaton.bodies import Bodies
from loaders.relaton.lookup import Lookup
from loaders.relaton.merge import published
from loaders.relaton.record import Record, Relation
from loaders.relaton.writer import Writer, date, text
from ontology import iris
from ontology.terms import DCTERMS, PROV, SKOS

PROPERTIES = {"published": DCTERMS + "issued", "created": DCTERMS + "created", "updated": DCTERMS + "modified"}
PROPERTIES |= {"confirmed": iris.NS + "confirmed", "corrected": iris.NS + "corrected"}
RELATIONS = frozenset(
    {"obsoletes", "obsoletedBy", "updates", "updatedBy", "complementOf", "hasEdition", "includes", "includedIn",
     "adoptedAs", "adoptedFrom"}
)  # fmt: skip
DERIVED_FROM = PROV + "wasDerivedFrom"
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


@dataclass
class Shelf:
    """The documents of a load by address, and how they hang together: editions, what they amend, mere mentions."""

    lookup: Lookup
    records: dict[str, Record] = field(default_factory=dict)
    index: dict[str, str] = field(default_factory=dict)
    family: dict[str, str] = field(default_factory=dict)
    amended: dict[str, str] = field(default_factory=dict)
    versions: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    others: dict[tuple[str, str], str] = field(default_factory=dict)

    def fill(self, documents: list[Record]) -> None:
        """Give every document its address, then every document that they are editions or supplements of."""
        for record in documents:
            self._place(record)
        for address, record in list(self.records.items()):
            for name in record.identifiers[1:]:
                self.index.setdefault(identifiers.key(name), address)
        for address, record in list(self.records.items()):
            place = identifiers.place(record.identifiers[0])
            if place.family:
                self._of_family(address, place.family, record)
            elif place.amended:
                self.amended[address] = self.find(place.amended, record) or self._stub(place.amended, record)

    def find(self, identifier: str, near: Record) -> str:
        """The address of the document that bears an identifier, or the same after its body's name; else nothing."""
        whole = f"{near.identifiers[0].split(' ')[0]} {identifier}"
        for name in (identifier, whole):
            for one in identifiers.names(name):
                found = self.index.get(identifiers.key(one)) or self.lookup.documents.get(identifiers.key(one))
                if found:
                    return found
        return ""

    def related(self, relation: Relation, near: Record) -> str:
        """The address of the other document of a relation; one that no record describes gets a place by its name."""
        name = relation.identifier or relation.title
        place = (name, near.identifiers[0].split(" ")[0])
        if place not in self.others:
            self.others[place] = self.find(name, near) or self._stub(name, near, relation.title)
        return self.others[place]

    def _place(self, record: Record) -> str:
        name = record.identifiers[0]
        address = next((a for n in identifiers.names(name) if (a := self.lookup.documents.get(identifiers.key(n)))), "")
        if not address or address in self.records:
            address = self.lookup.address("document", name)
        self.records[address] = record
        for one in identifiers.names(name):
            self.index.setdefault(identifiers.key(one), address)
        return address

    def _of_family(self, address: str, family: str, record: Record) -> None:
        whole = self.find(family, record)
        if not whole or whole == address:
            whole = self._place(_undated(record, family))
        elif whole not in self.records:  # the curated data describe it
            self.records[whole] = _undated(record, family)
        self.family[address] = whole
        self.versions[whole].append(address)
        known = self.records[whole]
        if not known.place and published(record) >= known.day:
            self.records[whole] = _undated(record, known.identifiers[0])

    def _stub(self, name: str, near: Record, title: str = "") -> str:
        sector = near.identifiers[0].split(" ")[0]
        whole = f"{sector} {name}" if sector.startswith("ITU-") and not name.startswith(("ITU", "ISO", "IEC")) else name
        stub = Record("", "", near.flavour, (whole,), "", (("en", title),) if title else (), *_NOTHING)
        return self._place(stub)


_NOTHING = Record("", "", "", ("",), "", (), (), "", (), (), (), (), (), "", "", "", "", "")[6:]


def _undated(record: Record, family: str) -> Record:
    """What an edition or a version tells of the document that it is one of; `day` keeps its own day of publication."""
    names = tuple(identifiers.names(family))
    undated = record._replace(identifiers=names, day=published(record), dates=(), relations=(), people=())
    return undated._replace(place="", stage="", address="", edition="", version="")


class Documents:
    """Writes the documents of a shelf, each into the graph of its set."""

    def __init__(self, shelf: Shelf, bodies: Bodies) -> None:
        self.shelf, self.bodies = shelf, bodies
        self.classes: dict[str, str] = {}
        self.counts: Counter[str] = Counter()

    def write(self, flavour: str, writer: Writer, cite: str) -> Iterator[str]:
        """Write the documents of one set; gives the address of each as it goes, those only mentioned last."""
        self.writer, self.cite, self.counts = writer, cite, Counter()
        self.bodies.writer, self.bodies.cite = writer, cite
        done = 0
        addresses = [a for a, record in self.shelf.records.items() if record.flavour == flavour]
        while addresses[done:]:
            for address in addresses[done:]:
                self._document(address, self.shelf.records[address])
                yield address
            done = len(addresses)
            addresses = [a for a, record in self.shelf.records.items() if record.flavour == flavour]

    def _document(self, address: str, record: Record) -> None:
        say, link = self.writer.literal, self.writer.link
        self._names(address, record)
        for name, value in (("printedType", record.doctype), ("edition", record.edition), ("version", record.version)):
            if value:
                say(address, iris.NS + name, text(value))
        self._time(address, record)
        self._groups(address, record)
        if record.address:
            say(address, iris.NS + "address", text(record.address, datatype="anyURI"))
        if address in self.shelf.family:
            link(address, DCTERMS + "isVersionOf", self.shelf.family[address])
        if address in self.shelf.amended:
            link(address, iris.NS + "amends", self.shelf.amended[address])
        for relation in dict.fromkeys(record.relations):
            self._relation(address, record, relation)
        link(address, DERIVED_FROM, self.cite)

    def _names(self, address: str, record: Record) -> None:
        """Identifiers; class, label and titles only where no earlier source describes the document."""
        if address not in self.shelf.lookup.described:
            self.writer.describe(address, stages.class_(record.doctype), record.identifiers[0])
            self.writer.name(address, record.identifiers[0], derived=True)
            for language, title in record.titles:
                self.writer.literal(address, DCTERMS + "title", text(title, language or "en"))
        for name in record.identifiers:
            self.writer.literal(address, DCTERMS + "identifier", text(name))
        if release := identifiers.identity(record.identifiers[0]).variant:
            self.writer.literal(address, iris.NS + "release", text(release))

    def _time(self, address: str, record: Record) -> None:
        """Dates and stage; what an undated record says of itself is outdated where dated ones have come out."""
        editions = self.shelf.versions.get(address, ())
        if record.stage and any("60" <= self.shelf.records[e].stage <= "99.99" for e in editions):
            self.counts["undated records of documents that came out"] += 1
            return
        for kind, day in record.dates:
            if kind not in PROPERTIES or (kind == "published" and not stages.came_out(record.stage)):
                self.writer.literal(address, iris.NS + "printedDate", text(f"{kind} {day}"))
                self.counts["dates 'published' below stage 60"] += kind == "published"
                continue
            self.writer.literal(address, PROPERTIES[kind], date(day))
            if kind == "published":
                self.writer.bounds(address, day, ("Start",))
        if record.stage:
            self.writer.literal(address, iris.NS + "stage", text(record.stage))
            if status := stages.status(record.stage, record.doctype):
                self.writer.link(address, iris.NS + "status", status)
            else:
                self.counts[f"stage {record.stage!r} without a status of its own"] += 1

    def _groups(self, address: str, record: Record) -> None:
        bodies = self.bodies.bodies(record)
        for body in bodies:
            self.writer.link(address, iris.NS + "body", body)
        for committee in record.committees:
            group = self.bodies.group(committee, bodies, record.flavour)
            property_ = "body" if "/id/body/" in group else "developedIn"
            if property_ == "body" and group in bodies:
                continue
            self.writer.link(address, iris.NS + property_, group)
            if committee.rank == "prime" and property_ == "developedIn":
                self.writer.link(address, iris.NS + "leadGroup", group)
        for code, words in record.classes:
            self.writer.link(address, iris.NS + "ics", self._ics(code, words))
        if record.radio and (field_ := self.shelf.lookup.named(("technology",), record.radio)):
            self.writer.link(address, iris.NS + "technology", field_)

    def _ics(self, code: str, words: str) -> str:
        if code not in self.classes:
            found = self.classes[code] = self.shelf.lookup.address("ics-class", code)
            label = f"{code} {words}".strip()
            self.writer.describe(found, iris.NS + "IcsClass", label)
            self.writer.name(found, label)
            self.writer.literal(found, SKOS + "notation", text(code))
            if "." in code:
                self.writer.link(found, SKOS + "broader", self._ics(code.rpartition(".")[0], ""))
        return self.classes[code]

    def _relation(self, address: str, record: Record, relation: Relation) -> None:
        other = self.shelf.related(relation, record)
        if relation.type in RELATIONS:
            self.writer.link(address, iris.NS + relation.type, other)
        else:
            self.writer.link(address, iris.NS + "related", other)
            printed = f"{relation.type} {relation.identifier or relation.title}"
            self.writer.literal(address, iris.NS + "printedRelation", text(printed))
        if relation.type == "obsoletes":
            own, its = (max(_YEAR.findall(name), default="") for name in (record.identifiers[0], relation.identifier))
            if own and its and own != its:
                newer, older = (address, other) if own > its else (other, address)
                self.writer.derive(newer, iris.NS + "supersedes", f"<{older}>")
                self.writer.derive(older, iris.NS + "supersededBy", f"<{newer}>")
