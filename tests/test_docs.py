"""The pages of docs/ say what is: their example builds, their errors are the real ones, their queries run."""

import re
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store
from world import report_store

from loaders import cells, curated
from loaders.build import assemble
from loaders.check import broken_rules, broken_shapes
from loaders.derive import derive
from loaders.tables import BadRecords, Place
from ontology import iris
from ontology.terms import PLEN, PREFIXES, SUBCLASS, model

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "examples" / "invented-annual-report"
CONTRIBUTING = (ROOT / "docs" / "contributing-data.md").read_text(encoding="utf-8")
MODEL = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
EVIDENCE = {"confidence", "claimed_by", "section", "table", "notes"}
ALL = sorted(path.stem for path in (curated.FOLDER / "great-game").glob("*.csv"))
NEAR = ["sources", "sections", "works", "notes", "organizations", "periods", "technologies"]
PROLOGUE = "".join(f"PREFIX {name}: <{address}> " for name, address in PREFIXES.items())
GREAT_GAME, DERIVED = NamedNode(iris.graph("great-game")), NamedNode(iris.graph("derived"))


def curate(folder: Path, *edits: tuple[str, str, str], tables: Sequence[str] = ALL) -> Path:
    """Tables of the report and, beside them, a copy of the example in which (table, old, new) are put wrong."""
    (folder / "great-game").mkdir()
    for table in tables:
        (folder / "great-game" / f"{table}.csv").symlink_to(curated.FOLDER / "great-game" / f"{table}.csv")
    shutil.copytree(EXAMPLE, folder / EXAMPLE.name)
    for table, old, new in edits:
        path = folder / EXAMPLE.name / f"{table}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, dict[str, Place]]:
    """The example built beside the whole report."""
    store, places = assemble(folder=curate(tmp_path_factory.mktemp("curated")))
    derive(store)
    return store, places


def faults(folder: Path) -> list[str]:
    """All that a build would refuse, a line each; what the tables of the report lack if they stand alone is left out."""
    try:
        store, places = assemble(folder=folder)
    except BadRecords as error:
        return str(error).splitlines()
    derive(store)
    found = broken_rules(store, places) + broken_shapes(near_the_example(store), places)
    return [str(v) for v in found if str(v).startswith(EXAMPLE.name)]


def near_the_example(store: Store) -> Store:
    """The ontology, the example and what it refers to: shapes take seconds on the whole report, which others check."""
    own = list(store.quads_for_pattern(None, None, None, NamedNode(iris.graph(EXAMPLE.name))))
    near = {quad.subject for quad in own} | {quad.object for quad in own}
    kept = Store()
    kept.extend([q for q in store if q.graph_name not in (GREAT_GAME, DERIVED) or q.subject in near])
    return kept


def select(store: Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [tuple(v.value if isinstance(v, Literal) else "" for v in row) for row in found]


@cache
def documented() -> dict[str, set[str]]:
    """The columns that the tables of the page name, by table; claims have their evidence besides."""
    rows = re.findall(r"^\| `(\w+)` \| .* \| ((?:`\w+` ?)+)\|$", CONTRIBUTING, re.MULTILINE)
    claims = {name for name, class_ in curated.TABLES.items() if iris.NS + class_ in claim_classes()}
    return {name: set(re.findall(r"\w+", columns)) | (EVIDENCE if name in claims else set()) for name, columns in rows}


def claim_classes() -> set[str]:
    return {term for term in model().terms if PLEN.Claim.value in model().above(term, SUBCLASS)[1:]}


def words(page: str, start: str) -> set[str]:
    """The words in backticks of the first cells of the table that follows a line of the page."""
    table = page.partition(start)[2].lstrip("\n").partition("\n\n")[0]
    return set(re.findall(r"^\| `([\w:]+)` \|", table, re.MULTILINE))


def listed(class_: str) -> set[str]:
    return {t.removeprefix(iris.NS) for t in model().terms if iris.NS + class_ in model().types(t)}


def test_the_page_for_contributors_names_every_table() -> None:
    assert documented().keys() == {*curated.TABLES, "sections"}


@pytest.mark.parametrize("table", [*curated.TABLES, "sections"])
def test_every_column_that_the_page_names_exists_and_none_in_use_is_left_out(table: str) -> None:
    assert documented()[table] <= cells.known_columns(model()) | {"heading"}
    path = curated.FOLDER / "great-game" / f"{table}.csv"
    assert set(path.read_text(encoding="utf-8").splitlines()[0].split(",")) <= documented()[table]


def test_the_page_lists_the_columns_that_take_several_values() -> None:
    text = CONTRIBUTING.partition("That is for ")[2].partition("and the evidence")[0]
    several = {c for c in cells.SEVERAL - {"what", "cites"} if not c.startswith("about_")}
    assert set(re.findall(r"`(\w+)`", text)) == several | {"class"}


def test_the_page_explains_every_confidence_and_every_attribution_rule() -> None:
    assert words(CONTRIBUTING, "says who vouches for it:\n") == listed("Confidence")
    assert words(CONTRIBUTING, "the rule by which it holds:\n") == listed("AttributionRule")
    assert all(f"`{word}`" in CONTRIBUTING for word in listed("Comparator"))


def test_the_page_shows_the_tables_of_the_example_as_they_are() -> None:
    block = CONTRIBUTING.partition("```csv\n")[2].partition("```")[0]
    shown = dict(re.findall(r"# (\w+)\.csv\n(.*?)(?=\n# |\Z)", block, re.DOTALL))
    assert {name: text.strip() for name, text in shown.items()} == {
        path.stem: path.read_text(encoding="utf-8").strip() for path in EXAMPLE.glob("*.csv")
    }


def test_the_example_builds_beside_the_report_and_breaks_no_rule_and_no_shape(
    example: tuple[Store, dict[str, Place]],
) -> None:
    store, places = example
    assert broken_rules(store, places) == []
    assert broken_shapes(near_the_example(store), places) == []


def test_the_example_says_who_chairs_tc_4_since_when_and_where_that_is_printed(
    example: tuple[Store, dict[str, Place]],
) -> None:
    query = PROLOGUE + """SELECT ?who ?employer ?start ?field ?title ?section ?table {
      ?claim plen:role plen:chair ; plen:participant ?person ; plen:in ?group ; plen:start ?start ;
        prov:wasDerivedFrom ?citation .
      ?citation plen:source/skos:prefLabel ?title ; plen:section ?section ; plen:table ?table .
      ?affiliation plen:member ?person ; plen:of/skos:prefLabel ?employer .
      ?person skos:prefLabel ?who . ?group skos:prefLabel "ASO/TC 4"@en ; plen:technology/skos:prefLabel ?field }"""  # fmt: skip
    assert select(example[0], query) == [
        ("Mira Oru", "Tidewater Works", "2019-03", "marine standardization", "Annual Report 2021 (invented)", "2 Technical work", "Table 1")
    ]  # fmt: skip


def test_the_example_keeps_both_figures_that_contradict_each_other_and_the_zero(
    example: tuple[Store, dict[str, Place]],
) -> None:
    query = PROLOGUE + """SELECT ?value ?country { ?claim plen:aboutBody/skos:prefLabel "ASO"@en ; plen:value ?value .
      OPTIONAL { ?claim plen:aboutCountry/skos:prefLabel ?country } } ORDER BY ?value"""  # fmt: skip
    assert select(example[0], query) == [("0", "Lemuria"), ("12", "Atlantis"), ("40", ""), ("41", "")]


MISTAKES = [
    ("participations", "mira-oru,chair", "mira-orru,chair", "nothing is called 'mira-orru'"),
    ("participations", "2019-03", "March 2019", "'March 2019' is no date"),
    ("groups", "Tide gauges", "Tide gauges, buoys", "8 cells under 7 columns"),
    ("participations", "stated,,work,Table 1,", "stated,,,,", "(rule claim-without-evidence)"),
    ("participations", "claimed,tidewater-works", "claimed,", "say under 'claimed by' who claims it"),
    ("organizations", "\ntidewater", "\nreef-club,Company,Reef Club\ntidewater", "no claim and no citation names it"),
    ("organizations", "Works\n", "Works\nhuawei,Company,Huawei Technologies\n", "an earlier source fills it with another value"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "problem"), MISTAKES)
def test_the_errors_on_the_page_are_those_that_the_mistakes_cause(
    tmp_path: Path, table: str, old: str, new: str, problem: str
) -> None:
    caused = [line for line in faults(curate(tmp_path, (table, old, new), tables=NEAR)) if problem in line]
    assert len(caused) == 1
    assert caused[0] in CONTRIBUTING


ANSWERS = [
    [
        ("Tangli Liu", "secretary", "2015-10", "2020-06", "Table 8", "205"),
        ("Yuan Yuan", "convenor", "2015-10", "2016-10", "Table 8", "205"),
        ("Heng Qian", "convenor", "2016-11", "2022-12", "Table 8", "205"),
        ("Ning Sun", "secretary", "2020-07", "2020-09", "Table 8", "205"),
        ("Hongwei Zhang", "secretary", "2020-09", "", "Table 8", "205"),
    ],
    [("headquarters", "United States", "stated"), ("ultimate parent", "China", "derived")],
    [("iFlytek", "ISO/IEC TR 24372", "2019-05", "2019-10")],
]


def test_the_queries_on_the_page_of_the_model_run_and_give_the_reports_answers() -> None:
    queries = re.findall(r"```sparql\n(.*?)```", MODEL, re.DOTALL)
    assert [select(report_store(), query) for query in queries] == ANSWERS


def test_the_page_of_the_model_names_all_ten_claims_and_only_properties_that_exist() -> None:
    claims = words(MODEL, "There are ten:\n")
    assert {iris.NS + claim.removeprefix("plen:") for claim in claims} == claim_classes()
    assert len(claims) == 10
    rows = re.findall(r"^\| `plen:\w+` \|.*\| ([^|]+) \|$", MODEL, re.MULTILINE)
    properties = re.findall(r"`(?:plen:)?(\w+)`", " ".join(rows)) + re.findall(r"plen:([a-z]\w*)", MODEL)
    assert all(PLEN.get(name) for name in properties)


PAGES = ("contributing-data", "model", "exploring", "releases", "api", "endpoint", "limits", "operating", "stores", "item-level", "resolution", "measures")


@pytest.mark.parametrize("page", [f"docs/{page}.md" for page in PAGES])
def test_links_lead_to_files_that_exist_and_the_readme_leads_to_the_page(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(((?!https?:)[^)#]+)\)", text):
        assert ((ROOT / page).parent / link).exists(), link
    assert f"]({page})" in (ROOT / "README.md").read_text(encoding="utf-8")
