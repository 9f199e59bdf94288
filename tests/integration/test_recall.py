"""Recall on real engine folders: the neighbours of what was found, other rankers, and the learned one on conversations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean

import pytest

from evals import own
from evals.haystack import CHARACTER, Haystack
from evals.recall_metrics import fraction_at
from graph.assembly import Settings, open_memory
from models.embedding import open_embedder
from models.ranker import LearnedRanker
from stores.access import Access
from stores.errors import InputError
from stores.memory_store import MemoryStore, Recall, Shown
from stores.points import spot_of
from stores.ranking import Candidate, CosineRanker, FusionRanker, Ranker
from stores.record import MemoryRecord, Policy, Trust
from tests.engines import ENGINES, opened_on
from tests.fakes import NOON, HashEmbedder, record

ADA = Access("ada", "mneme")
OWNER = Access("ada", role="owner")
LATER = NOON + timedelta(days=1)
HIT = record("dog name", 4)
BEFORE, AFTER, FAR = record("Biscuit, of course", 3), record("after the tin", 5), record("the far oven", 6)
CROWD = [record(f"name the dog {number}", 10 * number, thread_id="crowd") for number in range(12)]


@pytest.fixture(params=ENGINES)
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore]:
    with opened_on(request.param, tmp_path) as opened:
        yield opened


def recalled(memory: MemoryStore, access: Access = ADA, **options: object) -> Recall:
    """What is considered where the searches give but three each: only what has both words is found by itself."""
    return memory.recall("dog name", access=access, **{"now": LATER, "k": 1, "pool": 1, **options})  # type: ignore[arg-type]


def beside(memory: MemoryStore, access: Access = ADA, **options: object) -> set[str]:
    """The texts of all candidates without the words of the question."""
    return {one.record.text for one in recalled(memory, access, **options).candidates if "dog" not in one.record.text}


def order(found: Recall) -> list[tuple[str, float, str]]:
    return [(one.record.id, one.score, one.why) for one in found.candidates]


def test_what_shares_no_word_with_the_question_is_found_beside_what_does(memory: MemoryStore) -> None:
    memory.remember([BEFORE, HIT, AFTER, FAR, *CROWD])
    found = {one.record.text: one for one in recalled(memory).candidates}
    assert beside(memory) == {BEFORE.text, AFTER.text}
    assert found[BEFORE.text].signals["similarity"] == pytest.approx(0, abs=1e-6)
    assert found[BEFORE.text].signals["bm25"] == 0
    assert len(found) == len(recalled(memory).candidates)
    assert found[HIT.text].signals["similarity"] == pytest.approx(1)


def test_a_neighbour_comes_with_how_near_it_is(memory: MemoryStore) -> None:
    memory.remember([record("dog Biscuit", 3), HIT, *CROWD])
    found = {one.record.text: one.signals for one in recalled(memory).candidates}
    assert found["dog Biscuit"]["similarity"] == pytest.approx(0.5, abs=1e-6)
    assert found["dog Biscuit"]["recency"] == pytest.approx(0.995**24)


def test_a_neighbour_can_be_taken(memory: MemoryStore) -> None:
    class LastWord:
        def rank(self, query: str, candidates: Sequence[Candidate], now: datetime) -> list[Candidate]:
            return sorted(candidates, key=lambda one: one.record.text != BEFORE.text)

    memory.remember([BEFORE, HIT, *CROWD])
    assert [one.record.text for one in recalled(memory, ranker=LastWord()).taken] == [BEFORE.text]


def test_a_widened_query_also_finds_what_is_like_its_best_hits(tmp_path: Path) -> None:
    bridge, beyond = record("dog name harbour harbour", 50, thread_id="a"), record("harbour crane ship", 70, thread_id="b")
    words = [" ".join(f"{number}{letter}" for letter in "abcdefghi") for number in range(20)]
    crowd = [record(f"dog {others}", 10 * number, thread_id="crowd") for number, others in enumerate(words)]
    for widening, found in ((0, set()), (1, {beyond.text})):
        with MemoryStore.open(tmp_path / str(widening), HashEmbedder(dimension=1024), widening=widening) as memory:
            memory.remember([bridge, beyond, *crowd])
            assert beside(memory, k=1, pool=8) == found


def test_a_message_of_another_conversation_is_no_neighbour(memory: MemoryStore) -> None:
    memory.remember([record("elsewhere", 3, thread_id="other"), HIT, *CROWD])
    assert beside(memory) == set()


def test_where_a_message_stands_is_told_to_nobody_else() -> None:
    spots = {spot_of(one) for one in (HIT, AFTER, record("a", 4, user="bob"), record("a", 4, thread_id="other"))}
    assert len(spots) == 4
    assert spot_of(HIT, 1) == spot_of(AFTER)
    assert not any(name in spot for spot in spots for name in ("bob", "other"))


def test_what_is_no_message_of_a_thread_has_no_neighbours(memory: MemoryStore) -> None:
    fact, loose = record("dog name", 20, kind="fact"), record("dog name!", 30, thread_id="")
    others = [record("fact before", 19), record("loose before", 29, thread_id=""), record("note", 21, kind="fact")]
    memory.remember([fact, loose, *others, *CROWD])
    assert beside(memory) == set()


def test_neighbours_are_of_the_same_user(memory: MemoryStore) -> None:
    foreign = [record(f"bob {number}", number, user="bob") for number in (3, 5)]
    memory.remember([HIT, AFTER, *foreign, record("dog name", 4, user="bob"), *CROWD])
    assert beside(memory) == {AFTER.text}
    assert {one.record.user_id for one in recalled(memory).candidates} == {"ada"}
    assert beside(memory, Access("bob", "mneme")) == {"bob 3", "bob 5"}


@pytest.mark.parametrize(
    ("closed", "open_to"),
    [
        ({"known_by": ("iris",)}, OWNER),
        ({"policy": Policy(sensitivity="secret")}, OWNER),
        ({"policy": Policy(purposes=("planning",))}, Access("ada", "mneme", purpose="planning")),
        ({"policy": Policy(expires_at=NOON + timedelta(hours=1))}, None),
        ({"trust": Trust(origin="recalled")}, None),
        ({"trust": Trust(origin="notice")}, None),
    ],
)
def test_neighbours_are_only_those_that_may_be_recalled(memory: MemoryStore, closed: dict[str, object], open_to: Access | None) -> None:
    memory.remember([record("not for all", 3, **closed), HIT, AFTER, *CROWD])
    assert beside(memory) == {AFTER.text}
    if open_to:
        assert beside(memory, open_to) == {"not for all", AFTER.text}
    else:
        assert beside(memory, OWNER) == {AFTER.text}


def test_a_replay_has_no_neighbours_from_later(memory: MemoryStore) -> None:
    memory.remember([BEFORE, HIT, record("said later", 5, said_at=NOON + timedelta(minutes=1)), *CROWD])
    assert beside(memory, until=NOON) == {BEFORE.text}
    assert beside(memory) == {BEFORE.text, "said later"}


def test_what_was_said_before_a_moment_is_left_out_neighbours_too(memory: MemoryStore) -> None:
    memory.remember([BEFORE, HIT, record("said earlier", 5, said_at=NOON - timedelta(minutes=1)), *CROWD])
    assert beside(memory, since=NOON) == {BEFORE.text}
    assert not recalled(memory, since=NOON + timedelta(minutes=1), until=LATER).candidates


def test_only_the_wanted_kinds_are_found(memory: MemoryStore) -> None:
    memory.remember([BEFORE, HIT, record("dog name fact", 40, kind="fact"), *CROWD])
    assert {one.record.kind for one in recalled(memory, kinds=("fact",)).candidates} == {"fact"}
    assert beside(memory, kinds=("turn",)) == {BEFORE.text}


def test_hidden_and_forgotten_neighbours_are_not_found(memory: MemoryStore) -> None:
    memory.remember([BEFORE, HIT, AFTER, *CROWD])
    memory.hide([BEFORE.id], access=OWNER, now=NOON)
    assert beside(memory) == {AFTER.text}
    memory.restore(BEFORE.id, access=OWNER, now=NOON)
    memory.forget([AFTER.id], access=OWNER, now=NOON)
    assert beside(memory) == {BEFORE.text}


def test_an_edited_neighbour_is_found_with_its_new_words_alone(memory: MemoryStore) -> None:
    memory.remember([BEFORE, HIT, *CROWD])
    memory.edit(BEFORE.id, "Pepper, of course", access=OWNER, now=NOON)
    assert beside(memory) == {"Pepper, of course"}
    memory.restore(BEFORE.id, access=OWNER, now=NOON)
    assert beside(memory) == {BEFORE.text}


def test_an_edited_hit_has_its_neighbours_still(memory: MemoryStore) -> None:
    memory.remember([BEFORE, record("cat", 4), *CROWD])
    assert beside(memory) == set()
    memory.edit(record("cat", 4).id, HIT.text, access=OWNER, now=NOON)
    assert beside(memory) == {BEFORE.text}


def test_neighbours_that_stand_in_the_window_are_left_out(memory: MemoryStore) -> None:
    memory.remember([BEFORE, HIT, AFTER, *CROWD])
    assert beside(memory, leave_out=Shown("t", ("3",))) == {AFTER.text}


def test_neighbours_are_found_after_reopening(tmp_path: Path) -> None:
    for _ in range(2):
        with opened_on("edge", tmp_path) as memory:
            memory.remember([BEFORE, HIT, *CROWD])
            assert beside(memory) == {BEFORE.text}


@dataclass
class Seen:
    """A ranker that keeps what it was asked."""

    asked: list[tuple[str, datetime]] = field(default_factory=list)

    def rank(self, query: str, candidates: Sequence[Candidate], now: datetime) -> list[Candidate]:
        self.asked.append((query, now))
        return list(candidates)


def test_a_ranker_can_be_given_for_once(memory: MemoryStore) -> None:
    memory.remember([BEFORE, HIT, AFTER, *CROWD])
    before, seen = order(recalled(memory)), Seen()
    assert {one.score for one in recalled(memory, ranker=seen).candidates} == {0}
    assert seen.asked == [("dog name", LATER)]
    by_cosine = recalled(memory, ranker=CosineRanker()).candidates
    assert [one.score for one in by_cosine] == [max(0.0, one.signals["similarity"]) for one in by_cosine]
    assert order(recalled(memory)) == order(recalled(memory, ranker=FusionRanker())) == before


def test_the_store_has_a_ranker_of_its_own(tmp_path: Path) -> None:
    seen = Seen()
    with MemoryStore.open(tmp_path, HashEmbedder(), seen) as memory:
        memory.remember([HIT])
        recalled(memory)
        recalled(memory, ranker=CosineRanker())
    assert len(seen.asked) == 1


def test_the_ranker_is_chosen_by_its_name(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.raises(InputError, match="no ranking best"), open_memory(Settings(home=home, ranking="best")):
        pass
    assert not home.exists()
    names = {}
    for ranking in ("learned", "cosine"):
        with open_memory(Settings(home=home, ranking=ranking)) as memory:
            memory.remember([HIT])
            names[ranking] = set(recalled(memory).taken[0].signals)
    assert names["cosine"] == {"similarity", "bm25", "recency", "weight"}
    assert names["learned"] > names["cosine"]


@pytest.mark.parametrize("ranker", [FusionRanker(), LearnedRanker()], ids=["fusion", "learned"])
def test_all_can_be_asked_for(memory: MemoryStore, ranker: Ranker) -> None:
    memory.remember([BEFORE, HIT, AFTER, FAR, *CROWD])
    found = recalled(memory, k=500, ranker=ranker)
    assert len(found.taken) == len(found.candidates) == 4 + len(CROWD)
    assert len(recalled(memory, k=3, ranker=ranker).taken) == 3


def test_an_empty_memory_has_nothing(memory: MemoryStore) -> None:
    assert recalled(memory, ranker=LearnedRanker()).candidates == ()


@pytest.mark.parametrize("ranker", [FusionRanker(), LearnedRanker()], ids=["fusion", "learned"])
def test_recall_gives_the_same_order_twice(memory: MemoryStore, ranker: Ranker) -> None:
    memory.remember([BEFORE, HIT, AFTER, FAR, *CROWD])
    first = recalled(memory, pool=64, k=8, ranker=ranker)
    assert [order(recalled(memory, pool=64, k=8, ranker=ranker)) for _ in range(3)] == [order(first)] * 3


def equally_good() -> list[MemoryRecord]:
    """Forty messages that are found equally well, each with one beside it that nothing finds, and enough of others to fill a search."""
    good = [record(f"green tea x{number}", 3 * number) for number in range(40)]
    worse = [record("tea " + " ".join(f"w{number}q{at}" for at in range(3 + number)), 3 * number + 1) for number in range(40)]
    return [*good, *worse, *(record(f"filler{number} word{number}", 3 * number + 2) for number in range(40))]


def test_of_equal_hits_the_same_bring_their_neighbours_in_every_folder(tmp_path: Path) -> None:
    found = []
    for folder in ("one", "two", "three"):
        with MemoryStore.open(tmp_path / folder, HashEmbedder(dimension=4096)) as memory:
            memory.remember(equally_good())
            found.append({one.record.id for one in memory.recall("green tea", access=ADA, now=NOON, k=5, pool=50).candidates})
    assert found[0] == found[1] == found[2]


def test_the_learned_ranking_finds_no_less_than_fusion_in_conversations(tmp_path: Path) -> None:
    both = {"learned": LearnedRanker(), "fusion": FusionRanker()}
    recalls: dict[str, list[float]] = {name: [] for name in both}
    for stack in conversations("en-01", "en-04"):
        with MemoryStore.open(tmp_path / stack.questions[0].group, open_embedder()) as memory:
            memory.remember(stack.records)
            for name, ranker in both.items():
                recalls[name] += turn_recalls(memory, stack, ranker)
    assert len(recalls["learned"]) == 100
    assert fmean(recalls["learned"]) >= fmean(recalls["fusion"]) > 0.5


def conversations(*names: str) -> list[Haystack]:
    return [one for one in own.haystacks(own.CONVERSATIONS) if one.questions[0].group in names]


def turn_recalls(memory: MemoryStore, stack: Haystack, ranker: Ranker) -> list[float]:
    """The share of the evidence among the ten that are taken, for each question."""
    found = []
    for asked in stack.questions:
        taken = memory.recall(asked.text, access=Access(stack.id, CHARACTER), k=10, now=asked.asked_at, ranker=ranker).taken
        found.append(fraction_at([one.record.id for one in taken], asked.evidence, 10))
    return found


@pytest.mark.parametrize("fewer", [1, 2, 3, 5, 8, 20])
def test_taking_fewer_of_a_recall_is_recalling_fewer(memory: MemoryStore, fewer: int) -> None:
    insights = [record(f"The dog has name {number}", 100 + number, kind="reflection") for number in range(6)]
    again = [record("dog name Biscuit", 200 + number, said_at=NOON + timedelta(hours=number)) for number in range(3)]
    memory.remember([BEFORE, HIT, AFTER, FAR, *CROWD, *insights, *again, record("Dog name?", 300)])
    many = recalled(memory, k=20, pool=64)
    few, at_once = many.taking(fewer).candidates, recalled(memory, k=fewer, pool=64).candidates
    assert [(one.record.id, one.why) for one in few] == [(one.record.id, one.why) for one in at_once]
    assert len(many.taking(fewer).taken) == min(fewer, len(many.taken))
    assert [one.record.kind for one in many.taking(8).taken].count("reflection") <= 2
