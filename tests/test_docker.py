"""The container file names what is there: files that it copies, commands that it runs, variables that are settings."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

from server.settings import SETTINGS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STEPS = [line.split(None, 1) for line in TEXT.splitlines() if line and not line.startswith("#")]


def of(word: str) -> list[str]:
    found = [rest for step, rest in STEPS if step == word]
    assert found, word
    return found


def test_every_file_that_it_copies_exists_and_is_not_ignored() -> None:
    sources = [one for rest in of("COPY") if "--from" not in rest for one in shlex.split(rest)[:-1]]
    shown = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert [one for one in sources if not (ROOT / one).exists()] == []
    assert {f"!{one}" for one in sources} <= set(shown)


def test_every_package_of_the_project_is_copied() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
        "packages"
    ]
    assert {f"{name} {name}" for name in packages} <= set(of("COPY"))


def test_it_serves_as_a_user_of_its_own_to_every_address() -> None:
    assert of("USER") == ["plenary"]
    assert json.loads(of("CMD")[0]) == ["plenary", "serve"]  # without options, which would win over variables
    assert "PLENARY_HOST=0.0.0.0" in of("ENV")[0].split()


def test_its_variables_are_settings() -> None:
    named = re.findall(r"PLENARY_\w+", " ".join(of("ENV")))
    assert set(named) <= {f"PLENARY_{one.name.upper().replace('-', '_')}" for one in SETTINGS}


def test_its_commands_are_commands_with_such_options() -> None:
    for rest in of("RUN"):
        if "bin/plenary" in rest:
            _, command, *options = shlex.split(rest)
            asked = subprocess.run(
                [sys.executable, "-m", "server.cli", command, "--help"], capture_output=True, text=True
            )
            assert asked.returncode == 0
            assert [one for one in options if one.startswith("--") and one not in asked.stdout] == []


def test_its_health_check_is_python_that_asks_a_route_of_ours() -> None:
    check = json.loads(re.search(r"CMD (\[.*\])", of("HEALTHCHECK")[0])[1])  # type: ignore[index]
    compile(check[2], "check", "exec")
    assert check[:2] == ["python", "-c"]
    assert "/readyz" in check[2]
