"""What is shown of a long memory at first, with the bundled model's own words."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.excerpts import AT, LEFT, LENGTH, answering, first_words, run
from models import prompts
from models.excerpts import LEFT_OUT, cut_at_ends, excerpt
from models.tokens import estimated

GUIDE = """Berlin has a lot to offer to somebody who likes art and history as much as you do. Here is what I would put on the list:

1. The Pergamon Museum, which is famous for its altar, e.g. on postcards. It is closed in part until 2027.
2. The Bode Museum on the tip of the island, with its coins and sculptures.
3. The Hamburger Bahnhof stands in an old railway station and costs 14.50 euros.

Most of them are closed on Mondays, so plan ahead. Dr. Weber at the hotel desk books tables in restaurants nearby."""
KOREAN = (
    "오늘 회사에서 새 프로젝트 회의가 있었어요. 팀장님이 민수 씨한테 발표를 맡겼는데 다들 놀랐어요. 점심은 근처 국밥집에서 먹었어요. "
    "저녁에는 동생 지연이를 만나서 선물을 골랐어요. 지연이는 요즘 도자기를 배우고 있대요. 집에 와서 고양이 밥을 주고 일찍 잤어요."
)
JAPANESE = (
    "今日は会社で新しい会議がありました。部長が田中さんに発表を任せました。昼は近くの店でラーメンを食べました。"
    "夕方は妹の美咲に会って、贈り物を選びました。美咲は最近陶芸を習っているそうです。家に帰って猫にご飯をあげて早く寝ました。"
)
BITS = ["tea", "river", "3.5", "e.g.", "Anna?", "고양이", "猫", "...", "\n", "$", "I", "Mr.", "won"]
SENTENCE = st.lists(st.sampled_from(BITS), min_size=1, max_size=12).map(" ".join)
LONG = st.lists(SENTENCE, max_size=40).map(". ".join)


@given(LONG | st.text(max_size=2_000))
def test_a_text_cut_at_its_ends_is_whole_when_joined(text: str) -> None:
    assert "".join(cut_at_ends(text)) == text


@settings(deadline=None)  # the first one reads the model's words
@given(st.text(max_size=40) | SENTENCE, LONG | st.text(max_size=2_000), st.integers(10, 60))
def test_an_excerpt_fits_and_holds_nothing_but_runs_of_the_text_in_order(query: str, text: str, most: int) -> None:
    shown = excerpt(query, text, most)
    if estimated(text) <= most:
        assert shown == text
        return
    runs = [run.strip() for run in shown.split(LEFT_OUT) if run.strip()] if LEFT_OUT not in text else []
    assert sum(map(estimated, runs)) <= most + len(cut_at_ends(text)) / 2 + 1  # each part's tokens are rounded
    at = 0
    for one in runs:
        at = text.index(one, at) + len(one)


@pytest.mark.parametrize(
    ("query", "text", "holds", "without"),
    [
        ("Which museum was a railway station?", GUIDE, "stands in an old railway station and costs 14.50 euros.", "Weber"),
        ("Who books a table for us?", GUIDE, "Dr. Weber at the hotel desk books tables in restaurants nearby.", "coins"),
        ("What is the Pergamon known for?", GUIDE, "famous for its altar, e.g. on postcards.", "Weber"),
        ("동생이 요즘 뭘 배운다고 했지?", KOREAN, "지연이는 요즘 도자기를 배우고 있대요.", "국밥집"),
        ("妹は最近何を習っているの？", JAPANESE, "美咲は最近陶芸を習っているそうです。", "ラーメン"),
    ],
)  # fmt: skip
def test_the_sentence_that_fits_is_shown_and_what_does_not_is_left_out(query: str, text: str, holds: str, without: str) -> None:
    shown = excerpt(query, text, 45)
    assert holds in shown
    assert without not in shown
    assert LEFT_OUT in shown


def test_a_word_is_found_by_its_like() -> None:
    text = " ".join(["The weather was fine and we walked along the canal for an hour."] * 6 + ["Our physician told us to rest."])
    assert "physician" in excerpt("What did the doctor say?", text, 30)


def test_what_stands_beside_the_best_does_not_crowd_out_what_fits_far_off() -> None:
    dull = "The stairs creak. Rain again today. Bills came in. " * 14
    shown = excerpt("Where does my plumber live?", f"My plumber is called Bert. {dull}He lives in Almada.", 90)
    assert shown.startswith("My plumber is called Bert.")
    assert shown.endswith("He lives in Almada.")


def test_words_that_say_nothing_give_the_beginning() -> None:
    assert excerpt("???", GUIDE, 45).startswith("Berlin has a lot to offer")


def test_the_prompt_says_what_the_mark_means() -> None:
    assert LEFT_OUT in prompts.IN_PART


@given(LONG, st.integers(10, 60))
def test_the_first_words_are_a_beginning_that_fits(text: str, most: int) -> None:
    shown = first_words("", text, most)
    assert text.startswith(shown)
    assert estimated(shown) <= most or " " not in shown


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Two questions: one that a long message answers at its end, and one whose answer stands in no message."""
    turns = [{"role": "user", "content": "What shall we see in Berlin?"}, {"role": "assistant", "content": GUIDE, "has_answer": True}]
    session = {"session_id": "s1", "turns": turns}
    plain = {"question_type": "single-session-assistant", "question_date": "2023/05/20 (Sat) 02:21", "answer_session_ids": ["s1"]}
    haystack = {"haystack_session_ids": ["s1"], "haystack_dates": ["2023/05/01 (Mon) 10:00"]}
    questions = [
        {"question_id": "q1", "question": "Who books a table for us?", "answer": "Dr. Weber", **plain, **haystack},
        {"question_id": "q2", "question": "What is my cat called?", "answer": "Tom", **plain, **haystack},
        {"question_id": "q3_abs", "question": "Who books a table for us?", "answer": "Dr. Weber", **plain, **haystack},
    ]
    (tmp_path / "questions.json").write_text(json.dumps(questions))
    with gzip.open(tmp_path / "sessions.jsonl.gz", "wt") as file:
        file.write(json.dumps(session) + "\n")
    return tmp_path


def test_the_eval_counts_what_is_left_of_the_answer(asked: Path) -> None:
    (case,) = answering(asked)
    assert (case.question, case.role, case.texts) == ("Who books a table for us?", "assistant", (GUIDE,))
    result = run(asked)
    mine, first = (result.systems[name] for name in ("Mneme", "the first words"))
    assert [mine[f"{LEFT}@{most}"].value for most in AT] == [1.0] * len(AT)
    assert first[f"{LEFT}@60"].value == 0.0
    assert mine[f"{LENGTH}@30"].value < mine[f"{LENGTH}@60"].value < 1.0
