"""A question for paths as a request or a command puts it, in words; each that cannot be understood is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from ontology import dates, iris
from queries.network.ask import EACH, MOST_HOPS, MOST_PATHS, Question
from queries.network.costs import CONFIDENCE, KINDS
from queries.network.paths import MAX_HOPS
from queries.network.view import Filter
from queries.search import Hit, UnknownName
from server.errors import BadRequest
from server.network import find
from server.served import Served

CONFIDENCES = ("observed", "stated", *CONFIDENCE)
RULE_NAMES = ("registration", "headquarters", "ultimateParent", "sourceLabel", "delegation")
Given = MultiDict[str, str]


@dataclass(frozen=True)
class Meant:
    """A name in the address that nobody or several have, and for each thing it may mean a link to go on with."""

    name: str
    ambiguous: bool
    links: list[tuple[str, Hit]]


def meant(error: UnknownName, path: str, sent: Mapping[str, list[str]], field: str, place: int = 0) -> Meant:
    """What to offer for a name: the same address with the field's value at that place made certain."""
    values, links = sent[field], []
    for hit in error.candidates:
        chosen = [*values[:place], hit.address.removeprefix(iris.THINGS), *values[place + 1 :]]
        links.append((path + "?" + urlencode({**sent, field: chosen}, doseq=True), hit))
    return Meant(error.name, error.ambiguous, links)


def question(here: Served, given: Given) -> Question:
    """What a request, or a command, asks; BadRequest or UnknownName says what of it cannot be understood."""
    source, target = (find(here, given.get(name, "")[:500]) for name in ("from", "to"))
    each = given.get("each") == "1"
    if each and here.network.kinds[target] not in EACH:
        raise BadRequest("each: only a technology or a body has documents and groups to find paths to.")
    if each and given.get("common") == "1":
        raise BadRequest(
            "each and common cannot be asked together: a common time is looked for along the paths between two things. "
            "Leave one of them out, or ask with common for one document or group at a time."
        )
    return Question(
        source,
        target,
        whole(given, "k", 10, 1, MOST_PATHS),
        whole(given, "max_hops", MAX_HOPS, 1, MOST_HOPS),
        _filter(given, sources(here)),
        drop=given.get("drop", "") == "1",
        each=each,
    )


def sources(here: Served) -> tuple[str, ...]:
    """The names of the sources whose claims are edges."""
    return tuple(sorted(set(here.network.source) - {""}))


def _filter(given: Given, known: tuple[str, ...]) -> Filter:
    as_of = given.get("as_of", "").strip()
    try:
        _ = dates.first_day(as_of) if as_of else None
    except ValueError:
        raise BadRequest(f"as_of: {as_of[:40]!r} is no date such as 2017, 2017-05 or 2017-05-31.") from None
    country = given.get("country", "").strip().lower()
    if country and not iris.SLUG.fullmatch(country):
        raise BadRequest(f"country: {country[:40]!r} is no country such as cn.")
    return Filter(
        as_of,
        _some(given, "kind", tuple(KINDS)),
        _some(given, "confidence", CONFIDENCES),
        _some(given, "source", known),
        country,
        next(iter(_some(given, "rule", RULE_NAMES)), ""),
        hubs=given.get("hubs") == "1",
        common=given.get("common") == "1",
    )


def _some(given: Given, name: str, known: tuple[str, ...]) -> frozenset[str]:
    """Words of the request from a list that is known."""
    words = frozenset(value for value in given.getlist(name) if value)
    if strange := sorted(words.difference(known)):
        raise BadRequest(f"{name}: {strange[0][:40]!r} is none of: {', '.join(known)}.")
    return words


def whole(given: Given, name: str, default: int, least: int, most: int) -> int:
    """A whole number of the request, within its bounds; BadRequest says what is wrong with it."""
    text = given.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadRequest(f"{name}: {text[:40]!r} is no whole number.")
    if not least <= int(text) <= most:
        raise BadRequest(f"{name} is at least {least} and at most {most}; {text} is not.")
    return int(text)
