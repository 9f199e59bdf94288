"""Bad input, and faults around Mneme: each gives one clear message, nothing stored is lost, and the next run works."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from graph.assembly import Settings, open_agent, open_memory
from nodes.context import Context
from stores.access import Access
from stores.engines.server import Server
from stores.errors import InputError, MnemeError, ModelError, RecordRejected, StoreError
from stores.memory_store import MemoryStore
from tests.fake_qdrant import GARBAGE, HANGS_UP, SILENT, http, standing_in
from tests.fakes import HashEmbedder, record
from tests.integration.commands import Done, mneme, printed, refused
from tests.integration.fake_openai import Fails, FakeOpenAI, Garbage, Reply, Says, Stalls
from tests.integration.processes import ROOT, environment, free_port

OWNER = Access("ada", role="owner")
ENDS_WITHIN_S = 10
DEEP = "[" * 5_000


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with open_agent(Settings(home=tmp_path_factory.mktemp("faults"))) as opened:
        yield opened


def say(agent: Any, text: str, thread: str = "t", **context: Any) -> dict[str, Any]:
    given = Context(**{"user_id": "ada", "mind": "local", **context})
    state: dict[str, Any] = agent.invoke({"messages": [HumanMessage(text)]}, config={"configurable": {"thread_id": thread}}, context=given)
    return state


def stored(agent: Any) -> list[str]:
    """What ada said, as it is stored, newest first."""
    return [one.text for one in agent.store.stream(access=OWNER, limit=1_000) if one.role == "user"]


@pytest.mark.parametrize(
    "text",
    [
        "plum " * 20_000,
        "y" * 100_000,
        "before\x00after",
        "שלום, אני אדה \u202eabc\u202c",
        "مرحبا بالعالم",
        "👩‍👩‍👧‍👦🏳️‍🌈🇵🇹",
        "\u0301\u200d\ufeff mark",
        "\x1b[31mred\x1b[0m\x07",
        DEEP,
        '{"a":' * 2_000 + "1" + "}" * 2_000,
        "' OR 1=1; DROP TABLE events; --",
        "one\r\ntwo\x85three\u2028four",
    ],
    ids=["100 kB", "one long word", "NUL", "right to left", "Arabic", "emoji", "marks", "escapes", "brackets", "JSON", "SQL", "lines"],
)
def test_any_words_are_kept_as_they_are_and_can_be_looked_for(agent: Any, text: str) -> None:
    state = say(agent, text)
    assert state["turn"]["answer"]
    assert stored(agent)[0] == text.strip()
    assert agent.store.recall(text[:2_000], access=OWNER).candidates
    assert json.dumps(state["turn"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing to answer"),
        (" \n\t\u3000", "nothing to answer"),
        ("\u200b \u200d\ufeff", "nothing to answer"),
        ("\ud83d", "half of a character"),
        ("ab\udfffcd", "half of a character"),
        ("x" * 1_000_001, "longer than"),
    ],
    ids=["empty", "blank", "unseen", "high surrogate", "low surrogate", "1 MB"],
)
def test_words_that_cannot_be_kept_are_refused_and_leave_the_thread_usable(agent: Any, text: str, words: str) -> None:
    before = stored(agent)
    with pytest.raises(MnemeError, match=words) as refusal:
        say(agent, text)
    assert refusal.value.hint
    assert stored(agent) == before
    say(agent, "I am still here.")
    assert stored(agent) == ["I am still here.", *before]
    messages = agent.get_state({"configurable": {"thread_id": "t"}}).values["messages"]
    assert text not in [one.content for one in messages]


def test_values_nested_too_deep_are_refused_before_the_engine_sees_them(tmp_path: Path) -> None:
    deep: Any = "end"
    for _ in range(20):
        deep = {"in": [deep]}
    with MemoryStore.open(tmp_path, HashEmbedder()) as memory:
        memory.remember([record("tea", 0)])
        with pytest.raises(RecordRejected, match="nested deeper"):
            memory.put(("notes",), "deep", {"value": deep})
        (fate,) = memory.remember([record("deep", 1, additional={"value": deep})])
        assert (fate.outcome, "nested deeper" in fate.why) == ("rejected", True)
    with MemoryStore.open(tmp_path, HashEmbedder()) as memory:
        assert [one.text for one in memory.stream(access=OWNER)] == ["tea"]
        assert memory.get(("notes",), "deep") is None


def test_lines_that_cannot_be_read_are_told_and_the_others_imported(tmp_path: Path) -> None:
    good = {"thread": "t", "session": "1", "speaker": "Ada", "role": "user", "text": "tea", "said_at": "2026-05-01T09:00:00+02:00"}
    lines = [json.dumps(good).encode(), DEEP.encode(), b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b"\xff\xfe", b"null"]
    lines += [json.dumps({**good, "text": text}).encode() for text in ("\ud800", "x" * 1_000_001, "y" * 100_000)]
    file = tmp_path / "history.jsonl"
    file.write_bytes(b"\n".join(lines))
    report = printed(mneme(tmp_path / "home", "import", str(file), "--user", "ada", "--json"))
    assert (report["read"], report["stored"], len(report["rejected"])) == (8, 2, 6)
    assert all(one["why"] for one in report["rejected"])


QDRANT_FAULTS: dict[str, bytes | None] = {
    "silent": SILENT,
    "hangs up": HANGS_UP,
    "garbage": GARBAGE,
    "500": http(500, "oops"),
    "401": http(401, '{"status": {"error": "no key"}}'),
    "a list": http(200, "[]"),
    "another shape": http(200, '{"result": 3, "status": "ok", "time": 0}'),
    "a web page": http(200, "<html>Welcome to the router</html>", "text/html"),
    "nothing": http(200, '{"result": null, "status": "ok", "time": 0}'),
}


@pytest.mark.parametrize("reply", QDRANT_FAULTS.values(), ids=QDRANT_FAULTS)
def test_what_is_no_qdrant_server_is_one_clear_error(tmp_path: Path, reply: bytes | None) -> None:
    with standing_in(reply) as url:
        assert_one_clear_error(tmp_path, url, "MNEME_QDRANT_")


def test_an_address_where_nobody_listens_is_one_clear_error(tmp_path: Path) -> None:
    assert_one_clear_error(tmp_path, f"http://127.0.0.1:{free_port()}", "MNEME_QDRANT_")


@pytest.mark.parametrize("url", ["nonsense://", "not an address", "http://[::1"])
def test_what_is_no_address_is_one_clear_error(tmp_path: Path, url: str) -> None:
    assert_one_clear_error(tmp_path, url, "MNEME_QDRANT_")


def assert_one_clear_error(home: Path, url: str, hint: str) -> None:
    """Opening and reading fails with one plain sentence; the home can be used again without the server."""
    with pytest.raises((StoreError, InputError)) as refusal, MemoryStore.open(home, HashEmbedder(), server=Server(url)) as memory:
        memory.recall("tea", access=OWNER)
    assert "\n" not in refusal.value.message
    assert hint in f"{refusal.value.message} {refusal.value.hint}"
    with MemoryStore.open(home, HashEmbedder()) as memory:
        assert memory.remember([record("tea", 0)])[0].outcome == "stored"


def test_the_command_says_in_one_sentence_that_the_server_fails(tmp_path: Path) -> None:
    with standing_in(http(500, "oops")) as url:
        for arguments in (("recall", "tea"), ("say", "Hello.")):
            refused(mneme(tmp_path, *arguments, FORCE_COLOR="", MNEME_QDRANT_URL=url), f"The Qdrant server {url}", "MNEME_QDRANT_")
    assert printed(mneme(tmp_path, "memories", "list", "--json")) == []


def test_half_a_character_from_the_model_is_replaced_visibly(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeOpenAI(Says("It rains \ud83d")) as endpoint, monkeypatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", endpoint.url)
        assert say(agent, "How is it outside?", "half", mind="chat")["turn"]["answer"] == "It rains \ufffd"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Garbage(), id="a web page"),
        pytest.param(Garbage(DEEP, "application/json"), id="deep JSON"),
        pytest.param(Fails(500), id="500"),
        pytest.param(Says(""), id="nothing"),
    ],
)
def test_a_model_endpoint_at_fault_ends_the_turn_and_keeps_the_words(
    agent: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, reply: Reply
) -> None:
    words = f"Keep this, {request.node.name}."
    with FakeOpenAI(reply) as endpoint, monkeypatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", endpoint.url)
        with pytest.raises(ModelError) as refusal:
            say(agent, words, request.node.name, mind="chat")
    assert refusal.value.message
    assert stored(agent)[0] == words
    assert say(agent, "And now?", request.node.name)["turn"]["answer"]


def test_a_garbled_endpoint_is_one_clear_message_from_the_command(tmp_path: Path) -> None:
    with standing_in(http(200, "<html>Welcome to the router</html>", "text/html")) as url:
        done = mneme(tmp_path, "say", "Keep this.", FORCE_COLOR="", OPENAI_BASE_URL=f"{url}/v1")
    refused(done, "not an OpenAI-compatible answer", "OPENAI_BASE_URL")
    assert [one["text"] for one in printed(mneme(tmp_path, "memories", "list", "--json"))] == ["Keep this."]


def interrupted(home: Path, arguments: Sequence[str], stdin: str = "") -> Done:
    """A command that is sent Ctrl-C while it waits for a silent model."""
    with FakeOpenAI(Stalls()) as endpoint:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", *arguments],
            cwd=ROOT,
            env=environment(home, OPENAI_BASE_URL=endpoint.url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
            preexec_fn=heeding_interrupts,
        )
        with killed_at_the_end(process):
            assert process.stdin
            process.stdin.write(stdin)
            process.stdin.flush()
            while not endpoint.requests and process.poll() is None:
                time.sleep(0.05)
            os.killpg(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=ENDS_WITHIN_S)
    return Done(arguments, process.returncode, out, err)


def heeding_interrupts() -> None:
    """A shell that runs the tests in the background has them ignore Ctrl-C, and what they start with them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def killed_at_the_end(process: subprocess.Popen[str]) -> Iterator[None]:
    """Whatever happens, the process and its pipes are gone afterwards."""
    try:
        yield
    finally:
        process.kill()
        process.communicate()


def test_an_interrupted_turn_keeps_the_words_and_the_next_one_works(tmp_path: Path) -> None:
    done = interrupted(tmp_path, ("say", "I adopted a puppy called Biscuit.", "--user", "ada"))
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    report = printed(mneme(tmp_path, "say", "What is my puppy called?", "--user", "ada", "--json"))
    assert "Biscuit" in report["answer"]
    with open_memory(Settings(home=tmp_path)) as memory:
        assert sum(one.role == "user" for one in memory.stream(access=OWNER)) == 2


def test_an_interrupted_turn_says_so_in_one_line(tmp_path: Path) -> None:
    done = interrupted(tmp_path, ("say", "Hello.", "--user", "ada"))
    assert len((done.stdout + done.stderr).strip().splitlines()) == 1


def test_an_interruption_while_the_command_is_read_from_the_disk_shows_no_traceback() -> None:
    interrupting = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path, target=None):
        if name == "app.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from app.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", interrupting], capture_output=True, text=True, check=False, preexec_fn=heeding_interrupts)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_an_interrupted_conversation_stops_at_once(tmp_path: Path) -> None:
    done = interrupted(tmp_path, ("chat", "--user", "ada"), stdin="I adopted a puppy called Biscuit.\n")
    assert done.returncode == 0
    assert "what you said is kept" in done.stdout


def test_a_memory_that_was_closed_says_so_and_does_not_hold_the_folder(tmp_path: Path) -> None:
    with MemoryStore.open(tmp_path, HashEmbedder()) as closed:
        closed.put(("notes",), "k", {"text": "tea"})
    for use in (lambda: closed.get(("notes",), "k"), lambda: closed.put(("notes",), "k", {}), lambda: closed.remember([record("tea", 0)])):
        with pytest.raises(StoreError, match="was closed"):
            use()
    with MemoryStore.open(tmp_path, HashEmbedder()) as opened:
        assert opened.get(("notes",), "k").value == {"text": "tea"}


def read_only(home: Path) -> list[str]:
    """The beginning of a command line that runs the rest with a home that cannot be written, also not by root.

    Skips the test where the system allows no mount of one's own.
    """
    mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    prefix = ["unshare", "-rm", "sh", "-c", mount, str(home)]
    try:
        subprocess.run([*prefix, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets nobody mount a folder read-only for one process")
    return prefix


def test_a_home_that_cannot_be_written_is_said_and_stays_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with MemoryStore.open(home, HashEmbedder("all-MiniLM-L6-v2", 384)) as memory:
        memory.remember([record("I like tea", 0)])
    for arguments in (("say", "Hello."), ("memories", "list"), ("recall", "tea")):
        command = [*read_only(home), sys.executable, "-m", "app", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment(home), capture_output=True, encoding="utf-8", check=False, timeout=60)
        refused(done, f"The folder {home} cannot be used: Read-only file system.", "Set MNEME_HOME to a folder that can be written.")
    assert [one["text"] for one in printed(mneme(home, "memories", "list", "--user", "ada", "--json"))] == ["I like tea"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
def test_an_output_that_takes_nothing_is_one_message_and_what_was_said_is_kept(tmp_path: Path) -> None:
    for unbuffered, command in (("1", ("say", "I like tea.")), ("", ("say", "I like tea.")), ("", ("memories", "list", "--json"))):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "app", *command],
                cwd=ROOT,
                env=environment(tmp_path, PYTHONUNBUFFERED=unbuffered),
                stdout=full,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                check=False,
                timeout=60,
            )
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert "The output cannot be used: No space left on device." in done.stderr
    assert [one["text"] for one in printed(mneme(tmp_path, "memories", "list", "--json"))][-1] == "I like tea."


@pytest.mark.parametrize("closed", ["<&-", "<&- >&-"])
def test_a_closed_input_has_ended_and_a_closed_output_takes_what_is_printed(tmp_path: Path, closed: str) -> None:
    command = f'exec "$0" -m app chat {closed}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable], cwd=ROOT, env=environment(tmp_path), capture_output=True, encoding="utf-8", timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
