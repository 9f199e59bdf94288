"""What does a prompt cost after a thousand turns, and is what the answer rests on in it? Real conversations, replayed through the graph."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from langchain_core.messages import HumanMessage
from rich.progress import track

from evals.replay import BEGAN, MODEL, SHARES, Exchanged, Replay, conversation
from evals.result import Figure, Result
from evals.scoring import bootstrap
from evals.vectors import KeptVectors
from graph.agent import turn_graph
from graph.assembly import shared_ranker
from graph.threads import open_sqlite
from models.accounting import prompt_tokens
from models.embedding import open_embedder
from models.mind import AnswerRequest, Character, Memory, Moment
from models.routing.head import RoutingHead
from models.tokens import counter_for
from nodes.accounting import ALWAYS as USUAL
from nodes.answer import at_first, in_order
from nodes.context import Context
from nodes.messages import said_id
from nodes.recall import recalled_form
from stores.access import Access
from stores.embedder import Embedder
from stores.memory_store import TAKEN, MemoryStore, Shown

NAME = "tokens"
TURNS, CONVERSATIONS = 1_000, 5
AT = (100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000)
STRETCH = 100  # turns before and at a point over which tokens are averaged
USER, THREAD = "replayed", "all"
UNSEEN_HEAD = Path(__file__).parent / "heads" / "routing.json"
MNEME, ALWAYS, IN_PART, MOST = "Mneme", "always recall", "always recall, in part", "always recall, twenty in part"
WHOLE = "full history"
PROMPT, MEMORY = "prompt tokens, turn", "memory tokens"
RECALLED = "turns with memories in the prompt"
MEMORY_TOKENS = Context().memory_tokens


@dataclass(frozen=True)
class Costs:
    """One turn: the tokens of its prompt and of the memories in it, and how much of its evidence is there; by system."""

    turn: Exchanged
    conversation: str
    number: int
    prompt: Mapping[str, float]
    memory: Mapping[str, float]
    evidence: Mapping[str, float]


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """Tokens of a turn's prompt along conversations of a thousand turns, beside recalling always and the full history.

    The mind says what stands in the data and never lacks context, so nothing is climbed: what the router and the gate leave out stays out.
    The router has seen none of the three sources (`evals/heads/routing.json`).

    Args:
        data: The folder of the data sets.
        limit: How many turns a conversation has; 1,000 where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format.
    """
    turns = limit or TURNS
    head = RoutingHead.model_validate_json(UNSEEN_HEAD.read_text("utf-8"))
    with KeptVectors.open(open_embedder()) as embedder:
        seen = [one for person in range(CONVERSATIONS) for one in replayed(data, person, turns, seed, embedder, head)]
    mix = ", ".join(f"{share:.0%} {name}" for name, share in SHARES.items())
    points = [at for at in AT if at <= turns] or [turns]
    return Result(
        name=NAME,
        data=f"{CONVERSATIONS} conversations of {turns:,} turns ({mix}); tokens of {MODEL}, {counter_for(MODEL).name}",
        seed=seed,
        systems={system: figures(seen, system, points, seed) for system in (MNEME, ALWAYS, IN_PART, MOST, WHOLE)},
        shown=tuple(f"{PROMPT}@{at}" for at in points),
    )


def replayed(data: Path, person: int, turns: int, seed: int, embedder: Embedder, head: RoutingHead) -> list[Costs]:
    """What each turn of a conversation costs."""
    timed, mind = conversation(data, person, turns, seed), Replay(embedder, head)
    with (
        TemporaryDirectory() as folder,
        MemoryStore.open(Path(folder), embedder, shared_ranker()) as memory,
        open_sqlite(Path(folder) / "threads.sqlite") as threads,
    ):
        agent = turn_graph(lambda *_: mind).compile(checkpointer=threads, store=memory)
        names: dict[str, str] = {}
        found = []
        for number, (now, turn) in enumerate(track(timed, f"conversation {person + 1}"), start=1):
            mind.now = turn
            context = Context(
                user_id=USER,
                now=now,
                session_id=turn.session,
                router="model",
                after_turn="deferred",
                memory_tokens=MEMORY_TOKENS,
            )
            names |= {said_id(USER, THREAD, id): id for id in (turn.message_id, turn.reply_id)}
            said: Any = {"messages": [HumanMessage(turn.said, id=turn.message_id)]}
            state = agent.invoke(said, config={"configurable": {"thread_id": THREAD}}, context=context)
            found.append(costs(turn, str(person), number, state, memory, names))
    return found


def costs(
    turn: Exchanged, conversation: str, number: int, state: Mapping[str, Any], memory: MemoryStore, names: Mapping[str, str]
) -> Costs:
    """What a turn took, and would have taken otherwise."""
    told, own = state["turn"], {turn.message_id, turn.reply_id}
    spent, instead = told["prompts"][-1], told["instead"]
    window = {str(one.id) for one in state["messages"]} | set(told.get("fallen", ()))
    best = recalled_anyway(told, sorted(window | own), memory)
    anyway, before = tokens_anyway(best, told["words"]), window - own
    shown = {
        MNEME: (before if spent["window"] else set()) | message_ids(told["recalled"], names),
        **dict.fromkeys((ALWAYS, IN_PART), before | message_ids(best[:USUAL], names)),
        MOST: before | message_ids(best, names),
    }
    prompts = {system: instead["always_recall"] - anyway[ALWAYS] + tokens for system, tokens in anyway.items()}
    return Costs(
        turn,
        conversation,
        number,
        prompt={MNEME: spent["prompt"], **prompts, WHOLE: instead["full_history"]},
        memory={MNEME: spent["memories"], **anyway},
        evidence={system: turn.shown(ids) for system, ids in shown.items()} if turn.evidence else {},
    )


def tokens_anyway(best: Sequence[dict[str, Any]], words: str) -> dict[str, int]:
    """The tokens of the best memories for each system that always shows some."""
    in_part, most = (at_first(in_order(best[:k]), words, MEMORY_TOKENS) for k in (USUAL, TAKEN))
    return {ALWAYS: memory_tokens(in_order(best[:USUAL])), IN_PART: memory_tokens(in_part), MOST: memory_tokens(most)}


def recalled_anyway(told: Mapping[str, Any], shown: Sequence[str], memory: MemoryStore) -> list[dict[str, Any]]:
    """What recall gives for the turn's words, whether the turn recalled or not."""
    now = datetime.fromisoformat(told["now"])
    found = memory.recall(
        told["words"], access=Access(USER, Character("mneme").id), k=TAKEN, now=now, until=now, leave_out=Shown(THREAD, tuple(shown))
    )
    return [recalled_form(one) for one in found.taken]


def memory_tokens(memories: Sequence[Memory]) -> int:
    """The tokens of memories in a prompt."""
    request = AnswerRequest("", Character("mneme"), Moment(BEGAN), memories=memories)
    return prompt_tokens(request, counter_for(MODEL))["memories"]


def message_ids(recalled: Sequence[dict[str, Any]], names: Mapping[str, str]) -> set[str]:
    """The messages that recalled records are of."""
    return {names[one["id"]] for one in recalled if one["id"] in names}


def figures(seen: Sequence[Costs], system: str, points: Sequence[int], seed: int) -> dict[str, Figure]:
    """A system's tokens along the conversations, its memory tokens at their end, and its evidence by source."""
    found = {f"{PROMPT}@{at}": mean([(one.prompt[system], one) for one in around(seen, at)], seed) for at in points}
    if system == WHOLE:
        return found
    last = around(seen, points[-1])
    found[f"{MEMORY} at {points[-1]}"] = mean([(one.memory[system], one) for one in last], seed)
    found[RECALLED] = mean([(float(one.memory[system] > 0), one) for one in seen], seed)
    for source in dict.fromkeys(one.turn.source for one in seen if one.evidence):
        asked = [one for one in seen if one.evidence and one.turn.source == source]
        found[f"evidence shown: {source}"] = mean([(one.evidence[system], one) for one in asked], seed)
    everything = [one for one in seen if one.evidence]
    return found | {"evidence shown": mean([(one.evidence[system], one) for one in everything], seed)}


def around(seen: Sequence[Costs], at: int) -> list[Costs]:
    """The turns up to a point, as far back as a stretch."""
    return [one for one in seen if at - STRETCH < one.number <= at]


def mean(values: Sequence[tuple[float, Costs]], seed: int) -> Figure:
    """A mean with its interval, conversations resampled."""
    interval = bootstrap([[value for value, _ in values]], [one.conversation for _, one in values], seed)
    return Figure(value=interval.value, low=interval.low, high=interval.high)
