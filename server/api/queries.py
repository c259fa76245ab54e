"""Saved queries for programs: the catalogue, and the rows of one as typed values."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from pyoxigraph import NamedNode

from ontology import iris
from queries.saved import Parameter, SavedQuery, Term
from queries.store import Rows
from server import form, show
from server.api.declared import Argument
from server.api.shapes import Cell, cell, here
from server.form import Form
from server.served import served
from server.show import Value
from server.table import PARTNER, table

SOME, MOST = 1000, 100_000
ROWS = (
    Argument("_limit", "How many rows to give.", "integer", SOME, 0, MOST),
    Argument("_offset", "How many rows to pass over first.", "integer", 0, 0, 100_000_000),
)
EMPTY = ("Sent empty it takes any value.", "It cannot be empty.")
INTEGER = "[+-]?[0-9]{1,18}|"  # or nothing, which is any
KINDS = {
    "iri": "A name, Latin or Chinese, a short address such as country/cn, or an address.",
    "integer": "A whole number.",
    "decimal": "A number.",
    "date": "A year, month or day such as 2017, 2017-05 or 2017-05-31.",
    "year": "A year such as 2019.",
}


class Choice(TypedDict):
    """A value that a parameter takes, and what it is called."""

    value: str
    label: str


class QueryParameter(TypedDict):
    """A parameter of a saved query: without it the default holds; it may be repeated.

    `of` is the class of things that it takes; `choices` are all its values where they are few. Sent empty it takes any
    value, unless it is `required`.
    """

    name: str
    type: str
    label: str
    of: str | None
    default: list[Cell]
    required: bool
    choices: list[Choice]


class Column(TypedDict):
    """A column of a result; its type is iri, number, date or string."""

    name: str
    title: str
    type: str


class Query(TypedDict):
    """A saved query; `answers` are the competency questions that it answers."""

    slug: str
    title: str
    description: str
    tags: list[str]
    answers: list[str]
    parameters: list[QueryParameter]
    columns: list[Column]
    chart: bool
    links: dict[str, str]


class CatalogueAnswer(TypedDict):
    """The saved queries that fit."""

    total: int
    queries: list[Query]


class RowsAnswer(TypedDict):
    """The rows of a saved query; a value that a row lacks is null.

    `definition` is what the query counts and by which rule, `definitions` has the ontology's for each term in the rows,
    `values` are the parameters that held, and `sparql` is the text that ran, which any SPARQL client can run again.
    """

    slug: str
    title: str
    definition: str
    values: dict[str, list[Cell]]
    columns: list[Column]
    total: int
    offset: int
    next: str | None
    rows: list[dict[str, Cell]]
    definitions: dict[str, str]
    sparql: str
    links: dict[str, str]


def described(query: SavedQuery) -> Query:
    """A query as the catalogue lists it."""
    partners = {name + PARTNER for name in query.columns}
    return {
        "slug": query.slug,
        "title": query.title,
        "description": query.description,
        "tags": list(query.tags),
        "answers": list(query.answers),
        "parameters": [_parameter(parameter) for parameter in query.parameters],
        "columns": [_column(name, type_) for name, type_ in query.columns.items() if name not in partners],
        "chart": query.chart is not None,
        "links": _links(query.slug),
    }


def arguments(query: SavedQuery) -> tuple[Argument, ...]:
    """What the address of a query takes."""
    return (*map(_argument, query.parameters), *ROWS)


def tell(asked: Form, found: Rows, limit: int, offset: int, following: str | None) -> RowsAnswer:
    """The rows of a query, some of them."""
    query = asked.query
    shown = table(Rows(found.variables, found.rows[offset : offset + limit]), query.columns)
    terms = {value.text for row in shown.rows for value in row if value}
    return {
        "slug": query.slug,
        "title": query.title,
        "definition": query.description,
        "values": {f.parameter.name: _cells(_terms(f)) for f in asked.fields},
        "columns": [_column(column.name, column.type) for column in shown.columns],
        "total": len(found.rows),
        "offset": offset,
        "next": following,
        "rows": [
            {column.name: cell(value) if value else None for column, value in zip(shown.columns, row, strict=True)}
            for row in shown.rows
        ],
        "definitions": {term: said for term in sorted(terms) if (said := _definition(term))},
        "sparql": replace(query, text=asked.sparql).body,
        "links": _links(query.slug),
    }


def _terms(field: form.Field) -> Sequence[Term]:
    return form.default(field.parameter) if field.terms is None else field.terms


def _parameter(parameter: Parameter) -> QueryParameter:
    found, listed = form.choices(parameter, served())
    return {
        "name": parameter.name,
        "type": parameter.type,
        "label": parameter.label,
        "of": form.short(NamedNode(parameter.of)) if parameter.of else None,
        "default": _cells(form.default(parameter)),
        "required": parameter.required,
        "choices": [Choice(value=value, label=label) for value, label in found if listed],
    }


def _cells(terms: Sequence[Term]) -> list[Cell]:
    return [cell(Value(term, _label(term))) for term in terms]


def _label(term: Term) -> str:
    """The label of a thing, as the search index has it."""
    return served().search.label(term.value) if isinstance(term, NamedNode) else ""


def _column(name: str, type_: str) -> Column:
    return Column(name=name, title=show.title(name), type=type_)


def _links(slug: str) -> dict[str, str]:
    return {
        "self": here(f"/api/queries/{slug}"),
        "page": here(f"/queries/{slug}"),
        "csv": here(f"/queries/{slug}.csv"),
    }


def _definition(term: str) -> str:
    return show.definition(term) if term.startswith(iris.NS) else ""


def _argument(parameter: Parameter) -> Argument:
    default = " ".join(form.short(term) for term in form.default(parameter))
    held = f"Without it: {default}." if default else "Without it: any."
    about = f"{parameter.label}. {KINDS.get(parameter.type, 'Text.')} {held} {EMPTY[parameter.required]}"
    pattern = INTEGER if parameter.type == "integer" else ""
    return Argument(parameter.name, about, pattern=pattern, many=True, example=default)
