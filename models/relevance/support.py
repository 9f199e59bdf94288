"""What speaks for a candidate, or against it, beside what the head weighs: where several messages of a talk probably answer, each of them
does; what was said on the very day that is asked about; and what room it takes in the prompt."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stores.ranking import Candidate

NEAR = 4.0  # messages; at this distance another one counts 1/e
WORTH = 0.5  # of the logarithm of its support, added to its own log-odds
ON_THE_DAY = 2.0  # added to the log-odds of what was said on the day that the query names
SHORT = 80  # bytes, some twenty tokens; nothing is won by taking what is shorter
ROOM = 0.5  # taken off the log-odds for each logarithm of the length beyond: of two that tell about as much the shorter one is taken
SURE = 1e-9  # nothing is surer, so that logarithms are finite

Floats = NDArray[np.float64]


def support_of(candidates: Sequence[Candidate], probabilities: Floats) -> Floats:
    """How probably a candidate answers, or another message of the same session and role near it: 1 - prod (1 - p)^exp(-distance / NEAR).

    Of the same role, for what an assistant says follows each question of the user's, whether it answers anything or not. What is no message
    has but its own probability.
    """
    places: dict[object, int] = {}
    talks = [
        (one.thread_id, one.session_id, one.role == "assistant") if one.kind == "turn" else number
        for number, one in enumerate(candidate.record for candidate in candidates)
    ]
    talk = np.array([places.setdefault(one, len(places)) for one in talks])
    ordinal = np.array([one.record.ordinal for one in candidates], np.float64)
    counts = np.where(talk[:, None] == talk, np.exp(-np.abs(ordinal[:, None] - ordinal) / NEAR), 0.0)
    found: Floats = -np.expm1(counts @ np.log1p(-bounded(probabilities)))
    return found


def room_of(candidates: Sequence[Candidate]) -> Floats:
    """The natural logarithm of how many times as long as a short one a record is; 0 for short ones."""
    lengths = np.array([len(one.record.text.encode()) for one in candidates], np.float64)
    found: Floats = np.log(np.maximum(lengths, SHORT) / SHORT)
    return found


def supported(probabilities: Floats, support: Floats, on_the_day: Floats, room: Floats) -> Floats:
    """The log-odds of a candidate with its support (Diaz 2005: scores are smoothed over what belongs together), with its day, where that is
    asked for, and with the room that it takes."""
    own = bounded(probabilities)
    found: Floats = np.log(own / (1 - own)) + WORTH * np.log(support) + ON_THE_DAY * on_the_day - ROOM * room
    return found


def handed_out(probabilities: Floats, standing: Floats) -> Floats:
    """The same probabilities, handed out anew: the highest to the candidate that stands best.

    So the best score says as much as before of how probably anything answers.
    """
    order = np.argsort(-standing, kind="stable")
    handed = np.empty_like(probabilities)
    handed[order] = np.sort(probabilities)[::-1]
    return handed


def bounded(probabilities: Floats) -> Floats:
    """Neither 0 nor 1."""
    return np.clip(probabilities, SURE, 1 - SURE)
