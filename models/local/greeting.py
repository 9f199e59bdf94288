"""Speaking to somebody without a language model: to tell what is remembered and they do not know, in its own words."""

import re

from models.local import wording
from models.local.questions import act_of
from models.local.sentences import sentences
from models.mind import Greeting, GreetRequest, Memory, Moment
from models.times import zone_named

NOON, EVENING = 12, 18
REPORTED = re.compile(r"^(?P<who>[^:“”]+?) told (?P<whom>[^:“”]+): “(?P<what>.+)”$", re.DOTALL)


def greeting(request: GreetRequest) -> Greeting:
    """Tells the newest of what the other does not know; where there is nothing, nothing is said."""
    if not request.news:
        return Greeting(False, why=wording.NOTHING_TO_TELL)
    told = retold(request.news[-1], request.character.name)
    words = wording.OPENING.format(part=part_of_day(request.moment), name=request.user_name, news=told)
    return Greeting(True, words, tells=(len(request.news),))


def retold(news: Memory, me: str) -> str:
    """What was seen, as it is remembered; what somebody said as their words, without the greeting before them."""
    if news.role != "user":
        return news.text
    said = ungreeted(news.text)
    if known := REPORTED.match(said):
        whom = news.speaker if known["whom"] == "me" else known["whom"]
        return wording.TOLD.format(who="I" if known["who"] == me else known["who"], whom=whom, what=known["what"])
    return wording.TOLD_ME.format(who=news.speaker, what=said)


def ungreeted(text: str) -> str:
    """The text without a greeting that it begins with, where there is more."""
    first, *rest = sentences(text)
    return text.partition(first)[2].strip() if rest and act_of(first) == "greeting" else text


def part_of_day(moment: Moment) -> str:
    """What one wishes a good one of."""
    hour = moment.now.astimezone(zone_named(moment.timezone)).hour
    return "morning" if hour < NOON else "afternoon" if hour < EVENING else "evening"
