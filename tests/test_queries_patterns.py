"""Patterns and measures: the saved queries compute what the report shows by example, for any country.

Expected values are typed from the report; a small invented world shows what counts and what does not.
"""

import re
from datetime import date
from functools import cache

import pytest
from asked import Row, ask, ask_store, several
from pyoxigraph import RdfFormat, Store

from loaders.derive import STAGES, derive
from ontology import iris
from ontology.terms import PREFIXES
from queries import saved


def stages(**parameters: str) -> dict[int, Row]:
    """The four rows of introduction-to-maturity by their number."""
    return {int(row["stage"]): row for row in ask("introduction-to-maturity", **parameters)}


# The report's examples ------------------------------------------------------------------------------

IN_ISO = {"country": "country/cn", "technology": "technology/smart-cities", "body": "body/iso"}


def test_china_proposed_and_led_smart_cities_in_iso_in_this_order() -> None:
    found = stages(**IN_ISO)
    assert [row["record"] for row in found.values()] == ["recorded", "recorded", "recorded", "nothing recorded"]
    assert [found[n]["notBefore"] for n in (1, 2, 3)] == ["2013-01-01", "2013-11-01", "2015-10-01"]
    assert date.fromisoformat(found[2]["notAfter"]) < date.fromisoformat(found[3]["notBefore"])
    assert {"Yuan Yuan", "Tangli Liu"} <= several(found[2]["who"])
    assert several(found[2]["where"]) == {"ISO/IEC JTC 1/SG 1"}
    assert {"Yuan Yuan", "Heng Qian", "Tangli Liu", "Ning Sun", "Hongwei Zhang"} <= several(found[3]["who"])
    assert found[3]["lastDay"] == "2022-12-31"


def test_every_recorded_officer_of_smart_cities_in_iso_is_chinese() -> None:
    found = stages(**IN_ISO)
    assert [(found[n]["claims"], found[n]["missing"]) for n in (2, 3)] == [(found[n]["total"], "0") for n in (2, 3)]


def test_the_claims_behind_wg_11_are_the_rows_of_table_8() -> None:
    rows = ask("introduction-to-maturity-claims", **IN_ISO)
    officers = {
        (row["roleName"], row["holderLabel"], row["notBefore"][:7], row["lastDay"][:7])
        for row in rows
        if row["subjectLabel"] == "ISO/IEC JTC 1/WG 11" and row["notBefore"]
    }
    assert officers == {
        ("convenor", "Yuan Yuan", "2015-10", "2016-10"),
        ("convenor", "Heng Qian", "2016-11", "2022-12"),
        ("secretary", "Tangli Liu", "2015-10", "2020-06"),
        ("secretary", "Ning Sun", "2020-07", "2020-09"),
        ("secretary", "Hongwei Zhang", "2020-09", ""),
    }


def test_china_wrote_iot_standards_in_iso_without_leading_the_groups_that_made_them() -> None:
    found = stages(country="country/cn", technology="technology/iot", body="body/iso")
    assert found[2]["record"] == "nothing recorded"
    assert several(found[3]["where"]) == {"ISO/IEC JTC 1/SC 41/WG 4"}
    assert several(found[4]["where"]) == {
        "ISO/IEC 30141:2018", "ISO/IEC 21823-1:2019", "ISO/IEC 29182-2:2013", "ISO/IEC 29182-5:2013",
    }  # fmt: skip
    assert (found[1]["notBefore"], found[4]["notBefore"]) == ("2013-09-01", "2013-06-01")


def test_korea_kept_the_secretariats_of_iot_in_iso() -> None:
    found = stages(country="country/kr", technology="technology/iot", body="body/iso")
    assert {"ISO/IEC JTC 1/WG 10", "ISO/IEC JTC 1/SC 41"} <= several(found[3]["where"])
    assert found[4]["record"] == "nothing recorded"


def test_china_and_the_united_states_led_5g_in_itu_side_by_side() -> None:
    china = stages(country="country/cn", technology="technology/5g", body="body/itu")
    america = stages(country="country/us", technology="technology/5g", body="body/itu")
    assert (china[2]["who"], china[2]["where"]) == ("Huawei", "ITU-T Focus Group on IMT-2020")
    assert china[3]["record"] == "nothing recorded"
    assert america[2]["record"] == "nothing recorded"
    assert several(america[3]["where"]) == {"ITU-R Working Party 5D", "Question 11/15"}
    assert {"AT&T", "Microsemi Corporation"} <= several(america[3]["who"])


def test_china_wrote_foundational_documents_of_the_smart_cities_group_that_it_did_not_lead() -> None:
    found = stages(country="country/cn", technology="technology/smart-cities", body="body/itu")
    assert found[2]["record"] == "nothing recorded"
    assert several(found[4]["where"]) == {
        "Standardization Activities for Smart Sustainable Cities",
        "Standardization Roadmap for Smart Sustainable Cities",
        "ITU-T Y.4051",
        "ITU-T Y.4101",
    }


def test_china_led_the_first_iot_effort_of_itu_and_wrote_its_terms() -> None:
    found = stages(country="country/cn", technology="technology/iot", body="body/itu")
    assert "Heyuan Xu" in several(found[2]["who"])
    assert (found[2]["notBefore"], found[2]["lastDay"]) == ("2012-01-01", "2015-12-31")
    assert {"ITU-T Y.2069", "ITU-T Y.2060", "ITU-T Y.4003", "ITU-T Y.4004"} == several(found[4]["where"])


def test_one_technology_with_the_whole_pattern_and_one_without() -> None:
    found = {row["aboutLabel"]: row for row in ask("pattern-by-technology")}
    assert found["smart cities"]["stages"] == "4"
    assert (found["smart cities"]["preparatoryGroups"], found["smart cities"]["preparatoryTotal"]) == ("1", "1")
    assert (found["5G"]["stages"], found["5G"]["proposedTotal"]) == ("2", "0")
    assert (found["optical transport"]["permanentGroups"], found["optical transport"]["permanentTotal"]) == ("0", "1")
    america = {row["aboutLabel"]: row["stages"] for row in ask("pattern-by-technology", country="country/us")}
    assert (america["5G"], america["smart cities"]) == ("1", "0")


@pytest.mark.parametrize("country", ["cn", "kr", "us"])
def test_the_three_queries_of_the_pattern_count_the_same(country: str) -> None:
    """Stages recorded, and the claims that support them, technology by technology and in any body."""
    for row in ask("pattern-by-technology", country=f"country/{country}"):
        asked = {"country": f"country/{country}", "technology": row["about"].removeprefix(iris.THINGS), "body": ""}
        found = stages(**asked)
        claims = {(claim["stage"], claim["claim"]) for claim in ask("introduction-to-maturity-claims", **asked)}
        assert sum(stage["record"] == "recorded" for stage in found.values()) == int(row["stages"])
        assert {n: int(stage["claims"]) for n, stage in found.items()} == {
            n: sum(stage == str(n) for stage, _ in claims) for n in found
        }


def test_the_roadmap_of_big_data_is_korean_and_the_other_foundational_documents_are_chinese() -> None:
    china, korea = (
        {row["aboutLabel"]: row for row in ask("foundational-documents-share", country=f"country/{code}")}
        for code in ("cn", "kr")
    )
    columns = ("share", "documents", "total", "missing", "notPlaced")
    assert [china["big data"][name] for name in columns] == ["80", "4", "5", "0", "0"]
    assert [korea["big data"][name] for name in columns] == ["20", "1", "5", "0", "0"]


def test_a_document_without_any_recorded_author_is_missing_and_not_of_others() -> None:
    """ISO gives no Editors of its one standard on 5G, a framework for transportation."""
    rows = ask("foundational-documents-share", technology="technology/transportation")
    assert [(row["documents"], row["total"], row["missing"]) for row in rows] == [("0", "1", "1")]


def test_rapporteurs_of_table_5_are_exclusive_and_associates_are_open() -> None:
    rows = ask("exclusive-and-open-roles", body="body/itu-t", period="period/2017-2022")
    found = {row["openness"]: (row["participations"], row["total"], row["missing"]) for row in rows}
    assert found == {"exclusive": ("3", "14", "9"), "open": ("7", "7", "0")}


def test_authors_of_policies_hold_no_role_in_a_standards_body() -> None:
    rows = ask("exclusive-and-open-roles", actor="organization/state-council")
    assert [row["participations"] for row in rows] == ["0", "0"]


# Documents and figures of one country only ----------------------------------------------------------


@cache
def of_one_country() -> list[Row]:
    return ask("only-editors-from-one-country")


def test_documents_whose_recorded_editors_are_of_one_country() -> None:
    found = {(row["subjectLabel"], row["actorLabel"]): row["editors"] for row in of_one_country()}
    assert found["ITU-T Y.4051", "China"] == "1"
    assert found["ITU-T Y.4003", "China"] == "1"
    assert found["ISO/IEC 29182-5:2013", "China"] == "3"
    assert found["ITU-T Y.3600-series Supplement 40", "Korea"] == "1"


def test_documents_with_editors_of_two_countries_or_of_none_that_is_known_are_left_out() -> None:
    found = {row["subjectLabel"] for row in of_one_country()}
    two_countries = {"ITU-T Y.4101", "ISO/IEC 23837-2", "ITU-T Y.2060", "ITU-T FG QIT4N D2.1"}
    not_decidable = {"Standardization Roadmap for Smart Sustainable Cities"}
    policies = {"China Standards 2035"}
    assert not found & (two_countries | not_decidable | policies)


def test_figures_of_questions_work_items_and_editors_of_one_country() -> None:
    found = [
        (row["subjectLabel"], row["value"] or row["inWords"], row["denominator"], row["unit"])
        for row in of_one_country()
        if row["kind"] == "figure"
    ]
    assert found == [
        ("ITU", "18", "", "Questions"),
        ("ITU", "3", "20", "work items"),
        ("ITU-T", "most", "11", "work items"),
        ("ITU-T Study Group 11", "100", "", "percent"),
        ("ITU-T Study Group 11", "6", "8", "work items"),
        ("ITU-T Study Group 5", "1", "17", "work items"),
    ]


def test_all_queries_mean_the_same_by_a_foundational_document() -> None:
    texts = {slug: query.body for slug, query in saved.catalogue().items()} | {"stages": STAGES.read_text()}
    lists = {
        name: re.findall(r'"([^"]+)"', block[1])
        for name, text in texts.items()
        if (block := re.search(r"VALUES \?word \{([^}]*)\}", text))
    }
    assert lists.keys() >= {"foundational-documents", "foundational-documents-share", "stages"}
    assert len({tuple(words) for words in lists.values()}) == 1


@pytest.mark.parametrize(
    "slug", ["introduction-to-maturity", "introduction-to-maturity-claims", "pattern-by-technology"]
)
def test_the_queries_of_the_pattern_take_their_stages_from_the_rule(slug: str) -> None:
    derived = set(re.findall(r"VALUES \?stage \{ (plen:\w+) \}", STAGES.read_text()))
    asked = re.findall(r"\((plen:\w+) (\d)", saved.find(slug).body)
    assert {name for name, _ in asked} == derived
    assert {int(number) for _, number in asked} == {1, 2, 3, 4}
    assert len(set(asked)) == 4


# An invented world ----------------------------------------------------------------------------------


def world(*statements: str) -> Store:
    """Two countries, a technology and a body with a focus group, a working group and a roadmap; then the statements.

    `A` and `B` are organizations that one rule places in the countries `a` and `b`; `C` is placed nowhere.
    """
    text = f"""@prefix plen: <{iris.NS}> . @prefix rdfs: <{PREFIXES["rdfs"]}> . @prefix xsd: <{PREFIXES["xsd"]}> .
        @prefix dcterms: <{PREFIXES["dcterms"]}> . @base <{iris.THINGS}> .
        plen:sourceLabel a plen:AttributionRule ; rdfs:label "label" .
        <country/a> a plen:Country ; rdfs:label "a" . <country/b> a plen:Country ; rdfs:label "b" .
        <technology/t> a plen:Technology ; rdfs:label "t" . <body/x> a plen:Body ; rdfs:label "x" .
        <A> rdfs:label "A" . <B> rdfs:label "B" . <C> rdfs:label "C" .
        <a1> plen:attributed <A> ; plen:country <country/a> ; plen:attributionRule plen:sourceLabel .
        <b1> plen:attributed <B> ; plen:country <country/b> ; plen:attributionRule plen:sourceLabel .
        <group/fg> a plen:FocusGroup, plen:Group ; plen:partOf <body/x> ; plen:technology <technology/t> ; rdfs:label "fg" .
        <group/wg> a plen:WorkingGroup, plen:Group ; plen:partOf <body/x> ; plen:technology <technology/t> ; rdfs:label "wg" .
        <group/sub> a plen:WorkingGroup, plen:Group ; plen:partOf <group/fg>, <body/x> ;
            plen:technology <technology/t> ; rdfs:label "sub" .
        <document/d> a plen:InternationalStandard, plen:Document ; dcterms:title "Roadmap of t"@en ; rdfs:label "d" ;
            plen:body <body/x> ; plen:technology <technology/t> .
        <document/e> a plen:InternationalStandard, plen:Document ; dcterms:title "Protocols of t"@en ; rdfs:label "e" ;
            plen:body <body/x> ; plen:technology <technology/t> .
        plen:stated rdfs:label "stated" . {" ".join(statements)}"""
    store = Store()
    store.load(text, format=RdfFormat.TURTLE)
    derive(store)
    return store


def claim(slug: str, role: str, who: str, where: str, more: str = "") -> str:
    """A participation; `where` is a property and what it ties to, such as `in <group/fg>`."""
    return f"""<participation/{slug}> a plen:Participation ; plen:participant <{who}> ; plen:role plen:{role} ;
        plen:{where} ; plen:confidence plen:stated ; rdfs:label "{slug}" {more} .
        plen:{role} rdfs:label "{role}" ."""


def recorded(store: Store, country: str = "a") -> dict[int, tuple[str, str, str]]:
    """Claims, total and missing of each stage."""
    return {n: (row["claims"], row["total"], row["missing"]) for n, row in invented_stages(store, country).items()}


def invented_stages(store: Store, country: str = "a") -> dict[int, Row]:
    parameters = {"country": f"country/{country}", "technology": "technology/t", "body": "body/x"}
    return {int(row["stage"]): row for row in ask_store(store, "introduction-to-maturity", parameters)}


NOTHING = ("0", "0", "0")


def test_a_stage_that_nobody_supports_is_a_row_that_says_so() -> None:
    assert recorded(world()) == dict.fromkeys((1, 2, 3, 4), NOTHING)


def test_claims_of_others_are_in_the_total_and_those_that_no_rule_places_are_missing() -> None:
    store = world(*(claim(who, "convenor", who, "in <group/wg>") for who in "ABC"))
    assert recorded(store)[3] == ("1", "3", "1")
    assert recorded(store, "b")[3] == ("1", "3", "1")


@pytest.mark.parametrize(
    ("role", "where", "stage"),
    [
        ("proposer", "on <document/e>", 1),
        ("proposer", "in <group/wg>", 1),
        ("chair", "in <group/fg>", 2),
        ("chair", "in <group/sub>", 2),
        ("viceChair", "in <group/fg>", None),
        ("convenor", "in <group/wg>", 3),
        ("associateRapporteur", "in <group/wg>", None),
        ("editor", "on <document/d>", 4),
        ("editor", "on <document/e>", None),
        ("supportingMember", "on <document/d>", None),
        ("leader", "in <group/wg> ; plen:on <document/e>", None),
    ],
)
def test_what_counts_as_a_stage(role: str, where: str, stage: int | None) -> None:
    found = recorded(world(claim("c", role, "A", where)))
    assert {number for number, counts in found.items() if counts != NOTHING} == ({stage} if stage else set())


def test_a_study_group_prepares_outside_itu_and_lasts_in_it() -> None:
    group = '<group/sg> a plen:StudyGroup ; plen:technology <technology/t> ; rdfs:label "sg" ; plen:partOf <body/x>'
    led = claim("c", "chair", "A", "in <group/sg>")
    assert recorded(world(f"{group} .", led))[2] == ("1", "1", "0")
    assert recorded(world(f"{group}, <body/itu> .", led))[3] == ("1", "1", "0")


def test_a_country_counts_by_those_for_whom_a_role_is_held_and_not_by_an_employer() -> None:
    held_for = claim("c", "convenor", "C", "in <group/wg>", "; plen:onBehalfOf <A>")
    employed = "<affiliation/c> a plen:Affiliation ; plen:member <C> ; plen:of <A> ."
    assert recorded(world(held_for))[3] == ("1", "1", "0")
    assert recorded(world(claim("c", "convenor", "C", "in <group/wg>"), employed))[3] == ("0", "1", "1")


def test_undated_claims_are_counted_and_do_not_hide_the_dated_ones() -> None:
    dated = '; plen:earliestStart "2001-01-01"^^xsd:date ; plen:latestStart "2001-12-31"^^xsd:date'
    store = world(claim("c", "chair", "A", "in <group/fg>"), claim("d", "chair", "A", "in <group/fg>", dated))
    row = invented_stages(store)[2]
    assert (row["claims"], row["undated"]) == ("2", "1")
    assert (row["notBefore"], row["notAfter"], row["lastDay"]) == ("2001-01-01", "2001-12-31", "")


def test_a_foundational_document_is_dated_by_its_publication() -> None:
    published = """<event/p> plen:eventType plen:publication ; plen:about <document/d> ;
        plen:earliestStart "2003-05-01"^^xsd:date ; plen:latestStart "2003-05-31"^^xsd:date ;
        plen:latestEnd "2003-05-31"^^xsd:date ."""
    store = world(claim("c", "editor", "A", "on <document/d>"), published)
    row = invented_stages(store)[4]
    assert (row["notBefore"], row["lastDay"], row["undated"]) == ("2003-05-01", "2003-05-31", "0")


def test_a_standard_and_its_editions_are_one_document() -> None:
    edition = """<document/d1> a plen:InternationalStandard, plen:Document ; dcterms:title "Roadmap of t"@en ;
        rdfs:label "d1" ; plen:body <body/x> ; plen:technology <technology/t> ; dcterms:isVersionOf <document/d> ."""
    store = world(edition, claim("c", "editor", "A", "on <document/d1>"))
    rows = ask_store(store, "foundational-documents-share", {"country": "country/a"})
    assert [(row["share"], row["documents"], row["total"], row["missing"]) for row in rows] == [("100", "1", "1", "0")]


def test_one_editor_who_is_placed_nowhere_makes_a_document_undecidable() -> None:
    sole = claim("c", "editor", "A", "on <document/d>")
    assert ask_store(world(sole), "only-editors-from-one-country")[0]["editors"] == "1"
    assert ask_store(world(sole, claim("u", "editor", "C", "on <document/d>")), "only-editors-from-one-country") == []
    assert ask_store(world(sole, claim("o", "editor", "B", "on <document/d>")), "only-editors-from-one-country") == []
