"""Downloads of any kind: nothing leaves a zip, nothing that is broken ends in a traceback, and ids and sittings are made alike."""

import json
import os
import zipfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stores.errors import InputError
from stores.histories import exports
from stores.histories.chats import PAUSE, MadeIds, in_sittings
from stores.histories.exports import Export
from stores.histories.files import seeming_format
from stores.histories.formats import read_histories
from stores.histories.history import ReadOptions, Said

CHATS = ("whatsapp", "telegram", "slack", "chatgpt")
TOLD = ReadOptions(zone=UTC, user_name="Ann")
NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)
CHAT = b"31.12.23, 21:41 - Ann: hello\n"


def zipped(files: dict[str, bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("names", "format"),
    [
        (["_chat.txt", "IMG-1.jpg"], "whatsapp"),
        (["result.json", "photos/p.jpg"], "telegram"),
        (["users.json", "channels.json", "general/2023-12-31.json"], "slack"),
        (["conversations-000.json", "user.json", "chat.html"], "chatgpt"),
        (["questions.json", "sessions.jsonl"], "longmemeval"),
        (["holiday.jpg"], ""),
    ],
)
def test_a_zip_and_a_folder_are_known_by_the_names_in_them(tmp_path: Path, names: list[str], format: str) -> None:
    (tmp_path / "export.zip").write_bytes(zipped(dict.fromkeys(names, b"")))
    folder = tmp_path / "folder"
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    assert seeming_format(tmp_path / "export.zip") == seeming_format(folder) == format
    for wanted in CHATS:
        if format in CHATS and wanted != format:
            for path in (tmp_path / "export.zip", folder):
                with pytest.raises(InputError) as refused:
                    list(read_histories(path, wanted, TOLD))
                assert f"--format {format}" in refused.value.hint


@pytest.mark.parametrize(
    "names",
    [
        ["_chat.txt", "notes.txt"],
        ["WhatsApp Chat with Ann.txt", "notes.txt"],
        ["Chat/any name.txt"],
        ["WhatsApp Chat.txt", "__MACOSX/._WhatsApp Chat.txt"],
    ],
)
def test_the_chat_is_found_among_what_was_sent_in_it(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(zipped({names[0]: CHAT, **dict.fromkeys(names[1:], b"milk, eggs")}))
    (found,) = read_histories(path, "whatsapp", TOLD)
    assert [said.text for _, said in found.spoken()] == ["hello"]


def test_of_several_texts_none_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(zipped({"a.txt": CHAT, "b.txt": CHAT}))
    with pytest.raises(InputError, match="several texts"):
        list(read_histories(path, "whatsapp", TOLD))


def test_nothing_is_written_outside_or_beside_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "inner" / "export.zip"
    path.parent.mkdir()
    path.write_bytes(zipped({"../../escaped.txt": CHAT, f"{tmp_path}/outside/_chat.txt": CHAT}))
    (found,) = read_histories(path, "whatsapp", TOLD)
    assert len(list(found.spoken())) == 1
    assert [one.name for one in tmp_path.rglob("*")] == ["inner", "export.zip"]


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "LARGEST", 1000)
    path = tmp_path / "export.zip"
    path.write_bytes(zipped({"_chat.txt": CHAT * 1000}))
    assert path.stat().st_size < 1000
    with pytest.raises(InputError, match="larger than"):
        list(read_histories(path, "whatsapp", TOLD))


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(CHAT)
    folder = tmp_path / "folder"
    folder.mkdir()
    os.symlink(tmp_path / "secret.txt", folder / "_chat.txt")
    with Export(folder) as export:
        assert export.members() == ()


SAMPLES = {
    "whatsapp": CHAT * 3,
    "telegram": json.dumps(
        {
            "type": "personal_chat",
            "id": 1,
            "messages": [{"id": 1, "type": "message", "date_unixtime": "1704058860", "from": "Ann", "text": "x"}],
        }
    ).encode(),
    "slack": zipped(
        {
            "users.json": b'[{"id": "U1", "name": "Ann"}]',
            "general/2023-12-31.json": b'[{"type": "message", "user": "U1", "text": "x", "ts": "1704058860.0001"}]',
        }
    ),
    "chatgpt": zipped(
        {"conversations.json": b'[{"conversation_id": "c", "mapping": {"a": {"message": {"id": "a"}}}, "current_node": "a"}]'}
    ),
}


@pytest.mark.parametrize("name", CHATS)
@settings(deadline=None, max_examples=60)
@given(st.binary() | st.binary().map(lambda rest: b"PK\x03\x04" + rest) | st.binary().map(lambda rest: b"\x1f\x8b" + rest))
def test_any_bytes_are_read_or_refused(name: str, content: bytes) -> None:
    read_or_refused(name, content)


@pytest.mark.parametrize("name", CHATS)
@settings(deadline=None, max_examples=60)
@given(st.data())
def test_an_export_with_wrong_bytes_is_read_or_refused(name: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[name])
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=4)):
        content[place] = value
    read_or_refused(name, bytes(content[: data.draw(st.integers(0, len(content)))]))


def read_or_refused(name: str, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_bytes(content)
        with suppress(InputError):
            found = list(read_histories(path, name, TOLD))
            assert all(said.text.strip() for history in found for _, said in history.spoken())


def test_a_sitting_ends_where_nobody_speaks_for_hours() -> None:
    moments = [NOON, NOON + PAUSE - timedelta(seconds=1), NOON + 2 * PAUSE - timedelta(seconds=1), NOON + 2 * PAUSE]
    sessions = in_sittings(Said(str(number), "Ann", "user", "x", moment) for number, moment in enumerate(moments))
    assert [[said.message_id for said in session.said] for session in sessions] == [["0", "1"], ["2", "3"]]
    assert [session.id for session in sessions] == ["2026-05-07T12:00:00+00:00", "2026-05-07T17:59:59+00:00"]
    assert in_sittings([]) == ()


@given(st.lists(st.text(max_size=2), max_size=8), st.lists(st.text(max_size=2), max_size=3))
def test_made_ids_differ_and_stay_when_more_follow(texts: list[str], more: list[str]) -> None:
    before, after = MadeIds(), MadeIds()
    ids = [before.of("12:00", text) for text in texts]
    assert len(set(ids)) == len(ids)
    assert [after.of("12:00", text) for text in [*texts, *more]][: len(ids)] == ids
