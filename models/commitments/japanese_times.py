"""Time phrases in Japanese sentences: where they stand, and the moments that they name."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from models.commitments.calendar import at, day_of_month, day_of_year, days_of_week, end_of_month, midnight, next_weekday, weekday_of_week

MOST = 200  # words of time that are read in one text

WEEKDAYS = "月火水木金土日"
# Every wide sign becomes the narrow one of the same length, so that a place in the one text is that place in the other.
NARROW = str.maketrans("０１２３４５６７８９：（）／～〜－−，．？！　", "0123456789:()/~~--、.?! ")

NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
DAYS = {
    "今日": 0,
    "本日": 0,
    "きょう": 0,
    "明日": 1,
    "あした": 1,
    "あす": 1,
    "明後日": 2,
    "あさって": 2,
    "明々後日": 3,
    "明明後日": 3,
    "しあさって": 3,
}
NIGHTS = {
    "今夜": (0, "夜"),
    "今晩": (0, "夜"),
    "今朝": (0, "朝"),
    "明朝": (1, "朝"),
    "明晩": (1, "夜"),
    "翌日": (1, ""),
    "次の日": (1, ""),
    "翌朝": (1, "朝"),
}
WEEKS = {"先々週": -2, "先週": -1, "今週": 0, "来週": 1, "翌週": 1, "再来週": 2, "さ来週": 2}
MONTHS = {"先月": -1, "今月": 0, "来月": 1, "翌月": 1, "再来月": 2}
FEASTS = {
    "元日": (1, 1), "元旦": (1, 1), "節分": (2, 3), "バレンタイン": (2, 14), "ひな祭り": (3, 3), "ホワイトデー": (3, 14),
    "こどもの日": (5, 5), "七夕": (7, 7), "ハロウィン": (10, 31), "クリスマスイブ": (12, 24), "クリスマス": (12, 25),
    "大晦日": (12, 31), "大みそか": (12, 31),
}  # fmt: skip
WEEK = re.compile(r"今週|再来週|来週")
IN_WEEK = r"(?:先々|先|今|翌|再来|さ来|来)週の?、?|この|(?:今度|こんど|次)の?"
UNIT_DAY = r"日|週間|か月|ヶ月|ヵ月|カ月|ケ月|年"
# What may follow "5日" where it is a date and no length of time.
AFTER_DATE = (
    r"(?=にかけ|に(?![一\d]+[回度])|の(?!間)|は|が|まで|から|より|です|でお願い|で予約|で決|で取|だ|と|って|かな|か|を"
    r"|へ|、|,|。|\.|!|\?|…|\s|\(|\)|\d"
    r"|午|朝|昼|夜|夕|晩|正午|締|〆|発|必着|[~-]|$)"
)
NO_COUNT = r"(?!\s*(?:\d|/|カップ|杯|本|個|くらい|ぐらい|程度|以[上下]|ページ|枚|人|が|を|サイズ|スプーン|インチ|の[確割量]))"

PART = (
    r"(?:午前中?|午後(?:一番?|イチ|いち)?|AM|PM|朝イチ|朝一番?|早朝|明け方|未明|夜中|深夜|夕方|お昼"
    r"|(?<!今)[朝昼夜晩](?!食|ご飯|ごはん|飯|礼|会(?![ういおえっ])|活|休み|寝|刊|勤|行(?:バス|列)|景|型|更)(?:遅く|早く)?)"
)

TOKEN = re.compile(
    rf"""
    (?P<habit>(?:毎週|隔週)の?(?:[月火水木金土日]曜日?)?|毎[日朝晩月年]|[月火水木金土日]曜(?:日)?(?=ごと|定休|休み|のたび))
  | (?P<ago>(?:{NUMBER}|半|数|何)(?:時間|分|{UNIT_DAY})(?:半|ほど|くらい|ぐらい)?(?:以上)?前(?:から)?|一?昨[日年夜晩]
      |おととい|さきおととい|昨夜|(?<![ぁ-ん])きのう|(?:先々?月|去年|昨年)の?(?:{NUMBER}月)?(?:{NUMBER}日)?
      |(?:先々|先|前の)週の?(?:[月火水木金土日]曜日?|末)?|この(?:間|あいだ|前)の?(?:[月火水木金土日]曜日?|週末)?)
  | (?P<instant>(?P<hours>{NUMBER})時間(?P<half_hour>半)?(?:以内|後)|(?P<minutes>\d{{1,3}}|[一二三四五六七八九十]{{1,3}})分(?:以内|後))
  | (?P<later>(?:(?P<count>{NUMBER})(?P<unit>{UNIT_DAY})|(?P<half_year>半年))(?:以内|後)(?!半))
  | (?P<date>(?:(?P<year>\d{{4}})年|(?P<next_year>来年|今年)の?)?(?P<month>{NUMBER})月の?(?P<dom>{NUMBER})(?:日(?!間)|(?=[~-]\d{{1,2}}日)))
  | (?P<iso>(?<![\d/.:-])(?:(?P<iso_year>\d{{4}})[/-])(?P<iso_month>\d{{1,2}})[/-](?P<iso_dom>\d{{1,2}})(?!\d))
  | (?P<slash>(?<![\d/.:-])(?P<slash_month>\d{{1,2}})/(?P<slash_dom>\d{{1,2}}){NO_COUNT})
  | (?P<end>(?P<end_month>今月|来月|再来月|{NUMBER}月)?の?(?:月末|(?<=月)末日?|末日))
  | (?P<within>(?P<span>今週|来週|再来週|今月|来月|今年|{NUMBER}月)(?:中|いっぱい)|年内|(?<!毎)年末(?=まで))
  | (?P<in_month>(?P<which>今月|来月|再来月|翌月)の?(?P<day>{NUMBER})日(?!間))
  | (?P<alone>(?<![\d一二三四五六七八九十第年/.])(?P<single>\d{{1,2}}|[二三四五六七八九]|[二三]?十[一二三四五六七八九]?)
      (?:日{AFTER_DATE}|(?=[~-]\d{{1,2}}日(?!間))))
  | (?P<weekend>(?P<which_week>{IN_WEEK})?(?:週末|土日)|(?P<last_of>[来今])週末)
  | (?P<monday>(?:来週)?週明け|来週(?:の?(?:頭|初め|あたま)|早々))
  | (?P<weekday>(?P<week>{IN_WEEK})?(?P<name>[月火水木金土日])曜日?)
  | (?P<same_day>(?P<same>再来週|来週)の(?:今日|同じ曜日))
  | (?P<night>今夜|今晩|今朝|明朝|明晩|翌日|次の日|翌朝)
  | (?P<near>明[々明]後日|しあさって|明後日|あさって|今日|本日|明日(?!香)|あした
      |(?<![ぁ-ん])あす(?=[のはにも、ま])|(?<![ぁ-ん])きょう(?=[のはもに、ま]))
  | (?P<feast>元日|元旦|節分|バレンタイン|ひな祭り|ホワイトデー|こどもの日
      |七夕|ハロウィン|クリスマスイブ|クリスマス|大晦日|大みそか)
  | (?P<clock>(?:(?P<in_part>{PART})の?[\s、]?)?(?<![\d:.一二三四五六七八九十第])(?:
        (?P<hour>\d{{1,2}}|[一二三四五六七八九十]{{1,3}}|零)時(?!のおやつ|以[降前後]|間|代|点|期|給|速|計|刻|短|限|的|帰国|停止|金)(?:(?P<half>半)|(?P<minute>{NUMBER})分(?P<before>前)?)?
      | (?P<h>[0-2]?\d)[:](?P<m>[0-5]\d)(?![\d:])
      | (?P<bare>\d{{1,2}})(?=\s?(?:[~-]|から)\s?\d{{1,2}}時(?!間)))
      |正午)
  | (?P<part>{PART})
    """,
    re.VERBOSE,
)
FILLER = r"(?:ごろ|頃|ころ|ちょうど|ぴったり|きっかり|くらい|ぐらい|過ぎ|すぎ|前|ジャスト|いっぱい|中)"
WEEKDAY_SIGN = r"\s?\([月火水木金土日](?:[・、/]?祝)?曜?日?\)"
GLUE = re.compile(rf"(?:{FILLER})?(?:{WEEKDAY_SIGN})?[\s、,のにはもでが]{{0,3}}")
RANGE = re.compile(rf"(?:{FILLER})?(?:{WEEKDAY_SIGN})?(?:の)?\s?(?:から|より|[~-])\s?(?:翌日の)?")
LENGTH = re.compile(rf"(?:から|より|~)の?(?:約|およそ|だいたい)?(?:(?P<hours>{NUMBER})時間(?P<half>半)?|(?P<minutes>\d{{1,3}})分間?)(?!後)")
UNTIL = re.compile(
    rf"(?:{FILLER})?(?:{WEEKDAY_SIGN})?(?:の(?:朝|夜|夕方|昼|うち|間))?(?P<until>までに?|中に|のうちに|を?(?:締め?切|〆切|期限"
    r"|必着)|が?(?:締め?切|〆切|期限|必着))"
)
SAID_LAST = re.compile(r"だ|です|の(?:話|こと)|[ねよ]|[、。!\s]|$")
AND = re.compile(rf"(?:{WEEKDAY_SIGN})?(?:と|・|、|&|,)\s?")
EITHER = re.compile(r"(?:か|または|もしくは|とか|or)[、\s]?")
EVENING = re.compile(
    r"ディナー|夕食|夕飯|晩ご飯|晩ごはん|飲み|呑み|宴会|忘年会|新年会|歓迎会|送別会|懇親会|打ち上げ|コンサート|ライブ|花火"
    r"|居酒屋|バー|ナイター|夜勤|二次会|合コン"
)
MORNING = re.compile(r"家を出|出勤|登校|起き|起床|起こし|日の出|始発|モーニング|朝食")
MOVED_TO = re.compile(
    rf"{FILLER}?(?:{WEEKDAY_SIGN})?(?:に|へ|スタートに|開始に)(?:なった|なりました|変更|変わ|ずら|ずれ|延期|延び|前倒し|繰り|移"
    r"|振替|リスケ|早ま|後ろ倒し)"
)


@dataclass(frozen=True)
class Told:
    """A time that somebody told.

    Attributes:
        spans: Where in the text the words stand that tell it; the first is not always the day.
        day: The day, or the first of several.
        last: The last of several days.
        part: The part of the day, in the words' own word.
        hour, minute: The clock's time, as said.
        until_hour, until_minute: The clock's time that it lasts to, as said.
        length: How long it lasts, in minutes.
        instant: The moment itself, where it was counted from now ("in an hour").
        by_then: Whether something is to be done by then.
        either: Whether it is one of two that were left open.
        past: Whether the words speak of what was, or of a day that no calendar has.
        habit: Whether the words speak of what is every week or day.
        said_day: Whether the day was said, and not only understood.
    """

    spans: tuple[tuple[int, int], ...]
    day: date | None = None
    last: date | None = None
    part: str = ""
    hour: int | None = None
    minute: int = 0
    until_hour: int | None = None
    until_minute: int = 0
    length: int = 0
    instant: datetime | None = None
    by_then: bool = False
    either: bool = False
    past: bool = False
    habit: bool = False
    said_day: bool = False

    @property
    def begin(self) -> int:
        """Where the words begin."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Where the words end."""
        return self.spans[-1][1]


@dataclass(frozen=True)
class Moment:
    """The time that was meant: when it starts, when it ends, and whether only a day was said."""

    start: datetime
    end: datetime | None
    all_day: bool


def number(digits: str) -> int:
    """The number that one to three digits or characters such as 二十五 write."""
    if digits.isascii():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    unit = "零一二三四五六七八九".find(ones[-1]) if ones else 0
    return unit if not ten else 10 * ("零一二三四五六七八九".find(tens[-1]) if tens else 1) + unit


def times_in(text: str, here: datetime) -> list[Told]:
    """The times that a text tells, in order; the text is written with narrow signs."""
    found: list[Told] = []
    for match in islice(TOKEN.finditer(text), MOST):
        told = read(match, here, found[-1].day if found else None)
        joined = join(text, found[-1], told) if found and told else None
        if joined:
            found[-1] = joined
        elif told:
            found.append(told)
    return with_days(text, [finished(text, told) for told in found])


def with_days(text: str, found: list[Told]) -> list[Told]:
    """The times, where one of the clock belongs to the day that was spoken of before it."""
    times: list[Told] = []
    for told in found:
        last = times[-1] if times else None
        if told.hour is not None and told.day is None and last and last.day and not (last.by_then or last.past or last.habit or last.last):
            if last.hour is None and not last.either:
                part = told.part or last.part
                times[-1] = replace(told, spans=last.spans + told.spans, day=last.day, said_day=True, part=part)
                continue
            told = replace(told, day=last.day)
        if last and last.hour is not None and last.day is None and told.said_day and told.hour is None and SAID_LAST.match(text, told.end):
            times[-1] = replace(last, spans=last.spans + told.spans, day=told.day, said_day=True)
            continue
        if told.day or told.hour is not None or told.instant or told.past or told.habit:
            times.append(told)
    return times


def read(match: re.Match[str], here: datetime, before: date | None) -> Told | None:
    """What one word or group of words tells; None where no clock has it. `before` is the day that was spoken of last."""
    spans, kind, today = (match.span(),), match.lastgroup or "", here.date()
    if kind in ("habit", "ago"):
        return Told(spans, habit=kind == "habit", past=kind == "ago")
    if kind == "part":
        return Told(spans, part=match["part"])
    if kind == "clock":
        return clock(match, spans)
    if kind == "instant":
        hours = number(match["hours"]) if match["hours"] else 0
        minutes = number(match["minutes"]) if match["minutes"] else 30 if match["half_hour"] else 0
        moment = (here.astimezone(UTC) + timedelta(hours=hours, minutes=minutes)).astimezone(here.tzinfo).replace(second=0, microsecond=0)
        return Told(spans, instant=moment, by_then=match[0].endswith("以内"))
    if kind == "night":
        ahead, part = NIGHTS[match[0]]
        from_day = (before or today) if match[0] in ("翌日", "次の日", "翌朝") else today
        return Told(spans, day=from_day + timedelta(days=ahead), part=part, said_day=True)
    if kind == "weekend":
        saturday = weekend(match, today)
        return Told(spans, day=saturday, last=saturday + timedelta(days=1), said_day=True)
    day = day_named(kind, match, today, before)
    if day is None:
        return Told(spans, past=True)
    return Told(spans, day=day, by_then=kind == "within" or match[0].endswith("以内"), said_day=True)


def clock(match: re.Match[str], spans: tuple[tuple[int, int], ...]) -> Told | None:
    """The clock's time, as said."""
    part, minute = match["in_part"] or "", 0
    if match["bare"]:
        hour = int(match["bare"])
    elif match["h"]:
        hour, minute = int(match["h"]), int(match["m"])
        part = part or ("午前" if match["h"].startswith("0") else "")
    elif match["hour"]:
        hour = number(match["hour"])
        minute = 30 if match["half"] else number(match["minute"]) if match["minute"] else 0
        if match["before"]:
            hour, minute = hour - 1, 60 - minute
    else:
        hour = 12
    return Told(spans, hour=hour, minute=minute, part=part) if 0 <= hour < 30 and 0 <= minute < 60 else None


def week_told(text: str, today: date) -> list[date]:
    """The days of the week that a text names, as "今週の予定"; none where it names none."""
    found = WEEK.search(text)
    return days_of_week(today, WEEKS[found[0]]) if found else []


def weekend(match: re.Match[str], today: date) -> date:
    """The Saturday of the weekend that was meant."""
    which = (match["which_week"] or match["last_of"] or "").rstrip("の、")
    if which in ("今週", "この", "今"):
        return weekday_of_week(today, 5, 0)
    weeks = 1 if which == "来" else WEEKS.get(which)
    return next_weekday(today, 5) if weeks is None else weekday_of_week(today, 5, weeks)


def day_named(kind: str, match: re.Match[str], today: date, before: date | None) -> date | None:
    """The day that was meant."""
    if kind == "near":
        return today + timedelta(days=DAYS[match[0]])
    if kind == "weekday":
        which, weekday = (match["week"] or "").rstrip("の、"), WEEKDAYS.index(match["name"])
        weeks = WEEKS.get(which)
        return next_weekday(today, weekday) if weeks is None else weekday_of_week(today, weekday, weeks)
    if kind == "same_day":
        return today + timedelta(weeks=WEEKS[match["same"]])
    if kind == "monday":
        return next_weekday(today, 0)
    if kind == "later":
        return days_later(match, today)
    if kind == "feast":
        return day_of_year(today, *FEASTS[match[0]])
    if kind == "alone":
        return day_alone(number(match["single"]), today, before)
    if kind == "in_month":
        months, day = MONTHS[match["which"]], number(match["day"])
        return day_of_month(today, day, months) if months else this_month(today, day)
    return date_named(kind, match, today) if kind in ("date", "iso", "slash") else last_day(kind, match, today)


def this_month(today: date, day: int) -> date | None:
    """That day of this month, though it may be over."""
    return today.replace(day=day) if 1 <= day <= end_of_month(today).day else None


def day_alone(day: int, today: date, before: date | None) -> date | None:
    """The next such day of a month; after another day was spoken of, the next from that one on."""
    return day_of_month(before if before and before > today else today, day)


def days_later(match: re.Match[str], today: date) -> date | None:
    """The day that lies so many days, weeks, months or years ahead."""
    if match["half_year"]:
        return months_later(today, 6)
    count, unit = number(match["count"]), match["unit"]
    if unit in ("日", "週間"):
        return today + timedelta(days=count * (7 if unit == "週間" else 1))
    return months_later(today, count * (12 if unit == "年" else 1))


def months_later(today: date, months: int) -> date:
    """The same day so many months on, or the last day of a month that is too short."""
    last = end_of_month(today, months)
    return last.replace(day=min(today.day, last.day))


def date_named(kind: str, match: re.Match[str], today: date) -> date | None:
    """The date that was written out."""
    if kind == "slash":
        return day_of_year(today, int(match["slash_month"]), int(match["slash_dom"]))
    if kind == "iso":
        return exact(int(match["iso_year"]), int(match["iso_month"]), int(match["iso_dom"]))
    month, day = number(match["month"]), number(match["dom"])
    if match["year"] or match["next_year"]:
        return exact(int(match["year"]) if match["year"] else today.year + (match["next_year"] == "来年"), month, day)
    return day_of_year(today, month, day)


def exact(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has none such, or it is too far off to be meant."""
    try:
        return date(year, month, day) if 1900 <= year < 3000 else None
    except ValueError:
        return None


def last_day(kind: str, match: re.Match[str], today: date) -> date | None:
    """The last day of the week, month or year that was named."""
    which = match["end_month"] if kind == "end" else match["span"]
    if kind == "within" and (not which or which == "今年"):
        return date(today.year, 12, 31)
    if which in WEEKS:
        return weekday_of_week(today, 6, WEEKS[which])
    if not which or which in MONTHS:
        return end_of_month(today, MONTHS.get(which or "今月", 0))
    month = number(which[:-1])
    return end_of_month(today, (month - today.month) % 12) if 1 <= month <= 12 else None


def join(text: str, one: Told, other: Told) -> Told | None:
    """Both as one time, where they tell one; None where the other is a time of its own."""
    gap, spans = text[one.end : other.begin], one.spans + other.spans
    if one.past or one.habit or other.past or other.habit or one.instant or other.instant:
        return followed(one, other, gap)
    if EITHER.fullmatch(gap):
        return replace(one, spans=spans, either=True)
    if RANGE.fullmatch(gap) and not MOVED_TO.match(text, other.end):
        return lasting(one, other, spans)
    if AND.fullmatch(gap) and one.day and one.hour is None and other.said_day and other.day == (one.last or one.day) + timedelta(days=1):
        return replace(one, spans=spans, last=other.day)
    return beside(one, other, spans) if GLUE.fullmatch(gap) else None


def followed(one: Told, other: Told, gap: str) -> Told | None:
    """The time of a habit, or of what was, belongs to it."""
    bound = (one.past or one.habit) and not other.past and not other.habit and (GLUE.fullmatch(gap) or RANGE.fullmatch(gap))
    return replace(one, spans=one.spans + other.spans) if bound else None


def lasting(one: Told, other: Told, spans: tuple[tuple[int, int], ...]) -> Told | None:
    """From the one to the other."""
    if other.said_day and one.day and not one.last and other.day:
        weeks = max(0, (one.day - other.day).days // 7 + 1)
        return replace(one, spans=spans, last=other.day + timedelta(weeks=weeks), until_hour=None if one.hour is None else -1)
    if other.hour is not None and one.hour is not None and one.until_hour in (None, -1):
        hour = hour_meant(other.hour, other.part, "", None, 0) if other.part else other.hour
        return replace(one, spans=spans, until_hour=hour, until_minute=other.minute)
    return beside(one, other, spans)


def beside(one: Told, other: Told, spans: tuple[tuple[int, int], ...]) -> Told | None:
    """One after the other, as in "on Friday, in the evening, at seven"."""
    if other.said_day:
        same = one.day and (one.day == other.day or (one.day.weekday() == other.day.weekday() if other.day else False))
        return replace(one, spans=spans) if same and one.hour is None else None
    if other.hour is not None and one.hour is None:
        return replace(one, spans=spans, hour=other.hour, minute=other.minute, part=other.part or one.part)
    if other.hour is not None and one.last and one.until_hour == -1:
        return replace(one, spans=spans, until_hour=other.hour, until_minute=other.minute)
    return replace(one, spans=spans, part=other.part) if other.part and one.hour is None else None


def finished(text: str, told: Told) -> Told:
    """With what follows its words: how long, and whether something is due by then."""
    length, until = LENGTH.match(text, told.end), UNTIL.match(text, told.end)
    if length and told.hour is not None:
        minutes = 60 * number(length["hours"]) + (30 if length["half"] else 0) if length["hours"] else int(length["minutes"])
        spans = (*told.spans, length.span())
        return replace(told, spans=spans, length=minutes)
    if told.last is None and told.until_hour is None and until:
        return replace(told, by_then=True)
    return told


def moment_of(told: Told, occasion: str, here: datetime, zone: ZoneInfo) -> Moment:
    """The time that was meant.

    Args:
        told: The words.
        occasion: The sentence, which says whether it is an affair of the morning or the evening.
        here: When it was said, in the user's zone.
        zone: The user's zone.
    """
    if told.instant:
        return Moment(told.instant, None, False)
    day = told.day or here.date()
    if told.hour is None:
        end = midnight(told.last + timedelta(days=1), zone) if told.last else None
        return Moment(midnight(day, zone), end, True)
    hour = hour_meant(told.hour, told.part, occasion, here if day == here.date() else None, told.minute)
    start = at(day + timedelta(days=hour // 24), hour % 24, told.minute, zone)
    if told.day is None and start <= here:
        day += timedelta(days=1)
        start = at(day + timedelta(days=hour // 24), hour % 24, told.minute, zone)
    return Moment(start, end_of(told, start, zone), False)


def clock_alone(told: Told, occasion: str) -> str:
    """The time of day, as "15:00", where no day was told: as it is on a day to come."""
    if told.hour is None or told.day or told.instant:
        return ""
    hour = hour_meant(told.hour, told.part, occasion, None, told.minute)
    return f"{hour:02}:{told.minute:02}" if hour < 24 else ""


def end_of(told: Told, start: datetime, zone: ZoneInfo) -> datetime | None:
    """When it ends, if that was said."""
    if told.length:
        return (start.astimezone(UTC) + timedelta(minutes=told.length)).astimezone(zone)
    if told.until_hour is None:
        return None
    if told.last:
        return (
            midnight(told.last + timedelta(days=1), zone)
            if told.until_hour < 0
            else at(told.last, told.until_hour % 24, told.until_minute, zone)
        )
    hour = told.until_hour
    while (hour, told.until_minute) <= (start.hour, start.minute):
        hour += 12
    return at(start.date() + timedelta(days=hour // 24), hour % 24, told.until_minute, zone)


def hour_meant(hour: int, part: str, occasion: str, now: datetime | None, minute: int) -> int:
    """The hour of the day, of 24 or more where it falls in the night after; `now` where it is a time of today."""
    if hour > 12 or part in ("午前", "午前中", "AM", "朝", "朝一", "朝イチ", "朝一番", "早朝", "明け方", "未明", "朝早く"):
        return 0 if part in ("午前", "AM") and hour == 12 else hour
    if part in ("夜", "晩", "夜中", "深夜", "夜遅く"):
        return hour + 24 if hour < 5 else hour + 12
    if part in ("午後", "PM", "夕方", "昼", "お昼", "午後一", "午後一番"):
        return hour + 12 if hour < (12 if part in ("午後", "PM", "夕方") else 6) else hour
    if MORNING.search(occasion) or hour in (0, 12):
        return hour
    late = EVENING.search(occasion) or (now is not None and (hour, minute) <= (now.hour, now.minute))
    return hour + 12 if hour < 7 or late else hour
