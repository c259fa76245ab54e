"""A saved query asked once under each rule of attribution, and what is unknown where a rule has no row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from ontology import iris
from ontology.terms import PLEN
from queries.saved import BadParameter, Parameter, SavedQuery
from server.beside import Beside, Side, folded, pivot
from server.form import Form, default
from server.served import Row, Served, text
from server.show import Value, definition
from server.table import table

ARGUMENT = "_beside"
COUNTRIES = iris.THINGS + "country/"
RULES = (PLEN.registration, PLEN.ultimateParent, PLEN.delegation)
NONE = "Under {} there is no row for these values."
UNKNOWN = "Under {} all is unknown: no source of this release says by that rule what counts for whom. It is the {}."
UNUSED = (
    "No source of this release says by {} what counts for whom. What stands under it is unknown, or needs no rule, as "
    "a country that is itself named. It is the {}."
)
Figure = tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """A query under several rules, and a sentence for each rule that has no row, or by which no source goes."""

    beside: Beside
    told: list[str]

    @property
    def shown(self) -> tuple[Beside, list[tuple[str, str]]]:
        """The same for a page, and what all its rows have in common."""
        return folded(self.beside)


def comparable(query: SavedQuery) -> Parameter | None:
    """The parameter whose rules can stand side by side: a rule of attribution, where figures have a missing part."""
    if not any(name.lower().endswith("missing") for name in query.columns):
        return None
    return next((one for one in query.parameters if one.of == PLEN.AttributionRule.value), None)


def asked(query: SavedQuery, sent: Sequence[str]) -> Parameter | None:
    """The parameter that a request wants side by side, if any; BadParameter if it is none that can stand so."""
    if not sent:
        return None
    found = comparable(query)
    if found is None:
        raise BadParameter(f"{ARGUMENT}: the query {query.slug} gives no figures under a rule that you choose.")
    if list(sent) != [found.name]:
        raise BadParameter(
            f"{ARGUMENT}: {sent[0][:40]!r} cannot be side by side here. Write {ARGUMENT}={found.name}, once."
        )
    return found


def compare(form: Form, parameter: Parameter, here: Served) -> Compared:
    """Ask the query under each rule that the form gives, or under all."""
    found = []
    for rule in _rules(form, parameter, here):
        fields = [replace(one, terms=[rule]) if one.parameter == parameter else one for one in form.fields]
        rows = here.store.select(replace(form, fields=fields).sparql, limit=here.config.limit)
        found.append((Value(rule), table(rows, form.query.columns)))
    beside, used = pivot(found), {text(row["rule"]) for row in here.run("rules-in-use")}
    sides = [_with_unknown(side, beside, here) for side in beside.sides]
    named = [side if side.rule.text in used else replace(side, absent="unknown") for side in sides]
    return Compared(replace(beside, sides=named), list(filter(None, (_told(side, used) for side in named))))


def _rules(form: Form, parameter: Parameter, here: Served) -> list[NamedNode]:
    """The rules of the request, or the query's own, those of every measure, and the others of the release."""
    others = here.choices(parameter.choices) if parameter.choices else here.options(parameter.of)
    every = dict.fromkeys([*default(parameter), *RULES, *(NamedNode(address) for address, _ in others)])
    given = next(one.terms for one in form.fields if one.parameter == parameter) or list(every)
    if strange := [term for term in given if term not in every]:
        names = ", ".join(Value(rule).shown for rule in every)
        raise BadParameter(f"parameter {parameter.name}: {text(strange[0])[:80]!r} is none of the rules {names}.")
    return [rule for rule in every if rule in given and isinstance(rule, NamedNode)]


def _told(side: Side, used: set[str]) -> str:
    name = side.rule.shown
    if side.rule.text in used:
        return NONE.format(name) if side.is_empty else ""
    return (UNKNOWN if side.is_empty else UNUSED).format(name, definition(side.rule.text))


def _with_unknown(side: Side, beside: Beside, here: Served) -> Side:
    """A side that says, where it has no row, how many of the roles on documents count for nobody known under the rule.

    Only where the release has that figure, and another rule's row stands on the same denominator.
    """
    names = [column.name for column in side.columns]
    if not side.has_gaps or not {"denominator", "missing"}.issubset(names):
        return side
    found = {_figure(row): row for row in here.run("unknown-under-rule", rule=side.rule.text)}
    place = names.index("denominator")
    unknown = []
    for line, row in enumerate(side.rows):
        known = found.get(_measured(beside, line)) if row is None else None
        agreed = known and _denominators(beside, line, place) == {text(known["total"])}
        unknown.append(_cells(known) if known and agreed else {})
    return replace(side, unknown=unknown)


def _denominators(beside: Beside, line: int, place: int) -> set[str]:
    rows = (side.rows[line] for side in beside.sides)
    return {value.text for row in rows if row and (value := row[place])}


def _figure(row: Row) -> Figure:
    return tuple(text(row[name]) for name in ("scope", "role", "period", "kind"))


def _measured(beside: Beside, line: int) -> Figure:
    """What the unknown part of a line's roles is kept under: scope, role, period, and unknown what."""
    named = zip(beside.columns, beside.things[line], strict=True)
    thing = {column.name: value.text for column, value in named if value}
    countries = "country" in thing.get("measureName", "") or any(said.startswith(COUNTRIES) for said in thing.values())
    kind = PLEN.countryUnknown if countries else PLEN.organizationUnknown
    return (*(thing.get(name, "") for name in ("scope", "roleName", "period")), kind.value)


def _cells(known: Row) -> dict[str, Value]:
    names = (("missing", "unknown"), ("denominator", "total"), ("claim", "claim"))
    return {column: Value(term) for column, name in names if (term := known[name]) is not None}
