"""YAML as text: every scalar is read as it stands, as PyYAML's BaseLoader reads it, only faster.

Relaton files are written by machines in block style. That subset is read here by splitting strings; whatever is not
plainly of it is handed, the whole file, to PyYAML. Nothing is ever constructed but text, lists and maps.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NoReturn

import yaml

Value = str | list["Value"] | dict[str, "Value"]
Shape = frozenset[str]
Parsed = tuple[Value, Shape]

DEEPEST, MOST = 40, 200_000
SHORT = 1000  # letters of an entry that is worth keeping, as records repeat it
TEXT: Shape = frozenset()
_PLAIN_BYTES = bytes([10, *range(32, 127), *range(128, 256)])
_BREAKS = ("\n---", "\x85", "\u2028", "\u2029", "\ufeff")
_ENTRY = re.compile(r"\n(?=[^\s-])")
_ITEM = re.compile(r"\n(?=- )")
_KEY = re.compile(r"([A-Za-z_][\w-]*):(?=[ \n]|$)")
_BEGIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789(/.")  # of plain text, always
_PLAIN = re.compile(r"(?![-?:](?:\s|$))[^\s,\[\]{}#&*!|>'\"%@`]")
_SINGLE = re.compile(r"'((?:[^']++|'')*+)'")
_FOLD = re.compile(r" *\n *")
_LESS = [re.compile(rf"(?m)^ {{0,{n - 1}}}[^ \n]") if n else re.compile("(?!)") for n in range(12)]
_LITERAL = re.compile(r"\|([2-9]?)(-?)(?=\n)")
_SPACES = re.compile(r"\n +(?=\n|$)")


class _Odd(Exception):
    """This is not the plain subset; PyYAML must read it."""


class NotYaml(ValueError):
    """What cannot be read as YAML, or is refused because reading it would cost too much."""


def parse(text: str) -> Parsed:
    """One document and the paths of its fields (`title[].content`), as `fields-*.csv` writes them.

    Raises NotYaml, also for aliases that unfold into more than MOST nodes and for nesting deeper than DEEPEST.
    """
    try:
        strange = text.encode().translate(None, _PLAIN_BYTES) or any(mark in text for mark in _BREAKS)
        if strange or not text.startswith("---\n"):
            raise _Odd
        return _mapping(text[4:].rstrip("\n"))
    except _Odd:
        value = _by_pyyaml(text)
        return value, _shape(value)


def _by_pyyaml(text: str) -> Value:
    try:
        _check_cost(text)
        value: Value = yaml.load(text, yaml.CBaseLoader)  # noqa: S506  (builds text, lists and maps only)
    except (yaml.YAMLError, ValueError, TypeError) as error:  # TypeError: a list or a map as a key
        raise NotYaml(_first_words(error)) from error
    _count(value, {})
    return value


def _first_words(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    words = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"{words}, line {mark.line + 1}, column {mark.column + 1}" if mark else str(words)


def _check_cost(text: str) -> None:
    """Refuse deep nesting before PyYAML's composer, which calls itself for each level, meets it; and repeated keys."""
    keys: list[set[str] | None] = []  # of the maps that are open; None stands for an open list
    at_key: list[bool] = []
    for event in yaml.parse(text, yaml.CBaseLoader):
        if isinstance(event, yaml.CollectionEndEvent):
            keys.pop()
            at_key.pop()
        elif isinstance(event, yaml.NodeEvent) and keys and (open_ := keys[-1]) is not None:
            if at_key[-1] and isinstance(event, yaml.ScalarEvent):
                if event.value in open_:
                    raise NotYaml(f"the field {event.value!r} stands twice in one map")
                open_.add(event.value)
            at_key[-1] = not at_key[-1]
        if isinstance(event, yaml.CollectionStartEvent):
            keys.append(set() if isinstance(event, yaml.MappingStartEvent) else None)
            at_key.append(True)
        if len(keys) > DEEPEST:
            raise NotYaml(f"it is nested more than {DEEPEST} levels deep")


def _count(value: Value, known: dict[int, int]) -> int:
    """Nodes of a value with its aliases unfolded, counted without unfolding them."""
    if isinstance(value, str):
        return 1
    if id(value) in known:
        if not known[id(value)]:
            raise NotYaml("an alias stands inside what it stands for")
        return known[id(value)]
    known[id(value)] = 0
    total = 1 + sum(_count(v, known) for v in (value.values() if isinstance(value, dict) else value))
    if total > MOST:
        raise NotYaml(f"its aliases unfold into more than {MOST:,} nodes")
    known[id(value)] = total
    return total


# The plain subset ---------------------------------------------------------------------------------


def _mapping(text: str) -> tuple[dict[str, Value], Shape]:
    entries = [_kept(part) if len(part) < SHORT else _entry(part) for part in _ENTRY.split(text)]
    found = {key: value for key, value, _ in entries}
    if len(found) < len(entries):
        twice = next(key for key, number in Counter(key for key, _, _ in entries).items() if number > 1)
        raise NotYaml(f"the field {twice!r} stands twice in one map")
    return found, _of_mapping(tuple([(key, shape) for key, _, shape in entries]))


def _line(text: str) -> tuple[str, Value, Shape] | None:
    """The commonest entry by far, `key: plain text` on one line; nothing for what needs a closer look."""
    key, _, rest = text.partition(": ")
    if rest[:1] not in _BEGIN or ": " in rest or " #" in rest or rest[-1] in ": ":
        return None
    return (key, rest, TEXT) if key.replace("-", "_").isidentifier() else None


def _entry(text: str) -> tuple[str, Value, Shape]:
    if "\n" not in text and (plain := _line(text)):
        return plain
    match = _KEY.match(text)
    if not match:
        raise _Odd
    value, shape = _after_key(text[match.end() :])
    return match[1], value, shape


_kept = lru_cache(16384)(_entry)


def _after_key(rest: str) -> Parsed:
    if not rest:
        return "", TEXT
    if rest[0] == " ":
        return _scalar(rest[1:]), TEXT
    block = rest[1:]
    if block.startswith("- "):
        return _list(block)
    width = len(block) - len(block.lstrip(" "))
    return _block(_dedented(block[width:], width)) if width else _refuse()


def _refuse() -> NoReturn:
    raise _Odd


def _dedented(text: str, width: int) -> str:
    """Text whose later lines are indented by `width`, without that indentation."""
    if "\n" not in text:
        return text
    margin = "\n" + " " * width
    plain = text.count(margin) == text.count("\n")  # else there are blank lines, or lines that stand outside
    if not plain and (width >= len(_LESS) or _LESS[width].search(text, text.index("\n") + 1)):
        raise _Odd
    return text.replace(margin, "\n")


def _block(text: str) -> Parsed:
    if text.startswith("- "):
        return _list(text)
    return _mapping(text) if _KEY.match(text) else (_scalar(text), TEXT)


def _list(text: str) -> Parsed:
    found, shapes = [], set()
    for part in _ITEM.split(text):
        value, shape = _item(part)
        found.append(value)
        shapes.add(shape)
    return found, _of_list(frozenset(shapes))


@lru_cache(4096)
def _item(text: str) -> Parsed:
    first, _, rest = text.partition("\n")
    if rest.startswith("  ") and rest[2:3] not in " -" and (entry := _line(first[2:])):
        others, shape = _tail(rest)
        if entry[0] not in others:
            return {entry[0]: entry[1]} | others, _wider(shape, entry[0])
    return _block(_dedented(text[2:], 2))


@lru_cache(8192)
def _tail(text: str) -> tuple[dict[str, Value], Shape]:
    """The entries of an item after its first line, which many items share: language, script, type."""
    return _mapping(_dedented(text[2:], 2))


@lru_cache(8192)
def _wider(shape: Shape, key: str) -> Shape:
    return shape | {key}


def _scalar(text: str) -> str:
    first = text[:1]
    if _PLAIN.match(text):
        return _folded(text)
    if first == "'" and "\n" not in text and (match := _SINGLE.fullmatch(text)):
        return match[1].replace("''", "'")
    if first in ("'", '"'):
        return _quoted(text)
    if first == "|" and (match := _LITERAL.match(text)):
        return _literal(text[match.end() :], int(match[1] or 0)) + ("" if match[2] else "\n")
    raise _Odd


def _folded(text: str) -> str:
    """Plain text, its lines joined; it holds nothing that would end it."""
    if "\n" in text:
        lines = [line.strip(" ") for line in text.split("\n")]
        text = " ".join(lines) if all(lines) else _refuse()
    if ": " in text or " #" in text or text.endswith(":"):
        raise _Odd
    return text.rstrip(" ")


def _literal(body: str, width: int) -> str:
    """The lines of a literal without their margin, which is that of the first line unless its width is given."""
    width = width or len(body) - 1 - len(body[1:].lstrip(" "))
    text = _dedented(body, width)[1:].rstrip("\n")
    if not width or not text or _SPACES.search(body):
        raise _Odd
    return text


def _quoted(text: str) -> str:
    if "\n" in text and (match := _SINGLE.fullmatch(text)) and "\n\n" not in text:
        return _FOLD.sub(" ", match[1]).replace("''", "'")
    try:
        value = yaml.load(text, yaml.CBaseLoader)  # noqa: S506  (a quoted scalar)
    except yaml.YAMLError:
        raise _Odd from None
    if not isinstance(value, str):
        raise _Odd
    return value


# Paths of fields ----------------------------------------------------------------------------------


@lru_cache(8192)
def _of_mapping(entries: tuple[tuple[str, Shape], ...]) -> Shape:
    """The paths of a map from those of its values."""
    found = {key for key, _ in entries}
    for key, shape in entries:
        found.update(f"{key}{path}" if path.startswith("[") else f"{key}.{path}" for path in shape)
    return frozenset(found)


@lru_cache(8192)
def _of_list(shapes: Iterable[Shape]) -> Shape:
    """The paths of a list from those of its items."""
    found = set()
    for shape in shapes:
        found.update({f"[]{path}" if path.startswith("[") else f"[].{path}" for path in shape} or {"[]"})
    return frozenset(found)


def _shape(value: Value) -> Shape:
    if isinstance(value, dict):
        return _of_mapping(tuple((key, _shape(part)) for key, part in value.items()))
    if isinstance(value, list):
        return _of_list(frozenset(_shape(part) for part in value)) if value else TEXT
    return TEXT
