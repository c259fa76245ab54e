"""Small releases of the invented world, built in a moment, for what is tried on releases as such."""

import shutil
from pathlib import Path

from loaders.build import build
from ontology import releases
from queries import search
from queries.network import graph

WORLD = Path(__file__).parent / "world" / "tables"
FINISH = [search.write, graph.write]
FIGURE = "members-at-2019,membership,16,members"


def tables(folder: Path) -> Path:
    """A copy of the world's tables, to be changed."""
    return Path(shutil.copytree(WORLD, folder / "tables"))


def edit(tables: Path, table: str, old: str, new: str) -> None:
    """Replace a text in a table; it must be there."""
    path = tables / "invented" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(tables: Path, table: str, line: str) -> None:
    """Add a row to a table."""
    with (tables / "invented" / f"{table}.csv").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def two_releases(folder: Path) -> Path:
    """A place with two releases; in the second one a figure is 18 instead of 16, and Bo Chen is new."""
    place, changed = folder / "place", tables(folder)
    build(place, folder=WORLD, finish=FINISH)
    edit(changed, "observations", FIGURE, FIGURE.replace("16", "18"))
    append(changed, "people", "bo-chen,Bo Chen,陈博,")
    append(changed, "participations", "bo-chen-chair-tc-1,bo-chen,chair,asb-tc-1,,,2021,,,,stated,,chapter-1,,")
    build(place, folder=changed, finish=FINISH)
    assert releases.numbers(place) == [1, 2]
    return place
