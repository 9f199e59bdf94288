"""Keeps the insights as records, linked to what they rest on; one that says what was understood before strengthens that."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from langgraph.runtime import Runtime

from models.local.highlights import same_facts
from nodes.context import Context
from nodes.reflection.insights import drawn_by, id_of, insight_record
from nodes.reflection.scene import LookingBack, looking_back, visibly
from nodes.state import DrawnInsight, Reflection, ReflectionState, ReflectionUpdate
from stores.embedder import Embedder
from stores.ranking import NO_IMPORTANCE, CosineRanker
from stores.record import MemoryRecord

SAME = 0.85  # the cosine from which on two insights with the same numbers and names say the same
MOST_IMPORTANT = 10.0
FORGOTTEN = "cites what was forgotten meanwhile"
MEANWHILE = "another run has reflected meanwhile"


@visibly
def keep_insights(state: ReflectionState, runtime: Runtime[Context]) -> ReflectionUpdate:
    """Store what was understood, and that there was a reflection, as one write. From here on what is remembered adds up anew."""
    back, reflection = looking_back(state, runtime), state["reflection"]
    evidence = [[{"id": one["id"]} for one in found] for found in reflection.get("evidence", [])]
    before = back.memory.journal.last(back.access.user_id, back.marker, "reflected")
    if before and before.detail.get("run") == reflection["run"]:  # it was kept, and then the run was cut short
        strengthened = [one.id for one in back.memory.read(before.detail["strengthened"], access=back.access)]
        return {"reflection": {"evidence": evidence, "kept": back.kept_by(before), "strengthened": strengthened}}
    if (before.number if before else 0) != reflection["after"]:
        return {"reflection": {"evidence": evidence, "failed": MEANWHILE}}
    drawn = told_once(reflection.get("drawn", []), back.memory.embedder)
    gone = [{"text": one["text"], "why": FORGOTTEN} for one in drawn if not cites_what_is_there(one, back)]
    fresh, again = sorted_out([one for one in drawn if cites_what_is_there(one, back)], reflection, back)
    for earlier, one in again:
        strengthen(earlier, one, reflection, back)
    counts = Counter(one["why"] for one in (*reflection.get("dropped", []), *gone))
    strengthened, told = [one.id for one, _ in again], {"dropped": dict(counts), "run": reflection["run"]}
    done = back.event("reflected", reflection["id"], kept=[one.id for one in fresh], strengthened=strengthened, **told)
    return {"reflection": {"evidence": evidence, "kept": back.keep(fresh, done), "strengthened": strengthened, "dropped": gone}}


def told_once(drawn: Sequence[DrawnInsight], embedder: Embedder) -> list[DrawnInsight]:
    """The insights, of which those that say the same, drawn for several questions, are one that cites all of their evidence."""
    vectors = np.asarray(embedder.embed_documents([one["text"] for one in drawn])) if drawn else np.empty((0, 0))
    told: dict[int, DrawnInsight] = {}
    for at, one in enumerate(drawn):
        near = (other for other in told if vectors[at] @ vectors[other] >= SAME and same_facts(one["text"], drawn[other]["text"]))
        first = next(near, at)
        cites = dict.fromkeys((*(told[first]["cites"] if first in told else ()), *one["cites"]))
        told[first] = {**drawn[first], "cites": list(cites)}
    return list(told.values())


def cites_what_is_there(drawn: DrawnInsight, back: LookingBack) -> bool:
    """Whether all that an insight cites is still remembered: a memory may have been forgotten while the mind thought about it."""
    return len(back.memory.read(drawn["cites"], access=back.access)) == len(drawn["cites"])


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
    """Let an earlier insight rest on the new evidence too, and weigh more; drawn twice by one reflection it counts once.

    Of the new evidence only what is no insight itself: that could rest on the earlier one.
    """
    known = drawn_by(earlier)
    if reflection["id"] in known:
        return
    said = [one.id for one in back.memory.read(drawn["cites"], access=back.access) if one.kind != "reflection"]
    cites = tuple(dict.fromkeys((*earlier.derived_from, *said)))
    changes = {
        "derived_from": cites,
        "updated_at": back.now,
        "importance": min(MOST_IMPORTANT, (earlier.importance or NO_IMPORTANCE) + 1),
        "additional": {**earlier.additional, "drawn_by": [*known, reflection["id"]]},
    }
    back.memory.amend({earlier.id: changes}, back.event("strengthened", reflection["id"]), access=back.access)
