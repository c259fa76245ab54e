"""The endpoint as a checker from outside would try it: W3C's SPARQL 1.1 Protocol tests, and what RFC 9110 adds."""

import json
from urllib.parse import quote, urlencode

import pytest
from conftest import Server

pytestmark = pytest.mark.server

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv; charset=utf-8", "text/tab-separated-values; charset=utf-8"
TURTLE, TRIPLES, RDFXML, JSONLD = "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"
GAME, DERIVED = (f"https://w3id.org/plenary/graph/{name}" for name in ("great-game", "derived"))
ASK, SELECT = "ASK {}", "SELECT ?x { VALUES ?x { 7 } }"
CONSTRUCT, DESCRIBE = "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3", "DESCRIBE <https://w3id.org/plenary/id/body/itu>"
FIRST = ", ".join(f"{name};q=0.5" for name in ("image/png", "text/css", "font/woff"))


def get(*pairs: tuple[str, str]) -> str:
    return "/sparql?" + urlencode(pairs)


def post(server: Server, body: str | bytes, type_: str | None = FORM, path: str = "/sparql", **headers: str) -> int:
    sent = body.encode() if isinstance(body, str) else body
    more = headers if type_ is None else {"Content_Type": type_, **headers}
    return server.ask(path, method="POST", body=sent, **more).status


@pytest.mark.parametrize(
    ("body", "type_", "path", "status"),
    [
        # What W3C's tests call query_post_form, query_post_direct, and the datasets of both.
        (urlencode({"query": ASK}), FORM, "/sparql", 200),
        (urlencode({"query": ASK}), FORM + "; charset=utf-8", "/sparql", 200),
        (urlencode({"query": ASK}), FORM.upper() + ';charset="UTF-8"', "/sparql", 200),
        ("query=ASK+%7B%7D", FORM, "/sparql", 200),
        ("&&query=ASK{}&", FORM, "/sparql", 200),
        (ASK, DIRECT, "/sparql", 200),
        (ASK, DIRECT + ";charset=UTF-8", "/sparql", 200),
        ("ASK { ?s ?p '北京' }", DIRECT, "/sparql", 200),
        (ASK, DIRECT, get(("default-graph-uri", GAME)), 200),
        (urlencode([("query", ASK), ("default-graph-uri", GAME), ("default-graph-uri", DERIVED)]), FORM, "/sparql", 200),
        (urlencode([("query", ASK), ("named-graph-uri", GAME), ("default-graph-uri", DERIVED)]), FORM, "/sparql", 200),
        (urlencode({"query": ASK, "format": "json", "timeout": "5"}), FORM, "/sparql", 200),
        # bad_multiple_queries, in each place.
        ("query=ASK{}&query=ASK{}", FORM, "/sparql", 400),
        ("query=ASK{}", FORM, "/sparql?query=ASK{}", 400),
        (ASK, DIRECT, "/sparql?query=ASK{}", 400),
        # bad_query_wrong_media_type, bad_query_missing_form_type, bad_query_missing_direct_type.
        ("query=ASK{}", "text/plain", "/sparql", 415),
        (ASK, "text/plain", "/sparql", 415),
        (ASK, "application/json", "/sparql", 415),
        ('{"query": "ASK {}"}', "application/json", "/sparql", 415),
        (ASK, "multipart/form-data; boundary=x", "/sparql", 415),
        (ASK, "nonsense", "/sparql", 415),
        (ASK, "", "/sparql", 415),
        (ASK, None, "/sparql", 415),
        ("query=ASK{}", None, "/sparql", 415),
        ("", None, "/sparql", 415),
        # bad_query_non_utf8, and other encodings.
        (ASK.encode("utf-16"), DIRECT, "/sparql", 400),
        (ASK, DIRECT + "; charset=utf-16", "/sparql", 415),
        (ASK, DIRECT + "; charset=iso-8859-1", "/sparql", 415),
        (urlencode({"query": ASK}), FORM + "; charset=latin1", "/sparql", 415),
        (b"ASK { ?s ?p '\xff' }", DIRECT, "/sparql", 400),
        (b"ASK { ?s ?p '\xc0\xaf' }", DIRECT, "/sparql", 400),
        (b"ASK { ?s ?p '\xed\xa0\x80' }", DIRECT, "/sparql", 400),
        (b"query=ASK{ ?s ?p '\xff' }", FORM, "/sparql", 400),
        ("query=ASK{ ?s ?p '%FF' }", FORM, "/sparql", 400),
        ("query=ASK{ ?s ?p '%zz' }", FORM, "/sparql", 400),
        ("query=ASK{}&x=%4", FORM, "/sparql", 400),
        ("query=ASK{}%00", FORM, "/sparql", 400),
        (b"ASK {}\x00", DIRECT, "/sparql", 400),
        (b"ASK {} # \x00", DIRECT, "/sparql", 400),
        # bad_query_syntax, and nothing to ask.
        ("query=ASK%20%7B", FORM, "/sparql", 400),
        ("ASK {", DIRECT, "/sparql", 400),
        ("", FORM, "/sparql", 400),
        ("", DIRECT, "/sparql", 400),
        ("quer=ASK{}", FORM, "/sparql", 400),
        ("query", FORM, "/sparql", 400),
        ("query=ASK{};x=1", FORM, "/sparql", 400),
        # Updates, in every way in which one can be sent.
        (urlencode({"update": "CLEAR ALL"}), FORM, "/sparql", 400),
        (urlencode({"query": ASK, "update": "CLEAR ALL"}), FORM, "/sparql", 400),
        (urlencode({"update": "CLEAR ALL", "using-graph-uri": GAME}), FORM, "/sparql", 400),
        ("CLEAR ALL", UPDATE, "/sparql", 415),
        ("CLEAR ALL", DIRECT, "/sparql", 400),
        ("INSERT DATA { <x:a> <x:b> <x:c> }", DIRECT, "/sparql", 400),
        ("LOAD <http://127.0.0.1:1/>", DIRECT, "/sparql", 400),
        (ASK, DIRECT, "/sparql?update=CLEAR+ALL", 400),
        # Graphs that are none of ours.
        (urlencode({"query": ASK, "default-graph-uri": "http://example.org/"}), FORM, "/sparql", 400),
        (urlencode({"query": ASK, "named-graph-uri": "http://127.0.0.1:1/"}), FORM, "/sparql", 400),
        (urlencode({"query": ASK, "default-graph-uri": ""}), FORM, "/sparql", 400),
        (ASK, DIRECT, "/sparql?default-graph-uri=great-game", 400),
        ("ASK FROM <file:///etc/passwd> {}", DIRECT, "/sparql", 400),
        ("ASK FROM NAMED <http://127.0.0.1:1/> {}", DIRECT, "/sparql", 400),
        (f"ASK FROM <{GAME}> FROM NAMED <{DERIVED}> {{}}", DIRECT, "/sparql", 200),
    ],
)  # fmt: skip
def test_a_post_is_answered_or_refused_as_the_protocol_has_it(
    server: Server, body: str | bytes, type_: str | None, path: str, status: int
) -> None:
    assert post(server, body, type_, path) == status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (get(("query", ASK)), 200),
        ("/sparql?query=ASK{}", 200),
        ("/sparql?query=ASK+%7b%7d", 200),
        ("/sparql?query=ASK%20{%20?s%20?p%20%27%E5%8C%97%E4%BA%AC%27%20}", 200),
        ("/sparql?%71uery=ASK{}", 200),
        ("/sparql?query=ASK{}&", 200),
        ("/sparql?query=ASK{}&timeout=0&format=csv&output=xml&x", 200),
        ("/sparql?query=ASK{?s?p%22a%3bb%26c%22}", 200),
        (get(("query", ASK), ("default-graph-uri", GAME), ("named-graph-uri", DERIVED)), 200),
        (get(("query", ASK), ("query", ASK)), 400),
        ("/sparql?query=ASK{}&%71uery=ASK{}", 400),
        ("/sparql?query=", 400),
        ("/sparql?query", 400),
        ("/sparql?query=%20%0A", 400),
        ("/sparql?QUERY=ASK{}&default-graph-uri=" + quote(GAME), 400),
        ("/sparql?default-graph-uri=" + quote(GAME), 400),
        ("/sparql?update=CLEAR+ALL", 400),
        ("/sparql?query=ASK{}&update=CLEAR+ALL", 400),
        ("/sparql?query=ASK{}&using-named-graph-uri=" + quote(GAME), 400),
        ("/sparql?query=ASK{}%FF", 400),
        ("/sparql?query=ASK{}%C0%80", 400),
        ("/sparql?query=ASK{}%ED%B2%80", 400),
        ("/sparql?query=ASK{}%F5%80%80%80", 400),
        ("/sparql?query=ASK{}%zz", 400),
        ("/sparql?query=ASK{}%4", 400),
        ("/sparql?query=ASK{}%", 400),
        ("/sparql?query=ASK{}&x=%", 400),
        ("/sparql?query=ASK{}&%FF=1", 400),
        ("/sparql?query=ASK{}%00", 400),
        ("/sparql?query=ASK{}%01", 400),
        ("/sparql?query=ASK{}%u0053", 400),
        ("/sparql?query=ASK{};query=ASK{}", 400),
        (get(("query", "ASK { SERVICE <http://127.0.0.1:1/> {} }")), 400),
        (get(("query", "ASK { \\u0053ERVICE <http://127.0.0.1:1/> {} }")), 400),
        (get(("query", "ASK { \\U00000053ervice silent <http://127.0.0.1:1/> {} }")), 400),
        (get(("query", "ASK { {}SERVICE<http://127.0.0.1:1/>{} }")), 400),
        (get(("query", "ASK { { SELECT * { SERVICE ?s {} } } }")), 400),
        (get(("query", "ASK { ?service ?p 'SERVICE' } # SERVICE")), 200),
        (get(("query", "PREFIX SERVICE: <http://x/SERVICE#> ASK { ?s SERVICE:SERVICE <http://x/SERVICE> }")), 200),
        (get(("query", "#\nPREFIX a: <b> BASE <c> # x\nDROP ALL")), 400),
        (get(("query", "ASK {} ; CLEAR ALL")), 400),
        (get(("query", "ASK {} ASK {}")), 400),
        (get(("query", "ASK {" + "(" * 1500 + ")" * 1500 + "}")), 400),
        (get(("query", "ASK {" + "{}UNION" * 5000 + "{}}")), 400),
        (get(("query", "ASK {" + "{" * 1500 + "}" * 1500 + "}")), 400),
        (get(("query", "ASK { FILTER(" + "!" * 5000 + "true) }")), 400),
        (get(("query", "ASK { FILTER(1" + "+1" * 5000 + ") }")), 400),
        (get(("query", ASK + " " * 60_000)), 414),
        ("/queries?q=" + "x" * 60_000, 414),
    ],
)  # fmt: skip
def test_a_get_is_answered_or_refused_as_the_protocol_has_it(server: Server, path: str, status: int) -> None:
    reply = server.ask(path)
    assert reply.status == status
    assert reply.type == (JSON if status == 200 else "application/problem+json")


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        *[(SELECT, accept, JSON) for accept in (None, "", "*/*", "application/*", JSON, JSON.upper(), f" {JSON} ")],
        *[(ASK, accept, JSON) for accept in (None, "*/*", f"{JSON};q=0.1, */*;q=0.01", "garbage", "a/b/c", ";;;,,,")],
        (SELECT, XML, XML),
        (ASK, XML, XML),
        (SELECT, "text/csv", CSV),
        (SELECT, "text/tab-separated-values", TSV),
        (SELECT, "text/*", CSV),
        (SELECT, "application/json", "application/json"),
        (SELECT, "application/xml", "application/xml"),
        (SELECT, f"{JSON};q=0.2, {XML};q=0.3", XML),
        (SELECT, f"{JSON};q=0.3, {XML};q=0.3", JSON),
        (SELECT, f"*/*, {JSON};q=0", XML),
        (SELECT, f"application/*;q=0.2, text/csv;q=0.1, {XML};q=0.05", JSON),
        (SELECT, "*/*;q=0.1, text/csv;q=0.2", CSV),
        (SELECT, f'{JSON};profile="a,b;q=0", text/csv;q=0.5', JSON),
        (SELECT, f"{JSON}; Q=0.1, text/csv; q=0.2", CSV),
        (SELECT, f"{JSON};q=0.001, text/csv;q=0.0", JSON),
        (SELECT, f"{JSON};q=2, text/csv", CSV),
        (SELECT, f"{JSON};q=-1, text/csv", CSV),
        (SELECT, f"{TURTLE}, text/csv;q=0.1", CSV),
        (SELECT, "image/png, " * 4000 + "text/csv", CSV),
        (SELECT, f"{FIRST}, {XML}", XML),
        *[(query, None, TURTLE + "; charset=utf-8") for query in (CONSTRUCT, DESCRIBE)],
        *[(query, "*/*", TURTLE + "; charset=utf-8") for query in (CONSTRUCT, DESCRIBE)],
        *[(CONSTRUCT, name, name) for name in (TRIPLES, RDFXML, JSONLD)],
        *[(DESCRIBE, name, name) for name in (TRIPLES, RDFXML, JSONLD)],
        (CONSTRUCT, "text/*", TURTLE + "; charset=utf-8"),
        (CONSTRUCT, "text/plain", "text/plain; charset=utf-8"),
        (CONSTRUCT, "application/json", "application/json"),
        (CONSTRUCT, "application/xml", "application/xml"),
        (CONSTRUCT, f"{TURTLE};q=0.5, {RDFXML};q=0.9", RDFXML),
        (CONSTRUCT, f"{JSON}, {JSONLD};q=0.1", JSONLD),
        *[(SELECT, name, None) for name in ("image/png", TURTLE, RDFXML, "application/n-quads", f"{JSON};q=0")],
        *[(ASK, name, None) for name in (JSONLD, TRIPLES, "text/plain", "application/trig", "*/*;q=0")],
        *[(CONSTRUCT, name, None) for name in (JSON, XML, "text/csv", "application/n-quads", "application/trig")],
        *[(DESCRIBE, name, None) for name in (JSON, "text/tab-separated-values", "application/octet-stream")],
    ],
)
def test_the_format_is_the_one_that_accept_likes_best(
    server: Server, query: str, accept: str | None, expected: str | None
) -> None:
    reply = server.sparql(query, accept)
    assert (reply.status, reply.type) == ((200, expected) if expected else (406, "application/problem+json"))
    assert "Accept" in reply.headers["Vary"]
    if not expected:
        assert json.loads(reply.text)["offered"]


@pytest.mark.parametrize(
    "path", ["/sparql", "/", "/search", "/queries", "/id/body/itu", "/explore", "/report", "/healthz"]
)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "FOO"])
def test_a_method_that_is_not_taken_is_405_and_those_that_are_are_named(server: Server, path: str, method: str) -> None:
    reply = server.ask(path, method=method)
    allowed = {"GET", "HEAD", "OPTIONS"} | ({"POST"} if path == "/sparql" else set())
    assert (reply.status, set(reply.headers["Allow"].split(", "))) == (405, allowed)


PATHS = ["/", "/search?q=itu", "/queries", "/queries.json", "/id/body/itu", "/id/body/itu.ttl", "/explore", "/report",
         "/paths", "/sparql", "/sparql?query=ASK%7B%7D", "/sparql?query=broken", "/healthz", "/readyz", "/nowhere",
         "/static/plenary.css", "/static/none.css", "/api/paths"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_as_get_does_without_the_body(server: Server, path: str) -> None:
    full, head = server.ask(path), server.ask(path, method="HEAD")
    assert head.body == b""
    assert (head.status, head.type) == (full.status, full.type)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "DELETE"])
def test_every_answer_carries_what_keeps_browsers_safe(server: Server, path: str, method: str) -> None:
    headers = server.ask(path, method=method, Origin="http://example.org").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Referrer-Policy"]
    assert headers["Permissions-Policy"]
    assert {"Access-Control-Allow-Credentials", "Set-Cookie", "Strict-Transport-Security"}.isdisjoint(headers)
    assert not any(sign in headers.get("Server", "") for sign in "0123456789/")


@pytest.mark.parametrize("path", [get(("query", ASK)), "/queries", "/id/organization/huawei", "/openapi.json"])
def test_if_none_match_with_a_star_is_304_where_there_is_an_answer(server: Server, path: str) -> None:
    reply = server.ask(path, If_None_Match="*")
    assert (reply.status, reply.body) == (304, b"")
    assert reply.headers["ETag"] == server.ask(path).headers["ETag"]
    assert server.ask("/sparql?query=ASK", If_None_Match="*").status == 400


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])  # before Flask, and in it
@pytest.mark.parametrize("function", ["NOW", "RAND", "UUID", "STRUUID"])
def test_what_differs_each_time_is_computed_each_time(server: Server, path: str, function: str) -> None:
    asked = f"{path}?{urlencode({'query': f'SELECT ({function}() AS ?x) {{}}'})}"
    one, two = (server.ask(asked, Accept="text/csv") for _ in range(2))
    assert one.body != two.body
    assert one.headers["Cache-Control"] == "no-store"
    assert "ETag" not in one.headers


def test_protocol_graphs_take_the_place_of_those_in_the_query(server: Server) -> None:
    count = f"SELECT (COUNT(*) AS ?n) FROM <{DERIVED}> {{ ?s ?p ?o }}"
    only = server.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", **{"default-graph-uri": GAME})
    assert server.sparql(count, **{"default-graph-uri": GAME}).body == only.body != server.sparql(count).body


@pytest.mark.parametrize(
    ("clause", "parameters"),
    [
        ("", {"default-graph-uri": GAME}),
        (f"FROM <{GAME}>", {}),
        ("", {"named-graph-uri": GAME}),
        (f"FROM NAMED <{GAME}>", {}),
    ],
)
def test_a_dataset_of_one_kind_leaves_the_other_kind_empty(
    server: Server, clause: str, parameters: dict[str, str]
) -> None:
    default = "default" in str(parameters) or "FROM <" in clause
    plain, named = "{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }"
    found = [json.loads(server.sparql(f"ASK {clause} {{ {p} }}", **parameters).text)["boolean"] for p in (plain, named)]
    assert found == [default, not default]
