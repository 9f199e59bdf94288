"""Every notebook runs from top to bottom, and is kept with the outputs of such a run."""

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.integration.processes import OTHERS, ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TIMEOUT_S = 120
LARGEST = 600_000  # bytes


def cells(notebook: Any) -> list[Any]:
    """The cells with code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def pictures(notebook: Any) -> int:
    """How many pictures stand among its outputs."""
    return sum("image/png" in output.get("data", {}) for cell in cells(notebook) for output in cell.outputs)


@pytest.fixture(params=NOTEBOOKS, ids=lambda file: file.stem)
def notebook(request: pytest.FixtureRequest) -> Any:
    return nbformat.read(request.param, as_version=4)


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder to run in, and an environment without keys, endpoints or a home of Mneme's."""
    for name in [name for name in os.environ if name.startswith(OTHERS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "MNEME_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return tmp_path


def test_it_runs_and_touches_no_memory_but_its_own(notebook: Any, clean: Path) -> None:
    kept = pictures(notebook)
    NotebookClient(notebook, timeout=TIMEOUT_S, kernel_name="python3", resources={"metadata": {"path": str(clean)}}).execute()
    assert cells(notebook)[-1].execution_count == len(cells(notebook))
    assert pictures(notebook) == kept
    assert not (clean / "mneme_home").exists()


def test_it_is_kept_with_its_outputs_and_without_traces_of_a_machine(notebook: Any) -> None:
    nbformat.validate(notebook)
    assert [cell.execution_count for cell in cells(notebook)] == list(range(1, len(cells(notebook)) + 1))
    outputs = [output for cell in cells(notebook) for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"stream", "execute_result", "display_data"}
    assert not [output for output in outputs if output.get("name") == "stderr"]
    kept = json.dumps(notebook)
    for trace in (str(ROOT), str(Path.home()), "/tmp/", "site-packages"):
        assert trace not in kept


def test_there_are_notebooks_and_they_are_small() -> None:
    assert NOTEBOOKS
    assert not [file.name for file in NOTEBOOKS if file.stat().st_size > LARGEST]
