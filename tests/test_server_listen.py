"""The HTTP server by itself, around apps of a few lines: clients that leave, that stall, that send too much; its end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from clocks import stretched, until

from server.listen import CannotServe, Server

ROOT = Path(__file__).parent.parent
APPS = '''
import sys, time
from ontology.errors import PlenaryError
from queries.cancel import CURRENT
from server.listen import Server

def app(environ, start_response):
    path = environ["PATH_INFO"]
    if "plenary.refused" in environ:
        refused = environ["plenary.refused"]
        start_response(f"{refused.code} Refused", [("Content-Type", "text/plain")])
        return [refused.description.encode()]
    if path == "/unchanged":
        start_response("304 Not Modified", [])
        return []
    start_response("200 OK", [("Content-Type", "text/plain")])
    return globals()[path[1:]](environ)

def quick(environ):
    return [b"quick"]

def slow(environ):
    """So many seconds as the address says, or until the client has left."""
    cancel, end = CURRENT.get(), time.monotonic() + float(environ["QUERY_STRING"])
    print("begun", flush=True)
    while not cancel.cancelled and time.monotonic() < end:
        time.sleep(0.01)
    print("cancelled" if cancel.cancelled else "finished", flush=True)
    return [b"slow"]

def breaks(environ):
    yield b"x" * 1000
    raise ValueError("late")

def late(environ):
    yield b"x" * 1000
    raise PlenaryError("The time is up.")

def chunks(environ):
    yield b"one"
    yield b"two"

def endless(environ):
    try:
        while True:
            yield b"x" * 65536
            print("more", flush=True)
    finally:
        print("closed", flush=True)

def body(environ):
    return [str(len(environ["wsgi.input"].read())).encode()]

server = Server(app, "127.0.0.1", 0, 4, 100_000)
print(server.effective_port, flush=True)
server.run(float(sys.argv[1]))
print("ended", flush=True)
'''
Running = subprocess.Popen[str]


def start(grace: float, errors: int = subprocess.PIPE) -> tuple[Running, int]:
    command, pipe = [sys.executable, "-c", APPS, str(grace)], subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=errors, text=True)
    assert process.stdout
    return process, int(process.stdout.readline())


@pytest.fixture
def running() -> Iterator[tuple[Running, int]]:
    """A server of the test's own, whose words it reads."""
    process, port = start(grace=2)
    yield process, port
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server for all tests that only send and receive."""
    process, port = start(2, subprocess.DEVNULL)
    yield port
    process.kill()
    process.communicate()


def send(port: int, data: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    client.sendall(data)
    return client


def get(port: int, path: str, more: str = "") -> socket.socket:
    return send(port, f"GET {path} HTTP/1.1\r\nHost: here\r\n{more}\r\n".encode())


def whole(client: socket.socket) -> bytes:
    with client:
        return b"".join(iter(lambda: client.recv(65536), b""))


def told(process: Running) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=30).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_client_that_leaves_has_its_queries_called_off_within_a_second(running: tuple[Running, int]) -> None:
    process, port = running
    client = get(port, "/slow?30")
    assert told(process) == "begun"
    began = time.monotonic()
    client.close()
    assert told(process) == "cancelled"
    assert time.monotonic() - began < stretched(1)


def test_a_client_that_stays_gets_its_answer(running: tuple[Running, int]) -> None:
    process, port = running
    client = get(port, "/slow?2", "Connection: close\r\n")
    assert whole(client).endswith(b"slow")
    assert [told(process), told(process)] == ["begun", "finished"]


def test_a_client_that_only_ends_its_own_half_gets_a_quick_answer(port: int) -> None:
    client = get(port, "/quick", "Connection: close\r\n")
    client.shutdown(socket.SHUT_WR)
    assert whole(client).endswith(b"quick")


def test_an_answer_that_breaks_has_no_last_chunk(port: int) -> None:
    got = whole(get(port, "/breaks"))
    assert b"Transfer-Encoding: chunked" in got
    assert b"x" * 1000 in got
    assert not got.endswith(b"0\r\n\r\n")


def test_an_answer_that_nobody_reads_is_not_gathered_here_and_closed_when_the_client_leaves(
    running: tuple[Running, int],
) -> None:
    process, port = running
    client = get(port, "/endless")
    lines = [told(process)]
    time.sleep(1)  # long enough to gather much
    client.close()
    while lines[-1] == "more":
        lines.append(told(process))
    assert lines[-1] == "closed"
    assert len(lines) < 200  # of 64 KiB: what the kernel's and the server's buffers hold


CHUNK = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
POST = b"POST /body HTTP/1.1\r\nHost: here\r\n"


def test_a_chunked_body_over_the_limit_is_refused_before_its_end(port: int) -> None:
    client = send(port, POST + b"Transfer-Encoding: chunked\r\n\r\n" + 21 * CHUNK)
    assert b" 413 " in client.recv(65536).split(b"\r\n")[0]
    client.close()


def test_a_client_that_sends_on_after_a_refusal_still_reads_it(port: int) -> None:
    client = send(port, POST + b"Content-Length: 2000000\r\n\r\n")
    for _ in range(100):
        client.sendall(b"x" * 20_000)
    assert b" 413 " in whole(client).split(b"\r\n")[0]


def test_a_body_up_to_the_limit_is_taken_chunked_or_not(port: int) -> None:
    chunked = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + 10 * CHUNK + b"0\r\n\r\n"
    plain = POST + b"Connection: close\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000
    assert [whole(send(port, data)).rpartition(b"\r\n")[2] for data in (chunked, plain)] == [b"100000"] * 2


BROKEN = [
    (b"GET / HTTP/1.1\r\nBad header\r\n\r\n", b" 400 "),
    (b"GET / HTTP/1.1\r\nLong: " + b"x" * 70_000 + b"\r\n\r\n", b" 431 "),
    (b"GET /?" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: here\r\n\r\n", b" 414 "),
    (b"GET /" + b"x" * 70_000, b" 414 "),
    (b"GET /quick HTTP/1.1\r\n\r\n", b" 400 "),
    (b"GET /quick HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n", b" 400 "),
    (b'GET /quick HTTP/1.1\r\nHost: "><script>\r\n\r\n', b" 400 "),
    (b"GET /quick HTTP/1.1\r\nHost: here\r\nFolded: a\r\n b\r\n\r\n", b" 400 "),
    (b"GET /quick HTTP/2.0\r\nHost: here\r\n\r\n", b" 505 "),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b" 505 "),
    (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + CHUNK + b"0\r\n\r\n", b" 400 "),
    (POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + CHUNK + b"0\r\n\r\n", b" 400 "),
    (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK + b"0\r\n\r\n", b" 400 "),
    (b"POST /body HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK, b" 400 "),
    (POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\nabc", b" 413 "),
    (POST + b"Content-Length: 100000000\r\nExpect: 100-continue\r\n\r\n", b" 413 "),
    (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n", b" 501 "),
    (POST + b"Content-Length: -1\r\n\r\n", b" 400 "),
    (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b" 400 "),
    (POST + b"Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n", b" 400 "),
    (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\n", b" 400 "),
    (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\n", b" 400 "),
    (b"GET /quick HTTP/1.1\nHost: here\n\n", b" 400 "),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b" 400 "),
]


@pytest.mark.parametrize(("data", "status"), BROKEN)
def test_what_is_no_request_is_answered_by_the_app(port: int, data: bytes, status: bytes) -> None:
    assert status in whole(send(port, data)).split(b"\r\n")[0]


def test_what_is_told_late_breaks_the_connection_without_a_traceback(running: tuple[Running, int]) -> None:
    process, port = running
    got = whole(get(port, "/late"))
    assert b"x" * 1000 in got
    assert not got.endswith(b"0\r\n\r\n")
    process.terminate()
    assert process.communicate(timeout=30)[1] == ""


@pytest.mark.parametrize("path", ["/late", "/breaks"])
def test_an_answer_that_breaks_in_http_1_0_ends_in_a_reset(port: int, path: str) -> None:
    for more in ("", "Connection: keep-alive\r\n"):
        with pytest.raises(ConnectionResetError):
            whole(send(port, f"GET {path} HTTP/1.0\r\n{more}\r\n".encode()))
    assert whole(send(port, b"GET /chunks HTTP/1.0\r\n\r\n")).startswith(b"HTTP/1.0 200")


def test_a_connection_outlives_an_answer_without_a_body(port: int) -> None:
    first = b"GET /unchanged HTTP/1.1\r\nHost: here\r\n\r\n"
    got = whole(send(port, first + b"GET /quick HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"))
    head, _, rest = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 304")
    assert b"Connection: close" not in head
    assert rest.startswith(b"HTTP/1.1 200")


def test_requests_sent_at_once_are_answered_in_their_order(port: int) -> None:
    first = b"GET /quick HTTP/1.1\r\nHost: here\r\n\r\n"
    last = POST + b"Connection: close\r\nContent-Length: 3\r\n\r\nabc"
    got = whole(send(port, 2 * first + last))
    assert (got.count(b"HTTP/1.1 200"), got.count(b"quick"), got[-1:]) == (3, 2, b"3")


def test_a_connection_outlives_an_answer_sent_in_chunks(port: int) -> None:
    first = b"GET /chunks HTTP/1.1\r\nHost: here\r\n\r\n"
    got = whole(send(port, first + b"GET /quick HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"))
    assert b"\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200" in got
    assert got.endswith(b"quick")


def test_head_has_no_body_not_even_a_last_chunk(port: int) -> None:
    got = whole(send(port, b"HEAD /breaks HTTP/1.0\r\nHost: here\r\n\r\n"))
    assert got.endswith(b"\r\n\r\n")
    assert b"0\r\n\r\n" not in got.partition(b"\r\n\r\n")[2]


def test_slow_clients_do_not_hold_up_others(port: int) -> None:
    stuck = [send(port, b"GET /quick HTTP/1.1\r\nHo") for _ in range(150)]
    began = time.monotonic()
    assert whole(get(port, "/quick", "Connection: close\r\n")).endswith(b"quick")
    assert time.monotonic() - began < stretched(2)
    for client in stuck:
        client.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_ends_what_it_has_begun_and_takes_no_more(number: int) -> None:
    process, port = start(grace=20)
    client = get(port, "/slow?3")
    assert told(process) == "begun"
    os.kill(process.pid, number)
    assert until(lambda: refused(port))
    assert whole(client).endswith(b"slow")
    assert (told(process), told(process), process.wait(30)) == ("finished", "ended", 0)
    process.communicate()


def test_told_to_end_it_calls_off_what_lasts_longer_than_it_may() -> None:
    process, port = start(grace=0.5)
    client = get(port, "/slow?30")
    assert told(process) == "begun"
    process.terminate()
    assert (told(process), told(process), process.wait(30)) == ("cancelled", "ended", 0)
    client.close()
    process.communicate()


def test_a_port_in_use_is_named_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotServe, match=f"port {port} on 127.0.0.1 is in use.*--port"):
            Server(lambda environ, start: [], "127.0.0.1", port, 1, 1)


def test_a_host_that_is_not_here_is_named_with_the_remedy() -> None:
    with pytest.raises(CannotServe, match="203.0.113.1 is no address of this machine.*--host"):
        Server(lambda environ, start: [], "203.0.113.1", 0, 1, 1)
