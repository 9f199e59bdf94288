"""Does it know what is important? Told of agents and sentences that the head has not seen, and of what RealMem noted of its users."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata  # type: ignore[import-untyped]

from evals.layers import interval
from evals.ratings import NotedTurn, RatedText, noted_turns, own, streams
from evals.result import Figure, Result
from evals.training.importance import Inputs, Seen, agents_left_out, inputs_of, seen_of, sentences_left_out, trained
from evals.turns import LANGUAGES

NAME = "importance"
RESAMPLES = 1_000
HEAD, VECTOR, WORDS, LENGTH = "head", "vector alone", "word list", "length"
SYSTEMS = (HEAD, VECTOR, WORDS, LENGTH)
IDLE = 1.5  # what is rated below says that nothing happens

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Metric = Callable[[Floats, Floats], float]

# A plain list of words of feelings and events; a text weighs as much as its heaviest word. English by words, the others by letters.
LISTED: Mapping[float, tuple[str, ...]] = {
    10: ("died dead death dying killed suicide funeral murdered widow", "돌아가셨 죽었 장례 자살 사망 亡くな 死んだ 葬式 自殺"),
    9: (
        "cancer miscarriage divorce stroke born birth wedding married arrested prison paralysed",
        "암이 유산 이혼 태어났 결혼 がん 流産 離婚 生まれ 結婚",
    ),
    8: (
        "pregnant accident surgery fired engaged evicted coma graduated heartbroken devastated abuse",
        "임신 사고 수술 해고 헤어졌 妊娠 事故 手術 解雇 別れ",
    ),
    7: (
        "hospital diagnosed promoted promotion adopted allergic depressed panic grief bankrupt terrified",
        "입원 진단 승진 입양 入院 診断 昇進",
    ),
    6: (
        "lonely love hate ashamed scared promise promised interview moving debt proud afraid crying",
        "외로 사랑 약속 면접 寂し 愛し 約束 面接",
    ),
    5: (
        "happy sad angry worried nervous excited birthday trip party friend family exam goal plan",
        "행복 슬프 걱정 생일 여행 嬉し 悲し 心配 誕生日 旅行",
    ),
    4: ("like prefer favorite favourite enjoy usually dislike appointment work bought", "좋아 싫어 예약 好き 嫌い 予約"),
}
WEIGHTS = {word: weight for weight, words in sorted(LISTED.items()) for word in " ".join(words).split()}


@dataclass(frozen=True)
class Sample:
    """Texts of which something is known, and what each system says of them.

    Attributes:
        known: Their ratings; or 1 where something was noted and 0 where not.
        groups: What is resampled together.
        said: By system.
    """

    metric: Metric
    known: Floats
    groups: tuple[str, ...]
    said: Mapping[str, Floats]


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """Spearman's rho with the ratings; and how often a turn of which something was noted is rated above one of which nothing was (AUC).

    Args:
        data: The folder of the data sets.
        limit: How many of RealMem's turns, drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format.
    """
    turns = noted_turns(data)
    drawn = np.random.default_rng(seed).permutation(len(turns))[: limit or len(turns)]
    inputs, chosen = inputs_of([*streams(data), *own()]), [turns[at] for at in sorted(drawn)]
    agents, others = of_agents(inputs), {**of_sentences(inputs), **of_turns(inputs, chosen)}
    figures = {name: figures_of([sample], seed) for name, sample in {**agents, **others}.items()}
    figures["agents, mean rho"] = figures_of(list(agents.values()), seed)
    figures["agents, mean rho of what is not idle"] = figures_of([not_idle(sample) for sample in agents.values()], seed)
    return Result(
        name=NAME,
        data=f"{len(agents)} simulated agents, {len(own())} sentences, {len(chosen):,} turns of RealMem",
        seed=seed,
        systems={system: {name: found[system] for name, found in figures.items() if system in found} for system in SYSTEMS},
    )


def of_agents(inputs: Inputs) -> dict[str, Sample]:
    """Each agent, rated by a head that has not seen it; without what another agent remembers in the same words."""
    return {f"{agent} rho": rated(inputs, test, training) for agent, test, training in agents_left_out(inputs.texts)}


def rated(inputs: Inputs, test: Places, training: Places) -> Sample:
    """Texts rated by heads of others."""
    texts = [inputs.texts[at] for at in test]
    return Sample(
        rho, inputs.ratings[test], groups_of(texts), said_of(inputs, training, part(inputs.seen, test), [one.text for one in texts])
    )


def of_sentences(inputs: Inputs) -> dict[str, Sample]:
    """The project's own sentences by language, each rated by a head that has not seen it, nor what says the same in another language."""
    folds = [(test, rated(inputs, test, training)) for test, training in sentences_left_out(inputs.texts)]
    places = np.concatenate([test for test, _ in folds])
    said = {system: np.concatenate([sample.said[system] for _, sample in folds]) for system in SYSTEMS}
    texts = [inputs.texts[at] for at in places]
    whole = Sample(rho, inputs.ratings[places], groups_of(texts), said)
    found = {language: np.array([at for at, one in enumerate(texts) if one.language == language]) for language in LANGUAGES}
    return {f"{language} rho": subset(whole if language == "en" else without_vector(whole), at) for language, at in found.items()}


def without_vector(sample: Sample) -> Sample:
    """Of Korean and Japanese no vector is looked at."""
    return replace(sample, said={system: values for system, values in sample.said.items() if system != VECTOR})


def of_turns(inputs: Inputs, turns: Sequence[NotedTurn]) -> dict[str, Sample]:
    """RealMem's turns, rated by a head that has seen none: all, and those of sessions in which anything was noted."""
    texts = [turn.text for turn in turns]
    said = said_of(inputs, np.arange(len(inputs.texts)), seen_of(texts), texts)
    whole = Sample(auc, np.array([float(turn.noted) for turn in turns]), tuple(turn.group for turn in turns), said)
    amid = np.flatnonzero([turn.amid for turn in turns])
    return {"RealMem AUC": whole, "RealMem AUC, sessions with notes": subset(whole, amid)}


def said_of(inputs: Inputs, training: Places, seen: Seen, texts: Sequence[str]) -> dict[str, Floats]:
    """What each system says of texts; the heads are trained at these places."""
    bare = replace(inputs, seen=without_signals(inputs.seen))
    return {
        HEAD: seen.rated_by(trained(inputs, training)),
        VECTOR: without_signals(seen).rated_by(trained(bare, training)),
        WORDS: np.array([listed(text) for text in texts]),
        LENGTH: np.array([float(len(text)) for text in texts]),
    }


def without_signals(seen: Seen) -> Seen:
    """What is seen where no words are looked at."""
    return replace(seen, names=(), signals=seen.signals[:, :0])


def part(seen: Seen, places: Places) -> Seen:
    """What is seen of the texts at these places."""
    return Seen(seen.names, seen.signals[places], seen.vectors[places], seen.given[places])


def subset(sample: Sample, places: Places) -> Sample:
    """A sample of the texts at these places."""
    said = {system: values[places] for system, values in sample.said.items()}
    return Sample(sample.metric, sample.known[places], tuple(sample.groups[at] for at in places), said)


def not_idle(sample: Sample) -> Sample:
    """Without what says that nothing happens."""
    return subset(sample, np.flatnonzero(sample.known > IDLE))


def groups_of(texts: Sequence[RatedText]) -> tuple[str, ...]:
    """What says the same."""
    return tuple(text.group for text in texts)


def listed(text: str) -> float:
    """The weight of the heaviest listed word; 1 where there is none."""
    words = set("".join(letter if letter.isalpha() else " " for letter in text.lower()).split())
    return max((weight for word, weight in WEIGHTS.items() if (word in words if word.isascii() else word in text)), default=1.0)


def rho(known: Floats, said: Floats) -> float:
    """Spearman's rank correlation; NaN where either is constant."""
    one, other = rankdata(known), rankdata(said)
    return float(np.corrcoef(one, other)[0, 1]) if np.ptp(one) and np.ptp(other) else float("nan")


def auc(known: Floats, said: Floats) -> float:
    """How often one of those that are 1 is placed above one that is 0, ties counting half; NaN where one kind is missing."""
    ones = int((known == 1).sum())
    zeros = len(known) - ones
    above = rankdata(said)[known == 1].sum() - ones * (ones + 1) / 2
    return float(above / (ones * zeros)) if ones and zeros else float("nan")


def figures_of(samples: Sequence[Sample], seed: int) -> dict[str, Figure]:
    """The mean over samples by system, with intervals, resampled by group; a system that says the same of everything has none."""
    random = np.random.default_rng(seed)
    members = [members_of(sample) for sample in samples]
    draws = [[drawn(groups, random) for groups in members] for _ in range(RESAMPLES)]
    whole = [np.arange(len(sample.known)) for sample in samples]
    found = {}
    for system in samples[0].said:
        value = measured(samples, system, whole)
        if not np.isnan(value):
            found[system] = Figure(value=value, **interval([measured(samples, system, draw) for draw in draws]))
    return found


def measured(samples: Sequence[Sample], system: str, places: Sequence[Places]) -> float:
    """The mean over samples, each of the texts at its places."""
    return float(np.mean([one.metric(one.known[at], one.said[system][at]) for one, at in zip(samples, places, strict=True)]))


def members_of(sample: Sample) -> list[Places]:
    """Where the texts of each group are."""
    places: dict[str, list[int]] = {}
    for at, group in enumerate(sample.groups):
        places.setdefault(group, []).append(at)
    return [np.array(one, np.intp) for one in places.values()]


def drawn(groups: Sequence[Places], random: np.random.Generator) -> Places:
    """As many groups as there are, with replacement."""
    return np.concatenate([groups[at] for at in random.integers(len(groups), size=len(groups))])
