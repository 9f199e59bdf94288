"""Reflection on a real engine folder: when it comes, what it keeps, what it drops. The mind is scripted unless a test says otherwise."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from graph.agent import turn_graph
from graph.assembly import Settings, open_memory
from graph.reflection import reflection_graph
from models.local_mind import LocalMind
from models.mind import (
    Answer,
    AnswerRequest,
    AskRequest,
    InferRequest,
    Insight,
    Insights,
    MindName,
    Questions,
    RateRequest,
    Ratings,
    Tokens,
    Verdict,
    Verdicts,
    VerifyRequest,
)
from nodes.context import Context
from nodes.reflection.draw_insights import CITES_NOTHING, CITES_UNSHOWN
from nodes.reflection.keep_insights import FORGOTTEN, MEANWHILE
from nodes.reflection.verify_insights import NOT_BORNE_OUT
from stores.access import Access
from stores.errors import ModelAnswerUnusable, ModelUnavailable
from stores.memory_store import MemoryStore
from stores.record import MemoryRecord, Policy, Trust
from tests.fakes import NOON, record, unembedded

OWNER = Access("ada", role="owner")
CHARACTER = Access("ada", "mneme", purpose="reflection")
DOWN = ModelUnavailable("The model is down.")
SWIMS = [
    "I swim every morning before work.",
    "The pool was cold today, but swimming clears my head.",
    "Missed my swim, and the whole day went wrong.",
    "My sister Mira asked why I swim so much; it keeps me calm.",
]


class ScriptedMind(LocalMind):
    """Draws the insights it is told to, each from all of the evidence unless it says what it cites; keeps what it was asked."""

    def __init__(self, embedder: Any) -> None:
        super().__init__(embedder)
        self.questions: Any = ["Why does Ada swim?"]
        self.drawn: Any = [Insight("Ada swims to stay calm.", (1, 2))]
        self.verdicts: Any = None
        self.ratings: Any = None
        self.asked: list[AskRequest] = []
        self.inferred: list[InferRequest] = []
        self.verified: list[VerifyRequest] = []
        self.rated: list[RateRequest] = []

    @property
    def name(self) -> MindName:
        return "chat"

    @property
    def model(self) -> str:
        return "scripted"

    def answer(self, request: AnswerRequest) -> Answer:
        return Answer(text="I see.")

    def ask(self, request: AskRequest) -> Questions:
        self.asked.append(request)
        return Questions(given(self.questions), Tokens(10, 1))

    def infer(self, request: InferRequest) -> Insights:
        self.inferred.append(request)
        return Insights(given(self.drawn), Tokens(20, 2))

    def verify(self, request: VerifyRequest) -> Verdicts:
        self.verified.append(request)
        return Verdicts(given(self.verdicts) or [Verdict(True)] * len(request.claims), Tokens(30, 3))

    def rate(self, request: RateRequest) -> Ratings:
        self.rated.append(request)
        return Ratings(given(self.ratings) or [9.0] * len(request.memories), Tokens(5, 5))


def given(script: Any) -> Any:
    """What is scripted; an exception is raised."""
    if isinstance(script, BaseException):
        raise script
    return script


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryStore]:
    with open_memory(Settings(home=tmp_path)) as opened:
        yield opened


@pytest.fixture
def mind(memory: MemoryStore) -> ScriptedMind:
    return ScriptedMind(memory.embedder)


def tell(memory: MemoryStore, texts: Sequence[str] = SWIMS, first: int = 0, **fields: Any) -> list[MemoryRecord]:
    """Words of ada, a day apart."""
    said = [
        record(text, number, said_at=NOON + timedelta(days=number), created_at=NOON + timedelta(days=number), **fields)
        for number, text in enumerate(texts, start=first)
    ]
    memory.remember(said)
    return said


def reflect(memory: MemoryStore, mind: Any, *, anyway: bool = True, days: int = 30, **context: Any) -> dict[str, Any]:
    """The reflection of a run of its own."""
    graph = reflection_graph(lambda *_: mind).compile(store=memory)
    whose = Context(**{"user_id": "ada", "user_name": "Ada", "now": NOON + timedelta(days=days), **context})
    done: dict[str, Any] = graph.invoke({"anyway": anyway}, context=whose)["reflection"]
    return done


def insights(memory: MemoryStore) -> list[MemoryRecord]:
    return memory.stream(access=OWNER, kinds=("reflection",), now=NOON + timedelta(days=200))


def events(memory: MemoryStore, *kinds: str) -> list[dict[str, Any]]:
    """What the journal says of ada's reflections."""
    from stores.tally import marker_of

    return [one.detail for one in memory.journal.of_record("ada", marker_of(CHARACTER)) if one.kind in kinds]


def test_every_record_is_rated_as_it_is_stored(memory: MemoryStore) -> None:
    low, high = tell(memory, ["ok, thanks", "My mother died last night."])
    given_one = record("I brushed my teeth.", 9, importance=7.5)
    memory.remember([given_one])
    rated = {one.id: one.importance or 0.0 for one in memory.read([low.id, high.id, given_one.id], access=OWNER)}
    assert 1 <= rated[low.id] < 3 < 6 < rated[high.id] <= 10
    assert rated[given_one.id] == 7.5
    edited = memory.edit(low.id, "My father died too.", access=OWNER)
    assert (memory.read([edited.id], access=OWNER)[0].importance or 0.0) > 5


def test_an_insight_is_a_record_that_cites_what_it_rests_on(memory: MemoryStore, mind: ScriptedMind) -> None:
    said = tell(memory)
    done = reflect(memory, mind)
    [insight] = insights(memory)
    shown = {one.id for one in mind.inferred[0].evidence}
    assert done["kept"] == [insight.id]
    assert insight.text == "Ada swims to stay calm."
    assert insight.kind == "reflection"
    assert insight.additional["depth"] == 1
    assert insight.trust.origin == "inferred"
    assert 1 <= (insight.importance or 0) <= 10
    assert insight.derived_from == tuple(one.id for one in mind.inferred[0].evidence[:2])
    assert set(insight.derived_from) <= shown == {one.id for one in said}
    assert done["tokens"] == {"input": 60, "output": 6}
    assert done["evidence"]
    assert all(one.keys() == {"id"} for found in done["evidence"] for one in found)


def test_questions_are_asked_over_the_latest_hundred_and_not_over_what_repeats_memory(memory: MemoryStore, mind: ScriptedMind) -> None:
    tell(memory, [f"Word {number}." for number in range(120)])
    tell(memory, ["You told me so."], first=200, trust=Trust(origin="recalled"))
    reflect(memory, mind, days=400)
    asked = [one.text for one in mind.asked[0].memories]
    assert asked == [f"Word {number}." for number in range(21, 120)]


@pytest.mark.parametrize(
    ("drawn", "why"),
    [
        (Insight("Ada swims.", ()), CITES_NOTHING),
        (Insight("Ada swims.", (1, 17)), CITES_UNSHOWN),
        (Insight("Ada swims.", (0,)), CITES_UNSHOWN),
    ],
)
def test_what_cites_nothing_or_what_it_was_not_shown_is_dropped_and_said_so(
    memory: MemoryStore, mind: ScriptedMind, drawn: Insight, why: str
) -> None:
    tell(memory)
    mind.drawn = [drawn, Insight("Ada swims to stay calm.", (2,))]
    done = reflect(memory, mind)
    assert done["dropped"] == [{"text": "Ada swims.", "why": why}]
    assert [one.text for one in insights(memory)] == ["Ada swims to stay calm."]
    assert events(memory, "reflected")[0]["dropped"] == {why: 1}


def test_what_its_evidence_does_not_bear_out_is_dropped_and_said_so(memory: MemoryStore, mind: ScriptedMind) -> None:
    tell(memory)
    mind.drawn = [Insight("Ada won a race.", (1,)), Insight("Ada swims to stay calm.", (2,))]
    mind.verdicts = [Verdict(False, "no race is told of"), Verdict(True)]
    done = reflect(memory, mind)
    assert done["dropped"] == [{"text": "Ada won a race.", "why": NOT_BORNE_OUT, "detail": "no race is told of"}]
    assert [one.text for one in insights(memory)] == ["Ada swims to stay calm."]
    assert [one.text for one in mind.verified[0].claims[0].evidence] == [mind.inferred[0].evidence[0].text]


def test_insights_that_are_stored_and_cannot_be_embedded_are_kept_and_embedded_later(
    memory: MemoryStore, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(memory, importance=9.0)
    with unembedded(monkeypatch):
        done = reflect(memory, mind, anyway=False, reflect_at=30)
    assert done["kept"] == [one.id for one in insights(memory)] != []
    assert "failed" not in done
    assert not events(memory, "not_reflected")
    assert memory.embed_missing() == 1


@pytest.mark.parametrize("step", ["questions", "drawn", "verdicts"])
def test_nothing_is_kept_where_the_model_fails_and_the_reflection_stays_due(memory: MemoryStore, mind: ScriptedMind, step: str) -> None:
    tell(memory, importance=9.0)
    working = getattr(mind, step)
    setattr(mind, step, DOWN)
    before = memory.count_all()
    done = reflect(memory, mind, anyway=False, reflect_at=30)
    assert done["due"]
    assert "down" in done["failed"]
    assert memory.count_all() == before
    assert not events(memory, "reflected")
    setattr(mind, step, working)
    assert not reflect(memory, mind, anyway=False, reflect_at=30)["due"]  # not at every turn
    tell(memory, ["I swam."], first=20, importance=4.0)
    assert reflect(memory, mind, anyway=False, reflect_at=30)["kept"]
    assert len(insights(memory)) == 1


def test_an_interrupted_reflection_keeps_nothing_and_comes_back(memory: MemoryStore, mind: ScriptedMind) -> None:
    tell(memory, importance=9.0)
    mind.verdicts = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        reflect(memory, mind, anyway=False, reflect_at=30)
    assert not insights(memory)
    mind.verdicts = None
    assert reflect(memory, mind, anyway=False, reflect_at=30)["kept"]
    assert not reflect(memory, mind, anyway=False, reflect_at=30)["due"]


def test_a_reflection_that_is_cut_short_once_it_is_kept_says_what_it_kept(
    memory: MemoryStore, mind: ScriptedMind, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(memory)
    reflect(memory, mind)
    [earlier], real = insights(memory), memory.remember
    tell(memory, ["Swimming calmed me again after the row with my boss."], first=10)
    mind.drawn = [Insight("Ada swims in order to stay calm.", (5,)), Insight("Ada does not swim to stay calm.", (1,))]

    def cut_short(records: list[MemoryRecord], **given: Any) -> None:
        real(records, **given)
        raise KeyboardInterrupt

    graph = reflection_graph(lambda *_: mind).compile(store=memory, checkpointer=InMemorySaver())
    whose, config = Context(user_id="ada", user_name="Ada", now=NOON + timedelta(days=31)), {"configurable": {"thread_id": "alone"}}
    with monkeypatch.context() as broken:
        broken.setattr(memory, "remember", cut_short)
        with pytest.raises(KeyboardInterrupt):
            graph.invoke({"anyway": True}, context=whose, config=config)
    done = graph.invoke(None, context=whose, config=config)["reflection"]
    [fresh] = [one for one in insights(memory) if one.id != earlier.id]
    assert (done.get("failed"), done["kept"], done["strengthened"]) == (None, [fresh.id], [earlier.id])
    assert len(events(memory, "reflected")) == 2


def test_an_insight_that_is_drawn_again_is_strengthened_instead_of_piling_up(memory: MemoryStore, mind: ScriptedMind) -> None:
    tell(memory)
    reflect(memory, mind)
    [first] = insights(memory)
    tell(memory, ["Swimming calmed me again after the row with my boss."], first=10)
    mind.drawn = [Insight("Ada swims in order to stay calm.", (5,)), Insight("Ada does not swim to stay calm.", (1,))]
    done = reflect(memory, mind, days=31)
    assert done["strengthened"] == [first.id]
    strengthened, other = sorted(insights(memory), key=lambda one: one.said_at)
    assert other.text == "Ada does not swim to stay calm."
    assert strengthened.additional["drawn_by"] == [first.additional["drawn_by"][0], done["id"]]  # type: ignore[index,call-overload]
    assert set(strengthened.derived_from) > set(first.derived_from) or strengthened.derived_from == first.derived_from
    assert first.id not in strengthened.derived_from
    assert strengthened.importance == (first.importance or 0) + 1


def test_what_is_drawn_for_two_questions_is_one_insight_that_cites_all(memory: MemoryStore, mind: ScriptedMind) -> None:
    tell(memory)
    mind.questions = ["Why does Ada swim?", "What keeps Ada calm?"]
    mind.drawn = [
        Insight("Ada swims to stay calm.", (1,)),
        Insight("Ada swims in order to stay calm.", (2,)),
        Insight("Mira is curious.", (4,)),
    ]
    reflect(memory, mind)
    calm = [one for one in insights(memory) if "calm" in one.text]
    assert len(calm) == 1
    assert {one.id for found in mind.inferred for one in found.evidence[:2]} == set(calm[0].derived_from)
    assert len(insights(memory)) == 2


def test_an_insight_into_what_was_forgotten_meanwhile_is_not_kept(memory: MemoryStore, mind: ScriptedMind) -> None:
    said = tell(memory)

    class Slow(Reflecting):
        def infer(self, request: InferRequest) -> Insights:
            return Insights([Insight("Ada swims to stay calm.", (1,)), Insight("Mira is curious.", (2,))])

        def verify(self, request: VerifyRequest) -> Verdicts:
            memory.forget([request.claims[0].evidence[0].id], access=OWNER)
            return Verdicts([Verdict(True)] * len(request.claims))

    done = reflect(memory, Slow(mind, "", ""))
    assert done["dropped"] == [{"text": "Ada swims to stay calm.", "why": FORGOTTEN}]
    [kept] = insights(memory)
    assert kept.text == "Mira is curious."
    left = {one.id for one in memory.read([one.id for one in said], access=OWNER)}
    assert set(kept.derived_from) <= left


def test_reflections_are_reflected_on_and_go_with_what_they_rest_on(memory: MemoryStore, mind: ScriptedMind) -> None:
    said = tell(memory)
    reflect(memory, mind)
    [first] = insights(memory)
    mind.questions = ["What does calm mean to Ada, who swims?"]
    reflect(memory, Reflecting(mind, "Water is where Ada finds peace.", first.id), days=31)
    second = next(one for one in insights(memory) if one.id != first.id)
    assert second.additional["depth"] == 2
    assert first.id in second.derived_from
    receipt = memory.forget([first.derived_from[0]], access=OWNER)
    assert {first.id, second.id} <= set(receipt.ids)
    assert not insights(memory)
    assert len(memory.stream(access=OWNER, now=NOON + timedelta(days=400))) == len(said) - 1


class Reflecting:
    """A mind that draws one insight, from the record of this id, wherever it stands in the evidence."""

    def __init__(self, mind: ScriptedMind, text: str, cites: str) -> None:
        self._mind, self._text, self._cites = mind, text, cites

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mind, name)

    def infer(self, request: InferRequest) -> Insights:
        numbers = [at for at, one in enumerate(request.evidence, start=1) if one.id == self._cites]
        return Insights([Insight(self._text, numbers)])


def test_an_insight_is_as_private_as_what_it_rests_on(memory: MemoryStore, mind: ScriptedMind) -> None:
    ends = NOON + timedelta(days=300)
    tell(memory, SWIMS[:2], policy=Policy(sensitivity="private", purposes=("answer", "reflection")))
    tell(memory, SWIMS[2:3], first=5, policy=Policy(expires_at=ends))
    tell(memory, ["I swim to forget that I stole."], first=6, policy=Policy(sensitivity="secret"))
    tell(memory, ["I swim for my art."], first=7, policy=Policy(purposes=("answer",)))
    mind.drawn = [Insight("Ada swims to stay calm.", (1, 2, 3))]
    reflect(memory, mind)
    [insight] = insights(memory)
    assert insight.policy == Policy(sensitivity="private", purposes=("answer", "reflection"), expires_at=ends)
    shown = " ".join(one.text for one in (*mind.asked[0].memories, *mind.inferred[0].evidence))
    assert "stole" not in shown
    assert "art" not in shown


def test_a_reflection_that_another_run_has_done_meanwhile_is_not_done_twice(memory: MemoryStore, mind: ScriptedMind) -> None:
    tell(memory)

    class Slow(Reflecting):
        def verify(self, request: VerifyRequest) -> Verdicts:
            reflect(memory, mind)
            return Verdicts([Verdict(True)] * len(request.claims))

        infer = mind.infer  # type: ignore[assignment]

    done = reflect(memory, Slow(mind, "", ""))
    assert done["failed"] == MEANWHILE
    assert len(insights(memory)) == 1
    assert len(events(memory, "reflected")) == 1


def test_without_questions_or_insights_there_was_a_reflection_all_the_same(memory: MemoryStore, mind: ScriptedMind) -> None:
    tell(memory, importance=9.0)
    mind.questions = []
    done = reflect(memory, mind, anyway=False, reflect_at=30)
    assert done["kept"] == []
    assert not reflect(memory, mind, anyway=False, reflect_at=30)["due"]


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"kind": "turn"}, True),
        ({"kind": "fact"}, True),
        ({"kind": "reflection"}, False),
        ({"kind": "plan"}, False),
        ({"kind": "snapshot"}, False),
        ({"trust": Trust(origin="recalled")}, False),
        ({"trust": Trust(origin="notice")}, False),
        ({"known_by": ("another",)}, False),
        ({"user_id": "bob", "user": "bob"}, False),
    ],
)
def test_what_adds_up(memory: MemoryStore, mind: ScriptedMind, fields: dict[str, Any], counts: bool) -> None:
    user = fields.pop("user", "ada")
    memory.remember([record("Something.", 1, user, importance=9.0, **{k: v for k, v in fields.items() if k != "user_id"})])
    assert reflect(memory, mind, anyway=False, reflect_at=9)["due"] is counts


def test_each_character_reflects_by_itself(memory: MemoryStore, mind: ScriptedMind) -> None:
    tell(memory, SWIMS[:2], importance=9.0, known_by=("mneme", "captain"))
    assert reflect(memory, mind, anyway=False, reflect_at=18)["due"]
    assert not reflect(memory, mind, anyway=False, reflect_at=18)["due"]
    assert reflect(memory, mind, anyway=False, reflect_at=18, character_id="captain")["due"]


def test_other_words_for_what_was_counted_do_not_count_again_and_what_is_forgotten_no_more(memory: MemoryStore, mind: ScriptedMind) -> None:
    first, second = tell(memory, SWIMS[:2], importance=9.0)
    memory.edit(first.id, "I swim each morning.", access=OWNER)
    assert reflect(memory, mind, anyway=False, reflect_at=18.1)["importance"] == 18.0
    memory.forget([second.id], access=OWNER)
    assert reflect(memory, mind, anyway=False, reflect_at=18)["importance"] == 9.0


def converse(memory: MemoryStore, mind: Any, words: Sequence[str], **context: Any) -> list[dict[str, Any]]:
    """The states after turns of one thread."""
    agent = turn_graph(lambda *_: mind).compile(store=memory)
    whose = Context(**{"user_id": "ada", "thread_id": "t", "now": NOON, **context})
    return [agent.invoke({"messages": [HumanMessage(one, id=f"m{at}-{one}")]}, context=whose) for at, one in enumerate(words)]


def test_a_turn_is_followed_by_the_reflection_that_it_makes_due(memory: MemoryStore, mind: ScriptedMind) -> None:
    states = converse(memory, mind, SWIMS, reflect_at=12)
    due = [one["turn"]["reflection_due"] for one in states]
    assert set(due) == {True, False}
    for state in states:
        assert bool(state["reflection"]) is state["turn"]["reflection_due"]
    assert all(state["turn"]["unreflected"] >= 12 for state in states if state["turn"]["reflection_due"])
    assert insights(memory)


def test_a_deferred_reflection_waits_for_a_run_of_its_own(memory: MemoryStore, mind: ScriptedMind) -> None:
    states = converse(memory, mind, SWIMS, reflect_at=12, after_turn="deferred")
    assert states[-1]["turn"]["reflection_due"]
    assert not any(one["reflection"] for one in states)
    assert reflect(memory, mind, anyway=False, reflect_at=12)["due"]


def test_a_reflection_that_fails_does_not_fail_the_turn(memory: MemoryStore, mind: ScriptedMind) -> None:
    mind.questions = DOWN
    states = converse(memory, mind, SWIMS, reflect_at=12)
    failed = [one for one in states if "failed" in one["reflection"]]
    assert failed
    assert all(one["turn"]["answer"] == "I see." for one in states)


def test_the_steps_of_a_reflection_stream_from_within_the_agent(memory: MemoryStore, mind: ScriptedMind) -> None:
    tell(memory, importance=9.0)
    agent = turn_graph(lambda *_: mind).compile(store=memory)
    whose = Context(user_id="ada", thread_id="t", now=NOON + timedelta(days=30), reflect_at=30)
    parts = agent.stream({"messages": [HumanMessage("Hello.")]}, context=whose, stream_mode="updates", subgraphs=True)
    steps = [name for path, update in parts for name in update if path and path[0].startswith("reflection")]
    assert steps == ["consider", "choose_questions", "gather_evidence", "draw_insights", "verify_insights", "keep_insights"]


def test_a_mind_rates_several_memories_at_once_where_it_is_to(memory: MemoryStore, mind: ScriptedMind) -> None:
    converse(memory, mind, ["Hello.", "Nice day.", "The bus was late."], rating="model")
    assert not mind.rated
    state = converse(memory, mind, ["I had tea."], rating="model")[0]
    assert [len(one.memories) for one in mind.rated] == [8]
    assert state["turn"]["unreflected"] == 72.0
    assert state["turn"]["unrated"] == 0
    rated = memory.stream(access=OWNER, kinds=("turn",))
    assert {one.importance for one in rated} == {9.0}
    assert len(memory.journal.having("ada", [one.id for one in rated], ("rated",))) == 8


def test_where_rating_fails_the_heads_word_counts(memory: MemoryStore, mind: ScriptedMind) -> None:
    mind.ratings = ModelAnswerUnusable("It rates nothing.")
    state = converse(memory, mind, ["Hello.", "Nice day.", "The bus was late.", "I had tea."], rating="model")[-1]
    assert state["turn"]["degraded"] == ["rate: It rates nothing."]
    assert all(1 <= (one.importance or 0) < 9 for one in memory.stream(access=OWNER, kinds=("turn",)))


def test_the_local_mind_counts_and_quotes_and_says_so(memory: MemoryStore) -> None:
    tell(
        memory,
        [
            "My sister Mira gave me a lift.",
            "Mira plays the violin in a quartet.",
            "I went to hear Mira play.",
            "Mira is moving to Porto in June.",
            "The bus was late again.",
        ],
    )
    done = reflect(memory, LocalMind(memory.embedder))
    counted = [one for one in insights(memory) if "Mira" in one.text]
    assert done["mind"] == "local"
    assert len(counted) == 1
    assert counted[0].source == "counted"
    assert len(counted[0].derived_from) == 4
    assert "at least 4 memories" in counted[0].text
    assert "Mira is moving to Porto in June." in counted[0].text
    reflect(memory, LocalMind(memory.embedder), days=31)
    tell(memory, ["Mira found a flat in Porto."], first=40)
    reflect(memory, LocalMind(memory.embedder), days=60)
    again = [one for one in insights(memory) if "Mira" in one.text]
    assert len(again) == 1
    assert "at least 5 memories" in again[0].text
    assert len(again[0].additional["drawn_by"]) == 3  # type: ignore[arg-type]
