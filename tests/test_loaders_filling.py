"""A store that is filled beside other work holds what its files say, or the build is told why not."""

import os
import signal
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from loaders.apart import Ended
from loaders.filling import filling

LINE = "<http://x/{}> <http://x/p> <http://x/o> <http://x/g> .\n"


def file(path: Path, *lines: str) -> Path:
    path.write_text("".join(lines))
    return path


@pytest.mark.parametrize("most", [1, 2, 1_000_000])
def test_a_store_holds_what_was_taken_and_what_came_last_but_lines_that_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("loaders.filling.MOST", most)
    with filling(tmp_path / "store") as filled:
        for number in range(5):
            filled.take(file(tmp_path / f"{number}", LINE.format(number)))
        filled.rest([file(tmp_path / "last", LINE.format(5), LINE.format(0))])
        filled.finish(LINE.format(3).encode())
        filled.compact()
    store = Store.read_only(str(tmp_path / "store"))
    assert sorted(str(quad.subject) for quad in store) == [f"<http://x/{number}>" for number in (0, 1, 2, 4, 5)]


def test_a_blank_node_of_one_file_stays_one(tmp_path: Path) -> None:
    lines = [f"_:b0 <http://x/{name}> <http://x/o> <http://x/g> .\n" for name in "pq"]
    with filling(tmp_path / "store") as filled:
        filled.rest([file(tmp_path / "other", lines[0]), file(tmp_path / "both", *lines)])
        filled.finish(b"")
        filled.compact()
    store = Store.read_only(str(tmp_path / "store"))
    with_q = {quad.subject for quad in store.quads_for_pattern(None, NamedNode("http://x/q"), None)}
    assert len(with_q) == 1
    assert with_q < {quad.subject for quad in store.quads_for_pattern(None, NamedNode("http://x/p"), None)}


def test_what_goes_wrong_beside_other_work_is_told_at_the_end(tmp_path: Path) -> None:
    with filling(tmp_path / "store") as filled:
        filled.take(file(tmp_path / "bad", "no statement\n"))
        filled.rest([])
        with pytest.raises(SyntaxError):
            filled.finish(b"")


def test_a_filling_that_is_killed_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    def killed() -> None:
        with filling(tmp_path / "store") as filled:
            os.kill(filled.process.submit(os.getpid).result(), signal.SIGKILL)
            filled.finish(b"")

    with pytest.raises(Ended, match="Free some"):
        killed()
