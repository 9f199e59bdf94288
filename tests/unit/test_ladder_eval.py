"""The eval of the ladder: what is shown at first, and what once a reader of the prompt has said whether it lacks something."""

import json
from pathlib import Path

import pytest

from evals import ladder
from evals.ladder import after_the_ladder, by_hand, climbing, figures, hash_of, request_for, sampled
from evals.looks import Look
from models import prompts
from models.mind import Answer, AnswerRequest, Layer, Mind
from models.read_gate import WITH_NOTHING
from nodes.ladder import TOP
from stores.errors import InputError


def look(words: str, layer: Layer, need: float = 0.01, data: str = "own") -> Look:
    return Look(data, f"{data} 1", "en", words, int(layer), need, WITH_NOTHING, (0,), (0.0,))


class Reader:
    """Lacks something wherever the words are about "my"."""

    name, model = "chat", "reader"

    def answer(self, request: AnswerRequest) -> Answer:
        return Answer(lacking="what it is") if "my" in request.words else Answer("So it is.")


READER: Mind = Reader()  # type: ignore[assignment]


def shown_from_half(one: Look) -> int:
    """How many memories a gate shows that goes by the need alone."""
    return 3 if one.need >= 0.5 else 0


def values_of(rows: list[Look], climbs: dict[str, bool]) -> dict[str, float]:
    return {name: figure.value for name, figure in figures(rows, after_the_ladder(rows, climbs, shown_from_half), 0).items()}


def test_what_is_kept_back_is_asked_for_or_not() -> None:
    rows = [look("Where is my key?", 2), look("Who is Tom?", 2), look("Where was it?", 2, 0.9), look("A joke!", 0), look("my turn", 0)]
    climbs = dict(climbing([one for one in rows if not shown_from_half(one)], READER))
    assert climbs == {"Where is my key?": True, "Who is Tom?": False, "A joke!": False, "my turn": True}
    found = values_of(rows, climbs)
    assert found["own, en: turns of layer 2 shown memories"] == pytest.approx(2 / 3)
    assert found["own, en: turns of layer 0 spared"] == 0.5


def test_those_answered_stand_for_the_others_of_their_layer_and_memory() -> None:
    rows = [look(f"Where is my key {at}?", 2) for at in range(4)] + [look("A joke!", 0)]
    rows += [look("elsewhere", 2, data="LoCoMo"), look("A joke!", 0, data="LoCoMo")]
    climbs = {"Where is my key 0?": True, "Where is my key 1?": False, "elsewhere": True, "A joke!": False}
    found = values_of(rows, climbs)
    assert found["own, en: turns of layer 2 shown memories"] == 0.5
    assert found["LoCoMo, en: turns of layer 2 shown memories"] == 1.0
    assert found["en: turns of layer 2 shown memories"] == 0.75
    assert found["own, en: turns of layer 0 spared"] == 1.0


def test_so_many_of_each_layer_and_kind_of_memory_are_answered() -> None:
    rows = [look(f"{data} {layer} {at}", layer, data=data) for data in ("own", "LoCoMo") for layer in (0, 2) for at in range(9)]
    chosen = sampled([*rows, *rows], 4, seed=1)
    assert len(chosen) == len({one.words for one in chosen}) == 16
    assert {(one.data, one.layer) for one in chosen} == {(data, layer) for data in ("own", "LoCoMo") for layer in (0, 2)}


def test_the_prompt_is_that_of_a_turn_that_is_shown_nothing() -> None:
    low, high = request_for(look("Who is Tom?", 2)), request_for(look("Who is Tom?", 2, need=0.99))
    assert (low.depth, low.deeper) == (prompts.OPENS, True)
    assert (high.depth, high.deeper) == (TOP.told, False)
    assert all(one.may_lack and not one.memories for one in (low, high))


def test_recorded_answers_are_known_by_their_prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [look("Where is my key?", 2), look("A joke!", 0), look("Who is Tom?", 2)]
    file = tmp_path / "answers.jsonl"
    lines = [{"prompt": hash_of(request_for(one)), "lacking": lacking} for one, lacking in zip(asked, ("the key", ""), strict=False)]
    file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    monkeypatch.setattr(ladder, "BY_HAND", file)
    assert by_hand(asked) == {"Where is my key?": True, "A joke!": False}
    monkeypatch.setattr(prompts, "MAY_LACK", "Otherwise.")
    assert by_hand(asked) == {}


def test_turns_that_nobody_answered_are_not_left_out_silently() -> None:
    rows = [look("Where is my key?", 2), look("A joke!", 0), look("Where was it?", 2, 0.9)]
    with pytest.raises(InputError, match="Where is my key"):
        values_of(rows, {"A joke!": False})


def test_the_shipped_answers_are_to_the_prompts_of_today() -> None:
    asked = [
        look("열쇠 두고 왔다", 0, need=0.1),
        look("What were the different amounts asked and offered for the parents' house?", 2, need=0.9),
    ]
    assert len(by_hand(asked)) == len(asked)
