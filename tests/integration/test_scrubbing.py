"""Forgetting leaves no bytes: after it every file of a home is read, and all that was not forgotten goes on."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from pydantic import SecretStr

from graph.assembly import Settings, open_agent
from nodes.context import Context
from stores.access import Access
from stores.journal import Event
from stores.keys import new_key
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord
from tests.fakes import record
from tests.integration.commands import Typed, printed
from tests.searching import forms, written_in

MAY = datetime(2026, 5, 7, 12, tzinfo=UTC)
OWNER = Access("ada", role="owner")
TOKEN = "Zanzibarquartz"
FORMS = tuple(forms(TOKEN))
STONE = f"My favourite stone is called {TOKEN}."
KEPT = ["I adopted a puppy called Biscuit.", "My sister lives in Lisbon.", "I like plum cake."]
KEY = new_key()


def files_with_token(home: Path) -> list[str]:
    """The files of a home that hold the token, in any form."""
    files = [file for file in home.rglob("*") if file.is_file()]
    return sorted(file.relative_to(home).as_posix() for file in files if holds_token(written_in(file)))


def holds_token(raw: bytes) -> bool:
    return any(form in raw for form in FORMS)


def say(agent: Any, text: str, thread: str, day: int = 0) -> dict[str, Any]:
    context = Context(user_id="ada", mind="local", now=MAY + timedelta(days=day), k=2)
    state: dict[str, Any] = agent.invoke({"messages": [HumanMessage(text)]}, config=config_of(thread), context=context)
    return state


def config_of(thread: str) -> Any:
    return {"configurable": {"thread_id": thread}}


def live(settings: Settings) -> MemoryRecord:
    """Talk in three threads, one of which never comes near the stone; the record of the words that name it."""
    with open_agent(settings) as agent:
        agent.store.put(("notes",), "one", {"text": "green tea"})
        say(agent, STONE, "told")
        say(agent, KEPT[0], "told")
        noted = say(agent, "Good morning!", "told")
        assert any(TOKEN in note for note in noted["scratchpad"])
        say(agent, KEPT[1], "asked", day=1)
        asked = say(agent, "What is my favourite stone called?", "asked", day=1)
        assert TOKEN in asked["turn"]["answer"]
        assert TOKEN in asked["turn"]["recalled"][0]["text"]
        say(agent, KEPT[2], "apart", day=2)
        said = next(one for one in agent.store.stream(access=OWNER) if one.text == STONE)
        reflect(agent.store, said)
        agent.store.journal.append([Event(MAY, "ada", "recalled", "", "asked", "later", f"the {TOKEN}")])
    for name in ("threads.sqlite", "journal.sqlite"):
        leave_bytes(settings.home / name)
    return said


def leave_bytes(file: Path) -> None:
    """Let a database keep a deleted word, as one does to which something wrote without secure_delete."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE other (word TEXT)")
        connection.executemany("INSERT INTO other VALUES (?)", 100 * [(100 * TOKEN,)])
        connection.commit()
        connection.execute("DROP TABLE other")


def reflect(memory: MemoryStore, said: MemoryRecord) -> None:
    """An insight that rests on the words, and one that rests on that."""
    first = record(f"Ada treasures {TOKEN}.", 50, kind="reflection", derived_from=(said.id,))
    memory.remember([first, record(f"{TOKEN} means home to Ada.", 51, kind="reflection", derived_from=(first.id,))])


def assert_goes_on(settings: Settings) -> None:
    """All else is remembered and found, no record holds the token, and the threads go on."""
    with open_agent(settings) as agent:
        told = [one.text for one in agent.store.stream(access=OWNER, past=True)]
        assert not [text for text in told if TOKEN in text]
        assert set(KEPT) <= set(told)
        assert agent.store.recall("puppy", access=OWNER, now=MAY).taken[0].record.text == KEPT[0]
        assert agent.store.get(("notes",), "one").value == {"text": "green tea"}
        for thread in ("told", "asked"):
            state = agent.get_state(config_of(thread))
            assert (state.next, len(state.values["messages"]) > 0) == ((), True)
            assert len(list(agent.get_state_history(config_of(thread)))) == 1
            after = say(agent, "What is my puppy called?", thread, day=3)
            assert "Biscuit" in after["turn"]["answer"]
            assert set(state.values["lineage"]) < set(after["lineage"])


def steps_of(settings: Settings, thread: str) -> list[Any]:
    with open_agent(settings) as agent:
        return [state.config for state in agent.get_state_history(config_of(thread))]


@pytest.mark.parametrize("key", ["", KEY], ids=["plain", "encrypted"])
def test_what_is_forgotten_is_in_no_file_of_the_home(tmp_path: Path, typed: Typed, key: str) -> None:
    settings = Settings(home=tmp_path, key=SecretStr(key))
    said, env = live(settings), {"MNEME_KEY": key} if key else {}
    apart = steps_of(settings, "apart")
    assert len(files_with_token(tmp_path)) == (2 if key else 4)
    told = typed(tmp_path, "memories", "forget", said.id[:8], "--user", "ada", "--yes", **env)
    assert (told.returncode, told.stderr) == (0, "")
    assert f"a reflection made from {said.id[:8]}" in told.stdout
    assert "Their words are in no file of the home any more." in told.stdout
    assert files_with_token(tmp_path) == []
    assert steps_of(settings, "apart") == apart
    report = printed(typed(tmp_path, "doctor", "--json", **env))
    assert (report["problems"], report["records"] > len(KEPT)) == ([], True)
    assert_goes_on(settings)
    assert files_with_token(tmp_path) == []
    events = printed(typed(tmp_path, "memories", "history", said.id, "--user", "ada", "--json", **env))
    assert [one["kind"] for one in events][-2:] == ["deleted", "scrubbed"]
