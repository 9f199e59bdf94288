"""What is asked of the user, and told of somebody else."""

from datetime import UTC, datetime, timedelta

import pytest

from models.embedding import open_embedder
from models.local.questions import read_question
from models.local.whose import of_somebody_else
from models.local_mind import LocalMind
from models.mind import AnswerRequest, Character, Memory, Moment

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("When is my birthday?", "Maria's birthday is May 3."),
        ("When is my birthday?", "By the way, my sister Maria's birthday is June 12."),
        ("Do I like jazz?", "Also, Ben likes jazz."),
        ("What's my dog called?", "My brother has a dog called Rex."),
        ("What's my dog called?", "Ben's dog is called Rex."),
        ("How many children do I have?", "My neighbour has three children."),
        ("How many children do I have?", "A friend of mine has three children."),
        ("Do I like jazz?", "Ben likes jazz."),
        ("Do I like jazz?", "She really likes jazz."),
        ("Where do I live?", "My brother Tom lives in Oslo."),
        ("When did I move to Berlin?", "My sister moved to Berlin in May."),
        ("Am I allergic to nuts?", "Ben is allergic to nuts."),
        ("私の誕生日はいつ\uff1f", "母の誕生日は6月12日です。"),
        ("私の誕生日はいつ\uff1f", "健太くんの誕生日は6月12日です。"),
        ("내 생일이 언제야?", "엄마 생일은 6월 12일이야."),
        ("고양이 이름이 뭐야?", "우리 강아지 이름은 초코야."),
        ("猫の名前は何\uff1f", "うちの犬の名前はポチです。"),
    ],
)  # fmt: skip
def test_what_is_told_of_somebody_else_is_no_answer(asked: str, told: str) -> None:
    assert of_somebody_else(read_question(asked), told)
    memory = Memory("1", told, "Ada", "user", "turn", NOW - timedelta(days=9), 0.5, 0.4)
    request = AnswerRequest(asked, Character("mneme"), Moment(NOW), memories=[memory], may_lack=False, user_name="Ada")
    assert LocalMind(open_embedder()).answer(request).not_known


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("When is Maria's birthday?", "Maria's birthday is May 3."),
        ("What's my brother's dog called?", "My brother has a dog called Rex."),
        ("How many children does my neighbour have?", "My neighbour has three children."),
        ("Does Ben like jazz?", "Ben likes jazz."),
        ("Who likes jazz in my family?", "Ben likes jazz."),
        ("How old is my dog?", "Rex is five."),
        ("When is my dog's birthday?", "Rex's birthday is May 3."),
        ("When is my meeting?", "Friday's meeting is at 3."),
        ("Where do I live?", "Still live in Oslo."),
        ("Where did I move?", "Just moved to Oslo."),
        ("Do I have a dog?", "My family has a dog."),
        ("What did I get for my birthday?", "My sister gave me a watch for my birthday."),
        ("What did Tom think of the book I gave him?", "Tom loved the book."),
        ("Do I like jazz?", "Ben and I like jazz."),
        ("Do I like jazz?", "By the way, I like jazz."),
        ("Do I like jazz?", "Ada likes jazz."),
        ("母の誕生日はいつ\uff1f", "母の誕生日は6月12日です。"),
        ("私の母の誕生日はいつ\uff1f", "母の誕生日は6月12日です。"),
        ("私の誕生日はいつ\uff1f", "私の誕生日は母の誕生日と同じです。"),
        ("엄마 생일이 언제야?", "엄마 생일은 6월 12일이야."),
        ("내 동생 생일이 언제야?", "동생 생일은 6월 12일이야."),
        ("강아지 이름이 뭐야?", "우리 강아지 이름은 초코야."),
        ("犬の名前は何\uff1f", "うちの犬の名前はポチです。"),
    ],
)  # fmt: skip
def test_what_is_asked_of_them_or_tells_of_the_user_is_left(asked: str, told: str) -> None:
    assert not of_somebody_else(read_question(asked), told, "Ada")
