"""What speaks for a layer: signals of a turn's words, in English, Korean and Japanese, and of what was said before it."""

import re
from collections.abc import Mapping, Sequence

HEAD, TAIL = 400, 300  # letters of a long text that are looked at: what is wanted stands at its beginning or end
LETTERS_A_SIGN = 2.5  # Latin letters that say as much as one of Korean or Japanese
LENGTHS = (6, 12, 25, 60, 150)  # in signs of Korean or Japanese, which part the ranges of length

# One pattern a line of alternatives: English, Korean, Japanese. Each is named by what a turn does where it fits.
WORDINGS: Mapping[str, tuple[str, ...]] = {
    "asks": (
        r"[?？]\s*[\"')]*$",
        r"^\W*(?:who|what|when|where|which|whose|why|how|do|does|did|is|are|was|were|can|could|have|has|had|will|would|should|am)\b",
        r"(?:니|까|나요|가요|어요|지|지요|죠|더라|더라고|던가|을까|려나|냐|대|데)\s*[?]?$",
        r"(?:か|かな|の|っけ|だろう|でしょう)[。?？]?\s*$",
    ),
    "speaks of earlier talk": (
        r"\b(?:remember|recall|remind me|last (?:time|week|month|year)|earlier|previous(?:ly)?|used to|ago|yesterday|the other day)\b",
        r"\b(?:i|we|you|he|she|they) (?:\w+ )?(?:told|mentioned|said|talked|discussed|planned|agreed|recommended|suggested|shared)\b",
        r"\b(?:i|we|you|he|she|they) (?:\w+ )?(?:promised|wanted|decided)\b|\bback (?:in|then|when)\b",
        r"지난\s?번|저번|예전에|전에|말했|말한|얘기했|얘기한|그때|추천해\s?준|알려\s?준|하기로|지난\s?[주달해]",
        r"覚えて|前に|この間|この前|こないだ|言って|言った|話した|話して|すすめて|勧めて|教えて(?:くれ|もら)|あの時|先[週月]|以前",
    ),
    "asks what the assistant did": (
        r"\b(?:did|have|had|has|were|was) you\b|\byou (?:said|told|recommended|suggested|mentioned|gave|wrote|did|showed)\b",
        r"(?:추천|얘기|말|알려|적어|정리|설명)해?\s?(?:줬|준|주신|주셨|줬던|했던)|네가|니가|당신이",
        r"くれた|もらった|くれてた",
    ),
    "asks what the user did": (
        r"\b(?:did|have|had|was|am|were|has|do) (?:i|we|my|our)\b|\b(?:i|we) (?:did|had|was|were|got|bought|went|have)\b",
        r"(?:였|었|았|했|갔|왔|됐|샀|뒀|봤)(?:지|더라|나|죠|어|어요|는지|을까|던가|니|나요|지요|더라구요)|뭐더라|뭐였|뭐랬|랬지|누구였|어디였|언제였",
        r"(?:だった|たっけ|だっけ|でした|ました|てた|った)(?:っけ|け|かな|か)?[。?？]?\s*$|っけ",
    ),
    "is about what is the user's": (
        r"\b(?:my|mine|our|ours)\b",
        r"(?<![가-힣])(?:내|제|나의|저의|우리|저희)(?![가-힣]{3,})",
        r"私|僕|俺|わたし|うち|自分|あたし",
    ),
    "is about the user": (
        r"\b(?:i|i'm|i've|i'll|i'd|me|we|(?-i:us)|im|ive)\b",
        r"(?<![가-힣])(?:나|저|난|전|내가|제가|나는|저는|나한테|저한테|날)(?![가-힣]{2,})",
        r"私|僕|俺|わたし|あたし",
    ),
    "asks what anybody may ask": (
        r"\bhow (?:do|can|could|should|would|might) (?:i|we|you|one)\b",
        r"\b(?:give|tell|write|show|help|teach|make|draft|explain to) (?:me|us)\b",
        r"방법|하려면|\b법\b",
        r"方法|やり方|には(?:どう|何)|とは",
    ),
    "points at something": (
        r"\b(?:it|its|that|this|those|these|they|them|their|he|she|him|her|his|one|ones|there|same)\b",
        r"\bthe (?:first|second|third|last|other|former|latter)\b",
        r"그거|그건|그게|그걸|이거|이건|이게|거기|걔|첫\s?번째|두\s?번째|세\s?번째|마지막|둘\s?중|아까|방금|위에",
        r"それ|これ|あれ|その|この(?!前|間)|そこ|そっち|[一二三]つ目|最初の|最後の|さっき|今の|上の",
    ),
    "goes on from what was said": (
        r"^\W*(?:and|but|so|or|then|also|ok|okay|now|what about|how about|why|really|wait|hmm|no|yes|yeah|sure|actually|which)\b",
        r"^(?:그럼|그러면|그리고|근데|왜|아니|응|네|오|음|진짜|정말|그래도|예를|더|좀|다시)",
        r"^(?:じゃあ|では|でも|なんで|なぜ|それで|いや|うん|はい|え|へえ|ほんと|例えば|もっと|もう|あと|ちなみに|ほかに|他に)",
    ),
    "wants it otherwise": (
        r"\b(?:shorter|longer|simpler|again|more|another|instead|rephrase|rewrite|elaborate|example|less|else|details?|detailed)\b",
        r"짧게|길게|자세히|쉽게|다시|바꿔|예시|예를|더\s|요약|말고|다른",
        r"短く|長く|詳しく|簡単に|もう一度|言い換え|例を|要約|変えて|もっと|他の|別の",
    ),
    "names somebody or something": (
        r"(?-i:(?<![.!?]\s)(?<!^)\b[A-Z][a-z]+)",
        r"[가-힣]{2,3}(?:이|가|랑|씨|네|한테|이가|이랑|이네|이는|는)\b",
        r"[ァ-ヴー]{2,}(?:の|って|が|は|と)|[一-龥]{2}(?:さん|ちゃん|くん|君)",
    ),
    "asks for a fact": (
        r"\b(?:when|what (?:time|day|date|month|year)|how (?:long|many|often|much)|(?:what|which|who) was|where (?:did|was|do))\b",
        r"언제|몇|어디|누구|얼마|뭐|무슨",
        r"いつ|何[月日時回歳年人曜]|どこ|誰|いくつ|いくら|何",
    ),
    "sets a task": (
        r"\b(?:write|create|generate|explain|describe|translate|compose|draft|list|calculate|convert|find|design|implement)\b",
        r"\b(?:summari[sz]e|classify|given|following)\b",
        r"써\s?줘|작성|번역|계산|만들어|설명|알려\s?줘",
        r"書いて|作成|翻訳|計算|作って|説明|教えて",
    ),
    "asks for a plan or a choice": (
        r"\b(?:plan|suggest|recommend|schedule|help me|should i|ideas?|upcoming|next|appointment|deadline|birthday|gift|present)\b",
        r"\b(?:trip|dinner|remaining|left)\b",
        r"추천|짜\s?줘|골라|선물|생일|약속|일정|마감|예약|남았",
        r"おすすめ|考えて|選んで|プレゼント|誕生日|予定|締切|予約|残り|あと何",
    ),
    "greets or thanks": (
        r"^\W*(?:thanks|thank you|thx|hello|hi|hey|good (?:morning|night|evening)|bye|great|cool|nice)\b",
        r"고마워|감사|안녕|잘자",
        r"ありがとう|こんにちは|おはよう|おやすみ|こんばんは",
    ),
    "speaks of the world": (
        r"\b(?:in the world|president|capital|country|movie|film|actor|song|century|war|invented|population|located)\b",
        r"\b(?:mean|definition|river|city|famous|called)\b",
    ),
}
FITS = {name: re.compile("|".join(alternatives), re.IGNORECASE) for name, alternatives in WORDINGS.items()}
TOGETHER = (
    ("asks", "speaks of earlier talk"),
    ("asks", "asks what the user did"),
    ("asks", "is about what is the user's"),
    ("asks", "is about the user"),
)
WIDE = re.compile("[가-힣ぁ-んァ-ン]")
WORD = re.compile(r"[^\W_]{3,}")


def signals_of(words: str, before: Sequence[str]) -> dict[str, float]:
    """Every signal by name, between 0 and 1.

    Args:
        words: What the user said.
        before: The texts of the messages just before it; empty where nothing was said.
    """
    fits = {name: float(bool(fit.search(words[:HEAD]) or fit.search(words[-TAIL:]))) for name, fit in FITS.items()}
    anybody = fits["asks what anybody may ask"]
    together = {f"{one}, {other}": fits[one] * fits[other] * (1 - anybody) for one, other in TOGETHER}
    shape = _shape(words)
    short, begun = shape[f"up to {LENGTHS[1]}"], float(bool(before))
    follows = {
        "follows other words": begun,
        "shares words with them": _shared(words, before),
        "follows, points": begun * fits["points at something"],
        "follows, goes on": begun * fits["goes on from what was said"],
        "follows, short": begun * short,
    }
    return {**fits, **together, **shape, **follows}


def _shape(words: str) -> dict[str, float]:
    """How it is written."""
    wide = WIDE.search(words) is not None
    signs = len(words) if wide else len(words) / LETTERS_A_SIGN
    return {
        **{f"up to {length}": float(signs <= length) for length in LENGTHS},
        "several lines": float("\n" in words),
        "figures": float(any(letter.isdigit() for letter in words)),
        "small first letter": float(words[:1].islower()),
        "wide letters": float(wide),
    }


def _shared(words: str, before: Sequence[str]) -> float:
    """The share of its words that were said just before it."""
    own = set(WORD.findall(words.lower()))
    return len(own & set(WORD.findall(" ".join(before).lower()))) / len(own) if own and before else 0.0
