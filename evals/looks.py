"""Turns put to memories: questions that a memory answers, and turns of other people that need none of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from evals import locomo, longmemeval, own, realmem
from evals.haystack import CHARACTER, Haystack, plain_session
from evals.retrievers import unseen_ranker
from evals.training.router import by_letters, unseen
from evals.turns import LANGUAGES, Language, PosedTurn, amid_others, posed_turns
from evals.vectors import KeptVectors
from graph.assembly import shared_ranker
from models.embedding import open_embedder
from models.read_gate import Found, fit_of
from models.router import choose_layer
from nodes.recall import tokens_of
from stores.access import Access
from stores.batches import batched
from stores.embedder import Embedder
from stores.memory_store import TAKEN, WRITE_BATCH, MemoryStore, Recall
from stores.ranking import Candidate

CONVERSATIONS = Path(__file__).parent / "data" / "conversations"
ASKED, OTHERS = 60, 40  # of a haystack's own questions, and of turns that need none of it
OTHERS_WIDE = 300  # in Korean and Japanese, of which there are but two memories each
QUESTIONS: Mapping[str, int] = {"LongMemEval": 40, "RealMem": 200, "LoCoMo": 300}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """One turn put to one memory.

    Attributes:
        data: The data set of the memory; `group` is the memory.
        words: What was asked or said.
        layer: What the turn needs: 2 where the memory answers it.
        need: How probably it needs memory, by a router that has not seen its source.
        found: How well what was found fits.
        tokens: Of the memories that are taken, by how many those are, from none on.
        evidence: What share of its evidence is among so many; 0 where it needs none.
    """

    data: str
    group: str
    language: Language
    words: str
    layer: int
    need: float
    found: Found
    tokens: tuple[int, ...]
    evidence: tuple[float, ...]


@dataclass(frozen=True)
class Router:
    """What routers that have not seen a turn's source say of it; the shipped one, of what none was trained on."""

    turns: tuple[PosedTurn, ...]
    needs: Mapping[str, float]
    embedder: Embedder

    @classmethod
    def unseen(cls, data: Path, embedder: Embedder) -> "Router":
        """Routers without each source in turn.

        Raises:
            InputError: A file is missing or not of the format.
        """
        turns = amid_others(posed_turns(data))
        needs: Floats = by_letters(turns, unseen)[:, -1]
        return cls(tuple(turns), {turn.text: float(need) for turn, need in zip(turns, needs, strict=True)}, embedder)

    def need(self, text: str) -> float:
        """How probably a turn needs memory."""
        return self.needs[text] if text in self.needs else choose_layer(text, (), False, self.embedder).memory

    def others(self, language: Language, chance: Random) -> list[PosedTurn]:
        """Turns of a language that need none of any memory."""
        others = [one for one in self.turns if one.language == language and one.layer < 2 and one.certain]
        return chance.sample(others, OTHERS if language == "en" else OTHERS_WIDE)


def looks(data: Path, sets: Iterable[str], seed: int = 0) -> list[Look]:
    """Every question and every other turn, put to the memories of the data sets.

    Raises:
        InputError: A file is missing or not of the format.
    """
    read: Mapping[str, Callable[[], Iterator[Haystack]]] = {
        "own": lambda: own.haystacks(CONVERSATIONS),
        "LongMemEval": lambda: longmemeval.haystacks(data, QUESTIONS["LongMemEval"], seed),
        "RealMem": lambda: realmem.haystacks(data, QUESTIONS["RealMem"], seed),
        "LoCoMo": lambda: locomo.haystacks(data, QUESTIONS["LoCoMo"], seed),
    }
    chance = Random(seed)
    with KeptVectors.open(open_embedder()) as embedder:
        router = Router.unseen(data, embedder)
        return [look for name in sets for haystack in read[name]() for look in looked(name, haystack, router, embedder, chance)]


def looked(name: str, haystack: Haystack, router: Router, embedder: Embedder, chance: Random) -> Iterator[Look]:
    """The looks into one memory, ranked by a head that has not seen the data set."""
    language, access = language_of(haystack), Access(haystack.id, CHARACTER)
    ranker, late = unseen_ranker(name.lower()) or shared_ranker(), max(record.said_at for record in haystack.records)
    with TemporaryDirectory() as folder, MemoryStore.open(Path(folder), embedder, ranker) as store:
        for some in batched(haystack.records, WRITE_BATCH):
            store.remember(some)
        for question in islice(haystack.questions, ASKED):
            found = store.recall(question.text, access=access, k=TAKEN, now=question.asked_at, until=question.until)
            shares = [evidence_share(some, question.evidence, question.sessions) for some in growing(found)]
            yield Look(name, haystack.id, language, question.text, 2, router.need(question.text), *seen(found), tuple(shares))
        for turn in router.others(language, chance):
            found = store.recall(turn.text, access=access, k=TAKEN, now=late)
            yield Look(
                name, haystack.id, language, turn.text, turn.layer, router.need(turn.text), *seen(found), (0.0,) * (len(found.taken) + 1)
            )


def seen(found: Recall) -> tuple[Found, tuple[int, ...]]:
    """What a search gave, as far as the gate and its judges want it: how well it fits, and its tokens by how many are taken."""
    return fit_of(found.query, found.candidates), tuple(sum(tokens_of(one.record) for one in some) for some in growing(found))


def growing(found: Recall) -> list[Sequence[Candidate]]:
    """Nothing, the best that was taken, the two best, and so on to all."""
    return [found.taken[:number] for number in range(len(found.taken) + 1)]


def evidence_share(taken: Iterable[Candidate], evidence: frozenset[str], sessions: frozenset[str]) -> float:
    """The share of the evidence that is taken; where only its sessions are known, of those."""
    records = [one.record for one in taken]
    wanted, got = (evidence, {one.id for one in records}) if evidence else (sessions, {plain_session(one) for one in records})
    return len(wanted & got) / len(wanted) if wanted else 0.0


def language_of(haystack: Haystack) -> Language:
    """Of the project's own conversations, what their names begin with; English else."""
    name = haystack.id.rpartition(":")[2][:2]
    return next((one for one in LANGUAGES if one == name), "en")
