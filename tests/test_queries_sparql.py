"""What `queries.sparql` reads in a query, refuses, and says of it."""

import time

import pytest
from pyoxigraph import Store

from queries.errors import PlacedError, QueryRefused, QuerySyntax
from queries.sparql import MAX_DEPTH, MAX_JOINED, MAX_LENGTH, MAX_OPERATORS, MAX_PATTERNS, Query, explain, inspect

EVIL = "<http://127.0.0.1:1/>"

HARMLESS = [
    "SELECT * { ?s ex:service ?o }",
    'SELECT * { ?s ?p "SERVICE <http://x/> {}" }',
    "SELECT * { ?s ?p '''\n' SERVICE <http://x/> { ' \n''' }",
    "SELECT * { ?s ?p ?o } # SERVICE <http://x/> {}",
    "SELECT * { ?s <http://x/SERVICE> ?service }",
    "SELECT ?service { ?s ?p ?service }",
    "SELECT * { GRAPH ?service { ?s ?p ?o } }",
    "SELECT * { ?s a:LOAD ?o . ?s ?p 'x'@en-service . ?s ?p _:service }",
    "SELECT * { ?s ?p ?o FILTER(?a<?b&&?c>?d) }",
    "SELECT * { VALUES (?x ?y) { (<http://a#b> <http://a#c>) } }",
    'SELECT ("\\u00e9 \\\\ \\"" AS ?x) {}',
    "SELECT * { ?s ex:a\\-b%41/^ex:c+|!ex:d ?o ; ex:e -1.5e3, .5 . FILTER(?o <= 2 && ?o >= 1) }",
]

SERVICES = [
    f"SELECT * {{ SERVICE {EVIL} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ service silent {EVIL} {{}} }}",
    f"SELECT * {{ \\u0053ERV\\U00000049CE {EVIL} {{}} }}",
    f"SELECT * {{ ?s ?p 1SERVICE{EVIL}{{}} }}",
    f"SELECT * {{ ?s ?p trueSERVICE{EVIL}{{}} }}",
    f"SELECT * {{ SERVICESILENT{EVIL}{{}} }}",
    "SELECT * { SERVICE ?x {} }",
    "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICE:b {} }",
    "PREFIX a: <http://127.0.0.1:1/> SELECT * { ?s ?p trueSERVICEa:b# x\n{} }",
    f"SELECT * {{ ?s ?p ?o FILTER(1<2)SERVICE#>\n{EVIL}{{}} }}",
    f"SELECT * {{ ?s ?p ?o FILTER(1<2#>'''\n)SERVICE {EVIL} {{}} #'''\n}}",
    f"SELECT * {{ <<?s?p?o#>'''\n>> ?a ?b . SERVICE {EVIL} {{}} #'''\n}}",
    f'SELECT * {{ ?s ?p "\\u0022 #" }} SERVICE {EVIL} {{}} #"\n}}',
]

UPDATES = ["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"]


@pytest.mark.parametrize("text", HARMLESS)
def test_words_that_only_look_forbidden_pass(text: str) -> None:
    assert inspect(text).form == "SELECT"


@pytest.mark.parametrize("text", SERVICES)
def test_service_is_refused_in_every_spelling(text: str) -> None:
    with pytest.raises(QueryRefused):
        inspect(text)


@pytest.mark.parametrize("word", UPDATES)
@pytest.mark.parametrize("prologue", ["", "# c\nBASE <http://b/> PREFIX a: <x>\n"])
def test_every_update_form_is_refused_also_after_a_prologue(word: str, prologue: str) -> None:
    with pytest.raises(QueryRefused, match=word) as caught:
        inspect(prologue + word.lower() + " <http://x>")
    assert (caught.value.line, caught.value.column) == (prologue.count("\n") + 1, 1)


@pytest.mark.parametrize("form", ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
def test_each_form_is_told_after_a_prologue(form: str) -> None:
    assert inspect(f"PREFIX a: <x>\nBASE <http://SELECT/> {form.lower()} {{}}").form == form


@pytest.mark.parametrize("text", ["", "# nothing", "hello", "PREFIX a: <x>", "VERSION '1.2' ASK {}"])
def test_a_text_that_begins_no_query_is_a_syntax_error(text: str) -> None:
    with pytest.raises(QuerySyntax, match="begins with SELECT"):
        inspect(text)


def test_graphs_of_from_are_resolved_by_prefix_and_base() -> None:
    text = """BASE <http://b/x/> PREFIX g: <http://g/> PREFIX : <y#>
        SELECT * FROM <a> FROM g:a\\-b from named :c FROM NAMED <http://\\u0067> WHERE { ?from g:FROM "FROM <z>" }"""
    assert inspect(text) == Query("SELECT", ("http://b/x/a", "http://g/a-b"), ("http://b/x/y#c", "http://g"))


@pytest.mark.parametrize(
    ("expression", "steady"),
    [
        ("NOW()", False),
        ("rand ( )", False),
        ("STRUUID()", False),
        ("1+UUID()", False),
        ("COUNT(DISTINCTRAND())", False),
        ("COUNT(*)", True),
        ("'NOW()'", True),
        ("?now", True),
        ("STR(<http://x/NOW>)", True),
    ],
)
def test_what_asks_for_time_chance_or_a_new_name_is_not_steady(expression: str, steady: bool) -> None:
    assert inspect(f"SELECT ({expression} AS ?x) {{}} # RAND()").steady == steady


def test_places_count_in_the_text_as_it_was_sent() -> None:
    with pytest.raises(QueryRefused) as caught:
        inspect("\\u0053ELECT * {\r\n  ?\\u0073 ?\\U00000070 '北京' . SERVICE <x> {} }")
    assert (caught.value.line, caught.value.column) == (2, 30)
    assert str(caught.value).startswith("Line 2, column 30: SERVICE ")


@pytest.mark.parametrize("opening", ["(", "[", "{"])
def test_nesting_is_refused_beyond_its_limit_only(opening: str) -> None:
    closing = {"(": ")", "[": "]", "{": "}"}[opening]
    fits = opening * (MAX_DEPTH - 1) + "'((((('" + closing * (MAX_DEPTH - 1)
    assert inspect(f"SELECT * {{{fits}}}").form == "SELECT"
    with pytest.raises(QueryRefused, match="nested"):
        inspect(f"SELECT * {{{opening}{fits}{closing}}}")


def test_patterns_in_a_row_are_refused_beyond_their_limit_only() -> None:
    words = ["UNION", "optional", "BIND", "MINUS", "GRAPH", "FILTER"] * MAX_PATTERNS
    assert inspect(f"SELECT * {{ {' '.join(words[:MAX_PATTERNS])} ?filter }}").form == "SELECT"
    with pytest.raises(QueryRefused, match="VALUES"):
        inspect(f"SELECT * {{ {' '.join(words[: MAX_PATTERNS + 1])} }}")


@pytest.mark.parametrize("link", [" . ?s ?p ?o", " ; ?p ?o", ", ?o", " . ?s ?p [ ?q 'a.b;c,d' ]"])
def test_triple_patterns_of_one_group_are_refused_beyond_their_limit_only(link: str) -> None:
    group = "{ ?s ?p ?o" + link * MAX_JOINED + " FILTER(?o IN (" + "1, " * MAX_JOINED + "2)) }"
    assert inspect(f"SELECT * {{ {group} UNION {group} }}").form == "SELECT"
    with pytest.raises(QueryRefused, match="100 triple patterns in one group"):
        inspect(f"SELECT * {{ ?s ?p ?o{link * (MAX_JOINED + 1)} }}")


# Each of these in a row, ten thousand times, overflows the engine's stack.
@pytest.mark.parametrize(
    ("before", "link", "after", "most"),
    [
        ("ASK { FILTER(", "!", "true) }", MAX_OPERATORS),
        ("ASK { FILTER(1", "+1", ") }", MAX_OPERATORS),
        ("ASK { FILTER(true", "||true", ") }", MAX_OPERATORS // 2),
        ("ASK { FILTER(true", "&& EXISTS{}", ") }", MAX_PATTERNS),
        ("ASK { ?s <x:>", "|<x:>", " ?o }", MAX_OPERATORS),
        ("ASK {", "LATERAL{}", "}", MAX_PATTERNS),
        ("SELECT (1 AS ?x) {} HAVING(true)", "(true)", "", MAX_PATTERNS),
        ("DESCRIBE ", "<x:>", " {}", MAX_PATTERNS),
    ],
)
def test_what_makes_the_engine_go_deeper_is_refused_beyond_its_limit_only(
    before: str, link: str, after: str, most: int
) -> None:
    assert inspect(before + link * (most - 1) + after).form
    with pytest.raises(QueryRefused, match="in all") as caught:
        inspect(before + link * (most + 1) + after)
    assert len(before) < (caught.value.column or 0)


def test_a_text_is_refused_beyond_its_length_only() -> None:
    text = "ASK {} #".ljust(MAX_LENGTH, "x")
    assert inspect(text).form == "ASK"
    with pytest.raises(QueryRefused, match="200,001 characters"):
        inspect(text + "x")


@pytest.mark.parametrize("character", ["\\u0001", "\\u001F", "\x7f", "\x85", "\\U00000000"])
def test_a_control_character_in_an_address_is_refused(character: str) -> None:
    with pytest.raises(QueryRefused, match="control character") as caught:
        inspect(f"ASK {{ <http://a{character}b> ?p ?o }}")
    assert caught.value.column == 16


@pytest.mark.parametrize("escape", ["\\u0022", "\\u0027", "\\u005C", "\\u003E", "\\u000A", "\\uD800", "\\U00110000"])
def test_an_escape_that_hides_a_boundary_or_no_character_is_refused(escape: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        inspect(f"ASK {{ ?s ?p '{escape}' }}")
    assert escape in str(caught.value)
    assert caught.value.column == 14


@pytest.mark.parametrize("text", ["ASK { 'abc }", 'ASK { "a\nb" }', "ASK { '''a'' }", "ASK { \\ }", "ASK\x0c{}"])
def test_what_begins_no_token_is_a_syntax_error_at_its_place(text: str) -> None:
    with pytest.raises(QuerySyntax) as caught:
        inspect(text)
    assert caught.value.line == 1
    assert caught.value.column == 1 + min(text.find(sign) for sign in "'\"\\\x0c" if sign in text)


@pytest.mark.parametrize("piece", ["a.", ":a....", "<a", "\\u0041", "_:a.", "'\\x", "%41", "?", "1e", "@a-", "\"''"])
def test_a_hostile_text_is_read_in_time_proportional_to_its_length(piece: str) -> None:
    begun = time.process_time()
    with pytest.raises(PlacedError):
        inspect("\\ " + piece * (MAX_LENGTH // len(piece) - 2) + " \\")
    with pytest.raises(PlacedError):
        inspect(piece * (MAX_LENGTH // len(piece)))
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("SELECT * {\n ?s foaf:name ?o }", (2, 5), "The prefix “foaf:” is not declared"),
        ("SELECT * {\n  ?s a ?x\n  OPTION { ?s ?p ?o } }", (3, 3), "from “OPTION” on"),
        ("SELECT * { ?s ?p ", (1, 18), "to its end"),
        ("SELECT ?x { ?s ?p ?o } GROUP BY ?s", (1, 35), "contains a variable that is unbound"),
    ],
)
def test_the_engines_complaint_is_told_in_words_at_its_place(text: str, place: tuple[int, int], words: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        Store().query(text)
    told = explain(text, str(caught.value))
    assert (told.line, told.column) == place
    assert words in told.sentence
