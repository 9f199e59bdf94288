"""The options that several commands share."""

from typing import Annotated, Literal

import typer

UserOption = Annotated[str, typer.Option("--user", "-u", metavar="ID", envvar="MNEME_USER", help="Whose memory it is.")]
CharacterOption = Annotated[str, typer.Option("--character", metavar="ID", help="The character who answers.")]
ThreadOption = Annotated[str, typer.Option("--thread", "-t", metavar="ID", help="The conversation that goes on.")]
NewThreadOption = Annotated[str, typer.Option("--thread", "-t", metavar="ID", help="The conversation that goes on; else a new one.")]
NowOption = Annotated[str, typer.Option("--now", metavar="ISO", help="The moment, where it is not now: 2026-05-07T09:30:00+02:00.")]
LocationOption = Annotated[str, typer.Option("--location", metavar="PLACE", help="Where the character is.")]
UserNameOption = Annotated[str, typer.Option("--user-name", metavar="NAME", help="What the user is called.")]
ZoneOption = Annotated[
    str, typer.Option("--timezone", metavar="ZONE", envvar="MNEME_TIMEZONE", help="The user's time zone; else the machine's.")
]
LocaleOption = Annotated[
    str, typer.Option("--locale", metavar="NAME", envvar="MNEME_LOCALE", help="The language of dates: en, ko, ja, de, ...")
]
Router = Literal["local", "model", "cascade"]
RouterOption = Annotated[
    Router,
    typer.Option(
        "--router",
        envvar="MNEME_ROUTER",
        help="Who decides what a turn needs: a small head, the mind, or the mind where the head is not sure.",
    ),
]
Plans = Literal["off", "commitments", "days"]
PlansOption = Annotated[
    Plans,
    typer.Option(
        "--plans", envvar="MNEME_PLANS", help="What is planned: nothing, commitments that are heard, or the character's days as well."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def local_zone(name: str) -> str:
    """The time zone of that name, or the machine's."""
    from tzlocal import get_localzone_name

    return name or get_localzone_name() or "UTC"
