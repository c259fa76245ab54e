"""Small sums over claims, as cross-checks write them: `100 * a / ( b - c )`, `count(query,column>=100)`.

Parts are divided by spaces. A name is an observation's slug or `kind/slug`, with `@property` for another property than
its figure or date.
`number(a,b)` counts claims that are there, `series(a,b)` puts figures in a row; `count(query,column=text)` and
`column(query,column)` read the rows of a saved query, and the claims are those of the rows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, DivisionByZero, InvalidOperation

from ontology.errors import PlenaryError
from queries.facts import Facts, NoSuchFact, Row, split

FIGURES = {"value", "minValue", "maxValue", "numerator", "denominator", "missing"}
Value = Decimal | str | tuple[Decimal, ...]
CALL = re.compile(r"(number|series|count|column)\((\S+)\)")
CONDITION = re.compile(r"(\w+)(=|>=)(.+)")


class BadExpression(PlenaryError):
    """An expression that cannot be read."""


@dataclass
class Expression:
    """One expression over facts; `used` are the references that its value rests on, each with what it says."""

    text: str
    facts: Facts
    used: dict[str, str] = field(default_factory=dict)
    _parts: list[str] = field(default_factory=list)

    def value(self) -> Value:
        """The value; NoSuchFact where a claim is missing, BadExpression where the text makes no sense."""
        self._parts = self.text.split()
        try:
            found = self._sum()
        except (IndexError, InvalidOperation, DivisionByZero, TypeError) as error:
            raise BadExpression(f"{self.text!r} cannot be computed: {error or 'it ends too early'}") from error
        if self._parts:
            raise BadExpression(f"{self.text!r} cannot be read from {self._parts[0]!r} on")
        return found

    def _sum(self) -> Value:
        found = self._product()
        while self._parts and self._parts[0] in "+-":
            plus = self._parts.pop(0) == "+"
            other = _figure(self._product())
            found = _figure(found) + other if plus else _figure(found) - other
        return found

    def _product(self) -> Value:
        found = self._atom()
        while self._parts and self._parts[0] in "*/":
            times = self._parts.pop(0) == "*"
            other = _figure(self._atom())
            found = _figure(found) * other if times else _figure(found) / other
        return found

    def _atom(self) -> Value:
        part = self._parts.pop(0)
        if part == "(":
            found = self._sum()
            if self._parts.pop(0) != ")":
                raise BadExpression(f"{self.text!r}: a parenthesis is not closed")
            return found
        if re.fullmatch(r"\d+(\.\d+)?", part):
            return Decimal(part)
        if call := CALL.fullmatch(part):
            return _CALLS[call[1]](self, call[2].split(","))
        return self._says(part)

    def _says(self, reference: str) -> Value:
        said = self.facts.says(reference)
        self.used["@".join(split(reference))] = said
        return Decimal(said) if split(reference)[1] in FIGURES else said

    def number(self, references: list[str]) -> Value:
        """How many claims are there; one that is missing is an error, not one less."""
        for reference in references:
            address, _ = split(reference)
            if address not in self.facts:
                raise NoSuchFact(f"{address} is not in the release")
            self.used[address] = "is there"
        return Decimal(len(references))

    def series(self, references: list[str]) -> Value:
        """Figures in a row."""
        return tuple(_figure(self._says(reference)) for reference in references)

    def count(self, arguments: list[str]) -> Value:
        """How many rows a saved query gives, or how many of them meet a condition."""
        slug, condition = [*arguments, ""][:2]
        rows = [row for row in self.facts.rows(slug) if not condition or _meets(row, condition)]
        self.used.update({row["claim"]: condition or "a row" for row in rows})
        return Decimal(len(rows))

    def column(self, arguments: list[str]) -> Value:
        """The figures of a column of a saved query, in its order."""
        slug, name = arguments
        self.used.update({row["claim"]: row[name] for row in self.facts.rows(slug)})
        return tuple(Decimal(row[name]) for row in self.facts.rows(slug))


_CALLS: dict[str, Callable[[Expression, list[str]], Value]] = {
    "number": Expression.number,
    "series": Expression.series,
    "count": Expression.count,
    "column": Expression.column,
}


def _figure(value: Value) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError(f"{value!r} is no figure")
    return value


def _meets(row: Row, condition: str) -> bool:
    parts = CONDITION.fullmatch(condition)
    if not parts or parts[1] not in row:
        raise BadExpression(f"{condition!r} is no condition on {', '.join(row)}")
    name, sign, wanted = parts.groups()
    return row[name] == wanted if sign == "=" else Decimal(row[name]) >= Decimal(wanted)


def plain(value: Value) -> str:
    """A value as one writes it: no exponent, no idle zeros."""
    if isinstance(value, tuple):
        return " ".join(map(plain, value))
    if isinstance(value, str):
        return value
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_printed(value: Value, printed: str, exact: bool) -> bool:
    """Whether a value is the printed one; unless exact, at the printed precision."""
    if exact or not isinstance(value, Decimal):
        return plain(value) == printed
    return round_to(value, printed) == Decimal(printed)


def round_to(value: Decimal, printed: str) -> Decimal:
    """A value rounded to as many decimals as a printed figure has."""
    decimals = len(printed.partition(".")[2])
    return value.quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_HALF_UP")
