"""The commands about planning: what is coming up, plan now, and an event for the agent."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from app.console import counted, out, print_json, print_table, verbatim
from app.contexts import context_from
from app.noted import print_noted
from app.options import (
    CharacterOption,
    JsonOption,
    LocaleOption,
    LocationOption,
    NowOption,
    PlansOption,
    ThreadOption,
    UserNameOption,
    UserOption,
    ZoneOption,
)
from app.turns import noted_in
from stores.errors import InputError, ModelAnswerUnusable

if TYPE_CHECKING:
    from app.plans import Planned
    from models.mind import Moment
    from nodes.context import Context
    from nodes.state import Planning

COLUMNS = ("id", "when", "kind", "whose", "from", "what")


def plans(
    user: UserOption = "me",
    day: Annotated[str, typer.Option("--day", metavar="DAY", help="Only what lies on this day: 2026-05-08.")] = "",
    week: Annotated[bool, typer.Option("--week", help="Only what lies on today and the six days after.")] = False,
    past: Annotated[bool, typer.Option("--past", help="Also what is over, is done, was moved or cancelled, and by which words.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Also the characters' own days: strokes, hours and steps.")] = False,
    now: NowOption = "",
    timezone: ZoneOption = "",
    locale: LocaleOption = "en",
    as_json: JsonOption = False,
) -> None:
    """What is coming up: appointments, promises and deadlines that were heard, the next first."""
    from app.plans import lies_on, plan_document, plans_of
    from graph.assembly import open_memory
    from models.mind import Moment
    from nodes.context import check_usable

    context = context_from(user, "mneme", now, "", "", timezone, locale, "local", "commitments")
    check_usable(context)
    moment = Moment(context.moment(), context.timezone, locale)
    zone = ZoneInfo(context.timezone)
    days = days_asked(day, moment.now.astimezone(zone).date(), week=week)
    with open_memory() as memory:
        found = plans_of(memory, user, moment.now, past=past)
    wanted = [one for one in found if every or one.item.level == "commitment"]
    shown = [one for one in wanted if (lies_on(one, days, zone) if days else past or one.became == "planned")]
    if as_json:
        print_json([plan_document(one, zone) for one in shown])
    else:
        print_plans(shown, moment, user, day or ("the next seven days" if week else ""))


def days_asked(day: str, today: date, *, week: bool) -> list[str]:
    """The days, in ISO form, that were asked for; none where no day was.

    Raises:
        InputError: It is no day, or a day and a week are asked for.
    """
    if day and week:
        raise InputError("A day and a week are asked for at once.", "Give --day or --week.")
    if not day:
        return [(today + timedelta(days=ahead)).isoformat() for ahead in range(7)] if week else []
    try:
        return [date.fromisoformat(day).isoformat()]
    except ValueError as error:
        raise InputError(f"{day!r} is no day.", "Write it as 2026-05-08.") from error


def print_plans(shown: list["Planned"], moment: "Moment", user: str, when: str) -> None:
    """What is planned as a table; below what is no more to come, what became of it."""
    from app.plans import what_became, whose
    from models.agenda import when_planned

    told = f" for {when}" if when else ""
    if not shown:
        out.print(Text(verbatim(f"Nothing of {user}'s is planned{told}.")))
        return
    rows = [
        (
            one.item.id[:8],
            when_planned(one.item, moment),
            one.item.kind or one.item.level,
            whose(one, user),
            ", ".join(id[:8] for id in one.record.derived_from),
            "\n".join(filter(None, (one.item.what, what_became(one, moment)))),
        )
        for one in shown
    ]
    print_table(f"{counted(len(rows), 'plan', 'plans')} of {user}{told}", COLUMNS, rows)


def plan(
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    days: Annotated[bool, typer.Option("--days", help="Also the character's day: outline it, and break down what is done now.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Also where nothing asks for it.")] = False,
    now: NowOption = "",
    user_name: UserNameOption = "",
    timezone: ZoneOption = "",
    locale: LocaleOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Look ahead now: note the commitments in what was said since the last time and, with --days, plan the character's day."""
    from graph.assembly import open_memory
    from graph.planning import planning_graph

    context = context_from(user, character, now, "", user_name, timezone, locale, "local", "days" if days else "commitments")
    with open_memory() as memory:
        done = planning_graph().compile(store=memory).invoke({"anyway": anyway}, context=context)["planning"]
    if "failed" in done:
        raise ModelAnswerUnusable(f"Nothing was kept: {done['failed']}", "Try again later: what asked for a plan still does.")
    if as_json:
        print_json(done)
    elif not done["due"]:
        out.print("Nothing to plan: nothing was said since the last time that tells a time. To plan all the same: --anyway.")
    else:
        print_done(done, context)


def print_done(done: "Planning", context: "Context") -> None:
    """What a planning kept, and what it left out."""
    noted, day, parts = noted_in(done), done["day"], done["parts"]
    out.print(f"{counted(len(noted), 'commitment', 'commitments')} noted.")
    print_noted(noted, context)
    for what, told in (("The day", day), ("What is done now", parts)):
        if told:
            out.print(f"{what}, in {counted(len(told), 'part', 'parts')}:")
            print_strokes(told, ZoneInfo(context.timezone))
    if left_out := done.get("left_out", ""):
        out.print(Text(verbatim(f"Left out: {left_out}"), style="dim"))


def print_strokes(told: list[dict[str, Any]], zone: ZoneInfo) -> None:
    """The strokes of a plan, one a line, with the clock's times."""
    for one in told:
        times = [f"{datetime.fromisoformat(one[name]).astimezone(zone):%H:%M}" for name in ("start", "end")]
        place = f" ({one['place']})" if one["place"] else ""
        out.print(Text(verbatim(f"  {times[0]} to {times[1]}  {one['what']}{place}"), style="dim"))


def observe(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What happens, as the character perceives it.")],
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    thread: ThreadOption = "main",
    now: NowOption = "",
    location: LocationOption = "",
    user_name: UserNameOption = "",
    timezone: ZoneOption = "",
    locale: LocaleOption = "en",
    plans: PlansOption = "commitments",
    as_json: JsonOption = False,
) -> None:
    """Let the character observe an event: it is remembered and needs no answer. With --plans days it can change the character's day."""
    from app.turns import observe as take
    from app.turns import observed_report
    from graph.assembly import open_agent

    if not text.strip():
        raise InputError("There is nothing to observe: the text is blank.", "Say what happens.")
    context = context_from(user, character, now, location, user_name, timezone, locale, "local", plans)
    with open_agent() as agent:
        report = observed_report(take(agent, text, context, thread), thread)
    if as_json:
        print_json(report)
        return
    stored = report["stored"][0]
    out.print(f"Observed: {stored['outcome']} {stored['id'][:8]}{'; planning is due' if report['planning_due'] else ''}.")
    print_noted(report["noted"], context)


PLANNING = (plans, plan, observe)
