"""Entity resolution: names meet by spelling or by decision, and by nothing else; persons by employer or group."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from loaders.relaton.lookup import Lookup
from loaders.relaton.writer import Writer
from loaders.resolution import ask
from loaders.resolution.decisions import FILE, Decision, decisions
from loaders.resolution.doubts import Facts, doubts
from loaders.resolution.record import joined, left, write
from loaders.resolution.resolver import DECISION, FORM, NEW, SPELLING, Resolver
from loaders.resolution.spelling import legal_form, nobody, spelling
from loaders.tables import BadRecord, BadRecords
from ontology import iris

HUAWEI, BRAND = iris.thing("organization", "huawei"), iris.thing("organization", "huawei-brand")


def resolver(*decided: tuple[str, str, str]) -> Resolver:
    found = (Decision(a, b, verdict, "because", "", "2026-11-24") for a, b, verdict in decided)
    lookup = Lookup()
    return Resolver(lambda name: lookup.address("organization", name), tuple(found))


def one(names: Iterable[str], *decided: tuple[str, str, str]) -> bool:
    found = resolver(*decided)
    return len({found.resolve(name).address for name in names}) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("HuaWei Technologies Co., Ltd", "HUAWEI TECHNOLOGIES Co. Ltd.", "Huawei Technologies Company Limited"),
        ("Fujitsu Limited", "Fujitsu Limited.."),
        ("Alcatel-Lucent Telecom Ltd", "Alcatel-Lucent Telecom Limited"),
        ("T-Mobile Austria GmbH", "T-Mobile AUSTRIA GmbH"),
        ("Telecom Italia S.p.A.", "TELECOM ITALIA SpA"),
        ("Nokia Denmark A/S", "NOKIA  Denmark AS"),
        ("Telefónica S.A.", "TELEFONICA SA"),
        ("Nokia Solutions & Networks Oy", "Nokia Solutions and Networks Oy"),
        ("Nippon Telegraph and Telephone Corporation (NTT)", "Nippon Telegraph and Telephone Corp."),
        (
            "Electronics & Telecommunications Research Institute (ETRI)",
            "Electronics and Telecommunications Research Institute",
        ),
    ],
)
def test_spellings_of_one_name_are_one_organization(names: tuple[str, ...]) -> None:
    assert one(names)


@pytest.mark.parametrize(
    "names",
    [
        ("British Telecommunications plc", "Emirates Telecommunications Corporation"),
        ("Samsung Electronics Co., Ltd.", "Samsung Electronics GmbH"),
        ("Vodafone K.K.", "Vodafone GmbH"),
        ("FSCOM", "SECOM"),
        ("Intel K.K.", "Intel Korea, Ltd."),
        ("Apple AB", "Apple GmbH"),
        ("KDDI Corporation (TTC)", "KDDI Corporation"),
        ("Nortel Networks (USA)", "Nortel Networks"),
        ("Qualcomm Inc.", "Qualcomm Ltd."),
        ("ERICSSON RESEARCH CANADA", "ERICSSON Research Cananda"),
    ],
)
def test_a_weak_match_never_joins_two_organizations(names: tuple[str, str]) -> None:
    assert not one(names)


@pytest.mark.parametrize("name", ["", " ", '" "', "Waiting for new Company", "S1", "R3", "SP", "n/a", "TBD"])
def test_a_blank_a_placeholder_and_a_group_code_are_nobody(name: str) -> None:
    assert nobody(name)
    assert Lookup().organization(name) == ""


@pytest.mark.parametrize("name", ["OTD", "S1 GmbH", "3M", "NIST", "华为技术有限公司"])
def test_a_short_or_chinese_name_is_still_somebody(name: str) -> None:
    assert not nobody(name)


def test_a_chinese_name_keeps_its_characters() -> None:
    assert spelling("华为技术有限公司") == "华为技术有限公司"


def test_the_legal_form_is_the_longest_one_at_the_end() -> None:
    assert legal_form("Nokia Solutions and Networks GmbH & Co. KG") == "gmbh and co kg"
    assert legal_form("Vodafone K.K.") == "kk"
    assert legal_form("Orange") == ""


def test_a_decision_joins_what_no_rule_joins_and_says_so() -> None:
    found = resolver(("ERICSSON Research Cananda", "Ericsson Research Canada", "same"))
    right = found.resolve("Ericsson Research Canada")
    wrong = found.resolve("ERICSSON Research Cananda")
    assert right.address == wrong.address
    assert (wrong.rule, wrong.decisions[0].reason) == (DECISION, "because")


def test_a_join_by_spelling_is_undone_by_one_line() -> None:
    names = ("Huawei Technologies Co., Ltd", "HUAWEI TECHNOLOGIES Co. Ltd.")
    assert one(names)
    assert not one(names, (*names, "different"))
    assert not one(reversed(names), (*names, "different"))


def test_a_line_that_parts_two_names_leaves_a_third_spelling_with_the_other_ones() -> None:
    found = resolver(("ACME Ltd", "Acme Ltd.", "different"))
    apart, here, third = (found.resolve(name).address for name in ("ACME Ltd", "Acme Ltd.", "acme limited"))
    assert len({apart, here}) == 2
    assert third == here


US, SE = (iris.thing("country", code) for code in ("us", "se"))


def seated(first: tuple[str, str], second: tuple[str, str], *decided: tuple[str, str, str]) -> bool:
    found = resolver(*decided)
    for name, seat in (first, second):
        address = found.resolve(name, seat).address
        found.seats[address] |= {seat} - {""}
    return found.resolve(first[0]).address == found.resolve(second[0]).address


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Cloudflare", US), ("Cloudflare, Inc.", "")),
        (("Cloudflare, Inc.", US), ("Cloudflare", "")),
        (("Cloudflare, Inc.", ""), ("Cloudflare", US)),
        (("IBM", US), ("IBM Corporation", US)),
    ],
)
def test_a_name_with_and_without_inc_or_corp_is_one_in_a_country_of_that_form(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    assert seated(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Ericsson", SE), ("Ericsson Inc.", "")),  # the form of another country: a company below it
        (("Facebook", US), ("Facebook Inc", iris.thing("country", "ie"))),  # two countries
        (("TruePosition", ""), ("TruePosition Inc.", "")),  # no country known
        (("Vodafone", iris.thing("country", "gb")), ("Vodafone Ltd", "")),  # Ltd is often a company below the group
        (("China Telecom", iris.thing("country", "cn")), ("China Telecom Corporation Ltd.", "")),
        (("Acme Inc.", US), ("Acme Corp.", US)),
    ],
)
def test_a_legal_form_more_joins_nothing_without_a_country_of_that_form(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    assert not seated(first, second)


def test_a_legal_form_more_joins_nothing_where_a_second_company_bears_the_name() -> None:
    found = resolver()
    found.seats[found.resolve("Acme", US).address] = {US}
    found.resolve("Acme GmbH")
    assert found.resolve("Acme Inc.").rule == NEW


@pytest.mark.parametrize("verdict", ["different", "unsure", "parent"])
def test_a_join_by_a_legal_form_is_undone_by_one_line(verdict: str) -> None:
    names = (("AT&T", US), ("AT&T Corp.", ""))
    assert seated(*names)
    assert not seated(*names, ("AT&T Corp.", "AT&T", verdict))
    assert not seated(*names, ("AT&T", "AT&T Corp.", verdict))


def test_a_join_by_a_legal_form_is_told_as_one() -> None:
    found = resolver()
    found.seats[found.resolve("Ciena", US).address] = {US}
    assert found.resolve("Ciena Corporation").rule == FORM
    assert [(one.names, one.rule) for one in joined(found)] == [(("Ciena", "Ciena Corporation"), FORM)]


def test_a_listing_is_never_of_a_name_with_another_legal_form() -> None:
    found = resolver()
    found.seats[found.resolve("Apex", US).address] = {US}
    assert found.resolve("Apex Inc.", form=False).rule == NEW


def test_a_name_can_be_parted_from_an_address() -> None:
    found = resolver(("Huawei", BRAND, "different"))
    found.know("Huawei", BRAND)
    assert found.resolve("Huawei").address != BRAND


def test_a_name_can_be_decided_to_be_an_address() -> None:
    found = resolver(("CATR", HUAWEI, "same"))
    found.know("CATR", iris.thing("organization", "catr"))
    assert found.resolve("CATR").address == HUAWEI


def test_decisions_that_lead_on_are_followed_to_their_end() -> None:
    assert one(("A one", "B two", "C three"), ("A one", "B two", "same"), ("B two", "C three", "same"))
    assert one(("A one", "B two"), ("A one", "B two", "same"), ("B two", "A one", "same"))


def test_a_name_that_two_known_organizations_bear_is_neither_of_them() -> None:
    found = resolver()
    two = {iris.thing("organization", slug) for slug in ("alcatel-fr", "alcatel-de")}
    for address in two:
        found.know("Alcatel", address)
    match = found.resolve("Alcatel")
    assert match.address not in two
    assert match.rule == NEW


def test_every_join_is_told_with_its_names_and_its_reason() -> None:
    found = resolver(("KPN N.V.", "Koninklijke KPN N.V.", "same"))
    for name in ("Fujitsu Limited", "Fujitsu Limited..", "KPN N.V.", "Koninklijke KPN N.V.", "Orange"):
        found.resolve(name)
    told = {(one.names, one.rule) for one in joined(found)}
    assert told == {
        (("Fujitsu Limited", "Fujitsu Limited.."), SPELLING),
        (("KPN N.V.", "Koninklijke KPN N.V."), DECISION),
    }


def test_two_names_that_a_source_gives_one_organization_are_not_told_as_spellings_of_each_other() -> None:
    found = resolver()
    for name in ("ETSI", "European Telecommunications Standards Institute"):
        found.know(name, BRAND)
        assert found.resolve(name).address == BRAND
    assert joined(found) == []


def test_a_doubt_says_what_speaks_for_it_and_against_it() -> None:
    facts = {"Vodafone K.K.": Facts("a", "jp", "v"), "Vodafone GmbH": Facts("b", "de", "v")}
    (doubt,) = doubts(["Vodafone K.K."], facts, ())
    assert doubt.score == 100
    assert "the same top company" in doubt.reasons_for
    assert "another country of registration" in doubt.reasons_against
    assert "legal forms kk and gmbh, of different countries" in doubt.reasons_against


def test_a_pair_decided_to_be_different_is_no_doubt_any_more_and_one_decided_unsure_is() -> None:
    facts = {"Vodafone K.K.": Facts("a"), "Vodafone GmbH": Facts("b"), "Nokia": Facts("c"), "Zebra": Facts("d")}
    different = Decision("Vodafone K.K.", "Vodafone GmbH", "different", "two", "", "2026")
    unsure = Decision("Nokia", "Zebra", "unsure", "who knows", "", "2026")
    found = doubts(facts, facts, (different, unsure))
    assert [(one.a, one.b) for one in found] == [("Nokia", "Zebra")]
    assert "who knows" in found[0].reasons_against[0]


def test_the_decisions_in_the_repository_can_be_read_and_none_contradicts_another() -> None:
    found = decisions()
    settled = Resolver(str, found)
    for one_ in found:
        same = settled.resolve(one_.a).address == settled.resolve(one_.b).address
        assert same == (one_.verdict == "same"), one_


def test_a_bad_decision_stops_with_its_place_and_the_remedy(tmp_path: Path) -> None:
    table = tmp_path / "decisions" / "organizations.csv"
    table.parent.mkdir()
    table.write_text("a,b,verdict,reason,source,date\nA,B,perhaps,why,,2026\nA,,same,why,,2026\n", encoding="utf-8")
    with pytest.raises(BadRecords, match=r"row 2, field verdict: 'perhaps' is no verdict[\s\S]*row 3, field b"):
        decisions(table)


def test_names_are_read_one_a_line_or_from_the_column_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Orange\n\nBBC\n", encoding="utf-8")
    (tmp_path / "names.csv").write_text("n,name\n1,Orange\n", encoding="utf-8")
    assert ask.names(tmp_path / "names.txt") == ["Orange", "BBC"]
    assert ask.names(tmp_path / "names.csv") == ["Orange"]


def test_the_file_of_decisions_stands_in_the_repository() -> None:
    assert FILE.is_file()


def table(folder: Path, *rows: str) -> Path:
    path = folder / "decisions" / "organizations.csv"
    path.parent.mkdir()
    path.write_text("\n".join(["a,b,verdict,reason,source,date", *(f"{row},2026-11-24" for row in rows), ""]), "utf-8")
    return path


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (
            ("Acme Ltd,Zeta,same,x,", "ZETA,Acme Limited,different,x,"),
            r"row 3, field b: .* decided on already, as same",
        ),
        (("Aa,Bb,same,x,", "Bb,Cc,same,x,", "Aa,Cc,different,x,"), r"row 4, field verdict: .* one organization"),
        (("Aa,Bb,same,x,", "Cc,Bb,same,x,", "Aa,Cc,parent,x,y"), r"row 4, field verdict: .* one organization"),
        (("Aa,Aa,different,x,",), r"row 2, field b: this is the name under a"),
        (("Acme Ltd,ACME Limited,parent,x,y",), r"row 2, field b: this is the name under a"),
        (("Aa,Bb,parent,x,y", "AA,Cc,parent,x,y"), r"row 3, field a: a parent of 'AA' was decided already \(row 2\)"),
        (("/id/organization/acme,Bb,same,x,",), r"row 2, field a: .* is no address .*/id/organization/huawei"),
        ((f"{iris.thing('country', 'cn')},Bb,same,x,",), r"row 2, field a: .* is no address of an organization"),
        ((f"{HUAWEI},{BRAND},same,x,",), r"row 2, field b: both are addresses"),
    ],
)
def test_rows_that_repeat_or_contradict_or_mean_nothing_stop_with_row_field_and_remedy(
    tmp_path: Path, rows: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(BadRecords, match=problem):
        decisions(table(tmp_path, *rows))


def test_unknown_and_none_may_be_written_with_a_capital(tmp_path: Path) -> None:
    found = decisions(table(tmp_path, "Aa,Unknown,parent,x,", "Bb,None,parent,x,y"))
    assert [one.b for one in found] == ["unknown", "none"]
    assert all(one.settles for one in found)


def test_two_spellings_of_one_name_can_still_be_parted(tmp_path: Path) -> None:
    assert len(decisions(table(tmp_path, "ACME Ltd,Acme Ltd.,different,x,"))) == 1


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_table_of_decisions_with_other_marks_between_its_columns_says_so(tmp_path: Path, mark: str) -> None:
    path = table(tmp_path, "Aa,Bb,same,x,")
    path.write_text(path.read_text("utf-8").replace(",", mark), encoding="utf-8")
    with pytest.raises(BadRecord, match=r"row 1: the columns are parted by .* Save the file with commas"):
        decisions(path)


def test_a_decision_on_a_name_that_nothing_bears_is_told_with_the_name() -> None:
    decided = (
        Decision("Orange", "Orenge SA", "same", "x", "", "2026"),
        Decision("A", "B", "different", "x", "", "2026"),
    )
    found = resolver()
    found.resolve("Orange")
    found.resolve("a.")
    assert [one["missing"] for one in left(found, ["B"], decided)] == ["“Orenge SA”"]


@pytest.mark.parametrize(
    "name", ["Independent", "self-employed", "Consultant", "TBA", "Not applicable", "Unknown Company", "Ltd."]
)
def test_who_stands_for_nobody_has_no_employer_in_common_with_others(name: str) -> None:
    assert nobody(name)


def test_decisions_on_chinese_names_have_findings_and_citations_of_their_own(tmp_path: Path) -> None:
    decided = [("华为", "中国华为", "same"), ("中兴", "中国中兴", "same")]
    found = resolver(*decided)
    for names in decided:
        for name in names[:2]:
            found.resolve(name)
    writer = Writer(tmp_path, "entity-resolution")
    write(joined(found), writer)
    assert len([address for address in writer.described if "/finding/" in address]) == 2
    assert len([address for address in writer.described if "/citation/" in address]) == 2


def test_a_decision_is_about_two_organizations_by_whichever_of_their_names_it_was_made() -> None:
    facts = {"Nokia": Facts(HUAWEI), "Nokia Oyj": Facts(BRAND), "Vega": Facts("c"), "Vega GmbH": Facts("d")}
    unsure = Decision(HUAWEI, "NOKIA OYJ", "unsure", "who knows", "", "2026")
    different = Decision("VEGA", "Vega G.m.b.H.", "different", "two", "", "2026")
    (found,) = doubts(facts, facts, (unsure, different))
    assert (found.a, found.b, found.decided) == ("Nokia", "Nokia Oyj", "2026")


def test_a_pair_that_nobody_asked_about_is_no_answer_even_if_it_was_decided_unsure() -> None:
    facts = {"Nokia": Facts("a"), "Zebra": Facts("b"), "Orange": Facts("c")}
    assert doubts(["Orange"], facts, [Decision("Nokia", "Zebra", "unsure", "who knows", "", "2026")]) == []


def test_the_likeness_is_one_number_wherever_it_is_told() -> None:
    facts = {"Meta USA": Facts("a"), "Meta Platforms": Facts("b")}
    (found,) = doubts(facts, facts, [Decision("Meta USA", "Meta Platforms", "unsure", "x", "", "2026")])
    assert found.reasons_for[0].startswith(f"{found.score} of 100")


def test_a_place_at_the_end_of_a_name_is_no_legal_form() -> None:
    assert legal_form("Huawei Technologies (UK)") == legal_form("Juniper Networks EU") == ""
