"""What one app serves: a store, the search index of its release, and the little that every page says of both."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from pyoxigraph import NamedNode, Triple

from ontology import releases
from queries import saved, search
from queries.network import graph
from queries.store import Store, Term, open_store
from server import assets
from server.gate import Gate

FOLDER = Path(__file__).parent / "sparql"
Row = dict[str, Term | None]


@dataclass(frozen=True)
class Config:
    """How to serve: the store, and the limits that a reader meets."""

    store: str | Path = releases.DEFAULT
    title: str = "Plenary"
    limit: float = 30.0
    max_query_bytes: int = 200_000
    max_rows_shown: int = 1000
    at_once: int = 3
    waiting: int = 8
    release: int | None = None  # a release's number; the current one without


@dataclass(frozen=True)
class Source:
    """One source of the release, as pages name it."""

    address: str
    label: str
    title: str
    publisher: str
    date: str
    about: str
    web: str


class Served:
    """A store and what was read from it once; shared by all threads of an app."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._made: tempfile.TemporaryDirectory[str] | None = None
        self.version = assets.version()
        self.gate = Gate(config.at_once, config.waiting)
        self.store: Store = open_store(config.store)
        try:
            self.search = search.Search(self._index())
            self.sources = tuple(_source(row) for row in self.run("sources"))
            self.chinese = {text(row["thing"]): text(row["name"]) for row in self.run("chinese-names")}
        except BaseException:
            self.store.close()
            raise
        self.options = cache(self._options)
        self.choices = cache(self._choices)

    @cached_property
    def network(self) -> graph.Network:
        """The network of influence: the release's file, or of a store that has none what its edges are now."""
        if self.store.release and (file := self.store.release.folder / graph.FILE).exists():
            return graph.load(file)
        return graph.read(self.rows)

    @property
    def release(self) -> str:
        """The number of the release; an endpoint elsewhere has none."""
        return str(self.store.release.number) if self.store.release else ""

    @property
    def digest(self) -> str:
        """What changes whenever the release does; empty where nobody can tell."""
        return self.store.release.digest if self.store.release else ""

    @property
    def date(self) -> str:
        """The day on which the release was built; empty if the store does not say."""
        return str(self.store.release.about.get("built", ""))[:10] if self.store.release else ""

    @property
    def name(self) -> str:
        """The release as a citation gives it: its number and its date; of an endpoint elsewhere, its host."""
        if not self.store.release:
            return f"the endpoint at {urlsplit(str(self.config.store)).hostname}"
        return f"release {self.release}" + (f" ({self.date})" if self.date else "")

    @property
    def scope(self) -> str:
        """What the release covers, in one sentence."""
        named = [f"{source.title} ({source.date})" for source in self.sources]
        if not named:
            return "It names no source. Absence here is not absence in the world."
        count = "one source" if len(named) == 1 else f"{len(named)} sources"
        listed = "; ".join(named[:3]) + ("; and others" if len(named) > 3 else "")
        return f"This release covers {count}: {listed}. Absence here is not absence in the world."

    def run(self, name: str, **values: str | Sequence[str]) -> list[Row]:
        """The rows of one of the server's own queries; values are addresses."""
        return self.rows(own(name, **values))

    def rows(self, sparql: str) -> list[Row]:
        """The rows of a query by name of variable."""
        found = self.store.select(sparql, limit=self.config.limit)
        return [dict(zip(found.variables, row, strict=True)) for row in found.rows]

    def close(self) -> None:
        """Close the index and the store, and end its workers."""
        self.search.close()
        self.store.close()
        if self._made:
            self._made.cleanup()

    def _index(self) -> Path:
        """The search index of the release, or one made now of a store that has none."""
        if self.store.release and self.store.release.index.exists():
            return self.store.release.index
        self._made = tempfile.TemporaryDirectory(prefix="plenary-index-")
        path = Path(self._made.name) / search.FILE
        search.write_index(self.rows, path)
        return path

    def _options(self, class_: str) -> tuple[tuple[str, str], ...]:
        """Addresses and labels of the things of a class, by label."""
        rows = self.run("things-of-class", **{"class": class_})
        return tuple((text(row["thing"]), text(row["label"])) for row in rows)

    def _choices(self, sparql: str) -> tuple[tuple[str, str], ...]:
        """Values and labels that a saved query's own query for choices gives."""
        return tuple((text(row["value"]), text(row["label"])) for row in self.rows(sparql))


def own(name: str, **values: str | Sequence[str]) -> str:
    """The text of one of the server's own queries, with addresses in the blocks of its parameters."""
    listed = {key: [given] if isinstance(given, str) else given for key, given in values.items()}
    terms = {key: [NamedNode(address) for address in addresses] for key, addresses in listed.items()}
    return saved.bind(saved.find(name, FOLDER), terms)


def text(term: Term | None) -> str:
    """A term as text: an address, or what a literal says; empty for none."""
    if term is None or isinstance(term, Triple):
        return str(term or "")
    return term.value


def served() -> Served:
    """What the current app serves."""
    found = current_app.extensions["plenary"]
    assert isinstance(found, Served)  # noqa: S101  (tells mypy what create_app put there)
    return found


def _source(row: Row) -> Source:
    return Source(*(text(row[key]) for key in ("source", "label", "title", "publisher", "date", "about", "web")))
