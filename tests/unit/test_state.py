from itertools import pairwise

import pytest

from nodes.ladder import LADDER, MOST_CLIMBS, begins_at, climbed, needs_recall, query_of
from nodes.state import Turn, merged


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


def walk(turn: Turn, begun: bool, prompts: int = 0) -> tuple[Turn, list[tuple[float, bool]]]:
    """Climb until everything was searched, recalling where it is needed; each step as its layer and whether it recalled."""
    steps: list[tuple[float, bool]] = []
    turn = {"layers_tried": [], "probe": False, "mind": "chat", **turn}
    while not turn.get("searched_everything"):
        searched = needs_recall(turn)
        if searched:
            turn = merged(turn, {"recall": {"query": query_of(turn)}})
        steps.append((turn["layer"], searched))
        up = climbed(turn, f"thing {len(steps)}", begun=begun, prompts=prompts)
        turn = merged(turn, {"layers_tried": [*turn["layers_tried"], turn["layer"]], **up})
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


@pytest.mark.parametrize("begins", [rung.layer for rung in LADDER])
@pytest.mark.parametrize("prompts", [0, 4])
@pytest.mark.parametrize("begun", [False, True])
def test_a_turn_climbs_at_most_twice_and_always_ends_at_the_top(begins: float, prompts: int, begun: bool) -> None:
    _, steps = walk({"id": "1", "words": "w", "layer": begins, "lacking": []}, begun, prompts)
    layers = [layer for layer, _ in steps]
    assert layers == sorted(layers)
    assert len(set(layers)) - 1 <= MOST_CLIMBS
    assert layers[-1] == LADDER[-1].layer


def test_the_users_prompts_alone_are_shown_only_where_they_are_asked_for() -> None:
    assert [begins_at(layer, 0) for layer in (0, 1, 2)] == [0, 1, 2]
    assert [begins_at(layer, 4) for layer in (0, 1, 2)] == [0, 0.5, 2]
    walked = [walk({"id": "1", "words": "w", "layer": begins, "lacking": []}, True, 4)[1] for begins in (0, 0.5)]
    assert [[layer for layer, _ in steps] for steps in walked] == [[0, 0.5, 2], [0.5, 1, 2]]


def test_each_layer_shows_more_than_the_one_below() -> None:
    full = [rung for rung in LADDER if "prompts" not in rung.sees]
    assert all(low.sees < high.sees for low, high in pairwise(full))


def test_lists_of_a_turn_grow() -> None:
    old = merged(None, {"id": "1", "degraded": ["classify_layer: no"], "prompts": [{"layer": 0, "prompt": 5}]})
    later = merged(old, {"degraded": ["summarise: no"], "prompts": [{"layer": 1, "prompt": 9}]})
    assert later["degraded"] == ["classify_layer: no", "summarise: no"]
    assert [one["layer"] for one in later["prompts"]] == [0, 1]
