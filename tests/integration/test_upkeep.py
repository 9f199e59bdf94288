"""A whole memory saved, loaded, written anew, examined and mended."""

import json
import os
import random
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from graph.threads import open_sqlite
from stores.access import Access
from stores.codec import Plain
from stores.collections import Entry
from stores.engines.engine import Ids, Where
from stores.engines.rescue import copy_sparse
from stores.errors import EmbedderMismatch, FolderDamaged, FolderInUse, InputError, ModelUnavailable, StoreError
from stores.memory_store import MemoryStore
from stores.pieces import matters_of
from stores.record import SCHEMA_VERSION
from stores.upkeep.examining import Examiner
from stores.upkeep.replacing import NEXT, READY
from stores.upkeep.rewriting import Rewriting
from stores.upkeep.snapshots import load_snapshot, save_snapshot, verify_snapshot
from tests.fakes import NOON, HashEmbedder, record

OWNER = Access("ada", role="owner")
PLAIN = Plain()
THOROUGH = bool(os.environ.get("MNEME_THOROUGH"))
SAID = [f"sentence {number} about {topic}" for number, topic in enumerate(["tea", "dogs", "rivers", "lamps"] * 10)]


@contextmanager
def opened(home: Path, embedder: HashEmbedder | None = None) -> Iterator[MemoryStore]:
    with MemoryStore.open(home, embedder or HashEmbedder()) as memory:
        yield memory


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A memory of two users, with an edited, a hidden and a forgotten record, items and a collection."""
    folder = tmp_path / "home"
    with opened(folder) as memory:
        memory.remember([record(text, number) for number, text in enumerate(SAID)])
        memory.remember([record("bob's own words", 0, user="bob")])
        memory.edit(record("x", 0).id, "sentence 0 was wrong", access=OWNER, now=NOON)
        memory.hide([record("x", 1).id], access=OWNER, now=NOON)
        memory.forget([record("x", 2).id], access=OWNER, now=NOON)
        memory.put(("notes", "ada"), "k", {"text": "green tea"})
        memory.put(("notes", "ada"), "hidden", {"text": "unseen"}, index=False)
        memory.collections.create("books")
        memory.collections.upsert("books", Entry(id="1", text="a book about herons"))
    return folder


def contents(home: Path, embedder: HashEmbedder | None = None) -> dict[str, object]:
    """Everything that can be asked of a memory."""
    with opened(home, embedder) as memory:
        return {
            "records": sorted(one.model_dump_json() for one in memory.stream(access=OWNER, past=True, limit=1_000)),
            "bob": [one.text for one in memory.stream(access=Access("bob", role="owner"))],
            "recalled": recalled_from(memory),
            "items": [(item.key, item.value, item.created_at) for item in memory.search(("notes",), query="green tea")],
            "near": [(entry.id, entry.text, round(score, 4)) for entry, score in memory.collections.nearest("books", "herons")],
            "history": [(event.kind, event.record_id) for event in memory.history(record("x", 0).id, access=OWNER)],
        }


def recalled_from(memory: MemoryStore) -> list[tuple[str, float]]:
    found = memory.recall("sentence about tea", access=OWNER, k=5, now=NOON)
    return [(one.record.id, round(one.score, 4)) for one in found.taken]


def examined(home: Path) -> Examiner:
    return Examiner(home, None, HashEmbedder(), PLAIN)


def test_a_snapshot_brings_everything_back(home: Path, tmp_path: Path) -> None:
    before = contents(home)
    title = save_snapshot(home, None, tmp_path / "saved.zip", NOON)
    assert title.counts == {"records": 41, "items": 2, "entries": 2}
    shutil.rmtree(home)
    loaded = load_snapshot(tmp_path / "saved.zip", home, None, NOON)
    assert loaded.replaced is None
    assert contents(home) == before
    assert examined(home).examine().problems == []


def test_a_snapshot_holds_nothing_that_was_forgotten(home: Path, tmp_path: Path) -> None:
    save_snapshot(home, None, tmp_path / "saved.zip", NOON)
    with zipfile.ZipFile(tmp_path / "saved.zip") as archive:
        assert all(b"sentence 2 about" not in archive.read(name) for name in archive.namelist())


def test_a_load_keeps_what_it_replaces_and_never_replaces_more_unasked(home: Path, tmp_path: Path) -> None:
    save_snapshot(home, None, tmp_path / "saved.zip", NOON)
    with opened(home) as memory:
        memory.remember([record("said since", 99)])
    bigger = contents(home)
    with pytest.raises(InputError, match="holds more than the snapshot: 42 records, where the snapshot has 41"):
        load_snapshot(tmp_path / "saved.zip", home, None, NOON)
    assert contents(home) == bigger
    loaded = load_snapshot(tmp_path / "saved.zip", home, None, NOON, replace_bigger=True)
    assert contents(home) != bigger
    assert loaded.replaced is not None
    assert contents(loaded.replaced) == bigger


def test_a_snapshot_is_never_written_over_nor_into_a_missing_folder_nor_of_an_open_memory(home: Path, tmp_path: Path) -> None:
    (tmp_path / "saved.zip").write_text("mine")
    with pytest.raises(InputError, match="there already"):
        save_snapshot(home, None, tmp_path / "saved.zip", NOON)
    with opened(home), pytest.raises(FolderInUse):
        save_snapshot(home, None, tmp_path / "other.zip", NOON)
    with pytest.raises(InputError, match="no memory"):
        save_snapshot(tmp_path / "nothing", None, tmp_path / "other.zip", NOON)
    with pytest.raises(InputError, match="no folder"):
        save_snapshot(home, None, tmp_path / "missing" / "other.zip", NOON)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "saved.zip"]


def test_a_snapshot_with_any_byte_changed_is_refused_and_the_memory_stays(home: Path, tmp_path: Path) -> None:
    file, broken = tmp_path / "saved.zip", tmp_path / "broken.zip"
    save_snapshot(home, None, file, NOON)
    before, whole = contents(home), file.read_bytes()
    chance = random.Random(1)
    for place in [0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(60)), *range(len(whole) - 400, len(whole), 7)]:
        broken.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            verify_snapshot(broken)
        except (FolderDamaged, InputError):
            continue
        # A byte that only says when the archive was made, or on which system, holds nothing of the memory.
        assert verify_snapshot(broken).parts == verify_snapshot(file).parts
    broken.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FolderDamaged):
        load_snapshot(broken, home, None, NOON)
    for other in (tmp_path / "none.zip", tmp_path):
        with pytest.raises((InputError, FolderDamaged)):
            verify_snapshot(other)
    assert contents(home) == before


def test_a_snapshot_of_a_newer_mneme_is_refused_and_the_memory_stays(home: Path, tmp_path: Path) -> None:
    file, newer, before = tmp_path / "saved.zip", tmp_path / "newer.zip", contents(home)
    ours, theirs = (f'"schema_version": {version}'.encode() for version in (SCHEMA_VERSION, SCHEMA_VERSION + 1))
    save_snapshot(home, None, file, NOON)
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(newer, "w") as other:
        for name in archive.namelist():
            raw = archive.read(name)
            other.writestr(name, raw.replace(ours, theirs) if name == "snapshot.json" else raw)
    for refused in (lambda: verify_snapshot(newer), lambda: load_snapshot(newer, home, None, NOON)):
        with pytest.raises(InputError, match="by a newer Mneme"):
            refused()
    assert contents(home) == before


def test_a_swap_that_was_cut_short_is_finished_at_the_next_opening(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_snapshot(home, None, tmp_path / "saved.zip", NOON)
    before = contents(home)
    for stop_at in range(1, 6):
        with monkeypatch.context() as once:
            calls = iter(range(100))
            rename = Path.rename

            def stopping(self: Path, target: Path) -> Path:
                if next(calls) == stop_at:  # noqa: B023
                    raise KeyboardInterrupt
                return rename(self, target)  # noqa: B023

            once.setattr(Path, "rename", stopping)
            with suppress(KeyboardInterrupt):
                load_snapshot(tmp_path / "saved.zip", home, None, NOON)
        assert contents(home) == before
        assert not (home / READY).exists()
        for aside in home.glob("replaced-*"):
            shutil.rmtree(aside)


def reindexed(home: Path, embedder: HashEmbedder) -> dict[str, tuple[int, int]]:
    return Rewriting(home, None, PLAIN, PLAIN, embedder).run().counts


def test_reindexing_keeps_everything_under_another_embedder(home: Path) -> None:
    before = contents(home)
    other = HashEmbedder("other", 128)
    assert reindexed(home, other) == {"records": (41, 41), "items": (2, 2), "entries": (2, 2)}
    with pytest.raises(EmbedderMismatch, match="mneme reindex --embedder hash"), opened(home):
        pass
    after = contents(home, other)
    for same in ("records", "bob", "history"):
        assert after[same] == before[same]
    assert len(other.asked) >= 41
    assert {key for key, *_ in after["items"]} == {"k", "hidden"}  # type: ignore[attr-defined]
    assert after["near"][0][0] == "1"  # type: ignore[index]


def test_reindexing_goes_on_where_it_was_cut_short(home: Path) -> None:
    class Dying(HashEmbedder):
        left = 20

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            self.left -= len(texts)
            if self.left < 0:
                raise ModelUnavailable("The endpoint died.")
            return super().embed_documents(texts)

    with opened(home) as memory:
        memory.remember([record(f"more {number}", number, thread_id="more") for number in range(300)])
    dying = Dying("other")
    dying.left = 270
    with pytest.raises(ModelUnavailable):
        reindexed(home, dying)
    assert examined(home).examine().unfinished
    patient = HashEmbedder("other")
    assert reindexed(home, patient)["records"] == (341, 341)
    assert len(patient.asked) < 200
    assert not (home / NEXT).exists()


def test_what_a_reindex_left_half_done_is_gone_once_the_memory_is_used(home: Path) -> None:
    with pytest.raises(ModelUnavailable):
        reindexed(home, Away("other"))
    assert (home / NEXT).exists()
    with opened(home) as memory:
        assert not (home / NEXT).exists()
        memory.edit(record("x", 3).id, "changed since", access=OWNER)
        memory.forget([record("x", 4).id], access=OWNER)
    assert reindexed(home, HashEmbedder("other"))["records"] == (41, 41)
    with opened(home, HashEmbedder("other")) as memory:
        assert "changed since" in [one.text for one in memory.stream(access=OWNER)]
        assert memory.read([record("x", 4).id], access=OWNER) == []


def test_a_vector_given_by_a_program_is_not_made_anew(home: Path) -> None:
    with opened(home) as memory:
        memory.collections.upsert("books", Entry(id="2", text="given", vector=tuple([1.0] + [0.0] * 63)))
    before = contents(home)
    with pytest.raises(EmbedderMismatch, match="given by a program"):
        reindexed(home, HashEmbedder("other"))
    assert contents(home) == before


def test_a_sound_memory_has_no_problems(home: Path) -> None:
    found = examined(home).examine()
    assert found.problems == []
    assert found.counts == {"records": 41, "items": 2, "entries": 2}


def test_a_damaged_record_is_told_and_the_rest_saved(home: Path) -> None:
    with opened(home) as memory:
        for id in (record("x", 5).id, record("x", 6).id):
            document = memory._records.retrieve([id])[0].payload["document"]
            memory._records.patch(id, {"document": document.replace("sentence", "sintence")})
        assert len(memory.stream(access=OWNER, past=True, limit=100)) == 38
        assert memory.recall("sentence", access=OWNER, k=50, now=NOON).taken
    found = examined(home).examine()
    assert set(found.damaged["records"]) == {record("x", 5).id, record("x", 6).id}
    done = examined(home).repair(NOON)
    assert done.after.problems == []
    assert len(done.lost) == 2
    after = done.after
    assert after.counts["records"] == 39
    with opened(home) as memory:
        assert len(memory.stream(access=OWNER, past=True, limit=100)) == 38
        assert memory.journal.of_record("ada", record("x", 5).id)[-1].kind == "lost"


def test_records_that_are_stored_twice_are_told_and_written_once(home: Path) -> None:
    before, segments = contents(home), home / "engine" / "records" / "segments"
    (segment,) = segments.iterdir()
    shutil.copytree(segment, segments / str(uuid4()))  # as where a process is killed between the building of an index and its end
    assert contents(home) | {"recalled": ()} == before | {"recalled": ()}  # words are counted twice, which moves scores
    assert examined(home).examine().problems == [
        "41 of the records are stored twice, which takes twice the room: the building of an index was cut short."
    ]
    assert examined(home).repair(NOON).after.problems == []
    assert contents(home) == before


def test_an_index_whose_building_was_cut_short_leaves_nothing_on_the_disk(home: Path) -> None:
    begun = home / "engine" / "records" / "temp_segments" / "segment_builder_x" / "payload_storage"
    begun.mkdir(parents=True)
    (begun / "page_0.dat").write_text("sentence 2 about rivers")
    with opened(home) as memory:
        assert memory.count(OWNER)
    assert not any(begun.parents[1].iterdir())


def test_what_the_engine_knows_under_another_id_is_told_and_put_back(home: Path) -> None:
    """As where its own table of ids is damaged."""
    before = contents(home)
    with opened(home) as memory:
        collections = {"records": memory._records, "items": memory._items._collection, "entries": memory.collections._points}
        moved: dict[str, str] = {}
        for name, collection in collections.items():
            point = next(one for one in collection.points(Where()) if one.pieces)
            moved[name] = str(uuid4())
            collection.delete([point.id])
            collection.upsert([replace(point, id=moved[name])])
    assert contents(home) != before
    found = examined(home).examine()
    assert found.unsearchable == {name: [id] for name, id in moved.items()}
    done = examined(home).repair(NOON)
    assert (done.after.problems, done.lost) == ([], [])
    assert contents(home) == before


class Away(HashEmbedder):
    """An embedder whose model is away."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise ModelUnavailable("away")


def test_records_without_vectors_are_told_and_embedded(home: Path) -> None:
    with opened(home, Away()) as memory, pytest.raises(ModelUnavailable):
        memory.remember([record("the heron", 77)])
    assert examined(home).examine().unsearchable == {"records": [record("x", 77).id]}
    assert examined(home).repair(NOON).after.problems == []


def test_what_was_never_embedded_is_rated_when_it_is_also_after_the_memory_was_written_anew(home: Path) -> None:
    class Seven:
        def rate(self, text: str, vector: Sequence[float]) -> float:
            return 7.0

    said = record("the heron", 77)
    with opened(home, Away()) as memory, pytest.raises(ModelUnavailable):
        memory.remember([said])
    Rewriting(home, None, PLAIN, PLAIN, Away()).run()
    with MemoryStore.open(home, HashEmbedder(), rater=Seven()) as memory:
        assert memory.embed_missing() == 1
        assert memory.read([said.id], access=OWNER)[0].importance == 7.0
        assert pieces_in(memory, said.id)


def test_a_message_that_an_older_version_embedded_with_its_aside_is_sound_and_cut_when_it_is_embedded_anew(home: Path) -> None:
    said = record("Which lens is good for portraits? By the way, I turned 32.", 78)
    matters = [HashEmbedder().embed_query(one) for one in matters_of(said.text)]
    with opened(home) as memory:
        memory.remember([said])
        assert pieces_in(memory, said.id) == [pytest.approx(one) for one in matters]
        memory._records.embed({said.id: [HashEmbedder().embed_query(said.text)]})
    assert examined(home).examine().problems == []
    again = HashEmbedder()
    Rewriting(home, None, PLAIN, PLAIN, again).run()
    assert again.asked == []
    Rewriting(home, None, PLAIN, PLAIN, again, embed=True).run()
    with opened(home) as memory:
        assert pieces_in(memory, said.id) == [pytest.approx(one) for one in matters]


def pieces_in(memory: MemoryStore, id: str) -> list[list[float]]:
    """The vectors of a record."""
    return [list(one) for point in memory._records.points(Where((Ids(frozenset([id])),))) for one in point.pieces]


def test_a_lost_record_and_one_the_journal_does_not_know_are_told(home: Path) -> None:
    with opened(home) as memory:
        memory._records.delete([record("x", 7).id])
        memory.journal._connection.execute("DELETE FROM events WHERE record_id = ?", (record("x", 8).id,))
        memory.journal._connection.commit()
    found = examined(home).examine()
    assert (found.lost, found.unnoted) == ([("ada", record("x", 7).id)], [("ada", record("x", 8).id)])
    assert len(found.problems) == 2
    assert examined(home).repair(NOON).after.problems == []


def test_what_was_begun_and_not_settled_is_no_loss_and_is_finished_by_the_next_opening(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said, later = record("x", 3), record("said last", 99)
    for change in (lambda: memory.remember([later]), lambda: memory.forget([said.id], access=OWNER)):
        with opened(home) as memory, monkeypatch.context() as killed:
            killed.setattr(memory.journal, "settle", stopped)
            with pytest.raises(KeyboardInterrupt):
                change()
        found = examined(home).examine()
        assert (found.lost, found.unnoted) == ([], [])
        assert examined(home).repair(NOON).lost == []
    with opened(home) as memory:
        assert [event.kind for event in memory.journal.of_record("ada", said.id)] == ["remembered", "deleted"]
        assert [event.kind for event in memory.journal.of_record("ada", later.id)] == ["remembered"]
        assert memory.journal.of_record("ada", said.id)[-1].detail == {}


def stopped(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_damaged_journal_is_mended_and_the_damaged_one_kept(home: Path) -> None:
    before = contents(home)
    whole = (home / "journal.sqlite").read_bytes()
    (home / "journal.sqlite").write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
    assert examined(home).examine().journal
    assert examined(home).repair(NOON).after.problems == []
    assert contents(home)["records"] == before["records"]
    assert list(home.glob("replaced-*/journal.sqlite"))
    (home / "journal.sqlite").write_bytes(b"no database" * 1_000)
    (problem,) = [one for one in examined(home).examine().problems if "journal is damaged" in one]
    assert problem == "The journal is damaged: The journal cannot be opened: file is not a database."


def test_damaged_threads_are_set_aside(home: Path) -> None:
    (home / "threads.sqlite").write_bytes(b"no database" * 1_000)
    assert "threads are damaged" in examined(home).examine().problems[0]
    assert examined(home).repair(NOON).after.problems == []
    assert [path.name for path in home.glob("threads*")] == [f"threads.sqlite.damaged-{NOON:%Y%m%dT%H%M%S}"]


def data_files(home: Path) -> list[Path]:
    """The files of a home that hold something; of the many alike in the payload index, those of one field."""
    files = [path for path in sorted(home.rglob("*")) if path.is_file() and path.stat().st_size and path.name != "lock"]
    return [path for path in files if "payload_index" not in str(path) or "user_id" in str(path) or path.name == "config.json"]


@pytest.mark.timeout(3_600 if THOROUGH else 300)
def test_bytes_flipped_in_any_file_lose_nothing_unsaid_and_a_snapshot_brings_all_back(home: Path, tmp_path: Path) -> None:
    """What is lost is said, the rest can be read after a repair, and a snapshot brings all back."""
    before = contents(home)
    ids = {json.loads(one)["id"] for one in before["records"]}  # type: ignore[attr-defined]
    save_snapshot(home, None, tmp_path / "saved.zip", NOON)
    chance = random.Random(3)
    told: list[str] = []
    files = data_files(home)
    for file in files if THOROUGH else chance.sample(files, 5):
        broken = tmp_path / "broken"
        shutil.copytree(home, broken, copy_function=copy_sparse)
        flip(broken / file.relative_to(home), chance)
        try:
            done = examined(broken).repair(NOON)
            assert done.after.problems == []
            with opened(broken) as memory:
                kept = {one.id for one in memory.stream(access=OWNER, past=True, limit=1_000)}
                lost = [id for id in ids - kept if memory.journal.of_record("ada", id)[-1].kind != "lost"]
                assert lost == [], file
                assert kept == ids or done.lost, file
                assert kept != ids or recalled_from(memory) == before["recalled"], file
        except StoreError as error:
            told.append(f"{file.name}: {error.message}")
        load_snapshot(tmp_path / "saved.zip", broken, None, NOON, replace_bigger=True)
        assert contents(broken) == before, file
        shutil.rmtree(broken)
    assert len(told) <= len(files) // 3, told


@pytest.mark.parametrize(("name", "table"), [("journal.sqlite", b"intents"), ("threads.sqlite", b"writes")])
def test_damage_that_sqlite_tells_in_bytes_that_are_no_text_is_mended(home: Path, name: str, table: bytes) -> None:
    """Its message quotes the name in the damaged schema."""
    file = home / name
    with open_sqlite(home / "threads.sqlite"):
        pass
    file.write_bytes(file.read_bytes().replace(b"table" + table, b"table\x89" + table[1:]))
    with pytest.raises(FolderDamaged), opened(home) as memory, open_sqlite(home / "threads.sqlite"):
        memory.count(OWNER)
    done = examined(home).repair(NOON)
    assert done.before.problems
    assert done.after.problems == []
    with opened(home) as memory:
        assert len(memory.stream(access=OWNER, past=True, limit=1_000)) == len(contents(home)["records"])


def flip(file: Path, chance: random.Random) -> None:
    """Turn eight bytes of a file that are not zero."""
    data = bytearray(file.read_bytes())
    places = [place for place, byte in enumerate(data[:4_000_000]) if byte] or list(range(len(data)))
    for place in chance.sample(places, min(8, len(places))):
        data[place] ^= 0xFF
    file.write_bytes(data)
