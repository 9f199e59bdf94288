"""Evidence: how far a sentence answers a question, and whether the best of them answers it at all."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.asking_to_forget import asks_to_forget
from models.local.questions import PROPER, Dated, Question, same_person, without_names
from models.local.sentences import content, sentences
from models.local.wide_acts import asks

MOST_EMBEDDED = 12
REPLY_WITHIN = timedelta(minutes=30)
FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|my|mine|me|we|we're|we've|our|ours|us|myself)\b", re.IGNORECASE)
SECOND_PERSON = re.compile(r"\b(?:you|you're|you've|you'll|your|yours)\b", re.IGNORECASE)
NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|hundred|thousand|million|half|"
    r"couple|few|several|once|twice|first|second|third|fourth|fifth|every|daily|weekly|monthly)\b",
    re.IGNORECASE,
)
TIME = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|last|next|ago|this (?:morning|afternoon|evening|week|weekend|month|year)|since|recently|just|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december|"
    r"spring|summer|autumn|fall|winter|christmas|easter|thanksgiving|birthday)\b|\b(?:1[89]|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b|\bMay\b",
    re.IGNORECASE,
)
DURATION = re.compile(r"\b(?:second|minute|hour|day|night|week|month|year|decade)s?\b|\bsince\b|\bold\b", re.IGNORECASE)
KIN = re.compile(
    r"\b(?:mom|mum|mother|dad|father|sister|brother|son|daughter|wife|husband|aunt|uncle|cousin|grand\w+|friend|boss|colleague|coworker|"
    r"teacher|mentor|neighbou?r|partner|girlfriend|boyfriend|family|kids?|teammates?|roommate|doctor)s?\b",
    re.IGNORECASE,
)
OF_KIN = re.compile(rf"^\W*(?:(?:and|but|so|well|oh) )*(?:my|our) (?:[\w-]+ )?{KIN.pattern}(?:['\u2019]s)?", re.IGNORECASE)
PLACE = re.compile(
    r"\b(?:in|at|from|to|near|on|around|through|by) (?:the |a |an |my |our )?[A-Z]|\b(?:park|beach|museum|store|shop|cafe|restaurant|"
    r"school|library|studio|city|town|country|island|lake|mountains?|forest|home|house|gym|shelter|hospital|university|college|center|church)\b"
)
REACTION = re.compile(
    r"^\W*(?:(?:wow|congrat\w*|way to go|great job|good job|nice work|thanks|so (?:cool|cute)|amazing|awesome|gorgeous)\b|"
    r"(?:that|this|it|the|those|these)(?:['’]s)?\b[^.,!]{0,40}\b(?:looks?|sounds?|must (?:be|have)|seems?)\b|(?:looks?|sounds?)\b)",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[\"“][^\"”]{2,60}[\"”]")
REASON = re.compile(
    r"\b(?:because|since|so that|inspired|reason|due to|thanks to|after|wanted to|want to|in order|helps?|makes? me|made me|as it|love)\b",
    re.IGNORECASE,
)

Floats = NDArray[np.float32]


class Embeds(Protocol):
    """What evidence needs of an embedder."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...

    def embed_query(self, text: str) -> list[float]: ...


@dataclass(frozen=True)
class Source:
    """A message that may be quoted.

    Attributes:
        id: The memory's id, or an empty string where the message is no memory.
        score: Between 0 and 1 within its recall.
        similarity: The cosine of its best piece with the question.
    """

    id: str
    text: str
    speaker: str
    role: str
    said_at: datetime | None
    score: float
    similarity: float


@dataclass(frozen=True)
class Passage:
    """A sentence of a source. `context` is all of its source's words, `asked` those of a question that another speaker put just before."""

    text: str
    place: int
    source: Source
    stems: tuple[str, ...]
    context: frozenset[str]
    asked: frozenset[str]


@dataclass(frozen=True)
class Evidence:
    """A passage with how far it answers. `score` orders; `signals` say what it is made of."""

    passage: Passage
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)


def passages_of(sources: Sequence[Source]) -> list[Passage]:
    """Every sentence of the sources that neither asks nor wants something forgotten. Sources come in chronological order."""
    found: list[Passage] = []
    for number, source in enumerate(sources):
        parts = sentences(source.text)
        context = frozenset(content(source.text))
        asked = _asked_before(sources[number - 1], source) if number else frozenset()
        for place, part in enumerate(parts):
            if not (asks(part) or asks_to_forget(part)):
                found.append(Passage(part, place, source, tuple(content(part)), context, asked))
    return found


def _asked_before(before: Source, source: Source) -> frozenset[str]:
    """The words of the question that this source replies to, if it does."""
    if before.said_at is None or source.said_at is None or source.said_at - before.said_at > REPLY_WITHIN:
        return frozenset()
    if (before.speaker, before.role) == (source.speaker, source.role):
        return frozenset()
    return frozenset(stem for part in sentences(before.text) if asks(part) for stem in content(part))


def weigh(question: Question, sources: Sequence[Source], embedder: Embeds, weights: Mapping[str, float]) -> list[Evidence]:
    """The sentences that may answer the question, best first. At most MOST_EMBEDDED of them are embedded."""
    passages = passages_of(sources)
    if not passages:
        return []
    rare = rarity(passages)
    rough = [cheap_signals(question, passage, rare) for passage in passages]
    order = promising(rough, weights)
    chosen = [passages[at] for at in order]
    cosines = similarities(question, chosen, embedder)
    newness = ages([passage.source.said_at for passage in chosen])
    found = [
        Evidence(passage, 0.0, rough[at] | {"cosine": cosine, "newness": new} | wanting(question, new))
        for at, passage, cosine, new in zip(order, chosen, cosines, newness, strict=True)
    ]
    scored = [replace(evidence, score=linear(evidence.signals, weights)) for evidence in found]
    return sorted(scored, key=lambda evidence: -evidence.score)


def promising(rough: Sequence[Mapping[str, float]], weights: Mapping[str, float]) -> list[int]:
    """Which MOST_EMBEDDED are worth embedding: half of them the best, the others the best whoever they are about, so that it is seen
    where a question takes one person for another."""
    best = sorted(range(len(rough)), key=lambda at: -linear(rough[at], weights))
    anybody = dict(weights) | {"person": 0.0}
    about_anybody = sorted(best[MOST_EMBEDDED // 2 :], key=lambda at: -linear(rough[at], anybody))
    return best[: MOST_EMBEDDED // 2] + about_anybody[: MOST_EMBEDDED - MOST_EMBEDDED // 2]


def linear(signals: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted sum of the signals that have a weight."""
    return sum(weights.get(name, 0.0) * value for name, value in signals.items())


def rarity(passages: Sequence[Passage]) -> dict[str, float]:
    """How telling each stem is: ln(1 + passages / passages that have it); the key "" is for stems that none has."""
    counts = Counter(stem for passage in passages for stem in set(passage.stems))
    rare = {stem: math.log(1 + len(passages) / count) for stem, count in counts.items()}
    return rare | {"": math.log(1 + 2 * len(passages))}


def coverage(wanted: Sequence[str], had: frozenset[str], rare: Mapping[str, float]) -> float:
    """The share of the wanted stems that are there, weighted by rarity, between 0 and 1."""
    weight = {stem: rare.get(stem, rare[""]) for stem in wanted}
    total = sum(weight.values())
    return sum(value for stem, value in weight.items() if stem in had) / total if total else 0.0


def cheap_signals(question: Question, passage: Passage, rare: Mapping[str, float]) -> dict[str, float]:
    """Every signal that needs no embedding."""
    had = frozenset(passage.stems)
    new = [stem for stem in passage.stems if stem not in question.content]
    return {
        "overlap": coverage(question.content, had, rare),
        "context": coverage(question.content, passage.context | passage.asked, rare),
        "asked": coverage(question.content, passage.asked, rare),
        "names": _names_found(question, passage),
        "kind": kind_fits(question, passage.text),
        "person": person_fits(question, passage),
        "recall": passage.source.score,
        "memory": passage.source.similarity,
        "dated": date_fits(question.dated, passage.source.said_at),
        "specific": float(question.wanted == "thing" and _says_a_name(question, passage.text)),
        "news": min(len(new), 6) / 6,
        "length": min(len(passage.stems), 20) / 20,
    }


def _names_found(question: Question, passage: Passage) -> float:
    """The share of the question's names and numbers that the passage's source or what it replies to has; 1 where it has none."""
    if not question.names:
        return 1.0
    return len(question.names & (passage.context | passage.asked)) / len(question.names)


def _says_a_name(question: Question, text: str) -> bool:
    """Whether the sentence has a title in quotes, or a proper name that the question does not have."""
    asked = question.text.lower()
    return QUOTED.search(text) is not None or any(
        name.lower() not in asked for name in PROPER.findall(without_names(text, question.people))
    )


def date_fits(dated: Dated | None, said_at: datetime | None) -> float:
    """How close something was said to the date that a question names: 1 on the day to ten days after it, 0.5 in the month, else 0."""
    if dated is None or said_at is None:
        return 0.0
    said_at = said_at.astimezone(dated.zone)
    if dated.year and dated.year != said_at.year:
        return 0.0
    if not dated.month:
        return 0.2
    if not dated.day:
        return 0.5 if dated.month == said_at.month else 0.0
    days = said_at.timetuple().tm_yday - 30.44 * (dated.month - 1) - dated.day
    return 1.0 if -2 <= days <= 10 else (0.5 if dated.month == said_at.month else 0.0)


def is_on(dated: Dated, said_at: datetime) -> float:
    """1 where something was said on the very day that a question names, else 0."""
    said_at = said_at.astimezone(dated.zone)
    return float(not dated.about and (said_at.year, said_at.month, said_at.day) == (dated.year, dated.month, dated.day))


def kind_fits(question: Question, text: str) -> float:
    """1 where the sentence holds an answer of the kind that is wanted, 0 where not, one half where any would do."""
    match question.wanted:
        case "time":
            return float(TIME.search(text) is not None)
        case "duration":
            return float(DURATION.search(text) is not None and NUMBER.search(text) is not None)
        case "number":
            return float(NUMBER.search(text) is not None)
        case "person":
            return float(KIN.search(text) is not None or PROPER.search(text) is not None)
        case "place":
            return float(PLACE.search(text) is not None)
        case "reason":
            return float(REASON.search(text) is not None)
        case _:
            return 0.5


def person_fits(question: Question, passage: Passage) -> float:
    """Between -1 and 1: whether the sentence is about whom the question asks about, by who speaks and of whom."""
    text, source = passage.text, passage.source
    if question.subject == "user" and question.wanted != "person" and tells_of_kin(question, text):
        return -0.5
    own, other = FIRST_PERSON.search(text) is not None, SECOND_PERSON.search(text) is not None
    match question.subject:
        case "user":
            about = source.role == "user"
        case "assistant":
            return 1.0 if source.role == "assistant" else -0.5
        case "named":
            about = any(same_person(source.speaker, name) for name in question.people[:1]) or _pair(question, source)
            if not about and _told_of(question.people[0], text):
                return 0.8
        case _:
            return 0.0
    if about and own:
        return 1.0
    if about:
        return -0.5 if other or REACTION.search(text) else 0.8
    return 0.4 if other and not own else (-1.0 if own else -0.6)


def tells_of_kin(question: Question, text: str) -> bool:
    """Whether the sentence is about somebody of the speaker's, "my friend Joe" or "my dad", of whom the question does not ask."""
    found = OF_KIN.match(text)
    return found is not None and set(question.content).isdisjoint(content(found[0])) and FIRST_PERSON.search(text, found.end()) is None


def _pair(question: Question, source: Source) -> bool:
    """Whether the question is about two people together, and the source is by one of them."""
    if not re.search(r"\band\b|\bboth\b", question.text):
        return False
    return any(same_person(source.speaker, name) for name in question.people[:2])


def _told_of(name: str, text: str) -> bool:
    """Whether the sentence speaks of the person rather than to them: the name stands between other words, without a comma."""
    return re.search(rf"(?<![,!.])(?<!^)\s{re.escape(name.split()[0])}(?:['’]s)?\s+[a-z]", text) is not None


def similarities(question: Question, passages: Sequence[Passage], embedder: Embeds) -> list[float]:
    """The cosine of each passage with the question, both without the names of whom they address."""
    query = np.asarray(embedder.embed_query(question.plain or question.text), dtype=np.float32)
    texts = [without_names(passage.text, question.people) or passage.text for passage in passages]
    vectors = np.asarray(embedder.embed_documents(texts), dtype=np.float32)
    return [float(value) for value in vectors @ query]


def ages(moments: Sequence[datetime | None]) -> list[float]:
    """Each moment's place between the oldest (0) and the newest (1), by rank; one half where there is no moment."""
    known = sorted({moment for moment in moments if moment is not None})
    span = max(len(known) - 1, 1)
    return [0.5 if moment is None or len(known) < 2 else known.index(moment) / span for moment in moments]


def wanting(question: Question, newness: float) -> dict[str, float]:
    """Newness where the present state is asked for, and oldness where the first is."""
    return {"newest": newness if question.newest else 0.0, "oldest": 1 - newness if question.oldest else 0.0}
