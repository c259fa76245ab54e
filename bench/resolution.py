"""Entity resolution on the affiliation names of the 3GPP set, scored against two samples of labels.

Pairs, seats and parents; to reach: precision 0.99, and recall 0.95 for pairs, and for seats and parents wherever the
table or a curated row gives them. affiliations.csv was labelled before the program ran, by its writers; second.csv was
labelled later from the bare names, the table and what is commonly known, without sight of the first sample, of the
decisions or of any answer; each seat and parent names its ground (`table`, `name` itself or `public` knowledge), and
`?` is what that labeller would not swear to. Of the second, recall counts what its labeller read out of the table, so
that it does not rest on what the program found there.
"""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, Store

from loaders.build import assemble
from loaders.derive import derive
from loaders.items import Items
from ontology import iris
from ontology.terms import PLEN

FOLDER = Path(__file__).parent / "labels"
LABELS, SECOND = FOLDER / "affiliations.csv", FOLDER / "second.csv"
TOPS, HELD_OUT = FOLDER / "tops.csv", FOLDER / "heldout.csv"
SHARED = Path(os.environ.get("PLENARY_SHARED", "../shared"))
UNKNOWN = ("", "?")
NOBODY = "none"


class Score(NamedTuple):
    """How many answers are right, how many there are, how many a source gives, and how many labels there are in all."""

    right: int
    answered: int
    given: int
    labelled: int

    def line(self, what: str) -> str:
        """The score in words."""
        return (
            f"{what}: precision {self.right / max(self.answered, 1):.3f} ({self.right} of {self.answered} right), "
            f"recall {self.right / max(self.given, 1):.3f} of the {self.given} that a source gives, "
            f"{self.right / max(self.labelled, 1):.3f} of all {self.labelled} labels"
        )


class Answers(NamedTuple):
    """The organization of each name; each one's seat, top company and country of that; the address of any name."""

    found: dict[str, str]
    seats: dict[str, str]
    tops: dict[str, str]
    countries: dict[str, str]
    find: Callable[[str], str]


def answers(names: Iterable[str]) -> Answers:
    """What a build with the table of organizations says."""
    store, _ = assemble()
    items = Items({"organizations": [SHARED / "data" / "organizations-3gpp-ietf.csv"]})
    items.prepare(store)
    derive(store)
    found = {name: items.lookup.organization(name) for name in names}
    seats, tops, countries = {}, {}, {}
    for address in set(found.values()) - {""}:
        seats[address] = _one(store, address, PLEN.registeredIn).rpartition("/")[2]
        countries[address] = _one(store, address, PLEN.controlledFrom).rpartition("/")[2]
        top = _one(store, address, PLEN.ultimateParentCompany)
        tops[address] = top or (address if countries[address] else "")
    return Answers(found, seats, tops, countries, items.lookup.organizations.find)


def _one(store: Store, address: str, property_: NamedNode) -> str:
    found = {q.object.value for q in store.quads_for_pattern(NamedNode(address), property_, None)}  # type: ignore[union-attr]
    return str(next(iter(found))) if len(found) == 1 else ""


def pairs(rows: list[dict[str, str]], found: Mapping[str, str]) -> Score:
    """Pairs of names: those joined, and those that should be."""
    both = [
        (found[a["name"]] == found[b["name"]], a["entity"] == b["entity"]) for a, b in combinations(_named(rows), 2)
    ]
    wanted = sum(y for _, y in both)
    return Score(sum(x and y for x, y in both), sum(x for x, _ in both), wanted, wanted)


def values(rows: list[dict[str, str]], column: str, said: Mapping[str, str]) -> Score:
    """Answers where the label is known; given is what is answered for any name of its organization, or in the table."""
    known = [row for row in rows if row[column] not in UNKNOWN]
    right = sum(said[row["name"]] == row[column] for row in known)
    answered = sum(bool(said[row["name"]]) for row in known)
    given = {row["entity"] for row in _named(rows) if said[row["name"]]}
    gave = (row["entity"] in given or said[row["name"]] or row.get(f"{column}_basis") == "table" for row in known)
    return Score(right, answered, sum(map(bool, gave)), len(known))


def agreement(one: list[dict[str, str]], two: list[dict[str, str]]) -> Iterator[str]:
    """How far two labellers agree where both are sure."""
    other = {row["name"]: row for row in two}
    both = [(row, other[row["name"]]) for row in one if row["name"] in other]
    named = [(a, b) for a, b in both if a in _named(one) and b in _named(two)]
    joins = [(a["entity"] == c["entity"], b["entity"] == d["entity"]) for (a, b), (c, d) in combinations(named, 2)]
    alone = sum(a != b for a, b in joins)
    yield f"pairs joined by both labellers: {sum(a and b for a, b in joins)}, by one alone: {alone}"
    for column in ("seat", "parent"):
        sure = [(a, b) for a, b in both if a[column] not in UNKNOWN and b[column] not in UNKNOWN]
        yield f"{column}s that both labellers gave: {len(sure)}, alike: {sum(a[column] == b[column] for a, b in sure)}"


def _named(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in rows if row["entity"] not in (NOBODY, *UNKNOWN)]


def parents(rows: list[dict[str, str]], said: Mapping[str, str], find: Callable[[str], str]) -> dict[str, str]:
    """The answers in the labels' own words: a label stands for the organization of the name that TOPS gives it."""
    words = {address: row["parent"] for row in read(TOPS) if (address := find(row["name"]))}
    return {row["name"]: words.get(said[row["name"]], said[row["name"]]) for row in rows}


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table of labels."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def held_out() -> Iterator[str]:
    """The scores on names for which nothing was decided or curated; a parent is scored by its country."""
    rows = read(HELD_OUT)
    found, seats, _, countries, _ = answers(row["name"] for row in rows)
    yield f"held out: {len(rows)} names as RFCs print them"
    yield pairs(rows, found).line("pairs of spellings")
    for column, words, said in (("seat", "seats", seats), ("parent", "countries of the parent", countries)):
        yield values(rows, column, {name: said.get(address, "") for name, address in found.items()}).line(words)
    for a, b in combinations(rows, 2):
        if (found[a["name"]] == found[b["name"]]) != (a["entity"] == b["entity"]):
            yield f"  {'joined' if found[a['name']] == found[b['name']] else 'apart'}: {a['name']} / {b['name']}"
    for row in rows:
        for column, said in (("seat", seats), ("parent", countries)):
            if row[column] not in UNKNOWN and said.get(found[row["name"]], "") not in ("", row[column]):
                yield f"  {column} of {row['name']}: {said[found[row['name']]]}, not {row[column]}"


def run() -> Iterator[str]:
    """The scores of both samples, every answer that differs from its label, and how far the two labellers agree."""
    first, second = read(LABELS), read(SECOND)
    said = answers(row["name"] for row in first)
    yield from _sample("first labeller", first, said)
    nobody = [row["name"] for row in first if (row["entity"] == NOBODY) != (not said.found[row["name"]])]
    yield f"names that are nobody's: {len(nobody)} wrong {nobody or ''}"
    yield from _sample("second labeller", second, said)
    yield from agreement(first, second)
    yield from held_out()


def _sample(title: str, rows: list[dict[str, str]], said: Answers) -> Iterator[str]:
    seat = {name: said.seats.get(address, "") for name, address in said.found.items()}
    top = parents(rows, {name: said.tops.get(address, "") for name, address in said.found.items()}, said.find)
    yield f"{title}: {len(rows)} names"
    yield pairs(rows, said.found).line("pairs of spellings")
    yield values(rows, "seat", seat).line("seats")
    yield values(rows, "parent", top).line("ultimate parents")
    for a, b in combinations(_named(rows), 2):
        joined = said.found[a["name"]] == said.found[b["name"]]
        if joined != (a["entity"] == b["entity"]):
            yield f"  {'joined' if joined else 'apart'}: {a['name']} / {b['name']}"
    for row in rows:
        for column, value in (("seat", seat[row["name"]]), ("parent", top[row["name"]])):
            if row[column] not in UNKNOWN and value != row[column] and (value or row.get(f"{column}_basis") == "table"):
                yield f"  {column} of {row['name']}: {value.removeprefix(iris.THINGS) or 'unknown'}, not {row[column]}"
