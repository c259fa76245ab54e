"""Imports run one way: ontology ← loaders, queries ← server; the table of STYLE, checked file by file."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "ontology": set[str](),
    "loaders": {"ontology"},
    "queries": {"ontology"},
    "server": {"queries", "ontology"},
}
FILES = sorted(
    path for layer in MAY_IMPORT for path in (ROOT / layer).rglob("*.py") if "node_modules" not in path.parts
)


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found & MAY_IMPORT.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0]
    allowed = MAY_IMPORT[layer] | {layer}
    if path == ROOT / "server" / "cli.py":
        allowed |= {"loaders"}
    assert imported(path) <= allowed


def test_the_server_package_itself_imports_nothing_so_that_a_query_worker_carries_no_flask() -> None:
    statements = ast.parse((ROOT / "server" / "__init__.py").read_text(encoding="utf-8")).body
    assert [type(statement) for statement in statements] == [ast.Expr]


def test_no_file_is_longer_than_can_be_read_in_one_sitting() -> None:
    long = {str(path.relative_to(ROOT)) for path in FILES if len(path.read_text().splitlines()) > 400}
    assert long == set()
