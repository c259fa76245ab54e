"""The page of entity resolution and the command `resolve`: what was joined, what is in doubt, and names asked about."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import HTML, Server, start, stop
from small import FINISH, WORLD

from loaders.build import build
from loaders.items import Items
from loaders.relaton import lookup
from loaders.resolution.decisions import Decision
from server.cli import main

TABLE = """name,category,subsidiary of / alias of,stakeholdergroup,nationality,email domain names,Membership Organization
Zenith GmbH,,Zenith Group Plc,Business,Germany,,ETSI
Zenith K.K.,,Zenith Group Plc,Business,Japan,,
ZENITH Group Plc,,,Business,United Kingdom,,
Zenith GROUP plc.,,,Business,United Kingdom,,
"""


DECIDED = (
    Decision("Zenit Grupp", "Zenith Group Plc", "different", "a name that nothing bears", "", "2026-11-24"),
    Decision("Zenith K.K.", "unknown", "parent", "sold to somebody", "", "2026-11-24"),
    Decision("Zenith GmbH", "Zenith Group Plc", "parent", "its report says so", "https://example.org/r", "2026-11-24"),
)


@pytest.fixture(scope="module")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("resolved")
    table = place / "table.csv"
    table.write_text(TABLE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "decisions", lambda: DECIDED)
        build(place, folder=WORLD, finish=FINISH, items=Items({"organizations": [table]}))
    return place


@pytest.fixture(scope="module")
def here(resolved: Path) -> Iterator[Server]:
    server = start(resolved, limit=2)
    yield server
    stop(server)


def resolve(place: Path, *words: str) -> list[str]:
    done = CliRunner().invoke(main, ["resolve", *words, "--store", str(place)])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


@pytest.mark.server
def test_the_page_shows_joins_and_doubts_with_their_reasons(here: Server) -> None:
    page = here.page("/data/resolution")
    assert "ZENITH Group Plc / Zenith GROUP plc." in page
    assert "legal forms gmbh and kk, of different countries" in page
    assert 'href="/data/resolution"' in here.page("/data")


@pytest.mark.server
def test_the_page_shows_what_was_decided_to_be_above_an_organization_and_why(here: Server) -> None:
    page = here.page("/data/resolution")
    assert "its report says so, after https://example.org/r" in page
    assert "sold to somebody" in page
    found = json.loads(here.ask("/data/resolution.json?q=K.K.").body)
    assert [(one["name"], one["parent"], one["parent_address"]) for one in found["parents"]] == [
        ("Zenith K.K.", "unknown", "")
    ]
    thing = here.page("/id/organization/zenith-k-k")
    assert "parent organization" in thing
    assert "sold to somebody" in thing


@pytest.mark.server
def test_the_same_as_json_can_be_narrowed_to_a_text(here: Server) -> None:
    found = json.loads(here.ask("/data/resolution.json?q=K.K.").body)
    assert [(one["a"], one["b"]) for one in found["doubts"]] == [("Zenith GmbH", "Zenith K.K.")]
    assert found["joined"] == []


@pytest.mark.server
def test_the_pairs_in_doubt_can_be_taken_as_rows_of_the_table_of_decisions(here: Server) -> None:
    assert 'href="/data/resolution.csv"' in here.page("/data/resolution")
    header, *rows = csv.reader(io.StringIO(here.ask("/data/resolution.csv?q=K.K.").text))
    assert header == ["a", "b", "verdict", "reason", "source", "date"]
    assert [(row[0], row[1], row[2]) for row in rows] == [("Zenith GmbH", "Zenith K.K.", "")]
    assert "legal forms gmbh and kk, of different countries" in rows[0][3]


@pytest.mark.server
def test_a_decision_without_effect_stands_on_the_page(here: Server) -> None:
    assert "nothing bears “Zenit Grupp”" in here.page("/data/resolution")


@pytest.mark.server
def test_a_release_without_such_names_says_so(server: Server) -> None:
    answer = server.ask("/data/resolution", HTML)
    assert answer.status == 404
    assert "none were resolved" in answer.text


def test_the_command_lists_the_pairs_in_doubt(resolved: Path) -> None:
    (line,) = [line for line in resolve(resolved) if "K.K." in line]
    assert line.startswith("100\tZenith GmbH\tZenith K.K.\tfor: ")


def test_the_command_says_what_names_of_the_users_own_resolve_to(resolved: Path, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("ZENITH GMBH\nZenith AG\nS1\n", encoding="utf-8")
    lines = [line.split("\t") for line in resolve(resolved, str(tmp_path / "names.txt"))]
    assert lines[0][1:] == ["https://w3id.org/plenary/id/organization/zenith-gmbh", "spelling"]
    assert lines[1][1:] == ["new", "new"]
    assert lines[2][1:] == ["nobody", ""]


def test_a_release_without_such_names_is_told_apart_from_one_without_doubts(tmp_path: Path) -> None:
    build(tmp_path, folder=WORLD, finish=FINISH)
    done = CliRunner().invoke(main, ["resolve", "--store", str(tmp_path)])
    assert done.exit_code == 1
    assert "plenary build organizations" in done.output
