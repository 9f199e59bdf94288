from nodes.ladder import LADDER, climbed, needs_recall, query_of
from nodes.state import Turn, joined, merged


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


def walk(turn: Turn, begun: bool) -> tuple[Turn, list[tuple[int, bool]]]:
    """Climb until everything was searched, recalling where it is needed; each step as its layer and whether it recalled."""
    steps: list[tuple[int, bool]] = []
    while not turn.get("searched_everything"):
        searched = needs_recall(turn)
        if searched:
            turn = merged(turn, {"recall": {"query": query_of(turn)}})
        steps.append((turn["layer"], searched))
        turn = merged(turn, climbed(turn, f"thing {len(steps)}", begun))
    return turn, steps


def test_the_ladder_leads_from_nothing_to_memories_and_ends() -> None:
    turn, steps = walk({"id": "1", "words": "w", "layer": 0, "lacking": []}, begun=True)
    assert steps == [(0, False), (1, False), (2, True)]
    assert turn["lacking"] == ["thing 1", "thing 2", "thing 3"]
    assert turn["recall"]["query"] == "thing 2"
    assert not needs_recall(turn)


def test_an_empty_thread_skips_the_window_and_a_search_by_words_is_repeated_once() -> None:
    _, skipping = walk({"id": "1", "words": "w", "layer": 0, "lacking": []}, begun=False)
    assert skipping == [(0, False), (2, True)]
    turn, twice = walk({"id": "1", "words": "w", "layer": 2, "lacking": []}, begun=False)
    assert twice == [(2, True), (2, True)]
    assert turn["recall"]["query"] == "thing 1"


def test_what_each_layer_sees() -> None:
    assert [rung.sees_memories for rung in LADDER.values()] == [False, False, True]
