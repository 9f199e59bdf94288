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


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_table_whose_other_columns_are_wide_keeps_its_words(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "out", Console(width=width, highlight=False, emoji=False, record=True))
    row = ("0b27f2b8", "Wednesday, 25 November 2026, 14:00 (in three days)", "appointment", WORDS)
    console.print_table("1 plan of ada", ("id", "when", "kind", "what"), [row])
    shown = console.out.export_text()
    assert row[1] in shown
    assert set(WORDS.split()) <= set(shown.split())
