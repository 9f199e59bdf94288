"""A real `langgraph dev`, driven over its API as Studio drives it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient

from tests.integration.fake_openai import FakeOpenAI, Says
from tests.integration.processes import ROOT, Server, environment, langgraph_dev

STREAMED = "Biscuit is a fine name for a puppy."
EDGES = {
    ("__start__", "hear", False),
    ("hear", "classify_layer", True),
    ("hear", "refuse", True),
    ("refuse", "__end__", False),
    ("classify_layer", "recall", True),
    ("classify_layer", "answer", True),
    ("recall", "answer", False),
    ("answer", "answer", True),
    ("answer", "recall", True),
    ("answer", "summarise", True),
    ("answer", "store", True),
    ("summarise", "store", False),
    ("store", "__end__", False),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose mind is the local one, unless a run asks for the chat mind."""
    folder = tmp_path_factory.mktemp("studio")
    with FakeOpenAI(Says(STREAMED)) as endpoint:
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
    } <= form.keys()
    prompts = {name: (field["langgraph_type"], field["langgraph_nodes"]) for name, field in form.items() if "langgraph_type" in field}
    nodes = {"classify_prompt": "classify_layer", "answer_prompt": "answer", "summarise_prompt": "summarise"}
    assert prompts == {name: ("prompt", [node]) for name, node in nodes.items()}
    assert all({"type", "anyOf", "enum"} & field.keys() for field in form.values())
    assert list(schemas["input_schema"]["properties"]) == ["messages"]


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
    assert set(talk.asked) == {"messages", "lineage", "said_tokens", "session", "turn"}
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
