"""Queries run in workers that can be killed: graphs and formats, limits and crashes, who waits, and what is left."""

import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest
from clocks import stretched, until
from pools import (
    COUNT_FOREVER,
    LABEL,
    ONE,
    ROWS_FOREVER,
    SIZE,
    TWO,
    embedded,
    lives,
    opened,
    place,
    resident,
    supervisor,
    workers,
)
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from pyoxigraph import Store as Engine

from ontology import iris, releases
from queries import sparql, worker
from queries.errors import (
    NotAcceptable,
    QueryFailed,
    QueryRefused,
    QuerySyntax,
    QueryTimeout,
    QueryTooHeavy,
    ResultTooLarge,
    StoreBusy,
    StoreUnreachable,
    UnknownGraph,
)
from queries.store import JSON, CheckedStore, Rows, formats, open_store

TOO_DEEP = f"SELECT * {{ FILTER({'!' * 100_000}true) }}"
THING = iris.thing("document", "d7")


def long_string(last: int) -> str:
    """A query for a string of 64 to the 4th power, `last` times."""
    times = [64, 64, 64, 64, last]
    binds = [f"BIND(CONCAT({', '.join([f'?x{i}'] * n)}) AS ?x{i + 1})" for i, n in enumerate(times)]
    return f"SELECT (STRLEN(?x5) AS ?n) {{ BIND('x' AS ?x0) {' '.join(binds)} }}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return place(tmp_path_factory.mktemp("place"))


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[CheckedStore]:
    store = opened(folder, workers=2)
    yield store
    store.close()


@pytest.fixture
def single(folder: Path) -> Iterator[CheckedStore]:
    store = opened(folder, workers=1)
    yield store
    store.close()


def count(store: CheckedStore, of: str = "", default: Sequence[str] = (), named: Sequence[str] = ()) -> int:
    query = f"SELECT (COUNT(*) AS ?n) {of} {{ ?s ?p ?o }}"
    with store.stream(query, "text/csv", default, named) as answer:
        return int(b"".join(answer).split()[1])


def test_without_graphs_the_default_graph_is_the_union(store: CheckedStore) -> None:
    assert count(store) == SIZE
    assert store.graphs == {ONE, TWO}
    graphs = store.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
    assert graphs.rows == [(NamedNode(ONE),), (NamedNode(TWO),)]


def test_from_and_from_named_are_honoured(store: CheckedStore) -> None:
    assert count(store, f"FROM <{TWO}>") == 1
    assert count(store, f"FROM NAMED <{TWO}>") == 0
    named = f"PREFIX g: <{iris.GRAPHS}> SELECT ?g FROM NAMED g:two {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert store.select(named).rows == [(NamedNode(TWO),)]


def test_graphs_of_the_protocol_take_the_place_of_those_in_the_query(store: CheckedStore) -> None:
    assert count(store, f"FROM <{ONE}>", default=[TWO]) == 1
    assert count(store, default=[ONE, TWO]) == SIZE
    assert count(store, f"FROM <{ONE}>", named=[TWO]) == 0
    with store.stream("SELECT ?g { GRAPH ?g { ?s ?p ?o } }", "text/csv", named_graphs=[TWO]) as answer:
        assert b"".join(answer).split() == [b"g", TWO.encode()]


@pytest.mark.parametrize("query", ["ASK FROM <http://x> {}", "ASK FROM NAMED <http://x> {}", "ASK {}"])
@pytest.mark.parametrize("argument", ["default_graphs", "named_graphs"])
def test_a_graph_that_the_release_does_not_have_is_refused(store: CheckedStore, query: str, argument: str) -> None:
    given = [ONE, "http://x"] if query == "ASK {}" else [ONE]
    with pytest.raises(UnknownGraph, match="graph/one, .*graph/two") as caught:
        store.stream(query, JSON, **{argument: given})  # type: ignore[arg-type]
    assert caught.value.graph == "http://x"


def test_select_ask_and_construct_give_terms(store: CheckedStore) -> None:
    rows = store.select(f"SELECT ?o ?none {{ <{THING}> ?p ?o }}")
    assert rows == Rows(("o", "none"), [(Literal("name 7"), None)])
    assert store.ask(f"ASK {{ <{THING}> ?p ?o }}") is True
    assert store.ask("ASK { <http://x> ?p ?o }") is False
    triple = Triple(NamedNode(THING), NamedNode(LABEL), Literal("name 7"))
    assert (
        store.construct(f"DESCRIBE <{THING}>") == store.construct(f"CONSTRUCT WHERE {{ <{THING}> ?p ?o }}") == [triple]
    )


def test_a_query_of_another_form_than_needed_is_refused(store: CheckedStore) -> None:
    with pytest.raises(QueryRefused, match="ASK.*SELECT"):
        store.select("ASK {}")
    with pytest.raises(QueryRefused, match="SELECT.*CONSTRUCT or DESCRIBE"):
        store.construct("SELECT * {}")


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o }", "ASK {}", f"DESCRIBE <{THING}>"])
def test_each_form_has_a_result_in_each_of_its_formats_and_no_other(store: CheckedStore, query: str) -> None:
    offered = formats(query.split()[0])
    for media_type in offered:
        with store.stream(query, media_type) as answer:
            assert (answer.media_type, b"".join(answer) != b"") == (media_type, True)
    for media_type in {*formats("SELECT"), *formats("DESCRIBE"), "text/html"} - {*offered}:
        with pytest.raises(NotAcceptable, match=offered[0].replace("+", r"\+")):
            store.stream(query, media_type)


@pytest.mark.parametrize("media_type", ["application/sparql-results+xml", "application/rdf+xml"])
def test_xml_stays_well_formed_where_a_literal_holds_forbidden_characters(store: CheckedStore, media_type: str) -> None:
    person = iris.thing("person", "p")
    query = f"DESCRIBE <{person}>" if "rdf" in media_type else f"SELECT ?o {{ <{person}> ?p ?o }}"
    with store.stream(query, media_type) as answer:
        text = "".join(ElementTree.fromstring(b"".join(answer)).itertext()).strip()
    assert text == "a\ufffd\ufffd\ufffd\ufffd 顶点"


def test_a_forbidden_character_that_is_cut_between_two_writes_is_replaced() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        out = worker.Outgoing(ours, xml=True)
        for byte in "a\uffff\ufffe\x01\ufefe".encode():
            out.write(bytes([byte]))
        out.end()
        assert "a\ufffd\ufffd\ufffd\ufefe".encode() in theirs.recv(1000)


def test_an_element_without_a_name_that_is_cut_between_two_writes_is_found() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        out = worker.Outgoing(ours, xml=True)
        for byte in b'<a:b c="d:"></a:b><a:':
            out.write(bytes([byte]))
        with pytest.raises(OSError, match="RDF/XML"):
            out.write(b"/>")


def test_turtle_has_the_prefixes_of_the_ontology(store: CheckedStore) -> None:
    with store.stream(f"DESCRIBE <{THING}>", "text/turtle") as answer:
        text = b"".join(answer)
    assert f"@prefix plen: <{iris.NS}>".encode() in text
    assert [quad.triple for quad in parse(text, RdfFormat.TURTLE)] == store.construct(f"DESCRIBE <{THING}>")


def test_a_syntax_error_has_its_place_and_the_worker_goes_on(store: CheckedStore) -> None:
    before = workers(store)
    with pytest.raises(QuerySyntax) as caught:
        store.select("SELECT * {\n  ?s ?p }")
    assert caught.value.line == 2
    assert store.ask("ASK {}")
    assert workers(store) == before


def test_a_query_as_long_as_allowed_is_answered(store: CheckedStore) -> None:
    query = "ASK { VALUES ?x { '" + "顶" * (sparql.MAX_LENGTH - 24) + "' } }"
    assert store.ask(query)


def test_a_query_past_its_limit_is_killed_and_the_next_one_works(store: CheckedStore) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryTimeout, match="of 1 seconds"):
        store.select(COUNT_FOREVER, limit=1)
    assert 1 <= time.monotonic() - begun < stretched(2)
    assert count(store) == SIZE
    assert until(lambda: len(workers(store)) == 2)


@pytest.mark.parametrize("pause", [0.0, 0.5])
def test_a_stream_past_its_limit_ends_in_an_error_also_if_its_reader_sleeps(store: CheckedStore, pause: float) -> None:
    received, begun = list[bytes](), time.monotonic()
    with store.stream(ROWS_FOREVER, "text/csv", limit=0.3) as answer:
        time.sleep(pause)
        with pytest.raises(QueryTimeout):
            received.extend(answer)
    assert received
    assert time.monotonic() - begun < stretched(3)


@pytest.mark.parametrize(("query", "words"), [(long_string(128), "memory"), (TOO_DEEP, "too deep")])
def test_a_query_that_kills_its_worker_fails_while_others_go_on(
    store: CheckedStore, query: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparql, "MAX_OPERATORS", 1_000_000)  # as if the check before did not know this one
    with ThreadPoolExecutor() as threads:
        fatal = threads.submit(store.select, query)
        others = [count(store) for _ in range(20)]
        with pytest.raises(QueryFailed, match=words):
            fatal.result()
    assert others == [SIZE] * 20


def test_a_worker_killed_from_outside_is_an_error_never_a_short_answer(single: CheckedStore) -> None:
    with single.stream(ROWS_FOREVER, "text/csv") as answer:
        os.kill(workers(single).pop(), signal.SIGKILL)
        with pytest.raises(StoreBusy, match="ended from outside"):
            b"".join(answer)
    assert single.ask("ASK {}")


def test_a_worker_that_has_grown_is_replaced_after_its_answer(single: CheckedStore) -> None:
    before = workers(single)
    assert single.select(long_string(20)).rows == [(Literal(20 * 64**4),)]
    assert until(lambda: not workers(single) & before)
    assert single.ask("ASK {}")


def test_a_client_that_leaves_a_stream_frees_its_worker_at_once(single: CheckedStore) -> None:
    answer = single.stream(ROWS_FOREVER, "text/csv")
    assert next(iter(answer))
    answer.close()
    begun = time.monotonic()
    assert single.ask("ASK {}")
    assert time.monotonic() - begun < stretched(2)


def test_an_answer_that_was_read_to_its_end_keeps_its_worker(single: CheckedStore) -> None:
    before = workers(single)
    for _ in range(50):
        assert count(single) == SIZE
    assert workers(single) == before


def test_many_threads_each_get_their_own_answer(store: CheckedStore) -> None:
    def label(i: int) -> object:
        return store.select(f"SELECT ?o {{ <{iris.thing('document', f'd{i}')}> ?p ?o }}").rows[0][0]

    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(label, range(400))) == [Literal(f"name {i}") for i in range(400)]


def test_a_big_result_is_streamed_not_gathered(single: CheckedStore) -> None:
    (pid,) = workers(single)
    assert single.ask("ASK {}")
    before = resident(pid)
    with single.stream(ROWS_FOREVER, "text/csv") as answer:
        sizes = [len(chunk) for chunk, _ in zip(answer, range(800), strict=False)]
        assert resident(pid) - before < 16_000_000
    assert sum(sizes) > 50_000_000
    assert max(sizes) <= 64 * 1024


def test_the_time_in_the_queue_counts(single: CheckedStore) -> None:
    with single.stream(ROWS_FOREVER, "text/csv"):
        begun = time.monotonic()
        with pytest.raises(QueryTimeout):
            single.ask("ASK {}", limit=0.2)
        assert time.monotonic() - begun < stretched(2)


def test_the_query_after_64_waiting_ones_is_told_that_the_store_is_busy(single: CheckedStore) -> None:
    limit = stretched(1)  # within which all 70 have asked

    def outcome(_: int) -> str:
        try:
            return str(single.ask("ASK {}", limit=limit))
        except (QueryTimeout, StoreBusy) as error:
            return type(error).__name__

    with single.stream(ROWS_FOREVER, "text/csv"), ThreadPoolExecutor(70) as threads:
        outcomes = list(threads.map(outcome, range(70)))
    assert sorted(outcomes) == ["QueryTimeout"] * 64 + ["StoreBusy"] * 6
    assert single.ask("ASK {}")


@pytest.mark.parametrize("hold", ["memory", "disk"])
def test_a_worker_cannot_open_a_socket_even_for_a_query_that_was_not_checked(tmp_path: Path, hold: str) -> None:
    release = place(tmp_path) / "releases" / "1"
    Engine(release / "store").bulk_load(path=release / "dump.nq", format=RdfFormat.N_QUADS)
    store = opened(tmp_path, hold=hold)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        query = f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"
        with pytest.raises(QueryFailed, match="not permitted"):
            b"".join(embedded(store).send(query, sparql.Query("SELECT", (), ()), JSON, (), (), 5, own=True))
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.accept()
    assert count(store) == SIZE
    store.close()


def test_a_worker_holds_no_file_but_the_way_to_its_supervisor(store: CheckedStore) -> None:
    for pid in workers(store):
        targets = [entry.readlink() for entry in Path(f"/proc/{pid}/fd").iterdir()]
        assert len([target for target in targets if str(target) != "/dev/null"]) == 1


def test_closing_leaves_no_process_and_no_file(folder: Path) -> None:
    store = opened(folder, workers=3)
    pids, private = {supervisor(store), *workers(store)}, embedded(store)._folder
    busy = store.stream(ROWS_FOREVER, "text/csv")
    assert private.stat().st_mode & 0o777 == 0o700
    store.close()
    busy.close()
    assert len(pids) == 4
    assert not any(lives(pid) for pid in pids)
    assert not private.exists()
    with pytest.raises(StoreUnreachable):
        store.ask("ASK {}")


def test_workers_end_even_if_their_supervisor_is_killed(folder: Path) -> None:
    store = opened(folder, workers=2)
    pids = workers(store)
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(store.select, COUNT_FOREVER, limit=0.5)
        time.sleep(0.2)
        os.kill(supervisor(store), signal.SIGKILL)
        assert until(lambda: not any(lives(pid) for pid in pids))
        assert isinstance(asked.exception(), QueryFailed | QueryTimeout | StoreBusy)
    store.close()


def test_a_place_without_release_or_with_a_damaged_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(releases.NoRelease, match="plenary build"):
        open_store(tmp_path)
    dump = place(tmp_path) / "releases" / "1" / "dump.nq"
    dump.write_text("<http://x> oops")
    with pytest.raises(StoreUnreachable, match=r"releases/1"):
        open_store(tmp_path)


@pytest.mark.parametrize(("statements", "hold"), [(2_000_001, "auto"), (SIZE, "disk")])
def test_a_release_is_read_from_disk_if_it_is_big_or_that_is_wished(tmp_path: Path, statements: int, hold: str) -> None:
    folder = place(tmp_path, statements)
    dump = folder / "releases" / "1" / "dump.nq"
    Engine(dump.parent / "store").bulk_load(path=dump, format=RdfFormat.N_QUADS)
    dump.unlink()
    store = opened(folder, hold=hold)
    assert count(store) == SIZE
    store.close()


def test_a_big_release_is_held_in_memory_if_that_is_wished(tmp_path: Path) -> None:
    store = opened(place(tmp_path, statements=2_000_001), hold="memory")
    assert count(store) == SIZE
    store.close()


def test_the_memory_of_a_query_is_a_setting(folder: Path) -> None:
    store = opened(folder, memory_mib=100)
    with pytest.raises(QueryTooHeavy, match="memory"):
        store.select(long_string(20))
    assert store.ask("ASK {}")
    store.close()


def test_a_result_of_more_bytes_than_are_given_is_an_error(folder: Path) -> None:
    store = opened(folder, max_bytes=200_000)
    received = list[bytes]()
    with store.stream(ROWS_FOREVER, "text/csv") as answer, pytest.raises(ResultTooLarge, match=r"200,000.*LIMIT"):
        received.extend(answer)
    assert sum(map(len, received)) <= 200_000
    assert count(store) == SIZE
    store.close()
