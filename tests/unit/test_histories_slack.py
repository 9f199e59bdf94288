"""Exports of Slack: people instead of ids, replies, bots; and each message is read or reported."""

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stores.errors import InputError
from stores.histories import slack
from stores.histories.history import History, ReadOptions, Said

ANN = ReadOptions(user_name="ann")
EVENING = 1704058860
USERS = [
    {"id": "U1", "name": "ann", "profile": {"display_name": "Ann", "real_name": "Ann Smith"}},
    {"id": "U2", "name": "ben", "profile": {"display_name": "", "real_name": "Ben Jones"}},
]
CHANNELS = [{"id": "C1", "name": "general"}]


def message(number: int, text: object = "hello", user: str = "U1", **given: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "text": text, "ts": f"{EVENING + number}.000{number:03}", **given}


def workspace(*messages: object, **files: object) -> dict[str, object]:
    return {"users.json": USERS, "channels.json": CHANNELS, "general/2023-12-31.json": list(messages), **files}


def write_folder(files: dict[str, object], folder: Path) -> Path:
    for name, value in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return folder


def write_zip(files: dict[str, object], folder: Path) -> Path:
    with zipfile.ZipFile(folder / "export.zip", "w") as archive:
        for name, value in files.items():
            archive.writestr(f"My Export/{name}", value if isinstance(value, bytes) else json.dumps(value))
    return folder / "export.zip"


def read(files: dict[str, object], options: ReadOptions = ANN, write: Callable[..., Path] = write_zip) -> list[History]:
    with TemporaryDirectory() as folder:
        return list(slack.read(write(files, Path(folder)), options))


def said_in(found: History) -> list[Said]:
    return [said for _, said in found.spoken()]


@pytest.mark.parametrize("write", [write_zip, write_folder])
def test_a_channel_is_read_from_a_zip_and_from_a_folder(write: Callable[..., Path]) -> None:
    root = message(1)
    reply = message(2, "ok", "U2", thread_ts=root["ts"])
    later = message(7, "next day", edited={"user": "U1", "ts": "1.0"}, files=[{"name": "cat.jpg"}])
    later["ts"] = "1704103200.000100"
    (found,) = read(workspace(root | {"thread_ts": root["ts"]}, reply) | {"general/2024-01-01.json": [later]}, write=write)
    first, second, third = said_in(found)
    assert (found.thread_id, found.user_name, found.unreadable) == ("slack:C1", "Ann", ())
    assert (first.message_id, first.speaker, first.role, first.additional) == (root["ts"], "Ann", "user", {"channel": "general"})
    assert first.said_at == datetime.fromtimestamp(EVENING + 1.000001, UTC)
    assert (second.speaker, second.role, second.additional["reply_to"]) == ("Ben Jones", "assistant", root["ts"])
    assert third.additional == {"channel": "general", "files": ["cat.jpg"], "edited": True}
    assert [len(session.said) for session in found.sessions] == [2, 1]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Hi <@U2>, <@U9|zoe> and <@U8>", "Hi @Ben Jones, @zoe and @U8"),
        ("in <#C1> or <#C9|random>", "in #general or #random"),
        ("<!here> <!subteam^S1|@team> <!date^1^{date}|today>", "@here @team today"),
        ("<https://a.example/x|the plan> <https://b.example> <mailto:a@b.example|a@b.example>", None),
        ("1 &lt; 2 &amp;lt; &amp;amp; &lt;@U2&gt;", "1 < 2 &lt; &amp; <@U2>"),
    ],
)
def test_words_stand_as_slack_shows_them(written: str, shown: str | None) -> None:
    (found,) = read(workspace(message(1, written)))
    assert said_in(found)[0].text == (shown or "the plan (https://a.example/x) https://b.example a@b.example")


def test_messages_stand_in_the_order_of_time() -> None:
    (found,) = read(workspace(message(3, "third"), message(1, "first")) | {"general/2023-12-30.json": [message(2, "second")]})
    assert [said.text for said in said_in(found)] == ["first", "second", "third"]


def test_bots_have_the_names_they_gave_themselves() -> None:
    bot = {"type": "message", "subtype": "bot_message", "bot_id": "B1", "username": "Deployer", "ts": message(1)["ts"]}
    (found,) = read(workspace(bot | {"text": "", "attachments": [{"text": "deployed"}, {"fallback": "all well"}]}, message(2)))
    first, _ = said_in(found)
    assert (first.speaker, first.role, first.text) == ("Deployer", "assistant", "deployed\nall well")


def test_a_message_that_is_passed_on_without_a_word_is_its_author_s() -> None:
    shared = {"is_share": True, "author_name": "Ben", "text": "I live in <#C1>", "fallback": "[Dec 31st] ben: I live in #general"}
    passed_on = [message(1, "", attachments=[shared | {"author_id": "U2"}]), message(2, "", attachments=[shared | {"author_id": "U9"}])]
    (found,) = read(workspace(*passed_on, message(3, "look", attachments=[shared | {"author_id": "U2"}])))
    told = [(said.speaker, said.role, said.text, said.additional.get("forwarded_by")) for said in said_in(found)]
    words = "I live in #general"
    assert told == [("Ben Jones", "assistant", words, "Ann"), ("Ben", "assistant", words, "Ann"), ("Ann", "user", "look", None)]


def test_somebody_of_another_workspace_has_the_name_that_slack_shows() -> None:
    profile = {"first_name": "Zoe", "real_name": "Zoe Park", "display_name": "zo", "name": "zoe.park"}
    unnamed = profile | {"display_name": ""}
    (found,) = read(workspace(message(1, user="U9", user_profile=profile), message(2, user="U8", user_profile=unnamed)))
    assert [said.speaker for said in said_in(found)] == ["zo", "Zoe Park"]


def test_somebody_of_another_workspace_is_mentioned_by_name() -> None:
    guest = message(2, "hello <@U1>", user="U9", user_profile={"real_name": "Zoe Park", "display_name": "zo"})
    (found,) = read(workspace(message(1, "Welcome, <@U9> and <@U8>"), guest))
    assert [said.text for said in said_in(found)] == ["Welcome, @zo and @U8", "hello @Ann"]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"subtype": "channel_join", "text": "<@U2> has joined"}, "channel_join: @Ben Jones has joined"),
        ({"subtype": "tombstone", "text": "This message was deleted."}, "tombstone"),
        ({"type": "event"}, "a notice, event"),
        ({"text": "", "files": [{"name": "cat.jpg"}]}, "a file without words: cat.jpg"),
        ({"text": ""}, "no words"),
        ({"text": "a\0b"}, "NUL"),
        ({"text": 7}, "not text"),
        ({"ts": None}, "ts is missing"),
        ({"ts": "soon"}, "seconds since 1970"),
        ({"user": None}, "user is empty"),
        ({"ts": message(1)["ts"]}, "a second message with the id"),
    ],
)
def test_what_cannot_be_read_is_reported(given: dict[str, Any], why: str) -> None:
    (found,) = read(workspace(message(1), message(2) | given, message(3)))
    assert [said.message_id for said in said_in(found)] == [message(1)["ts"], message(3)["ts"]]
    (trouble,) = found.unreadable
    assert why in trouble.why


def test_files_that_cannot_be_read_are_reported() -> None:
    broken = {"general/2024-01-01.json": b"{", "general/2024-01-02.json": {}, "general/canvas.json": [], "dms.json": [{}]}
    (found,) = read(workspace(message(1)) | broken)
    places = sorted(one.why.split(":")[0].removeprefix("My Export/") for one in found.unreadable)
    assert places == ["dms.json, entry 1", "general/2024-01-01.json", "general/2024-01-02.json", "general/canvas.json"]


def test_lists_that_cannot_be_read_are_reported_beside_a_conversation_without_messages() -> None:
    (found,) = read(workspace() | {"users.json": [*USERS, 7]})
    assert found.sessions == ()
    assert "users.json, entry 3" in found.unreadable[0].why


@pytest.mark.parametrize(
    ("files", "options", "why", "hint"),
    [
        (workspace(message(1)), ReadOptions(), "which of the speakers", "Ann, Ben Jones"),
        (workspace(message(1)), ReadOptions(user_name="Zoe"), "Nobody", "Ann"),
        (workspace(message(1)), ReadOptions(user_name="ann", only="random"), "no conversation", "general"),
        ({"general/2023-12-31.json": []}, ANN, "no users.json", "whole zip"),
        ({"users.json": USERS}, ANN, "no folder of a conversation", "whole zip"),
    ],
)
def test_what_must_be_said_is_asked_for(files: dict[str, object], options: ReadOptions, why: str, hint: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        read(files, options)
    assert hint in refused.value.hint


@pytest.mark.parametrize("name", ["general", "C1"])
def test_one_conversation_can_be_chosen(name: str) -> None:
    files = workspace(message(1)) | {"D1/2023-12-31.json": [message(2)]}
    assert [found.thread_id for found in read(files, ReadOptions(user_name="U1", only=name))] == ["slack:C1"]
    assert [found.thread_id for found in read(files)] == ["slack:C1", "slack:D1"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(["U1", "U2"])), min_size=1, max_size=5))
def test_what_people_wrote_is_read_back(messages: list[tuple[str, str]]) -> None:
    escaped = [(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), user) for text, user in messages]
    (found,) = read(workspace(*(message(number, text, user) for number, (text, user) in enumerate(escaped))), write=write_folder)
    assert [(said.text, said.role == "user") for said in said_in(found)] == [(text, user == "U1") for text, user in messages]
    assert [said.message_id for said in said_in(found)] == [message(number)["ts"] for number in range(len(messages))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("type", "subtype", "user", "text", "ts", "thread_ts", "files", "attachments", "username", "bot_profile", "user_profile", "bot_id")
MESSAGES = JSON | st.builds(
    lambda number, changed: message(number) | changed, st.integers(0, 3), st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON))
)


@settings(deadline=None, max_examples=50)
@given(st.lists(MESSAGES, max_size=5))
def test_each_message_is_read_or_reported(messages: list[object]) -> None:
    (found,) = read(workspace(*messages), write=write_folder)
    assert len(said_in(found)) + len(found.unreadable) == len(messages)
