"""What the README and the pages of docs/ show is what there is."""

import re
from pathlib import Path
from typing import Any

import pytest

from graph.agent import agent
from graph.planning import planning
from graph.reflection import reflection

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def block(language: str, page: str = README) -> str:
    found = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert found
    return found.group(1)


@pytest.mark.parametrize(("page", "graph"), [("README.md", agent), ("docs/planning.md", planning), ("docs/reflection.md", reflection)])
def test_the_picture_has_the_edges_of_the_graph(page: str, graph: Any) -> None:
    drawn = set(re.findall(r"(\w+)(?:\(\[\w+\]\))? (?:-->|-\.->) (\w+)", block("mermaid", (ROOT / page).read_text("utf-8"))))
    assert drawn == {(edge.source, edge.target) for edge in graph.get_graph().edges}


def test_the_python_runs_and_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MNEME_HOME", str(tmp_path))
    monkeypatch.setenv("MNEME_MIND", "local")
    code = block("python")
    exec(compile(code.replace("What is my puppy called?", "I adopted a puppy called Biscuit."), "README", "exec"), {})
    exec(compile(code.replace('"thread_id": "1"', '"thread_id": "2"'), "README", "exec"), {})
    assert "Biscuit" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_file_it_points_to_is_there(page: Path) -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)(?:#[\w-]+)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_every_folder_it_names_is_there() -> None:
    for folder in re.findall(r"^\| `(\w+)/`", README, re.MULTILINE):
        assert (ROOT / folder).is_dir(), folder


def test_it_is_short_enough_to_read() -> None:
    assert 80 <= len(README.splitlines()) <= 180
