"""A home encrypted with a key: nothing of what was said is readable in any of its files, and another key opens nothing."""

import asyncio
import base64
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.base import empty_checkpoint
from pydantic import SecretStr

from app.cli import main
from graph.assembly import Settings, open_agent, open_memory, open_store
from graph.resealing import reseal_threads
from graph.upkeep import save
from models.mind import Answer, AnswerRequest, Tokens
from nodes.character import characters_of
from nodes.context import Context
from stores.codec import Sealed
from stores.engines.engine import Found
from stores.engines.server import IN_MEMORY
from stores.errors import FolderDamaged, InputError, StoreError
from stores.keys import Key, key_from, new_key
from stores.manifest import CHECK, read_manifest
from stores.points import Reader, point_of
from stores.upkeep.copies import COPIES, Copy
from tests.fakes import record
from tests.postgres import MISSING, dumped, running
from tests.searching import forms, written_in

KEY, OTHER_KEY = new_key(), new_key()
TURN = Context(
    user_id="ada",
    user_name="Quillonia",
    character_name="Ferdinando",
    location="Samarkand",
    timezone="Asia/Tokyo",
    mind="local",
)
MARKS = ("Zanzibar", "Quillonia", "Ferdinando", "Samarkand", "Orinoco", "Popocatepetl", "Brobdingnag", "Lilliput")


FORMS = {mark: tuple(forms(mark)) for mark in MARKS}


def marks_in(raw: bytes) -> set[str]:
    return {mark for mark in MARKS if any(form in raw for form in FORMS[mark])}


def found_in(home: Path) -> dict[str, set[str]]:
    """The marks that each file of a home holds, in any form."""
    return {
        file.relative_to(home).as_posix(): marks for file in home.rglob("*") if file.is_file() and (marks := marks_in(written_in(file)))
    }


class AskingMind:
    """Lacks something once, so that its words become a query, and then answers."""

    name, model = "chat", "scripted"

    def __init__(self) -> None:
        self.script = [Answer(lacking="the Popocatepetl"), Answer(text="Brobdingnag.", tokens=Tokens(1, 1))]

    def answer(self, request: AnswerRequest) -> Answer:
        return self.script.pop(0)


def talk(agent: Any) -> None:
    """Do all that leaves words in a home."""
    agent.store.put(characters_of("ada"), "mneme", {"voice": "Orinoco"})
    agent.store.put(("notes",), "one", {"text": "Orinoco"}, index=["text"])
    say(agent, "I flew to Zanzibar.")
    say(agent, "What do you know of Zanzibar?")
    asking = AskingMind()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.minds.local_mind", lambda _: asking)
        say(agent, "Do you remember my flight?")


def say(agent: Any, text: str, thread: str = "t") -> dict[str, Any]:
    config = {"configurable": {"thread_id": thread, "note": "Lilliput"}, "metadata": {"topic": "Lilliput"}}
    state: dict[str, Any] = agent.invoke({"messages": [HumanMessage(text)]}, config=config, context=TURN)
    return state


def sealed(home: Path, key: str = KEY, url: str = "", qdrant_url: str = "") -> Settings:
    return Settings(home=home, key=SecretStr(key), postgres_url=SecretStr(url), qdrant_url=qdrant_url)


@pytest.mark.parametrize("before", ["", "x", "xy"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_the_search_sees_a_word_in_any_form(before: str, encoding: str) -> None:
    raw = f"{before}I flew to ZANZIBAR.".encode(encoding)
    assert marks_in(raw) == marks_in(base64.b64encode(raw)) == marks_in(base64.urlsafe_b64encode(raw)) == {"Zanzibar"}


def test_no_word_is_readable_in_any_file_and_all_come_back(tmp_path: Path) -> None:
    with open_agent(sealed(tmp_path)) as agent:
        talk(agent)
        assert found_in(tmp_path) == {}
    assert found_in(tmp_path) == {}
    with open_agent(sealed(tmp_path)) as agent:
        assert "Zanzibar" in say(agent, "Where did I fly to?", "later")["turn"]["answer"]
        assert agent.store.get(("notes",), "one").value == {"text": "Orinoco"}
        newest = next(agent.get_state_history({"configurable": {"thread_id": "t"}}, limit=1))
        assert newest.values["turn"]["answer"] == "Brobdingnag."
        assert (newest.metadata["topic"], newest.metadata["source"]) == ("Lilliput", "loop")


def test_a_snapshot_of_an_encrypted_home_is_encrypted(tmp_path: Path) -> None:
    for key in (KEY, ""):
        settings, file = sealed(tmp_path / f"home{len(key)}", key), tmp_path / f"saved{len(key)}"
        with open_agent(settings) as agent:
            talk(agent)
        save(settings, file, datetime.now(UTC))
        with ZipFile(file) as archive:
            found = set().union(*(marks_in(archive.read(name)) for name in archive.namelist()))
        assert found == (set() if key else set(MARKS))


def test_each_file_is_listed_among_the_copies_and_those_with_words_as_what_the_codec_covers(tmp_path: Path) -> None:
    with open_agent(Settings(home=tmp_path)) as agent:
        talk(agent)
        found = found_in(tmp_path)
        files = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()}
    assert set(MARKS) == set().union(*found.values())
    assert {file for file in files if not any(listed(file, copy) for copy in COPIES)} == {"lock"}
    assert {file for file in found if not any(listed(file, copy) for copy in COPIES if copy.through_codec)} == set()
    for begins in ("engine/records/", "engine/items/", "journal.sqlite", "threads.sqlite"):
        assert any(file.startswith(begins) for file in found), begins


def listed(file: str, copy: Copy) -> bool:
    return bool(copy.files) and file.startswith(copy.files)


def test_no_word_is_readable_in_postgres(tmp_path: Path) -> None:
    if MISSING:
        pytest.skip(f"Postgres is not installed here: there is no {', '.join(MISSING)}.")
    with running() as server:
        plain, kept = server.new_database(), server.new_database()
        with open_agent(sealed(tmp_path / "plain", "", plain, IN_MEMORY)) as agent:
            talk(agent)
        assert {"Zanzibar", "Brobdingnag", "Lilliput"} <= marks_in(dumped(plain))
        with open_agent(sealed(tmp_path / "sealed", KEY, kept, IN_MEMORY)) as agent:
            talk(agent)
            newest = next(agent.get_state_history({"configurable": {"thread_id": "t"}}, limit=1))
            assert (newest.values["turn"]["answer"], newest.metadata["topic"]) == ("Brobdingnag.", "Lilliput")
            config = {"configurable": {"thread_id": "bare", "checkpoint_ns": ""}}
            bare = {**empty_checkpoint(), "channel_values": {"text": "Zanzibar"}}
            agent.checkpointer.put(config, bare, {}, {})
            assert agent.checkpointer.get_tuple(config).checkpoint["channel_values"] == {"text": "Zanzibar"}
        assert marks_in(dumped(kept)) == set()
        without_key = sealed(tmp_path / "plain", "", kept, IN_MEMORY)
        with open_agent(without_key) as agent, pytest.raises(FolderDamaged, match="The thread t cannot be read"):
            say(agent, "Hello?")


# Keys


def say_once(settings: Settings) -> None:
    with open_agent(settings) as agent:
        say(agent, "I flew to Zanzibar.")


def last_writes(home: Path) -> dict[Path, tuple[int, int]]:
    """How long each file is, and when it was last written."""
    files = [file for file in home.rglob("*") if file.is_file() and file.name != "lock"]
    return {file: (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


@pytest.mark.parametrize(
    ("made_with", "opened_with", "words", "hint"),
    [
        (KEY, OTHER_KEY, "is encrypted with another key", "MNEME_KEY_FILE"),
        (KEY, "", "is encrypted, and no key is set", "Set MNEME_KEY"),
        ("", KEY, "is not encrypted", "mneme migrate --encrypt"),
    ],
    ids=["another", "missing", "superfluous"],
)
def test_another_key_is_refused_before_anything_is_written(tmp_path: Path, made_with: str, opened_with: str, words: str, hint: str) -> None:
    say_once(sealed(tmp_path, made_with))
    (tmp_path / "journal.sqlite").unlink()  # opening would make it anew
    before = last_writes(tmp_path)
    for opening in (open_memory, open_agent):
        with pytest.raises(StoreError, match=words) as refused, opening(sealed(tmp_path, opened_with)):
            pass
        assert hint in refused.value.hint
        assert last_writes(tmp_path) == before
    with open_memory(sealed(tmp_path, made_with)) as memory:
        with pytest.raises(StoreError, match=words), open_memory(sealed(tmp_path, opened_with)):
            pass
        assert memory.count_all() == 2


def test_a_home_without_its_manifest_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    say_once(sealed(tmp_path))
    kept = (tmp_path / "mneme.json").rename(tmp_path.parent / "kept.json")
    for key in (KEY, OTHER_KEY, ""):
        with pytest.raises(FolderDamaged, match=r"mneme\.json is missing"), open_memory(sealed(tmp_path, key)):
            pass
    kept.rename(tmp_path / "mneme.json")
    with open_memory(sealed(tmp_path)) as memory:
        assert memory.count_all() == 2


def test_the_manifest_says_whether_the_home_is_encrypted(tmp_path: Path) -> None:
    for name, key in (("sealed", KEY), ("plain", "")):
        with open_memory(sealed(tmp_path / name, key, qdrant_url=IN_MEMORY)):
            assert read_manifest(tmp_path / name).sealed is bool(key)
    assert CHECK not in read_manifest(tmp_path / "sealed").check


def codec_with(key: str) -> Sealed:
    read = key_from(key, None)
    assert isinstance(read, Key)
    return Sealed(read)


def test_a_damaged_record_is_named_and_never_becomes_other_words() -> None:
    one, codec = record("I flew to Zanzibar."), codec_with(KEY)
    written = point_of(one, codec).payload["document"]
    at = len(written) // 2
    damaged = written[:at] + ("A" if written[at] != "A" else "B") + written[at + 1 :]
    for document in (damaged, written[:-4], codec.decode(written), codec_with(OTHER_KEY).encode(codec.decode(written))):
        with pytest.raises(FolderDamaged, match=one.id):
            Reader(codec).record(Found(one.id, {"document": document}, 0.0))
    assert Reader(codec).record(Found(one.id, {"document": written}, 0.0)) == one


def test_a_damaged_checkpoint_names_its_thread(tmp_path: Path) -> None:
    settings = sealed(tmp_path, qdrant_url=IN_MEMORY)
    say_once(settings)
    with sqlite3.connect(tmp_path / "threads.sqlite") as database:
        query = "SELECT rowid, checkpoint FROM checkpoints ORDER BY checkpoint_id DESC LIMIT 1"
        row, blob = database.execute(query).fetchone()
        damaged = bytearray(blob)
        damaged[len(blob) // 2] ^= 1
        database.execute("UPDATE checkpoints SET checkpoint = ? WHERE rowid = ?", (bytes(damaged), row))
    database.close()
    with open_agent(settings) as agent:
        with pytest.raises(FolderDamaged, match="The thread t cannot be read"):
            say(agent, "Hello?")
        say(agent, "Hello?", "another")


@pytest.mark.parametrize(("before", "after"), [("", KEY), (KEY, OTHER_KEY), (KEY, "")], ids=["encrypt", "change", "decrypt"])
def test_threads_are_copied_under_another_key(tmp_path: Path, before: str, after: str) -> None:
    old, new = sealed(tmp_path / "old", before, qdrant_url=IN_MEMORY), sealed(tmp_path / "new", after, qdrant_url=IN_MEMORY)
    with open_agent(old) as agent:
        talk(agent)
        history = list(agent.get_state_history({"configurable": {"thread_id": "t"}}))
    with open_memory(new):
        reseal_threads(old.home / "threads.sqlite", new.home / "threads.sqlite", old.sealing_key, new.sealing_key)
    assert (marks_in((new.home / "threads.sqlite").read_bytes()) == set()) is bool(after)
    with open_agent(new) as agent:
        assert list(agent.get_state_history({"configurable": {"thread_id": "t"}})) == history
        say(agent, "Hello again.")


def test_a_deleted_thread_leaves_no_word_behind(tmp_path: Path) -> None:
    plain = sealed(tmp_path, "", qdrant_url=IN_MEMORY)
    say_once(plain)
    assert found_in(tmp_path).keys() == {"threads.sqlite"}
    with open_agent(plain) as agent:
        say(agent, "I came back from Zanzibar.")
        agent.checkpointer.delete_thread("t")
        assert found_in(tmp_path) == {}


def test_no_secret_is_shown(tmp_path: Path) -> None:
    settings = sealed(tmp_path, url="postgresql://ada:s3cr3t@localhost/mneme")
    with pytest.raises(InputError, match="MNEME_KEY has a value") as refused:
        Settings(home=tmp_path, key=[KEY])  # type: ignore[arg-type]
    told = (str(refused.value), str(refused.value.__cause__))
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.sealing_key), *told):
        assert KEY not in shown
        assert "s3cr3t" not in shown


def test_a_key_comes_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text(KEY)
    monkeypatch.setenv("MNEME_QDRANT_URL", IN_MEMORY)
    monkeypatch.setenv("MNEME_KEY_FILE", str(tmp_path / "key"))
    say_once(Settings(home=tmp_path / "home"))
    monkeypatch.delenv("MNEME_KEY_FILE")
    monkeypatch.setenv("MNEME_KEY", KEY)
    with open_agent(Settings(home=tmp_path / "home")) as agent:
        assert agent.get_state({"configurable": {"thread_id": "t"}}).values["turn"]["words"] == "I flew to Zanzibar."
    monkeypatch.setenv("MNEME_KEY", "a guess")
    with pytest.raises(InputError, match="MNEME_KEY holds no key"), open_memory(Settings(home=tmp_path / "home")):
        pass


@pytest.mark.parametrize("key", [KEY, ""], ids=["encrypted", "plain"])
def test_langgraphs_server_is_told_that_its_own_threads_stay_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, key: str
) -> None:
    monkeypatch.setenv("MNEME_HOME", str(tmp_path))
    monkeypatch.setenv("MNEME_KEY", key)

    async def opened() -> None:
        async with open_store():
            pass

    asyncio.run(opened())
    assert (".langgraph_api" in caplog.text) is bool(key)


def test_the_command_makes_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def typed(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["mneme", "key", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    assert typed() == 0
    assert key_from(capsys.readouterr().out, None)
    assert typed("--file", str(tmp_path / "key")) == 0
    made = (tmp_path / "key").read_text().strip()
    assert key_from("", tmp_path / "key")
    assert made not in capsys.readouterr().out
    assert typed("--file", str(tmp_path / "key")) == 2
    assert "is there already" in capsys.readouterr().err
