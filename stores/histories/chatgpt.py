"""ChatGPT: `conversations.json` (or `conversations-000.json`, …) of OpenAI's data export, alone or in its zip.

A conversation is a thread. It is a tree, because a message can be edited and an answer made anew: the branch that ends at `current_node`
is read, which is the one that ChatGPT shows. Messages of other branches are reported, and so is what was not said by one to the other:
custom instructions and other hidden messages, the model's thoughts, calls of tools and their output, pictures without words. The empty
messages that hold the tree together hold nothing, and are passed over.

A message without a time of its own is taken to be as old as the one before it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, Literal, cast

from pydantic import JsonValue

from stores.histories.chats import chosen, in_sittings, name_in, no_conversation
from stores.histories.checks import Unfit, characters, fields, items, label, words
from stores.histories.exports import Export
from stores.histories.files import items_of, not_in_format, source_of
from stores.histories.history import History, ReadOptions, Said, Unreadable
from stores.histories.timeline import epoch_moment, without_repeats

FORMAT = "chatgpt"
ASSISTANT = "ChatGPT"
USER = "User"
TYPES = ("text", "multimodal_text", "code")
THOUGHTS = ("thoughts", "reasoning_recap")
MARK = "\ue200"  # a letter of private use, with which marks in the text begin
SETTINGS = ("user_editable_context", "model_editable_context")


def read(path: Path, options: ReadOptions) -> Iterator[History]:
    """The conversations of an export, each a thread of its own; or those whose title or id is `options.only`.

    Raises:
        InputError: When it cannot be read or is not of this format, or has no such conversation.
    """
    titles: list[str] = []
    broken: list[Unreadable] = []
    found = False
    for place, value in _conversations(path):
        try:
            thread, title = _named(value)
        except Unfit as trouble:
            broken.append(Unreadable(0, f"{place}: {trouble}"))
            continue
        titles.append(title or thread)
        if chosen(options.only, (title, thread)):
            found = True
            yield _history(value, thread, f"{place} ({title or thread})", path, options)
    if broken and not titles:
        raise not_in_format(path, FORMAT, broken[0].why)
    if options.only and not found:
        raise no_conversation(options.only, titles, path)
    if broken:
        yield History("", options.user_name or USER, source_of(FORMAT, path), (), tuple(broken))


def _conversations(path: Path) -> Iterator[tuple[str, Any]]:
    """Each conversation, with its place in words."""
    with Export(path) as export:
        for member in _members(export):
            for number, value in enumerate(items_of(BytesIO(export.read(member)), path, FORMAT), start=1):
                yield f"conversation {number} of {member}", value


def _members(export: Export) -> list[str]:
    if export.is_file:
        return list(export.members())
    names = [(member, PurePosixPath(member).name) for member in export.members()]
    found = [member for member, name in names if name.startswith("conversations") and name.endswith(".json")]
    if not found:
        raise not_in_format(export.path, FORMAT, "it holds no conversations.json")
    return found


def _named(value: object) -> tuple[str, str]:
    """The id and the title of a conversation, which may be empty."""
    conversation = fields(value, "it")
    fields(conversation.get("mapping"), "mapping")
    title = conversation.get("title")
    thread = label(conversation.get("conversation_id") or conversation.get("id"), "conversation_id")
    return thread, title if isinstance(title, str) else ""


def _history(conversation: Mapping[str, Any], thread: str, place: str, path: Path, options: ReadOptions) -> History:
    nodes: dict[str, Any] = conversation["mapping"]
    user_name = options.user_name or USER
    branch = _branch(nodes, conversation.get("current_node"))
    said, unreadable = _messages(nodes, branch, conversation, place, user_name)
    unreadable += [_left(node, one, place) for one, node in nodes.items() if one not in branch and _holds_message(node)]
    sessions, repeats = without_repeats(in_sittings(said))
    return History(f"{FORMAT}:{thread}", user_name, source_of(FORMAT, path), tuple(sessions), (*unreadable, *repeats))


def _branch(nodes: dict[str, Any], current: object) -> list[str]:
    """The nodes from the root to the current one; without a current one, to the end of the branch that was made last."""
    one = current if isinstance(current, str) and current in nodes else _last_leaf(nodes)
    branch: dict[str, None] = {}
    while isinstance(one, str) and one in nodes and one not in branch:
        branch[one] = None
        node = nodes[one]
        one = node.get("parent") if isinstance(node, dict) else None
    return list(reversed(branch))


def _last_leaf(nodes: dict[str, Any]) -> str | None:
    leaves = [one for one, node in nodes.items() if isinstance(node, dict) and not node.get("children")]
    return leaves[-1] if leaves else next(reversed(nodes), None)


def _holds_message(node: object) -> bool:
    """Whether there is something to read or to report: the root has no message, and the system's first one has no words."""
    message = node.get("message") if isinstance(node, dict) else node
    if not isinstance(message, dict):
        return message is not None
    content = message.get("content")
    return _role(message) != "system" or not isinstance(content, dict) or content.get("parts") != [""]


def _role(message: object) -> str:
    """Whose message it is, as far as it can be told."""
    author = message.get("author") if isinstance(message, dict) else None
    return str(author.get("role")) if isinstance(author, dict) else "somebody"


def _messages(
    nodes: Mapping[str, Any], branch: list[str], conversation: Mapping[str, Any], place: str, user_name: str
) -> tuple[list[Said], list[Unreadable]]:
    said: list[Said] = []
    unreadable: list[Unreadable] = []
    before = conversation.get("create_time")
    for one in branch:
        if not _holds_message(nodes[one]):
            continue
        try:
            message = fields(fields(nodes[one], "it").get("message"), "it")
            own = message.get("create_time")
            before = before if own is None else own
            said.append(_said(message, one, before, conversation, user_name))
        except Unfit as trouble:
            unreadable.append(Unreadable(0, f"{place}, message {one}: {trouble}"))
    return said, unreadable


def _said(message: Mapping[str, Any], node: str, time: object, conversation: Mapping[str, Any], user_name: str) -> Said:
    author, metadata = fields(message.get("author"), "author"), fields(message.get("metadata") or {}, "metadata")
    content = fields(message.get("content"), "content")
    role = author.get("role")
    _refuse_unspoken(message, author, metadata, content)
    text = _shown(_text(content), metadata)
    if not text.strip():
        raise Unfit(f"{content.get('content_type')} without words, by {role}")
    moment: datetime = epoch_moment(time)
    return Said(
        message_id=label(message.get("id") or node, "id"),
        speaker=user_name if role == "user" else ASSISTANT,
        role=cast(Literal["user", "assistant"], role),
        text=words(text, "content"),
        said_at=moment,
        additional=_additional(metadata, conversation),
    )


def _refuse_unspoken(
    message: Mapping[str, Any], author: Mapping[str, Any], metadata: Mapping[str, Any], content: Mapping[str, Any]
) -> None:
    """Refuses what neither of the two said to the other."""
    role, kind = author.get("role"), content.get("content_type")
    if kind in SETTINGS:
        raise Unfit("custom instructions")
    if role == "tool":
        raise Unfit(f"output of the tool {author.get('name')}")
    if role not in ("user", "assistant"):
        raise Unfit(f"a message of the role {role}")
    if metadata.get("is_visually_hidden_from_conversation"):
        raise Unfit(f"a hidden message of the {role}")
    if message.get("recipient", "all") != "all":
        raise Unfit(f"a call of the tool {message.get('recipient')}")
    if kind in THOUGHTS:
        raise Unfit("thoughts of the model")
    if kind not in TYPES:
        raise Unfit(f"content of the type {kind}")


def _text(content: Mapping[str, Any]) -> str:
    """The words: strings, and what was understood of speech; pictures have none."""
    if "parts" not in content:
        return characters(content.get("text") or "", "text")
    parts = items(content["parts"], "parts")
    spoken = [part.get("text") if isinstance(part, dict) and part.get("content_type") == "audio_transcription" else part for part in parts]
    return "\n".join(characters(part, "content") for part in spoken if isinstance(part, str) and part)


def _shown(text: str, metadata: Mapping[str, Any]) -> str:
    """The text with what ChatGPT shows in place of its marks (of a source, say), as far as the export tells it."""
    told = metadata.get("content_references")
    for one in told if isinstance(told, list) else []:
        mark = one.get("matched_text") if isinstance(one, dict) else None
        if isinstance(mark, str) and mark.startswith(MARK):
            text = text.replace(mark, name_in(one.get("alt")))
    return text


def _additional(metadata: Mapping[str, Any], conversation: Mapping[str, Any]) -> dict[str, JsonValue]:
    """The title, and which model or custom GPT it was, where it is said."""
    named = {"title": conversation.get("title"), "model": metadata.get("model_slug"), "gpt": conversation.get("gizmo_id")}
    return {name: characters(value, name) for name, value in named.items() if isinstance(value, str) and value}


def _left(node: object, one: str, place: str) -> Unreadable:
    """The report of a message on a branch that was left."""
    message = node.get("message") if isinstance(node, dict) else None
    return Unreadable(0, f"{place}, message {one}: on a branch that was left, by {_role(message)}")
