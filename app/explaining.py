"""Explains the last recall of a thread: what was considered, and why each candidate was taken or left."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from app.console import out, verbatim
from app.turns import config_of, shortened
from stores.access import Access
from stores.memory_store import MemoryStore, Recall
from stores.record import MemoryRecord

if TYPE_CHECKING:
    from graph.assembly import Agent
    from nodes.context import Context

LEFT_SHOWN = 5


def print_explanation(agent: "Agent", context: "Context", thread: str) -> None:
    """Every candidate that was taken, and the best of those that were left, with their signals."""
    turn = agent.get_state(config_of(context.user_id, thread)).values.get("turn")
    if not turn:
        out.print(Text("Nothing was said in this thread yet.", style="dim"))
    elif "recall" not in turn:
        out.print(Text(f"Nothing was recalled. Layer {turn['layer']}: {turn['layer_reason']}.", style="dim"))
    else:
        candidates = turn["recall"]["candidates"]
        left = [one for one in candidates if not one["taken"]]
        shown = [one for one in candidates if one["taken"] or one in left[:LEFT_SHOWN]]
        words = words_of(agent, context, [one["id"] for one in shown])
        print_rows(turn["recall"]["considered"], turn["recall"]["query"], shown, words)


def print_candidates(recall: Recall) -> None:
    """Every candidate of a recall, with its signals."""
    from nodes.recall import explanations

    words = {one.record.id: worded(one.record) for one in recall.candidates}
    print_rows(len(recall.candidates), recall.query, explanations(recall.candidates), words)


def print_rows(considered: int, query: str, shown: Sequence[dict[str, Any]], words: Mapping[str, str]) -> None:
    """Candidates one below the other."""
    out.print(Text(verbatim(f"{considered} considered for: {query}"), style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    for one in shown:
        table.add_row(*row_of(one, words.get(one["id"], "(forgotten since)")))
    out.print(table)


def words_of(agent: "Agent", context: "Context", ids: list[str]) -> dict[str, str]:
    """What the store keeps under the ids: who said it, and the words."""
    memory = agent.store
    assert isinstance(memory, MemoryStore)
    records = memory.read(ids, access=Access(context.user_id, context.character_id))
    return {record.id: worded(record) for record in records}


def worded(record: MemoryRecord) -> str:
    """Who said it, and the words."""
    return f"{record.speaker or record.kind}: {shortened(record.text)}"


def row_of(candidate: dict[str, Any], words: str) -> tuple[str, str, Text]:
    """The score, what became of it, and under the words the reason and the signals that are not 0."""
    signals = " · ".join(f"{name} {value:.2f}" for name, value in candidate["signals"].items() if value)
    told = Text(verbatim(words)).append(f"\n{candidate['why']} · about {candidate['tokens']} tokens\n{signals}", style="dim")
    return f"{candidate['score']:.2f}", "taken" if candidate["taken"] else "left", told
