"""Commitments in Korean sentences.

A Korean verb stands behind its time, and its endings say what becomes of it: promised (-을게), agreed (-기로 했다), owed (-아야 하다), reported
(-는대), over (-았-), doubted, asked. So the words behind each time phrase are read up to the first ending that decides.
"""

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from models.commitments.commitment import Change, Commitment, CommitmentKind, Party
from models.commitments.korean_times import TimePhrase, time_phrases

HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ\u1100-\u11ff]")
FIRST_SYLLABLE, LAST_SYLLABLE, FINALS, VOWELS = 0xAC00, 0xD7A3, 28, 21
REACH = 80
FINAL_N, FINAL_L, FINAL_SS = 4, 8, 20


def _ending_in(final: int, without: str = "") -> str:
    """A character class of all syllables with that final consonant."""
    return "[" + "".join(chr(code) for code in range(FIRST_SYLLABLE + final, LAST_SYLLABLE + 1, FINALS) if chr(code) not in without) + "]"


def _infinitives() -> str:
    """A character class of the syllables that an infinitive (해, 가, 써, 넣어) can end in."""
    vowels = (0, 1, 4, 5, 6, 9, 10, 14)
    codes = range(FIRST_SYLLABLE, LAST_SYLLABLE + 1, FINALS)
    return "[" + "".join(chr(code) for code in codes if (code - FIRST_SYLLABLE) // FINALS % VOWELS in vowels) + "]"


_N, _L, _SS = _ending_in(FINAL_N), _ending_in(FINAL_L), _ending_in(FINAL_SS, without="있겠")
_INF = _infinitives()
_END = r"(?=$|[\s.,!~…)ㅋㅎㅠㅜ^♡])"
_STOP = r"(?=\s*(?:$|[,.!~…/;·)]|ㅋ|ㅎ|ㅠ))"

_EVENT = (
    r"[가-힣A-Za-z0-9]*?(?:약속|예약|회의|미팅|면접|수술|진료|검진|검사|치료|병원|의원|치과|안과|피부과|내과|외과|한의원|정형외과|산부인과|소아과|이비인후과|접종|도수치료"
    r"|미용실|네일|헤어컷|결혼식|장례식|돌잔치|잔치|입학식|졸업식|개업식|시상식|수료식|기념식|상견례|모임|회식|송년회|망년회|신년회|동창회|반상회|동호회|총회|설명회|간담회|발표회"
    r"|연주회|음악회|독서회|학회|운동회|환영회|송별회|집들이|뒤풀이|콘서트|공연|뮤지컬|오페라|연극|팬미팅|사인회|발표|시험|수능|토익|필기|실기|중간고사|기말고사|모의고사|쪽지시험|퀴즈"
    r"|수업|강의|강연|특강|세미나|워크숍|워크샵|컨퍼런스|콘퍼런스|교육|연수|레슨|과외|스터디|인터뷰|상담|방문|비행기|항공편|비행|기차|열차|버스|고속버스|배편|KTX|SRT|체크인|체크아웃"
    r"|여행|출장|캠핑|캠프|소풍|등산|산행|나들이|이사|이삿날|출국|귀국|입국|입원|퇴원|퇴사|입사|첫\s?출근|출근|근무|당직|알바|야근|제사|차례|성묘|예배|미사|법회|세례식|데이트|소개팅|파티"
    r"|생일상|식사|저녁\s?약속|브런치|통화|화상통화|화상회의|컨콜|전화\s?회의|줌|줌미팅|점검|설치|수리|배송|마라톤|대회|시합|리허설|촬영|녹음|오디션|계약|잔금일|재판|공판|출두|봉사|훈련|예비군|민방위"
    r"|요가|필라테스|PT|피티|헬스|수영|테니스|골프|라운딩|풋살|운동|정기모임|정모|번개|벙개|워크인|킥오프|보고회|면담|심사|시연|데모|집회|모내기|김장|벌초|검침|실사|견학|오리엔테이션|OT|MT|엠티|개강|종강|개학)"
)
_DUE_THING = (
    r"(?:제출|신청|접수|등록|마감|납부|기한|반납|신고|지원|원서|과제|레포트|리포트|보고서|숙제|논문|초안|원고|갱신|결제|입금|송금|회신|답장|답변|월세|관리비|공과금|등록금|세금|잔금"
    r"|투표|서류|기획안|견적서|제안서|발표\s?자료|자료|데드라인|납기|과태료|벌금|보험료|카드값|대출금|이력서|자소서|자기소개서|포트폴리오|연말정산|정산|수강\s?신청|환불|교환)"
)
_COPULA = r"(?:이?야(?!\s?[되돼하해한할])|이?에요|예요|입니다|임|이고|이라(?:서|고)?|라서|인데|이거든|거든|이래|래요|이네|이니까|니까|이지만|이?다)" + _END
_GIVING = r"(?:주|드리|오|방문|들르|들리|연락하?|전화하?|보내|돌려|갚|데리러|가져|알려|고쳐|설치하?|배송하?|배달하?|점검하?|답하?|답장하?|입금하?|송금하?|부치|넣어|나오|고치|맡)"

# The first of these behind a time decides. What stands higher wins where two begin at the same place.
MARKER = re.compile(
    rf"""
    (?P<skip>알겠|감사|죄송|미안|(?:길|멀|달|알|힘들|가늘|둥글)게|되겠|[가-힣]{_SS}던|야\s?(?:할|하는|될)\s?(?:일|게|거|것)|원래|그래)
    |(?P<off>취소|무산|파토|파투|캔슬|엎어[졌지]|없던\s?일|(?<![가-힣])(?:안|못)\s?\S{{1,6}}기로|\S{{1,4}}지\s?않기로|(?:회의|미팅|모임|약속|예약|일정|수업|공연|여행|출장)\S?\s(?:\S+\s)?(?:미뤄|미뤘|연기됐|연기돼|밀렸|밀림))
    |(?P<remind>(?:라고|자고)\s?(?:꼭\s?)?(?:좀\s?)?(?:알려|말해|얘기해|상기|리마인드)|리마인드|알람|깨워|(?:까먹|잊|잊어버리|깜빡하)지\s?(?:마|말|않)|챙겨\s?줘)
    |(?P<no>(?<![가-힣])(?:안|못)\s(?!돼|되|됩|늦|까먹|잊)\S|[가-힣]지\s?(?:않|못|마|말)|없(?!이)|싫|글렀|어렵|힘들|불가|쉬(?:어|고|는|니|ㅓ|거)|쉽니다|쉰|닫)
    |(?P<doubt>{_L}까(?!지)|{_L}지도|모르겠|몰라|생각\s?중|고민|싶|거\s?같|것\s?같|려나|아마|텐데|수도\s?있|소문|루머|좋겠|려고\s?했|려다|{_L}\s?뻔|어떨|어때|괜찮|{_INF}도\s?(?:돼|되)
        |다면|[있없]으면|면\s?(?:좋|어때|안\s?될)|이라면|(?:시간|여유|가능|원하|필요|날씨|혹시|만약|만일)\S{{0,4}}\s?\S{{0,4}}면|(?:비|눈)(?:가|이)?\s?\S{{1,3}}면)
    |(?P<weather>(?<![가-힣])(?:비|눈|태풍|장마|소나기|미세먼지)(?:가|이|도|만|는|은)?\s?(?:많이\s?|엄청\s?|또\s?|계속\s?)?(?:온|오|와|옴|올|옵|내|심|그)|기온|(?:덥|춥|더울|추울|더워|추워|따뜻|맑|흐리))
    |(?P<agreed>기로\s?(?:는\s?)?(?:(?:했|하였)(?!었)|함|한|해서|하고|해|합|됐|되어|돼|됨|된|약속|정|결정|말|얘기|콜|예약|하자)|기로(?=\s*(?:$|[.,!~ㅋㅎ])))
    |(?P<must>{_INF}야(?:만)?\s?(?:(?:돼|되|됩|된|될|됨|하|해|합|한|할|함|겠|지)(?!했|됐)))
    |(?P<booked>(?:예약|예매|접수|신청|등록|약속|일정|스케줄|자리|표|티켓|항공권)\S{{0,3}}?\s?(?:(?!날|기한)\S{{1,6}}\s)?(?:했|해\s?[두놨뒀놓]|잡|넣|됐|되어|돼\s?있|완료|확정|걸어|받았|끊|샀|있|함|됨)
        |잡(?:았|혔|혀|아\s?[놨놓뒀두]|음|힘)|끊(?:었|어\s?[놨뒀])|확정|정(?:했|해[졌진]|해\s?[놨뒀])|초대(?:받|됐|했)|예정|(?:연차|반차|휴가|월차)\S?\s?(?:냈|썼|씀|냄|낼|쓰))
    |(?P<vow>겠다고)
    |(?P<hear>겠대|{_N}대(?=$|요|서|[\s.,!~ㅋㅎ는])|는대|{_N}댔|는댔|댔|{_N}단다|{_N}다네|{_N}다더|{_N}다던)
    |(?P<say>(?:{_N}|는|하)다고)
    |(?P<told>(?:(?<![가-힣])(?:오|가|내|하)|보내|제출하|가져오|들르|전화하|나오|{_L}으|받으)(?:시)?(?:라고|라던|라네|라셔|랬|래(?=요|서|거든|$|[.,!~ㅋ]))|(?<=[가-힣])(?:하|내|오)래(?=요|서|거든|$|[.,!~ㅋ]))
    |(?P<promise>{_L}[게께](?:요|용|염|여)?(?![가-힣])|겠(?:습니다|어요|음|네|다(?!고)))
    |(?P<request>{_INF}\s?(?:줘(?!야)|줄래|주세요|주실|주시|주라|달라|주십|줄\s?수)|부탁|바랍니다|바라|세요|십시오|실래|시겠)
    |(?P<done>{_EVENT}(?:을|를|도|으로|로)?\s?(?:해(?:요)?|한다|합니다|함|하는데|하거든|하고|봐요?|본다|봅니다|보는데|받(?:아|는|습|기)|참석|가(?:요|는데)?|간다|갑니다|들어|시작|치러|쳐|열(?:려|립|린)|있(?!었))(?!야))
    |(?P<is>{_EVENT}(?:이|가|은|는|도|날)?(?:{_COPULA}|{_STOP}))
    |(?P<due>(?:{_DUE_THING}|까지)(?:이|가|은|는)?(?:{_COPULA}|{_STOP})|마감)
    |(?P<past>{_SS}(?!던))
    |(?P<future>{_L}\s?(?:예정|계획|거(?:야|예|에|임|다|라|니|ㄴ|란|거)|건데|겁니다|꺼)|려고(?:요|해|합|함|하는|한다|{_STOP})|러\s?(?:가|와|올|오|감|간|갈|갑))
    |(?P<lets>(?:보|만나|먹|가|마시|놀|떠나|출발하|모이|걷|뛰|통화하|회의하|(?:으로|로)\s?하)(?:자|죠|시죠)(?=$|고\s?[했하]|[\s!~.,ㅋㅎ^♡])|(?:봅|만납|갑|먹읍|모입|보십|가십|만나십)시다|(?:만나|봬|뵈어|(?<![가-힣])봐)(?:요)?(?=\s*(?:$|[.!~ㅋㅎ]))|뵙|뵐|봴|는\s?(?:걸|거)로)
    |(?P<go>(?<![가-힣])(?:들어|돌아|내려|올라|나|건너|넘어|다녀|놀러\s?|데리러\s?|나들이\s?)?(?:가(?:요|는데|거든|니까|고|서|네|지만)?|간다|갑니다|감|갈\s?듯|와(?:요)?|온다|옵니다|옴|오는데|오거든|오고|오셔)(?=[\s.,!~ㅋㅎㅠ)]|$)
        |(?:만나|떠나)(?:요|는데|거든|고|서|네)?{_END}|만난다|만납니다|만남|떠난다|떠납니다|출발(?:해|한다|합니다|함|하는데)|(?<![가-힣])(?:뵈러|보기|봅니다|보는데|본다|먹는다|먹습니다|먹어|탑니다|타요|탄다)(?=[\s.,!~ㅋㅎㅠ]|요|$)
        |[가-힣]가(?=\s*(?:$|[.!~ㅋ]))|이사\s?가)
    |(?P<has>(?P<thing>[가-힣A-Za-z0-9]+?)(?:이|가|도|은|는)?(?:\s하나|\s또|\s둘)?\s?(?:있(?!었|으면|을\s?수|냐|니|을까)|잡혀))
    """,
    re.VERBOSE,
)
BINDING: dict[str, CommitmentKind] = {
    "agreed": "promise",
    "must": "deadline",
    "booked": "appointment",
    "vow": "promise",
    "hear": "promise",
    "say": "promise",
    "told": "deadline",
    "promise": "promise",
    "remind": "promise",
    "done": "appointment",
    "is": "appointment",
    "due": "deadline",
    "future": "appointment",
    "lets": "appointment",
    "go": "appointment",
    "has": "appointment",
}
EVENT = re.compile(_EVENT)
EVENT_AT_END = re.compile(_EVENT + r"(?:이|가|은|는|도|날|날은|날이)?[,:]?\s*$")
DUE_AT_END = re.compile(_DUE_THING + r"(?:이|가|은|는|도|를|을)?(?:\s?마감(?:이|은|일이|일은)?|\s?기한(?:이|은)?)?[,:]?\s*$|마감일?(?:이|은)?\s*$")
COPULA_AFTER = re.compile(rf"(?:이|으)?(?:{_COPULA}|{_STOP})")
MOVED = re.compile(
    r"\s?(?:쯤|정도)?(?:으로|로)\s?(?:\S+\s){0,2}?(?:다시\s)?"
    r"(?:미(?:뤄|뤘|루|룸|뤄졌|뤄짐)|연기|옮(?:기|겨|겼|김)|바(?:꾸|꿔|꿨|꿈|뀌|뀜|뀐|뀠|꼈)|변경|당겨|당겼|당기|앞당|늦(?:추|춰|췄)|늦어|조정|재조정|다시)"
)
CHANGED_TO = re.compile(r"\s?(?:으로|로)\s?(?:하자|하기로|해요|합시다|하죠|할게|할게요|결정|확정|하는)")
OLD_TIME = re.compile(r"\s?(?:은|는)?\s?(?:말고|대신|이?\s?아니|아니고|에서\s|였|이었|하려던|려던|인\s?줄)")
CALLED_OFF = re.compile(r"취소(?!\s?(?:못|안|하지|되지))|무산|파토|파투|캔슬|엎어[졌지]|없던\s?일|못\s가게|못\s하게\s됐")
BROKEN = re.compile(r"(?:안|못)\s(?:갔|왔|나왔|나타|만났|지켰|봤|했)|바람\s?맞|펑크")
HABIT = re.compile(r"마다|매일|매주|매달|매월|항상|(?<![가-힣])늘\s|보통|주로|대체로|평소|영업|휴무|정기휴|문\s?(?:열|닫)|엽니다|열어요|열고|개장|폐장|운영")
NOT_OURS = re.compile(r"세일|할인|개봉|방송|방영|출시|발매|컴백|드라마|소설|뉴스|선거|꿈에|꿈을|꿈꿨|노래|가사|영화에서|만화|게임에서|역사|전쟁|단종|품절|정전|단수")
UNREAL = re.compile(r"만약|만일|혹시|(?<![가-힣])아마")
LASTING = re.compile(r"계속|내내|줄곧|(?<![가-힣])쭉|벌써|지금까지")
BOUGHT = re.compile(r"끊|샀|등록|신청|접수|정했")
STATES = re.compile(r"(?:될|좋을|끝날|나올|있을|없을|바쁠|추울|더울|힘들|열릴|걸릴|같을|늦을|이길|질|떨어질|오를|내릴|풀릴|괜찮을|쉴|놀|잘|볼\s?만할)\s?거")
NOT_HAD = re.compile(
    r"^(?:시간|여유|돈|집에|재고|자리|여기|문제|데|수|적|줄|거기|집|고|[가-힣]+(?:에|에서|고|아|어)|세일|할인|행사|이벤트|방송|계획|생각|필요|관심|남아|기억|일|할\s?일|기분|누가|뭐|남|수가|적이|거|것|게|자신|마음|도움|차이|효과|가능성)$"
)
CONNECTIVE = re.compile(r"(?:는데|은데|인데|던데|지만|니까|어서|아서|해서|와서|가서|셔서|라서|려고|면서|으며|이고|하고|했고|있고|됐고|라|,|고요|대요|때문에)\s|[,;]")
CLAUSE_GOES_ON = re.compile(r"(?:는데|은데|인데|던데|지만|니까|라서|아서|어서|해서|거든|이고|했고|하고|고요|대서|래서|,)")
ASKS = re.compile(r"(?:[까니냐]|나요|가요\?|맞지|했지|죠\?)\s*$")
SENTENCE_END = re.compile(r"[!?…。\n]+|\.+(?!\d)|[ㅋㅎㅠㅜ]{2,}|~+(?=\s|$)")
QUOTED = re.compile(r"[“‘「『《<][^”’」』》>\n]{1,200}[”’」』》>]|\"[^\"\n]{1,200}\"|'[^'\n]{1,200}'")
FIRST_PERSON = re.compile(r"(?<![가-힣])(?:제가|내가|저는|나는|전|난|나|저|우리가?|저희가?|우린|나도|저도)(?=\s|$)")
OTHERS = re.compile(
    r"(?<![가-힣])(?:[가-힣A-Za-z]{1,8}\s)?[가-힣A-Za-z]{0,8}(?:(?:님|씨|엄마|아빠|어머니|아버지|형|누나|언니|오빠|동생|친구|선배|후배|팀장|부장|과장|대리|사장|아저씨|아주머니|기사|주인|선생|이모|삼촌|고모"
    r"|할머니|할아버지|남편|아내|와이프|여친|남친|여자친구|남자친구|아들|딸|조카|사촌|룸메|룸메이트|동료|업체|직원|상사|교수|의사|간호사|변호사|집사|매니저|담당자)(?:이|가|은|는|께서|께서는|도|네가)|(?<!제)(?<!내)(?<!우리)(?<!저희)(?:이가|께서))(?=\s)"
)
SUBJECT = re.compile(r"(?<![가-힣])(?!누가|뭐가|제가|내가|우리가|저희가|전화가|연락이)(?P<who>[가-힣]{2,6}?)(?P<particle>이|가)(?=\s)")
PLACE = re.compile(r"((?:[가-힣A-Za-z0-9]+\s)?[가-힣A-Za-z0-9]+)에서(?=\s)")

FILLER = frozenset(
    "그럼 아무튼 저 나 제가 내가 난 전 나는 저는 우리 저희 우린 꼭 벌써 일단 그냥 좀 다 또 이제 그리고 그래서 근데 그런데 아 어 음 네 응 참 맞다 진짜 정말 혹시 아마 "
    "무조건 반드시 미리 다시 같이 함께 드디어 역시 사실 원래 오늘 내 제 그 이 뭐 로 으로 라 이라 에 도 일정 그날 바로 얼른 빨리 직접 제발 하나 말고 대신 때문에 미안 오케이 ㅇㅋ 넵 자 잠깐 그때".split()
)
OBJECT = re.compile(r"(?<=[가-힣A-Za-z0-9])(?:을|를|은|는|께서|(?<=[가-힣])도)$")
NO_PARTICLE = frozenset("마을 가을 노을 휴가 작가 평가 고양이 아이 어린이 종이 나이 제주도 지도 속도 온도 강원도 경기도 여의도 도 떡볶이 집들이 나들이 돌보미".split())
MUST_STEMS = {0: 0, 1: 0, 4: 18, 6: 20, 9: 8, 10: 11, 14: 13}


def is_written_in(text: str) -> bool:
    """Whether the text holds any Hangul."""
    return HANGUL.search(text) is not None


def commitments_in(text: str, here: datetime, speaker: Party) -> list[Commitment]:
    """The commitments in the text, said at the moment `here` in the user's zone."""
    found: list[Commitment] = []
    for clause in _clauses(unicodedata.normalize("NFKC", text), here):
        if _only_tells_when(clause) and found and found[-1].all_day and not clause.phrase.names_day:
            found[-1] = replace(found[-1], start=clause.phrase.start or found[-1].start, end=clause.phrase.end, all_day=False)
            continue
        commitment = _commitment(clause, speaker)
        if commitment and all((commitment.start, commitment.what) != (other.start, other.what) for other in found):
            found.append(commitment)
    return found


def tells_a_time(text: str, here: datetime) -> bool:
    """Whether something in the words names a time from `here` on."""
    return any(phrase.start for phrase in time_phrases(unicodedata.normalize("NFKC", text), here))


def days_told(text: str, here: datetime) -> list[date]:
    """The days that the text names, from that of `here` on."""
    return [phrase.start.date() for phrase in time_phrases(unicodedata.normalize("NFKC", text), here) if phrase.start and phrase.names_day]


@dataclass(frozen=True)
class _Clause:
    """A time phrase with its words, those before it and behind it in its sentence, and whether the sentence asks."""

    head: str
    phrase: TimePhrase
    words: str
    tail: str
    asks: bool
    follows_old_time: bool


@dataclass(frozen=True)
class _Binding:
    """The ending that binds: its name among the markers, and the words that it closes."""

    name: str
    kind: CommitmentKind
    marker: re.Match[str] | None
    change: Change = "new"


def _clauses(text: str, here: datetime) -> Iterator[_Clause]:
    quotes = [match.span() for match in QUOTED.finditer(text)]
    phrases = [phrase for phrase in time_phrases(text, here) if phrase.start and not _inside(phrase.begin, quotes)]
    ends = [match.span() for match in SENTENCE_END.finditer(text)]
    begins_after = [stop for _, stop in ends]
    stops_at = [begin for begin, _ in ends]
    old = False
    for number, phrase in enumerate(phrases):
        last_stop = phrases[number - 1].stop if number else 0
        next_begin = phrases[number + 1].begin if number + 1 < len(phrases) else len(text)
        before = bisect(begins_after, phrase.begin)
        sentence_begin = begins_after[before - 1] if before else 0
        after = bisect(stops_at, phrase.stop - 1)
        sentence_stop = stops_at[after] if after < len(stops_at) else len(text)
        tail = text[phrase.stop : min(sentence_stop, next_begin, phrase.stop + REACH)]
        closed = sentence_stop < next_begin or next_begin == len(text)
        asks = closed and ("?" in text[sentence_stop : sentence_stop + 3] or ASKS.search(tail) is not None)
        head = text[max(sentence_begin, last_stop, phrase.begin - REACH) : phrase.begin]
        yield _Clause(head, phrase, text[phrase.begin : phrase.stop], tail, asks, old)
        old = OLD_TIME.match(tail) is not None or text.startswith("에서", phrase.stop - 2)


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    number = bisect(spans, (place, len(spans) + place + 1))
    return number > 0 and place < spans[number - 1][1]


def _only_tells_when(clause: _Clause) -> bool:
    return not clause.head.strip(" ,:") and re.fullmatch(r"\s*(?:에|이야|예요|이에요|입니다|임|래요?|이래요?)?\s*", clause.tail) is not None


def _commitment(clause: _Clause, speaker: Party) -> Commitment | None:
    binding = _binding(clause)
    if binding is None:
        return None
    by = _party(clause, binding, speaker)
    if by is None:
        return None
    start, end = _when(clause, binding)
    kind = "deadline" if clause.phrase.due and binding.kind == "appointment" else binding.kind
    kind = "appointment" if kind == "deadline" and not clause.phrase.due and EVENT.search(clause.tail) else kind
    what = _what(clause, binding)
    return Commitment(what, kind, by, start, end, clause.phrase.all_day, _place(clause, binding), binding.change)


def _when(clause: _Clause, binding: _Binding) -> tuple[datetime, datetime | None]:
    """When it is: where it moved "from Friday to Monday", on Monday."""
    phrase = clause.phrase
    assert phrase.start is not None
    if binding.change == "moved" and phrase.spans == "에서" and phrase.end:
        return phrase.end - timedelta(days=phrase.all_day), None
    return phrase.start, phrase.end


def _binding(clause: _Clause) -> _Binding | None:
    """What binds somebody to the time, or None."""
    words = clause.head[_last_clause(clause.head) :] + " " + clause.tail
    if OLD_TIME.match(clause.tail) or NOT_OURS.search(words) or UNREAL.search(words):
        return None
    if clause.phrase.since and (LASTING.search(clause.tail) or not EVENT.search(words)):
        return None
    if MOVED.match(clause.tail):
        return None if clause.asks else _Binding("moved", "appointment", None, "moved")
    binding = _first_marker(clause)
    if binding is None or _takes_back(clause, binding):
        return None
    if binding.marker and HABIT.search(clause.head[_last_clause(clause.head) :] + clause.tail[: binding.marker.end() + 4]):
        return None
    if binding.change == "new" and (clause.follows_old_time or CHANGED_TO.match(clause.tail)) and binding.kind == "appointment":
        return replace(binding, change="moved")
    return binding


def _first_marker(clause: _Clause) -> _Binding | None:
    if COPULA_AFTER.match(clause.tail):
        topic = _topic(clause)
        if topic:
            return topic
    for marker in MARKER.finditer(clause.tail):
        name = str(marker.lastgroup if marker.lastgroup != "thing" else "has")
        if name == "skip" or (name == "has" and NOT_HAD.match(marker["thing"])):
            continue
        if name == "off":
            return _Binding(name, "appointment", marker, "cancelled")
        if name not in BINDING or not _holds(clause, name, marker):
            return None
        rest = clause.tail[marker.end() :]
        change: Change = "cancelled" if CALLED_OFF.search(rest) else "new"
        return _Binding(name, _kind(clause, name, marker), marker, change)
    return None


def _topic(clause: _Clause) -> _Binding | None:
    """What the words before the time say takes place, or is due then: "시험은 금요일이야", "금요일까지래요"."""
    if clause.asks and not CLAUSE_GOES_ON.search(clause.tail):
        return None
    if DUE_AT_END.search(clause.head) and (clause.phrase.due or "마감" in clause.head or "기한" in clause.head):
        return _Binding("topic", "deadline", None)
    if EVENT_AT_END.search(clause.head) and not clause.phrase.due:
        return _Binding("topic", "appointment", None, "cancelled" if CALLED_OFF.search(clause.tail) else "new")
    return None


def _holds(clause: _Clause, name: str, marker: re.Match[str]) -> bool:
    """Whether an ending that can bind does so here."""
    said, rest = clause.tail[: marker.end()], clause.tail[marker.end() :]
    if clause.asks and not CLAUSE_GOES_ON.search(clause.tail[marker.start() :]):
        return False
    if name == "booked" and clause.phrase.all_day and not said.strip().startswith(("으로", "로")):
        return not (clause.words.endswith("에") and BOUGHT.search(marker.group()))
    if name == "future":
        return STATES.search(marker.group() + rest[:2]) is None
    if name == "due":
        return clause.phrase.due or "마감" in marker.group() or "기한" in marker.group()
    if name in ("is", "has", "go", "done"):
        return not clause.phrase.due or name == "is"
    if name == "lets" and rest.startswith("고"):
        return False
    return name != "remind" or "날씨" not in said


def _takes_back(clause: _Clause, binding: _Binding) -> bool:
    """Whether the sentence goes on to say that it did not come to pass."""
    if binding.marker is None or binding.name not in ("agreed", "hear", "say", "vow"):
        return False
    return BROKEN.search(clause.tail, binding.marker.end()) is not None


def _kind(clause: _Clause, name: str, marker: re.Match[str]) -> CommitmentKind:
    before = clause.tail[: marker.start()]
    if name == "agreed" and not clause.phrase.due and re.search(r"(?:가|오|보|만나|먹|마시|하)$", before) and "약속" not in marker.group():
        return "appointment"
    if name in ("hear", "say") and re.search(r"오신|온$", clause.tail[: marker.start() + 1]) and "러" not in before:
        return "appointment"
    if name == "promise" and re.search(r"뵙|뵐", clause.tail[max(0, marker.start() - 1) : marker.end()]):
        return "appointment"
    return BINDING[name]


def _party(clause: _Clause, binding: _Binding, speaker: Party) -> Party | None:
    """Who is bound; None where others only do among themselves what they do."""
    before = clause.tail[: binding.marker.end()] if binding.marker else ""
    words = clause.head[_last_clause(clause.head) :] + " " + before
    mine, others = FIRST_PERSON.search(words), _others(words)
    if binding.name in ("hear", "say"):
        return _reported(clause, binding, words, bool(mine), others)
    if binding.name == "vow":
        return "other" if others and not mine else speaker
    if binding.name in ("must", "go", "future", "agreed", "promise", "done") and others and not mine:
        return _bound_other(clause, binding)
    return speaker if binding.name in ("promise", "agreed") and binding.kind == "promise" else "user"


def _others(words: str) -> bool:
    return OTHERS.search(words) is not None


def _reported(clause: _Clause, binding: _Binding, words: str, mine: bool, others: bool) -> Party | None:
    assert binding.marker is not None
    clause_so_far = clause.tail[: binding.marker.end()]
    gives = re.search(_GIVING_FORMS, clause_so_far) is not None
    if binding.name == "hear":
        return "other" if gives else None
    honours = re.search(r"신다고", clause_so_far) is not None
    third = not mine and (others or honours or SUBJECT.search(words) is not None or re.search(r"온다고", clause_so_far) is not None)
    if third:
        return "other" if gives else None
    return "user"


_GIVING_FORMS = (
    r"(?:준|주신|주겠|드린|온|오신|오겠|방문한|방문하신|들른|들르신|연락한|연락하신|연락\s?주|전화한|전화하신|보낸|보내|돌려|갚|데리러|가져|알려|고쳐|고친|설치한|배송한|배달한|점검한|답한|답장한|입금한|입금하|송금한"
    r"|부친|부쳐|넣어|나온|맡는|해\s?주|해준)"
)


def _bound_other(clause: _Clause, binding: _Binding) -> Party | None:
    assert binding.marker is not None
    said = clause.tail[max(0, binding.marker.start() - 6) : binding.marker.end() + 1]
    if binding.name in ("go", "future") and re.search(r"오|와|온|옵|옴|올\s|올거|데리러|방문|줄\s?거|드릴", said):
        return "other"
    return "user" if binding.name in ("agreed", "done") else None


def _last_clause(head: str) -> int:
    last = 0
    for match in CONNECTIVE.finditer(head):
        last = match.end()
    return last


def _place(clause: _Clause, binding: _Binding) -> str:
    if binding.kind != "appointment":
        return ""
    words = clause.head[_last_clause(clause.head) :] + " " + (clause.tail[: binding.marker.start()] if binding.marker else "")
    match = PLACE.search(words)
    if not match:
        return ""
    parts = match[1].split()
    return " ".join(part for part in parts if part not in FILLER and not re.search(r"(?:이랑|랑|하고|은|는|을|를|이|가|와|과)$", part) or part is parts[-1])


def _what(clause: _Clause, binding: _Binding) -> str:
    """The words of the clause without its time, its particles and its filler, the verb as a noun."""
    before = clause.head[_last_clause(clause.head) :]
    words = _plain(before) + _plain(_said(clause, binding))
    words = words or _plain(clause.head) or _plain(clause.tail)
    return " ".join(words[-8:]) or "약속"


def _plain(text: str) -> list[str]:
    words = [word.strip(".,!?~:;()\"'“”‘’…") for word in text.split()]
    return [_bare(word) for word in words if word and word not in FILLER]


def _bare(word: str) -> str:
    """A word without its particle."""
    if word in NO_PARTICLE or len(word) < 2:
        return word
    last, before = word[-1], word[-2]
    if last in "이가" and "가" <= before <= "힣" and ((ord(before) - FIRST_SYLLABLE) % FINALS > 0) == (last == "이"):
        return word[:-1]
    return OBJECT.sub("", word)


def _said(clause: _Clause, binding: _Binding) -> str:
    """The words behind the time up to the ending that binds, with the verb as a noun: "보내드리기"."""
    if binding.marker is None:
        return ""
    marker, tail = binding.marker, clause.tail
    before = tail[: marker.start()]
    if binding.name in ("is", "done"):
        event = EVENT.match(tail, marker.start())
        return before + (event.group() if event else "")
    if binding.name == "has":
        return before + str(marker["thing"])
    if binding.name in ("agreed", "vow"):
        return _as_noun(before, "")
    if binding.name in ("promise", "say", "hear") and not marker.group().startswith(("겠", "는")):
        return _as_noun(before, _open(marker.group()[0]))
    if binding.name == "must":
        return _as_noun(before, _stem(marker.group()[0]))
    if binding.name == "future" and marker.group().startswith("러"):
        return before + "러 가기"
    if binding.name in ("promise", "say", "hear") or marker.group().startswith("는"):
        return _as_noun(before, "")
    return before


def _as_noun(before: str, syllable: str) -> str:
    """A verb's stem as a noun: "돌려주기"; of "갱신하" only "갱신" is left."""
    stem = before + syllable
    if stem.endswith("하"):
        return stem[:-1]
    return stem + "기" if stem.strip() else ""


def _open(syllable: str) -> str:
    """A syllable without its final consonant."""
    code = ord(syllable) - FIRST_SYLLABLE
    return chr(FIRST_SYLLABLE + code - code % FINALS) if 0 <= code <= LAST_SYLLABLE - FIRST_SYLLABLE else syllable


def _stem(infinitive: str) -> str:
    """The stem's syllable behind an infinitive's: 해 -> 하, 써 -> 쓰, 와 -> 오; none of 어 and 아, which only follow a stem."""
    if infinitive in "어아여":
        return ""
    if infinitive in "내매대":
        return infinitive
    code = ord(infinitive) - FIRST_SYLLABLE
    consonant, vowel = divmod(code // FINALS, VOWELS)
    return chr(FIRST_SYLLABLE + (consonant * VOWELS + MUST_STEMS.get(vowel, vowel)) * FINALS)
