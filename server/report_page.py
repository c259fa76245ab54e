"""A table or figure of the report as its page shows it: cells with the claims behind them, and what else is said."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from ontology import iris
from queries import saved
from queries.store import Rows
from server.evidence import Citation, Evidence
from server.report import Column, Entry
from server.report_cells import BLANK, Cell, Item, Shown, kind_of, marks_of, reading, statement_of
from server.sentences import ABOUT, PATTERNS, Claim, Part, figure, name_of, read, when
from server.served import FOLDER, Row, Served, text
from server.show import Value
from server.table import table
from server.thing import Statement

MOST = 500
HELPING = {"from", "firstDay", "lastDay"}  # what only charts need: the time stands beside it as printed


@dataclass(frozen=True)
class Page:
    """A table or figure with all that its page says beside it; `points` are the figures that a chart draws."""

    shown: Shown
    said: list[Statement]
    unknown: list[Statement]
    evidence: list[Citation]
    found: Rows
    points: int = 0


@dataclass(frozen=True)
class Basis:
    """What cites a printed table or figure: claims with their places, and the citations of everything."""

    claims: dict[str, Claim]
    rows: dict[str, list[Row]]
    citations: dict[str, list[str]]

    def behind(self, claim: str, wanted: Mapping[str, str]) -> list[Claim]:
        """The claims in the printed row of a claim that have all that is wanted."""
        fit = {text(row["subject"]): None for row in self.rows.get(claim, ()) if _fits(row, wanted)}
        return [self.claims[address] for address in fit if address in self.claims]


def _fits(row: Row, wanted: Mapping[str, str]) -> bool:
    """Whether a claim has the ends of addresses that are wanted; an empty one means that it has none."""
    subject = text(row["subject"])
    kind = (iris.split(subject) or ("",))[0]
    return all((kind if key == "kind" else name_of(text(row[key]))) == value for key, value in wanted.items())


def regenerated(entry: Entry, served: Served) -> Page:
    """The page of a printed table or figure."""
    query = saved.find(entry.query)
    found = served.store.select(query.text, limit=served.config.limit)
    rows = [dict(zip(found.variables, row, strict=True)) for row in found.rows]
    basis = _basis(entry.printed, [text(row["claim"]) for row in rows if "claim" in row], served)
    evidence = Evidence()
    shown, used = (_table if entry.columns else _figure)(entry, rows, basis, evidence)
    others = [claim for address, claim in basis.claims.items() if address not in used]
    said = [statement_of(claim, evidence) for claim in others if claim.kind != "unknown"]
    unknown = [statement_of(claim, evidence) for claim in basis.claims.values() if claim.kind == "unknown"]
    points = sum(row.get("point") is not None for row in rows)
    return Page(shown, said, unknown, evidence.citations(served), found, points)


def chosen(found: Rows, types: Mapping[str, str], served: Served) -> Page:
    """The page of what a general query gives for a reader's choices; a column without any value is left out."""
    whole = table(found, {name: type_ for name, type_ in types.items() if name not in HELPING}, MOST)
    kept = [place for place in range(len(whole.columns)) if any(row[place] for row in whole.rows)]
    claims = _claims((text(row[-1]) for row in found.rows[:MOST]), served)
    evidence = Evidence()
    rows = [[_given(row[place], claims, evidence) for place in kept] for row in whole.rows]
    heads = ["Evidence" if whole.columns[place].evidence else whole.columns[place].title for place in kept]
    return Page(Shown(heads, rows, reading(claims.values())), [], [], evidence.citations(served), found)


def _given(value: Value | None, claims: Mapping[str, Claim], evidence: Evidence) -> Cell:
    """A cell of a general query; where it names the claim of its row, it has the evidence."""
    claim = claims.get(value.text) if value else None
    if claim:
        return Cell([Item(["open"], claim.address, marks_of(claim, evidence))], "marked")
    return Cell([Item([value])] if value else [], kind_of(value.term if value else None))


def _basis(printed: str, more: Iterable[str], served: Served) -> Basis:
    """Read what cites a printed table or figure, and the claims of its query."""
    query = saved.bind(saved.find("report-cited", FOLDER), {"table": [Literal(printed)]})
    in_row, citations = defaultdict(list), defaultdict(list)
    row_of: dict[str, str] = {}
    for row in served.rows(query):
        subject, number = text(row["subject"]), text(row["row"])
        citations[subject].append(text(row["citation"]))
        if number:
            in_row[number].append(row)
            row_of[subject] = number
    addresses = [*more, *(a for a in citations if (iris.split(a) or ("",))[0] in PATTERNS)]
    rows = {subject: in_row[number] for subject, number in row_of.items()}
    return Basis(_claims(addresses, served), rows, citations)


def _claims(addresses: Iterable[str], served: Served) -> dict[str, Claim]:
    """Claims in full, in the order of their addresses here."""
    wanted = list(dict.fromkeys(addresses))
    found = {claim.address: claim for claim in read(served.run("claims", claim=wanted))} if wanted else {}
    return {address: found[address] for address in wanted if address in found}


def _table(entry: Entry, rows: Sequence[Row], basis: Basis, evidence: Evidence) -> tuple[Shown, set[str]]:
    cells = [[_cell(column, row, basis, evidence) for column in entry.columns] for row in rows]
    used = {item.claim for row in cells for cell in row for item in cell.items}
    counted = {item.claim for row in cells for cell in row if cell.kind == "number" for item in cell.items}
    heads = [column.title for column in entry.columns]
    read_by = [claim for address, claim in basis.claims.items() if address in used]
    return Shown(heads, cells, reading(read_by, counted)), used


def _cell(column: Column, row: Row, basis: Basis, evidence: Evidence) -> Cell:
    term, label = row[column.name], text(row.get(f"{column.name}Label"))
    if term is None and column.added:
        return Cell([])
    value: Part = Value(term, label) if term is not None else BLANK
    if column.thing:
        return Cell([Item([value], "", evidence.marks(basis.citations.get(text(row[column.thing]), ())))])
    claims = basis.behind(text(row["claim"]), column.behind)
    if term is None and not claims:
        claims = basis.behind(text(row["claim"]), {"kind": "unknown"})
    each = [(v, claim) for claim in claims for v in claim.values.get(column.each, ())]
    if each:
        each.sort(key=lambda pair: pair[0].shown)
        return Cell([Item([v], claim.address, marks_of(claim, evidence)) for v, claim in each])
    marks = sorted({mark for claim in claims for mark in marks_of(claim, evidence)})
    return Cell([Item([value], claims[0].address if claims else "", marks)], kind_of(term))


FIGURE_HEADS = ("Of", "Measure", "Time", "Figure", "Rule and method", "Confidence", "Drawn")


def _figure(entry: Entry, rows: Sequence[Row], basis: Basis, evidence: Evidence) -> tuple[Shown, set[str]]:
    stated = [(row, basis.claims[text(row["claim"])]) for row in rows if text(row["kind"]) == "figure"]
    cells = [_stated(row, claim, evidence) for row, claim in stated]
    kept = [place for place in range(len(FIGURE_HEADS)) if any(row[place].items for row in cells)]
    heads = [FIGURE_HEADS[place] for place in kept]
    claims = [claim for _, claim in stated]
    shown = Shown(heads, [[row[place] for place in kept] for row in cells], reading(claims))
    return shown, {claim.address for claim in claims}


def _stated(row: Row, claim: Claim, evidence: Evidence) -> list[Cell]:
    """A figure that the report states in words, in the columns of FIGURE_HEADS."""
    series = text(row["series"])
    about = (value for name in ABOUT for value in claim.values.get(name, ()))
    of: Part = next((value for value in about if value.shown == series), series)
    how: list[Part] = []
    for value in (*claim.values.get("attributionRule", ()), *claim.values.get("method", ())):
        how += ["; ", value] if how else [value]
    parts: tuple[Sequence[Part], ...] = (
        [of],
        claim.values.get("measure", ()) if "measureName" in row else (),
        when(claim),
        figure(claim),
        how,
        claim.values.get("confidence", ()),
        ["yes" if row["point"] is not None else "no"],
    )
    cells = [Cell([Item(list(part))] if part else []) for part in parts]
    cells[3] = Cell([Item(figure(claim), claim.address, marks_of(claim, evidence))])
    cells[4] = Cell(cells[4].items, "long")
    return cells
