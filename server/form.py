"""A saved query's form: what a request asks for becomes typed terms, and the form shows it in names again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from ontology import iris
from ontology.errors import PlenaryError
from ontology.terms import PREFIXES, XSD
from queries import saved
from queries.saved import BadParameter, Parameter, SavedQuery, Term
from queries.search import UnknownName, fold
from server.served import Served, text

MOST = 500
DEFAULT = re.compile(r'<[^>]*>|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^\S+)?|\S+')
INPUTS = {"integer": "number", "decimal": "number"}


@dataclass(frozen=True)
class Field:
    """One parameter in the form; `error` says why what was sent cannot be used, and the form keeps it."""

    parameter: Parameter
    shown: list[str]
    options: tuple[tuple[str, str], ...]
    listed: bool
    terms: Sequence[Term] | None
    error: PlenaryError | None = None

    @property
    def input(self) -> str:
        """The type of the text field."""
        return INPUTS.get(self.parameter.type, "text")

    @property
    def candidates(self) -> list[tuple[str, str]]:
        """What an unknown or ambiguous name may have meant: short address and label."""
        hits = self.error.candidates if isinstance(self.error, UnknownName) else []
        return [(short(NamedNode(hit.address)), hit.label) for hit in hits]


@dataclass(frozen=True)
class Form:
    """All parameters of a query as a request sets them."""

    query: SavedQuery
    fields: list[Field] = field(default_factory=list)

    @property
    def error(self) -> PlenaryError | None:
        """The first error, if there is any."""
        return next((f.error for f in self.fields if f.error), None)

    @property
    def sparql(self) -> str:
        """The query with the terms in their places."""
        return saved.bind(self.query, {f.parameter.name: f.terms for f in self.fields if f.terms is not None})

    @property
    def address(self) -> list[tuple[str, str]]:
        """The parameters that were set, in the form that a permanent address keeps."""
        given = [(f.parameter.name, f.terms) for f in self.fields if f.terms is not None]
        return [(name, value) for name, terms in given for value in map(short, terms)] + [
            (name, "") for name, terms in given if not terms
        ]


def read(query: SavedQuery, sent: dict[str, list[str]], served: Served) -> Form:
    """The form of a query as a request fills it; BadParameter for a name that the query does not have.

    A parameter that is not sent keeps its default; one that is sent empty takes any value, unless it is required. Names
    that begin with an underscore are the page's own.
    """
    for name in sent:
        if not name.startswith("_"):
            query.parameter(name)
    return Form(query, [_field(parameter, sent.get(parameter.name), served) for parameter in query.parameters])


def _field(parameter: Parameter, sent: list[str] | None, served: Served) -> Field:
    options, listed = choices(parameter, served)
    try:
        terms = None if sent is None else [_term(parameter, given, served) for given in sent if given.strip()]
        if parameter.required and terms == []:
            raise BadParameter(f"parameter {parameter.name}: give a value; any would be too many at once.")
    except (BadParameter, UnknownName) as error:
        return Field(parameter, list(sent or []), () if listed else options, False, None, error)
    shown = [_shown(parameter, term, listed, served) for term in (default(parameter) if terms is None else terms)]
    options += _more_options(shown, options, served) if listed else ()
    return Field(parameter, shown or [""], options, listed, terms)


def _more_options(
    shown: list[str], options: tuple[tuple[str, str], ...], served: Served
) -> tuple[tuple[str, str], ...]:
    """What is set but not among the choices, so that the form can show it all the same."""
    known = {value for value, _ in options}
    missing = [value for value in shown if value not in known]
    addresses = [iris.THINGS + value for value in missing if iris.split(iris.THINGS + value)]
    rows = served.run("labels", thing=addresses) if addresses else []
    labels = {text(row["thing"]): text(row["label"]) for row in rows}
    return tuple((value, labels.get(iris.THINGS + value, value)) for value in missing)


def choices(parameter: Parameter, served: Served) -> tuple[tuple[tuple[str, str], ...], bool]:
    """What can be chosen, and whether only that: from the query's own choices, or the things of the class."""
    if parameter.choices:
        found = served.choices(parameter.choices)
    elif parameter.of:
        found = served.options(parameter.of)
    else:
        return (), False
    if len(found) > MOST:
        return (), False
    own = [address for address, _ in found if not address.startswith(iris.NS)]
    listed = bool(parameter.choices) or not own
    values = tuple((short(NamedNode(a)) if "://" in a else a, label) for a, label in found)
    return (values if listed else tuple(("", label) for _, label in values)), listed


def _term(parameter: Parameter, given: str, served: Served) -> Term:
    return saved.typed(parameter, given, lambda name, class_: resolve(name, class_, served))


def resolve(name: str, class_: str, served: Served) -> NamedNode:
    """The thing of a class that a name means: by short address, by label among few, else by the search index."""
    if iris.split(iris.THINGS + name):
        return NamedNode(iris.THINGS + name)
    found = served.options(class_) if class_ else ()
    same = [address for address, label in found if fold(label) == fold(name)]
    if len(found) <= MOST and len(same) == 1:
        return NamedNode(same[0])
    return served.search.resolve(name, class_)


def _shown(parameter: Parameter, term: Term, listed: bool, served: Served) -> str:
    """A term as the form shows it: its name, if that name leads back to it."""
    if isinstance(term, Literal) or listed:
        return short(term)
    label = next((text(row["label"]) for row in served.run("labels", thing=term.value)), "")
    try:
        same = bool(label) and _term(parameter, label, served) == term
    except PlenaryError:
        same = False
    return label if same else short(term)


def short(term: Term) -> str:
    """A term as addresses of ours hold it: `country/cn`, `plen:convenor`, or as it is."""
    if isinstance(term, Literal):
        return term.value
    if iris.split(term.value):
        return term.value.removeprefix(iris.THINGS)
    return "plen:" + term.value.removeprefix(iris.NS) if term.value.startswith(iris.NS) else term.value


def default(parameter: Parameter) -> list[Term]:
    """The terms of a parameter's default; none if it is any value."""
    return [_parsed(word) for word in DEFAULT.findall(parameter.default) if word.upper() != saved.UNDEF]


def _parsed(word: str) -> Term:
    if word.startswith("<"):
        return NamedNode(word[1:-1])
    if word.startswith('"'):
        return Literal(re.sub(r"\\(.)", r"\1", word[1 : word.rindex('"')]))
    prefix, colon, local = word.partition(":")
    if colon and prefix in PREFIXES:
        return NamedNode(PREFIXES[prefix] + local)
    return Literal(word, datatype=NamedNode(XSD + "decimal"))
