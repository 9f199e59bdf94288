"""A world as a file tells of it: JSON, read strictly."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from graph.simulation.places import Places, named_in
from models.chat_schemas import CLOCK
from models.planning.day import Stroke, clock_span
from models.times import zone_named
from stores.errors import InputError

MOST_DAYS = 31
Named = Annotated[str, Field(pattern=r"^[\w][\w -]{0,59}$")]
Told = Annotated[str, Field(min_length=1, max_length=2_000)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Habit(Part):
    """What a character did the day before, from one time of the clock to another."""

    begins: str = Field(alias="from", pattern=CLOCK)
    ends: str = Field(alias="to", pattern=CLOCK)
    what: Told
    place: str = ""


class Person(Part):
    """A character.

    Attributes:
        id: Never changes; `name` is what the others call it.
        home: Where it is while its plan names no place that there is.
        memories: What it knows as the simulation begins, in its own words.
        routine: What it did the day before: a mind that invents nothing does the same again.
    """

    id: Named
    name: Told
    description: str = ""
    voice: str = ""
    home: str
    memories: tuple[Told, ...] = ()
    routine: tuple[Habit, ...] = ()


class Happening(Part):
    """Something that happens at a place, for all who are there to see; without a place everybody does."""

    at: datetime
    place: str = ""
    what: Told


class Scenario(Part):
    """A world, who lives in it, and what happens.

    Attributes:
        name: What it is called; its memories are kept under it.
        seed: Decides in which order characters have their turn.
        begins: When it begins, as `ends` and an event's `at` on the clocks of `timezone`.
        minutes_a_step: How far apart the moments are at which everybody looks around.
        most_lines: After so many lines a conversation ends.
        reflect_at: How much importance must add up before somebody reflects at night.
        places: Names of places, and in each what lies in it.
    """

    name: Named
    seed: int = 0
    timezone: str = "UTC"
    begins: datetime
    ends: datetime
    minutes_a_step: int = Field(default=10, ge=5, le=60)
    most_lines: int = Field(default=6, ge=2, le=20)
    reflect_at: float = Field(default=150.0, gt=0)
    places: dict[str, Any]
    characters: tuple[Person, ...] = Field(min_length=1)
    events: tuple[Happening, ...] = ()

    @field_validator("timezone")
    @classmethod
    def is_a_zone(cls, name: str) -> str:
        try:
            zone_named(name)
        except InputError as error:
            raise ValueError(error.message) from error
        return name

    @field_validator("places")
    @classmethod
    def is_a_tree(cls, tree: dict[str, Any]) -> dict[str, Any]:
        check_tree(tree)
        names = Counter(name.casefold() for name, _ in named_in(tree))
        if twice := [name for name, count in names.items() if count > 1]:
            raise ValueError(f"{', '.join(twice)}: each place needs a name of its own")
        return tree

    @model_validator(mode="after")
    def holds_together(self) -> Self:
        if not timedelta() < self.end - self.begin <= timedelta(days=MOST_DAYS):
            raise ValueError(f"ends: it must come after begins, by at most {MOST_DAYS} days")
        for what, names in (("id", [one.id for one in self.characters]), ("name", [one.name for one in self.characters])):
            if len(set(names)) < len(names):
                raise ValueError(f"characters: two have the same {what}")
        for one in self.characters:
            self.yesterday(one)
        known = {"", *Places(self.places).names}
        used = {f"characters.{one.id}.home": one.home for one in self.characters}
        used |= {
            f"characters.{one.id}.routine": habit.place for one in self.characters for habit in one.routine if habit.place not in known
        }
        used |= {f"events.{at}.place": one.place for at, one in enumerate(self.events)}
        if wrong := [f"{where}: there is no place {place!r}" for where, place in used.items() if place not in known]:
            raise ValueError("; ".join(wrong))
        if homeless := [one.id for one in self.characters if not one.home]:
            raise ValueError(f"characters.{homeless[0]}.home: it needs a place")
        return self

    @property
    def zone(self) -> ZoneInfo:
        return zone_named(self.timezone)

    @property
    def begin(self) -> datetime:
        """When it begins, aware."""
        return self.moment(self.begins)

    @property
    def end(self) -> datetime:
        """When it ends, aware."""
        return self.moment(self.ends)

    @property
    def step(self) -> timedelta:
        """How far apart the moments of the clock are."""
        return timedelta(minutes=self.minutes_a_step)

    def moment(self, written: datetime) -> datetime:
        """A moment of the file; without an offset it is on the world's clocks."""
        return written if written.tzinfo else written.replace(tzinfo=self.zone)

    def yesterday(self, person: Person) -> list[Stroke]:
        """What somebody did the day before.

        Raises:
            ValueError: Something does not end after it begins.
        """
        day = self.begin.date() - timedelta(days=1)
        spans = [(habit, clock_span(day, habit.begins, habit.ends, self.zone)) for habit in person.routine]
        if wrong := [habit for habit, span in spans if span is None]:
            raise ValueError(f"characters.{person.id}.routine: {wrong[0].what!r} does not end after it begins")
        return [Stroke(habit.what, span, habit.place) for habit, span in spans if span]

    def person(self, id: str) -> Person:
        """The character of an id."""
        return next(one for one in self.characters if one.id == id)

    def others(self, id: str) -> list[Person]:
        """All characters but one."""
        return [one for one in self.characters if one.id != id]


def check_tree(tree: object) -> None:
    """Whether it is a tree of names.

    Raises:
        ValueError: It is not.
    """
    if not isinstance(tree, dict):
        raise ValueError("a place holds an object of places, {} where there are none")
    for name, inside in tree.items():
        if not name.strip():
            raise ValueError("a place needs a name")
        check_tree(inside)


def read_scenario(file: Path) -> Scenario:
    """The world that a file tells of.

    Raises:
        InputError: It cannot be read, or does not tell of a world.
    """
    try:
        return scenario_in(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: {error}.", "Name a JSON file; docs/simulation.md says what stands in it.") from error


def scenario_in(text: str, named: str) -> Scenario:
    """The world that a text tells of.

    Raises:
        InputError: It does not tell of a world; said with the place in the text.
    """
    try:
        return Scenario.model_validate_json(text)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        told = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg'].removeprefix('Value error, ')}" for one in problems[:5]
        )
        raise InputError(f"{named} tells of no world: {told}.", "docs/simulation.md says what stands in such a file.") from error
