"""The learned ranker: words by meaning, every signal by hand, the head that weighs them, and the ranking."""

import base64
import math
import warnings
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import permutations
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError

from models.embedding import bundled_folder
from models.ranker import AMONG, DiverseRanker, LearnedRanker, ranker_named
from models.relevance import head as heads
from models.relevance import word_vectors
from models.relevance.head import Network, RankingHead, load_ranking_head, packed
from models.relevance.signals import ON_THE_DAY, WORD, _says, signals_of
from models.relevance.support import NEAR, ROOM, SHORT, SURE, handed_out, room_of, support_of, supported
from models.relevance.talks import AGAIN, WORTH, by_talks, likeness_of, more_than_asked, talks_of
from models.relevance.word_vectors import LONGEST, WordVectors
from stores.errors import InputError
from stores.ranking import Candidate, CosineRanker, DecayingRanker, FusionRanker, GenerativeAgentsRanker
from tests.fakes import NOON, record

PIECES = 30_522  # of MiniLM's vocabulary
RANKER = LearnedRanker()
ALIKE = np.ones(PIECES)
SAYINGS = ("tea", "The river is wide", "...", "", "도서관에 갔다", "dog, dog; dog!", "\u200b", "Ångström")


@cache
def words() -> WordVectors:
    return WordVectors(bundled_folder())


def candidate(text: str, number: int = 0, similarity: float = 0.5, bm25: float = 0.0, **fields: object) -> Candidate:
    return Candidate(record(text, number, **fields), {"similarity": similarity, "bm25": bm25, "recency": 1.0})


def signals(
    query: str, *candidates: Candidate, now: datetime = NOON, rarity: NDArray[np.float64] = ALIKE
) -> Mapping[str, NDArray[np.float64]]:
    return signals_of(query, candidates, now, words(), rarity)


def column(name: str, query: str, *candidates: Candidate, now: datetime = NOON) -> list[float]:
    return [float(value) for value in signals(query, *candidates, now=now)[name]]


def pieces(text: str) -> list[int]:
    return [int(piece) for piece in words().tokens([text])[0]]


def rare(**tell: float) -> NDArray[np.float64]:
    """These words tell so much, all others nothing."""
    rarity = np.zeros(PIECES)
    for word, value in tell.items():
        (piece,) = pieces(word)
        rarity[piece] = value
    return rarity


# Words by meaning


def test_neither_marks_nor_case_are_words() -> None:
    assert pieces("Hello, WORLD! (really?) — _ … [SEP]") == pieces("hello world really")
    assert pieces("?! ... \u200b") == []


def test_a_text_is_read_up_to_its_longest_and_no_further() -> None:
    assert len(pieces("dog " * 5_000)) == LONGEST
    assert pieces("dog " * LONGEST + "river") == pieces("dog " * LONGEST)


def near(query: str, *texts: str) -> NDArray[np.float32]:
    wanted, *others = words().tokens([query, *texts])
    return words().nearness(wanted, others)


def test_a_word_is_itself_and_a_like_one_is_nearer_than_another() -> None:
    same, like, other, empty = near("dog", "my dog sleeps", "puppy", "carburetor", "?!")[0]
    assert same == pytest.approx(1, abs=1e-5)
    assert 0.98 > like > other + 0.1
    assert empty == 0


def test_without_words_nothing_is_near() -> None:
    assert near("dog river").shape == (2, 0)
    assert near("?", "dog").shape == (0, 1)
    assert near("dog river", "", "!").tolist() == [[0, 0], [0, 0]]


def by_brute_force(query: str, texts: Sequence[str]) -> list[list[float]]:
    table = words()._table
    return [[max((float(table[a] @ table[b]) for b in pieces(text)), default=0.0) for text in texts] for a in pieces(query)]


@pytest.mark.parametrize("texts", [SAYINGS, SAYINGS[::-1], ("", "dog", ""), ("dog",), ("", "")])
def test_nearness_is_the_cosine_of_the_nearest_piece(texts: tuple[str, ...]) -> None:
    query = "where does the dog swim in a river"
    np.testing.assert_allclose(near(query, *texts), by_brute_force(query, texts), atol=1e-5)


@given(st.text(), st.lists(st.text(), max_size=5))
@settings(deadline=None)
def test_any_text_has_nearnesses_of_cosines(query: str, texts: list[str]) -> None:
    found = near(query, *texts)
    assert found.shape == (len(pieces(query)), len(texts))
    assert np.all(np.abs(found) <= 1.01)
    for place, text in enumerate(texts):
        assert pieces(text) or not found[:, place].any()


@given(st.text(st.sampled_from("aBz09 .,'-_!\"\t\n\x00\x7f[]SEP\u2019\u201c\u2014\u2026\u00a0éñ\u0301İßｗ。犬한😀°")) | st.text())
@settings(deadline=None, max_examples=500)
def test_word_by_word_a_text_is_read_as_the_tokenizer_reads_it(text: str) -> None:
    whole = words()._tokenizer.encode(text, add_special_tokens=False).ids
    assert pieces(text) == words()._without_marks(whole).tolist()


def test_a_shelf_that_another_thread_empties_meanwhile_loses_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "KEPT", 4)
    fresh = WordVectors(bundled_folder())
    fresh.tokens(["dog"])
    without_marks = fresh._without_marks

    def interrupted(ids: Sequence[int]) -> NDArray[np.int32]:
        monkeypatch.setattr(fresh, "_without_marks", without_marks)
        fresh.tokens(["tea", "pond", "oven", "tin"])
        return without_marks(ids)

    monkeypatch.setattr(fresh, "_without_marks", interrupted)
    assert [one.tolist() for one in fresh.tokens(["dog", "river"])] == [pieces("dog"), pieces("river")]


def test_many_threads_and_a_full_shelf_give_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "KEPT", 20)
    fresh = WordVectors(bundled_folder())
    batches = [[f"word {number % 37} and {number % 11}", *SAYINGS] for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fresh.tokens, batches))
    assert [[one.tolist() for one in batch] for batch in found] == [[pieces(text) for text in batch] for batch in batches]
    assert len(fresh._kept) <= 20


# Signals: how it was found


def test_what_was_found_is_measured_within_the_query() -> None:
    three = [candidate("a", 0, 0.2, 0.0), candidate("b", 5, 1.0, 4.0), candidate("c", 9, 0.6, 1.0)]
    found = signals("x", *three)
    assert found["dense"] == pytest.approx([0, 1, 0.5])
    assert found["words"] == pytest.approx([0, 1, 0.25])
    assert found["dense rank"] == pytest.approx([4 / 6, 1, 4 / 5])
    assert found["words rank"] == pytest.approx([0, 1, 4 / 5])
    assert found["best similarity"] == pytest.approx([1.0] * 3)


@pytest.mark.parametrize("name", ["dense rank", "words rank"])
def test_what_was_found_equally_well_has_one_rank(name: str) -> None:
    best, one, other, last = signals("x", *(candidate("a", 9 * at, 0.1 * bm25, bm25) for at, bm25 in enumerate((6.0, 3.0, 3.0, 1.0))))[name]
    assert best > one == other > last


def test_where_no_word_fits_none_is_ranked_by_words() -> None:
    found = signals("x", candidate("a", 0, 0.2), candidate("b", 5, 0.4))
    assert not found["words"].any()
    assert not found["words rank"].any()


def test_neighbours_lend_what_they_scored() -> None:
    three = [candidate("c", 2, 0.5, 0.0), candidate("a", 0, 0.0, 0.0), candidate("b", 1, 1.0, 2.0)]  # fused: 0.25, 0, 1
    found = signals("x", *three)
    assert found["before"] == pytest.approx([1, 0, 0])
    assert found["after"] == pytest.approx([0, 1, 0.25])


@pytest.mark.parametrize("apart", [{"thread_id": "other"}, {"session_id": "later"}, {"kind": "fact"}])
def test_neighbours_are_messages_of_one_session_of_one_thread(apart: dict[str, object]) -> None:
    two = [candidate("Do you like tea?", 0, 1.0, 2.0), candidate("river", 1, 0.2, 0.0, **apart)]
    found = signals("tea", *two)
    for name in ("before", "after", "answers", "exact with before"):
        assert found[name][1] == 0, name
    assert found["soft with both"][1] == 0
    together = signals("tea", two[0], candidate("river", 1, 0.2, 0.0))
    assert together["before"][1] == together["answers"][1] == together["exact with before"][1] == 1


@pytest.mark.parametrize("apart", [{"thread_id": "other"}, {"session_id": "earlier"}, {"kind": "fact"}])
def test_what_is_no_message_of_it_is_nobodys_neighbour(apart: dict[str, object]) -> None:
    found = signals("tea", candidate("Do you like tea?", 0, 1.0, 2.0, **apart), candidate("river", 1, 0.2, 0.0))
    for name in ("before", "answers", "exact with before", "soft with before"):
        assert found[name][1] == 0, name


def test_a_session_is_as_good_as_its_best() -> None:
    best = candidate("a", 0, 1.0, 2.0, session_id="s")
    beside = candidate("b", 9, 0.0, 0.0, session_id="s")
    apart = candidate("c", 20, 0.5, 0.0, session_id="r")
    namesake = candidate("d", 30, 0.2, 0.0, session_id="s", thread_id="other")
    assert column("session", "x", best, beside, apart, namesake) == pytest.approx([1, 1, 0.25, 0.1])


# Signals: what words it has


def test_rare_words_count_most() -> None:
    texts = [candidate("a dog", 0), candidate("a river", 5), candidate("a dog in a river", 9), candidate("tea", 12)]
    found = signals("dog river?", *texts, rarity=rare(dog=3, river=1))
    assert found["exact"] == pytest.approx([0.75, 0.25, 1, 0])
    assert found["soft"][2] == pytest.approx(1)
    assert found["soft"][2] > found["soft"][0] > found["soft"][1] > found["soft"][3] == 0


def test_words_of_like_meaning_count_in_part() -> None:
    found = signals("dog", candidate("puppy", 0), candidate("carburetor", 5), candidate("dog", 9))
    assert found["exact"] == pytest.approx([0, 0, 1])
    assert found["soft"][1] == 0
    assert found["soft"][2] == 1
    assert 0.1 < found["soft"][0] < 0.9


def test_words_of_the_message_before_and_after_help() -> None:
    found = signals("dog river tea", candidate("dog", 0), candidate("river", 1), candidate("tea", 2), candidate("nothing", 9))
    third = 1 / 3
    assert found["exact"] == pytest.approx([third, third, third, 0])
    assert found["exact with before"] == pytest.approx([third, 2 * third, 2 * third, 0])
    led, amid = found["soft with before"], found["soft with both"]
    assert min(led[1], led[2]) > led[0] > led[3] == amid[3] == 0
    assert amid[1] == 1 > amid[0] > led[0] + 0.1


def test_the_speakers_name_is_among_the_words() -> None:
    assert column("exact", "Ada", candidate("tea", 0, speaker="Ada"), candidate("tea", 5, speaker="Ben")) == [1, 0]


def test_a_query_without_words_weighs_none() -> None:
    found = signals("?!", candidate("tea", 0), candidate("!", 5))
    for name in ("soft", "soft with before", "soft with both", "exact", "exact with before"):
        assert not found[name].any(), name


# Signals: of whom


@pytest.mark.parametrize(
    ("query", "asked_about", "another"),
    [
        ("What did Ada eat?", [1, 0, 0], [0, 1, 1]),
        ("What did Ben eat?", [0, 1, 0], [1, 0, 1]),
        ("What did Ada and Ben eat?", [0, 0, 0], [0, 0, 0]),
        ("What did I eat?", [1, 1, 0], [0, 0, 1]),
        ("What did you recommend to me?", [0, 0, 1], [1, 1, 0]),
        ("Who likes tea?", [0, 0, 0], [0, 0, 0]),
    ],
)
def test_whom_the_question_asks_about(query: str, asked_about: list[float], another: list[float]) -> None:
    three = [candidate("a", 0), candidate("b", 5, speaker="Ben"), candidate("c", 9, speaker="Assistant", role="assistant")]
    found = signals(query, *three)
    assert found["asked about"].tolist() == asked_about
    assert found["another"].tolist() == another


def test_the_names_of_roles_are_nobodys() -> None:
    assert column("asks about somebody", "Which User spoke?", candidate("a", speaker="User")) == [0]
    assert column("asks about somebody", "Which Ada spoke?", candidate("a", speaker="Ada")) == [1]


# Signals: what it tells


def test_what_asks_and_what_replies_to_a_question() -> None:
    three = [candidate("Do you like tea?", 0), candidate("I do.", 1), candidate("So do I.", 2)]
    assert column("asks", "tea", *three) == [1, 0, 0]
    assert column("answers", "tea", *three) == [0, 1, 0]


def test_how_long_it_is() -> None:
    four = [candidate("tea " * count, count) for count in (5, 6, 20, 100)]
    found = signals("x", *four)
    assert found["length"] == pytest.approx([5 / 40, 6 / 40, 0.5, 1])
    assert found["short"].tolist() == [1, 0, 0, 0]
    assert found["long"] == pytest.approx([0, 0, 0, math.log(61) / 5])


@pytest.mark.parametrize(
    ("name", "asks", "asks_not", "tells", "tells_not"),
    [
        ("tells time", "When did you go?", "What did you do?", "I went yesterday.", "I went there."),
        ("tells time", "How long was it?", "Why was it?", "Since March.", "It was long."),
        ("tells number", "How many cats are there?", "Which cats are there?", "I have two cats.", "I have cats."),
        ("tells number", "How long was it?", "When was it?", "It took 3 hours.", "It took hours."),
        ("tells name", "Which city was it?", "How was it?", "We went to Graz.", "We went to the sea."),
        ("tells name", "Who came?", "Did it come?", "It was my friend Ben.", "Nobody did."),
    ],
)
def test_whether_it_tells_what_is_asked_for(name: str, asks: str, asks_not: str, tells: str, tells_not: str) -> None:
    two = [candidate(tells, 0), candidate(tells_not, 5)]
    told = column(name, asks, *two)
    assert told[0] > 0
    assert told[1] == 0
    assert column(name, asks_not, *two) == [0, 0]


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_a_word_is_told_where_it_stands_as_a_whole(text: str) -> None:
    told = set(WORD.findall(text.lower()))
    parts = {part for word in told for part in (word, word[1:], word[:-1], f"{word}s")} | {""}
    assert {part for part in parts if _says(frozenset([part]), text)} == told


def test_three_names_are_as_good_as_many() -> None:
    told = [candidate(f"We saw {', '.join(['Graz', 'Linz', 'Wels', 'Enns', 'Steyr'][:count])}.", 5 * count) for count in (1, 2, 3, 5)]
    assert column("tells name", "Where was it?", *told) == pytest.approx([1 / 3, 2 / 3, 1, 1])


def on(month: int, day: int, year: int = 2026) -> Candidate:
    return candidate("a", 40 * month + day, said_at=datetime(year, month, day, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("What happened on 7 May 2026?", [1, 0.5, 0, 0]),
        ("What happened in May?", [0.5, 0.5, 0, 0.5]),
        ("What happened in May 2025?", [0, 0, 0, 0.5]),
        ("What happened yesterday?", [1, 0.5, 0, 0]),
        ("What happened two months ago?", [0, 0, 1, 0]),
        ("What happened?", [0, 0, 0, 0]),
    ],
)
def test_whether_it_was_said_when_the_question_means(query: str, fits: list[float]) -> None:
    four = [on(5, 8), on(5, 28), on(3, 12), on(5, 8, 2025)]
    assert column("date", query, *four, now=datetime(2026, 5, 9, 12, tzinfo=UTC)) == fits


def test_relative_days_count_from_when_it_is_asked() -> None:
    assert column("date", "What happened yesterday?", on(5, 8), on(3, 12), now=datetime(2026, 3, 13, 12, tzinfo=UTC)) == [0, 1]


def test_how_new_it_is_among_the_others() -> None:
    three = [candidate("a", number, said_at=NOON + timedelta(days=days)) for number, days in enumerate((4, 0, 1))]
    assert column("newness", "x", *three) == pytest.approx([1, 0, 0.25])


# Signals: the setting


def test_what_is_the_same_for_all_tells_the_setting() -> None:
    two = [candidate("a" * 10, 0, 0.25), candidate("b" * 30, 5, 0.75, role="assistant", speaker="Assistant")]
    found = signals("What did Ada eat there?", *two)
    assert found["assistant"].tolist() == [0, 1]
    for name, value in {
        "assistant's share": 0.5,
        "query length": 5 / 40,
        "asks about somebody": 1,
        "asks about the user": 0,
        "best similarity": 0.75,
        "mean length": math.log(21) / 8,
    }.items():
        assert found[name] == pytest.approx([value, value]), name
    assert column("asks about the user", "What did I eat?", *two) == [1, 1]
    assert column("query length", "tea " * 90, *two) == [1, 1]


def test_no_candidates_have_no_signals() -> None:
    assert {len(values) for values in signals("x").values()} == {0}


def test_one_candidate_has_finite_signals() -> None:
    for query in ("What did Ada eat in May?", ""):
        found = signals(query, candidate("!"))
        assert all(np.isfinite(values).all() and values.shape == (1,) for values in found.values())


# The head


def linear(values: Sequence[float]) -> Network:
    """A network that gives almost the weighted sum of its inputs: its hidden values lie where GELU is the identity."""
    size = len(values)
    rows = tuple(tuple(float(at == place) for at in range(size)) for place in range(size))
    return Network(hidden=rows, bias=(50.0,) * size, out=tuple(values), out_bias=-50.0 * sum(values))


def test_the_head_weighs_by_name_and_scales_its_inputs() -> None:
    made = RankingHead(signals=("a", "b"), centre=(1, 0), scale=(2, 1), networks=(linear((1, 0.5)), linear((3, 0.5))), rarity=packed(ALIKE))
    given_signals = {"unused": np.zeros(2), "b": np.array([2.0, -1.0]), "a": np.array([3.0, 1.0])}
    logits = np.array([2 * 1 + 0.5 * 2, 2 * 0 + 0.5 * -1])
    assert made.probabilities(given_signals) == pytest.approx(1 / (1 + np.exp(-logits)))


def test_plain_similarities_add_to_what_the_networks_say() -> None:
    made = RankingHead(
        signals=("a",), centre=(0,), scale=(1,), networks=(linear((1,)),), prior={"b": 2.0}, slope=0.5, intercept=-1, rarity=packed(ALIKE)
    )
    found = made.probabilities({"a": np.array([1.0, 3.0]), "b": np.array([2.0, 0.5])})
    assert found == pytest.approx(1 / (1 + np.exp(-(0.5 * np.array([5.0, 4.0]) - 1))))


def test_what_lies_far_out_counts_as_the_farthest_that_training_saw() -> None:
    made = RankingHead(signals=("a",), centre=(3,), scale=(2,), networks=(linear((0.5,)),), rarity=packed(ALIKE))
    most = heads.FARTHEST
    found = made.probabilities({"a": np.array([1e9, 3 + 2 * most, 3 + most, -1e9])})
    assert found == pytest.approx(1 / (1 + np.exp(-0.5 * np.array([most, most, most / 2, -most]))))


def test_probabilities_are_those_of_the_networks_in_torch() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # at import
        import torch
    torch.manual_seed(3)
    models = [
        torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.GELU(approximate="tanh"), torch.nn.Linear(7, 1)).double() for _ in range(3)
    ]
    weights = [[one.detach().numpy() for one in model.parameters()] for model in models]
    networks = tuple(Network(hidden=hidden, bias=bias, out=out[0], out_bias=out_bias[0]) for hidden, bias, out, out_bias in weights)
    random = np.random.default_rng(3)
    centre, scale, rows = random.normal(size=5), random.uniform(0.5, 2, 5), random.normal(scale=4, size=(40, 5))
    made = RankingHead(signals=tuple("abcde"), centre=tuple(centre), scale=tuple(scale), networks=networks, rarity=packed(ALIKE))
    inputs = torch.tensor(((rows - centre) / scale).clip(-heads.FARTHEST, heads.FARTHEST))
    wanted = torch.sigmoid(torch.stack([model(inputs)[:, 0] for model in models]).mean(0)).detach().numpy()
    np.testing.assert_allclose(made.probabilities(dict(zip("abcde", rows.T, strict=True))), wanted, atol=1e-9)


@given(st.lists(st.floats(-3, 20), min_size=1, max_size=50))
def test_rarities_come_back_to_the_sixteenth(values: list[float]) -> None:
    made = RankingHead(signals=(), centre=(), scale=(), networks=(), rarity=packed(np.array(values)))
    np.testing.assert_allclose(made.rarities, np.clip(values, 0, 255 / 16), atol=1 / 32)


def test_the_shipped_head_knows_every_signal_and_every_word() -> None:
    shipped = load_ranking_head()
    assert sorted([*shipped.signals, ON_THE_DAY]) == sorted(signals("x", candidate("a")))
    assert len(shipped.signals) == len(shipped.centre) == len(shipped.scale) == len(set(shipped.signals))
    assert min(shipped.scale) > 0
    assert len(shipped.rarities) == PIECES
    (the,), (river,) = pieces("the"), pieces("river")
    assert words().size == PIECES
    assert 0 < shipped.rarities[the] < shipped.rarities[river]
    assert RankingHead.model_validate_json(shipped.model_dump_json()) == shipped
    assert len(zlib.decompress(base64.b85decode(shipped.rarity))) == PIECES


def test_what_is_no_head_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "HEADS", tmp_path)
    (tmp_path / "cut.json").write_text('{"signals": [', "utf-8")
    (tmp_path / "more.json").write_text('{"signals": [], "centre": [], "scale": [], "networks": [], "rarity": "", "more": 1}', "utf-8")
    with pytest.raises(OSError, match="missing"):
        load_ranking_head("missing")
    for name, error in (("cut", ValueError), ("more", ValidationError)):
        with pytest.raises(error):
            load_ranking_head(name)


# The ranking


def scores(query: str, candidates: Sequence[Candidate], ranker: LearnedRanker = RANKER) -> dict[str, float]:
    return {one.record.text: one.score for one in ranker.rank(query, candidates, NOON + timedelta(days=30))}


Found = tuple[str, float, float]  # the words, their similarity and their bm25

ANSWERED: list[tuple[str, Found, list[Found]]] = [
    (
        "What is the name of Ada's dog?",
        ("My dog is called Biscuit.", 0.62, 5.0),
        [("I had tea with Ben.", 0.2, 0.0), ("What is the name of that song?", 0.35, 4.0), ("The train to Graz was late.", 0.05, 1.0)],
    ),
    (
        "When did Ada move to Lisbon?",
        ("I moved to Lisbon in March, and it still smells of paint here.", 0.6, 5.0),
        [("Lisbon must be lovely!", 0.55, 3.0), ("When do we eat?", 0.2, 2.0), ("My brother sells curtains.", 0.1, 0.0)],
    ),
    (
        "How many cats does Ada have?",
        ("I have two cats, and both are asleep on the oven.", 0.6, 3.0),
        [("How many do you want?", 0.2, 3.0), ("Cats!", 0.5, 3.0), ("It rained all week.", 0.1, 0.0)],
    ),
]


@pytest.mark.parametrize(("query", "answer", "others"), ANSWERED)
def test_what_plainly_answers_beats_what_does_not(query: str, answer: Found, others: list[Found]) -> None:
    every = [candidate(text, 10 * number, *signals) for number, (text, *signals) in enumerate([*others, answer])]
    found = RANKER.rank(query, every, NOON)
    assert found[0].record.text == answer[0]
    assert found[0].score > 3 * found[1].score


def test_of_two_speakers_the_one_that_is_asked_about_comes_first() -> None:
    two = [candidate("I keep bees on the roof.", 0, 0.51, 2.01), candidate("I keep bees on the roof.", 30, 0.5, 2.0, speaker="Ben")]
    assert [one.record.speaker for one in RANKER.rank("Where does Ben keep his bees?", two, NOON)] == ["Ben", "Ada"]
    assert [one.record.speaker for one in RANKER.rank("Where does Ada keep her bees?", two, NOON)] == ["Ada", "Ben"]


def test_a_reply_without_a_word_of_the_question_is_found_by_what_it_replies_to() -> None:
    asked = candidate("Ben, what was the name of your first dog?", 4, 0.8, 6.0)
    reply = candidate("Biscuit, after the tin she slept in.", 5, 0.1, 0.0, speaker="Ben")
    elsewhere = candidate("Pepper, after the pot on the shelf.", 40, 0.12, 0.0, speaker="Ben")
    found = scores("What was the name of Ben's first dog?", [asked, reply, elsewhere])
    assert found[reply.record.text] > 3 * found[elsewhere.record.text]


def test_the_signals_and_the_weight_are_told() -> None:
    (one,) = RANKER.rank("tea", [candidate("tea", 0, 0.5, 1.0)], NOON)
    assert set(one.signals) == {
        "similarity",
        "bm25",
        "recency",
        "alone",
        "support",
        "room",
        "weight",
        ON_THE_DAY,
        *load_ranking_head().signals,
    }
    (light,) = RANKER.rank("tea", [candidate("tea", 0, 0.5, 1.0, weight=0.25)], NOON)
    assert light.score == pytest.approx(one.score / 4)


def test_another_head_can_be_given() -> None:
    shipped = load_ranking_head().model_dump()
    for network in shipped["networks"]:
        network |= {"out": [-value for value in network["out"]], "out_bias": -network["out_bias"]}
    shipped["prior"] = {name: -weight for name, weight in shipped["prior"].items()}
    upside_down = LearnedRanker(RankingHead(**shipped))
    three = [candidate(text, 10 * number, 0.1 * number, float(number)) for number, text in enumerate(("tea", "the dog", "a river"))]
    best, worst = ([one.record.ordinal for one in ranker.rank("river", three, NOON)] for ranker in (RANKER, upside_down))
    assert best == worst[::-1]


def test_of_nothing_nothing_is_ranked() -> None:
    assert RANKER.rank("tea", [], NOON) == []


def test_threads_that_rank_first_at_once_agree() -> None:
    ranker, two = LearnedRanker(), [candidate("tea", 0, 0.5, 1.0), candidate("a dog", 9, 0.1)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: scores("tea", two, ranker), range(16)))
    assert found == [scores("tea", two)] * 16


def test_small_talk_around_a_question_is_not_looked_for() -> None:
    """By words and names: the vector and BM25 are of all that was said."""
    two = [
        candidate("The weekend was warm, and we had dinner in the garden.", 1, 0.5, 2.0),
        candidate("The parrot is called Gustav.", 9, 0.5, 2.0),
    ]
    asked, behind = "What is the old parrot called?", "I hope you had a warm weekend, and a nice dinner. "
    alone, amid = ({one.record.text: one.signals for one in RANKER.rank(query, two, NOON)} for query in (asked, behind + asked))
    for text, signals in alone.items():
        for name in ("soft", "exact", "query length", "asks", "alone"):
            assert amid[text][name] == signals[name]
    told = RANKER.rank(f"{behind}So it goes.", two, NOON)[0].signals
    assert told["query length"] > amid["The parrot is called Gustav."]["query length"]


# What stands near


def support(*told: tuple[float, int, dict[str, object]]) -> list[float]:
    """Of candidates that so probably answer, at these places of a talk."""
    candidates = [candidate(f"text {number}", place, **fields) for number, (_, place, fields) in enumerate(told)]
    return [float(one) for one in support_of(candidates, np.array([one for one, _, _ in told]))]


def test_what_stands_near_in_the_same_talk_supports_and_the_nearer_the_more() -> None:
    alone, near, far = support((0.2, 3, {})), support((0.2, 3, {}), (0.5, 4, {})), support((0.2, 3, {}), (0.5, 11, {}))
    assert alone == pytest.approx([0.2])
    assert near[0] == pytest.approx(1 - 0.8 * 0.5 ** np.exp(-1 / NEAR))
    assert far[0] == pytest.approx(1 - 0.8 * 0.5 ** np.exp(-8 / NEAR))
    assert 0.2 < far[0] < near[0] < near[1]


@pytest.mark.parametrize(
    "apart", [{"session_id": "another"}, {"thread_id": "another"}, {"role": "assistant"}, {"kind": "fact"}], ids=lambda one: next(iter(one))
)
def test_what_belongs_to_another_talk_or_another_voice_does_not(apart: dict[str, object]) -> None:
    assert support((0.2, 3, {}), (0.9, 4, apart)) == pytest.approx([0.2, 0.9])


def test_of_two_that_are_as_good_the_one_among_others_that_fit_comes_first_and_the_scores_stay() -> None:
    lone = candidate("I gave the parrot to Ben.", 40, 0.6, 5.0, session_id="one")
    amid = candidate("I gave the parrot to Eva.", 80, 0.6, 5.0, session_id="two")
    beside = candidate("The parrot is with her now.", 82, 0.5, 3.0, session_id="two")
    for order in ([lone, amid, beside], [beside, amid, lone]):
        found = {one.record.text: one for one in RANKER.rank("Whom did I give the parrot to?", order, NOON)}
        assert found[amid.record.text].score > found[lone.record.text].score
        assert sorted(one.score for one in found.values()) == pytest.approx(sorted(one.signals["alone"] for one in found.values()))


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("What did I plant five days ago?", 5),
        ("What did I plant yesterday?", 1),
        ("What did I plant two weeks ago?", 14),
        ("What did I plant on 3 May 2026?", (NOON.date() - date(2026, 5, 3)).days),
    ],
)
def test_of_two_that_say_the_same_what_was_said_on_the_day_that_is_asked_about_comes_first(asked: str, day: int) -> None:
    moments = {
        "then": NOON - timedelta(days=day),
        "two days later": NOON - timedelta(days=day - 2),
        "before": NOON - timedelta(days=day + 2),
    }
    three = [
        candidate("I planted a fig.", 20 * number, 0.6, 5.0, said_at=at, session_id=name)
        for number, (name, at) in enumerate(moments.items())
    ]
    ranked = RANKER.rank(asked, three, NOON)
    assert ranked[0].record.session_id == "then"
    assert {one.record.session_id: one.signals[ON_THE_DAY] for one in ranked} == {"then": 1.0, "two days later": 0.0, "before": 0.0}


@pytest.mark.parametrize(("zone", "yesterday", "on_the_eighth"), [("UTC", 0, 1), ("America/Los_Angeles", 1, 0)])
def test_days_are_those_of_the_place_where_it_is_asked(zone: str, yesterday: float, on_the_eighth: float) -> None:
    """What is said late on the seventh in California is said on the eighth in London."""
    said = candidate("I planted a fig.", said_at=datetime(2026, 5, 8, 4, tzinfo=UTC))
    asked_at = datetime(2026, 5, 8, 20, tzinfo=UTC).astimezone(ZoneInfo(zone))
    assert column(ON_THE_DAY, "What did I plant yesterday?", said, now=asked_at) == [yesterday]
    assert column(ON_THE_DAY, "What did I plant on 8 May 2026?", said, now=asked_at) == [on_the_eighth]


@pytest.mark.parametrize(
    "asked",
    [
        "What did I plant last week?",
        "What did I plant a few days ago?",
        "What did I plant a month ago?",
        "What did I plant in May?",
        "What did I plant?",
    ],
)
def test_where_no_one_day_is_asked_about_none_counts(asked: str) -> None:
    said = [candidate(f"I planted a fig ({days}).", days, 0.6, 5.0, said_at=NOON - timedelta(days=days)) for days in range(20)]
    assert {one.signals[ON_THE_DAY] for one in RANKER.rank(asked, said, NOON)} == {0.0}


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30)), min_size=1, max_size=20))
def test_probabilities_are_handed_out_anew_and_support_is_never_less_than_ones_own(told: list[tuple[float, int]]) -> None:
    own = np.array([one for one, _ in told])
    found = np.array(support(*((chance, place, {}) for chance, place in told)))
    assert (found >= np.clip(own, SURE, 1 - SURE) * (1 - 1e-9)).all()
    assert (found <= 1).all()
    handed = handed_out(own, supported(own, found, np.zeros(len(own)), np.zeros(len(own))))
    assert sorted(handed) == sorted(own)
    for one, other in permutations(range(len(told)), 2):
        if own[one] > own[other] and found[one] > found[other]:
            assert handed[one] >= handed[other]


def test_of_two_that_answer_about_as_probably_the_shorter_one_comes_first() -> None:
    room = room_of([candidate("x" * length) for length in (1, SHORT, 2 * SHORT)] + [candidate("강" * SHORT)])
    np.testing.assert_allclose(room, [0, 0, np.log(2), np.log(3)])
    odds, alike, never = np.array([1.0, 1.0]), np.array([0.9, 0.9]), np.zeros(2)
    for ahead, first in ((ROOM * np.log(2) - 0.01, 1), (ROOM * np.log(2) + 0.01, 0)):
        own = 1 / (1 + np.exp(-np.array([odds[0] + ahead, odds[1]])))
        assert np.argmax(handed_out(own, supported(own, alike, never, np.log([2.0, 1.0])))) == first


def test_what_takes_much_room_has_to_be_the_better_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    long, short = (
        candidate("I planted a fig tree. " + "It took me all day. " * 30, 1, 0.8, 8.0),
        candidate("The fig is small.", 9, 0.4, 2.0),
    )
    assert RANKER.rank("Who planted a fig tree?", [long, short], NOON)[0].record.id == long.record.id
    monkeypatch.setattr("models.relevance.support.ROOM", 50.0)
    assert RANKER.rank("Who planted a fig tree?", [long, short], NOON)[0].record.id == short.record.id


# What talks are about, where somebody does not just ask


@pytest.mark.parametrize(
    ("query", "more"),
    [
        ("", 0),
        ("What did Dr. A. Smith say about the fig?", 0),
        ("I am off to Graz again. What was that inn called?", 0),
        ("Hi there! I slept well. What was that inn called?", 1),
        ("잘 잤어. 비가 그쳤네. 그라츠 여관 이름이 뭐였지?", 1),
        ("よく寝た。雨がやんだ。庭に出よう。何を植えようか？", 2),
        ("- bread\n- milk\n- tea\n- figs\n- soap", 2),
    ],
)
def test_a_message_says_more_than_a_question_needs(query: str, more: int) -> None:
    assert more_than_asked(query) == more


def test_a_talk_is_like_the_query_by_its_best_message_amid_others_and_by_its_best_four() -> None:
    talks = talks_of(
        [candidate("text", place, session_id="one") for place in range(5)]
        + [candidate("text", 0, session_id="two"), candidate("text", 0, session_id="two", kind="fact")]
    )
    assert talks.tolist() == [0, 0, 0, 0, 0, 1, 2]
    signals = {
        "dense": np.array([1.0, 0.5, 0.5, 0.5, 0.1, 1.0, 0.0]),
        "words": np.array([0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0]),
        "before": np.array([0.0, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0]),
        "after": np.array([0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
    }
    expected = [0.9 + 0.1 + (0.9 + 3 * 0.4) / 4] * 5 + [0.9 + 0.9 / 4, 0.0]
    np.testing.assert_allclose(likeness_of(talks, signals), expected)


def test_talks_that_are_more_like_the_query_come_forward_and_the_best_of_each_before_more_of_one() -> None:
    talks, standing = np.array([0, 0, 1, 2]), np.array([1.0, 0.9, 0.8, 0.7])
    alike = np.full(4, 0.3)
    assert np.argsort(-by_talks(standing, talks, alike, 1)).tolist() == [0, 2, 3, 1]
    np.testing.assert_allclose(by_talks(standing, talks, alike, 2) - standing, 2 * (WORTH * 0.3 - AGAIN * np.array([0, 1, 0, 0])))
    likes_the_last = np.array([0.0, 0.0, 0.0, 1.0])
    assert by_talks(standing, talks, likes_the_last, 1).argmax() == 3
    np.testing.assert_array_equal(by_talks(standing, talks, likes_the_last, 0), standing)


def test_only_for_a_message_a_talk_about_the_same_comes_before_one_message_that_fits_better() -> None:
    trip = [candidate(f"The trip to Graz, part {n}.", n, 0.58, 2.0, session_id="trip") for n in range(5)]
    aside, other = candidate("Our trip goes to Graz.", 40, 0.75, 3.5, session_id="aside"), candidate("Tea.", 80, 0.1, session_id="other")
    found = [aside, *trip, other]
    asked = "Where is the trip to?"
    message = f"I have packed. The weather looks fine. I am ready for it. {asked}"
    first = RANKER.rank(asked, found, NOON)[0]
    assert first.record.session_id == "aside"
    assert "talk" not in first.signals
    ranked = RANKER.rank(message, found, NOON)
    talk = {one.record.session_id: one.signals["talk"] for one in ranked}
    assert talk["trip"] > talk["aside"] > talk["other"]
    assert ranked[0].record.session_id == "trip"
    alone = sorted(one.signals["alone"] for one in ranked)
    assert sorted(one.score for one in ranked) == pytest.approx(alone)


TEXTS = st.text(min_size=1) | st.sampled_from(
    ["tea", "I met Ben in Graz yesterday.", "How many?", "!!!", "\u200b", "강아지 이름이 뭐예요?", "\0", "Ada: Ada", "1" * 99, "ﷺ" * 9]
)
SPEAKERS = st.sampled_from(["Ada", "Ben", "", "User", "Assistant", " ", "지호", "Dr. (X)"]) | st.text(max_size=5)
MOMENTS = st.integers(-20_000, 60_000).map(lambda days: NOON + timedelta(days=days))


@st.composite
def drawn(draw: st.DrawFn) -> list[Candidate]:
    """Candidates of which no two were found equally well."""
    count = draw(st.integers(1, 6))
    order = draw(st.permutations(range(count)))
    return [
        candidate(
            draw(TEXTS),
            2 * number + draw(st.integers(0, 1)),
            0.9 - 0.1 * place,
            draw(st.sampled_from([0.0, 1.0])) * (1 + place),
            speaker=draw(SPEAKERS),
            role=draw(st.sampled_from(["user", "assistant", "system"])),
            session_id=draw(st.sampled_from("rs")),
            kind=draw(st.sampled_from(["turn", "fact"])),
            said_at=draw(MOMENTS),
        )
        for number, place in enumerate(order)
    ]


@given(st.text() | TEXTS, drawn(), st.randoms(use_true_random=False), MOMENTS)
@settings(deadline=None)
def test_anything_is_ranked_the_same_in_whatever_order_it_was_found(
    query: str, found: list[Candidate], random: Random, now: datetime
) -> None:
    shuffled = random.sample(found, len(found))
    one, other = ({each.record.id: each.score for each in RANKER.rank(query, some, now)} for some in (found, shuffled))
    assert sorted(one) == sorted(each.record.id for each in found)
    assert list(one.values()) == sorted(one.values(), reverse=True)
    assert all(0 <= score <= 1 for score in one.values())
    assert other == pytest.approx(one, abs=1e-9)


@pytest.mark.parametrize("query", ["tea", "?!", "\u200b\u200d", "강아지 이름이 뭐예요?", "tea " * 25_000, "x" * 100_000, "Dr. " * 25_000])
def test_extreme_texts_are_ranked(query: str) -> None:
    texts = ["word " * 20_000, "a" * 100_000, "A." * 50_000, " Tea?" * 20_000, "!" * 100_000, "\u200b" * 1_000, "도서관 " * 30_000, "tea"]
    found = RANKER.rank(query, [candidate(text, 3 * number, 0.1 * number, float(number)) for number, text in enumerate(texts)], NOON)
    assert len(found) == len(texts)
    assert all(0 <= one.score <= 1 for one in found)


@pytest.mark.parametrize("query", ["What did I do yeſterday?", "What did I do laſt night?", "Where was I on ſunday?"])
def test_old_letters_are_no_trouble(query: str) -> None:
    assert len(RANKER.rank(query, [candidate("tea")], NOON)) == 1


@pytest.mark.parametrize("query", ["What did I do last nıght?", "WHERE WAS I ON FRİDAY?", "What did I do sıx days ago?"])
def test_turkish_letters_are_no_trouble(query: str) -> None:
    assert len(RANKER.rank(query, [candidate("tea")], NOON)) == 1


def test_rankers_go_by_name() -> None:
    for name, kind in {
        "learned": LearnedRanker,
        "fusion": FusionRanker,
        "cosine": CosineRanker,
        "generative agents": GenerativeAgentsRanker,
    }.items():
        assert type(ranker_named(name)) is kind
    for unknown in ("", "Learned", "best"):
        with pytest.raises(InputError, match="no ranking") as refused:
            ranker_named(unknown)
        assert all(name in refused.value.hint for name in ("learned", "fusion", "cosine", "generative agents"))


def test_changes_stand_behind_the_name_of_a_ranking() -> None:
    assert type(ranker_named("cosine+diverse")) is DiverseRanker
    assert type(ranker_named("cosine+diverse+decaying")) is DecayingRanker
    for unknown in ("cosine+", "diverse", "cosine+newest"):
        with pytest.raises(InputError, match="no ranking") as refused:
            ranker_named(unknown)
        assert "+diverse" in refused.value.hint


def test_what_says_the_same_as_a_better_one_gives_way_to_what_is_new() -> None:
    three = [
        candidate("My dog sleeps in the kitchen.", 0, 0.9),
        candidate("In the kitchen sleeps my dog!", 10, 0.85),
        candidate("The train to Graz was late.", 20, 0.8),
    ]
    plain = [one.record.ordinal for one in CosineRanker().rank("dog", three, NOON)]
    found = DiverseRanker(CosineRanker()).rank("dog", three, NOON)
    assert (plain, [one.record.ordinal for one in found]) == ([0, 10, 20], [0, 20, 10])
    assert found[0].signals["repeats"] == 0
    assert found[2].signals["repeats"] == pytest.approx(1)
    assert DiverseRanker(CosineRanker()).rank("dog", [], NOON) == []


def test_only_the_best_are_put_into_another_order() -> None:
    many = [candidate("always the same", number, 1 - number / 100) for number in range(AMONG + 3)]
    found = DiverseRanker(CosineRanker()).rank("dog", many, NOON)
    assert sorted(one.record.ordinal for one in found) == list(range(AMONG + 3))
    assert [one.record.ordinal for one in found[AMONG:]] == list(range(AMONG, AMONG + 3))


def test_texts_are_like_one_another_by_their_words_in_any_order() -> None:
    same, other, empty = words().likeness(["the cat sat", "sat the cat", "quarterly tax report", "..."])[0, 1:]
    assert same == pytest.approx(1)
    assert other < 0.5
    assert empty == 0
