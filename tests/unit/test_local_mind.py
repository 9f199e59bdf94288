from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.asking_to_forget import asks_to_forget
from models.commitments.finding import asks_for_all
from models.embedding import open_embedder
from models.local.questions import Question
from models.local.sources import sources_of
from models.local.telling import told_about
from models.local.wording import ENGLISH, JAPANESE, KOREAN, Talk, talk_in
from models.local_mind import LocalMind
from models.mind import Answer, AnswerRequest, Character, Memory, Moment, SummariseRequest, Utterance
from tests.fakes import HashEmbedder

NOW = datetime(2023, 6, 1, 12, tzinfo=UTC)
NOTHING_KNOWN = "I don't find that"


def memory(text: str, days: int = 21, speaker: str = "Ada", role: str = "user", **fields: Any) -> Memory:
    return Memory(
        f"id of {text}", text, speaker, role, fields.get("kind", "turn"), NOW - timedelta(days=days), fields.get("score", 0.8), 0.6
    )


def utterance(text: str, speaker: str = "Ada", minutes: int = 5) -> Utterance:
    return Utterance(speaker, "user" if speaker == "Ada" else "assistant", text, NOW - timedelta(minutes=minutes))


def asked(words: str, *memories: Memory, **fields: Any) -> AnswerRequest:
    given: dict[str, Any] = {"may_lack": False, "user_name": "Ada"} | fields
    return AnswerRequest(words=words, character=Character("mneme", location="Kyoto"), moment=Moment(NOW), memories=memories, **given)


def answer(request: AnswerRequest) -> Answer:
    return LocalMind(HashEmbedder()).answer(request)


PUPPY = memory("The weather was bad. I adopted a puppy called Biscuit. How are you?")
MOVED = memory("I moved to a small flat in Lisbon yesterday.", days=10)
CONCERT = memory("My sister and I saw a concert of Nina Simone songs.", days=3)


def test_it_quotes_who_said_what_and_when() -> None:
    given = answer(asked("What is the puppy called that I adopted?", PUPPY, MOVED, CONCERT))
    assert given.text.startswith('You told me three weeks ago (Thursday, 11 May 2023): "')
    assert "Biscuit" in given.text
    assert given.used == (PUPPY.id,)
    assert (given.origin, given.not_known, given.lacking) == ("recalled", False, "")


@pytest.mark.parametrize(
    ("words", "memory_of", "said"),
    [
        ("강아지 이름이 뭐지", memory("강아지 이름은 뭉치야."), '3주 전(2023년 5월 11일 목요일)에 이렇게 말씀하셨어요: "강아지'),
        ("猫の名前は何\uff1f", memory("猫の名前はむぎ。", days=7), '週間前(2023年5月25日木曜日)に、こう話してくれました: "猫の名前は'),
        ("강아지 이름이 뭐지", memory("강아지 이름은 뭉치야.", speaker="지연"), "지연 님이 이렇게 말했어요"),
        ("猫の名前は何\uff1f", memory("猫の名前はむぎ。", speaker="Mneme", role="assistant"), "私はこう言いました"),
    ],
)  # fmt: skip
def test_it_speaks_the_language_that_it_is_asked_in(words: str, memory_of: Memory, said: str) -> None:
    assert said in LocalMind(open_embedder()).answer(asked(words, memory_of)).text


@pytest.mark.parametrize(
    ("words", "talk"), [("강아지 이름은 뭉치야.", KOREAN), ("名前はむぎ。", JAPANESE), ("My puppy is called Biscuit.", ENGLISH)]
)
def test_courtesies_are_in_the_language_of_the_words(words: str, talk: Talk) -> None:
    assert answer(asked(words)).text in talk.noted
    assert answer(asked("Who is Bert?" if talk is ENGLISH else words.rstrip("。.야") + "\uff1f")).text.startswith(talk.not_known)


@pytest.mark.parametrize(("words", "talk"), [("lol", ENGLISH), ("응", KOREAN), ("ㅋㅋㅋ", KOREAN), ("うん", JAPANESE), ("笑", JAPANESE)])
def test_a_nod_is_nothing_to_remember(words: str, talk: Talk) -> None:
    assert answer(asked(words)).text in {talk.one_of((one,), words, "Ada") for one in talk.nods}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("내 고양이 이름이 뭐야?", "응"),
        ("내 고양이 이름이 뭐야?", "좋은 저녁이야"),
        ("내 고양이 이름이 뭐야?", "고마워!"),
        ("猫の名前は\uff1f", "また明日ね\uff01"),
    ],
)
def test_small_talk_is_not_the_closest_that_is_remembered(question: str, said: str) -> None:
    given = LocalMind(open_embedder()).answer(asked(question, memory(said)))
    assert given.not_known
    assert said not in given.text


@pytest.mark.parametrize("talk", [ENGLISH, KOREAN, JAPANESE])
def test_every_variant_takes_a_name_or_none(talk: Talk) -> None:
    for variants in (talk.noted, talk.greetings, talk.welcome, talk.farewells, talk.nods):
        for words in map(str, range(20)):
            assert "{" not in talk.one_of(variants, words)
            assert "  " not in talk.one_of(variants, words, "Ada")
            assert talk.one_of(variants, words, "me") == talk.one_of(variants, words)
    assert "Ada" in "".join(talk.one_of(talk.greetings, str(number), "Ada") for number in range(20))


def test_what_a_note_repeats_is_quoted_with_its_date() -> None:
    noted = memory("Ada: I adopted a puppy called Biscuit.\nAda: The fence is green.", days=3, speaker="scratchpad", kind="snapshot")
    question = "What is the puppy called that I adopted?"
    given = answer(asked(question, PUPPY, noted))
    assert (given.used, "Thursday, 11 May 2023" in given.text) == ((PUPPY.id,), True)
    alone = answer(asked(question, noted))
    assert (alone.used, "earlier" in alone.text) == ((noted.id,), True)
    assert [source.text for source in sources_of(asked(question, PUPPY, noted))] == ["The fence is green.", PUPPY.text]


def test_yesterday_is_the_day_before_where_the_user_is(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[Question] = []
    monkeypatch.setattr("models.local_mind.weigh", lambda question, *_: weighed.append(question) or [])
    evening = Moment(datetime(2023, 5, 8, 4, tzinfo=UTC), "America/Los_Angeles")
    answer(replace(asked("What did I adopt yesterday?", PUPPY), moment=evening))
    assert [one.dated.day for one in weighed if one.dated] == [6]


def test_what_is_mine_is_not_whatever_else_is_mine() -> None:
    given = LocalMind(open_embedder()).answer(asked("내 직업이 뭐야?", memory("내 고양이 이름은 두부야.")))
    assert given.not_known


def test_questions_are_no_evidence() -> None:
    question = memory("What is my puppy called?", days=1)
    given = answer(asked("What is my puppy called?", question))
    assert given.not_known


@pytest.mark.parametrize(
    ("words", "request_to_forget", "told"),
    [
        ("Do I like coriander?", "forget what I said about coriander", "I hate coriander."),
        ("나 커피 좋아해?", "커피 얘기는 잊어줘.", "나 커피 안 좋아해."),
        ("コーヒーは好き\uff1f", "コーヒーの話は忘れてください。", "コーヒーは嫌い。"),
        ("Am I allergic to nuts?", "Please forget that I'm allergic to nuts.", "I'm allergic to eggs."),
    ],
)  # fmt: skip
def test_what_asks_to_forget_is_no_evidence(words: str, request_to_forget: str, told: str) -> None:
    mind = LocalMind(open_embedder())
    assert request_to_forget not in mind.answer(asked(words, memory(request_to_forget))).text
    assert told in mind.answer(asked(words, memory(told, days=30), memory(request_to_forget))).text


def test_what_was_forgotten_is_evidence() -> None:
    given = LocalMind(open_embedder()).answer(asked("What did I forget?", memory("I forgot my umbrella on the train.")))
    assert "umbrella" in given.text


def test_of_a_day_on_which_nothing_was_said_nothing_else_is_quoted() -> None:
    words = "What did I tell you yesterday?"
    assert answer(asked(words, PUPPY, MOVED)).text == ENGLISH.nothing_said_then
    assert answer(asked("昨日私は何て言った\uff1f", PUPPY)).text == JAPANESE.nothing_said_then
    assert answer(asked(words, PUPPY, may_lack=True)).lacking
    said = memory("I planted tomatoes.", days=1)
    assert answer(asked(words, PUPPY, said)).used == (said.id,)
    assert answer(asked(words, said, may_lack=True, deeper=True)).lacking  # there may be more of that day


def test_a_time_is_counted_from_when_it_was_said() -> None:
    given = answer(asked("When did I move to the flat in Lisbon?", PUPPY, MOVED))
    assert given.text.splitlines()[0] == "On 21 May 2023."


def test_what_is_not_known_is_said() -> None:
    given = answer(asked("What is the name of my dentist?", PUPPY, MOVED))
    assert given.not_known
    assert given.origin == "notice"
    assert given.text.startswith(NOTHING_KNOWN)
    assert not given.used


def test_below_the_top_it_says_what_it_lacks() -> None:
    given = answer(asked("What is the name of my dentist?", may_lack=True))
    assert "dentist" in given.lacking
    assert not given.text


@pytest.mark.parametrize("shown", ["window", "earlier"])
def test_what_was_just_said_is_quoted(shown: str) -> None:
    said = (replace(utterance("I adopted a puppy called Biscuit."), record_id="said"),)
    given = answer(asked("What is the puppy called that I adopted?", **{shown: said}, may_lack=True))
    assert given.text == 'You told me a moment ago: "I adopted a puppy called Biscuit."'
    assert given.used == ("said",)


def test_an_answer_from_the_notes_rests_on_their_snapshot() -> None:
    notes = ("Ada: I adopted a puppy called Biscuit.",)
    given = answer(asked("What is the puppy called that I adopted?", scratchpad=notes, snapshot_id="noted", may_lack=True))
    assert "Biscuit" in given.text
    assert given.used == ("noted",)


def test_notes_are_read_with_their_speaker() -> None:
    given = answer(asked("What is the puppy called that I adopted?", scratchpad=("Ada: I adopted a puppy called Biscuit.",)))
    assert given.text == 'You told me earlier: "I adopted a puppy called Biscuit."'


def test_a_note_that_would_have_to_be_dated_is_looked_up() -> None:
    note = ("Ada: My sister Mia starts school next week.",)
    assert answer(asked("When does my sister Mia start school?", scratchpad=note, may_lack=True)).lacking
    dated = answer(asked("When does my sister Mia start school?", memory(note[0].partition(": ")[2]), scratchpad=note))
    assert dated.text.startswith("In the week after 11 May 2023.")


def test_what_was_put_right_since_is_quoted_first() -> None:
    told = memory("I live in Bristol.", days=9), memory("We moved from Bristol to Cardiff.", days=2)
    given = answer(asked("Where do I live in Bristol now?", *told))
    assert [line.partition(": ")[2] for line in given.text.splitlines()] == ['"We moved from Bristol to Cardiff."', '"I live in Bristol."']


def test_the_time_of_another_thing_is_not_told() -> None:
    laptop = memory("I bought a new laptop on Saturday.", days=3)
    assert answer(asked("When did I buy a new laptop?", laptop)).text.startswith("On Saturday, 27 May 2023")
    given = answer(asked("When did I buy my new phone?", memory("I bought a laptop on Saturday.", days=3)))
    assert given.not_known
    assert "On Saturday" not in given.text


def test_what_is_denied_has_no_date() -> None:
    given = answer(asked("When did I go to the party?", memory("I didn't go to the party on Saturday.", days=3)))
    assert given.text.startswith("You told me three days ago")


def test_one_person_is_not_taken_for_another() -> None:
    theirs = memory("I adopted a puppy called Biscuit.", speaker="Caroline")
    reply = memory("That is a sweet puppy, Caroline.", speaker="Melanie", days=20)
    about_caroline = asked("What is the puppy called that Caroline adopted?", theirs, reply, user_name="")
    assert answer(about_caroline).text.startswith("Caroline said three weeks ago (Thursday, 11 May 2023)")
    assert answer(replace(about_caroline, words="What is the puppy called that Melanie adopted?")).not_known


def test_what_the_assistant_said_is_quoted_as_its_own() -> None:
    advice = memory("I recommend the vegan restaurant Green Fork in Porto.", speaker="Mneme", role="assistant")
    given = answer(asked("Which vegan restaurant did you recommend in Porto?", advice, PUPPY))
    assert given.text.startswith("I said three weeks ago")


def test_the_newer_word_comes_first_where_the_present_is_asked_for() -> None:
    old, new = memory("I live in Lisbon.", days=300), memory("I live in Porto.", days=3)
    given = answer(asked("Where do I live now?", old, new))
    assert given.text.splitlines()[0].endswith('"I live in Porto."')


@pytest.mark.parametrize("words", ["Write a poem about autumn.", "What is the capital of France?"])
def test_what_needs_a_language_model_is_said_at_once(words: str) -> None:
    given = answer(asked(words, may_lack=True))
    assert "OPENAI_API_KEY" in given.text
    assert "OPENAI_BASE_URL" in given.text
    assert (given.origin, given.not_known) == ("notice", True)


@pytest.mark.parametrize(
    ("words", "forgets"),
    [
        ("Forget that I adopted a puppy.", True),
        ("Can you please delete everything you know about me?", True),
        ("子犬の話は忘れてください", True),
        ("강아지 이야기는 잊어 줘", True),
        ("Don't forget that I adopted a puppy.", False),
        ("I always forget my keys.", False),
        ("Forget it.", False),
        ("Forget what I said about the notary.", True),
        ("Forget about the notary, it's cancelled.", False),
        ("Don't remember this: I hate my boss.", True),
        ("Please don't remember that.", True),
        ("Don\u2019t store what I just said", True),
        ("Off the record, I stole a pen.", True),
        ("This is strictly off the record!", True),
        ("이건 기억하지 마.", True),
        ("これは覚えないでください。", True),
        ("I don't remember that.", False),
        ("Don't remember that day at all.", False),
        ("Don't you remember that?", False),
        ("They spoke off the record.", False),
        ("Off the record, what is my dog called?", False),
        ("그건 기억하지 못해.", False),
    ],
)
def test_it_says_how_to_forget_and_does_not_promise_to_remember_instead(words: str, forgets: bool) -> None:
    assert ("mneme memories forget" in answer(asked(words, PUPPY, may_lack=True)).text) is forgets


@pytest.mark.timeout(120)  # where a rule goes back and forth over its text, it takes hours
@pytest.mark.parametrize(
    "piece",
    [
        "please ",
        "can you please ",
        "now, ",
        "forget ",
        "don't remember ",
        "off the record ",
        "this is ",
        "忘れて ",
        "what ",
        "tell me about ",
        "what do you know about ",
    ],
)
def test_no_run_of_words_holds_up_the_question_whether_it_is_asked_to_forget_or_to_tell(piece: str) -> None:
    text = (piece * 20_000)[:100_000] + "x"
    assert not asks_to_forget(text)
    assert not asks_for_all(text)
    assert told_about(text, [], "UTC") == []


@pytest.mark.parametrize("words", ["Hello!", "Thank you!", "Goodbye!", "I adopted a puppy called Biscuit."])
def test_where_nothing_is_asked_a_short_notice_is_enough(words: str) -> None:
    given = answer(asked(words, may_lack=True))
    assert given.origin == "notice"
    assert 0 < len(given.text.split()) < 16
    assert given == answer(asked(words, may_lack=True))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("When did we last talk?", "We last talked four days ago (Sunday, 28 May 2023)."),
        ("How long has it been since we talked?", "We last talked four days ago (Sunday, 28 May 2023)."),
        ("How long have we been talking?", "This conversation began an hour ago (Thursday, 1 June 2023)."),
    ],
)
def test_it_knows_where_the_turn_stands_in_time_without_any_memory(words: str, said: str) -> None:
    moment = Moment(NOW, session_began_at=NOW - timedelta(hours=1), last_session_ended_at=NOW - timedelta(days=4))
    assert answer(replace(asked(words, may_lack=True), moment=moment)).text == said
    first = answer(replace(asked(words, may_lack=True), moment=Moment(NOW, session_began_at=NOW))).text
    assert first in ("We have not talked before today's conversation.", "This conversation has only just begun.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Where are you?", "I am in Kyoto."),
        ("What is my name?", "Your name is Ada."),
        ("What day is it?", "It is Thursday, 1 June 2023, 12:00 (UTC)."),
        ("Who are you?", "without a language model"),
    ],
)
def test_what_it_knows_without_memory(words: str, said: str) -> None:
    given = answer(asked(words, may_lack=True))
    assert said in given.text
    assert given.origin == "notice"


def test_who_one_does_something_with_is_not_ones_name() -> None:
    assert "Tom" in answer(asked("Who am I flying to Lisbon with?", memory("I'm flying to Lisbon with Tom."))).text


def test_advice_is_not_made_up_but_memory_that_bears_on_it_is_quoted() -> None:
    given = answer(asked("Can you suggest what to call the puppy I adopted?", PUPPY))
    assert "language model" in given.text.splitlines()[0]
    assert "Biscuit" in given.text
    assert "needs a language model" in answer(asked("Can you suggest a good film for my evening?", PUPPY)).text


def test_a_snapshot_is_read_note_by_note() -> None:
    notes = memory("Ada: I adopted a puppy called Biscuit.\nAda: I moved to Lisbon.", kind="snapshot")
    given = answer(asked("What is the puppy called that I adopted?", notes))
    assert "Lisbon" not in given.text
    assert given.used == (notes.id,)


def test_a_memory_dated_after_the_question_is_dated_only() -> None:
    given = answer(asked("What is the puppy called that I adopted?", replace(PUPPY, said_at=NOW + timedelta(days=1))))
    assert given.text.startswith("You told me (Friday, 2 June 2023)")


@pytest.mark.parametrize("words", ["", "?", "…", "???? !!", "\x00", "的", "어디에 있어요?", "Where " * 2000])
def test_odd_words_never_raise(words: str) -> None:
    answer(asked(words, PUPPY, MOVED, memory("…"), memory("- \n# \n1. ")))


def summarised(*fallen: Utterance, notes: tuple[str, ...] = (), most: int = 12) -> list[str]:
    return list(LocalMind(HashEmbedder()).summarise(SummariseRequest(fallen, notes, Moment(NOW), most=most)).notes)


def test_notes_hold_facts_with_their_speaker_and_leave_small_talk() -> None:
    notes = summarised(
        utterance("Wow, thanks! That's great."),
        utterance("I'm allergic to peanuts and my sister Bea lives in Porto. How are you?"),
        utterance("Sure, of course!", "Mneme"),
    )
    assert notes == ["Ada: I'm allergic to peanuts and my sister Bea lives in Porto."]


def test_what_only_repeats_memories_is_not_noted() -> None:
    quoted = utterance('You told me two days ago: "I promise that my sister Bea lives in Porto since 2019, and I love it."', "Mneme")
    assert summarised(quoted)
    assert not summarised(replace(quoted, origin="recalled"))


def test_the_same_note_is_kept_once_and_the_newest_stays() -> None:
    first = summarised(utterance("I'm allergic to peanuts, my doctor says."))
    again = summarised(utterance("I'm allergic to peanuts, my doctor says."), notes=tuple(first))
    assert again == first


def test_no_more_notes_than_asked_for() -> None:
    fallen = [utterance(f"My friend number {number} moved to city {number} in 20{number:02}.") for number in range(20)]
    notes = summarised(*fallen, most=5)
    assert len(notes) == 5
    assert notes[-1].endswith("2019.")


def test_how_long_ago_is_counted() -> None:
    given = answer(asked("How many weeks ago did I move to the flat in Lisbon?", PUPPY, MOVED))
    assert given.text.splitlines()[0] == "2 weeks ago, by what was said then."
    given = answer(asked("How many days ago did I adopt the puppy called Biscuit?", PUPPY, MOVED))
    assert given.text.splitlines()[0] == "21 days ago, by what was said then."


def test_a_day_that_the_question_names_tells_two_memories_apart() -> None:
    soup, cake = memory("I cooked a soup for my friend.", days=2), memory("I cooked a cake for my friend.", days=9)
    for words, dish in (("What did I cook for my friend two days ago?", "soup"), ("What did I cook for my friend on 23 May?", "cake")):
        assert dish in answer(asked(words, cake, soup)).text.splitlines()[0]


FENCE = memory("I fixed the broken fence on my farm three weeks ago.", days=2)
COWS = memory("I sold two cows to the butcher ten days ago.", days=2)


def test_which_of_two_came_first() -> None:
    given = answer(asked("Which did I do first, sold the cows or fixed the fence?", COWS, FENCE, PUPPY))
    assert given.text.splitlines()[0] == "First: fixed the fence, by what was said then."
    assert given.used == (FENCE.id, COWS.id)


def test_how_long_lies_between_two() -> None:
    given = answer(asked("How many days passed between the day I fixed the fence and the day I sold the cows?", COWS, FENCE))
    assert given.text.splitlines()[0] == "11 days lie between them, by what was said then."


def test_one_of_two_is_not_enough_to_compare() -> None:
    given = answer(asked("Which did I do first, sold the cows or planted the tulips?", COWS, PUPPY))
    assert "First:" not in given.text


def test_an_answer_that_quotes_is_not_quoted_again() -> None:
    told = utterance("He is a border collie and he chews my blue slippers.")
    quoting = replace(utterance(f'You told me a moment ago: "{told.text}"', speaker="Mneme"), origin="recalled")
    said = utterance("I like border collies.", speaker="Mneme")
    found = sources_of(asked("What does he chew?", window=(told, quoting, said)))
    assert [source.text for source in found] == [told.text, said.text]


def test_asked_what_it_knows_of_the_user_it_quotes_what_they_told() -> None:
    given = answer(asked("What do you know about me?", PUPPY, MOVED, memory("I like your answers.", role="assistant", speaker="Mneme")))
    assert (given.origin, given.used, given.not_known) == ("recalled", (PUPPY.id, MOVED.id), False)
    assert "I adopted a puppy called Biscuit." in given.text
    assert "your answers" not in given.text


def test_asked_what_it_knows_of_a_user_who_told_nothing_it_says_so() -> None:
    assert answer(asked("What do you know about me?")).not_known
    assert answer(asked("What do you know about me?", may_lack=True, deeper=True)).lacking


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("What's on my to-do list?", ENGLISH.nothing_this_week),
        ("What\u2019s still left to do?", ENGLISH.nothing_this_week),
        ("Do I have any appointments?", ENGLISH.nothing_this_week),
        ("So, what do I have on Friday?", ENGLISH.nothing_then),
        ("What's on tomorrow?", ENGLISH.nothing_then),
        ("Anything on Friday?", ENGLISH.nothing_then),
        ("Do I have anything tomorrow?", ENGLISH.nothing_then),
        ("Is there anything planned for tomorrow?", ENGLISH.nothing_then),
        ("내일 일정이 뭐야?", KOREAN.nothing_then),
        ("다음 주 일정은 뭐야?", KOREAN.nothing_then),
        ("再来週の予定は?", JAPANESE.nothing_then),
        ("今週やることは?", JAPANESE.nothing_then),
        ("일정이 뭐가 있어?", KOREAN.nothing_this_week),
        ("今日の予定は何ですか\uff1f", JAPANESE.nothing_then),
        ("予定はある\uff1f", JAPANESE.nothing_this_week),
    ],
)
def test_where_nothing_is_planned_it_says_so(words: str, said: str) -> None:
    assert answer(asked(words)).text == said


@pytest.mark.parametrize(
    "words",
    [
        "When is the dentist?",
        "What are Melanie's plans for the summer?",
        "What are my sister's plans for the summer?",
        "What have Bob and Mia planned for Friday?",
        "What are your plans for tomorrow?",
        "What was on my calendar last Friday?",
        "What deadlines did I miss?",
        "What do I have in my bag?",
        "Which calendar app do I use?",
        "What is the name of my to-do list app?",
        "What is on TV tonight?",
        "언니 일정이 뭐야?",
        "姉の予定は何ですか\uff1f",
        "昨日の予定は何でしたか\uff1f",
        "予定日はいつ\uff1f",
    ],
)
def test_it_claims_that_nothing_is_planned_only_where_that_is_asked(words: str) -> None:
    talk = talk_in(words)
    assert answer(asked(words)).text not in (talk.nothing_then, talk.nothing_this_week)
