"""Invented item-level records beside the curated data: a body's specifications, counted by hand, and what is computed."""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from loaders.build import assemble
from loaders.derive import derive
from loaders.items import Items
from ontology import dates, iris
from ontology.terms import LABEL, PLEN, PROV, RDF_TYPE, SKOS
from queries.measures import stored

GRAPH = NamedNode(iris.graph("invented-seats"))
# Name, seat, and the company at the top with its seat; a dash is what no source says.
SEATS = [
    ("Alpha Systems Ltd", "cn", "Alpha Systems Ltd", "cn"),
    ("Alpha Systems Sweden AB", "se", "Alpha Systems Ltd", "cn"),
    ("Beta Networks Inc.", "us", "Beta Networks Inc.", "us"),
    ("Gamma Radio GmbH", "-", "-", "-"),
]
# Numbers of specifications: first year, versions, group, and the employers of their rapporteurs ("" is none).
SPECIFICATIONS = [
    (30, 2004, 1, "S1", ["Alpha Systems Ltd"]),
    (10, 2004, 1, "S1", ["Beta Networks Inc."]),
    (20, 2016, 2, "R2", ["Beta Networks Inc."]),
    (10, 2016, 2, "R2", ["Alpha Systems Sweden AB"]),
    (5, 2012, 1, "R2", ["Gamma Radio GmbH", "Alpha Systems Ltd"]),
    (2, 2012, 1, "R2", [""]),
    (1, 2012, 1, "S1", []),
    (1, 2012, 1, "S1", ["Huawei"]),
]


def _person(number: int, employer: str) -> str:
    affiliation = (
        f"    affiliation:\n    - organization:\n        name:\n        - content: {employer}\n" if employer else ""
    )
    name = f"Ann Author{number % 7}" if employer else "Nico Nobody"
    return (
        f"- person:\n    name:\n      completename:\n        content: {name}\n{affiliation}  role:\n  - type: author\n"
    )


def _specification(number: int, year: int, version: int, group: str, employers: list[str]) -> str:
    name = f"3GPP TS 90.{number:03}:REL-10/1.{version}.0"
    people = "".join(_person(number + place, employer) for place, employer in enumerate(employers))
    return f"""---
schema-version: v1.2.9
title:
- content: Specification number {number}
  type: main
docid:
- id: {name}
  type: 3GPP
  primary: true
date:
- type: published
  value: '{year + version}-03-01'
contributor:
- organization:
    name:
    - content: 3rd Generation Partnership Project
    abbreviation:
      content: 3GPP
  role:
  - type: publisher
{people}ext:
  doctype:
    type: TS
  editorialgroup:
  - name: {group}
    type: prime
"""


# Number, year, stage and substage; each replaces an edition of 1999.
STANDARDS = [
    ("99001-1", 2019, "60", "60"),
    ("99001-2", 2021, "60", "60"),
    ("99001-3", 2021, "95", "99"),
    ("30141", 2018, "95", "99"),
]
ISO = """---
schema-version: v1.2.9
title:
- content: Invented security, {name}
  language: [en]
  type: main
docid:
- id: ISO/IEC {name}:{year}
  type: ISO
  primary: true
date:
- type: published
  value: {year}-09
contributor:
- organization:
    name: [{{content: International Organization for Standardization}}]
    abbreviation: {{content: ISO}}
  role: [{{type: publisher}}]
docstatus:
  stage: {{value: '{stage}'}}
  substage: {{value: '{substage}'}}
relation:
- type: obsoletes
  bibitem:
    formattedref: {{content: "ISO/IEC {name}:1999"}}
    docid: [{{id: "ISO/IEC {name}:1999", type: ISO}}]
ext:
  doctype: {{type: international-standard}}
  editorialgroup:
    technical_committee:
    - {{name: Information security, number: 1, type: IEC, identifier: ISO/IEC JTC 1/SC 27}}
  ics:
  - {{code: '35.030', text: IT Security}}
"""
ITU = """---
schema_version: v1.5.6
title: [{{language: en, content: Invented Recommendation {number}, type: main}}]
docidentifier: [{{content: ITU-T X.99{number} (04/{year}), type: ITU, primary: true}}]
date: [{{type: published, at: '{year}-04-30'}}]
contributor:
- role: [{{type: publisher}}]
  organization:
    name: [{{content: International Telecommunication Union}}]
    abbreviation: {{content: ITU}}
- role: [{{type: author, description: [{{content: committee}}]}}]
  organization:
    name: [{{content: International Telecommunication Union}}]
    subdivision: [{{name: [{{content: ITU-T Study Group 17}}], type: technical-committee, subtype: study-group}}]
    abbreviation: {{content: ITU-T}}
status: {{stage: {{content: Published}}}}
ext: {{doctype: {{content: recommendation}}, flavor: itu}}
"""


def write(folder: Path) -> None:
    """The records, a file each."""
    number = 0
    for count, year, versions, group, employers in SPECIFICATIONS:
        for _ in range(count):
            number += 1
            for version in range(versions):
                text = _specification(number, year, version, group, employers)
                (folder / f"{number}-{version}.yaml").write_text(text, encoding="utf-8")
    for name, year, stage, substage in STANDARDS:
        text = ISO.format(name=name, year=year, stage=stage, substage=substage)
        (folder / f"iso-{name}.yaml").write_text(text, encoding="utf-8")
    for number, year in ((1, 2020), (2, 2020), (3, 2021)):
        (folder / f"itu-{number}.yaml").write_text(ITU.format(number=number, year=year), encoding="utf-8")


@cache
def items_store() -> Store:
    """The report, the invented records, their attributions, and the stored measures; nobody may change it."""
    curated, _ = assemble(["great-game"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("records", "work"):
            (folder / part).mkdir()
        write(folder / "records")
        items = Items({"relaton": [folder / "records"]}, {"": "2025-12-12"})
        items.prepare(curated)
        derive(curated)
        items.dump(curated, folder / "work", folder / "cache", lambda step: None)
        store = Store()
        store.bulk_load(path=folder / "work" / "dump.nq", format=RdfFormat.N_QUADS)
    store.extend(_seats(store))
    store.extend(list(stored.quads(store)))
    return store


def _seats(store: Store) -> list[Quad]:
    found = []
    for name, seat, parent, top in SEATS:
        organization = _named(store, name)
        for rule, country in (("registration", seat), ("ultimateParent", top)):
            if country != "-":
                found += _attribution(organization, rule, country)
        if parent not in ("-", name):
            found.append(Quad(organization, PLEN.ultimateParentCompany, _named(store, parent), GRAPH))
    return found + list(_listing(_named(store, "Alpha Systems Ltd")))


def _listing(organization: NamedNode) -> Iterator[Quad]:
    claim = NamedNode(f"{iris.THINGS}listing/alpha-systems-ltd-entity-list")
    for property_, value in (
        (RDF_TYPE, PLEN.Listing), (RDF_TYPE, PLEN.Claim), (PLEN.listed, organization), (PLEN.list, PLEN.entityList),
        (PLEN.confidence, PLEN.stated), (PLEN.date, dates.literal("2020-05-01")),
    ):  # fmt: skip
        yield Quad(claim, property_, value, GRAPH)


def _attribution(organization: NamedNode, rule: str, country: str) -> Iterator[Quad]:
    claim = NamedNode(
        f"{iris.THINGS}attribution/{iris.slugify(organization.value.rpartition('/')[2] + '-' + rule)}-seat"
    )
    shortcut = PLEN.registeredIn if rule == "registration" else PLEN.controlledFrom
    place = NamedNode(iris.thing("country", country))
    for property_, value in (
        (RDF_TYPE, PLEN.Attribution), (RDF_TYPE, PLEN.Claim), (PLEN.attributed, organization), (PLEN.country, place),
        (PLEN.attributionRule, PLEN.get(rule)), (PLEN.confidence, PLEN.stated), (LABEL, Literal(f"{rule}: {country}", language="en")),
        (NamedNode(PROV + "wasDerivedFrom"), NamedNode(iris.thing("citation", "relaton-3gpp-records"))),
    ):  # fmt: skip
        yield Quad(claim, property_, value, GRAPH)
    yield Quad(organization, shortcut, place, GRAPH)
    yield from (
        Quad(place, p, v, GRAPH)
        for p, v in ((RDF_TYPE, PLEN.Country), (LABEL, Literal(country.upper(), language="en")))
        if country == "se"
    )


def _named(store: Store, name: str) -> NamedNode:
    found = store.quads_for_pattern(None, NamedNode(SKOS + "prefLabel"), Literal(name, language="en"))
    subject = next(found).subject
    assert isinstance(subject, NamedNode)
    return subject
