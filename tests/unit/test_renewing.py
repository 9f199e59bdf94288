"""What was put right since stands before what it put right."""

from datetime import UTC, datetime, timedelta

import pytest

from models.local.evidence import Evidence, Source, passages_of
from models.local.questions import read_question
from models.local.renewing import newer

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def first(question: str, *texts: str, best: int = 0, speakers: tuple[str, ...] = (), apart: timedelta = timedelta(days=1)) -> str:
    """What stands first where the best of the sentences, each said some time after the one before, is that of the number."""
    said = [
        Source(str(at), text, dict(enumerate(speakers)).get(at, ""), "user", NOW + at * apart, 0.5, 0.5) for at, text in enumerate(texts)
    ]
    passages = passages_of(said)
    found = newer(read_question(question), Evidence(passages[best], 1.0), passages)
    return found.passage.text if found else texts[best]


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("What is my phone number?", "My phone number is 555-1234.", "My phone number changed, it's 555-9876 now."),
        ("Where do I live now?", "I live in Bristol.", "We moved from Bristol to Cardiff."),
        ("Where do I work?", "I work at Southmead as a nurse.", "I no longer work at Southmead, I'm at the Royal now."),
        ("Which language am I learning?", "I'm learning Spanish.", "I quit Spanish and now I'm learning Italian."),
        ("What's my favorite color?", "My favourite colour is green.", "Actually, my favourite colour is blue."),
        ("Has Tom sent the contract?", "Tom promised to send the contract by Friday.", "Tom finally sent the contract today."),
        ("Where do I live?", "I live in Berlin.", "Actually I moved to Porto."),
        ("Where do I live?", "I live in Berlin.", "Moved to Porto last week!"),
        ("where do i live?", "i live in berlin", "i moved to porto last week"),
        ("Where does Tom live?", "My brother Tom lives in Oslo.", "Tom moved to Paris."),
        ("Where does my brother live?", "My brother Tom lives in Oslo.", "My brother moved to Paris."),
        ("Where do I work?", "I work at Google.", "I started a new job at Meta."),
        ("나 어디 살아?", "나 서울 살아.", "부산으로 이사했어."),
        ("What is my dog called?", "My dog is called Biscuit.", "My dog is not Biscuit but Brownie."),
        ("What is my dog called?", "My dog is called Biscuit.", "No, not Biscuit, Brownie."),
        ("강아지 이름이 뭐야?", "우리 강아지 이름은 초코야.", "아니, 내 말은 초코가 아니라 코코야."),
        ("犬の名前は何\uff1f", "うちの犬の名前はポチです。", "違う、ポチじゃなくてモモです。"),
        ("나 어디 살아?", "나 서울 살아.", "나는 부산으로 이사했어."),
        ("どこに住んでいる\uff1f", "東京に住んでいます。", "大阪に引っ越しました。"),
        ("姉はどこに住んでる\uff1f", "姉は東京に住んでいます。", "姉は大阪に引っ越した。"),
        ("Who is Leo's girlfriend?", "My brother Leo has a girlfriend called Sofia.", "Leo and Sofia broke up."),
    ],
)
def test_what_changed_since_stands_before_what_was_so(question: str, old: str, new: str) -> None:
    assert first(question, old, new) == new
    assert first(question, new, old, best=1) == old  # it was said before
    assert first(question, old, new, speakers=("Ada", "Bob")) == old  # somebody else's


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("What is my dog called?", "My dog is called Bruno.", "I no longer drink coffee."),
        ("What is my dog called?", "My dog is called Bruno.", "The vet saw Bruno on Monday."),
        ("What is my dog called?", "My dog is called Bruno.", "I am with Bruno now."),
        ("What am I allergic to?", "I'm allergic to cats.", "I can hold animals without an allergic reaction now."),
        ("Am I allergic to nuts?", "I'm allergic to nuts.", "My son is no longer allergic to nuts."),
        ("What's my phone number?", "My phone number is 555-1234.", "Mum's phone number changed, it's 555-9876."),
        ("What's my favourite band?", "My favourite band is Blur.", "Tom changed his favourite band, it's Oasis now."),
        ("Where do I work?", "I work at Bosch.", "My wife no longer works at Bosch."),
        ("When did I begin at Southmead?", "I began at Southmead in May.", "I no longer work at Southmead."),
        ("Where does Anna live?", "My sister Anna lives in Bergen and my brother Tom lives in Oslo.", "Tom moved to Paris."),
        ("Where did I live before Porto?", "I live in Berlin.", "I moved to Porto."),
        ("Where do I live?", "I live in Berlin.", "My sister moved to Porto."),
        ("Where do I live?", "I live in Berlin.", "Tom moved to Porto."),
        ("Where do I live?", "I live in Berlin.", "I moved to the sofa."),
        ("Where do I live?", "I live in Berlin.", "I was moved to tears."),
        ("Where do I live?", "I moved to Berlin.", "I used to live in Porto."),
        ("Where do I live?", "I live in Berlin.", "I'd love to live in Porto."),
        ("나 어디 살아?", "나 서울 살아.", "부산에 살고 싶어."),
        ("내 직업이 뭐야?", "나 학생이야.", "동생은 학생이 아니라 회사원이야."),
        ("どこに住んでいる\uff1f", "東京に住んでいます。", "前は大阪に住んでいた。"),
        ("Where do I work?", "I work at Google.", "I work at home."),
        ("Where does my sister live?", "My sister lives in Berlin.", "I moved to Porto."),
        ("Where does Tom live?", "My brother Tom lives in Oslo.", "Tom's friend moved to Paris."),
        ("Where do I work?", "I work at Google.", "I moved to Porto."),
        ("What's my husband's name?", "My husband's name is Ray.", "No wait, it's Rui."),  # a day later, of what was said then
        ("나 어디 살아?", "나 서울 살아.", "언니는 부산으로 이사했어."),
        ("どこに住んでいる\uff1f", "東京に住んでいます。", "姉は大阪に引っ越しました。"),
        ("Where did I first live?", "I live in Bristol.", "We moved from Bristol to Cardiff."),
    ],
)
def test_what_changes_nothing_of_it_stays_behind(question: str, old: str, new: str) -> None:
    assert first(question, old, new) == old


def test_of_several_changes_the_newest_counts() -> None:
    assert first("Where do I live?", "I live in Bristol.", "We moved from Bristol to Cardiff.", "I moved back to Bristol.").startswith(
        "I moved"
    )


@pytest.mark.parametrize(
    "text", ["No wait, it's Rui.", "Sorry, I meant it's Rui.", "Actually, it is Rui.", "No, I meant Rui.", "Sorry, I meant Rui"]
)
def test_what_is_put_right_at_once_is_told(text: str) -> None:
    question, old, minute = "What's my husband's name?", "My husband's name is Ray.", timedelta(minutes=1)
    assert first(question, old, text, apart=minute) == text
    assert first(question, old, "I drink tea.", text, apart=minute) == old  # of the tea
    assert first(question, old, "No, I drink tea.", apart=minute) == old
