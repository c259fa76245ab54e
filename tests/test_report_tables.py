"""The report's tables, typed from the report cell by cell, against the saved queries that regenerate them.

Printed names are compared with the names that the graph has for a thing: a cell such as `Name (ABBREVIATION)` gives two.
Letters that the conversion of the report got wrong (Cyrillic look-alikes, breaks within words) are typed as meant.
"""

import re
from datetime import date
from functools import cache

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions
from world import curated_store

from ontology import iris
from ontology.terms import DCTERMS, LABEL, PLEN, PROV, SKOS
from queries import saved

TABLE_1 = {
    "International Standards Transformation (国际标准转化情况)": [
        "Number of corresponding (对口) international standards",
        "Number of international standards transformed into National or industry standards",
        "Number of international standards incorporated into national and industry planning",
        "Number of international standards unsuitable for transformation",
    ],
    "Positions Held in International Standardization Organizations (国际标准化组织任职情况)": [
        "Number of chairs held in ISO/IEC (主席)",
        "Number of vice chairs held in ISO/IEC (副主席)",
        "Number of ISO/IEC secretaries (秘书)",
        "Number of ISO/IEC registered experts (注册专家)",
    ],
    "International Standards Formulation (国际标准制定情况)": [
        "Number of international standards formulations led (主导)",
        "Number of international standards formulations participated in (参与)",
    ],
    "International Standards Voting (国际标准投票情况)": [
        "Number of votes expected to complete international standards (应完成)",
        "Number of votes actually cast to complete international standards (实际完成)",
    ],
    "International Standardization Meetings (国际标准化工作会议情况)": [
        "Number of international meetings attended",
        "Number of personnel sent to international meetings",
        "Number of international meetings held in China",
        "Number of personnel attending international meetings held in China",
    ],
    "Translation of National Standards into Foreign Languages (完成国家标准外文版翻译情况)": [
        "Number of National Standards translated into English",
        "Number of National Standards translated into foreign languages other than English",
        "Total number of National Standards translated",
    ],
    "Application of National Standards Abroad (国家标准在海外转化应用情况)": [
        "Number of National Standards used by regional organizations",
        "Number of National Standards used by other national standardization organizations",
        "Number of National Standards used in important projects",
    ],
}

TABLE_3 = [("China", 95, 26, 31, 37), ("United States", 83, 29, 39, 11)]

TABLE_4 = [
    ("Huawei", "TRUE", 274),
    ("China Unicom", "TRUE", 248),
    ("China Telecom", "TRUE", 204),
    ("China Mobile", "TRUE", 189),
    ("ZTE", "TRUE", 189),
    ("Electronics and Telecommunications Research Institute (ETRI)", "FALSE", 185),
    ("MIIT", "TRUE", 131),
    ("China Information and Communication Technologies Group Corporation (CICT)", "TRUE", 109),
]

TABLE_5 = [
    ("SG20", "Q3/20", "IoT and SC&C architectures, protocols and QoS/QoE", "Nokia", "China Telecom/CAICT", 51),
    (
        "SG5",
        "Q6/5",
        "Environmental efficiency of digital technologies",
        "Ministry of Economic Development/European Union",
        "CAICT",
        30,
    ),
    (
        "SG20",
        "Q2/20",
        "Requirements, capabilities and architectural frameworks across verticals enhanced by emerging digital "
        "technologies",
        "Huawei",
        "China Unicom",
        26,
    ),
    (
        "SG15",
        "Q11/15",
        "Signal structures, interfaces, equipment functions, protection and interworking for optical transport "
        "networks",
        "Microsemi/Nokia",
        "N/A",
        25,
    ),
    ("SG15", "Q14/15", "Management and control of transport systems and equipment", "CICT", "N/A", 25),
    (
        "SG5",
        "Q7/5",
        "E-waste, circular economy and sustainable supply chain management",
        "Colegio Oficial Ingenieros de Telecomunicación (COIT)/"
        "Ministry of Communications and Information Technology (MCIT)",
        "CAICT",
        24,
    ),
    (
        "SG20",
        "Q4/20",
        "Data analytics, sharing, processing and management, including big data aspects, of IoT and SC&C",
        "",
        "ZTE/China Telecom",
        21,
    ),
    ("SG13", "Q6/13", "Networks beyond IMT-2020: QoS mechanisms", "ETRI/Wuhan Rayton Network", "N/A", 18),
    (
        "SG13",
        "Q20/13",
        "Networks beyond IMT-2020 and Machine Learning: Requirements and Architecture",
        "Huawei",
        "N/A",
        17,
    ),
    (
        "SG5",
        "Q9/5",
        "Climate change and assessment of digital technologies in the framework of the Sustainable Development Goals "
        "(SDGs) and the Paris Agreement",
        "Telefon AB LM Ericsson/Orange",
        "N/A",
        17,
    ),
]

TABLE_6 = [
    ("China Information Communication Technologies Group", 127),
    ("Huawei Technologies Co., Ltd. (China)", 78),
    ("Nokia USA (United States)", 60),
    ("ZTE Corporation (China)", 44),
    ("China Mobile Communications Corporation", 42),
    ("Microsemi Corporation (United States)", 22),
    ("China Telecommunications Corporation", 21),
    ("Huawei Technologies Düsseldorf GmbH", 21),
    ("FiberHome Technologies Group (China)", 15),
    ("China Mobile Communications Co. Ltd.", 11),
    ("Microchip Technology Inc. (United States)", 11),
    ("Acacia Communications, Inc (United States)", 10),
    ("Broadcom Corporation (United States)", 10),
    ("Intel Corporation (United States)", 10),
]

# Heading, the same in the words of the ontology, and the columns United States and China.
TABLE_7 = [
    ("Rapporteurs", "rapporteur", "X", ""),
    ("Work Item Editors", "work item editor", "X", ""),
    ("Work Item Supporting Members", "work item supporting member", "", "X"),
    ("Contributions to Work Items", "work item contributor", "", "X"),
]

TABLE_8 = [
    ("WG 11 Convenor", "Yuan Yuan", "China", "October 2015 – October 2016"),
    ("WG 11 Convenor", "Heng Qian", "China", "November 2016 – December 2022"),
    ("WG 11 Secretary", "Tangli Liu", "China", "October 2015 – June 2020"),
    ("WG 11 Secretary", "Ning Sun", "China", "July 2020 – September 2020"),
    ("WG 11 Secretary", "Hongwei Zhang", "China", "September 2020 –"),
]

# Technology, and the columns Outline, 14th Five Year Plan "Frontier Technologies" Section, "Made in China 2025" Program.
PRIORITIES = [
    ("New Generation Artificial Intelligence", "Yes", "Yes", "Yes"),
    ("Quantum Computing", "Yes", "Yes", "Yes"),
    ("Integrated Circuits", "Yes*", "Yes", "Yes"),
    ("Brain Science and Brain-Like Intelligence Technology", "Yes*", "Yes", "Yes*"),
    ("Genetics and Biotechnology", "Yes", "Yes", "Yes*"),
    ("Clinical Medicine and Health", "Yes", "Yes", "Yes"),
    ("Deep Space, Deep Earth, Deep Sea, and Polar Exploration", "No", "Yes", "No"),
    ("Smart Transportation", "Yes", "No", "Yes"),
    ("Energy and Materials Science", "Yes", "No", "No"),
]

TABLES = {
    "table-1-sac-metrics": "Table 1",
    "table-3-itu-t-members": "Table 3",
    "table-4-supported-work-items": "Table 4",
    "table-5-top-questions": "Table 5",
    "table-6-contributors-q11-15": "Table 6",
    "table-7-representation-q11-15": "Table 7",
    "table-8-wg-11-officers": "Table 8",
    "technology-priorities": "technology priorities",
}
Row = dict[str, str]


@cache
def table(slug: str) -> list[Row]:
    """The rows of a saved query in order; an empty cell is an empty text, a number has no point."""
    found = curated_store().query(saved.find(slug).text, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: _text(row[name]) for name in names} for row in found]


def _text(value: object) -> str:
    return value.value.removesuffix(".0") if isinstance(value, NamedNode | Literal) else ""


def names(address: str) -> set[str]:
    """All names that the graph has for a thing."""
    properties = [NamedNode(SKOS + "prefLabel"), NamedNode(SKOS + "altLabel"), NamedNode(DCTERMS + "identifier")]
    quads = (q for p in properties for q in curated_store().quads_for_pattern(NamedNode(address), p, None))
    return {_text(quad.object) for quad in quads}


def is_called(address: str, printed: str) -> bool:
    """Whether a printed cell is a name of a thing, or two names of it, the second one in parentheses."""
    both = re.fullmatch(r"(.+) \(([^()]+)\)", printed)
    return printed in names(address) or (both is not None and set(both.groups()) <= names(address))


def column(slug: str, name: str) -> list[str]:
    return [row[name] for row in table(slug)]


def wrong_names(slug: str, name: str, printed: list[str]) -> list[tuple[str, str]]:
    """Pairs of printed names and addresses that do not belong together."""
    pairs = zip(printed, column(slug, name), strict=True)
    return [(text, address) for text, address in pairs if not is_called(address, text)]


def parts(printed: str) -> tuple[str, str]:
    """A printed cell without the Chinese words that it has in parentheses, and these words."""
    chinese = re.search(r" \(([\u3400-\u9fff]+)\)", printed)
    return (printed.replace(chinese[0], ""), chinese[1]) if chinese else (printed, "")


def test_table_1_has_each_metric_under_its_category() -> None:
    cells = ("categoryLabel", "categoryChinese", "metricLabel", "metricChinese")
    assert [tuple(row[c] for c in cells) for row in table("table-1-sac-metrics")] == [
        (*parts(category), *parts(metric)) for category, metrics in TABLE_1.items() for metric in metrics
    ]


def test_table_3_has_members_of_each_class() -> None:
    cells = ("countryLabel", "total", "sector", "associate", "academia")
    assert [tuple(row[c] for c in cells) for row in table("table-3-itu-t-members")] == [
        tuple(map(str, row)) for row in TABLE_3
    ]


def test_table_4_has_supporting_members_in_order() -> None:
    slug = "table-4-supported-work-items"
    assert wrong_names(slug, "member", [name for name, _, _ in TABLE_4]) == []
    assert column(slug, "chineseEntity") == [chinese for _, chinese, _ in TABLE_4]
    assert column(slug, "workItems") == [str(number) for _, _, number in TABLE_4]


def test_table_5_has_questions_in_order() -> None:
    slug = "table-5-top-questions"
    assert wrong_names(slug, "studyGroup", [row[0] for row in TABLE_5]) == []
    assert wrong_names(slug, "question", [row[1] for row in TABLE_5]) == []
    assert column(slug, "topic") == [row[2] for row in TABLE_5]
    assert column(slug, "workItems") == [str(row[5]) for row in TABLE_5]


@pytest.mark.parametrize(("name", "place"), [("rapporteurEntities", 3), ("associateEntities", 4)])
def test_table_5_has_the_entities_of_each_cell(name: str, place: int) -> None:
    """In any order within a cell; a blank cell is empty and N/A is printed."""
    for row, printed in zip(table("table-5-top-questions"), TABLE_5, strict=True):
        cell, expected = row[name], str(printed[place])
        if expected in ("", "N/A"):
            assert cell == expected
            continue
        labels = cell.split("; ")
        called = [[label for label in labels if is_called(organization(label), e)] for e in expected.split("/")]
        assert sorted(labels) == sorted(label for found in called for label in found)
        assert all(len(found) == 1 for found in called)


def organization(label: str) -> str:
    """The address of the one organization with a label."""
    quads = curated_store().quads_for_pattern(None, LABEL, Literal(label, language="en"))
    found = [
        _text(quad.subject) for quad in quads if _text(quad.subject).startswith(iris.thing("organization", "x")[:-1])
    ]
    assert len(found) == 1, f"{label} labels {found}"
    return found[0]


def test_table_5_leaves_the_blank_rapporteur_unknown() -> None:
    blank = NamedNode(iris.thing("unknown", "rapporteur-q4-20"))
    question = NamedNode(iris.thing("group", "itu-t-q4-20"))
    assert next(curated_store().quads_for_pattern(blank, PLEN.about, question), None)


def test_table_6_has_contributors_in_order() -> None:
    slug = "table-6-contributors-q11-15"
    printed = [name for name, _ in TABLE_6]
    assert wrong_names(slug, "contributor", printed) == []
    assert column(slug, "contributions") == [str(number) for _, number in TABLE_6]
    countries = [re.search(r"\((China|United States)\)$", name) for name in printed]
    assert column(slug, "countryLabel") == [country[1] if country else "" for country in countries]


def test_table_6_tells_the_two_rows_of_china_mobile_apart() -> None:
    rows = [row for row in table("table-6-contributors-q11-15") if row["contributorLabel"] == "China Mobile"]
    names = ("China Mobile Communications Corporation", "China Mobile Communications Co. Ltd.")
    assert [row["remark"] for row in rows] == [f'printed as "{name}"' for name in names]


def test_table_7_marks_the_stronger_country() -> None:
    cells = ("representation", "unitedStates", "china")
    assert [tuple(row[c] for c in cells) for row in table("table-7-representation-q11-15")] == [
        (word, us, china) for _, word, us, china in TABLE_7
    ]


def test_table_8_has_officers_and_tenures_in_order() -> None:
    def month(text: str) -> str:
        return date.fromisoformat(f"{text}-01").strftime("%B %Y") if text else ""

    rows = table("table-8-wg-11-officers")
    tenures = [f"{month(row['start'])} – {month(row['end'])}".strip() for row in rows]
    roles = [f"WG 11 {row['role'].capitalize()}" for row in rows]
    officers, countries = (column("table-8-wg-11-officers", name) for name in ("officerLabel", "countryLabel"))
    assert list(zip(roles, officers, countries, tenures, strict=True)) == TABLE_8
    assert all(is_called(row["group"], "WG 11") for row in rows)


def test_technology_priorities_have_each_policy_s_answer() -> None:
    slug = "technology-priorities"
    assert wrong_names(slug, "technology", [name for name, *_ in PRIORITIES]) == []
    answers = [(row["outline"], row["fiveYearPlan"], row["madeInChina"]) for row in table(slug)]
    assert answers == [tuple(row[1:]) for row in PRIORITIES]


@pytest.mark.parametrize("slug", TABLES)
def test_every_row_rests_on_the_table_it_comes_from(slug: str) -> None:
    derived_from = NamedNode(PROV + "wasDerivedFrom")
    for row in table(slug):
        claim = NamedNode(row.get("claim") or row["metric"])
        citations = [quad.object for quad in curated_store().quads_for_pattern(claim, derived_from, None)]
        tables = {_text(q.object) for c in citations for q in curated_store().quads_for_pattern(c, PLEN.table, None)}  # type: ignore[arg-type]
        assert TABLES[slug] in tables
