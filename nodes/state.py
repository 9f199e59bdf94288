"""What a turn carries from node to node: plain values only, so that any checkpointer can keep them."""

from typing import Annotated, Any, NotRequired, TypeVar, cast

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict  # on Python 3.11 pydantic makes no schema of typing.TypedDict

Layer = float  # 0, 1 and 2, and what stands between (nodes/ladder.py)
Number = TypeVar("Number", int, float)

GROWING = {"stored", "prompts", "degraded", "dropped"}  # fields of a turn, or a reflection, to which its steps add
COUNTED = {"tokens", "milliseconds"}


class Session(TypedDict):
    """A stretch of talk of one user without a long pause. Moments are ISO 8601 in UTC; empty where there is none."""

    id: str
    user_id: str
    began_at: str
    last_turn_at: str
    previous_ended_at: str


class Turn(TypedDict, total=False):
    """What belongs to one turn alone.

    Attributes:
        id: The message that began it.
        character: Who answers it, with the attributes it had when the turn began.
        refused: Why the run after it was not heard; not there where there was no such run. All else is as that run found it.
        listens: Whether the character only hears what was said, and answers nothing.
        layer_probability: That of the layer chosen; `needs_memory` is that of layer 2.
        probe: Whether memory is searched also where the turn does not begin at layer 2; what the read gate lets through takes it there.
        layers_tried: One entry an attempt; `lacking` is what the attempts lacked.
        recalled: The memories taken, best first.
        recall: All candidates, explained; how probably the turn needs them (`helps`), whether none is shown (`shut`), and the tokens of
            those `kept_back` that always recalling would show.
        fallen: The ids of messages that left the window; `noted_until` is when the last of them was said, where the notes changed.
        degraded: What failed without ending the turn.
        stored: What became of each write.
        unreflected: The importance that has added up since the last reflection; once it is enough for one, no more is added up.
        reflection_due: Whether that is enough for a reflection; `reflects_now` is whether it follows at once, or else in a run of its own.
        unrated: How many of those memories the mind is yet to rate, where it is to.
        agenda: What is coming up, or has just passed, as plain values of plan items.
        observation: What was observed, where something was; where `words` is empty, that alone. `observation_id` is its id in the thread.
        planning_due: Whether there is something to plan; `plans_now` is whether it is planned at once, or else in a run of its own.
        tokens: As the model's endpoint counted them.
        prompts: One entry an attempt: its `layer`, and the tokens of the `prompt` and of `window`, `notes` and `memories` in it.
        instead: The tokens of the prompt, had it shown the whole thread, or memories in any case.
        counted_by: The tokenizer that `prompts` and `instead` are counted by, or `estimate`.
    """

    id: str
    refused: dict[str, str]
    words: str
    listens: bool
    now: str
    character: dict[str, str]
    mind: str
    model: str
    layer: Layer
    layer_reason: str
    layer_probability: float
    needs_memory: float
    probe: bool
    layers_tried: list[Layer]
    lacking: list[str]
    searched_everything: bool
    answer: str
    not_known: bool
    used: list[str]
    recall: dict[str, Any]
    recalled: list[dict[str, Any]]
    fallen: list[str]
    noted_until: str
    degraded: list[str]
    stored: list[dict[str, str]]
    unreflected: float
    reflection_due: bool
    reflects_now: bool
    unrated: int
    tokens: dict[str, int]
    counted_by: str
    prompts: list[dict[str, float]]
    instead: dict[str, int]
    agenda: list[dict[str, Any]]
    observation: str
    observation_id: str
    planning_due: bool
    plans_now: bool
    milliseconds: dict[str, float]


class DrawnInsight(TypedDict):
    """An insight as it was drawn: the question it bears on, and the ids of the records it cites; `about` as the mind said it."""

    text: str
    question: str
    cites: list[str]
    about: str


class Reflection(TypedDict, total=False):
    """What belongs to one reflection.

    Attributes:
        id: What it is known by; the same while the same reflection is due, also for two runs beside each other, which `run` tells apart.
        importance: What had added up.
        due: Whether that was enough, or it was asked for in any case. Where it was not, nothing else is there.
        mind: Who reflects; `model` with which model.
        after: The number of the last reflection before it in the journal.
        questions: What it asks itself.
        evidence: What was recalled for each question, oldest first; once the insights are kept, only the ids.
        drawn: The insights that cite what they were shown; once they are verified, those that hold.
        dropped: Those that are not kept, and why.
        kept: The ids of the records that hold the insights.
        strengthened: The ids of earlier insights that were drawn again.
        failed: What ended it before anything was kept.
    """

    id: str
    run: str
    began_at: str
    importance: float
    due: bool
    mind: str
    model: str
    after: int
    questions: list[str]
    evidence: list[list[dict[str, Any]]]
    drawn: list[DrawnInsight]
    dropped: list[dict[str, str]]
    kept: list[str]
    strengthened: list[str]
    failed: str
    tokens: dict[str, int]
    milliseconds: dict[str, float]


class HeardCommitment(TypedDict):
    """A commitment that was heard: the plan item as plain values, the record that tells of it, and the item that it changes, if any."""

    item: dict[str, Any]
    source: str
    change: str
    about: str


class Planning(TypedDict, total=False):
    """What belongs to one run of planning. Plan items are plain values.

    Attributes:
        id: What it is known by; the same while the same is due, also for two runs beside each other, which `run` tells apart.
        due: Whether there is anything to plan. Where there is not, nothing else is there.
        after: Up to which number in the journal was planned before; `until` is up to which it is now.
        said: The ids of what was said since and tells a time.
        missing: Whether the day has no plan yet that reaches beyond now.
        unbroken: Whether what is done now is not broken down yet.
        event: What happened since, where it may break the plan; `happened` holds the ids of the memories that tell of it.
        heard: The commitments that were heard.
        reacts: Whether the rest of the day is planned anew; `why` says why, or why not.
        day: The whole plan of the day in strokes, where it was planned.
        parts: What the stroke under way is broken into.
        shown: The memories that the mind was shown to plan the day by, also of what happened, and may have put into words of its own.
        left_out: What a mind that invents nothing did not plan.
        kept: The ids of the records that hold what is planned.
        failed: What ended it before anything was kept.
    """

    id: str
    run: str
    began_at: str
    due: bool
    mind: str
    model: str
    after: int
    until: int
    said: list[str]
    missing: bool
    unbroken: bool
    event: str
    happened: list[str]
    heard: list[HeardCommitment]
    reacts: bool
    why: str
    day: list[dict[str, Any]]
    parts: list[dict[str, Any]]
    left_out: str
    shown: list[str]
    kept: list[str]
    failed: str
    tokens: dict[str, int]
    milliseconds: dict[str, float]


Stage = TypeVar("Stage", Turn, Reflection, Planning)


def merged(old: Stage | None, new: Stage) -> Stage:
    """An update with an id begins anew and replaces the old value whole; any other is merged: lists grow, counts are added."""
    if old is None or "id" in new:
        return new
    return cast(Stage, grown(dict(old), dict(new)))


def grown(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The old fields with the new ones."""
    both = {**old, **new}
    for name in GROWING & new.keys():
        both[name] = [*old.get(name, []), *new[name]]
    for name in COUNTED & new.keys():
        both[name] = added(old.get(name, {}), new[name])
    return both


def added(left: dict[str, Number], right: dict[str, Number]) -> dict[str, Number]:
    """The sum of two tables, key by key."""
    return {**left, **{key: left[key] + value if key in left else value for key, value in right.items()}}


class TurnInput(TypedDict):
    """What a run is given: the user's message, or what was observed, or both."""

    messages: NotRequired[Annotated[list[AnyMessage], add_messages]]
    observation: NotRequired[str]


class TurnState(TypedDict):
    """A thread's state.

    `messages` are those of the window, `lineage` tells which messages of the thread are stored (nodes/lineage.py), and `said_tokens` how
    many tokens those are.
    """

    messages: Annotated[list[AnyMessage], add_messages]
    observation: NotRequired[str]
    lineage: NotRequired[dict[str, Any]]
    said_tokens: NotRequired[int]
    scratchpad: NotRequired[list[str]]
    snapshot_id: NotRequired[str]
    session: NotRequired[Session]
    turn: Annotated[Turn, merged]
    reflection: NotRequired[Annotated[Reflection, merged]]
    planning: NotRequired[Annotated[Planning, merged]]


class PlanningInput(TypedDict):
    """What a run of planning alone is given: whether to plan also where nothing asks for it."""

    anyway: NotRequired[bool]


class PlanningState(PlanningInput):
    """What planning carries. `session` is that of the thread it follows on, if any."""

    session: NotRequired[Session]
    planning: Annotated[Planning, merged]


class PlanningUpdate(TypedDict, total=False):
    """What a node of planning changes."""

    planning: Planning


class ReflectionInput(TypedDict):
    """What a run of reflection alone is given: whether to reflect also where none is due."""

    anyway: NotRequired[bool]


class ReflectionState(ReflectionInput):
    """What a reflection carries. `session` is that of the thread it follows on, if any."""

    session: NotRequired[Session]
    reflection: Annotated[Reflection, merged]


class ReflectionUpdate(TypedDict, total=False):
    """What a node of the reflection changes."""

    reflection: Reflection


class TurnUpdate(TypedDict, total=False):
    """What a node changes."""

    messages: list[Any]
    lineage: dict[str, Any]
    said_tokens: int
    scratchpad: list[str]
    snapshot_id: str
    session: Session
    observation: str
    turn: Turn
