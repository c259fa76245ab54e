"""The curated data as checks read it, and a copy of it in which facts were changed, each as a slip of the pen would."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from pyoxigraph import QuerySolutions, Store
from world import curated_store

from loaders import curated
from loaders.build import assemble
from loaders.derive import derive
from queries.facts import Facts
from queries.store import Rows

# Table, what stands there, what is put in its place.
SLIPS = [
    ("observations", "itu-t-supported-work-items-huawei-table-4,supportedWorkItems,274",
     "itu-t-supported-work-items-huawei-table-4,supportedWorkItems,275"),
    ("participations", "yuan-yuan-convenor-jtc1-wg11,yuan-yuan,convenor,iso-iec-jtc-1-wg-11,,,2015-10",
     "yuan-yuan-convenor-jtc1-wg11,yuan-yuan,convenor,iso-iec-jtc-1-wg-11,,,2015-11"),
    ("participations", "2016-11,2022-12,,2,stated,,smart-cities-iso-early,Table 8,205",
     "2016-11,2022-12,,2,stated,,smart-cities-iso-early,Table 8,206"),
    ("observations", "itu-membership-growth-china,membershipGrowth,6,", "itu-membership-growth-china,membershipGrowth,6.6,"),
    ("observations", "fg-qit4n-working-groups,groupCount", "fg-qit4n-working-groups-renamed,groupCount"),
    ("observations", "qkd-contributions-itu-t,contributionCount,125", "qkd-contributions-itu-t,contributionCount,33"),
    ("events", "itu-t-y-2069-approval,approval,itu-t-y-2069,2012",
     "itu-t-y-2069-approval-again,approval,itu-t-y-2069,2013,,,stated,iot-itu-recommendations,,217,,,\n"
     "itu-t-y-2069-approval,approval,itu-t-y-2069,2012"),
]  # fmt: skip


def facts_of(store: Store) -> Facts:
    """What checks read of a store in memory."""

    def select(query: str) -> Rows:
        found = store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions)
        return Rows(tuple(variable.value for variable in found.variables), [tuple(row) for row in found])

    return Facts(select)


@cache
def curated_facts() -> Facts:
    """The curated data."""
    return facts_of(curated_store())


@cache
def spoilt_facts() -> Facts:
    """The curated data with all slips; every one must be found."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(shutil.copytree(curated.FOLDER, Path(place) / "curated"))
        for table, old, new in SLIPS:
            path = folder / "great-game" / f"{table}.csv"
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, old
            path.write_text(text.replace(old, new), encoding="utf-8")
        store, _ = assemble((), folder)
    derive(store)
    return facts_of(store)
