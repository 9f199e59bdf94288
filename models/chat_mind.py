"""ChatMind: judgements by any OpenAI-compatible chat model."""

from collections.abc import Sequence
from string import Template
from typing import Any, TypeVar

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables import Runnable
from langchain_core.tools import tool
from langchain_core.utils.function_calling import convert_to_openai_function
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr, ValidationError

from models import prompts
from models.briefing import answer_messages, classify_messages, summarise_messages
from models.chat_planning import noticed_in, strokes_of
from models.chat_schemas import AllBound, AllDoing, AllDrawn, AllJudged, Asked, Greeted, Missing, Needs, Notes, Rated, Reacted
from models.endpoint import base_url_of, endpoint_errors, key_of
from models.greeting_briefing import greet_messages
from models.mind import (
    Answer,
    AnswerRequest,
    AskRequest,
    BreakDownRequest,
    ClassifyRequest,
    Commitments,
    Greeting,
    GreetRequest,
    InferRequest,
    Insight,
    Insights,
    LayerChoice,
    MindName,
    NoticeRequest,
    OutlineRequest,
    Questions,
    RateRequest,
    Ratings,
    Reaction,
    ReactRequest,
    Scratchpad,
    Strokes,
    SummariseRequest,
    Tokens,
    Verdict,
    Verdicts,
    VerifyRequest,
)
from models.planning_briefing import break_down_messages, notice_messages, outline_messages, react_messages
from models.reflection_briefing import ask_messages, infer_messages, rate_messages, verify_messages
from stores.errors import ModelAnswerUnusable, ModelUnavailable

# LangGraph keeps the tokens of what bears this tag out of its streams.
NO_STREAM = "nostream"

Schema = TypeVar("Schema", bound=BaseModel)
Caller = Runnable[LanguageModelInput, AIMessage]


@tool("insufficient_context", description=prompts.INSUFFICIENT_CONTEXT, args_schema=Missing)
def insufficient_context(what: str) -> str:
    """Never run: that the model calls it is the answer."""
    return what


class ChatMind:
    """A Mind behind an OpenAI-compatible chat endpoint. Safe to call from several threads at once.

    Args:
        model: The model's name.
        api_key: Else OPENAI_API_KEY; an endpoint of one's own may need none.
        base_url: Else OPENAI_BASE_URL, else OpenAI.
        timeout_s: How long to wait for the endpoint to say anything, in seconds.
        retries: How often to ask again after 429, 5xx, timeouts and refused connections, waiting longer each time.

    Raises:
        ModelUnavailable: There is no key, and no endpoint of one's own.
    """

    def __init__(self, model: str, *, api_key: str = "", base_url: str = "", timeout_s: float = 60, retries: int = 2) -> None:
        self._model = model
        self._base_url = base_url_of(base_url)
        settings: dict[str, Any] = {
            "model": model,
            "base_url": self._base_url,
            "api_key": SecretStr(key_of(api_key, self._base_url)),
            "timeout": timeout_s,
            "max_retries": retries,
            "stream_usage": True,
            "use_responses_api": False,
        }
        self._speaker = ChatOpenAI(**settings)
        self._judge = ChatOpenAI(**settings, disable_streaming=True, tags=[NO_STREAM])

    @property
    def name(self) -> MindName:
        return "chat"

    @property
    def model(self) -> str:
        return self._model

    def classify(self, request: ClassifyRequest) -> LayerChoice:
        """The layer that a turn needs; a model tells no probabilities, so it is taken at its word.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, twice.
        """
        found, tokens = self._structured(Needs, classify_messages(request))
        return LayerChoice(found.needs, 1.0, float(found.needs == 2), _line(found.reason), tokens=tokens)

    def answer(self, request: AnswerRequest) -> Answer:
        """An answer, or what is lacking; inside a LangGraph node the answer's tokens stream.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: It said nothing usable, twice.
        """
        caller: Caller = self._speaker.bind_tools([insufficient_context]) if request.may_lack else self._speaker
        messages, tokens = answer_messages(request), Tokens()
        for _ in range(2):
            said = self._ask(caller, messages)
            tokens += _tokens_of(said)
            lacking, text = _whole(_lacking_of(said)) if request.may_lack else "", _whole(said.text.strip())
            if lacking:
                return Answer(lacking=lacking, tokens=tokens)
            if text:
                return Answer(text=text, not_known=not request.may_lack, tokens=tokens, message_id=said.id or "")
            problem = prompts.MISSING_NOT_NAMED if said.tool_calls or said.invalid_tool_calls else prompts.NOTHING_SAID
            messages = [*messages, HumanMessage(problem)]
        raise ModelAnswerUnusable(f"{self._model} gave an empty answer, twice.", "Try again, or use another model.")

    def summarise(self, request: SummariseRequest) -> Scratchpad:
        """The notes with the fallen messages folded in.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, twice.
        """
        found, tokens = self._structured(Notes, summarise_messages(request))
        notes = [_line(note) for note in found.notes]
        return Scratchpad(notes=[note for note in notes if note][-request.most :], tokens=tokens)

    def rate(self, request: RateRequest) -> Ratings:
        """A rating of each memory.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, or rated more or fewer, twice.
        """
        found, tokens = self._structured(Rated, rate_messages(request), len(request.memories))
        return Ratings([float(one) for one in found.ratings], tokens)

    def ask(self, request: AskRequest) -> Questions:
        """Salient questions.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, twice.
        """
        found, tokens = self._structured(Asked, ask_messages(request))
        asked = list(dict.fromkeys(line for one in found.questions if (line := _line(one))))
        return Questions(asked[: request.most], tokens)

    def infer(self, request: InferRequest) -> Insights:
        """Insights with what they cite, as the model gave them: a citation may be wrong.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, twice.
        """
        found, tokens = self._structured(AllDrawn, infer_messages(request))
        drawn = [Insight(line, tuple(dict.fromkeys(one.because))) for one in found.insights if (line := _line(one.text))]
        return Insights(drawn[: request.most], tokens)

    def verify(self, request: VerifyRequest) -> Verdicts:
        """Whether each claim is borne out by what it cites.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, or judged more or fewer, twice.
        """
        found, tokens = self._structured(AllJudged, verify_messages(request), len(request.claims))
        return Verdicts([Verdict(one.holds, _line(one.why)) for one in found.verdicts], tokens)

    def notice(self, request: NoticeRequest) -> Commitments:
        """The commitments in what was said.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, twice.
        """
        found, tokens = self._structured(AllBound, notice_messages(request))
        return Commitments(noticed_in(found.commitments, request), tokens)

    def outline(self, request: OutlineRequest) -> Strokes:
        """The strokes of a day, as the model gave them: they may overlap.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, twice.
        """
        found, tokens = self._structured(AllDoing, outline_messages(request))
        return Strokes(strokes_of(found.strokes, request.span, request.moment), tokens=tokens)

    def break_down(self, request: BreakDownRequest) -> Strokes:
        """The parts of one thing in a plan, as the model gave them.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, twice.
        """
        found, tokens = self._structured(AllDoing, break_down_messages(request))
        return Strokes(strokes_of(found.strokes, request.whole.span, request.moment), tokens=tokens)

    def react(self, request: ReactRequest) -> Reaction:
        """Whether what happened changes the plan.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, twice.
        """
        found, tokens = self._structured(Reacted, react_messages(request))
        return Reaction(found.reacts, _line(found.why), tokens)

    def greet(self, request: GreetRequest) -> Greeting:
        """Whether to speak to somebody, and with which words; the numbers of the news in them may be wrong.

        Raises:
            ModelUnavailable: The endpoint did not answer, broke off or refused.
            ModelAnswerUnusable: The answer did not fit the schema, twice.
        """
        found, tokens = self._structured(Greeted, greet_messages(request))
        words = _line(found.words) if found.talks else ""
        return Greeting(found.talks, words, _line(found.why), tuple(dict.fromkeys(found.tells)) if found.talks else (), tokens)

    def _structured(self, schema: type[Schema], messages: Sequence[BaseMessage], count: int | None = None) -> tuple[Schema, Tokens]:
        """An answer of the schema, of so many things where a count is given, with one repair."""
        counted = {} if count is None else {"count": count}
        caller = self._judge.bind(response_format=_response_format(schema))
        asked, tokens, problem = list(messages), Tokens(), ""
        for _ in range(2):
            said = self._ask(caller, asked)
            tokens += _tokens_of(said)
            try:
                return schema.model_validate_json(_json_of(said.text), context=counted), tokens
            except ValidationError as error:
                problem = _in_short(error)
            asked += [AIMessage(_whole(said.text)), HumanMessage(Template(prompts.NOT_OF_THE_SCHEMA).safe_substitute(problem=problem))]
        raise ModelAnswerUnusable(f"{self._model} did not fit its answer to the schema, twice: {problem}", "Try another model.")

    def _ask(self, caller: Caller, messages: Sequence[BaseMessage]) -> AIMessage:
        with endpoint_errors(self._model, self._base_url):
            said = caller.invoke(list(messages))
        if not said.response_metadata.get("finish_reason"):
            raise ModelUnavailable(f"{self._base_url or 'OpenAI'} broke off in the middle of an answer.", "Try again.")
        return said


def _whole(text: str) -> str:
    """The text with a replacement sign for every half of a character: a model may break off within one, or stream it in two pieces."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _line(text: str) -> str:
    """The text on one line, without halves of characters."""
    return " ".join(_whole(text).split())


def _lacking_of(said: AIMessage) -> str:
    """What the model says is missing, or an empty string."""
    for call in said.tool_calls:
        if call["name"] == insufficient_context.name:
            return " ".join(str(call["args"].get("what") or "").split())
    return ""


def _response_format(schema: type[BaseModel]) -> dict[str, Any]:
    function = convert_to_openai_function(schema, strict=True)
    return {"type": "json_schema", "json_schema": {"name": function["name"], "schema": function["parameters"], "strict": True}}


def _json_of(text: str) -> str:
    """The object in an answer that wraps it in a code fence or a sentence, as models without structured output do."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _in_short(error: ValidationError) -> str:
    """What is wrong, without the answer's own words."""
    problems = error.errors(include_url=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'the answer'}: {one['msg']}" for one in problems[:5])


def _tokens_of(said: AIMessage) -> Tokens:
    usage = said.usage_metadata
    return Tokens(usage["input_tokens"], usage["output_tokens"]) if usage else Tokens()
