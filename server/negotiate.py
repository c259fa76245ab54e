"""Which of the representations on offer a client prefers, by its Accept header (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

HTML = "text/html"


@dataclass(frozen=True)
class Range:
    """One element of an Accept header."""

    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How closely this range names a media type: 3 itself, 2 its type, 1 anything, 0 not at all."""
        type_, _, subtype = media_type.partition("/")
        if (self.type, self.subtype) == (type_, subtype):
            return 3
        if self.subtype == "*" and self.type in (type_, "*"):
            return 2 if self.type != "*" else 1
        return 0


def ranges(accept: str) -> list[Range]:
    """The elements of an Accept header; those that cannot be read are passed over, as if they were not there."""
    found = []
    for element in accept.split(","):
        name, *parameters = (part.strip() for part in element.split(";"))
        type_, slash, subtype = name.lower().partition("/")
        quality = _quality(parameters)
        if slash and type_ and subtype and quality is not None:
            found.append(Range(type_, subtype, quality))
    return found or [Range("*", "*", 1.0)]


def _quality(parameters: Sequence[str]) -> float | None:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = float(value.strip())
            except ValueError:
                return None
            return quality if 0 <= quality <= 1 else None
    return 1.0


def best(accept: str, offered: Sequence[str]) -> str | None:
    """The media type on offer that the client likes best, the earlier one where it has no preference; None if none.

    Text for people (`text/html`) counts only where the client names it, so that `*/*` from a program gets data.
    """
    wanted = ranges(accept)
    scored = [(_score(wanted, media_type), -place, media_type) for place, media_type in enumerate(offered)]
    quality, _, media_type = max(scored, default=(0.0, 0, ""))
    return media_type if quality > 0 else None


def _score(wanted: Sequence[Range], media_type: str) -> float:
    least = 2 if media_type == HTML else 1
    fits = [(r.specificity(media_type), r.quality) for r in wanted if r.specificity(media_type) >= least]
    return max(fits)[1] if fits else 0.0


def wants_html(accept: str) -> bool:
    """Whether a page for people is what the client likes best: browsers name it, programs do not."""
    wanted = ranges(accept)
    named = [r.quality for r in wanted if r.specificity(HTML) == 3]
    return bool(named) and max(named) > 0 and max(named) >= max(r.quality for r in wanted)
