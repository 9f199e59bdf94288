"""WhatsApp: a chat exported as text (`_chat.txt`, `WhatsApp Chat with ….txt`), alone or in its zip; KakaoTalk's text has the same form,
with a heading before each day.

A line that begins with a stamp (see `stamps`) begins a message, and the lines after it go on with it. Times are those of the phone that
exported, in its zone, which `ReadOptions.zone` must say. Neither a chat nor its messages have ids: a thread is named by its first
message (or `ReadOptions.thread`), and a message by its minute and its words.

What the app wrote itself (notices, left out media, deleted messages) is reported: lines without a speaker, and messages that are nothing
but `<…>` or, on an iPhone, begin with the invisible mark that the app puts before its own words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import takewhile
from pathlib import Path, PurePosixPath

from stores.errors import InputError
from stores.histories.chats import MadeIds, beginning, in_sittings, role_of, the_user
from stores.histories.checks import Unfit, label, words
from stores.histories.exports import Export
from stores.histories.files import not_in_format, source_of
from stores.histories.history import History, ReadOptions, Said, Unreadable
from stores.histories.stamps import MARKS, ORDERS, Order, Shape, Stamp, order_of, stamp_of
from stores.histories.timeline import in_utc

FORMAT = "whatsapp"
OWN_MARK = "\u200e"
SPEAKER = re.compile(r"(?P<name>.+?)\s?:(?:\s(?P<text>.*))?", re.DOTALL)
QUOTES = re.compile(r'["“”„«»「」]')
PLACEHOLDER = re.compile(r"<[^<>\n]+>")
ATTACHMENT = re.compile(r"(?:[A-Z]{3}-\d{8}-WA\d{4}\.\w+ \([^()\n]+\)|[^\n]+ \(file attached\))")
# Android marks them by nothing but the words.
DELETED = re.compile(
    r"(?:This message was deleted|You deleted this message|Diese Nachricht wurde gelöscht|Du hast diese Nachricht gelöscht"
    r"|Se eliminó este mensaje|Eliminaste este mensaje|Ce message a été supprimé|Vous avez supprimé ce message|Mensagem apagada"
    r"|Essa mensagem foi apagada|Você apagou esta mensagem|Questo messaggio è stato eliminato|Hai eliminato questo messaggio"
    r"|Dit bericht is verwijderd|삭제된 메시지입니다|このメッセージは削除されました)\.?"
)
DAY = re.compile(r"\d{4}년 \d{1,2}월 \d{1,2}일 [월화수목금토일]요일")
ENCRYPTED = re.compile(r"Messages (?:to this (?:chat|group)|you send to this|and calls are)[^\n]* end-to-end encrypt[^\n]*")


@dataclass(frozen=True)
class _Block:
    """A stamped line with the lines that go on with it."""

    line: int
    stamp: Stamp
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join([self.lines[0][self.stamp.end :], *self.lines[1:]])

    def unreadable(self, why: object) -> Unreadable:
        return Unreadable(self.line, str(why), len(self.lines))


def read(path: Path, options: ReadOptions) -> Iterator[History]:
    """The chat of one file.

    Raises:
        InputError: When the file cannot be read or is not of this format; when it can be read in two ways and `options` do not say which
            (the zone, the order of day and month); or when nobody in it has the user's name.
    """
    if options.only:
        raise InputError("An export of WhatsApp is one conversation.", "Leave --only away.")
    blocks, unreadable = _blocks(path)
    order = _order(blocks, path, options)
    if options.zone is None:
        raise InputError(f"The times in {path} carry no time zone.", "Say the phone's with --timezone, such as --timezone Europe/Lisbon.")
    said, troubles = _messages(blocks, order, options.zone)
    yield _history(said, sorted([*unreadable, *troubles], key=lambda one: one.line), path, options)


def _lines(path: Path) -> list[bytes]:
    with Export(path) as export:
        texts = [name for name in export.members() if export.is_file or PurePosixPath(name).suffix.lower() == ".txt"]
        # What was sent in the chat lies beside it, and may be text too.
        named = [name for name in texts if PurePosixPath(name).name == "_chat.txt"]
        found = named or [name for name in texts if "whatsapp" in name.lower()] or texts
        if len(found) != 1:
            why = f"it holds several texts ({', '.join(found[:3])}, …)" if found else "it holds no text"
            raise not_in_format(path, FORMAT, why, "Import the text of one chat.")
        lines = export.read(found[0]).split(b"\n")
    return lines if lines[-1] else lines[:-1]


def _blocks(path: Path) -> tuple[list[_Block], list[Unreadable]]:
    """The file cut at its stamps, and the lines that belong to no message."""
    lines = [_decoded(line) for line in _lines(path)]
    stamps = [stamp_of(line) if line else None for line in lines]
    shape = next((stamp.shape for stamp in stamps if stamp), None)
    if shape is None:
        raise not_in_format(path, FORMAT, "no line begins with a date and a time")
    blocks: list[_Block] = []
    unreadable: list[Unreadable] = []
    for number, (line, stamp) in enumerate(zip(lines, stamps, strict=True), start=1):
        if line is None:
            unreadable.append(Unreadable(number, "not UTF-8"))
        elif shape.kakaotalk and _is_heading(line, stamp, shape):
            unreadable.append(_heading(number, blocks))
        elif stamp and stamp.shape == shape:
            blocks.append(_Block(number, stamp, [line]))
        elif blocks:
            blocks[-1].lines.append(line)
        elif line.strip():
            unreadable.append(Unreadable(number, f"before the first message: {beginning(line)}"))
    return blocks, unreadable


def _is_heading(line: str, stamp: Stamp | None, shape: Shape) -> bool:
    """Whether KakaoTalk begins a day with the line."""
    return bool(DAY.fullmatch(line)) or (stamp is not None and stamp.shape == shape and stamp.end == len(line))


def _heading(number: int, blocks: Sequence[_Block]) -> Unreadable:
    """The report of a heading, with the blank lines before it, which are none of the message before it."""
    before = blocks[-1].lines if blocks else []
    blank = sum(1 for _ in takewhile(lambda line: not line.strip(), reversed(before[1:])))
    del before[len(before) - blank :]
    return Unreadable(number - blank, "a date alone", blank + 1)


def _decoded(line: bytes) -> str | None:
    try:
        return line.decode().removeprefix("\ufeff").removesuffix("\r")
    except UnicodeDecodeError:
        return None


def _order(blocks: Sequence[_Block], path: Path, options: ReadOptions) -> Order:
    stamps = [block.stamp for block in blocks]
    if not any(stamp.moment(order) for stamp in stamps for order in (*ORDERS, "year, month, day")):
        raise not_in_format(path, FORMAT, "its dates are none of the common calendar since 2009")
    order = order_of(stamps)
    if order != "year, month, day" and options.day_first is not None:
        order = "day, month, year" if options.day_first else "month, day, year"
    if order is None:
        first = blocks[0].lines[0][: stamps[0].end].strip()
        raise InputError(f"The dates in {path} ({first}) can be read in two ways.", "Say which with --day-first or --month-first.")
    return order


def _messages(blocks: Sequence[_Block], order: Order, zone: tzinfo) -> tuple[list[Said], list[Unreadable]]:
    ids = MadeIds()
    said: list[Said] = []
    unreadable: list[Unreadable] = []
    latest = datetime.min.replace(tzinfo=UTC)
    for block in blocks:
        try:
            local = block.stamp.moment(order)
            if local is None:
                raise Unfit(f"there is no such date: {beginning(block.lines[0])}")
            latest = _placed(local, zone, latest)
            speaker, text = _spoken(block)
            said.append(Said(ids.of(f"{local:%Y-%m-%d %H:%M}", text), speaker, "user", text, latest))
        except Unfit as trouble:
            unreadable.append(block.unreadable(trouble))
    return said, unreadable


def _placed(local: datetime, zone: tzinfo, before: datetime) -> datetime:
    """The moment of a local time. In the hour that a clock strikes twice, the second is meant where the first would go back in time."""
    first, second = in_utc(local, zone), in_utc(local.replace(fold=1), zone)
    return second if first < before <= second else first


def _spoken(block: _Block) -> tuple[str, str]:
    """Who said what."""
    match = SPEAKER.fullmatch(block.text)
    # In a notice such as `Ann changed the subject to "Rome: the plan"` the colon stands within quotation marks.
    if not match or "\n" in match["name"] or len(QUOTES.findall(match["name"])) % 2:
        raise Unfit(f"a notice, said by nobody: {beginning(block.text)}" if block.text.strip() else "a date alone")
    name = re.sub(rf"[{MARKS}]", "", re.sub(r"\s", " ", match["name"])).strip(" ~")
    text = words(match["text"] or "", "the message")
    _refuse_own_words(text, on_iphone=block.stamp.shape.bracket)
    return label(name, "the speaker"), text


def _refuse_own_words(text: str, *, on_iphone: bool) -> None:
    """Refuses what the app wrote into a message in place of words."""
    plain = re.sub(rf"[{MARKS}]", "", text).strip()
    if DELETED.fullmatch(plain):
        raise Unfit(f"deleted: {beginning(text)}")
    if PLACEHOLDER.fullmatch(plain) or ATTACHMENT.fullmatch(plain):
        raise Unfit(f"media without words: {beginning(text)}")
    if (on_iphone and text.startswith(OWN_MARK)) or ENCRYPTED.fullmatch(plain):
        raise Unfit(f"the app's own words: {beginning(text)}")


def _history(said: Sequence[Said], unreadable: Sequence[Unreadable], path: Path, options: ReadOptions) -> History:
    if not said:
        return History("", options.user_name, source_of(FORMAT, path), (), tuple(unreadable))
    user = the_user({one.speaker: () for one in said}, options, path)
    thread = options.thread or MadeIds().of(said[0].message_id)
    cast = sorted((replace(one, role=role_of(one.speaker, user)) for one in said), key=lambda one: one.said_at)
    return History(f"{FORMAT}:{thread}", user, source_of(FORMAT, path), in_sittings(cast), tuple(unreadable))
