"""Words that say that something which was to be done is done, and words that only sound so."""

import tracemalloc

import pytest

from models.commitments.doing import asks_if_done, may_say_done, says_done

RENT, BIKE, REPORT, MOM, PHOTOS, PLANTS, BOOKS = (
    "pay the rent",
    "fix Tom's bike",
    "report",
    "call mom",
    "send Anna the photos",
    "water the plants",
    "return the library books",
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I paid the rent.", RENT),
        ("I've already paid the rent.", RENT),
        ("Just paid the rent!", RENT),
        ("The rent is paid.", RENT),
        ("I finally got the rent paid.", RENT),
        ("Good news: I paid the rent, but I forgot to call mom.", RENT),
        ("I paid the rent yesterday and I have to call mom tomorrow.", RENT),
        ("I called mom and paid the rent.", RENT),
        ("I called mom and fixed Tom's bike!", MOM),
        ("I called mom and fixed Tom's bike!", BIKE),
        ("I fixed Tom's bike.", BIKE),
        ("Tom's bike is fixed now.", BIKE),
        ("We finished the report this morning.", REPORT),
        ("The report is done.", REPORT),
        ("I handed in the report an hour ago.", REPORT),
        ("I submitted the report.", REPORT),
        ("I called mom.", MOM),
        ("I sent Anna the photos.", PHOTOS),
        ("I've sent the photos to Anna.", PHOTOS),
        ("I watered the plants before breakfast.", PLANTS),
        ("I returned the books to the library.", BOOKS),
        ("I did the laundry.", "do the laundry"),
        ("I paid the electricity bill.", "pay the electricity bill"),
        ("I paid the electricity bill.", "pay the bill"),
        ("I'm done: on Monday I paid the rent.", RENT),
        ("Anna's bike? I fixed it and the report is done.", REPORT),
        ("월세 냈어요.", "월세 내기"),
        ("월세를 벌써 냈어.", "월세 내기"),
        ("보고서 제출했어요.", "보고서 제출"),
        ("보고서 다 끝냈어!", "보고서 제출"),
        ("엄마한테 전화했어.", "엄마한테 전화"),
        ("톰 자전거 고쳤어.", "톰 자전거 고치기"),
        ("우유 샀어요.", "우유 사기"),
        ("家賃を払いました。", "家賃"),
        ("レポートが終わった。", "レポート"),
        ("本を返した。", "本を返す"),
        ("家賃はもう払ったよ。", "家賃"),
        ("レポートを提出した。", "レポート"),
        ("トムの自転車を直した。", "トムの自転車を直す"),
        ("牛乳、買ったよ。", "牛乳を買う"),
        ("レポート、終わった!", "レポート"),
    ],
)
def test_what_is_done_is_heard(text: str, name: str) -> None:
    assert may_say_done(text)
    assert says_done(text, name, task=True)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I haven't paid the rent.", RENT),
        ("I have to pay the rent by Friday.", RENT),
        ("Did I pay the rent?", RENT),
        ("I paid the rent last month.", RENT),
        ("I almost paid the rent twice.", RENT),
        ("Once I've paid the rent I'm broke.", RENT),
        ("My neighbour paid his rent.", RENT),
        ("Tom said he paid the rent.", RENT),
        ("I paid the bill.", RENT),
        ("The rent was raised.", RENT),
        ("I forgot to pay the rent.", RENT),
        ("I will have paid the rent by then.", RENT),
        ("I fixed Anna's bike.", BIKE),
        ("I called mom and fixed Anna's bike.", BIKE),
        ("Tom came over and fixed his bike.", "fix Tom's bike"),
        ("I fixed Tom's door.", BIKE),
        ("I started the report.", REPORT),
        ("I finished the first draft of the report.", REPORT),
        ("I finished half of the report.", REPORT),
        ("My boss liked the report.", REPORT),
        ("I read a report about whales.", REPORT),
        ("Mom called me.", MOM),
        ("I called dad.", MOM),
        ("I took some photos.", PHOTOS),
        ("I called Tom about mom.", MOM),
        ("I met Anna's brother.", "meet Anna"),
        ("I did research for the report.", REPORT),
        ("I sent Anna a question about the report.", REPORT),
        ("I paid the deposit for the rent.", RENT),
        ("I paid no rent.", RENT),
        ("I did nothing on the report.", REPORT),
        ("I dreamed that I sent the report.", REPORT),
        ("His report is done.", REPORT),
        ("I paid the gym bill.", "pay the electricity bill"),
        ("월세가 올랐어요.", "월세 내기"),
        ("월세 아직 안 냈어요.", "월세 내기"),
        ("지난달 월세를 냈어.", "월세 내기"),
        ("월세 냈어?", "월세 내기"),
        ("보고서 반쯤 했어.", "보고서 제출"),
        ("家賃が上がった。", "家賃"),
        ("家賃をまだ払っていません。", "家賃"),
        ("先月の家賃を払った。", "家賃"),
        ("レポートを読んだ。", "レポート"),
        ("レポートを半分やった。", "レポート"),
        ("牛乳を買い忘れた。", "牛乳を買う"),
        ("牛乳を買いに行った。", "牛乳を買う"),
        ("家賃を払うと言った。", "家賃を払う"),
        ("会議の資料の準備を頼んだ。", "会議の資料を準備する"),
        ("日本に送った。", "本を返す"),
    ],
)
def test_what_only_sounds_so_is_not(text: str, name: str) -> None:
    assert not says_done(text, name, task=True)


def test_what_takes_place_is_done_by_its_own_verb_alone() -> None:
    assert says_done("I called mom.", MOM, task=False)
    assert says_done("I did the laundry.", "do the laundry", task=False)
    assert not says_done("I paid the dentist.", "dentist appointment", task=False)
    assert not says_done("I finished lunch.", "lunch", task=False)


@pytest.mark.parametrize(
    ("text", "name", "asks"),
    [
        ("Did I pay the rent?", RENT, True),
        ("Have I paid the rent yet?", RENT, True),
        ("Do I still have to pay the rent?", RENT, True),
        ("Is the report done?", REPORT, True),
        ("Did I fix Tom's bike?", BIKE, True),
        ("Did I tell you about the rent?", RENT, False),
        ("Did I pay the bill?", RENT, False),
        ("How much did I pay the plumber?", "pay the plumber", False),
        ("Have I ever been to a dentist in Paris?", "dentist", False),
        ("What did I do at the meeting?", "meeting", False),
        ("How did I meet Anna?", "meet Anna", False),
        ("会議で何を話したっけ?", "会議", False),
        ("엄마가 뭐라고 했나?", "엄마 생신", False),
        ("When is the rent due?", RENT, False),
        ("월세 냈나?", "월세 내기", True),
        ("家賃は払ったっけ?", "家賃", True),
    ],
)
def test_whether_it_is_done_is_asked(text: str, name: str, asks: bool) -> None:
    assert asks_if_done(text, name) == asks


@pytest.mark.parametrize("text", ["", "Hello!", "I like tea.", "What is my name?", "좋아요.", "そうですね。", "The rent is high."])
def test_small_talk_is_not_looked_into(text: str) -> None:
    assert not may_say_done(text)


def test_long_words_without_a_stop_are_looked_into_without_a_copy_at_every_word() -> None:
    text = "we talked of this and that " * 1_000
    tracemalloc.start()
    try:
        assert may_say_done(text)
        assert tracemalloc.get_traced_memory()[1] < 100 * len(text)
    finally:
        tracemalloc.stop()
