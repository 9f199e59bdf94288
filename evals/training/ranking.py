"""Trains the ranking head: how the signals of a recalled candidate are weighed.

    python -m evals.training.ranking --data FOLDER [--without SET] [--into FILE]

Trained on permissive data: the project's own conversations, RealMem (Apache-2.0), LongMemEval_S and MADial-Bench (MIT). Candidates and
signals come from the real store, asked as recall asks it. Small networks, each with its own seed; their mean logit ranks. The loss is
that of the list, the cross entropy between the softmax over a question's candidates and those that answer (Cao et al. 2007, ListNet),
plus the binary cross entropy of each candidate, so that the score is a probability. Where data name only the session that answers, the
chances of its candidates are added up (multiple-instance learning). A kind of conversation counts as much as the root of its questions.
LoCoMo is never read here.

Networks are good where they were trained and worse than plain similarities where all is different. So these are added to what they say.

With `--without` a set is left out: what is claimed of a set comes from a head that has not seen it.
"""

import argparse
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from torch import nn

from evals import longmemeval, madial, own, realmem
from evals.haystack import CHARACTER, Haystack, Question, plain_session
from evals.vectors import KeptVectors
from models.embedding import bundled_folder, open_embedder
from models.relevance.head import HEADS, RANKING, Network, RankingHead, averaged, bounded, packed, weighed
from models.relevance.signals import ON_THE_DAY, signals_of
from models.relevance.word_vectors import WordVectors
from stores.access import Access
from stores.batches import batched
from stores.embedder import Embedder
from stores.memory_store import WRITE_BATCH, MemoryStore
from stores.ranking import Candidate

SETS: Mapping[str, Callable[[Path], Iterable[Haystack]]] = {
    "own": lambda data: own.haystacks(own.CONVERSATIONS),
    "realmem": realmem.haystacks,
    "madial": madial.haystacks,
    "longmemeval": longmemeval.haystacks,
}
SEEDS = tuple(range(6))
HIDDEN, EPOCHS, RATE, DECAY, DROPOUT, BATCH = 8, 20, 5e-3, 1e-4, 0.1, 16
SIGNALS_OUT = 0.3  # the share of the signals that each step does without: no network rests on a few, so it bears other data better
PROBABLE = 0.3  # the share of the binary cross entropy
PLAIN = {"dense": 0.5, "words": 0.5, "before": 0.25, "after": 0.25}  # the fusion that nothing has to be learned for
PRIOR = 5.0  # how much that counts beside the networks: what finds most on sets that these have not seen (models/heads/ranking.md)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A question as the networks see it.

    Attributes:
        kind: Of which conversations it is.
        signals: Of its candidates, one row each.
        plain: What their similarities alone say.
        pieces: For each piece of evidence the rows of the candidates that may be it.
        sure: Each piece is one record, so that all other candidates are known not to answer.
        share: How much it counts in training.
    """

    kind: str
    signals: Floats
    plain: Floats
    pieces: list[list[int]]
    sure: bool
    share: float = 1.0


@dataclass
class Posed:
    """What the store found for a question."""

    question: Question
    candidates: list[Candidate]


class Unranked:
    """A ranker that leaves candidates as they were found."""

    def rank(self, query: str, candidates: Sequence[Candidate], now: object) -> list[Candidate]:
        return list(candidates)


def posed(haystack: Haystack, embedder: Embedder) -> Iterator[Posed]:
    """What recall considers for each question of a haystack."""
    with TemporaryDirectory() as folder, MemoryStore.open(Path(folder), embedder, Unranked()) as store:
        for some in batched(haystack.records, WRITE_BATCH):
            store.remember(some)
        access = Access(haystack.id, CHARACTER)
        for question in haystack.questions:
            found = store.recall(question.text, access=access, k=10, now=question.asked_at, until=question.until)
            yield Posed(question, list(found.candidates))


def kind_of(name: str, haystack: Haystack) -> str:
    """The set; of the own conversations `own:en`, `own:ua` (of a user and an assistant), `own:ko` or `own:ja`."""
    return haystack.id.partition("-")[0] if name == "own" else name


def rarity_of(haystacks: Iterable[Haystack], words: WordVectors) -> Floats:
    """The inverse document frequency of every word piece over the records of haystacks."""
    having, records = np.zeros(words.size), 0
    for haystack in haystacks:
        for tokens in words.tokens([f"{one.speaker}: {one.text}" for one in haystack.records]):
            having[np.unique(tokens)] += 1
            records += 1
    return np.log(1 + (records - having + 0.5) / (having + 0.5))


def example_of(kind: str, one: Posed, words: WordVectors, rarity: Floats) -> tuple[list[str], Example]:
    """The names of the signals, and the question as the networks see it."""
    found = signals_of(one.question.text, one.candidates, one.question.asked_at, words, rarity)
    names = [name for name in found if name != ON_THE_DAY]
    rows = np.stack([found[name] for name in names], axis=1)
    return names, Example(kind, rows, np.array(weighed(PLAIN, found)), pieces_of_evidence(one), bool(one.question.evidence))


def pieces_of_evidence(one: Posed) -> list[list[int]]:
    """For each piece of evidence that was found, the places of the candidates that may be it: a record, or those of a session."""
    places: dict[str, list[int]] = {}
    for place, candidate in enumerate(one.candidates):
        record = candidate.record
        piece = record.id if one.question.evidence else plain_session(record)
        if piece in (one.question.evidence or one.question.sessions):
            places.setdefault(piece, []).append(place)
    return list(places.values())


@dataclass(frozen=True)
class Trained:
    """Networks, and how their inputs are scaled."""

    centre: Floats
    scale: Floats
    networks: tuple[Network, ...]

    def scores(self, example: Example) -> Floats:
        """Of each candidate."""
        return self._network.logits(bounded((example.signals - self.centre) / self.scale))

    @cached_property
    def _network(self) -> Network:
        return averaged(self.networks)


def trained(examples: Sequence[Example], seeds: Sequence[int] = SEEDS) -> Trained:
    """The networks of examples; those whose answer recall did not find teach nothing."""
    useful = [one for one in examples if one.pieces]
    rows = np.concatenate([one.signals for one in useful])
    centre, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    counts = Counter(one.kind for one in useful)
    mean = sum(math.sqrt(count) for count in counts.values()) / len(useful)
    centred = [
        replace(one, signals=bounded((one.signals - centre) / scale), share=1 / math.sqrt(counts[one.kind]) / mean) for one in useful
    ]
    return Trained(centre, scale, tuple(network(centred, seed) for seed in seeds))


def head_of(examples: Sequence[Example], names: Sequence[str], rarity: Floats) -> RankingHead:
    """The head of examples, whose scores are probabilities where each candidate is known to answer or not."""
    found = trained(examples)
    sure = [one for one in examples if one.sure and one.pieces]
    scores = np.concatenate([found.scores(one) + PRIOR * one.plain for one in sure])
    answers = np.zeros(len(scores))
    begins = np.cumsum([0, *(len(one.plain) for one in sure)])
    answers[[begin + place for begin, one in zip(begins, sure, strict=False) for piece in one.pieces for place in piece]] = 1
    fitted = LogisticRegression(C=np.inf).fit(scores[:, None], answers)
    return RankingHead(
        signals=tuple(names),
        centre=rounded(found.centre),
        scale=rounded(found.scale),
        networks=found.networks,
        prior={name: PRIOR * weight for name, weight in PLAIN.items()},
        slope=float(f"{fitted.coef_[0, 0]:.5g}"),
        intercept=float(f"{fitted.intercept_[0]:.5g}"),
        rarity=packed(rarity),
    )


def network(examples: Sequence[Example], seed: int) -> Network:
    """One network."""
    torch.manual_seed(seed)
    inputs = [torch.tensor(one.signals).float() for one in examples]
    hidden, out = nn.Linear(inputs[0].shape[1], HIDDEN), nn.Linear(HIDDEN, 1)
    model = nn.Sequential(hidden, nn.GELU(approximate="tanh"), nn.Dropout(DROPOUT), out)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    random = np.random.default_rng(seed)
    for _ in range(EPOCHS):
        for some in batched(random.permutation(len(examples)).tolist(), BATCH):
            loss = torch.stack([examples[at].share * loss_of(model(thinned(inputs[at]))[:, 0], examples[at]) for at in some]).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        schedule.step()
    weights = [one.detach().numpy().astype(np.float64) for one in (hidden.weight, hidden.bias, out.weight[0], out.bias)]
    return Network(
        hidden=tuple(rounded(row) for row in weights[0]), bias=rounded(weights[1]), out=rounded(weights[2]), out_bias=float(weights[3][0])
    )


def thinned(inputs: torch.Tensor) -> torch.Tensor:
    """Some signals, drawn anew each time, at their mean."""
    return inputs * (torch.rand(inputs.shape[1]) >= SIGNALS_OUT)


def loss_of(logits: torch.Tensor, example: Example) -> torch.Tensor:
    """Of one question: how improbable each piece of evidence is as the first of the list; where sure, also each candidate by itself."""
    chances = torch.log_softmax(logits, 0)
    listwise = -torch.stack([torch.logsumexp(chances[piece], 0) for piece in example.pieces]).mean()
    if not example.sure:
        return listwise
    answers = torch.zeros(len(logits))
    answers[[place for piece in example.pieces for place in piece]] = 1
    by_itself = nn.functional.binary_cross_entropy_with_logits(logits, answers, reduction="sum")
    return listwise + PROBABLE * by_itself / len(example.pieces)


def rounded(row: Floats) -> tuple[float, ...]:
    """To five figures: the file stays small, and nobody can tell the difference."""
    return tuple(float(f"{value:.5g}") for value in row)


def main() -> None:
    """Train and write the head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--without", action="append", default=[], choices=list(SETS))
    parser.add_argument("--into", type=Path, default=HEADS / f"{RANKING}.json")
    parser.add_argument("--limit", type=int, help="haystacks of each set")
    asked, console, words = parser.parse_args(), Console(), WordVectors(bundled_folder())
    torch.set_num_threads(1)
    chosen = {name: list(islice(read(asked.data), asked.limit)) for name, read in SETS.items() if name not in asked.without}
    rarity = rarity_of((one for haystacks in chosen.values() for one in haystacks), words)
    examples: list[Example] = []
    names: list[str] = []
    with KeptVectors.open(open_embedder()) as embedder:
        for name, haystacks in chosen.items():
            before = len(examples)
            for haystack in track(haystacks, name, console=console):
                for one in posed(haystack, embedder):
                    names, example = example_of(kind_of(name, haystack), one, words, rarity)
                    examples.append(example)
            found = sum(bool(one.pieces) for one in examples[before:])
            console.print(f"{name}: {len(examples) - before} questions, {found} with an answer among the candidates")
    asked.into.write_text(json.dumps(head_of(examples, names, rarity).model_dump(mode="json"), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
