from datetime import UTC, datetime, timedelta

import pytest

from models.local.evidence import MOST_EMBEDDED, Source, ages, date_fits, kind_fits, passages_of, person_fits, weigh
from models.local.head import Head, load_head, own_lead
from models.local.questions import Dated, read_question
from models.local.quoting import LONGEST_QUOTE, quotes_of, shortened
from models.local.sentences import content
from tests.fakes import HashEmbedder

NOW = datetime(2023, 6, 1, 12, tzinfo=UTC)


def source(text: str, speaker: str = "Caroline", minutes: int = 0, role: str = "user") -> Source:
    return Source(text[:8], text, speaker, role, NOW + timedelta(minutes=minutes), 0.5, 0.5)


def test_a_reply_knows_what_it_was_asked() -> None:
    asked = source("Nice. Which language are you learning?", "Tim")
    late = source("German.", "Ann", minutes=600)
    reply = passages_of([asked, source("German, it is tough.", "John", minutes=1), late])
    by_text = {passage.text: passage.asked for passage in reply}
    assert by_text["German, it is tough."] == set(content("language learning"))
    assert not by_text["German."]


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("When did I go?", "I went yesterday.", "I went there."),
        ("How many cats?", "I have two cats.", "I have cats."),
        ("Who came?", "My sister came.", "It came late."),
        ("Where was it?", "It was in Lisbon.", "It was nice."),
        ("Why did I go?", "Because I missed it.", "It went well."),
        ("How long was it?", "It took three weeks.", "It took ages."),
    ],
)
def test_sentences_with_the_kind_of_answer_that_is_wanted(question: str, yes: str, no: str) -> None:
    assert kind_fits(read_question(question), yes) > kind_fits(read_question(question), no)


def fit(words: str, said: str, speaker: str) -> float:
    question = read_question(words, speakers=("Caroline", "Melanie"))
    return person_fits(question, passages_of([source(said, speaker)])[0])


def test_whose_words_fit_a_question_about_a_person() -> None:
    words = "What did Caroline paint?"
    assert fit(words, "I painted a sunset.", "Caroline") == 1
    assert fit(words, "You painted a sunset.", "Melanie") > 0
    assert fit(words, "I think Caroline painted a sunset.", "Melanie") > 0
    assert fit(words, "I painted a sunset.", "Melanie") == -1
    assert fit(words, "You painted a sunset.", "Caroline") < 0
    assert fit(words, "That looks lovely.", "Caroline") < 0
    assert fit("What did both Caroline and Melanie paint?", "I painted a sunset.", "Melanie") == 1


def test_own_lead_is_negative_where_another_person_fits_better() -> None:
    head = load_head()
    said = [source("I painted a sunset over the sea.", "Melanie"), source("I saw a car.", "Caroline")]
    for name, sign in (("Melanie", 1), ("Caroline", -1)):
        question = read_question(f"What did {name} paint over the sea?", speakers=("Caroline", "Melanie"))
        assert own_lead(question, weigh(question, said, HashEmbedder(), head.weights), head.weights) * sign > 0
    question = read_question("What is over the sea?")
    assert own_lead(question, weigh(question, said, HashEmbedder(), head.weights), head.weights) == 0


@pytest.mark.parametrize(
    ("dated", "fits"),
    [(None, 0), (Dated(2023, 6, 1), 1), (Dated(2023, 6), 0.5), (Dated(2022, 6), 0), (Dated(2023, 5, 28), 1), (Dated(2023, 8), 0)],
)
def test_dates_that_a_question_names(dated: Dated | None, fits: float) -> None:
    assert date_fits(dated, NOW) == fits
    assert date_fits(dated, None) == 0


def test_newness_is_by_rank() -> None:
    assert ages([NOW, None, NOW + timedelta(days=900), NOW + timedelta(days=1)]) == [0, 0.5, 1, 0.5]
    assert ages([NOW]) == [0.5]


def test_few_sentences_are_embedded() -> None:
    embedder = HashEmbedder()
    long = source(" ".join(f"Sentence number {number} is here." for number in range(200)))
    found = weigh(read_question("Which number is here?"), [long], embedder, load_head().weights)
    assert len(found) == MOST_EMBEDDED
    assert len(embedder.asked) <= MOST_EMBEDDED + 1


def test_nothing_to_weigh() -> None:
    question = read_question("Which number?")
    assert weigh(question, [source("What?")], HashEmbedder(), load_head().weights) == []
    assert load_head().probability(question, []) == 0


def test_the_shipped_head_is_stricter_while_it_climbs() -> None:
    head = load_head()
    assert 0 < head.threshold < head.climbing < 1
    assert Head.model_validate_json(head.model_dump_json()) == head


def test_a_quote_takes_the_sentence_that_it_leans_on() -> None:
    head = load_head()
    said = [source("I bought a lamp. It shines in red and purple colours all night.")]
    question = read_question("Which colours does it shine in all night?")
    (quote,) = quotes_of(question, weigh(question, said, HashEmbedder(), head.weights), head)
    assert quote.text == said[0].text
    assert quote.best == "It shines in red and purple colours all night."


def test_long_quotes_are_cut_at_a_word() -> None:
    cut = shortened("word " * 200)
    assert len(cut) <= LONGEST_QUOTE + 2
    assert cut.endswith("word …")


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("Where do I work?", "My friend Joe works at Google.", False),
        ("What car do I drive?", "My dad drives a Volvo.", False),
        ("What's my dog's name?", "My mom's name is Ruth.", False),
        ("What's my mom's name?", "My mom's name is Ruth.", True),
        ("Where does my friend work?", "My friend Joe works at Google.", True),
        ("Who do I know at Google?", "My friend Joe works at Google.", True),
        ("Where do I work?", "My boss told me that I work in Leeds now.", True),
        ("Where do I work?", "I work at Southmead.", True),
    ],
)
def test_what_is_told_of_a_relative_or_a_friend_is_not_told_of_the_user(question: str, text: str, fits: bool) -> None:
    [passage] = passages_of([source(text, speaker="Ada")])
    assert (person_fits(read_question(question, "Ada"), passage) > 0) == fits
