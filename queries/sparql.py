"""What a SPARQL query is about to do, read from its tokens before an engine sees it.

Oxigraph reads without tokens: it takes `trueSERVICE` for two words and decides by context whether `<` opens an
address. Wherever its reading could differ from the one here, the text is refused rather than guessed at.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urljoin

from queries.errors import PlacedError, QueryRefused, QuerySyntax

MAX_LENGTH = 200_000
MAX_DEPTH = 100
MAX_PATTERNS = 1_000
MAX_OPERATORS = 2_000
MAX_JOINED = 100  # triple patterns in one group; planning takes a second for so many, and 15 for twice as many

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"])
PATTERNS = frozenset({"UNION", "OPTIONAL", "BIND", "MINUS", "GRAPH", "FILTER", "EXISTS", "LATERAL"})
OPERATORS = frozenset("!|&^/*+-")
CHANGING = ("NOW", "RAND", "UUID")  # ends of words, since the engine also reads `DISTINCTRAND()`
LISTS = frozenset({"HAVING", "DESCRIBE"})
LISTS_END = frozenset({"WHERE", "FROM", "ORDER", "LIMIT", "OFFSET", "VALUES", "{", "}"})
NO_SERVICE = "SERVICE asks another server, and this store does not. Query that server by itself."
BEFORE_BRACE = frozenset({"GRAPH", "FROM", "NAMED", "DESCRIBE"})

_BASE = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_VAR = rf"{_BASE}_0-9\u00B7\u0300-\u036F\u203F-\u2040"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# Prefixes are cut at 256 characters, so that reading takes time in proportion to the text.
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n]++|\#[^\r\n]*+)
    |(?P<iri><[^<>"{{}}|^`\\ \t\r\n]*+>)
    |(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*+'''
      |"(?!"")(?:[^"\\\r\n]|\\[^\r\n])*+"|'(?!'')(?:[^'\\\r\n]|\\[^\r\n])*+')
    |(?P<blank>_:[{_BASE}_0-9](?:[{_VAR}.\-]*[{_VAR}\-])?)
    |(?P<name>(?:[{_BASE}](?:[{_VAR}.\-]{{0,254}}[{_VAR}\-])?)?:
      (?:(?:[{_BASE}_0-9:]|{_ESCAPED})(?:(?:[{_VAR}.:\-]|{_ESCAPED})*(?:[{_VAR}:\-]|{_ESCAPED}))?)?)
    |(?P<variable>[?$][{_BASE}_0-9][{_VAR}]*+)
    |(?P<word>[{_BASE}_][{_VAR}]*+)
    |(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    |(?P<number>[0-9]++\.[0-9]*[eE][+-]?[0-9]++|[0-9]*\.[0-9]++(?:[eE][+-]?[0-9]++)?|[0-9]++(?:[eE][+-]?[0-9]++)?)
    |(?P<sign>[{{}}()\[\].,;*/|^!+\-=<>?&@])""",
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_OPERANDS = frozenset({"iri", "string", "name", "variable", "language", "number", "blank"})


@dataclass(frozen=True)
class Query:
    """What must be known of a query before it runs; the graphs of FROM and FROM NAMED are full addresses.

    A query is `steady` if the same data always give it the same answer: it asks for no time, chance or new name.
    """

    form: str
    from_graphs: tuple[str, ...]
    from_named: tuple[str, ...]
    steady: bool = True


class Token(NamedTuple):
    """A piece of the text that is neither space nor comment; `start` counts in the text without escapes."""

    kind: str
    text: str
    start: int

    def says(self, *words: str) -> bool:
        """Whether this is one of the keywords or signs."""
        return self.kind in ("word", "sign") and self.text.upper() in words


class Source:
    """A query's text with its codepoint escapes undone, and the way back to the places the user knows."""

    def __init__(self, sent: str) -> None:
        self.sent = sent
        self._starts, self._gains = [0], [0]
        self.text = _CODEPOINT.sub(self._undo, sent) if "\\" in sent else sent

    def _undo(self, escape: re.Match[str]) -> str:
        code = int(escape[1] or escape[2], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            said = f"{escape[0]} stands for no character. Correct or remove it."
            raise QueryRefused(said, *place(self.sent, escape.start()))
        if chr(code) in "\"'\\<>\n\r":
            said = f'{escape[0]} hides a character that divides a query. Write the character itself (\\" in a string).'
            raise QueryRefused(said, *place(self.sent, escape.start()))
        self._starts.append(escape.start() - self._gains[-1] + 1)
        self._gains.append(self._gains[-1] + len(escape[0]) - 1)
        return chr(code)

    def place(self, start: int) -> tuple[int, int]:
        """Line and column, in the text as it was sent, of an offset in the text without escapes."""
        return place(self.sent, start + self._gains[bisect_right(self._starts, start) - 1])

    def fault(self, start: int, sentence: str, error: type[PlacedError] = QueryRefused) -> PlacedError:
        """An error at an offset in the text without escapes, to be raised."""
        return error(sentence, *self.place(start))

    def tokens(self) -> Iterator[Token]:
        """All tokens in order; QuerySyntax where none begins."""
        position, end, match = 0, len(self.text), _TOKEN.match
        while position < end:
            found = match(self.text, position)
            if found is None:
                raise self.fault(position, _stray(self.text, position), QuerySyntax)
            if found.lastgroup != "space":
                yield Token(found.lastgroup or "", found[0], position)
            position = found.end()


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


@lru_cache(maxsize=64)
def inspect(text: str) -> Query:
    """Read a query's form and graphs; QueryRefused for what must never run, QuerySyntax for what cannot be read."""
    if len(text) > MAX_LENGTH:
        said = f"The query has {len(text):,} characters; the limit is {MAX_LENGTH:,}. Ask for less at once."
        raise QueryRefused(said, *place(text, MAX_LENGTH))
    if surrogate := re.search(r"[\ud800-\udfff]", text):
        raise QueryRefused("Half a character stands here. Send the query as UTF-8.", *place(text, surrogate.start()))
    source = Source(text)
    tokens = list(source.tokens())
    form = _form(source, tokens)
    for check in (_check_addresses, _check_comparisons, _check_services, _check_depth, _check_patterns, _check_joined):
        check(source, tokens)
    steady = not any(token.kind == "word" and token.text.upper().endswith(CHANGING) for token in tokens)
    return Query(form, *(_graphs(tokens) if "FROM" in source.text.upper() else ((), ())), steady=steady)


def explain(text: str, said: str) -> QuerySyntax:
    """The engine's complaint about a query, in words and at a place that a user can do something with."""
    if undeclared := _undeclared(text):
        return undeclared
    found = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", said, re.DOTALL)
    if not found:
        return QuerySyntax(f"{said.rstrip('.')}. Correct the query.")
    line, column, expected = int(found[1]), int(found[2]), found[3]
    tried = [item for item in expected.split(", ") if item != "[_]"]
    if tried and all(item.isidentifier() for item in tried):
        # Of keywords, the engine reports where each would have ended.
        column = max(1, column - min(map(len, tried)))
    rest = re.match(r"\s*(\S{0,30})", "\n".join(text.split("\n")[line - 1 :])[column - 1 :])
    where = f"from “{rest[1]}” on" if rest and rest[1] else "to its end"
    reason = next((f" ({item.strip()})" for item in tried if re.fullmatch(r"[A-Za-z'][\w' ]* [\w' ]+", item)), "")
    sentence = f"The query cannot be read {where}{reason}. Check words, brackets and full stops there."
    return QuerySyntax(sentence, line, column)


def _undeclared(text: str) -> QuerySyntax | None:
    """The first prefix that is used without PREFIX, which the engine does not name."""
    source, declared = Source(text), set[str]()
    for before, token in pairwise([Token("", "", 0), *source.tokens()]):
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and before.says("PREFIX"):
            declared.add(prefix)
        elif token.kind == "name" and prefix not in declared:
            said = f"The prefix “{prefix}:” is not declared. Add PREFIX {prefix}: <…> at the beginning."
            return QuerySyntax(said, *source.place(token.start))
    return None


def _stray(text: str, position: int) -> str:
    if text[position] in "\"'":
        return "The string that opens here is not closed. Close it; one that spans lines needs three quotation marks."
    return f"The character {text[position]!r} has no place here. Remove it, or put it in a string."


def _form(source: Source, tokens: list[Token]) -> str:
    """The query's form: its first word after the prologue."""
    position = 0
    while position < len(tokens) and tokens[position].says("BASE", "PREFIX"):
        position += 2 if tokens[position].says("BASE") else 3
    first = tokens[position] if position < len(tokens) else Token("end", "", len(source.text))
    if first.says(*FORMS):
        return first.text.upper()
    if first.says(*UPDATES):
        raise source.fault(first.start, f"{first.text.upper()} changes data, and this store is only read. Ask a query.")
    said = "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after any PREFIX and BASE."
    raise source.fault(first.start, said, QuerySyntax)


def _check_addresses(source: Source, tokens: list[Token]) -> None:
    for token in tokens:
        if token.kind == "iri" and (control := _CONTROL.search(token.text)):
            said = "An address holds a control character here. Remove it, or write it as %XX."
            raise source.fault(token.start + control.start(), said)


def _check_comparisons(source: Source, tokens: list[Token]) -> None:
    """Refuse a `<` that can be read in two ways."""
    if "<<" not in source.text and not ("(" in source.text and "#" in source.text):
        return
    open_ = list[str]()
    for before, token in pairwise([Token("", "", 0), *tokens]):
        if token.kind == "sign" and token.text in "([{":
            open_.append(token.text)
        elif token.kind == "sign" and token.text in ")]}":
            del open_[-1:]
        elif token.kind == "iri" and open_[-1:] == ["("] and _may_compare(before, token.text):
            raise source.fault(token.start, "Does “<” open an address or compare? Put a space after it if it compares.")
        if before[:2] == ("sign", "<") and token.text[0] == "<" and token.start == before.start + 1:
            raise source.fault(before.start, "“<<” is not SPARQL 1.1. To compare with an address, put a space between.")


def _may_compare(before: Token, text: str) -> bool:
    """Whether `a <b#c>` can also be read as `a < b` and a comment; `//`, which no expression has, rules it out."""
    operand = before.kind in _OPERANDS or before.says(")", "TRUE", "FALSE")
    return operand and "#" in text and "//" not in text.partition("#")[0]


def _check_services(source: Source, tokens: list[Token]) -> None:
    """Refuse SERVICE, also where it is written without space as a part of a word or before a prefixed name."""
    if "SERVICE" not in source.text.upper():
        return
    for before, token, after in zip([Token("", "", 0), *tokens], tokens, [*tokens[1:], Token("", "", 0)], strict=False):
        if "SERVICE" not in token.text.upper():
            continue
        called = token.kind == "name" and after.text == "{" and not before.says(*BEFORE_BRACE)
        if token.kind == "word" or called:
            raise source.fault(token.start, NO_SERVICE)


def _check_depth(source: Source, tokens: list[Token]) -> None:
    depth = 0
    for token in tokens if len(tokens) > MAX_DEPTH else ():
        if token.kind == "sign":
            depth += (token.text in "([{") - (token.text in ")]}")
            if depth > MAX_DEPTH:
                said = f"Brackets are nested more than {MAX_DEPTH} deep. Write the query flatter."
                raise source.fault(token.start, said)


def _check_patterns(source: Source, tokens: list[Token]) -> None:
    if len(tokens) <= MAX_PATTERNS:  # none counts twice
        return
    found = [token for token in tokens if token.kind == "word" and token.text.upper() in PATTERNS]
    if LISTS.intersection(token.text.upper() for token in tokens if token.kind == "word"):
        found += _listed(tokens)
    if len(found) > MAX_PATTERNS:
        said = f"More than {MAX_PATTERNS:,} {', '.join(sorted(PATTERNS))} in all. Give long lists as VALUES."
        raise source.fault(found[MAX_PATTERNS].start, said)
    chained = [token for token in tokens if token.kind == "sign" and token.text in OPERATORS]
    if len(chained) > MAX_OPERATORS:
        said = f"More than {MAX_OPERATORS:,} operators in all. Give long lists as VALUES or with IN."
        raise source.fault(chained[MAX_OPERATORS].start, said)


def _check_joined(source: Source, tokens: list[Token]) -> None:
    """Refuse a group of so many triple patterns that the engine plans for longer than it computes."""
    if len(tokens) <= 2 * MAX_JOINED:  # `, ?o` is the shortest
        return
    groups = [("", 0)]  # the bracket of each that is open, and how many patterns have ended in it
    for token in tokens:
        if token.says("(", "[", "{"):
            groups.append((token.text, 0))
        elif token.says(")", "]", "}"):
            groups[1:] = groups[1:-1]
        elif token.says(".", ";", ",") and groups[-1][0] != "(":
            groups[-1] = (groups[-1][0], groups[-1][1] + 1)
            if groups[-1][1] > MAX_JOINED:
                said = f"More than {MAX_JOINED} triple patterns in one group. Give long lists as VALUES, or ask twice."
                raise source.fault(token.start, said)


def _listed(tokens: list[Token]) -> Iterator[Token]:
    """The conditions of HAVING and what DESCRIBE names, of which the engine goes deeper with each."""
    within = False
    for before, token in pairwise(tokens):
        if before.says(*LISTS):
            within = True
        elif before.says(*LISTS_END):
            within = False
        if within and (token.kind in ("iri", "name") or (before.text == ")" and token.text == "(")):
            yield token


def _graphs(tokens: list[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Addresses of FROM and of FROM NAMED."""
    base, prefixes = "", dict[str, str]()
    plain, named = list[str](), list[str]()

    def address(token: Token) -> str:
        if token.kind == "iri":
            return _resolve(base, token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        return prefixes.get(prefix, prefix + ":") + _LOCAL_ESCAPE.sub(r"\1", local)

    padded = [*tokens, Token("end", "", 0), Token("end", "", 0)]
    for token, first, second in zip(padded, padded[1:], padded[2:], strict=False):
        if token.says("BASE") and first.kind == "iri":
            base = address(first)
        elif token.says("PREFIX") and first.kind == "name" and second.kind == "iri":
            prefixes[first.text[:-1]] = address(second)
        elif token.says("FROM") and first.kind in ("iri", "name"):
            plain.append(address(first))
        elif token.says("FROM") and first.says("NAMED") and second.kind in ("iri", "name"):
            named.append(address(second))
    return tuple(plain), tuple(named)


def _resolve(base: str, reference: str) -> str:
    """A relative address made whole; `urljoin` alone would lose the `#` at the end of a namespace."""
    if not base or _SCHEME.match(reference):
        return reference
    return urljoin(base, reference) + ("#" if reference.endswith("#") else "")
