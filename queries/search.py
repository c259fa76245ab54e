"""The search index of a release: names and aliases of things, Latin and Chinese, in SQLite's FTS5."""

import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Store

from ontology import iris
from ontology.errors import PlenaryError
from ontology.terms import DCTERMS, RDF_TYPE, SKOS, SUBCLASS, model

FILE = "search.sqlite"
NAMES = {SKOS + "prefLabel": 0, DCTERMS + "identifier": 0, SKOS + "altLabel": 1, DCTERMS + "title": 1}
KINDS = (
    "organization", "person", "group", "body", "document", "country", "technology", "period", "measure", "work", "note",
    "source",
)  # fmt: skip
CJK = re.compile(r"([\u3400-\u9fff])")


@dataclass(frozen=True)
class Hit:
    """A thing that was found: its address, class label, names, and the name that matched."""

    address: str
    kind: str
    class_label: str
    label: str
    label_zh: str
    matched: str
    exact: bool


class UnknownName(PlenaryError):
    """A name that no thing has, or that several have; `candidates` are the nearest."""

    def __init__(self, name: str, candidates: list[Hit], ambiguous: bool) -> None:
        listed = "; ".join(f"{hit.label} ({hit.address})" for hit in candidates)
        what = f"{name!r} may mean several things" if ambiguous else f"nothing is called {name!r}"
        super().__init__(f"{what}. {'Give an address: ' if ambiguous else 'Near: '}{listed or 'nothing'}.")
        self.candidates = candidates


def fold(text: str) -> str:
    """A name as it is compared: no accents, small letters, Chinese characters apart, signs as spaces."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", CJK.sub(r" \1 ", plain)))


def write(store: Store, folder: Path) -> None:
    """Make the index of a release from its store."""
    names = _names(store)
    degree = Counter(q.object.value for q in store if isinstance(q.object, NamedNode))
    with sqlite3.connect(folder / FILE) as base:
        base.execute(
            "CREATE TABLE thing (id INTEGER PRIMARY KEY, address TEXT UNIQUE, kind TEXT, class TEXT, classes TEXT, "
            "label TEXT, label_zh TEXT, degree INTEGER)"
        )
        base.execute(
            "CREATE VIRTUAL TABLE names USING fts5 (folded, shown UNINDEXED, thing UNINDEXED, place UNINDEXED)"
        )
        for number, (address, found) in enumerate(sorted(names.items()), 1):
            kind, _ = iris.split(address) or ("", "")
            label, label_zh = _best(found, "en"), _best(found, "zh")
            row = (number, address, kind, *_classes(store, address, kind), label or label_zh, label_zh if label else "")
            base.execute("INSERT INTO thing VALUES (?,?,?,?,?,?,?,?)", (*row, degree[address]))
            rows = {(fold(name), name, number, place) for place, name, _ in found}
            base.executemany("INSERT INTO names VALUES (?,?,?,?)", sorted(rows))
    base.close()


def _names(store: Store) -> dict[str, list[tuple[int, str, str]]]:
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for property_, place in NAMES.items():
        for quad in store.quads_for_pattern(None, NamedNode(property_), None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                split = iris.split(quad.subject.value)
                if split and split[0] in KINDS:
                    found[quad.subject.value].append((place, quad.object.value, quad.object.language or "en"))
    return found


def _best(names: list[tuple[int, str, str]], language: str) -> str:
    return min((name for name in names if name[2] == language), default=(0, "", ""))[1]


def _classes(store: Store, address: str, kind: str) -> tuple[str, str]:
    """Label of the most special class, and all classes in one text."""
    quads = store.quads_for_pattern(NamedNode(address), RDF_TYPE, None)
    own = [q.object.value for q in quads if isinstance(q.object, NamedNode) and q.object.value.startswith(iris.NS)]
    special = max(own, key=lambda c: (len(model().above(c, SUBCLASS)), c), default="")
    return (model().label(special) if special else kind), " ".join(sorted(own))


class Search:
    """Look-ups in the index of one release; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def find(self, text: str, kind: str = "", class_: str = "", limit: int = 50) -> list[Hit]:
        """Things with a name that has all words of the text, the last one as a beginning; best first."""
        folded = fold(text)
        if not folded:
            return []
        words = folded.split()
        match = " AND ".join(f'"{word}"' for word in words) + "*"
        rows = self.base.execute(
            """SELECT address, kind, class, label, label_zh, shown, folded = :folded AS exact
               FROM names JOIN thing ON thing.id = names.thing
               WHERE names MATCH :match AND (:kind = '' OR kind = :kind)
                 AND (:class = '' OR instr(' ' || classes || ' ', ' ' || :class || ' '))
               ORDER BY exact DESC, kind IN ('work', 'note', 'period', 'measure'), place,
                 length(folded) - min(degree, 60), address""",
            {"match": match, "folded": folded, "kind": kind, "class": class_},
        )
        hits: dict[str, Hit] = {}
        for *hit, exact in rows:
            hits.setdefault(hit[0], Hit(*hit, bool(exact)))
        return list(hits.values())[:limit]

    def resolve(self, text: str, class_: str = "") -> NamedNode:
        """The one thing that an address or a name means; UnknownName, with candidates, if it is none or several."""
        if text.startswith(("http://", "https://")):
            return NamedNode(text)
        hits = self.find(text, class_=class_, limit=8)
        exact = [hit for hit in hits if hit.exact]
        best = [hit for hit in exact if fold(hit.label) == fold(text)] or exact
        if len(best) != 1:
            raise UnknownName(text, exact or hits, ambiguous=bool(exact))
        return NamedNode(best[0].address)

    def close(self) -> None:
        """Close the index."""
        self.base.close()
