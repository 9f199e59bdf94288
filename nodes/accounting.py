"""What a turn's prompts cost, by layer, and what full history or always recalling would have cost."""

from collections.abc import Iterable, Sequence

from langchain_core.messages import AnyMessage

from models.accounting import TOKENS_A_MESSAGE, Spent
from models.tokens import TokenCounter, counter_for
from nodes.lineage import Lineage
from nodes.messages import words_of
from nodes.state import Turn, TurnState

TOKENS_A_TAG = 25  # of a memory's date and speaker
ALWAYS = 12  # memories that always recalling would show, whole: a usual number


def counter_of(turn: Turn) -> TokenCounter:
    """How the tokens of the turn's model are counted; the local mind reads no prompt: it is told what one would have cost."""
    return counter_for(turn["model"] if turn["mind"] == "chat" else "")


def said_tokens(state: TurnState, fresh: Sequence[AnyMessage], turn: Turn) -> int:
    """How many tokens the messages of the thread are, with those that are stored now."""
    count = counter_of(turn).count
    return state.get("said_tokens", 0) + sum(count(words_of(one)) + TOKENS_A_MESSAGE for one in fresh)


def cost_of(turn: Turn, texts: Iterable[str]) -> int:
    """About how many tokens memories of these texts take in the turn's prompt."""
    count = counter_of(turn).count
    return sum(count(text) + TOKENS_A_TAG for text in texts)


def instead(state: TurnState, spent: Spent, top: Spent, memories: int) -> Spent:
    """The tokens of the turn's prompt, had it shown the whole thread, or always the twelve best memories beside the window.

    Args:
        spent: Those of its last attempt.
        top: Those of a prompt at the top of the ladder.
        memories: How many recall takes at most; where nothing was searched they are reckoned as messages of mean length.
    """
    turn, said, lineage = state["turn"], state.get("said_tokens", 0), Lineage.of(state)
    bare = spent["prompt"] - sum(spent[part] for part in ("window", "notes", "memories")) - counter_of(turn).count(turn["words"])
    others = max(0, min(memories, ALWAYS, len(lineage) - len(state["messages"])))
    missing = turn["recall"].get("kept_back", 0) if "recall" in turn else others * (said // len(lineage) + TOKENS_A_TAG)
    return {"full_history": bare + said, "always_recall": top["prompt"] + missing}
