"""Turns of people, each with what it needs to be answered: nothing remembered (0), what was just said (1), or recalled memories (2)."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, Literal

from evals.cases import LONGMEMEVAL
from models.mind import Layer
from stores.errors import InputError
from stores.histories.longmemeval import read_questions

Before = tuple[tuple[str, str], ...]
Language = Literal["en", "ko", "ja"]

LANGUAGES: tuple[Language, ...] = ("en", "ko", "ja")
OWN_TURNS = Path(__file__).parent / "data" / "turns"
MOST = 1_100  # of a source and a layer: none is to drown the others
CLOSE = 2  # messages before a turn that are looked at
FOLLOWING_UP = ("AR", "CM", "CR", "FR", "SC", "GR", "MR")  # MT-Bench-101's abilities whose later turns need the earlier ones


@dataclass(frozen=True)
class PosedTurn:
    """What a user said.

    Attributes:
        source: Which data set it is from.
        group: What must not be split between training and test: the conversation.
        before: The messages just before it, each with who spoke: `user` or `assistant`.
        certain: Whether the data say what it needs, rather than what was used: RealMem's turns all sound alike, and those count as
            needing memory whose answers drew on it.
    """

    source: str
    language: Language
    layer: Layer
    text: str
    group: str
    before: Before = ()
    certain: bool = True


def posed_turns(data: Path) -> list[PosedTurn]:
    """The turns of every source, at most so many of a source and a layer; which, is the same at every call.

    Args:
        data: The folder of the data sets.

    Raises:
        InputError: A file is missing or not of the format.
    """
    try:
        found = [one for read in SOURCES.values() for one in read(data) if one.text.strip()]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"The turns in {data} cannot be read: {error}.",
            "--data takes the folder that holds layer, longmemeval_s, realmem and memorybank.",
        ) from error
    kinds = sorted({(one.source, one.language, one.layer) for one in found})
    return [one for kind in kinds for one in some([turn for turn in found if (turn.source, turn.language, turn.layer) == kind])]


def some(turns: list[PosedTurn]) -> list[PosedTurn]:
    """At most `MOST` of the turns, each text once."""
    distinct = list({one.text: one for one in turns}.values())
    return distinct if len(distinct) <= MOST else Random(0).sample(distinct, MOST)


def amid_others(turns: list[PosedTurn]) -> list[PosedTurn]:
    """The turns; half of those that stand in no conversation now follow messages of another one, for people say them there too."""
    chance = Random(0)
    talks = {
        language: [one for one in turns if one.layer == 1 and len(one.before) == CLOSE and one.language == language]
        for language in LANGUAGES
    }
    return [
        one if one.layer == 1 or one.before or chance.random() < 0.5 else replace(one, before=elsewhere(one, talks[one.language], chance))
        for one in turns
    ]


def elsewhere(turn: PosedTurn, talks: Sequence[PosedTurn], chance: Random) -> Before:
    """The messages before a turn of another source."""
    others = [one for one in talks if one.source != turn.source] or talks
    return chance.choice(others).before if others else ()


def cast(data: Path) -> Iterator[PosedTurn]:
    """TREC CAsT: what is asked as it was said, and so that it stands alone; where both are one, it needed nothing."""
    folder = data / "layer" / "trec_cast"
    resolved = {line[0]: line[1] for line in _tsv(folder / "2019/data/evaluation/evaluation_topics_annotated_resolved_v1.0.tsv")}
    for topic in _json(folder / "2019/data/evaluation/evaluation_topics_v1.0.json"):
        for turn in topic["turn"]:
            turn["manual_rewritten_utterance"] = resolved.get(f"{topic['number']}_{turn['number']}", turn["raw_utterance"])
        yield from _cast(topic["turn"], f"2019-{topic['number']}")
    for year, name in ((2020, "2020_manual_evaluation_topics_v1.0.json"), (2021, "2021_manual_evaluation_topics_v1.0.json")):
        for topic in _json(folder / str(year) / name):
            yield from _cast(topic["turn"], f"{year}-{topic['number']}")
    for topic in _json(folder / "2022/2022_evaluation_topics_tree_v1.0.json"):
        yield from _cast([one for one in topic["turn"] if "manual_rewritten_utterance" in one], f"2022-{topic['number']}")


def _cast(turns: Iterable[Mapping[str, Any]], group: str) -> Iterator[PosedTurn]:
    before: list[tuple[str, str]] = []
    for turn in turns:
        said = turn.get("raw_utterance") or turn["utterance"]
        alone = not before or letters(said) == letters(turn["manual_rewritten_utterance"])
        yield PosedTurn("TREC CAsT", "en", 0 if alone else 1, said, group, tuple(before[-CLOSE:]))
        before += [("user", said), *([("assistant", turn["passage"])] if turn.get("passage") else [])]


def gecor(data: Path) -> Iterator[PosedTurn]:
    """GECOR: what a diner said, in full, and with what was left out or only pointed to."""
    for number, dialogue in enumerate(_json(next((data / "layer" / "gecor").glob("*/CamRest676_annotated.json")))):
        before: list[tuple[str, str]] = []
        for turn in dialogue["dial"]:
            said, whole = turn["usr"], turn["usr"]["transcript_complete"]
            shorter = {said[f"transcript_with_{how}"] for how in ("ellipsis", "coreference")} - {"", whole}
            shown = tuple(before[-CLOSE:])
            yield from (PosedTurn("GECOR", "en", 1, text, str(number), shown) for text in sorted(shorter) if before)
            if not before:
                yield PosedTurn("GECOR", "en", 0, whole, str(number))
            before += [("user", said["transcript"]), ("assistant", turn["sys"]["sent"])]


def mtbench(data: Path) -> Iterator[PosedTurn]:
    """MT-Bench, English and Japanese: the first turn stands alone, the second needs it."""
    files: dict[Language, str] = {"en": "mtbench/mt_bench/question.jsonl", "ja": "mtbench_ja/japanese_mt_bench/question_full.jsonl"}
    for language, file in files.items():
        for task in _lines(data / "layer" / file):
            first, second = task["turns"][:2]
            group = f"{language}-{task['question_id']}"
            yield PosedTurn(f"MT-Bench {language}", language, 0, first, group)
            yield PosedTurn(f"MT-Bench {language}", language, 1, second, group, (("user", first),))


def mtbench101(data: Path) -> Iterator[PosedTurn]:
    """MT-Bench-101: first turns stand alone; in some of its tasks the later ones do not."""
    for dialogue in _lines(data / "layer" / "mtbench101" / "mtbench101.jsonl"):
        said = [("user", "assistant", turn["user"], turn["bot"]) for turn in dialogue["history"]]
        messages = [one for user, bot, asked, answered in said for one in ((user, asked), (bot, answered))]
        group = f"{dialogue['task']}-{dialogue['id']}"
        yield PosedTurn("MT-Bench-101", "en", 0, messages[0][1], group)
        later = range(2, len(messages), 2) if dialogue["task"] in FOLLOWING_UP else ()
        yield from (PosedTurn("MT-Bench-101", "en", 1, messages[at][1], group, tuple(messages[at - CLOSE : at])) for at in later)


def alone(data: Path) -> Iterator[PosedTurn]:
    """What stands alone: tasks of Self-Instruct, questions of WebQuestions and TREC QC, what people say in songys' Korean chats."""
    layer = data / "layer"
    tasks = chain(
        _lines(layer / "self_instruct/data/seed_tasks.jsonl"), _lines(layer / "self_instruct/human_eval/user_oriented_instructions.jsonl")
    )
    for task in tasks:
        given = task["instances"][0]["input"]
        yield PosedTurn("Self-Instruct", "en", 0, f"{task['instruction']}\n{given}".strip(), task["id"])
    for question in _json(layer / "webquestions/main/test.json"):
        yield PosedTurn("WebQuestions", "en", 0, question["qText"], question["qId"])
    for line in (layer / "trec_qc/TREC.test.all").read_text("latin-1").splitlines():
        yield PosedTurn("TREC QC", "en", 0, line.split(" ", 1)[1].replace(" ?", "?"), line)
    with (layer / "songys_chatbot_ko/ChatbotData.csv").open(encoding="utf-8", newline="") as file:
        yield from (PosedTurn("songys", "ko", 0, row["Q"], row["Q"]) for row in csv.DictReader(file))


def longmemeval(data: Path) -> Iterator[PosedTurn]:
    """LongMemEval's questions about what a user told."""
    for question in read_questions(data / LONGMEMEVAL):
        yield PosedTurn("LongMemEval", "en", 2, question.question, question.question_id)


def realmem(data: Path) -> Iterator[PosedTurn]:
    """RealMem: what was answered from memory; and what was said amid a session and was not."""
    for file in sorted((data / "realmem").glob("*.json")):
        for session in _json(file)["dialogues"]:
            turns = session["dialogue_turns"]
            for at, turn in enumerate(turns):
                needs = bool(turn.get("is_query"))
                if turn["speaker"] == "User" and (needs or at >= CLOSE):
                    before = tuple((one["speaker"].lower(), one["content"]) for one in turns[max(0, at - CLOSE) : at])
                    group = f"{file.stem}-{session['session_uuid']}"
                    yield PosedTurn("RealMem", "en", 2 if needs else 1, turn["content"], group, before, certain=False)


def memorybank(data: Path) -> Iterator[PosedTurn]:
    """MemoryBank's English probing questions."""
    for line in _lines(data / "memorybank" / "en" / "probing_questions_en.jsonl"):
        yield from (PosedTurn("MemoryBank", "en", 2, question, person) for person, asked in line.items() for question in asked)


def own(data: Path) -> Iterator[PosedTurn]:
    """Turns written for this project, in English, Korean and Japanese."""
    for language in LANGUAGES:
        for number, line in enumerate(_lines(OWN_TURNS / f"{language}.jsonl")):
            before = tuple((speaker, text) for speaker, text in line["before"])
            yield PosedTurn(f"own {language}", language, line["layer"], line["text"], f"{language}-{number}", before)


SOURCES: Mapping[str, Callable[[Path], Iterator[PosedTurn]]] = {
    read.__name__: read for read in (cast, gecor, mtbench, mtbench101, alone, longmemeval, realmem, memorybank, own)
}


def letters(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _json(file: Path) -> Any:
    return json.loads(file.read_text("utf-8"))


def _lines(file: Path) -> Iterator[Any]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _tsv(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
