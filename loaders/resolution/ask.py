"""Names that a user asks about: what each resolves to, and what it could be confused with."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Store

from loaders.resolution import known
from loaders.resolution.decisions import decisions
from loaders.resolution.doubts import Facts, doubts
from loaders.resolution.record import FILE, doubt
from loaders.resolution.resolver import Resolver
from loaders.resolution.spelling import nobody
from loaders.tables import BadRecord
from ontology import iris, releases
from ontology.errors import PlenaryError


class NothingResolved(PlenaryError):
    """A release without names from tables, lists or records."""


def names(path: Path) -> list[str]:
    """The names in a file: the column `name` of a CSV, or else one a line; raises BadRecord for what is no text."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix != ".csv":
                return [line.strip() for line in file if line.strip()]
            reader = csv.DictReader(file)
            if "name" not in (reader.fieldnames or ()):
                raise BadRecord(Path(path.name), "name", "there is no such column", "Give the names a column `name`.")
            return [row["name"] or "" for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadRecord(Path(path.name), None, f"names cannot be read ({error})", "Give UTF-8 text.") from None


def answers(asked: list[str], store: Store) -> Iterator[str]:
    """A line for each name: the name, its address or `new` or `nobody`, and by which rule; then its doubts."""
    resolver = Resolver(iris.slugify, decisions())
    for name, address in known.names(store):
        resolver.know(name, address)
    facts = known.facts(store)
    for fact in facts.values():
        resolver.seats[fact.address] |= {fact.country} - {""}
    for name in asked:
        if nobody(name):
            yield f"{name}\tnobody\t"
            continue
        match = resolver.resolve(name)
        reasons = "; ".join(one.reason for one in match.decisions)
        new = not match.address.startswith(iris.THINGS)
        yield f"{name}\t{'new' if new else match.address}\t{match.rule}{f': {reasons}' if reasons else ''}"
        facts.setdefault(name, Facts(match.address))
    for one in doubts((name for name in asked if name in facts), facts, decisions()):
        yield one.line()


def open_doubts(release: releases.Release) -> Iterator[str]:
    """The pairs in doubt of a release, a line each; raises NothingResolved where none were looked for."""
    path = release.folder / FILE
    if not path.exists():
        raise NothingResolved(
            f"release {release.number} holds no names from tables, lists or records. "
            "Build one with `plenary build organizations FILE` or `plenary build relaton PATH`."
        )
    for data in json.loads(path.read_text(encoding="utf-8"))["doubts"]:
        yield doubt(data).line()
