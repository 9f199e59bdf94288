"""Lets the mind say how important the latest memories are, several at once; until then the trained head's word counts."""

import logging

from langgraph.runtime import Runtime

from models.mind import RateRequest
from models.minds import Minds
from nodes.answer import moment_of
from nodes.context import Context, memory_of
from nodes.messages import scene_of
from nodes.scene import remembered, spent
from nodes.standing import ENOUGH_TO_RATE, reflecting, standing, to_rate
from nodes.state import Turn, TurnState, TurnUpdate
from nodes.timing import apart
from stores.errors import ModelError
from stores.journal import Event

log = logging.getLogger(__name__)


def rate(state: TurnState, runtime: Runtime[Context], minds: Minds) -> TurnUpdate:
    """New ratings of what only the head has rated. Where the model fails the head's stay, visibly."""
    scene, memory = scene_of(state, runtime), memory_of(runtime)
    context, access = scene.context, reflecting(scene.context)
    records = to_rate(context, memory, memory.tallies.of(access, context.reflect_at))
    request = RateRequest(
        memories=[remembered(one) for one in records],
        character=scene.character,
        moment=moment_of(state.get("session"), context),
        user_name=context.called,
        prompt=context.rate_prompt,
    )
    mind = minds(context.mind, context.model, memory.embedder)
    try:
        with apart("model"):
            rated = mind.rate(request)
    except ModelError as error:
        log.warning("How important the latest memories are is left as it was: %s", error)
        return {"turn": {"degraded": [f"rate: {error}"]}}
    changes = {record.id: {"importance": rating} for record, rating in zip(records, rated.ratings, strict=True)}
    memory.amend(changes, Event(scene.now, context.user_id, "rated", detail={"by": mind.model}), access=access)
    told: Turn = {"tokens": spent(rated.tokens), **standing(context, memory)}
    return {"turn": told}


def is_time_to_rate(turn: Turn) -> bool:
    """Enough memories wait for it, or a reflection does."""
    unrated = turn.get("unrated", 0)
    return unrated >= ENOUGH_TO_RATE or (unrated > 0 and turn.get("reflection_due", False))
