"""A Virtuoso of its own on loopback, in a folder that is thrown away."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bench.measure import free_port

PROGRAM = "virtuoso-t"
PASSWORD = "dba"
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
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
ServerThreads = 20
CheckpointInterval = 0
ThreadsPerQuery = 1
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 240
"""


@dataclass(frozen=True)
class Virtuoso:
    """A running Virtuoso."""

    port: int

    @property
    def sparql(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"

    @property
    def update(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql-auth"

    @property
    def graphs(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql-graph-crud-auth"


@contextmanager
def running(folder: Path, rows: int = 10_000) -> Iterator[Virtuoso]:
    """Start one, which sends so many rows at most; where there is none, the test is skipped, or fails in CI."""
    if shutil.which(PROGRAM) is None:
        reason = "no Virtuoso: install the package virtuoso-opensource, so that a store of others is tried"
        pytest.fail(reason) if os.environ.get("PLENARY_REQUIRE_ALL") == "1" else pytest.skip(reason)
    sql, http = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(SETTINGS.format(folder=folder, sql=sql, http=http, rows=rows))
    with (folder / "out.log").open("wb") as log:
        line = [PROGRAM, "+configfile", str(settings), "+foreground"]
        process = subprocess.Popen(line, cwd=folder, stdout=log, stderr=log)
    try:
        _wait(http, process, folder / "v.log")
        yield Virtuoso(http)
    finally:
        process.kill()  # its folder goes as well
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, _tail(log)
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/sparql?query=ASK%7B%7D")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"Virtuoso does not answer:\n{_tail(log)}")


def _tail(log: Path) -> str:
    """The end of a log, of which there may be none yet."""
    return log.read_text(errors="replace")[-2000:] if log.exists() else ""
