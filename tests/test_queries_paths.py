"""Paths: the report's own, told right, and random networks on which networkx is the oracle."""

from itertools import pairwise
from random import Random

import networkx
import pytest
from test_queries_network import network

from ontology import iris
from queries.network import sentences
from queries.network.ask import Question, answer
from queries.network.costs import cost
from queries.network.graph import Network
from queries.network.paths import Path, best, best_to_each, drop_one, part
from queries.network.view import Filter, View, view

ANY = Filter(hubs=True)


def node(short: str) -> int:
    return network().index[iris.THINGS + short]


def found(tail: str, head: str, k: int = 3, **wanted: object) -> list[Path]:
    return best(view(network(), Filter(**wanted)), node(tail), node(head), k).paths  # type: ignore[arg-type]


def told(path: Path) -> list[str]:
    return [network().address[n].removeprefix(iris.THINGS) for n in path.nodes]


KNOWN = [
    ["organization/mss", "organization/cnitsec", "document/iso-iec-23837-2", "group/iso-iec-jtc-1-sc-27-wg-3",
     "group/iso-iec-jtc-1-sc-27"],
    ["organization/huawei", "organization/futurewei", "person/richard-li", "group/fg-net-2030"],
    ["organization/fiberhome", "person/ziqin-sang",
     "document/key-performance-indicators-definitions-for-smart-sustainable-cities"],
    ["organization/fiberhome", "person/ziqin-sang", "document/smart-city-kpi-recommendations-2016",
     "group/itu-t-sg-20"],
    ["organization/cetc", "organization/cetc-information-science-academy", "document/itu-t-y-4004"],
    ["organization/iflytek", "document/iso-iec-tr-24372"],
]  # fmt: skip


@pytest.mark.parametrize("nodes", KNOWN, ids=lambda nodes: f"{nodes[0]} to {nodes[-1]}")
def test_a_path_that_the_report_tells_is_among_the_first_three(nodes: list[str]) -> None:
    assert nodes in [told(path) for path in found(nodes[0], nodes[-1])]


def test_a_path_is_told_in_plain_sentences() -> None:
    paths = found("organization/huawei", "group/fg-net-2030")
    said = [sentences.sentence(network(), path) for path in paths if len(path.edges) == 3]
    assert said == [
        "Huawei is the parent of Futurewei; Futurewei employs Richard Li; "
        "Richard Li is named as chair of ITU-T Focus Group on Network 2030."
    ]


def test_a_listing_is_set_beside_the_dates_of_the_documents_on_the_path() -> None:
    (path, *_) = found("organization/iflytek", "document/iso-iec-tr-24372")
    assert [said for said, _ in sentences.remarks(network(), path)] == [
        "iFlytek is on a list: Entity List, since 2019-10, five months after the project approval of "
        "ISO/IEC TR 24372 (2019-05)."
    ]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2017-01-01", "2017-12-31", "2017"),
        ("2016-11-01", "2022-12-31", "2016-11 to 2022-12"),
        ("2019-10-09", "2019-10-09", "2019-10-09"),
        ("2018-01-01", "", "from 2018"),
        ("", "2020-06-30", "until 2020-06-30"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_days_are_told_at_the_precision_of_their_source(start: str, end: str, said: str) -> None:
    assert sentences.when(start, end) == said


def test_china_and_iso_are_no_bridges_unless_hubs_are_allowed() -> None:
    hubs = {node("country/cn"), node("body/iso"), node("body/itu")}
    ends = [n for n, kind in enumerate(network().kinds) if kind in ("organization", "document")][::9]
    for tail in ends:
        for head in ends:
            for path in best(view(network(), Filter()), tail, head, 3).paths:
                assert not hubs & set(path.nodes[1:-1])
    through = found("organization/mss", "organization/huawei", hubs=True, either=True)
    assert any(hubs & set(path.nodes[1:-1]) for path in through)


def test_a_hub_leads_up_to_the_whole_that_it_is_part_of() -> None:
    for path in found("organization/huawei", "body/iso", k=10):
        kinds = [network().kind[edge] for edge in path.edges]
        bodies = [kind for n, kind in zip(path.nodes[1:-1], kinds[1:], strict=True) if n in network().hubs]
        assert set(bodies) <= {"partOf"}
    assert found("organization/huawei", "body/iso")


def test_a_date_rules_out_what_certainly_did_not_hold_then() -> None:
    assert found("organization/cnitsec", "document/iso-iec-23837-2", as_of="2017")
    assert found("organization/cnitsec", "document/iso-iec-23837-2", as_of="2017-05")
    assert not found("organization/cnitsec", "document/iso-iec-23837-2", as_of="2018")
    assert not found("organization/cnitsec", "document/iso-iec-23837-2", as_of="2016-12-31")


def test_a_kind_a_confidence_and_a_country_rule_out_the_rest() -> None:
    assert not found("organization/mss", "document/iso-iec-23837-2", kinds=frozenset({"leads"}))
    assert found("organization/mss", "document/iso-iec-23837-2", kinds=frozenset({"leads", "oversight"}))
    assert not found("organization/mss", "document/iso-iec-23837-2", confidences=frozenset({"observed"}))
    assert not found("organization/huawei", "group/fg-net-2030", country="us")
    assert found("organization/futurewei", "group/fg-net-2030", country="us", rule="headquarters")
    assert not found("organization/futurewei", "group/fg-net-2030", country="us", rule="ultimateParent")


def test_no_path_says_what_would_have_to_be_allowed_and_what_is_unknown() -> None:
    asked = Question(node("organization/mss"), node("group/iso-iec-jtc-1-sc-27"), filter=Filter(as_of="2019"))
    told_ = answer(network(), asked)
    assert (told_.paths, told_.reached) == ([], 2)
    assert told_.nearest
    assert told_.nearest.words == "without asking for a date"
    none = answer(network(), Question(node("organization/miit"), node("body/iso")))
    assert none.nearest
    assert none.unknowns


def test_a_hop_without_which_no_path_is_left_carries_it() -> None:
    seen = view(network(), Filter())
    (path, other) = found("organization/mss", "group/iso-iec-jtc-1-sc-27")
    dropped = drop_one(seen, [path, other])
    assert [one.cost for one in dropped[path]] == [None, 350, 350, None]
    assert [one.carries for one in dropped[other]] == [True, False, False, True]


def test_one_thing_to_every_document_and_group_of_a_technology() -> None:
    seen = view(network(), Filter())
    quantum = node("technology/quantum-key-distribution")
    assert node("document/iso-iec-23837-1") in part(seen, quantum)
    paths = best_to_each(seen, node("organization/mss"), part(seen, quantum))
    ends = [told(path)[-1] for path in paths]
    assert ends[:2] == ["document/iso-iec-23837-1", "document/iso-iec-23837-2"]
    assert [path.cost for path in paths] == sorted(path.cost for path in paths)


def invented(seed: int, nodes: int = 40, count: int = 160, dated: bool = False) -> Network:
    """A random network; kinds of different cost, some edges parallel, with whole years as dates if asked."""
    random = Random(seed)
    made = Network([iris.thing("organization", f"n{n}") for n in range(nodes)])
    made.label, made.zh, made.classes = made.address, [""] * nodes, [""] * nodes
    made.countries = [{} for _ in range(nodes)]
    ends = [random.sample(range(nodes), 2) for _ in range(count)]
    made.tail, made.head = [tail for tail, _ in ends], [head for _, head in ends]
    made.kind = random.choices(["employs", "partOf", "drafts", "supports", "member"], k=count)
    made.confidence = random.choices(["stated", "reported", "claimed"], k=count)
    made.role, made.claim = [""] * count, [f"c{n}" for n in range(count)]
    years = [random.randint(2000, 2009) if dated and random.random() < 0.7 else 0 for _ in range(count)]
    made.start = [f"{year}-01-01" if year else "" for year in years]
    made.end = [f"{year + 4}-12-31" if year else "" for year in years]
    return made


def oracle(made: Network, tail: int, head: int, k: int, hops: int) -> list[int]:
    """The costs of the k best simple paths as networkx finds them."""
    drawn = networkx.DiGraph()
    drawn.add_nodes_from(range(len(made.address)))
    for edge in range(len(made.claim)):
        ends = made.tail[edge], made.head[edge]
        known = drawn.edges[ends]["weight"] if drawn.has_edge(*ends) else 1 << 30
        drawn.add_edge(*ends, weight=min(known, cost(made, edge)))
    paths = networkx.all_simple_paths(drawn, tail, head, cutoff=hops)
    return sorted(sum(drawn.edges[pair]["weight"] for pair in pairwise(path)) for path in paths)[:k]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("hops", [3, 6])
def test_the_best_paths_cost_what_networkx_says(seed: int, hops: int) -> None:
    made = invented(seed)
    for tail, head in [(0, 1), (2, 3), (4, 5)]:
        paths = best(View(made, ANY), tail, head, 8, hops).paths
        assert [path.cost for path in paths] == oracle(made, tail, head, 8, hops)
        assert len({path.nodes for path in paths}) == len(paths)
        for path in paths:
            assert len(set(path.nodes)) == len(path.nodes)
            assert path.cost == sum(cost(made, edge) for edge in path.edges)
            assert [(made.tail[e], made.head[e]) for e in path.edges] == list(pairwise(path.nodes))


@pytest.mark.parametrize("seed", range(6))
def test_paths_at_a_common_time_are_those_of_which_all_hops_share_a_year(seed: int) -> None:
    made = invented(seed, nodes=14, count=50, dated=True)
    drawn = networkx.MultiDiGraph([(made.tail[e], made.head[e], e) for e in range(50)])
    drawn.add_nodes_from(range(14))
    wanted: dict[tuple[int, ...], int] = {}
    for steps in networkx.all_simple_edge_paths(drawn, 0, 1, cutoff=4):
        numbers = [edge for _, _, edge in steps]
        first = max(made.start[edge] for edge in numbers)
        last = min(made.end[edge] or "9999" for edge in numbers)
        nodes = (0, *(made.head[edge] for edge in numbers))
        price = sum(cost(made, edge) for edge in numbers)
        if first <= last:
            wanted[nodes] = min(price, wanted.get(nodes, price))
    paths = best(View(made, Filter(hubs=True, common=True)), 0, 1, 1000, 4).paths
    assert {path.nodes: path.cost for path in paths} == wanted


@pytest.mark.parametrize("seed", range(4))
def test_the_best_path_to_each_is_the_best_path_to_it(seed: int) -> None:
    made = invented(seed)
    seen = View(made, ANY)
    reached = {path.nodes[-1]: path.cost for path in best_to_each(seen, 0, list(range(40)), 4)}
    for head in range(1, 40):
        single = best(seen, 0, head, 1, 4).paths
        assert reached.get(head) == (single[0].cost if single else None)


def test_a_search_that_has_to_stop_early_says_so() -> None:
    made = invented(1, nodes=40, count=600)
    assert not best(View(made, ANY), 0, 1, 50, 12, budget=100).complete
