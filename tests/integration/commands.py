"""The command line for tests: as a process of its own, and, where a process of its own would show no more, within this one."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.integration.processes import ROOT, environment

Done = subprocess.CompletedProcess[str]
Typed = Callable[..., Done]


def mneme(home: Path, *arguments: str, stdin: str = "", **env: str) -> Done:
    """A process of the command, which is told that its terminal is narrow and has colours."""
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=environment(home, **{"COLUMNS": "40", "FORCE_COLOR": "1", **env}),
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def json_of(done: Done, code: int = 0) -> Any:
    """The JSON that a command printed: one line and nothing else, with nothing said beside it."""
    assert done.returncode == code, done.stderr
    assert done.stdout.count("\n") == 1, done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""
    return json.loads(done.stdout)


def printed(done: Done) -> Any:
    """The same, of a command that did what it was told."""
    return json_of(done)


def refused(done: Done, *words: str) -> None:
    """The command ended with exit code 2, a message and a hint on stderr, and nothing else."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    said = " ".join(done.stderr.split())
    for one in words:
        assert one in said, (one, said)
