"""How recalled records are ordered: the learned ranker, and the plain scorings by name."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, reduce
from typing import TYPE_CHECKING

from stores.errors import InputError
from stores.ranking import Candidate, CosineRanker, DecayingRanker, FusionRanker, GenerativeAgentsRanker, Ranker, best_first

if TYPE_CHECKING:
    from models.relevance.head import RankingHead
    from models.relevance.word_vectors import WordVectors

LEARNED = "learned"
DIVERSE = "diverse"
NOVELTY = 0.2  # lambda's complement: what a candidate loses that says just what a better one says
AMONG = 30  # the best, which are put into another order


class LearnedRanker:
    """Weighs many signals with a small trained network, and what stands near. The score is how probably the record is one that answers.

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
        from models.relevance.word_vectors import load_word_vectors

        return load_word_vectors()

    def rank(self, query: str, candidates: Sequence[Candidate], now: datetime) -> list[Candidate]:
        from models.local.questions import asked_in
        from models.relevance.signals import ON_THE_DAY, signals_of
        from models.relevance.support import handed_out, room_of, support_of, supported
        from models.relevance.talks import by_talks, likeness_of, more_than_asked, talks_of

        if not candidates:
            return []
        signals = signals_of(asked_in(query), candidates, now, self._words, self._head.rarities)
        alone = self._head.probabilities(signals)
        support, room = support_of(candidates, alone), room_of(candidates)
        told = {**signals, "alone": alone, "support": support, "room": room}
        standing = supported(alone, support, signals[ON_THE_DAY], room)
        if more := more_than_asked(query):
            talks = talks_of(candidates)
            told["talk"] = likeness_of(talks, signals)
            standing = by_talks(standing, talks, told["talk"], more)
        scores = handed_out(alone, standing)
        return best_first(candidates, scores.tolist(), {name: column.tolist() for name, column in told.items()})


class DiverseRanker:
    """Maximal marginal relevance (Carbonell and Goldstein 1998) over the best of another ranker: what says the same as a better one loses.

    Likeness is that of the words, by MiniLM's table, so that nothing has to be embedded.
    """

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker

    @cached_property
    def _words(self) -> "WordVectors":
        from models.relevance.word_vectors import load_word_vectors

        return load_word_vectors()

    def rank(self, query: str, candidates: Sequence[Candidate], now: datetime) -> list[Candidate]:
        import numpy as np

        ranked = self._ranker.rank(query, candidates, now)
        best, rest = ranked[:AMONG], ranked[AMONG:]
        likeness = self._words.likeness([one.record.text for one in best])
        ordered: list[Candidate] = []
        left, repeated = list(range(len(best))), np.zeros(len(best))
        while left:
            values = [(1 - NOVELTY) * best[at].score - NOVELTY * repeated[at] for at in left]
            chosen = left.pop(int(np.argmax(values)))
            ordered.append(best[chosen]._replace(signals={**best[chosen].signals, "repeats": float(repeated[chosen])}))
            repeated = np.maximum(repeated, likeness[chosen])
        return [*ordered, *rest]


def ranker_named(name: str) -> Ranker:
    """The ranker of that name: `learned`, `fusion`, `cosine` or `generative agents`; `+decaying` and `+diverse` behind it change its order.

    Raises:
        InputError: There is no such ranker.
    """
    rankers: Mapping[str, Callable[[], Ranker]] = {
        LEARNED: LearnedRanker,
        "fusion": FusionRanker,
        "cosine": CosineRanker,
        "generative agents": GenerativeAgentsRanker,
    }
    changes: Mapping[str, Callable[[Ranker], Ranker]] = {"decaying": DecayingRanker, DIVERSE: DiverseRanker}
    first, *others = name.split("+")
    if first not in rankers or any(one not in changes for one in others):
        hint = f"There are: {', '.join(rankers)}; behind one may stand: {', '.join('+' + one for one in changes)}."
        raise InputError(f"There is no ranking {name}.", hint)
    return reduce(lambda ranker, change: changes[change](ranker), others, rankers[first]())
