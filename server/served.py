"""What one app serves: a store, the search index of its release, and the little that every page says of both."""

import json
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from pyoxigraph import NamedNode, Triple

from ontology import releases
from ontology.errors import PlenaryError
from ontology.releases import Release
from queries import saved, search
from queries.errors import StoreUnreachable
from queries.limits import DEFAULT, Limits
from queries.network import graph
from queries.store import Store, Term, open_store
from server import assets
from server.metrics import Metrics

FOLDER = Path(__file__).parent / "sparql"
COLLECTED = "relaton.json"  # of a release with item-level records: what was read of each set
DAMAGE = (sqlite3.Error, OSError, ValueError, KeyError, TypeError)  # what reading a file with wrong content raises
Row = dict[str, Term | None]


@dataclass(frozen=True)
class Config:
    """How to serve: the store, and the limits that a reader meets."""

    store: str | Path = releases.DEFAULT
    title: str = "Plenary"
    limits: Limits = DEFAULT
    max_query_bytes: int = 200_000
    max_rows_shown: int = 1000
    rate: str = "600/minute"  # what one client may ask; '' for no limit
    limit_loopback: bool = False  # whether clients on this machine are limited too
    trusted_proxies: int = 0  # how many proxies in front say truly who asks
    release: int | None = None  # a release's number; the current one without
    metrics: Metrics = field(default_factory=Metrics, compare=False, repr=False)  # of all apps that share this record

    @property
    def limit(self) -> float:
        """Seconds that a query may take."""
        return self.limits.seconds


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
    records: int = 0  # of item-level records, as they were read
    documents: int = 0  # that these describe

    @property
    def is_records(self) -> bool:
        """Whether it is a set of item-level records."""
        return self.records > 0


class Served:
    """A store and what was read from it once; shared by all threads of an app."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._made: tempfile.TemporaryDirectory[str] | None = None
        self.version = assets.version()
        self.store: Store = _opened(config)
        try:
            self.search = search.Search(self._index())
            self.search.find("standard", limit=1)  # read now, so that a damaged index is told at the start
            self.sources = tuple(_source(row, self._collected()) for row in self.run("sources"))
        except BaseException as error:
            self.store.close()
            if self.store.release and isinstance(error, DAMAGE):
                raise releases.damaged(self.store.release.folder, error) from error
            raise
        self.options = cache(self._options)
        self.choices = cache(self._choices)

    @cached_property
    def chinese(self) -> dict[str, str]:
        """The Chinese name of each thing that has one beside a name in Latin letters, by its address."""
        return {text(row["thing"]): text(row["name"]) for row in self.run("chinese-names")}

    @cached_property
    def network(self) -> graph.Network:
        """The network of influence: the release's file, or of a store that has none what its edges are now."""
        if self.store.release and (file := self.store.release.folder / graph.FILE).exists():
            try:
                return graph.load(file)
            except DAMAGE as error:
                raise releases.damaged(file.parent, f"{file.name} cannot be read ({error})") from error
        return graph.read(self.rows)

    def read_network(self) -> None:
        """Read the network and Chinese names now, so that nobody waits later; closes what is open if it is damaged."""
        try:
            _ = self.network, self.chinese
        except PlenaryError:
            self.close()
            raise

    @property
    def release(self) -> str:
        """The number of the release; an endpoint elsewhere has none."""
        return str(self.store.release.number) if self.store.release else ""

    @property
    def kept(self) -> Release | None:
        """The release if its files are here; of one that was published to an endpoint only its description is."""
        return self.store.release if self.store.release and self.store.release.dump.exists() else None

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
        ordered = sorted(self.sources, key=lambda source: (source is not self.sources[0]) - source.is_records)
        named = [_named(source) for source in ordered]
        if not named:
            return "It names no source. Absence here is not absence in the world."
        count = "one source" if len(named) == 1 else f"{len(named)} sources"
        most = max(3, 1 + sum(source.is_records for source in self.sources))
        listed = "; ".join(named[:most]) + ("; and others" if len(named) > most else "")
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

    def _collected(self) -> dict[str, dict[str, int]]:
        """How many records and documents each set of item-level records has, by the name of its graph."""
        file = self.store.release.folder / COLLECTED if self.store.release else None
        if not file or not file.exists():
            return {}
        return {one["source"]: one for one in json.loads(file.read_text(encoding="utf-8"))["sets"]}

    def _options(self, class_: str) -> tuple[tuple[str, str], ...]:
        """Addresses and labels of the things of a class, by label."""
        rows = self.run("things-of-class", **{"class": class_})
        return tuple((text(row["thing"]), text(row["label"])) for row in rows)

    def _choices(self, sparql: str) -> tuple[tuple[str, str], ...]:
        """Values and labels that a saved query's own query for choices gives."""
        return tuple((text(row["value"]), text(row["label"])) for row in self.rows(sparql))


def _opened(config: Config) -> Store:
    try:
        return open_store(config.store, config.limits, number=config.release)
    except StoreUnreachable as error:
        if error.location.startswith(("http://", "https://")):
            raise
        raise releases.damaged(Path(error.location), error.reason) from error


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


def _source(row: Row, collected: dict[str, dict[str, int]]) -> Source:
    source, *said = (text(row[key]) for key in ("source", "label", "title", "publisher", "date", "about", "web"))
    found = collected.get(source.rpartition("/")[2], {})
    label, title, publisher, date, about, web = said
    return Source(source, label, title, publisher, date, about, web, found.get("records", 0), found.get("documents", 0))


def _named(source: Source) -> str:
    """A source in a sentence, with its day, and how much there is of it where that is known."""
    known = [source.date, f"{source.documents:,} documents" if source.documents else ""]
    return f"{source.title} ({', '.join(filter(None, known))})" if any(known) else source.title
