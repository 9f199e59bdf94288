"""Does it find the right turn in months of talk between two people? LoCoMo (Maharana et al. 2024), in its own definition."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from evals.cases import LOCOMO, sampled
from evals.haystack import Haystack, Question, imported
from evals.recall import Definition, compared
from evals.recall_metrics import Metric, fraction_at, or_one
from evals.result import Result
from stores.histories.history import AS_THE_FILE_SAYS
from stores.histories.locomo import LocomoQuestion, read, read_questions
from stores.record import MemoryRecord

NAME = "locomo"
CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open", 4: "single-hop", 5: "adversarial"}
TURNS, SESSIONS = (5, 10, 25, 50), (5, 10)


def run(data: Path, limit: int | None = None, seed: int = 0) -> Result:
    """Turn and session recall of every system.

    Args:
        data: The folder of the data sets, or the file itself.
        limit: How many questions are drawn; all where it is None.
        seed: Of the draw and of the bootstrap.

    Raises:
        InputError: The file is missing or not of the format.
    """
    return compared(DEFINITION, haystacks(data, limit, seed), "LoCoMo", seed)


def haystacks(data: Path, limit: int | None = None, seed: int = 0) -> Iterator[Haystack]:
    """Each conversation with its questions, which are asked the day after it ends."""
    file = data / LOCOMO if data.is_dir() else data
    questions = sampled(list(enumerate(read_questions(file))), limit, seed)
    for history in read(file, AS_THE_FILE_SAYS):
        records = imported(history)
        mine = [asked(number, one, records) for number, one in questions if history.thread_id.endswith(f":{one.sample_id}")]
        if mine:
            yield Haystack(history.thread_id, records, tuple(map(official_text, records)), tuple(mine))


def asked(number: int, question: LocomoQuestion, records: tuple[MemoryRecord, ...]) -> Question:
    """A question with its evidence as record ids."""
    evidence = [record for record in records if record.message_id in question.evidence]
    return Question(
        id=f"{question.sample_id}:{number}",
        text=question.question,
        asked_at=records[-1].said_at + timedelta(days=1),
        group=question.sample_id,
        categories=(CATEGORIES.get(question.category, str(question.category)),),
        evidence=frozenset(record.id for record in evidence),
        sessions=frozenset(record.session_id for record in evidence),
        lost=len(question.unresolved),
    )


def official_text(record: MemoryRecord) -> str:
    """A turn as LoCoMo's own evaluation has it read: who said it, the words, and the caption of the photo."""
    caption = record.additional.get("blip_caption")
    words = record.text.removesuffix(f"[shares a photo: {caption}]").rstrip() if caption else record.text
    return f'{record.speaker} said, "{words}"' + (f" and shared {caption}" if caption else "")


def turn_recall(k: int) -> Metric:
    """The share of the evidence among the first k; 1 where there is none."""
    return lambda question, ranking: or_one(fraction_at(ranking.records, question.evidence, k, question.lost))


def session_fraction(k: int) -> Metric:
    """The share of the evidence's sessions among the first k sessions; 1 where there is none."""
    return lambda question, ranking: or_one(fraction_at(ranking.sessions, question.sessions, k, question.lost))


DEFINITION = Definition(
    name=NAME,
    metrics={f"turn R@{k}": turn_recall(k) for k in TURNS} | {f"session fraction@{k}": session_fraction(k) for k in SESSIONS},
    by_category=("turn R@5", "turn R@10"),
    shown=tuple(f"turn R@{k}" for k in TURNS),
)
