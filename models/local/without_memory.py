"""What can be told without any memory: who and where one is, what day it is, and since when they talk."""

import re
from datetime import datetime, timedelta

from models.agenda import clock_told
from models.local.happened import WEEKDAYS
from models.local.wording import ENGLISH, JAPANESE, JUST_BEGUN, KOREAN, LAST_TALKED, NEVER_TALKED, TALKING_SINCE, Talk
from models.mind import AnswerRequest, Moment
from models.times import ago, date_in_words, here_and_now

WEEKDAY = "|".join(WEEKDAYS)
KOREAN_ENDS = r"(?:이야|야|이지|지|이니|니|이죠|죠|이에요|예요|인가요?|입니까|인지|돼|되나요?|됐어|이더라|더라)?"
JAPANESE_ENDS = r"(?:です|でした|だ|だっけ|でしたっけ)?(?:か|かな|の|っけ)?"


def whole(*asked: str, ends: str = "") -> re.Pattern[str]:
    """Nothing but one of these questions, in whatever form it ends."""
    return re.compile(rf"^\W*(?:{'|'.join(asked)})\s?{ends}[\s?\uff1f!.。]*$", re.IGNORECASE)


# By the language, for it need not show in the letters: 今何時 has none that only Japanese has.
ABOUT_ITSELF: tuple[tuple[Talk, re.Pattern[str]], ...] = (
    (
        ENGLISH,
        re.compile(
            r"\b(?:who are you|what(?:'s| is) your name|what can you do|are you (?:an? )?(?:ai|bot|human|person|language model))\b", re.I
        ),
    ),
    (
        KOREAN,
        whole(
            r"(?:너는?|넌|당신은?)\s?(?:대체\s?)?(?:누구|뭐)",
            r"(?:네|니|너의|당신의?)\s?이름[이은]?\s?뭐",
            r"(?:(?:너는?|넌|당신은?)\s?)?(?:뭐|뭘|무엇을)\s?할\s?수\s?있(?:어|니|나|나요|어요|습니까)",
            ends=KOREAN_ENDS,
        ),
    ),
    (
        JAPANESE,
        whole(
            r"(?:あなた|君|きみ)(?:は|って)?(?:誰|だれ|何者)",
            r"(?:あなた|君|きみ)の名前は(?:何|なに|なん)?",
            r"(?:(?:あなた|君|きみ)(?:は|には))?(?:何|なに)が(?:できる|出来る|できます|出来ます)",
            ends=JAPANESE_ENDS,
        ),
    ),
)
WHERE_IT_IS = re.compile(r"\bwhere are you(?: now| right now)?\s*\?*$", re.I)
WHAT_DAY: tuple[tuple[Talk, re.Pattern[str]], ...] = (
    (
        ENGLISH,
        whole(
            r"what(?:['\u2019]?s| is)? (?:the )?(?:day|date|time)(?: is it| today)?(?: today| now| is it)*",
            r"what(?:['\u2019]s| is) (?:today|(?P<near>today|tomorrow)['\u2019]s (?:date|day))",
            r"(?:what|which) (?:day|date)(?: of the week)? (?:is|is it|was|was it|will it be) (?P<then>today|tomorrow|yesterday)",
            r"what(?:['\u2019]s| is| was) the (?:date|day) (?P<day>tomorrow|yesterday)",
            r"(?:what|which) (?:year|month|day of the week|weekday) is it(?: now| today)?",
            rf"is (?:it|today)(?: already| still)? (?P<weekday>{WEEKDAY})(?: today| already| yet| now)?",
        ),
    ),
    (ENGLISH, re.compile(r"\bwhat time is it\b", re.I)),
    (
        KOREAN,
        whole(
            r"(?P<near>오늘|내일|어제|모레)?[은이]?\s?(?:날짜[가는]?\s?)?(?:며칠|몇\s?일|무슨\s?요일|몇\s?월\s?며칠)",
            r"(?:지금|현재)?\s?(?:시간|시각)?[은이]?\s?몇\s?시",
            r"(?:지금|올해[는가]?)\s?몇\s?(?:년도?|월)",
            r"오늘\s?날짜[가는]?\s?(?:뭐|언제|어떻게)",
            ends=KOREAN_ENDS,
        ),
    ),
    (
        JAPANESE,
        whole(
            r"(?P<near>今日|きょう|明日|あした|昨日|きのう|明後日)(?:は|って)?(?:何月何日|何日|何曜日|なんにち|なんようび)",
            r"(?:今|いま|現在)(?:は|の時間は)?(?:何時|なんじ|何年|何月)",
            r"今年は何年|今日の(?:日付|曜日)(?:は|って)?(?:何|なに|いつ)?",
            ends=JAPANESE_ENDS,
        ),
    ),
)
AWAY = {
    "tomorrow": 1, "yesterday": -1, "내일": 1, "모레": 2, "어제": -1, "明日": 1, "あした": 1, "明後日": 2, "昨日": -1, "きのう": -1,
}  # fmt: skip
WHEN_LAST = re.compile(
    r"\bwhen did we last (?:talk|speak|chat|meet)\b|\bwhen was our (?:last|previous) (?:talk|chat|conversation|session)\b"
    r"|\bhow long (?:is it|has it been|ago was it) since we (?:last )?(?:talked|spoke|chatted)\b"
    r"|\bhow long ago did we (?:last )?(?:talk|speak|chat)\b",
    re.I,
)
HOW_LONG_NOW = re.compile(
    r"\bhow long have we been (?:talking|chatting|at this)\b|\bwhen did (?:this|our) (?:session|conversation|chat) (?:begin|start)\b", re.I
)


def told_without_memory(request: AnswerRequest) -> str:
    """The answer to a question of this kind; empty where it is none."""
    words, moment, character = request.words, request.moment, request.character
    for talk, asked in ABOUT_ITSELF:
        if asked.search(words):
            return talk.who_i_am.format(name=character.name)
    if WHERE_IT_IS.search(words) and character.location:
        return f"I am in {character.location}."
    for talk, asked in WHAT_DAY:
        if found := asked.search(words):
            return _day_asked(found, talk, moment)
    if WHEN_LAST.search(words):
        return _talked(moment.last_session_ended_at, moment, LAST_TALKED, NEVER_TALKED)
    if HOW_LONG_NOW.search(words):
        return _talked(moment.session_began_at, moment, TALKING_SINCE, JUST_BEGUN)
    return ""


def _day_asked(found: re.Match[str], talk: Talk, moment: Moment) -> str:
    """What day and what time it is, whether it is the day that is named, or what day the one before or after is."""
    said = {name: value.lower() for name, value in found.groupdict().items() if value}
    if away := AWAY.get(said.get("near") or said.get("then") or said.get("day") or "", 0):
        day = date_in_words(here_and_now(moment) + timedelta(days=away), moment.timezone, talk.locale)
        return talk.another_day.format(day=day)
    here = Moment(moment.now, moment.timezone, talk.locale)
    now = talk.it_is.format(
        day=date_in_words(moment.now, moment.timezone, talk.locale), clock=clock_told(moment.now, here), zone=moment.timezone
    )
    if "weekday" not in said:
        return now
    return f"{'Yes' if WEEKDAYS[here_and_now(moment).weekday()].lower() == said['weekday'] else 'No'}. {now}"


def _talked(then: datetime | None, moment: Moment, told: str, never: str) -> str:
    """A moment of the conversation in words; another sentence where there is none."""
    if then is None or then >= moment.now:
        return never
    return told.format(ago=ago(then, moment.now, "en", moment.timezone), day=date_in_words(then, moment.timezone))
