"""Organization tables and screening lists: what a row says, what it leaves open, and what the curated data override."""

import csv
import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from loaders import lists, organizations
from loaders.build import assemble
from loaders.check import broken_rules
from loaders.derive import derive
from loaders.items import Items
from loaders.relaton.lookup import Lookup, known
from loaders.relaton.reader import SourceUnusable
from ontology import iris
from ontology.terms import PLEN

SHARED = Path(os.environ.get("PLENARY_SHARED", "../shared")) / "data"
TABLE = SHARED / "organizations-3gpp-ietf.csv"
needs_data = pytest.mark.skipif(not TABLE.exists(), reason="the shared data are not here")
Row = dict[str, str]


class World:
    """A store after a table was loaded beside the curated data and derived, asked by name."""

    def __init__(self, store: Store, items: Items, said: organizations.Table) -> None:
        self.store, self.items, self.said = store, items, said

    def countries(self, name: str) -> tuple[str, str]:
        """Countries by registration and by ultimate parent; empty where unknown."""
        address = self.items.lookup.organization(name)
        return self.one(address, PLEN.registeredIn), self.one(address, PLEN.controlledFrom)

    def one(self, address: str, property_: NamedNode) -> str:
        if not address:
            return ""
        found = [q.object for q in self.store.quads_for_pattern(NamedNode(address), property_, None)]
        assert len(found) <= 1, (address, found)
        return str(found[0]).strip("<>").rpartition("/")[2] if found else ""


@pytest.fixture(scope="module")
def world() -> World:
    store, _ = assemble()
    items = Items({"organizations": [TABLE]})
    items.prepare(store)
    derive(store)
    return World(store, items, organizations.Table())


def load(folder: Path, rows: Iterable[Row]) -> World:
    path = folder / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*organizations.COLUMNS, "Wiki Page"], restval="")
        writer.writeheader()
        writer.writerows(rows)
    store, items = Store(), Items()
    items.lookup = known(store)
    table = organizations.load(path, store, items.lookup, folder)
    derive(store)
    return World(store, items, table)


def row(name: str, nationality: str = "", above: str = "", **more: str) -> Row:
    return {"name": name, "nationality": nationality, organizations.ABOVE: above, **more}


@needs_data
@pytest.mark.parametrize(
    ("name", "registration", "parent"),
    [
        ("Huawei Technologies (UK) Co., Ltd.", "gb", "cn"),
        ("Huawei Tech.(UK) Co.. Ltd", "gb", "cn"),
        ("Huawei Technologies France", "fr", "cn"),
        ("HiSilicon Technologies Co.Ltd", "cn", "cn"),
        ("Futurewei Technologies", "us", "cn"),
        ("Futurewei", "us", "cn"),
        ("Nokia Shanghai Bell Co., Ltd", "cn", "fi"),
        ("Nokia Solutions and Networks GmbH & Co. KG", "de", "fi"),
        ("Ericsson (China) Communications, Co.Ltd", "", ""),
        ("Motorola Mobility UK Ltd.", "gb", "cn"),
        ("Motorola Mobility Germany GmbH", "de", "cn"),
        ("China Mobile US Research Center", "", ""),
        ("China Mobile Communications Corporation (CMCC)", "cn", "cn"),
        ("BlackBerry UK Limited", "gb", ""),  # the table's empty cell says the top; no document was seen for more
        ("Meta USA", "us", ""),
        ("Lenovo (Beijing) Ltd", "cn", ""),
        ("Lenovo Future Communications Technology (Chongqing) Co., Ltd.", "cn", ""),
        ("Sierra Wireless, S.A.", "fr", ""),
        ("Morpho Cards GmbH", "de", ""),
        ("Samsung R&D Institute UK", "gb", "kr"),
        ("Samsung Electronics Co., Ltd.", "kr", "kr"),
        ("Motorola Solutions UK Ltd.", "gb", "us"),
        ("Motorola", "", ""),
        ("Nokia", "", "fi"),
        ("Hewlett-Packard Enterprise", "us", "us"),
        ("Spirent Communications", "gb", "us"),
        ("ETSI", "fr", "fr"),
        ("Convida Wireless, LLC", "us", ""),
        ("Dolby Laboratories Inc.", "us", "us"),
        ("Waiting for new Company", "", ""),
    ],
)
def test_the_named_cases_come_out_as_the_evidence_says(world: World, name: str, registration: str, parent: str) -> None:
    assert world.countries(name) == (registration, parent)


@needs_data
def test_the_top_of_a_group_is_its_company_and_not_the_one_that_the_table_spells(world: World) -> None:
    tops = {
        "Samsung R&D Institute UK": "Samsung Electronics Co., Ltd.",
        "Juniper Networks": "Hewlett Packard Enterprise",
        "Motorola Mobility UK Ltd.": "Lenovo Group Limited",
        "Peraton Labs": "Peraton",
        "Dish Network": "EchoStar Corporation",
    }
    for name, top in tops.items():
        found = world.one(world.items.lookup.organization(name), PLEN.ultimateParentCompany)
        assert found == world.items.lookup.organization(top).rpartition("/")[2], name
    for own in ("Fujitsu Limited", "Guangdong OPPO Mobile Telecommunications Corp., Ltd.", "Dolby Laboratories Inc."):
        assert world.one(world.items.lookup.organization(own), PLEN.ultimateParentCompany) == "", own


@needs_data
def test_what_the_table_adds_breaks_no_rule(world: World) -> None:
    assert broken_rules(world.store, {}) == []


@needs_data
def test_the_root_of_the_huawei_group_is_the_company_and_not_the_one_that_the_table_spells(world: World) -> None:
    device = world.items.lookup.organization("Huawei Device Co. Ltd")
    assert world.one(device, PLEN.ultimateParentCompany) == "huawei"
    assert world.one(iris.thing("organization", "huawei"), PLEN.ultimateParentCompany) == ""


def test_two_blanks_are_a_comma_and_spellings_of_a_name_are_one_row(tmp_path: Path) -> None:
    found = load(
        tmp_path, [row("Acme Co.  Ltd", "Japan"), row("ACME Co., Ltd.", "Japan"), row(" Acme Company Limited ")]
    )
    assert organizations.clean("Acme Co.  Ltd ") == "Acme Co., Ltd"
    assert found.said.counts["organizations new"] == 1
    assert found.countries("Acme Co Ltd") == ("jp", "jp")


def test_a_row_without_a_name_is_nobody_and_is_counted(tmp_path: Path) -> None:
    found = load(tmp_path, [row("", "United States", "Acme"), row("Acme", "Sweden")])
    assert found.said.counts["rows without a name, left out"] == 1
    assert found.countries("") == ("", "")


def test_one_name_in_two_countries_is_two_organizations_and_the_bare_name_is_neither(tmp_path: Path) -> None:
    found = load(tmp_path, [row("Alcatel", "France"), row("Alcatel", "Germany")])
    two = [iris.thing("organization", slug) for slug in ("alcatel-fr", "alcatel-de")]
    assert [found.one(address, PLEN.registeredIn) for address in two] == ["fr", "de"]
    assert found.countries("Alcatel") == ("", "")


def test_parents_in_one_cell_are_a_joint_venture_whose_ultimate_parent_is_unknown(tmp_path: Path) -> None:
    found = load(
        tmp_path, [row("Convida", "United States", "Interdigital, Sony Corporation"), row("Interdigital", "Italy")]
    )
    assert found.said.named["joint ventures, whose ultimate parent stays unknown"] == ["Convida"]
    assert found.said.named["organizations known by name only, as parents"] == ["Sony Corporation"]
    assert found.countries("Convida") == ("us", "")


def test_a_comma_before_a_legal_form_makes_no_joint_venture(tmp_path: Path) -> None:
    found = load(tmp_path, [row("Part", "France", "China Spacesat Co., Ltd.")])
    assert found.said.named["organizations known by name only, as parents"] == ["China Spacesat Co., Ltd."]


def test_a_subsidiary_keeps_its_own_country_and_takes_that_of_the_top_by_the_other_rule(tmp_path: Path) -> None:
    rows = [row("Top", "Finland"), row("Middle", "Germany", "Top"), row("Low", "", "Middle")]
    found = load(tmp_path, rows)
    assert [found.countries(name) for name in ("Top", "Middle", "Low")] == [("fi", "fi"), ("de", "fi"), ("", "fi")]


def test_rows_above_each_other_have_no_ultimate_parent(tmp_path: Path) -> None:
    found = load(tmp_path, [row("One", "Finland", "Two"), row("Two", "France", "One")])
    assert found.countries("One") == ("fi", "")


def test_a_blank_nationality_is_unknown(tmp_path: Path) -> None:
    found = load(tmp_path, [row("Acme"), row("Elsewhere", "Atlantis")])
    assert found.said.counts["nationality blank: unknown"] == 1
    assert found.said.named["nationality that is no country: unknown"] == ["Elsewhere (Atlantis)"]
    assert found.countries("Elsewhere") == ("", "")


def test_rows_that_disagree_are_told_and_leave_unknown_what_they_disagree_on(tmp_path: Path) -> None:
    rows = [row("Part", "Italy", "One"), row("PART", "Italy", "Two"), row("One", "France"), row("Two", "Spain")]
    found = load(tmp_path, rows)
    told = found.said.named["organizations whose rows disagree on what is above them"]
    assert told == ["Part (One and Two)"]
    assert found.countries("Part") == ("it", "")


def test_a_circle_of_rows_and_two_rows_of_one_name_are_told_by_name(tmp_path: Path) -> None:
    rows = [
        row("One", "Finland", "Two"),
        row("Two", "France", "One"),
        row("Alcatel", "France"),
        row("Alcatel", "Spain"),
    ]
    said = load(tmp_path, rows).said.named
    assert said["organizations above themselves, whose ultimate parent stays unknown"] == ["One", "Two"]
    assert said["rows that share a name and differ in country, kept apart"] == ["Alcatel (fr)", "Alcatel (es)"]


def test_two_spellings_of_a_country_make_no_second_organization(tmp_path: Path) -> None:
    found = load(tmp_path, [row("Acme", "USA"), row("Acme", "United States"), row("Acme", "Unted States")])
    assert found.countries("Acme") == ("us", "us")
    assert found.said.counts["organizations new"] == 1


def test_a_table_needs_only_names_parents_and_countries_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"nationality,remark,{organizations.ABOVE},name\r\nItaly,x,Top,Part\r\nSpain,,,Top\r\n", "utf-8")
    store, items = Store(), Items()
    items.lookup = known(store)
    said = organizations.load(path, store, items.lookup, tmp_path)
    derive(store)
    assert World(store, items, said).countries("Part") == ("it", "es")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"name;nationality;{organizations.ABOVE}\nA;Italy;\n", "no column name, .* with commas between the columns"),
        (f"name,nationality,{organizations.ABOVE}\nFoo, Inc.,Italy,\n", r"row 2: more cells than the 3 columns"),
        (f"name,nationality,{organizations.ABOVE},name\nA,Italy,,B\n", "the column name stands twice"),
    ],
)
def test_a_table_whose_cells_would_be_read_in_wrong_columns_stops(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "table.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SourceUnusable, match=problem):
        organizations.load(tmp_path / "table.csv", Store(), Lookup(), tmp_path)


def test_a_table_without_its_columns_stops_with_their_names(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("name,seat\nAcme,France\n", encoding="utf-8")
    with pytest.raises(SourceUnusable, match=r"no column subsidiary of / alias of"):
        organizations.load(tmp_path / "table.csv", Store(), Lookup(), tmp_path)


CSL = {
    "id": "abc1", "source": "Entity List (EL) - Bureau of Industry and Security", "name": "Acme Optics", "type": None,
    "alt_names": ["Acme Institute"], "addresses": [{"address": "1 Road", "city": "Wuhan", "country": "CN"}],
    "federal_register_notice": "84 FR 1", "start_date": "2019-05-21", "programs": [],
}  # fmt: skip


def listed(folder: Path, text: str, name: str = "list.json") -> tuple[str, lists.Listed]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    found = lists.load([path], Lookup(), folder)
    return "".join(run.read_text(encoding="utf-8") for run in found.runs), found


def test_an_entry_of_the_consolidated_list_has_list_date_address_and_legal_source(tmp_path: Path) -> None:
    text, _ = listed(tmp_path, json.dumps({"results": [CSL]}))
    for part in (f"<{PLEN.entityList.value}>", '"2019-05-21"', "1 Road, Wuhan, CN", "84 FR 1", '"Acme Institute"@en'):
        assert part in text


def test_the_csv_of_the_consolidated_list_says_the_same_as_its_json(tmp_path: Path) -> None:
    whole, _ = listed(tmp_path, json.dumps({"results": [CSL]}))
    columns = "_id,source,name,alt_names,addresses,federal_register_notice,start_date,type,programs"
    cells = f'abc1,{CSL["source"]},Acme Optics,Acme Institute,"1 Road, Wuhan, CN",84 FR 1,2019-05-21,,'
    text, _ = listed(tmp_path, f"{columns}\n{cells}\n", "list.csv")
    assert text == whole


def test_an_entry_without_a_name_or_of_an_unknown_list_is_skipped_and_named(tmp_path: Path) -> None:
    _, found = listed(tmp_path, json.dumps({"results": [CSL | {"name": " "}, CSL | {"source": "Some List (XX)"}, 7]}))
    assert found.counts["entries skipped"] == 3
    assert "entry 2: its list 'Some List (XX)' is not known" in found.skipped[1]


def test_a_listed_person_is_never_taken_for_another_of_the_same_name(tmp_path: Path) -> None:
    people = [CSL | {"type": "Individual", "id": key, "name": "Li Wei"} for key in ("1", "2")]
    text, _ = listed(tmp_path, json.dumps({"results": people}))
    assert text.count(f"<{PLEN.Person.value}>") == 2


def test_a_file_that_is_no_list_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(SourceUnusable, match="cannot be read"):
        listed(tmp_path, "[1, 2")
    with pytest.raises(SourceUnusable, match="no screening list"):
        listed(tmp_path, "name,seat\nAcme,France\n")


@needs_data
def test_the_sixty_universities_have_their_aliases_addresses_and_chinese_names(tmp_path: Path) -> None:
    text, found = listed(tmp_path, (SHARED / "entity-list-universities.json").read_text(encoding="utf-8"))
    assert found.counts["listings on entityList"] == 60
    for part in ('"AMMS"@en', "27 Taiping Road, Haidian District, Beijing", '"Luoyang Institute of Technology"@en'):
        assert part in text
    assert '"12th Institute"@en' in text
    assert sum("@zh" in line for line in text.splitlines()) == 60
