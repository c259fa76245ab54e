"""Any text at all: what reading lets pass of queries, parameters and dates is what the engine takes it for."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from ontology import dates
from queries import saved
from queries.errors import PlacedError
from queries.saved import BadParameter, Parameter
from queries.sparql import inspect

bounded = settings(max_examples=300, deadline=None, derandomize=True)
PIECES = [
    "SERVICE", "service", "\\u0053ERVICE", "SERVICE:a", "aSERVICE", "?SERVICE", "SILENT", "<AWAY>", "<", ">", "<a", "#",
    "{", "}", "(", ")", "'", '"', "'''", "\\", "\\u0027", "1", "true", "?s", "?p", "?o", "a:", ":", ".", ";", ",", "FILTER",
    "(1<2)", "@en", "^^", "OPTIONAL", "UNION", "&&", "_:b", "1.", "e", "VALUES ?s", "GRAPH", "BIND(", "AS", "/", "\n", "{}",
]  # fmt: skip
inside = st.tuples(st.lists(st.sampled_from(PIECES), max_size=10), st.sampled_from(["", " "]))
texts = st.text(st.characters(exclude_categories=["Cs"]))
TYPES = ("string", "integer", "decimal", "date", "year")


@dataclass
class Listener:
    """A server that hangs up at once, and counts who came."""

    server: socket.socket
    came: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.getsockname()[1]}/"

    def listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.server.accept()
                self.came.append(1)
                client.close()


@pytest.fixture(scope="module")
def away() -> Iterator[Listener]:
    listener = Listener(socket.create_server(("127.0.0.1", 0)))
    thread = threading.Thread(target=listener.listen)
    thread.start()
    yield listener
    listener.server.shutdown(socket.SHUT_RDWR)
    listener.server.close()
    thread.join()


def refusal(query: str) -> PlacedError | None:
    """Why a query is refused; None if it passes."""
    try:
        inspect(query)
    except PlacedError as error:
        return error
    return None


def run(query: str) -> list[object]:
    """What the engine gives for a query, over one statement."""
    store, node = Store(), NamedNode("http://example.org/")
    store.add(Quad(node, node, Literal("1")))
    found = store.query(query)
    return list(found) if isinstance(found, QuerySolutions) else [found]


def test_the_listener_hears_an_engine_that_goes_out(away: Listener) -> None:
    before = len(away.came)
    run(f"SELECT * {{ SERVICE SILENT <{away.address}> {{ ?s ?p ?o }} }}")
    assert len(away.came) > before


@bounded
@given(inside)
@example((["SERVICE", "SILENT", "<AWAY>", "{}"], " "))
@example((["{}", "SERVICE", "<AWAY>", "{}"], ""))
@example((["?s", "?p", "trueSERVICE", "a:", "#", "\n", "{}"], " "))
def test_no_text_that_passes_makes_the_engine_go_out(away: Listener, text: tuple[list[str], str]) -> None:
    pieces, glue = text
    prefixes = f"PREFIX a: <{away.address}> PREFIX : <{away.address}> PREFIX SERVICE: <{away.address}> "
    query = f"{prefixes}SELECT * {{ {glue.join(pieces).replace('AWAY', away.address)} }}"
    if refusal(query):
        return
    before = len(away.came)
    with contextlib.suppress(SyntaxError, ValueError, OSError):
        run(query)
    assert len(away.came) == before


@bounded
@given(st.one_of(st.text(), texts.map(lambda text: f"SELECT * {{ {text} }}")))
def test_any_text_is_read_or_refused_with_a_place_inside_it(text: str) -> None:
    refused = refusal(text)
    if refused:
        assert 1 <= (refused.line or 0) <= text.count("\n") + 1
        assert 1 <= (refused.column or 0) <= len(text) + 1
    else:
        assert inspect(text).form in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


def query_of(type_: str) -> saved.SavedQuery:
    text = "SELECT ?x (COUNT(*) AS ?rows) WHERE { VALUES $x { UNDEF } } GROUP BY ?x"
    parameter = Parameter("x", type_, "x", "", "", saved.UNDEF)
    return saved.SavedQuery("test", "", "", (), (parameter,), {}, None, (), "", text)


@bounded
@given(st.sampled_from(TYPES), texts)
@example("string", "\\u0041 \\U00000022 \\\\u0027")
@example("string", '" } INSERT DATA { <x:a> <x:b> "')
@example("string", "} #\r\n\x85\x7f\ufffe$x {")
@example("decimal", "1e-400")
@example("integer", "１２")
@example("year", "２０１９")
def test_a_parameter_is_one_term_and_never_more_of_the_query(type_: str, text: str) -> None:
    query = query_of(type_)
    try:
        term = saved.typed(query.parameters[0], text, lambda name, class_: NamedNode("http://example.org/"))
    except BadParameter:
        return
    bound = saved.bind(query, {"x": [term]})
    assert inspect(bound).form == "SELECT"
    assert [row["x"] for row in run(bound)] == [term]  # type: ignore[index]


@bounded
@given(st.text("abc:/?#[]@!$&'()*+,;=%<>\"{}|\\^`\x00 \n北\ud800"))
def test_an_address_is_one_term_and_never_more_of_the_query(rest: str) -> None:
    query = query_of("iri")
    try:
        term = saved.typed(query.parameters[0], "http://example.org/" + rest, lambda name, class_: NamedNode("x:none"))
    except BadParameter:
        return
    bound = saved.bind(query, {"x": [term]})
    inspect(bound)
    assert [row["x"] for row in run(bound)] == [term]  # type: ignore[index]


@bounded
@given(st.one_of(st.text("0123456789-T:Z+ ０٣", max_size=11), st.dates().map(str), st.text()))
def test_a_date_keeps_its_text_and_its_bounds_stand_in_order(text: str) -> None:
    try:
        first, last = dates.first_day(text), dates.last_day(text)
    except ValueError:
        return
    assert first <= last
    assert first.isoformat().startswith(text)
    assert last.isoformat().startswith(text)
    assert dates.literal(text).value == text
