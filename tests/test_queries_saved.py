"""Every saved query runs as it stands, says what it gives, and takes the parameters that it names."""

import re
import time
from collections import Counter
from functools import cache

import pytest
from another import ANOTHER
from items import items_store
from pyoxigraph import Literal, NamedNode, QuerySolution, QuerySolutions, RdfFormat, Store
from rdflib.plugins.sparql import prepareQuery
from world import curated_store

from ontology import iris
from ontology.terms import PLEN, PREFIXES, RDF_TYPE, XSD
from queries import saved
from queries.saved import Parameter, SavedQuery
from queries.sparql import inspect

QUERIES = saved.catalogue()
EVERY = pytest.mark.parametrize("slug", QUERIES)
WITH_PARAMETERS = [slug for slug, query in QUERIES.items() if query.parameters]
TAGS = {
    "report-table", "figures", "roles", "documents", "organizations", "evidence", "unknowns", "network", "people",
    "events", "policy", "report-figure", "item-level",
}  # fmt: skip
SHARES_OF_ONE_WHOLE = {"foundational-documents-share", "roles-by-country-and-group", "shares-with-denominators"}
DATES = {XSD + "date", XSD + "gYear", XSD + "gYearMonth"}
NUMBERS = {XSD + "decimal", XSD + "integer"}
KINDS = {"iri", "string", "number", "date"}


def rows(text: str, store: Store | None = None) -> QuerySolutions:
    found = (store or curated_store()).query(text, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return found


def store_of(slug: str) -> Store:
    """The curated data, with invented item-level records for a query that needs such."""
    return items_store() if QUERIES[slug].needs else curated_store()


@cache
def defaults(slug: str) -> tuple[list[str], list[QuerySolution]]:
    """Variables and rows of a query as it stands."""
    found = rows(QUERIES[slug].text, store_of(slug))
    return [variable.value for variable in found.variables], list(found)


def term(parameter: Parameter, text: str) -> saved.Term:
    is_slug = parameter.type == "iri" and re.fullmatch(r"[a-z-]+/[a-z0-9-]+", text)
    return saved.typed(parameter, iris.THINGS + text if is_slug else text, lambda name, class_: NamedNode("urn:none"))


def column_kind(value: object) -> str:
    """The kind of column that a value belongs in."""
    if not isinstance(value, Literal):
        return "iri" if isinstance(value, NamedNode) else "nothing"
    return {**dict.fromkeys(DATES, "date"), **dict.fromkeys(NUMBERS, "number")}.get(value.datatype.value, "string")


def default(parameter: Parameter) -> saved.Term | None:
    """The default of a parameter as a term; None if it means any."""
    text = parameter.default.strip('<>"')
    return None if text == saved.UNDEF else term(parameter, text)


def test_there_are_queries_for_the_report_and_beyond() -> None:
    assert len(QUERIES) >= 45
    assert {query.slug for query in QUERIES.values() if "report-table" in query.tags} >= {
        f"table-{name}"
        for name in (
            "1-sac-metrics", "3-itu-t-members", "4-supported-work-items", "5-top-questions", "6-contributors-q11-15",
            "7-representation-q11-15", "8-wg-11-officers",
        )
    } | {"technology-priorities"}  # fmt: skip


@EVERY
def test_header_says_what_the_query_answers(slug: str) -> None:
    query = QUERIES[slug]
    assert query.title != slug
    assert re.match(r"[A-Z][^?]*\?( |$)", query.description), "the description begins with a question"
    assert query.answers
    assert query.tags
    assert set(query.tags) <= TAGS
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)


def test_each_competency_question_is_answered_by_one_query() -> None:
    answers = Counter(answer for query in QUERIES.values() for answer in query.answers)
    assert [answer for answer, count in answers.items() if count > 1 or not re.fullmatch(r"CQ-\d{2,3}", answer)] == []


@EVERY
def test_text_runs_on_any_store(slug: str) -> None:
    """Two engines read it; no SERVICE, no cut-off but a stated one, no correlated negation, and all prefixes are in use."""
    query = QUERIES[slug]
    assert inspect(query.text).form == "SELECT"
    prepareQuery(query.text)
    code = re.sub(r'"[^"\n]*"|(?<![\w>])#.*', "", query.body)
    assert not re.search(r"\b(SERVICE|OFFSET|NOT\s+EXISTS)\b", code, re.IGNORECASE)
    for most in re.findall(r"LIMIT (\d+)", code):
        assert f"{int(most):,}" in query.description
    declared = dict(re.findall(r"^PREFIX (\w+): <(.+)>$", query.body, re.MULTILINE))
    assert declared.items() <= PREFIXES.items()
    assert [name for name in declared if not re.search(rf"(?<!PREFIX )\b{name}:\w", query.body)] == []
    assert max(map(len, query.text.splitlines())) <= 120


@EVERY
def test_rows_end_in_a_stable_order(slug: str) -> None:
    query = QUERIES[slug]
    last = re.search(r"\nORDER BY (?:.|\n)*\?(\w+)\s*\Z", query.body)
    assert last, "the query ends with ORDER BY and a variable"
    assert query.columns[last[1]] == "iri"


@EVERY
def test_columns_are_the_projected_variables_and_hold_what_they_say(slug: str) -> None:
    variables, found = defaults(slug)
    columns = QUERIES[slug].columns
    assert list(columns) == variables
    assert set(columns.values()) <= KINDS
    values = {(name, column_kind(row[name])) for row in found for name in variables if row[name] is not None}
    assert values <= columns.items()


@EVERY
def test_query_gives_rows_as_it_stands_and_none_twice(slug: str) -> None:
    _, found = defaults(slug)
    assert found
    assert [row for row, count in Counter(map(str, found)).items() if count > 1] == []


@EVERY
def test_every_address_has_its_label_beside_it_unless_it_is_a_claim(slug: str) -> None:
    variables, found = defaults(slug)
    addresses = [name for name, kind in QUERIES[slug].columns.items() if kind == "iri"]
    bare = [name for name in addresses if [*variables, ""][variables.index(name) + 1] != f"{name}Label"]
    for value in {row[name] for row in found for name in bare} - {None}:
        assert next(store_of(slug).quads_for_pattern(value, RDF_TYPE, PLEN.Claim), None), f"{value} is no claim"
    if "claim" in addresses:
        assert addresses[-1] == "claim"


@EVERY
def test_a_figure_stands_with_all_that_it_needs_to_be_read(slug: str) -> None:
    columns = QUERIES[slug].columns
    if {"value", "unit"} & columns.keys():
        assert {"value", "unit", "comparator", "denominator", "rule", "confidence", "claim"} <= columns.keys()
        assert {"asOf", "period"} & columns.keys()


@EVERY
def test_query_does_not_take_long(slug: str) -> None:
    """A guard against products of whole tables; the usual time is some milliseconds."""
    store = store_of(slug)
    start = time.process_time()
    list(rows(QUERIES[slug].text, store))
    assert time.process_time() - start < 1


@EVERY
def test_chart_draws_columns_in_the_colours_of_the_page(slug: str) -> None:
    query = QUERIES[slug]
    if query.chart:
        encoding = query.chart["encoding"]
        made = {step["as"] for step in query.chart.get("transform", ()) if "calculate" in step}
        made |= {name for step in query.chart.get("transform", ()) if "fold" in step for name in step["as"]}
        assert {channel["field"] for channel in encoding.values()} <= query.columns.keys() | made
        kinds = {c["field"]: c["type"] for c in encoding.values() if "type" in c and c["field"] not in made}
        fits = {"number": "quantitative", "date": "temporal", "string": "nominal"}
        assert {field: fits[query.columns[field]] for field in kinds} == kinds
        assert not re.search(r"'(scheme|range|config|data)'", str(query.chart))


@EVERY
def test_bars_of_shares_are_stacked_only_where_they_make_one_whole(slug: str) -> None:
    """Shares under several rules, in several years or at several levels make no sum."""
    chart = QUERIES[slug].chart or {}
    encoding = chart.get("encoding", {})
    if chart.get("mark") == "bar" and "percent" in encoding["x"].get("title", "") and "color" in encoding:
        assert "yOffset" in encoding or slug in SHARES_OF_ONE_WHOLE


def test_every_query_with_parameters_is_tried_with_other_values() -> None:
    assert sorted(ANOTHER) == sorted(WITH_PARAMETERS)


@pytest.mark.parametrize("slug", WITH_PARAMETERS)
def test_query_takes_other_values(slug: str) -> None:
    query = QUERIES[slug]
    terms = {name: [term(query.parameter(name), text)] for name, text in ANOTHER[slug].items()}
    assert terms.keys() <= {parameter.name for parameter in query.parameters}
    assert list(rows(saved.bind(query, terms), store_of(slug)))


@pytest.mark.parametrize("slug", WITH_PARAMETERS)
def test_any_value_gives_at_least_what_the_default_gives(slug: str) -> None:
    """Each parameter that may be left open by itself, and all of them together."""
    query = QUERIES[slug]
    names = [parameter.name for parameter in query.parameters if default(parameter) and not parameter.required]
    for opened in [*([name] for name in names), names]:
        found = list(rows(saved.bind(query, dict.fromkeys(opened, ())), store_of(slug)))
        assert len(found) >= len(defaults(slug)[1]), f"without {opened}"


@pytest.mark.parametrize("slug", WITH_PARAMETERS)
def test_a_value_that_is_nowhere_gives_no_row(slug: str) -> None:
    query = QUERIES[slug]
    for parameter in query.parameters:
        nowhere = NamedNode("http://example.org/nowhere") if parameter.type == "iri" else term(parameter, "999999")
        assert list(rows(saved.bind(query, {parameter.name: [nowhere]}), store_of(slug))) == []


@pytest.mark.parametrize("slug", WITH_PARAMETERS)
def test_parameters_say_what_they_take(slug: str) -> None:
    for parameter in QUERIES[slug].parameters:
        assert parameter.type in saved._TYPES.keys() | {"iri"}
        assert parameter.label[0].isupper()
        if parameter.of:
            assert parameter.of.removeprefix(iris.NS) in {term.removeprefix(iris.NS) for term in classes()}


@cache
def classes() -> set[str]:
    found = rows("SELECT ?class { ?class a <http://www.w3.org/2002/07/owl#Class> }")
    return {row["class"].value for row in found if isinstance(row["class"], NamedNode)}


@pytest.mark.parametrize("slug", WITH_PARAMETERS)
def test_choices_are_labelled_values_of_which_the_default_is_one(slug: str) -> None:
    for parameter in QUERIES[slug].parameters:
        if not parameter.choices:
            continue
        inspect(parameter.choices)
        found = rows(parameter.choices, store_of(slug))
        assert [variable.value for variable in found.variables] == ["value", "label"]
        chosen = [row["value"] for row in found if row["label"] is not None]
        assert chosen
        assert len(chosen) == len(set(chosen))
        assert default(parameter) in (None, *chosen)


def listed_store(*events: tuple[str, str]) -> Store:
    """A document with an entity that was listed in some day of October 2019, and dated events of the document."""
    store = Store()
    happened = "".join(
        f"""<e{number}> plen:about <doc> ; plen:eventType <type> ; plen:date "{low}" ;
            plen:earliestStart "{low}"^^xsd:date ; plen:latestStart "{high}"^^xsd:date ."""
        for number, (low, high) in enumerate(events)
    )
    store.load(
        f"""@prefix plen: <{iris.NS}> . @prefix rdfs: <{PREFIXES["rdfs"]}> . @prefix xsd: <{XSD}> . @base <urn:x:> .
        <claim> plen:participant <entity> ; plen:on <doc> ; plen:role <role> ; plen:confidence <sure> .
        <entity> rdfs:label "e" . <doc> rdfs:label "d" . <role> rdfs:label "r" . <sure> rdfs:label "s" .
        <listing> plen:listed <entity> ; plen:list <list> ; plen:date "2019-10"^^xsd:gYearMonth ;
            plen:earliestStart "2019-10-01"^^xsd:date ; plen:latestStart "2019-10-31"^^xsd:date .
        <list> rdfs:label "l" . <type> rdfs:label "t" . {happened}""",
        format=RdfFormat.TURTLE,
    )
    return store


@pytest.mark.parametrize(
    ("event", "order"),
    [
        (("2019-05-01", "2019-05-31"), "listed after the event"),
        (("2019-11-01", "2019-11-01"), "listed before the event"),
        (("2019-10-09", "2019-10-09"), "not decidable"),
        (("2019-01-01", "2019-12-31"), "not decidable"),
        (None, "no dated event"),
    ],
)
def test_a_listing_is_before_or_after_where_the_bounds_say_so(event: tuple[str, str] | None, order: str) -> None:
    query = QUERIES["documents-with-listed-entities"].text
    found = list(rows(query, listed_store(*([event] if event else []))))
    assert [row["order"].value for row in found if isinstance(row["order"], Literal)] == [order]


def test_a_header_and_a_body_that_name_different_parameters_are_refused() -> None:
    with pytest.raises(saved.BadHeader, match="different parameters"):
        saved.parse("x", "#+ parameters: {a: {type: iri}}\nSELECT * { VALUES $b { UNDEF } ?b ?c ?d }")


@pytest.mark.parametrize("text", ['a" } INSERT {', "x\ny", "\\", "'''"])
def test_text_of_a_request_enters_a_query_only_as_a_term(text: str) -> None:
    query: SavedQuery = QUERIES["rests-on-source-section"]
    sparql = saved.bind(query, {"section": [term(query.parameter("section"), text)]})
    assert list(rows(sparql)) == []


def test_every_query_that_a_finding_names_is_in_the_catalogue() -> None:
    named = {quad.object.value for quad in curated_store().quads_for_pattern(None, PLEN.answeredBy, None)}  # type: ignore[union-attr]
    assert named <= {iris.query(slug) for slug in QUERIES}
