"""An appointment, a promise or a deadline, as somebody said it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CommitmentKind = Literal["appointment", "promise", "deadline"]
Party = Literal["user", "assistant", "other"]
Change = Literal["new", "moved", "cancelled", "done"]

ENDING: tuple[Change, ...] = ("cancelled", "done")  # what is to come no more


@dataclass(frozen=True)
class Commitment:
    """One thing that somebody is bound to, at a time.

    Attributes:
        what: What it is, in the words of the sentence, without the time.
        kind: An appointment takes place at `start`; what was promised, or is due, is done by then.
        by: Who is bound.
        start: When, with its time zone; midnight in the user's zone where only a day was said.
        end: When it ends, or the midnight after the last of several days; None where nothing was said of it.
        all_day: Whether only a day was said, and no time of day.
        place: Where, if that was said.
        change: Whether it is new, or says of something agreed before that it is moved to `start`, cancelled, or done. Of what is
            cancelled or done `start` is when it would have been.
        corrects: What it puts right of something known: the "day", with the time of day where one is said ("Actually the meeting is on
            Friday at 11"), the "day alone", at the time of day that is known ("Actually the meeting is on Friday"), or the time of day
            alone, on the day that is known: then it is this time, "11:00" ("Actually the meeting is at 11"). Where nothing of the name is
            known it is new.
    """

    what: str
    kind: CommitmentKind
    by: Party
    start: datetime
    end: datetime | None = None
    all_day: bool = False
    place: str = ""
    change: Change = "new"
    corrects: str = ""
