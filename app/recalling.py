"""Shows what a recall found: memories, every candidate with its signals, or the conversations they come from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.console import counted, out, print_json, print_table
from app.explaining import print_candidates
from app.turns import RECALLED_FIELDS, shortened
from models.times import ago
from nodes.recall import recalled_form, rounded, tokens_of
from stores.memory_store import Recall
from stores.ranking import Candidate
from stores.sessions import COUNTED, FoundSession


def print_recall(recall: Recall, moment: datetime, zone: str, locale: str, *, explain: bool, as_json: bool) -> None:
    """The memories that were taken; to explain it all candidates."""
    if as_json:
        print_json([candidate_document(one) for one in recall.candidates] if explain else [recalled_document(one) for one in recall.taken])
    elif explain:
        print_candidates(recall)
    else:
        print_memories(recall.taken, moment, zone, locale)


def print_memories(found: Sequence[Candidate], moment: datetime, zone: str, locale: str) -> None:
    """Recalled memories as a table, with how long ago each was said."""
    if not found:
        out.print("Nothing was found.")
        return
    rows = [
        (f"{one.score:.2f}", ago(one.record.said_at, moment, locale, zone), one.record.speaker, shortened(one.record.text)) for one in found
    ]
    print_table(counted(len(found), "memory", "memories"), ("score", "said", "by", "words"), rows)


def print_sessions(found: Sequence[FoundSession], moment: datetime, zone: str, locale: str, *, as_json: bool) -> None:
    """Conversations, each with what was said in it that fits best."""
    if as_json:
        print_json([session_document(one) for one in found])
    elif not found:
        out.print("Nothing was found.")
    else:
        rows = [
            (
                f"{one.score:.2f}",
                ago(best.said_at, moment, locale, zone),
                best.thread_id,
                f"{best.speaker or best.kind}: {shortened(best.text)}",
            )
            for one, best in ((one, one.found[0].record) for one in found)
        ]
        print_table(counted(len(found), "conversation", "conversations"), ("score", "said", "thread", "what fits best"), rows)


def recalled_document(candidate: Candidate) -> dict[str, Any]:
    """A recalled memory as plain values, in the form it has in `say --json`, with its signals."""
    return memory_document(candidate) | {"signals": rounded(candidate.signals)}


def candidate_document(candidate: Candidate) -> dict[str, Any]:
    """The same for any candidate, with what became of it, why, and about how many tokens it takes in a prompt."""
    return {**recalled_document(candidate), "taken": candidate.taken, "why": candidate.why, "tokens": tokens_of(candidate.record)}


def session_document(session: FoundSession) -> dict[str, Any]:
    """A conversation as plain values, with the memories of it that count, best first."""
    memories = [memory_document(one) for one in session.found[:COUNTED]]
    return {"session": session.id, "thread": session.found[0].record.thread_id, "score": round(session.score, 4), "memories": memories}


def memory_document(candidate: Candidate) -> dict[str, Any]:
    """A memory as plain values."""
    form = recalled_form(candidate)
    return {key: form[key] for key in RECALLED_FIELDS}
