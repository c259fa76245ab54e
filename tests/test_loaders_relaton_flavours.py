"""Records in the forms of other bodies: IETF, IEEE, ECMA, IHO, NIST, W3C, ETSI, IEC, OGC; counted by hand."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from loaders.relaton.contributors import organizations, people, roles
from loaders.relaton.groups import committees, of_subdivisions
from loaders.relaton.identifiers import place, scoped
from loaders.relaton.parse import Value, parse
from loaders.relaton.record import record
from loaders.relaton.values import Map
from ontology import iris
from ontology.terms import DCTERMS
from tests.test_loaders_relaton_load import loaded, values

RFC = """---
schema_version: v1.5.6
docidentifier: [{content: RFC 9999, type: IETF, primary: true}, {content: 10.17487/RFC9999, type: DOI}]
title: [{content: Clocks, type: main}]
date: [{type: published, at: 2018-08}]
contributor:
- {role: [{type: author}], person: {name: {completename: {content: A. Reed}}}}
- {role: [{type: publisher}], organization: {name: [{content: RFC Publisher}]}}
- {role: [{type: authorizer}], organization: {name: [{content: RFC Series}]}}
- role: [{type: author, description: [{content: committee}]}]
  organization: {subdivision: [{name: [{content: clk}], type: technical-committee}]}
relation:
- {type: updates, bibitem: {docidentifier: [{content: RFC0007, type: IETF, primary: true}]}}
- {type: updates, bibitem: {source: [{type: src, content: 'https://example.org/x'}]}}
- {type: instanceOf, bibitem: {type: standard}}
series: [{title: [{content: RFC}], number: '9999'}, {type: stream, title: [{content: IETF}]}]
keyword: [{vocab: {content: time}}, {taxon: [{content: clock}, {content: hand}]}]
ext: {flavor: ietf, subdoctype: std}
"""
OLD_RFC = """---
docid: [{id: RFC 7, type: IETF, primary: true}, {id: RFC7, type: IETF, scope: anchor}]
title: [{content: Hands, type: main}]
contributor: [{person: {name: {initial: [{content: B}], surname: {content: Reed}}}, role: [editor]}]
keyword: [time]
"""
EDITION = """---
docid: [{{id: ECMA-6, type: ECMA, primary: true}}]
date: {{type: published, from: {year}-04}}
edition: {{content: '{edition}'}}
relation: [{{type: updates, bibitem: {{docid: [{{id: ECMA-6, primary: true}}], edition: {{content: '{other}'}}}}}}]
doctype: document
"""


def of(store: Store, property_: str) -> list[tuple[str, str]]:
    """Who or what has a property of ours, with its value, without the address's beginning."""
    found = [q for q in store if q.predicate.value == iris.NS + property_]
    return sorted((str(q.subject.value)[len(iris.THINGS) :], str(getattr(q.object, "value", ""))) for q in found)


def read(text: str) -> Map:
    value: Value = parse(f"---\n{text}\n")[0]
    assert isinstance(value, dict)
    return value


def test_publisher_authorizer_committee_and_author_of_an_rfc_are_each_kept_with_the_printed_role(
    tmp_path: Path,
) -> None:
    store, result = loaded(tmp_path, rfc=RFC)
    assert values(store, "document/rfc-9999", iris.NS + "publishedBy") == {"organization/rfc-publisher"}
    assert values(store, "document/rfc-9999", iris.NS + "authoredBy") == {"body/ietf"}
    assert values(store, "document/rfc-9999", iris.NS + "body") == {"body/ietf"}
    assert values(store, "document/rfc-9999", iris.NS + "developedIn") == {"group/ietf-clk"}
    assert [printed for _, printed in of(store, "printedRole")] == ["authorizer"]
    assert result.sets[0].by["role"] == {
        "person author": 1, "organization publisher": 1, "organization authorizer": 1, "organization author": 1
    }  # fmt: skip


def test_identifiers_keywords_series_and_subtype_of_an_rfc_are_kept_as_printed(tmp_path: Path) -> None:
    store, result = loaded(tmp_path, rfc=RFC)
    assert values(store, "document/rfc-9999", DCTERMS + "identifier") == {"RFC 9999", "10.17487/RFC9999"}
    assert values(store, "document/rfc-9999", iris.NS + "keyword") == {"time", "clock", "hand"}
    assert values(store, "document/rfc-9999", iris.NS + "series") == {"RFC 9999", "IETF"}
    assert values(store, "document/rfc-9999", iris.NS + "printedSubtype") == {"std"}
    assert result.sets[0].by["identifier type"] == {"IETF": 1, "DOI": 1}


def test_a_relation_finds_its_document_in_any_spelling_and_none_is_dropped_for_want_of_an_identifier(
    tmp_path: Path,
) -> None:
    store, result = loaded(tmp_path, rfc=RFC, old=OLD_RFC)
    assert values(store, "document/rfc-9999", iris.NS + "updates") == {
        "document/rfc-7", "document/https-example-org-x"
    }  # fmt: skip
    assert values(store, "document/rfc-9999", iris.NS + "printedRelation") == {"instanceOf"}
    assert result.sets[0].by["relation"] == {"updates": 2, "instanceOf": 1}


def test_only_documents_that_a_record_describes_say_how_many_do(tmp_path: Path) -> None:
    store, _ = loaded(tmp_path, rfc=RFC, again=RFC, old=OLD_RFC)
    assert of(store, "records") == [("document/rfc-7", "1"), ("document/rfc-9999", "2")]


def test_editions_that_bear_one_identifier_are_documents_of_their_own(tmp_path: Path) -> None:
    first, second = EDITION.format(year=1965, edition=1, other=3), EDITION.format(year=1991, edition=2, other=1)
    store, result = loaded(tmp_path, a=first, b=second)
    assert (result.sets[0].documents, result.sets[0].repeats) == (2, 0)
    new, old, named = (f"document/ecma-6-edition-{number}" for number in (2, 1, 3))
    assert values(store, new, iris.NS + "updates") == {old}
    assert values(store, old, iris.NS + "updates") == {named}
    assert values(store, old, DCTERMS + "identifier") == {"ECMA-6"}
    assert values(store, old, DCTERMS + "issued") == {"1965-04"}
    assert {*values(store, new, DCTERMS + "isVersionOf"), *values(store, named, DCTERMS + "isVersionOf")} == {
        "document/ecma-6"
    }


def test_one_document_in_the_sets_of_two_bodies_has_one_address_and_is_counted_as_a_repeat(tmp_path: Path) -> None:
    ours = "---\ndocid: [{id: ISO/IEC 9999:2024, type: ISO, primary: true}]\nschema-version: v1.2.9\n"
    theirs = ours.replace("type: ISO", "type: IEC").replace("v1.2.9", "v1.2.1") + "edition: '1'\n"
    store, result = loaded(tmp_path, ours=ours, theirs=theirs)
    assert of(store, "records") == [("document/iso-iec-9999-2024", "2")]
    assert values(store, "document/iso-iec-9999-2024", iris.NS + "edition") == {"1"}
    assert [(one.source, one.records, one.documents) for one in result.sets] == [
        ("relaton-iec", 1, 0), ("relaton-iso", 1, 1)
    ]  # fmt: skip
    assert result.sets[1].counts["of them records of IEC"] == 1


def test_a_bare_number_of_two_bodies_is_two_documents(tmp_path: Path) -> None:
    both = {body: f"---\ndocid: [{{id: 19-025, type: {body}}}]\n" for body in ("OGC", "XYZ")}
    store, _ = loaded(tmp_path, **both)
    assert len(of(store, "records")) == 2


def test_an_issn_that_many_documents_bear_leads_to_none_of_them(tmp_path: Path) -> None:
    one = "---\ndocid: [{id: ETSI 1, type: ETSI, primary: true}, {id: ISSN 1234-5678, type: ISSN}]\n"
    citing = "---\ndocid: {id: ETSI 9, type: ETSI}\nrelation: {type: updates, bibitem: {docid: ISSN 1234-5678}}\n"
    store, _ = loaded(tmp_path, a=one, b=one.replace("ETSI 1", "ETSI 2"), c=citing)
    assert values(store, "document/etsi-9", iris.NS + "updates") == {"document/issn-1234-5678"}


def test_a_date_of_issue_stands_for_publication_only_where_none_is_printed(tmp_path: Path) -> None:
    record_ = "---\ndocid: {id: NBS 17, type: NIST}\ndate: [{type: issued, value: '1940'}]\n"
    dated = record_.replace("17", "18").replace("]\n", ", {type: published, value: '1941-02-03T00:00:00+00:00'}]\n")
    store, result = loaded(tmp_path, a=record_, b=dated)
    assert values(store, "document/nbs-17", DCTERMS + "issued") == {"1940"}
    assert values(store, "document/nbs-18", DCTERMS + "issued") == {"1941-02-03"}
    assert values(store, "document/nbs-18", iris.NS + "printedDate") == {"issued 1940"}
    assert result.sets[0].by["year"] == {"1940": 1, "1941": 1}


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("docid: X 1", ("X 1",)),
        ("docid: [X 1, X 2]", ("X 1", "X 2")),
        ("docid: {id: X 1, type: X}", ("X 1",)),
        ("docidentifier: [{content: X 2}, {content: X 1, primary: 'true'}]", ("X 1", "X 2")),
    ],
)
def test_identifiers_are_read_as_text_as_map_and_as_list(printed: str, found: tuple[str, ...]) -> None:
    assert record("x.yaml", read(printed)).identifiers == found


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("{completename: 'Chrisler, V. L.'}", "V. L. Chrisler"),
        ("{completename: {content: Peter Saint-Andre}, surname: {content: x}}", "Peter Saint-Andre"),
        ("{given: {forename: [{content: Aaron}, {initial: B}]}, surname: {content: Gable}}", "Aaron Gable"),
        ("{given: {formatted_initials: {content: A. B.}}, surname: {content: Bierman}}", "A. B. Bierman"),
        ("{forename: [{content: David}], surname: {content: Ingham}}", "David Ingham"),
        ("{forename: [{initial: E, language: en}], surname: Rescorla}", "E Rescorla"),
        ("{initial: [{content: S}], surname: {content: Crocker}}", "S Crocker"),
        ("Greg Reynolds", "Greg Reynolds"),
    ],
)
def test_a_name_is_read_in_every_form(printed: str, name: str) -> None:
    assert [person.name for person in people([read(f"person: {{name: {printed}}}")])] == [name]


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("author", [("author", "")]),
        ("[editor, author]", [("editor", ""), ("author", "")]),
        ("[{type: publisher, description: [{content: Office}]}]", [("publisher", "Office")]),
        ("{type: author, description: committee}", [("author", "committee")]),
        ("[publisher, [Publisher role]]", [("publisher", "Publisher role")]),
        ("", []),
    ],
)
def test_roles_are_read_as_text_as_map_and_as_list(printed: str, found: list[tuple[str, str]]) -> None:
    assert list(roles(read(f"role: {printed}")["role"])) == found


def test_names_in_other_languages_are_other_names_and_parts_of_a_name_are_one() -> None:
    parts = read("organization: {name: [{content: United States.}, {content: National Bureau of Standards.}]}")
    tongues = read("organization: {name: [{content: IHO, language: en}, {content: OHI, language: fr}], role: x}")
    assert [(o.name, o.others) for o in organizations([parts, tongues])] == [
        ("United States. National Bureau of Standards.", ()), ("IHO", ("OHI",))
    ]  # fmt: skip


def test_a_contributor_whose_kind_only_its_name_tells_is_a_person_or_an_organization() -> None:
    found = [read("entity: {name: {completename: A. Reed}}"), read("entity: {name: IETF}\nrole: publisher")]
    assert [person.name for person in people(found)] == ["A. Reed"]
    assert [(o.name, o.roles) for o in organizations(found)] == [("IETF", (("publisher", ""),))]


@pytest.mark.parametrize(
    ("printed", "paths"),
    [
        ("[{name: tls}]", [("tls",)]),
        ("[{name: ERM/TG 17}]", [("ERM/TG 17",)]),
        ("{committee: technical, workgroup: {type: WG, number: '22', content: W}}",
         [("technical",), ("technical", "WG 22")]),
        ("{society: S, working_group: W, committee: [C]}", [("S",), ("S", "C"), ("S", "C", "W")]),
        ("{technical_committee: [{identifier: TC 23, content: x}], subcommittee: [{identifier: SC 23J}]}",
         [("TC 23",), ("TC 23", "SC 23J")]),
        ("{bureau: T, group: {name: ITU-T Study Group 15, acronym: SG}}", [("ITU-T Study Group 15",)]),
        ("{committee: {name: Regional, abbreviation: IRCC, committee: {abbreviation: GGC}}}",
         [("IRCC",), ("IRCC", "GGC")]),
    ],
)  # fmt: skip
def test_committees_keep_their_hierarchy_in_every_form(printed: str, paths: list[tuple[str, ...]]) -> None:
    assert [c.path for c in committees(read(f"groups: {printed}")["groups"], "XYZ")] == paths


def test_codes_that_share_a_cell_are_parted_for_3gpp_alone() -> None:
    assert [c.path for c in committees([{"name": "S1 / GP"}], "3GPP")] == [("S1",), ("GP",)]


def test_a_division_of_a_publisher_is_no_committee() -> None:
    part = read("organization: {name: ISO, subdivision: [{content: Office}]}\nrole: {type: publisher}")
    assert not list(of_subdivisions([part]))
    assert [c.path for c in of_subdivisions([part | {"role": "author"}])] == [("Office",)]


def test_a_committee_of_one_name_in_two_bodies_is_two_groups(tmp_path: Path) -> None:
    text = "---\ndocid: {{id: {0} 1, type: {0}}}\neditorialgroup: {{technical_committee: [{{identifier: TC 23}}]}}\n"
    store, _ = loaded(tmp_path, a=text.format("IEC"), b=text.format("BSI"))
    assert [group.rpartition("/")[2] for _, group in of(store, "developedIn")] == ["bsi-tc-23", "iec-tc-23"]


@pytest.mark.parametrize(
    ("identifier", "family", "amended"),
    [
        ("W3C REC-xml-20081126", "W3C xml", ""),
        ("draft-aaron-acme-ari-03", "draft-aaron-acme-ari", ""),
        ("ETSI EG 201 788 V2.2.1 (2025-01)", "ETSI EG 201 788", ""),
        ("IEEE 528-2019", "IEEE 528", ""),
        ("IEEE 802.1AE-2018/Cor 1-2020", "", "IEEE 802.1AE-2018"),
        ("JIS A 0203:2019/AMENDMENT 1:2022", "", "JIS A 0203:2019"),
        ("IEC 61058-2-4:1995+AMD1:2003", "", ""),
        ("BCP 14", "", ""),
    ],
)
def test_what_a_document_is_an_edition_or_amendment_of_follows_the_bodys_own_form(
    identifier: str, family: str, amended: str
) -> None:
    assert place(identifier) == (family, amended)


def test_an_rfc_and_a_bcp_of_one_number_differ_and_spellings_of_one_rfc_do_not() -> None:
    assert len({scoped(name, "IETF") for name in ("RFC 14", "RFC14", "RFC0014")}) == 1
    assert scoped("RFC 14", "IETF") != scoped("BCP 14", "IETF")
    assert scoped("draft-a-03", "IETF") != scoped("draft-a-04", "IETF")


def test_a_title_whose_language_is_untold_has_the_records_only_one_or_none_that_can_be_written(tmp_path: Path) -> None:
    text = "---\ndocid: X 1\nlanguage: [ja]\ntitle: [{content: 規格}, {content: Norm, language: 'fr; x'}]\n"
    store, _ = loaded(tmp_path, a=text, b="---\ndocid: X 2\ntitle: 規格\n")
    tags = {str(q.object.language) for q in store if q.predicate.value == DCTERMS + "title" and "x-" in str(q.subject)}  # type: ignore[union-attr]
    assert tags == {"ja", "und"}
