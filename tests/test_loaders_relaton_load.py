"""Relaton records become statements: one address for a document, roles as of the crawl, and nothing dropped in silence."""

import io
import tarfile
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from loaders.relaton import load
from loaders.relaton.lookup import known
from loaders.relaton.reader import SourceUnusable
from loaders.relaton.summary import Load
from ontology import iris
from ontology.terms import DCTERMS, PLEN
from tests.world import curated_store

NEW = """---
schema-version: v1.2.9
title: [{content: Clocks, type: main}]
docid: [{id: '3GPP TS 99.001:REL-17/17.0.0', type: 3GPP, primary: true}]
date: [{type: published, value: '2005-03-01'}]
contributor:
- organization: {name: [{content: 3rd Generation Partnership Project}], abbreviation: {content: 3GPP}}
  role: [{type: author}, {type: publisher}]
- person:
    name: {given: {forename: [{content: Ada}]}, surname: {content: Reed}}
    affiliation: [{organization: {name: [{content: 'Mainspring, Ltd.'}]}}]
  role: [{type: author}]
ext: {doctype: {type: TS}, editorialgroup: [{name: S2, type: prime}], novelty: x}
"""
OLD = """---
schema-version: v1.2.3
title: [{content: Clocks, type: main}]
docid: [{id: '3GPP TS 99.001:Rel-17/17.0.0', type: 3GPP, primary: true}]
date: [{type: published, value: '2005-03-01'}, {type: confirmed, value: 2005-04}]
contributor: [{person: {name: {completename: {content: 'REED, Ada'}}}, role: [{type: author}]}]
doctype: TS
docstatus: {stage: {value: published}}
"""
ISO = """---
docid: {id: ISO/DIS 9999-1, type: ISO, primary: true}
title: [{content: Part, type: title-part, language: en}, {content: Clocks, type: title-main, language: en}]
date: {type: published, value: 2024-08}
docstatus: {stage: {value: '40'}, substage: {value: '60'}}
doctype: {type: international-standard}
editorialgroup: {technical_committee: [{identifier: ISO/IEC JTC 1/SC 41, name: Clocks, type: IEC, number: 1}]}
ics: [{code: '39.040', text: Horology}]
relation: [{type: baked, bibitem: {docid: [{id: ISO 1, primary: true}]}}]
contributor: [{organization: {abbreviation: ISO, name: International Organization for Standardization},
  role: [{type: publisher}]}]
"""
DAY = {"": "2025-12-12"}


def loaded(tmp_path: Path, **files: str | bytes) -> tuple[Store, Load]:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    runs, store = tmp_path / ".runs", Store()
    runs.mkdir()
    result = load([tmp_path], known(curated_store()), runs, tmp_path / ".cache", lambda step: None, DAY)
    for run in result.runs:
        store.bulk_load(path=run, format=RdfFormat.N_QUADS)
    return store, result


def values(store: Store, slug: str, property_: str) -> set[str]:
    found = store.quads_for_pattern(NamedNode(iris.THINGS + slug), NamedNode(property_), None)
    return {getattr(quad.object, "value", "").removeprefix(iris.THINGS) for quad in found}


VERSION, SPECIFICATION = "document/3gpp-ts-99-001-rel-17-17-0-0", "document/3gpp-ts-99-001"


def test_an_old_and_a_new_record_are_one_document_and_the_newer_schema_wins(tmp_path: Path) -> None:
    store, result = loaded(tmp_path, old=OLD, new=NEW)
    assert (result.sets[0].records, result.sets[0].documents, result.sets[0].repeats) == (2, 1, 1)
    assert result.sets[0].differing["names of people"] == 1
    assert values(store, VERSION, DCTERMS + "identifier") == {
        "3GPP TS 99.001:REL-17/17.0.0", "3GPP TS 99.001:Rel-17/17.0.0"
    }  # fmt: skip
    assert values(store, VERSION, iris.NS + "confirmed") == {"2005-04"}
    assert values(store, VERSION, iris.NS + "status") == {iris.NS + "published"}


def test_a_rapporteur_is_of_the_specification_on_the_day_of_the_crawl(tmp_path: Path) -> None:
    store, _ = loaded(tmp_path, new=NEW)
    claim = f"participation/relaton-3gpp-{SPECIFICATION.partition('/')[2]}-rapporteur-ada-reed"
    assert values(store, VERSION, DCTERMS + "isVersionOf") == {SPECIFICATION}
    assert values(store, claim, iris.NS + "on") == {SPECIFICATION}
    assert values(store, claim, iris.NS + "onBehalfOf") == {"organization/mainspring-ltd"}
    assert {values(store, claim, iris.NS + n).pop() for n in ("asOf", "earliestStart", "latestEnd")} == {"2025-12-12"}


def test_a_group_that_the_report_names_keeps_its_address_and_is_not_described_again(tmp_path: Path) -> None:
    store, _ = loaded(tmp_path, new=NEW)
    assert values(store, VERSION, iris.NS + "leadGroup") == {"group/3gpp-sa2"}
    assert not values(store, "group/3gpp-sa2", "http://www.w3.org/2004/02/skos/core#prefLabel")


def test_a_relation_printed_twice_is_counted_twice_and_said_once(tmp_path: Path) -> None:
    one = "{type: updates, bibitem: {docid: [{id: ISO 1, primary: true}]}}"
    text = ISO.replace("relation: [", f"relation: [{one}, {one}, ")
    store, result = loaded(tmp_path, iso=text)
    assert result.sets[0].by["relation"] == {"updates": 2, "baked": 1}
    assert len(values(store, "document/iso-dis-9999-1", iris.NS + "updates")) == 1


def test_a_draft_is_never_published_and_its_relation_keeps_its_printed_type(tmp_path: Path) -> None:
    store, _ = loaded(tmp_path, iso=ISO)
    draft = "document/iso-dis-9999-1"
    assert values(store, draft, iris.NS + "status") == {iris.NS + "draftInternationalStandard"}
    assert values(store, draft, iris.NS + "printedDate") == {"published 2024-08"}
    assert not values(store, draft, DCTERMS + "issued")
    assert values(store, draft, DCTERMS + "isVersionOf") == {"document/iso-9999-1"}
    assert values(store, draft, iris.NS + "developedIn") == {"group/iso-iec-jtc-1-sc-41"}
    assert values(store, draft, iris.NS + "printedRelation") == {"baked ISO 1"}
    assert values(store, draft, iris.NS + "ics") == {"ics-class/39-040"}


@pytest.mark.parametrize(
    ("name", "unknown"), [("VACANT", "holder of a role"), ("Ada Reed", "employer")], ids=["nobody", "no employer"]
)
def test_a_placeholder_is_nobody_and_counted_as_unknown(tmp_path: Path, name: str, unknown: str) -> None:
    record = NEW.replace("Mainspring, Ltd.", "Waiting for new Company").replace("Ada}", f"{name.split()[0]}}}")
    record = record.replace("{content: Reed}", f"{{content: '{name.partition(' ')[2]}'}}")
    store, result = loaded(tmp_path, new=record)
    assert result.sets[0].counts[f"unknown: {unknown}"] == 1
    assert not list(store.quads_for_pattern(None, PLEN.get("of"), None))


def test_a_field_without_a_rule_is_named_with_its_count(tmp_path: Path) -> None:
    _, result = loaded(tmp_path, new=NEW)
    strange = [(use.field, use.records) for use in result.fields if use.words == "the loader has no rule for it"]
    assert strange == [("ext.novelty", 1)]


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "truncated": (NEW[:200] + "'", "no usable YAML"),
    "list": ("---\n- a\n", "no map of fields"),
    "date": (NEW.replace("2005-03-01", "2015-13"), "'2015-13' (published) is no date"),
    "long": (NEW.replace("Clocks", "x" * 2_000_000), "2,000,000 letters"),
    "empty": ("", "empty"),
    "binary": (b"\x00\x01\x02", "no usable YAML"),
    "latin": (b"---\na: \xe9\n", "0xe9, is not UTF-8"),
    "nameless": ("---\ntitle: x\n", "no identifier"),
    "maps": (NEW.replace("date: [{type: published, value: '2005-03-01'}]", "date: soon"), "no map of fields"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_record_is_skipped_and_named_and_the_rest_is_loaded(tmp_path: Path, name: str) -> None:
    record, problem = BROKEN[name]
    store, result = loaded(tmp_path, good=ISO, broken=record)
    assert [skip.place for skip in result.skipped] == ["broken.yaml"]
    assert problem in result.skipped[0].problem
    assert values(store, "document/iso-dis-9999-1", DCTERMS + "title") == {"Part – Clocks"}


def archive(path: Path, **members: bytes) -> Path:
    with tarfile.open(path, "w:xz") as tar:
        for name, data in members.items():
            member = tarfile.TarInfo(name.replace("__", "/").replace("up", ".."))
            member.size, member.mtime = len(data), 1_700_000_000
            tar.addfile(member, io.BytesIO(data))
    return path


def test_a_path_that_leads_out_of_its_archive_is_skipped_and_nothing_is_unpacked(tmp_path: Path) -> None:
    members = {"good.yaml": ISO.encode(), "up__up__evil.yaml": ISO.encode()}
    path = archive(tmp_path / "a.tar.xz", **members)
    (tmp_path / "runs").mkdir()
    result = load([path], known(curated_store()), tmp_path / "runs", tmp_path / "cache", lambda step: None, {})
    assert [(skip.place, skip.problem) for skip in result.skipped] == [
        ("../../evil.yaml", "its path leads out of the archive")
    ]
    assert result.sets[0].day == "2023-11-14"  # the day of 1,700,000,000 seconds after 1970
    assert not list(tmp_path.rglob("evil*"))


def test_a_truncated_archive_stops_the_load_and_leaves_no_cache(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.tar.xz", **{f"r{n}.yaml": ISO.encode() for n in range(500)})
    path.write_bytes(path.read_bytes()[:-200])
    (tmp_path / "runs").mkdir()
    with pytest.raises(SourceUnusable, match="archive cannot be read"):
        load([path], known(curated_store()), tmp_path / "runs", tmp_path / "cache", lambda step: None, DAY)
    assert not list((tmp_path / "cache").glob("*"))


def test_unchanged_input_is_taken_from_the_cache_and_gives_the_same_statements(tmp_path: Path) -> None:
    one, _ = loaded(tmp_path, new=NEW, iso=ISO)
    said: list[str] = []
    (tmp_path / ".again").mkdir()
    result = load([tmp_path], known(curated_store()), tmp_path / ".again", tmp_path / ".cache", said.append, DAY)
    again = Store()
    for run in result.runs:
        again.bulk_load(path=run, format=RdfFormat.N_QUADS)
    assert any("unchanged" in line for line in said)
    assert set(one) == set(again)
    assert all(isinstance(quad.object, Literal | NamedNode) for quad in one)
