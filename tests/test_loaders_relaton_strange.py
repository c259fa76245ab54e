"""Values that no schema foresees stop no build, and nothing that is printed is lost on the way; counted by hand."""

import io
import os
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from loaders.relaton import reader
from loaders.relaton.parse import parse
from loaders.relaton.reader import Raw, SkipRecord, SourceUnusable, read
from loaders.relaton.record import Record, record
from loaders.relaton.tar import members
from loaders.relaton.values import tongue
from loaders.relaton.work import _unpacked as unpacked
from loaders.relaton.work import files
from ontology import iris
from ontology.terms import DCTERMS, SKOS
from tests.test_loaders_relaton_load import loaded, values

JTC = """---
docid: [{id: 'IEC 559:1989', type: ISO, primary: true}]
date: [{type: published, value: 1989-02}]
contributor: [{organization: {abbreviation: IEC, name: International Electrotechnical Commission}, role: publisher}]
editorialgroup: {technical_committee: [{name: Wires, number: '1', type: IEC, identifier: ISO/IEC JTC 1/SC 25}]}
"""
TWIN = """---
schema_version: v1.5.6
docidentifier: [{content: 'ITU-T X.853 (11/1995)', type: ITU, primary: true}, {content: ISO/IEC 9805-2, type: ISO}]
date: [{type: published, at: '1995-11-21'}]
status: {stage: {content: Published}}
ext: {flavor: itu}
"""
EDITION = """---
docid: [{id: 'ISO/IEC 9805-2:1996', type: ISO, primary: true}]
date: [{type: published, value: '1996'}]
docstatus: {stage: {value: '60'}, substage: {value: '60'}}
"""
MINISTRY = """---
schema_version: v1.5.6
docidentifier: [{content: 'ZZ #1', type: ZZ, primary: true}]
title: [{language: rus, content: Часы}]
contributor:
- role: [{type: publisher}]
  organization:
    name: [{language: ja, content: 国土交通省}, {language: fra, content: Ministère}]
    abbreviation: {content: MLIT}
ext: {flavor: zz}
"""


def plain(text: str) -> Record:
    return record("a.yaml", parse(f"---\ndocid: [{{id: ISO 1}}]\n{text}\n")[0])


def test_a_subcommittee_whose_type_is_printed_as_iec_is_a_group_and_not_the_body(tmp_path: Path) -> None:
    store, _ = loaded(tmp_path, jtc=JTC)
    assert values(store, "document/iec-559-1989", iris.NS + "developedIn") == {"group/iso-iec-jtc-1-sc-25"}
    assert "body/iso-iec-jtc-1" in values(store, "group/iso-iec-jtc-1-sc-25", iris.NS + "partOf")


def test_a_dated_recommendation_that_bears_an_undated_iso_number_keeps_its_day_and_stage(tmp_path: Path) -> None:
    store, _ = loaded(tmp_path, twin=TWIN, edition=EDITION)
    assert values(store, "document/itu-t-x-853-11-1995", DCTERMS + "issued") == {"1995-11-21"}
    assert values(store, "document/itu-t-x-853-11-1995", iris.NS + "stage") == {"Published"}
    assert values(store, "document/iso-iec-9805-2-1996", DCTERMS + "isVersionOf") == {"document/iso-iec-9805-2"}


def test_a_body_keeps_its_names_in_every_language_with_the_shorter_code(tmp_path: Path) -> None:
    store, _ = loaded(tmp_path, ministry=MINISTRY)
    found = {str(q.object) for q in store if q.predicate.value == SKOS + "altLabel" and "/body/mlit" in str(q.subject)}
    assert found == {'"国土交通省"@ja', '"Ministère"@fr'}
    titles = [str(q.object) for q in store if q.predicate.value == DCTERMS + "title" and "/document/" in str(q.subject)]
    assert titles == ['"Часы"@ru']


def test_a_group_that_records_name_differently_keeps_both_names(tmp_path: Path) -> None:
    other = JTC.replace("559:1989", "560:1990").replace("Wires", "Cables")
    store, _ = loaded(tmp_path, one=JTC, other=other)
    names = values(store, "group/iso-iec-jtc-1-sc-25", SKOS + "altLabel")
    assert (names | values(store, "group/iso-iec-jtc-1-sc-25", DCTERMS + "title")) >= {"Wires", "Cables"}


def test_classes_without_a_code_are_counted_and_stop_no_build(tmp_path: Path) -> None:
    classes = "ics: [{text: Horology}, {code: '.'}, {code: '39.'}, {code: '39.040'}]\n"
    _, result = loaded(tmp_path, jtc=JTC + classes)
    assert result.sets[0].counts["ICS classes without a code"] == 1


def test_a_class_that_gost_prints_as_a_code_alone_is_one() -> None:
    assert plain("ext: {ics_code: '01.120'}").classes == (("01.120", ""),)


@pytest.mark.parametrize("line", ["fetched: 2015-13", "fetched: '9999-99-99'", "language: '7'", "language: [1-2]"])
def test_a_day_or_language_that_is_none_stops_no_build(tmp_path: Path, line: str) -> None:
    store, result = loaded(tmp_path, jtc=f"{JTC}title: [{{content: Floats}}]\n{line}\n")
    assert result.sets[0].records == 1
    assert values(store, "document/iec-559-1989", DCTERMS + "title") == {"Floats"}


def test_sets_are_named_without_latin_letters_and_one_name_is_one_set(tmp_path: Path) -> None:
    one, two, three = (f"docid: [{{id: X{n}, type: {kind}}}]\n" for n, kind in enumerate(("国标", "Case A", "CASE-A")))
    store, result = loaded(tmp_path, one=one, two=two, three=three)
    assert [(s.source, s.records) for s in result.sets] == [("relaton-case-a", 2), ("relaton-e59bbde6a087", 1)]
    assert (
        values(store, "document/x1", iris.NS + "records") == values(store, "document/x2", iris.NS + "records") == {"1"}
    )


@pytest.mark.parametrize("nothing", ["null", "~", "''", "[]", "{}"])
def test_what_yaml_calls_nothing_is_nothing(nothing: str) -> None:
    fields = ("title", "date", "contributor", "relation", "keyword", "edition", "docstatus", "doctype", "ics", "link")
    assert plain("\n".join(f"{field}: {nothing}" for field in fields)) == plain("")


def test_three_letter_codes_of_languages_become_two() -> None:
    assert [tongue({"language": code}) for code in ("eng", "fre", "zho", "de", "grc", "x y")] == [
        "en", "fr", "zh", "de", "grc", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "line"),
    [("keyword", "keyword: [{}]"), ("series", "series: [{{title: {}}}]"), ("ics", "ics: [{{code: {}}}]"),
     ("edition", "edition: {}"), ("stage", "docstatus: {{stage: {}}}"), ("editorialgroup", "editorialgroup: {{name: {}}}"),
     ("docid[].type", "docidentifier: [{{content: ISO 1, type: {}}}]"), ("link", "link: [{{content: {}}}]")],
)  # fmt: skip
def test_a_text_of_two_megabytes_is_named_with_its_field_wherever_it_stands(field: str, line: str) -> None:
    data = f"docid: [{{id: ISO 1}}]\n{line.format('T' * 2_000_000)}\n".encode()
    (skip,) = unpacked(files([Raw("a.yaml", data)])).skipped
    assert (skip.field, skip.problem) == (field, "it has 2,000,000 letters, and 20,000 are allowed")


def test_a_group_below_a_thousand_others_is_refused_at_once() -> None:
    with pytest.raises(SkipRecord, match="editorialgroup: a group lies below more than 20 others"):
        plain(f"editorialgroup: {{technical_committee: [{{identifier: '{'/'.join(['A 1'] * 1000)}'}}]}}")


@pytest.mark.parametrize("name", ["a.tar.xz", "a.zip"])
def test_an_archive_that_unfolds_to_five_hundred_times_its_size_stops_the_build(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST", 10_000)
    zeros, path = b"0" * 3_000_000, tmp_path / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.yaml", zeros)
    else:
        with tarfile.open(path, "w:xz") as tar:
            member = tarfile.TarInfo("a.yaml")
            member.size = len(zeros)
            tar.addfile(member, io.BytesIO(zeros))
    with pytest.raises(SourceUnusable, match="unfolds to over 500 times its size, as an archive bomb does"):
        list(read(path))


def test_a_zip_that_lies_about_the_size_of_a_file_is_not_unpacked_beyond_it(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.yaml", b"0" * 200_000_000)
    data = bytearray(path.read_bytes())
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")  # its size in the list at the end
    path.write_bytes(data)
    began = time.process_time()
    with pytest.raises(SourceUnusable, match="archive cannot be read"):
        list(read(path))
    assert time.process_time() - began < 0.3


@pytest.mark.parametrize(
    ("told", "changed"), [("-5", -5.0), ("1700000000.25", 1_700_000_000.25), ("2e9", 0.0), (str(2**60), 0.0)]
)
def test_the_time_of_a_file_is_read_as_posix_writes_it_or_not_at_all(tmp_path: Path, told: str, changed: float) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as tar:
        member = tarfile.TarInfo("a.yaml")
        member.pax_headers = {"mtime": told}
        tar.addfile(member)
    with (tmp_path / "a.tar").open("rb") as file:
        assert [member.changed for member in members(file)] == [changed]


def test_a_link_to_a_folder_or_to_nothing_and_a_pipe_are_named(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "lost.yaml").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.yaml")
    found = [part for part in read(tmp_path) if isinstance(part, SkipRecord)]
    assert [(part.place, part.problem) for part in found] == [
        (name, "it is a link or a device, not a file") for name in ("loop", "lost.yaml", "pipe.yaml")
    ]


def test_a_class_has_the_words_that_any_record_prints_for_its_code(tmp_path: Path) -> None:
    bare, worded = JTC + "ics: ['39.040']\n", JTC.replace("559", "560") + "ics: [{code: '39.040', text: Horology}]\n"
    store, _ = loaded(tmp_path, a=bare, b=worded)
    assert values(store, "ics-class/39-040", SKOS + "prefLabel") == {"39.040 Horology"}
