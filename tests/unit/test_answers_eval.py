"""The eval of answers on two tiny data sets of its own making."""

import gzip
import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals import answers
from evals.answers import COSINE, LOCAL, MATCHED, STATEMENT, Given, figures_of, matched_thresholds, metric_columns, nearest_sentence, run
from evals.cases import Case, locomo_cases, longmemeval_cases, part_of, sampled, session_groups
from evals.lexical import Lexical
from evals.registry import eval_named
from evals.result import Figure, Result, table_of
from evals.vectors import KeptVectors
from stores.errors import InputError
from stores.histories.longmemeval import read_questions
from tests.fakes import NOON, HashEmbedder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    turns = [
        {"speaker": "Bea", "dia_id": "D1:1", "text": "I adopted a puppy called Biscuit."},
        {"speaker": "Cem", "dia_id": "D1:2", "text": "I moved to Porto yesterday."},
    ]
    asked = [
        {"question": "What is the puppy called that Bea adopted?", "answer": "Biscuit", "evidence": ["D1:1"], "category": 4},
        {"question": "When did Cem move to Porto?", "answer": "6 May 2023", "evidence": ["D1:2"], "category": 2},
        {"question": "What is the puppy called that Cem adopted?", "adversarial_answer": "Biscuit", "evidence": ["D1:1"], "category": 5},
    ]
    conversation = {"speaker_a": "Bea", "speaker_b": "Cem", "session_1_date_time": "1:00 pm on 7 May, 2023", "session_1": turns}
    (tmp_path / "locomo").mkdir()
    (tmp_path / "locomo" / "locomo5.json").write_text(json.dumps([{"sample_id": "conv-1", "conversation": conversation, "qa": asked}]))
    (tmp_path / "longmemeval_s").mkdir()
    names = [f"s{number}" for number in range(8)]
    questions = [
        {
            "question_id": f"q{number}" + ("_abs" if number == 7 else ""),
            "question_type": "single-session-user",
            "question": f"Which colour has my bicycle number {number}?",
            "question_date": "2023/05/30 (Tue) 12:00",
            "answer": f"colour{number}",
            "answer_session_ids": [f"s{number}"],
            "haystack_session_ids": names,
            "haystack_dates": ["2023/05/20 (Sat) 12:00"] * 8,
        }
        for number in range(8)
    ]
    (tmp_path / "longmemeval_s" / "questions.json").write_text(json.dumps(questions))
    with gzip.open(tmp_path / "longmemeval_s" / "sessions.jsonl.gz", "wt") as file:
        for number, name in enumerate(names):
            said = {"role": "user", "content": f"My bicycle number {number} has colour{number}.", "has_answer": True}
            file.write(json.dumps({"session_id": name, "turns": [said, {"role": "assistant", "content": "Noted."}]}) + "\n")
    return tmp_path


@pytest.fixture
def embedder(tmp_path: Path) -> Iterator[KeptVectors]:
    with KeptVectors.open(HashEmbedder(), tmp_path / "kept") as kept:
        yield kept


def case(number: int, answerable: bool = True, kind: str = "4") -> Case:
    return Case("locomo", str(number), str(number % 2), kind, "q", "red" if answerable else "", answerable, NOON, frozenset(), ())


def test_locomo_is_recalled_from_the_real_store(data: Path, embedder: KeptVectors) -> None:
    first, second, third = locomo_cases(data, embedder)
    assert [one.answerable for one in (first, second, third)] == [True, True, False]
    assert first.found
    assert {memory.speaker for memory in first.memories} == {"Bea", "Cem"}
    assert second.asked_at > max(memory.said_at for memory in second.memories)
    assert third.gold == ""


def test_longmemeval_is_ranked_within_its_own_haystack(data: Path, embedder: KeptVectors) -> None:
    cases = list(longmemeval_cases(data, embedder))
    assert all(one.found for one in cases)
    assert [one.answerable for one in cases] == [True] * 7 + [False]
    without = list(longmemeval_cases(data, embedder, without_evidence=True))
    assert not any(one.found or one.answerable for one in without)
    assert {one.kind for one in without} == {"removed"}


def test_questions_that_share_a_session_are_never_split(data: Path) -> None:
    questions = read_questions(data / "longmemeval_s")
    assert len(set(session_groups(questions).values())) == 8


def test_a_run_has_every_system_and_figures_between_0_and_1(data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(answers, "open_embedder", HashEmbedder)
    result = run(data, None, 3, tmp_path / "kept")
    assert result == run(data, None, 3, tmp_path / "kept")
    assert {LOCAL, COSINE, STATEMENT, MATCHED} < set(result.systems)
    local = result.systems[LOCAL]
    assert local["locomo.containment"].value == 1
    assert local["locomo.honest"].value == 1
    assert all(0 <= figure.low <= figure.value <= figure.high <= 1 for name, figure in local.items() if not math.isnan(figure.value))
    assert Result.model_validate_json(result.model_dump_json()).name == "answers"
    assert table_of(result).row_count == len(local)


def test_a_sample_says_so(data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(answers, "open_embedder", HashEmbedder)
    assert "a sample of 2 questions" in run(data, 2, 0, tmp_path / "kept").data


def test_sampling_keeps_the_order_and_the_seed() -> None:
    assert sampled(range(5), None, 0) == [0, 1, 2, 3, 4]
    assert sampled(range(100), 5, 1) == sampled(range(100), 5, 1) == sorted(sampled(range(100), 5, 1))


def test_a_refusal_contains_nothing_and_metrics_apply_where_they_should() -> None:
    cases = [case(0), case(1), case(2, answerable=False)]
    columns = metric_columns(cases, [Given("It is red.", False), Given("It is red.", True), Given("no", True)])
    assert columns["locomo.containment"][0][:2] == [1, 0]
    assert math.isnan(columns["locomo.containment"][0][2])
    assert columns["locomo.honest"][0][2] == 1
    figures = figures_of(cases, {name: [Given("red", False)] * 3 for name in (LOCAL, COSINE, STATEMENT, MATCHED)}, 0)
    assert figures[f"{LOCAL} minus {COSINE}"]["locomo.balance"].value == 0


def test_the_matched_baseline_refuses_as_often(data: Path, embedder: KeptVectors) -> None:
    cases = list(locomo_cases(data, embedder))
    best = [nearest_sentence(one, embedder) for one in cases]
    threshold = matched_thresholds(cases, [Given("", True), Given("", False), Given("", True)], best)["locomo"]
    assert sum(one.cosine < threshold for one, where in zip(best, cases, strict=True) if where.answerable) == 1


def test_the_halves_are_apart_and_sampled_each(data: Path, embedder: KeptVectors) -> None:
    halves = [{one.id for one in longmemeval_cases(data, embedder, part=part)} for part in ("training", "held out")]
    assert not halves[0] & halves[1]
    assert len(halves[0] | halves[1]) == 8
    assert all(part_of(one.group) == "held out" for one in longmemeval_cases(data, embedder, 1, part="held out"))


def test_bm25_finds_the_rare_word() -> None:
    scores = Lexical(["the cat sat", "the dog sat", "a cat and a dog sat on a zebra"]).scores("zebra sat")
    assert max(range(3), key=lambda at: scores[at]) == 2
    assert Lexical(["cat"]).scores("dog") == [0]
    assert Lexical([]).scores("dog") == []


def test_vectors_are_made_once(tmp_path: Path) -> None:
    inner = HashEmbedder()
    for _ in range(2):
        with KeptVectors.open(inner, tmp_path) as kept:
            vectors = kept.embed_documents(["a red car", "a red car", "a blue car"])
    assert vectors[0] == vectors[1] != vectors[2]
    assert len(inner.asked) == 2
    assert (kept.name, kept.dimension) == (inner.name, inner.dimension)


def test_no_text_is_kept_with_the_vectors(tmp_path: Path) -> None:
    with KeptVectors.open(HashEmbedder(), tmp_path) as kept:
        kept.embed_query("a secret sentence")
    assert b"secret" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_the_registry_knows_its_evals() -> None:
    assert eval_named("answers") is run
    with pytest.raises(InputError, match="no eval"):
        eval_named("nonsense")


def test_figures_are_shown_with_their_interval() -> None:
    result = Result(name="answers", data="two", seed=0, systems={"a": {"m": Figure(value=0.5, low=0.25, high=0.75)}})
    assert list(table_of(result).columns[1].cells) == ["0.500 [0.250, 0.750]"]
