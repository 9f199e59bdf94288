"""The latency eval: every step of a turn is told, in memories of each size, beside a graph that does nothing."""

import pytest

from evals import latency


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latency, "SIZES", (60, 120))


@pytest.mark.usefixtures("small")
def test_every_step_of_a_turn_is_told_for_memories_of_each_size() -> None:
    found = latency.run(limit=6).systems
    empty, *plain = found
    assert plain == [
        "60 records",
        "60, checkpoints",
        *latency.REFLECTING,
        "120 records",
        "120, checkpoints",
        "120, indexed",
    ]
    assert set(found[empty]) == {f"{what}, {share}" for what in (latency.BARE, latency.LOOP) for share in ("p50", "p95")}
    for name in ("60 records", "60, checkpoints", "120 records", "120, checkpoints", "120, indexed"):
        told = found[name]
        assert told[f"{latency.EMBEDDED}, p95"].value == 1.0
        parts = (*latency.STEPS, "model", "embedding", latency.OWN, latency.OWN_RECALLING, latency.OWN_OTHERS)
        assert {f"{part}, p50" for part in parts} <= set(told)
        assert all(one.value > 0 for name, one in told.items() if name.startswith(latency.STEPS))
