"""Memories that change: edited, written again with other words, hidden, restored, and cut short while they do."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path

import pytest

from stores.access import Access
from stores.errors import InputError, ModelUnavailable, RecordRejected, StoreError
from stores.gate import Verdict
from stores.journal import Event
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord
from tests.engines import ENGINES, opened_on
from tests.fakes import NOON, HashEmbedder, record

ADA = Access("ada", "mneme")
OWNER = Access("ada", role="owner")
LATER = NOON + timedelta(days=1)


@pytest.fixture(params=ENGINES)
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore]:
    with opened_on(request.param, tmp_path) as opened:
        yield opened


def now_known(memory: MemoryStore) -> list[str]:
    return [one.text for one in memory.stream(access=OWNER)]


def recalled(memory: MemoryStore, query: str) -> list[str]:
    return [one.record.text for one in memory.recall(query, access=ADA).taken]


def kinds(memory: MemoryStore, id: str) -> list[str]:
    return [event.kind for event in memory.history(id, access=OWNER)]


def test_an_edited_memory_is_known_by_its_new_words_alone(memory: MemoryStore) -> None:
    said = record("my dog is called Biscuit", 0)
    memory.remember([said])
    written = memory.edit(said.id, "my dog is called Brownie", access=OWNER, now=LATER)
    assert written.outcome == "superseded"
    assert now_known(memory) == recalled(memory, "dog Biscuit") == ["my dog is called Brownie"]
    (new,) = memory.read([written.id], access=OWNER)
    assert (new.updated_at, new.said_at, new.ordinal, new.version_of) == (LATER, NOON, 0, said.id)
    assert kinds(memory, said.id) == ["remembered", "edited", "remembered", "superseded"]
    assert memory.read([said.id], access=OWNER)[0].superseded_by == written.id


def test_edits_follow_one_another_in_a_chain_by_any_id_of_it(memory: MemoryStore) -> None:
    said = record("one", 0)
    memory.remember([said])
    second = memory.edit(said.id, "two", access=OWNER)
    memory.edit(said.id, "three", access=OWNER)
    memory.edit(second.id, "one", access=OWNER)
    assert now_known(memory) == ["one"]
    assert len(memory.stream(access=OWNER, past=True)) == 4
    assert memory.edit(said.id, "one", access=OWNER).outcome == "duplicate"
    assert {len(memory.history(id, access=OWNER)) for id in (said.id, second.id)} == {len(memory.history(said.id, access=OWNER))}


def test_other_words_written_under_one_id_leave_one_newest_version(memory: MemoryStore) -> None:
    for words in ("A", "B", "C"):
        memory.remember([record(words, 0)])
    assert now_known(memory) == ["C"]
    assert [one.outcome for one in memory.remember([record("A", 0), record("B", 0)])] == ["duplicate", "duplicate"]
    assert now_known(memory) == ["C"]


def test_versions_written_in_one_call_are_a_chain_too(memory: MemoryStore) -> None:
    outcomes = [one.outcome for one in memory.remember([record(words, 0) for words in ("A", "B", "C", "B")])]
    assert outcomes == ["stored", "superseded", "superseded", "duplicate"]
    assert now_known(memory) == ["C"]


def test_versions_written_under_the_id_of_a_version_are_a_chain_too(memory: MemoryStore) -> None:
    memory.remember([record("A", 0)])
    version = memory.remember([record("B", 0)])[0].id
    written = memory.remember([record(words, 0, id=version) for words in ("C", "D", "A", "D")])
    assert [one.outcome for one in written] == ["superseded", "superseded", "duplicate", "duplicate"]
    assert now_known(memory) == ["D"]


def counted(words: str, *sources: MemoryRecord) -> MemoryRecord:
    """An insight under one id, however often it is counted anew."""
    return record(words, 9, kind="reflection", derived_from=tuple(one.id for one in sources))


@pytest.mark.parametrize("gone", [0, 1, 3])
@pytest.mark.parametrize("trial", range(3))
def test_versions_stay_a_chain_when_one_of_them_goes_with_its_source(memory: MemoryStore, gone: int, trial: int) -> None:
    said = [record(f"trip {number} of {trial}", number) for number in range(5)]
    memory.remember(said)
    for number, one in enumerate(said[:4]):
        memory.remember([counted(f"{number} trips by {trial}", one)])
    memory.forget([said[gone].id], access=OWNER)
    (written,) = memory.remember([counted("all trips", said[4])])
    assert written.outcome == "superseded"
    assert memory.edit(written.id, "all the trips", access=OWNER).outcome == "superseded"
    assert [one for one in now_known(memory) if not one.startswith("trip")] == ["all the trips"]


def test_what_is_left_of_several_versions_is_edited_where_it_is_newest(memory: MemoryStore) -> None:
    said = [record(f"trip {number}", number) for number in range(3)]
    memory.remember(said)
    ids = [memory.remember([counted(f"{number} trips", one)])[0].id for number, one in enumerate(said)]
    memory.forget([said[0].id], access=OWNER)
    assert memory.edit(ids[1], "2 trips", access=OWNER).outcome == "duplicate"
    assert memory.edit(ids[1], "three trips", access=OWNER).why == f"takes the place of {ids[2]}"
    assert sorted(now_known(memory)) == ["three trips", "trip 1", "trip 2"]
    assert memory.remember([counted("2 trips", said[2])])[0].outcome == "duplicate"


def test_what_was_said_at_a_later_moment_is_edited_at_once(memory: MemoryStore) -> None:
    said = record("I keep bees", 0, said_at=LATER, created_at=LATER)
    memory.remember([said])
    memory.edit(said.id, "I keep wasps", access=OWNER, now=NOON)
    assert [one.text for one in memory.stream(access=OWNER, now=NOON)] == ["I keep wasps"]
    assert [one.record.text for one in memory.recall("bees", access=ADA, now=NOON).taken] == ["I keep wasps"]
    memory.restore(said.id, access=OWNER, now=NOON)
    assert [one.text for one in memory.stream(access=OWNER, now=LATER)] == ["I keep bees"]
    assert kinds(memory, said.id)[:2] == ["remembered", "edited"]  # as it happened, whatever moments were told


def test_importing_again_does_not_undo_an_edit(memory: MemoryStore) -> None:
    memory.remember([record("wrong", 0)])
    memory.edit(record("wrong", 0).id, "right", access=OWNER)
    assert memory.remember([record("wrong", 0)])[0].outcome == "duplicate"
    assert now_known(memory) == ["right"]


def test_restoring_an_earlier_version_makes_its_words_the_newest(memory: MemoryStore) -> None:
    said = record("first", 0)
    memory.remember([said])
    memory.edit(said.id, "second", access=OWNER)
    (restored,) = memory.restore(said.id, access=OWNER)
    assert now_known(memory) == ["first"]
    assert restored != said.id
    assert "restored" in kinds(memory, said.id)
    with pytest.raises(InputError, match="neither hidden nor superseded"):
        memory.restore(restored, access=OWNER)


def test_restoring_again_makes_no_further_version(memory: MemoryStore) -> None:
    said = record("first", 0)
    memory.remember([said])
    memory.edit(said.id, "second", access=OWNER)
    (restored,) = memory.restore(said.id, access=OWNER)
    before = memory.count_all()
    with pytest.raises(InputError, match=f"{restored}, which took its place, says so already"):
        memory.restore(said.id, access=OWNER)
    assert memory.count_all() == before


def test_hiding_reaches_what_was_derived_and_restoring_brings_all_back(memory: MemoryStore) -> None:
    said = record("I have an ulcer", 0)
    note = record("Ada has an ulcer", 1, kind="snapshot", derived_from=(said.id,))
    memory.remember([said, note, record("tea", 2)])
    assert set(memory.hide([said.id], access=OWNER, now=LATER).ids) == {said.id, note.id}
    assert now_known(memory) == recalled(memory, "ulcer") == ["tea"]
    assert memory.read([said.id], access=ADA) == []
    assert memory.read([said.id], access=OWNER)[0].deleted_at == LATER
    assert set(memory.restore(said.id, access=OWNER)) == {said.id, note.id}
    assert len(now_known(memory)) == 3
    assert memory.read([said.id, note.id], access=OWNER) == [said, note]


def test_restoring_what_was_hidden_does_not_revive_what_was_superseded(memory: MemoryStore) -> None:
    said = record("old words", 0)
    memory.remember([said])
    memory.edit(said.id, "new words", access=OWNER)
    memory.hide([said.id], access=OWNER)
    assert now_known(memory) == []
    memory.restore(said.id, access=OWNER)
    assert now_known(memory) == ["new words"]


def test_a_record_superseded_by_another_memory_can_be_readmitted(memory: MemoryStore) -> None:
    rome = record("I live in Rome", 0)
    memory.remember([rome, record("I live in Oslo", 1, supersedes=(rome.id,))])
    assert now_known(memory) == ["I live in Oslo"]
    assert memory.restore(rome.id, access=OWNER) == (rome.id,)
    assert sorted(now_known(memory)) == ["I live in Oslo", "I live in Rome"]


def test_what_gave_way_to_another_memory_is_not_brought_back_by_an_edit(memory: MemoryStore) -> None:
    nine = record("we meet at nine", 0)
    memory.remember([nine, record("we meet at ten", 1, supersedes=(nine.id,))])
    with pytest.raises(InputError, match=f"{nine.id} gave way to {record('x', 1).id}"):
        memory.edit(nine.id, "we meet at nine sharp", access=OWNER)
    assert now_known(memory) == ["we meet at ten"]
    memory.restore(nine.id, access=OWNER)
    memory.edit(nine.id, "we met at nine", access=OWNER)
    assert sorted(now_known(memory)) == ["we meet at ten", "we met at nine"]


def test_at_an_earlier_moment_the_older_words_are_recalled(memory: MemoryStore) -> None:
    rome = record("I live in Rome", 0)
    memory.remember([rome, record("I live in Oslo", 1, said_at=LATER, supersedes=(rome.id,))])
    then = memory.recall("live", access=ADA, now=NOON + timedelta(hours=1), until=NOON + timedelta(hours=1))
    assert [one.record.text for one in then.taken] == ["I live in Rome"]
    assert [one.record.text for one in memory.recall("live", access=ADA, now=LATER).taken] == ["I live in Oslo"]


def test_nobody_supersedes_edits_or_restores_what_is_not_theirs(memory: MemoryStore) -> None:
    mine = record("mine", 0, user="bob")
    memory.remember([mine])
    assert memory.remember([record("yours", 1, supersedes=(mine.id,))])[0].outcome == "rejected"
    for change in (
        lambda: memory.edit(mine.id, "yours", access=OWNER),
        lambda: memory.hide([mine.id], access=OWNER),
        lambda: memory.restore(mine.id, access=OWNER),
        lambda: memory.feedback(mine.id, True, access=OWNER),
    ):
        with pytest.raises(InputError):
            change()
    assert [one.text for one in memory.stream(access=Access("bob", role="owner"))] == ["mine"]
    assert {event.user_id for event in memory.history(mine.id, access=OWNER)} == {"ada"}


def test_words_that_cannot_be_stored_change_nothing(memory: MemoryStore) -> None:
    said = record("fine", 0)
    memory.remember([said])
    for unfit in ("  ", "x" * 1_000_001, "half \ud800 of a letter"):
        with pytest.raises(RecordRejected):
            memory.edit(said.id, unfit, access=OWNER)
    assert now_known(memory) == ["fine"]


def test_a_moment_without_a_time_zone_is_refused_before_anything_is_done(memory: MemoryStore) -> None:
    said, naive = record("tea", 0), NOON.replace(tzinfo=None)
    memory.remember([said])
    for asked in (
        lambda: memory.hide([said.id], access=OWNER, now=naive),
        lambda: memory.restore(said.id, access=OWNER, now=naive),
        lambda: memory.edit(said.id, "coffee", access=OWNER, now=naive),
        lambda: memory.forget([said.id], access=OWNER, now=naive),
        lambda: memory.feedback(said.id, True, access=OWNER, now=naive),
        lambda: memory.recall("tea", access=OWNER, now=naive),
        lambda: memory.recall("tea", access=OWNER, until=naive),
        lambda: memory.stream(access=OWNER, now=naive),
        lambda: memory.stream(access=OWNER, until=naive),
        lambda: memory.planned(["2026-05-07"], access=OWNER, now=naive),
        lambda: memory.count(OWNER, now=naive),
        lambda: memory.sweep(naive),
    ):
        with pytest.raises(InputError, match="no moment with a time zone"):
            asked()
    assert memory.stream(access=OWNER) == [said]


def test_what_could_never_be_read_again_is_not_written(memory: MemoryStore) -> None:
    said, rice, naive = record("tea", 0), record("rice", 1), NOON.replace(tzinfo=None)
    memory.remember([said, rice])
    event = Event(NOON, "ada", "rated")
    for wrong in ({"importance": 11}, {"updated_at": naive}, {"additional": {"far": float("inf")}}, {"unknown": 1}):
        with pytest.raises(RecordRejected, match="cannot be changed"):
            memory.amend({rice.id: {"importance": 3}, said.id: wrong}, event, access=OWNER)
    copies = [record("x", number).model_copy(update=wrong) for number, wrong in enumerate(({"importance": 11.0}, {"said_at": naive}), 2)]
    assert [one.outcome for one in memory.remember(copies)] == ["rejected", "rejected"]
    assert memory.read([said.id, rice.id], access=OWNER) == [said, rice]
    assert memory.count_all() == 2


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        Verdict("store", weight=weight)


def test_forgetting_takes_every_version(memory: MemoryStore) -> None:
    said = record("the pin is 1", 0)
    memory.remember([said])
    newest = memory.edit(said.id, "the pin is 2", access=OWNER)
    assert set(memory.would_forget([newest.id], access=OWNER).ids) == {said.id, newest.id}
    memory.forget([newest.id], access=OWNER)
    assert memory.stream(access=OWNER, past=True) == []


def test_feedback_is_kept_in_the_journal(memory: MemoryStore) -> None:
    memory.remember([record("tea", 0)])
    memory.feedback(record("tea", 0).id, False, access=ADA, now=LATER)
    (event,) = [one for one in memory.history(record("tea", 0).id, access=OWNER) if one.kind == "feedback"]
    assert (event.at, event.detail) == (LATER, {"helpful": False})


def test_what_the_gate_merges_is_kept_behind_the_other_and_its_weight_counts(tmp_path: Path) -> None:
    first = record("I like tea", 0)

    class Merging:
        def judge(self, record: MemoryRecord) -> Verdict:
            if record.id == first.id:
                return Verdict("store", weight=0.5)
            return Verdict("merge", reason="says the same", into=first.id)

    with MemoryStore.open(tmp_path, HashEmbedder(), gate=Merging()) as memory:
        written = memory.remember([first, record("I like tea!", 1)])
        assert [one.outcome for one in written] == ["stored", "stored"]
        assert now_known(memory) == ["I like tea"]
        assert memory.read([written[1].id], access=OWNER)[0].superseded_by == first.id
        (taken,) = memory.recall("tea", access=ADA).taken
        assert taken.signals["weight"] == 0.5
        assert taken.score <= 0.5


@pytest.mark.parametrize("into", ["", "no id", record("never said", 7).id, record("x", 0, user="bob").id])
def test_what_the_gate_would_merge_into_nothing_of_the_users_is_stored(tmp_path: Path, into: str) -> None:
    class Merging:
        def judge(self, record: MemoryRecord) -> Verdict:
            return Verdict("store") if record.user_id == "bob" else Verdict("merge", reason="says the same", into=into)

    with MemoryStore.open(tmp_path, HashEmbedder(), gate=Merging()) as memory:
        written = memory.remember([record("I like tea", 0, user="bob"), record("I like tea", 0)])
        assert [(one.outcome, one.why) for one in written] == [("stored", "")] * 2
        assert now_known(memory) == ["I like tea"]
        assert kinds(memory, record("x", 0).id) == ["gated", "remembered"]


def test_a_rating_given_while_the_words_are_embedded_stays(tmp_path: Path) -> None:
    class Two:
        def rate(self, text: str, vector: Sequence[float]) -> float:
            return 2.0

    class Overtaken(HashEmbedder):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            memory.amend({said.id: {"importance": 9.0}}, Event(NOON, "ada", "rated"), access=OWNER)
            return super().embed_documents(texts)

    said = record("a death", 0)
    with MemoryStore.open(tmp_path, Overtaken(), rater=Two()) as memory:
        memory.remember([said, record("a cup of tea", 1)])
        assert [one.importance for one in memory.read([said.id, record("x", 1).id], access=OWNER)] == [9.0, 2.0]


class Failing(HashEmbedder):
    """An embedder whose model is away."""

    away = True

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if self.away:
            raise ModelUnavailable("The endpoint does not answer.")
        return super().embed_documents(texts)


def test_words_are_on_disk_before_they_are_embedded(tmp_path: Path) -> None:
    embedder = Failing()
    with MemoryStore.open(tmp_path, embedder) as memory:
        with pytest.raises(ModelUnavailable):
            memory.remember([record("the heron", 0), record("the teapot", 1)])
        assert recalled(memory, "heron")[0] == "the heron"  # by its words
        with pytest.raises(ModelUnavailable):
            memory.remember([record("the heron", 0)])
        embedder.away = False
        assert memory.remember([record("the heron", 0)])[0].outcome == "duplicate"
        assert memory.recall("heron", access=ADA).candidates[0].signals["similarity"] > 0.5
        assert memory.embed_missing() == 1
        assert memory.embed_missing() == 0


def test_an_edit_and_a_restoring_whose_embedding_failed_are_finished_when_they_are_repeated(tmp_path: Path) -> None:
    embedder = Failing()
    embedder.away = False
    with MemoryStore.open(tmp_path, embedder) as memory:
        said = record("the heron", 0)
        memory.remember([said])
        for change in (
            lambda: memory.edit(said.id, "the teapot", access=OWNER).id,
            lambda: memory.restore(said.id, access=OWNER)[0],
        ):
            embedder.away = True
            with pytest.raises(ModelUnavailable):
                change()
            embedder.away = False
            (newest,) = memory.stream(access=OWNER)
            assert change() == newest.id
            assert recalled(memory, "who?") == [newest.text]
        assert memory.embed_missing() == 0
        assert memory.count_all() == 3


def test_nobody_waits_while_an_edit_is_embedded(tmp_path: Path) -> None:
    class Slow(HashEmbedder):
        begun, done = threading.Event(), threading.Event()

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            if texts == ["slowly"]:
                self.begun.set()
                assert self.done.wait(60)
            return super().embed_documents(texts)

    embedder = Slow()
    with MemoryStore.open(tmp_path, embedder) as memory:
        memory.remember([record("at first", 0)])
        with ThreadPoolExecutor() as beside:
            editing = beside.submit(memory.edit, record("x", 0).id, "slowly", access=OWNER)
            assert embedder.begun.wait(60)
            writing = beside.submit(memory.remember, [record("quickly", 1)])
            assert wait([writing], timeout=60).done
            embedder.done.set()
            assert editing.result().outcome == "superseded"


@pytest.mark.parametrize("wrong", [[[1.0]], [], [[float("nan")] * 64]])
def test_vectors_that_are_none_never_reach_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: list[list[float]]) -> None:
    embedder = HashEmbedder()
    with MemoryStore.open(tmp_path, embedder) as memory:
        with monkeypatch.context() as once:
            once.setattr(embedder, "embed_documents", lambda texts: wrong)
            with pytest.raises(StoreError, match="vector"):
                memory.remember([record("tea", 0)])
        assert memory.embed_missing() == 1
        assert recalled(memory, "tea") == ["tea"]


@pytest.mark.parametrize("doing", ["edit", "hide", "restore", "forget"])
def test_a_change_cut_short_before_it_is_settled_is_finished(memory: MemoryStore, monkeypatch: pytest.MonkeyPatch, doing: str) -> None:
    said = record("old", 0)
    memory.remember([said])
    if doing == "restore":
        memory.hide([said.id], access=OWNER)
    change = {
        "edit": lambda: memory.edit(said.id, "new", access=OWNER),
        "hide": lambda: memory.hide([said.id], access=OWNER),
        "restore": lambda: memory.restore(said.id, access=OWNER),
        "forget": lambda: memory.forget([said.id], access=OWNER),
    }[doing]
    with monkeypatch.context() as once:
        once.setattr(memory.journal, "settle", stopped)
        with pytest.raises(StoreError):
            change()
    memory._writer.finish_pending()
    known = {"edit": ["new"], "hide": [], "restore": ["old"], "forget": []}[doing]
    last = {"edit": "superseded", "hide": "hidden", "restore": "restored", "forget": "deleted"}[doing]
    assert now_known(memory) == known
    assert memory.journal.of_record("ada", said.id)[-1].kind == last
    assert memory.journal.pending() == {}


def stopped(*_: object, **__: object) -> None:
    raise StoreError("The disk is full.")


def test_what_was_noted_but_never_written_is_dropped(memory: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as once:
        once.setattr(memory._records, "upsert", stopped)
        with pytest.raises(StoreError):
            memory.remember([record("never there", 0)])
    memory.remember([record("there", 1)])
    assert memory.journal.pending() == {}
    assert memory.journal.of_record("ada", record("x", 0).id) == []
