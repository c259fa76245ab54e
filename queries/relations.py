"""How the two sides of a cross-check stand to each other, each relation in the words of its table."""

from collections.abc import Callable
from decimal import Decimal

from ontology import dates
from queries.expressions import Value, plain, round_to

NEAR = Decimal("0.05")


def _equals(left: Value, right: Value) -> bool:
    return plain(left) == plain(right)


def _rounds_to(left: Value, right: Value) -> bool:
    left, right = _figures(left, right)
    return round_to(left, plain(right)) == right


def _is_about(left: Value, right: Value) -> bool:
    left, right = _figures(left, right)
    return _rounds_to(left, right) or abs(left - right) <= NEAR * abs(right)


def _never_falls(left: Value, right: Value) -> bool:
    figures = _row(left)
    return figures == sorted(figures)


def _never_rises(left: Value, right: Value) -> bool:
    figures = _row(left)
    return figures == sorted(figures, reverse=True)


def _is_before(left: Value, right: Value) -> bool:
    return dates.last_day(str(left)) < dates.first_day(str(right))


def _is_within(left: Value, right: Value) -> bool:
    earliest, latest = dates.first_day(str(right)), dates.last_day(str(right))
    return earliest <= dates.first_day(str(left)) and dates.last_day(str(left)) <= latest


def _figures(*values: Value) -> list[Decimal]:
    return [value if isinstance(value, Decimal) else Decimal(str(value)) for value in values]


def _row(value: Value) -> list[Decimal]:
    return list(value) if isinstance(value, tuple) else _figures(value)


def _compare(holds: Callable[[Decimal, Decimal], bool]) -> Callable[[Value, Value], bool]:
    """A relation of figures; a row of figures holds if each of them does."""

    def compared(left: Value, right: Value) -> bool:
        limit = _row(right)[0]
        return all(holds(figure, limit) for figure in _row(left))

    return compared


RELATIONS: dict[str, Callable[[Value, Value], bool]] = {
    "equals": _equals,
    "rounds to": _rounds_to,
    "is about": _is_about,
    "is more than": _compare(Decimal.__gt__),
    "is less than": _compare(Decimal.__lt__),
    "is at least": _compare(Decimal.__ge__),
    "is at most": _compare(Decimal.__le__),
    "never falls": _never_falls,
    "never rises": _never_rises,
    "is before": _is_before,
    "is within": _is_within,
}
COMPARATORS = {
    "": "rounds to",
    "approximately": "is about",
    "moreThan": "is more than",
    "lessThan": "is less than",
    "atLeast": "is at least",
    "atMost": "is at most",
}
