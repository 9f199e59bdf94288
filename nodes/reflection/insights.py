"""Insights as records."""

from collections.abc import Sequence
from typing import Any

from nodes.reflection.scene import LookingBack
from nodes.state import DrawnInsight, Reflection
from stores.record import MemoryRecord, Policy, Sensitivity, Trust, record_id

OPENNESS: tuple[Sensitivity, ...] = ("normal", "private", "secret")


def insight_record(drawn: DrawnInsight, reflection: Reflection, back: LookingBack, earlier: MemoryRecord | None) -> MemoryRecord:
    """An insight as a record. What counts something takes the place of the `earlier` count of the same.

    Its question is not kept: it can hold words of memories that the insight does not cite, and that would not take it along.
    """
    cited = back.memory.read(drawn["cites"], access=back.access)
    return MemoryRecord(
        id=id_of(drawn, reflection["id"], back),
        user_id=back.access.user_id,
        character_id=back.access.character_id,
        kind="reflection",
        tier="long_term",
        text=drawn["text"],
        role="assistant",
        said_at=back.now,
        created_at=back.now,
        known_by=(back.access.character_id,),
        derived_from=tuple(drawn["cites"]),
        source="counted" if drawn["about"] else "inferred",
        additional={"depth": 1 + max(map(depth_of, cited), default=0), "drawn_by": [*drawn_by(earlier), reflection["id"]]},
        policy=policy_of(cited),
        trust=Trust(origin="inferred"),
    )


def id_of(drawn: DrawnInsight, reflection_id: str, back: LookingBack) -> str:
    """The id of an insight: of what it counts, or of its words in this reflection."""
    made_from = (back.marker, f"about {drawn['about']}") if drawn["about"] else (reflection_id, drawn["text"])
    return record_id(back.access.user_id, "", *made_from)


def drawn_by(insight: MemoryRecord | None) -> list[Any]:
    """The reflections that drew an insight."""
    drawn = insight.additional.get("drawn_by", []) if insight else []
    return drawn if isinstance(drawn, list) else []


def depth_of(record: MemoryRecord) -> int:
    """0 for what was said, 1 for an insight into that, and so on."""
    depth = record.additional.get("depth", 0)
    return depth if isinstance(depth, int) else 0


def policy_of(cited: Sequence[MemoryRecord]) -> Policy:
    """The strictest of what an insight rests on: as secret as the most secret, for the purposes they share, and gone with the first."""
    purposes = [set(one.policy.purposes) for one in cited if one.policy.purposes]
    ends = [one.policy.expires_at for one in cited if one.policy.expires_at]
    return Policy(
        sensitivity=max((one.policy.sensitivity for one in cited), key=OPENNESS.index, default="normal"),
        purposes=tuple(sorted(set.intersection(*purposes))) if purposes else (),
        expires_at=min(ends, default=None),
    )
