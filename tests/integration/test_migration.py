"""A home as the first released Mneme wrote it: it is refused with the command that brings it up to date, and that loses nothing."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.sqlite import SqliteSaver

from graph.agent import turn_graph
from graph.assembly import Settings, open_agent, open_memory
from models.embedding import open_embedder
from nodes.context import Context
from stores.access import Access
from stores.codec import Plain
from stores.engines.edge import EdgeEngine
from stores.engines.engine import Index, Point, Where
from stores.errors import InputError
from stores.manifest import FILE, read_manifest
from stores.points import spot_of
from stores.record import SCHEMA_VERSION, record_id
from tests.integration.commands import Typed, printed, refused
from tests.integration.processes import ROOT, environment
from tests.integration.test_sealing import found_in

OWNER = Access("ada", role="owner")
NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)
SAID = [
    "I adopted a puppy called Biscuit.",
    "My sister flies to Zanzibar on Friday.",
    "I was wrong: my sister flies on Saturday.",
    "Tea, please.",
]
PLAIN = Plain()
OLD, NEWER = 1, 2  # of these the second says that it takes the place of the first
ITEM_IDS = UUID("0d9a4a0f-5a7e-5f6e-8d0d-6f4b1f6f7c11")
RECORD_INDEXES = (
    *(
        Index(name, "keyword")
        for name in ("kind", "known_by", "thread_id", "message_id", "derived_from", "origin", "sensitivity", "purposes")
    ),
    *(Index(name, "integer") for name in ("said_at", "expires_at", "deleted_at")),
    Index("user_id", "tenant"),
)
ITEM_INDEXES = (Index("namespace", "keyword"), Index("prefixes", "keyword"), Index("updated_at", "integer"))
EVENTS = """
CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    query TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX events_of_record ON events (user_id, record_id, kind);
"""
TURN = Context(user_id="ada", mind="local")
THREAD: Any = {"configurable": {"thread_id": "t"}}


def id_of(number: int) -> str:
    return record_id("ada", "t", str(number), "said")


def said_at(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def document(number: int, text: str) -> dict[str, Any]:
    """A record as schema 1 wrote it."""
    moment = said_at(number).isoformat().replace("+00:00", "Z")
    whose = {"id": id_of(number), "user_id": "ada", "character_id": "mneme", "kind": "turn", "tier": "episodic", "text": text}
    when = {"speaker": "Ada", "role": "user", "said_at": moment, "created_at": moment, "updated_at": None, "deleted_at": None}
    where = {"thread_id": "t", "session_id": "s", "ordinal": number, "message_id": str(number), "previous_message_id": ""}
    links = {"known_by": ["mneme"], "derived_from": [], "supersedes": [id_of(OLD)] if number == NEWER else [], "importance": 7.0}
    tags = {
        "domains": {"family": 0.5},
        "language": "en",
        "place": "",
        "source": "conversation",
        "description": "",
        "additional": {"n": number},
    }
    policy = {"sensitivity": "normal", "purposes": [], "expires_at": None, "pinned": False}
    trust = {"origin": "said", "confidence": 1.0}
    return {**whose, **when, **where, **links, **tags, "policy": policy, "trust": trust, "schema_version": 1}


def record_point(number: int, text: str, vector: Sequence[float]) -> Point:
    milliseconds = int(said_at(number).timestamp() * 1_000)
    payload = {
        "user_id": "ada",
        "character_id": "mneme",
        "kind": "turn",
        "known_by": ["mneme"],
        "thread_id": "t",
        "message_id": str(number),
        "derived_from": [],
        "origin": "said",
        "sensitivity": "normal",
        "purposes": [],
        "said_at": milliseconds,
        "expires_at": None,
        "deleted_at": None,
        "document": json.dumps(document(number, text)),
    }
    return Point(id_of(number), payload, [vector], f"Ada: {text}")


def item_point(key: str, value: dict[str, Any], vector: Sequence[float]) -> Point:
    namespace, now = ["notes", "ada"], int(NOON.timestamp() * 1_000_000)
    payload = {
        "namespace": json.dumps(namespace),
        "prefixes": [json.dumps(namespace[:length]) for length in range(3)],
        "key": key,
        "created_at": now,
        "updated_at": now,
        "ttl": None,
        "expires_at": None,
        "value": json.dumps(value),
    }
    return Point(str(uuid5(ITEM_IDS, json.dumps([namespace, key]))), payload, [vector], json.dumps(value))


def write_journal(file: Path, texts: Sequence[str]) -> None:
    """The journal, in which a step that was run twice is told twice."""
    remembered = [
        (said_at(number).timestamp(), "ada", "remembered", id_of(number), "t", str(number), "", "{}") for number in range(len(texts))
    ]
    taken = (NOON.timestamp() + 600, "ada", "taken", id_of(0), "t", "3", "", '{"rank": 1}')
    asked = (NOON.timestamp() + 600, "ada", "recalled", id_of(0), "t", "3", "the puppy", '{"rank": 1}')
    denied = (NOON.timestamp() + 700, "ada", "denied", id_of(0), "", "", "", "{}")
    insert = "INSERT INTO events (at, user_id, kind, record_id, thread_id, turn_id, query, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executescript(EVENTS)
        connection.executemany(insert, [*remembered, asked, taken, asked, taken, denied, denied])


def write_thread(file: Path) -> None:
    """A conversation in LangGraph's own checkpointer."""
    with closing(sqlite3.connect(file, check_same_thread=False)) as connection:
        graph = turn_graph().compile(checkpointer=SqliteSaver(connection))
        messages = [HumanMessage("I live in Samarkand.", id="a"), AIMessage("I have kept that.", id="b")]
        graph.update_state(THREAD, {"messages": messages}, as_node="store")


def write_home(home: Path, texts: Sequence[str] = SAID) -> None:
    """A home of schema 1."""
    embedder = open_embedder()
    home.mkdir()
    manifest = {"embedder": embedder.name, "dimension": embedder.dimension, "schema_version": 1}
    (home / FILE).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    vectors = embedder.embed_documents(list(texts))
    with closing(EdgeEngine(home / "engine")) as engine:
        records = engine.collection("records", embedder.dimension, RECORD_INDEXES)
        records.upsert([record_point(number, *pair) for number, pair in enumerate(zip(texts, vectors, strict=True))])
        items = engine.collection("items", embedder.dimension, ITEM_INDEXES)
        items.upsert([item_point("tea", {"text": "green tea", "n": [1, 2.5, None]}, embedder.embed_query("green tea"))])
    write_journal(home / "journal.sqlite", texts)
    write_thread(home / "threads.sqlite")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_home(tmp_path / "home")
    return tmp_path / "home"


def assert_all_there(home: Path, texts: Sequence[str] = SAID, **env: Any) -> None:
    """Each record, item, event and message of the old home is there, and the old words are hidden."""
    with open_agent(Settings(home=home, **env)) as agent:
        memory: Any = agent.store
        every = {one.ordinal: one for one in memory.stream(access=OWNER, past=True, limit=10_000)}
        assert {number: one.text for number, one in every.items()} == dict(enumerate(texts))
        assert all((one.id, one.said_at, one.created_at) == (id_of(n), said_at(n), said_at(n)) for n, one in every.items())
        assert all((one.importance, one.domains, one.additional) == (7.0, {"family": 0.5}, {"n": n}) for n, one in every.items())
        assert sorted(set(every) - {one.ordinal for one in memory.stream(access=OWNER, limit=10_000)}) == [OLD]
        assert (every[OLD].superseded_by, every[OLD].superseded_at) == (id_of(NEWER), said_at(NEWER))
        assert memory.recall("Who is Biscuit?", access=OWNER, k=1).taken[0].record.id == id_of(0)
        item = memory.search(("notes",), query="green tea")[0]
        assert (item.key, item.value, item.created_at) == ("tea", {"text": "green tea", "n": [1, 2.5, None]}, NOON)
        events = [(one.kind, one.turn_id, one.query, one.detail) for one in memory.history(id_of(0), access=OWNER)]
        assert events == [
            ("remembered", "0", "", {}),
            ("recalled", "3", "the puppy", {"rank": 1}),
            ("taken", "3", "", {"rank": 1}),
            ("denied", "", "", {}),
            ("denied", "", "", {}),
        ]
        assert memory.journal.accesses("ada", [id_of(0)])[id_of(0)].times == 1
        assert [one.content for one in agent.get_state(THREAD).values["messages"]] == ["I live in Samarkand.", "I have kept that."]


def test_an_old_home_is_refused_until_it_is_migrated_and_then_holds_all_that_it_held(home: Path, typed: Typed) -> None:
    before = {path: path.read_bytes() for path in home.iterdir() if path.is_file() and path.name != "lock"}
    for command in (("memories", "list"), ("say", "Hello."), ("due",)):
        refused(typed(home, *command), "was written by an older Mneme (schema 1, now 3)", "mneme migrate")
    assert {path: path.read_bytes() for path in before} == before
    assert printed(typed(home, "migrate", "--json"))["records"] == {"before": 4, "after": 4}
    assert read_manifest(home).current
    assert_all_there(home)
    assert printed(typed(home, "doctor", "--json"))["problems"] == []
    assert typed(home, "migrate").stdout == "There is nothing to do: the memory is in the form of this Mneme.\n"
    assert_all_there(home)


def as_schema_2(home: Path) -> None:
    """Make a home what schema 2 wrote: records without their spot in the conversation, in collections without short codes."""
    manifest = json.loads((home / FILE).read_text(encoding="utf-8"))
    (home / FILE).write_text(json.dumps({**manifest, "schema_version": 2}), encoding="utf-8")
    with closing(EdgeEngine(home / "engine")) as engine:
        points = {name: list(engine.collection(name, manifest["dimension"], ()).points(Where())) for name in engine.collections()}
        for name in points:
            engine.drop(name)
    with closing(EdgeEngine(home / "engine", codes="none")) as engine:
        for name, several in points.items():
            engine.collection(name, manifest["dimension"], ()).upsert([older(point) if name == "records" else point for point in several])


def older(point: Point) -> Point:
    """A record as a point of schema 2."""
    document = {**json.loads(PLAIN.decode(point.payload["document"])), "schema_version": 2}
    payload = {name: value for name, value in point.payload.items() if name != "spot"}
    return replace(point, payload={**payload, "document": PLAIN.encode(json.dumps(document))})


def test_a_home_of_the_second_schema_is_refused_until_it_is_migrated_and_then_finds_neighbours(home: Path, typed: Typed) -> None:
    printed(typed(home, "migrate", "--json"))
    with open_memory(Settings(home=home)) as memory:
        memory.restore(id_of(OLD), access=OWNER)
    as_schema_2(home)
    journal = (home / "journal.sqlite").read_bytes()
    refused(typed(home, "memories", "list"), "was written by an older Mneme (schema 2, now 3)", "mneme migrate")
    assert printed(typed(home, "migrate", "--json"))["records"] == {"before": 4, "after": 4}
    assert (home / "journal.sqlite").read_bytes() == journal
    with open_memory(Settings(home=home)) as memory:
        every = memory.stream(access=OWNER)
        assert {one.ordinal: one.text for one in every} == dict(enumerate(SAID))  # what was restored is not linked again
        assert {one.schema_version for one in every} == {SCHEMA_VERSION}
    with closing(EdgeEngine(home / "engine")) as engine:
        found = list(engine.collection("records", open_embedder().dimension, ()).scroll(Where()))
    spots = {one.id: one.payload["spot"] for one in found}
    assert spots == {one.id: spot_of(one) for one in every}
    assert printed(typed(home, "doctor", "--json"))["problems"] == []


def test_a_conversation_goes_on_after_the_migration(home: Path, typed: Typed) -> None:
    printed(typed(home, "migrate", "--json"))
    with open_agent(Settings(home=home)) as agent:
        state = agent.invoke({"messages": [HumanMessage("Where do I live?")]}, config=THREAD, context=TURN)
    assert "Samarkand" in state["turn"]["answer"]
    assert state["messages"][0].content == "I live in Samarkand."


def test_an_old_home_can_be_encrypted_at_once(home: Path, tmp_path: Path, typed: Typed) -> None:
    key = tmp_path / "key"
    typed(home, "key", "--file", str(key))
    assert set(found_in(home)) >= {"threads.sqlite"}
    printed(typed(home, "migrate", "--encrypt", "--json", MNEME_KEY_FILE=str(key)))
    assert found_in(home) == {}
    assert_all_there(home, key_file=key)


def test_a_home_of_a_newer_mneme_is_refused_and_stays_as_it_is(home: Path, typed: Typed) -> None:
    manifest = json.loads((home / FILE).read_text(encoding="utf-8"))
    newer = json.dumps({**manifest, "schema_version": 99})
    (home / FILE).write_text(newer, encoding="utf-8")
    for command in (("memories", "list"), ("migrate",), ("migrate", "--encrypt"), ("reindex", "--embedder", "all-MiniLM-L6-v2")):
        refused(typed(home, *command), "was written by a newer Mneme (schema 99)", "Update Mneme.")
    with pytest.raises(InputError), open_memory(Settings(home=home)):
        pass
    assert (home / FILE).read_text(encoding="utf-8") == newer


KILLED = """
from app.cli import main
from tests.writers import arm
arm({point!r}, {side!r}, {call})
main()
"""


def kill_migration(home: Path, point: str, side: str, call: int) -> None:
    """Migrate in a process that ends with SIGKILL at that use of a function."""
    code = KILLED.format(point=point, side=side, call=call)
    done = subprocess.run([sys.executable, "-c", code, "migrate"], cwd=ROOT, env=environment(home), capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done


def test_a_migration_that_was_killed_leaves_the_old_home_and_the_next_one_goes_on(home: Path, typed: Typed) -> None:
    for death in (("patch", "before", 1), ("rename", "before", 1)):
        kill_migration(home, *death)
        assert not read_manifest(home).current
    printed(typed(home, "migrate", "--json"))
    assert_all_there(home)
    assert not (home / "next").exists()


@pytest.mark.parametrize("renames", [1, 3])
def test_a_migration_that_was_killed_while_it_was_put_in_place_is_finished_by_the_next_command(
    home: Path, typed: Typed, renames: int
) -> None:
    kill_migration(home, "rename", "after", renames)
    printed(typed(home, "migrate", "--json"))
    assert_all_there(home)
    assert not (home / "ready").exists()
