from nodes.ladder import LADDER, climbed, needs_recall
from nodes.state import joined, merged


def test_an_update_with_an_id_begins_a_new_turn_and_any_other_is_merged() -> None:
    old = merged(
        None,
        {"id": "1", "layer": 0, "recalled": [{"id": "x"}], "stored": [{"id": "a", "outcome": "stored"}], "milliseconds": {"hear": 1.0}},
    )
    later = merged(old, {"layer": 1, "stored": [{"id": "b", "outcome": "stored"}], "milliseconds": {"hear": 2.0, "answer": 5.0}})
    assert later["layer"] == 1
    assert [one["id"] for one in later["stored"]] == ["a", "b"]
    assert later["milliseconds"] == {"hear": 3.0, "answer": 5.0}
    assert merged(later, {"id": "2", "lacking": []}) == {"id": "2", "lacking": []}


def test_merging_changes_nothing_in_place() -> None:
    old = merged(None, {"id": "1", "tokens": {"input": 1}})
    merged(old, {"tokens": {"input": 2, "output": 3}})
    assert old == {"id": "1", "tokens": {"input": 1}}


def test_the_lineage_keeps_its_order_and_each_message_once() -> None:
    assert joined(None, ["a", "b"]) == ["a", "b"]
    assert joined(["a", "b"], ["b", "c", "a"]) == ["a", "b", "c"]


def test_the_ladder_leads_from_nothing_to_memories_and_ends() -> None:
    turn = merged(None, {"id": "1", "layer": 0, "lacking": []})
    seen = []
    while not turn.get("searched_everything"):
        seen.append((turn["layer"], needs_recall(turn)))
        turn = merged(turn, climbed(turn, f"thing {turn['layer']}"))
    assert seen == [(0, False), (1, False), (2, True)]
    assert turn["lacking"] == ["thing 0", "thing 1", "thing 2"]
    assert not needs_recall({**turn, "recall": {}})
    assert [rung.sees_memories for rung in LADDER.values()] == [False, False, True]
