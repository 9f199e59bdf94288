"""Threads in a SQLite file and in a real Postgres server on loopback: turns, history, forks, restarts, and what goes wrong."""

import asyncio
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from pydantic import SecretStr

from graph.assembly import Settings, open_agent
from models.mind import Answer, AnswerRequest, Tokens
from nodes.context import Context
from stores.access import Access
from stores.engines.server import IN_MEMORY
from stores.errors import FolderDamaged, InputError, StoreError
from tests.postgres import MISSING, PASSWORD, Postgres, running

OWNER = Access("ada", role="owner")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    if MISSING:
        pytest.skip(f"Postgres is not installed here: there is no {', '.join(MISSING)}.")
    with running() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A new home with its threads in each kind of database."""
    url = request.getfixturevalue("server").new_database() if request.param == "postgres" else ""
    return with_url(tmp_path, url)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Settings:
    return with_url(tmp_path, "")


@pytest.fixture
def on_postgres(server: Postgres, tmp_path: Path) -> Settings:
    return with_url(tmp_path, server.new_database())


def with_url(home: Path, url: str) -> Settings:
    """A home whose threads are at the address, or in SQLite; its records are not what is looked at, and kept in memory."""
    return Settings(home=home, qdrant_url=IN_MEMORY, postgres_url=SecretStr(url))


def config_of(thread: str) -> Any:
    return {"configurable": {"thread_id": thread}}


def say(agent: Any, text: str, thread: str = "t", user: str = "ada") -> dict[str, Any]:
    said = {"messages": [HumanMessage(text)]}
    state: dict[str, Any] = agent.invoke(said, config=config_of(thread), context=Context(user_id=user, mind="local"))
    return state


def heard(agent: Any, thread: str = "t") -> list[str]:
    """What people said in a thread."""
    return [one.text for one in agent.get_state(config_of(thread)).values.get("messages", []) if isinstance(one, HumanMessage)]


def test_a_thread_goes_on_after_a_restart_with_all_its_history(settings: Settings) -> None:
    with open_agent(settings) as agent:
        say(agent, "I like green tea.")
    with open_agent(settings) as agent:
        assert say(agent, "And plum cake.")["lineage"]["length"] == 4
        assert heard(agent) == ["I like green tea.", "And plum cake."]
        steps = [state.next for state in agent.get_state_history(config_of("t"))]
        assert steps.count(("hear",)) == 2
        assert [state.metadata["step"] for state in agent.get_state_history(config_of("t"), limit=2)] == [len(steps) - 2, len(steps) - 3]


def test_threads_and_users_are_apart(settings: Settings) -> None:
    with open_agent(settings) as agent:
        say(agent, "My puppy is called Biscuit.", "ada/t")
        say(agent, "My boat is called Aurora.", "bob/t", "bob")
        assert (heard(agent, "ada/t"), heard(agent, "bob/t")) == (["My puppy is called Biscuit."], ["My boat is called Aurora."])
        with pytest.raises(InputError, match="another user"):
            say(agent, "What was said here?", "ada/t", "bob")


def test_a_thread_can_be_forked_and_the_first_branch_stays(settings: Settings) -> None:
    with open_agent(settings) as agent:
        say(agent, "I like green tea.")
        fork = agent.get_state(config_of("t")).config
        say(agent, "And plum cake.")
        context = Context(user_id="ada", mind="local")
        forked = agent.invoke({"messages": [HumanMessage("And walnuts.")]}, config=fork, context=context)
        assert [one.text for one in forked["messages"] if isinstance(one, HumanMessage)] == ["I like green tea.", "And walnuts."]
        ends = [state.values["messages"][-2].text for state in agent.get_state_history(config_of("t")) if not state.next]
        assert ends == ["And walnuts.", "And plum cake.", "I like green tea."]


def test_a_deleted_thread_is_gone_and_the_others_stay(settings: Settings) -> None:
    with open_agent(settings) as agent:
        say(agent, "I like green tea.", "one")
        say(agent, "I like plum cake.", "two")
        agent.checkpointer.delete_thread("one")
        assert (heard(agent, "one"), heard(agent, "two")) == ([], ["I like plum cake."])
        asyncio.run(agent.checkpointer.adelete_thread("two"))
        assert list(agent.get_state_history(config_of("two"))) == []


def test_ainvoke_shares_the_thread_with_invoke(settings: Settings) -> None:
    async def talk(agent: Any) -> int:
        said = {"messages": [HumanMessage("I like green tea.")]}
        await agent.ainvoke(said, config=config_of("t"), context=Context(user_id="ada", mind="local"))
        return len([state async for state in agent.aget_state_history(config_of("t"))])

    with open_agent(settings) as agent:
        assert asyncio.run(talk(agent)) > 3
        say(agent, "And plum cake.")
        assert heard(agent) == ["I like green tea.", "And plum cake."]


def test_history_is_filtered_by_metadata(settings: Settings) -> None:
    with open_agent(settings) as agent:
        for mood in ("calm", "glad"):
            said = {"messages": [HumanMessage(f"I am {mood}.")]}
            agent.invoke(said, config={**config_of("t"), "metadata": {"mood": mood}}, context=Context(user_id="ada", mind="local"))
        calm = list(agent.get_state_history(config_of("t"), filter={"mood": "calm"}))
        assert {state.metadata["mood"] for state in calm} == {"calm"}
        assert len(list(agent.get_state_history(config_of("t"), filter={"mood": "calm"}, limit=2))) == 2
        assert len(calm) > 3


# What goes wrong with a file


def test_a_file_of_threads_that_is_no_database_is_said_and_moving_it_away_helps(on_sqlite: Settings) -> None:
    with open_agent(on_sqlite) as agent:
        say(agent, "I like green tea.")
    file = on_sqlite.home / "threads.sqlite"
    file.write_bytes(b"not a database, surely not" * 100)
    with pytest.raises(FolderDamaged, match="not a database") as damaged, open_agent(on_sqlite):
        pass
    assert "Move threads.sqlite away" in damaged.value.hint
    file.unlink()
    with open_agent(on_sqlite) as agent:
        say(agent, "I like plum cake.")


def test_a_checkpoint_that_cannot_be_read_names_its_thread(on_sqlite: Settings) -> None:
    with open_agent(on_sqlite) as agent:
        say(agent, "I like green tea.", "ada/kitchen")
        say(agent, "I like plum cake.", "ada/garden")
    with sqlite3.connect(on_sqlite.home / "threads.sqlite") as database:
        database.execute("UPDATE checkpoints SET checkpoint = x'c1c1c1' WHERE thread_id = 'ada/kitchen'")
    database.close()
    with open_agent(on_sqlite) as agent:
        with pytest.raises(FolderDamaged, match="ada/kitchen cannot be read"):
            say(agent, "And now?", "ada/kitchen")
        say(agent, "And now?", "ada/garden")


def test_a_full_disk_is_said_and_the_words_are_safe(on_sqlite: Settings) -> None:
    with open_agent(on_sqlite) as agent:
        say(agent, "I like green tea.")
        pages = agent.checkpointer.conn.execute("PRAGMA page_count").fetchone()[0]
        agent.checkpointer.conn.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="disk is full") as full:
            say(agent, "And plum cake. " * 40)
        assert "Make room" in full.value.hint
        agent.checkpointer.conn.execute("PRAGMA max_page_count = 1000000")
        say(agent, "Is there room again?")
        assert heard(agent)[0] == "I like green tea."
        assert heard(agent)[-1] == "Is there room again?"


def test_a_file_that_another_program_locks_is_said(on_sqlite: Settings) -> None:
    with open_agent(on_sqlite) as agent:
        agent.checkpointer.conn.execute("PRAGMA busy_timeout = 0")
        other = sqlite3.connect(on_sqlite.home / "threads.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked") as locked:
            say(agent, "I like green tea.")
        assert "close what else has threads.sqlite open" in locked.value.hint
        other.close()
        say(agent, "And now?")


# What goes wrong with a server


@dataclass
class KillingMind:
    """While it thinks about an answer, the server dies."""

    server: Postgres
    name: str = "chat"
    model: str = "scripted"

    def answer(self, request: AnswerRequest) -> Answer:
        self.server.kill()
        return Answer(text="Too late.", tokens=Tokens(1, 1))


def test_a_server_that_dies_in_the_middle_of_a_turn_loses_no_word(
    server: Postgres, on_postgres: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_agent(on_postgres) as agent:
        say(agent, "I like green tea.")
        with monkeypatch.context() as patch:
            patch.setattr("models.minds.local_mind", lambda _: KillingMind(server))
            with pytest.raises(StoreError, match="threads cannot be") as died:
                say(agent, "I like plum cake.")
        assert "Postgres server runs" in died.value.hint
        assert "I like plum cake." in [one.text for one in agent.store.stream(access=OWNER)]
        with pytest.raises(StoreError, match="threads cannot be read"):
            say(agent, "Hello?")
        server.start()
        assert "green tea" in say(agent, "What tea do I like?", "another")["turn"]["answer"]
        say(agent, "I am back.")
        assert heard(agent)[0] == "I like green tea."


def test_a_dropped_connection_is_made_anew(server: Postgres, on_postgres: Settings) -> None:
    with open_agent(on_postgres) as agent:
        say(agent, "I like green tea.")
        server.drop_connections()
        say(agent, "And plum cake.")
        assert heard(agent) == ["I like green tea.", "And plum cake."]


def test_a_server_that_is_not_there_or_refuses_is_said_without_the_password(server: Postgres, tmp_path: Path) -> None:
    nobody = Postgres(server.folder, 9)
    for url, words in (
        (nobody.url(), "Connection refused"),
        (server.url(password="wr0ngw0rd"), "password authentication failed"),
        (server.url(database="nowhere"), "does not exist"),
    ):
        with pytest.raises(StoreError, match=words) as refused, open_agent(with_url(tmp_path, url)):
            pass
        assert "Postgres at 127.0.0.1 cannot be opened" in refused.value.message
        assert not any(word in str(refused.value) for word in (PASSWORD, "%40", "wr0ngw0rd"))


@pytest.mark.parametrize(
    "url",
    [
        "postgres//ada:s3cr3t@host/db",
        "postgresql://ada:p@s3cr3t@host/db",
        "postgresql://ada:s3cr3t/more@host:5432/db",
        "postgresql://ada:s3cr3t@host:port/db",
        "postgresql://ada:my s3cr3t@host/db",
        "s3cr3t",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_and_not_shown(tmp_path: Path, url: str) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(InputError, match="MNEME_POSTGRES_URL cannot be read") as refused, open_agent(with_url(tmp_path, url)):
        pass
    assert "%40" in refused.value.hint
    assert "s3cr3t" not in str(refused.value) + repr(with_url(tmp_path, url))
    assert refused.value.__context__ is None


def test_a_name_that_postgres_cannot_keep_is_said(on_postgres: Settings) -> None:
    with open_agent(on_postgres) as agent, pytest.raises(StoreError, match="NUL") as refused:
        say(agent, "I like green tea.", "a\x00b")
    assert "name the thread otherwise" in refused.value.hint


def test_without_the_extra_it_is_said_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "graph.postgres", raising=False)
    settings = with_url(tmp_path, "postgresql://ada:s3cr3t@localhost/mneme")
    with pytest.raises(InputError, match="extra `postgres`") as missing, open_agent(settings):
        pass
    assert "[postgres]" in missing.value.hint
    with pytest.raises(InputError, match="extra `postgres`"):
        _ = settings.threads_at


def test_it_is_said_where_the_threads_are(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    assert with_url(tmp_path, "").threads_at == "SQLite"
    assert with_url(tmp_path, "postgresql://ada:s3cr3t@db.example.org:5433/mneme").threads_at == "Postgres at db.example.org"
    assert with_url(tmp_path, "host=db.example.org password=s3cr3t").threads_at == "Postgres at db.example.org"


def test_a_long_thread_takes_no_more_room_a_turn_than_a_short_one(on_sqlite: Settings) -> None:
    with open_agent(on_sqlite) as agent:
        sizes = []
        for number in range(24):
            say(agent, f"Thing {number:02} is blue.")
            sizes.append(bytes_of_newest(on_sqlite))
        assert agent.get_state(config_of("t")).values["lineage"]["length"] == 48
    assert max(sizes[16:]) < 1.1 * sizes[8]  # by then the window is full


def bytes_of_newest(settings: Settings) -> int:
    """What the newest checkpoint takes, encoded."""
    with sqlite3.connect(settings.home / "threads.sqlite") as connection:
        (size,) = connection.execute("SELECT LENGTH(checkpoint) FROM checkpoints ORDER BY checkpoint_id DESC LIMIT 1").fetchone()
    return int(size)


def test_a_client_that_sends_the_whole_thread_again_changes_nothing(settings: Settings) -> None:
    with open_agent(settings) as agent:
        everything: list[Any] = []
        for number in range(12):
            everything += say(agent, f"Thing {number:02} is blue.")["messages"][-2:]
        whole = {"messages": [*everything, HumanMessage("Thing 12 is red.")]}
        state = agent.invoke(whole, config=config_of("t"), context=Context(user_id="ada", mind="local"))
        assert [one.text for one in state["messages"] if isinstance(one, HumanMessage)][-2:] == ["Thing 11 is blue.", "Thing 12 is red."]
        assert (state["lineage"]["length"], len(state["messages"])) == (26, 12)
        assert [one["outcome"] for one in state["turn"]["stored"]] == ["stored", "stored"]
        told = sorted(agent.store.stream(access=OWNER, kinds=["turn"]), key=lambda one: one.ordinal)
        assert [one.ordinal for one in told] == list(range(26))
        assert [one.previous_message_id for one in told] == ["", *(one.message_id for one in told[:-1])]


def test_a_thread_of_an_older_mneme_goes_on(settings: Settings) -> None:
    with open_agent(settings) as agent:
        first = say(agent, "I like green tea.")
        ids = [one.id for one in first["messages"]]
        agent.update_state(config_of("t"), {"lineage": ids}, as_node="store")
        second = say(agent, "And plum cake.")
        assert second["lineage"] == {"first": ids[0], "length": 4, "latest": [one.id for one in second["messages"]]}
        told = agent.store.stream(access=OWNER, kinds=["turn"])
        assert sorted(one.ordinal for one in told) == [0, 1, 2, 3]
