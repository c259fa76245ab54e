"""A claim in words: its parts in a fixed order for each class, each part a link, a figure or plain words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ontology import iris
from server.served import Row, text
from server.show import Value, number

Values = dict[str, list[Value]]


@dataclass(frozen=True)
class Strong:
    """Words that stand out in a sentence, such as a figure."""

    text: str


Part = str | Value | Strong


@dataclass(frozen=True)
class Claim:
    """A claim with its values by the name of each property, without the namespace."""

    address: str
    kind: str
    values: Values

    def first(self, name: str) -> str:
        """The first value of a property as text; empty if there is none."""
        return self.values[name][0].text if self.values.get(name) else ""

    def shown(self, name: str) -> str:
        """The first value of a property as it is shown; empty if there is none."""
        return self.values[name][0].shown if self.values.get(name) else ""


def name_of(property_: str) -> str:
    """The end of a property's address."""
    return property_.rpartition("#")[2].rpartition("/")[2]


def read(rows: Iterable[Row]) -> list[Claim]:
    """Claims from the rows of `claims.rq`, in their order."""
    found: dict[str, Values] = {}
    for row in rows:
        values = found.setdefault(text(row["claim"]), defaultdict(list))
        term = row["value"]
        if term is not None:
            values[name_of(text(row["property"]))].append(Value(term, text(row["label"])))
    return [Claim(address, (iris.split(address) or ("", ""))[0], values) for address, values in found.items()]


# What stands before a value falls away with it. WHEN, FIGURE and KNOWN are made from several values.
WHEN, FIGURE, KNOWN = "*when", "*figure", "*known"
ABOUT = ("aboutCountry", "aboutAgent", "aboutBody", "aboutGroup", "aboutDocument", "aboutDocumentType",
         "aboutTechnology", "aboutRole")  # fmt: skip
Pattern = tuple[tuple[str, str], ...]
PATTERNS: dict[str, Pattern] = {
    "participation": (
        ("", "participant"), (": ", "role"), (", on ", "on"), (", in ", "in"), (", on behalf of ", "onBehalfOf"),
        (", ", WHEN),
    ),
    "affiliation": (("", "member"), (": ", "affiliationType"), (", ", "of"), (", ", WHEN)),
    "attribution": (
        ("", "attributed"), (": ", "country"), (": not ", "notCountry"), (", by ", "attributionRule"), (", ", WHEN),
    ),
    "listing": (
        ("", "listed"), (": ", "list"), (", ", WHEN), ("; reason: ", "reason"), ("; by ", "legalSource"),
        ("; exempt: ", "exemption"),
    ),
    "priority": (("", "policy"), (", ", "technology"), (": ", "answer")),
    "observation": (
        ("", "measure"), *((", ", name) for name in ABOUT), (": ", FIGURE), (", ", WHEN),
        ("; rule: ", "attributionRule"), ("; method: ", "method"),
    ),
    "event": (
        ("", "eventType"), (": ", "about"), (" from ", "movedFrom"), (" to ", "movedTo"), (" as ", "newName"),
        (", ", WHEN), (": ", "description"),
    ),
    "finding": (("", "findingType"), (": ", "description"), (" Ask: ", "answeredBy")),
    "unknown": (("", KNOWN), (": ", "what"), (", ", "about"), (", ", WHEN), (": ", "description")),
}  # fmt: skip
KEPT = {"onBehalfOf", "movedFrom", "movedTo"}


def sentence(claim: Claim, about: str = "") -> list[Part]:
    """A claim in words; on the page of `about`, without naming it again; empty for what is no claim."""
    said: list[Part] = []
    for before, name in PATTERNS.get(claim.kind, ()):
        parts = _made(claim, name) or _named(claim.values.get(name, ()), name, about)
        if parts:
            said += [before if said else before.lstrip(" ,:;"), *parts]
    return [part for part in said if part != ""]


def plain(parts: Iterable[Part]) -> str:
    """Parts of a sentence as one text."""
    return "".join(p if isinstance(p, str) else p.shown if isinstance(p, Value) else p.text for p in parts)


def _named(values: Sequence[Value], name: str, about: str) -> list[Part]:
    said: list[Part] = []
    for value in values:
        if value.text != about:
            said += [", ", value]
        elif name in KEPT:
            said += [", ", "it"]
    return said[1:]


def _made(claim: Claim, name: str) -> list[Part]:
    if name == WHEN:
        return when(claim)
    if name == FIGURE:
        return figure(claim)
    if name == KNOWN:
        return ["not published" if any(v.text.endswith("#NotPublished") for v in claim.values["type"]) else "not known"]
    return []


def when(claim: Claim) -> list[Part]:
    """The dates of a claim at the precision of its source; else the named period that it holds for."""
    start, end = claim.first("start"), claim.first("end")
    if start and end and start != end:
        return [f"{start} to {end}"]
    if start or end:
        return [start if start == end else f"from {start}" if start else f"until {end}"]
    if claim.first("date"):
        return [claim.first("date")]
    if claim.first("asOf"):
        return [f"as of {claim.first('asOf')}"]
    return list(claim.values.get("period", ()))


def figure(claim: Claim) -> list[Part]:
    """The figure with what it counts out of what: `23 percent (646 of 2,766; 5 missing)`."""
    value = claim.shown("value") or claim.shown("valueText")
    value = value or " to ".join(filter(None, (claim.shown("minValue"), claim.shown("maxValue"))))
    whole = " ".join(filter(None, (claim.shown("comparator"), value, claim.shown("unit"))))
    basis = _basis(claim)
    return [Strong(whole), *([f" ({basis})"] if basis else [])]


def _basis(claim: Claim) -> str:
    """What a figure rests on; of a share it is also said where the source does not give it."""
    count, of, missing = (number(claim.first(name)) for name in ("numerator", "denominator", "missing"))
    said = [f"{count} of {of}" if count and of else f"of {of}" if of else f"{count} counted" if count else ""]
    if claim.first("measure").endswith("Share") and not of:
        said += ["denominator not given" if count else "count and denominator not given"]
    said += [f"{missing} missing" if missing else ""]
    return "; ".join(filter(None, said))
