"""The bundled conversation keeps to its schema."""

import json
from datetime import datetime
from itertools import pairwise
from pathlib import Path

CONVERSATION = Path(__file__).parents[2] / "app" / "demo" / "conversation.jsonl"


def test_three_threads_on_different_days_in_order() -> None:
    lines = [json.loads(line) for line in CONVERSATION.read_text(encoding="utf-8").splitlines()]
    assert all(set(line) == {"thread", "now", "location", "user_name", "text"} for line in lines)
    assert all(isinstance(value, str) and value.strip() for line in lines for value in line.values())
    moments = [datetime.fromisoformat(line["now"]) for line in lines]
    assert all(moment.utcoffset() is not None for moment in moments)
    assert all(earlier < later for earlier, later in pairwise(moments))
    threads = list(dict.fromkeys(line["thread"] for line in lines))
    days = [{moment.date() for line, moment in zip(lines, moments, strict=True) if line["thread"] == thread} for thread in threads]
    assert [len(day) for day in days] == [1, 1, 1]
    assert len(set.union(*days)) == 3
