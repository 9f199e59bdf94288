"""What a chat model gets to read when it looks back: memories to rate, to ask about, to infer from, and claims to verify."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from models import prompts
from models.briefing import Remembering, filled, memory_tag, one_line, persona, tagged, today
from models.mind import AskRequest, Claim, InferRequest, Memory, RateRequest, VerifyRequest, named

OWN_WORDS = 120  # letters of what the character said that a question is asked by


def rate_messages(request: RateRequest) -> list[BaseMessage]:
    """The system prompt of a rating, and the memories to be rated."""
    return briefed(
        request,
        request.prompt or prompts.RATE,
        {"me": one_line(request.character.name)},
        tagged("memories", numbered(request.memories, request)),
    )


def ask_messages(request: AskRequest) -> list[BaseMessage]:
    """The system prompt of looking back, and the latest memories."""
    memories = "\n".join(memory_tag(in_short(one), request) for one in request.memories)
    return as_itself(request, request.prompt or prompts.ASK, request.most, tagged("memories", memories))


def infer_messages(request: InferRequest) -> list[BaseMessage]:
    """The system prompt of drawing insights, the question, and the numbered evidence."""
    data = f"{tagged('question', escape(request.question))}\n{tagged('evidence', numbered(request.evidence, request))}"
    return as_itself(request, request.prompt or prompts.INFER, request.most, data)


def verify_messages(request: VerifyRequest) -> list[BaseMessage]:
    """The system prompt of verifying, and each claim with the evidence it cites."""
    claims = "\n".join(_claim(number, one, request) for number, one in enumerate(request.claims, start=1))
    return briefed(request, request.prompt or prompts.VERIFY, {"me": one_line(request.character.name)}, claims)


def in_short(memory: Memory) -> Memory:
    """A memory, cut where the character said it: its advice tells little of the user, and is long."""
    long = memory.role == "assistant" and memory.kind == "turn" and len(memory.text) > OWN_WORDS
    return replace(memory, text=f"{memory.text[:OWN_WORDS].rsplit(' ', 1)[0]} …") if long else memory


def as_itself(request: Remembering, template: str, most: int, data: str) -> list[BaseMessage]:
    """A prompt for the character that looks back, and the data that it speaks of; at most so many answers are wanted."""
    return briefed(request, template, {"most": str(most)}, data, {"character": persona(request.character)})


def briefed(
    request: Remembering, template: str, words: Mapping[str, str], data: str, parts: Mapping[str, str] | None = None
) -> list[BaseMessage]:
    """A system prompt with its names filled in, and the data that it speaks of."""
    told = {**(parts or {}), "moment": tagged("now", today(request.moment))}
    return [SystemMessage(filled(template, told, {"user": named(request.user_name), **words})), HumanMessage(data)]


def numbered(memories: Sequence[Memory], request: Remembering) -> str:
    """Memories, counted from 1."""
    return "\n".join(memory_tag(one, request, number) for number, one in enumerate(memories, start=1))


def _claim(number: int, claim: Claim, request: VerifyRequest) -> str:
    evidence = "\n".join(memory_tag(one, request) for one in claim.evidence)
    return f'<claim n="{number}" says={quoteattr(one_line(claim.text))}>\n{evidence}\n</claim>'
