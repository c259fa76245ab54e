"""Parts of answers for programs that several addresses share; each is described from its fields and its docstring."""

from typing import NotRequired, TypedDict

from flask import request
from pyoxigraph import Literal, NamedNode

from ontology import iris
from ontology.terms import XSD
from queries.search import Hit
from server import form, show
from server.table import is_number


class Release(TypedDict):
    """The release that answers; number and date are null where the store is an endpoint elsewhere."""

    number: int | None
    date: str | None
    name: str


class Envelope(TypedDict):
    """What every answer begins with; `scope` says what the release covers."""

    release: Release
    scope: str


class Problem(TypedDict, total=False):
    """An error as RFC 9457 has it: `detail` says what is wrong and what to do, `kind` is a word to branch on."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    kind: str
    request: str
    line: int
    column: int
    offered: list[str]
    known: list[str]
    candidates: list["Candidate"]


class Candidate(TypedDict):
    """A thing that an unknown or ambiguous name may have meant."""

    label: str
    address: str


class Named(TypedDict):
    """A thing or term with its name; `id` is the short address that every parameter takes: `group/iso-tc-1`."""

    id: str
    address: str
    label: str
    zh: str | None


Cell = Named | str | float | bool | None


_Class = TypedDict("_Class", {"class": str})
_Ends = TypedDict("_Ends", {"from": str, "to": str})


class Listed(_Class):
    """A thing of a list; `kind` is the word in its address, `class` the label of its most special class."""

    id: str
    address: str
    kind: str
    label: str
    zh: str | None


class Node(_Class):
    """A thing of the network; `countries` are codes by attribution rule, `listed` says whether a list names it."""

    id: str
    address: str
    label: str
    zh: str
    kind: str
    countries: dict[str, list[str]]
    listed: bool


class Edge(_Ends):
    """A tie of influence, from the influencing to the influenced, as `edges.rq` defines it."""

    id: str
    kind: str
    role: str | None
    roleLabel: str | None
    exclusive: bool
    source: NotRequired[str | None]
    claim: str | None
    start: str | None
    end: str | None
    confidence: str | None


def here(path: str) -> str:
    """A path of this server as an answer names it: within the release that was asked for."""
    return request.script_root + path


def listed(hit: Hit) -> Listed:
    """A thing that the index found, as lists give it."""
    return {
        "id": hit.address.removeprefix(iris.THINGS),
        "address": hit.address,
        "kind": hit.kind,
        "class": hit.class_label,
        "label": hit.label,
        "zh": hit.label_zh or None,
    }


def named(value: show.Value) -> Named:
    """A thing or term with its name."""
    label = value.label or show.short(value.text)
    return Named(id=form.short(NamedNode(value.text)), address=value.text, label=label, zh=value.chinese or None)


def cell(value: show.Value) -> Cell:
    """A value as programs take it: a thing or term with its name, a number, or text; dates keep their precision."""
    term = value.term
    if isinstance(term, NamedNode):
        return named(value)
    if is_number(term):
        number = float(value.text)
        return int(number) if number.is_integer() else number
    if isinstance(term, Literal) and term.datatype.value == XSD + "boolean":
        return term.value in ("true", "1")
    return value.text
