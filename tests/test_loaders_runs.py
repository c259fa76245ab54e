"""Sorted runs of statements become one sorted dump, whatever the number of ranges."""

import hashlib
from pathlib import Path

import pytest

from loaders import runs
from loaders.apart import workers
from ontology import iris
from ontology.terms import RDF_TYPE


def line(number: int, graph: str, object_: str = '"x"', property_: str = "http://x/p") -> str:
    return f"<{iris.thing('document', f'd-{number:05}')}> <{property_}> {object_} <{iris.graph(graph)}> .\n"


def run(path: Path, *lines: str) -> Path:
    path.write_text("".join(lines))
    runs.order(path)
    return path


@pytest.mark.parametrize("size", [2_000, 16_000_000])
def test_the_dump_holds_every_line_once_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(runs, "RANGE", size)
    even = run(tmp_path / "even", *(line(n, "derived") for n in reversed(range(0, 300, 2))))
    odd = run(tmp_path / "odd", *(line(n, "derived") for n in range(1, 300, 2)), line(0, "derived"))
    with workers() as pool:
        digest, counts = runs.merge([even, odd, run(tmp_path / "empty")], tmp_path / "dump.nq", pool)
    whole = "".join(line(n, "derived") for n in range(300))
    assert (tmp_path / "dump.nq").read_text() == whole
    assert digest == hashlib.sha256(whole.encode()).hexdigest()
    assert counts.statements == 300
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dump.nq", "empty", "even", "odd"]


def test_a_triple_stands_in_the_graph_of_the_curated_data_before_others(tmp_path: Path) -> None:
    class_ = f"<{iris.NS}Document>"
    parts = [
        run(tmp_path / graph, *(line(n, graph, class_, RDF_TYPE.value) for n in numbers))
        for graph, numbers in (("derived", (1, 2, 3)), ("relaton-iso", (1, 2)), ("world", (1,)))
    ]
    with workers() as pool:
        _, counts = runs.merge(parts, tmp_path / "dump.nq", pool)
    told = counts.named()
    assert told["statements"] == 3
    assert told["graphs"] == {"derived": 1, "relaton-iso": 1, "world": 1}
    assert told["classes"] == {"document": 3}
    assert sorted(counts.left) == sorted(
        line(n, graph, class_, RDF_TYPE.value).encode()
        for n, graph in ((1, "derived"), (2, "derived"), (1, "relaton-iso"))
    )


def test_who_reads_a_run_while_it_is_sorted_reads_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.write_text("".join(line(n, "derived") for n in (2, 1)))
    with path.open() as opened:
        first = opened.readline()
        runs.order(path)
        assert first + opened.read() == line(2, "derived") + line(1, "derived")
    assert path.read_text() == line(1, "derived") + line(2, "derived")
