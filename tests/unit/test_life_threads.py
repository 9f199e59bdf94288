"""Threads of life: what is found to run through records, what is not, and in which order it is told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals import own
from evals.haystack import imported
from models.life_threads.weaving import LifeThread, life_threads, thread_named
from stores.errors import InputError
from stores.record import MemoryRecord, Trust
from tests.fakes import NOON, record


def told(*texts: str, **fields: Any) -> list[MemoryRecord]:
    """What the user said, one message a day."""
    return [record(text, day, said_at=NOON + timedelta(days=day), **fields) for day, text in enumerate(texts)]


def found(records: Sequence[MemoryRecord], **options: Any) -> dict[str, LifeThread]:
    return {thread.name: thread for thread in life_threads(records, **options)}


def kinds(*texts: str, **fields: Any) -> dict[str, str]:
    return {name: thread.what for name, thread in found(told(*texts, **fields)).items()}


def chat(*said: tuple[str, str]) -> list[MemoryRecord]:
    """An imported chat of two people, one message a day; neither of them is the user."""
    return [
        record(text, day, said_at=NOON + timedelta(days=day), speaker=speaker, trust=Trust(origin="imported"))
        for day, (speaker, text) in enumerate(said)
    ]


def test_a_name_in_mid_sentence_is_a_person_where_they_do_what_people_do() -> None:
    texts = ("I met Mira at the door.", "Then Mira said that she was late.", "Mira called, and I told Mira about it.")
    assert kinds(*texts) == {"Mira": "person"}


def test_a_name_that_begins_a_sentence_counts_once_it_is_known_as_one() -> None:
    mira = found(told("I met Mira at the door.", "Mira called.", "Mira has a cold.", "Yesterday Mira left."))["Mira"]
    assert len(mira.ids) == 4
    assert kinds("Perhaps it rains.", "Perhaps not.", "Perhaps later.", "Perhaps.") == {}


def test_a_name_may_be_a_common_word() -> None:
    assert kinds("I met Faith.", "I told Faith.", "So Faith said that faith is a gift.") == {"Faith": "person"}


def test_a_place_is_told_from_a_person() -> None:
    texts = ("We moved to Ghent in spring.", "It rains in Ghent.", "I like the canals around Ghent.")
    assert kinds(*texts) == {"Ghent": "place"}
    assert kinds("Our Lisbon again.", "How Lisbon smells!", "See Lisbon.") == {"Lisbon": "place"}


def test_somebody_who_is_called_as_a_place_is_a_person() -> None:
    texts = ("I had lunch with Sofia, she is moving.", "What does Sofia like?", "I called Sofia about the concert.", "How is Sofia doing?")
    assert kinds(*texts) == {"Sofia": "person"}
    assert kinds("We flew to Sofia.", "It rains in Sofia.", "I like the churches of Sofia.") == {"Sofia": "place"}


def test_a_name_that_is_neither_is_a_theme() -> None:
    assert kinds("I passed my PCCN mock.", "The PCCN is hard.", "Done with PCCN!") == {"PCCN": "theme"}
    assert kinds("I love Christmas.", "We met at Christmas.", "It was cold at Christmas.") == {"Christmas": "theme"}


def test_a_relation_of_the_user_is_a_person_and_one_with_her_name() -> None:
    texts = ("My sister lives far away.", "My sister Mira has a dog.", "I called Mira.", "We met my sister again.")
    mira = found(told(*texts))["Mira"]
    assert (mira.what, mira.also, len(mira.ids)) == ("person", ("my sister",), 4)


@pytest.mark.parametrize(
    "naming", ["My sister, Mira, called.", "My sister's name is Mira.", "My sister is called Mira.", "I saw Mira, my sister."]
)
def test_a_relation_is_named_in_several_ways(naming: str) -> None:
    mira = found(told(naming, "I told Mira.", "My sister left.", "So Mira said."))["Mira"]
    assert len(mira.ids) == 4


def test_a_relation_without_a_name_is_a_thread_and_one_with_two_names_stays_apart() -> None:
    assert kinds("My boss is ill.", "My boss is back.", "I asked my boss.") == {"my boss": "person"}
    texts = ("My brother Jon came.", "My brother Ned came.", "My brother is tall.", "I told Jon.", "I told Jon again.")
    assert {name: len(one.ids) for name, one in found(told(*texts)).items()} == {"Jon": 3, "my brother": 3}


def test_a_name_beside_a_relation_is_hers_only_where_it_fits() -> None:
    seldom = ("I paid for my mum, Tunde, and me.", *["My mum cooks."] * 12, "I told Tunde.", "I met Tunde.")
    assert {name: len(one.ids) for name, one in found(told(*seldom)).items()} == {"my mum": 13, "Tunde": 3}
    another = ("My aunt Tita came.", "My aunt Tita left.", "I saw my mum, Tita, and Jo.", "My mum is ill.", "My mum cooks.")
    assert {name: (one.also, len(one.ids)) for name, one in found(told(*another)).items()} == {
        "Tita": (("my aunt",), 3),
        "my mum": ((), 3),
    }


def test_a_relation_to_a_name_is_not_the_name() -> None:
    texts = ("My boss is Mira's friend.", "I told Mira.", "I met Mira.", "My boss left.", "My boss called.")
    assert {name: (one.also, len(one.ids)) for name, one in found(told(*texts)).items()} == {"Mira": ((), 3), "my boss": ((), 3)}


def test_mum_is_my_mother_and_nobody_elses_is() -> None:
    mother = found(told("Mum is here.", "My mother cooks.", "I miss Mum.", "His mother sings.", "A mother sang.", "Mama Tunde sells rice."))
    assert [(one.what, len(one.ids)) for one in mother.values()] == [("person", 3)]


def test_a_friend_is_one_of_many() -> None:
    assert kinds("My friend came.", "My friend left.", "My friend slept.") == {}


def test_a_full_name_and_a_title_are_one_person() -> None:
    texts = ("I met Bettina Kranz.", "I asked Bettina twice.", "So Bettina said yes.", "I told Ms Kranz.", "I like Bettina.")
    assert {name: len(one.ids) for name, one in found(told(*texts)).items()} == {"Bettina": 5}


def test_who_speaks_is_a_person_and_their_relations_are_theirs() -> None:
    said = [("Bea", "My sister is ill."), ("Dom", "Is your sister well?"), ("Bea", "My sister is fine."), ("Dom", "My sister is too.")]
    threads = found(chat(*said, ("Bea", "Hey Dom!"), ("Dom", "Hey.")))
    assert {name: len(one.ids) for name, one in threads.items()} == {"Bea": 3, "Dom": 4, "Bea's sister": 3}


def test_themes_are_nouns_and_phrases_that_are_far_more_frequent_than_in_english() -> None:
    texts = (
        "I began violin lessons.",
        "My violin lessons are on Monday.",
        "No violin lessons this week.",
        "A week without violin lessons.",
    )
    assert kinds(*texts) == {"violin lessons": "theme"}
    assert kinds(*texts, "A violin is dear.", "I sold the violin.") == {"violin lessons": "theme"}
    texts = ("I bought a kayak.", "We took the kayaks out.", "My kayak leaks.", "Her kayak is blue.")
    assert [(name, len(one.ids)) for name, one in found(told(*texts)).items()] == [("kayak", 4)]


@pytest.mark.parametrize(
    "word", ["thing", "week", "lot", "monday", "weekend", "idea", "thanks", "people", "time", "journeys", "delicious", "tired"]
)
def test_what_is_in_everybodys_mouth_is_no_theme(word: str) -> None:
    assert kinds(f"It was a {word}.", f"Such a {word} again.", f"For the {word} I came.", f"My {word} is over.", f"About a {word}.") == {}


@pytest.mark.parametrize("name", ["Monday", "August", "English", "Ada", "Mneme", "I", "Thanks", "Italian", "Portuguese"])
def test_days_languages_and_those_who_speak_are_no_threads(name: str) -> None:
    texts = (f"So {name} said it.", f"I told {name} that.", f"Then {name} called.", f"We met {name}.")
    answers = [record("Noted.", 9, role="assistant", speaker="Mneme")]
    assert found([*told(*texts), *answers]) == {}


def test_the_user_of_an_import_is_no_thread() -> None:
    texts = ("I am Ada Byron.", "They call me Ada.", "So Ada said.", "We met Ada.")
    assert kinds(*texts, speaker="Ada Byron", trust=Trust(origin="imported")) == {}
    records = told(*texts, speaker="User", trust=Trust(origin="imported"))
    assert "Ada" in {name.split()[0] for name in found(records)}
    assert found(records, own_names=["Ada Byron"]) == {}


def test_a_friend_of_an_imported_chat_is_a_person_though_the_role_is_the_assistants() -> None:
    texts = ("Are you home?", "I bought bread.", "See you.")
    assert kinds(*texts, speaker="Mira", role="assistant", trust=Trust(origin="imported")) == {"Mira": "person"}
    assert kinds(*texts, speaker="Assistant", role="assistant", trust=Trust(origin="imported")) == {}


def test_what_is_called_alike_is_one_thread() -> None:
    texts = (*["I love my Kite."] * 8, "A kite flew.", "The kite is red.", "Her kite.")
    assert list(found(told(*texts))) == ["Kite"]


def test_a_word_that_once_has_a_capital_is_no_name() -> None:
    threads = found(told("I love my Kayak.", "The kayak leaks.", "My kayak is blue.", "A kayak is fun."))
    assert {name: len(one.ids) for name, one in threads.items()} == {"kayak": 4}


def test_a_person_of_whom_little_is_said_among_much_else_is_a_thread() -> None:
    much = [record("Nothing at all happened here, and I had to say so. " * 900, 50 + day, said_at=NOON) for day in range(50)]
    assert "Mira" in found([*told("I met Mira.", "I told Mira.", "I asked Mira."), *much])


def test_three_records_of_two_days_make_a_thread() -> None:
    texts = ("I met Mira.", "I told Mira.", "I asked Mira.")
    assert kinds(*texts) == {"Mira": "person"}
    assert kinds(*texts[:2]) == {}
    in_one_sitting = [record(text, number) for number, text in enumerate(texts)]
    assert found(in_one_sitting) == {}
    assert set(found([*in_one_sitting[:2], record(texts[2], 2, session_id="later")])) == {"Mira"}


def test_what_a_character_says_joins_a_thread_and_makes_none() -> None:
    texts = ("I met Mira.", "I told Mira.", "I asked Mira.")
    answer = record("How is Mira?", 7, role="assistant", speaker="Mneme", said_at=NOON + timedelta(days=9))
    assert found([*told(*texts), answer])["Mira"].ids[-1] == answer.id
    assert found([*told(*texts[:2]), answer]) == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "snapshot"},
        {"trust": Trust(origin="recalled")},
        {"trust": Trust(origin="notice")},
        {"superseded_by": "other", "superseded_at": NOON},
        {"deleted_at": NOON},
    ],
)
def test_what_repeats_memory_or_is_gone_takes_no_part(fields: dict[str, Any]) -> None:
    texts = ("I met Mira.", "I told Mira.", "I asked Mira.")
    more = record("I called Mira.", 8, **fields)
    assert more.id not in found([*told(*texts), more])["Mira"].ids
    assert kinds(*texts, **fields) == {}


def test_captions_and_addresses_are_not_what_was_said() -> None:
    assert set(kinds(*["https://kayak.example/a"] * 3, speaker="Bo", role="assistant", trust=Trust(origin="imported"))) == {"Bo"}
    assert kinds(*["Look [shares a photo: a kayak on the shore] https://kayak.example/a-kayak"] * 4) == {}


def test_the_projects_own_conversations_have_their_people() -> None:
    threads = life_threads(imported(own.history(own.read_conversation(own.CONVERSATIONS / "ua-02.json"))))
    people = {thread.name: thread.also for thread in threads if thread.what == "person"}
    assert set(people) == {"Kelechi", "Marisol", "Stan", "Delphine"}
    assert "my sister" in people["Delphine"]
    assert {"wedding", "PCCN"} <= {thread.name for thread in threads if thread.what == "theme"}


def test_a_thread_is_found_by_its_name_and_by_what_else_it_is_called() -> None:
    threads = life_threads(told("My sister Mira came.", "I told Mira.", "My sister left.", "My boss called.", "My boss?", "My boss!"))
    for name in ("Mira", " mira ", "my sister", "Sister"):
        assert thread_named(threads, name).name == "Mira"
    assert thread_named(threads, "boss").name == "my boss"
    with pytest.raises(InputError, match="no thread 'Mirra'") as refused:
        thread_named(threads, "Mirra")
    assert "The closest: Mira." in refused.value.hint
    with pytest.raises(InputError, match="no thread 'quantum'") as refused:
        thread_named(threads, "quantum")
    assert "closest" not in refused.value.hint


SENTENCES = (
    "I met Mira today.",
    "My sister Mira said so.",
    "Mum called from Ghent.",
    "We went to Ghent by train.",
    "My violin lessons began.",
    "The violin lessons are fun, said Dr. Holt.",
    "I asked Holt about the kayak.",
    "A kayak is not cheap.",
    "The weather was fine, so we walked to the old mill.",
    "",
    "MIRA!!! 😀 http://x.y [z]",
    "오늘 미라를 만났어요.",
)
MEMORIES = st.lists(st.tuples(st.sampled_from(SENTENCES), st.integers(0, 5)), max_size=25)


def remembered(said: Sequence[tuple[str, int]]) -> list[MemoryRecord]:
    return [record(text or "…", number, said_at=NOON + timedelta(days=day)) for number, (text, day) in enumerate(said)]


@settings(max_examples=60, deadline=None)
@given(MEMORIES, st.randoms(use_true_random=False))
def test_a_thread_is_told_in_order_and_in_whatever_order_the_records_come(said: Sequence[tuple[str, int]], chance: Any) -> None:
    records = remembered(said)
    threads = life_threads(records)
    moments = {one.id: one.said_at for one in records}
    for thread in threads:
        told_at = [moments[id] for id in thread.ids]
        assert told_at == sorted(told_at)
        assert (thread.begins, thread.ends) == (told_at[0], told_at[-1])
        assert len(set(thread.ids)) == len(thread.ids) >= 3
        assert len({at.date() for at in told_at}) >= 2
    assert len({thread.name for thread in threads}) == len(threads)
    chance.shuffle(records)
    assert life_threads(records) == threads


@settings(max_examples=40, deadline=None)
@given(MEMORIES.filter(bool), st.data())
def test_a_record_that_is_forgotten_is_in_no_thread(said: Sequence[tuple[str, int]], data: st.DataObject) -> None:
    records = remembered(said)
    gone = data.draw(st.sampled_from(records))
    left = [one for one in records if one is not gone]
    assert all(gone.id not in thread.ids for thread in life_threads(left))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), max_size=6))
def test_any_text_is_read(texts: Sequence[str]) -> None:
    life_threads(told(*texts))


def test_a_korean_noun_is_what_several_particles_grow_onto() -> None:
    texts = (
        "오늘부터 수영을 배워.",
        "수영에 재미 붙였어.",
        "어제는 수영이 힘들더라.",
        "그래도 재미있게 배워.",
        "그래도 좋아.",
        "그래도 갈게.",
    )
    assert kinds(*texts) == {"수영": "theme"}


def test_a_korean_name_is_known_by_the_letter_between_it_and_its_particle() -> None:
    texts = ("유진이가 전화했어.", "주말에 유진이랑 갔다 왔어.", "유진이는 바쁘대.", "엄마가 왔어.", "엄마랑 먹었어.", "엄마는 잘 지내.")
    assert kinds(*texts) == {"유진": "person", "엄마": "person"}


def test_a_letter_that_ends_a_korean_word_is_no_particle() -> None:
    assert "집들" not in kinds("집들이 준비했어.", "집들이 끝났어.", "집들이 또 해.")


def test_japanese_nouns_are_runs_of_kanji_and_katakana_and_people_are_called() -> None:
    texts = (
        "塚本くんが休んだ。",
        "昨日は塚本くんと札幌に行った。",
        "札幌は寒い。",
        "塚本くんから電話。",
        "また札幌へ。",
        "昨日は雨。",
        "昨日も雨。",
    )
    assert kinds(*texts) == {"塚本": "person", "札幌": "theme"}


def test_a_japanese_family_is_people_and_a_verb_is_nothing() -> None:
    texts = ("妻が帰った。", "妻と食べた。", "お父さんが来た。", "父も食べた。", "父は元気。", "妻は元気。", "食べた。")
    assert kinds(*texts) == {"妻": "person", "父": "person"}


def test_a_longer_noun_stands_for_the_shorter_one_within_it() -> None:
    assert kinds("恐竜博物館に行った。", "恐竜博物館は楽しい。", "また恐竜博物館。") == {"恐竜博物館": "theme"}


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("ko-01", ("유진", "은별", "하린", "엄마", "먹물")),
        ("ko-02", ("서윤", "형석", "미란")),
        ("ja-01", ("父", "麻衣", "沙織", "陸", "夫")),
    ],
)
def test_the_people_of_the_projects_korean_and_japanese_conversations_are_found(name: str, people: Sequence[str]) -> None:
    history = own.history(own.read_conversation(own.CONVERSATIONS / f"{name}.json"))
    threads = found(list(imported(history)))
    assert {one: threads[one].what for one in people} == dict.fromkeys(people, "person")
