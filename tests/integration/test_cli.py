"""The command line: as a process of its own, and, where a process of its own would show no more, within this one."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from graph.assembly import Settings, open_memory
from tests.integration.commands import Typed, json_of, mneme, printed, refused
from tests.integration.fake_openai import FakeOpenAI, Says
from tests.integration.processes import ROOT, environment

LONG = "My grandmother's recipe for plum cake needs two kilos of plums, and she told me never to peel them. " * 8
MEMORIES = tuple(f"memories {name}" for name in ("list", "show", "history", "edit", "forget", "restore", "feedback"))
UPKEEP = ("snapshot save", "snapshot verify", "snapshot load", "reindex", "migrate", "due", "doctor", "key")
PLANNING = ("plans", "plan", "observe")
REFLECTION = ("reflect", "reflections")
COMMANDS = (
    "say",
    "chat",
    "demo",
    "import",
    "recall",
    "threads",
    "eval",
    "memories",
    *MEMORIES,
    *PLANNING,
    *REFLECTION,
    "snapshot",
    *UPKEEP,
)


def line(text: str, number: int, role: str = "user", thread: str = "old") -> str:
    """A message in Mneme's own format."""
    speaker = "Ada" if role == "user" else "Mneme"
    message = {"thread": thread, "session": "1", "speaker": speaker, "role": role, "text": text}
    return json.dumps({**message, "said_at": f"2026-05-01T09:{number:02}:00+02:00"}, ensure_ascii=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which ada's history was imported, by a first process."""
    folder = tmp_path_factory.mktemp("cli")
    file = folder / "history.jsonl"
    texts = ["My flight to Kyoto is on the 3rd of June.", "긴 비행이 무서워요 :tea: [bold]차[/bold]", LONG.strip()]
    lines = [line(text, number) for number, text in enumerate(texts)]
    file.write_text("\n".join([*lines[:2], "this is not JSON", lines[2], line("x", 9, role="robot")]), encoding="utf-8")
    report = printed(mneme(folder / "home", "import", str(file), "--user", "ada", "--json"))
    assert (report["read"], report["stored"], report["duplicates"]) == (5, 3, 0)
    assert [one["line"] for one in report["rejected"]] == [3, 5]
    assert "not JSON" in report["rejected"][0]["why"]
    assert "robot" in report["rejected"][1]["why"]
    return folder / "home"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A home that this process has open."""
    with open_memory(Settings(home=tmp_path)):
        yield tmp_path


def test_the_same_file_again_stores_nothing(home: Path, typed: Typed) -> None:
    report = printed(mneme(home, "import", str(home.parent / "history.jsonl"), "--user", "ada", "--json"))
    assert (report["read"], report["stored"], report["duplicates"], len(report["rejected"])) == (5, 0, 3, 2)
    told = typed(home, "import", str(home.parent / "history.jsonl"), "--user", "ada")
    assert told.stdout == "Read 5, stored 0, already known 3, not stored 2.\n"
    assert "line 3: not JSON" in told.stderr


def test_what_was_said_is_remembered_by_another_process_in_another_thread(tmp_path: Path, typed: Typed) -> None:
    first = printed(mneme(tmp_path, "say", "I adopted a puppy called Biscuit.", "--user", "ada", "--now", "2026-05-01T12:00", "--json"))
    asked = ("say", "What is my puppy called?", "--thread", "two", "--now", "2026-05-22T12:00+00:00")
    second = printed(mneme(tmp_path, *asked, "--user", "ada", "--user-name", "Ada", "--location", "Lisbon", "--json"))
    assert_turn(first)
    assert_turn(second)
    assert (first["thread"], second["thread"]) == ("main", "two")
    assert (second["layer"], second["lacking"], second["mind"]) == (2, None, "local")
    assert "Biscuit" in second["answer"]
    assert "three weeks ago" in second["answer"]
    assert second["recalled"][0]["id"] == first["stored"][0]["id"]
    stranger = printed(typed(tmp_path, "say", "What is my puppy called?", "--user", "bob", "--json"))
    assert_turn(stranger)
    assert "Biscuit" not in json.dumps(stranger)
    assert isinstance(stranger["lacking"], str)


def assert_turn(report: dict[str, Any]) -> None:
    """The contract of `say --json`: these keys, and these types."""
    told = ["thread", "layer", "layers_tried", "answer", "lacking", "mind", "recalled", "stored"]
    assert list(report) == [*told, "reflection_due", "planning_due", "noted", "tokens", "prompts", "instead", "counted_by", "milliseconds"]
    assert [one["layer"] for one in report["prompts"]][: len(report["layers_tried"])] == report["layers_tried"]
    assert all(set(one) == {"layer", "prompt", "window", "notes", "memories"} for one in report["prompts"])
    assert set(report["instead"]) == {"full_history", "always_recall"}
    assert report["counted_by"] == "estimate"
    assert report["layer"] == report["layers_tried"][-1]
    assert set(report["layers_tried"]) <= {0, 1, 2}
    assert report["answer"]
    assert report["lacking"] is None or isinstance(report["lacking"], str)
    assert report["mind"] in ("local", "chat")
    for one in report["recalled"]:
        assert list(one) == ["id", "text", "speaker", "said_at", "kind", "score"]
        assert isinstance(one["score"], float)
        assert UUID(one["id"])
    assert [one["outcome"] for one in report["stored"]] == ["stored", "stored"]
    assert all(UUID(one["id"]) for one in report["stored"])
    assert set(report["tokens"]) == {"input", "output"}
    assert {"hear", "answer", "store"} <= report["milliseconds"].keys()
    assert all(isinstance(spent, float) for spent in report["milliseconds"].values())


def test_no_two_users_have_one_thread_whatever_slashes_are_in_their_names(tmp_path: Path) -> None:
    for user, thread in (("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c")):
        assert mneme(tmp_path, "say", "I like tea.", "--user", user, "--thread", thread).returncode == 0


def test_recall_tells_of_each_memory_why_it_was_found(home: Path, typed: Typed) -> None:
    found = printed(mneme(home, "recall", "the flight to Kyoto", "--user", "ada", "--k", "2", "--json"))
    assert len(found) == 2
    assert list(found[0]) == ["id", "text", "speaker", "said_at", "kind", "score", "signals"]
    assert (found[0]["text"], found[0]["speaker"], found[0]["kind"]) == ("My flight to Kyoto is on the 3rd of June.", "Ada", "turn")
    assert found[0]["said_at"] == "2026-05-01T07:00:00+00:00"
    assert found[0]["score"] > found[1]["score"]
    assert {"similarity", "bm25", "recency"} <= found[0]["signals"].keys()
    assert printed(typed(home, "recall", "the flight to Kyoto", "--user", "bob", "--json")) == []


@pytest.mark.parametrize(("zone", "on_the_day"), [("UTC", 0.0), ("America/Los_Angeles", 1.0)])
def test_recall_counts_days_where_the_user_is(tmp_path: Path, typed: Typed, zone: str, on_the_day: float) -> None:
    typed(tmp_path / "home", "say", "I planted a fig.", "--user", "ada", "--now", "2026-05-08T04:00:00+00:00")
    question = ("recall", "What did I plant yesterday?", "--user", "ada", "--now", "2026-05-08T20:00:00+00:00", "--timezone", zone)
    found = printed(typed(tmp_path / "home", *question, "--explain", "--json"))
    assert [one["signals"]["on the day"] for one in found if one["text"] == "I planted a fig."] == [on_the_day]
    assert ("yesterday" if on_the_day else "hours ago") in typed(tmp_path / "home", *question).stdout


def test_recall_tells_which_conversations_hold_it(tmp_path: Path, typed: Typed) -> None:
    for thread, words in (
        ("trip", "I will fly to Kyoto in June."),
        ("trip", "The flight to Kyoto is booked."),
        ("pets", "Biscuit ate a shoe."),
    ):
        typed(tmp_path, "say", words, "--user", "ada", "--thread", thread, "--now", "2026-05-01T12:00")
    asked = ("recall", "the flight to Kyoto", "--user", "ada", "--sessions", "--now", "2026-05-22T12:00+00:00")
    first, *others = printed(typed(tmp_path, *asked, "--json"))
    assert list(first) == ["session", "thread", "score", "memories"]
    assert (first["thread"], {one["thread"] for one in others}) == ("ada/trip", {"ada/pets"})
    assert first["memories"][0]["text"] == "The flight to Kyoto is booked."
    assert first["score"] == pytest.approx(sum(one["score"] for one in first["memories"]), abs=0.001)
    assert len(printed(typed(tmp_path, *asked, "--k", "1", "--json"))) == 1
    shown = typed(tmp_path, *asked).stdout
    assert "2 conversations" in shown
    assert "The flight to Kyoto is booked." in shown
    assert typed(tmp_path, "recall", "x", "--user", "nobody", "--sessions").stdout == "Nothing was found.\n"


def test_long_texts_and_other_scripts_stay_one_line_of_json_in_any_terminal(home: Path) -> None:
    found = printed(mneme(home, "recall", "plum cake", "--user", "ada", "--json", PYTHONIOENCODING="latin-1", PYTHONUTF8="0"))
    assert LONG.strip() in [one["text"] for one in found]
    assert "긴 비행이 무서워요 :tea: [bold]차[/bold]" in [one["text"] for one in found]


def test_memories_are_listed_and_shown(home: Path, typed: Typed) -> None:
    listed = printed(mneme(home, "memories", "list", "--user", "ada", "--kind", "turn", "--limit", "3", "--json"))
    assert len(listed) == 3
    assert [one["said_at"] for one in listed] == sorted((one["said_at"] for one in listed), reverse=True)
    assert {"id", "user_id", "character_id", "kind", "tier", "text", "derived_from", "policy", "trust", "schema_version"} <= listed[
        0
    ].keys()
    assert printed(mneme(home, "memories", "show", listed[0]["id"][:8], "--user", "ada", "--json")) == listed[0]
    shown = typed(home, "memories", "show", listed[0]["id"], "--user", "ada")
    assert "imported" in shown.stdout
    assert "remembered" in shown.stdout
    refused(typed(home, "memories", "show", listed[0]["id"], "--user", "bob"), "No memory of bob begins with", "memories list")


def test_what_a_person_reads_is_verbatim(home: Path, typed: Typed) -> None:
    listed = typed(home, "memories", "list", "--user", "ada")
    assert "긴 비행이 무서워요 :tea: [bold]차[/bold]" in listed.stdout
    assert typed(home, "memories", "list", "--user", "nobody").stdout == "Nothing is remembered of nobody.\n"
    assert typed(home, "recall", "x", "--user", "nobody").stdout == "Nothing was found.\n"
    poor = mneme(home, "memories", "list", "--user", "ada", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (poor.returncode, "?" in poor.stdout) == (0, True)


def test_the_doctor_says_what_mneme_runs_on(home: Path, typed: Typed) -> None:
    report = printed(mneme(home, "doctor", "--json"))
    parts = ["mind", "model", "engine", "embedder", "records", "encrypted", "threads", "home", "begun"]
    assert list(report) == [*parts, "mended", "lost", "due", "problems"]
    assert (report["mind"], report["home"], report["threads"]) == ("local", str(home), "SQLite")
    assert (report["records"], report["encrypted"]) == (3, False)
    assert report["mended"] == report["lost"] == report["due"] == report["problems"] == []
    ill = json_of(typed(home, "doctor", "--json", MNEME_EMBEDDER="openai:nothing"), code=1)
    assert "OPENAI_API_KEY" in ill["problems"][0]
    (home.parent / "file").write_text("", encoding="utf-8")
    unusable = json_of(typed(home.parent / "file", "doctor", "--json"), code=1)
    assert unusable["problems"] == [f"The folder {home.parent / 'file'} cannot be used: {home.parent / 'file'} is no folder."]


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        (("say", "Hello"), "MNEME_MODEL_TIMEOUT", "60s"),
        (("recall", "x"), "MNEME_WIDENING", "11"),
        (("doctor",), "MNEME_WIDENING", "a lot"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named_and_its_value_is_not(home: Path, command: tuple[str, ...], name: str, value: str) -> None:
    done = mneme(home, *command, **{name: value, "COLUMNS": "200", "FORCE_COLOR": ""})
    refused(done, f"{name} has a value that it cannot have: Input should be", f"Set {name} otherwise")
    assert value not in done.stderr


def test_words_that_are_no_text_are_refused_and_the_talk_goes_on(tmp_path: Path) -> None:
    lines = b"caf\xe9 is closed\nMy dog is called Rex.\nWhat is my dog called?\n"
    done = subprocess.run(
        [sys.executable, "-m", "app", "chat", "--user", "ada"],
        cwd=ROOT,
        env=environment(tmp_path, COLUMNS="80", PYTHONUTF8="1"),
        input=lines,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0
    assert b"holds half of a character" in done.stderr
    assert b'"My dog is called Rex."' in done.stdout
    assert "\ufffd".encode() not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("memories", "list", "--kind", "dream"), ("no kind 'dream'", "reflection, plan")),
        (("memories", "show", "zzz"), ("No memory of me begins with 'zzz'", "mneme memories list")),
        (("import", "nowhere.jsonl"), ("There is no file nowhere.jsonl", "Check")),
        (("import", "pyproject.toml", "--format", "diary"), ("no format 'diary'", "mneme, realmem, locomo, longmemeval")),
        (("import", "pyproject.toml"), ("pyproject.toml cannot be read as mneme", "Check that it is")),
        (("say", "Hello", "--now", "tomorrow"), ("'tomorrow' is no moment", "2026-05-07T09:30:00+02:00")),
        (("recall", "x", "--now", "1 May"), ("'1 May' is no moment", "Write it as")),
        (("recall", "x", "--now", "9999-12-31T23:59:59-12:00"), ("lies outside the calendar", "from 1900 to 2999")),
        (("recall", "x", "--timezone", "Mars/Olympus"), ("no time zone 'Mars/Olympus'", "Europe/Berlin")),
        (("say", "Hello", "--timezone", "Mars/Olympus"), ("no time zone 'Mars/Olympus'", "Europe/Berlin")),
        (("say", "Hello", "--locale", "xx"), ("no locale 'xx'", "ko")),
        (("say", "Hello", "--user", " "), ("No user is named", "--user")),
        (("reflect", "--user", " "), ("No user is named", "--user")),
        (("reflect", "--character", " "), ("No character is named", "--character")),
        (("say", "  "), ("nothing to answer", "Send a message")),
        (("say", "Hello", "--mood", "good"), ("No such option", "--mood")),
        (("say", "\udcff"), ("not text in this terminal's encoding", "UTF-8")),
        (("recall", ""), ("nothing to look for",)),
        (("recall", "x", "--explain", "--sessions"), ("--explain is of memories", "Give one of them")),
        (("eval", "happiness"), ("no eval happiness", "answers")),
        (("eval", "answers"), ("needs data sets", "MNEME_DATA")),
        (("eval", "answers", "--data", "nowhere"), ("not at nowhere", "--data")),
    ],
)
def test_what_cannot_be_done_is_said_with_a_hint(
    home: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(ROOT)
    refused(typed(home, *arguments), *words)


def test_an_error_is_as_plain_from_a_process_of_its_own(home: Path) -> None:
    refused(mneme(home, "say", "Hello", "--timezone", "Mars/Olympus", FORCE_COLOR=""), "no time zone 'Mars/Olympus'", "Europe/Berlin")
    refused(mneme(home, "say", FORCE_COLOR=""), "Missing argument 'TEXT'")


def test_a_home_that_another_process_has_open_is_refused(locked: Path) -> None:
    done = mneme(locked, "memories", "list", FORCE_COLOR="")
    refused(done, f"The memory in {locked}", "is open in another process", "MNEME_HOME")


def test_an_address_can_be_a_user_and_an_empty_home_is_no_home(tmp_path: Path, typed: Typed) -> None:
    said = printed(typed(tmp_path, "say", "I adopted a puppy called Biscuit.", "--user", "ada@example.com", "--json"))
    assert [one["outcome"] for one in said["stored"]] == ["stored", "stored"]
    refused(typed(tmp_path, "memories", "show", "z" * 36, "--user", "ada@example.com"), "No memory of ada@example.com begins")
    refused(typed(tmp_path, "say", "x", "--user", "ada\ud800"), "is not text")


def test_two_users_may_give_their_threads_one_name(tmp_path: Path, typed: Typed) -> None:
    printed(typed(tmp_path, "say", "My puppy is called Biscuit.", "--user", "ada", "--thread", "t", "--json"))
    stranger = printed(typed(tmp_path, "say", "What is my puppy called?", "--user", "bob", "--thread", "t", "--json"))
    assert "Biscuit" not in json.dumps(stranger)
    again = printed(typed(tmp_path, "say", "What is my puppy called?", "--user", "ada", "--thread", "t", "--json"))
    assert "Biscuit" in again["answer"]


def test_a_conversation_at_the_terminal(tmp_path: Path, typed: Typed) -> None:
    typed(tmp_path, "say", "I adopted a puppy called Biscuit.", "--user", "ada")
    said = "/why\n\nI like green tea.\n/why\n/sing\nWhat is my puppy called?\n/why\n/quit\nnever read\n"
    talk = mneme(tmp_path, "chat", "--user", "ada", "--thread", "t", stdin=said, COLUMNS="100", FORCE_COLOR="")
    assert (talk.returncode, talk.stderr) == (0, "")
    told = iter(talk.stdout.splitlines())
    for words in (
        "You talk as ada, in thread t.",
        "Nothing was said in this thread yet.",
        "Mneme> ",
        "layer ",
        "Nothing was recalled.",
        "There is no command /sing.",
        "Biscuit",
        "considered for: What is my puppy called?",
        "taken  ada: I adopted a puppy called Biscuit.",
        "similarity",
    ):
        assert any(words in line for line in told), words
    kept = printed(typed(tmp_path, "memories", "list", "--user", "ada", "--json"))
    assert len(kept) == 6


def test_a_chat_model_streams_its_words_as_they_are(tmp_path: Path, typed: Typed) -> None:
    answer = "Two things:\n\n- :tea: and [bold]bread[/bold]\n- a \x1b[31mred\x1b[0m cup"
    with FakeOpenAI(Says(answer)) as endpoint:
        talk = mneme(tmp_path, "chat", stdin="What shall I buy?\n", FORCE_COLOR="", OPENAI_BASE_URL=endpoint.url)
        told = printed(typed(tmp_path, "say", "What shall I buy?", "--json", OPENAI_BASE_URL=endpoint.url))
    assert answer.replace("\x1b", "␛") in talk.stdout
    assert (told["answer"], told["mind"], told["tokens"]) == (answer, "chat", {"input": 7, "output": 3})


def test_every_command_explains_itself(tmp_path: Path, typed: Typed) -> None:
    for command in ("", *COMMANDS):
        done = typed(tmp_path, *command.split(), "--help")
        assert done.returncode == 0
        assert done.stdout.split()[:2] == ["Usage:", "mneme"]
    assert not any(tmp_path.iterdir())


def test_the_version_is_told(tmp_path: Path, typed: Typed) -> None:
    assert typed(tmp_path, "--version").stdout == f"mneme {version('mneme')}\n"


def test_the_model_routes_where_it_is_told_to_and_every_prompt_is_counted(tmp_path: Path) -> None:
    no_table = {"TIKTOKEN_CACHE_DIR": str(tmp_path / "empty")}  # whoever tests may have one
    with FakeOpenAI(Says('{"needs": 2, "reason": "her own cat"}'), Says("Tom.")) as endpoint:
        chat = {"OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": "none", **no_table}
        said = printed(mneme(tmp_path, "say", "Thanks!", "--router", "model", "--json", **chat))
    assert (said["layers_tried"], said["answer"]) == ([2], "Tom.")
    assert [one["layer"] for one in said["prompts"]] == [2]
    assert said["prompts"][0]["prompt"] > 50
    assert said["counted_by"] == "estimate"
    with FakeOpenAI(Says("Hello.")) as endpoint:
        chat = {"OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": "none"}
        shown = mneme(tmp_path, "say", "Thanks!", FORCE_COLOR="", **chat).stdout
    assert re.search(r"\d+ tokens \(whole thread: \d+\)", " ".join(shown.split()))
