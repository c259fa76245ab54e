"""A path in plain sentences: what each hop says, and what is known of the listings and documents on the way."""

from unicodedata import bidirectional

from ontology import dates
from ontology.terms import model
from queries.network.costs import KINDS
from queries.network.graph import Network, Remark
from queries.network.paths import Path

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PREPOSITIONS = {"contributor": "to", "participant": "in", "registered expert": "in", "state administration": "in"}
TURNING = {"R", "AL", "AN", "RLE", "LRE", "RLO", "LRO", "RLI", "LRI", "FSI", "PDF", "PDI"}
FIRST_STRONG, POP = "\u2068", "\u2069"  # the signs that set a stretch of text apart, whatever stands in it
SURE = {"", "observed", "stated"}


def hop(network: Network, edge: int) -> str:
    """What one edge says, with its days and how it is vouched for where that is less than stated."""
    tail, head = (isolated(network.label[end]) for end in (network.tail[edge], network.head[edge]))
    notes = [when(network.start[edge], network.end[edge])]
    if network.confidence[edge] not in SURE:
        notes.append(network.confidence[edge])
    said = ", ".join(filter(None, notes))
    return f"{tail} {_verb(network, edge)} {head}" + (f" ({said})" if said else "")


def isolated(name: str) -> str:
    """A name as it stands in a sentence: one with right-to-left letters or signs turns no word around it."""
    turns = any(bidirectional(letter) in TURNING for letter in name)
    return FIRST_STRONG + name.replace(POP, "") + POP if turns else name


def _verb(network: Network, edge: int) -> str:
    """The words between the two ends: the role that was held, else what the kind says."""
    kind, role = network.kind[edge], network.role[edge]
    if not role or kind in ("sends", "secretariat"):
        return KINDS.get(kind, (0, kind))[1]
    label = model().label(role)
    article = "" if role in network.exclusive else "an " if label[0] in "aeio" else "a "
    pen = kind in ("edits", "drafts") and network.kinds[network.head[edge]] in ("group", "body")
    place = PREPOSITIONS.get(label, "in" if pen or label.endswith("member") else "of")
    return f"is named as {article}{label} {place}"


def when(start: str, end: str) -> str:
    """Two day bounds in the shortest form that says the same: `2017`, `2016-11 to 2022-12`, `from 2018`."""
    if start and end:
        for length in (4, 7, 10):
            first, last = start[:length], end[:length]
            if dates.first_day(first).isoformat() == start and dates.last_day(last).isoformat() == end:
                return first if first == last else f"{first} to {last}"
    if start:
        return f"from {start.removesuffix('-01').removesuffix('-01')}" + (f" to {end}" if end else "")
    return f"until {end.removesuffix('-31').removesuffix('-12')}" if end else ""


def sentence(network: Network, path: Path) -> str:
    """The hops as one sentence."""
    said = "; ".join(hop(network, edge) for edge in path.edges)
    return f"{said}." if said else ""


def remarks(network: Network, path: Path) -> list[tuple[str, Remark]]:
    """What is known of listed things on the path, set beside the dates of its documents, each with its claim."""
    found = []
    for node in path.nodes:
        for listing in _one_of_each(network.listings.get(node, [])):
            found.append((_listed(network, path, node, listing), listing))
    return found


def _one_of_each(listings: list[Remark]) -> list[Remark]:
    """Listings without those that say the same list and date again."""
    return list({(one.what, one.date): one for one in reversed(listings)}.values())[::-1]


def _listed(network: Network, path: Path, node: int, listing: Remark) -> str:
    said = f"{isolated(network.label[node])} is on a list: {listing.what}"
    if not listing.date:
        return f"{said}; the source gives no date for it."
    said += f", since {listing.date}"
    steps = [(document, step) for document in path.nodes for step in network.milestones.get(document, ())]
    beside = [
        f"{_apart(listing.date, step.date)} the {step.what} of {isolated(network.label[document])} ({step.date})"
        for document, step in steps
    ]
    return said + "".join(f", {one}" for one in beside) + "."


def _apart(date: str, other: str) -> str:
    """How far a date lies from another, only as finely as both are known."""
    if len(date) >= 7 and len(other) >= 7:
        months = 12 * (int(date[:4]) - int(other[:4])) + int(date[5:7]) - int(other[5:7])
        return _amount(months, "month")
    return _amount(int(date[:4]) - int(other[:4]), "year")


def _amount(count: int, unit: str) -> str:
    if not count:
        return f"in the same {unit} as"
    size = abs(count)
    word = NUMBERS[size] if size < len(NUMBERS) else str(size)
    return f"{word} {unit}{'' if size == 1 else 's'} {'after' if count > 0 else 'before'}"
