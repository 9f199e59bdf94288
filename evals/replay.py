"""Long conversations put together from real ones, and a mind that says what was answered in them."""

import gzip
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle, pairwise
from pathlib import Path
from random import Random
from typing import Any

from evals.cases import LONGMEMEVAL
from evals.realmem import REALMEM
from models.local_mind import LocalMind
from models.mind import Answer, AnswerRequest, ClassifyRequest, LayerChoice, MindName
from models.router import choose_layer
from models.routing.head import RoutingHead
from stores.embedder import Embedder
from stores.errors import InputError
from stores.histories.longmemeval import read_questions

MODEL = "gpt-4o-mini"  # whose tokens are counted
BEGAN = datetime(2026, 1, 1, 9, tzinfo=UTC)
BETWEEN_SESSIONS, BETWEEN_TURNS = timedelta(hours=9), timedelta(minutes=1)
SHARES: Mapping[str, float] = {"RealMem": 0.3, "LongMemEval": 0.4, "MT-Bench-101": 0.3}
ASKED_AFTER = 3  # sessions of its source between a question of LongMemEval and its last evidence

ASKED = "LongMemEval, asked"


@dataclass(frozen=True)
class Exchanged:
    """A message of the user and the answer to it, as they stand in the data.

    Attributes:
        evidence: What the answer rests on, piece by piece: how the ids of the messages begin any of which will do.
    """

    source: str
    session: str
    number: int
    said: str
    replied: str
    evidence: tuple[frozenset[str], ...] = ()

    @property
    def message_id(self) -> str:
        """The id of what the user said."""
        return f"{self.session}/{self.number}"

    @property
    def reply_id(self) -> str:
        """The id of the answer."""
        return f"{self.message_id}/answer"

    def shown(self, ids: Collection[str]) -> float:
        """The share of its evidence that is among these messages."""
        there = [any(id.startswith(one) for id in ids for one in piece) for piece in self.evidence]
        return sum(there) / len(there)


Session = Sequence[Exchanged]


def conversation(data: Path, person: int, turns: int, seed: int) -> list[tuple[datetime, Exchanged]]:
    """So many turns of one user with their moments: sessions of RealMem's person, of LongMemEval and of MT-Bench-101 among one another.

    Args:
        data: The folder of the data sets.
        person: Which of RealMem's persons.
        turns: How many.
        seed: Of the draw.

    Raises:
        InputError: A file is missing or not of the format, or there are too few turns.
    """
    chance = Random(f"{seed} {person}")
    try:
        pools = {"RealMem": realmem(data, person), "LongMemEval": longmemeval(data, chance), "MT-Bench-101": mtbench101(data, chance)}
        sessions = list(mixed(pools, turns))
    except (OSError, KeyError, TypeError, ValueError, IndexError) as error:
        raise InputError(
            f"The conversations in {data} cannot be read: {error!r}.", "--data takes the folder that holds realmem and layer."
        ) from error
    timed = [
        (BEGAN + day * BETWEEN_SESSIONS + place * BETWEEN_TURNS, turn)
        for day, session in enumerate(sessions)
        for place, turn in enumerate(session)
    ]
    return timed[:turns]


def mixed(pools: Mapping[str, Iterator[Session]], turns: int) -> Iterator[Session]:
    """Whole sessions in turn, so that each source has its share of the turns."""
    had = dict.fromkeys(pools, 0)
    while sum(had.values()) < turns:
        behind = min(had, key=lambda name: had[name] / SHARES[name])
        session = next(pools[behind])
        had[behind] += len(session)
        yield session


def realmem(data: Path, person: int) -> Iterator[Session]:
    """The sessions of one of RealMem's persons; what an answer rests on is known by session."""
    file = sorted((data / REALMEM).glob("*.json"))[person]
    for session in json.loads(file.read_text("utf-8"))["dialogues"]:
        turns = session["dialogue_turns"]
        both = [(user, reply) for user, reply in pairwise(turns) if (user["speaker"], reply["speaker"]) == ("User", "Assistant")]
        yield [realmem_turn(session["session_uuid"], number, user, reply) for number, (user, reply) in enumerate(both)]


def realmem_turn(session: str, number: int, user: Mapping[str, Any], reply: Mapping[str, Any]) -> Exchanged:
    """A turn with the earlier sessions whose memories its answer used."""
    used = dict.fromkeys(memory["session_uuid"] for memory in reply.get("memory_used") or () if memory["session_uuid"] != session)
    evidence = tuple(frozenset({f"{one}/"}) for one in used) if user.get("is_query") else ()
    return Exchanged("RealMem", session, number, user["content"], reply["content"], evidence)


def longmemeval(data: Path, chance: Random) -> Iterator[Session]:
    """Sessions that answer a question, then the question, over and over; the question lies some sessions behind."""
    questions = [one for one in read_questions(data / LONGMEMEVAL) if not one.question_id.endswith("_abs")]
    chance.shuffle(questions)
    told = sessions_of(data / LONGMEMEVAL, {id for question in questions for id in question.evidence})
    waiting: list[Session] = []
    for question in questions:
        answering = [told.pop(id) for id in question.evidence if id in told]
        if len(answering) < len(question.evidence):
            continue  # another question has had one of its sessions
        yield from (session for session, _ in answering)
        pieces = tuple(frozenset({id}) for _, marked in answering for id in marked)
        waiting.append([Exchanged(ASKED, f"asked-{question.question_id}", 0, question.question, question.answer, pieces)])
        if len(waiting) > ASKED_AFTER:
            yield waiting.pop(0)
    yield from waiting


def sessions_of(folder: Path, wanted: set[str]) -> dict[str, tuple[Session, Sequence[str]]]:
    """Sessions of LongMemEval by id, each with the ids of its messages that answer something."""
    found: dict[str, tuple[Session, Sequence[str]]] = {}
    with gzip.open(folder / "sessions.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            session = json.loads(line)
            if session["session_id"] in wanted:
                found[session["session_id"]] = exchanges(session["session_id"], session["turns"])
    return found


def exchanges(session: str, turns: Sequence[Mapping[str, Any]]) -> tuple[Session, Sequence[str]]:
    """The user's messages with the answers to them, and the ids of those messages that answer something."""
    both = [(user, reply) for user, reply in pairwise(turns) if (user["role"], reply["role"]) == ("user", "assistant")]
    said = [Exchanged("LongMemEval", session, number, user["content"], reply["content"]) for number, (user, reply) in enumerate(both)]
    pairs = zip(said, both, strict=True)
    marked = [id for one, (user, reply) in pairs for id, turn in ((one.message_id, user), (one.reply_id, reply)) if turn.get("has_answer")]
    return said, marked


def mtbench101(data: Path, chance: Random) -> Iterator[Session]:
    """MT-Bench-101's dialogues by chance, over and over: none needs what was said in another."""
    lines = (data / "layer" / "mtbench101" / "mtbench101.jsonl").read_text("utf-8").splitlines()
    dialogues = [json.loads(line) for line in lines if line.strip()]
    chance.shuffle(dialogues)
    for round, dialogue in enumerate(cycle(dialogues)):
        name = f"mtbench-{round}"
        yield [Exchanged("MT-Bench-101", name, at, one["user"], one["bot"]) for at, one in enumerate(dialogue["history"])]


class Replay(LocalMind):
    """A mind that says what stands in the data, never lacks anything, routes by a head that has not seen them, and is else the local one.

    Attributes:
        now: The turn that is being replayed.
    """

    def __init__(self, embedder: Embedder, head: RoutingHead) -> None:
        super().__init__(embedder)
        self._routing = head
        self.now: Exchanged | None = None

    @property
    def name(self) -> MindName:
        return "chat"

    @property
    def model(self) -> str:
        return MODEL

    def classify(self, request: ClassifyRequest) -> LayerChoice:
        return choose_layer(request.words, request.window, request.has_notes, self._embedder, self._routing)

    def answer(self, request: AnswerRequest) -> Answer:
        assert self.now
        return Answer(text=self.now.replied or "...", message_id=self.now.reply_id)
