"""Which layer of memory a turn needs, decided by its words and its embedding; no model call."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.mind import Utterance
from stores.embedder import Embedder

Layer = Literal[0, 1, 2]

EXAMPLES: dict[Layer, tuple[str, ...]] = {
    0: (
        "Hello there!",
        "Thanks, that helps.",
        "What is the capital of Portugal?",
        "Write a haiku about autumn.",
        "How do I boil an egg?",
        "Explain how photosynthesis works.",
        "Translate 'good night' into French.",
        "Convert 20 miles to kilometres.",
        "Who wrote Hamlet?",
        "In what year did the Roman Empire fall?",
        "Draft a polite letter of complaint.",
        "Write a short story that begins in a lighthouse.",
    ),
    1: (
        "What do you mean by that?",
        "Can you make it shorter?",
        "Why is that?",
        "And the second one?",
        "Go on, tell me more about it.",
        "Could you rephrase your last answer?",
        "What about the other option?",
        "Give me an example of that.",
    ),
    2: (
        "What is my sister's name?",
        "Where did I leave the spare keys?",
        "When is my appointment?",
        "Which book did I tell you about last month?",
        "Do you remember what we planned for the trip?",
        "What did Tom recommend to me?",
        "How long have I been learning Spanish?",
        "What am I allergic to?",
    ),
}
PAST_TALK = re.compile(
    r"\b(remember|recall|remind me|last (time|week|month|year)|earlier|previous(ly)?"
    r"|(i|we) (told|mentioned|said|talked|discussed|planned|agreed)|(have|had|did) (i|we)|used to|ago|yesterday)\b"
    r"|\b(did|has|had)\b.{1,60}\b(say|said|tell|told|mention(ed)?|recommend(ed)?|suggest(ed)?|promised?)\b"
    r"|기억|지난번|저번|예전에|말했|얘기했|覚えて|前に|この間|言った|話した",
    re.IGNORECASE,
)
OWN = re.compile(r"\b(i|i'm|i've|my|mine|me|we|our|(?-i:us))\b|\b(내|제|나의|저의|우리)\b|(?:내|제)가|私|僕|俺", re.IGNORECASE)
ANYBODY = re.compile(
    r"\bhow (do|can|could|should|would|might) (i|we)\b|\b(give|tell|write|show|help|teach|make|draft|explain to) (me|us)\b", re.IGNORECASE
)
POINTING = re.compile(
    r"^(and|but|so|or|why|how come|what about|how about|which one|go on|really)\b"
    r"|\b(it|that|this|those|these|they|them|he|she|him|her|the (first|second|last|other) one)\b",
    re.IGNORECASE,
)
QUESTION = re.compile(
    r"[??]\s*$|^\s*(who|what|when|where|which|whose|why|how|do|does|did|is|are|was|were|can|could|have|has|had|will|would|should)\b"
    r"|^\s*(tell|remind) me\b"
    r"|(니|까|나요|가요|어요|지)\s*[?]?$|(か|かな|の)[。??]?\s*$",
    re.IGNORECASE,
)
TELLS = re.compile(r"\b(i|i'm|i've|i'll|i'd|we|we're|we've|my|our|me|(?-i:us))\b", re.IGNORECASE)
NAMES = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+")
CLOSEST = 3
SHARPNESS = 12.0  # turns cosines that differ by a few hundredths into clear probabilities
SHORT = 5
NAMED = 0.05  # a name may be someone the user knows, or anything in the world: it tips the scale, no more


@dataclass(frozen=True)
class LayerChoice:
    """The layer, how sure the rule is (0 to 1), and why."""

    layer: Layer
    probability: float
    reason: str


def choose_layer(words: str, window: Sequence[Utterance], has_notes: bool, embedder: Embedder) -> LayerChoice:
    """The lowest layer that seems enough. Missing a needed memory is worse than one recall too many: in doubt it goes up.

    Args:
        words: What the user said.
        window: The messages before it.
        has_notes: Whether there is a scratchpad.
        embedder: Compares the words with examples of each layer.

    Raises:
        ModelError: The embedder failed.
    """
    begun = bool(window) or has_notes
    said = by_words(words, begun)
    return said or by_examples(words, begun, embedder)


def by_words(words: str, begun: bool) -> LayerChoice | None:
    """What the words alone decide, or None."""
    asks = bool(QUESTION.search(words))
    if asks and PAST_TALK.search(words):
        return LayerChoice(2, 0.95, "asks about something said or done before")
    if begun and len(words.split()) <= SHORT and POINTING.search(words):
        return LayerChoice(1, 0.85, "points back to what was just said")
    if asks and OWN.search(ANYBODY.sub("", words)):
        return LayerChoice(2, 0.85, "asks about the user")
    if TELLS.search(ANYBODY.sub("", words)) and not asks:
        return LayerChoice(1 if begun else 0, 0.7, "tells something")
    return None


def by_examples(words: str, begun: bool, embedder: Embedder) -> LayerChoice:
    """The layer whose examples are closest, by the mean of the three best cosines."""
    vector = embedder.embed_query(words)
    nearness = {layer: mean_of_best(vector, examples) for layer, examples in example_vectors(embedder).items() if begun or layer != 1}
    if 0 in nearness and NAMES.search(words):
        nearness[2] += NAMED
    weights = {layer: math.exp(SHARPNESS * near) for layer, near in nearness.items()}
    layer = max(weights, key=lambda one: weights[one])
    return LayerChoice(layer, round(weights[layer] / sum(weights.values()), 3), f"is most like examples of layer {layer}")


def mean_of_best(vector: Sequence[float], examples: NDArray[np.float64]) -> float:
    """The mean of the highest cosines of a unit vector with others."""
    return float(np.sort(examples @ np.asarray(vector))[-CLOSEST:].mean())


@lru_cache(maxsize=4)
def example_vectors(embedder: Embedder) -> dict[Layer, NDArray[np.float64]]:
    """The examples of each layer as vectors, once an embedder."""
    return {layer: np.array(embedder.embed_documents(list(examples))) for layer, examples in EXAMPLES.items()}
