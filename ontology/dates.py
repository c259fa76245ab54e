"""Dates at the precision of their source, and the day bounds that queries compare."""

import calendar
import re
from datetime import date

from pyoxigraph import Literal, NamedNode

from ontology.terms import XSD

_FORMS = {
    4: (re.compile(r"\d{4}"), "gYear"),
    7: (re.compile(r"\d{4}-\d{2}"), "gYearMonth"),
    10: (re.compile(r"\d{4}-\d{2}-\d{2}"), "date"),
}


def literal(text: str) -> Literal:
    """A year, month or day as a typed literal; ValueError where it is none of them."""
    first_day(text)
    return Literal(text, datatype=NamedNode(XSD + _FORMS[len(text)][1]))


def first_day(text: str) -> date:
    """The first day that a year, month or day can mean."""
    pattern, _ = _FORMS.get(len(text), (re.compile("(?!)"), ""))
    if not pattern.fullmatch(text):
        raise ValueError(f"{text!r} is no date")
    return date.fromisoformat(text + "-01-01"[len(text) - 4 :])


def last_day(text: str) -> date:
    """The last day that a year, month or day can mean."""
    first = first_day(text)
    if len(text) == 4:
        return date(first.year, 12, 31)
    if len(text) == 7:
        return date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
    return first
