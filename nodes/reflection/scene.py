"""Who looks back on whom."""

from dataclasses import dataclass

from langgraph.runtime import Runtime

from nodes.answer import moment_of
from nodes.character import character_of
from nodes.context import Context, context_of, memory_of
from nodes.scene import Looking, running_in, visibly_failing
from nodes.standing import reflecting
from nodes.state import ReflectionState
from stores.record import Kind
from stores.tally import marker_of

SAID: tuple[Kind, ...] = ("turn", "fact")
LOOKED_BACK_ON: tuple[Kind, ...] = (*SAID, "reflection")


@dataclass(frozen=True)
class LookingBack(Looking):
    """A character that looks back on what it remembers of a user."""

    @property
    def marker(self) -> str:
        return marker_of(self.access)


def looking_back(state: ReflectionState, runtime: Runtime[Context]) -> LookingBack:
    """Who looks back in this run.

    Raises:
        InputError: The run has no user, or its context cannot be used.
    """
    context, memory = context_of(state, runtime), memory_of(runtime)
    moment = moment_of(state.get("session"), context)
    return LookingBack(context, memory, reflecting(context), character_of(context, memory), moment, running_in(runtime))


visibly = visibly_failing("reflection", "not_reflected", looking_back)
