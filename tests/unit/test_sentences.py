import pytest

from models.local.sentences import content, is_question, sentences, stem, words


def test_sentences_end_at_marks_and_lines_but_not_at_abbreviations() -> None:
    text = "Hey Dr. Smith! I ran 3.5 km, e.g. in Rome. It was fun\n- a list\n1. **Bold** item"
    assert sentences(text) == ["Hey Dr. Smith!", "I ran 3.5 km, e.g. in Rome.", "It was fun", "a list", "1. Bold item"]


def test_scripts_without_spaces_are_cut_too() -> None:
    assert sentences("私は東京に住んでいます。犬がいます。") == ["私は東京に住んでいます。", "犬がいます。"]
    assert sentences("犬がいる\uff01名前は何\uff1f教えて") == ["犬がいる\uff01", "名前は何\uff1f", "教えて"]
    assert words("東京に住む") == ["東京", "京に", "に住", "住む"]


@pytest.mark.parametrize(
    "text",
    [
        "Where is it?",
        "where did I put it",
        "so what's next",
        "어디에 있어요?",
        "어디에 있습니까",
        "你住在哪里吗",
        "どこですか",
        "どこですか。",
        f"{'It was a long day. ' * 20}Was it?",
        'She asked: "(where is it?)"',
    ],
)
def test_questions(text: str) -> None:
    assert is_question(text)


def test_the_wide_mark_asks_too() -> None:
    assert is_question("健太って誰\uff1f")


@pytest.mark.parametrize(
    "text",
    ["I know where it is.", "What a day!", "Remind me to call Bert", "나는 서울에 살아요.", "몸이 아프니까", "심술나", ""],
)
def test_no_questions(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("adopted", "adoption"), ("painting", "paints"), ("went", "going"), ("kids", "children"), ("running", "run"), ("puppies", "puppy")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_content_leaves_out_what_says_nothing() -> None:
    assert content("What did I tell you about the puppy's name?") == [stem("puppy"), stem("name")]


@pytest.mark.parametrize("forms", ["live lives lived living", "move moves moved moving", "cat cats", "wife wives", "leave left"])
def test_the_forms_of_one_word_have_one_stem(forms: str) -> None:
    assert len({stem(word) for word in forms.split()}) == 1


def test_korean_words_are_the_same_with_their_particles() -> None:
    assert set(content("엄마 생일은 5월 8일이에요.")) >= set(content("엄마 생일")) | {"8일"}
    assert content("고양이는") == content("고양이")
    assert content("휴가") == ["휴가"]
    assert content("내 직업이 뭐야?") == content("제 직업이 뭐예요?") == content("직업")
    assert content("엄마 생일이 언제예요?") == content("엄마 생일")
