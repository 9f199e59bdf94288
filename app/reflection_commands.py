"""The commands about reflection: reflect now, and look at what was understood."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text
from rich.tree import Tree

from app.console import counted, out, print_json, print_table, verbatim
from app.contexts import context_from
from app.options import CharacterOption, JsonOption, UserNameOption, UserOption, ZoneOption
from app.turns import shortened
from stores.errors import ModelAnswerUnusable

if TYPE_CHECKING:
    from app.reflections import Reflections
    from stores.record import MemoryRecord

WIDEST = 160  # letters of a remembered text in a tree


def reflect(
    user: UserOption = "me",
    character: CharacterOption = "mneme",
    user_name: UserNameOption = "",
    timezone: ZoneOption = "",
    anyway: Annotated[bool, typer.Option("--anyway", help="Also where too little is new.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Look back on what is new, where enough has added up, and keep the insights that it bears out."""
    from graph.assembly import open_memory
    from graph.reflection import reflection_graph

    context = context_from(user, character, "", "", user_name, timezone, "en", "local", "commitments")
    with open_memory() as memory:
        graph = reflection_graph().compile(store=memory)
        done = graph.invoke({"anyway": anyway}, context=context)["reflection"]
    if "failed" in done:
        raise ModelAnswerUnusable(f"Nothing was kept: {done['failed']}", "Try again later, with --anyway where nothing was said since.")
    if as_json:
        print_json({"drawn": [], "dropped": [], **done} if done["due"] else done)
        return
    if not done["due"]:
        out.print(f"{why_not_due(done['importance'], context.reflect_at)} To reflect all the same: --anyway.")
        return
    print_done(done)


def print_done(done: dict[str, Any]) -> None:
    """What a reflection kept, and what it did not, with the reasons."""
    if not done["questions"]:
        local = " The local mind asks only about what comes back on several days." if done["mind"] == "local" else ""
        out.print(f"Looked back: nothing raised a question.{local}")
        return
    told = [f"{counted(len(done['kept']), 'insight', 'insights')} kept", f"{len(done['strengthened'])} strengthened"]
    out.print(f"{', '.join(told)}, {len(done.get('dropped', []))} dropped. See mneme reflections --tree.")
    for one in done.get("dropped", []):
        why = ": ".join(filter(None, (one["why"], one.get("detail", ""))))
        out.print(Text(verbatim(f"  dropped, {why}: {shortened(one['text'])}"), style="dim"))


def why_not_due(importance: float, enough: float) -> str:
    """Why there is no reflection: too little is new, altogether or since one failed."""
    if importance < enough:
        return f"Nothing to reflect on yet: {importance:g} of {enough:g}."
    return f"The last reflection failed, and too little is new since to try again: {importance:g} of {enough:g} in all."


def reflections(
    user: UserOption = "me",
    tree: Annotated[bool, typer.Option("--tree", help="With what each insight rests on.")] = False,
    as_json: JsonOption = False,
) -> None:
    """What was understood of you, newest first."""
    from app.reflections import depth_of, drawn_times, insight_document, reflections_of
    from graph.assembly import open_memory

    with open_memory() as memory:
        found = reflections_of(memory, user)
    if as_json:
        print_json([insight_document(one) for one in found.insights])
        return
    if not found.insights:
        out.print(Text(verbatim(f"Nothing was concluded about {user} yet.")))
        return
    if tree:
        out.print(tree_of(found, user))
    else:
        rows = [
            (one.id[:8], f"{one.said_at:%Y-%m-%d %H:%M}", f"{depth_of(one)}", f"{one.importance or 0:g}", f"{drawn_times(one)}", one.text)
            for one in found.insights
        ]
        title = f"{counted(len(rows), 'insight', 'insights')} into {user}"
        print_table(title, ("id", "concluded (UTC)", "depth", "importance", "times", "insight"), rows)
    out.print(Text(summary_of(found), style="dim"))


def summary_of(found: "Reflections") -> str:
    """How many reflections there were, and what they dropped."""
    dropped = ", ".join(f"{count} {why}" for why, count in found.dropped.items())
    return f"{counted(found.times, 'reflection', 'reflections')}; not kept: {dropped or 'nothing'}."


def tree_of(found: "Reflections", user: str) -> Tree:
    """Every insight that no other rests on, with all that it rests on below it."""
    root = Tree(Text(verbatim(f"What was understood of {user}")), guide_style="dim")
    for insight in found.tops:
        grow(root, insight, found)
    return root


def grow(tree: Tree, record: "MemoryRecord", found: "Reflections") -> None:
    """Add a record to a tree, and what it rests on; no insight rests on itself, for each cites only what was there before."""
    told = f"{record.said_at:%Y-%m-%d} {record.id[:8]} "
    if record.kind != "reflection":
        speaker = f"{record.speaker}: " if record.speaker else ""
        tree.add(Text(told, style="dim").append(verbatim(f"{speaker}{shortened(record.text, WIDEST)}"), style="not dim"))
        return
    branch = tree.add(Text(told, style="dim").append(verbatim(record.text), style="not dim bold"))
    for one in found.beneath(record):
        grow(branch, one, found)


REFLECTION = (reflect, reflections)
