"""Whatever `/openapi.json` allows, and what it does not, is sent to the server: every answer is one that it describes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Server

pytestmark = pytest.mark.server
RUN = "from schemathesis.cli import schemathesis; schemathesis()"
# A name that nobody has is a request that the description allows, and an answer of 400 with the names that are like it.
OPTIONS = (
    "--generation-deterministic",
    "--continue-on-failure",
    "--no-color",
    "--workers=2",
    "--exclude-checks=positive_data_acceptance",
)
# Its own list of what refuses a request that the description forbids, and what is said of one that is too long.
REFUSALS = "[checks.negative_data_rejection]\nexpected-statuses = [400, 401, 403, 404, 406, 413, 414, 415, 422, 428, 431, '5xx']\n"
ONE_QUERY = "^/api/queries/."


def closed(shape: dict[str, Any]) -> dict[str, Any]:
    """An object that may have no field which is not described, so that every field of an answer must be."""
    return shape | ({"additionalProperties": False} if "properties" in shape else {})


@pytest.mark.parametrize(
    "scope",
    [
        (f"--exclude-path-regex={ONE_QUERY}", "--max-examples=20", "--phases=examples,coverage,fuzzing"),
        (f"--include-path-regex={ONE_QUERY}", "--max-examples=6", "--phases=examples,fuzzing"),
    ],
    ids=["addresses", "saved-queries"],
)
def test_every_answer_is_one_that_is_described(server: Server, tmp_path: Path, scope: tuple[str, ...]) -> None:
    described = json.loads(server.ask("/openapi.json").text)
    shapes = described["components"]["schemas"]
    described["components"]["schemas"] = {name: closed(shape) for name, shape in shapes.items()}
    (tmp_path / "openapi.json").write_text(json.dumps(described), encoding="utf-8")
    (tmp_path / "schemathesis.toml").write_text(REFUSALS, encoding="utf-8")
    line = [sys.executable, "-c", RUN, "run", "openapi.json", "--url", server.url, *OPTIONS, *scope]
    env = os.environ | {"PYTHONIOENCODING": "utf-8"}
    told = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", check=False)
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr
