"""How important a memory is: the signals, the head that weighs them, what it is trained on, and how it is judged."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from evals import importance
from evals.importance import HEAD, LENGTH, VECTOR, Sample, auc, figures_of, listed, rho
from evals.ratings import OWN_RATED, RatedText, in_first_person, noted_turns, own, streams, without_names
from evals.registry import eval_named
from evals.training.importance import FOLDS, Inputs, agents_left_out, inputs_of, is_own, sentences_left_out, trained
from evals.turns import LANGUAGES
from models.embedding import open_embedder
from models.importance import rate
from models.rating.head import IMPORTANCE, LEAST, MOST, STEPS, ImportanceHead, load_importance_head
from models.rating.signals import FITS, LATIN_FITS, WIDE_LETTERS, is_wide, signals_of
from models.routing.head import HEADS, packed, unpacked
from stores.errors import InputError

DATA = Path(os.environ.get("MNEME_DATA") or Path(__file__).parents[3] / "shared" / "data")
NAMES = tuple(signals_of("x"))
needs_data = pytest.mark.skipif(not (DATA / "importance").exists(), reason="no data: set MNEME_DATA to the folder that holds importance")


def head(**changes: Any) -> ImportanceHead:
    blank: dict[str, Any] = {
        "signals": NAMES,
        "weights": ((0.0,) * len(NAMES),) * STEPS,
        "embedder": "another",
        "meaning": packed(np.zeros((STEPS, 4))),
        "vector_given": (0.0,) * STEPS,
        "intercept": (0.0,) * STEPS,
    }
    return ImportanceHead.model_validate({**blank, **changes})


def rated_now(text: str) -> float:
    return rate(text, open_embedder().embed_query(text))


# Signals


@pytest.mark.parametrize(
    ("name", "fitting", "other"),
    [
        ("of death", ["He passed away", "할머니가 돌아가셨어", "父が亡くなった"], ["He passed by", "할머니가 오셨어", "父が来た"]),
        ("of a child to come", ["I'm pregnant", "임신했어", "妊娠した"], ["I'm early", "이겼어", "勝った"]),
        ("commits", ["I promised her", "약속했어", "約束した"], ["I saw her", "봤어", "見た"]),
        ("of routine", ["shelf is idle", "커피 마셔", "コーヒーを飲む"], ["he left", "떠났어", "去った"]),
        ("of what is not so", ["the hero of the film", "영화 주인공", "映画の主人公"], ["my aunt", "이모", "おば"]),
    ],
)
def test_what_a_memory_is_about_is_seen_in_three_languages(name: str, fitting: list[str], other: list[str]) -> None:
    assert [signals_of(text)[name] for text in fitting] == [1.0] * len(fitting)
    assert [signals_of(text)[name] for text in other] == [0.0] * len(other)


def test_every_signal_has_alternatives_in_latin_letters() -> None:
    assert tuple(LATIN_FITS) == tuple(FITS)
    assert not any(fit.search("") for fit in [*FITS.values(), *LATIN_FITS.values()])


def test_one_foreign_word_makes_no_foreign_text() -> None:
    assert is_wide("今日は雨だ")
    assert is_wide("오늘은 비")
    assert not is_wide("My teacher of Japanese says that 雨 is rain")


@given(st.text())
@settings(deadline=None)
def test_any_words_have_all_signals_between_0_and_1(text: str) -> None:
    signals = signals_of(text)
    assert tuple(signals) == NAMES
    assert all(0 <= value <= 1 for value in signals.values())


# The head


@given(st.text(), st.lists(st.floats(-1, 1), min_size=384, max_size=384) | st.none())
@settings(deadline=None, max_examples=50)
def test_any_words_are_rated_between_1_and_10(text: str, vector: list[float] | None) -> None:
    assert LEAST <= rate(text, vector) <= MOST


@given(st.lists(st.floats(-1e3, 1e3), min_size=STEPS, max_size=STEPS))
def test_any_weights_rate_between_1_and_10(intercept: list[float]) -> None:
    assert LEAST <= rate("x", None, head(intercept=tuple(intercept))) <= MOST


@pytest.mark.parametrize("known", [True, False], ids=["with the vector", "without"])
@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("My mother died", "I had toast"),
        ("My mother died last night", "My phone died last night"),
        ("I'm pregnant", "I'm in the queue"),
        ("I was laid off today", "I went for a walk today"),
        ("My son was born this morning", "I had a coffee this morning"),
        ("I live in Berlin with my brother Tom", "ok"),
        ("We are getting divorced", "What's the capital of France?"),
        ("할머니가 돌아가셨어", "커피 마셔"),
        ("임신했어", "안녕"),
        ("祖母が亡くなった", "今日は雨だ"),
        ("会社をクビになった", "ありがとう"),
    ],
)
def test_what_matters_more_is_rated_higher(more: str, less: str, known: bool) -> None:
    ratings = [rated_now(text) if known else rate(text, None) for text in (more, less)]
    assert ratings[0] > ratings[1] + 1


def test_a_rating_is_1_and_the_steps_that_are_reached() -> None:
    assert rate("x", None, head()) == 1 + STEPS / 2
    assert rate("x", None, head(intercept=(99.0,) * 4 + (-99.0,) * 5)) == 5


def test_a_vector_counts_where_there_is_one_and_not_for_korean_and_japanese() -> None:
    weighing = head(meaning=packed(np.full((STEPS, 4), 10.0)), vector_given=(1.0,) * STEPS)
    assert rate("tea", [1.0, 0.0, 0.0, 0.0], weighing) == MOST
    assert rate("tea", None, weighing) == rate("차", [1.0, 0.0, 0.0, 0.0], weighing) == rate("お茶", [1.0, 0.0, 0.0, 0.0], weighing) == 5.5


def test_the_head_that_ships_is_what_the_loader_wants() -> None:
    loaded = load_importance_head()
    assert load_importance_head() is loaded
    assert ImportanceHead.model_validate_json(loaded.model_dump_json()) == loaded
    assert loaded.signals == NAMES
    assert loaded.embedder == open_embedder().name
    assert unpacked(loaded.meaning, STEPS).shape == (STEPS, open_embedder().dimension)
    assert len(loaded.weights) == len(loaded.intercept) == len(loaded.vector_given) == STEPS
    assert (HEADS / f"{IMPORTANCE}.md").exists()


def test_a_head_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="colour"):
        head(colour="red")


# What it is trained on


def test_the_projects_own_sentences_are_distinct_and_of_every_rating() -> None:
    sentences = own()
    assert len({one.text for one in sentences}) == len(sentences) <= 300
    for language in LANGUAGES:
        counts = Counter(one.importance for one in sentences if one.language == language)
        assert sorted(counts) == list(range(LEAST, MOST + 1))
        assert max(counts.values()) <= min(counts.values()) + 1
    assert all(is_own(one) for one in sentences)


def test_the_files_hold_nothing_but_sentences() -> None:
    for file in OWN_RATED.glob("*.jsonl"):
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        assert all(set(line) == {"importance", "meaning", "text"} for line in lines)
        assert len({line["meaning"] for line in lines}) == len(lines)


def test_an_agents_memories_are_told_as_its_own() -> None:
    assert in_first_person("Maria Lopez is reading", "maria_lopez") == "I am reading"
    assert in_first_person("Maria Lopez Maria liked it", "maria_lopez") == "I liked it"
    assert in_first_person("Tom asks Maria Lopez about maria lopez's day", "maria_lopez") == "Tom asks me about my day"
    assert without_names("Maria Lopez  is talking to Klaus", ("maria_lopez", "klaus_mueller")) == "somebody is talking to somebody"


def made_up_folder(folder: Path) -> Path:
    """Two agents and one user of RealMem."""
    nodes = {"ann_lee": [("bed is idle", 1), ("Ann Lee is reading", 3), ("ann lee is reading", 5)], "bob_ray": [("Bob Ray is reading", 4)]}
    (folder / "importance").mkdir(parents=True)
    for agent, said in nodes.items():
        written = {f"node_{at}": {"description": text, "poignancy": rating} for at, (text, rating) in enumerate(said)}
        (folder / "importance" / f"{agent}.nodes.json").write_text(json.dumps(written))
    memory = {"source_content_snapshot": "I moved ", "source_role_snapshot": "User"}
    turns = [{"speaker": "User", "content": "I moved"}, {"speaker": "Assistant", "content": "Oh"}, {"speaker": "User", "content": "Yes"}]
    sessions = [
        {"session_uuid": "1", "dialogue_turns": turns, "extracted_memory": [memory]},
        {"session_uuid": "2", "dialogue_turns": turns[2:], "extracted_memory": []},
    ]
    (folder / "realmem").mkdir()
    (folder / "realmem" / "eve.json").write_text(json.dumps({"dialogues": sessions}))
    return folder


def test_a_memory_that_comes_again_counts_once(tmp_path: Path) -> None:
    found = {(one.source, one.text): one.importance for one in streams(made_up_folder(tmp_path))}
    assert found == {("ann_lee", "bed is idle"): 1, ("ann_lee", "I am reading"): 4, ("bob_ray", "I am reading"): 4}


def test_a_turn_is_noted_where_a_memory_was_made_of_it(tmp_path: Path) -> None:
    found = [(one.text, one.noted, one.amid) for one in noted_turns(made_up_folder(tmp_path))]
    assert found == [("I moved", True, True), ("Yes", False, True), ("Yes", False, False)]


def test_missing_data_are_told(tmp_path: Path) -> None:
    for read in (streams, noted_turns):
        with pytest.raises(InputError, match="There are no"):
            read(tmp_path)
    made_up_folder(tmp_path)
    (tmp_path / "importance" / "ann_lee.nodes.json").write_text("{}{")
    with pytest.raises(InputError, match="cannot be read"):
        streams(tmp_path)


def text_of(source: str, group: str, importance: float = 1.0) -> RatedText:
    return RatedText(source, "en", group, importance, group)


def test_an_agent_is_left_out_whole_and_what_another_remembers_alike_is_not_tested() -> None:
    texts = [text_of("ann", "a"), text_of("ann", "shared"), text_of("bob", "b"), text_of("bob", "shared"), text_of("own en", "c")]
    found = {agent: (test.tolist(), training.tolist()) for agent, test, training in agents_left_out(texts)}
    assert found == {"ann": ([0], [2, 3, 4]), "bob": ([2], [0, 1, 4])}


def test_sentences_that_say_the_same_are_left_out_together() -> None:
    texts = [text_of("ann", "a"), *own()]
    parts = list(sentences_left_out(texts))
    assert len(parts) == FOLDS
    assert sorted(at for test, _ in parts for at in test) == list(range(1, len(texts)))
    for test, training in parts:
        assert 0 in training
        assert not {texts[at].group for at in test} & {texts[at].group for at in training}


@needs_data
def test_the_agents_are_three_and_nothing_is_of_locomo() -> None:
    texts = streams(DATA)
    assert {one.source for one in texts} == {"isabella_rodriguez", "klaus_mueller", "maria_lopez"}
    assert all(LEAST <= one.importance <= MOST for one in texts)
    for agent, test, training in agents_left_out(texts):
        assert len(test) > 80
        assert agent not in {texts[at].source for at in training}
        assert not {texts[at].group for at in test} & {texts[at].group for at in training}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        return inputs_of(own())


def test_a_head_learns_from_what_it_is_shown_and_says_what_rate_says(inputs: Inputs) -> None:
    learned = trained(inputs)
    said = inputs.seen.rated_by(learned)
    assert rho(inputs.ratings, said) > 0.9
    for at in (0, 60, 109, 150, 250):
        assert rate(inputs.texts[at].text, inputs.seen.vectors[at].tolist(), learned) == pytest.approx(said[at], abs=0.051)


def test_no_vector_is_looked_at_where_the_letters_are_wide(inputs: Inputs) -> None:
    wide = inputs.seen.signals[:, inputs.seen.names.index(WIDE_LETTERS)] == 1
    assert not inputs.seen.vectors[wide].any()
    assert inputs.seen.vectors[~wide].any(axis=1).all()


# How it is judged


def test_rho_is_of_ranks() -> None:
    known = np.array([1.0, 2, 3, 4])
    assert rho(known, known**3) == pytest.approx(1)
    assert rho(known, -known) == pytest.approx(-1)
    assert rho(known, np.array([1.0, 3, 2, 4])) == pytest.approx(0.8)
    assert np.isnan(rho(known, np.ones(4)))


def test_auc_is_the_share_of_pairs_in_order() -> None:
    noted = np.array([1.0, 0, 1, 0])
    assert auc(noted, np.array([4.0, 1, 3, 2])) == 1
    assert auc(noted, np.array([4.0, 3, 2, 1])) == 0.75
    assert auc(noted, np.ones(4)) == 0.5
    assert np.isnan(auc(np.ones(4), noted))


def test_a_listed_text_weighs_as_its_heaviest_word() -> None:
    assert (listed("My father DIED happy."), listed("so happy"), listed("undied"), listed("父が亡くなった")) == (10, 5, 1, 10)


def test_figures_are_means_over_samples_within_their_intervals() -> None:
    known = np.arange(8.0)
    same, turned = [Sample(rho, known, tuple("abcdefgh"), {HEAD: known * sign, LENGTH: known, VECTOR: np.ones(8)}) for sign in (1, -1)]
    found = figures_of([same, turned], seed=0)
    assert found[HEAD].value == pytest.approx(0)
    assert found[LENGTH].value == pytest.approx(1)
    assert found[HEAD].low <= found[HEAD].value <= found[HEAD].high
    assert VECTOR not in found


@needs_data
def test_the_eval_tells_agents_languages_and_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(importance, "RESAMPLES", 50)
    result = eval_named("importance")(DATA, 60, 1)
    head_figures = result.systems[HEAD]
    assert {"agents, mean rho", "RealMem AUC", *(f"{language} rho" for language in LANGUAGES)} <= set(head_figures)
    assert all(-1 <= one.low <= one.high <= 1 for figures in result.systems.values() for one in figures.values())
    assert head_figures["agents, mean rho"].value > result.systems[LENGTH]["agents, mean rho"].value
    assert "ko rho" not in result.systems[VECTOR]
