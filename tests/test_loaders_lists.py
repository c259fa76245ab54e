"""The Consolidated Screening List in the layout of trade.gov: all columns, all lists, and what is left is counted."""

import json
from pathlib import Path

import pytest

from loaders.lists import LISTS
from ontology import iris
from ontology.terms import PLEN
from tests.test_loaders_organizations import CSL, listed

COLUMNS = (
    "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,end_date,"
    "standard_order,license_requirement,license_policy,call_sign,vessel_type,gross_tonnage,gross_registered_tonnage,"
    "vessel_flag,vessel_owner,remarks,source_list_url,alt_names,citizenships,dates_of_birth,nationalities,"
    "places_of_birth,source_information_url,ids"
)
DENIED = (
    "d1,Denied Persons List (DPL) - Bureau of Industry and Security,,,,DONALD DRAKE,,"
    '"1 POND DRIVE, LAKETOWN, AZ, 85251",82 F.R. 1 10/01/2017,2017-10-18,2020-10-15,Y,,,,,,,,,NOTICE ADDED,'
    "http://example.org/list,D. DRAKE; DON DRAKE,,,,,http://example.org/about,"
)
SOURCES = {
    "Capta List (CAP) - Treasury Department": "CAP",
    "Entity List (EL) - Bureau of Industry and Security": "EL",
    "ITAR Debarred (DTC) - State Department": "DTC",
    "Military End User (MEU) List - Bureau of Industry and Security": "MEU",
    "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department": "CMIC",
    "Non-SDN Menu-Based Sanctions List (NS-MBS List) - Treasury Department": "MBS",
    "Nonproliferation Sanctions (ISN) - State Department": "ISN",
    "Specially Designated Nationals (SDN) - Treasury Department": "SDN",
    "Unverified List (UVL) - Bureau of Industry and Security": "UVL",
}


@pytest.mark.parametrize("source", SOURCES)
def test_a_list_is_known_by_the_name_that_trade_gov_prints(tmp_path: Path, source: str) -> None:
    text, found = listed(tmp_path, json.dumps({"results": [CSL | {"source": source}]}))
    assert f"<{iris.NS}{LISTS[SOURCES[source]]}>" in text
    assert not found.skipped


def test_a_row_of_the_whole_csv_has_its_names_dates_and_address_even_behind_a_mark_of_order(tmp_path: Path) -> None:
    text, found = listed(tmp_path, f"\ufeff{COLUMNS}\n{DENIED}\n", "list.csv")
    for part in ('"D. DRAKE"@en', '"DON DRAKE"@en', "1 POND DRIVE, LAKETOWN, AZ, 85251", "82 F.R. 1 10/01/2017"):
        assert part in text
    assert f'<{PLEN.end.value}> "2020-10-15"' in text
    assert f'<{PLEN.earliestStart.value}> "2017-10-18"' in text
    assert f'<{PLEN.latestEnd.value}> "2020-10-15"' in text
    assert found.counts["listings on deniedPersonsList"] == 1


def test_the_tabbed_file_says_the_same_as_the_csv(tmp_path: Path) -> None:
    commas, _ = listed(tmp_path, f"{COLUMNS}\n{DENIED.replace(', ', ' ')}\n", "list.csv")
    row = DENIED.replace(", ", " ").replace('"', "").replace(",", "\t")
    tabs, _ = listed(tmp_path, COLUMNS.replace(",", "\t") + f"\n{row}\n", "list.tsv")
    assert tabs == commas


def test_what_an_entry_says_beyond_the_listing_is_counted_as_left_with_its_reason(tmp_path: Path) -> None:
    more = {"ids": [{"type": "Passport", "number": "7"}], "dates_of_birth": ["1960"], "remarks": "x"}
    _, found = listed(tmp_path, json.dumps({"results": [CSL | more, CSL | {"id": "b", "start_date": "soon"}]}))
    assert found.counts["entries whose ids is left: numbers of passports, registers and ships"] == 1
    assert found.counts["entries whose dates_of_birth is left: private particulars of a person"] == 1
    assert found.counts["entries whose remarks is left: remarks in free words"] == 1
    assert found.counts["entries whose start_date is no date"] == 1
    assert found.counts["entries that tell no type: kept as organizations, though they may be persons"] == 2


def test_a_licence_requirement_is_told_and_a_vessel_is_left_out_and_counted(tmp_path: Path) -> None:
    entries = [CSL | {"license_requirement": "For all items", "license_policy": "Presumption of denial"},
               CSL | {"type": "Vessel", "id": "v"}, CSL | {"type": "Aircraft", "id": "a"}]  # fmt: skip
    text, found = listed(tmp_path, json.dumps({"results": entries, "search_performed_at": "soon"}))
    assert '"Licence: For all items; Presumption of denial"@en' in text
    assert found.counts["entries left out, of the type vessel"] == found.counts[
        "entries left out, of the type aircraft"
    ] == 1  # fmt: skip
