"""What stands beside vectors, kept at hand: never anything but what the engine would say."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stores.engines import payloads
from stores.engines.payloads import Payload, Payloads

IDS = ("a", "b", "c", "d")


class Engine:
    """Payloads that can change, and which of them were read."""

    def __init__(self) -> None:
        self.stored: dict[str, Payload] = {id: {"version": 0} for id in IDS}
        self.read: list[str] = []

    def __call__(self, ids: Sequence[str]) -> Mapping[str, Payload]:
        self.read += ids
        return {id: self.stored[id] for id in ids if id in self.stored}


def test_what_was_read_is_not_read_again() -> None:
    engine = Engine()
    kept = Payloads(engine)
    assert kept.of(["a", "b"]) == kept.of(["b", "a"]) == {"a": {"version": 0}, "b": {"version": 0}}
    assert engine.read == ["a", "b"]


def test_what_changes_while_it_is_read_is_read_again() -> None:
    engine = Engine()

    def changed_meanwhile(ids: Sequence[str]) -> Mapping[str, Payload]:
        before = engine(ids)
        if len(engine.read) == 1:
            engine.stored["a"] = {"version": 1}
            kept.changed(["a"])
        return before

    kept = Payloads(changed_meanwhile)
    kept.of(["a"])
    assert kept.of(["a"]) == {"a": {"version": 1}}


def test_no_more_are_at_hand_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "AT_HAND", 2)
    engine = Engine()
    kept = Payloads(engine)
    for id in ("a", "b", "c", "c", "b", "a"):
        assert kept.of([id]) == {id: {"version": 0}}
    assert engine.read == ["a", "b", "c", "a"]


@given(st.lists(st.tuples(st.sampled_from(("read", "write", "delete")), st.sets(st.sampled_from(IDS), min_size=1)), max_size=40))
def test_it_says_what_the_engine_says(steps: list[tuple[str, set[str]]]) -> None:
    engine = Engine()
    kept = Payloads(engine)
    for number, (doing, ids) in enumerate(steps, start=1):
        match doing:
            case "read":
                assert kept.of(sorted(ids)) == {id: engine.stored[id] for id in ids if id in engine.stored}
                continue
            case "write":
                engine.stored |= {id: {"version": number} for id in ids}
            case _:
                engine.stored = {id: one for id, one in engine.stored.items() if id not in ids}
        kept.changed(ids)
