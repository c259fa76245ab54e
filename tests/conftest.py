"""What tests share: one release of the curated data, one server that serves it, and a Chromium that stays at home."""

import fcntl
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from small import two_releases

from loaders.build import build
from queries import search
from queries.network import graph

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

ROOT = Path(__file__).parent.parent
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
START = "import sys; from server.serve import serve; serve(sys.argv[1], port=0, limit=float(sys.argv[2]))"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """An answer of the server, read to its end."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def type(self) -> str:
        return self.headers.get("Content-Type", "")


@dataclass(frozen=True)
class Server:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    port: int
    drain: threading.Thread

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, path: str, accept: str | None = "*/*", method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Reply:
        """One request; names of headers are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, sent | ({} if accept is None else {"Accept": accept}))
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def page(self, path: str) -> str:
        """A page as a browser asks for it."""
        reply = self.ask(path, HTML)
        assert reply.status == 200, reply.text
        return reply.text

    def sparql(self, query: str, accept: str | None = "*/*", **more: str | list[str]) -> Reply:
        """A query by GET."""
        return self.ask("/sparql?" + urlencode({"query": query, **more}, doseq=True), accept)


def start(place: Path | str, limit: float) -> Server:
    """Start a server on a free port, which it says on stderr."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(place), str(limit)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    said = process.stderr.readline()
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
    assert found, said + process.stderr.read()
    drain = threading.Thread(target=process.stderr.read)  # a full pipe would stop the server
    drain.start()
    return Server(process, int(found[1]), drain)


def stop(server: Server) -> int:
    """End a server as a service manager does; returns its exit code."""
    server.process.send_signal(signal.SIGTERM)
    code = server.process.wait(30)
    server.drain.join(30)
    if server.process.stderr:
        server.process.stderr.close()
    return code


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder for all processes of a run, filled by the first that needs it; nobody may change it."""
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    root = factory.getbasetemp().parent if parallel else factory.getbasetemp()
    with (root / f"{name}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.fstat(lock.fileno()).st_size == 0:
            make(root / name)
            lock.write("made")
    return root / name


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the file that takes longest, so that two processes end together."""
    items.sort(key=lambda item: item.path.stem != "test_virtuoso")


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of releases with one release of the curated data."""
    return once(tmp_path_factory, "release", lambda place: build(place, finish=[search.write, graph.write]))


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two releases of the invented world, which nobody may change; `place` is a copy."""
    return once(tmp_path_factory, "two", two_releases) / "place"


@pytest.fixture
def place(two: Path, tmp_path: Path) -> Path:
    """A folder with two releases of the invented world: the test's own."""
    return Path(shutil.copytree(two, tmp_path / "place"))


@pytest.fixture(scope="session")
def server(release: Path) -> Iterator[Server]:
    """A server of the curated data; queries may take two seconds."""
    server = start(release, limit=2)
    yield server
    stop(server)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of this machine, for pytest-playwright."""
    if CHROMIUM is None:
        reason = "no Chromium: install the package chromium, so that pages are looked at in a browser"
        pytest.fail(reason) if os.environ.get("PLENARY_REQUIRE_ALL") == "1" else pytest.skip(reason)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    """Where pytest-playwright's pages begin."""
    return server.url


@pytest.fixture
def strays(context: "BrowserContext", server: Server) -> Iterator[list[str]]:
    """Requests of the browser to anybody but the server, which are stopped; none is expected."""
    found: list[str] = []

    def guard(route: "Route") -> None:
        if route.request.url.startswith((server.url, "data:", "blob:")):
            route.continue_()
        else:
            found.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    yield found
    assert found == []


@pytest.fixture
def look(page: "Page", strays: list[str]) -> Callable[[str], "Page"]:
    """Open a page of the server; a fault in its scripts fails the test. What is expected is waited for, for long."""
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)  # milliseconds, as of all else that a page is asked for
    page.on("pageerror", lambda error: strays.append(f"script error: {error}"))

    def open_(path: str) -> "Page":
        page.goto(path)
        return page

    return open_
