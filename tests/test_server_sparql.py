"""The SPARQL 1.1 Protocol over real HTTP."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph
import pytest
from clocks import stretched
from conftest import HTML, Server, start, stop

pytestmark = pytest.mark.server

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
ITU = "PREFIX plen: <https://w3id.org/plenary/ns#> SELECT ?value WHERE { ?claim plen:measure plen:membership ; "
ITU += "plen:aboutCountry ?country ; plen:aboutBody <https://w3id.org/plenary/id/body/itu> ; plen:asOf ?on ; "
ITU += "plen:value ?value FILTER (STR(?on) = '2012-12') } ORDER BY ?value"
PLEN = "PREFIX plen: <https://w3id.org/plenary/ns#> "
GRAPH = PLEN + "CONSTRUCT { ?s a plen:Person } WHERE { ?s a plen:Person }"
SLOW = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
FORM = "application/x-www-form-urlencoded"
SD = "http://www.w3.org/ns/sparql-service-description#"


def values(text: str) -> list[str]:
    return [row["value"]["value"] for row in json.loads(text)["results"]["bindings"]]


def test_get_answers_with_itu_members_of_december_2012(server: Server) -> None:
    reply = server.sparql(ITU)
    assert (reply.status, reply.type) == (200, JSON)
    assert values(reply.text) in (["16", "114"], ["16.0", "114.0"])


def test_both_forms_of_post_answer_alike(server: Server) -> None:
    form = server.ask("/sparql", method="POST", body=urlencode({"query": ITU}).encode(), Content_Type=FORM)
    direct = server.ask(
        "/sparql", method="POST", body=ITU.encode(), Content_Type="application/sparql-query; charset=utf-8"
    )
    assert form.status == direct.status == 200
    assert values(form.text) == values(direct.text) == values(server.sparql(ITU).text)


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        (None, JSON),
        (JSON, JSON),
        (XML, XML),
        ("application/json", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (f"{JSON};q=0.1, {XML};q=0.8", XML),
    ],
)
def test_select_comes_in_the_format_asked_for(server: Server, accept: str | None, sent: str) -> None:
    reply = server.sparql("SELECT ?x WHERE { VALUES ?x { 7 } }", accept)
    assert (reply.status, reply.type) == (200, sent)
    assert "7" in reply.text
    assert "Accept" in reply.headers["Vary"]


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_construct_comes_as_rdf_with_turtle_for_those_who_do_not_say(server: Server, media_type: str) -> None:
    reply = server.sparql(GRAPH, media_type)
    format_ = pyoxigraph.RdfFormat.from_media_type(media_type)
    found = {str(quad.triple) for quad in pyoxigraph.parse(reply.body, format_)}
    unsaid = server.sparql(GRAPH, None)
    assert reply.status == 200
    assert unsaid.type == "text/turtle; charset=utf-8"
    assert len(found) == people(server) > 5


def people(server: Server) -> int:
    """Number of people, counted by the store itself."""
    return int(values(server.sparql(PLEN + "SELECT (COUNT(?s) AS ?value) WHERE { ?s a plen:Person }").text)[0])


def test_ask_answers_true_and_false(server: Server) -> None:
    yes, no = server.sparql("ASK { ?s ?p ?o }"), server.sparql("ASK { <x:x> <x:x> <x:x> }")
    assert (json.loads(yes.text)["boolean"], json.loads(no.text)["boolean"]) == (True, False)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT * WHERE {", "query-syntax"),
        ("", "bad-request"),
        ("  \n", "bad-request"),
        ("INSERT DATA { <x:a> <x:b> <x:c> }", "query-refused"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "query-refused"),
        ("SELECT * FROM <http://example.org/none> { ?s ?p ?o }", "unknown-graph"),
        ("SELECT * { ?s nope:nope ?o }", "query-syntax"),
    ],
)
def test_a_query_that_cannot_run_is_400_with_its_kind(server: Server, query: str, kind: str) -> None:
    reply = server.sparql(query)
    told = json.loads(reply.text)
    assert (reply.status, reply.type, told["status"], told["kind"]) == (400, "application/problem+json", 400, kind)
    assert told["detail"].endswith((".", "…"))
    assert "Traceback" not in reply.text


def test_a_syntax_error_names_line_and_column(server: Server) -> None:
    told = json.loads(server.sparql("SELECT *\nWHERE { ?s ?p }").text)
    assert told["line"] == 2
    assert f"Line 2, column {told['column']}" in told["detail"]


def test_a_query_sent_twice_is_refused(server: Server) -> None:
    twice = server.ask("/sparql?query=ASK{}&query=ASK{}")
    mixed = server.ask("/sparql?query=ASK{}", method="POST", body=b"query=ASK{}", Content_Type=FORM)
    assert (twice.status, mixed.status) == (400, 400)
    assert "2 times" in json.loads(twice.text)["detail"]


def test_an_update_field_is_refused_in_words(server: Server) -> None:
    reply = server.ask("/sparql", method="POST", body=urlencode({"update": "CLEAR ALL"}).encode(), Content_Type=FORM)
    assert reply.status == 400
    assert "no updates" in json.loads(reply.text)["detail"]


def test_protocol_graphs_take_the_place_of_the_union(server: Server) -> None:
    count = "SELECT (COUNT(*) AS ?value) WHERE { ?s ?p ?o }"
    whole = int(values(server.sparql(count).text)[0])
    one, two = "https://w3id.org/plenary/graph/great-game", "https://w3id.org/plenary/graph/derived"
    first = int(values(server.sparql(count, **{"default-graph-uri": one}).text)[0])
    both = int(values(server.sparql(count, **{"default-graph-uri": [one, two]}).text)[0])
    named = "SELECT (COUNT(*) AS ?value) WHERE { GRAPH ?g { ?s ?p ?o } }"
    inside = int(values(server.sparql(named, **{"named-graph-uri": two}).text)[0])
    assert 0 < first < both == first + inside < whole


def test_a_protocol_graph_that_is_none_is_400_and_names_those_that_are(server: Server) -> None:
    reply = server.sparql("ASK {}", **{"default-graph-uri": "http://example.org/"})
    assert reply.status == 400
    assert "https://w3id.org/plenary/graph/great-game" in json.loads(reply.text)["known"]


def test_methods_types_and_sizes_that_are_not_taken_have_their_own_status(server: Server) -> None:
    put = server.ask("/sparql", method="PUT", body=b"x")
    assert (put.status, {"GET", "POST", "HEAD", "OPTIONS"} <= set(put.headers["Allow"].split(", "))) == (405, True)
    update = server.ask("/sparql", method="POST", body=b"CLEAR ALL", Content_Type="application/sparql-update")
    assert update.status == 415
    assert server.sparql("ASK {}", "image/png").status == 406
    assert server.sparql(GRAPH, "text/csv").status == 406
    long = b"ASK { } #" + b"x" * 300_000
    assert server.ask("/sparql", method="POST", body=long, Content_Type="application/sparql-query").status == 413


def test_a_query_past_its_limit_is_504_and_the_next_one_runs(server: Server) -> None:
    began = time.monotonic()
    slow = server.sparql(SLOW)
    assert (slow.status, json.loads(slow.text)["kind"]) == (504, "query-timeout")
    assert time.monotonic() - began < stretched(4)
    assert server.sparql("ASK {}").status == 200


def seconds_of_a_page(server: Server) -> float:
    began = time.monotonic()
    assert "Heng Qian" in server.page("/id/person/heng-qian")
    return time.monotonic() - began


@pytest.fixture
def patient(release: Path) -> Iterator[Server]:
    """A server with which twelve queries have all begun, and have run for a second, long before their limit."""
    server = start(release, limit=min(stretched(3), 20))
    yield server
    stop(server)


def test_slow_queries_without_a_place_are_told_to_come_back_while_pages_go_on(patient: Server) -> None:
    alone = seconds_of_a_page(patient)
    statuses: list[int] = []
    waits: list[str | None] = []

    def ask() -> None:
        reply = patient.sparql(SLOW)
        statuses.append(reply.status)
        waits.append(reply.headers["Retry-After"])

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    assert seconds_of_a_page(patient) < max(stretched(1.5), 10 * alone)
    for thread in threads:
        thread.join()
    assert (statuses.count(503), statuses.count(504)) == (8, 4)
    assert waits.count("5") == 8


def test_head_and_options_answer_without_a_body(server: Server) -> None:
    head = server.ask("/sparql?" + urlencode({"query": ITU}), method="HEAD")
    assert (head.status, head.type, head.body) == (200, JSON, b"")
    options = server.ask("/sparql", method="OPTIONS", Origin="http://example.org", Access_Control_Request_Method="POST")
    assert (options.status, options.body) == (200, b"")
    assert "POST" in options.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in options.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("query", ["ASK {}", "SELECT broken"])
def test_any_site_may_ask_and_hears_the_release_also_of_errors(server: Server, query: str) -> None:
    reply = server.sparql(query)
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["X-Plenary-Release"] == "1"


def test_a_browser_gets_errors_as_a_page(server: Server) -> None:
    reply = server.ask("/sparql", HTML, method="POST", body=b"query=SELECT", Content_Type=FORM)
    assert (reply.status, reply.type) == (400, "text/html; charset=utf-8")
    assert "<h1>Bad Request</h1>" in reply.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_error_in_a_browser_keeps_the_text_in_the_editor(server: Server, method: str) -> None:
    sent = urlencode({"query": "ASK { SERVICE ?mine {} } # </textarea>"})
    if method == "GET":
        reply = server.ask("/sparql?" + sent, HTML)
    else:
        reply = server.ask("/sparql", HTML, method="POST", body=sent.encode(), Content_Type=FORM)
    assert reply.status == 400
    assert 'role="alert">Line 1, column 7: SERVICE asks another server' in reply.text
    assert '"query": "ASK { SERVICE ?mine {} } # \\u003c/textarea\\u003e"' in reply.text
    assert "ASK { SERVICE ?mine {} } # &lt;/textarea&gt;</textarea>" in reply.text


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"]
)
def test_the_service_describes_itself(server: Server, media_type: str) -> None:
    reply = server.ask("/sparql", media_type)
    format_ = pyoxigraph.RdfFormat.from_media_type(media_type)
    triples = {
        (quad.subject, quad.predicate.value, getattr(quad.object, "value", ""))
        for quad in pyoxigraph.parse(reply.body, format_)
    }
    service = pyoxigraph.NamedNode(server.url + "/sparql")
    assert (service, SD + "endpoint", server.url + "/sparql") in triples
    assert (service, SD + "supportedLanguage", SD + "SPARQL11Query") in triples
    assert (service, SD + "feature", SD + "UnionDefaultGraph") in triples
    names = {value for _, predicate, value in triples if predicate == SD + "name"}
    assert names >= {f"https://w3id.org/plenary/graph/{name}" for name in ("derived", "great-game", "ontology")}
    assert sum(predicate.endswith("void#triples") for _, predicate, _ in triples) == len(names) + 1


def test_a_browser_gets_the_editor_with_the_query_of_the_address(server: Server) -> None:
    page = server.page("/sparql?" + urlencode({"query": "ASK { <x:mine> ?p ?o }"}))
    assert "x:mine" in page
    assert "release 1" in page
    assert "may take 2 seconds" in page


def test_a_large_answer_streams_and_a_client_that_leaves_frees_the_server(server: Server) -> None:
    request = "GET /sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o . ?a ?b ?c }"})
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(f"{request} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            head = client.recv(4096)
            assert head.startswith(b"HTTP/1.1 200")
            assert b"Transfer-Encoding: chunked" in head
    assert server.sparql("ASK {}").status == 200


def test_an_answer_that_breaks_off_is_never_a_success(server: Server) -> None:
    request = "GET /sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o . ?a ?b ?c }"})
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(f"{request} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        tail = b""
        while chunk := client.recv(1 << 20):
            tail = (tail + chunk)[-100:]
    assert not tail.endswith(b"0\r\n\r\n")
