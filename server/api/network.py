"""The network for programs: what its addresses take and give."""

from typing import NotRequired, TypedDict

from ontology import iris
from queries.network.ask import MOST_HOPS, MOST_PATHS
from queries.network.costs import KINDS
from queries.network.paths import MAX_HOPS
from queries.search import KINDS as THINGS
from server.api.declared import Argument
from server.api.shapes import Edge, Node
from server.asked import CONFIDENCES, RULE_NAMES

SHOWN, MOST = 100, 1000
FLAG = ("0", "1")
DATE = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
A_THING = "A name, Latin or Chinese, a short address such as organization/huawei, or an address."
NEIGHBOURS = (
    Argument("node", f"The thing. {A_THING}", required=True, example="organization/huawei"),
    Argument("kind", "Only ties of these kinds.", choices=tuple(KINDS), many=True, example="parent"),
    Argument("of", "Only neighbours of these kinds.", choices=THINGS, many=True),
    Argument("limit", "How many neighbours to give.", "integer", SHOWN, 0, MOST),
    Argument("offset", "How many neighbours to pass over first.", "integer", 0, 0, 10_000_000),
)
NETWORK = (
    Argument("node", f"The things. {A_THING}", many=True, example="organization/huawei"),
    Argument("known", "1 passes over things without a tie, which are an error otherwise.", choices=FLAG),
)
PATHS = (
    Argument("from", f"Where paths begin. {A_THING}", required=True, example="organization/mss"),
    Argument("to", f"Where paths end. {A_THING}", required=True, example="group/iso-iec-jtc-1-sc-27"),
    Argument("k", "How many paths at most.", "integer", 10, 1, MOST_PATHS),
    Argument("max_hops", "How many hops a path has at most.", "integer", MAX_HOPS, 1, MOST_HOPS),
    Argument("as_of", "A year, month or day on which every hop must hold.", pattern=DATE, example="2017"),
    Argument("common", "1 asks for hops that all hold at some common time.", choices=FLAG),
    Argument("kind", "Only ties of these kinds.", choices=tuple(KINDS), many=True),
    Argument("country", "Only organizations of this country.", pattern=iris.SLUG.pattern, example="cn"),
    Argument("rule", "The rule by which they count as of it; by any without one.", choices=RULE_NAMES),
    Argument("confidence", "Only claims of these confidences.", choices=CONFIDENCES, many=True),
    Argument("source", "Only claims of these sources, each by the name of its graph.", many=True),
    Argument("hubs", "1 lets countries, bodies and large groups be bridges.", choices=FLAG),
    Argument("drop", "1 tells which hops carry a path.", choices=FLAG),
    Argument("each", "1 asks for a path to each document and group of `to`, a technology or body.", choices=FLAG),
)

_Counted = TypedDict("_Counted", {"class": str})
_Place = TypedDict("_Place", {"from": str | None, "to": str | None})
_Ends = TypedDict("_Ends", {"from": str, "to": str})
_Things = TypedDict("_Things", {"from": Node, "to": Node})


class Ties(_Counted):
    """How many neighbours a thing has by one kind of tie, class and direction (`out` is towards the neighbour)."""

    kind: str
    direction: str
    count: int


class Count(TypedDict):
    """How many neighbours of one kind there are."""

    kind: str
    count: int


class NeighboursAnswer(TypedDict):
    """A thing's neighbours, best known first: counts of all, and some of those that fit with the ties to them."""

    node: Node
    counts: list[Ties]
    things: list[Count]
    total: int
    nodes: list[Node]
    edges: list[Edge]


class NetworkAnswer(TypedDict):
    """Things, and all ties between two of them."""

    nodes: list[Node]
    edges: list[Edge]


class Tie(Edge):
    """A tie in words; `evidence` are the keys of citations."""

    sentence: str
    evidence: list[str]


class Hop(Tie):
    """One step of a path; `also` are other ties between the same two things, `without` what is left without it."""

    also: list[Tie]
    without: NotRequired["Dropped"]


class Remark(TypedDict):
    """What a claim says beside the path: a listing, or something that is not known."""

    text: str
    claim: str


class Common(_Place):
    """The days between which all hops hold; null where that has no known end."""


class Path(TypedDict):
    """A path: what it costs, in words, and hop by hop."""

    cost: float
    sentence: str
    remarks: list[Remark]
    common: Common | None
    nodes: list[Node]
    hops: list[Hop]


class Nearest(Path):
    """Where there is no path: what would have to be allowed for one, and that one."""

    allowing: str


class Searched(TypedDict):
    """How far the search went; without a path, how many things lie ahead of the beginning and lead to the end."""

    edges: int
    complete: bool
    maxHops: int
    reached: int | None
    leading: int | None


class Dropped(_Ends):
    """What the best path costs without this hop; `carries` where there is none without it."""

    carries: bool
    complete: NotRequired[bool]
    cost: float | None


class Place(TypedDict):
    """A place in a source."""

    source: str
    section: str
    table: str | None
    notes: list[str]


class PathsAnswer(_Things):
    """The best paths of influence between two things, best first; `evidence` has the citations by address."""

    paths: list[Path]
    searched: Searched
    nearest: Nearest | None
    unknowns: list[Remark]
    dropped: list[Dropped]
    evidence: dict[str, Place]
