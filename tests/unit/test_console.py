import pytest
from rich.console import Console

from app import console

WORDS = "I adopted a puppy called Biscuit."


@pytest.mark.parametrize("width", [30, 40, 59, 60, 80, 200])
def test_a_table_shows_every_word_at_any_width(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "out", Console(width=width, highlight=False, emoji=False, record=True))
    columns = ("id", "said (UTC)", "kind", "by", "words")
    console.print_table("1 memory of ada", columns, [("0b27f2b8", "2026-05-07 12:00", "turn", "ada", WORDS)])
    shown = console.out.export_text()
    assert "0b27f2b8" in shown
    assert set(WORDS.split()) <= set(shown.split())
