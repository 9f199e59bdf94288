"""The systems that the evals of recall compare, on a small haystack with real engines, and on the data sets where they are."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from evals import locomo, longmemeval, madial, options, realmem
from evals.haystack import Haystack, Question
from evals.recall import measured, result_of
from evals.retrievers import PLAIN, Indexes, LangGraphStore, Mneme, Plain, Retriever
from stores.embedder import Embedder
from tests.fakes import NOON, HashEmbedder, record
from tests.integration.commands import Typed

DATA = Path(os.environ.get("MNEME_DATA") or Path(__file__).parents[3] / "shared" / "data")
SAID = (
    "The heron stood in the pond",
    "We ate plum cake at noon",
    "The train to Graz was late",
    "The heron came back with a fish",
    "Nobody liked the new curtains",
)


BEGINNING = 40  # records of a conversation


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not (DATA / name).exists(), reason=f"no data: set MNEME_DATA to the folder that holds {name}")


def haystack(until: int | None = None) -> Haystack:
    records = tuple(
        record(text, number, user="ada", session_id=f"s{number}", known_by=("eval",), said_at=NOON + timedelta(hours=number))
        for number, text in enumerate(SAID)
    )
    asked = Question(
        id="q",
        text="heron fish",
        asked_at=NOON + timedelta(days=1),
        group="g",
        categories=(),
        evidence=frozenset({records[3].id}),
        sessions=frozenset({"s3"}),
        until=None if until is None else NOON + timedelta(hours=until),
    )
    return Haystack("ada", records, SAID, (asked,))


def systems(embedder: Embedder) -> list[Retriever]:
    plain = [Plain(name, score, Indexes(embedder)) for name, score in PLAIN.items() if name != "Generative Agents"]
    return [Mneme(embedder), LangGraphStore(embedder), *plain]


@pytest.mark.parametrize("system", systems(HashEmbedder(dimension=1024)), ids=lambda system: system.name)
def test_every_system_finds_what_has_the_words_and_nothing_from_later(system: Retriever) -> None:
    stack = haystack()
    with system.over(stack) as search:
        found = search(stack.questions[0])
        earlier = search(haystack(until=2).questions[0])
    assert stack.by_id[found[0]].ordinal == 3
    assert sorted(stack.by_id[id].ordinal for id in found) == [0, 1, 2, 3, 4]
    assert sorted(stack.by_id[id].ordinal for id in earlier) == [0, 1, 2]
    assert stack.by_id[earlier[0]].ordinal == 0


def test_the_generative_agents_prefer_what_is_recent() -> None:
    stack = haystack()
    with Plain("", PLAIN["Generative Agents"], Indexes(HashEmbedder())).over(stack) as search:
        assert [stack.by_id[id].ordinal for id in search(replace(stack.questions[0], text="zebra"))][-1] == 0


def smoothed(stack: Haystack) -> list[int]:
    with Plain("", PLAIN["fusion + neighbours"], Indexes(HashEmbedder(dimension=1024))).over(stack) as search:
        return [stack.by_id[id].ordinal for id in search(stack.questions[0])]


def test_a_turn_beside_a_good_one_gains_and_a_fact_beside_one_does_not() -> None:
    stack = haystack()
    facts = replace(stack, records=tuple(one.model_copy(update={"kind": "fact"}) for one in stack.records))
    assert smoothed(stack) == [3, 0, 2, 4, 1]  # beside the best: 2 and 4; beside the second best: 1
    assert smoothed(facts) == [3, 0, 1, 2, 4]


@needs("locomo")
def test_bm25_on_a_conversation_of_locomo_gives_its_known_figure() -> None:
    embedder = HashEmbedder()
    system = Plain("BM25", PLAIN["BM25"], Indexes(embedder))
    result = result_of(locomo.DEFINITION, measured(islice(locomo.haystacks(DATA), 1), [system], embedder), "conv-26", 0)
    assert result.systems["BM25"]["turn R@10"].value == pytest.approx(0.6219, abs=0.0005)


@needs("realmem")
def test_realmem_asks_for_sessions_that_have_begun() -> None:
    stack = next(realmem.haystacks(DATA, 20))
    for asked in stack.questions:
        assert asked.until
        assert asked.sessions <= {one.session_id for one in stack.records if one.said_at <= asked.until}
        assert asked.text not in {one.text for one in stack.records if one.said_at <= asked.until}


@needs("longmemeval_s")
def test_longmemeval_marks_the_turns_of_the_user_that_answer() -> None:
    stack = next(longmemeval.haystacks(DATA, 1))
    asked = stack.questions[0]
    assert asked.sessions <= asked.named
    assert {stack.by_id[id].role for id in asked.evidence} == {"user"}


@needs("madial_bench")
def test_madial_has_one_pool_of_memories() -> None:
    stack = next(madial.haystacks(DATA))
    assert (len(stack.records), len(stack.questions)) == (160, 160)
    assert stack.questions[0].text.startswith('Bart: "Hey, did you know?')
    assert all(asked.evidence for asked in stack.questions)


def shortened(one: options.DataSet) -> Callable[[Path, int | None, int], Iterator[Haystack]]:
    """Haystacks of the beginning of each conversation and of what is evidence: to embed all of them takes minutes."""

    def haystacks(data: Path, limit: int | None, seed: int) -> Iterator[Haystack]:
        for whole in one.haystacks(data, limit, seed):
            evidence = {id for question in whole.questions for id in question.evidence}
            kept = [place for place, record in enumerate(whole.records) if place < BEGINNING or record.id in evidence]
            yield replace(whole, records=tuple(whole.records[at] for at in kept), texts=tuple(whole.texts[at] for at in kept))

    return haystacks


@needs("realmem")
@needs("locomo")
@needs("madial_bench")
def test_every_option_is_measured_on_every_data_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "DATA_SETS", {name: replace(one, haystacks=shortened(one)) for name, one in options.DATA_SETS.items()})
    found = options.run(DATA, limit=2)
    assert list(found.systems) == [options.SHIPPED, "decaying", "diverse", "widening 3"]
    assert list(found.differences) == ["decaying", "diverse", "widening 3"]
    told = {f"{name}: {metric}" for name, one in options.DATA_SETS.items() for metric in one.metrics}
    assert all(set(figures) == told for figures in (*found.systems.values(), *found.differences.values()))


def test_the_command_writes_figures_and_a_plot(tmp_path: Path, typed: Typed) -> None:
    turns = [{"id": f"1:{number}", "speaker": "Ada", "text": text} for number, text in enumerate(SAID)]
    conversation = {
        "id": "en-00",
        "language": "en",
        "speakers": ["Ada", "Ben"],
        "sessions": [{"at": "2023-03-04T18:20", "turns": turns}],
        "questions": [{"question": "What did the heron bring?", "evidence": ["1:3"], "kind": "single"}],
    }
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "en-00.json").write_text(json.dumps(conversation), "utf-8")
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = typed(tmp_path / "home", "eval", "own", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out"), "--json", **cache)
    written = json.loads((tmp_path / "out" / "own.json").read_text("utf-8"))
    assert json.loads(done.stdout) == written
    assert written["systems"]["Mneme"]["turn R@5"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert (tmp_path / "out" / "own.png").read_bytes().startswith(b"\x89PNG")
