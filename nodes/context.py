"""Whose turn this is, and the knobs of a run: plain values, which Studio shows as a form."""

from datetime import UTC, datetime
from typing import Any, Literal

from langgraph.runtime import Runtime
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from models import prompts
from models.times import locale_named, zone_named
from nodes.lineage import Lineage
from nodes.state import PlanningState, ReflectionState, TurnState
from stores.errors import InputError, StoreError
from stores.memory_store import TAKEN, MemoryStore
from stores.record import writable

Router = Literal["local", "model", "cascade"]

FIRST_YEAR, LAST_YEAR = 1900, 2999


def prompt_field(default: str, node: str) -> Any:
    """A prompt that Studio lets a person edit at its node."""
    return Field(default=default, json_schema_extra={"langgraph_nodes": [node], "langgraph_type": "prompt"})


class Context(BaseModel):
    """The context of a run.

    Attributes:
        user_id: Whose memory is read and written. A run without one fails.
        character_id: Who answers; never changes. The character's other attributes, where they are empty here, are those kept in the
            store under ("characters", user_id), or the defaults.
        thread_id: The thread's name where runs have no checkpointer.
        session_id: The session's name; where it is empty a session ends after `session_gap_hours` without a turn.
        now: The moment of the turn, for tests and replays; the clock's where it is None.
        k: How many messages the window holds.
        memories: How many memories recall takes at most. Of a large memory the read gate shows a chat model as many of them as the turn
            probably needs.
        memory_tokens: How many tokens of a long memory an answer is shown at first: its sentences that fit best; 0 shows all of it. Once an
            answer asks for more, all is shown.
        notes: How many notes the scratchpad holds.
        last_prompts: How many of the user's last messages, without the answers, a layer between 0 and 1 shows; 0 leaves it out.
        router: Who decides at which layer a turn begins: a small trained head (`local`), the mind (`model`), or the mind where the head is
            not sure (`cascade`).
        reflect_at: How much importance must add up before the character reflects (Park et al. 2023, section 4.2).
        answers: Whether the character answers what is said last. Where it does not it only hears it, or, where the message is its own,
            has said it.
        after_turn: Whether a reflection that is due follows on the turn at once (`inline`), so that the thread's next message waits for
            it, or is left to a run of its own (`deferred`): the graph `reflection`, or `mneme due`.
        rating: Who says how important a memory is: a small trained head (`local`), or the mind too (`model`), for several memories at once.
        plans: What is planned: appointments, promises and deadlines that are heard (`commitments`), the character's days too (`days`), or
            nothing (`off`).
        mind: `auto` is `chat` where an API key or base URL is set, else `local`.
        model: The chat model's name; where it is empty, MNEME_MODEL's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    user_id: str = Field(default="", description="Whose memory this is. Required.")
    character_id: str = "mneme"
    thread_id: str = ""
    session_id: str = ""
    session_gap_hours: float = Field(default=4.0, gt=0)
    user_name: str = ""
    character_name: str = ""
    character_description: str = ""
    voice: str = ""
    location: str = ""
    locale: str = "en"
    timezone: str = "UTC"
    now: AwareDatetime | None = None
    k: int = Field(default=12, ge=2, le=64)
    memories: int = Field(default=TAKEN, ge=1, le=64)
    memory_tokens: int = Field(default=60, ge=0)
    notes: int = Field(default=12, ge=1, le=64)
    last_prompts: int = Field(default=0, ge=0, le=64)
    router: Router = "local"
    reflect_at: float = Field(default=150.0, gt=0)
    answers: bool = True
    after_turn: Literal["inline", "deferred"] = "inline"
    rating: Literal["local", "model"] = "local"
    plans: Literal["off", "commitments", "days"] = "commitments"
    mind: Literal["auto", "local", "chat"] = "auto"
    model: str = ""
    classify_prompt: str = prompt_field(prompts.CLASSIFY, "classify_layer")
    answer_prompt: str = prompt_field(prompts.ANSWER, "answer")
    summarise_prompt: str = prompt_field(prompts.SUMMARISE, "summarise")
    rate_prompt: str = prompt_field(prompts.RATE, "rate")
    ask_prompt: str = prompt_field(prompts.ASK, "choose_questions")
    infer_prompt: str = prompt_field(prompts.INFER, "draw_insights")
    verify_prompt: str = prompt_field(prompts.VERIFY, "verify_insights")
    notice_prompt: str = prompt_field(prompts.NOTICE, "notice_commitments")
    outline_prompt: str = prompt_field(prompts.OUTLINE, "outline_day")
    break_down_prompt: str = prompt_field(prompts.BREAK_DOWN, "break_down")
    react_prompt: str = prompt_field(prompts.REACT, "revise")

    @property
    def called(self) -> str:
        """What the user is called: their name, or the id where no name is known."""
        return self.user_name or self.user_id

    def moment(self) -> datetime:
        """Now, in UTC."""
        return (self.now or datetime.now(UTC)).astimezone(UTC)

    def local_moment(self) -> datetime:
        """Now, in the user's time zone: what is asked of days is counted there."""
        return self.moment().astimezone(zone_named(self.timezone))


def context_of(state: TurnState | ReflectionState | PlanningState, runtime: Runtime[Context]) -> Context:
    """The run's context, where it may go on with this thread.

    Raises:
        InputError: There is none, it names no user or not the thread's, or something in it cannot be used.
    """
    context = runtime.context
    if context is None or not context.user_id.strip():
        raise InputError("This run has no user.", 'Say whose memory it is: context=Context(user_id="ada"), or user_id in Studio\'s form.')
    session = state.get("session")
    if session and session["user_id"] != context.user_id:
        raise InputError("This thread belongs to another user.", "Begin another thread.")
    check_usable(context)
    return context


def check_usable(context: Context) -> None:
    """Refuses what would fail later, in the middle of a turn.

    Raises:
        InputError: The zone or locale is unknown, a text holds half of a character, or the moment lies outside the calendar.
    """
    zone_named(context.timezone)
    locale_named(context.locale)
    for name, value in context:
        if isinstance(value, str) and not writable(value):
            raise InputError(f"{name} holds half of a character, which cannot be stored.", "Send proper Unicode.")
    if context.now:
        require_in_calendar(context.now)


def require_in_calendar(moment: datetime) -> None:
    """Refuses a moment that is too far off to be counted with.

    Raises:
        InputError: It is.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise InputError(f"The moment {moment} lies outside the calendar.", f"Use years from {FIRST_YEAR} to {LAST_YEAR}.")


def memory_of(runtime: Runtime[Context]) -> MemoryStore:
    """The run's memory.

    Raises:
        StoreError: The graph was compiled without Mneme's store.
    """
    if not isinstance(runtime.store, MemoryStore):
        raise StoreError("The graph has no Mneme store.", "Use graph.assembly.open_agent(), or langgraph.json's store.")
    return runtime.store


def thread_of(runtime: Runtime[Context], lineage: Lineage) -> str:
    """The thread's name: LangGraph's, else the context's, else the id of its first message."""
    running = runtime.execution_info.thread_id if runtime.execution_info else None
    return running or runtime.context.thread_id or lineage.first
