"""How recalled records are ordered: the learned ranker, and the plain scorings by name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from stores.errors import InputError
from stores.ranking import Candidate, CosineRanker, FusionRanker, GenerativeAgentsRanker, Ranker, best_first

if TYPE_CHECKING:
    from models.relevance.head import RankingHead
    from models.relevance.word_vectors import WordVectors

LEARNED = "learned"


class LearnedRanker:
    """Weighs many signals with a small trained network. The score is how probably the record is one of those that answer.

    What it needs is read at the first use. Safe to call from several threads at once.

    Args:
        head: How the signals are weighed; by default the one that ships with Mneme.
    """

    def __init__(self, head: "RankingHead | None" = None) -> None:
        self._given = head

    @cached_property
    def _head(self) -> "RankingHead":
        from models.relevance.head import load_ranking_head

        return self._given or load_ranking_head()

    @cached_property
    def _words(self) -> "WordVectors":
        from models.embedding import bundled_folder
        from models.relevance.word_vectors import WordVectors

        return WordVectors(bundled_folder())

    def rank(self, query: str, candidates: Sequence[Candidate], now: datetime) -> list[Candidate]:
        from models.relevance.signals import signals_of

        if not candidates:
            return []
        signals = signals_of(query, candidates, now, self._words, self._head.rarities)
        columns = {name: column.tolist() for name, column in signals.items()}
        return best_first(candidates, self._head.probabilities(signals).tolist(), columns)


def ranker_named(name: str) -> Ranker:
    """The ranker of that name: `learned`, `fusion`, `cosine` or `generative agents`.

    Raises:
        InputError: There is no such ranker.
    """
    rankers: Mapping[str, type[Ranker]] = {
        LEARNED: LearnedRanker,
        "fusion": FusionRanker,
        "cosine": CosineRanker,
        "generative agents": GenerativeAgentsRanker,
    }
    if name not in rankers:
        raise InputError(f"There is no ranking {name}.", f"There are: {', '.join(rankers)}.")
    return rankers[name]()
