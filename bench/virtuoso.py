"""A Virtuoso of Debian on loopback with the release's statements, for `bench.peers`."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from requests.auth import HTTPDigestAuth

from bench.measure import free_port, running

PART = 20_000
SETTINGS = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
ServerThreads = 20
ThreadsPerQuery = 1
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = 100000
"""


def installed() -> bool:
    """Whether it is here."""
    return shutil.which("virtuoso-t") is not None


@contextmanager
def serving(statements: bytes) -> Iterator[int]:
    """Its port, with N-Triples loaded into one graph."""
    with tempfile.TemporaryDirectory() as name:
        folder, sql, http = Path(name), free_port(), free_port()
        settings = folder / "virtuoso.ini"
        settings.write_text(SETTINGS.format(folder=folder, sql=sql, http=http), encoding="utf-8")
        command = ["virtuoso-t", "+configfile", str(settings), "+foreground"]
        with running(command, f"http://127.0.0.1:{http}/sparql?query=ASK%7B%7D"):
            _load(http, statements)
            yield http


def _load(port: int, statements: bytes) -> None:
    """By the Graph Store Protocol, as the administrator that a new database has; the first request opens the door."""
    address = f"http://127.0.0.1:{port}/sparql-graph-crud-auth?graph=urn:bench"
    lines, session = statements.splitlines(keepends=True), requests.Session()
    session.auth = HTTPDigestAuth("dba", "dba")
    session.get(address, timeout=60)
    for start in range(0, len(lines), PART):
        part = b"".join(lines[start : start + PART])
        session.post(address, part, headers={"Content-Type": "application/n-triples"}, timeout=300).raise_for_status()
