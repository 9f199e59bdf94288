"""The layers of memory, from nothing to everything, and how a turn climbs them."""

from dataclasses import dataclass

from nodes.state import Layer, Turn


@dataclass(frozen=True)
class Rung:
    """What an attempt at one layer sees, and the layer above it (None at the top)."""

    sees_window: bool
    sees_memories: bool
    above: Layer | None


LADDER: dict[Layer, Rung] = {
    0: Rung(sees_window=False, sees_memories=False, above=1),
    1: Rung(sees_window=True, sees_memories=False, above=2),
    2: Rung(sees_window=True, sees_memories=True, above=None),
}


def climbed(turn: Turn, lacking: str, begun: bool) -> Turn:
    """The turn one layer up, or two where nothing was said before that the next could see (`begun` is false).

    At the top memory is searched once more, for what is lacking, where only the user's words were searched for; then all is searched.
    """
    said = [*turn["lacking"], lacking]
    above = LADDER[turn["layer"]].above
    if above is not None and not begun:
        above = LADDER[above].above or above
    if above is not None:
        return {"lacking": said, "layer": above}
    searched_again = turn["recall"]["query"] != turn["words"] or lacking == turn["words"]
    return {"lacking": said, "searched_everything": True} if searched_again else {"lacking": said}


def query_of(turn: Turn) -> str:
    """What memory is searched for: what the last attempt lacked, else the user's words."""
    return turn["lacking"][-1] if turn["lacking"] else turn["words"]


def needs_recall(turn: Turn) -> bool:
    """The turn stands at a layer that sees memories, and they were not yet searched for what it needs."""
    if not LADDER[turn["layer"]].sees_memories or turn.get("searched_everything"):
        return False
    return "recall" not in turn or turn["recall"]["query"] != query_of(turn)
