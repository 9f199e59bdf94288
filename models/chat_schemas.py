"""What a chat model's structured answers must fit."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from models import prompts
from models.commitments.commitment import Change, CommitmentKind, Party
from models.mind import Layer

CLOCK = r"^([01]?\d|2[0-3]):[0-5]\d$|^24:00$"


class Missing(BaseModel):
    """The arguments of insufficient_context."""

    what: str = Field(min_length=1, description=prompts.INSUFFICIENT_CONTEXT_WHAT)


class Needs(BaseModel):
    """What a turn needs."""

    needs: Layer
    reason: str


class Notes(BaseModel):
    """The notes after folding."""

    notes: list[str]


class OneEach(BaseModel):
    """An answer that says something of each thing asked about; how many there were is the context's `count`."""

    def said(self) -> int:
        """Of how many things it says something."""
        raise NotImplementedError

    @model_validator(mode="after")
    def of_each(self, info: ValidationInfo) -> Self:
        wanted = (info.context or {}).get("count", self.said())
        if self.said() != wanted:
            raise ValueError(f"{wanted} are needed, one each in their order; there are {self.said()}")
        return self


class Rated(OneEach):
    """One rating a memory."""

    ratings: list[int]

    def said(self) -> int:
        return len(self.ratings)

    @field_validator("ratings")
    @classmethod
    def within(cls, ratings: list[int]) -> list[int]:
        if any(not 1 <= one <= 10 for one in ratings):
            raise ValueError("a rating lies between 1 and 10")
        return ratings


class Asked(BaseModel):
    """Questions."""

    questions: list[str]


class Drawn(BaseModel):
    """An insight and the numbers of its evidence."""

    text: str
    because: list[int]


class AllDrawn(BaseModel):
    """The insights."""

    insights: list[Drawn]


class Bound(BaseModel):
    """A commitment as a model tells it; moments are local, in ISO 8601."""

    message: int
    what: str
    kind: CommitmentKind
    by: Party
    start: str
    end: str
    place: str
    change: Change
    about: int

    @field_validator("start", "end")
    @classmethod
    def is_a_moment(cls, written: str) -> str:
        if written:
            datetime.fromisoformat(written)
        return written

    @field_validator("start", "what")
    @classmethod
    def is_told(cls, written: str) -> str:
        if not written.strip():
            raise ValueError("it is missing")
        return written


class AllBound(BaseModel):
    """The commitments."""

    commitments: list[Bound]


class Doing(BaseModel):
    """One stroke of a plan, with the clock's times."""

    begins: str = Field(alias="from", pattern=CLOCK)
    ends: str = Field(alias="to", pattern=CLOCK)
    what: str
    place: str


class AllDoing(BaseModel):
    """The strokes."""

    strokes: list[Doing]


class Reacted(BaseModel):
    """Whether a plan changes. The reason comes first, so that it is thought of before."""

    why: str
    reacts: bool


class Greeted(BaseModel):
    """Whether the character speaks to somebody. The reason comes first, so that it is thought of before."""

    why: str
    talks: bool
    words: str
    tells: list[int]

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if self.talks and not self.words.strip():
            raise ValueError("the words are missing")
        return self


class Judged(BaseModel):
    """A verdict. The reason comes first, so that it is thought of before the verdict."""

    why: str
    holds: bool


class AllJudged(OneEach):
    """One verdict a claim."""

    verdicts: list[Judged]

    def said(self) -> int:
        return len(self.verdicts)
