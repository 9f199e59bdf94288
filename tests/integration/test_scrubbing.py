"""Forgetting leaves no bytes: after it every file of a home is read, and all that was not forgotten goes on."""

import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from pydantic import SecretStr

from graph.assembly import Settings, open_agent, open_memory
from graph.due import scrub
from graph.planning import planning_graph
from graph.reflection import reflection_graph
from models.local_mind import LocalMind
from models.mind import (
    Answer,
    AnswerRequest,
    AskRequest,
    Commitments,
    InferRequest,
    Insight,
    Insights,
    NoticeRequest,
    Questions,
    Scratchpad,
    SummariseRequest,
    Tokens,
    Verdict,
    Verdicts,
    VerifyRequest,
)
from nodes.context import Context
from stores.access import Access
from stores.errors import ModelUnavailable
from stores.journal import Event
from stores.keys import new_key
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord
from tests.fakes import record
from tests.integration.commands import Typed, printed
from tests.postgres import MISSING, dumped, running
from tests.searching import forms, written_in
from tests.writers import Job, Model, Nursery

MAY = datetime(2026, 5, 7, 12, tzinfo=UTC)
OWNER = Access("ada", role="owner")
TOKEN = "Zanzibarquartz"
FORMS = tuple(forms(TOKEN))
STONE = f"My favourite stone is called {TOKEN}. I have an appointment with the jeweller about {TOKEN} tomorrow at 15:00."
KEPT = ["I adopted a puppy called Biscuit.", "My sister lives in Lisbon.", "I like plum cake."]
KEY = new_key()


def files_with_token(home: Path) -> list[str]:
    """The files of a home that hold the token, in any form."""
    files = [file for file in home.rglob("*") if file.is_file()]
    return sorted(file.relative_to(home).as_posix() for file in files if holds_token(written_in(file)))


def holds_token(raw: bytes) -> bool:
    return any(form in raw for form in FORMS)


def say(agent: Any, text: str, thread: str, day: int = 0, **knobs: Any) -> dict[str, Any]:
    context = Context(user_id="ada", mind="local", now=MAY + timedelta(days=day), k=2, **knobs)
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
        assert [TOKEN in one["what"] for one in asked["turn"]["agenda"]] == [True]
        say(agent, KEPT[2], "apart", day=2, plans="off")
        said = next(one for one in agent.store.stream(access=OWNER) if one.text == STONE)
        reflect(agent.store, said)
        plan_alone(agent, "planned")
        look_back(agent, "mused")
        look_back(agent, "begun", stopped=True)
        agent.store.journal.append([Event(MAY, "ada", "recalled", "", "asked", "later", f"the {TOKEN}")])
    for name in ("threads.sqlite", "journal.sqlite"):
        if not (settings.home / name).exists():
            continue
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


class Musing(LocalMind):
    """Asks about the stone, and draws one insight from what names it, and one from what does not."""

    def ask(self, request: AskRequest) -> Questions:
        return Questions([f"What does {TOKEN} mean to Ada?"])

    def infer(self, request: InferRequest) -> Insights:
        naming = [at for at, one in enumerate(request.evidence, start=1) if TOKEN in one.text]
        others = [at for at, one in enumerate(request.evidence, start=1) if TOKEN not in one.text]
        return Insights([Insight(f"{TOKEN} is dear to Ada.", naming), Insight("Ada has a sister.", others)])

    def verify(self, request: VerifyRequest) -> Verdicts:
        return Verdicts([Verdict(True) for _ in request.claims])


def look_back(agent: Any, thread: str, *, stopped: bool = False) -> None:
    """A reflection of a run of its own, whose states hold the stone; or one that is stopped once it has its questions."""
    mind = Musing(agent.store.embedder)
    before = ["gather_evidence"] if stopped else None
    graph = reflection_graph(lambda *_: mind).compile(checkpointer=agent.checkpointer, store=agent.store, interrupt_before=before)
    context = Context(user_id="ada", now=MAY + timedelta(days=2))
    done = graph.invoke({"anyway": True}, config=config_of(thread), context=context)
    assert stopped or len(done["reflection"]["kept"] + done["reflection"]["strengthened"]) == 2


def plan_alone(agent: Any, thread: str) -> None:
    """A planning of a run of its own, which hears the appointment again: its state holds the stone."""
    context = Context(user_id="ada", character_id="other", mind="local", now=MAY)
    told = record(f"Ada sees the jeweller about {TOKEN} tomorrow at 15:00.", 60, character_id="other", known_by=("other",))
    agent.store.remember([told])
    graph = planning_graph().compile(checkpointer=agent.checkpointer, store=agent.store)
    done = graph.invoke({}, config=config_of(thread), context=context)
    assert TOKEN in str(done["planning"]["heard"])
    agent.store.forget([told.id], access=OWNER)


def assert_goes_on(settings: Settings) -> None:
    """All else is remembered and found, no record holds the token, and the threads go on."""
    with open_agent(settings) as agent:
        told = [one.text for one in agent.store.stream(access=OWNER, past=True)]
        assert not [text for text in told if TOKEN in text]
        assert "Ada has a sister." in told
        assert set(KEPT) <= set(told)
        assert agent.store.recall("puppy", access=OWNER, now=MAY).taken[0].record.text == KEPT[0]
        assert agent.store.get(("notes",), "one").value == {"text": "green tea"}
        for thread in ("told", "asked"):
            state = agent.get_state(config_of(thread))
            assert (state.next, len(state.values["messages"]) > 0) == ((), True)
            assert len(list(agent.get_state_history(config_of(thread)))) == 1
            after = say(agent, "What is my puppy called?", thread, day=3)
            assert "Biscuit" in after["turn"]["answer"]
            assert state.values["lineage"]["length"] < after["lineage"]["length"]


def steps_of(settings: Settings, thread: str) -> list[Any]:
    with open_agent(settings) as agent:
        return [state.config for state in agent.get_state_history(config_of(thread))]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MemoryRecord]:
    """A home that was lived in, and the record of the words that name the stone, which was forgotten by a program."""
    home = tmp_path_factory.mktemp("scrubbing") / "home"
    said = live(Settings(home=home))
    with open_memory(Settings(home=home)) as memory:
        memory.forget([said.id], access=OWNER)
    return home, said


def copied(home: Path, target: Path) -> Path:
    subprocess.run(["cp", "-r", "--sparse=always", str(home), str(target)], check=True)
    return target


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


def test_what_a_program_forgets_is_scrubbed_when_it_is_due(lived: tuple[Path, MemoryRecord], tmp_path: Path, typed: Typed) -> None:
    home = copied(lived[0], tmp_path / "home")
    assert files_with_token(home) != []
    (home / "replaced-20260507T120000").mkdir()
    ill, told = printed(typed(home, "doctor", "--json")), typed(home, "doctor")
    assert (ill["problems"], told.returncode) == ([], 0)
    done = printed(typed(home, "due", "--json"))
    assert (done["scrubbed"] > 5, files_with_token(home)) == (True, [])
    assert ill["due"] == [f"{done['scrubbed']} deleted memories may still be on the disk: mneme due scrubs what was deleted."]
    assert told.stdout.splitlines()[-2:] == ["No problems found.", ill["due"][0]]
    assert printed(typed(home, "doctor", "--json"))["due"] == []
    assert "scrubbed" not in typed(home, "due").stdout
    assert_goes_on(Settings(home=home))
    with open_memory(Settings(home=home)) as memory:
        kept = next(one for one in memory.stream(access=OWNER) if one.text == KEPT[2])
    forget = ("memories", "forget", kept.id, "--user", "ada")
    assert printed(typed(home, *forget, "--hide", "--json"))["older_copies"] == []
    assert typed(home, "due").stdout == "Nothing was due.\n"
    assert printed(typed(home, *forget, "--yes", "--json"))["older_copies"] == ["replaced-20260507T120000"]


KILLS = [("checkpoint", "after", 1), ("rename", "before", 3), ("rmtree", "before", 1), ("append", "before", 1)]


@pytest.mark.parametrize("kill", KILLS, ids=lambda kill: f"{kill[0]} {kill[2]}")
def test_a_scrub_that_is_killed_loses_nothing_and_the_next_one_finishes(
    nursery: Nursery, lived: tuple[Path, MemoryRecord], tmp_path: Path, kill: tuple[str, str, int]
) -> None:
    home = copied(lived[0], tmp_path / "home")
    writer = nursery.writer(Job("scrub", home, Model(), 1, tmp_path / "log", kill))
    assert writer.ended() == signal.SIGKILL
    assert scrub(Settings(home=home), MAY) > 0
    assert files_with_token(home) == []
    assert_goes_on(Settings(home=home))


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as opened:
        yield opened


class QuotingMind:
    """Says what it is told to; what is an error is raised."""

    name, model = "chat", "scripted"

    def __init__(self, *script: Any) -> None:
        self.script = [*script]

    def answer(self, request: AnswerRequest) -> Answer:
        given = self.script.pop(0)
        if isinstance(given, Exception):
            raise given
        assert isinstance(given, Answer)
        return given

    def summarise(self, request: SummariseRequest) -> Scratchpad:
        return Scratchpad(["Ada: likes stones"])

    def notice(self, request: NoticeRequest) -> Commitments:
        return Commitments([])


def test_a_run_cut_short_over_forgotten_words_has_ended(tmp_path: Path) -> None:
    settings, mind = Settings(home=tmp_path), QuotingMind(ModelUnavailable(f"No model for {TOKEN}."), Answer(text="Fine."))
    with open_agent(settings, lambda *_: mind) as agent:
        with pytest.raises(ModelUnavailable):
            say(agent, STONE, "t")
        forget_all_with_token(agent.store)
    assert scrub(settings, MAY) == 1
    assert files_with_token(tmp_path) == []
    with open_agent(settings, lambda *_: mind) as agent:
        state = agent.get_state(config_of("t"))
        assert (state.next, state.values["messages"], state.values["turn"]["words"]) == ((), [], "")
        assert say(agent, "Hello?", "t")["turn"]["answer"] == "Fine."


@pytest.mark.parametrize("beside", [None, KEPT[0]], ids=["alone", "beside a message"])
def test_what_was_observed_leaves_the_thread_and_the_words_beside_it_stay(tmp_path: Path, beside: str | None) -> None:
    settings = Settings(home=tmp_path)
    given: Any = {"observation": f"The {TOKEN} fell off the shelf."} | ({"messages": [HumanMessage(beside)]} if beside else {})
    with open_agent(settings) as agent:
        agent.invoke(given, config=config_of("t"), context=Context(user_id="ada", mind="local", now=MAY))
        forget_all_with_token(agent.store)
    assert scrub(settings, MAY) == 1
    assert files_with_token(tmp_path) == []
    with open_agent(settings) as agent:
        turn = agent.get_state(config_of("t")).values["turn"]
        assert (turn["observation"], turn["words"], bool(turn.get("answer"))) == ("", beside or "", bool(beside))


def test_what_comes_up_leaves_a_thread_whose_answer_failed(tmp_path: Path) -> None:
    settings, mind = Settings(home=tmp_path), QuotingMind(ModelUnavailable("The model is down."))
    with open_agent(settings) as agent:
        say(agent, STONE, "told")
    with open_agent(settings, lambda *_: mind) as agent:
        with pytest.raises(ModelUnavailable):
            say(agent, "Good morning!", "apart", day=1)
        assert [TOKEN in one["what"] for one in agent.get_state(config_of("apart")).values["turn"]["agenda"]] == [True]
        forget_all_with_token(agent.store)
    assert scrub(settings, MAY) > 0
    assert files_with_token(tmp_path) == []


def test_an_answer_that_rests_on_forgotten_words_is_not_stored_by_the_next_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path)
    mind = QuotingMind(Answer(text="Fine."), None, Answer(text="Fine again."))
    with open_agent(settings, lambda *_: mind) as agent:
        say(agent, STONE, "one")
        said = next(one.id for one in agent.store.stream(access=OWNER) if one.text == STONE)
        mind.script[0] = Answer(text=f"It is {TOKEN}.", used=[said], tokens=Tokens(1, 1))
        with monkeypatch.context() as broken:
            broken.setattr("nodes.store.remembered", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                say(agent, "What is my favourite stone called?", "two")
        forget_all_with_token(agent.store)
    assert scrub(settings, MAY) == 1
    with open_agent(settings, lambda *_: mind) as agent:
        assert [one.text for one in say(agent, "Hello?", "two")["messages"]][-2:] == ["Hello?", "Fine again."]
        assert not [one.text for one in agent.store.stream(access=OWNER) if TOKEN in one.text]
    assert files_with_token(tmp_path) == []


def test_an_answer_to_what_is_forgotten_while_the_mind_thinks_is_not_kept(tmp_path: Path) -> None:
    class Interrupted(QuotingMind):
        def answer(self, request: AnswerRequest) -> Answer:
            given = super().answer(request)
            if given.used:
                forget_all_with_token(agent.store)
            return given

    settings, mind = Settings(home=tmp_path), Interrupted(Answer(text="Fine."), None, Answer(text="Fine again."))
    with open_agent(settings, lambda *_: mind) as agent:
        say(agent, STONE, "one")
        said = next(one.id for one in agent.store.stream(access=OWNER) if one.text == STONE)
        mind.script[0] = Answer(text=f"It is {TOKEN}.", used=[said], tokens=Tokens(1, 1))
        turn = say(agent, "What is my favourite stone called?", "two")["turn"]
        assert [one["outcome"] for one in turn["stored"]] == ["stored", "rejected"]
        assert not [one.text for one in agent.store.stream(access=OWNER, past=True) if TOKEN in one.text]
        assert not [one.text for one in say(agent, "Hello?", "two")["messages"] if TOKEN in one.text]
    assert scrub(settings, MAY) > 0
    assert files_with_token(tmp_path) == []


def forget_all_with_token(memory: MemoryStore) -> None:
    memory.forget([one.id for one in memory.stream(access=OWNER) if TOKEN in one.text], access=OWNER)


def test_threads_in_postgres_hold_nothing_of_it_either(tmp_path: Path, typed: Typed) -> None:
    if MISSING:
        pytest.skip(f"Postgres is not installed here: there is no {', '.join(MISSING)}.")
    with running() as server:
        url = server.new_database()
        settings = Settings(home=tmp_path, postgres_url=SecretStr(url))
        said = live(settings)
        assert holds_token(dumped(url))
        assert typed(tmp_path, "memories", "forget", said.id, "--user", "ada", "--yes", MNEME_POSTGRES_URL=url).returncode == 0
        assert not holds_token(dumped(url))
        assert_goes_on(settings)


def test_another_users_thread_of_the_same_name_stays(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with open_agent(settings) as agent:
        say(agent, KEPT[0], "t")
        foreign = record(STONE, 1, user="bob", thread_id="t")
        agent.store.remember([foreign])
        agent.store.forget([foreign.id], access=Access("bob", role="owner"))
    before = steps_of(settings, "t")
    assert scrub(settings, MAY) == 1
    assert steps_of(settings, "t") == before
