"""Is the answer in what is shown of a long memory? Messages that answer LongMemEval_S's questions, cut to so many tokens."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.cases import LONGMEMEVAL, sampled, session_groups
from evals.result import Figure, Result
from evals.scoring import bootstrap
from models.excerpts import excerpt
from models.local.sentences import content
from models.tokens import estimated
from stores.histories.history import AS_THE_FILE_SAYS
from stores.histories.longmemeval import read, read_answering_messages, read_questions

NAME = "excerpts"
AT = (30, 60, 90, 120, 180)  # tokens
ROLES = ("user", "assistant")
LEFT, LENGTH = "the answer's words left", "tokens left"

Cut = Callable[[str, str, int], str]


@dataclass(frozen=True)
class Answering:
    """A question, the stems of its answer that stand in the messages which answer it, and those messages.

    Attributes:
        group: What is resampled together: questions linked by a session.
        role: Whose messages they are; the assistant's, where any is.
    """

    question: str
    group: str
    role: str
    stems: frozenset[str]
    texts: tuple[str, ...]


def first_words(_: str, text: str, most: int) -> str:
    """What is shown of a text that is cut off at its end."""
    words = text.split(" ")
    kept = len(words)
    while kept > 1 and estimated(" ".join(words[:kept])) > most:
        kept -= 1 + (kept > 2 * most)
    return " ".join(words[:kept])


SYSTEMS: Mapping[str, Cut] = {"Mneme": excerpt, "the first words": first_words}


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """The share of the answer's words (their stems) that are left of those in the whole messages; and the share of all tokens.

    Args:
        data: The folder of the data sets, or LongMemEval's own.
        limit: How many questions are drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: A file is missing or not of the format.
    """
    cases = sampled(list(answering(data)), limit, seed)
    return Result(
        name=NAME,
        data=f"messages that answer {len(cases)} questions of LongMemEval_S, cut to so many tokens",
        seed=seed,
        systems={name: figures(cases, cut, seed) for name, cut in SYSTEMS.items()},
        shown=tuple(f"{LEFT}@{most}" for most in AT),
    )


def answering(data: Path) -> Iterator[Answering]:
    """The questions whose answer uses words of a message; without abstentions, and without preferences, whose gold answers are criteria."""
    folder = data / LONGMEMEVAL if (data / LONGMEMEVAL).is_dir() else data
    every = read_questions(folder)
    asked = [one for one in every if not one.abstention and "preference" not in one.question_type]
    marked = read_answering_messages(folder, {session for one in asked for session in one.evidence})
    wanted, groups = {id for ids in marked.values() for id in ids}, session_groups(every)
    said = {one.message_id: one for history in read(folder, AS_THE_FILE_SAYS) for _, one in history.spoken() if one.message_id in wanted}
    for one in asked:
        messages = [said[id] for session in one.evidence for id in marked.get(session, ()) if id in said]
        texts = tuple(message.text for message in messages)
        stems = frozenset(content(one.answer)) & frozenset(stem for text in texts for stem in content(text))
        role = max((message.role for message in messages), key=lambda role: role == "assistant", default="user")
        if stems:
            yield Answering(one.question, groups[one.question_id], role, stems, texts)


def figures(cases: Sequence[Answering], cut: Cut, seed: int) -> dict[str, Figure]:
    """What a way to cut leaves, at each length."""
    found: dict[str, Figure] = {}
    for most in AT:
        shown = [[cut(one.question, text, most) for text in one.texts] for one in cases]
        left = [share_left(one, texts) for one, texts in zip(cases, shown, strict=True)]
        found[f"{LEFT}@{most}"] = mean(left, cases, seed)
        for role in ROLES:
            some = [(one, share) for one, share in zip(cases, left, strict=True) if one.role == role]
            if some:
                found[f"{LEFT}, {role}@{most}"] = mean([share for _, share in some], [one for one, _ in some], seed)
        tokens = [sum(map(estimated, texts)) / sum(map(estimated, one.texts)) for one, texts in zip(cases, shown, strict=True)]
        found[f"{LENGTH}@{most}"] = mean(tokens, cases, seed)
    return found


def share_left(one: Answering, texts: Sequence[str]) -> float:
    """The share of the answer's stems that still stand in the texts."""
    return len(one.stems.intersection(stem for text in texts for stem in content(text))) / len(one.stems)


def mean(values: Sequence[float], cases: Sequence[Answering], seed: int) -> Figure:
    """A mean with its interval, groups resampled."""
    interval = bootstrap([list(values)], [one.group for one in cases], seed)
    return Figure(value=interval.value, low=interval.low, high=interval.high)
