"""Times in Korean sentences: which words name one, and what moment that is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import cast
from zoneinfo import ZoneInfo

from models.commitments.calendar import (
    at,
    day_of_month,
    day_of_year,
    days_of_week,
    end_of_month,
    midnight,
    next_weekday,
    weekday_of_week,
)

WEEKDAYS = "월화수목금토일"
COUNTS = "한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 열한 열두"
DAY_COUNTS = "하루 이틀 사흘 나흘 닷새 엿새 이레 여드레 아흐레 열흘"
NATIVE = {word: number for words in (COUNTS, DAY_COUNTS) for number, word in enumerate(words.split(), start=1)} | {"보름": 15}
SINO = {word: number for number, word in enumerate("일이삼사오육칠팔구", start=1)}
NEAR_DAYS = {
    "오늘": 0,
    "금일": 0,
    "이따": 0,
    "이따가": 0,
    "내일": 1,
    "낼": 1,
    "명일": 1,
    "모레": 2,
    "내일모레": 2,
    "낼모레": 2,
    "글피": 3,
    "그글피": 4,
}
HOLIDAYS = {
    "신정": (1, 1),
    "삼일절": (3, 1),
    "어린이날": (5, 5),
    "어버이날": (5, 8),
    "스승의 날": (5, 15),
    "현충일": (6, 6),
    "제헌절": (7, 17),
    "광복절": (8, 15),
    "개천절": (10, 3),
    "한글날": (10, 9),
    "크리스마스이브": (12, 24),
    "크리스마스 이브": (12, 24),
    "크리스마스": (12, 25),
    "성탄절": (12, 25),
}
FORENOON, AFTERNOON, NIGHT = {"오전", "아침", "새벽"}, {"오후", "저녁", "낮", "한낮", "대낮", "점심"}, {"밤", "한밤"}

_HOURS = "열한|열두|열|한|두|세|네|다섯|여섯|일곱|여덟|아홉"
_DAYS = "하루|이틀|사흘|나흘|닷새|엿새|이레|여드레|아흐레|열흘|보름"
_PART = "오전|오후|아침|점심|한낮|대낮|낮|저녁|한밤|밤|새벽"
_SINO = "[일이삼사오육칠팔구십]{1,4}"
_LATER = r"\s?(?:뒤|후|있다가?|이따가?|(?P<{0}>안에|안으로|이내|내로|내에))"
WEEK = re.compile(r"(?<!\w)(이번|요번|다다음|다담|다음|담)\s?주(?=에|의|엔|는|동안|중|까지|\s(?!\S요일|\S욜)|$|[?!.,])")
_WEEK = r"(?:이번|요번|다다음|다담|다음|담|돌아오는|오는)\s?주|금주|차주|내주"
_MONTH = r"(?:이번|요번|다다음|다음|담)\s?달|이달|내달|당월|익월"
# What makes a number of days a stretch of time and not a date.
_STRETCH = (
    r"\s?(?:간|동안|째|차|치|뒤|후|전|만에|이내|안|내내|내로|씩|정도|마다|이나|밖에|넘|이상|짜리|연속|걸|남|지나|지났|쉬|요|에\s?한|권|당)"
)
_HOUR_ENDS = r"(?=[\s\d.,!?~–:()/\-]|$|[반에부까쯤경정이로고라야입예인임전면는은가도만께니래였엔즈무와랑의든를넘밖나])"
_HALF_ENDS = r"(?=[\s.,!?~–()/\-]|$|[에쯤까부경이으정예야인임입라로고면])"

# What an atom can begin with: a look at one letter spares trying them all.
_FIRST = (
    "가개격같광구그금글나낮낼내네다닷담당대돌두매명모목밤보사삼새성세수스시신십아어엊엿여열오올요월유육이익"
    "일자작재저전점정제주지차칠크토팔평하한현화말여덟아홉섯곱"
)

ATOM = re.compile(
    rf"""
    (?=[\d{_FIRST}])(?:
    (?P<void>지난\s?(?:주말|주|달|번|해)?(?:\s?[{WEEKDAYS}]요일)?|저번\s?(?:주|달)?(?:\s?[{WEEKDAYS}]요일)?|어제|어젯밤|엊그제|엊저녁|그저께|그제|작년|재작년|아까
        |(?:\d{{1,3}}|{_DAYS}|{_HOURS})\s?(?:일|주일?|달|개월|년|시간|분)?\s?전에?(?=[\s,.])
        |(?:매주|매달|매월|매년|격주로?|평일)(?:\s?\S{{0,6}}?요일)?|(?:[{WEEKDAYS}]요일|주말)마다|[{WEEKDAYS}]{{1,3}}수금|월수금|화목)
    |(?P<date>(?:(?P<year>20\d\d|내년|올해)\s?년?\s?)?(?:(?P<month>\d{{1,2}})\s?월\s?(?P<day>\d{{1,2}})(?:\s?일|(?=\s?[~–\-]\s?\d{{1,2}}일))
        |(?P<sino_month>[일이삼사오유육칠팔구시십]{{1,2}})\s?월\s?(?P<sino_day>{_SINO})\s?일(?!월|정)))
    |(?P<iso>20\d\d[-./]\s?\d{{1,2}}[-./]\s?\d{{1,2}}(?!\d))
    |(?P<slash>(?<![\d./])(?P<slash_month>\d{{1,2}})(?:/(?P<slash_day>\d{{1,2}})(?=에|까지|부터|로|\s?[~(]|\s?-\s?\d|\s?(?:{_PART}|\d{{1,2}}시|\d{{1,2}}:))
        |\.(?P<dot_day>\d{{1,2}})\.?(?=\s?\([{WEEKDAYS}]\))))
    |(?P<of_month>(?P<which_month>{_MONTH})\s?(?:(?P<of_month_day>\d{{1,2}})\s?일|(?P<month_end>말일|말(?=[\s에까])))|(?P<this_month_end>말일|월말))
    |(?P<weekend>(?:(?P<which_weekend>이번|요번|다다음|다음|담|오는|돌아오는)\s?(?:주\s?)?)?주말)
    |(?P<weekday>(?:(?:(?P<week>{_WEEK})|(?P<weeks_on>\d{{1,2}}|{_HOURS})\s?주\s?(?:뒤|후)(?:에)?|(?P<this>이번|요번|오는|돌아오는|다음))\s?)?
        (?P<weekday_name>[{WEEKDAYS}])(?:요일|욜)날?)
    |(?P<later>(?:(?P<later_days>\d{{1,3}}\s?일|{_DAYS})|(?P<later_weeks>\d{{1,2}}\s?주일?|일주일|(?:한|두|세|네)\s?주일?|이\s?주일?)
        |(?P<later_months>(?:\d{{1,2}}|한|두|세|네|다섯|여섯)\s?(?:개월|달)))(?:\s?정도)?{_LATER.format("within")})
    |(?P<moment>(?:(?P<hours>\d{{1,2}}|{_HOURS})\s?시간(?:\s?(?P<half_hour>반)|\s?(?P<more_minutes>\d{{1,2}}|{_SINO})\s?분)?
        |(?P<minutes>\d{{1,3}}|{_SINO})\s?분)(?:\s?정도|쯤)?{_LATER.format("within_hours")})
    |(?P<near>내일\s?모레|(?<![가-힣])낼\s?모레|이따가?(?!\s?금)|오늘|금일|내일|(?<![가-힣])낼|명일|모레|그글피|글피)
    |(?P<holiday>(?:{"|".join(HOLIDAYS)})(?=에|까지|날에|\s?(?:{_PART}|\d{{1,2}}시)))
    |(?P<told>(?:그\s)?(?P<beside>전날|다음\s?날|이튿날|당일|그날|같은\s날))
    |(?P<bare>(?<!박)(?<!박\s)(?<![\d가-힣.,/:])(?P<bare_day>\d{{1,2}})(?:일(?!{_STRETCH})|(?=\s?[~–\-]\s?\d{{1,2}}일(?!{_STRETCH}))))
    |(?P<clock>(?:(?P<part>{_PART})(?:에)?\s?)?
        (?:(?<![\d가-힣.,/])(?P<hour>\d{{1,2}}|{_HOURS})\s?시{_HOUR_ENDS}
            (?:\s?(?P<minute>\d{{1,2}}|{_SINO}(?=\s?분))\s?분(?P<before>\s?전(?=[\s,.에까]|$))?|\s?(?P<half>반){_HALF_ENDS})?(?:\s?정각)?
        |(?<![\d:])(?P<digits_hour>\d{{1,2}}):(?P<digits_minute>\d\d)(?![\d:])|(?<![\d가-힣.,/:])(?P<range_hour>\d{{1,2}})(?=\s?[~–\-]\s?\d{{1,2}}시(?!간))
        |(?P<meridiem_hour>\d{{1,2}})\s?(?P<meridiem>[AaPp])\.?[Mm]\b|(?P<noon>정오)|(?P<twelve>자정)))
    |(?P<part_only>(?:{_PART})(?=[\s에까부,]|$)))
    """,
    re.VERBOSE,
)
GAP = re.compile(r"(?:에는|에|의|은|는|엔)?\s?,?\s?(?:\([월화수목금토일]\)\s?)?")
ABSORBING = re.compile(r"(?:인|이자|의)?\s?\(?")
SPAN = re.compile(r"\s?(?:\([월화수목금토일]\))?\s?(?P<how>부터|에서|~|–|-)\s?")
SUFFIX = re.compile(
    r"(?:\([월화수목금토일]\))?\)?\s?(?:쯤|경|정도|께|즈음|무렵)?(?:\s?사이)?(?:에)?"
    r"(?:\s?(?P<due>전까지|까지|안에|안으로|이내|내로|전에|이전)|(?P<since>부터))?(?:에는|에|엔|는|라도|만|도|은|이|가)?(?![가-힣])"
)
ENDS_DUE = re.compile(r"\s?(?:쯤|경|정도)?\s?(?:(?P<due>전까지|까지)|(?P<since>부터))")
NIGHTS = re.compile(r"\s?\d{1,2}박\s?(\d{1,2})일")
MOST_ATOMS = 6
KIND_OF_ATOM = {"part_only": "part", "clock": "clock", "void": "void", "moment": "moment"}
EVENING = re.compile(
    r"저녁|회식|술|콘서트|공연|뮤지컬|오페라|연극|맥주|와인|소주|치맥|파티"
    r"|송년회|망년회|신년회|뒤풀이|야구|불꽃|심야|야근|퇴근|보자|만나|봐(?:요)?$|한잔"
)


@dataclass(frozen=True)
class TimePhrase:
    """Words that name a time.

    Attributes:
        begin: Where they begin in the text.
        stop: Where they end, with the particle behind them.
        start: The moment; None where it is past, comes again and again, or does not exist.
        end: Of a range of times, or the midnight after a range of days.
        all_day: No time of day was said.
        due: "By", "until", "within".
        since: "From then on", with no end.
        names_day: A day is among the words; else it was told before, or is today.
        spans: How a range's two ends are joined; "" where there is no range.
        clock: The time of day, as "15:00", where no day was told: as it is on a day to come.
    """

    begin: int
    stop: int
    start: datetime | None
    end: datetime | None = None
    all_day: bool = False
    due: bool = False
    since: bool = False
    names_day: bool = True
    spans: str = ""
    clock: str = ""


def time_phrases(text: str, here: datetime) -> list[TimePhrase]:
    """All time phrases of a text in order, also those that name no moment to come (their `start` is None)."""
    found: list[TimePhrase] = []
    told: date | None = None
    for group in _groups(text):
        reading = _Reading(text, here, told)
        phrase = reading.read(group)
        if phrase is None:
            continue
        found.append(phrase)
        if phrase.start and phrase.names_day:
            told = reading.day
    return found


def _groups(text: str) -> Iterator[list[re.Match[str]]]:
    """Atoms that stand together: a day, its part, the clock; or both ends of a range."""
    group: list[re.Match[str]] = []
    for atom in ATOM.finditer(text):
        if group and not _belongs(text[group[-1].end() : atom.start()], group, atom):
            yield group
            group = []
        group.append(atom)
    if group:
        yield group


def _belongs(gap: str, group: list[re.Match[str]], atom: re.Match[str]) -> bool:
    if len(gap) > 8 or len(group) == MOST_ATOMS:
        return False
    last, kinds = _kind(group[-1]), {_kind(each) for each in group}
    kind = _kind(atom)
    if "void" in kinds:
        of_year = group[0].group().startswith(("작년", "재작년", "지난", "저번"))
        return (kind in ("part", "clock") or (kind == "day" and of_year)) and GAP.fullmatch(gap) is not None
    if kind == last:
        return SPAN.fullmatch(gap) is not None or (kind == "day" and ABSORBING.fullmatch(gap) is not None)
    if last == "clock" and kind == "part":
        return False
    return kind not in kinds and kind in ("part", "clock") and "moment" not in kinds and GAP.fullmatch(gap) is not None


def _kind(atom: re.Match[str]) -> str:
    return KIND_OF_ATOM.get(str(atom.lastgroup), "day")


class _Reading:
    """Reads one group of atoms. `day` is the day that it names."""

    def __init__(self, text: str, here: datetime, told: date | None) -> None:
        self.text, self.here, self.told = text, here, told
        self.zone = cast(ZoneInfo, here.tzinfo)
        self.day: date | None = None

    def read(self, group: list[re.Match[str]]) -> TimePhrase | None:
        """The phrase; None where a part of the day stands alone."""
        by_kind: dict[str, list[re.Match[str]]] = {kind: [] for kind in ("void", "moment", "day", "part", "clock")}
        for atom in group:
            by_kind[_kind(atom)].append(atom)
        begin, stop = group[0].start(), group[-1].end()
        if by_kind["void"]:
            return TimePhrase(begin, stop, None)
        if by_kind["moment"]:
            return self._moment(by_kind["moment"][0])
        if not by_kind["day"] and not by_kind["clock"]:
            return None
        spans = self._spans(group)
        suffix = SUFFIX.match(self.text, stop) or ENDS_DUE.match(self.text, stop)
        stop = suffix.end() if suffix else stop
        start, end = self._times(by_kind, spans, stop)
        within = any(atom["within"] for atom in by_kind["day"])
        return TimePhrase(
            begin,
            stop,
            start,
            end,
            all_day=not by_kind["clock"],
            due=not spans and (within or bool(suffix and suffix["due"])),
            since=not end and bool(suffix and suffix["since"]),
            names_day=bool(by_kind["day"]),
            spans=spans,
            clock=self._clock(by_kind) if start and not self.day else "",
        )

    def _moment(self, atom: re.Match[str]) -> TimePhrase:
        minutes = 60 * _number(atom["hours"]) + _number(atom["more_minutes"]) + _number(atom["minutes"]) + 30 * bool(atom["half_hour"])
        start = (self.here.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(self.zone).replace(second=0, microsecond=0)
        self.day = start.date()
        return TimePhrase(atom.start(), atom.end(), start, due=bool(atom["within_hours"]), names_day=True)

    def _spans(self, group: list[re.Match[str]]) -> str:
        for one, other in pairwise(group):
            gap = SPAN.fullmatch(self.text[one.end() : other.start()])
            if gap and _kind(one) == _kind(other):
                return str(gap["how"])
        return ""

    def _times(self, by_kind: dict[str, list[re.Match[str]]], spans: str, stop: int) -> tuple[datetime | None, datetime | None]:
        days, clocks = by_kind["day"], by_kind["clock"]
        self.day = self._day(days[0], self.here.date()) if days else self.told
        if days and self.day is None:
            return None, None
        if not clocks:
            return self._whole_days(days, spans, stop)
        part = by_kind["part"][0].group() if by_kind["part"] else ""
        start = self._at(clocks[0], part)
        if start is None or not spans or len(clocks) < 2:
            return start, None
        return start, self._range_end(clocks[0], clocks[1], start)

    def _whole_days(self, days: list[re.Match[str]], spans: str, stop: int) -> tuple[datetime | None, datetime | None]:
        assert self.day is not None
        if self.day < self.here.date():
            return None, None
        last = self._day(days[1], self.day) if spans and len(days) > 1 else None
        nights = NIGHTS.match(self.text, stop)
        if nights:
            last = self.day + timedelta(days=max(1, int(nights[1])) - 1)
        elif days[0]["weekend"]:
            last = self.day + timedelta(days=1)
            if self.text.startswith("까지", days[0].end()):
                self.day = last
        end = midnight(last + timedelta(days=1), self.zone) if last and last > self.day else None
        return midnight(self.day, self.zone), end

    def _day(self, atom: re.Match[str], today: date) -> date | None:
        """The day that an atom names, counted from `today`: of a range's end that is its first day."""
        if atom["near"]:
            return self.here.date() + timedelta(days=NEAR_DAYS[atom["near"].replace(" ", "")])
        if atom["weekday"]:
            return _weekday(atom, today)
        if atom["weekend"]:
            return _weekend(atom["which_weekend"] or "", today)
        if atom["later"]:
            return _days_later(atom, today)
        if atom["told"]:
            return self._beside(atom["beside"])
        if atom["holiday"]:
            return day_of_year(today, *HOLIDAYS[atom["holiday"]])
        return _date(atom, today)

    def _beside(self, word: str) -> date | None:
        if self.told is None:
            return None
        return self.told + timedelta(days={"전날": -1, "다음 날": 1, "다음날": 1, "이튿날": 1}.get(word, 0))

    def _at(self, clock: re.Match[str], part: str) -> datetime | None:
        """The first such time to come on the day; where no day was said and today's is over, tomorrow's."""
        said_part = clock["part"] or part
        hour, minute = _hour(clock), _minutes(clock)
        if hour > 24 or minute > 59:
            return None
        day = self.day or self.here.date()
        options = [day] if self.day else [day, day + timedelta(days=1)]
        hours = _hours_of_day(said_part, hour, self._is_evening(clock))
        for each in options:
            for choice in hours if each == self.here.date() else hours[:1]:
                moment = at(each + timedelta(days=choice // 24), choice % 24, minute, self.zone)
                moment -= timedelta(minutes=2 * minute) if clock["before"] else timedelta()
                if moment >= self.here.replace(second=0, microsecond=0):
                    return moment
        return None

    def _clock(self, by_kind: dict[str, list[re.Match[str]]]) -> str:
        clock, part = by_kind["clock"][0], by_kind["part"][0].group() if by_kind["part"] else ""
        hour = _hours_of_day(clock["part"] or part, _hour(clock), self._is_evening(clock))[0]
        return f"{hour:02}:{_minutes(clock):02}" if hour < 24 and not clock["before"] else ""

    def _is_evening(self, clock: re.Match[str]) -> bool:
        return EVENING.search(self.text, max(0, clock.start() - 15), clock.end() + 20) is not None

    def _range_end(self, first: re.Match[str], second: re.Match[str], start: datetime) -> datetime | None:
        hour, minute = _hour(second), _minutes(second)
        if hour > 24 or minute > 59:
            return None
        choices = _hours_of_day(second["part"], hour, False) if second["part"] else [hour % 12, hour % 12 + 12, hour]
        for choice in sorted(choices):
            end = at(start.date() + timedelta(days=choice // 24), choice % 24, minute, self.zone)
            if end > start:
                return end
        return None


def _number(word: str | None) -> int:
    """A number in digits, native words (세, 사흘) or Sino-Korean ones (십오); 0 for none."""
    if not word:
        return 0
    if word.isdecimal():
        return int(word)
    if word in NATIVE:
        return NATIVE[word]
    tens, ten, ones = word.rpartition("십")
    return (SINO.get(tens[-1:], 1) * 10 if ten else 0) + SINO.get(ones[-1:], 0)


def _hour(clock: re.Match[str]) -> int:
    if clock["noon"] or clock["twelve"]:
        return 12 if clock["noon"] else 24
    if clock["meridiem"]:
        return int(clock["meridiem_hour"]) % 12 + 12 * (clock["meridiem"] in "Pp")
    return _number(clock["hour"] or clock["digits_hour"] or clock["range_hour"])


def _minutes(clock: re.Match[str]) -> int:
    return 30 if clock["half"] else _number(clock["minute"] or clock["digits_minute"])


def _hours_of_day(part: str, hour: int, evening: bool) -> list[int]:
    """The hour of 24 that is meant, the likeliest first; 24 and more is the night that follows."""
    if part in FORENOON and hour <= 12:
        return [hour % 12]
    if part in NIGHT and hour <= 12:
        return [hour + 12 if hour >= 5 else hour + 24]
    if part in AFTERNOON and hour < 12:
        return [hour if hour >= 10 and part in ("낮", "점심") else hour + 12]
    if part or not 1 <= hour <= 11:
        return [hour]
    return [hour + 12, hour] if hour <= 6 or (evening and hour <= 9) else [hour, hour + 12]


def _weekday(atom: re.Match[str], today: date) -> date:
    weekday = WEEKDAYS.index(atom["weekday_name"])
    if atom["week"]:
        return weekday_of_week(today, weekday, _weeks(atom["week"]))
    if atom["weeks_on"]:
        return weekday_of_week(today, weekday, _number(atom["weeks_on"]))
    if atom["this"] in ("이번", "요번") and today.weekday() == weekday:
        return today
    return next_weekday(today, weekday)


def week_told(text: str, today: date) -> list[date]:
    """The days of the week that a text names, as "이번 주에"; none where it names none."""
    found = WEEK.search(text)
    return days_of_week(today, _weeks(found[1])) if found else []


def _weeks(words: str) -> int:
    """How many weeks or months on: "this" is 0."""
    if words.startswith(("다다음", "다담")):
        return 2
    return int(words.startswith(("다음", "담", "차주", "내주", "내달", "익월")))


def _weekend(which: str, today: date) -> date:
    if which in ("다음", "담", "다다음"):
        return weekday_of_week(today, 5, _weeks(which))
    return today if today.weekday() == 5 else next_weekday(today, 5)


def _days_later(atom: re.Match[str], today: date) -> date | None:
    if atom["later_months"]:
        months = _number(re.sub(r"\s?(?:개월|달)", "", atom["later_months"]))
        return day_of_month(today, today.day, months) or end_of_month(today, months)
    if atom["later_weeks"]:
        return today + timedelta(weeks=_number(re.sub(r"\s?주일?$", "", atom["later_weeks"])) or 1)
    return today + timedelta(days=_number(re.sub(r"\s?일$", "", atom["later_days"])))


def _date(atom: re.Match[str], today: date) -> date | None:
    if atom["iso"]:
        return _exact(re.findall(r"\d+", atom["iso"]))
    if atom["date"]:
        month = _number((atom["month"] or atom["sino_month"]).replace("유", "육").replace("시", "십"))
        day = _number(atom["day"] or atom["sino_day"])
        if atom["year"] in (None, "올해"):
            return day_of_year(today, month, day)
        return _exact((today.year + 1 if atom["year"] == "내년" else atom["year"], month, day))
    if atom["slash"]:
        return day_of_year(today, int(atom["slash_month"]), int(atom["slash_day"] or atom["dot_day"]))
    if atom["of_month"]:
        months = _weeks(atom["which_month"] or "")
        if atom["of_month_day"]:
            return day_of_month(today, int(atom["of_month_day"]), months) if months else _this_month(today, int(atom["of_month_day"]))
        return end_of_month(today, months)
    return day_of_month(today, int(atom["bare_day"]))


def _this_month(today: date, day: int) -> date | None:
    return _exact((today.year, today.month, day))


def _exact(parts: Iterable[int | str]) -> date | None:
    year, month, day = (int(part) for part in parts)
    try:
        return date(year, month, day)
    except ValueError:
        return None
