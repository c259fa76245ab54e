"""Content negotiation as RFC 9110 has it: the closest range decides, then its weight, then our order."""

import tracemalloc

import pytest

from server.negotiate import HTML, best, wants_html

OFFERED = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv")
JSON, XML, CSV = OFFERED


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("text/*", CSV),
        ("TEXT/CSV", CSV),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.4", CSV),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.5", XML),
        ("*/*;q=0.1, text/csv", CSV),
        ("application/*;q=0.9, application/sparql-results+json;q=0.1, text/csv;q=0.5", XML),
        ("application/sparql-results+json;q=0, */*", XML),
        ("*/*;q=0", None),
        ("image/png", None),
        ("application/sparql-results+json;q=0", None),
        ("text/csv; header=present; q=0.9, */*;q=0.2", CSV),
        ("nonsense, text/csv", CSV),
        ("text/csv;q=nan, */*", JSON),
        ("text/csv;q=7", JSON),
    ],
)
def test_best_obeys_accept(accept: str, expected: str | None) -> None:
    assert best(accept, OFFERED) == expected


def test_html_goes_only_to_those_who_name_it() -> None:
    offered = (HTML, "text/turtle")
    assert best("*/*", offered) == "text/turtle"
    assert best("text/*", offered) == HTML
    assert best("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", offered) == HTML
    assert best("text/turtle, text/html;q=0.9", offered) == "text/turtle"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html", True),
        ("*/*", False),
        ("", False),
        ("application/sparql-results+json, text/html;q=0.5", False),
        ("text/html;q=0", False),
    ],
)
def test_browsers_are_told_from_programs(accept: str, wanted: bool) -> None:
    assert wants_html(accept) is wanted


def test_headers_that_are_endless_are_not_remembered() -> None:
    tracemalloc.start()
    try:
        for number in range(5):
            assert best(f"{number}/b" + ",a/b" * 15_000, (HTML, "text/csv")) is None
            assert not wants_html(f"{number}/b" + ",a/b" * 15_000)
        assert tracemalloc.get_traced_memory()[0] < 10_000_000
    finally:
        tracemalloc.stop()
