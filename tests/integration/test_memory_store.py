"""The memory on real engine folders."""

import gc
import multiprocessing
import threading
import weakref
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from stores.access import Access
from stores.engines.engine import Where
from stores.errors import EmbedderMismatch, FolderDamaged, FolderInUse, InputError, StoreError
from stores.gate import Verdict
from stores.memory_store import MemoryStore, Shown
from stores.record import MemoryRecord, Policy, Trust
from stores.writer import Derived
from tests.engines import ENGINES, opened_on
from tests.fakes import NOON, HashEmbedder, record

ADA = Access("ada", "mneme")
OWNER = Access("ada", role="owner")


@pytest.fixture(params=ENGINES)
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore]:
    with opened_on(request.param, tmp_path) as opened:
        yield opened


def texts(memory: MemoryStore, query: str, access: Access = ADA, **options: object) -> list[str]:
    return [one.record.text for one in memory.recall(query, access=access, now=NOON, **options).taken]  # type: ignore[arg-type]


def test_what_was_remembered_is_recalled_after_reopening(tmp_path: Path) -> None:
    with MemoryStore.open(tmp_path, HashEmbedder()) as memory:
        memory.remember([record("My dog is called Biscuit.", 0), record("I like green tea.", 1)])
    with MemoryStore.open(tmp_path, HashEmbedder()) as memory:
        assert texts(memory, "what is my dog called", k=1) == ["My dog is called Biscuit."]


def test_a_record_comes_back_as_it_was_written(memory: MemoryStore) -> None:
    written = record(
        "Zażółć \u0000 \U0001f600 gęślą",
        3,
        importance=7.5,
        domains={"work": 0.25},
        additional={"deep": {"list": [1, None, {"x": 2**64}]}},
        policy=Policy(sensitivity="private", purposes=("answer",), expires_at=NOON + timedelta(days=36_500)),
        derived_from=("a", "b"),
    )
    memory.remember([written])
    assert memory.read([written.id], access=OWNER) == [written]


def test_writing_twice_is_writing_once(memory: MemoryStore) -> None:
    first = [one.outcome for one in memory.remember([record("I like tea.", 0), record("I like tea.", 1)])]
    again = [one.outcome for one in memory.remember([record("I like tea.", 0), record("I like tea.", 0)])]
    assert first == ["stored", "stored"]
    assert again == ["duplicate", "duplicate"]
    assert memory.count(OWNER) == 2


def test_other_words_under_one_id_supersede_and_lose_nothing(memory: MemoryStore) -> None:
    memory.remember([record("I like tea.", 0)])
    (written,) = memory.remember([record("I like coffee, not tea.", 0)])
    (again,) = memory.remember([record("I like coffee, not tea.", 0)])
    assert (written.outcome, again.outcome) == ("superseded", "duplicate")
    assert [one.text for one in memory.stream(access=OWNER)] == ["I like coffee, not tea."]
    assert {one.text for one in memory.stream(access=OWNER, past=True)} == {"I like tea.", "I like coffee, not tea."}
    assert texts(memory, "tea") == ["I like coffee, not tea."]


@pytest.mark.parametrize(
    ("unfit", "why"),
    [
        (record(" \n "), "blank"),
        (record("x" * 1_000_001), "longer"),
        (record("deep", additional={"a": eval("[" * 40 + "]" * 40)}), "nested"),
    ],
)
def test_unfit_records_are_rejected_with_the_reason_and_the_rest_is_stored(memory: MemoryStore, unfit: MemoryRecord, why: str) -> None:
    written = memory.remember([unfit, record("fine", 1)])
    assert [one.outcome for one in written] == ["rejected", "stored"]
    assert why in written[0].why
    assert memory.count(OWNER) == 1


def test_users_and_characters_see_only_what_is_theirs(memory: MemoryStore) -> None:
    memory.remember(
        [
            record("the code is 1234", 0, known_by=("mneme", "iris")),
            record("the code is 9999", 1, user="bob"),
            record("the code is secret", 2, policy=Policy(sensitivity="secret")),
            record("the code is for plans", 3, policy=Policy(purposes=("planning",))),
            record("the code was old", 4, policy=Policy(expires_at=NOON - timedelta(days=1))),
        ]
    )
    assert texts(memory, "the code") == ["the code is 1234"]
    assert texts(memory, "the code", Access("ada", "iris")) == ["the code is 1234"]
    assert texts(memory, "the code", Access("ada", "stranger")) == []
    assert sorted(texts(memory, "the code", Access("ada", "mneme", purpose="planning"))) == ["the code is 1234", "the code is for plans"]
    assert texts(memory, "the code", Access("bob", "mneme")) == ["the code is 9999"]
    assert len(texts(memory, "the code", OWNER)) == 3


def test_a_character_learns_nothing_of_what_became_of_a_secret(memory: MemoryStore) -> None:
    open_one, secret = record("the code is 1234", 0), record("the code is 9999", 1, policy=Policy(sensitivity="secret"))
    memory.remember([open_one, secret])
    kinds = {
        access.role: [[one.kind for one in memory.history(id, access=access)] for id in (open_one.id, secret.id)] for access in (ADA, OWNER)
    }
    assert kinds == {"character": [["remembered"], []], "owner": [["remembered"], ["remembered"]]}
    memory.forget([open_one.id], access=OWNER)
    assert [one.kind for one in memory.history(open_one.id, access=OWNER)] == ["remembered", "deleted"]


def test_without_a_user_nothing_is_asked() -> None:
    with pytest.raises(InputError):
        Access("  ", "mneme")
    with pytest.raises(InputError):
        Access("ada")


def test_word_frequencies_are_those_of_the_user_alone(memory: MemoryStore) -> None:
    memory.remember([record("the heron", 0), record("the teapot", 1)])
    before = {one.record.id: one.signals["bm25"] for one in memory.recall("heron", access=ADA, now=NOON).candidates}
    memory.remember([record(f"the heron number {number}", number, user="bob") for number in range(50)])
    after = {one.record.id: one.signals["bm25"] for one in memory.recall("heron", access=ADA, now=NOON).candidates}
    assert before == after
    assert max(before.values()) > 0


def test_memory_does_not_feed_on_itself(memory: MemoryStore) -> None:
    memory.remember(
        [
            record("my dog is Biscuit", 0),
            record('You told me: "my dog is Biscuit"', 1, role="assistant", trust=Trust(origin="recalled")),
            record("dog? I need a language model for that", 2, role="assistant", trust=Trust(origin="notice")),
        ]
    )
    assert texts(memory, "dog") == ["my dog is Biscuit"]
    assert memory.count(OWNER) == 3


def test_what_stands_in_the_window_is_left_out(memory: MemoryStore) -> None:
    memory.remember([record("tea is green", 0), record("tea is black", 1)])
    assert texts(memory, "tea", leave_out=Shown("t", ("0",))) == ["tea is black"]


def test_the_same_words_are_taken_once_and_the_reason_is_told(memory: MemoryStore) -> None:
    memory.remember([record("tea please", 0), record("tea please", 1), record("no tea", 2)])
    found = memory.recall("tea please", access=ADA, k=1, now=NOON)
    assert [one.taken for one in found.candidates] == [True, False, False]
    assert found.candidates[1].why.startswith("says the same")
    assert found.candidates[2].why == "others score higher"
    assert set(found.taken[0].signals) == {"similarity", "bm25", "recency", "fused", "neighbours", "weight"}


def test_recall_writes_nothing(memory: MemoryStore) -> None:
    memory.remember([record("tea", 0)])
    history = memory.journal.of_record("ada", record("tea", 0).id)
    memory.recall("tea", access=ADA, now=NOON)
    assert memory.journal.of_record("ada", record("tea", 0).id) == history


def test_late_words_of_a_long_text_are_found(memory: MemoryStore) -> None:
    long = "Nothing to see here, move along. " * 120 + "\nThe treasure lies under the old oak. " * 15
    memory.remember([record(long, 0), *(record(f"something else {number}", number) for number in range(1, 30))])
    best = memory.recall("treasure under the old oak", access=ADA, now=NOON).candidates[0]
    assert best.record.text == long
    assert best.signals["similarity"] > 0.5


def test_forgetting_reaches_what_was_derived_at_every_depth(memory: MemoryStore) -> None:
    said, other = record("I have an ulcer", 0), record("I like tea", 1)
    note = record("Ada: has an ulcer", 2, kind="snapshot", derived_from=(said.id,))
    insight = record("Ada should avoid coffee", 3, kind="reflection", derived_from=(note.id, other.id))
    memory.remember([said, other, note, insight])
    receipt = memory.forget([said.id], access=OWNER)
    assert receipt.forgotten == (said.id,)
    assert receipt.derived == (Derived(note.id, "snapshot", said.id), Derived(insight.id, "reflection", note.id))
    assert [one.text for one in memory.stream(access=OWNER)] == ["I like tea"]
    assert [event.kind for event in memory.journal.of_record("ada", insight.id)] == ["remembered", "deleted"]


def test_what_was_forgotten_is_not_kept_at_hand_either(memory: MemoryStore) -> None:
    said = record("My dog is called Biscuit.")
    memory.remember([said])
    at_hand = weakref.ref(memory.read([said.id], access=ADA)[0])
    assert memory.recall("dog", access=ADA).taken[0].record is at_hand()
    memory.forget([said.id], access=ADA)
    gc.collect()
    assert at_hand() is None


def test_what_rests_on_something_forgotten_meanwhile_is_not_stored(memory: MemoryStore) -> None:
    said, other = record("my stone is a garnet", 0), record("I like tea", 1)
    answer = record("It is a garnet.", 2, role="assistant", derived_from=(other.id, said.id))
    thought = record("Ada loves garnets.", 3, kind="reflection", derived_from=(answer.id,))
    memory.remember([said, other])
    memory.forget([said.id], access=OWNER)
    written = memory.remember([answer, thought, record("Good night.", 4)])
    assert [one.outcome for one in written] == ["rejected", "rejected", "stored"]
    assert written[0].why == f"it rests on {said.id}, which was forgotten"
    assert memory.remember([thought])[0].why == f"it rests on {answer.id}, which was forgotten"
    assert {one.text for one in memory.stream(access=OWNER, past=True)} == {"I like tea", "Good night."}
    assert memory.journal.deleted("ada", [said.id, other.id, answer.id, thought.id]) == {said.id, answer.id, thought.id}
    assert [one.outcome for one in memory.remember([said, answer, thought])] == ["stored"] * 3


def test_other_words_that_rest_on_something_forgotten_leave_the_stored_ones(memory: MemoryStore) -> None:
    first, second = record("one trip", 0), record("two trips", 1)
    count = record("Ada went once.", 2, kind="reflection", derived_from=(first.id,))
    memory.remember([first, second, count])
    memory.forget([second.id], access=OWNER)
    (written,) = memory.remember([record("Ada went twice.", 2, kind="reflection", derived_from=(second.id,))])
    assert written.outcome == "rejected"
    assert memory.read([count.id], access=OWNER) == [count]
    assert memory.journal.deleted("ada", [count.id]) == set()


def test_nobody_forgets_what_is_not_theirs(memory: MemoryStore) -> None:
    foreign = record("mine", 0, user="bob")
    memory.remember([foreign])
    with pytest.raises(InputError):
        memory.forget([foreign.id], access=OWNER)
    assert memory.count(Access("bob", role="owner")) == 1
    assert [event.kind for event in memory.journal.of_record("ada", foreign.id)] == ["denied"]


def test_the_gate_decides_what_is_kept(tmp_path: Path) -> None:
    class NoWeather:
        def judge(self, record: MemoryRecord) -> Verdict:
            return Verdict("discard", 0.0, "weather") if "rain" in record.text else Verdict("store")

    with MemoryStore.open(tmp_path, HashEmbedder(), gate=NoWeather()) as memory:
        written = memory.remember([record("it will rain", 0), record("my name is Ada", 1)])
        assert [(one.outcome, one.why) for one in written] == [("rejected", "weather"), ("stored", "")]
        assert [event.kind for event in memory.journal.of_record("ada", written[0].id)] == ["gated"]


def test_the_stream_is_newest_first_and_ends_at_a_moment(memory: MemoryStore) -> None:
    memory.remember([record(str(day), day, said_at=NOON + timedelta(days=day)) for day in (1, 0, 2)])
    assert [one.text for one in memory.stream(access=OWNER)] == ["2", "1", "0"]
    assert [one.text for one in memory.stream(access=OWNER, until=NOON + timedelta(days=1))] == ["1", "0"]
    assert [one.text for one in memory.stream(access=OWNER, limit=1, offset=1)] == ["1"]


def test_more_can_be_asked_for_than_one_search_gives(memory: MemoryStore) -> None:
    memory.remember([record(f"tea number {number}", number) for number in range(300)])
    assert len(texts(memory, "tea", k=250)) == 250


def test_equal_scores_at_the_edge_of_a_search_do_not_make_recall_a_lottery(tmp_path: Path) -> None:
    found = []
    for folder in ("one", "two"):
        with MemoryStore.open(tmp_path / folder, HashEmbedder()) as memory:
            memory.remember([record(f"{'green' if number < 3 else 'black'} tea with {number:03}", 2 * number) for number in range(60)])
            recalled = memory.recall("green tea", access=ADA, now=NOON, k=3, pool=10)
            found.append([(one.record.ordinal, round(one.score, 6)) for one in recalled.taken])
    assert found[0] == found[1]


@pytest.mark.parametrize("broken", ["forget_words", "settle", "intend"])
def test_forgetting_that_was_interrupted_is_finished_or_can_be_repeated(
    memory: MemoryStore, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    pin = record("the pin is 9999", 0)
    memory.remember([pin])
    with monkeypatch.context() as once:
        once.setattr(memory.journal, broken, failing)
        with pytest.raises(StoreError):
            memory.forget([pin.id], access=OWNER)
    if broken == "intend":
        assert memory.forget([pin.id], access=OWNER).forgotten
    memory.remember([record("another thing", 1)])
    assert [one.text for one in memory.stream(access=OWNER, past=True)] == ["another thing"]
    assert [event.kind for event in memory.journal.of_record("ada", pin.id)] == ["remembered", "deleted"]


def failing(*_: object, **__: object) -> None:
    raise StoreError("The disk is full.")


def test_a_write_whose_journal_failed_is_journalled_by_the_next_try(memory: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as once:
        once.setattr(memory.journal, "settle", failing)
        with pytest.raises(StoreError):
            memory.remember([record("tea", 0)])
    for _ in range(2):
        assert [one.outcome for one in memory.remember([record("tea", 0)])] == ["duplicate"]
    assert [event.kind for event in memory.journal.of_record("ada", record("tea", 0).id)] == ["remembered"]


def test_an_id_of_another_users_record_is_refused(memory: MemoryStore) -> None:
    mine = record("mine", 0, user="bob")
    memory.remember([mine])
    (written,) = memory.remember([mine.model_copy(update={"user_id": "eve"})])
    assert written.outcome == "rejected"
    assert memory.count(Access("eve", role="owner")) == 0


def test_what_is_no_id_is_not_known_and_no_limit_is_refused(memory: MemoryStore) -> None:
    assert memory.read(["zzz", "z" * 36], access=OWNER) == []
    with pytest.raises(InputError, match="'zzz' is no id"):
        memory.recall("tea", access=OWNER, among=["zzz"])
    with pytest.raises(InputError, match="no text"):
        memory.recall("half \ud800 of a letter", access=OWNER)
    for limit in (0, -1, 10**24):
        with pytest.raises(InputError):
            memory.stream(access=OWNER, limit=limit)


def test_a_folder_whose_making_was_interrupted_works(tmp_path: Path) -> None:
    with MemoryStore.open(tmp_path, HashEmbedder()) as memory:
        shard = memory._engine.collection("records", 64, ())  # made, but without its indexes
        assert shard.count(Where()) == 0
    with MemoryStore.open(tmp_path, HashEmbedder()) as memory:
        memory.remember([record("tea", 0)])
        assert [one.text for one in memory.stream(access=OWNER)] == ["tea"]


def test_many_threads_can_open_a_new_folder_at_once(tmp_path: Path) -> None:
    errors: list[Exception] = []

    def open_it() -> None:
        try:
            with MemoryStore.open(tmp_path / "new", HashEmbedder()) as memory:
                memory.count_all()
        except StoreError as error:
            errors.append(error)

    workers = [threading.Thread(target=open_it) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []


def test_a_damaged_manifest_is_told(tmp_path: Path) -> None:
    with MemoryStore.open(tmp_path, HashEmbedder()):
        pass
    (tmp_path / "mneme.json").write_bytes(b"\xff{")
    with pytest.raises(FolderDamaged), MemoryStore.open(tmp_path, HashEmbedder()):
        pass
    (tmp_path / "mneme.json").unlink()
    (tmp_path / "mneme.json").mkdir()
    with pytest.raises(FolderDamaged), MemoryStore.open(tmp_path, HashEmbedder()):
        pass


def test_another_embedder_is_refused(tmp_path: Path) -> None:
    with MemoryStore.open(tmp_path, HashEmbedder("one")):
        pass
    with pytest.raises(EmbedderMismatch, match="written with the embedder one"), MemoryStore.open(tmp_path, HashEmbedder("two")):
        pass
    with MemoryStore.open(tmp_path, HashEmbedder("one")) as memory:
        assert memory.count_all() == 0


def hold(folder: Path, held: "multiprocessing.synchronize.Event", done: "multiprocessing.synchronize.Event") -> None:
    with MemoryStore.open(folder, HashEmbedder()):
        held.set()
        done.wait(60)


def test_a_second_process_gets_a_clear_error_and_a_second_opening_shares(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    held, done = spawn.Event(), spawn.Event()
    holder = spawn.Process(target=hold, args=(tmp_path, held, done))
    holder.start()
    assert held.wait(60)
    with pytest.raises(FolderInUse, match="open in another process"), MemoryStore.open(tmp_path, HashEmbedder()):
        pass
    done.set()
    holder.join(60)
    with MemoryStore.open(tmp_path, HashEmbedder()) as one, MemoryStore.open(tmp_path, HashEmbedder()) as two:
        one.remember([record("seen by both", 0)])
        assert two.count_all() == 1


def test_threads_that_write_at_once_lose_nothing(memory: MemoryStore) -> None:
    def write(worker: int) -> None:
        for number in range(16):
            memory.remember([record(f"{worker} {number}", number, thread_id=str(worker))])
            memory.recall(f"{worker} {number}", access=ADA, now=NOON)

    workers = [threading.Thread(target=write, args=(worker,)) for worker in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert memory.count(OWNER) == 8 * 16
