"""Telegram: the machine-readable JSON (`result.json`) that Telegram Desktop exports, of one chat or of all of them.

A chat is a thread, and its ids are Telegram's own, so they are the same in an export of one chat and of all. Times are seconds since 1970;
exports older than 2022 have local times alone, whose zone `ReadOptions.zone` must say. Forwarded words are those of their author.

Messages without words (stickers, photos, calls), notices and what is unknown are reported. A poll is kept as its question and answers.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Literal

from pydantic import JsonValue

from stores.errors import InputError
from stores.histories.chats import chosen, in_sittings, name_in, no_conversation, role_of, the_user
from stores.histories.checks import Unfit, characters, fields, items, label, words
from stores.histories.exports import Export
from stores.histories.files import not_in_format, parsed, source_of
from stores.histories.history import History, ReadOptions, Said, Unreadable
from stores.histories.timeline import epoch_moment, iso_moment, sifted, without_repeats

FORMAT = "telegram"
FILE = "result.json"
EXPORT_AS_JSON = "In Telegram Desktop, export as machine-readable JSON, and import its result.json."
# Telegram Desktop writes control characters as \x0B, which is no JSON.
WRONG_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([01][0-9A-F])")
DIALOGUES = ("personal_chat", "bot_chat")
OWN = "saved_messages"
DELETED = "Deleted Account"  # as Telegram shows an author without a name
MEDIA = ("photo", "contact_information", "location_information", "place_name", "game_title", "invoice_information", "file")


@dataclass(frozen=True)
class _Chat:
    """A chat as it stands in the file. `kind` is Telegram's type of it, `id` its number."""

    id: str
    kind: str
    name: str
    messages: list[Any]

    @property
    def thread_id(self) -> str:
        """The numbers of people, groups and channels are counted apart."""
        people = {"private_group": "chat"} | dict.fromkeys((*DIALOGUES, OWN, "replies"), "user")
        return f"{FORMAT}:{people.get(self.kind, 'channel')}{self.id}"

    def spoken(self) -> Iterator[dict[str, Any]]:
        """Its messages but for notices."""
        yield from (one for one in self.messages if isinstance(one, dict) and one.get("type") == "message")


@dataclass(frozen=True)
class _Reading:
    """What holds for every message of an export. `user` is the user's id, `user_name` their name in it."""

    source: str
    user: str
    user_name: str
    zone: tzinfo | None


def read(path: Path, options: ReadOptions) -> Iterator[History]:
    """The chats of an export, each a thread of its own; or the one whose name or id is `options.only`.

    Args:
        path: `result.json`, or the folder or zip that it is in.

    Raises:
        InputError: When it cannot be read or is not of this format, has no such chat, does not say who the user is (a group alone),
            has no speaker of the name given, or is so old that its zone must be said.
    """
    document = _document(path)
    chats, broken = _chats(document, path)
    wanted = [chat for chat in chats if chosen(options.only, (chat.id, chat.name, chat.thread_id))]
    if options.only and not wanted:
        raise no_conversation(options.only, [chat.name or chat.id for chat in chats], path)
    reading = _reading(document, chats, path, options)
    for chat in wanted:
        yield _history(chat, broken, reading)
        broken = []
    if broken:
        yield History("", reading.user_name, reading.source, (), tuple(broken))


def _reading(document: dict[str, Any], chats: Sequence[_Chat], path: Path, options: ReadOptions) -> _Reading:
    said = [message for chat in chats for message in chat.spoken()]
    if said and options.zone is None and not any("date_unixtime" in message for message in said):
        raise InputError(f"The times in {path} carry no time zone.", "Say the exporting machine's with --timezone, or export it anew.")
    names = _names(said)
    user = _user(document, chats, names, path, options) if names else ""
    return _Reading(source_of(FORMAT, path), user, next(iter(names.get(user, ())), options.user_name), options.zone)


def _document(path: Path) -> dict[str, Any]:
    with Export(path) as export:
        members = export.members() if export.is_file else export.named(FILE)
        if len(members) != 1:
            raise not_in_format(path, FORMAT, f"it holds {len(members) or 'no'} files named {FILE}", EXPORT_AS_JSON)
        written = export.read(members[0])
    try:
        try:
            document = parsed(written)
        except ValueError:
            document = parsed(WRONG_ESCAPE.sub(rb"\1\\u00\2", written))
    except ValueError as trouble:
        raise not_in_format(path, FORMAT, str(trouble), EXPORT_AS_JSON) from trouble
    if not isinstance(document, dict):
        raise not_in_format(path, FORMAT, "it is not a JSON object")
    return document


def _chats(document: dict[str, Any], path: Path) -> tuple[list[_Chat], list[Unreadable]]:
    listed = [part.get("list") for part in (document.get("chats"), document.get("left_chats")) if isinstance(part, dict)]
    values = [chat for part in listed if isinstance(part, list) for chat in part] if listed else [document]
    if not listed and not isinstance(document.get("messages"), list):
        raise not_in_format(path, FORMAT, "it has neither 'messages' nor 'chats'")
    chats: list[_Chat] = []
    broken: list[Unreadable] = []
    for number, value in enumerate(values, start=1):
        try:
            chats.append(_chat(fields(value, "it")))
        except Unfit as trouble:
            broken.append(Unreadable(0, f"chat {number}: {trouble}"))
    return chats, broken


def _chat(value: dict[str, Any]) -> _Chat:
    number = value.get("id")
    if not isinstance(number, int | str):
        raise Unfit("id is missing")
    return _Chat(label(str(number), "id"), str(value.get("type")), name_in(value.get("name")), items(value.get("messages"), "messages"))


def _names(said: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """The names of those who speak, by their ids."""
    names: dict[str, list[str]] = {}
    for message in said:
        if sender := _sender(message):
            known, name = names.setdefault(sender, []), name_in(message.get("from"))
            known.extend([name] if name and name not in known else [])
    return names


def _sender(message: dict[str, Any]) -> str:
    """The id of who sent it: `user123`; in old exports the number alone, and where there is none the name."""
    one = message.get("from_id")
    if isinstance(one, int) and not isinstance(one, bool):
        return f"user{one}"
    return name_in(one) or name_in(message.get("from"))


def _user(document: dict[str, Any], chats: Sequence[_Chat], names: dict[str, list[str]], path: Path, options: ReadOptions) -> str:
    """The id of the user: as named, or as the export says, or of whoever is not the other one in a dialogue; none if only others speak."""
    if options.user_name:
        return the_user(names, options, path)
    personal = document.get("personal_information")
    if isinstance(personal, dict) and "user_id" in personal:
        return f"user{personal['user_id']}"
    own = {_sender(message) for chat in chats if chat.kind == OWN for message in chat.spoken()}
    dialogues = [chat for chat in chats if chat.kind in DIALOGUES]
    others = {f"user{chat.id}" for chat in dialogues}
    own |= {_sender(message) for chat in dialogues for message in chat.spoken()} - others
    found = own & names.keys()
    if names.keys() <= others:
        return ""
    return found.pop() if len(found) == 1 else the_user(names, options, path)


def _history(chat: _Chat, broken: Sequence[Unreadable], reading: _Reading) -> History:
    said, troubles = sifted(chat.messages, lambda _, message: _said(fields(message, "it"), reading), chat.name or chat.id)
    sessions, repeats = without_repeats(in_sittings(sorted(said, key=lambda one: one.said_at)))
    return History(chat.thread_id, reading.user_name, reading.source, tuple(sessions), (*broken, *troubles, *repeats))


def _said(message: dict[str, Any], reading: _Reading) -> Said:
    number = message.get("id")
    if not isinstance(number, int | str):
        raise Unfit("id is missing")
    if message.get("type") != "message":
        raise Unfit(f"id {number}, {_notice(message)}")
    text = _text(message)
    if not text.strip() and "poll" in message:
        text = _poll(message["poll"])
    if not text.strip():
        raise Unfit(f"id {number}, {_media(message)} without words")
    speaker, role = _author(message, reading)
    moment = _moment(message, reading.zone)
    return Said(label(str(number), "id"), label(speaker, "from"), role, words(text, "text"), moment, _additional(message))


def _author(message: dict[str, Any], reading: _Reading) -> tuple[str, Literal["user", "assistant"]]:
    """The name and the role of whose words they are."""
    if "forwarded_from" in message:
        author, known = name_in(message["forwarded_from"]) or DELETED, name_in(message.get("forwarded_from_id"))
        return author, role_of(known, reading.user) if known else role_of(author, reading.user_name)
    sender = _sender(message)
    return name_in(message.get("from")) or sender, role_of(sender, reading.user)


def _additional(message: dict[str, Any]) -> dict[str, JsonValue]:
    """What it answers, whether it was changed, and who passed it on."""
    additional: dict[str, JsonValue] = {}
    # Beside the number of another chat it is one of that chat's messages, which has a namesake here.
    if isinstance(reply := message.get("reply_to_message_id"), int) and "reply_to_peer_id" not in message:
        additional["reply_to"] = str(reply)
    if "edited" in message or "edited_unixtime" in message:
        additional["edited"] = True
    if "forwarded_from" in message:
        additional["forwarded_by"] = name_in(message.get("from")) or _sender(message)
    return additional


def _moment(message: dict[str, Any], zone: tzinfo | None) -> datetime:
    if "date_unixtime" in message:
        return epoch_moment(message["date_unixtime"])
    return iso_moment(words(message.get("date"), "date"), zone)


def _text(message: dict[str, Any]) -> str:
    """The words: a string, or a list of strings and of objects that say how a part is set."""
    return _joined(message.get("text", message.get("text_entities", "")))


def _joined(text: object) -> str:
    if isinstance(text, list):
        return "".join(_linked(part) if isinstance(part, dict) else characters(part, "text") for part in text)
    return characters(text, "text")


def _linked(part: dict[str, Any]) -> str:
    """The words of a part, and the address that they lead to where they are a link."""
    shown, address = characters(part.get("text"), "text"), name_in(part.get("href"))
    return shown if address in shown else f"{shown} ({address})"


def _poll(value: object) -> str:
    poll = fields(value, "poll")
    answers = [fields(answer, "answer") for answer in items(poll.get("answers", []), "answers")]
    return "\n".join([_joined(poll.get("question")), *(f"- {_joined(answer.get('text'))}" for answer in answers)])


def _notice(message: dict[str, Any]) -> str:
    if message.get("type") != "service":
        return f"of the type {json.dumps(message.get('type'))}"
    return f"a notice: {name_in(message.get('action')) or 'unknown'} by {name_in(message.get('actor')) or 'nobody'}"


def _media(message: dict[str, Any]) -> str:
    found = next((name for name in MEDIA if name in message), "nothing")
    emoji = name_in(message.get("sticker_emoji"))
    return f"{name_in(message.get('media_type')) or found}{f' {emoji}' if emoji else ''}"
