"""The family of a role: one parent, two companies, their people, what they did; counted by hand in a made network."""

from ontology import iris
from queries.network.family import family, line
from queries.network.graph import Network

SOURCE = "relaton-3gpp"
EDGES = [
    ("organization/top", "organization/one", "parent", ""), ("organization/one", "organization/two", "parent", ""),
    ("organization/one", "person/a", "sends", "rapporteur"), ("organization/two", "person/b", "sends", "rapporteur"),
    ("organization/alone", "person/c", "sends", "rapporteur"), ("organization/alone", "person/d", "sends", "rapporteur"),
    ("organization/alone", "person/e", "sends", "rapporteur"), ("organization/two", "person/f", "sends", "editor"),
    ("person/a", "document/x", "leads", "rapporteur"), ("person/b", "document/y", "leads", "rapporteur"),
    ("document/x", "group/g", "developedIn", ""),
]  # fmt: skip


def made(source: str = SOURCE) -> Network:
    found = Network(sorted({iris.THINGS + end for edge in EDGES for end in edge[:2]}))
    found.tail = [found.index[iris.THINGS + edge[0]] for edge in EDGES]
    found.head = [found.index[iris.THINGS + edge[1]] for edge in EDGES]
    found.kind, found.role = [edge[2] for edge in EDGES], [iris.NS + edge[3] if edge[3] else "" for edge in EDGES]
    found.source = [source] * len(EDGES)
    return found


def told(network: Network, nodes: list[int]) -> list[str]:
    return [network.address[node].removeprefix(iris.THINGS) for node in nodes]


def test_the_family_is_that_of_the_parent_with_two_companies_not_of_the_largest_company() -> None:
    network = made()
    assert told(network, family(network, "rapporteur", SOURCE)) == [
        "organization/top", "organization/one", "person/a", "document/x", "group/g", "organization/two", "person/b",
        "document/y",
    ]  # fmt: skip


def test_claims_of_another_source_or_role_make_no_family() -> None:
    assert family(made("great-game"), "rapporteur", SOURCE) == []
    assert family(made(), "editor", SOURCE) == []


def test_companies_that_own_each_other_end_the_line() -> None:
    network = made()
    network.tail.append(network.index[iris.THINGS + "organization/two"])
    network.head.append(network.index[iris.THINGS + "organization/top"])
    network.kind.append("parent")
    two = network.index[iris.THINGS + "organization/two"]
    assert told(network, line(network, two)) == ["organization/two", "organization/one", "organization/top"]
