"""Where the query is a message rather than a question: what the talks of the candidates are about counts beside what each of them says."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.local.sentences import sentences
from stores.ranking import Candidate

ASKING, MESSAGE = 2, 4  # sentences: who asks for what was said needs one or two; what has four is a message altogether
WORTH = 4.0  # for each sentence more, of how much a talk is like the query, added to the log-odds
AGAIN = 1.0  # for each sentence more, taken off for each message of the same talk that stands better
DENSE_SHARE, WORDS_SHARE = 0.8, 0.2  # many of a message's words stand elsewhere by chance
NEIGHBOURS = 0.5
BEST = 4  # messages of a talk

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def more_than_asked(query: str) -> int:
    """How many sentences a query has beyond what a question needs, up to those of a message that goes on with something."""
    return min(max(len(sentences(query)), ASKING), MESSAGE) - ASKING


def talks_of(candidates: Sequence[Candidate]) -> Places:
    """The number of the session of each candidate; what is no message stands by itself."""
    numbers: dict[object, int] = {}
    records = [one.record for one in candidates]
    talks = [(one.thread_id, one.session_id) if one.kind == "turn" else place for place, one in enumerate(records)]
    return np.array([numbers.setdefault(one, len(numbers)) for one in talks], np.int64)


def likeness_of(talks: Places, signals: Mapping[str, Floats]) -> Floats:
    """How much the talk of each candidate is like the query: its best message with those around it, and the mean of its best four (Callan
    1994, a document by its passages). By plain similarities: what networks learned of questions does not hold for messages.

    Args:
        talks: The number of the talk of each candidate.
        signals: `dense`, `words`, `before` and `after` of each candidate.
    """
    own = DENSE_SHARE * signals["dense"] + WORDS_SHARE * signals["words"]
    amid = own + NEIGHBOURS * (signals["before"] + signals["after"])
    talk_by_talk = [talks == number for number in range(talks.max(initial=-1) + 1)]
    found = np.array([amid[talk].max() + np.sort(own[talk])[-BEST:].sum() / BEST for talk in talk_by_talk])
    return found[talks]


def by_talks(standing: Floats, talks: Places, likeness: Floats, more: int) -> Floats:
    """The log-odds with what the talks are about, from which each further message of a talk loses: what a message goes on with stands in
    several talks, and the best of each tells more than much of one.

    Args:
        standing: The log-odds of each candidate.
        talks: The number of its talk.
        likeness: How much that is like the query.
        more: The query's sentences beyond what a question needs.
    """
    with_talk: Floats = standing + WORTH * more * likeness
    better, met = np.zeros(len(talks)), dict[int, int]()
    for place in np.argsort(-with_talk, kind="stable"):
        better[place] = met.get(talks[place], 0)
        met[talks[place]] = met.get(talks[place], 0) + 1
    found: Floats = with_talk - AGAIN * more * better
    return found
