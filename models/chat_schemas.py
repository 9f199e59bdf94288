"""What a chat model's structured answers must fit."""

from typing import Self

from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from models import prompts
from models.mind import Layer


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


class Judged(BaseModel):
    """A verdict. The reason comes first, so that it is thought of before the verdict."""

    why: str
    holds: bool


class AllJudged(OneEach):
    """One verdict a claim."""

    verdicts: list[Judged]

    def said(self) -> int:
        return len(self.verdicts)
