"""Which answers of the saved queries move from one release of the invented world to the next, and how."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from queries import answered
from queries.answered import Answered, Compared, between
from server import history
from server.cli import main


@pytest.fixture(scope="module")
def compared(two: Path) -> Compared:
    return between(two, 1, 2)


def of(compared: Compared, slug: str) -> Answered:
    (found,) = (one for one in compared.answers if one.slug == slug)
    return found


def test_a_figure_that_a_query_lists_is_told_with_its_old_and_new_cell(compared: Compared) -> None:
    ((word, cells),) = history.cells(of(compared, "figure-of-countries"))
    assert word == "changed"
    assert {"value: 16 → 18", "country: Atlantis", "asOf: 2019-12"} <= set(cells)


def test_a_count_moves_with_the_claims_that_it_counts(compared: Compared) -> None:
    ((_, cells),) = history.cells(of(compared, "claims-by-confidence"))
    assert cells == ["confidence: stated", "kind: participation", "claims: 1 → 2"]


def test_a_row_in_which_only_a_name_differs_is_counted_and_not_told(compared: Compared) -> None:
    found = of(compared, "figures-that-disagree")  # the 17 of the same month is beside "… 18 members" now
    assert (len(found.rows), found.renamed) == (1, 1)


def test_queries_with_the_same_answers_are_left_out_and_a_release_says_the_same_as_itself(
    compared: Compared, two: Path
) -> None:
    assert "glossary" not in {one.slug for one in compared.answers}
    assert (compared.left, compared.asked > 80) == (0, True)
    assert between(two, 2, 2).answers == []


def test_queries_for_which_no_time_is_left_are_counted(two: Path) -> None:
    found = between(two, 1, 2, seconds=0)
    assert (found.asked, found.answers) == (0, [])
    assert found.left > 80


def test_many_rows_are_told_up_to_the_cap_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch, two: Path) -> None:
    monkeypatch.setattr(answered, "ROWS", 0)
    found = of(between(two, 1, 2), "claims-by-confidence")
    assert (found.rows, found.more) == ([], 1)


def test_the_command_tells_the_answers_that_moved_when_it_is_asked_to(two: Path) -> None:
    asked = ["releases", "diff", "1", "2", "--store", str(two)]
    said = CliRunner().invoke(main, [*asked, "--answers", "--quiet"]).output
    assert "  claims-by-confidence: Claims by confidence\n" in said
    assert "      ~ confidence: stated | kind: participation | claims: 1 → 2\n" in said
    assert "--answers asks both" in CliRunner().invoke(main, asked).output
