"""Small worlds for tests: a mill, an inn and a barn, and news that travels between them."""

import json
from typing import Any

from graph.simulation.scenario import Scenario, scenario_in

WHEEL = "The mill wheel broke."


def lives(id: str, *strokes: tuple[str, str, str, str], home: str = "cave", **more: Any) -> dict[str, Any]:
    """A character, with what it did the day before."""
    routine = [{"from": begins, "to": ends, "what": what, "place": place} for begins, ends, what, place in strokes]
    return {"id": id, "name": id.capitalize(), "home": home, "routine": routine, **more}


def village(**changes: Any) -> dict[str, Any]:
    """Ada sees the wheel break and meets Bo at nine, who meets Cy at half past; Dan stays in his cave."""
    told: dict[str, Any] = {
        "name": "village",
        "seed": 1,
        "begins": "2026-05-08T08:00",
        "ends": "2026-05-08T10:00",
        "places": {"mill": {"loft": {}}, "inn": {}, "barn": {}, "cave": {}},
        "characters": [
            lives("ada", ("07:00", "09:00", "grind flour", "loft"), ("09:00", "11:00", "drink tea", "inn")),
            lives("bo", ("07:00", "08:20", "sleep", "inn"), ("08:20", "09:30", "sweep", "inn"), ("09:30", "11:00", "feed hens", "barn")),
            lives("cy", ("07:00", "11:00", "milk cows", "barn")),
            lives("dan", ("07:00", "11:00", "carve spoons", "cave")),
        ],
        "events": [{"at": "2026-05-08T08:10", "place": "mill", "what": WHEEL}],
    }
    return {**told, **changes}


def world_of(**changes: Any) -> Scenario:
    """The same, as it is read."""
    return scenario_in(json.dumps(village(**changes)), "village.json")
