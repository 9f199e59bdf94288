import pytest

from models.local.questions import Dated, act_of, is_general, read_question, same_person, tells_something, without_names
from models.local.sentences import stem


@pytest.mark.parametrize(
    ("message", "act"),
    [
        ("Hello there!", "greeting"),
        ("Tell me about Mexico.", "question"),
        ("Please tell me everything about Rui.", "question"),
        ("Tell me about myself", "question"),
        ("My sister will tell me about the trip tomorrow.", "statement"),
        ("Tell me a joke.", "request"),
        ("Tell me more!", "request"),
        ("Show me how it is done.", "request"),
        ("Thanks a lot, that helps.", "thanks"),
        ("Ok, thank you so much!", "thanks"),
        ("Great, thanks a lot", "thanks"),
        ("Sounds good, thanks!", "thanks"),
        ("Thanks to my sister I got the job.", "statement"),
        ("Good night!", "farewell"),
        ("I adopted a puppy.", "statement"),
        ("I adopted a puppy. What do you think?", "question"),
        ("Remind me where I parked", "question"),
        ("Remind me to call the landlord on Friday.", "statement"),
        ("Can you please remind me to water the plants?", "statement"),
        ("What did I ask you to remind me of?", "question"),
        ("Write a poem about autumn.", "request"),
        ("Can you suggest a restaurant?", "request"),
        ("Hello, what is my sister's name?", "question"),
        ("안녕하세요", "greeting"),
        ("고맙습니다!", "thanks"),
        ("네, 정말 고마워요", "thanks"),
        ("아니, 내 말은 코코야.", "statement"),
        ("안녕히 계세요", "farewell"),
        ("엄마 세례명이 뭐지", "question"),
        ("재훈이랑 하린이 중에 누가 더 늦게 이민 갔어", "question"),
        ("우리 애 이름 기억하지? 요즘 잘 못 자.", "question"),
        ("저번에 만든 식단표 다시 보여줘", "request"),
        ("제 취향에 맞는 영화 하나 추천해 주세요, 이미 본 건 빼고요", "request"),
        ("강아지 이름은 뭉치야", "statement"),
        ("오늘 영화 진짜 재밌더라", "statement"),
        ("몸이 아프니까 일찍 잘래", "statement"),
        ("누구든지 올 수 있대", "statement"),
        ("ありがとうございます\uff01", "thanks"),
        ("了解、ありがとう", "thanks"),
        ("おやすみなさい", "farewell"),
        ("健太って誰\uff1f", "question"),
        ("みどり庵って定休日いつだった", "question"),
        ("娘が生まれたのって何時何分だったっけ", "question"),
        ("右の度数教えて", "request"),
        ("健太が受かった！6月1日から働くって。", "statement"),
        ("友達が結婚するんだって！", "statement"),
        ("彼が来るって。", "statement"),
        ("明日は雨が降るってさ", "statement"),
        ("店が閉まったって", "statement"),
        ("大丈夫だって言ってた。", "statement"),
        ("あの店、高いって。", "statement"),
        ("もう食べましたって", "statement"),
        ("手伝いに行って。", "request"),
        ("morning", "greeting"),
        ("Evening!", "greeting"),
        ("좋은 저녁이야", "greeting"),
        ("오랜만이야", "greeting"),
        ("こんばんは", "greeting"),
        ("お久しぶりです", "greeting"),
        ("また明日ね！", "farewell"),
        ("나중에 봐", "farewell"),
        ("お疲れ様", "farewell"),
        ("Speak tomorrow!", "farewell"),
        ("ok", "nod"),
        ("yes", "nod"),
        ("no", "nod"),
        ("lol", "nod"),
        ("Haha, nice!", "nod"),
        ("응", "nod"),
        ("네, 알겠어요", "nod"),
        ("ㅋㅋㅋ", "nod"),
        ("うん", "nod"),
        ("笑", "nod"),
        ("morning runs are best", "statement"),
        ("Evening classes begin on Monday.", "statement"),
        ("night shift tomorrow", "statement"),
        ("No, I moved.", "statement"),
        ("Right, it's Rex.", "statement"),
        ("어제 갔어", "statement"),
        ("또 봐야 할 영화가 있어", "statement"),
        ("元気な犬がいます", "statement"),
        ("いや、東京だよ", "statement"),
        ("地図を作って", "request"),
        ("ちょっと待って！", "request"),
        ("先に言ってよ", "request"),
        ("それをもらって", "request"),
        ("孫に送る服を選ぶのを手伝ってください。", "request"),
        ("猫を飼い始めたよ。名前はむぎ。", "statement"),
        ("仕事が忙しくて、いつも帰りが遅い", "statement"),
        ("いつか北海道に行きたいな", "statement"),
        ("疲れちゃって", "statement"),
    ],
)
def test_acts(message: str, act: str) -> None:
    assert act_of(message) == act


@pytest.mark.parametrize(
    "message", ["What is the capital of France?", "Write a poem about autumn.", "Explain gravity.", "Who wrote Hamlet?"]
)
def test_what_needs_no_memory(message: str) -> None:
    assert is_general(message)


@pytest.mark.parametrize(
    "message", ["Write a poem about my puppy.", "What is Caroline's job?", "What did you suggest?", "Where did I park?", "Who is Biscuit?"]
)
def test_what_may_need_memory(message: str) -> None:
    assert not is_general(message)


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("When did I move?", "time"),
        ("What year did I start surfing?", "time"),
        ("How long have I lived here?", "duration"),
        ("How many cats do I have?", "number"),
        ("Who called me?", "person"),
        ("Where did I park?", "place"),
        ("Why did I leave?", "reason"),
        ("What did I paint?", "thing"),
    ],
)
def test_what_kind_of_answer_would_do(message: str, wanted: str) -> None:
    assert read_question(message).wanted == wanted


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        ("Where did I park?", "user"),
        ("What did you recommend to me?", "assistant"),
        ("Can you remind me of the book you suggested? I forgot it.", "assistant"),
        ("When did Mel move?", "named"),
        ("What did Ada paint?", "user"),
        ("What is the password?", "nobody"),
    ],
)
def test_whom_it_asks_about(message: str, subject: str) -> None:
    assert read_question(message, "Ada", "Mneme", ("Melanie", "Ada")).subject == subject


def test_people_are_told_apart_from_what_is_asked() -> None:
    question = read_question("What did Melanie give to Caroline in June 2022?", speakers=("Caroline", "Melanie"))
    assert question.people == ("Melanie", "Caroline")
    assert question.content == (stem("gave"),)
    assert question.dated == Dated(2022, 6)


def test_names_numbers_and_kin_are_expected_in_evidence() -> None:
    question = read_question("How many fish has my uncle in the 30-gallon tank in Kyoto?")
    assert question.names == {stem(word) for word in ("30", "gallon", "uncle", "kyoto")}


def test_may_is_a_month_only_where_it_can_be() -> None:
    assert read_question("May I ask what I ate?").dated is None
    assert read_question("What did I eat on 7 May?").dated == Dated(0, 5, 7)


def test_short_forms_of_names() -> None:
    assert same_person("Mel", "Melanie")
    assert same_person("Ada Byron", "ada")
    assert not same_person("Jo", "Joanna")
    assert not same_person("Ann", "Bea")
    assert not same_person("", "Bea")


def test_names_are_left_out_of_what_is_compared() -> None:
    assert without_names("Thanks, Melanie! I love it, Mel.", ("Melanie",)) == "Thanks! I love it."


def test_the_unit_that_is_asked_for_is_not_looked_for() -> None:
    assert read_question("How many days ago did I adopt Biscuit?").content == (stem("adopt"), stem("biscuit"))


@pytest.mark.parametrize(
    ("message", "act"),
    [
        ("Can you remember that my wifi password is hunter22?", "statement"),
        ("Please write down that my locker code is 4471", "statement"),
        ("Did you know my aunt Rosa lives in Porto?", "statement"),
        ("Did you know my aunt Rosa lives in Porto? Where is Porto?", "question"),
        ("Can you remember my birthday?", "question"),
        ("Do you remember that night?", "question"),
        ("Can you remember that day in Rome?", "question"),
        ("I forgot my wifi password.", "question"),
        ("I forgot my umbrella at the office.", "statement"),
        ("I wonder what my locker code is.", "question"),
    ],
)
def test_what_is_told_in_a_question_is_told_and_what_is_asked_in_a_statement_is_asked(message: str, act: str) -> None:
    assert act_of(message) == act


@pytest.mark.parametrize(
    ("said", "tells"), [("Rome!", False), ("thanks a lot", False), ("응", False), ("凧を買った。", True), ("I like Rome.", True)]
)
def test_a_greeting_or_a_single_word_tells_nothing(said: str, tells: bool) -> None:
    assert tells_something(said) == tells
