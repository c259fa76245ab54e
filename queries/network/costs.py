"""What 'best' means for a path: the one place that says how much each hop costs, in words and in numbers.

A path is better the less it costs, and its cost is the sum over its hops. Nothing here depends on a country.
"""

from queries.network.graph import Network

SCALE = 100  # costs are whole hundredths, so that equal costs are equal
EXCLUSIVE = 1.0
KINDS: dict[str, tuple[float, str]] = {
    "oversight": (0.5, "oversees"),
    "control": (0.5, "controls"),
    "parent": (0.5, "is the parent of"),
    "component": (0.5, "has as a component"),
    "employs": (0.5, "employs"),
    "sends": (0.5, "is represented by"),
    "engages": (1.0, "engages as a consultant"),
    "base": (2.0, "includes"),
    "seat": (2.0, "is the country of"),
    "cooperates": (3.0, "cooperates with"),
    "leads": (2.0, "leads"),
    "secretariat": (2.0, "keeps the secretariat of"),
    "edits": (2.0, "edits"),
    "drafts": (2.0, "drafts"),
    "proposes": (2.0, "proposes"),
    "supports": (3.0, "supports"),
    "contributes": (3.0, "contributes to"),
    "member": (4.0, "is a member of"),
    "developedIn": (1.0, "is developed in"),
    "documentOf": (1.0, "is a document of"),
    "partOf": (1.0, "is part of"),
    "succeededBy": (1.0, "was succeeded by"),
    "edition": (1.0, "has the edition"),
    "basedOn": (1.0, "is the basis of"),
    "transposed": (1.0, "was made the international"),
    "supersededBy": (1.5, "was superseded by"),
    "about": (1.0, "is about"),
    "mentions": (1.0, "mentions"),
}
OTHER = 2.0
CONFIDENCE = {"reported": 0.25, "derived": 0.25, "estimated": 0.5, "claimed": 1.0}
RULES = (
    "Every hop costs at least 0.5, so of two paths of one sort the shorter comes first.",
    "To oversee, control, own or employ costs 0.5, because who belongs to somebody acts for them; to count as of a "
    "country costs 2.",
    "A role that only one can hold, such as chair or lead editor, costs 1. One that many can hold costs 2 where it "
    "leads, proposes or holds the pen, 3 where it supports or contributes, 4 where it is mere membership.",
    "From a document to its group, from a group to the whole that it is part of, and to a technology costs 1.",
    "What is observed or stated costs no more; reported and derived add 0.25, estimated 0.5, claimed by an interested "
    "party 1.",
    "A hub (a country, a body, or a group that 200 or more edges meet) may begin or end a path, but is no bridge: a "
    "path leaves it only for the whole that it is part of, unless hubs are allowed.",
    "Where several claims tie the same two things, the cheapest counts and the others are listed beside it.",
)


def cost(network: Network, edge: int) -> int:
    """What an edge costs, in hundredths."""
    base, _ = KINDS.get(network.kind[edge], (OTHER, ""))
    if network.kind[edge] != "sends" and network.role[edge] in network.exclusive:
        base = EXCLUSIVE
    return round(SCALE * (base + CONFIDENCE.get(network.confidence[edge], 0.0)))
