"""The turns that the router is trained on and judged by, how a head is made of them, and how it is judged."""

import json
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from evals import layers
from evals.layers import AT_ONCE, REACHED_AT_LAST, SPARED, SPARED_AT_LAST, SPARED_REACHING, measured
from evals.training import router
from evals.training.router import Inputs, fitted, folds, head_of, inputs_of, softmax, temperature, unseen_logits, weights_of
from evals.turns import CLOSE, LANGUAGES, MOST, OWN_TURNS, PosedTurn, _cast, amid_others, own, posed_turns, some
from models.routing.head import LAYERS, RoutingHead, load_routing_head
from models.routing.wording import buckets_of
from stores.errors import InputError

DATA = Path(os.environ.get("MNEME_DATA") or Path(__file__).parents[3] / "shared" / "data")
TURNS = list(own(Path()))


def turn(text: str, layer: int = 0, source: str = "a", **fields: object) -> PosedTurn:
    return PosedTurn(source, "en", layer, text, text, **fields)  # type: ignore[arg-type]


# The turns


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_projects_own_turns_are_many_distinct_and_of_every_layer(language: str) -> None:
    turns = [one for one in TURNS if one.language == language]
    counts = Counter(one.layer for one in turns)
    assert counts[2] >= 150
    assert min(counts.values()) >= 150
    assert len({one.text for one in turns}) == len(turns)
    assert all(len(one.before) == CLOSE for one in turns if one.layer == 1)
    begun = [bool(one.before) for one in turns if one.layer != 1]
    assert 0.4 < sum(begun) / len(begun) < 0.6


def test_the_files_hold_nothing_but_turns() -> None:
    for file in OWN_TURNS.glob("*.jsonl"):
        for line in file.read_text("utf-8").splitlines():
            read = json.loads(line)
            assert set(read) == {"layer", "before", "text"}
            assert all(speaker in ("user", "assistant") for speaker, _ in read["before"])


def test_what_stands_in_no_conversation_is_put_into_another_ones_half_the_time() -> None:
    alone = [turn(f"alone {number}", number % 2 * 2) for number in range(400)]
    talk = [turn(f"and {number}?", 1, source=f"talk {number}", before=(("user", "x"), ("assistant", f"y {number}"))) for number in range(5)]
    placed = amid_others([*alone, *talk])
    assert placed == amid_others([*alone, *talk])
    assert placed[400:] == talk
    begun = [one for one in placed[:400] if one.before]
    assert 150 < len(begun) < 250
    assert {one.before for one in begun} == {one.before for one in talk}
    assert {one.layer for one in begun} == {0, 2}


def test_no_source_drowns_the_others() -> None:
    many = [turn(f"{number}") for number in range(MOST + 50)]
    assert len(some(many)) == MOST
    assert some(many) == some(many)
    assert some([*many[:5], *many[:5]]) == many[:5]


def test_a_question_that_says_it_all_itself_needs_nothing_before_it() -> None:
    said = [
        ("What is throat cancer?",) * 2,
        ("Is it treatable?", "Is throat cancer treatable?"),
        ("Tell me about lungs.", "tell me about lungs"),
    ]
    turns = list(_cast([{"raw_utterance": raw, "manual_rewritten_utterance": whole} for raw, whole in said], "1"))
    assert [one.layer for one in turns] == [0, 1, 0]
    assert turns[2].before == (("user", "What is throat cancer?"), ("user", "Is it treatable?"))


def test_missing_data_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        posed_turns(tmp_path)


@pytest.mark.skipif(not (DATA / "layer").exists(), reason="no data: set MNEME_DATA to the folder that holds layer")
def test_every_source_gives_the_layers_that_it_is_there_for() -> None:
    found = {(one.source, one.layer) for one in posed_turns(DATA)}
    assert {("TREC CAsT", 0), ("TREC CAsT", 1), ("GECOR", 1), ("MT-Bench ja", 1), ("MT-Bench-101", 1), ("songys", 0)} <= found
    assert {("LongMemEval", 2), ("RealMem", 2), ("MemoryBank", 2), ("own ko", 2), ("own ja", 2)} <= found
    assert not any("locomo" in source.lower() for source, _ in found)


# The head that is made of them


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        chosen = [one for layer in range(LAYERS) for one in [each for each in TURNS if each.layer == layer and each.language == "en"][:40]]
        return inputs_of(chosen)


def test_a_head_says_what_the_regression_says(inputs: Inputs) -> None:
    model = fitted(inputs, np.arange(len(inputs.turns)))
    head = head_of(model, inputs, 2.0)
    signals = [dict(zip(inputs.names, row, strict=True)) for row in inputs.signals.tolist()]
    said = [
        head.probabilities(one, vector, buckets_of(each.text))
        for one, vector, each in zip(signals, inputs.vectors, inputs.turns, strict=True)
    ]
    np.testing.assert_allclose(said, softmax(model.decision_function(inputs.matrix) / 2.0), atol=0.01)
    assert RoutingHead.model_validate_json(head.model_dump_json()) == head


def test_it_learns_from_what_it_is_shown(inputs: Inputs) -> None:
    logits = unseen_logits(inputs)
    assert np.mean(logits.argmax(axis=1) == inputs.layers) > 0.6
    assert 0.3 < temperature(logits, inputs) < 10


def test_layers_weigh_alike_and_what_is_unsure_less(inputs: Inputs) -> None:
    weights = weights_of(inputs, np.arange(50, 120))
    sums = [weights[inputs.layers[50:120] == layer].sum() for layer in (1, 2)]
    assert sums[0] == pytest.approx(sums[1])
    both = Inputs([turn("x", source="s"), turn("y", source="s", certain=False)], (), np.zeros((2, 0)), np.zeros((2, 0)), inputs.wording[:2])
    sure, unsure = weights_of(both, np.arange(2))
    assert unsure == pytest.approx(router.UNCERTAIN * sure)


def test_a_source_is_left_out_whole_and_what_the_project_wrote_by_conversation() -> None:
    turns = [turn(f"{number}", source=source) for source in ("a", "b", "own en") for number in range(30)]
    parts = [set(one.tolist()) for one in folds(turns)]
    assert sorted(at for part in parts for at in part) == list(range(90))
    assert set(range(30)) in parts
    assert set(range(30, 60)) in parts
    assert len(parts) == 2 + router.FOLDS


# How it is judged


def test_the_figures_are_those_of_the_threshold() -> None:
    head = load_routing_head()
    limit = head.recall_from
    over, under = [0.0, 0.0, limit], [0.7, 0.1, limit - 0.01]
    probabilities = np.array([over, under, under, [0.1, 0.8, 0.0], under, under, over, over])
    found = measured(np.array([2, 2, 0, 1, 1, 0, 0, 2]), probabilities, np.array([True] * 4 + [False] * 4), head)
    assert found[AT_ONCE] == pytest.approx(2 / 3)
    assert found[SPARED] == pytest.approx(2 / 3)
    assert found[REACHED_AT_LAST] == 1
    assert found[SPARED_AT_LAST] == pytest.approx(1 / 3)
    assert (found["0 as 0"], found["0 as 2"], found["1 as 1"], found["2 as 0"]) == pytest.approx((2 / 3, 1 / 3, 1 / 2, 1 / 3))
    assert found["macro-F1"] == pytest.approx(np.mean([2 * 2 / (3 + 4), 2 * 1 / (2 + 1), 2 * 2 / (3 + 3)]))
    assert found[SPARED_REACHING] == pytest.approx(2 / 3)


def test_where_the_layers_part_all_that_need_nothing_are_spared() -> None:
    probabilities = np.array([[0.9, 0.0, 0.1]] * 5 + [[0.1, 0.0, 0.9]] * 5)
    assert measured(np.array([0] * 5 + [2] * 5), probabilities, np.zeros(10, dtype=np.bool_), load_routing_head())[SPARED_REACHING] == 1


@pytest.mark.skipif(not (DATA / "layer").exists(), reason="no data: set MNEME_DATA to the folder that holds layer")
def test_the_eval_tells_each_language_and_the_head_that_ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    result = layers.run(DATA, limit=240, seed=1)
    unseen, shipped = result.systems.values()
    assert {f"{language} macro-F1" for language in LANGUAGES} | {f"RealMem {AT_ONCE}"} <= set(unseen)
    assert all(0 <= one.low <= one.value <= one.high <= 1 for one in unseen.values())
    assert shipped["en macro-F1"].value > 0.75
