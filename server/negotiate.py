"""Which of the representations on offer a client prefers, by its Accept header (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

HTML = "text/html"
LONG = 2_000  # characters of a header; browsers send 200
P = ParamSpec("P")
R = TypeVar("R")
_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_NAME = re.compile(rf"\s*({_WORD})/({_WORD})\s*")
_QUALITY = re.compile(r"0(\.[0-9]*)?|1(\.0*)?")
# A comma or a semicolon between quotation marks divides nothing.
_ELEMENT, _PART = (re.compile(rf'(?:[^{sign}"]|"(?:[^"\\]|\\.)*+"?)++') for sign in ",;")


@dataclass(frozen=True, slots=True)
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


def _remembered(read: Callable[Concatenate[str, P], R]) -> Callable[Concatenate[str, P], R]:
    """Remember what was read in headers, of long ones in the last only: each takes up to 5 MB."""
    short: Callable[Concatenate[str, P], R] = lru_cache(maxsize=256)(read)  # type: ignore[assignment]
    long: Callable[Concatenate[str, P], R] = lru_cache(maxsize=1)(read)  # type: ignore[assignment]

    @wraps(read)
    def given(accept: str, /, *more: P.args, **named: P.kwargs) -> R:
        return (short if len(accept) <= LONG else long)(accept, *more, **named)

    return given


@_remembered
def ranges(accept: str) -> tuple[Range, ...]:
    """The elements of an Accept header; those that cannot be read are passed over, as if they were not there."""
    found = filter(None, map(_range, _ELEMENT.findall(accept)))
    return tuple(found) or (Range("*", "*", 1.0),)


def _range(element: str) -> Range | None:
    first, *parameters = _PART.findall(element) or [""]
    name, quality = _NAME.fullmatch(first), _quality(parameters)
    if name is None or quality is None or (name[1] == "*" and name[2] != "*"):
        return None
    return Range(name[1].lower(), name[2].lower(), quality)


def _quality(parameters: Sequence[str]) -> float | None:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            return float(value) if _QUALITY.fullmatch(value.strip()) else None
    return 1.0


@_remembered
def best(accept: str, offered: tuple[str, ...]) -> str | None:
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


@_remembered
def wants_html(accept: str) -> bool:
    """Whether a page for people is what the client likes best: browsers name it, programs do not."""
    wanted = ranges(accept)
    named = [r.quality for r in wanted if r.specificity(HTML) == 3]
    return bool(named) and max(named) > 0 and max(named) >= max(r.quality for r in wanted)
