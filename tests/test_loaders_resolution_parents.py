"""Decisions on what is above an organization: a parent, nothing, or unknown; and what they are refused for."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from small import WORLD

from loaders import organizations
from loaders.build import assemble
from loaders.derive import derive
from loaders.items import Items
from loaders.relaton import lookup
from loaders.resolution.decisions import Decision, decisions
from loaders.resolution.parents import nowhere
from loaders.tables import BadRecords
from ontology import iris
from ontology.terms import DCTERMS, PLEN, PROV, RDF_TYPE

TABLE = [
    ("Group Plc", "United Kingdom", ""),
    ("Part GmbH", "Germany", "Group Plc"),
    ("Lower SA", "France", "Part GmbH"),
    ("Other Inc.", "United States", ""),
]
PAGE = "https://example.org/report"
Load = Callable[..., "World"]


class World:
    """A store after the table above was loaded under some decisions, asked by name."""

    def __init__(self, store: Store, items: Items) -> None:
        self.store, self.items = store, items

    def parent_country(self, name: str) -> str:
        return self.one(self.items.lookup.organization(name), PLEN.controlledFrom)

    def one(self, address: str, property_: NamedNode) -> str:
        found = {q.object for q in self.store.quads_for_pattern(NamedNode(address), property_, None)}
        assert len(found) <= 1
        return str(getattr(found.pop(), "value", "")).rpartition("/")[2] if found else ""

    def claims(self, name: str, property_: NamedNode) -> list[str]:
        """The descriptions of claims about an organization, by one property of theirs."""
        address = NamedNode(self.items.lookup.organization(name))
        about = [q.subject for q in self.store.quads_for_pattern(None, PLEN.about, address)]
        kept = [s for s in about if next(self.store.quads_for_pattern(s, property_, None), None)]
        said = [
            q.object for s in kept for q in self.store.quads_for_pattern(s, NamedNode(DCTERMS + "description"), None)
        ]
        return [one.value for one in said if isinstance(one, Literal)]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    def of(*decided: tuple[str, str], source: str = PAGE) -> World:
        rows = [Decision(a, b, "parent", "because", source, "2026-11-24") for a, b in decided]
        monkeypatch.setattr(lookup, "decisions", lambda: tuple(rows))
        path = tmp_path / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(organizations.COLUMNS)
            writer.writerows((name, above, country, "", "Business", "", "") for name, country, above in TABLE)
        (store, _), items = assemble(folder=WORLD), Items({"organizations": [path]})
        items.prepare(store)
        derive(store)
        return World(store, items)

    return of


def test_a_parent_that_was_decided_goes_before_the_tables_and_names_its_page(load: Load) -> None:
    found = load(("Part GmbH", "Other Inc."))
    assert [found.parent_country(name) for name in ("Part GmbH", "Lower SA")] == ["us", "us"]
    address = NamedNode(found.items.lookup.organization("Part GmbH"))
    ties = [q.subject for q in found.store.quads_for_pattern(None, PLEN.member, address)]
    (tie,) = (s for s in ties if found.one(s.value, PLEN.affiliationType) == "ns#subsidiary")
    cited = found.one(tie.value, NamedNode(PROV + "wasDerivedFrom"))
    assert PAGE in str(
        next(found.store.quads_for_pattern(NamedNode(iris.thing("citation", cited)), PLEN.section, None))
    )


def test_without_the_line_the_tables_word_stands_again(load: Load) -> None:
    found = load()
    assert [found.parent_country(name) for name in ("Part GmbH", "Lower SA", "Other Inc.")] == ["gb", "gb", "us"]


def test_a_parent_that_nobody_can_name_is_unknown_with_its_reason_and_so_is_that_of_all_below(load: Load) -> None:
    found = load(("Part GmbH", "unknown"), source="")
    assert [found.parent_country(name) for name in ("Part GmbH", "Lower SA")] == ["", ""]
    assert found.one(found.items.lookup.organization("Part GmbH"), PLEN.registeredIn) == "de"
    assert found.claims("Part GmbH", PLEN.what) == ["What is above “Part GmbH” is not known: because."]


def test_a_company_with_nothing_above_it_by_decision_is_its_own_top(load: Load) -> None:
    found = load(("Part GmbH", "none"))
    assert [found.parent_country(name) for name in ("Part GmbH", "Lower SA")] == ["de", "de"]
    assert found.claims("Part GmbH", PLEN.findingType) == ["Nothing is above “Part GmbH”: because."]
    assert "ties left out, as a decision says what is above: Part GmbH" in "\n".join(found.items.lines)


def test_an_empty_cell_of_the_table_gives_way_to_unknown(load: Load) -> None:
    assert load(("Other Inc.", "unknown")).parent_country("Other Inc.") == ""


def test_an_unknown_parent_of_any_source_goes_before_a_tables_tie(load: Load) -> None:
    found = load()
    claim, part = NamedNode(iris.thing("unknown", "x")), NamedNode(found.items.lookup.organization("Part GmbH"))
    plain = Store()
    plain.extend(q for q in found.store if q.graph_name.value != iris.graph("derived"))
    graph = NamedNode(iris.graph("x"))
    plain.extend([Quad(claim, PLEN.what, PLEN.parentOrganization, graph), Quad(claim, PLEN.about, part, graph)])
    derive(plain)
    assert [World(plain, found.items).parent_country(name) for name in ("Part GmbH", "Lower SA")] == ["", ""]


def test_a_name_that_nothing_bears_yet_can_have_a_parent(load: Load) -> None:
    assert load(("Printed Later KK", "Group Plc")).parent_country("Printed Later KK") == "gb"


def test_a_decision_on_names_that_nothing_bears_is_left_out_and_named(load: Load) -> None:
    found = load(("Nobody Ltd", "unknown"), ("Nobody AG", "Nobody KG"))
    assert "2 decisions on parents left out, as nothing bears the name: Nobody Ltd; Nobody AG" in found.items.lines[-1]
    assert not any("nobody" in q.subject.value for q in found.store.quads_for_pattern(None, RDF_TYPE, None))


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        ([(iris.thing("organization", "nobody-here"), "Group Plc")], "nothing has the address https://.*nobody-here"),
        ([("Part GmbH", "part  gmbh")], "'Part GmbH' and 'part  gmbh' are one organization"),
        ([("Part GmbH", "Other Inc."), ("Other Inc.", "Part GmbH")], "'Other Inc.' is itself below 'Part GmbH'"),
        ([("Part GmbH", "Group Plc"), ("PART GmbH", "Other Inc.")], "'Part GmbH' is below other-inc already"),
    ],
)
def test_decisions_that_cannot_hold_together_stop_the_build(load: Load, decided: list[str], said: str) -> None:
    with pytest.raises(BadRecords, match=said):
        load(*decided)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["A,B,parent,why,,2026"], r"row 2, field source: a parent needs its source\. .*unknown under b"),
        (["A,unknown,same,why,,2026"], r"row 2, field b: this name is nobody's\. Only as a parent can b be none"),
        (["A,vacant,parent,why,x,2026"], r"row 2, field b: this name is nobody's"),
        (["A,none,parent,why,,2026"], r"row 2, field source: a parent needs its source"),
        (["A,B,parent,why,x,2026", "a,C,parent,why,x,2026"], r"row 3, field a: a parent of 'a' was decided already"),
    ],
)
def test_a_line_that_says_too_little_of_a_parent_is_refused_with_its_place(
    tmp_path: Path, lines: list[str], said: str
) -> None:
    table = tmp_path / "decisions" / "organizations.csv"
    table.parent.mkdir()
    table.write_text("\n".join(["a,b,verdict,reason,source,date", *lines]), encoding="utf-8")
    with pytest.raises(BadRecords, match=said):
        decisions(table)


def test_an_unknown_parent_needs_no_source(tmp_path: Path) -> None:
    table = tmp_path / "decisions" / "organizations.csv"
    table.parent.mkdir()
    table.write_text("a,b,verdict,reason,source,date\nA,unknown,parent,why,,2026\n", encoding="utf-8")
    assert [one.settles for one in decisions(table)] == [True]


def test_a_parent_beside_one_of_the_curated_data_is_refused(load: Load) -> None:
    labs = iris.thing("organization", "acme-labs")
    with pytest.raises(BadRecords, match="is below acme already"):
        load((labs, "Group Plc"))
    with pytest.raises(BadRecords, match="is below acme already"):
        load(("Acme Labs", "unknown"))


def test_an_address_in_a_decision_that_no_table_has_is_told() -> None:
    named, gone = iris.thing("organization", "huawei"), iris.thing("organization", "huawey")
    decided = [Decision(name, "Acme", "same", "x", "", "2026-11-24") for name in (named, gone)]
    assert nowhere(decided, {named}) == [
        "        1 decisions on an address that no table of this build has: organization/huawey"
    ]
