"""Statements as sorted runs of N-Quads on disk: as many as there are, in the memory of one run."""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from loaders.runs import order
from ontology import dates, iris
from ontology.terms import LABEL, OWL, RDF_TYPE, SKOS, SUBCLASS, SUBPROPERTY, XSD, model

RUN = 198_000  # lines held at once; five runs and a little are a part that fills the store
TYPE = f"<{RDF_TYPE.value}>"
PREFERRED, ALTERNATIVE = f"<{SKOS}prefLabel>", f"<{SKOS}altLabel>"
UNTOLD = {True: "en", False: "und"}  # the language of a text that tells none, by whether it is ASCII
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')
DERIVED = f"<{iris.graph('derived')}> .\n"


def text(value: str, language: str = "", datatype: str = "") -> str:
    """A literal as N-Quads writes it."""
    if _ESCAPED.search(value):
        value = str(Literal(value))[1:-1]
    if language:
        return f'"{value}"@{language}'
    return f'"{value}"^^<{XSD}{datatype}>' if datatype else f'"{value}"'


@cache
def date(value: str) -> str:
    """A year, month or day as a literal of its own precision."""
    return str(dates.literal(value))


@cache
def _classes(class_: str) -> tuple[str, ...]:
    return tuple(c for c in model().above(class_, SUBCLASS)[1:] if not c.startswith("_:"))


@cache
def _consequences(property_: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Properties above one, and those inverse to it or to one of them."""
    above = model().above(property_, SUBPROPERTY)
    inverse = []
    for one in above:
        inverse += model().objects(one, OWL + "inverseOf")
        found = model().store.quads_for_pattern(None, NamedNode(OWL + "inverseOf"), NamedNode(one))
        inverse += [quad.subject.value for quad in found if isinstance(quad.subject, NamedNode)]
    inverse = [a for i in dict.fromkeys(inverse) for a in model().above(i, SUBPROPERTY)]
    return tuple(f"<{a}>" for a in above[1:]), tuple(f"<{i}>" for i in dict.fromkeys(inverse))


@cache
def _days(day: str) -> tuple[str, str]:
    first, last = (text(d(day).isoformat(), datatype="date") for d in (dates.first_day, dates.last_day))
    return first, last


class Writer:
    """Takes the statements of one graph and what follows from them, and keeps what it has described and referred to.

    `take` is given every run that is written, which may still be sorted then.
    """

    def __init__(
        self,
        folder: Path,
        source: str,
        pool: Executor | None = None,
        take: Callable[[Path], None] = lambda run: None,
    ) -> None:
        self.folder, self.pool, self.take = folder, pool, take
        self.graph = f"<{iris.graph(source)}> .\n"
        self.source = source
        self.lines: list[str] = []
        self.runs: list[Path] = []
        self.sorting: list[Future[None]] = []
        self.described: set[str] = set()
        self.referred: set[str] = set()
        self.count = 0

    def literal(self, subject: str, property_: str, value: str) -> None:
        """Say that a thing has a property with a value, which is written as N-Quads writes it."""
        self.lines.append(f"<{subject}> <{property_}> {value} {self.graph}")
        if len(self.lines) >= RUN:
            self.flush()

    def link(self, subject: str, property_: str, object_: str) -> None:
        """Say how a thing stands to another, and what follows from that."""
        above, inverse = _consequences(property_)
        self.lines.append(f"<{subject}> <{property_}> <{object_}> {self.graph}")
        if above:
            self.lines += [f"<{subject}> {a} <{object_}> {DERIVED}" for a in above]
        if inverse:
            self.lines += [f"<{object_}> {i} <{subject}> {DERIVED}" for i in inverse]
        if object_.startswith(iris.THINGS):
            self.referred.add(object_)

    def describe(self, subject: str, class_: str, label: str, names: Iterable[str] = ()) -> None:
        """Give a thing its class and name, with other names; a claim has its sentence as label and no other name."""
        self.described.add(subject)
        self.lines.append(f"<{subject}> {TYPE} <{class_}> {self.graph}")
        self.lines += [f"<{subject}> {TYPE} <{c}> {DERIVED}" for c in _classes(class_)]
        self.lines.append(f"<{subject}> <{LABEL.value}> {text(label, 'en')} {DERIVED}")
        self.lines += [f"<{subject}> {ALTERNATIVE} {text(name, 'en')} {self.graph}" for name in names if name != label]

    def name(self, subject: str, name: str, derived: bool = False) -> None:
        """Give a thing its preferred name."""
        self.lines.append(f"<{subject}> {PREFERRED} {text(name, 'en')} {DERIVED if derived else self.graph}")

    def derive(self, subject: str, property_: str, value: str) -> None:
        """Say something that follows from other statements; the value is written as N-Quads writes it."""
        self.lines.append(f"<{subject}> <{property_}> {value} {DERIVED}")

    def bounds(self, subject: str, day: str, ends: tuple[str, ...] = ("Start", "End")) -> None:
        """The first and last day that a date can mean, for the start, the end or both."""
        first, last = _days(day)
        for end in ends:
            self.derive(subject, f"{iris.NS}earliest{end}", first)
            self.derive(subject, f"{iris.NS}latest{end}", last)

    def load(self, store: Store) -> None:
        """Put what is asserted into a store whose build derives the rest by itself."""
        self.flush()
        for run in self.runs:
            with run.open("rb") as lines:
                asserted = b"".join(line for line in lines if not line.endswith(DERIVED.encode()))
            store.bulk_load(input=asserted, format=RdfFormat.N_QUADS)
            run.unlink()

    def flush(self) -> None:
        """Write what is held as one more sorted run; a long one is sorted by the pool, which `sorting` tells of."""
        if self.lines:
            run = self.folder / f"{self.source}-{len(self.runs)}.run"
            run.write_bytes("".join(self.lines).encode())
            if self.pool and len(self.lines) >= RUN:
                self.sorting.append(self.pool.submit(order, run))
            else:
                order(run)
            self.count += len(self.lines)
            self.runs.append(run)
            self.take(run)
            self.lines = []
