"""Looking back without a language model: what keeps coming back is counted and quoted, and claims are checked word by word."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from models.life_threads.texts import NO_PERSON
from models.life_threads.weaving import LifeThread, life_threads
from models.local import wording
from models.local.evidence import Embeds
from models.local.highlights import salience, short
from models.local.questions import PROPER
from models.local.sentences import sentences, words
from models.local.wide_acts import asks
from models.mind import AskRequest, Claim, InferRequest, Insight, Memory, Moment, Verdict, VerifyRequest
from models.times import date_in_words
from stores.record import MemoryRecord

ASKED_ABOUT = re.compile("“(.+)”")
NUMBER = re.compile(r"\d+")
LEAST_SIMILAR = 0.3  # the cosine below which a claim is about something else than what it cites


def questions(request: AskRequest) -> list[str]:
    """What came up about the people, places and themes that come back most."""
    telling = [one for one in request.memories if tells(one)]
    threads = life_threads(as_records(telling), (request.user_name, request.character.name))
    return [wording.WHAT_CAME_UP.format(name=one.name) for one in threads[: request.most]]


def insights(request: InferRequest) -> list[Insight]:
    """How often what is asked about came up, since when, and what was said of it first and last."""
    asked = ASKED_ABOUT.search(request.question)
    said = [one for one in request.evidence if said_by_people(one, request.character.name) and tells(one)]
    threads = life_threads(as_records(said), (request.user_name, request.character.name))
    return [counted(one, request) for one in threads if asked and one.name.casefold() == asked[1].casefold()]


def said_by_people(memory: Memory, character: str) -> bool:
    """Whether somebody said it: neither the character nor another assistant, and no insight."""
    if memory.kind == "reflection" or memory.speaker == character:
        return False
    return memory.role == "user" or memory.speaker.casefold() not in NO_PERSON


def tells(memory: Memory) -> bool:
    """Whether a memory tells anything, and does not only ask."""
    return not all(asks(part) for part in sentences(memory.text))


def counted(thread: LifeThread, request: InferRequest) -> Insight:
    """A thread as an insight that cites all of it."""
    numbers = [at for at, one in enumerate(request.evidence, start=1) if one.id in thread.ids]
    cited = [request.evidence[number - 1] for number in numbers]
    zone = request.moment.timezone
    text = wording.CAME_UP.format(
        name=thread.name,
        count=len(numbers),
        since=date_in_words(cited[0].said_at, zone),
        last=date_in_words(cited[-1].said_at, zone),
        first_words=quoted(cited[0], thread.name),
        last_words=quoted(cited[-1], thread.name),
    )
    return Insight(text, numbers, about=thread.name.casefold())


def quoted(memory: Memory, name: str) -> str:
    """The most telling sentence of a memory that names the thread, or else its most telling one."""
    parts = sentences(memory.text)
    naming = [part for part in parts if name in part or set(words(name)) & set(words(part))]
    best = max(naming or parts, key=lambda part: (not asks(part), salience(part)), default=memory.text)
    return short(best)


def verdicts(request: VerifyRequest, embedder: Embeds) -> list[Verdict]:
    """Whether each claim is like something that it cites, and whether its names and numbers stand there."""
    return [Verdict(not why, why) for why in (why_not(one, request, embedder) for one in request.claims)]


def why_not(claim: Claim, request: VerifyRequest, embedder: Embeds) -> str:
    """What in a claim is not borne out, or an empty string."""
    if not claim.evidence:
        return "nothing that it cites is there"
    known = " ".join((*told(claim, request.moment), request.user_name, request.character.name))
    there = {*bare(known), *NUMBER.findall(known)}
    strange = [one for one in (*PROPER.findall(claim.text), *NUMBER.findall(claim.text)) if not there.issuperset(bare(one))]
    if strange:
        return f"{', '.join(dict.fromkeys(strange))}: not in what it cites"
    vectors = np.asarray(embedder.embed_documents([claim.text, *(one.text for one in claim.evidence)]))
    return "" if float((vectors[1:] @ vectors[0]).max()) >= LEAST_SIMILAR else "it is about something else than what it cites"


def bare(text: str) -> Iterator[str]:
    """The words of a text; whose something is, is named all the same: "Mira's dog" names Mira."""
    return (word.removesuffix("'s") for word in words(text))


def told(claim: Claim, moment: Moment) -> Iterator[str]:
    """All that a claim may rest on: what was said, by whom and when, and how much of it there is."""
    yield str(len(claim.evidence))
    yield wording.CAME_UP
    for one in claim.evidence:
        yield from (one.speaker, one.text, one.place, date_in_words(one.said_at, moment.timezone))


def as_records(memories: Sequence[Memory]) -> list[MemoryRecord]:
    """Memories in the form that threads are woven of."""
    return [
        MemoryRecord(
            id=one.id,
            user_id="user",
            character_id="mneme",
            kind="turn" if one.kind == "turn" else "fact",
            text=one.text,
            speaker=one.speaker,
            role="assistant" if one.role == "assistant" else "user",
            said_at=one.said_at,
            created_at=one.said_at,
        )
        for one in memories
        if one.kind != "reflection"
    ]
