"""Charts of many rows: the largest bars, ten colours, and what all rows have in common."""

from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode

from queries.store import Rows
from server.readable import common, readable
from server.table import table

INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def bars(many: int, **channels: Any) -> dict[str, Any]:  # noqa: ANN401  (a spec is any JSON)
    encoding = {"x": {"field": "n", "type": "quantitative"}, **channels}
    values = [{"who": f"w{number}", "n": float(number)} for number in range(many)]
    return {"mark": "bar", "encoding": encoding, "data": {"values": values}}


def test_a_chart_of_many_bars_shows_the_forty_largest_and_says_so() -> None:
    spec, told = readable(bars(935, y={"field": "who", "type": "nominal"}))
    assert {value["who"] for value in spec["data"]["values"]} == {f"w{number}" for number in range(895, 935)}
    assert told == ["The chart shows the 40 of 935 with the largest values; the table holds all."]


def test_a_large_fall_is_as_large_as_a_rise() -> None:
    spec = bars(50, y={"field": "who", "type": "nominal"})
    spec["data"]["values"][0]["n"] = -99.0
    assert "w0" in {value["who"] for value in readable(spec)[0]["data"]["values"]}


def test_bars_beyond_ten_colours_are_joined_so_that_a_stack_keeps_its_length() -> None:
    spec, told = readable(bars(12, color={"field": "who", "type": "nominal"}))
    values = spec["data"]["values"]
    assert {v["who"] for v in values} == {"w3", "w4", "w5", "w6", "w7", "w8", "w9", "w10", "w11", "others"}
    assert sum(v["n"] for v in values) == 66
    assert told == ["The 9 largest of 12 have a colour of their own, all others share one."]


def test_of_many_lines_the_ten_largest_are_drawn() -> None:
    spec, told = readable({**bars(12, color={"field": "who", "type": "nominal"}), "mark": {"type": "line"}})
    assert len(spec["data"]["values"]) == 10
    assert told == ["The chart shows the 10 largest of 12; the table holds all."]


def test_a_small_chart_stays_as_it_is() -> None:
    spec = bars(10, y={"field": "who", "type": "nominal"}, color={"field": "who", "type": "nominal"})
    assert readable(spec) == (spec, [])


@pytest.mark.parametrize(
    ("second", "shared"), [("9", [("N", "9"), ("Rule", "registration")]), ("8", [("Rule", "registration")])]
)
def test_what_all_rows_share_is_told_once(second: str, shared: list[tuple[str, str]]) -> None:
    rule = Literal("registration")
    rows = Rows(
        ("n", "rule", "asOf"),
        [(Literal("9", datatype=INTEGER), rule, None), (Literal(second, datatype=INTEGER), rule, None)],
    )
    assert common(table(rows, {"n": "number", "rule": "string", "asOf": "date"})) == shared
