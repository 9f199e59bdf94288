"""A chat from a phone goes through the command into the memory, once, and every line that did not is told."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main

Import = Callable[..., tuple[int, str, str]]

CHAT = """\
05/06/23, 21:40 - Messages and calls are end-to-end encrypted.
05/06/23, 21:41 - Ann: My cat is called Pixel.
05/06/23, 21:42 - Ben: Mine is
called Dot.
45/06/23, 21:43 - Ben: and then
he left
"""


@pytest.fixture
def imported(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Import:
    """The command `mneme import` within this process, on a file of WhatsApp: its exit code, and what it says."""

    def run(text: str, *options: str) -> tuple[int, str, str]:
        file = tmp_path / "chat.txt"
        file.write_text(text, encoding="utf-8")
        for name, value in {"MNEME_HOME": str(tmp_path / "home"), "COLUMNS": "200"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("MNEME_EMBEDDER", raising=False)
        monkeypatch.setattr(sys, "argv", ["mneme", "import", str(file), "--format", "whatsapp", "--user", "ann", *options])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_a_chat_is_imported_once_and_every_line_that_is_not_is_told(imported: Import) -> None:
    told = ("--timezone", "Europe/Lisbon", "--user-name", "Ann", "--day-first")
    code, out, err = imported(CHAT, *told)
    assert (code, out) == (0, "Read 4, stored 2, already known 0, not stored 2.\n")
    assert "  line 1: a notice" in err
    assert "  lines 5 to 6: there is no such date" in err
    code, out, _ = imported(f"{CHAT}06/06/23, 09:00 - Ann: Good morning\n", *told, "--json")
    report = json.loads(out)
    assert (code, report["read"], report["stored"], report["duplicates"]) == (0, 5, 1, 2)
    assert [(one["line"], one["lines"]) for one in report["rejected"]] == [(1, 1), (5, 2)]


def test_a_message_that_the_memory_refuses_is_told_by_who_said_it_and_when(imported: Import) -> None:
    text = f"31/12/23, 21:41 - Ann: hello\n31/12/23, 21:42 - Ben: {'x' * 1_000_001}\n"
    _, out, _ = imported(text, "--timezone", "Europe/Lisbon", "--user-name", "Ann", "--thread", "with Ben", "--json")
    (refused,) = json.loads(out)["rejected"]
    assert refused["why"] == "2023-12-31 21:42 UTC, Ben in whatsapp:with Ben: its text is longer than 1000000 characters"


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (("--user-name", "Ann", "--day-first"), "--timezone"),
        (("--timezone", "UTC", "--day-first"), "Ann, Ben"),
        (("--timezone", "UTC", "--user-name", "Ann"), "--month-first"),
    ],
)
def test_what_the_file_does_not_say_is_asked_for(imported: Import, options: tuple[str, ...], hint: str) -> None:
    code, out, err = imported(CHAT.replace("45/", "07/"), *options)
    assert (code, out) == (2, "")
    assert hint in err
    assert "Traceback" not in err
