"""The layers of memory, from nothing to everything, and how a turn climbs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from models import prompts
from nodes.state import Layer, Turn

Sight = Literal["prompts", "window", "notes", "memories"]

MOST_CLIMBS = 2


@dataclass(frozen=True)
class Rung:
    """One layer of memory.

    Attributes:
        layer: Its place. The router chooses among 0, 1 and 2; what stands between is there for those who ask for it.
        sees: What an attempt there is shown, beside the user's words.
        told: The sentence by which the answerer learns where it stands.
    """

    layer: Layer
    sees: frozenset[Sight]
    told: str

    def told_where(self, *, begun: bool) -> str:
        """The sentence, for a thread in which something was said before the turn (`begun`), or nothing."""
        return self.told if begun or "memories" in self.sees else prompts.OPENS


LADDER = (
    Rung(0, frozenset(), prompts.SEES_NOTHING),
    Rung(0.5, frozenset({"prompts"}), prompts.SEES_PROMPTS),
    Rung(1, frozenset({"window", "notes"}), prompts.SEES_WINDOW),
    Rung(2, frozenset({"window", "notes", "memories"}), prompts.SEES_MEMORIES),
)
TOP = LADDER[-1]


def ladder_of(prompts: int) -> Sequence[Rung]:
    """The rungs of a run that shows so many of the user's last prompts by themselves; where it shows none, that layer is left out."""
    return [rung for rung in LADDER if prompts or "prompts" not in rung.sees]


def rung_at(layer: Layer) -> Rung:
    """The rung of a layer."""
    return next(rung for rung in LADDER if rung.layer == layer)


def begins_at(needed: Layer, prompts: int) -> Layer:
    """Where a turn that needs this layer begins: at the lowest rung that shows more than the layer below."""
    return next(rung.layer for rung in ladder_of(prompts) if rung.layer > needed - 1)


def climbed(turn: Turn, lacking: str, *, begun: bool, prompts: int) -> Turn:
    """The turn one layer up; past those that would see nothing where nothing was said before (`begun` is false).

    The second climb goes to the top. There memory is searched once more, for what is lacking, where only the user's words were searched
    for or the read gate kept back what was found; then all is searched.
    """
    said = [*turn["lacking"], lacking]
    above = [rung for rung in ladder_of(prompts) if rung.layer > turn["layer"] and (begun or "memories" in rung.sees)]
    if above:
        last = len(turn["layers_tried"]) + 1 >= MOST_CLIMBS
        return {"lacking": said, "layer": above[-1 if last else 0].layer}
    shut, query = turn["recall"].get("shut", False), turn["recall"]["query"]
    searched_again = not shut and (query != turn["words"] or lacking == turn["words"])
    return {"lacking": said, "searched_everything": True} if searched_again else {"lacking": said}


def query_of(turn: Turn) -> str:
    """What memory is searched for: what the last attempt lacked, else the user's words."""
    return turn["lacking"][-1] if turn["lacking"] else turn["words"]


def needs_recall(turn: Turn) -> bool:
    """The turn stands at a layer that sees memories, and they were not yet searched for what it needs; or it is to be probed.

    The local mind needs no probe: it climbs wherever a question finds no answer.
    """
    if turn.get("searched_everything"):
        return False
    if "memories" not in rung_at(turn["layer"]).sees:
        return turn["probe"] and turn["mind"] != "local" and not turn["lacking"] and "recall" not in turn
    if "recall" not in turn or turn["recall"]["query"] != query_of(turn):
        return True
    return bool(turn["lacking"]) and turn["recall"].get("shut", False)
