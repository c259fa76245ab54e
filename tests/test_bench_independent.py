"""The second computation of the measures: what it counts of invented records, and that the stored ones agree with it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from items import items_store, write

from bench.independent import Specification, compare, specifications


def invented(tmp_path: Path) -> Iterator[dict[str, Any]]:
    write(tmp_path)
    for path in sorted(tmp_path.glob("[0-9]*.yaml")):
        yield yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)


def test_the_stored_measures_agree_with_a_second_computation(tmp_path: Path) -> None:
    """Scopes: 3GPP in all years and three spans (2000-2004, 2010-2014, 2015-2019), SA1 and RAN2 in all and two each."""
    found = {
        measure: (both, agree, alone) for measure, both, agree, alone in compare(items_store(), invented(tmp_path))
    }
    assert set(found) == {
        "documentRoleShare", "countryUnknown", "organizationUnknown", "countryConcentration", "organizationConcentration",
        "documentRoleOddsRatio",
    }  # fmt: skip
    assert all(both == agree and not alone for both, agree, alone in found.values())
    assert found["countryUnknown"][0] == 3 * (4 + 3 + 3)  # by three rules


def test_a_specification_has_the_people_of_the_newest_schema_and_its_first_date() -> None:
    person = {"name": {"completename": {"content": "Ann"}}, "affiliation": [{"organization": {"name": ["Old  Ltd"]}}]}
    old = {
        "docid": [{"id": "3GPP TS 1.1:Rel-17/1.0.0"}], "date": [{"type": "published", "value": "1999-05-01"}],
        "contributor": [{"person": person}], "editorialgroup": [{"name": "S3", "type": "prime"}],
    }  # fmt: skip
    new = {
        "schema-version": "v1.2.9", "docid": [{"id": "3GPP TS 1.1:REL-17/1.0.0"}],
        "date": [{"type": "published", "value": "2004-05-01"}], "contributor": [{"person": {"name": {}}}],
    }  # fmt: skip
    assert list(specifications([old, new])) == [Specification("TS 1.1", "S3", 1999, frozenset({""}))]
    assert next(specifications([old])).employers == {"Old Ltd"}
