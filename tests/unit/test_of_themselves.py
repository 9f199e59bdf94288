"""What people say of themselves in passing, and what is asked of it later."""

from datetime import UTC, datetime, timedelta

import pytest

from models.embedding import open_embedder
from models.local.evidence import Source
from models.local.of_themselves import told_of_themselves
from models.local_mind import LocalMind
from models.mind import Answer, AnswerRequest, Character, Memory, Moment

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def told(question: str, *said: str, role: str = "user", speaker: str = "") -> list[str]:
    """The sentences that are quoted to Ada of what was said, oldest first."""
    sources = [Source(text, text, speaker, role, NOW - timedelta(days=len(said) - at), 0.5, 0.4) for at, text in enumerate(said)]
    return [quote.best for quote in told_of_themselves(question, sources, "Ada")]


def answered(question: str, *said: str, user_name: str = "") -> Answer:
    memories = [Memory(text, text, "", "user", "turn", NOW - timedelta(days=9, minutes=-at), 0.5, 0.4) for at, text in enumerate(said)]
    request = AnswerRequest(question, Character("mneme"), Moment(NOW), memories=memories, may_lack=False, user_name=user_name)
    return LocalMind(open_embedder()).answer(request)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what's my name?", "hey, I'm Priya, 34, and I just moved to Lisbon for work"),
        ("Do you remember my name?", "My name is Ian and I'm from Leeds."),
        ("How old am I?", "hey, I'm Priya, 34, and I just moved to Lisbon for work"),
        ("How old am I?", "I'm 29."),
        ("What\u2019s my age?", "I'm a twenty-nine year old with two jobs."),
        ("what do I do?", "I'm a civil engineer at a small bridge-design firm called Arco"),
        ("What do I do for a living?", "I'm an electrician."),
        ("What do I do?", "hey, I'm Marta, 38, I teach chemistry in Porto"),
        ("What did I do for work?", "I'm a retired bus driver from Hull."),
        ("What's my job?", "I currently work as a beekeeper near Bath."),
        ("what do I do?", "I\u2019m retired, at last."),
        ("how much do I weigh?", "I'm 62 kilos and want to stay there"),
        ("How tall am I?", "I'm 1.84 m, so most desks are too low."),
        ("Which city do we live in?", "We moved to Porto in spring."),
        ("Where do I live?", "I'm living in a houseboat on the Amstel."),
        ("do I have a cat?", "we have a tabby called Miso and two goldfish"),
        ("What's my dog called?", "I just adopted a beagle, Toast."),
        ("What am I allergic to?", "What am I allergic to? I can't eat shellfish, it makes me swell up"),
        ("What can I not eat?", "I've been vegan, I'm vegan still."),
        ("What should I not eat?", "I'm allergic to peanuts."),
        ("Which foods should I avoid?", "I have a nut allergy."),
        ("who is Sofie?", "My ex-wife Sofie has them every other weekend."),
        ("Who's Mr Adler again?", "Mr Adler, our landlord, lives upstairs."),
        ("How do I get to work?", "I take the 28 tram to work, it takes 25 minutes"),
    ],
)
def test_what_was_told_in_passing_is_found_among_what_was_not_asked_for(question: str, said: str) -> None:
    others = ("The tram was late.", "My sister's cat is 12 and my neighbour is a nurse.", "I'm Italian by heart, and I'm down 3 points.")
    assert told(question, *others, said, *others) == [said.rpartition("? ")[2]]
    assert told(question, *others) == []
    assert told(question, said, role="assistant") == told(question, said, speaker="Bob") == []
    assert told(question, said, speaker="Ada") == told(question, said)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How old am I?", "I'm 20 minutes late."),
        ("How old am I?", "I'm 62 kilos."),
        ("How much do I weigh?", "I'm 34."),
        ("What's my name?", "I'm Dutch, by the way."),
        ("What's my name?", "I'm Teresa's boss."),
        ("What do I do?", "I'm a big fan of nurses."),
        ("What do I do?", "I work at home on Fridays."),
        ("Do I have a dog?", "I have to walk past the dog of the Millers."),
        ("Do I have a dog?", "We have a tabby called Miso."),
        ("What pets does Ann have?", "We have a tabby called Miso."),
        ("How old is Ann?", "I'm 34."),
        ("Who is Ann?", "My sister met Bob and Ann."),
        ("Who is Tom?", "My dog bit Tom."),
        ("What do I do?", "I work in the garden on Sundays."),
        ("What do I do?", "I'm a terrible cook."),
        ("Where do I live?", "I live in fear of my boss."),
        ("Do I have any pets?", "I got chicken for dinner."),
        ("Do I have a dog?", "I got a hot dog for lunch."),
        ("How old am I?", "When I turned 18 I moved out."),
        ("What's my name?", "This is Anna, my sister."),
        ("What's my name?", "I'm Nigerian."),
        ("What's my commute?", "My wife takes the car to work."),
        ("Where do I live?", "Is it true that I live in Rome?"),
        ("What should I eat in Rome?", "I'm allergic to peanuts."),
    ],
)
def test_what_only_looks_like_it_is_not_quoted(question: str, said: str) -> None:
    assert told(question, said) == []


def test_the_newest_counts_and_a_name_that_is_given_as_such_before_one_in_passing() -> None:
    assert told("What do I do?", "I'm a nurse.", "I work as a teacher now.", "It rains.") == ["I work as a teacher now."]
    assert told("Am I allergic to nuts?", "I'm allergic to nuts.", "I don't eat much.") == ["I'm allergic to nuts."]
    assert told("What's my name?", "Call me Pip.", "Hi, I'm Philippa.") == ["Call me Pip."]
    assert told("What pets do I have?", "We have a cat.", "Our dog is old.", "I adopted a gecko.") == [
        "We have a cat.",
        "Our dog is old.",
        "I adopted a gecko.",
    ]


def test_a_name_that_was_told_goes_before_the_one_of_the_account() -> None:
    assert answered("What's my name?", "Hi, I'm Priya.", user_name="user-17").used == ("Hi, I'm Priya.",)
    assert answered("What's my name?", "Hi, I'm Exhausted.", user_name="Ada").text == "Your name is Ada."
    assert answered("What's my name?", "Call me Pip.", user_name="Philippa").used == ("Call me Pip.",)
    assert answered("What's my name?", "Hi, I'm Priya.", user_name="priya").text == "Your name is priya."
    assert answered("What's my name?", "It rains.", user_name="Ada").text == "Your name is Ada."
    assert answered("Do you remember my name?", "It rains.", user_name="Ada").text == "Your name is Ada."
    assert answered("What's my name?", "It rains.").not_known


def test_the_closest_is_told_where_nothing_else_is_nearly_as_close() -> None:
    ill, question = "I'm diabetic, type 1, since I was 15.", "What illness do I have?"
    others = ("My ex-wife Sofie has them every other weekend.", "I hate coriander.", "My shoe size is 44.")
    given = answered(question, *others, ill)
    assert (given.used, given.not_known) == ((ill,), True)
    assert not answered(question, *others, ill, "I'm diabetic, says the nurse.").used
    assert not answered(question, *others[:2], ill).used
    assert not answered(question, *others, "It rains.").used


def test_a_cat_is_not_the_closest_to_a_brother() -> None:
    others = ("I hate coriander.", "My shoe size is 44.", "It rains.")
    cat = "I adopted a grey cat last week, and his name is Biscuit."
    assert not answered("What is my brother's name?", *others, cat).used
    assert answered("What is my tomcat called?", *others, cat).used == (cat,)
