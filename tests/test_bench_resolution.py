"""The labels by which entity resolution is scored, and the scores themselves on rows counted by hand."""

from bench.resolution import LABELS, NOBODY, SECOND, TOPS, UNKNOWN, Score, agreement, pairs, read, values

ROWS = [
    {"name": "Acme", "entity": "acme", "seat": "us", "seat_basis": "table"},
    {"name": "Acme Inc.", "entity": "acme", "seat": "us", "seat_basis": "name"},
    {"name": "Bolt", "entity": "bolt", "seat": "de", "seat_basis": "table"},
    {"name": "Crux", "entity": "?", "seat": "?", "seat_basis": ""},
]


def test_both_labellers_labelled_every_name_that_is_somebody_s() -> None:
    first = {row["name"] for row in read(LABELS) if row["entity"] != NOBODY}
    assert len(first) == 378
    assert first == {row["name"] for row in read(SECOND)}


def test_every_label_of_a_parent_is_the_organization_of_a_name() -> None:
    named = {row["parent"] for row in read(TOPS)}
    asked = {row["parent"] for path in (LABELS, SECOND) for row in read(path)}
    assert asked - set(UNKNOWN) <= named


def test_a_pair_counts_where_both_names_are_labelled() -> None:
    found = {"Acme": "a", "Acme Inc.": "a", "Bolt": "a", "Crux": "a"}
    assert pairs(ROWS, found) == Score(right=1, answered=3, given=1, labelled=1)


def test_what_the_labeller_read_in_the_table_counts_as_given_though_nothing_was_answered() -> None:
    said = {"Acme": "", "Acme Inc.": "us", "Bolt": "", "Crux": "fr"}
    assert values(ROWS, "seat", said) == Score(right=1, answered=1, given=3, labelled=3)


def test_labellers_are_compared_where_both_are_sure() -> None:
    other = [row | {"entity": row["name"], "parent": "x"} for row in ROWS]
    lines = list(agreement([row | {"parent": "x"} for row in ROWS], other))
    assert lines[0] == "pairs joined by both labellers: 0, by one alone: 1"
    assert lines[1] == "seats that both labellers gave: 3, alike: 3"
