"""One user among many: whatever is asked at random, nothing of the others comes back, and what they store changes no score.

1,500 questions in a normal run; MNEME_THOROUGH=1 makes it 20,000.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest

from stores.access import Access, tenant
from stores.engines import edge
from stores.engines.edge import MILLISECONDS_TO_COUNT, EdgeCollection, EdgeEngine
from stores.engines.engine import Point
from stores.engines.opening import drop_collections
from stores.engines.server import IN_MEMORY, Server, ServerEngine
from stores.errors import InputError
from stores.memory_store import MOST, MemoryStore, Shown
from stores.points import RECORD_INDEXES
from stores.record import KINDS, MemoryRecord, Policy
from stores.upkeep.contents import COLLECTIONS
from tests.engines import ENGINES, opened_on
from tests.fakes import NOON, HashEmbedder, record

QUESTIONS = 20_000 if os.environ.get("MNEME_THOROUGH") else 1_500
RECORDS = 50
ALIKE = ["ada", "ada ", "Ada", "ada2", "ad", "ada*", "*", "ada/ada", '["ada"]', "àda", "ada\u200b", "ada\n", "null", "user_id"]
USERS = [*ALIKE, *(f"user{number}" for number in range(40 - len(ALIKE)))]
CHARACTERS = ("mneme", "iris")
PURPOSES: tuple[tuple[str, ...], ...] = ((), (), ("answer",), ("medical",), ("answer", "medical"))
WORDS = ["tea", "garden", "Lisbon", "lamp", "sister", "doctor", "river", "guitar", "bread", "winter", "boat", "letter"]
NOW = NOON + timedelta(days=30)


def records_of(user: str, chance: Random) -> list[MemoryRecord]:
    """A user's records in words that all users share: of several kinds and characters, some secret, expired, superseded or derived."""
    made: list[MemoryRecord] = []
    for number in range(RECORDS):
        policy = Policy(
            sensitivity=chance.choice(["normal", "normal", "private", "secret"]),
            purposes=chance.choice(PURPOSES),
            expires_at=chance.choice([None, None, None, NOON, NOW + timedelta(days=1)]),
        )
        before = [chance.choice(made).id] if made and chance.random() < 0.1 else []
        sources = [chance.choice(made).id] if made and chance.random() < 0.1 else []
        said_at = NOON + timedelta(hours=chance.randrange(600))
        text = f"{' '.join(chance.choices(WORDS, k=8))} {number}"
        known_by = tuple(chance.sample(CHARACTERS, chance.choice([1, 1, 2])))
        kind = chance.choice(KINDS)
        made.append(
            record(
                text,
                number,
                user,
                kind=kind,
                policy=policy,
                known_by=known_by,
                said_at=said_at,
                supersedes=tuple(before),
                derived_from=tuple(sources),
                thread_id=chance.choice(["t", "u"]),
            )
        )
    return made


@dataclass
class Folder:
    """A memory of many users, and which of their records were made, superseded or hidden."""

    memory: MemoryStore
    records: dict[str, dict[str, MemoryRecord]]
    ended: dict[str, set[str]]

    def ids(self, access: Access, *, past: bool = False) -> set[str]:
        """The ids that an access may see, counted by hand."""
        mine = self.records[access.user_id].values()
        allowed = {one.id for one in mine if access.role == "owner" or is_for(one, access)}
        expired = {one.id for one in mine if one.policy.expires_at and one.policy.expires_at <= NOW}
        return allowed if past else allowed - expired - self.ended[access.user_id]


def is_for(one: MemoryRecord, access: Access) -> bool:
    """Whether a character may see a record for its purpose."""
    policy = one.policy
    return (
        access.character_id in one.known_by
        and policy.sensitivity != "secret"
        and (not policy.purposes or access.purpose in policy.purposes)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    chance = Random(7)
    with MemoryStore.open(tmp_path_factory.mktemp("many") / "home", HashEmbedder()) as memory:
        records = {user: {one.id: one for one in records_of(user, chance)} for user in USERS}
        ended: dict[str, set[str]] = {}
        for user, made in records.items():
            assert {one.outcome for one in memory.remember(list(made.values()))} == {"stored"}
            hidden = memory.hide(chance.sample(sorted(made), 2), access=Access(user, role="owner")).ids
            ended[user] = {*hidden, *chain.from_iterable(one.supersedes for one in made.values())}
        yield Folder(memory, records, ended)


@dataclass
class Asker:
    """Asks a memory at random, as one user, and checks that what comes back is theirs."""

    folder: Folder
    access: Access
    chance: Random

    @property
    def foreign(self) -> list[str]:
        """Some ids of others."""
        others = self.chance.sample([user for user in USERS if user != self.access.user_id], 2)
        return [self.chance.choice(sorted(self.folder.records[user])) for user in others]

    @property
    def own(self) -> list[str]:
        return self.chance.sample(sorted(self.folder.records[self.access.user_id]), 2)

    def ask(self) -> None:
        questions: list[Callable[[], None]] = [self.recall, self.recall, self.stream, self.read, self.count, self.history, self.change]
        self.chance.choice(questions)()

    def recall(self) -> None:
        query = " ".join(self.chance.choices([*WORDS, *USERS, "12", '"', "*", "OR 1=1", "🫖"], k=self.chance.randint(1, 5)))
        if not query.strip():
            return
        given: dict[str, Any] = {"k": self.chance.choice([1, 8, 300]), "pool": self.chance.choice([1, 20, 5_000]), "now": NOW}
        if self.chance.random() < 0.3:
            given["until"] = NOON + timedelta(hours=self.chance.randrange(700))
        if self.chance.random() < 0.3:
            given["kinds"] = self.chance.sample(KINDS, 2)
        if self.chance.random() < 0.3:
            given["leave_out"] = Shown("t", tuple(self.chance.sample([str(number) for number in range(RECORDS)], 9)))
        found = self.folder.memory.recall(query, access=self.access, **given)
        self.may_see([one.record for one in found.candidates])

    def stream(self) -> None:
        past = self.chance.random() < 0.5
        everything = self.folder.memory.stream(access=self.access, past=past, now=NOW, limit=MOST)
        self.may_see(everything, past=past)
        assert {one.id for one in everything} == self.folder.ids(self.access, past=past)
        page = self.folder.memory.stream(
            access=self.access,
            now=NOW,
            kinds=self.chance.sample(KINDS, 3),
            until=NOON + timedelta(hours=self.chance.randrange(700)),
            limit=self.chance.choice([1, 7, 10_000]),
            offset=self.chance.choice([0, 3, 60]),
        )
        self.may_see(page)

    def read(self) -> None:
        ids = [*self.foreign, *self.own, self.foreign[0][:8], self.foreign[0].upper(), "*", ""]
        self.chance.shuffle(ids)
        found = self.folder.memory.read(ids, access=self.access)
        assert {one.user_id for one in found} <= {self.access.user_id}
        if self.access.role == "owner":
            assert {one.id for one in found} == set(ids) & self.folder.records[self.access.user_id].keys()

    def count(self) -> None:
        assert self.folder.memory.count(self.access, now=NOW) == len(self.folder.ids(self.access))

    def history(self) -> None:
        for id in self.foreign:
            events = self.folder.memory.history(id, access=self.access)
            assert {(event.user_id, event.kind) for event in events} <= {(self.access.user_id, "denied")}
        assert {event.user_id for event in self.folder.memory.history(self.own[0], access=self.access)} <= {self.access.user_id}

    def change(self) -> None:
        """What is not theirs cannot be forgotten, hidden, brought back, changed or judged, also not along with what is theirs."""
        memory, access, strange = self.folder.memory, self.access, self.foreign[0]
        mixed = [*self.own, strange]
        self.chance.shuffle(mixed)
        changes: list[Callable[[], object]] = [
            lambda: memory.would_forget(mixed, access=access),
            lambda: memory.forget(mixed, access=access),
            lambda: memory.hide(mixed, access=access),
            lambda: memory.restore(strange, access=access),
            lambda: memory.edit(strange, "mine now", access=access),
            lambda: memory.feedback(strange, True, access=access),
            lambda: memory.forget([strange[:8]], access=access),
        ]
        with pytest.raises(InputError):
            self.chance.choice(changes)()

    def may_see(self, found: Sequence[MemoryRecord], *, past: bool = False) -> None:
        assert {one.user_id for one in found} <= {self.access.user_id}
        assert {one.id for one in found} <= self.folder.ids(self.access, past=past)
        assert len({one.id for one in found}) == len(found)


def test_a_user_never_sees_or_changes_what_is_others(folder: Folder) -> None:
    chance = Random(11)
    for _ in range(QUESTIONS):
        user = chance.choice(USERS)
        accesses = [Access(user, role="owner"), Access(user, chance.choice(CHARACTERS), purpose=chance.choice(["answer", "medical", "*"]))]
        Asker(folder, chance.choice(accesses), chance).ask()
    assert folder.memory.count_all() == RECORDS * len(USERS)
    for user in USERS:
        owner = Access(user, role="owner")
        assert {one.id for one in folder.memory.stream(access=owner, past=True, limit=MOST)} == folder.records[user].keys()
        assert {one.id for one in folder.memory.stream(access=owner, now=NOW, limit=MOST)} == folder.ids(owner)


@pytest.mark.parametrize("user", ["", "  ", "\n"])
def test_without_a_user_nothing_is_asked(user: str) -> None:
    with pytest.raises(InputError, match="for a user"):
        Access(user, "mneme")


def test_a_home_without_a_name_on_a_server_drops_no_collection_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first Mneme gave homes no name: `mneme_` begins the names of all collections."""
    from qdrant_client import QdrantClient

    shared = QdrantClient(IN_MEMORY)
    monkeypatch.setattr(shared, "close", lambda: None)
    monkeypatch.setattr("qdrant_client.QdrantClient", lambda **_: shared)
    server, prefixes = Server("http://qdrant:6333"), ("mneme_", "mneme_214c69da_g1_")
    for prefix in prefixes:
        for name in COLLECTIONS:
            ServerEngine(server, prefix).collection(name, 4, ())
        assert ServerEngine(server, prefix).collections() == sorted(COLLECTIONS)
    drop_collections(server, "mneme_")
    assert [ServerEngine(server, prefix).collections() for prefix in prefixes] == [[], sorted(COLLECTIONS)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("quick", [MILLISECONDS_TO_COUNT, 0])
def test_what_others_store_changes_no_score(engine: str, quick: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "MILLISECONDS_TO_COUNT", quick)
    chance = Random(3)
    queries = [" ".join(chance.choices([*WORDS, "zebra"], k=4)) for _ in range(25)]
    with opened_on(engine, tmp_path) as memory:
        memory.remember([record(" ".join(chance.choices(WORDS, k=8)), number) for number in range(RECORDS)])
        before = [scores(memory, query) for query in queries]
        rare = ["zebra", "tea", "tea", "lamp"]  # words that are common among the others alone
        for user in USERS[1:]:
            memory.remember([record(" ".join(chance.choices(rare, k=20)), number, user) for number in range(RECORDS)])
        memory.optimize()
        for query, (bm25, others) in zip(queries, before, strict=True):
            assert scores(memory, query) == (bm25, pytest.approx(others, abs=1e-6))


def test_the_engines_own_counts_serve_where_a_user_is_alone_among_very_many_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = tenant("ada")
    with closing(EdgeEngine(tmp_path)) as engine:
        points = engine.collection("records", 2, RECORD_INDEXES)
        assert isinstance(points, EdgeCollection)
        points.upsert([Point(f"00000000-0000-0000-0000-{number:012x}", {"user_id": "ada"}, words="tea") for number in range(10)])
        assert points._counted_over(ada)
        monkeypatch.setattr(edge, "MILLISECONDS_TO_COUNT", 9)
        assert points._counted_over(ada) is None
        points.upsert([Point("00000000-0000-0000-0000-0000000000ff", {"user_id": "bob"}, words="tea")])
        assert points._counted_over(ada)


def scores(memory: MemoryStore, query: str) -> tuple[dict[str, float], dict[tuple[str, str], float]]:
    """Of each candidate its BM25; and its similarity, whose last bits the engine may round otherwise, and the final score."""
    found = memory.recall(query, access=Access("ada", "mneme"), now=NOW).candidates
    bm25 = {one.record.id: one.signals["bm25"] for one in found}
    return bm25, {
        (one.record.id, name): value for one in found for name, value in [("cosine", one.signals["similarity"]), ("all", one.score)]
    }
