"""What a chat model gets to read: the prompts filled in, and remembered text tagged as data."""

from collections.abc import Mapping, Sequence
from string import Template
from typing import Protocol
from xml.sax.saxutils import escape, quoteattr

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from models import prompts
from models.agenda import agenda_line, in_words
from models.asking_to_forget import asks_to_forget
from models.mind import NAMELESS, AnswerRequest, Character, ClassifyRequest, Memory, Moment, SummariseRequest, Utterance, named
from models.times import ago, clock_in_words, date_in_words, describe_moment

CLOSE = 4  # messages that a turn is classified by


class Remembering(Protocol):
    """What a remembered record is told to: who remembers of whom, and when."""

    @property
    def character(self) -> Character: ...

    @property
    def moment(self) -> Moment: ...

    @property
    def user_name(self) -> str: ...


def answer_messages(request: AnswerRequest) -> list[BaseMessage]:
    """The system prompt, the window, and the user's words."""
    return [SystemMessage(answer_prompt(request)), *window_messages(request), HumanMessage(request.words)]


def window_messages(request: AnswerRequest) -> list[BaseMessage]:
    """The messages before the user's words, as the model reads them."""
    return [_as_message(one, request) for one in request.window]


def answer_prompt(request: AnswerRequest) -> str:
    """The system prompt of an answer; the request's own template where it has one."""
    return prompt_of(request, answer_parts(request))


def answer_parts(request: AnswerRequest) -> dict[str, str]:
    """What stands in the system prompt of an answer, by the names that templates have for it."""
    return {
        "character": persona(request.character),
        "depth": _depth(request, named(request.user_name)),
        "moment": tagged("now", describe_moment(request.moment)),
        "earlier": tagged_as_data("earlier", prompts.EARLIER_ARE_DATA, _earlier(request)),
        "notes": tagged_as_data("notes", prompts.NOTES_ARE_DATA, _notes(request.scratchpad)),
        "agenda": tagged_as_data(
            "agenda", prompts.AGENDA_IS_DATA, "\n".join(agenda_line(one, request.moment, request.user_name) for one in request.agenda)
        ),
        "memories": tagged_as_data("memories", prompts.MEMORIES_ARE_DATA, "\n".join(memory_tag(one, request) for one in request.memories)),
    }


def prompt_of(request: AnswerRequest, parts: Mapping[str, str]) -> str:
    """The system prompt of an answer with these parts."""
    return filled(request.prompt or prompts.ANSWER, parts, {"user": named(request.user_name)})


def classify_messages(request: ClassifyRequest) -> list[BaseMessage]:
    """The system prompt of a classification, and what was said last with the words to be classified."""
    user = named(request.user_name)
    parts = {"moment": tagged("now", describe_moment(request.moment))}
    system = filled(request.prompt or prompts.CLASSIFY, parts, {"user": user})
    said = "\n".join(f"<message by={quoteattr(_sender(one))}>{escape(one.text)}</message>" for one in request.window[-CLOSE:])
    notes = "There are notes on what was said before." if request.has_notes else ""
    data = (tagged("window", said), notes, tagged("last", escape(request.words)))
    return [SystemMessage(system), HumanMessage("\n".join(filter(None, data)))]


def summarise_messages(request: SummariseRequest) -> list[BaseMessage]:
    """The system prompt of a summary, and the notes and messages to be folded."""
    user = named(request.user_name)
    parts = {"moment": tagged("now", today(request.moment))}
    system = filled(request.prompt or prompts.SUMMARISE, parts, {"user": user, "most": str(request.most)})
    fallen = "\n".join(_fallen(one, request.moment) for one in request.fallen)
    data = (tagged("notes", _notes(request.scratchpad) or "none yet"), tagged("messages", fallen))
    return [SystemMessage(system), HumanMessage("\n".join(data))]


def filled(template: str, parts: Mapping[str, str], words: Mapping[str, str]) -> str:
    """The template with its `$names` filled in. People edit templates, so:

    a part that the template does not name is added at its end, a line that names only an empty part goes,
    and a `$` that names nothing stays as it is.
    """
    names = set(Template(template).get_identifiers())
    whole = "\n".join([template.rstrip(), *(f"${name}" for name in parts if name not in names)])
    empty = {mark for name, part in parts.items() if not part for mark in (f"${name}", f"${{{name}}}")}
    kept = "\n".join(line for line in whole.split("\n") if line.strip() not in empty)
    return Template(kept).safe_substitute({**words, **parts}).strip()


def _depth(request: AnswerRequest, user: str) -> str:
    """How deep the attempt looks, and what to do where that is not enough."""
    forget = [Template(prompts.CANNOT_FORGET).safe_substitute(user=user)] if asks_to_forget(request.words) else []
    dated = [prompts.DATED] if any(_day_before(one, request.moment) for one in request.window if one.role == "user") else []
    if request.may_lack:
        nothing = [] if request.deeper or request.memories else [prompts.FOUND_NOTHING]
        in_part = [prompts.IN_PART] if any(one.in_part for one in request.memories) else []
        may_lack = prompts.MAY_LACK if request.deeper else prompts.MAY_STILL_LACK
        return Template("\n".join([request.depth, *nothing, *in_part, *dated, may_lack, *forget])).safe_substitute(user=user)
    lacking = "\n".join(f"- {escape(one_line(what))}" for what in dict.fromkeys(request.lacking)) or "- what would answer the message"
    return "\n".join([Template(prompts.NOT_FOUND).safe_substitute(lacking=lacking), *dated, *forget])


def persona(character: Character) -> str:
    sentences = [f"You are {one_line(character.name)}."]
    if character.description:
        sentences.append(character.description.strip())
    if character.voice:
        sentences.append(f"Your voice: {character.voice.strip()}")
    if character.location:
        sentences.append(f"You are in {one_line(character.location)}.")
    return "\n".join(sentences)


def memory_tag(memory: Memory, request: Remembering, number: int = 0) -> str:
    """A remembered record with its source, numbered where it has a number; a snapshot tells of what was said up to its date."""
    moment, numbered = request.moment, f' n="{number}"' if number else ""
    day = date_in_words(memory.said_at, moment.timezone, moment.locale)
    said = f"{day}, {ago(memory.said_at, moment.now, moment.locale, moment.timezone)}"
    if memory.kind == "snapshot":
        return f'<memory{numbered} by="your notes" said={quoteattr(f"up to {said}")}>{escape(memory.text)}</memory>'
    if memory.planned:
        return f'<memory{numbered} kind="plan" said={quoteattr(said)}>{in_words(memory.planned, moment, request.user_name)}</memory>'
    kind = "" if memory.kind == "turn" else f" kind={quoteattr(memory.kind)}"
    place = f" in={quoteattr(one_line(memory.place))}" if memory.place else ""
    by = f"by={quoteattr(one_line(_speaker(memory, request)))}"
    return f"<memory{numbered} {by}{place} said={quoteattr(said)}{kind}>{escape(memory.text)}</memory>"


def _speaker(memory: Memory, request: Remembering) -> str:
    """Who said it; by name also where an import knew only the role."""
    if memory.kind == "reflection":
        return "your reflection"
    if memory.kind == "fact" and memory.role == "system":
        return "what you noticed"
    if memory.speaker.lower() not in NAMELESS:
        return memory.speaker
    return request.character.name if memory.role == "assistant" else named(request.user_name)


def _sender(said: Utterance) -> str:
    return named(said.speaker) if said.role == "user" else one_line(said.speaker)


def _earlier(request: AnswerRequest) -> str:
    """The user's earlier messages without the answers, each of another day with its date."""
    said = [(_day_before(one, request.moment), one_line(one.text)) for one in request.earlier]
    return "\n".join(f"- [{day}] {escape(text)}" if day else f"- {escape(text)}" for day, text in said)


def _fallen(said: Utterance, moment: Moment) -> str:
    day = date_in_words(said.said_at, moment.timezone, moment.locale)
    return f"<message by={quoteattr(_sender(said))} said={quoteattr(day)}>{escape(said.text)}</message>"


def _as_message(said: Utterance, request: AnswerRequest) -> BaseMessage:
    """A message of the window, verbatim; the user's of another day say which."""
    if said.role == "assistant":
        return AIMessage(said.text)
    if said.role == "system":
        return SystemMessage(said.text)
    day = _day_before(said, request.moment)
    return HumanMessage(f"[{day}] {said.text}" if day else said.text)


def _day_before(said: Utterance, moment: Moment) -> str:
    """The date of a message of another day than today; empty for today's."""
    day, today = (date_in_words(one, moment.timezone, moment.locale) for one in (said.said_at, moment.now))
    return "" if day == today else day


def today(moment: Moment) -> str:
    return f"{date_in_words(moment.now, moment.timezone, moment.locale)}, {clock_in_words(moment.now, moment.timezone, moment.locale)}"


def _notes(notes: Sequence[str]) -> str:
    return "\n".join(f"- {escape(one_line(note))}" for note in notes)


def tagged(tag: str, content: str) -> str:
    return f"<{tag}>\n{content}\n</{tag}>" if content else ""


def tagged_as_data(tag: str, about: str, content: str) -> str:
    return tagged(tag, f"{about}\n{content}" if content else "")


def one_line(text: str) -> str:
    return " ".join(text.split())
