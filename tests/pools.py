"""Small releases, and stores of them whose supervisor and workers can be looked at."""

import json
import os
from dataclasses import replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from ontology import iris
from queries.embedded import Embedded
from queries.limits import Limits
from queries.store import CheckedStore, open_store

ONE, TWO = iris.graph("one"), iris.graph("two")
LABEL = iris.NS + "label"
SIZE = 1_500
COUNT_FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ROWS_FOREVER = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def place(folder: Path, statements: int = SIZE) -> Path:
    """A folder with one release: graph `one` is big, graph `two` holds one statement with an awkward literal."""
    release = folder / "releases" / "1"
    release.mkdir(parents=True)
    quads = [
        Quad(NamedNode(iris.thing("document", f"d{i}")), NamedNode(LABEL), Literal(f"name {i}"), NamedNode(ONE))
        for i in range(SIZE - 1)
    ]
    awkward = Literal("a\x01\x0b\ufffe\uffff 顶点")
    quads.append(Quad(NamedNode(iris.thing("person", "p")), NamedNode(LABEL), awkward, NamedNode(TWO)))
    store = Store()
    store.bulk_extend(quads)
    store.dump(release / "dump.nq", format=RdfFormat.N_QUADS)
    about = {"number": 1, "digest": "x", "graphs": ["one", "two"], "statements": statements}
    (release / "release.json").write_text(json.dumps(about))
    (folder / "current").write_text("1")
    return folder


def opened(folder: Path, workers: int = 1, **limits: float) -> CheckedStore:
    """A store with so many workers and, unless told otherwise, no more, and with one lane."""
    given = Limits(workers=workers, most=workers, short=30)
    store = open_store(folder, replace(given, **limits))  # type: ignore[arg-type]
    assert isinstance(store, CheckedStore)
    return store


def embedded(store: CheckedStore) -> Embedded:
    assert isinstance(store._sender, Embedded)
    return store._sender


def supervisor(store: CheckedStore) -> int:
    return embedded(store)._running.pid


def workers(store: CheckedStore) -> set[int]:
    pid = supervisor(store)
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def lives(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return ") Z " not in stat.read_text()
    except (FileNotFoundError, ProcessLookupError):  # gone before, or while it was read
        return False
