"""Who a listing is about: a name alone makes nobody a listed party; a country that agrees or a decision does."""

import json
from pathlib import Path
from typing import Any

import pytest

from loaders import lists
from loaders.listed import Parties
from loaders.relaton.lookup import Lookup
from loaders.resolution.decisions import Decision
from loaders.resolution.resolver import LISTED, Resolver
from loaders.tables import BadRecord
from ontology import iris
from tests.test_loaders_organizations import CSL

US, IR, CN = (iris.thing("country", code) for code in ("us", "ir", "cn"))
LISTING = iris.thing("listing", "consolidated-screening-list-entitylist-1")


def world(*known: tuple[str, str], decided: tuple[Decision, ...] = ()) -> tuple[Parties, dict[str, str]]:
    lookup = Lookup(decided=decided)
    lookup.organizations = Resolver(lambda name: lookup.address("organization", name), decided)
    addresses = {}
    for name, seat in known:
        addresses[name] = lookup.organizations.resolve(name, seat).address
        lookup.organizations.seats[addresses[name]] |= {seat} - {""}
    return Parties(lookup.organizations, lambda name: lookup.address("organization", name)), addresses


def decision(a: str, b: str, verdict: str) -> Decision:
    return Decision(a, b, verdict, "because", "", "2026-11-24")


def test_a_name_and_a_country_in_common_make_an_organization_the_listed_one_and_it_is_told() -> None:
    parties, known = world(("Shenlan Optics Co., Ltd.", CN))
    assert parties.party("SHENLAN OPTICS Company Limited", LISTING, {CN}, "Entity List") == known[
        "Shenlan Optics Co., Ltd."
    ]  # fmt: skip
    (joined,) = parties.joined
    assert joined.rule == LISTED
    assert joined.reason.endswith("China")
    assert not parties.doubts


@pytest.mark.parametrize(("seat", "listed"), [(US, {IR}), ("", {IR}), (US, set()), ("", set())])
def test_a_name_alone_never_makes_an_organization_a_listed_one_and_the_pair_is_in_doubt(
    seat: str, listed: set[str]
) -> None:
    parties, known = world(("Phoenix", seat))
    assert parties.party("PHOENIX", LISTING, listed, "Entity List") != known["Phoenix"]
    (doubt,) = parties.doubts.values()
    assert doubt
    assert (doubt.a, doubt.b, doubt.a_address) == ("Phoenix", LISTING, known["Phoenix"])
    assert doubt.reasons_for[1] == "the very name of a party on the Entity List, “PHOENIX”"


def test_a_decision_on_a_listing_joins_parts_or_leaves_open_what_is_listed() -> None:
    for verdict, seat, one, doubts in (("same", US, True, 0), ("different", IR, False, 0), ("unsure", IR, False, 1)):
        parties, known = world(("Phoenix", seat), decided=(decision(LISTING, "Phoenix", verdict),))
        assert (parties.party("PHOENIX", LISTING, {IR}, "Entity List") == known["Phoenix"]) == one
        assert len([found for found in parties.doubts.values() if found]) == doubts
        assert not parties.unused


def test_a_decision_on_a_listing_names_somebody_and_one_on_no_listing_is_told() -> None:
    parties, _ = world(decided=(decision(LISTING, "Nowhere", "same"),))
    assert [one.b for one in parties.unused] == ["Nowhere"]
    with pytest.raises(BadRecord, match="nothing is called 'Nowhere'"):
        parties.party("Phoenix", LISTING, {IR}, "Entity List")


def test_another_name_of_a_party_is_in_doubt_and_joins_nothing() -> None:
    parties, known = world(("Vega Telecom", ""))
    who = parties.party("Selene", LISTING, {IR}, "Entity List")
    parties.alias("Vega Telecom", who, LISTING, {IR}, "Entity List")
    assert parties.resolver.find("Vega Telecom") == known["Vega Telecom"] != who
    assert len(parties.doubts) == 1


def test_entries_of_one_name_are_of_one_party_only_where_their_countries_meet() -> None:
    parties, _ = world()
    one, two, three, four = (parties.party("Nova", LISTING, c, "Entity List") for c in ({IR}, {IR, CN}, {US}, set()))
    assert one == two
    assert len({one, three, four}) == 3


def test_of_two_organizations_of_one_name_the_one_in_the_country_of_the_listing_is_meant() -> None:
    parties, _ = world()
    for slug, seat in (("alcatel-fr", US), ("alcatel-de", IR)):
        address = iris.thing("organization", slug)
        parties.resolver.know("Alcatel", address)
        parties.resolver.seats[address].add(seat)
    assert parties.party("Alcatel", LISTING, {IR}, "Entity List") == iris.thing("organization", "alcatel-de")


@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        ({"addresses": [{"city": "Wuhan", "country": "CN"}, {"country": "United Arab Emirates"}]}, {"cn", "ae"}),
        ({"addresses": "1 Road, Wuhan, CN; 2 Road, Tehran, IR"}, {"cn", "ir"}),
        ({"addresses": [], "country": "RU"}, {"ru"}),
        ({"addresses": "1 POND DRIVE, LAKETOWN, AZ, 85251"}, set()),
        ({"addresses": None}, set()),
    ],
)
def test_the_countries_of_an_entry_are_those_of_its_addresses(entry: dict[str, Any], codes: set[str]) -> None:
    assert set(lists._countries(entry)) == {iris.thing("country", code) for code in codes}


def test_the_summary_of_lists_joins_no_company_of_another_country(tmp_path: Path) -> None:
    lookup = Lookup(decided=())
    hesco = lookup.organizations.resolve("Hesco Ltd", iris.thing("country", "gb")).address
    lookup.described.add(hesco)
    (tmp_path / "list.json").write_text(json.dumps({"results": [CSL | {"name": "HESCO LIMITED"}]}), encoding="utf-8")
    found = lists.load([tmp_path / "list.json"], lookup, tmp_path, {hesco: {iris.thing("country", "gb")}})
    text = "".join(run.read_text(encoding="utf-8") for run in found.runs)
    assert f"<{hesco}>" not in text
    assert found.counts["listed organizations that are known already"] == 0
    assert "Acme Optics: Entity List" not in text
    assert '"HESCO LIMITED: Entity List, 2019-05-21"@en' in text
