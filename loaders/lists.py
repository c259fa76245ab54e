"""Screening lists: the Consolidated Screening List of the United States (JSON and CSV), a selection of universities.

Who is listed gets the address of the organization of that very name if its country agrees; a person stands alone.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loaders.listed import Parties
from loaders.relaton.lookup import Lookup
from loaders.relaton.people import cite
from loaders.relaton.reader import SourceUnusable
from loaders.relaton.writer import Writer, date, text
from loaders.resolution.countries import country
from loaders.resolution.spelling import nobody
from ontology import dates, iris
from ontology.terms import DCTERMS, PLEN, PROV, SKOS, model

CONSOLIDATED, UNIVERSITIES = "consolidated-screening-list", "entity-list-universities"
_PRIVATE = "private particulars of a person"
LISTS = {
    "EL": "entityList", "CMIC": "militaryIndustrialComplexList", "DPL": "deniedPersonsList", "UVL": "unverifiedList",
    "MEU": "militaryEndUserList", "SDN": "speciallyDesignatedNationals", "SSI": "sectoralSanctions",
    "FSE": "foreignSanctionsEvaders", "DTC": "debarredList", "ISN": "nonproliferationSanctions", "CAP": "captaList",
    "MBS": "menuBasedSanctions", "PLC": "palestinianLegislativeCouncilList", "OSL": "usSanctions",
}  # fmt: skip
LEFT = {
    "title": _PRIVATE, "dates_of_birth": _PRIVATE, "places_of_birth": _PRIVATE, "nationalities": _PRIVATE,
    "citizenships": _PRIVATE, "ids": "numbers of passports, registers and ships", "remarks": "remarks in free words",
    "standard_order": "whether a denial order is a standard one", "source_information_url": "page about the list",
    "country": "stands in the addresses",
}  # fmt: skip
_ADDRESS = re.compile(r"\.\s+(?=[A-Z0-9#])|\s(?=\d+ [A-Z][^;]*(?:Road|Street|Rd|Avenue))")
_NOT_LISTED = ("vessel", "aircraft")
_NOWHERE: Mapping[str, Collection[str]] = {}


@dataclass(frozen=True)
class Entry:
    """One listing as a list prints it; `number` finds it in the list."""

    number: str
    list_: str
    name: str
    aliases: tuple[str, ...]
    addresses: tuple[str, ...]
    kind: str = ""
    date: str = ""
    end: str = ""
    licence: str = ""
    legal_source: str = ""
    reason: str = ""
    chinese: str = ""
    countries: frozenset[str] = frozenset()


@dataclass
class Listed:
    """What came of the lists: runs of statements, counts, entries that could not be used, and who the parties are."""

    runs: list[Path]
    counts: Counter[str]
    skipped: list[str]
    parties: Parties

    def lines(self) -> list[str]:
        """The summary, a line each."""
        found = [f"  {count:>7} {what}" for what, count in sorted(self.counts.items())]
        found += [f"          {problem}" for problem in self.skipped[:20]]
        found += [f"          … and {len(self.skipped) - 20} more"] if len(self.skipped) > 20 else []
        if unused := sorted(f"{d.a} / {d.b}".replace(iris.THINGS, "") for d in self.parties.unused):
            found.append(f"  {len(unused):>7} decisions on listings that no list has: {'; '.join(unused)}")
        return ["screening lists:", *found]


def load(paths: list[Path], lookup: Lookup, folder: Path, places: Mapping[str, Collection[str]] = _NOWHERE) -> Listed:
    """Read lists and write what they say; raises SourceUnusable for a file that is none.

    `places` are the countries of known organizations by address, beside those of registration that `lookup` has.
    """
    parties = Parties(lookup.organizations, lambda name: lookup.address("organization", name), places)
    result = Listed([], Counter(), [], parties)
    writers: dict[str, Writer] = {}
    for path in paths:
        source, when, raw = read(path)
        if source not in writers:
            writers[source] = Writer(folder, source)
            _describe_source(writers[source], source, when)
        for number, one in enumerate(raw, 1):
            entry = _university(one) if source == UNIVERSITIES else _consolidated(one)
            if problem := _problem(one, entry):
                result.skipped.append(f"{path.name}, entry {number}: {problem}")
                result.counts["entries skipped"] += 1
            elif entry.kind.casefold() in _NOT_LISTED:
                result.counts[f"entries left out, of the type {entry.kind.casefold()}"] += 1
            else:
                result.counts.update(_unused(one))
                _Entry(entry, source, lookup, writers[source], result).write()
    for writer in writers.values():
        writer.flush()
        result.runs += writer.runs
        lookup.described |= writer.described
    return result


def read(path: Path) -> tuple[str, str, list[Any]]:
    """The source that a file is of, the day of the list, and its entries as they stand."""
    try:
        whole = path.read_text(encoding="utf-8-sig")
        if whole.lstrip()[:1] in "{[":
            data = json.loads(whole)
            about = data if isinstance(data, dict) else {}
            entries = data if isinstance(data, list) else about.get("entries") or about.get("results")
            day = str(about.get("generatedAt") or about.get("search_performed_at") or "")
            if isinstance(entries, list):
                source = UNIVERSITIES if "entries" in about else CONSOLIDATED
                return source, _day(day[:10]), entries
        tabbed = "\t" in whole.partition("\n")[0]
        rows = csv.DictReader(io.StringIO(whole, newline=""), restval="", delimiter="\t" if tabbed else ",")
        if {"name", "source"} <= set(rows.fieldnames or ()):
            return CONSOLIDATED, "", list(rows)
    except (OSError, UnicodeDecodeError, ValueError, csv.Error, RecursionError) as error:
        raise SourceUnusable(f"{path.name}: this list cannot be read ({error}). Download it again.") from None
    raise SourceUnusable(f"{path.name}: this is no screening list that is known. Give the JSON or CSV of trade.gov.")


def _problem(raw: object, entry: Entry) -> str:
    if not isinstance(raw, dict) or nobody(entry.name):
        return "it has no name; left out"
    return "" if entry.list_ else f"its list {str(raw.get('source'))[:80]!r} is not known; left out"


def _unused(raw: dict[str, Any]) -> Iterator[str]:
    """What an entry says that is left, and dates that are none, to be counted."""
    yield from (f"entries whose {name} is left: {why}" for name, why in LEFT.items() if raw.get(name))
    for name in ("start_date", "end_date"):
        if raw.get(name) and not _day(raw[name]):
            yield f"entries whose {name} is no date"
    if "source" in raw and not raw.get("type"):
        yield "entries that tell no type: kept as organizations, though they may be persons"


def _consolidated(raw: object) -> Entry:
    cells: dict[str, Any] = raw if isinstance(raw, dict) else {}
    source = cells.get("source") or ""
    source = str(source.get("code") or source.get("full_name") if isinstance(source, dict) else source)
    code = re.search(r"\((?:NS-)?([A-Z]+)(?: List)?\)", source)
    list_ = LISTS.get(code[1] if code else source.strip(), "")
    licence = "; ".join(
        part for name in ("license_requirement", "license_policy") for part in _several(cells.get(name))
    )
    notice = "; ".join(_several(cells.get("federal_register_notice")))
    programs = ", ".join(_several(cells.get("programs")))
    return Entry(
        str(cells.get("id") or cells.get("_id") or cells.get("entity_number") or ""), list_, _text(cells.get("name")),
        tuple(_several(cells.get("alt_names"))), tuple(_places(cells.get("addresses"))), _text(cells.get("type")),
        _day(cells.get("start_date")), _day(cells.get("end_date")), licence,
        notice or _text(cells.get("source_list_url")), programs,
        countries=frozenset(_countries(cells)),
    )  # fmt: skip


def _university(raw: object) -> Entry:
    cells: dict[str, Any] = raw if isinstance(raw, dict) else {}
    name, whole = _text(cells.get("name")), _text(cells.get("raw"))
    rest = whole.removeprefix(name).lstrip(" ,")
    aliases: list[str] = []
    if match := re.match(r"a\.k\.a\.?,? the following [^:—]*alias[^:—]*:\s*(.*)", rest):
        clause, _, below = match[1].partition("Subordinate institution")  # what is below has aliases of its own
        parts = re.split(r"(?:;\s*(?:and\s+)?|\s)?—", clause)
        *most, last = [part.strip(" ;") for part in parts if part.strip(" ;")]
        final, *rests = _ADDRESS.split(last, maxsplit=1)
        aliases = [re.sub(r";?\s*and$", "", alias).strip(" ;.") for alias in (*most, final)]
        rest = rests[0] if rests and not below else ""
    return Entry(
        iris.slugify(name), "entityList", name, tuple(aliases), (rest,) if rest else (), "Entity",
        legal_source="Supplement No. 4 to Part 744 of the Export Administration Regulations (Entity List)",
        chinese=_text(cells.get("zh")), countries=frozenset({country("China")}),
    )  # fmt: skip


def _text(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""


def _several(value: object) -> list[str]:
    parts = value if isinstance(value, list) else re.split(r";\s*", value) if isinstance(value, str) else []
    return [found for part in parts if (found := _text(part))]


def _places(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else _several(value):
        if isinstance(one, dict):
            parts = (_text(one.get(key)) for key in ("address", "city", "state", "postal_code", "country"))
            one = ", ".join(part for part in parts if part)
        if found := _text(one):
            yield found


def _countries(cells: dict[str, Any]) -> Iterator[str]:
    """The countries that an entry's addresses name: a field of each, or what stands behind the last comma."""
    places = cells.get("addresses")
    for one in places if isinstance(places, list) else _several(places):
        printed = one.get("country") if isinstance(one, dict) else _text(one).rpartition(",")[2]
        if found := country(_text(printed)):
            yield found
    if found := country(_text(cells.get("country"))):
        yield found


def _day(value: object) -> str:
    try:
        return dates.literal(_text(value)).value
    except ValueError:
        return ""


class _Entry:
    """Writes one entry."""

    def __init__(self, entry: Entry, source: str, lookup: Lookup, writer: Writer, result: Listed) -> None:
        self.entry, self.source, self.lookup, self.writer = entry, source, lookup, writer
        self.counts, self.parties = result.counts, result.parties
        self.on = model().label(iris.NS + entry.list_)

    def write(self) -> None:
        """Who is listed, then the listing."""
        slug = iris.slugify(self.entry.number) or iris.slugify(self.entry.name) or self.entry.name.encode().hex()[:24]
        claim = iris.thing("listing", f"{self.source}-{iris.slugify(self.entry.list_)}-{slug}")
        if claim in self.writer.described:
            self.counts["entries that repeat another"] += 1
            return
        who = self._who(claim)
        label = f"{self.entry.name}: {self.on}" + (f", {self.entry.date}" if self.entry.date else "")
        self.writer.describe(claim, iris.NS + "Listing", label)
        self.writer.link(claim, iris.NS + "listed", who)
        self.writer.link(claim, iris.NS + "list", iris.NS + self.entry.list_)
        self.writer.link(claim, iris.NS + "confidence", PLEN.observed.value)
        for name, value in (("reason", self.entry.reason), ("legalSource", self.entry.legal_source)):
            if value:
                self.writer.literal(claim, iris.NS + name, text(value))
        for about, words in (("Address as listed", "; ".join(self.entry.addresses)), ("Licence", self.entry.licence)):
            if words:
                self.writer.literal(claim, DCTERMS + "description", text(f"{about}: {words}", "en"))
        if self.entry.date:
            self.writer.literal(claim, iris.NS + "date", date(self.entry.date))
            self.writer.bounds(claim, self.entry.date, ("Start",) if self.entry.end else ("Start", "End"))
        if self.entry.end:
            self.writer.literal(claim, iris.NS + "end", date(self.entry.end))
            self.writer.bounds(claim, self.entry.end, ("End",))
        cited = cite(self.writer, self.source, f"{self.source}-{slug}", f"Entry {self.entry.number}: {self.entry.name}")
        self.writer.link(claim, PROV + "wasDerivedFrom", cited)
        self.writer.link(who, PROV + "wasDerivedFrom", cited)
        self.counts[f"listings on {self.entry.list_}"] += 1

    def _who(self, claim: str) -> str:
        person, known = self.entry.kind.casefold() == "individual", set(self.entry.countries)
        if person:  # a name alone never tells that two are one person
            who = self.lookup.address("person", f"{self.entry.name} {self.source} {self.entry.number}")
        else:
            who = self.parties.party(self.entry.name, claim, known, self.on)
            for alias in self.entry.aliases:
                self.parties.alias(alias, who, claim, known, self.on)
        if who in self.lookup.described | self.writer.described:
            self.counts["listed organizations that are known already"] += 1
        else:
            self.writer.describe(who, iris.NS + ("Person" if person else "Organization"), self.entry.name)
            self.writer.name(who, self.entry.name)
            if self.entry.chinese:
                self.writer.literal(who, SKOS + "prefLabel", text(self.entry.chinese, "zh"))
        for alias in dict.fromkeys(a for a in self.entry.aliases if a not in self.lookup.organizations.names[who]):
            self.writer.literal(who, SKOS + "altLabel", text(alias, "en"))
        return who


def _describe_source(writer: Writer, source: str, day: str) -> None:
    address = iris.thing("source", source)
    label, publisher, words = {
        CONSOLIDATED: ("Consolidated Screening List", "International Trade Administration, U.S. Department of Commerce",
                       "Parties under restrictions of the Departments of Commerce, State and the Treasury of the "
                       "United States. Vessels and aircraft are left out."),
        UNIVERSITIES: ("Entity List, universities", "kaixinol/china-university-entity-list",
                       "Entries of the U.S. Entity List with names like a university's, chosen by a program: neither "
                       "complete nor exact."),
    }[source]  # fmt: skip
    writer.describe(address, iris.NS + "Source", label)
    writer.name(address, label)
    writer.literal(address, DCTERMS + "title", text(label, "en"))
    writer.literal(address, DCTERMS + "publisher", text(publisher))
    writer.literal(address, DCTERMS + "description", text(words, "en"))
    if day:
        writer.literal(address, iris.NS + "date", date(day))
        writer.bounds(address, day)
