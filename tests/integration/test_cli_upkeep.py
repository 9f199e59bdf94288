"""The commands that change single memories, and those that look after a home as a whole: what they do, print and refuse."""

import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from graph.assembly import Settings, open_memory
from stores.access import Access
from stores.memory_store import MemoryStore
from stores.upkeep.replacing import NEXT
from tests.fakes import HashEmbedder, record
from tests.integration.commands import Typed, json_of, mneme, printed, refused
from tests.integration.fake_openai import FAKE_DIMENSION, FakeOpenAI
from tests.integration.test_sealing import found_in

OWNER = Access("ada", role="owner")
EMBEDDER = HashEmbedder("all-MiniLM-L6-v2", 384)
SAID = ["I adopted a puppy called Biscuit.", "My sister Quillonia flies to Zanzibar on Friday.", "Tea, please."]
PUPPY, SISTER, TEA, INSIGHT = (record("x", number).id for number in range(4))
SNAPSHOT = ["file", "made_at", "counts", "encrypted", "embedder", "replaced"]


@pytest.fixture(scope="module")
def first_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of ada and bob, in which something was derived, and something was said in a thread."""
    home = tmp_path_factory.mktemp("upkeep") / "home"
    with open_memory(Settings(home=home)) as memory:
        memory.remember([record(text, number) for number, text in enumerate(SAID)])
        memory.remember([record("Ada loves animals.", 3, kind="reflection", derived_from=(PUPPY,))])
        memory.remember([record("bob's own words", 0, user="bob")])
        memory.put(("notes",), "k", {"text": "green tea"})
    return home


@pytest.fixture
def home(first_home: Path, tmp_path: Path) -> Path:
    subprocess.run(["cp", "-r", "--sparse=always", str(first_home), str(tmp_path / "home")], check=True)
    return tmp_path / "home"


def listed(typed: Typed, home: Path, *more: str, **env: str) -> dict[str, str]:
    """The words of ada's memories that are seen, by id."""
    return {one["id"]: one["text"] for one in printed(typed(home, "memories", "list", "--user", "ada", "--json", *more, **env))}


def history(typed: Typed, home: Path, id: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = printed(typed(home, "memories", "history", id, "--user", "ada", "--json"))
    assert all(list(one) == ["at", "kind", "id", "thread", "turn", "detail"] for one in events)
    return events


def test_an_edited_memory_says_what_it_should_and_can_be_restored(home: Path, typed: Typed) -> None:
    edit = ("memories", "edit", PUPPY[:8], "I adopted a puppy called Crumpet.", "--user", "ada")
    told = typed(home, *edit)
    assert f"takes the place of {PUPPY[:8]}. To undo it: mneme memories restore {PUPPY[:8]}" in told.stdout
    assert "1 memory was made from the earlier words" in told.stdout
    seen = listed(typed, home)
    assert PUPPY not in seen
    assert "I adopted a puppy called Crumpet." in seen.values()
    assert set(listed(typed, home, "--all")) == {*seen, PUPPY}
    assert typed(home, *edit).stdout == "It says so already.\n"
    again = printed(typed(home, *edit, "--json"))
    assert (list(again), again["outcome"]) == (["id", "outcome", "why", "derived"], "duplicate")
    assert [one["kind"] for one in history(typed, home, PUPPY)][:2] == ["remembered", "edited"]
    (back,) = printed(typed(home, "memories", "restore", PUPPY[:8], "--user", "ada", "--json"))["restored"]
    assert listed(typed, home)[back] == SAID[0]


def test_what_is_forgotten_is_shown_first_and_erased_only_when_told_to(home: Path, typed: Typed) -> None:
    forget = ("memories", "forget", PUPPY[:8], TEA, "--user", "ada")
    before = listed(typed, home)
    shown = typed(home, *forget, "--dry-run").stdout
    assert [words in shown for words in ("What goes", "named", f"a reflection made from {PUPPY[:8]}", SAID[0])] == [True] * 4
    refused_to_ask = typed(home, *forget)
    assert (refused_to_ask.returncode, "nobody to ask" in refused_to_ask.stderr, "--yes" in refused_to_ask.stderr) == (2, True, True)
    refused(typed(home, *forget, "--json"), "nobody to ask", "--dry-run")
    would = printed(typed(home, *forget, "--dry-run", "--json"))
    insight = {"id": INSIGHT, "kind": "reflection", "from": PUPPY}
    assert would == {"done": False, "forgotten": [PUPPY, TEA], "derived": [insight], "older_copies": []}
    assert listed(typed, home) == before
    assert printed(typed(home, *forget, "--yes", "--json")) == {**would, "done": True}
    assert listed(typed, home, "--all") == {SISTER: SAID[1]}
    assert [one["kind"] for one in history(typed, home, PUPPY)] == ["remembered", "deleted", "scrubbed"]
    refused(typed(home, "memories", "history", PUPPY[:8], "--user", "ada"), "No memory of ada begins with", "under its whole id")
    refused(typed(home, "memories", "restore", PUPPY, "--user", "ada"), "No memory of ada begins with")


def test_a_person_at_a_terminal_is_asked(home: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer, left in ((False, 4), (True, 3)):
        with monkeypatch.context() as patch:
            patch.setattr("app.memory_commands.sys.stdin.isatty", lambda: True, raising=False)
            patch.setattr("app.memory_commands.typer.confirm", lambda question, answer=answer: answer)
            done = typed(home, "memories", "forget", TEA[:8], "--user", "ada")
        assert (done.returncode, "1 memory is forgotten." in done.stdout) == ((0, True) if answer else (2, False))
        assert len(listed(typed, home)) == left


def test_what_is_hidden_comes_back(home: Path, typed: Typed) -> None:
    before = listed(typed, home)
    told = typed(home, "memories", "forget", PUPPY, "--user", "ada", "--hide").stdout
    assert told.startswith("What is hidden")
    assert told.endswith("2 memories are hidden.\n")
    assert set(listed(typed, home)) == {SISTER, TEA}
    assert listed(typed, home, "--all") == before
    told = typed(home, "memories", "restore", PUPPY, "--user", "ada").stdout
    assert told.startswith("2 memories are seen again: ")
    assert listed(typed, home) == before
    refused(typed(home, "memories", "restore", PUPPY, "--user", "ada"), "neither hidden nor superseded")


def test_feedback_is_noted(home: Path, typed: Typed) -> None:
    assert typed(home, "memories", "feedback", TEA[:8], "--good", "--user", "ada").stdout == "Noted.\n"
    assert typed(home, "memories", "feedback", TEA, "--bad", "--user", "ada").stdout == "Noted.\n"
    assert [one["detail"] for one in history(typed, home, TEA)[1:]] == [{"helpful": True}, {"helpful": False}]
    assert "helpful true" in typed(home, "memories", "show", TEA, "--user", "ada").stdout
    refused(typed(home, "memories", "feedback", TEA, "--user", "ada"), "--good")


@pytest.mark.parametrize(
    "command", [("show",), ("history",), ("edit", "x"), ("forget", "--yes"), ("forget", "--hide"), ("restore",), ("feedback", "--good")]
)
def test_the_memories_of_another_user_cannot_be_reached(home: Path, typed: Typed, command: tuple[str, ...]) -> None:
    name, *more = command
    before = listed(typed, home, "--all")
    refused(typed(home, "memories", name, PUPPY, *more, "--user", "bob"), PUPPY, "bob", "mneme memories list --all")
    refused(typed(home, "memories", name, "", *more, "--user", "ada"), "No memory of ada begins with ''")
    assert listed(typed, home, "--all") == before
    assert [one["kind"] for one in history(typed, home, PUPPY)] == ["remembered"]


def test_letters_with_which_two_ids_begin_name_neither(home: Path, typed: Typed) -> None:
    twin = next(one for one in (record("the twin", number) for number in count(10)) if one.id[0] == PUPPY[0])
    with MemoryStore.open(home, EMBEDDER) as memory:
        memory.remember([twin])
    begin = sum(one.startswith(PUPPY[0]) for one in listed(typed, home))
    refused(typed(home, "memories", "forget", PUPPY[0], "--yes", "--user", "ada"), f"{begin} memories of ada begin", "Give more letters")
    assert listed(typed, home).keys() >= {PUPPY, twin.id}


def test_a_saved_memory_is_verified_and_loaded(home: Path, tmp_path: Path, typed: Typed) -> None:
    file, before = tmp_path / "saved.zip", listed(typed, home)
    saved = printed(typed(home, "snapshot", "save", str(file), "--json"))
    assert list(saved) == SNAPSHOT
    assert (saved["counts"], saved["encrypted"], saved["replaced"]) == ({"records": 5, "items": 1}, False, None)
    assert printed(typed(home, "snapshot", "verify", str(file), "--json")) == saved
    assert "5 records, 1 items" in typed(home, "snapshot", "verify", str(file)).stdout
    refused(typed(home, "snapshot", "save", str(file)), f"{file} is there already", "Name another file")
    printed(typed(home, "say", "I live in Lisbon.", "--user", "ada", "--json"))
    refused(typed(home, "snapshot", "load", str(file)), "7 records, where the snapshot has 5", "--replace-bigger")
    assert len(listed(typed, home)) == 6
    loaded = printed(typed(home, "snapshot", "load", str(file), "--replace-bigger", "--json"))
    assert loaded == {**saved, "replaced": loaded["replaced"]}
    assert listed(typed, home) == before
    assert len(listed(typed, Path(loaded["replaced"]))) == 6
    told = typed(home, "snapshot", "load", str(file), "--replace-bigger").stdout
    assert "What was there before is kept in" in told
    other = tmp_path / "other"
    assert printed(typed(other, "snapshot", "load", str(file), "--json"))["replaced"] is None
    assert listed(typed, other) == before


def test_a_file_that_is_no_sound_snapshot_is_refused(home: Path, tmp_path: Path, typed: Typed) -> None:
    file, before = tmp_path / "saved.zip", listed(typed, home)
    printed(typed(home, "snapshot", "save", str(file), "--json"))
    whole = file.read_bytes()
    file.write_bytes(whole[:200] + b"\xff" * 20 + whole[220:])
    for command in ("verify", "load"):
        refused(typed(home, "snapshot", command, str(file)), str(file), "Use another snapshot.")
        refused(typed(home, "snapshot", command, str(tmp_path / "none.zip")), "none.zip cannot be read", "Check the name.")
    assert listed(typed, home) == before
    refused(typed(tmp_path / "empty", "snapshot", "save", str(tmp_path / "new.zip")), "There is no memory in", "MNEME_HOME")
    assert not (tmp_path / "new.zip").exists()


@pytest.fixture
def opened(home: Path) -> Iterator[Path]:
    """A home that this process has open."""
    with open_memory(Settings(home=home)):
        yield home


def test_a_home_in_use_is_left_alone(opened: Path, tmp_path: Path, typed: Typed) -> None:
    commands = [("snapshot", "save", "new.zip"), ("reindex", "--embedder", EMBEDDER.name), ("doctor", "--json")]
    for command in commands[:2]:
        refused(typed(opened, *command), f"The memory in {opened} is open in another process.", "Close that one")
    report = json_of(typed(opened, *commands[2]), code=1)
    assert "is open in another process" in report["problems"][0]
    refused(mneme(opened, "due", FORCE_COLOR=""), "is open in another process")
    assert not (opened / NEXT).exists()


def test_reindexing_for_another_embedder_keeps_all_and_refuses_the_one_before(home: Path, typed: Typed) -> None:
    before = listed(typed, home)
    with FakeOpenAI() as endpoint:
        other = {"OPENAI_BASE_URL": endpoint.url, "MNEME_EMBEDDER": "openai:fake"}
        told = typed(home, "reindex", "--embedder", "openai:fake", OPENAI_BASE_URL=endpoint.url)
        assert told.stdout.splitlines() == [
            "records: 5 before, 5 after.",
            "items: 1 before, 1 after.",
            "Set MNEME_EMBEDDER=openai:fake from now on.",
        ]
        assert "records" in told.stderr
        hint = "MNEME_EMBEDDER=openai:fake, or embed the memory anew with: mneme reindex --embedder all-MiniLM-L6-v2"
        refused(typed(home, "memories", "list"), f"openai:fake ({FAKE_DIMENSION}), not all-MiniLM-L6-v2 (384)", hint)
        assert listed(typed, home, **other) == before
        assert printed(typed(home, "recall", "the puppy", "--user", "ada", "--json", **other))
        assert printed(typed(home, "doctor", "--json", **other))["problems"] == []
    back = typed(home, "reindex", "--embedder", EMBEDDER.name, "--json")
    assert printed(back) == {"records": {"before": 5, "after": 5}, "items": {"before": 1, "after": 1}}
    assert "Set MNEME_EMBEDDER" not in typed(home, "reindex", "--embedder", EMBEDDER.name).stdout
    assert listed(typed, home) == before


def test_an_embedder_that_is_none_is_refused_and_the_memory_stays(home: Path, typed: Typed) -> None:
    refused(typed(home, "reindex", "--embedder", " "), "The embedder has no name")
    refused(typed(home, "reindex", "--embedder", "openai:none"), "OPENAI_API_KEY")
    refused(typed(home, "reindex"), "Missing option '--embedder'")
    assert len(listed(typed, home)) == 4


@pytest.fixture
def keys(tmp_path: Path, typed: Typed) -> list[Path]:
    """Two files with keys."""
    files = [tmp_path / "one.key", tmp_path / "two.key"]
    for file in files:
        assert f"set MNEME_KEY_FILE={file}" in " ".join(typed(tmp_path, "key", "--file", str(file)).stdout.split())
    return files


def test_a_home_is_encrypted_given_another_key_and_decrypted(home: Path, keys: list[Path], typed: Typed) -> None:
    one, two = ({"MNEME_KEY_FILE": str(file)} for file in keys)
    printed(typed(home, "say", "I live in Samarkand.", "--user", "ada", "--json"))
    before, thread = listed(typed, home), ("say", "Where do I live?", "--user", "ada", "--json")
    assert found_in(home).keys() >= {"threads.sqlite"}
    counts = {"records": {"before": 7, "after": 7}, "items": {"before": 1, "after": 1}}
    assert printed(typed(home, "migrate", "--encrypt", "--json", **one)) == counts
    assert found_in(home) == {}
    assert listed(typed, home, **one) == before
    refused(typed(home, "memories", "list"), "is encrypted, and no key is set", "MNEME_KEY_FILE")
    refused(typed(home, "migrate", "--encrypt", **one), "is encrypted already", "--new-key-file")
    assert printed(typed(home, "migrate", "--new-key-file", str(keys[1]), "--json", **one)) == counts
    refused(typed(home, "memories", "list", **one), "is encrypted with another key")
    refused(typed(home, "migrate", "--decrypt", **one), "is encrypted with another key")
    refused(typed(home, "migrate", "--decrypt"), "No key is set", "the home's key")
    report = printed(typed(home, "doctor", "--json", **two))
    assert (report["encrypted"], report["problems"]) == (True, [])
    assert "Samarkand" in printed(typed(home, *thread, **two))["answer"]
    printed(typed(home, "migrate", "--decrypt", "--json", **two))
    assert set(before) < set(listed(typed, home))
    assert "Samarkand" in printed(typed(home, *thread))["answer"]


def test_a_migration_that_makes_no_sense_is_refused(home: Path, keys: list[Path], typed: Typed) -> None:
    one = {"MNEME_KEY_FILE": str(keys[0])}
    assert typed(home, "migrate").stdout == "There is nothing to do: the memory is in the form of this Mneme.\n"
    assert typed(home, "migrate").stderr == ""
    assert printed(typed(home, "migrate", "--json")) == {}
    refused(typed(home, "migrate", "--encrypt"), "No key is set", "mneme key --file FILE")
    refused(typed(home, "migrate", "--encrypt", "--decrypt", **one), "one at a time")
    refused(typed(home, "migrate", "--decrypt", **one), "is not encrypted", "mneme migrate --encrypt")
    refused(typed(home, "migrate", "--new-key-file", str(keys[1]), **one), "is not encrypted")
    refused(typed(home, "migrate", "--encrypt", MNEME_KEY_FILE="nowhere.key"), "The key file nowhere.key cannot be read")
    assert len(listed(typed, home)) == 4


def test_a_snapshot_of_an_encrypted_home_says_so_and_needs_the_key(home: Path, keys: list[Path], tmp_path: Path, typed: Typed) -> None:
    one, file = {"MNEME_KEY_FILE": str(keys[0])}, tmp_path / "saved.zip"
    before = listed(typed, home)
    printed(typed(home, "migrate", "--encrypt", "--json", **one))
    assert printed(typed(home, "snapshot", "save", str(file), "--json", **one))["encrypted"] is True
    assert found_in(tmp_path) == {}
    printed(typed(tmp_path / "other", "snapshot", "load", str(file), "--json"))
    refused(typed(tmp_path / "other", "memories", "list"), "is encrypted, and no key is set")
    assert listed(typed, tmp_path / "other", **one) == before


def test_what_is_due_is_done(home: Path, typed: Typed) -> None:
    assert typed(home, "due").stdout == "Nothing was due.\n"
    assert printed(typed(home, "due", "--json")) == {
        "scrubbed": 0,
        "embedded": 0,
        "expired": 0,
        "plannings": [],
        "reflections": [],
        "indexed": False,
    }
    with MemoryStore.open(home, EMBEDDER) as memory:
        memory.put(("notes",), "short", {"text": "x"}, ttl=1e-9)
    assert typed(home, "due").stdout == "0 memories embedded, 1 item removed.\n"


def test_the_doctor_tells_what_is_wrong_mends_it_and_says_what_is_lost(home: Path, typed: Typed) -> None:
    printed(typed(home, "say", "I live in Lisbon.", "--user", "ada", "--json"))
    (home / "threads.sqlite").write_bytes(b"no database" * 1_000)
    with MemoryStore.open(home, EMBEDDER) as memory:
        memory._records.delete([TEA])
    report = json_of(typed(home, "doctor", "--json"), code=1)
    lost, threads = report["problems"]
    assert lost == f"1 memories that the journal knows are lost: {TEA}."
    assert threads.startswith("The threads are damaged: ")
    assert report["mended"] == report["lost"] == []
    told = typed(home, "doctor")
    assert (told.returncode, told.stdout.count("Problem: ")) == (1, 2)
    mended = typed(home, "doctor", "--repair")
    assert (mended.returncode, mended.stdout.count("Mended: "), mended.stdout.count("Lost: ")) == (0, 2, 2)
    assert "conversations begin anew" in mended.stdout
    again = printed(typed(home, "doctor", "--repair", "--json"))
    assert again["mended"] == again["lost"] == again["problems"] == []
    assert typed(home, "doctor").stdout.endswith("No problems found.\n")  # nobody deleted anything
    assert set(listed(typed, home)) > {PUPPY, SISTER, INSIGHT}
    printed(typed(home, "say", "Where do I live?", "--user", "ada", "--json"))


def test_what_is_lost_to_damage_stays_in_the_thread_it_was_said_in(home: Path, typed: Typed) -> None:
    said = printed(typed(home, "say", "I live in Lisbon.", "--user", "ada", "--json"))
    with MemoryStore.open(home, EMBEDDER) as memory:
        memory._records.delete([said["stored"][0]["id"]])
    assert json_of(typed(home, "doctor", "--repair", "--json"))["lost"]
    assert printed(typed(home, "due", "--json"))["scrubbed"] == 0
    assert "I live in Lisbon." in printed(typed(home, "say", "Where do I live?", "--user", "ada", "--json"))["answer"]


def test_the_doctor_says_what_it_cannot_know(home: Path, tmp_path: Path, typed: Typed) -> None:
    empty = printed(typed(tmp_path / "none", "doctor", "--json"))
    assert (empty["records"], empty["encrypted"], empty["begun"], (tmp_path / "none").exists()) == (0, False, False, False)
    told = " ".join(typed(tmp_path / "none", "doctor").stdout.split())
    assert told.endswith("yet: the first words begin one.")
    assert "There is no memory in" in told
    assert "No problems" not in told
    assert printed(typed(home, "doctor", "--json"))["begun"]
    (home / "mneme.json").write_text("{", encoding="utf-8")
    for more in ((), ("--repair",)):
        report = json_of(typed(home, "doctor", "--json", *more), code=1)
        assert (report["records"], report["encrypted"], report["begun"]) == (None, None, None)
        assert "mneme.json cannot be read. mneme snapshot load" in report["problems"][0]
    assert "records unknown encrypted unknown" in " ".join(typed(home, "doctor").stdout.split())
