"""What a turn carries from node to node: plain values only, so that any checkpointer can keep them."""

from typing import Annotated, Any, Literal, NotRequired, TypeVar

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict  # on Python 3.11 pydantic makes no schema of typing.TypedDict

Layer = Literal[0, 1, 2]
Number = TypeVar("Number", int, float)


class Session(TypedDict):
    """A stretch of talk of one user without a long pause. Moments are ISO 8601 in UTC; empty where there is none."""

    id: str
    user_id: str
    began_at: str
    last_turn_at: str
    previous_ended_at: str


class Turn(TypedDict, total=False):
    """What belongs to one turn alone.

    `id` is the message that began it; `refused` is there only where it was not heard; `layers_tried` has one entry an attempt; `lacking`
    says what the attempts lacked; `recalled` are the memories taken, best first, and `recall` explains all candidates; `stored` says what
    became of each write; `fallen` are the ids of messages that left the window, and `noted_until` when the last of them was said, where
    the notes changed; `degraded` says what failed without ending the turn.
    """

    id: str
    refused: dict[str, str]
    words: str
    now: str
    mind: str
    model: str
    layer: Layer
    layer_reason: str
    layer_probability: float
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
    tokens: dict[str, int]
    milliseconds: dict[str, float]


def merged(old: Turn | None, new: Turn) -> Turn:
    """An update with an id begins a new turn and replaces the old one whole; any other is merged: writes are appended, counts added."""
    if old is None or "id" in new:
        return new
    turn: Turn = {**old, **new}
    if "stored" in new:
        turn["stored"] = [*old.get("stored", []), *new["stored"]]
    if "tokens" in new:
        turn["tokens"] = added(old.get("tokens", {}), new["tokens"])
    if "milliseconds" in new:
        turn["milliseconds"] = added(old.get("milliseconds", {}), new["milliseconds"])
    return turn


def added(left: dict[str, Number], right: dict[str, Number]) -> dict[str, Number]:
    """The sum of two tables, key by key."""
    return {**left, **{key: left[key] + value if key in left else value for key, value in right.items()}}


def joined(old: list[str] | None, new: list[str]) -> list[str]:
    """The ids in order, each once."""
    return list(dict.fromkeys([*(old or []), *new]))


class TurnInput(TypedDict):
    """What a run is given: the user's message."""

    messages: Annotated[list[AnyMessage], add_messages]


class TurnState(TurnInput):
    """A thread's state. `messages` are those of the window; `lineage` the ids of all messages of the thread that are stored."""

    lineage: Annotated[list[str], joined]
    scratchpad: NotRequired[list[str]]
    snapshot_id: NotRequired[str]
    session: NotRequired[Session]
    turn: Annotated[Turn, merged]


class TurnUpdate(TypedDict, total=False):
    """What a node changes."""

    messages: list[Any]
    lineage: list[str]
    scratchpad: list[str]
    snapshot_id: str
    session: Session
    turn: Turn
