"""Commitments in Korean sentences."""

from datetime import datetime

from models.commitments.commitment import Commitment, Party


def is_written_in(text: str) -> bool:
    """Whether the text is in this language."""
    raise NotImplementedError


def commitments_in(text: str, here: datetime, speaker: Party) -> list[Commitment]:
    """The commitments in the text, said at the moment `here` in the user's zone."""
    raise NotImplementedError


def tells_a_time(text: str, here: datetime) -> bool:
    """Whether something in the words names a time from `here` on."""
    raise NotImplementedError
