"""Measures: shares, concentration and trends, on small sets that are counted by hand."""

import math
from functools import partial

import numpy as np
import pytest

from ontology import iris
from ontology.terms import PLEN
from queries.measures.holdings import CLAIMS, GROUPS, LEADS, Attributions, Holding, Role, read_roles
from queries.measures.observations import number
from queries.measures.shares import Shares, fractional, herfindahl, shares
from queries.measures.stored import Side, figures, scopes
from queries.measures.trend import Line, lines, trend

# Seven pairs on six documents: C has no known seat, nobody is known for D5, and B belongs to A.
HOLDINGS = (
    Holding("D1", "A", ("G1",), (2014, 2019)),
    Holding("D1", "B", ("G1",), (2014, 2019)),
    Holding("D2", "A", ("G1",), (2015,)),
    Holding("D3", "A", ("G2",), (2019,)),
    Holding("D4", "C", ("G2",), (2020,)),
    Holding("D5", "", ("G2",), ()),
    Holding("D6", "B", ("G1", "G2"), (2016,)),
)
SEATS = {"registration": {"A": frozenset({"cn"}), "B": frozenset({"us"})}, "ultimateParent": {"B": frozenset({"cn"})}}
KNOWN = Attributions(SEATS, {"B": "A"}, {})
ROLE = Role(
    "invented", "https://w3id.org/plenary/ns#rapporteur", "https://w3id.org/plenary/id/body/x", "2025-01-01", HOLDINGS
)


def of_years(counts: dict[tuple[int, str], int], rows_each: int = 1) -> list[Line]:
    """So many documents of a year and an actor, each with so many rows."""
    return [
        Line(year, actor, f"{year}-{actor}-{document}")
        for (year, actor), documents in counts.items()
        for document in range(documents)
        for _ in range(rows_each)
    ]


def test_a_pair_counts_once_and_what_is_unknown_stays_in_the_denominator() -> None:
    found = shares(HOLDINGS, partial(KNOWN.country, "registration"))
    assert found == Shares({"cn": 3, "us": 2}, 7, 2)
    assert found.percent("cn") == pytest.approx(300 / 7)


def test_under_the_ultimate_parent_rule_a_subsidiary_counts_where_its_parent_is() -> None:
    assert shares(HOLDINGS, partial(KNOWN.country, "ultimateParent")) == Shares({"cn": 5}, 7, 2)
    assert shares(HOLDINGS, partial(KNOWN.actor, "ultimateParent")) == Shares({"A": 5}, 7, 2)


def test_legal_entities_count_for_themselves_whatever_their_seat() -> None:
    assert shares(HOLDINGS, partial(KNOWN.actor, "registration")) == Shares({"A": 3, "B": 2, "C": 1}, 7, 1)


def test_an_organization_of_two_countries_under_one_rule_is_of_none() -> None:
    disputed = Attributions({"registration": {"A": frozenset({"cn", "us"})}}, {}, {})
    assert disputed.country("registration", "A") == ""


def test_a_split_document_counts_one_in_all() -> None:
    found = fractional(HOLDINGS, partial(KNOWN.country, "registration"))
    assert found == Shares({"cn": 2.5, "us": 1.5}, 6, 2)


def test_the_herfindahl_index_leaves_out_what_is_unknown() -> None:
    assert herfindahl(Shares({"cn": 3, "us": 2}, 7, 2)) == pytest.approx(0.52)  # 0.6² + 0.4²
    assert herfindahl(Shares(dict.fromkeys("abcd", 5), 20, 0)) == pytest.approx(1 / 4)
    assert herfindahl(Shares({"a": 1}, 9, 8)) == 1


def test_equal_shares_have_one_rank() -> None:
    assert Shares({"a": 1, "b": 3, "c": 3, "d": 2}, 9, 0).ranked() == [(1, "b"), (1, "c"), (3, "d"), (4, "a")]


def test_scopes_are_the_body_and_its_groups_by_the_first_versions_five_years() -> None:
    found = {(s.about.get("aboutGroup", "body"), s.period): len(s.holdings) for s in scopes(ROLE)}
    assert found == {
        ("body", None): 7, ("body", (2010, 2014)): 2, ("body", (2015, 2019)): 3, ("body", (2020, 2024)): 1,
        ("G1", None): 4, ("G1", (2010, 2014)): 2, ("G1", (2015, 2019)): 2,
        ("G2", None): 4, ("G2", (2015, 2019)): 2, ("G2", (2020, 2024)): 1,
    }  # fmt: skip


def test_a_document_without_a_lead_group_is_in_none_where_others_have_one() -> None:
    """D1 is led by G1; D2 has G2 and leads nowhere; in a set without lead groups both count for all they have."""

    def select(query: str) -> list[dict[str, str]]:
        one = {"graph": iris.graph("invented"), "role": ROLE.role, "who": iris.thing("person", "x"), "day": "2025"}
        groups = [
            {"document": "D1", "value": "G1"},
            {"document": "D1", "value": "G2"},
            {"document": "D2", "value": "G2"},
        ]
        claims = [one | {"document": name, "for": "A"} for name in ("D1", "D2")]
        return {CLAIMS: claims, LEADS: groups[:1], GROUPS: groups}.get(query, [])

    assert [h.groups for h in read_roles(select)[0].holdings] == [("G1",), ()]
    assert [h.groups for h in read_roles(lambda q: [] if q == LEADS else select(q))[0].holdings] == [
        ("G1", "G2"),
        ("G2",),
    ]


def test_stored_shares_stand_with_count_denominator_missing_part_and_rank() -> None:
    found = [f for f in figures([ROLE], KNOWN) if f.measure == "documentRoleShare" and f.rule == "registration"]
    (china,) = [f for f in found if f.about.get("aboutCountry") == "cn" and "aboutBody" in f.about and not f.period]
    assert {name: round(value, 3) for name, value in china.numbers.items()} == {
        "value": 42.857, "numerator": 3, "denominator": 7, "missing": 2, "ranking": 1,
    }  # fmt: skip


def test_every_stored_figure_has_an_address_of_its_own_and_terms_of_the_ontology() -> None:
    labelled = Attributions(SEATS, {"B": "A"}, {"cn": "China", "D1": "one"})
    found = list(figures([ROLE], labelled))
    assert len({figure.address for figure in found}) == len(found) > 50
    assert {PLEN.get(f.measure) for f in found} | {PLEN.get(f.unit) for f in found}


@pytest.mark.parametrize("rule", ["registration", "ultimateParent", "delegation"])
def test_a_rule_that_no_source_uses_gives_no_country_and_shows_all_pairs_as_unknown(rule: str) -> None:
    found = [f for f in figures([ROLE], Attributions({}, {}, {})) if f.rule == rule and "country" in f.measure]
    assert not [figure for figure in found if "aboutCountry" in figure.about]
    assert {figure.measure for figure in found} == {"countryUnknown"}
    (whole,) = (f for f in found if "aboutBody" in f.about and not f.period)
    assert (whole.numbers["value"], whole.numbers["numerator"], whole.numbers["denominator"]) == (100, 7, 7)


def test_a_delegation_counts_where_a_source_says_for_which_country_an_organization_stands() -> None:
    body = Attributions({"delegation": {"A": frozenset({"cn"})}}, {}, {})
    found = [f for f in figures([ROLE], body) if f.rule == "delegation" and "aboutBody" in f.about and not f.period]
    share = next(f for f in found if f.measure == "documentRoleShare")
    assert (share.about["aboutCountry"], share.numbers["numerator"], share.numbers["missing"]) == ("cn", 3, 4)


def test_the_odds_ratio_of_two_years_is_that_of_the_four_cells() -> None:
    """(30 / 30) / (20 / 40) = 2, its logarithm with variance 1/20 + 1/40 + 1/30 + 1/30, corrected for 120 clusters."""
    found = trend(of_years({(2000, "x"): 20, (2000, "y"): 40, (2001, "x"): 30, (2001, "y"): 30}), "x")
    assert found
    error = math.sqrt((1 / 20 + 1 / 40 + 2 / 30) * 120 / 118)
    expected = [2 * math.exp(sign * 1.959964 * error) for sign in (-1, 1)]
    assert [found.odds_ratio, found.low, found.high] == pytest.approx([2, *expected], rel=1e-5)
    assert found.p == pytest.approx(math.erfc(math.log(2) / error / math.sqrt(2)), rel=1e-5)
    assert (found.rows, found.events, found.missing) == (120, 50, 0)


def test_trends_stand_for_the_body_and_for_each_group() -> None:
    """Odds of A: 20 to 40 in 2000 and 30 to 30 in 2001, twice as high; G2 has too few."""
    counts = {(2000, "A"): 20, (2000, "B"): 40, (2001, "A"): 30, (2001, "B"): 30}
    held = [Holding(f"{y}-{a}-{n}", a, ("G1",), (y,)) for (y, a), number in counts.items() for n in range(number)]
    role = Role(ROLE.source, ROLE.role, ROLE.body, ROLE.day, (*held, Holding("D1", "A", ("G2",), (2000,))))
    found = [f for f in figures([role], KNOWN) if f.measure == "documentRoleOddsRatio" and f.rule == "registration"]
    assert {(f.about.get("aboutGroup", "body"), f.about.get("aboutAgent")) for f in found if "aboutAgent" in f.about} == {
        ("body", "A"), ("body", "B"), ("G1", "A"), ("G1", "B"),
    }  # fmt: skip
    (group,) = [f for f in found if f.about.get("aboutGroup") == "G1" and f.about.get("aboutCountry") == "cn"]
    assert (group.numbers["value"], group.numbers["denominator"]) == (pytest.approx(2), 120)


def test_versions_of_one_document_are_no_further_evidence() -> None:
    """Each row twice: the error stays what it was, but for the correction (120/119 of clusters, 239/238 of rows)."""
    found = trend(of_years({(2000, "x"): 20, (2000, "y"): 40, (2001, "x"): 30, (2001, "y"): 30}, rows_each=2), "x")
    assert found
    error = math.sqrt((1 / 20 + 1 / 40 + 2 / 30) * 120 / 119 * 239 / 238)
    assert found.low == pytest.approx(2 * math.exp(-1.959964 * error), rel=1e-5)


def test_errors_are_those_of_the_clustered_sandwich() -> None:
    """Newton's method and the sandwich, written out."""
    random = np.random.default_rng(7)
    documents = random.integers(0, 40, 300)
    years = 2000 + random.integers(0, 20, 300)
    events = random.random(300) < 0.2 + 0.02 * (years - 2000)
    found = trend(
        [Line(int(y), "x" if e else "y", str(d)) for y, e, d in zip(years, events, documents, strict=True)], "x"
    )
    x = np.column_stack([np.ones(300), years - years.mean()])
    beta = np.zeros(2)
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ beta))
        bread = np.linalg.inv((x * (p * (1 - p))[:, None]).T @ x)
        beta = beta + bread @ x.T @ (events - p)
    scores = np.array([((events - p)[:, None] * x)[documents == d].sum(axis=0) for d in np.unique(documents)])
    clusters = len(scores)
    variance = bread @ scores.T @ scores @ bread * clusters / (clusters - 1) * 299 / 298
    assert found
    assert found.odds_ratio == pytest.approx(math.exp(beta[1]), rel=1e-6)
    assert found.high == pytest.approx(math.exp(beta[1] + 1.959964 * math.sqrt(variance[1, 1])), rel=1e-5)


def test_unknown_actors_are_left_out_of_a_trend_and_counted() -> None:
    rows = of_years({(2000, "x"): 20, (2000, "y"): 40, (2001, "x"): 30, (2001, "y"): 30, (2001, ""): 9})
    found = trend(rows, "x")
    assert found
    assert (round(found.odds_ratio, 6), found.missing) == (2, 9)


@pytest.mark.parametrize(
    "rows", [{(2000, "x"): 19, (2001, "y"): 99}, {(2000, "x"): 99, (2001, "y"): 19}, {(2000, "x"): 50, (2000, "y"): 50}]
)
def test_too_few_rows_or_one_year_give_no_trend(rows: dict[tuple[int, str], int]) -> None:
    assert trend(of_years(rows), "x") is None


def test_an_actor_that_has_all_of_some_years_gives_no_trend() -> None:
    """Years that part the actor from all others have no finite slope."""
    assert trend(of_years({(2000, "x"): 30, (2001, "y"): 30}), "x") is None


def test_a_document_stands_in_the_year_of_its_first_version_or_in_all_of_its_years() -> None:
    of = partial(KNOWN.actor, "registration")
    assert [(line.year, line.document) for line in lines(HOLDINGS[:3], of)] == [
        (2014, "D1"),
        (2014, "D1"),
        (2015, "D2"),
    ]
    assert [line.year for line in lines(HOLDINGS[:1], of, versions=True)] == [2014, 2019]


def test_numbers_are_written_as_decimals() -> None:
    assert [number(n) for n in (16.0, 42.857142857, 0.0, 3.992526e-09)] == ["16", "42.857143", "0", "0.00000000399"]


def test_a_side_is_named_after_whom_it_counts_for() -> None:
    assert [Side("registration", about, str).word for about in ("aboutCountry", "aboutAgent")] == [
        "country",
        "organization",
    ]
