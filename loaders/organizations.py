"""Organization tables: names, the organization above each, kind and nationality, as seen at 3GPP and IETF.

The table does not say whether a name is a subsidiary or an alias; it is kept as a tie of that undecided type. What the
curated data say of the same organization comes first: the table then adds names only.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Store

from loaders.relaton.lookup import Lookup
from loaders.relaton.people import cite
from loaders.relaton.reader import SourceUnusable
from loaders.relaton.writer import Writer, date, text
from loaders.resolution.countries import country, country_names
from loaders.resolution.spelling import forms, nobody, spelling
from ontology import iris
from ontology.terms import DCTERMS, PLEN, PROV, SKOS

SOURCE = "organizations-3gpp-ietf"
CONTENTS = "2021-11"
ABOVE = "subsidiary of / alias of"
_ABOUT = {"category": "market sectors", "stakeholdergroup": "stakeholder group"}
_ABOUT |= {"Membership Organization": "3GPP member through", "email domain names": "mail domains"}
NEEDED = ("name", ABOVE, "nationality")
COLUMNS = (*NEEDED, *_ABOUT)
_KINDS = {"Research Institution": "ResearchInstitute", "Association": "IndustryAssociation"}


@dataclass
class Table:
    """What came of a table: counts by what was done, and the names of rows that were left or overridden."""

    counts: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, what: str, name: str) -> None:
        """Count something, and keep the name that it befell."""
        self.counts[what] += 1
        self.named[what].append(name)

    def lines(self) -> list[str]:
        """The summary, a line each."""
        found = [f"{SOURCE}: contents of {CONTENTS}"]
        for what, count in sorted(self.counts.items()):
            names = self.named.get(what, [])
            some = f": {'; '.join(names[:8])}{'; …' if len(names) > 8 else ''}" if names else ""
            found.append(f"  {count:>7} {what}{some}")
        return found


def load(path: Path, store: Store, lookup: Lookup, folder: Path) -> Table:
    """Read a table and add to a store what it says; `lookup` gives and learns the addresses."""
    writer = Writer(folder, SOURCE)
    table = _Loading(store, lookup, writer)
    table.run(list(_rows(path)))
    writer.load(store)
    lookup.described |= writer.described
    return table.result


def clean(cell: str) -> str:
    """A cell's text as a name: where the table dropped a comma, two blanks are left."""
    return " ".join(re.sub(r"(?<=\S)[ \xa0]{2,}(?=\S)", ", ", cell.strip()).split())


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            header = list(reader.fieldnames or ())
            if missing := [column for column in NEEDED if column not in header]:
                remedy = "Give the table its header line, with commas between the columns."
                raise SourceUnusable(f"{path.name}: no column {', '.join(missing)}. {remedy}")
            if twice := [column for column in COLUMNS if header.count(column) > 1]:
                raise SourceUnusable(f"{path.name}: the column {twice[0]} stands twice. Delete one of them.")
            for row in reader:
                if None in row:
                    problem = f"more cells than the {len(header)} columns. Quote cells that hold commas."
                    raise SourceUnusable(f"{path.name}, row {reader.line_num}: {problem}")
                yield reader.line_num, {column: clean(row.get(column) or "") for column in COLUMNS}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceUnusable(f"{path.name}: this table cannot be read ({error}). Give a CSV in UTF-8.") from None


class _Loading:
    def __init__(self, store: Store, lookup: Lookup, writer: Writer) -> None:
        self.store, self.lookup, self.writer = store, lookup, writer
        self.result = Table()
        self.cite = cite(writer, SOURCE, f"{SOURCE}-table", "Table of organizations")
        self.placed: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
        self.spelt: dict[str, set[str]] = defaultdict(set)
        self.seats: dict[str, set[str]] = defaultdict(set)
        self.settled: set[str] = set()
        self.ties: dict[str, set[str]] = defaultdict(set)

    def run(self, rows: list[tuple[int, dict[str, str]]]) -> None:
        """Give every row its address, then say what the rows say."""
        _describe_source(self.writer)
        self.result.counts["rows read"] = len(rows)
        named = [(line, row) for line, row in rows if not nobody(row["name"])]
        self.result.counts["rows without a name, left out"] = len(rows) - len(named)
        seats: dict[str, set[str]] = defaultdict(set)
        for _, row in named:
            if not self.lookup.organizations.find(row["name"]):
                seats[spelling(row["name"])].add(country(row["nationality"]))
        for line, row in named:
            address = self._address(row, seats[spelling(row["name"])] - {""})
            self.placed[address].append((f"Row {line}: {row['name']}", row))
        self.settled = {self.lookup.organizations.find(d.a) for d in self.lookup.decided if d.settles} - {""}
        for address, found in self.placed.items():
            self._organization(address, found)
        for address, found in self.placed.items():
            if self._circle(address):
                self.result.note(
                    "organizations above themselves, whose ultimate parent stays unknown", found[0][1]["name"]
                )

    def _circle(self, address: str) -> bool:
        """Whether the ties of the table lead from an organization back to it."""
        seen, here = set[str](), set(self.ties[address])
        while here - seen:
            seen |= here
            here = {parent for one in here for parent in self.ties[one]}
        return address in seen

    def _address(self, row: dict[str, str], seats: set[str]) -> str:
        """The organization of a row; two of one name and of two countries are two, and the name alone tells neither."""
        name, seat = row["name"], country(row["nationality"])
        if len(seats) > 1:
            here = iris.split(seat) if seat else None
            where = here[1] if here else "unknown"
            slug = iris.slugify(f"{name} {where}")
            address = self.lookup.slugs.get(slug) or self.lookup.address("organization", f"{name} {where}")
            self.lookup.organizations.know(name, address)
            self.result.note("rows that share a name and differ in country, kept apart", f"{name} ({where})")
        else:
            address = self.lookup.organizations.resolve(name, seat).address
        if not self._has(PLEN.attributed, address, PLEN.attributionRule, PLEN.registration):
            self.lookup.organizations.seats[address] |= {seat} - {""}
        self.spelt[address].add(name)
        return address

    def _organization(self, address: str, rows: list[tuple[str, dict[str, str]]]) -> None:
        first = rows[0][1]
        if address in self.lookup.described:
            self.result.counts["organizations that the curated data describe"] += 1
            for name in sorted(self.spelt[address] - self._names(address)):
                self.writer.literal(address, SKOS + "altLabel", text(name, "en"))
        else:
            self.result.counts["organizations new"] += 1
            self.writer.describe(address, iris.NS + _kind(first), first["name"], sorted(self.spelt[address]))
            self.writer.name(address, first["name"])
        for column, what in ((ABOVE, "what is above them"), ("nationality", "the country")):
            said = {spelling(row[column]) for _, row in rows} - {""}
            if len(said) > 1:
                found = " and ".join(sorted({row[column] for _, row in rows} - {""}))
                self.result.note(f"organizations whose rows disagree on {what}", f"{first['name']} ({found})")
        for printed, row in rows:
            cited = cite(self.writer, SOURCE, f"{SOURCE}-{iris.slugify(printed)}", printed)
            self.writer.link(address, PROV + "wasDerivedFrom", cited)
            self._seat(address, row, cited)
            self._above(address, row, cited)
        self._about(address, [row for _, row in rows])

    def _seat(self, address: str, row: dict[str, str], cited: str) -> None:
        where = country(row["nationality"])
        if not row["nationality"]:
            self.result.counts["nationality blank: unknown"] += 1
        elif not where:
            self.result.note("nationality that is no country: unknown", f"{row['name']} ({row['nationality']})")
        elif self._has(PLEN.attributed, address, PLEN.attributionRule, PLEN.registration):
            self.result.note("nationality left out, as the curated data say the country of registration", row["name"])
        elif self._has(PLEN.about, address, PLEN.what, PLEN.countryOfOrigin):
            self.result.note("nationality left out, as the curated data call it unknown", row["name"])
        elif where not in self.seats[address]:
            self.seats[address].add(where)
            if where not in self.lookup.described:
                self.writer.describe(where, iris.NS + "Country", country_names()[where])
                self.writer.name(where, country_names()[where])
                self.lookup.described.add(where)
            claim = self._claim("attribution", f"{_slug(address)}-{_slug(where)}-registration")
            self.writer.link(claim, iris.NS + "attributed", address)
            self.writer.link(claim, iris.NS + "country", where)
            self.writer.link(claim, iris.NS + "attributionRule", PLEN.registration.value)
            self._evidence(claim, cited)
            self.result.counts["attributions by registration"] += 1

    def _above(self, address: str, row: dict[str, str], cited: str) -> None:
        if row[ABOVE] and address in self.settled:
            self.result.note("ties left out, as a decision says what is above", row["name"])
            return
        parents = [self._parent(name) for name in self._parents(row[ABOVE])]
        if len(parents) > 1:
            self.result.note("joint ventures, whose ultimate parent stays unknown", row["name"])
        for parent in parents:
            if parent == address:
                self.result.counts["names that are spellings of the organization above them"] += 1
                continue
            self.ties[address].add(parent)
            claim = self._claim("affiliation", f"{_slug(address)}-of-{_slug(parent)}")
            self.writer.link(claim, iris.NS + "member", address)
            self.writer.link(claim, iris.NS + "of", parent)
            self.writer.link(claim, iris.NS + "affiliationType", PLEN.subsidiaryOrAlias.value)
            self._evidence(claim, cited)
            self.result.counts["ties to an organization above, subsidiary or alias"] += 1

    def _parents(self, cell: str) -> list[str]:
        """The names in a cell: one, unless commas part names that are no legal forms and no row bears the whole."""
        parts = [part.strip() for part in cell.split(",") if part.strip()]
        whole = self.lookup.organizations.find(cell) or any(spelling(part) in forms() for part in parts)
        return [cell] if cell and (whole or len(parts) == 1) else parts

    def _parent(self, name: str) -> str:
        address = self.lookup.organizations.resolve(name).address
        if address not in self.lookup.described | self.writer.described and address not in self.placed:
            self.result.note("organizations known by name only, as parents", name)
            self.writer.describe(address, iris.NS + "Organization", name)
            self.writer.name(address, name)
        return address

    def _about(self, address: str, rows: list[dict[str, str]]) -> None:
        said = []
        for column, words in _ABOUT.items():
            found = dict.fromkeys(row[column] for row in rows if row[column])
            said += [f"{words}: {', '.join(found)}"] if found else []
        if said:
            words = f"{'; '.join(said)} (as of November 2021)"
            self.writer.literal(address, DCTERMS + "description", text(words, "en"))

    def _claim(self, kind: str, slug: str) -> str:
        address = iris.thing(kind, f"{SOURCE}-{slug}")
        if address not in self.writer.described:
            self.writer.described.add(address)
            self.writer.link(address, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", iris.NS + kind.capitalize())
        return address

    def _evidence(self, claim: str, cited: str) -> None:
        self.writer.link(claim, iris.NS + "confidence", PLEN.stated.value)
        self.writer.literal(claim, iris.NS + "asOf", date(CONTENTS))
        self.writer.link(claim, PROV + "wasDerivedFrom", cited)

    def _names(self, address: str) -> set[str]:
        labels = (NamedNode(SKOS + "prefLabel"), NamedNode(SKOS + "altLabel"))
        found = (q.object for p in labels for q in self.store.quads_for_pattern(NamedNode(address), p, None))
        return {literal.value for literal in found if isinstance(literal, Literal)}

    def _has(self, property_: NamedNode, address: str, which: NamedNode, value: NamedNode) -> bool:
        """Whether the curated data make a claim about an organization of that rule or kind."""
        claims = self.store.quads_for_pattern(None, property_, NamedNode(address))
        return any(next(self.store.quads_for_pattern(c.subject, which, value), None) for c in claims)


def _kind(row: dict[str, str]) -> str:
    kinds = [_KINDS[word.strip()] for word in row["category"].split(",") if word.strip() in _KINDS]
    return kinds[0] if kinds else "Company" if row["stakeholdergroup"] == "Business" else "Organization"


def _slug(address: str) -> str:
    return address.rpartition("/")[2]


def _describe_source(writer: Writer) -> None:
    address, label = iris.thing("source", SOURCE), "Organizations of 3GPP and IETF"
    writer.describe(address, iris.NS + "Source", label)
    writer.name(address, label)
    writer.literal(address, DCTERMS + "title", text("Table of organizations in 3GPP and IETF (BigBang)", "en"))
    writer.literal(address, DCTERMS + "publisher", text("datactive/bigbang"))
    words = (
        "Organizations seen at 3GPP and in IETF's mail, with their countries and the organizations above them, judged "
        "by hand in November 2021. The table does not tell subsidiaries from aliases. Licence: MIT."
    )
    writer.literal(address, DCTERMS + "description", text(words, "en"))
    writer.literal(address, iris.NS + "date", date(CONTENTS))
