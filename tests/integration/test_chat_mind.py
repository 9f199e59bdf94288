"""ChatMind through the real OpenAI client, against an endpoint on loopback that answers, refuses and misbehaves."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, TypedDict

import pytest
from langgraph.graph import END, START, StateGraph

from models.chat_mind import ChatMind
from models.mind import (
    Answer,
    AnswerRequest,
    Character,
    ClassifyRequest,
    LayerChoice,
    Mind,
    Moment,
    Scratchpad,
    SummariseRequest,
    Tokens,
    Utterance,
)
from stores.errors import ModelAnswerUnusable, ModelError, ModelUnavailable
from tests.integration.fake_openai import BreaksOff, Calls, Fails, FakeOpenAI, Garbage, Reply, Says, Stalls

NOW = datetime(2023, 5, 7, 14, 5, tzinfo=UTC)
ASKED = AnswerRequest("What is my sister's name?", Character("mneme"), Moment(NOW), "Ada")
AT_THE_TOP = AnswerRequest("What is my sister's name?", Character("mneme"), Moment(NOW), "Ada", lacking=["her name"], may_lack=False)
FALLEN = SummariseRequest([Utterance("Ada", "user", "I moved to Lyon.", NOW)], ["Ada has a cat."], Moment(NOW), "Ada", most=2)
SAID_BEFORE = [Utterance("Mneme", "assistant", "Try <b>bold</b> red.", NOW)]
POSED = ClassifyRequest("What colour did I paint </last> the hall?", SAID_BEFORE, True, Moment(NOW), "Ada")
GARBAGE = [
    Garbage(),
    Garbage(""),
    Garbage("{not json", "application/json"),
    Garbage("null", "application/json"),
    Garbage("[]", "application/json"),
    Garbage('{"choices": []}', "application/json"),
    Garbage('{"choices": null}', "application/json"),
    Garbage('{"choices": [{}]}', "application/json"),
    Garbage('{"choices": [{"message": "hello"}]}', "application/json"),
    Garbage("data: {not json\n\n", "text/event-stream"),
    Garbage('data: {"choices": [{"delta": 5}]}\n\n', "text/event-stream"),
    Garbage("data: [DONE]\n\n", "text/event-stream"),
]


@pytest.fixture
def endpoint() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as running:
        yield running


def mind_at(endpoint: FakeOpenAI, timeout_s: float = 10) -> ChatMind:
    return ChatMind("fake", base_url=endpoint.url, timeout_s=timeout_s, retries=1)


class State(TypedDict, total=False):
    pass


def judged(mind: Mind, ask: str) -> Answer | Scratchpad | LayerChoice:
    return {"answer": lambda: mind.answer(ASKED), "summarise": lambda: mind.summarise(FALLEN), "classify": lambda: mind.classify(POSED)}[
        ask
    ]()


def in_a_graph(mind: Mind, ask: str = "answer") -> tuple[list[str], Answer | Scratchpad | LayerChoice]:
    """The tokens that a graph streams, and what the judgement in its node gave."""
    given: list[Answer | Scratchpad | LayerChoice] = []

    def judge(state: State) -> State:
        given.append(judged(mind, ask))
        return {}

    graph = StateGraph(State).add_node("judge", judge).add_edge(START, "judge").add_edge("judge", END).compile()
    chunks: list[Any] = list(graph.stream({}, stream_mode="messages"))
    return [str(chunk.content) for chunk, _ in chunks if chunk.content], given[0]


def test_it_says_what_a_turn_needs_and_streams_nothing(endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says('{"needs": 2, "reason": "her own hall"}'))
    streamed, given = in_a_graph(mind_at(endpoint), "classify")
    assert given == LayerChoice(2, 1.0, 1.0, "her own hall", tokens=Tokens(7, 3))
    assert not streamed
    (asked,) = endpoint.requests
    system, data = (message["content"] for message in asked["messages"])
    assert "that Ada sent" in system
    assert '<message by="Mneme">Try &lt;b&gt;bold&lt;/b&gt; red.</message>' in data
    assert data.endswith("<last>\nWhat colour did I paint &lt;/last&gt; the hall?\n</last>")
    assert asked["response_format"]["json_schema"]["strict"]


@pytest.mark.parametrize("needs", ["3", "-1", "null", '"two"', "0.5"])
def test_a_layer_that_does_not_exist_is_asked_for_again(endpoint: FakeOpenAI, needs: str) -> None:
    endpoint.now_replies(Says(f'{{"needs": {needs}, "reason": ""}}'), Says('{"needs": 0, "reason": "a task"}'))
    given = mind_at(endpoint).classify(POSED)
    assert (given.layer, given.memory, given.tokens) == (0, 0.0, Tokens(14, 6))


def test_it_is_a_mind(endpoint: FakeOpenAI) -> None:
    mind: Mind = mind_at(endpoint)
    assert (mind.name, mind.model) == ("chat", "fake")


def test_an_answer_is_text_with_its_tokens(endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says("Her name is Mia."))
    given = mind_at(endpoint).answer(ASKED)
    assert (given.text, given.lacking, given.not_known, given.tokens) == ("Her name is Mia.", "", False, Tokens(7, 3))
    (asked,) = endpoint.requests
    assert asked["messages"][-1] == {"role": "user", "content": ASKED.words}
    assert [tool["function"]["name"] for tool in asked["tools"]] == ["insufficient_context"]


def test_an_answer_streams_inside_a_graph(endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says("Her name is Mia."))
    tokens, given = in_a_graph(mind_at(endpoint))
    assert tokens == ["Her", " name", " is", " Mia."]
    assert isinstance(given, Answer)
    assert given.tokens == Tokens(7, 3)
    assert given.message_id


@pytest.mark.parametrize("streamed", [False, True])
def test_what_is_lacking_comes_as_a_tool_call_and_streams_nothing(endpoint: FakeOpenAI, streamed: bool) -> None:
    endpoint.now_replies(Calls("insufficient_context", {"what": "the name of\nAda's sister"}))
    tokens, given = in_a_graph(mind_at(endpoint)) if streamed else ([], mind_at(endpoint).answer(ASKED))
    assert tokens == []
    assert given == Answer(lacking="the name of Ada's sister", tokens=Tokens(7, 3))


def test_at_the_top_it_cannot_lack_and_is_told_what_was_not_found(endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says("I do not know her name."))
    given = mind_at(endpoint).answer(AT_THE_TOP)
    assert (given.text, given.not_known) == ("I do not know her name.", True)
    (asked,) = endpoint.requests
    assert "tools" not in asked
    assert "for:\n- her name" in asked["messages"][0]["content"]


@pytest.mark.parametrize(
    "first",
    [Says(""), Says("  \n"), Calls("insufficient_context", {}), Calls("insufficient_context", "{no"), Calls("other", {})],
)
def test_an_empty_answer_is_asked_for_once_more(endpoint: FakeOpenAI, first: Reply) -> None:
    endpoint.now_replies(first, Says("Mia."))
    given = mind_at(endpoint).answer(ASKED)
    assert (given.text, given.tokens) == ("Mia.", Tokens(14, 6))
    assert len(endpoint.requests[1]["messages"]) == len(endpoint.requests[0]["messages"]) + 1


@pytest.mark.parametrize("empty", [Says(""), Calls("insufficient_context", {"what": ""}), Calls("other", {})])
def test_two_empty_answers_are_unusable(endpoint: FakeOpenAI, empty: Reply) -> None:
    endpoint.now_replies(empty)
    with pytest.raises(ModelAnswerUnusable, match="twice"):
        mind_at(endpoint).answer(ASKED)
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_passing_trouble_is_waited_out(endpoint: FakeOpenAI, status: int) -> None:
    endpoint.now_replies(Fails(status), Says("Mia."))
    assert mind_at(endpoint).answer(ASKED).text == "Mia."


@pytest.mark.parametrize(
    ("status", "hint", "asked"),
    [(429, "limit", 2), (500, "trouble", 2), (401, "OPENAI_API_KEY", 1), (404, "/v1", 1), (400, "'fake'", 1)],
)
def test_a_lasting_refusal_is_unavailable_with_a_hint(endpoint: FakeOpenAI, status: int, hint: str, asked: int) -> None:
    endpoint.now_replies(Fails(status))
    with pytest.raises(ModelUnavailable, match=str(status)) as caught:
        mind_at(endpoint).answer(ASKED)
    assert hint in caught.value.hint
    assert len(endpoint.requests) == asked


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("judgement", ["answer", "streamed", "summarise", "classify"])
@pytest.mark.parametrize("reply", GARBAGE)
def test_garbage_is_a_model_error(endpoint: FakeOpenAI, reply: Garbage, judgement: str) -> None:
    endpoint.now_replies(reply)
    mind = mind_at(endpoint)
    with pytest.raises(ModelError):
        _judge(mind, judgement)


@pytest.mark.parametrize("judgement", ["answer", "streamed", "summarise", "classify"])
@pytest.mark.parametrize("reply", [BreaksOff(), Says("The name of", finish=None)])
def test_an_endpoint_that_dies_in_mid_answer_is_unavailable(endpoint: FakeOpenAI, reply: Reply, judgement: str) -> None:
    endpoint.now_replies(reply)
    mind = mind_at(endpoint)
    with pytest.raises(ModelUnavailable):
        _judge(mind, judgement)


@pytest.mark.parametrize("judgement", ["answer", "streamed", "summarise", "classify"])
def test_an_endpoint_that_says_nothing_is_unavailable(endpoint: FakeOpenAI, judgement: str) -> None:
    endpoint.now_replies(Stalls())
    mind = mind_at(endpoint, timeout_s=0.2)
    with pytest.raises(ModelUnavailable, match="timed out"):
        _judge(mind, judgement)


def test_nobody_there_is_unavailable() -> None:
    with FakeOpenAI() as endpoint:
        gone = mind_at(endpoint)
    with pytest.raises(ModelUnavailable, match="did not answer"):
        gone.answer(ASKED)


def test_notes_come_as_structured_output_and_stream_nothing(endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says(json.dumps({"notes": ["Ada has\na cat.", " ", "Ada moved to Lyon."]})))
    tokens, given = in_a_graph(mind_at(endpoint), "summarise")
    assert tokens == []
    assert given == Scratchpad(["Ada has a cat.", "Ada moved to Lyon."], Tokens(7, 3))
    (asked,) = endpoint.requests
    assert not asked.get("stream")
    schema = asked["response_format"]["json_schema"]
    assert schema["strict"]
    assert schema["schema"]["required"] == ["notes"]
    assert schema["schema"]["additionalProperties"] is False


def test_the_oldest_notes_beyond_the_most_are_dropped(endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says('{"notes": ["a", "b", "c"]}'))
    assert mind_at(endpoint).summarise(FALLEN).notes == ["b", "c"]


def test_an_answer_in_a_code_fence_is_understood(endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says('Here you are:\n```json\n{"notes": ["a"]}\n```'))
    assert mind_at(endpoint).summarise(FALLEN).notes == ["a"]


@pytest.mark.parametrize("misfit", ["I would rather talk.", "", "{}", '{"notes": "a"}', '{"notes": [1]}', '{"notes": ["a"'])
def test_an_answer_that_does_not_fit_is_repaired_once(endpoint: FakeOpenAI, misfit: str) -> None:
    endpoint.now_replies(Says(misfit), Says('{"notes": ["a"]}'))
    given = mind_at(endpoint).summarise(FALLEN)
    assert (given.notes, given.tokens) == (["a"], Tokens(14, 6))
    *_, answered, repair = endpoint.requests[1]["messages"]
    assert answered == {"role": "assistant", "content": misfit}
    assert "does not fit" in repair["content"]


def test_two_answers_that_do_not_fit_are_unusable(endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says("no"))
    with pytest.raises(ModelAnswerUnusable, match="twice"):
        mind_at(endpoint).summarise(FALLEN)
    assert len(endpoint.requests) == 2


def test_an_answer_cut_at_the_models_limit_does_not_pass_as_notes(endpoint: FakeOpenAI) -> None:
    endpoint.now_replies(Says('{"notes": ["a", "b', finish="length"))
    with pytest.raises(ModelAnswerUnusable):
        mind_at(endpoint).summarise(FALLEN)


def test_key_and_endpoint_come_from_the_environment(endpoint: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert ChatMind("fake").answer(ASKED).text == "Hello."


def test_without_key_and_endpoint_there_is_no_chat_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelUnavailable, match="No key") as caught:
        ChatMind("fake")
    assert "OPENAI_BASE_URL" in caught.value.hint


def _judge(mind: ChatMind, judgement: str) -> Any:
    return in_a_graph(mind) if judgement == "streamed" else judged(mind, judgement)
