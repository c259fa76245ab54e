"""Computed figures as observations, with what follows from them, in the graph of derived statements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, Quad

from ontology import dates, iris
from ontology.terms import LABEL, PLEN, PROV, RDF_TYPE, SKOS, SUBCLASS, SUBPROPERTY, XSD, model

GRAPH = NamedNode(iris.graph("derived"))
DIGITS = 6
ABOUT = ("aboutCountry", "aboutAgent", "aboutDocumentType", "aboutRole", "aboutBody", "aboutGroup")
# One property for what queries take either of: a path of two alternatives is slow where it is joined.
ROUGHLY = {"aboutCountry": "aboutActor", "aboutAgent": "aboutActor"}
ROUGHLY |= {"aboutBody": "aboutScope", "aboutGroup": "aboutScope"}


@dataclass(frozen=True)
class Figure:
    """One figure: numbers by property, things it is about by property, and the source and day of its records.

    `period` is (first year, last year) where only documents first published in these count.
    """

    measure: str
    unit: str
    numbers: dict[str, float]
    about: dict[str, str]
    source: str
    day: str
    method: str
    rule: str = ""
    period: tuple[int, int] | None = None
    labels: dict[str, str] = field(default_factory=dict, hash=False, compare=False)

    @property
    def address(self) -> str:
        """An address made of what the figure is, so that it is the same in every build."""
        things = (self.about[name].rpartition("/")[2].rpartition("#")[2] for name in ABOUT if name in self.about)
        words = (re.sub(r"(?=[A-Z])", " ", word) for word in (self.measure, self.rule))
        parts = (self.source, *words, *things, *map(str, self.period or ()))
        return iris.thing("observation", "-".join(iris.slugify(part) for part in parts if part))

    def label(self) -> str:
        """The figure as a sentence."""
        things = ", ".join(
            self.labels.get(self.about[name], model().label(self.about[name])) for name in ABOUT if name in self.about
        )
        when = f"documents of {_years(self.period)}" if self.period else self.day
        value = f"{number(self.numbers['value'])} {model().label(iris.NS + self.unit)}"
        rule = f", by {model().label(iris.NS + self.rule)}" if self.rule else ""
        return f"{model().label(iris.NS + self.measure)}: {things}: {value}, {when}{rule}"

    def quads(self) -> Iterator[Quad]:
        """All statements of the figure."""
        node = NamedNode(self.address)
        for class_ in model().above(PLEN.Observation.value, SUBCLASS):
            if not class_.startswith("_:"):
                yield Quad(node, RDF_TYPE, NamedNode(class_), GRAPH)
        yield Quad(node, LABEL, Literal(self.label(), language="en"), GRAPH)
        yield Quad(node, PLEN.measure, PLEN.get(self.measure), GRAPH)
        yield Quad(node, PLEN.unit, PLEN.get(self.unit), GRAPH)
        yield Quad(node, PLEN.confidence, PLEN.derived, GRAPH)
        yield Quad(node, PLEN.method, Literal(self.method), GRAPH)
        yield Quad(node, NamedNode(PROV + "wasDerivedFrom"), NamedNode(citation(self.source)), GRAPH)
        if self.rule:
            yield Quad(node, PLEN.attributionRule, PLEN.get(self.rule), GRAPH)
        for name, thing in self.about.items():
            if name in ROUGHLY:
                yield Quad(node, PLEN.get(ROUGHLY[name]), NamedNode(thing), GRAPH)
            for property_ in model().above(iris.NS + name, SUBPROPERTY):
                yield Quad(node, NamedNode(property_), NamedNode(thing), GRAPH)
        for name, value in self.numbers.items():
            type_ = "integer" if name == "ranking" else "decimal"
            yield Quad(node, PLEN.get(name), Literal(number(value), datatype=NamedNode(XSD + type_)), GRAPH)
        if self.period:
            yield Quad(node, PLEN.period, NamedNode(period_address(self.period)), GRAPH)
            yield from _bounds(node, str(self.period[0]), str(self.period[1]))
        else:
            yield Quad(node, PLEN.asOf, dates.literal(self.day), GRAPH)
            yield from _bounds(node, self.day, self.day)


def number(value: float) -> str:
    """A number as a decimal is written, rounded to six digits behind the point, or to three valid ones if smaller."""
    rounded = Decimal(f"{value:.{DIGITS}f}") if value == 0 or abs(value) >= 0.001 else Decimal(f"{value:.3g}")
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def citation(source: str) -> str:
    """The citation of all records of an item-level source."""
    return iris.thing("citation", f"{source}-records")


def period_address(period: tuple[int, int]) -> str:
    """The address of a period of whole years."""
    return iris.thing("period", _years(period))


def period_quads(period: tuple[int, int]) -> Iterator[Quad]:
    """What is said of a period that no source describes."""
    node, label = NamedNode(period_address(period)), Literal(_years(period), language="en")
    for class_ in model().above(PLEN.Period.value, SUBCLASS):
        if not class_.startswith("_:"):
            yield Quad(node, RDF_TYPE, NamedNode(class_), GRAPH)
    yield Quad(node, LABEL, label, GRAPH)
    yield Quad(node, NamedNode(SKOS + "prefLabel"), label, GRAPH)
    yield Quad(node, PLEN.start, dates.literal(str(period[0])), GRAPH)
    yield Quad(node, PLEN.end, dates.literal(str(period[1])), GRAPH)
    yield from _bounds(node, str(period[0]), str(period[1]))


def _years(period: tuple[int, int]) -> str:
    return "-".join(dict.fromkeys(map(str, period)))


def _bounds(node: NamedNode, start: str, end: str) -> Iterator[Quad]:
    for name, text in (("Start", start), ("End", end)):
        for bound, day in (("earliest", dates.first_day(text)), ("latest", dates.last_day(text))):
            literal = Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))
            yield Quad(node, PLEN.get(bound + name), literal, GRAPH)
