"""A disk without room: a write is refused in one clear sentence, what was acknowledged is there, and once there is room all goes on.

The engine writes through mapped memory, where a full disk ends the process with a signal: so everything here is a process of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stores.access import Access
from stores.errors import StoreError
from stores.memory_store import MemoryStore
from tests.fakes import HashEmbedder, record
from tests.integration.commands import Done, mneme, printed, refused
from tests.integration.processes import ROOT, environment

OWNER = Access("ada", role="owner")
EMBEDDER = HashEmbedder("all-MiniLM-L6-v2", 384)
SIZE_MB = 1_000
NEEDED_MB = 540  # what the engine wants to be free in memory before it writes, and the empty home
LONG = "x" * 10_000
BATCH = 8
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("memories", "list"),
    ("say", "Hello."),
    ("reindex", "--embedder", EMBEDDER.name),
    ("snapshot", "save", "{disk}/new.zip"),
    ("snapshot", "load", "{small}/saved.zip", "--replace-bigger"),
    ("doctor", "--repair"),
)
NO_ROOM = "There is no room on the disk"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk in memory; skips the test where the system lets nobody mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def leave(disk: Path, megabytes: int) -> None:
    """Let another file take all the room but so much."""
    file = disk / "ballast"
    file.unlink(missing_ok=True)
    with file.open("wb") as opened:
        os.posix_fallocate(opened.fileno(), 0, shutil.disk_usage(disk).free - (megabytes << 20))


def make_room(disk: Path) -> None:
    (disk / "ballast").unlink()


def filled(home: Path) -> int:
    """Remember in a process of its own until there is no room; how many records were acknowledged."""
    done = run(home, "-m", "tests.integration.test_full_disk")
    assert done.returncode == 0, (done.returncode, done.stderr)
    *acknowledged, refusal = done.stdout.splitlines()
    assert NO_ROOM in refusal
    return int(acknowledged[-1])


def run(home: Path, *arguments: str) -> Done:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment(home), capture_output=True, encoding="utf-8", check=False, timeout=120
    )


def fill() -> None:
    """Remember until there is no room, and tell after each batch how many records are stored."""
    with MemoryStore.open(Path(os.environ["MNEME_HOME"]), EMBEDDER) as memory:
        memory.put(("notes",), "k", {"text": "tea"})
        try:
            for start in range(0, 100_000, BATCH):
                memory.remember([record(f"{number} {LONG}", number) for number in range(start, start + BATCH)])
                sys.stdout.write(f"{start + BATCH}\n")
        except StoreError as error:
            sys.stdout.write(f"{error}\n")


def kept(home: Path) -> list[int]:
    """The numbers of the records that are there."""
    with MemoryStore.open(home, EMBEDDER) as memory:
        assert memory.get(("notes",), "k").value == {"text": "tea"}  # type: ignore[union-attr]
        return sorted(one.ordinal for one in memory.stream(access=OWNER, limit=100_000))


def history(file: Path) -> Path:
    """Messages to import, whose texts are long."""
    message = {"thread": "old", "session": "1", "speaker": "Ada", "role": "user", "said_at": "2026-05-01T09:00:00+02:00"}
    file.write_text("\n".join(json.dumps({**message, "text": f"{number} {LONG}"}) for number in range(250)), encoding="utf-8")
    return file


def test_what_was_acknowledged_before_the_disk_was_full_is_there_and_more_can_be_said_once_there_is_room(disk: Path) -> None:
    home = disk / "home"
    leave(disk, NEEDED_MB + 15)
    acknowledged = filled(home)
    assert acknowledged
    assert kept(home) == list(range(acknowledged))
    refused(mneme(home, "say", "I adopted a puppy called Biscuit.", FORCE_COLOR=""), NO_ROOM, "Make room; what was stored is kept.")
    make_room(disk)
    printed(mneme(home, "say", "I adopted a puppy called Biscuit.", "--json"))


def test_an_import_that_finds_no_room_is_refused_and_goes_on_later(disk: Path, tmp_path: Path) -> None:
    home, file = disk / "home", history(tmp_path / "history.jsonl")
    leave(disk, NEEDED_MB + 15)
    refused(mneme(home, "import", str(file), "--json", FORCE_COLOR=""), NO_ROOM)
    before = len(printed(mneme(home, "memories", "list", "--limit", "1000", "--json")))
    make_room(disk)
    report = printed(mneme(home, "import", str(file), "--json"))
    assert (report["duplicates"], report["duplicates"] + report["stored"]) == (before, 250)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a few records and an item, and a snapshot of it."""
    folder = tmp_path_factory.mktemp("small")
    with MemoryStore.open(folder / "home", EMBEDDER) as memory:
        memory.put(("notes",), "k", {"text": "tea"})
        memory.remember([record(f"{number} about tea", number) for number in range(20)])
    printed(mneme(folder / "home", "snapshot", "save", str(folder / "saved.zip"), "--json"))
    return folder


@pytest.mark.parametrize(("megabytes", "commands"), [(0, COMMANDS[1:]), pytest.param(110, COMMANDS[:2])], ids=["brim", "little"])
def test_a_full_disk_ends_no_command_without_a_word(small: Path, disk: Path, megabytes: int, commands: tuple[tuple[str, ...], ...]) -> None:
    home = disk / "home"
    for command in commands:
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run(["cp", "-r", "--sparse=always", str(small / "home"), str(home)], check=True)
        leave(disk, megabytes)
        done = mneme(home, *(one.format(disk=disk, small=small) for one in command), FORCE_COLOR="", COLUMNS="200")
        assert_told(done, command)
        assert not (disk / "new.zip").exists()
        make_room(disk)
        assert kept(home) == list(range(20)), command


def assert_told(done: Done, command: tuple[str, ...]) -> None:
    """The command said in one sentence and a hint that there is no room."""
    assert "Traceback" not in done.stderr
    if command[0] == "doctor":
        assert done.returncode == 1, done
        assert "Problem: There is no room" in done.stdout
        return
    refused(done)
    assert len(done.stderr.strip().splitlines()) == 2, done.stderr
    assert any(words in done.stderr for words in (NO_ROOM, "No space left", "See that the disk has room")), done.stderr


if __name__ == "__main__":
    fill()
