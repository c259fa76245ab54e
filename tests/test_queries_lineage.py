"""Lineage of groups and of New IP, and the report's lists: scenarios, recommendations, abbreviations, policies.

Expected values are typed from the report.
"""

import pytest
from asked import ask, several

from ontology import iris

# Lineage --------------------------------------------------------------------------------------------


def test_lineage_of_wg_11_begins_with_the_chinese_proposal() -> None:
    rows = ask("group-lineage", subject="group/iso-iec-jtc-1-wg-11")
    dated = [(row["groupLabel"], row["step"], row["whoLabel"], row["start"]) for row in rows if row["notBefore"]]
    assert dated[1:3] == [
        ("ISO/IEC JTC 1/SG 1", "proposer", "China", "2013"),
        ("ISO/IEC JTC 1/SG 1", "convenor", "Yuan Yuan", "2013-11"),
    ]
    assert ("ISO/IEC JTC 1/SG 1", "founding", "", "2013-11") in dated
    assert ("ISO/IEC JTC 1/WG 11", "vote", "", "2015-10") in dated
    assert dated[-1] == ("ISO/IEC JTC 1/WG 11", "secretary", "Hongwei Zhang", "2020-09")
    days = [row["notBefore"] for row in rows if row["notBefore"]]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("group", "steps"),
    [
        ("iso-iec-jtc-1-sc-41", {("ISO/IEC JTC 1/WG 7", "founding", "2010"), ("ISO/IEC JTC 1/WG 10", "founding", "2014"),
                                 ("ISO/IEC JTC 1/SC 41", "founding", "2016")}),
        ("iso-iec-jtc-1-sc-42", {("ISO/IEC JTC 1/WG 9", "founding", "2014"), ("ISO/IEC JTC 1/WG 9", "disbandment", "2017"),
                                 ("ISO/IEC JTC 1/SC 42", "vote", "2017-10")}),
        ("itu-t-sg-20", {("ITU-T Focus Group on Smart Sustainable Cities", "founding", "2013-02"),
                         ("ITU-T Study Group 20", "approval", "2015"), ("ITU-T Study Group 20", "founding", "2016")}),
        ("fg-ssc", {("ITU-T Study Group 20", "founding", "2016")}),
    ],
)  # fmt: skip
def test_lineage_reaches_predecessors_and_successors(group: str, steps: set[tuple[str, str, str]]) -> None:
    rows = ask("group-lineage", subject=f"group/{group}")
    assert steps <= {(row["groupLabel"], row["step"], row["start"]) for row in rows}


def test_groups_that_took_over_from_others() -> None:
    pairs = {(row["fromLabel"], row["toLabel"]) for row in ask("succession-of-groups")}
    assert pairs == {
        ("ISO/IEC JTC 1/WG 7", "ISO/IEC JTC 1/SC 41"),
        ("ISO/IEC JTC 1/WG 10", "ISO/IEC JTC 1/SC 41"),
        ("ISO/IEC JTC 1/WG 9", "ISO/IEC JTC 1/SC 42"),
        ("ISO/IEC JTC 1/SC 42/SG 1", "ISO/IEC JTC 1/SC 42/WG 5"),
        ("ISO/IEC JTC 1/SG 1", "ISO/IEC JTC 1/WG 11"),
        ("ISO/IEC JTC 1/SG 2", "ISO/IEC JTC 1/WG 14"),
        ("ISO/IEC JTC 1/AG 4", "ISO/IEC JTC 1/WG 14"),
        ("ITU-T Focus Group on Smart Sustainable Cities", "ITU-T Study Group 20"),
        ("Internet of Things Global Standards Initiative", "ITU-T Study Group 20"),
    }


def test_who_led_which_group_depends_on_the_rule() -> None:
    """Futurewei is of the United States by its headquarters, and Huawei's by its ultimate parent."""
    america = ask("groups-led-over-time", country="country/us", rule="plen:headquarters")
    china = ask("groups-led-over-time", country="country/cn", rule="plen:ultimateParent")
    chairing = ("ITU-T Focus Group on Network 2030", "chair", "Richard Li", "Futurewei")
    columns = ("groupLabel", "roleName", "leaderLabel", "onBehalfOfLabel")
    for rows in (america, china):
        assert chairing in [tuple(row[name] for name in columns) for row in rows]


def test_a_leader_of_a_document_does_not_lead_the_group_that_makes_it() -> None:
    led = {row["groupLabel"] for row in ask("groups-led-over-time", country="country/cn")}
    assert "ISO/IEC JTC 1/WG 11" in led
    assert not led & {"ISO/IEC JTC 1/SC 27/WG 3", "ISO/IEC JTC 1/WG 9"}


def test_new_ip_from_the_focus_group_to_the_ban() -> None:
    rows = ask("lineage-of-new-ip")
    events = [(row["typeName"], row["start"], row["end"]) for row in rows if row["kind"] == "event" and row["start"]]
    steps = [("founding", "2018", ""), ("proposal", "2019", ""), ("publication", "2019-09-10", ""),
             ("disbandment", "2020", ""), ("renaming", "2020-07", ""), ("ban", "2020-12", "2022-03"),
             ("rejection", "2020-12", ""), ("vote", "2020-12", "")]  # fmt: skip
    assert [event for event in events if event in steps] == steps
    roles = {(row["whoLabel"], row["typeName"], row["onBehalfOfLabel"]) for row in rows if row["kind"] == "role"}
    assert {("Richard Li", "chair", "Futurewei"), ("Marco Carugi", "co-editor", "Huawei")} <= roles
    assert {who for who, role, _ in roles if role == "developer"} == {
        "Huawei", "China Mobile", "China Unicom", "Ministry of Industry and Information Technology",
    }  # fmt: skip
    assert {"IETF", "Telecommunications Industry Association"} <= {
        row["whoLabel"] for row in rows if row["kind"] == "finding"
    }
    assert len({row["claim"] for row in rows}) >= 60


def test_who_proposed_what_and_what_became_of_it() -> None:
    found = {
        (row["whoLabel"], row["whatLabel"], row["start"], row["outcome"], row["outcomeDate"])
        for row in ask("who-proposed-what", actor="country/cn")
    }
    assert found >= {
        ("China", "China Contribution on Possible Future Work on Smart Cities in JTC 1", "2013", "approval", ""),
        ("China Electronics Standardization Institute", "ISO/IEC 30141", "2013-09", "project approval", "2014-10"),
        ("Wuxi Sensing Net Industrialization Research Institute", "ISO/IEC 30141", "2013-09", "publication", "2018-08"),
        ("Chongqing University of Posts and Telecommunications", "ISO/IEC 19637", "", "publication", "2016-12"),
        ("iFlytek", "ISO/IEC TR 24372", "", "project approval", "2019-05"),
        ("iFlytek", "ISO/IEC TR 24372", "", "publication", "2021-12"),
        ("Huawei", "New IP", "", "rejection", "2020-12"),
    }


# Other questions ------------------------------------------------------------------------------------


def test_two_scenarios_with_three_assumptions_each() -> None:
    rows = ask("scenario-findings")
    assumed = [row["scenario"] for row in rows if row["typeName"] == "assumption"]
    assert (
        sorted(assumed)
        == ["dominance in some emerging technologies"] * 3 + ["increasing bifurcation of technical standards"] * 3
    )


def test_eleven_recommendations_under_three_headings_with_their_footnotes() -> None:
    rows = ask("recommendations-of-the-report")
    headings = [row["heading"] for row in rows]
    assert {heading: headings.count(heading) for heading in headings} == {
        "Encouraging Greater Transparency": 2,
        "Increasing Worldwide Adoption of Fair and Transparent Standards": 3,
        "Incentivizing Greater U.S. Standards Participation": 6,
    }
    assert sorted(filter(None, (row["footnotes"] for row in rows))) == [
        "167 168",
        "169 170 171 172",
        "173",
        "174",
        "175",
    ]


ABBREVIATIONS = """
3GPP 4G 5G AG4 AI AI4A AI4EE APEC AQSIQ ATIS AUI AWI BDDN BDRA BIS BRI BRICS CAC CAE CAICT CAS CASIC CATR CBHD CESI CETC
CICT CNITSEC COIT CSIC DIS DVD EMF ETRI FG FVCN GSI ICT IEC IEEE IETF IMT-2020 IOACAS IoT IP ISO ITU JSON JTC KAIST KPI
LLC MCIT MIIT ML MOST NA NDAA NIST PRC Q QAI QIT4N QKD QKDN QoS/QoE RAN RFI RMB SAC SAMR SC SC&C SCP SDG SDO SG SNRA SQL
SSO TC TF TMN TR TS TSAG TSR UAE UAV UK US WAPI WG WLAN WTSA
"""


def test_every_abbreviation_of_the_list_is_explained() -> None:
    rows = ask("glossary")
    assert set(ABBREVIATIONS.split()) <= {row["abbreviation"] for row in rows}
    meanings = {(row["abbreviation"], row["meaning"]) for row in rows}
    assert meanings >= {
        ("AWI", "Approved Work Item"),
        ("CETC", "China Electronic Technology Group Corporation"),
        ("FVCN", "Future Vertical Communications Networks"),
        ("TC", "Technical Committee"),
        ("Q", "Question"),
    }


def test_policies_in_order_of_time_and_those_without_an_event_last() -> None:
    rows = ask("policies-timeline")
    found = {(row["policyLabel"], row["typeName"], row["date"]) for row in rows}
    assert found >= {
        ("Standardization Work Reform Plan", "publication", "2015-03-11"),
        ("Standardization Law of the People's Republic of China", "revision", "2018-01-01"),
        ("China Standards 2035", "launch", "2018"),
        ("National Standardization Development Outline", "publication", "2021-10-10"),
        ("Made in China 2025", "", ""),
    }
    days = [row["firstDay"] for row in rows]
    assert days == sorted(days, key=lambda day: (not day, day))


def test_people_of_each_organization_are_counted_by_tie() -> None:
    found = {(row["organizationLabel"], row["tie"]): row for row in ask("organizations-with-employees")}
    cesi = found["China Electronics Standardization Institute", "employment"]
    assert (cesi["people"], several(cesi["names"])) == ("2", {"Yuan Yuan", "Tangli Liu"})
    assert several(found["Huawei", "consultancy"]["names"]) == {"Marco Carugi"}
    assert several(found["Futurewei", "employment"]["names"]) == {"Richard Li"}


def test_contributions_are_what_itu_leaves_undefined() -> None:
    undefined = [row for row in ask("definitions", thing="body/itu") if row["kind"] == "not defined"]
    assert [row["claim"] for row in undefined] == [iris.thing("unknown", "contributions-term-definition")]
    stated = {row["claim"] for row in ask("definitions", thing="body/itu")}
    assert iris.thing("finding", "itu-company-nationality") in stated
