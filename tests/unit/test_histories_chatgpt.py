"""Exports of ChatGPT: the branch that is shown is read, and each message of the tree is read or reported."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stores.errors import InputError
from stores.histories import chatgpt
from stores.histories.history import AS_THE_FILE_SAYS, History, ReadOptions, Said

EVENING = 1704058860.25


def node(name: str, parent: str | None, role: str = "user", text: object = "hello", **given: Any) -> dict[str, Any]:
    content = {"content_type": "text", "parts": [text]}
    message = {"id": name, "author": {"role": role, "name": None}, "create_time": EVENING, "content": content, "recipient": "all"}
    return {"id": name, "parent": parent, "children": [], "message": message | given}


def conversation(*nodes: dict[str, Any], current: object = None, name: str = "c1", **given: Any) -> dict[str, Any]:
    """A tree of these nodes under a root without a message; the current one is the last, where none is named."""
    root = {"id": "root", "parent": None, "children": [], "message": None}
    mapping = {one["id"]: one for one in (root, *nodes)}
    for one in nodes:
        if one["parent"] in mapping:
            mapping[one["parent"]]["children"].append(one["id"])
    whole = {"title": "Cats", "conversation_id": name, "create_time": EVENING, "mapping": mapping}
    return whole | {"current_node": current or next(reversed(mapping))} | given


def read(document: object, options: ReadOptions = AS_THE_FILE_SAYS) -> list[History]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "conversations.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return list(chatgpt.read(path, options))


def said_in(found: History) -> list[Said]:
    return [said for _, said in found.spoken()]


def test_the_branch_that_is_shown_is_read_and_others_are_reported() -> None:
    tree = conversation(
        node("s", "root", "system", ""),
        node("q", "s", text="My cat is Pixel."),
        node("left", "q", "assistant", "Nice."),
        node("a", "q", "assistant", "What a name!", create_time=EVENING + 20_000, metadata={"model_slug": "gpt-4o"}),
        node("edited", "s", text="My cat is Pxel."),
        current="a",
        gizmo_id="g-1",
    )
    (found,) = read([tree])
    question, answer = said_in(found)
    assert (found.thread_id, found.user_name, found.source) == ("chatgpt:c1", "User", "chatgpt:conversations.json")
    assert (question.message_id, question.speaker, question.role, question.text) == ("q", "User", "user", "My cat is Pixel.")
    assert question.said_at == datetime.fromtimestamp(EVENING, UTC)
    assert (answer.speaker, answer.role) == ("ChatGPT", "assistant")
    assert answer.additional == {"title": "Cats", "model": "gpt-4o", "gpt": "g-1"}
    assert [one.why.split("message ")[1] for one in found.unreadable] == [
        "left: on a branch that was left, by assistant",
        "edited: on a branch that was left, by user",
    ]
    assert [len(session.said) for session in found.sessions] == [1, 1]


@pytest.mark.parametrize("current", ["gone", 7, None])
def test_without_a_current_node_the_branch_made_last_is_read(current: object) -> None:
    tree = conversation(node("q", "root"), node("a", "q", "assistant"), node("b", "q", "assistant", "again")) | {"current_node": current}
    assert [said.message_id for said in said_in(read([tree])[0])] == ["q", "b"]


@pytest.mark.parametrize(
    ("given", "text", "why"),
    [
        ({"author": {"role": "tool", "name": "python"}}, "4", "output of the tool python"),
        ({"author": {"role": "system"}}, "be kind", "role system"),
        ({"author": None}, "hello", "author is missing"),
        ({"recipient": "python"}, "2 + 2", "a call of the tool python"),
        ({"metadata": {"is_visually_hidden_from_conversation": True}}, "hello", "hidden"),
        ({"content": {"content_type": "user_editable_context", "user_profile": "I am Ann"}}, "", "custom instructions"),
        ({"content": {"content_type": "thoughts", "thoughts": []}}, "", "thoughts"),
        ({"content": {"content_type": "sonic_webpage"}}, "", "content of the type sonic_webpage"),
        (
            {"content": {"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer"}]}},
            "",
            "multimodal_text without words",
        ),
        ({}, "", "text without words"),
        ({}, "a\0b", "NUL"),
        ({"content": None}, "", "content is missing"),
        ({"create_time": "soon"}, "hello", "seconds since 1970"),
    ],
)
def test_what_was_not_said_is_reported(given: dict[str, Any], text: str, why: str) -> None:
    (found,) = read([conversation(node("q", "root"), node("x", "q", text=text, **given), node("a", "x", "assistant"))])
    assert [said.message_id for said in said_in(found)] == ["q", "a"]
    (trouble,) = found.unreadable
    assert why in trouble.why
    assert "conversation 1 of conversations.json (Cats), message x" in trouble.why


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer"}, "What is this?"]}, "What is this?"),
        ({"content_type": "multimodal_text", "parts": [{"content_type": "audio_transcription", "text": "Hi there"}]}, "Hi there"),
        ({"content_type": "code", "language": "python", "text": "print(1)"}, "print(1)"),
    ],
)
def test_words_of_other_content_are_kept(content: dict[str, Any], text: str) -> None:
    assert said_in(read([conversation(node("q", "root", content=content))])[0])[0].text == text


def test_what_chatgpt_shows_stands_in_place_of_its_marks() -> None:
    marks = [f"\ue200cite\ue202turn0search{number}\ue201" for number in range(4)]
    shown: list[object] = ["([a.example](https://a.example/x))", "", None]
    told = [{"matched_text": mark, "alt": alt} for mark, alt in zip(marks, shown, strict=False)]
    others = [{"matched_text": " ", "alt": "x"}, {"matched_text": None}, 7]
    text = f"Rome {marks[0]} is{marks[1]} old{marks[2]}, Oslo{marks[3]} is not"
    given: dict[str, Any] = {"role": "assistant", "text": text, "metadata": {"content_references": [*told, *others]}}
    (said,) = said_in(read([conversation(node("a", "root", **given))])[0])
    assert said.text == f"Rome ([a.example](https://a.example/x)) is old, Oslo{marks[3]} is not"


def test_a_message_without_a_time_is_as_old_as_the_one_before_it() -> None:
    (found,) = read([conversation(node("p", "root", create_time=None), node("q", "p", create_time=1.0), node("r", "q", create_time=None))])
    assert [said.said_at.timestamp() for said in said_in(found)] == [EVENING, 1.0, 1.0]


def test_an_export_in_several_files_is_read_from_its_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("conversations-000.json", json.dumps([conversation(node("q", "root"))]))
        archive.writestr("conversations-001.json", json.dumps([conversation(node("q", "root"), name="c2")]))
        archive.writestr("user.json", "{}")
    assert [found.thread_id for found in chatgpt.read(tmp_path / "export.zip", AS_THE_FILE_SAYS)] == ["chatgpt:c1", "chatgpt:c2"]


def test_a_conversation_can_be_chosen_and_the_user_named() -> None:
    document = [conversation(node("q", "root")), conversation(node("q", "root"), name="c2", title="Dogs")]
    for only in ("Dogs", "c2"):
        (found,) = read(document, ReadOptions(only=only, user_name="Ann"))
        assert (found.thread_id, said_in(found)[0].speaker) == ("chatgpt:c2", "Ann")
    with pytest.raises(InputError, match="no conversation") as refused:
        read(document, ReadOptions(only="Birds"))
    assert "Cats, Dogs" in refused.value.hint


def test_conversations_that_cannot_be_read_are_reported() -> None:
    found = read([conversation(node("q", "root")), 7, {"title": "x"}, conversation(node("q", "root"), name="")])
    assert [one.why.split(" of ")[0] for one in found[-1].unreadable] == ["conversation 2", "conversation 3", "conversation 4"]


def test_a_tree_that_bites_its_tail_ends() -> None:
    tree = conversation(node("q", "a"), node("a", "q", "assistant"))
    assert [said.message_id for said in said_in(read([tree])[0])] == ["q", "a"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_what_was_said_is_read_back(texts: list[str]) -> None:
    roles = ["user" if number % 2 else "assistant" for number in range(len(texts))]
    nodes = [node(f"n{number}", f"n{number - 1}" if number else "root", roles[number], text) for number, text in enumerate(texts)]
    (found,) = read([conversation(*nodes)])
    assert [(said.text, said.role) for said in said_in(found)] == list(zip(texts, roles, strict=True))
    assert found.unreadable == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("id", "author", "create_time", "content", "recipient", "metadata")
NODES = JSON | st.builds(
    lambda name, parent, changed: node(name, parent, **changed) if isinstance(changed, dict) else {"id": name, "message": changed},
    st.sampled_from("abcd"),
    st.sampled_from("abcd"),
    st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)) | st.none(),
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcd"), NODES), st.sampled_from("abcd") | JSON)
def test_each_message_is_read_or_reported(nodes: dict[str, Any], current: object) -> None:
    (found,) = read([{"title": "t", "conversation_id": "c", "mapping": nodes, "current_node": current}])
    empty = sum(isinstance(one, dict) and one.get("message") is None for one in nodes.values()) + list(nodes.values()).count(None)
    assert len(said_in(found)) + len(found.unreadable) == len(nodes) - empty
