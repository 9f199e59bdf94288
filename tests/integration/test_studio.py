"""A real `langgraph dev`, driven over its API as Studio drives it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient

from tests.integration.fake_openai import FakeOpenAI, Handler, Says
from tests.integration.processes import ROOT, Server, environment, langgraph_dev

STREAMED = "Biscuit is a fine name for a puppy."
EDGES = {
    ("__start__", "hear", False),
    ("hear", "classify_layer", True),
    ("hear", "refuse", True),
    ("hear", "store", True),
    ("refuse", "__end__", False),
    ("classify_layer", "recall", True),
    ("classify_layer", "answer", True),
    ("recall", "answer", False),
    ("answer", "answer", True),
    ("answer", "recall", True),
    ("answer", "summarise", True),
    ("answer", "store", True),
    ("summarise", "store", False),
    ("store", "rate", True),
    ("store", "reflection", True),
    ("store", "planning", True),
    ("store", "__end__", True),
    ("rate", "reflection", True),
    ("rate", "planning", True),
    ("rate", "__end__", True),
    ("reflection", "planning", True),
    ("reflection", "__end__", True),
    ("planning", "__end__", False),
}
REFLECTION = ["consider", "choose_questions", "gather_evidence", "draw_insights", "verify_insights", "keep_insights"]
PLANNING = ["look_ahead", "notice_commitments", "revise", "outline_day", "break_down", "keep_plan"]
MORNING = "2026-05-07T09:30:00Z"
DENTIST = "I have a dentist appointment tomorrow at 3pm."
MIRA = [
    ("2026-03-01T09:00:00Z", "My sister Mira plays the violin in a quartet."),
    ("2026-03-05T09:00:00Z", "I went to hear Mira play last night."),
    ("2026-03-09T09:00:00Z", "Mira is moving to Porto in June."),
]


@dataclass(frozen=True)
class JudgesSlowly(Says):
    """Answers at once; where it is asked for JSON, only after the event, and then that it has no question and heard no commitment."""

    released: Event = field(default_factory=Event)

    def send(self, to: Handler, request: dict[str, Any]) -> None:
        judges = "response_format" in request
        if judges:
            self.released.wait(60)
        Says('{"questions": [], "commitments": []}' if judges else self.text).send(to, request)


@pytest.fixture(scope="module")
def slow() -> JudgesSlowly:
    return JudgesSlowly(STREAMED)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, slow: JudgesSlowly) -> Iterator[Server]:
    """A server whose mind is the local one, unless a run asks for the chat mind."""
    folder = tmp_path_factory.mktemp("studio")
    with FakeOpenAI(slow) as endpoint:
        env = environment(folder / "home", MNEME_MIND="local", OPENAI_BASE_URL=endpoint.url)
        with langgraph_dev(folder, env) as running:
            yield running


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[SyncLangGraphClient]:
    with get_sync_client(url=server.url) as opened:
        yield opened


@dataclass(frozen=True)
class Talk:
    """What ada said in one thread, asked in a second one, and said after that; the state after each."""

    thread: str
    told: dict[str, Any]
    asked: dict[str, Any]
    thanks: dict[str, Any]


@pytest.fixture(scope="module")
def talk(client: SyncLangGraphClient) -> Talk:
    thread = new_thread(client)
    return Talk(
        thread,
        told=say(client, new_thread(client), "I adopted a puppy called Biscuit.", user_id="ada"),
        asked=say(client, thread, "What is my puppy called?", user_id="ada"),
        thanks=say(client, thread, "Thanks, that helps.", user_id="ada"),
    )


@pytest.fixture
def user() -> str:
    """A user of the test's own: all tests share the server's memory."""
    return f"user-{uuid4().hex}"


def new_thread(client: SyncLangGraphClient) -> str:
    return client.threads.create()["thread_id"]


def said(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


def say(client: SyncLangGraphClient, thread: str, text: str, **context: Any) -> dict[str, Any]:
    state = client.runs.wait(thread, "agent", input=said(text), context=context)
    assert isinstance(state, dict)
    return state


def streamed(client: SyncLangGraphClient, thread: str, text: str, **context: Any) -> list[tuple[str, dict[str, Any]]]:
    """What the client sees, in order: ("token", message) and (node, update)."""
    seen: list[tuple[str, dict[str, Any]]] = []
    for part in client.runs.stream(thread, "agent", input=said(text), context=context, stream_mode=["messages-tuple", "updates"]):
        if part.event == "updates":
            seen += part.data.items()
        elif part.event == "messages" and part.data[0]["type"] != "human" and part.data[0]["content"]:
            seen.append(("token", part.data[0]))
    return seen


def plain(value: Any) -> bool:
    """JSON values only, and no serialised constructor. (Objects that the server turns into JSON by itself show in its log.)"""
    if isinstance(value, dict):
        return "lc" not in value and all(isinstance(key, str) and plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(plain(inner) for inner in value)
    return value is None or isinstance(value, str | int | float | bool)


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "langgraph_cli", "validate", "--config", str(ROOT / "langgraph.json")]
    done = subprocess.run(command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr


def test_studio_draws_the_graph(client: SyncLangGraphClient) -> None:
    assistant = client.assistants.search(graph_id="agent")[0]
    drawn: Any = client.assistants.get_graph(assistant["assistant_id"])
    assert {(edge["source"], edge["target"], bool(edge.get("conditional"))) for edge in drawn["edges"]} == EDGES


def test_studio_shows_the_context_as_a_form(client: SyncLangGraphClient) -> None:
    assistant = client.assistants.search(graph_id="agent")[0]
    schemas: Any = client.assistants.get_schemas(assistant["assistant_id"])
    form = schemas["context_schema"]["properties"]
    assert {
        "user_id",
        "character_id",
        "location",
        "user_name",
        "locale",
        "timezone",
        "now",
        "k",
        "memories",
        "mind",
        "model",
        "router",
        "last_prompts",
        "reflect_at",
        "after_turn",
        "rating",
        "plans",
    } <= form.keys()
    prompts = {name: (field["langgraph_type"], field["langgraph_nodes"]) for name, field in form.items() if "langgraph_type" in field}
    nodes = {
        "classify_prompt": "classify_layer",
        "answer_prompt": "answer",
        "summarise_prompt": "summarise",
        "rate_prompt": "rate",
        "ask_prompt": "choose_questions",
        "infer_prompt": "draw_insights",
        "verify_prompt": "verify_insights",
        "notice_prompt": "notice_commitments",
        "outline_prompt": "outline_day",
        "break_down_prompt": "break_down",
        "react_prompt": "revise",
    }
    assert prompts == {name: ("prompt", [node]) for name, node in nodes.items()}
    assert all({"type", "anyOf", "enum"} & field.keys() for field in form.values())
    assert list(schemas["input_schema"]["properties"]) == ["messages", "observation"]


def test_the_answer_arrives_before_it_is_stored(client: SyncLangGraphClient, user: str) -> None:
    seen = [what for what, _ in streamed(client, new_thread(client), "I like green tea.", user_id=user)]
    assert seen == ["hear", "classify_layer", "token", "answer", "store"]


def test_the_tokens_of_a_chat_model_stream_before_the_answer_is_stored(client: SyncLangGraphClient, user: str) -> None:
    thread = new_thread(client)
    seen = streamed(client, thread, "I adopted a puppy called Biscuit.", user_id=user, mind="chat")
    order = [what for what, _ in seen]
    chunks = [data for what, data in seen if what == "token"]
    assert len(chunks) == len(STREAMED.split())
    assert "".join(chunk["content"] for chunk in chunks) == STREAMED
    assert max(at for at, what in enumerate(order) if what == "token") < order.index("answer") < order.index("store")
    messages = client.threads.get_state(thread)["values"]["messages"]
    answers = [one for one in messages if one["type"] == "ai"]
    assert [one["content"] for one in answers] == [STREAMED]
    assert {chunk["id"] for chunk in chunks} == {answers[0]["id"]}


def test_the_reflection_is_drawn_inside_the_agent_and_by_itself(client: SyncLangGraphClient) -> None:
    inside = nodes_of(client, "agent", xray=True)
    assert {f"reflection:{name}" for name in REFLECTION} <= inside
    assert set(REFLECTION) <= nodes_of(client, "reflection")


def nodes_of(client: SyncLangGraphClient, graph: str, *, xray: bool = False) -> set[str]:
    assistant = client.assistants.search(graph_id=graph)[0]
    drawn: Any = client.assistants.get_graph(assistant["assistant_id"], xray=xray)
    return {str(node["id"]) for node in drawn["nodes"]}


def test_the_steps_of_a_reflection_stream_from_inside_the_agent(client: SyncLangGraphClient, user: str) -> None:
    for now, words in MIRA[:-1]:
        say(client, new_thread(client), words, user_id=user, now=now, after_turn="deferred")
    now, words = MIRA[-1]
    context = {"user_id": user, "now": now, "reflect_at": 1}
    parts = list(
        client.runs.stream(new_thread(client), "agent", input=said(words), context=context, stream_mode="updates", stream_subgraphs=True)
    )
    steps = [name for part in parts if part.event.startswith("updates|reflection:") for name in part.data]
    assert steps == REFLECTION
    kept: Any = next(part.data for part in parts if "keep_insights" in part.data)["keep_insights"]["reflection"]["kept"]
    assert len(kept) == 1


def test_the_reflection_runs_alone_over_the_api(client: SyncLangGraphClient, user: str) -> None:
    for now, words in MIRA:
        say(client, new_thread(client), words, user_id=user, now=now)
    context = {"user_id": user, "now": "2026-03-10T09:00:00Z"}
    thread = new_thread(client)
    not_due: Any = client.runs.wait(thread, "reflection", input={"anyway": False}, context=context)
    assert not not_due["reflection"]["due"]
    done: Any = client.runs.wait(thread, "reflection", input={"anyway": True}, context=context)
    assert len(done["reflection"]["kept"]) == 1
    assert plain(done)


def test_a_deferred_reflection_does_not_hold_up_the_next_message(client: SyncLangGraphClient, user: str, slow: JudgesSlowly) -> None:
    context = {"user_id": user, "mind": "chat", "reflect_at": 1, "after_turn": "deferred"}
    thread = new_thread(client)
    slow.released.clear()
    assert say(client, thread, "I adopted a puppy.", **context)["turn"]["reflection_due"]
    aside = new_thread(client)
    run = client.runs.create(aside, "reflection", input={"anyway": False}, context=context)
    assert say(client, thread, "He is brown.", **context)["turn"]["answer"] == STREAMED
    assert client.runs.get(aside, run["run_id"])["status"] in ("pending", "running")
    slow.released.set()
    client.runs.join(aside, run["run_id"])
    state: Any = client.threads.get_state(aside)["values"]
    assert state["reflection"]["due"]
    assert state["reflection"]["kept"] == []


def test_planning_is_drawn_inside_the_agent_and_by_itself(client: SyncLangGraphClient) -> None:
    assert {f"planning:{name}" for name in PLANNING} <= nodes_of(client, "agent", xray=True)
    assert set(PLANNING) <= nodes_of(client, "planning")


def test_the_steps_of_planning_stream_from_inside_the_agent(client: SyncLangGraphClient, user: str) -> None:
    context = {"user_id": user, "now": MORNING}
    parts = list(
        client.runs.stream(new_thread(client), "agent", input=said(DENTIST), context=context, stream_mode="updates", stream_subgraphs=True)
    )
    steps = [name for part in parts if part.event.startswith("updates|planning:") for name in part.data]
    assert steps == ["look_ahead", "notice_commitments", "keep_plan"]
    seen = say(client, new_thread(client), "Good morning!", user_id=user, now="2026-05-08T08:00:00Z")
    assert [one["what"] for one in seen["turn"]["agenda"]] == ["dentist appointment"]
    assert "dentist" in seen["turn"]["answer"]


def test_planning_runs_alone_over_the_api(client: SyncLangGraphClient, user: str) -> None:
    say(client, new_thread(client), DENTIST, user_id=user, now=MORNING, plans="off")
    context = {"user_id": user, "now": MORNING}
    thread = new_thread(client)
    done: Any = client.runs.wait(thread, "planning", input={}, context=context)
    assert len(done["planning"]["kept"]) == 1
    assert plain(done)
    again: Any = client.runs.wait(thread, "planning", input={}, context=context)
    assert not again["planning"]["due"]
    day: Any = client.runs.wait(thread, "planning", input={"anyway": True}, context={**context, "plans": "days"})
    assert [one["what"] for one in day["planning"]["day"]] == ["nothing planned"]


def test_an_event_is_taken_without_an_answer(client: SyncLangGraphClient, user: str) -> None:
    seen: Any = client.runs.wait(new_thread(client), "agent", input={"observation": "The phone rings."}, context={"user_id": user})
    assert (seen["turn"]["observation"], [one["outcome"] for one in seen["turn"]["stored"]]) == ("The phone rings.", ["stored"])
    assert "answer" not in seen["turn"]
    assert plain(seen)


def test_deferred_planning_does_not_hold_up_the_next_message(client: SyncLangGraphClient, user: str, slow: JudgesSlowly) -> None:
    context = {"user_id": user, "now": MORNING, "mind": "chat", "after_turn": "deferred"}
    thread, aside = new_thread(client), new_thread(client)
    slow.released.clear()
    turn = say(client, thread, DENTIST, **context)["turn"]
    assert (turn["planning_due"], turn["plans_now"]) == (True, False)
    run = client.runs.create(aside, "planning", input={}, context=context)
    assert say(client, thread, "I like green tea.", **context)["turn"]["answer"] == STREAMED
    assert client.runs.get(aside, run["run_id"])["status"] in ("pending", "running")
    slow.released.set()
    client.runs.join(aside, run["run_id"])
    state: Any = client.threads.get_state(aside)["values"]
    assert (state["planning"]["due"], state["planning"]["heard"], state["planning"]["kept"]) == (True, [], [])


def test_the_history_of_a_thread_is_there(client: SyncLangGraphClient, talk: Talk) -> None:
    history = client.threads.get_history(talk.thread, limit=20)
    steps = ["store", "answer", "recall", "classify_layer", "hear", "__start__"]
    assert [state["next"] for state in reversed(history)][: len(steps)] == [[step] for step in reversed(steps)]
    assert history[0]["next"] == []
    assert history[0]["values"]["turn"] == talk.thanks["turn"]
    assert talk.asked["turn"] in [state["values"].get("turn") for state in history]


def test_a_second_thread_remembers(talk: Talk) -> None:
    turn = talk.asked["turn"]
    assert "Biscuit" in turn["answer"]
    assert turn["layer"] == 2
    assert turn["used"] == [turn["recalled"][0]["id"]] == [talk.told["turn"]["stored"][0]["id"]]
    best = turn["recall"]["candidates"][0]
    assert best["taken"]
    assert {"similarity", "bm25"} <= best["signals"].keys()


def test_another_user_remembers_nothing_of_it(client: SyncLangGraphClient, talk: Talk, user: str) -> None:
    turn = say(client, new_thread(client), "What is my puppy called?", user_id=user)["turn"]
    assert "Biscuit" not in json.dumps(turn)
    assert turn["recalled"] == []
    assert turn["not_known"]


def test_what_belongs_to_one_turn_does_not_leak_into_the_next(talk: Talk) -> None:
    before, turn = talk.asked["turn"], talk.thanks["turn"]
    assert before["recalled"]
    assert before["used"]
    assert "recall" not in turn
    assert (turn["recalled"], turn["used"], turn["lacking"]) == ([], [], [])
    assert turn["layers_tried"] == [turn["layer"]]
    assert [one["outcome"] for one in turn["stored"]] == ["stored", "stored"]
    assert set(turn["milliseconds"]) == {"hear", "classify_layer", "answer", "model", "store"}


def test_the_state_is_plain(talk: Talk) -> None:
    assert set(talk.asked) == {"messages", "observation", "lineage", "said_tokens", "session", "turn", "reflection", "planning"}
    assert plain(talk.asked)


def test_another_location_holds_from_the_next_turn(client: SyncLangGraphClient, user: str) -> None:
    thread = new_thread(client)
    answers = [say(client, thread, "Where are you?", user_id=user, location=place)["turn"]["answer"] for place in ("Lisbon", "Porto")]
    assert answers == ["I am in Lisbon.", "I am in Porto."]


def test_a_run_without_a_user_ends_with_a_clear_error(client: SyncLangGraphClient) -> None:
    parts = list(client.runs.stream(new_thread(client), "agent", input=said("Hello")))
    assert parts[-1].event == "error"
    assert parts[-1].data["message"].startswith("This run has no user.")
    assert "user_id in Studio's form" in parts[-1].data["message"]
    with pytest.raises(Exception, match="This run has no user"):
        say(client, new_thread(client), "Hello")


def test_the_store_answers_over_the_api(client: SyncLangGraphClient, user: str) -> None:
    space = ["notes", user]
    client.store.put_item(space, key="house", value={"text": "a small house on a hill", "rooms": 3})
    client.store.put_item(space, key="boat", value={"text": "a boat with a red sail", "rooms": 1})
    assert client.store.get_item(space, key="house")["value"] == {"text": "a small house on a hill", "rooms": 3}
    found = client.store.search_items(space, query="Where does she sail?")["items"]
    assert [one["key"] for one in found] == ["boat", "house"]
    assert [one["key"] for one in client.store.search_items(space, filter={"rooms": 3})["items"]] == ["house"]
    assert client.store.list_namespaces(prefix=["notes", user])["namespaces"] == [space]
    client.store.delete_item(space, key="boat")
    assert [one["key"] for one in client.store.search_items(space)["items"]] == ["house"]


def test_a_character_kept_in_the_store_over_the_api_answers_the_next_turn(client: SyncLangGraphClient, user: str) -> None:
    thread = new_thread(client)
    client.store.put_item(["characters", user], key="iris", value={"name": "Iris", "location": "Kyoto"}, index=False)
    state = say(client, thread, "Where are you?", user_id=user, character_id="iris")
    assert (state["turn"]["answer"], state["messages"][-1]["name"]) == ("I am in Kyoto.", "Iris")


def test_nothing_blocked_the_server_and_nothing_in_its_threads_was_refused(server: Server, talk: Talk) -> None:
    log = server.log.read_text(encoding="utf-8")
    assert "Background run succeeded" in log
    for trouble in ("Blocking call", "BlockingError", "blockbuster", "Deserializing unregistered type", "Blocked deserialization"):
        assert trouble not in log
