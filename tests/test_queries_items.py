"""Saved queries over item-level records: what they say of invented ones, as counted by hand from tests/items.py.

84 pairs: 35 of Alpha in China, 10 of Alpha in Sweden, 30 of Beta in the United States, 5 of Gamma and 1 of Huawei, whose
registration no source names, 2 without an employer and 1 without a rapporteur.
"""

from functools import cache
from pathlib import Path

import pytest
from checked import facts_of
from items import items_store
from pyoxigraph import NamedNode, Quad, RdfFormat, Store
from small import WORLD

from loaders.build import build
from loaders.items import Items
from ontology import iris, releases
from ontology.terms import PLEN
from queries import saved
from queries.facts import Facts, Row
from queries.measures import stored


@cache
def facts() -> Facts:
    return facts_of(items_store())


def rows(slug: str, **parameters: str) -> list[Row]:
    return facts().rows(slug, {name: [text] for name, text in parameters.items()})


def cells(found: list[Row], *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in found]


def test_countries_stand_with_both_rules_and_both_unknown_parts() -> None:
    found = rows("roles-by-country")
    assert cells(found, "countryLabel", "registrationPairs", "parentPairs") == [
        ("China", "35", "45"), ("United States", "30", "30"), ("SE", "10", ""),
    ]  # fmt: skip
    assert set(cells(found, "registrationUnknown", "parentUnknown", "total")) == {("9", "9", "84")}


def test_no_record_says_for_which_country_a_delegate_stands_so_all_pairs_are_unknown_under_that_rule() -> None:
    found = rows("roles-by-country")
    assert set(cells(found, "delegationPairs", "delegationShare", "delegationUnknown")) == {("", "", "84")}
    unknown = rows("roles-of-unknown-attribution", attribution="plen:delegation")
    (whole,) = (r for r in unknown if r["scope"].endswith("body/3gpp") and not r["period"])
    assert cells([whole], "value", "numerator", "denominator") == [("100", "84", "84")]


def test_organizations_stand_for_themselves_or_below_their_parent() -> None:
    names = ("rank", "organizationLabel", "numerator", "denominator", "missing")
    assert cells(rows("roles-by-organization"), *names)[:3] == [
        ("1", "Alpha Systems Ltd", "35", "84", "3"), ("2", "Beta Networks Inc.", "30", "84", "3"),
        ("3", "Alpha Systems Sweden AB", "10", "84", "3"),
    ]  # fmt: skip
    found = rows("roles-by-organization", attribution="plen:ultimateParent")
    assert cells(found, "organizationLabel", "numerator")[0] == ("Alpha Systems Ltd", "45")


def test_a_group_counts_the_documents_that_it_leads() -> None:
    found = rows("roles-by-country", scope="group/3gpp-sa1")
    assert cells(found, "countryLabel", "registrationPairs", "total") == [
        ("China", "30", "42"),
        ("United States", "10", "42"),
    ]


def test_concentration_is_that_of_known_shares() -> None:
    """SA1: 30 of China and 10 of the United States known, 0.75² + 0.25²; organizations: 30, 10 and 1 of 41."""
    found = {(row["measureName"], row["scopeLabel"]): row for row in rows("concentration-by-group")}
    countries = found["concentration by country", "3GPP SA1"]
    assert (countries["value"], countries["denominator"], countries["missing"]) == ("0.625", "42", "2")
    assert float(found["concentration by organization", "3GPP SA1"]["value"]) == pytest.approx(1001 / 1681, abs=1e-6)


def test_a_majority_is_one_of_what_is_known() -> None:
    found = cells(rows("groups-with-a-majority"), "scopeLabel", "actorLabel", "shareOfKnown")
    assert ("3GPP SA1", "China", "75") in found
    assert ("3GPP RAN2", "United States", "57.14") in found  # 20 of 35 known: 5 of Alpha in China, 10 of Sweden


def test_leading_organizations_stand_by_years_of_first_publication() -> None:
    found = rows("leading-organizations", scope="group/3gpp-ran2")
    assert cells(found, "period", "rank", "organizationLabel", "numerator") == [
        ("2010-2014", "1", "Alpha Systems Ltd", "5"), ("2010-2014", "1", "Gamma Radio GmbH", "5"),
        ("2015-2019", "1", "Beta Networks Inc.", "20"), ("2015-2019", "2", "Alpha Systems Sweden AB", "10"),
    ]  # fmt: skip


def test_a_change_counts_an_actor_of_one_of_the_periods_only() -> None:
    """Beta: 10 of 40 in 2000-2004, 20 of 30 in 2015-2019; Alpha in China: 30 of 40, and none."""
    found = {row["actorLabel"]: float(row["change"]) for row in rows("change-between-years")}
    assert found["Beta Networks Inc."] == pytest.approx(66.666667 - 25)
    assert found["Alpha Systems Ltd"] == -75
    assert found["Alpha Systems Sweden AB"] == pytest.approx(33.333333)


def test_the_matrix_sets_seats_against_parents() -> None:
    found = {
        (r["registeredInLabel"], r["controlledFromLabel"]): r["pairs"] for r in rows("registration-against-parent")
    }
    assert found["SE", "China"] == "10"
    assert found["China", "China"] == "35"
    assert found["United States", "United States"] == "30"


def test_the_matrix_and_its_missing_part_make_up_the_total() -> None:
    """81 pairs of organizations, six of them without any country, and three of nobody."""
    found = rows("registration-against-parent")
    assert {(row["total"], row["missing"]) for row in found} == {("84", "3")}
    assert sum(int(row["pairs"]) for row in found) == 81
    (lead,) = [
        r for r in rows("registration-against-parent", scope="group/3gpp-ran2") if r["registeredInLabel"] == "SE"
    ]
    assert (lead["pairs"], lead["share"]) == ("10", "23.81")  # of 42


def test_people_in_roles_are_counted_by_country() -> None:
    """83 roles: 35 in China, 10 in Sweden, 30 in the United States; a document that names nobody has none."""
    found = cells(rows("role-holders-by-country"), "countryLabel", "roles", "share", "total", "missing")
    assert found == [
        ("China", "35", "42.17", "83", "8"),
        ("United States", "30", "36.14", "83", "8"),
        ("SE", "10", "12.05", "83", "8"),
    ]


def test_the_missing_part_is_that_of_each_rule() -> None:
    """A label of the source has only Huawei, which the report calls Chinese; by registration 8 are in no country."""
    found = facts().rows("role-holders-by-country", {"attribution": []})
    assert {(row["rule"], row["missing"]) for row in found} >= {("registration", "8"), ("label of the source", "82")}


def test_a_document_counts_for_each_of_its_groups_if_asked() -> None:
    names = ("countryLabel", "pairs", "total", "missing")
    assert cells(rows("roles-by-country-in-all-groups", group="group/3gpp-sa1"), *names) == [
        ("China", "30", "41", "1"),
        ("United States", "10", "41", "1"),
    ]


def test_an_organization_has_its_share_in_each_span_of_years() -> None:
    """40 pairs on documents of 2004, 30 of them of Alpha; 8 and one of 2012 with its other documents."""
    found = rows("roles-by-organization-and-years", organization="organization/alpha-systems-ltd")
    assert cells(found, "period", "numerator", "denominator", "value")[0] == ("2000-2004", "30", "40", "75")
    assert [row["numerator"] for row in found] == ["30", "5"]


def test_countries_and_organizations_stand_apart_where_both_are_listed() -> None:
    for slug in ("groups-with-a-majority", "change-between-years"):
        among = {(row["actorLabel"], row["among"]) for row in rows(slug)}
        assert ("China", "country") in among
        assert {kind for name, kind in among if name == "Alpha Systems Ltd"} == {"organization"}


def test_a_post_that_a_source_gives_to_a_country_counts_for_it_under_the_label_of_the_source() -> None:
    """Canada chairs ISO/IEC JTC 1/SC 41 and convenes in SC 42, by the report, which names no person."""
    (posts,) = rows("working-and-leadership-level", country="country/ca")
    assert cells([posts], "level", "rule", "holders") == [("strategic", "label of the source", "2")]
    assert int(posts["missing"]) < int(posts["total"]) / 2


@pytest.mark.parametrize("slug", ["foundational-documents-share", "pattern-by-technology"])
def test_thousands_of_records_of_one_technology_hide_no_other(slug: str) -> None:
    store = Store()
    store.bulk_extend(items_store().quads_for_pattern(None, None, None))
    records = NamedNode(iris.graph("relaton-3gpp"))
    technology, about = PLEN.technology, NamedNode(iris.thing("technology", "5g"))
    store.bulk_extend(Quad(NamedNode(iris.thing("document", f"a{n}")), technology, about, records) for n in range(6000))
    assert facts_of(store).rows(slug, {}) == rows(slug)


def test_working_and_leadership_shares_stand_with_total_and_missing_part() -> None:
    found = rows("working-and-leadership-level", country="country/cn")
    working = [r for r in found if r["level"] == "working" and r["rule"] == "registration"]
    assert cells(working, "roleName", "holders", "share", "total", "missing") == [
        ("rapporteur", "35", "41.67", "84", "9")
    ]
    posts = [r for r in found if r["level"] == "strategic"]
    assert posts
    assert all(int(r["holders"]) + int(r["missing"]) <= int(r["total"]) for r in posts)


def test_legal_entities_stand_below_their_parent_in_each_group() -> None:
    found = rows("subsidiaries-across-groups", parent="organization/alpha-systems-ltd")
    assert cells(found, "organizationLabel", "registeredIn", "groupLabel", "documents") == [
        ("Alpha Systems Sweden AB", "SE", "3GPP RAN2", "10")
    ]
    assert cells(rows("entities-of-parents"), "organizationLabel", "pairs", "parentPairs") == [
        ("Alpha Systems Ltd", "35", "45"), ("Alpha Systems Sweden AB", "10", "45"), ("Huawei", "1", "1"),
    ]  # fmt: skip


def test_a_listing_of_the_parent_reaches_its_subsidiaries_and_nobody_else() -> None:
    found = cells(rows("listed-employers"), "organizationLabel", "listedLabel", "date", "documents")
    assert list(dict.fromkeys(found)) == [
        ("Alpha Systems Ltd", "Alpha Systems Ltd", "2020-05-01", "35"),
        ("Alpha Systems Sweden AB", "Alpha Systems Ltd", "2020-05-01", "10"),
        ("Huawei", "Huawei", "", "1"),
    ]


def test_nobody_is_named_as_unknown_and_never_counted_as_somebody() -> None:
    assert len(rows("documents-without-role-holder")) == 1
    assert len(rows("people-of-unknown-employer")) == 2


def test_documents_are_counted_by_type_and_year_of_each_version() -> None:
    found = {row["period"]: row["value"] for row in rows("documents-by-year", body="body/3gpp")}
    assert found == {"2004": "40", "2012": "9", "2016": "30", "2017": "30"}


def test_a_document_that_the_curated_data_describe_is_counted_with_its_set() -> None:
    """ISO/IEC 30141:2018 stands in both: its record gives the date, the curated data the class."""
    found = {row["period"]: row["value"] for row in rows("documents-by-year", body="body/iso")}
    assert found == {"2018": "1", "2019": "1", "2021": "2"}


def test_editions_stand_with_their_stage() -> None:
    names = ("year", "stage", "documents")
    found = cells(rows("documents-by-committee-and-stage"), *names)
    assert list(dict.fromkeys(found)) == [
        ("2018", "95.99", "1"), ("2019", "60.60", "1"), ("2021", "60.60", "1"), ("2021", "95.99", "1"),
    ]  # fmt: skip


def test_no_figure_of_employers_is_dated_before_the_records_were_collected() -> None:
    """A figure of a period says so in its method; every other one is as of the crawl."""
    for quad in items_store().quads_for_pattern(None, PLEN.measure, PLEN.documentRoleShare):
        has_period = next(items_store().quads_for_pattern(quad.subject, PLEN.period, None), None)
        method = next(items_store().quads_for_pattern(quad.subject, PLEN.method, None)).object.value
        assert ("last known holders" in method) == bool(has_period)


def test_every_query_of_records_is_offered_only_where_they_are() -> None:
    query = saved.find("roles-by-country")
    assert query.is_offered(["great-game", "relaton-3gpp"])
    assert not query.is_offered(["great-game", "derived"])
    assert saved.find("definitions").is_offered([])


def test_no_triple_of_the_measures_stands_in_two_graphs() -> None:
    own = set(map(str, stored.quads(items_store())))
    for quad in items_store().quads_for_pattern(None, PLEN.measure, PLEN.documentRoleShare):
        assert isinstance(quad.graph_name, NamedNode)
        assert quad.graph_name.value == iris.graph("derived")
    assert own


def test_a_build_keeps_the_measures_in_dump_and_store_alike(tmp_path: Path) -> None:
    from items import write

    (tmp_path / "records").mkdir()
    write(tmp_path / "records")
    records = Items({"relaton": [tmp_path / "records"]}, {"": "2025-12-12"})
    summary = build(tmp_path / "place", folder=WORLD, items=records, compute=stored.quads)
    dumped, kept = Store(), Store.read_only(str(summary.release.store))
    dumped.bulk_load(path=summary.release.dump, format=RdfFormat.N_QUADS)
    said = [{str(quad) for quad in store if "_:" not in str(quad)} for store in (dumped, kept)]
    assert said[0] == said[1]
    assert len(kept) == summary.release.statements
    assert next(kept.quads_for_pattern(None, PLEN.measure, PLEN.documentRoleShare), None)
    assert releases.hashed(summary.release.dump) == summary.release.digest
    again = build(tmp_path / "place", folder=WORLD, items=records, compute=stored.quads)
    assert not again.new
