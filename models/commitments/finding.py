"""Finds commitments in what was said, in English, Korean and Japanese, without a language model."""

from datetime import datetime

from models.commitments import english, japanese, korean
from models.commitments.commitment import Commitment, Party
from models.times import zone_named


def commitments_in(text: str, said_at: datetime, timezone: str, speaker: Party = "user") -> list[Commitment]:
    """The commitments in what somebody said, in the order of the words.

    Args:
        text: What was said.
        said_at: When, with a time zone.
        timezone: The user's, which all times are in.
        speaker: Who said it: whose "I" it is.

    Raises:
        InputError: There is no such time zone.
    """
    here = said_at.astimezone(zone_named(timezone))
    language = japanese if japanese.is_written_in(text) else korean if korean.is_written_in(text) else english
    return language.commitments_in(text, here, speaker)


def tells_a_time(text: str, said_at: datetime, timezone: str) -> bool:
    """Whether something in the words names a time from `said_at` on, so that it is worth asking a mind for commitments.

    Raises:
        InputError: There is no such time zone.
    """
    here = said_at.astimezone(zone_named(timezone))
    language = japanese if japanese.is_written_in(text) else korean if korean.is_written_in(text) else english
    return language.tells_a_time(text, here)
