"""Relaton YAML is read as text, exactly as PyYAML's BaseLoader reads it, and never costs more than it may."""

import os
import string
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.relaton.parse import NotYaml, parse

SHARED = Path(os.environ.get("PLENARY_SHARED", "../shared"))
SAMPLES = sorted((SHARED / "data/samples").rglob("*.y*ml"))
WORDS = st.text(string.ascii_letters + string.digits + " -.:'\"#&*é中\n", max_size=90)
KEYS = st.text(string.ascii_lowercase, min_size=1, max_size=8)
NESTED = st.recursive(WORDS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=12)


@pytest.mark.skipif(not SAMPLES, reason="the shared samples are not here")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_shared_sample_is_read_as_base_loader_reads_it(path: Path) -> None:
    text = path.read_text("utf-8")
    assert parse(text)[0] == yaml.load(text, yaml.BaseLoader)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, NESTED, min_size=1))
def test_whatever_pyyaml_writes_is_read_as_base_loader_reads_it(value: dict[str, object]) -> None:
    text = "---\n" + yaml.safe_dump(value, allow_unicode=True)
    assert parse(text)[0] == yaml.load(text, yaml.BaseLoader)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5.10", "5.10"),
        ("'2015-01-01'", "2015-01-01"),
        ("2015-01-01", "2015-01-01"),
        ("'12:30:45'", "12:30:45"),
        ("no", "no"),
        ("~", "~"),
        ("'it''s'", "it's"),
        ('"a\\u00e9\\nb"', "aé\nb"),
        ("one\n  two", "one two"),
        ("|-\n  one\n\n    two", "one\n\n  two"),
        ("|2\n\n  one", "\none\n"),
        ("", ""),
    ],
)
def test_a_scalar_stays_the_text_that_it_is(written: str, read: str) -> None:
    assert parse(f"---\nvalue: {written}\nnext: x\n")[0] == {"value": read, "next": "x"}


def test_fields_are_named_by_path_with_a_mark_for_each_list() -> None:
    _, fields = parse("---\ntitle:\n- content: A\n  language:\n  - en\ndate:\n  type: published\n")
    assert fields == {"title", "title[].content", "title[].language", "title[].language[]", "date", "date.type"}


def test_a_tag_is_read_as_if_it_were_not_there_and_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    value, _ = parse(f"---\na: !!python/object/apply:os.mkdir ['{mark}']\n")
    assert value == {"a": [str(mark)]}
    assert not mark.exists()


def test_an_alias_bomb_is_refused_before_it_unfolds() -> None:
    lines = ["---", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    with pytest.raises(NotYaml, match="unfold into more than 200,000 nodes"):
        parse("\n".join(lines))


def test_an_alias_to_what_it_stands_in_is_refused() -> None:
    with pytest.raises(NotYaml, match="recursive"):
        parse("---\na: &a [*a]\n")


def test_ordinary_aliases_are_read() -> None:
    assert parse("---\na: &one [x]\nb: *one\n")[0] == {"a": ["x"], "b": ["x"]}


@pytest.mark.parametrize("text", ["---\na: 'cut off\n", "---\na: [1\n", "\x00\x01", "a: b: c", "---\n? [x]\n: y\n"])
def test_what_is_no_yaml_is_refused(text: str) -> None:
    with pytest.raises(NotYaml):
        parse(text)


def test_nesting_that_would_end_the_process_is_refused() -> None:
    with pytest.raises(NotYaml, match="40 levels"):
        parse("---\na: " + "[" * 20_000)
