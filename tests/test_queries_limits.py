"""Settings that cannot work are refused in words."""

from typing import Any

import pytest

from queries.limits import Limits, WrongLimit


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"seconds": 0}, "seconds: 0 is too small"),
        ({"memory_mib": -1}, "memory_mib: -1"),
        ({"long": -1}, "long: -1"),
        ({"workers": 5, "most": 4}, "most: 4 is less than 5 workers"),
        ({"hold": "tape"}, "hold: 'tape' is none of: auto, memory, disk"),
    ],
)
def test_a_limit_that_cannot_hold_is_refused_with_its_name(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(WrongLimit, match=words):
        Limits(**wrong)


@pytest.mark.parametrize(("most", "strangers"), [(1, 1), (3, 3), (4, 3), (16, 12)])
def test_strangers_have_three_quarters_of_the_places(most: int, strangers: int) -> None:
    assert Limits(workers=1, most=most).strangers == strangers
    assert Limits(workers=1, most=most, waiting=5).threads == strangers + 21
