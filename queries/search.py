"""The search index of a release: names and aliases of things, Latin and Chinese, in SQLite's FTS5."""

import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from ontology import iris
from ontology.errors import PlenaryError
from ontology.terms import DCTERMS, SKOS, SUBCLASS, model

FILE = "search.sqlite"
BEST = {SKOS + "prefLabel", DCTERMS + "identifier"}
PROPERTIES = " ".join(f"<{iri}>" for iri in sorted({*BEST, SKOS + "altLabel", DCTERMS + "title"}))
THING = f'FILTER (STRSTARTS(STR(?thing), "{iris.THINGS}"))'
NAMES = f"SELECT ?thing ?property ?name {{ VALUES ?property {{ {PROPERTIES} }} ?thing ?property ?name {THING} }}"
CLASSES = f'SELECT ?thing ?class {{ ?thing a ?class {THING} FILTER (STRSTARTS(STR(?class), "{iris.NS}")) }}'
DEGREES = f"SELECT ?thing (COUNT(*) AS ?count) {{ ?subject ?property ?thing {THING} }} GROUP BY ?thing"
KINDS = (
    "organization", "person", "group", "body", "document", "country", "technology", "period", "measure", "work", "note",
    "source", "glossary-term",
)  # fmt: skip
Row = Mapping[str, object]
Select = Callable[[str], Iterable[Row]]
NAMES_EACH = 4  # names of one thing that match, at first guess
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
        self.candidates, self.name, self.ambiguous = candidates, name, ambiguous


def fold(text: str) -> str:
    """A name as it is compared: no accents, small letters, Chinese characters apart, signs as spaces."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", CJK.sub(r" \1 ", plain)))


def _match(text: str) -> str:
    """An FTS5 expression: every word, Chinese characters that touch as one phrase, the last one as a beginning."""
    runs = re.findall(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+", unicodedata.normalize("NFKC", text))
    return " AND ".join(f'"{fold(run)}"' for run in runs) + "*"


def write(store: Store, folder: Path) -> None:
    """Make the index of a release from its store; a step of the build."""
    write_index(lambda query: list(solutions(store, query)), folder / FILE)


def solutions(store: Store, query: str) -> Iterator[Row]:
    """The rows of a query over all graphs of a store, by name of variable."""
    found = store.query(query, use_default_graph_as_union=True)
    if isinstance(found, QuerySolutions):
        names = [variable.value for variable in found.variables]
        yield from ({name: row[name] for name in names} for row in found)


def write_index(select: Select, path: Path) -> None:
    """Make an index from the answers of any store to three queries."""
    names, classes = _names(select), _classes(select)
    degree = {_text(row["thing"]): int(_text(row["count"])) for row in select(DEGREES)}
    base = sqlite3.connect(path)
    base.execute(
        "CREATE TABLE thing (id INTEGER PRIMARY KEY, address TEXT UNIQUE, kind TEXT, class TEXT, classes TEXT, "
        "label TEXT, label_zh TEXT, degree INTEGER)"
    )
    base.execute("CREATE VIRTUAL TABLE names USING fts5 (folded, shown UNINDEXED, thing UNINDEXED, place UNINDEXED)")
    for number, (address, found) in enumerate(sorted(names.items()), 1):
        kind, _ = iris.split(address) or ("", "")
        own = sorted(classes.get(address, ()))
        special = max(own, key=lambda c: (len(model().above(c, SUBCLASS)), c), default="")
        label, label_zh = _best(found, "en"), _best(found, "zh")
        class_ = model().label(special) if special else kind
        shown = (label or label_zh, label_zh if label else "")
        row = (number, address, kind, class_, " ".join(own), *shown, degree.get(address, 0))
        base.execute("INSERT INTO thing VALUES (?,?,?,?,?,?,?,?)", row)
        rows = {(fold(name), name, number, place) for place, name, _ in found}
        base.executemany("INSERT INTO names VALUES (?,?,?,?)", sorted(rows))
    base.commit()
    base.close()


def _names(select: Select) -> dict[str, list[tuple[int, str, str]]]:
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for row in select(NAMES):
        name = row["name"]
        split = iris.split(_text(row["thing"]))
        if split and split[0] in KINDS and isinstance(name, Literal):
            place = 0 if _text(row["property"]) in BEST else 1
            found[_text(row["thing"])].append((place, name.value, name.language or "en"))
    return found


def _classes(select: Select) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in select(CLASSES):
        found[_text(row["thing"])].add(_text(row["class"]))
    return found


def _text(term: object) -> str:
    return str(getattr(term, "value", term))


def _best(names: list[tuple[int, str, str]], language: str) -> str:
    return min((name for name in names if name[2] == language), default=(0, "", ""))[1]


class Search:
    """Look-ups in the index of one release; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def find(self, text: str, kind: str = "", class_: str = "", limit: int = 50) -> list[Hit]:
        """Things with a name that has all words of the text, the last one as a beginning; best first."""
        folded = fold(text)
        if not folded:
            return []
        hits: dict[str, Hit] = {}
        most, given = NAMES_EACH * limit, {"match": _match(text), "folded": folded, "kind": kind, "class": class_}
        while True:  # a thing may match by many of its names
            rows = self._matching(given | {"most": most})
            for address, kind_, class_label, label, label_zh, shown, exact in rows:
                hits.setdefault(address, Hit(address, kind_, class_label, label, label_zh, shown, bool(exact)))
            if len(hits) >= limit or len(rows) < most:
                return list(hits.values())[:limit]
            most *= NAMES_EACH

    def count(self, text: str, kind: str = "", class_: str = "") -> int:
        """How many things `find` would give without a limit."""
        if not fold(text):
            return 0
        given = {"match": _match(text), "kind": kind, "class": class_}
        (total,) = self.base.execute(
            """SELECT COUNT(DISTINCT names.thing) FROM names JOIN thing ON thing.id = names.thing
               WHERE names MATCH :match AND (:kind = '' OR kind = :kind)
                 AND (:class = '' OR instr(' ' || classes || ' ', ' ' || :class || ' '))""",
            given,
        ).fetchone()
        return int(total)

    def _matching(self, given: dict[str, object]) -> list[tuple[str, ...]]:
        """The best of the names that match, each with its thing."""
        return self.base.execute(
            """SELECT address, kind, class, label, label_zh, shown, folded = :folded AS exact
               FROM names JOIN thing ON thing.id = names.thing
               WHERE names MATCH :match AND (:kind = '' OR kind = :kind)
                 AND (:class = '' OR instr(' ' || classes || ' ', ' ' || :class || ' '))
               ORDER BY exact DESC, kind IN ('work', 'note', 'period', 'measure'), place,
                 length(folded) - min(degree, 60), address
               LIMIT :most""",
            given,
        ).fetchall()

    def listed(self, kind: str = "", class_: str = "", limit: int = 50, offset: int = 0) -> tuple[int, list[Hit]]:
        """How many things of a kind and class there are, and some of them in the order of their names."""
        where = "(:kind = '' OR kind = :kind) AND (:class = '' OR instr(' ' || classes || ' ', ' ' || :class || ' '))"
        given = {"kind": kind, "class": class_, "limit": limit, "offset": offset}
        (total,) = self.base.execute(f"SELECT COUNT(*) FROM thing WHERE {where}", given).fetchone()
        rows = self.base.execute(
            f"""SELECT address, kind, class, label, label_zh, label, 0 FROM thing WHERE {where}
                ORDER BY lower(label), address LIMIT :limit OFFSET :offset""",
            given,
        )
        return total, [Hit(*row) for row in rows]

    def label(self, address: str) -> str:
        """The name of a thing; empty for one that is not in the index."""
        row = self.base.execute("SELECT label FROM thing WHERE address = ?", (address,)).fetchone()
        return str(row[0]) if row else ""

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
