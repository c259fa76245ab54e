"""Documents: the address of each, and what their records say of them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from loaders.relaton import identifiers, stages
from loaders.relaton.bodies import Bodies
from loaders.relaton.lookup import Lookup
from loaders.relaton.merge import published
from loaders.relaton.record import Record, Relation
from loaders.relaton.writer import UNTOLD, Writer, date, text
from ontology import iris
from ontology.terms import DCTERMS, PROV, SKOS

PROPERTIES = {"published": DCTERMS + "issued", "created": DCTERMS + "created", "updated": DCTERMS + "modified"}
PROPERTIES |= {"confirmed": iris.NS + "confirmed", "corrected": iris.NS + "corrected"}
RELATIONS = frozenset(
    {"obsoletes", "obsoletedBy", "updates", "updatedBy", "complementOf", "hasEdition", "includes", "includedIn",
     "adoptedAs", "adoptedFrom"}
)  # fmt: skip
DERIVED_FROM = PROV + "wasDerivedFrom"
scoped = lru_cache(1 << 17)(identifiers.scoped)  # it is asked for four times for each document
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
    others: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def fill(self, documents: list[Record]) -> None:
        """Give every document its address, then every document that they are editions or supplements of."""
        shared = Counter(scoped(record.identifiers[0], record.flavour) for record in documents)
        for record in documents:
            self._place(record, shared[scoped(record.identifiers[0], record.flavour)] > 1)
        self._index_more()
        for address, record in list(self.records.items()):
            place, name = identifiers.place(record.identifiers[0]), record.identifiers[0]
            if place.family:
                self.index.setdefault(scoped(name, record.flavour), address)
                self._of_family(address, place.family, record)
            elif shared[scoped(name, record.flavour)] > 1:
                self._of_family(address, name, record)
            elif place.amended:
                self.amended[address] = self.find(place.amended, record) or self._stub(place.amended, record)

    def _index_more(self) -> None:
        """Further identifiers lead to a document if it alone bears them: an ISSN is of a whole series."""
        bearers: dict[str, set[str]] = defaultdict(set)
        for address, record in self.records.items():
            for name in record.identifiers[1:]:
                bearers[scoped(name, record.flavour)].add(address)
        for name, addresses in bearers.items():
            if len(addresses) == 1:
                self.index.setdefault(name, *addresses)

    def find(self, identifier: str, near: Record) -> str:
        """The address of the document that bears an identifier, or the same after its body's name; else nothing."""
        whole = f"{near.identifiers[0].split(' ')[0]} {identifier}"
        for name in (identifier, whole):
            for one in identifiers.names(name):
                found = self.index.get(scoped(one, near.flavour))
                if found := found or self.lookup.documents.get(identifiers.key(one)):
                    return found
        return ""

    def related(self, relation: Relation, near: Record) -> str:
        """The address of the other document of a relation; one that no record describes gets a place by its name."""
        name, edition = relation.identifier or relation.title, relation.edition
        place = (name, edition, near.identifiers[0].split(" ")[0])
        if place not in self.others:
            found = self._edition_of(name, edition, near) if edition else self.find(name, near)
            self.others[place] = found or self._stub(name, near, relation.title, edition)
        return self.others[place]

    def _edition_of(self, name: str, edition: str, near: Record) -> str:
        """The address of an edition; that of the whole document only where its own record prints no edition."""
        if found := self.index.get(scoped(_edition(name, edition), near.flavour)):
            return found
        whole = self.find(name, near)
        record = self.records.get(whole)
        return "" if record and (record.edition or not record.records) else whole

    def _place(self, record: Record, by_edition: bool = False) -> str:
        """Give a document an address, made from its edition too where several editions bear one identifier."""
        name = record.identifiers[0]
        address = next((a for n in identifiers.names(name) if (a := self.lookup.documents.get(identifiers.key(n)))), "")
        if by_edition or not address or address in self.records:
            address = self.lookup.address("document", _edition(name, record.edition) if by_edition else name)
        self.records[address] = record
        if record.edition:
            self.index.setdefault(scoped(_edition(name, record.edition), record.flavour), address)
        for one in identifiers.names(name) if not by_edition else ():
            self.index.setdefault(scoped(one, record.flavour), address)
        return address

    def _of_family(self, address: str, family: str, record: Record) -> None:
        whole = self.find(family, record)
        if not whole or whole == address or self._is_edition(whole):
            whole = self._place(_undated(record, family))
            self.index[scoped(family, record.flavour)] = whole
        elif whole not in self.records:  # the curated data describe it
            self.records[whole] = _undated(record, family)
        self.family[address] = whole
        self.versions[whole].append(address)
        known = self.records[whole]
        if not known.place and published(record) >= known.day:
            self.records[whole] = _undated(record, known.identifiers[0])

    def _is_edition(self, address: str) -> bool:
        """Whether a document is an edition itself, as ITU-T X.853 (11/1995) is, which bears ISO/IEC 9805-2 too."""
        record = self.records.get(address)
        return bool(record and identifiers.place(record.identifiers[0]).family)

    def _stub(self, name: str, near: Record, title: str = "", edition: str = "") -> str:
        sector = near.identifiers[0].split(" ")[0]
        whole = f"{sector} {name}" if sector.startswith("ITU-") and not name.startswith(("ITU", "ISO", "IEC")) else name
        stub = Record("", "", near.flavour, (whole,), "", (("en", title),) if title else (), edition=edition)
        place = self._place(stub, bool(edition))
        if edition and (known := self.find(whole, near)):
            self.family[place] = known
            self.versions[known].append(place)
        return place


def _edition(name: str, edition: str) -> str:
    return f"{name} edition {edition}"


def _undated(record: Record, family: str) -> Record:
    """What an edition or a version tells of the document that it is one of; `day` keeps its own day of publication."""
    names = tuple(identifiers.names(family))
    undated = record._replace(identifiers=names, day=published(record), dates=(), relations=(), people=(), records=0)
    return undated._replace(place="", stage="", address="", edition="", version="", series=(), keywords=())


class Documents:
    """Writes the documents of a shelf, each into the graph of its set."""

    def __init__(self, shelf: Shelf, bodies: Bodies) -> None:
        self.shelf, self.bodies = shelf, bodies
        self.classes: dict[str, str] = {}
        printed = (entry for record in shelf.records.values() for entry in record.classes)
        self.words = {code: words for code, words in printed if words}  # as the last record prints them
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
        printed = (record.doctype, record.subtype, record.edition, record.version)
        for name, value in zip(("printedType", "printedSubtype", "edition", "version"), printed, strict=True):
            if value:
                say(address, iris.NS + name, text(value))
        for name, values in (("keyword", record.keywords), ("series", record.series)):
            for value in values:
                say(address, iris.NS + name, text(value))
        if record.records:
            say(address, iris.NS + "records", text(str(record.records), datatype="integer"))
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
            name = record.identifiers[0]
            if self.shelf.index.get(scoped(name, record.flavour)) != address and record.edition:
                name = _edition(name, record.edition)
            self.writer.describe(address, stages.class_(record.doctype), name)
            self.writer.name(address, name, derived=True)
            for language, title in record.titles:
                self.writer.literal(address, DCTERMS + "title", text(title, language or UNTOLD[title.isascii()]))
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
        came_out = "published" if "published" in (kind for kind, _ in record.dates) else "issued"
        for kind, day in record.dates:
            property_ = PROPERTIES.get("published" if kind == came_out else kind)
            if not property_ or (kind == came_out and not stages.came_out(record.stage)):
                self.writer.literal(address, iris.NS + "printedDate", text(f"{kind} {day}"))
                self.counts[f"dates '{kind}' below stage 60"] += kind == came_out
                continue
            self.writer.literal(address, property_, date(day))
            if kind == came_out:
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
        for code, _ in record.classes:
            if code:
                self.writer.link(address, iris.NS + "ics", self._ics(code))
            else:
                self.counts["ICS classes without a code"] += bool(record.records)
        if record.radio and (field_ := self.shelf.lookup.named(("technology",), record.radio)):
            self.writer.link(address, iris.NS + "technology", field_)

    def _ics(self, code: str) -> str:
        if code not in self.classes:
            found = self.classes[code] = self.shelf.lookup.address("ics-class", code)
            label = f"{code} {self.words.get(code, '')}".strip()
            self.writer.describe(found, iris.NS + "IcsClass", label)
            self.writer.name(found, label)
            self.writer.literal(found, SKOS + "notation", text(code))
            if above := code.rpartition(".")[0]:
                self.writer.link(found, SKOS + "broader", self._ics(above))
        return self.classes[code]

    def _relation(self, address: str, record: Record, relation: Relation) -> None:
        if not relation.identifier and not relation.title:
            self.writer.literal(address, iris.NS + "printedRelation", text(relation.type))
            self.counts["relations to a document without identifier, title or address"] += 1
            return
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
