"""Exports of Telegram: ids, authors and times are Telegram's own, and each message is read or reported."""

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stores.errors import InputError
from stores.histories import telegram
from stores.histories.history import AS_THE_FILE_SAYS, History, ReadOptions, Said

EVENING = 1704058860  # 2023-12-31T21:41:00Z


def message(number: int, text: object = "hello", sender: str | None = "Ann", sender_id: str = "user111", **given: Any) -> dict[str, Any]:
    moment = EVENING + 60 * number
    dates = {"date": datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S"), "date_unixtime": str(moment)}
    return {"id": number, "type": "message", **dates, "from": sender, "from_id": sender_id, "text": text, **given}


def chat(*messages: object, kind: str = "personal_chat", number: int = 222, name: str | None = "Ben") -> dict[str, Any]:
    return {"name": name, "type": kind, "id": number, "messages": list(messages)}


def read(document: object, options: ReadOptions = AS_THE_FILE_SAYS) -> list[History]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return list(telegram.read(path, options))


def said_in(found: History) -> list[Said]:
    return [said for _, said in found.spoken()]


def test_a_dialogue_is_read_and_knows_the_user() -> None:
    linked = ["Yes, see ", {"type": "link", "text": "https://a.example"}, "."]
    (found,) = read(
        chat(
            message(2, "Are you coming?"),
            message(3, linked, "Ben", "user222", reply_to_message_id=2),
            message(300, "my cat", photo="p.jpg", edited_unixtime="1"),
        )
    )
    first, second, third = said_in(found)
    assert (found.thread_id, found.user_name, found.source) == ("telegram:user222", "Ann", "telegram:result.json")
    assert (first.message_id, first.speaker, first.role) == ("2", "Ann", "user")
    assert first.said_at == datetime.fromtimestamp(EVENING + 120, UTC)
    assert (second.speaker, second.role, second.text) == ("Ben", "assistant", "Yes, see https://a.example.")
    assert (second.additional, third.additional) == ({"reply_to": "2"}, {"edited": True})
    assert [len(session.said) for session in found.sessions] == [2, 1]


def test_forwarded_words_are_their_author_s() -> None:
    authors = ["Cleo", "Ann", None]
    (found,) = read(chat(*(message(number, "I live in Rome", forwarded_from=author) for number, author in enumerate(authors)), message(3)))
    by = [("Cleo", "assistant"), ("Ann", "user"), ("Deleted Account", "assistant"), ("Ann", "user")]
    assert [(said.speaker, said.role) for said in said_in(found)] == by
    assert said_in(found)[0].additional == {"forwarded_by": "Ann"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"type": "service", "action": "phone_call", "actor": "Ann", "text": ""}, "a notice: phone_call by Ann"),
        ({"type": "unsupported"}, 'of the type "unsupported"'),
        ({"text": "", "media_type": "sticker", "sticker_emoji": "😀"}, "sticker 😀 without words"),
        ({"text": "", "photo": "p.jpg"}, "photo without words"),
        ({"text": " \n"}, "nothing without words"),
        ({"text": 7}, "text is not text"),
        ({"text": [7]}, "text is not text"),
        ({"text": "a\0b"}, "NUL"),
        ({"from": None, "from_id": None}, "from is empty"),
        ({"date_unixtime": "soon"}, "seconds since 1970"),
        ({"date_unixtime": True}, "seconds since 1970"),
        ({"date_unixtime": None}, "its time is missing"),
        ({"date_unixtime": "9e99"}, "seconds since 1970"),
        ({"id": None}, "id is missing"),
        ({"id": 1}, "a second message with the id '1'"),
    ],
)
def test_what_cannot_be_read_is_reported(given: dict[str, Any], why: str) -> None:
    (found,) = read(chat(message(1), message(2) | given, message(3)))
    assert [said.message_id for said in said_in(found)] == ["1", "3"]
    (trouble,) = found.unreadable
    assert why in trouble.why


def test_the_author_of_forwarded_words_is_known_by_the_id_where_there_is_one() -> None:
    namesake, earlier_name = (
        {"forwarded_from": "Ann", "forwarded_from_id": "user9"},
        {"forwarded_from": "Annie", "forwarded_from_id": "user111"},
    )
    (found,) = read(chat(message(1), message(2, "I live in Rome", **namesake), message(3, "I live in Porto", **earlier_name)))
    assert [(said.speaker, said.role) for said in said_in(found)] == [("Ann", "user"), ("Ann", "assistant"), ("Annie", "user")]


def test_an_answer_to_a_message_of_another_chat_answers_none_of_this_one() -> None:
    answers = message(2, reply_to_message_id=1), message(3, reply_to_message_id=1, reply_to_peer_id="channel5")
    (found,) = read(chat(message(1), *answers))
    assert [said.additional for said in said_in(found)] == [{}, {"reply_to": "1"}, {}]


def test_the_address_of_a_link_stands_behind_its_words() -> None:
    link = {"type": "text_link", "text": "the plan", "href": "https://a.example/x"}
    (found,) = read(chat(message(1, ["See ", link, ", ", link | {"text": "https://a.example/x"}, " and ", link | {"href": None}])))
    assert said_in(found)[0].text == "See the plan (https://a.example/x), https://a.example/x and the plan"


def test_a_poll_is_kept_as_its_question_and_answers() -> None:
    poll = {"question": "Pizza or sushi?", "answers": [{"text": "Pizza", "voters": 1}, {"text": ["Su", {"type": "bold", "text": "shi"}]}]}
    (found,) = read(chat(message(1, "", poll=poll)))
    assert said_in(found)[0].text == "Pizza or sushi?\n- Pizza\n- Sushi"


def test_an_export_of_all_chats_gives_the_same_ids_as_one_of_each() -> None:
    one, group = chat(message(1)), chat(message(1), message(2, "ok", "Ben", "user222"), kind="private_group", number=222, name="Trip")
    whole = {"personal_information": {"user_id": 111}, "chats": {"list": [one]}, "left_chats": {"list": [group]}}
    alone = [*read(one), *read(group, ReadOptions(user_name="Ann"))]
    together = read(whole)
    assert [found.thread_id for found in together] == ["telegram:user222", "telegram:chat222"]
    assert [(found.thread_id, found.sessions) for found in together] == [(found.thread_id, found.sessions) for found in alone]
    assert {said.role for said in said_in(together[1]) if said.speaker == "Ben"} == {"assistant"}
    (chosen,) = read(whole, ReadOptions(only="Trip"))
    assert chosen.thread_id == "telegram:chat222"


def test_messages_to_oneself_are_the_user_s() -> None:
    (found,) = read(chat(message(2), message(1, "earlier"), kind="saved_messages", number=111, name=None))
    assert (found.thread_id, found.user_name) == ("telegram:user111", "Ann")
    assert [(said.text, said.role) for said in said_in(found)] == [("earlier", "user"), ("hello", "user")]


def test_an_export_that_says_whose_it_is_needs_no_name() -> None:
    group = chat(message(1), message(2, "ok", "Ben", "user222"), kind="private_supergroup", number=5, name="Trip")
    (found,) = read({"personal_information": {"user_id": 222}, "chats": {"list": [group]}})
    assert (found.thread_id, found.user_name) == ("telegram:channel5", "Ben")
    assert [said.role for said in said_in(found)] == ["assistant", "user"]


def test_a_dialogue_in_which_only_the_other_one_speaks_is_not_the_user_s() -> None:
    (found,) = read(chat(message(1, "I live in Rome", "Ben", "user222")))
    assert (found.user_name, [(said.speaker, said.role) for said in said_in(found)]) == ("", [("Ben", "assistant")])


def test_a_chat_that_cannot_be_read_is_reported() -> None:
    whole = {"personal_information": {"user_id": 111}, "chats": {"list": [{"type": "personal_chat"}, chat(message(1)), 7]}}
    (found,) = read(whole)
    assert [one.why.split(":")[0] for one in found.unreadable] == ["chat 1", "chat 3"]


@pytest.mark.parametrize(
    ("document", "options", "why", "hint"),
    [
        (chat(message(1), kind="private_group"), AS_THE_FILE_SAYS, "which of the speakers", "Ann"),
        (chat(message(1)), ReadOptions(user_name="Zoe"), "Nobody", "Ann"),
        (chat(message(1), message(2, "x", "Ann", "user9")), ReadOptions(user_name="Ann"), "Several", "user111, user9"),
        (chat(message(1)), ReadOptions(only="Zoe"), "no conversation", "Ben"),
        ({"messages": {}}, AS_THE_FILE_SAYS, "neither", "telegram"),
        ([], AS_THE_FILE_SAYS, "not a JSON object", "telegram"),
    ],
)
def test_what_must_be_said_is_asked_for(document: object, options: ReadOptions, why: str, hint: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        read(document, options)
    assert hint in refused.value.hint


def test_an_export_without_epoch_times_needs_the_zone() -> None:
    old = message(1)
    del old["date_unixtime"]
    with pytest.raises(InputError) as refused:
        read(chat(old))
    assert "--timezone" in refused.value.hint
    (found,) = read(chat(old), ReadOptions(zone=ZoneInfo("Asia/Seoul")))
    assert said_in(found)[0].said_at == datetime(2023, 12, 31, 12, 42, tzinfo=UTC)
    (found,) = read(chat(old, message(2)))
    assert "no time zone" in found.unreadable[0].why


def test_control_characters_as_telegram_writes_them_are_read() -> None:
    written = json.dumps(chat(message(1, "one?two \\x41 three")), ensure_ascii=False).replace("one?", "one\\x0B")
    (found,) = read(written)
    assert said_in(found)[0].text == "one\x0btwo \\x41 three"


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, st.sampled_from(["user111", "user222"]), st.integers(0, 30)), min_size=1, max_size=5))
def test_what_people_wrote_is_read_back(messages: list[tuple[str, str, int]]) -> None:
    """Also where a text is cut into parts that are set differently."""
    written = [
        message(number, [text[:cut], {"type": "bold", "text": text[cut:]}], sender, sender)
        for number, (text, sender, cut) in enumerate(messages)
    ]
    user = messages[0][1]
    (found,) = read(chat(*written), ReadOptions(user_name=user))
    assert [(said.text, said.role == "user") for said in said_in(found)] == [(text, sender == user) for text, sender, _ in messages]
    assert [said.said_at.timestamp() for said in said_in(found)] == [EVENING + 60 * number for number in range(len(messages))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
MESSAGES = st.one_of(
    JSON,
    st.builds(
        lambda number, changed: message(number) | changed,
        st.integers(0, 3),
        st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("id", "type", "from", "from_id", "text", "date_unixtime", "forwarded_from", "poll", "edited"), JSON)
        ),
    ),
)


@settings(deadline=None)
@given(st.lists(MESSAGES, max_size=5), st.sampled_from(["personal_chat", "saved_messages", "private_channel", ""]))
def test_each_message_is_read_or_reported(messages: list[object], kind: str) -> None:
    (found,) = read(chat(message(9), *messages, kind=kind), ReadOptions(user_name="user111"))
    assert len(said_in(found)) + len(found.unreadable) == len(messages) + 1
