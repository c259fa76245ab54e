"""Cross-checks: what the report states follows from its own parts, and where it does not, that is listed with a reason."""

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from checked import curated_facts, facts_of, spoilt_facts
from click.testing import CliRunner
from pyoxigraph import RdfFormat, Store

from ontology import iris
from queries import crosscheck
from queries.crosscheck import BadCheck, Check, Result
from queries.expressions import BadExpression, Expression, plain
from queries.facts import NoSuchFact
from queries.relations import RELATIONS
from server.cli import main

HEADER = ",".join(crosscheck.COLUMNS)


@cache
def results() -> dict[str, Result]:
    return {result.check.id: result for result in crosscheck.run(curated_facts())}


@cache
def spoilt() -> dict[str, Result]:
    return {result.check.id: result for result in crosscheck.run(spoilt_facts()) if result.problems}


def details(result: Result) -> str:
    return "\n".join([str(result), *result.details()])


def test_the_report_agrees_with_itself_except_where_that_is_listed() -> None:
    assert [details(result) for result in results().values() if result.problems] == []


@pytest.mark.parametrize(
    ("check", "left", "right"),
    [
        ("work-items-supported-by-china", "23.36", "23"),
        ("work-items-without-support", "64.1", "64"),
        ("work-items-of-supported", "65.1", "65"),
        ("questions-81", "81", "81"),
        ("questions-led-share", "69.1", "69"),
        ("sg-13-share", "52.6", "53"),
        ("sg-15-share", "52.2", "52"),
        ("sg-5-share", "47.1", "47"),
        ("iot-share", "42.4", "42"),
        ("iot-work-items-share", "67.5", "67"),
        ("quantum-share", "26.8", "27"),
        ("table-3-china", "95", "95"),
        ("table-3-united-states", "83", "83"),
        ("q11-15-china-rows", "359", "374"),
        ("q11-15-united-states-rows", "123", "134"),
        ("support-likelihood-rise", "17.35", "17"),
        ("itu-one-fifth", "0.14", "0.2"),
        ("table-4-entities", "8", "8"),
        ("table-4-chinese", "7", "7"),
        ("sc-42-by-working-group", "5", "5"),
    ],
)
def test_a_figure_follows_from_its_parts(check: str, left: str, right: str) -> None:
    found = results()[check]
    assert (found.left.found, found.right.found, found.agrees) == (left, right, True)


@pytest.mark.parametrize(
    ("check", "left", "right", "reason"),
    [
        ("itu-sixfold", "6.625", "6", "6.6 times"),
        ("table-3-china-columns", "94", "95", "state"),
        ("appendix-2-either-role", "82", "83", "rounds"),
        ("questions-81-83", "83", "81", "2017-2022"),
        ("questions-69-roles", "associateRapporteur rapporteur", "rapporteur", "Appendix 2"),
        ("qkd-by-entity", "35", "34", "co-authored"),
        ("iso-secretariats-year-by-year", "79 66 68 76", "", "2020"),
        ("iso-committees-75-percent", "54.9", "75", "note 74"),
        ("table-4-period", "2017-2020", "2017-2022", "caption"),
        ("sg-20-2015-2016", "2015", "2016", "Smart Cities"),
        ("sg-20-2015-2017", "2015", "2017", "2017"),
        ("x-1811-note-245", "2021-04-30", "2020-04", "note 245"),
        ("wg-11-secretaries-overlap", "2020-09", "2020-09", "September 2020"),
        ("support-likelihood-unit", "percentagePoints", "percent", "17-point"),
    ],
)
def test_a_contradiction_of_the_report_is_listed_with_its_reason(
    check: str, left: str, right: str, reason: str
) -> None:
    found = results()[check]
    assert (found.left.found, found.right.found, found.agrees) == (left, right, False)
    assert reason in found.check.reason


def test_a_contradiction_names_the_claims_and_places_of_both_sides() -> None:
    found = results()["x-1811-note-245"]
    assert [claim.address for claim in found.left.claims] == ["event/itu-t-x-1811-approval"]
    assert [claim.address for claim in found.right.claims] == ["event/itu-t-x-1811-publication-note-245"]
    assert found.right.places == "Works Cited; note 245"
    assert "Quantum Information in ITU > Recommendations" in found.left.places


def test_every_share_with_its_count_is_compared() -> None:
    compared = [result for id_, result in results().items() if id_.startswith("share observation/")]
    assert len(compared) == len(curated_facts().rows("figures-recomputed"))
    assert results()["share observation/iot-contribution-share-china-2012-2022"].agrees


def test_all_values_of_written_checks_are_typed_by_hand() -> None:
    for check in crosscheck.checks():
        assert check.left_is, check.id
        assert bool(check.right_is) == bool(check.right), check.id
        assert check.compares, check.id


def test_a_figure_that_was_changed_is_named() -> None:
    assert "observation/itu-t-supported-work-items-huawei-table-4: 275" in details(spoilt()["table-4-threshold"])


def test_a_date_that_was_changed_is_named() -> None:
    text = details(spoilt()["wg-11-first-convenor"])
    assert "participation/yuan-yuan-convenor-jtc1-wg11@start is 2015-11, where the source gives 2015-10" in text


def test_a_listed_disagreement_that_has_vanished_fails() -> None:
    assert "the listed disagreement has vanished" in details(spoilt()["itu-sixfold"])


def test_a_claim_that_is_missing_fails() -> None:
    assert "observation/fg-qit4n-working-groups is not in the release" in details(spoilt()["fg-qit4n-working-groups"])


def test_a_disagreement_that_is_not_listed_fails() -> None:
    assert "125 equals 33 does not hold, and no reason is listed" in details(spoilt()["qkd-all"])


def test_two_dates_of_one_thing_that_no_row_compares_fail() -> None:
    pair = "pair event/itu-t-y-2069-approval event/itu-t-y-2069-approval-again"
    assert "2012 equals 2013 does not hold" in details(spoilt()[pair])


def test_a_figure_must_be_the_typed_one_and_not_one_that_rounds_to_it() -> None:
    facts = facts_of(world("<a> plen:value 274.4 ."))
    assert crosscheck.make(Check("x", "Words", "a", "274", "equals", "a", "274", "agrees", ""), facts).problems
    assert not crosscheck.make(
        Check("x", "Words", "a + 0", "274", "is at least", "274", "274", "agrees", ""), facts
    ).problems


def world(turtle: str) -> Store:
    store = Store()
    head = f"@prefix plen: <{iris.NS}> . @base <{iris.THINGS}observation/> . "
    store.load(head + turtle, format=RdfFormat.TURTLE)
    return store


def value(text: str) -> str:
    facts = facts_of(
        world("<a> plen:value 646.0 . <b> plen:value 2766.0 ; plen:unit plen:percent . <5g-c> plen:value 3 .")
    )
    return plain(Expression(text, facts).value())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "646"),
        ("a + 5g-c - 1", "648"),
        ("2 * a / ( b - 5g-c + 237 )", "0.4306666666666666666666666667"),
        ("a - 5g-c - 5g-c", "640"),
        ("b@unit", "percent"),
        ("series(a,5g-c)", "646 3"),
        ("number(a,observation/b)", "2"),
    ],
)
def test_an_expression_is_computed_as_it_reads(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("text", ["a +", "( a", "a b", "b@unit + 1", "a / 0", "+", "a )", "lots(a)"])
def test_an_expression_without_sense_is_refused(text: str) -> None:
    with pytest.raises((BadExpression, NoSuchFact)):
        value(text)


@pytest.mark.parametrize(
    ("relation", "left", "right", "holds"),
    [
        ("rounds to", Decimal("52.6"), Decimal("53"), True),
        ("rounds to", Decimal("64.25"), Decimal("64.3"), True),
        ("rounds to", Decimal("26.4"), Decimal("27"), False),
        ("is about", Decimal("6.625"), Decimal("6"), False),
        ("is about", Decimal("104"), Decimal("100"), True),
        ("is more than", Decimal("65"), Decimal("65"), False),
        ("is at least", (Decimal("127"), Decimal("10")), Decimal("10"), True),
        ("is at least", (Decimal("127"), Decimal("9")), Decimal("10"), False),
        ("never rises", (Decimal("25"), Decimal("25"), Decimal("24")), "", True),
        ("never falls", (Decimal("79"), Decimal("66")), "", False),
        ("is before", "2019-05", "2019-10", True),
        ("is before", "2019", "2019-10", False),
        ("is within", "2022-03-09", "2022-03", True),
        ("is within", "2022", "2022-03", False),
        ("equals", "2015", Decimal("2015"), True),
    ],
)
def test_a_relation_holds_as_its_words_say(relation: str, left: object, right: object, holds: bool) -> None:
    assert RELATIONS[relation](left, right) is holds  # type: ignore[arg-type]


def table(folder: Path, *rows: str) -> Path:
    (folder / "checks.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (["x,Words,a,1,resembles,b,1,agrees,"], "checks.csv, row 2: no relation is called 'resembles'"),
        (["x,Words,a,1,equals,b,2,disagrees,"], "checks.csv, row 2: the outcome is agrees, or disagrees with a reason"),
        (
            ["x,Words,a,1,equals,b,1,agrees"],
            "checks.csv, row 2: it must have a cell, if an empty one, under each of id",
        ),
        (["x,Words,a,1,equals,b,1,agrees,", "x,Words,a,1,equals,b,1,agrees,"], "two cross-checks are called x"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, rows: list[str], problem: str) -> None:
    with pytest.raises(BadCheck, match=problem):
        crosscheck.checks(table(tmp_path, *rows))


def test_figures_and_dates_that_cannot_be_compared_fail_and_do_not_break_off() -> None:
    facts = facts_of(world("<a> plen:value 1 ; plen:unit plen:percent ."))
    found = crosscheck.make(Check("x", "Words", "a@unit", "percent", "is before", "a", "1", "agrees", ""), facts)
    assert found.problems == ("percent and 1 cannot be compared by 'is before'",)


@pytest.fixture
def without_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """`plenary check` without what loaders check, which has its own tests and takes long."""
    monkeypatch.setattr("loaders.checks.all_checks", lambda release: iter(()))


@pytest.mark.usefixtures("without_rules")
def test_plenary_check_lists_contradictions_and_passes(release: Path) -> None:
    said = CliRunner().invoke(main, ["check", "--store", str(release)])
    assert said.exit_code == 0, said.output
    assert "itu-sixfold: Growth of Chinese membership" in said.output
    assert "competency questions: all are answered as the source has it" in said.output
    assert CliRunner().invoke(main, ["check", "--quiet", "--store", str(release)]).output == ""


@pytest.mark.usefixtures("without_rules")
def test_plenary_check_fails_by_the_name_of_what_was_changed(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Spoilt:
        select = staticmethod(spoilt_facts()._select)

        def close(self) -> None: ...

    monkeypatch.setattr("queries.store.open_store", lambda place: Spoilt())
    said = CliRunner().invoke(main, ["check", "--store", str(release)])
    assert said.exit_code == 1
    for name in ("supported-work-items-huawei-table-4", "yuan-yuan-convenor-jtc1-wg11", "heng-qian-convenor-jtc1-wg11"):
        assert name in said.output
