"""Imports run one way: stores <- models <- nodes <- graph <- evals <- app."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOWER = ("stores", "models", "nodes", "graph", "evals", "app")
FILES = sorted(file for package in TOWER for file in (ROOT / package).rglob("*.py"))


def imported_packages(source: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module.split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom) and node.module and node.level == 0}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_imports_only_from_its_own_floor_and_below(file: Path) -> None:
    floor = TOWER.index(file.relative_to(ROOT).parts[0])
    above = imported_packages(file.read_text()) & set(TOWER[floor + 1 :])
    assert not above


def test_every_floor_was_looked_at() -> None:
    assert {file.relative_to(ROOT).parts[0] for file in FILES} == set(TOWER)


def test_a_forbidden_import_is_seen() -> None:
    assert "graph" in imported_packages("from graph.agent import agent") & set(TOWER)


@pytest.mark.parametrize("package", TOWER)
def test_package_files_hold_a_docstring_and_nothing_else(package: str) -> None:
    for file in (ROOT / package).rglob("__init__.py"):
        body = ast.parse(file.read_text()).body
        assert len(body) == 1
        assert isinstance(body[0], ast.Expr)
