"""The report's tables and figures: which saved query gives each, and which claims stand behind which of its cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from queries import saved
from queries.saved import SavedQuery
from server.served import FOLDER

NONE = ""


@dataclass(frozen=True)
class Column:
    """A column of a printed table.

    `behind` tells which claims of a row its cell rests on, by the end of the address of their properties; where it is
    not given, the thing that the variable `thing` names has the evidence. With `each`, the cell shows the values of
    that property, each with its own claim, in place of a text that joins them. `added` is what the report prints
    in no column of its own.
    """

    name: str
    title: str
    behind: Mapping[str, str] = field(default_factory=dict)
    thing: str = ""
    each: str = ""
    added: bool = False


@dataclass(frozen=True)
class Choice:
    """The same measure for other choices of a reader: a general query, what of it is fixed, and its fields.

    `own` holds the fields with the choices that the report made.
    """

    query: str
    own: Mapping[str, str]
    fixed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What is chosen for."""
        return "measure" if "measure" in self.fixed else "roles"

    def find(self) -> SavedQuery:
        """The general query: from the catalogue, else one of the server's own."""
        return saved.catalogue().get(self.query) or saved.find(self.query, FOLDER)


@dataclass(frozen=True)
class Entry:
    """A printed table or figure: `printed` is its name in citations."""

    slug: str
    query: str
    printed: str
    columns: tuple[Column, ...] = ()
    choice: Choice | None = None
    chart: Mapping[str, Any] | None = None

    @property
    def kind(self) -> str:
        """The word for it: table or figure."""
        return "table" if self.columns else "figure"


def _countries(body: str, *measures: str, role: str = "", country: str = "", year: str = "") -> Choice:
    fixed = {"measure": tuple(f"plen:{measure}" for measure in measures)} | ({"role": (role,)} if role else {})
    return Choice("figure-of-countries", {"country": country, "body": f"body/{body}", "year": year}, fixed)


def _organizations(measure: str) -> Choice:
    own = {"country": "", "attributionRule": "plen:sourceLabel", "body": "body/itu-t", "year": ""}
    return Choice("figure-of-organizations", own, {"measure": (f"plen:{measure}",)})


def _answers(name: str, title: str, policy: str) -> Column:
    return Column(name, title, {"kind": "priority", "policy": policy})


def _members(name: str, title: str, role: str) -> Column:
    return Column(name, title, {"measure": "membership", "role": role})


MEMBERS_CHART = {
    "mark": "bar",
    "transform": [{"fold": ["total", "sector", "associate", "academia"], "as": ["class", "members"]}],
    "encoding": {
        "x": {"field": "members", "type": "quantitative", "title": "Members"},
        "y": {"field": "class", "type": "nominal", "title": "Class of members", "sort": None},
        "yOffset": {"field": "countryLabel", "type": "nominal"},
        "color": {"field": "countryLabel", "type": "nominal", "title": "Country"},
    },
}
# One bar for each row: China Mobile has two, which are not to be added up.
CONTRIBUTORS_CHART = {
    "mark": "bar",
    "transform": [
        {"calculate": "datum.remark ? replace(datum.remark, 'printed as ', '') : datum.contributorLabel", "as": "row"}
    ],
    "encoding": {
        "x": {"field": "contributions", "type": "quantitative", "title": "Contributions to Question 11/15"},
        "y": {"field": "row", "type": "nominal", "title": "Contributor", "sort": "-x"},
        "color": {"field": "countryLabel", "type": "nominal", "title": "Country printed behind the name"},
    },
}
OFFICERS_CHART = {
    "encoding": {
        "x": {"field": "start", "type": "temporal", "title": "Time (point: no end printed)"},
        "y": {"field": "officerLabel", "type": "nominal", "title": "Officer", "sort": None},
        "color": {"field": "role", "type": "nominal", "title": "Role"},
    },
    "layer": [
        {"mark": "bar", "transform": [{"filter": "isValid(datum.end)"}], "encoding": {"x2": {"field": "end"}}},
        {"mark": "point", "transform": [{"filter": "!isValid(datum.end)"}]},
    ],
}

ENTRIES = (
    Entry(
        "table-1",
        "table-1-sac-metrics",
        "Table 1",
        (Column("category", "Category", thing="category"), Column("metric", "Metric", thing="metric")),
    ),
    Entry(
        "table-3",
        "table-3-itu-t-members",
        "Table 3",
        (
            Column("country", "Country", thing="country"),
            _members("total", "All members", NONE),
            _members("sector", "Sector members", "sectorMember"),
            _members("associate", "Associate members", "associateMember"),
            _members("academia", "Academia members", "academiaMember"),
        ),
        _countries("itu-t", "membership", year="2022"),
        MEMBERS_CHART,
    ),
    Entry(
        "table-4",
        "table-4-supported-work-items",
        "Table 4",
        (
            Column("member", "Supporting member", {"kind": "participation"}),
            Column("chineseEntity", "Chinese entity", {"kind": "attribution"}),
            Column("workItems", "Supported work items", {"measure": "supportedWorkItems"}),
        ),
        _organizations("supportedWorkItems"),
    ),
    Entry(
        "table-5",
        "table-5-top-questions",
        "Table 5",
        (
            Column("studyGroup", "Study Group", thing="question"),
            Column("question", "Question", thing="question"),
            Column("topic", "Topic", thing="question"),
            Column("rapporteurEntities", "Entity of the rapporteur", {"role": "rapporteur"}, each="participant"),
            Column(
                "associateEntities",
                "Chinese entity of the associate rapporteur",
                {"role": "associateRapporteur"},
                each="participant",
            ),
            Column("workItems", "Work items", {"measure": "supportedWorkItems"}),
        ),
        _countries("itu-t", "supportedWorkItems", country="country/cn"),
    ),
    Entry(
        "table-6",
        "table-6-contributors-q11-15",
        "Table 6",
        (
            Column("contributor", "Contributor", thing="contributor"),
            Column("country", "Country printed", {"kind": "attribution"}),
            Column("contributions", "Contributions", {"measure": "contributionCount"}),
            Column("remark", "Remark", {"measure": "contributionCount"}, added=True),
        ),
        _organizations("contributionCount"),
        CONTRIBUTORS_CHART,
    ),
    Entry(
        "table-7",
        "table-7-representation-q11-15",
        "Table 7",
        (
            Column("representation", "Representation", {"measure": "strongerRepresentation"}),
            Column("unitedStates", "United States", {"measure": "strongerRepresentation", "country": "us"}),
            Column("china", "China", {"measure": "strongerRepresentation", "country": "cn"}),
        ),
    ),
    Entry(
        "table-8",
        "table-8-wg-11-officers",
        "Table 8",
        (
            Column("group", "Group", {"kind": "participation"}),
            Column("role", "Role", {"kind": "participation"}),
            Column("officer", "Officer", {"kind": "participation"}),
            Column("country", "Country", {"kind": "attribution"}),
            Column("start", "From", {"kind": "participation"}),
            Column("end", "Until", {"kind": "participation"}),
        ),
        Choice(
            "report-roles",
            {
                "country": "",
                "attributionRule": "plen:sourceLabel",
                "group": "group/iso-iec-jtc-1-wg-11",
                "body": "",
                "role": "",
                "year": "",
            },
        ),
        OFFICERS_CHART,
    ),
    Entry(
        "technology-priorities",
        "technology-priorities",
        "technology priorities",
        (
            Column("technology", "Technology", thing="technology"),
            _answers("outline", "In the Outline", "national-standardization-development-outline"),
            _answers("fiveYearPlan", "In the 14th Five Year Plan", "14th-five-year-plan"),
            _answers("madeInChina", "In Made in China 2025", "made-in-china-2025"),
        ),
    ),
    Entry("figure-1", "figure-1-samr-budget", "Figure 1"),
    Entry("figure-2", "figure-2-samr-budget-breakdown", "Figure 2"),
    Entry("figure-3", "figure-3-itu-members", "Figure 3", choice=_countries("itu", "membership")),
    Entry("figure-4", "figure-4-itu-t-members", "Figure 4", choice=_countries("itu-t", "membership")),
    Entry("figure-5", "figure-5-contributions", "Figure 5", choice=_countries("itu-t", "contributionCount")),
    Entry(
        "figure-6",
        "figure-6-likelihood-of-support",
        "Figure 6",
        choice=_countries("itu-t", "supportLikelihood", country="country/cn"),
    ),
    Entry(
        "figure-7",
        "figure-7-iso-secretariats",
        "Figure 7",
        choice=_countries("iso", "positionsHeld", role="plen:secretariat"),
    ),
    Entry(
        "figure-8",
        "figure-8-iso-convenorships",
        "Figure 8",
        choice=_countries("iso", "positionsHeld", role="plen:convenor"),
    ),
    Entry(
        "figure-9",
        "figure-9-contribution-share-by-study-group",
        "Figure 9",
        choice=_countries("itu-t", "contributionShare", country="country/cn"),
    ),
    Entry(
        "figure-10",
        "figure-10-deviation-by-study-group",
        "Figure 10",
        choice=_countries("itu-t", "contributionShareDeviation", "contributionShareShortfall", country="country/cn"),
    ),
)
BY_SLUG = {entry.slug: entry for entry in ENTRIES}
