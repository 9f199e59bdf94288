"""Threads in Korean and Japanese: what is named, by the letters and particles that nouns and names stand with; without a dictionary.

Japanese writes nouns in kanji and katakana, and calls people with a word behind their name. A Korean noun is what several particles grow
onto; an `i` between a name and its particle (유진이가) is put there for people, and for pets.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from models.life_threads.strands import Strand, What
from models.life_threads.texts import Text
from models.life_threads.words import listed

LEAST = 3  # texts
RARE = 60_000  # how many words are more common, where nobody counted
COVERED = 0.8
PERSON_SHARE = 0.3  # what has to speak for a person, each time that a noun is written

CALLED = r"(?:さん|ちゃん|くん|君|先生|様|先輩)"
JAPANESE = re.compile(
    rf"(?P<named>[一-龯々ァ-ヴー]{{1,5}}|[ぁ-ん]{{2,4}}?)(?={CALLED})"
    r"|(?P<noun>[一-龯々]{2,6}|[ァ-ヴー]{3,12})(?![ぁ-ん]?[るたてっ])"
)
JAPANESE_KIN = re.compile(
    r"お?(?P<kin>母|父|兄|姉|祖母|祖父)(?:さん|ちゃん)?(?![一-龯々])"
    r"|(?P<plain>妹|弟|夫|妻|旦那|嫁|息子|娘|おばあちゃん|おじいちゃん|婆ちゃん|爺ちゃん)(?![一-龯々])"
)
NO_JAPANESE = listed("""
    今日 昨日 明日 明後日 一昨日 今朝 今夜 今晩 昨夜 今年 去年 来年 今週 先週 来週 今月 先月 来月 毎日 毎朝 毎晩 毎週 週末 平日 連休
    午前 午後 時間 時期 時代 最近 最初 最後 最高 最低 今度 今回 前回 次回 今後 途中 当日 翌日 前日 一日 一緒 一番 一回 一度 一人
    二人 三人 全部 全員 全然 結局 普通 本当 本気 大丈夫 自分 自体 人間 相手 場所 部分 問題 理由 意味 気持 気分 感想 写真 動画 電話
    連絡 予定 準備 確認 相談 報告 返事 紹介 話題 仕事 会社 家族 友達 子供 元気 無理 大変 残念 必要 簡単 綺麗 正解 成功 失敗 完成
    開始 終了 参加 出発 到着 予約 約束 絶対 多分 実際 半分 半年 年目 年前 年後 週間 日間 時間半 分間 個目 回目 度目 月曜 火曜 水曜
    木曜 金曜 土曜 日曜 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日 メール ライン メッセージ スマホ ネット サイト イメージ
    タイミング パターン レベル バタバタ ドキドキ お父 何回 何人 何時 何年 上手 下手 苦手 可愛 美味 面白
""")

JAPANESE_RELATIONS = listed("母 父 兄 姉 祖母 祖父 妹 弟 夫 妻 旦那 嫁 息子 娘 お母 お父 お姉 お兄")

PARTICLES = """
    이라고 이라서 이랑은 에게서 한테서 에서는 에서도 으로는 으로도 까지는 까지만 부터는 이지만 이었어 이에요 이었는데 이라는 이라도
    이랑 에게 한테 에서 으로 부터 까지 처럼 보다 이나 이야 이는 이가 이를 이도 이만 이네 라고 라서 이란 이고 이면 인데 이던
    은 는 이 가 을 를 의 에 로 와 과 도 만 랑 야 아 나 네 요
"""
ENDINGS = tuple(sorted(PARTICLES.split(), key=len, reverse=True))
OF_NOUNS = listed("이 가 이가 을 를 의 에 에서 로 으로 와 과 랑 이랑 한테 에게 에서는 으로는 한테서")
OF_VERBS = tuple(listed("요 다 어 아 해 지 고 면 는 게 데 서 까 죠 래 냐 거 걸 니 자 려 며 던 을 도"))
LEAST_GROWN = 2  # times that a particle stands behind a noun
OF_PEOPLE = listed("이가 이는 이를 이도 이랑 이한테 한테 에게 한테서 에게서 랑")
KOREAN = re.compile(r"^[가-힣]{2,}$")
KOREAN_KIN = listed("""
    엄마 아빠 어머니 아버지 동생 여동생 남동생 언니 오빠 누나 형 할머니 할아버지 외할머니 남편 아내 와이프 아들 딸 이모 고모 삼촌
    조카 사촌 시어머니 장모님 장인 처제 형부 매형 부장님 팀장님 사장님 선생님 교수님
""")
NO_KOREAN = listed("""
    오늘 내일 모레 어제 그제 요즘 지금 이번 다음 지난 지난주 다음주 이번주 주말 평일 시간 하루 이틀 사흘 아침 점심 저녁 새벽 오전
    오후 작년 올해 내년 매일 매주 월요일 화요일 수요일 목요일 금요일 토요일 일요일 처음 마지막 사람 생각 정도 진짜 그때 이때 때문
    얘기 이야기 사진 전화 연락 우리 저희 너희 내가 네가 제가 여기 거기 저기 이거 그거 저거 이것 그것 하나 조금 많이 정말 그냥 아직
    벌써 이제 다시 혼자 같이 오래 자꾸 계속 결국 아마 혹시 사실 일단 마음 느낌 기분 문제 이유 방법 자리 소리 걱정 고민 준비 시작
    약속 예약 연습 공부 회사 친구 가족 아이 애들 일주일 누구 무엇 어디 언제 어떻게 얼마 이름 나이 나중 그동안 동안 덕분 대신 하나도
    여러 가지 다들 모두 전부 절반 번째 개월 시간대 말씀 필요 가능 축하 미안 감사 고생 사랑 건강
""")


@dataclass
class Noun:
    """Where a noun is written, with which particles, and how often as a person's name."""

    at: set[int] = field(default_factory=set)
    particles: Counter[str] = field(default_factory=Counter)
    person: int = 0
    count: int = 0

    def add(self, place: int, particle: str = "", *, person: bool = False) -> None:
        """It is written in a text."""
        self.at.add(place)
        self.particles[particle] += 1
        self.person += person
        self.count += 1

    @property
    def what(self) -> What:
        return "person" if self.person >= PERSON_SHARE * self.count else "theme"


Nouns = dict[str, Noun]


def strands_of_wide(texts: Sequence[Text], own: Set[str]) -> list[Strand]:
    """The people and nouns that Korean and Japanese texts have in common.

    Args:
        texts: What was said.
        own: The words of the user's and the characters' names.
    """
    japanese, korean = nouns_in_japanese(texts), nouns_in_korean(texts)
    found = {**japanese, **{name: noun for name, noun in korean.items() if is_korean_noun(name, noun)}}
    found = {name: noun for name, noun in found.items() if len(noun.at) >= LEAST and name not in own}
    return [Strand(noun.what, name, noun.at, (), RARE) for name, noun in found.items() if not is_part(name, noun, found)]


def nouns_in_japanese(texts: Sequence[Text]) -> Nouns:
    """Runs of kanji or katakana, who is called by name, and the family."""
    nouns: Nouns = defaultdict(Noun)
    for place, text in enumerate(texts):
        for token in filter(is_wide, text.tokens):
            for found in JAPANESE.finditer(token):
                name = found["named"] or found["noun"]
                if name not in NO_JAPANESE and name not in JAPANESE_RELATIONS:
                    nouns[name].add(place, person=bool(found["named"]))
            for found in JAPANESE_KIN.finditer(token):
                nouns[found["kin"] or found["plain"]].add(place, person=True)
    return nouns


def is_wide(token: str) -> bool:
    """Whether a word may be Korean or Japanese."""
    return not token.isascii()


def nouns_in_korean(texts: Sequence[Text]) -> Nouns:
    """Words without the particle that grew onto them; a name that is called has its own."""
    nouns: Nouns = defaultdict(Noun)
    for place, text in enumerate(texts):
        for token in filter(KOREAN.match, text.tokens):
            for noun, particle in readings(token):
                nouns[noun].add(place, particle, person=particle in OF_PEOPLE or noun in KOREAN_KIN)
    return nouns


def readings(token: str) -> Iterator[tuple[str, str]]:
    """What a Korean word may be: a noun and its particle, or a noun alone."""
    yield token, ""
    yield from ((token.removesuffix(end), end) for end in ENDINGS if token.endswith(end) and len(token) > len(end) + 1)


def is_korean_noun(name: str, noun: Noun) -> bool:
    """Whether a word stands with particles as only nouns do: to a verb grow `neun` and `eun` too, and it has endings of its own."""
    if name in NO_KOREAN or name.endswith(OF_VERBS):
        return False
    grown = {particle: count for particle, count in noun.particles.items() if particle}
    alone = grown.keys() == {"이"}  # the last letter of the word, rather than a particle
    return name in KOREAN_KIN or (not alone and sum(grown.values()) >= LEAST_GROWN and bool(grown.keys() & OF_NOUNS))


def is_part(name: str, noun: Noun, nouns: Nouns) -> bool:
    """Whether another noun says the same: a longer one that stands nearly wherever this one does, or a name without its `i` (유진이)."""
    if name.endswith("이") and name[:-1] in nouns:
        return True
    longer = {other: one for other, one in nouns.items() if name in other and name != other and other != f"{name}이"}
    return any(len(one.at & noun.at) >= COVERED * len(noun.at) for one in longer.values())
