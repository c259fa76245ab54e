"""The network's edges: what the report says, counted by hand, and the file that a release keeps of them."""

from functools import cache
from pathlib import Path

import pytest
from world import curated_store

from ontology import iris
from queries import saved
from queries.network import graph
from queries.network.costs import KINDS
from queries.network.graph import Network
from queries.search import solutions


@cache
def network() -> Network:
    return graph.read(lambda query: list(solutions(curated_store(), query)))


def edges(tail: str, head: str) -> list[dict[str, object]]:
    found = network()
    ends = found.index[iris.THINGS + tail], found.index[iris.THINGS + head]
    return [found.edge(edge) for edge in found.out[ends[0]] if found.head[edge] == ends[1]]


def test_the_edges_are_a_saved_query_with_the_columns_of_the_contract() -> None:
    query = saved.parse("edges", graph.EDGES.read_text(encoding="utf-8"))
    assert (
        tuple(query.columns) == graph.COLUMNS == ("from", "to", "kind", "role", "claim", "start", "end", "confidence")
    )
    assert "SERVICE" not in query.body
    assert "NOT EXISTS" not in query.body


@pytest.mark.parametrize(
    ("tail", "head", "kind", "role"),
    [
        ("organization/mss", "organization/cnitsec", "oversight", None),
        ("organization/cnitsec", "document/iso-iec-23837-2", "leads", "leader"),
        ("document/iso-iec-23837-2", "group/iso-iec-jtc-1-sc-27-wg-3", "developedIn", None),
        ("group/iso-iec-jtc-1-sc-27-wg-3", "group/iso-iec-jtc-1-sc-27", "partOf", None),
        ("organization/huawei", "organization/futurewei", "parent", None),
        ("organization/futurewei", "person/richard-li", "employs", None),
        ("person/richard-li", "group/fg-net-2030", "leads", "chair"),
        ("organization/cetc", "organization/cetc-information-science-academy", "component", None),
        ("country/us", "organization/futurewei", "seat", None),
        ("country/cn", "organization/futurewei", "control", None),
        ("document/itu-t-y-4004", "technology/smart-oceans", "about", None),
        ("document/made-in-china-2025", "technology/new-generation-ai", "mentions", None),
        ("document/iso-iec-tr-24372", "document/iso-iec-tr-24372-2021", "edition", None),
    ],
)  # fmt: skip
def test_what_the_report_says_is_an_edge_from_the_influencing_to_the_influenced(
    tail: str, head: str, kind: str, role: str | None
) -> None:
    wanted = iris.NS + role if role else None
    assert (kind, wanted) in {(edge["kind"], edge["role"]) for edge in edges(tail, head)}


def test_a_claim_gives_its_edge_days_confidence_and_itself() -> None:
    (edge,) = edges("organization/cnitsec", "document/iso-iec-23837-2")
    assert (edge["start"], edge["end"], edge["confidence"]) == ("2017-01-01", "2017-12-31", "stated")
    assert edge["claim"] == "participation/cnitsec-leader-iso-iec-23837-2-2017"
    assert edge["id"] == (
        "organization/cnitsec>document/iso-iec-23837-2:leads:participation/cnitsec-leader-iso-iec-23837-2-2017"
    )


def test_a_group_is_part_of_the_one_right_above_it_only() -> None:
    tail = network().index[iris.thing("group", "iso-iec-jtc-1-sc-27-wg-3")]
    above = [network().head[edge] for edge in network().out[tail] if network().kind[edge] == "partOf"]
    assert [network().address[node] for node in above] == [iris.thing("group", "iso-iec-jtc-1-sc-27")]


def test_every_kind_of_edge_has_a_cost_and_words() -> None:
    assert set(network().kind) <= KINDS.keys()


def test_no_edge_stands_twice() -> None:
    found = network()
    rows = list(zip(found.tail, found.head, found.kind, found.role, found.claim, strict=True))
    assert len(rows) == len(set(rows)) > 700


def test_countries_and_bodies_are_hubs_and_companies_are_none() -> None:
    hubs = {network().address[node] for node in network().hubs}
    assert {iris.thing("country", "cn"), iris.thing("body", "iso")} <= hubs
    assert iris.thing("organization", "huawei") not in hubs


def test_a_listed_company_is_so_and_a_document_keeps_its_steps() -> None:
    found = network()
    iflytek = found.index[iris.thing("organization", "iflytek")]
    document = found.index[iris.thing("document", "iso-iec-tr-24372")]
    assert found.node(iflytek)["listed"]
    assert [(one.what, one.date) for one in found.listings[iflytek]] == [("Entity List", "2019-10")]
    assert ("project approval", "2019-05") in [(one.what, one.date) for one in found.milestones[document]]


def test_the_file_of_a_release_says_what_the_store_says(tmp_path: Path) -> None:
    graph.write(curated_store(), tmp_path)
    assert graph.load(tmp_path / graph.FILE) == network()
