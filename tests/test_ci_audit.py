"""The audit of locks tells what was found from what could not be asked."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parent.parent / ".ci" / "audit.py"


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FOUND = {"name": "flask", "version": "0.1", "vulns": [{"id": "PYSEC-1"}]}
PASSED_OVER = {"name": "click", "skip_reason": "Dependency not found"}
NPM = {"vulnerabilities": {"vega": {"severity": "high"}}, "metadata": {"dependencies": {"total": 5}}}


def test_a_package_that_was_passed_over_does_not_count_as_looked_up(audit: ModuleType) -> None:
    assert audit.python({"dependencies": [FOUND, PASSED_OVER]}) == (1, ["flask 0.1: PYSEC-1"])
    assert audit.python({}) == audit.javascript({"statusCode": 405}) == (0, [])
    assert audit.javascript(NPM) == (5, ["vega: high"])


@pytest.mark.parametrize(("pip", "npm", "code", "words"), [
    ({"dependencies": [FOUND]}, NPM, 1, "1 packages looked up, 1 known"),
    ({}, {}, 0, "NOT AUDITED"),
    ({}, NPM, 1, "NOT AUDITED"),
])  # fmt: skip
def test_only_what_was_found_fails(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    pip: dict[str, object], npm: dict[str, object], code: int, words: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(audit, "asked", lambda arguments, folder: pip if arguments == audit.PIP else npm)
    assert audit.main() == code
    assert words in capsys.readouterr().out
