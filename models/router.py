"""Which layer of memory a turn needs, by a small trained head over its words and its embedding; no model call."""

from collections.abc import Sequence

from models.mind import Layer, LayerChoice, Utterance
from models.routing.head import RoutingHead, routing_head_for
from models.routing.signals import FITS, signals_of
from stores.embedder import Embedder

CLOSE = 2  # messages before a turn that are looked at
TOLD = 2  # signals that a reason names


def choose_layer(
    words: str, window: Sequence[Utterance], has_notes: bool, embedder: Embedder, head: RoutingHead | None = None
) -> LayerChoice:
    """The layer at which a turn begins. Missing a needed memory is worse than one recall too many: in doubt memory is looked through.

    Args:
        words: What the user said.
        window: The messages before it.
        has_notes: Whether there is a scratchpad.
        embedder: Gives the vector of the words, which recall needs too.
        head: What weighs them; by default the one that ships for its letters.

    Raises:
        ModelError: The embedder failed.
    """
    head = head or routing_head_for(words)
    before = [one.text for one in window[-CLOSE:]] or ([""] if has_notes else [])
    signals = signals_of(words, before)
    vector = embedder.embed_query(words) if embedder.name == head.embedder else None
    alone, following, memory = head.probabilities(signals, vector, head.buckets_of(words))
    shallow: Layer = 1 if before and following > alone else 0
    layer: Layer = 2 if memory >= head.recall_from else shallow
    probability = (alone, following, memory)[layer]
    return LayerChoice(layer, round(probability, 3), round(memory, 3), reason_of(head, signals, layer), probe=vector is not None)


def reason_of(head: RoutingHead, signals: dict[str, float], layer: Layer) -> str:
    """What speaks most for the layer, in words."""
    told = [name for name in head.speaking(signals, layer) if name in FITS][:TOLD]
    return " and ".join(told) if told else f"is worded like turns of layer {layer}"
