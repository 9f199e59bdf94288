"""The commands about reflection: what they do, print, refuse and promise as JSON."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graph.assembly import Settings, open_memory
from nodes.reflection.draw_insights import CITES_NOTHING
from nodes.reflection.verify_insights import NOT_BORNE_OUT
from stores.access import Access
from stores.record import MemoryRecord
from tests.fakes import record
from tests.integration.commands import Typed, mneme, printed, refused
from tests.integration.fake_openai import Fails, FakeOpenAI, Reply, Says

OWNER = Access("ada", role="owner")
SPRING = datetime(2023, 5, 1, 12, tzinfo=UTC)
MIRA = ["My sister Mira gave me a lift.", "Mira plays the violin.", "I went to hear Mira play.", "Mira is moving to Porto."]
INSIGHT = ["id", "text", "concluded_at", "character", "how", "depth", "drawn", "importance", "rests_on"]
BEGUN = ["id", "run", "began_at", "importance", "due", "mind", "model", "after"]
DONE = {"questions", "evidence", "drawn", "dropped", "kept", "strengthened", "tokens", "milliseconds"}
SISTERS = "Ada leans on her sister Mira."
DEEPER = "Family is what Ada comes back to."


def tell(home: Path, texts: Sequence[str] = MIRA, first: int = 0, **fields: Any) -> list[MemoryRecord]:
    """Words of a day each; enough of an importance to be due where it is ten."""
    days = [SPRING + timedelta(days=day) for day in range(first, first + len(texts))]
    said = [record(text, first + at, **{"said_at": days[at], "created_at": days[at], **fields}) for at, text in enumerate(texts)]
    with open_memory(Settings(home=home)) as memory:
        memory.remember(said)
    return said


def enough(home: Path, **fields: Any) -> list[MemoryRecord]:
    """As much as makes a reflection due."""
    return tell(home, MIRA * 4, importance=10.0, **fields)


def says(**answer: Any) -> Says:
    return Says(json.dumps(answer))


def reflection_of(*drawn: tuple[str, Sequence[int]], refused: Sequence[int] = ()) -> list[Reply]:
    """What a model says that asks one question, draws these insights, and lets go those of these places."""
    insights = [{"text": text, "because": because} for text, because in drawn]
    verdicts = [{"why": "no word of it", "holds": False} if at in refused else {"why": "", "holds": True} for at in range(len(insights))]
    cited = [one for one, (_, because) in zip(verdicts, drawn, strict=True) if because]
    return [says(questions=["What is Mira to Ada?"]), says(insights=insights), says(verdicts=cited)]


def reflect(typed: Typed, home: Path, endpoint: FakeOpenAI, *drawn: tuple[str, Sequence[int]], refused: Sequence[int] = ()) -> str:
    """What `mneme reflect` prints with a model that draws this."""
    endpoint.now_replies(*reflection_of(*drawn, refused=refused))
    done = typed(home, "reflect", "--user", "ada", "--anyway", OPENAI_BASE_URL=endpoint.url)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def concluded(typed: Typed, home: Path) -> dict[str, dict[str, Any]]:
    """The insights into ada, by their words."""
    return {one["text"]: one for one in printed(typed(home, "reflections", "--user", "ada", "--json"))}


def test_what_is_not_due_is_not_done(tmp_path: Path, typed: Typed) -> None:
    tell(tmp_path, importance=9.0)
    told = typed(tmp_path, "reflect", "--user", "ada")
    assert told.stdout == "Nothing to reflect on yet: 36 of 150. To reflect all the same: --anyway.\n"
    report = printed(typed(tmp_path, "reflect", "--user", "ada", "--json"))
    assert list(report) == [*BEGUN, "milliseconds"]
    assert (report["due"], report["importance"], report["mind"], report["after"]) == (False, 36.0, "local", 0)
    assert typed(tmp_path, "reflections", "--user", "ada").stdout == "Nothing was concluded about ada yet.\n"
    assert typed(tmp_path, "reflections", "--user", "ada", "--tree").stdout == "Nothing was concluded about ada yet.\n"
    assert printed(typed(tmp_path, "reflections", "--user", "ada", "--json")) == []


def test_a_reflection_that_is_due_is_done_once(tmp_path: Path, typed: Typed) -> None:
    enough(tmp_path)
    told = typed(tmp_path, "reflect", "--user", "ada").stdout
    assert told == "1 insight kept, 0 strengthened, 0 dropped. See mneme reflections --tree.\n"
    assert typed(tmp_path, "reflect", "--user", "ada").stdout.startswith("Nothing to reflect on yet: 0 of 150.")
    assert typed(tmp_path, "reflect", "--user", "bob").stdout.startswith("Nothing to reflect on yet: 0 of 150.")


def test_a_reflection_that_is_wanted_anyway_tells_all_of_itself_as_json(tmp_path: Path, typed: Typed) -> None:
    said = tell(tmp_path)
    report = printed(typed(tmp_path, "reflect", "--user", "ada", "--user-name", "Ada", "--anyway", "--json"))
    assert set(report) == {*BEGUN, *DONE}
    assert report["questions"] == ["What came up about “Mira”?"]
    assert [{one["id"] for one in found} for found in report["evidence"]] == [{one.id for one in said}]
    (insight,) = concluded(typed, tmp_path).values()
    assert list(insight) == INSIGHT
    assert [insight["id"]] == report["kept"]
    assert insight["rests_on"] == [one.id for one in said]
    assert (insight["how"], insight["depth"], insight["drawn"], insight["character"]) == ("counted", 1, 1, "mneme")
    assert 1 <= insight["importance"] <= 10
    again = printed(typed(tmp_path, "reflect", "--user", "ada", "--user-name", "Ada", "--anyway", "--json"))
    assert (again["kept"], again["strengthened"], again["after"] > report["after"]) == ([], [insight["id"]], True)
    assert [one["drawn"] for one in concluded(typed, tmp_path).values()] == [2]


def test_a_reflection_that_asks_nothing_tells_the_same_of_itself(tmp_path: Path, typed: Typed) -> None:
    report = printed(typed(tmp_path, "reflect", "--user", "ada", "--anyway", "--json"))
    assert set(report) == {*BEGUN, *DONE}
    assert [report[name] for name in ("questions", "evidence", "drawn", "dropped", "kept", "strengthened")] == [[]] * 6
    assert typed(tmp_path, "reflect", "--user", "ada", "--anyway").stdout.startswith("Looked back: nothing raised a question.")


def test_what_was_not_kept_is_told_with_the_reason(tmp_path: Path, typed: Typed, endpoint: FakeOpenAI) -> None:
    tell(tmp_path)
    told = reflect(typed, tmp_path, endpoint, (SISTERS, [1, 2]), ("Ada sings.", []), ("Mira won a race.", [3]), refused=[2])
    assert told.splitlines() == [
        "1 insight kept, 0 strengthened, 2 dropped. See mneme reflections --tree.",
        f"  dropped, {CITES_NOTHING}: Ada sings.",
        f"  dropped, {NOT_BORNE_OUT}: no word of it: Mira won a race.",
    ]
    summary = f"1 reflection; not kept: 1 {CITES_NOTHING}, 1 {NOT_BORNE_OUT}."
    table = typed(tmp_path, "reflections", "--user", "ada").stdout
    assert table.splitlines()[0].strip() == "1 insight into ada"
    assert table.splitlines()[-1] == summary
    assert [words in table for words in ("concluded (UTC)", SISTERS, "Ada sings.", "Mira won a race.")] == [True, True, False, False]
    reflect(typed, tmp_path, endpoint, ("Ada dances.", []))
    assert typed(tmp_path, "reflections", "--user", "ada").stdout.endswith(
        f"2 reflections; not kept: 2 {CITES_NOTHING}, 1 {NOT_BORNE_OUT}.\n"
    )


def test_the_tree_shows_what_each_insight_rests_on_down_to_what_was_said(tmp_path: Path, typed: Typed, endpoint: FakeOpenAI) -> None:
    tell(tmp_path)
    reflect(typed, tmp_path, endpoint, (SISTERS, [2, 1]))
    reflect(typed, tmp_path, endpoint, (DEEPER, [5, 3]))
    found = concluded(typed, tmp_path)
    assert [found[text]["depth"] for text in (SISTERS, DEEPER)] == [1, 2]
    assert found[SISTERS]["id"] in found[DEEPER]["rests_on"]
    shown = typed(tmp_path, "reflections", "--user", "ada", "--tree").stdout
    assert re.sub(r"\d{4}-\d\d-\d\d [0-9a-f]{8} ", "", shown).splitlines() == [
        "What was understood of ada",
        f"└── {DEEPER}",
        f"    ├── Ada: {MIRA[2]}",
        f"    └── {SISTERS}",
        f"        ├── Ada: {MIRA[0]}",
        f"        └── Ada: {MIRA[1]}",
        "2 reflections; not kept: nothing.",
    ]
    assert all(one["id"][:8] in shown for one in found.values())


def test_an_insight_is_a_memory_that_goes_with_what_it_rests_on(tmp_path: Path, typed: Typed, endpoint: FakeOpenAI) -> None:
    said = tell(tmp_path)
    reflect(typed, tmp_path, endpoint, (SISTERS, [1, 2]))
    reflect(typed, tmp_path, endpoint, (DEEPER, [5, 3]))
    sisters, deeper = (concluded(typed, tmp_path)[text]["id"] for text in (SISTERS, DEEPER))
    shown = typed(tmp_path, "memories", "show", deeper[:8], "--user", "ada").stdout
    assert [words in shown for words in (DEEPER, "reflection", "inferred", sisters, said[2].id, "remembered")] == [True] * 6
    forget = ("memories", "forget", said[1].id, "--dry-run", "--user", "ada")
    rows = [line.split(maxsplit=1) for line in typed(tmp_path, *forget).stdout.splitlines()[2:]]
    assert [(id, " ".join(why.split())) for id, why in rows] == [
        (said[1].id[:8], f"named {MIRA[1]}"),
        (sisters[:8], f"a reflection made from {said[1].id[:8]} {SISTERS}"),
        (deeper[:8], f"a reflection made from {sisters[:8]} {DEEPER}"),
    ]
    assert [one["from"] for one in printed(typed(tmp_path, *forget, "--json"))["derived"]] == [said[1].id, sisters]
    assert len(concluded(typed, tmp_path)) == 2


@pytest.mark.parametrize("replies", [[Fails(500)], [says(questions=["Why?"]), Fails(401)], [Says("I would rather talk.")]])
def test_a_model_that_fails_keeps_nothing_and_says_so(tmp_path: Path, typed: Typed, endpoint: FakeOpenAI, replies: list[Reply]) -> None:
    said = enough(tmp_path)
    for more in ((), ("--anyway", "--json")):
        endpoint.now_replies(*replies)
        refused(typed(tmp_path, "reflect", "--user", "ada", *more, OPENAI_BASE_URL=endpoint.url), "Nothing was kept: ", "Try again later")
    assert {one["id"] for one in printed(typed(tmp_path, "memories", "list", "--user", "ada", "--json"))} == {one.id for one in said}
    asked = len(endpoint.requests)
    told = typed(tmp_path, "reflect", "--user", "ada", OPENAI_BASE_URL=endpoint.url).stdout
    assert told.startswith("The last reflection failed, and too little is new since to try again: 150 of 150 in all.")
    assert len(endpoint.requests) == asked
    assert reflect(typed, tmp_path, endpoint, (SISTERS, [1])).startswith("1 insight kept, ")


def test_the_reflections_that_are_due_are_done_for_every_user_and_character(tmp_path: Path, typed: Typed) -> None:
    enough(tmp_path, known_by=("mneme", "captain"))
    enough(tmp_path, user="bob", first=50)
    tell(tmp_path, user="cleo", first=90, importance=10.0)
    told = typed(tmp_path, "due").stdout.splitlines()
    assert told == [
        "captain reflected on ada: 1 insight kept.",
        "mneme reflected on ada: 1 insight kept.",
        "mneme reflected on bob: 1 insight kept.",
        "0 memories embedded, 0 items removed.",
    ]
    found = printed(typed(tmp_path, "reflections", "--user", "ada", "--json"))
    assert sorted(one["character"] for one in found) == ["captain", "mneme"]
    assert typed(tmp_path, "reflections", "--user", "ada").stdout.endswith("2 reflections; not kept: nothing.\n")
    assert typed(tmp_path, "due").stdout == "Nothing was due.\n"


def test_a_reflection_that_fails_does_not_keep_others_that_are_due_from_being_done(
    tmp_path: Path, typed: Typed, endpoint: FakeOpenAI
) -> None:
    enough(tmp_path)
    enough(tmp_path, user="bob", first=50)
    drawn = reflection_of((SISTERS, [1]), ("Bob sings.", []))
    endpoint.now_replies(Fails(401, "no key"), *drawn)
    report = printed(typed(tmp_path, "due", "--json", OPENAI_BASE_URL=endpoint.url))
    assert list(report) == ["scrubbed", "embedded", "expired", "plannings", "reflections", "indexed"]
    failed, done = report["reflections"]
    assert "401" in failed.pop("failed")
    assert failed == {"user_id": "ada", "character_id": "mneme", "kept": 0}
    assert done == {"user_id": "bob", "character_id": "mneme", "kept": 1, "failed": ""}
    tell(tmp_path, first=20, importance=10.0)
    endpoint.now_replies(Fails(401, "no key"))
    told = typed(tmp_path, "due", OPENAI_BASE_URL=endpoint.url).stdout
    assert told.startswith("mneme could not reflect on ada: choose_questions: ")
    assert "bob" not in told


def test_remembered_words_never_steer_the_terminal(tmp_path: Path, typed: Typed, endpoint: FakeOpenAI) -> None:
    user, red = "ada\x1b]0;x\x07", "\x1b[31mred\x9b0m"
    tell(tmp_path, [f"{one} {red}" for one in MIRA], user=user, speaker=f"Ada{red}")
    endpoint.now_replies(*reflection_of((f"{SISTERS} {red}", [1, 2]), (f"Ada sings. {red}", [])))
    said = [typed(tmp_path, "reflect", "--user", user, "--anyway", OPENAI_BASE_URL=endpoint.url)]
    said += [typed(tmp_path, "reflections", "--user", one, *more) for one in (user, "eve\x1b[2J") for more in ((), ("--tree",))]
    enough(tmp_path, user=user, first=20)
    endpoint.now_replies(Fails(401, red))
    said += [typed(tmp_path, "due", OPENAI_BASE_URL=endpoint.url)]
    said += [mneme(tmp_path, "reflect", "--anyway", "--user", user, OPENAI_BASE_URL=endpoint.url, FORCE_COLOR="")]
    printed_to = [one.stdout + one.stderr for one in said]
    assert all("␛" in one for one in printed_to)
    assert not any(sign in one for one in printed_to for sign in ("\x1b", "\x07", "\x9b"))
