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


def climbed(turn: Turn, lacking: str) -> Turn:
    """The turn one layer up; at the top, with everything searched."""
    above = LADDER[turn["layer"]].above
    said = [*turn.get("lacking", []), lacking]
    if above is None:
        return {"lacking": said, "searched_everything": True}
    return {"lacking": said, "layer": above}


def needs_recall(turn: Turn) -> bool:
    """The turn stands at a layer that sees memories, and none were looked for yet."""
    return LADDER[turn["layer"]].sees_memories and "recall" not in turn
