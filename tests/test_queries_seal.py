"""A sealed process opens no connection and starts no program, and goes on with what it has."""

import subprocess
import sys
from pathlib import Path

import pytest

TRY = """
import os, socket, subprocess, sys
from queries.seal import seal
near, far = socket.socketpair()
assert seal()
near.send(b"x")
assert far.recv(1) == b"x"
open("/dev/null").close()
try:
    {0}
except PermissionError as error:
    print(error.errno)
"""


@pytest.mark.parametrize(
    "deed",
    [
        "socket.socket()",
        "socket.create_connection(('127.0.0.1', 9))",
        "far.connect('/nowhere')",
        "os.execv('/bin/true', ['true'])",
        "subprocess.run(['true'])",
    ],
)
def test_a_sealed_process_is_refused(deed: str) -> None:
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", TRY.format(deed)], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"  # EPERM
