"""What an answer is shown of a long memory at first: the sentences that say most of what was searched for, in their order."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from models.local.sentences import ABBREVIATION, BOUNDARY
from models.relevance.head import load_ranking_head
from models.relevance.word_vectors import load_word_vectors
from models.tokens import estimated
from stores.pieces import halves

LEFT_OUT = "[…]"
BY_ITSELF = 0.5  # what a sentence counts for all that it says, beside what it says first
BESIDE = 0.2  # and for standing beside a chosen one that says much: a list goes on, "it" has been named

Floats = NDArray[np.float64]


def excerpt(query: str, text: str, most: int) -> str:
    """The text, or as many of its sentences as fit, with `[…]` where others are left out.

    Args:
        query: What was searched for.
        most: How many tokens it may take, as they are estimated without a tokenizer.

    Raises:
        OSError, ValueError: The ranking head or the bundled model's table of words cannot be read.
    """
    if estimated(text) <= most:
        return text
    parts = [half for sentence in cut_at_ends(text) for half in halves(sentence, most, estimated)]
    return joined(parts, telling(query, parts, most))


def cut_at_ends(text: str) -> list[str]:
    """The text cut behind its sentences and lines; joined, it is the text again."""
    ends = [match.end() for match in BOUNDARY.finditer(text)]
    found: list[str] = []
    for begin, end in zip([0, *ends], [*ends, len(text)], strict=True):
        if found and ABBREVIATION.search(found[-1].rstrip()):
            found[-1] += text[begin:end]
        elif begin < end:
            found.append(text[begin:end])
    return found


def telling(query: str, parts: Sequence[str], most: int) -> set[int]:
    """The places of the parts that together say most of the query, rare words counting more, until no other fits.

    Each is chosen for what those before it leave unsaid (greedy coverage: Lin and Bilmes 2011, section 3); a word is said by its like too.
    """
    words, rarity = load_word_vectors(), load_ranking_head().rarities
    wanted, *texts = words.tokens([query, *parts])
    near = words.nearness(wanted, texts).astype(np.float64)
    weights = rarity[wanted] / max(float(rarity[wanted].sum()), 1e-9)
    all_said = weights @ near
    lengths = np.array([estimated(part) for part in parts])
    said, beside, left = np.zeros(len(wanted)), np.zeros(len(parts) + 2), float(most)
    chosen: set[int] = set()
    while fits := [at for at in np.flatnonzero(lengths <= left).tolist() if at not in chosen]:
        new = weights @ np.maximum(near[:, fits] - said[:, None], 0) + BY_ITSELF * all_said[fits] + beside[1:-1][fits]
        best = fits[int(new.argmax())]
        chosen.add(best)
        said, left = np.maximum(said, near[:, best]), left - lengths[best]
        beside[[best, best + 2]] += BESIDE * all_said[best] / max(float(all_said.max()), 1e-9)
    return chosen


def joined(parts: Sequence[str], chosen: set[int]) -> str:
    """The chosen parts in order, with a mark for each gap."""
    runs = groupby(enumerate(parts), key=lambda one: one[0] in chosen)
    told = [(kept, "".join(part for _, part in run).strip()) for kept, run in runs]
    return " ".join(text if kept else LEFT_OUT for kept, text in told if text)
