"""What follows from asserted statements, on the invented world."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from loaders.build import assemble
from loaders.derive import GRAPH, derive, stages
from ontology import iris
from ontology.terms import DCTERMS, LABEL, PLEN, PROV, RDF_TYPE

WORLD = Path(__file__).parent / "world" / "tables"
Ask = Callable[[str, NamedNode], set[str]]


@pytest.fixture(scope="module")
def store() -> Store:
    store, _ = assemble(folder=WORLD)
    derive(store)
    return store


@pytest.fixture
def ask(store: Store) -> Ask:
    """Values of a property of a thing, given as kind/slug; addresses shortened to kind/slug."""

    def values(name: str, property_: NamedNode) -> set[str]:
        quads = store.quads_for_pattern(NamedNode(iris.THINGS + name), property_, None)
        return {str(quad.object.value).removeprefix(iris.THINGS) for quad in quads}  # type: ignore[union-attr]

    return values


def test_a_part_of_a_part_is_a_part(ask: Ask) -> None:
    assert ask("group/asb-tc-1-wg-2", PLEN.partOf) == {"group/asb-tc-1", "body/asb"}
    assert ask("body/asb", PLEN.hasPart) == {"group/asb-tc-1", "group/asb-tc-1-wg-2"}


def test_the_ultimate_parent_follows_subsidiary_and_branch_but_never_oversight(ask: Ask) -> None:
    assert ask("organization/acme-labs-lemuria", PLEN.ultimateParentCompany) == {"organization/acme"}
    assert ask("organization/acme", PLEN.ultimateParentCompany) == set()


def test_registration_and_control_stand_side_by_side(ask: Ask) -> None:
    assert ask("organization/acme-labs", PLEN.registeredIn) == {"country/lm"}
    assert ask("organization/acme-labs", PLEN.controlledFrom) == {"country/at"}


def test_a_derived_attribution_rests_on_its_claims_and_their_citations(ask: Ask) -> None:
    evidence = ask("attribution/acme-labs-ultimate-parent", NamedNode(PROV + "wasDerivedFrom"))
    assert {"affiliation/acme-labs-of-acme", "attribution/acme-at"} < evidence
    assert "citation/invented-chapter-1-n1" in evidence
    assert ask("attribution/acme-labs-ultimate-parent", PLEN.confidence) == {PLEN.derived.value}


def test_events_give_dates_of_founding_and_issue_and_successors(ask: Ask) -> None:
    assert ask("group/asb-tc-1-wg-2", PLEN.established) == {"2018-10"}
    assert ask("document/asb-7-2020", NamedNode(DCTERMS + "issued")) == {"2020-03-15"}
    assert ask("group/asb-tc-1", PLEN.succeededBy) == {"group/asb-tc-1-wg-2"}


def test_bounds_span_what_a_partial_date_can_mean(ask: Ask) -> None:
    claim = "participation/ann-lee-convenor-wg-2"
    assert ask(claim, PLEN.earliestStart) == {"2018-11-01"}
    assert ask(claim, PLEN.latestStart) == {"2018-11-30"}
    assert ask(claim, PLEN.earliestEnd) == {"2020-01-01"}
    assert ask(claim, PLEN.latestEnd) == {"2020-12-31"}


def test_a_claim_without_dates_takes_the_bounds_of_its_period(ask: Ask) -> None:
    assert ask("participation/acme-editor-asb-7", PLEN.earliestStart) == {"2017-01-01"}
    assert ask("participation/acme-editor-asb-7", PLEN.latestEnd) == {"2020-12-31"}


def test_an_open_end_has_no_bound(ask: Ask) -> None:
    assert ask("affiliation/acme-labs-of-acme", PLEN.latestStart) == {"2015-12-31"}
    assert ask("affiliation/acme-labs-of-acme", PLEN.latestEnd) == set()


def test_a_convenor_leads_a_permanent_group(ask: Ask) -> None:
    assert ask("participation/ann-lee-convenor-wg-2", PLEN.leadsPermanentGroup) == {"group/asb-tc-1-wg-2"}
    assert ask("participation/ann-lee-convenor-wg-2", PLEN.leadsPreparatoryGroup) == set()


def test_claims_that_come_later_get_their_stages_and_none_gets_them_twice() -> None:
    store, _ = assemble(folder=WORLD)
    derive(store)
    assert list(stages(store)) == []
    claim, group = NamedNode(iris.thing("participation", "later")), NamedNode(iris.thing("group", "asb-tc-1"))
    items = NamedNode(iris.graph("relaton-x"))
    store.extend([Quad(claim, PLEN.role, PLEN.chair, items), Quad(claim, PLEN.get("in"), group, items)])
    assert list(stages(store)) == [Quad(claim, PLEN.leadsPermanentGroup, group, GRAPH)]


def test_a_company_is_an_organization_for_generic_clients(ask: Ask) -> None:
    types = ask("organization/acme", RDF_TYPE)
    assert {PLEN.Company.value, PLEN.Organization.value, "http://www.w3.org/ns/org#Organization"} <= types


SENTENCES = {
    "participation/ann-lee-convenor-wg-2": "Ann Lee (for Acme): convenor, ASB/TC 1/WG 2, 2018-11 to 2020",
    "observation/members-at-2019": "members, Atlantis, ASB: 16 members, 2019-12",
    "attribution/acme-at": "Acme: Atlantis by headquarters",
    "listing/acme-entity-list": "Acme: Entity List, 2019-10",
    "unknown/asb-votes": "not published: votes, ASB",
    "unknown/asb-7-editors": "not known: editors, ASB 7",
    "event/wg-2-founding": "founding: ASB/TC 1/WG 2, 2018-10",
    "citation/invented-chapter-1-table-1-n1": "Chapter 1; Table 1; note 1",
    "document/asb-7-2020": "ASB 7:2020",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_every_node_has_a_label_that_reads_as_a_sentence(ask: Ask, name: str) -> None:
    assert ask(name, LABEL) == {SENTENCES[name]}


def test_a_thing_rests_on_the_citations_of_the_claims_that_name_it(ask: Ask) -> None:
    assert "citation/invented-chapter-2-n2" in ask("organization/sea-ministry", NamedNode(PROV + "wasDerivedFrom"))
    assert ask("work/list-of-members", NamedNode(PROV + "wasDerivedFrom")) >= {"citation/invented-works-cited-n2"}


def test_derived_repeats_no_asserted_statement(store: Store) -> None:
    derived = {quad.triple for quad in store.quads_for_pattern(None, None, None, GRAPH)}
    asserted = {quad.triple for quad in store if quad.graph_name != GRAPH}
    assert derived
    assert not derived & asserted
