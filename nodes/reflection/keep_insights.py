"""Keeps the insights as records, linked to what they rest on; one that says what was understood before strengthens that."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from langgraph.runtime import Runtime

from models.local.highlights import same_facts
from nodes.context import Context
from nodes.reflection.scene import LookingBack, looking_back, visibly
from nodes.state import DrawnInsight, Reflection, ReflectionState, ReflectionUpdate
from stores.ranking import CosineRanker
from stores.record import MemoryRecord, Policy, Sensitivity, Trust, record_id

SAME = 0.85  # the cosine from which on two insights with the same numbers and names say the same
MEANWHILE = "another run has reflected meanwhile"
OPENNESS: tuple[Sensitivity, ...] = ("normal", "private", "secret")


@visibly
def keep_insights(state: ReflectionState, runtime: Runtime[Context]) -> ReflectionUpdate:
    """Store what was understood, and that there was a reflection, as one write. From here on what is remembered adds up anew."""
    back, reflection = looking_back(state, runtime), state["reflection"]
    evidence = [[{"id": one["id"]} for one in found] for found in reflection.get("evidence", [])]
    if back.memory.journal.latest(back.access.user_id, back.marker, "reflected") != reflection["after"]:
        return {"reflection": {"evidence": evidence, "failed": MEANWHILE}}
    fresh, again = sorted_out(reflection.get("drawn", []), reflection, back)
    for earlier, drawn in again:
        strengthen(earlier, drawn, reflection, back)
    counts = Counter(one["why"] for one in reflection.get("dropped", []))
    done = back.event("reflected", reflection["id"], kept=len(fresh), strengthened=len(again), dropped=dict(counts))
    written = back.memory.remember(fresh, turn_id=reflection["id"], beside=[done])
    kept = [one.id for one in written if one.outcome != "rejected"]
    return {"reflection": {"evidence": evidence, "kept": kept, "strengthened": [one.id for one, _ in again]}}


def sorted_out(
    drawn: Sequence[DrawnInsight], reflection: Reflection, back: LookingBack
) -> tuple[list[MemoryRecord], list[tuple[MemoryRecord, DrawnInsight]]]:
    """The insights that are new, as records, and those that were understood before, each with the record of it."""
    fresh: list[MemoryRecord] = []
    again: list[tuple[MemoryRecord, DrawnInsight]] = []
    for one in drawn:
        earlier = counted_before(one, back) if one["about"] else said_before(one, back)
        if earlier and (earlier.text == one["text"] or not one["about"]):
            again.append((earlier, one))
        else:
            fresh.append(insight_record(one, reflection, back, earlier))
    return fresh, again


def counted_before(drawn: DrawnInsight, back: LookingBack) -> MemoryRecord | None:
    """The earlier insight that counts the same thing, if any: of its versions the newest."""
    found = back.memory.read([id_of(drawn, "", back)], access=back.access)
    while found and found[0].superseded_by:
        found = back.memory.read([found[0].superseded_by], access=back.access)
    return found[0] if found else None


def said_before(drawn: DrawnInsight, back: LookingBack) -> MemoryRecord | None:
    """The earlier insight that says the same, if any."""
    found = back.memory.recall(drawn["text"], access=back.access, k=1, now=back.now, kinds=("reflection",), ranker=CosineRanker())
    near = [one.record for one in found.taken if one.signals["similarity"] >= SAME and same_facts(one.record.text, drawn["text"])]
    return near[0] if near else None


def strengthen(earlier: MemoryRecord, drawn: DrawnInsight, reflection: Reflection, back: LookingBack) -> None:
    """Let an earlier insight rest on the new evidence too; drawn twice by one reflection it counts once.

    Of the new evidence only what is no insight itself: that could rest on the earlier one.
    """
    known = drawn_by(earlier)
    if reflection["id"] in known:
        return
    said = [one.id for one in back.memory.read(drawn["cites"], access=back.access) if one.kind != "reflection"]
    cites = tuple(dict.fromkeys((*earlier.derived_from, *said)))
    changes = {"derived_from": cites, "updated_at": back.now, "additional": {**earlier.additional, "drawn_by": [*known, reflection["id"]]}}
    back.memory.amend({earlier.id: changes}, back.event("strengthened", reflection["id"]), access=back.access)


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
