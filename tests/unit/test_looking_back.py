"""The local mind looks back: what it asks about, what it counts and quotes, and what it refuses to bear out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.local import looking_back
from models.local_mind import LocalMind
from models.mind import AskRequest, Character, Claim, InferRequest, Insight, Memory, Moment, VerifyRequest
from tests.fakes import HashEmbedder
from tests.generated import settled

NOW = datetime(2023, 6, 1, 12, tzinfo=UTC)
WHO: dict[str, Any] = {"character": Character("mneme"), "moment": Moment(NOW), "user_name": "Ada"}
MNEME: dict[str, Any] = {"speaker": "Mneme", "role": "assistant"}
QUOTE = re.compile("(?:First|Last): “(.+?)”")
STRANGE = "not in what it cites"


def memory(text: str, day: int, **fields: Any) -> Memory:
    """What ada said on a day of May."""
    said_at = datetime(2023, 5, 1, 12, tzinfo=UTC) + timedelta(days=day - 1)
    given: dict[str, Any] = {"speaker": "Ada", "role": "user", "kind": "turn", "said_at": said_at, **fields}
    return Memory(f"{day}: {text}", text, score=1, similarity=1, **given)


def told(*texts: str, first: int = 1, **fields: Any) -> list[Memory]:
    """Words of consecutive days."""
    return [memory(text, day, **fields) for day, text in enumerate(texts, start=first)]


MIRA = told("My sister Mira gave me a lift.", "Mira plays the violin.", "I went to hear Mira play.", "Mira moves to Porto on 3 July.")
GHENT = told("We moved to Ghent in spring.", "It rains in Ghent.", "I like the canals around Ghent.", first=11)
ALLOTMENT = told("The allotment is wet.", "I dug the allotment.", "My allotment has slugs.", first=21)


def asked(memories: Sequence[Memory], most: int = 3) -> list[str]:
    return looking_back.questions(AskRequest(memories, **WHO, most=most))


def drawn(evidence: Sequence[Memory], about: str = "Mira") -> list[Insight]:
    return looking_back.insights(InferRequest(f"What came up about “{about}”?", evidence, **WHO))


def why_not(claim: str, evidence: Sequence[Memory]) -> str:
    """Why a claim is not borne out, or an empty string."""
    (verdict,) = LocalMind(HashEmbedder()).verify(VerifyRequest([Claim(claim, evidence)], **WHO)).verdicts
    assert verdict.holds is (verdict.why == "")
    return verdict.why


def test_what_only_asks_is_neither_counted_nor_quoted() -> None:
    asking = told("What does Mira like?", "Where is Mira?", "언제 왔어?", "When does Mira come to Porto?", first=5)
    [insight] = drawn([*MIRA, *asking])
    assert QUOTE.findall(insight.text) == [MIRA[0].text, MIRA[-1].text]
    assert list(insight.cites) == [1, 2, 3, 4]
    assert asked(asking) == []


def test_it_asks_about_the_people_places_and_themes_that_come_back() -> None:
    questions = asked([*MIRA, *GHENT, *ALLOTMENT, memory("The bus was late again.", 30)])
    assert sorted(questions) == [f"What came up about “{name}”?" for name in ("Ghent", "Mira", "allotment")]


def test_it_asks_no_more_than_it_is_to_the_most_telling_first() -> None:
    memories = [*MIRA, *GHENT, *ALLOTMENT]
    assert asked(memories, most=2) == asked(memories)[:2]
    assert asked(memories, most=0) == []


@pytest.mark.parametrize("memories", [[], MIRA[:2], [memory(one.text, 1) for one in GHENT], told("Ok.", "Thanks.", "Ok, thanks.", "Bye.")])
def test_it_asks_nothing_where_nothing_comes_back(memories: list[Memory]) -> None:
    assert asked(memories) == []


def test_it_asks_about_neither_of_the_two_who_talk() -> None:
    assert asked(told("Then Ada said hi to Mneme.", "I told Ada and Mneme.", "So Ada called Mneme.", "I met Ada and Mneme.")) == []


def test_an_insight_says_how_often_since_when_and_quotes_the_first_and_the_last() -> None:
    (insight,) = drawn([*MIRA, *GHENT])
    assert insight == Insight(
        "“Mira” came up in at least 4 memories since Monday, 1 May 2023, last on Thursday, 4 May 2023."
        " First: “My sister Mira gave me a lift.” Last: “Mira moves to Porto on 3 July.”",
        [1, 2, 3, 4],
        "mira",
    )


def test_days_are_those_of_the_users_zone() -> None:
    evidence = [replace(one, said_at=one.said_at.replace(hour=23)) for one in MIRA]
    request = InferRequest("What came up about “Mira”?", evidence, **{**WHO, "moment": Moment(NOW, "Asia/Tokyo")})
    (insight,) = looking_back.insights(request)
    assert "since Tuesday, 2 May 2023" in insight.text


NOT_COUNTED: dict[str, dict[str, Any]] = {
    "the character": MNEME,
    "an insight": {"speaker": "", "role": "assistant", "kind": "reflection"},
    "another assistant": {"speaker": "ChatGPT", "role": "assistant"},
    "an assistant without a name": {"speaker": "assistant", "role": "assistant"},
    "nobody": {"speaker": "", "role": "assistant"},
}


@pytest.mark.parametrize("fields", NOT_COUNTED.values(), ids=NOT_COUNTED)
def test_only_what_people_said_counts_and_is_cited(fields: dict[str, Any]) -> None:
    (insight,) = drawn([MIRA[0], memory("Mira sounds lovely.", 1, **fields), *MIRA[1:], memory("Do call Mira.", 30, **fields)])
    assert insight.cites == [1, 3, 4, 5]
    assert "at least 4 memories" in insight.text
    assert "lovely" not in insight.text
    assert "call" not in insight.text


def test_what_a_friend_said_counts() -> None:
    (insight,) = drawn([*MIRA, memory("Mira says hi.", 30, speaker="Bob", role="assistant")])
    assert insight.cites == [1, 2, 3, 4, 5]


def test_nothing_is_concluded_where_the_thread_does_not_come_back_or_none_is_asked_about() -> None:
    assert drawn(MIRA[:2]) == []
    assert drawn([*MIRA[:2], memory("Mira sounds lovely.", 3, **MNEME)]) == []
    assert drawn(MIRA, about="Ghent") == []
    assert looking_back.insights(InferRequest("Why does Mira play?", MIRA, **WHO)) == []


def test_a_thread_is_asked_about_in_any_case() -> None:
    assert drawn(MIRA, about="MIRA") == drawn(MIRA)


def test_the_most_telling_sentence_that_names_it_is_quoted_before_a_question() -> None:
    texts = ("What a day. Is Mira here? My sister Mira was born in Porto. I had soup.", "Mira left.", "So Mira called.")
    (insight,) = drawn(told(*texts))
    assert QUOTE.findall(insight.text) == ["My sister Mira was born in Porto.", "So Mira called."]


REFUSED = {
    "a strange name": ("My sister Mira and Bob play the violin.", f"Bob: {STRANGE}"),
    "a name of several words": ("My sister Mira likes Nina Simone.", f"Nina Simone: {STRANGE}"),
    "a strange number": ("My sister Mira has 7 violins.", f"7: {STRANGE}"),
    "another day of the month": ("My sister Mira moves to Porto on 5 July.", f"5: {STRANGE}"),
    "all that is strange, each once": ("My Mira and Bob met 8 times, Bob 9 times.", f"Bob, 8, 9: {STRANGE}"),
    "another topic": ("slugs ate every lettuce", "it is about something else than what it cites"),
}


@pytest.mark.parametrize(("claim", "why"), REFUSED.values(), ids=REFUSED)
def test_what_the_evidence_does_not_hold_is_refused_with_the_reason(claim: str, why: str) -> None:
    assert why_not(claim, MIRA) == why


def test_what_cites_nothing_is_refused() -> None:
    assert why_not("Mira plays the violin.", []) == "nothing that it cites is there"


@pytest.mark.parametrize(
    "claim",
    [
        "Then Mira plays the violin.",
        "It was Ada who went to hear Mira play.",
        "And Mneme heard that Mira plays the violin.",
        "In all 4 memories Mira plays the violin.",
        "On Monday, 1 May 2023 my sister Mira gave me a lift.",
        "It is Mira's violin that plays.",
    ],
)
def test_names_dates_and_the_count_of_the_evidence_are_known(claim: str) -> None:
    assert why_not(claim, MIRA) == ""


def test_speakers_and_places_of_the_evidence_are_known() -> None:
    evidence = [memory("I swim.", 1, speaker="Bob", place="Lyon")]
    assert why_not("That I swim says Bob in Lyon.", evidence) == ""
    assert why_not("That I swim says Bob in Lyon.", [memory("I swim.", 1)]) == f"Bob, Lyon: {STRANGE}"


def test_each_claim_is_judged_by_what_it_cites_itself() -> None:
    claims = [Claim("So Mira plays the violin.", MIRA), Claim("So Mira plays the violin.", GHENT), Claim("It rains in Ghent.", GHENT)]
    verdicts = LocalMind(HashEmbedder()).verify(VerifyRequest(claims, **WHO)).verdicts
    assert [one.holds for one in verdicts] == [True, False, True]


NAMES = st.sampled_from(["Mira", "Frau Weiß", "O’Neill", "Zoë", "Jean-Luc", "McArthur", "Ghent", "İpek", "Åsa Öberg"])
SENTENCES = st.sampled_from(
    [
        "I met {} at 5:30.",
        "I fed {}'s cat.",
        "So {}’s train was 20 minutes late.",
        "We went to {} on 3 May 2021.",
        "My sister {} is 41.",
        "Then {} said that 1,200 people came.",
        "Is {} here? Yes, {} is in the 3rd room.",
        "- {} plays chess\n- and I read",
        "It rained.",
    ]
)
SPEAKERS = st.sampled_from([{}, {}, {}, MNEME, {"speaker": "Bob", "role": "assistant"}])


@st.composite
def pasts(draw: st.DrawFn) -> list[Memory]:
    """What was said of one or two names."""
    names = draw(st.lists(NAMES, min_size=1, max_size=2))
    count = draw(st.integers(3, 10))
    return [memory(draw(SENTENCES).replace("{}", draw(st.sampled_from(names))), day, **draw(SPEAKERS)) for day in range(1, count + 1)]


@settled(60)
@given(pasts())
@example(told("I saw Mira's dog.", "I fed Mira's cat.", "I took Mira's car."))
@example(told("I met Frau Weiß.", "I called Frau Weiß.", "So Frau Weiß came."))
@example(told("So İpek called.", "I met İpek.", "I told İpek."))
def test_what_it_concludes_passes_its_own_verification(memories: list[Memory]) -> None:
    for question in asked(memories, most=9):
        for insight in looking_back.insights(InferRequest(question, memories, **WHO)):
            cited = [memories[number - 1] for number in insight.cites]
            assert STRANGE not in why_not(insight.text, cited)
            assert f"at least {len(cited)} memories" in insight.text
            assert all(one.speaker != "Mneme" for one in cited)
            first, last = QUOTE.findall(insight.text)
            assert first in cited[0].text
            assert last in cited[-1].text
