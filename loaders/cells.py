"""Cells of curated tables: what a column means, and from a cell's text to an RDF term."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from loaders.tables import Row, suggestion
from ontology import dates, iris
from ontology.terms import DCTERMS, SKOS, SUBCLASS, XSD, Model

UNKNOWN = "Add it to its table first; a source may use the slugs of those built before it."
CJK = re.compile(r"[\u3400-\u9fff]")

# Columns whose property is not the plen: term of the same name.
COLUMNS: dict[str, tuple[str, str | None]] = {
    "name": (SKOS + "prefLabel", "en"),
    "name_zh": (SKOS + "prefLabel", "zh"),
    "aliases": (SKOS + "altLabel", None),
    "title": (DCTERMS + "title", "en"),
    "title_zh": (DCTERMS + "title", "zh"),
    "identifier": (DCTERMS + "identifier", None),
    "description": (DCTERMS + "description", "en"),
    "remark": (DCTERMS + "description", "en"),
    "publisher": (DCTERMS + "publisher", None),
    "published_in": (DCTERMS + "isPartOf", None),
    "version_of": (DCTERMS + "isVersionOf", None),
    "creator": (DCTERMS + "creator", None),
    "category": (SKOS + "broader", None),
    "broader": (SKOS + "broader", None),
    "licence": (DCTERMS + "license", None),
    "number": (iris.NS + "footnote", None),
    "works": (iris.NS + "cites", None),
    "authors": (iris.NS + "authorName", None),
    "rule": (iris.NS + "attributionRule", None),
}
OBJECTS = {DCTERMS + "isVersionOf", DCTERMS + "creator", SKOS + "broader"}
SEVERAL = {"aliases", "authors", "works", "accessed", "technology", "developed_in", "body", "status", "about", "cites"}
SEVERAL |= {
    "based_on",
    "supersedes",
    "part_of",
    "claimed_by",
    "on_behalf_of",
    "about_role",
    "moved_from",
    "moved_to",
    "answered_by",
}
SEVERAL |= {
    f"about_{what}" for what in ("country", "agent", "body", "group", "document", "technology", "document_type")
}


@dataclass
class Things:
    """All things that a build knows by slug, with the classes they were declared as."""

    model: Model
    addresses: dict[str, NamedNode] = field(default_factory=dict)
    classes: dict[str, list[str]] = field(default_factory=dict)

    def add(self, slug: str, address: NamedNode, classes: list[str]) -> None:
        """Make a thing known by its slug, or one that is known also of these classes."""
        self.addresses[slug] = address
        self.classes[slug] = [*self.classes.get(slug, []), *classes]

    def resolve(self, row: Row, column: str, slug: str, allowed: tuple[str, ...]) -> NamedNode:
        """The thing or listed term that a slug names; a BadRecord if there is none, or one of a wrong class."""
        term = iris.NS + slug
        if term in self.model.terms and self._fits(self.model.types(term), allowed):
            return NamedNode(term)
        found = self.addresses.get(slug)
        if found is None:
            known = self._words(allowed) if allowed and not any(map(self.model.kind, allowed)) else self.addresses
            raise row.bad(column, f"nothing is called {slug!r}", suggestion(slug, known, UNKNOWN))
        if allowed and not self._fits(self.classes[slug], allowed):
            names = " or ".join(self.model.label(c) for c in allowed)
            raise row.bad(column, f"{slug!r} is no {names}", "Put a fitting thing here, or move it to another column.")
        return found

    def _fits(self, classes: list[str], allowed: tuple[str, ...]) -> bool:
        above = {c for class_ in classes for c in self.model.above(class_, SUBCLASS)}
        return not allowed or bool(above.intersection(allowed))

    def _words(self, classes: tuple[str, ...]) -> list[str]:
        fits = (t for t in self.model.terms if self._fits(self.model.types(t), classes))
        return [t.removeprefix(iris.NS) for t in fits]


def property_of(column: str) -> str:
    """The property that a column fills: `about_country` is plen:aboutCountry."""
    if column in COLUMNS:
        return COLUMNS[column][0]
    head, *tail = column.split("_")
    return iris.NS + head + "".join(part.capitalize() for part in tail)


def known_columns(model: Model) -> frozenset[str]:
    """All columns that a curated table may have."""
    names = (term.removeprefix(iris.NS) for term in model.terms if model.is_property(term))
    own = {re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), name) for name in names}
    return frozenset(own | COLUMNS.keys() | {"slug", "class", "not_published", "section", "table", "notes"})


def values(row: Row, column: str, things: Things) -> list[tuple[NamedNode, NamedNode | Literal]]:
    """Property and value for each value of a cell."""
    property_ = property_of(column)
    texts = row.all(column) if column in SEVERAL else [row.cells[column]]
    return [(NamedNode(property_), _value(row, column, property_, text, things)) for text in texts]


def _value(row: Row, column: str, property_: str, text: str, things: Things) -> NamedNode | Literal:
    ranges = things.model.ranges(property_)
    if property_ in OBJECTS or things.model.is_property(property_, "ObjectProperty"):
        if column == "about_document_type":
            return _class(row, column, text, things.model)
        if column == "answered_by":
            return _query(row, column, text)
        return things.resolve(row, column, text, ranges)
    if things.model.form(property_):
        return _parsed(row, column, text, dates.literal, "Write 2019, 2019-10 or 2019-10-09.")
    if ranges and ranges[0] in _DATATYPES:
        return _parsed(row, column, text, _DATATYPES[ranges[0]], "Write a plain number such as 77.65.")
    if column == "aliases":
        return Literal(text, language="zh" if CJK.search(text) else "en")
    language = COLUMNS.get(column, ("", None))[1]
    if language:
        return Literal(text, language=language)
    return Literal(text, datatype=NamedNode(ranges[0])) if ranges else Literal(text)


def _class(row: Row, column: str, text: str, model: Model) -> NamedNode:
    if model.kind(iris.NS + text) != "document":
        raise row.bad(column, f"{text!r} is no class of documents", "Write a class such as WorkItem.")
    return NamedNode(iris.NS + text)


def _query(row: Row, column: str, text: str) -> NamedNode:
    try:
        return NamedNode(iris.query(text))
    except ValueError as error:
        raise row.bad(column, str(error), "Write the name of its file in queries/, without .rq.") from None


def _parsed(row: Row, column: str, text: str, parse: Callable[[str], Literal], remedy: str) -> Literal:
    try:
        return parse(text)
    except ValueError as error:
        raise row.bad(column, str(error), remedy) from None


def _decimal(text: str) -> Literal:
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise ValueError(f"{text!r} is no number")
    return Literal(text if "." in text else text + ".0", datatype=NamedNode(XSD + "decimal"))


def _integer(text: str) -> Literal:
    if not re.fullmatch(r"-?\d+", text):
        raise ValueError(f"{text!r} is no whole number")
    return Literal(int(text))


_DATATYPES: dict[str, Callable[[str], Literal]] = {XSD + "decimal": _decimal, XSD + "integer": _integer}
