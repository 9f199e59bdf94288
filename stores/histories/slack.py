"""Slack: the export of a workspace in JSON, as a zip or a folder.

It has `users.json`, lists of its conversations (`channels.json`, `groups.json`, `dms.json`, `mpims.json`), and for each of them a folder
with a file a day. A conversation is a thread, named by Slack's own id for it where the lists have one, so that a new name changes nothing;
a message is named by its time (`ts`), which is its id in Slack. Replies carry the message they reply to.

Words stand as Slack shows them: mentions become names, links their address. Notices (who joined, topics), deleted messages and files
without words are reported, and so is every file that cannot be read. Previews of links are not what someone said. A message that is passed
on without a word is its author's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import JsonValue

from stores.histories.chats import beginning, chosen, in_sittings, name_in, no_conversation, role_of, the_user
from stores.histories.checks import Unfit, characters, fields, items, label, words
from stores.histories.exports import Export
from stores.histories.files import not_in_format, parsed, source_of
from stores.histories.history import History, ReadOptions, Said, Unreadable
from stores.histories.timeline import epoch_moment, without_repeats

FORMAT = "slack"
PEOPLE = ("users.json", "org_users.json")
LISTS = ("channels.json", "groups.json", "dms.json", "mpims.json")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
SPOKEN = ("", "bot_message", "me_message", "thread_broadcast", "file_share")
MARKED = re.compile(r"<(?P<sign>[@#!]?)(?P<what>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")


@dataclass(frozen=True)
class _Workspace:
    """What stands beside the messages.

    Attributes:
        names: For each person's id their names, the one that Slack shows first.
        channels: For the name of each conversation its id.
        user: The id of the user.
    """

    names: Mapping[str, list[str]]
    channels: Mapping[str, str]
    user: str

    def name(self, one: str) -> str:
        return self.names[one][0] if self.names.get(one) else one


def read(path: Path, options: ReadOptions) -> Iterator[History]:
    """The conversations of an export, each a thread of its own; or the one whose name or id is `options.only`.

    Raises:
        InputError: When it cannot be read or is not of this format, has no such conversation, or nobody in it has the user's name.
    """
    with Export(path) as export:
        folders = _folders(export)
        workspace, broken = _workspace(export, options)
        wanted = [name for name in folders if chosen(options.only, (name, workspace.channels.get(name, name)))]
        if options.only and not wanted:
            raise no_conversation(options.only, folders, path)
        for name in wanted:
            yield _history(export, name, folders[name], workspace, broken)
            broken = []


def _folders(export: Export) -> dict[str, list[str]]:
    """The files of each conversation, by the name of its folder."""
    people = export.named(*PEOPLE)
    root = PurePosixPath(people[0]).parent if people else None
    folders: dict[str, list[str]] = {}
    for member in export.members():
        place = PurePosixPath(member)
        if place.suffix == ".json" and place.parent != root and place.parent.parent == root:
            folders.setdefault(place.parent.name, []).append(member)
    if not folders:
        why = "it has no folder of a conversation" if people else "it has no users.json"
        raise not_in_format(export.path, FORMAT, why, "Give the whole zip or folder that Slack made.")
    return folders


def _workspace(export: Export, options: ReadOptions) -> tuple[_Workspace, list[Unreadable]]:
    broken: list[Unreadable] = []
    names: dict[str, list[str]] = {}
    for person in _listed(export, PEOPLE, broken):
        names[person["id"]] = _names(person)
    channels = {name: one["id"] for one in _listed(export, LISTS, broken) if isinstance(name := one.get("name", one["id"]), str)}
    return _Workspace(names, channels, the_user(names, options, export.path)), broken


def _listed(export: Export, files: tuple[str, ...], broken: list[Unreadable]) -> Iterator[dict[str, Any]]:
    """The entries of lists that have an id."""
    for member in export.named(*files):
        for number, value in enumerate(_values(export, member, broken), start=1):
            if isinstance(value, dict) and isinstance(value.get("id"), str):
                yield value
            else:
                broken.append(Unreadable(0, f"{member}, entry {number}: it has no id"))


def _values(export: Export, member: str, broken: list[Unreadable]) -> list[Any]:
    try:
        return items(parsed(export.read(member)), "it")
    except ValueError as trouble:
        broken.append(Unreadable(0, f"{member}: {trouble}"))
        return []


def _names(person: Mapping[str, Any]) -> list[str]:
    profile = person.get("profile")
    inner = profile if isinstance(profile, dict) else person  # a profile that stands in a message is the person
    given = (inner.get("display_name"), inner.get("real_name"), person.get("real_name"), person.get("name"))
    return list(dict.fromkeys(name for one in given if (name := name_in(one))))


def _history(export: Export, name: str, members: list[str], workspace: _Workspace, broken: list[Unreadable]) -> History:
    said: list[Said] = []
    unreadable = [*broken, *(Unreadable(0, f"{member}: not a day of messages") for member in members if not _is_day(member))]
    days = {member: _values(export, member, unreadable) for member in members if _is_day(member)}
    known = replace(workspace, names={**_guests(chain(*days.values())), **workspace.names})
    for member, values in days.items():
        for number, value in enumerate(values, start=1):
            try:
                said.append(_said(fields(value, "it"), name, known))
            except Unfit as trouble:
                unreadable.append(Unreadable(0, f"{member}, message {number}: {trouble}"))
    sessions, repeats = without_repeats(in_sittings(sorted(said, key=lambda one: one.said_at)))
    thread = f"{FORMAT}:{workspace.channels.get(name, name)}"
    source = source_of(FORMAT, export.path)
    return History(thread, workspace.name(workspace.user), source, tuple(sessions), (*unreadable, *repeats))


def _is_day(member: str) -> bool:
    return bool(DAY.fullmatch(PurePosixPath(member).name))


def _guests(values: Iterable[object]) -> dict[str, list[str]]:
    """The names of people who are in none of the lists, by their ids: of other workspaces, whose profiles stand in their messages."""
    messages = (one for one in values if isinstance(one, dict) and isinstance(one.get("user_profile"), dict))
    return {id: _names(one["user_profile"]) for one in messages if (id := name_in(one.get("user")))}


def _said(message: dict[str, Any], channel: str, workspace: _Workspace) -> Said:
    subtype = message.get("subtype") or ""
    text = _words(message, workspace)
    if message.get("type") != "message" or subtype not in SPOKEN:
        raise Unfit(f"a notice, {subtype or message.get('type')}: {beginning(text)}")
    files = [name for one in items(message.get("files") or [], "files") if isinstance(one, dict) and (name := name_in(one.get("name")))]
    if not text.strip():
        raise Unfit(f"a file without words: {', '.join(files)}" if message.get("files") else "it has no words")
    moment = label(message.get("ts"), "ts")
    passed_on = _passed_on(message)
    speaker, name = _speaker(passed_on or message, workspace)
    additional: dict[str, JsonValue] = {"channel": channel}
    if passed_on:
        additional["forwarded_by"] = _speaker(message, workspace)[1]
    if (thread := message.get("thread_ts")) and thread != moment:
        additional["reply_to"] = label(thread, "thread_ts")
    if files:
        additional["files"] = list(files)
    if message.get("edited"):
        additional["edited"] = True
    role = role_of(speaker, workspace.user)
    return Said(moment, label(name, "user"), role, words(text, "text"), epoch_moment(moment), additional)


def _speaker(message: dict[str, Any], workspace: _Workspace) -> tuple[str, str]:
    """The id and the name of who said it: a person, or a bot by the name it gave itself."""
    one = name_in(message.get("user")) or name_in(message.get("bot_id"))
    if workspace.names.get(one):
        return one, workspace.name(one)
    profile = message.get("bot_profile") or {}
    given = [name_in(message.get("username")), *_names(fields(profile, "its profile")), one]
    return one, next((name for name in given if name), "")


def _passed_on(message: dict[str, Any]) -> dict[str, Any] | None:
    """The author of a message that was passed on without a word, as who sent it; None where the sender speaks."""
    shared = next((one for one in _attached(message) if name_in(one.get("author_id"))), None)
    return {"user": shared["author_id"], "username": shared.get("author_name")} if shared else None


def _attached(message: dict[str, Any]) -> list[dict[str, Any]]:
    """What the words stand in where the message has none of its own: bots write so, and what is passed on stands there."""
    if characters(message.get("text") or "", "text").strip() or message.get("files"):
        return []
    return [one for one in items(message.get("attachments") or [], "attachments") if isinstance(one, dict)]


def _words(message: dict[str, Any], workspace: _Workspace) -> str:
    """The text, or that of the attachments where it is empty."""
    parts = [one.get("text") or one.get("fallback") for one in _attached(message)] or [message.get("text")]
    text = "\n".join(part for part in parts if isinstance(part, str))
    shown = MARKED.sub(lambda match: _mark(match, workspace), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _mark(match: re.Match[str], workspace: _Workspace) -> str:
    """What Slack shows for `<@U1>`, `<#C1|general>`, `<!here>`, `<https://a.example|a page>`."""
    sign, what, given = match["sign"], match["what"], match["label"]
    if sign == "@":
        return f"@{workspace.name(what) if workspace.names.get(what) else given or what}"
    if sign == "#":
        named = next((name for name, one in workspace.channels.items() if one == what), what)
        return f"#{given or named}"
    if sign == "!":
        return given or f"@{what.split('^')[0]}"
    return what.removeprefix("mailto:") if not given or given in what else f"{given} ({what})"
