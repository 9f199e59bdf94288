"""Recalls what bears on each question, among what was said and what was understood before."""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from langgraph.runtime import Runtime

from nodes.context import Context
from nodes.recall import recalled_form
from nodes.reflection.scene import LOOKED_BACK_ON, SAID, LookingBack, looking_back, visibly
from nodes.state import ReflectionState, ReflectionUpdate
from stores.journal import Event
from stores.ranking import Candidate
from stores.record import MemoryRecord

EVIDENCE = 16  # records a question
SHARE = 0.25  # of them that may be insights, and that may be the character's own words
EVIDENCE_TO_COUNT = 64  # for the local mind, which counts what was said, and reads for nothing


@visibly
def gather_evidence(state: ReflectionState, runtime: Runtime[Context]) -> ReflectionUpdate:
    """The evidence for each question, oldest first."""
    back, reflection = looking_back(state, runtime), state["reflection"]
    most, kinds = (EVIDENCE_TO_COUNT, SAID) if reflection["mind"] == "local" else (EVIDENCE, LOOKED_BACK_ON)
    evidence = []
    for place, question in enumerate(reflection["questions"]):
        found = back.memory.recall(question, access=back.access, k=2 * most, now=back.now, until=back.now, kinds=kinds)
        taken = balanced(found.taken, most)
        back.memory.journal.append(events(question, taken, back, reflection["id"], place))
        forms = [recalled_form(one) for one in taken]
        evidence.append(sorted(forms, key=lambda one: (one["said_at"], one["ordinal"])))
    return {"reflection": {"evidence": evidence}}


def balanced(found: Sequence[Candidate], most: int) -> list[Candidate]:
    """The best, among them only so many insights, and so much of what the character said itself.

    Insights are worded like answers, and advice stands beside every question; but what was said to the character is the evidence.
    """
    taken: Counter[str] = Counter()
    kept = []
    for one in found:
        weighing = what_it_is(one.record)
        if weighing == "said" or taken[weighing] < most * SHARE:
            taken[weighing] += 1
            kept.append(one)
    return kept[:most]


def what_it_is(record: MemoryRecord) -> Literal["said", "own words", "insight"]:
    """What a record is to the character that reflects."""
    if record.kind == "reflection":
        return "insight"
    return "own words" if record.kind == "turn" and record.role == "assistant" else "said"


def events(question: str, taken: Sequence[Candidate], back: LookingBack, reflection_id: str, place: int) -> list[Event]:
    """What the journal keeps: the question, and what was taken for it."""
    now, user_id, thread_id = back.now, back.access.user_id, back.thread_id
    searched = Event(now, user_id, "recalled", "", thread_id, reflection_id, question, place=place)
    return [searched, *(Event(now, user_id, "taken", one.record.id, thread_id, reflection_id) for one in taken)]
