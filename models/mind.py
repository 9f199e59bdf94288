"""Mind: whatever judges language for Mneme, one typed method a judgement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from models.commitments.commitment import Commitment
from models.planning.day import Span, Stroke
from stores.plans import PlanItem
from stores.record import Origin

MindName = Literal["local", "chat"]
Layer = Literal[0, 1, 2]


@dataclass(frozen=True)
class Character:
    """Who answers. `id` never changes; the rest may, in mid-conversation."""

    id: str
    name: str = "Mneme"
    description: str = ""
    voice: str = ""
    location: str = ""


@dataclass(frozen=True)
class Utterance:
    """A message of the window, verbatim. `record_id` is the memory of it, or an empty string; `origin` whether it only repeats."""

    speaker: str
    role: Literal["user", "assistant", "system"]
    text: str
    said_at: datetime
    record_id: str = ""
    origin: Origin = "said"


SOMEBODY = "the user"
NAMELESS = ("", "user", "assistant", "me")  # what stands for a name where none is known; `me` is whom the command line talks with


def named(name: str) -> str:
    """A user's name as a model is to read it: `the user` where none is known."""
    written = " ".join(name.split())
    return SOMEBODY if written.lower() in NAMELESS else written


@dataclass(frozen=True)
class Memory:
    """One recalled record, as the answerer sees it. `score` is between 0 and 1 within its recall; `similarity` is the plain cosine.

    `planned` says when it is, where the record tells of a plan item; `in_part` that `text` is an excerpt of what was said.
    """

    id: str
    text: str
    speaker: str
    role: str
    kind: str
    said_at: datetime
    score: float
    similarity: float
    place: str = ""
    planned: PlanItem | None = None
    in_part: bool = False


@dataclass(frozen=True)
class Moment:
    """Where the turn stands in time. `since_*` moments are None where there is none yet."""

    now: datetime
    timezone: str = "UTC"
    locale: str = "en"
    last_turn_at: datetime | None = None
    session_began_at: datetime | None = None
    last_session_ended_at: datetime | None = None


@dataclass(frozen=True)
class ClassifyRequest:
    """What a turn needs is told from its words, the window before it, and whether there are notes."""

    words: str
    window: Sequence[Utterance]
    has_notes: bool
    moment: Moment
    user_name: str = ""
    prompt: str = ""


@dataclass(frozen=True)
class AnswerRequest:
    """What an answer is made from.

    Attributes:
        words: What the user just said.
        user_name: The user's name, or an empty string.
        depth: Where on the ladder this attempt stands, in a sentence.
        deeper: Whether there is more that it was not shown.
        earlier: The user's messages before `words`, oldest first, where they are shown without the answers to them.
        window: The messages before `words`, oldest first.
        scratchpad: The running notes.
        snapshot_id: The memory that the notes are kept as, or an empty string.
        memories: Recalled records in chronological order.
        agenda: What is coming up, or has just passed, in the order of time.
        lacking: What earlier attempts said they lacked, oldest first.
        may_lack: Whether the answer may still be that context is insufficient. False once every layer was tried.
        prompt: The system prompt's template, or an empty string for the default.
    """

    words: str
    character: Character
    moment: Moment
    user_name: str = ""
    depth: str = ""
    deeper: bool = False
    earlier: Sequence[Utterance] = ()
    window: Sequence[Utterance] = ()
    scratchpad: Sequence[str] = ()
    snapshot_id: str = ""
    memories: Sequence[Memory] = ()
    agenda: Sequence[PlanItem] = ()
    lacking: Sequence[str] = ()
    may_lack: bool = True
    prompt: str = ""


@dataclass(frozen=True)
class Tokens:
    """Tokens that the model endpoint says it read and wrote."""

    input: int = 0
    output: int = 0

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(self.input + other.input, self.output + other.output)


@dataclass(frozen=True)
class LayerChoice:
    """What a turn needs to be answered: nothing remembered (0), the window and the notes (1), recalled memories (2).

    Attributes:
        probability: How probable it is that the turn needs this layer.
        memory: How probable it is that it needs layer 2.
        reason: Why, in words.
        probe: Whether memory is to be searched in any case, for the read gate can tell whether what is found helps.
    """

    layer: Layer
    probability: float
    memory: float
    reason: str
    probe: bool = False
    tokens: Tokens = field(default_factory=Tokens)


@dataclass(frozen=True)
class Answer:
    """Either an answer (`text`), or what is lacking to give one (`lacking`); never both.

    Attributes:
        not_known: The text says that the answer is not known.
        used: Ids of the memories that the answer rests on, recalled or of the window and the notes, where the mind can tell.
        origin: `recalled` where the text repeats memories, `notice` where it only tells of Mneme itself, else `said`.
        message_id: The id under which the text was streamed, or an empty string.
    """

    text: str = ""
    lacking: str = ""
    not_known: bool = False
    used: Sequence[str] = ()
    origin: Origin = "said"
    tokens: Tokens = field(default_factory=Tokens)
    message_id: str = ""


@dataclass(frozen=True)
class SummariseRequest:
    """Fold `fallen`, the messages that leave the window, into the notes of `scratchpad`; keep at most `most` notes."""

    fallen: Sequence[Utterance]
    scratchpad: Sequence[str]
    moment: Moment
    user_name: str = ""
    most: int = 12
    prompt: str = ""


@dataclass(frozen=True)
class Scratchpad:
    """The notes after folding, one highlight each."""

    notes: Sequence[str]
    tokens: Tokens = field(default_factory=Tokens)


@dataclass(frozen=True)
class RateRequest:
    """Rate each of these memories from 1 to 10."""

    memories: Sequence[Memory]
    character: Character
    moment: Moment
    user_name: str = ""
    prompt: str = ""


@dataclass(frozen=True)
class Ratings:
    """One rating a memory, in their order."""

    ratings: Sequence[float]
    tokens: Tokens = field(default_factory=Tokens)


@dataclass(frozen=True)
class AskRequest:
    """Ask at most `most` salient questions that the memories, oldest first, can answer."""

    memories: Sequence[Memory]
    character: Character
    moment: Moment
    user_name: str = ""
    most: int = 3
    prompt: str = ""


@dataclass(frozen=True)
class Questions:
    """Questions, the most salient first."""

    questions: Sequence[str]
    tokens: Tokens = field(default_factory=Tokens)


@dataclass(frozen=True)
class InferRequest:
    """Draw at most `most` insights that bear on the question from the evidence, oldest first."""

    question: str
    evidence: Sequence[Memory]
    character: Character
    moment: Moment
    user_name: str = ""
    most: int = 5
    prompt: str = ""


@dataclass(frozen=True)
class Insight:
    """What was inferred, and the numbers of the evidence it cites, counted from 1; they may be wrong.

    Attributes:
        about: What an extractive insight counts: the next one about it takes its place. Empty where a model drew it.
    """

    text: str
    cites: Sequence[int]
    about: str = ""


@dataclass(frozen=True)
class Insights:
    """Insights, in the order in which they were drawn."""

    insights: Sequence[Insight]
    tokens: Tokens = field(default_factory=Tokens)


@dataclass(frozen=True)
class Claim:
    """An insight, and the memories it cites."""

    text: str
    evidence: Sequence[Memory]


@dataclass(frozen=True)
class VerifyRequest:
    """Say of each claim whether the evidence it cites bears it out."""

    claims: Sequence[Claim]
    character: Character
    moment: Moment
    user_name: str = ""
    prompt: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether a claim is borne out, and if not, what in it is not."""

    holds: bool
    why: str = ""


@dataclass(frozen=True)
class Verdicts:
    """One verdict a claim, in their order."""

    verdicts: Sequence[Verdict]
    tokens: Tokens = field(default_factory=Tokens)


@dataclass(frozen=True)
class NoticeRequest:
    """Name the commitments in what was `said`, oldest first; `upcoming` is what is planned already."""

    said: Sequence[Memory]
    upcoming: Sequence[PlanItem]
    character: Character
    moment: Moment
    user_name: str = ""
    prompt: str = ""


@dataclass(frozen=True)
class Noticed:
    """A commitment, the number of the memory that tells of it, and of the upcoming item that it changes; both counted from 1.

    Attributes:
        about: 0 where it changes none.
    """

    commitment: Commitment
    said: int
    about: int = 0


@dataclass(frozen=True)
class Commitments:
    """What was noticed, in the order in which it was said."""

    noticed: Sequence[Noticed]
    tokens: Tokens = field(default_factory=Tokens)


@dataclass(frozen=True)
class OutlineRequest:
    """Outline a stretch of a day in a few strokes (Park et al. 2023, section 4.3).

    Attributes:
        span: What is to be planned, to the end of the day.
        fixed: The commitments in it, which stand.
        past: What was done of this day already.
        ahead: What was planned for the time before something happened.
        yesterday: The strokes of the day before.
        memories: What memory has to say to it, oldest first.
        because: What happened, so that the rest of the day is planned anew; empty for a new day.
    """

    span: Span
    fixed: Sequence[PlanItem]
    past: Sequence[Stroke]
    ahead: Sequence[Stroke]
    yesterday: Sequence[Stroke]
    memories: Sequence[Memory]
    character: Character
    moment: Moment
    because: str = ""
    user_name: str = ""
    most: int = 8
    prompt: str = ""


@dataclass(frozen=True)
class BreakDownRequest:
    """Break one thing in a plan into parts of `least` to `most` minutes; `day` is the plan that it stands in."""

    whole: Stroke
    least: int
    most: int
    day: Sequence[Stroke]
    character: Character
    moment: Moment
    user_name: str = ""
    prompt: str = ""


@dataclass(frozen=True)
class Strokes:
    """What is proposed, as it was proposed; `left_out` says what a mind that invents nothing did not do."""

    strokes: Sequence[Stroke]
    left_out: str = ""
    tokens: Tokens = field(default_factory=Tokens)


@dataclass(frozen=True)
class ReactRequest:
    """Something happened: does the plan go on, or is the rest of the day planned anew?

    Attributes:
        event: What was observed or said.
        plan: The strokes from the one under way on.
    """

    event: str
    plan: Sequence[Stroke]
    memories: Sequence[Memory]
    character: Character
    moment: Moment
    user_name: str = ""
    prompt: str = ""


@dataclass(frozen=True)
class Reaction:
    """Whether the plan is changed, and what for."""

    reacts: bool
    why: str = ""
    tokens: Tokens = field(default_factory=Tokens)


@dataclass(frozen=True)
class GreetRequest:
    """Somebody is here: speak to them, or go on?

    Attributes:
        seen: Who is here, where, and what they do.
        news: What the character knows and the other, as far as it can tell, does not, oldest first.
        memories: What it remembers of the other, oldest first.
        plan: Its strokes from the one under way on.
        user_name: What the other is called.
    """

    seen: str
    news: Sequence[Memory]
    memories: Sequence[Memory]
    plan: Sequence[Stroke]
    character: Character
    moment: Moment
    user_name: str = ""
    prompt: str = ""


@dataclass(frozen=True)
class Greeting:
    """Whether the character speaks, with which words, and the numbers of the news in them, counted from 1; they may be wrong."""

    talks: bool
    words: str = ""
    why: str = ""
    tells: Sequence[int] = ()
    tokens: Tokens = field(default_factory=Tokens)


class Mind(Protocol):
    """Judges language.

    Raises:
        ModelError: From any method, where a model was asked and gave nothing usable. Never an invented value.
    """

    @property
    def name(self) -> MindName: ...

    @property
    def model(self) -> str: ...

    def classify(self, request: ClassifyRequest) -> LayerChoice: ...

    def answer(self, request: AnswerRequest) -> Answer: ...

    def summarise(self, request: SummariseRequest) -> Scratchpad: ...

    def rate(self, request: RateRequest) -> Ratings: ...

    def ask(self, request: AskRequest) -> Questions: ...

    def infer(self, request: InferRequest) -> Insights: ...

    def verify(self, request: VerifyRequest) -> Verdicts: ...

    def notice(self, request: NoticeRequest) -> Commitments: ...

    def outline(self, request: OutlineRequest) -> Strokes: ...

    def break_down(self, request: BreakDownRequest) -> Strokes: ...

    def react(self, request: ReactRequest) -> Reaction: ...

    def greet(self, request: GreetRequest) -> Greeting: ...
