"""Saved queries: one `.rq` file each, with a YAML header and parameters that are VALUES blocks."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode

from ontology import dates
from ontology.errors import PlenaryError
from ontology.terms import PREFIXES, XSD

FOLDER = Path(__file__).parent
BLOCK = re.compile(r"VALUES\s+\$(?P<name>\w+)\s*\{(?P<default>[^}]*)\}", re.IGNORECASE)
UNDEF = "UNDEF"
# In a string, `\\u0022` is a backslash and five characters; a store that undoes codepoint escapes first reads a quote.
_AMBIGUOUS = re.compile(r"(?<!\\)((?:\\\\)+)([uU])")
Term = NamedNode | Literal
Resolve = Callable[[str, str], NamedNode]


class BadParameter(PlenaryError):
    """A parameter that a saved query does not have, or a value that does not fit it."""


class NoSuchQuery(PlenaryError):
    """No saved query has that name."""


class BadHeader(PlenaryError):
    """A saved query's file cannot be used."""


@dataclass(frozen=True)
class Parameter:
    """One parameter; `of` is the class of things it takes, `choices` a query for `?value ?label`, both may be empty.

    `required` says that it does not take any value, since the answer would be a large part of the release.
    """

    name: str
    type: str
    label: str
    of: str
    choices: str
    default: str
    required: bool = False


@dataclass(frozen=True)
class SavedQuery:
    """A saved query with what its header says: `needs` is a source without which it has nothing to ask, if any.

    `text` is the file as it stands.
    """

    slug: str
    title: str
    description: str
    answers: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: dict[str, str]
    chart: dict[str, Any] | None
    tags: tuple[str, ...]
    needs: str
    text: str

    def is_offered(self, sources: Iterable[str]) -> bool:
        """Whether the sources of a release can answer it: `relaton` stands for every source of such records."""
        return not self.needs or any(name == self.needs or name.startswith(self.needs + "-") for name in sources)

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name; BadParameter names those there are."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        names = ", ".join(p.name for p in self.parameters) or "none"
        raise BadParameter(f"the query {self.slug} has no parameter {name!r}. It has: {names}.")

    @property
    def body(self) -> str:
        """The query without its header."""
        return "\n".join(line for line in self.text.splitlines() if not line.startswith("#+")).strip() + "\n"


@cache
def catalogue(folder: Path = FOLDER) -> dict[str, SavedQuery]:
    """All saved queries of a folder by slug, in the order of their names."""
    return {path.stem: parse(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.rq"))}


def find(slug: str, folder: Path = FOLDER) -> SavedQuery:
    """One saved query; NoSuchQuery if there is none of that name."""
    try:
        return catalogue(folder)[slug]
    except KeyError:
        raise NoSuchQuery(f"no saved query is called {slug!r}. See the catalogue of saved queries.") from None


def parse(slug: str, text: str) -> SavedQuery:
    """Read a file: lines that begin with `#+` are one YAML document, whose scalars are text; it may be missing."""
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        header = yaml.load("\n".join(lines), Loader=yaml.BaseLoader) or {}  # noqa: S506  (BaseLoader makes text only)
    except yaml.YAMLError as error:
        raise BadHeader(f"{slug}.rq: the header is no YAML: {error}") from error
    defaults = {match["name"]: match["default"].strip() for match in BLOCK.finditer(text)}
    declared = header.get("parameters") or {}
    if defaults.keys() != declared.keys():
        raise BadHeader(f"{slug}.rq: header and VALUES blocks name different parameters: {declared} and {defaults}")
    return SavedQuery(
        slug,
        header.get("title", slug),
        header.get("description", ""),
        tuple(header.get("answers", ())),
        tuple(_parameter(name, about, defaults[name]) for name, about in declared.items()),
        header.get("columns") or {},
        _numbers(header["chart"]) if header.get("chart") else None,
        tuple(header.get("tags", ())),
        header.get("needs", ""),
        text,
    )


def _parameter(name: str, about: Mapping[str, str], default: str) -> Parameter:
    of = _expand(about.get("of", ""))
    label, choices = about.get("label", name), about.get("choices", "")
    return Parameter(name, about.get("type", "string"), label, of, choices, default, about.get("required") == "true")


def _numbers(value: Any) -> Any:  # noqa: ANN401  (a chart is any JSON)
    """A chart's numbers and booleans, which YAML's plain reading leaves as text."""
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    if value in ("true", "false"):
        return value == "true"
    return float(value) if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value) else value


def _expand(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


def bind(query: SavedQuery, values: Mapping[str, Sequence[Term]]) -> str:
    """The query's text with terms in the blocks of the parameters that are given; no terms means any value."""
    for name in values:
        query.parameter(name)

    def fill(block: re.Match[str]) -> str:
        terms = values.get(block["name"])
        if terms is None:
            return block[0]
        return f"VALUES ${block['name']} {{ {' '.join(map(_written, terms)) or UNDEF} }}"

    return BLOCK.sub(fill, query.text)


def _written(term: Term) -> str:
    """A term as every store reads it."""
    return _AMBIGUOUS.sub(lambda found: f"{found[1]}\\u{ord(found[2]):04X}", str(term))


def typed(parameter: Parameter, text: str, resolve: Resolve) -> Term:
    """A typed term for the text of a request; `resolve` finds the thing of a class that a name means."""
    text = text.strip()
    try:
        return _TYPES[parameter.type](text) if parameter.type != "iri" else _address(parameter, text, resolve)
    except (ValueError, InvalidOperation):
        kind = {"iri": "name or address", "year": "year such as 2019"}.get(parameter.type, parameter.type)
        raise BadParameter(f"parameter {parameter.name}: {text!r} is no {kind}.") from None


def _address(parameter: Parameter, text: str, resolve: Resolve) -> NamedNode:
    expanded = _expand(text)
    if re.match(r"https?://", expanded):
        if re.search(r'[\x00-\x20<>"{}|\\^`\x7f]', expanded):
            raise ValueError(text)
        return NamedNode(expanded)
    return resolve(text, parameter.of)


def _integer(text: str) -> Literal:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):  # int() reads underscores and the digits of any script too
        raise ValueError(text)
    return Literal(str(int(text)), datatype=NamedNode(XSD + "integer"))


def _decimal(text: str) -> Literal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return Literal(f"{number:f}", datatype=NamedNode(XSD + "decimal"))


def _day(text: str) -> Literal:
    return Literal(dates.first_day(text).isoformat(), datatype=NamedNode(XSD + "date"))


def _string(text: str) -> Literal:
    return Literal(text)


_TYPES: dict[str, Callable[[str], Literal]] = {
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "date": _day,
    "year": dates.literal,
}
