"""What is quoted of a plan that is off, or at another time by now."""

from datetime import UTC, datetime, timedelta

import pytest

from models.embedding import open_embedder
from models.local_mind import LocalMind
from models.mind import Answer, AnswerRequest, Character, Memory, Moment
from stores.plans import PlanItem

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)  # a Monday
SAID = "I have a doctor's appointment tomorrow at 9."
MOVED = "My doctor's appointment got moved to Friday at 11."


def item(days: float, told_at: datetime = NOW, standing: str = "planned", what: str = "doctor's appointment") -> PlanItem:
    told = {"what": what, "start": NOW + timedelta(days=days), "kind": "appointment", "by": "user", "id": f"{what} {days}"}
    return PlanItem.model_validate({**told, "told_at": told_at, "standing": standing})


def answered(words: str, *said: str, plans: tuple[PlanItem, ...] = ()) -> Answer:
    turns = [Memory(text, text, "Ada", "user", "turn", NOW + timedelta(minutes=at), 0.6, 0.6) for at, text in enumerate(said)]
    planned = [Memory(one.id, one.what, "", "assistant", "plan", NOW, 0.6, 0.6, planned=one) for one in plans]
    moment = Moment(NOW + timedelta(hours=2))
    request = AnswerRequest(words, Character("mneme"), moment, user_name="Ada", memories=[*turns, *planned], may_lack=False)
    return LocalMind(open_embedder()).answer(request)


def test_what_is_cancelled_is_told_before_it_is_quoted() -> None:
    asked, off = "Do I have a doctor's appointment tomorrow?", item(1, standing="cancelled")
    given = answered(asked, SAID, plans=(off,))
    assert given.text.startswith("Tuesday, 5 May 2026, 09:00 (tomorrow): doctor's appointment. It was cancelled.\nYou told me")
    assert list(given.used) == [off.id, SAID]
    given = answered("내일 회의 있지?", "내일 오전 9시에 회의 있어.", plans=(item(1, what="회의", standing="cancelled"),))
    assert "취소되었어요" in given.text


def test_what_is_moved_is_told_with_its_new_time() -> None:
    asked, later = "Do I have a doctor's appointment tomorrow?", item(4 + 2 / 24, NOW + timedelta(minutes=1))
    assert answered(asked, SAID, MOVED, plans=(later,)).text.startswith("Friday, 8 May 2026, 11:00 (in four days): doctor's appointment.\n")


@pytest.mark.parametrize(
    ("also", "plan"),
    [
        ("", item(1)),  # it stands
        ("I have a doctor's appointment on Friday at 11.", item(4 + 2 / 24, NOW + timedelta(minutes=1))),  # another one
        ("", item(-7, NOW - timedelta(days=9), "cancelled")),  # an older one
        ("", item(1, standing="done")),
        ("", item(1, standing="cancelled", what="lunch")),
    ],
)
def test_of_a_plan_that_stands_nothing_else_is_told(also: str, plan: PlanItem) -> None:
    given = answered("Do I have a doctor's appointment tomorrow?", *filter(None, (SAID, also)), plans=(plan,))
    assert given.text.startswith("You told me")
    assert plan.id not in given.used
