"""Saved queries as pages and as data."""

import csv
import io
import json
import re
from urllib.parse import quote

import pytest
from conftest import HTML, Server
from pyoxigraph import Literal, NamedNode

from queries import saved
from queries.store import Rows
from server.chart import chart
from server.form import default
from server.table import table, to_csv

OFFERED = sorted(slug for slug, query in saved.catalogue().items() if not query.needs)  # of a release without records
MEMBERS = "/queries/members-over-time"
DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.server
def test_the_catalogue_lists_every_query_and_filters_by_words_and_tag(server: Server) -> None:
    every, few = server.page("/queries"), server.page("/queries?q=MEMBERS%20body&tag=figures")
    assert all(f'<a href="/queries/{slug}">' in every for slug in OFFERED)
    assert f'<a href="{MEMBERS}">' in few
    assert '<a href="/queries/cited-works">' not in few
    assert "No saved query has all these words" in server.page("/queries?q=zzzz")


@pytest.mark.server
def test_the_catalogue_is_there_for_programs(server: Server) -> None:
    listed = json.loads(server.ask("/queries.json").text)
    assert {entry["slug"] for entry in listed} == set(OFFERED)
    assert json.loads(server.ask("/queries", "application/json").text) == listed


@pytest.mark.server
@pytest.mark.parametrize("slug", OFFERED)
def test_every_saved_query_has_a_page_with_rows(server: Server, slug: str) -> None:
    page = server.page(f"/queries/{slug}")
    rows = re.search(r"([\d,]+) rows? · \d+ ms · release 1", page)
    assert rows
    assert rows[1] != "0"
    assert saved.find(slug).title.replace('"', "&#34;").replace("'", "&#39;") in page


@pytest.mark.server
def test_itu_had_16_and_114_members_of_the_two_countries_in_december_2012(server: Server) -> None:
    found = records(server.ask(MEMBERS + ".csv?body=ITU").text)
    in_2012 = {row["countryLabel"]: row["value"] for row in found if row["asOf"] == "2012-12"}
    assert {country: float(value) for country, value in in_2012.items()} == {"China": 16, "United States": 114}


@pytest.mark.server
def test_csv_names_things_by_full_address_and_its_file_by_query_release_and_date(server: Server) -> None:
    reply = server.ask(MEMBERS + ".csv")
    assert reply.type == "text/csv; charset=utf-8"
    assert records(reply.text)[0]["country"].startswith("https://w3id.org/plenary/id/country/")
    named = r'attachment; filename="plenary-members-over-time-release-1-\d{4}-\d{2}-\d{2}\.csv"'
    assert re.fullmatch(named, reply.headers["Content-Disposition"])
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.server
@pytest.mark.parametrize(
    ("suffix", "accept", "sent"),
    [
        (".json", "*/*", "application/sparql-results+json"),
        (".tsv", "*/*", "text/tab-separated-values; charset=utf-8"),
        ("", "text/csv", "text/csv; charset=utf-8"),
        ("", "application/sparql-results+json", "application/sparql-results+json"),
        ("", "*/*", "application/sparql-results+json"),
        ("", HTML, "text/html; charset=utf-8"),
    ],
)
def test_the_format_follows_suffix_or_accept(server: Server, suffix: str, accept: str, sent: str) -> None:
    reply = server.ask(MEMBERS + suffix, accept)
    assert (reply.status, reply.type) == (200, sent)


@pytest.mark.server
def test_a_table_has_no_turtle_and_an_unknown_query_is_404(server: Server) -> None:
    assert server.ask(MEMBERS + ".ttl").status == 406
    assert server.ask(MEMBERS, "text/turtle").status == 406
    assert json.loads(server.ask("/queries/none-such").text)["kind"] == "no-such-query"


@pytest.mark.server
@pytest.mark.parametrize(
    "value", ["China", "People's Republic of China", "country/cn", "https://w3id.org/plenary/id/country/cn", "prc"]
)
def test_a_parameter_takes_names_and_addresses(server: Server, value: str) -> None:
    found = records(server.ask(f"{MEMBERS}.csv?body=ITU&country={quote(value)}").text)
    assert {row["countryLabel"] for row in found} == {"China"}


@pytest.mark.server
def test_a_role_is_chosen_by_label_from_a_list(server: Server) -> None:
    page = server.page("/queries/roles-in-group?role=convenor&group=WG%2011")
    assert re.search(r'<option value="plen:convenor" selected>convenor</option>', page)
    assert "Heng Qian" in page
    assert "Tangli Liu" not in page


@pytest.mark.server
def test_the_form_shows_defaults_by_name_and_keeps_a_permanent_address(server: Server) -> None:
    assert 'value="ISO/IEC JTC 1/WG 11"' in server.page("/queries/roles-in-group")
    page = server.page("/queries/roles-in-group?group=SC%2041")
    assert "/queries/roles-in-group?group=group%2Fiso-iec-jtc-1-sc-41" in page


@pytest.mark.server
def test_an_unknown_name_keeps_the_text_and_offers_candidates(server: Server) -> None:
    reply = server.ask("/queries/roles-in-group?group=smart", HTML)
    assert reply.status == 400
    assert 'value="smart"' in reply.text
    assert "Did you mean" in reply.text
    assert 'href="/queries/roles-in-group?group=group%2F' in reply.text
    told = json.loads(server.ask("/queries/roles-in-group.json?group=smart").text)
    assert (told["kind"], len(told["candidates"]) > 1) == ("unknown-name", True)


@pytest.mark.server
def test_a_choice_that_is_none_keeps_its_text_too(server: Server) -> None:
    reply = server.ask("/queries/roles-in-group?role=emperor", HTML)
    assert reply.status == 400
    assert re.search(r'<input id="p-2" name="role" value="emperor"', reply.text)


@pytest.mark.server
@pytest.mark.parametrize("query", ["footnote=many", "nope=1"])
def test_a_value_or_parameter_that_does_not_fit_is_400(server: Server, query: str) -> None:
    reply = server.ask("/queries/rests-on-note.json?" + query)
    assert (reply.status, json.loads(reply.text)["kind"]) == (400, "bad-parameter")


@pytest.mark.server
def test_text_of_a_request_never_becomes_query_text(server: Server) -> None:
    attack = quote('x") } INSERT DATA { <a:a> <a:a> <a:a> } #')
    reply = server.ask(f"/queries/rests-on-source-section.csv?section={attack}")
    assert (reply.status, records(reply.text)) == (200, [])
    address = quote("https://example.org/> } # ")
    assert server.ask(f"/queries/roles-in-group.csv?group={address}").status == 400


@pytest.mark.server
def test_things_are_links_and_the_raw_partner_column_is_hidden(server: Server) -> None:
    page = server.page("/queries/table-4-supported-work-items")
    assert '<a href="/id/organization/huawei">Huawei</a>' in page
    assert "memberLabel" not in page.partition("<table")[2].partition("</table>")[0]
    assert re.search(r'<td class="number" data-sort="274(\.0)?">274</td>', page)
    assert page.count("the evidence of row") == 8


@pytest.mark.server
def test_an_empty_result_says_what_is_covered(server: Server) -> None:
    page = server.page(MEMBERS + "?body=ITU&country=country/kr")
    assert "0 rows" in page
    assert "Nothing in this release fits these values." in page
    assert "Absence here is not absence in the world." in page


@pytest.mark.server
def test_the_query_opens_in_the_editor_as_it_was_run(server: Server) -> None:
    page = server.page("/queries/roles-in-group?group=SC%2041")
    link = re.search(r'href="(/sparql\?query=[^"]+)">Open in the editor', page)
    assert link
    assert "VALUES $group { &lt;https://w3id.org/plenary/id/group/iso-iec-jtc-1-sc-41&gt; }" in page or (
        "iso-iec-jtc-1-sc-41" in server.page(link[1].replace("&amp;", "&"))
    )


def test_csv_disarms_formulas_and_leaves_numbers_alone() -> None:
    texts = [Literal(said) for said in ("=1+1", "+49", "-x", "@me", "fine")]
    rows = Rows(("a", "b"), [(said, Literal("-5.5", datatype=DECIMAL)) for said in texts])
    found = [row["a"] for row in records(b"".join(to_csv(rows)).decode())]
    assert found == ["'=1+1", "'+49", "'-x", "'@me", "fine"]
    assert {row["b"] for row in records(b"".join(to_csv(rows)).decode())} == {"-5.5"}


def test_a_long_table_says_what_it_leaves_out() -> None:
    rows = Rows(("n",), [(Literal(str(number)),) for number in range(25)])
    assert table(rows, {"n": "string"}, most=10).left_out == 15


def test_a_chart_gets_numbers_labels_and_moments() -> None:
    spec = {"mark": "point", "encoding": {"x": {"field": "on", "type": "temporal"}, "y": {"field": "n"}}}
    rows = Rows(("on", "n", "who"), [(Literal("2012-12"), Literal("16.0", datatype=DECIMAL), None)])
    assert chart(spec, rows, "t")["data"]["values"] == [{"on": "2012-12-01T00:00:00", "n": 16.0, "who": None}]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("UNDEF", []),
        ("<https://w3id.org/plenary/id/country/cn>", [NamedNode("https://w3id.org/plenary/id/country/cn")]),
        ("plen:convenor plen:chair", [NamedNode(f"https://w3id.org/plenary/ns#{n}") for n in ("convenor", "chair")]),
        ('"Membership in \\"ITU\\""', [Literal('Membership in "ITU"')]),
    ],
)
def test_defaults_are_read_as_terms(block: str, expected: list[object]) -> None:
    assert default(saved.Parameter("x", "iri", "X", "", "", block)) == expected


def test_a_parameter_that_must_be_filled_is_refused_empty(server: Server) -> None:
    reply = server.ask("/queries/document-history.csv?document=")
    assert (reply.status, "Parameter document: give a value" in reply.text) == (400, True)
    page = server.page("/queries/document-history")
    assert re.search(r'<input [^>]*name="document"[^>]* required', page)
    assert "A field left empty" not in page  # it has no other field
