"""What makes a memory weigh: signals of its words, in English, Korean and Japanese."""

import re
from collections.abc import Mapping

HEAD, TAIL = 250, 150  # letters of a long text that are looked at
LETTERS_A_SIGN = 2.5  # Latin letters that say as much as one of Korean or Japanese
WIDE_LETTERS = "wide letters"
LENGTHS = (4, 10, 20, 50, 150)  # in signs of Korean or Japanese, which part the ranges of length
NAMES = "names somebody or something"  # told by capitals, so read in the words as they stand

# One pattern a line of alternatives: English, Korean, Japanese. English is looked at in lower case.
WORDINGS: Mapping[str, tuple[str, ...]] = {
    "of death": (
        r"\b(?:died|passed away|funeral|buried|killed|suicide|own life|dying|death|widow\w*|grie[fv]\w*|mourn\w*|cremat\w*)\b",
        r"\blost (?:my|our|his|her) (?:\w+ )?(?:baby|child|son|daughter|mother|mom|mum|father|dad|wife|husband|brother|sister|friend)\b",
        r"돌아가셨|돌아가신|세상을 (?:떠|등)|죽었|죽은|사망|장례|목숨|잃었|무지개다리|고인|별세",
        r"亡くな|亡くし|死んだ|死去|他界|先立たれ|葬[式儀]|命を絶|自殺|虹の橋|通夜",
    ),
    "of the end of life": (
        r"\b(?:don't want to live|end it all|kill myself|(?:\w+) (?:months|weeks|days) to live|terminal\w*|coma|life support)\b",
        r"살고 싶지|죽고 싶|못 산대|시한부|혼수|말기",
        r"生きて(?:い)?たくない|死にたい|余命|昏睡|末期|どう生きれば",
    ),
    "of illness or harm": (
        r"\b(?:cancer|tumou?r|diagnos\w+|hospital\w*|surgery|operation|stroke)\b",
        r"\b(?:heart attack|accident|crash|broken|icu|disease|disab\w+)\b",
        r"\b(?:pneumonia|diabet\w+|depress\w+|panic attacks?|injur\w+|chemo\w*|dementia|alzheimer\w*|seizure|sober)\b",
        r"\b(?:remission|relaps\w+|run over|assault\w*|abus\w+|rap(?:ed|ist))\b",
        r"\b(?:attacked|stabbed|shot|overdos\w+|hiv|addict\w*|infertil\w+)\b",
        r"병원|입원|수술|진단|암이|암에|당뇨|뇌졸중|사고가|교통사고|부러|폐렴|우울증|공황|투병|치매|다쳤|알레르기|알러지|쓰러",
        r"病院|入院|手術|診断|がん|癌|糖尿|脳卒中|事故|骨折|肺炎|うつ|鬱|パニック|闘病|認知症|怪我|アレルギー|倒れ|歩けない",
    ),
    "of a child to come": (
        r"\b(?:pregnan\w+|was born|gave birth|newborn|miscarr\w+|due date|adopt\w+|ivf|baby)\b",
        r"임신|태어났|출산|유산했|유산을|입양|아기",
        r"妊娠|生まれ|出産|流産|養子|赤ちゃん|引き取",
    ),
    "of love and parting": (
        r"\b(?:wedding|married|marry me|engaged|fianc\w+|divorc\w+|broke up|break ?up)\b",
        r"\b(?:separated|propos(?:ed|al)|moving in together|cheated)\b",
        r"\bleft (?:me|him|her|us)\b|\b(?:ex|girlfriend|boyfriend|husband|wife|partner|anniversary)\b",
        r"결혼|청혼|약혼|이혼|헤어졌|헤어지|남자친구|여자친구|남편|아내|바람을 피",
        r"結婚|プロポーズ|婚約|離婚|別れ|彼氏|彼女|夫|妻|浮気",
    ),
    "of a turn in work or study": (
        r"\b(?:laid off|fired|lost my job|promot(?:ed|ion)|resign\w*|handed in my notice)\b",
        r"\b(?:quit my|new job|job offer|retir\w+|graduat\w+)\b",
        r"\b(?:got in(?:to)?|accepted|rejected|passed (?:the|my)|failed (?:the|my))\b",
        r"\b(?:scholarship|exam|degree|thesis|interview|career|college)\b",
        r"\b(?:got (?:the|a) job|hired|my own (?:business|company|shop)|start-?up|award|published|expelled|dropped out)\b",
        r"해고|승진|사표|퇴사|취직|취업|합격|붙었|졸업|은퇴|떨어져|떨어졌|면접|시험|대학",
        r"クビ|解雇|昇進|退職|就職|内定|合格|受かっ|卒業|定年|落ち(?:た|て)|面接|試験|医学部|大学",
    ),
    "of home, law or money": (
        r"\b(?:buying (?:a|our|my)|bought (?:a|our|my) (?:house|flat|home)|mortgage)\b",
        r"\b(?:rent|evict\w+|debts?|loan|owe|savings?|deposit|bankrupt\w*)\b",
        r"\b(?:arrest\w+|prison|jail|police|court|lawsuit|sued|asylum|visa|flood)\b",
        r"\b(?:burned down|burnt down|robbed|moving to|moved to|contract)\b",
        r"\b(?:lottery|inherit\w*|homeless|refugee|citizen\w*|deport\w*|earthquake|hurricane|war|custody|inheritance)\b",
        r"이민|계약|보증금|월세|빚|빌렸|갚아|체포|감옥|경찰|소송|화재|홍수|이사",
        r"引っ越|契約|頭金|家賃|借金|借りて|ローン|逮捕|刑務所|警察|訴訟|火事|洪水|難民",
    ),
    "of strong feeling": (
        r"\b(?:devastat\w+|heartbroken|terrif\w+|desperat\w*|can't go on|how to go on)\b",
        r"\b(?:hopeless|ashamed|humiliat\w+|lonely|alone|cry\w*|cried)\b",
        r"\b(?:thrilled|overjoyed|betray\w+|furious|traumat\w+|regret\w*|guilt\w*|hate|love|scared|afraid|proud|passionate)\b",
        r"외로|창피|무서|두려|절망|눈물|울었|후회|죄책|배신|사랑|자랑스|괴로|힘들어|모르겠어",
        r"寂し|恥ずか|怖|絶望|涙|泣い|後悔|罪悪|裏切|愛し|誇り|苦し|つらい|辛くて|わからない",
    ),
    "of feeling": (
        r"\b(?:happy|excited|eager|worried|nervous|anxious|sad|upset|angry|annoyed)\b",
        r"\b(?:glad|stress\w*|bother\w+|disappoint\w+|hope\w*|enjoy\w*)\b",
        r"\b(?:interest(?:ed|ing)|frustrat\w+|grateful|kind|jealous|miss(?:ed)? (?:my|him|her|you|them))\b",
        r"행복|기뻐|기쁘|설레|걱정|긴장|불안|슬프|슬퍼|화가|짜증|속상|고마운|다퉜|신나",
        r"嬉し|うれし|楽し|心配|緊張|不安|悲し|怒|イライラ|残念|気になっ|もめ|盛り上が",
    ),
    "commits": (
        r"\b(?:promis\w+|decid\w+|i(?:'ll| will)|going to|plan(?:s|ned|ning)?)\b",
        r"\b(?:goal|want to|intend\w*|commit\w*|deadline|saving for|invit\w+)\b",
        r"\bby (?:january|february|march|april|may|june|july|august|september|october|november|december|monday|friday|tomorrow)\b",
        r"약속|마음먹|결심|하기로|할 거야|계획|목표|마감|까지 |모으는",
        r"約束|決めた|ことに(?:し|な|決)|つもり|計画|目標|締切|までに|貯めて",
    ),
    "says who somebody is": (
        r"\b(?:i|he|she|we) (?:work|live|grew up|study|teach|play)s?\b",
        r"\bi(?:'m| am) (?:an? |allergic|vegetarian|vegan|from|gay)\b",
        r"\bmy name is\b|\bi(?:'ve| have) been\b|\bis (?:an? |passionate|known|friends?|close)",
        r"\b(?:lives in|works as|majoring|student|lifestyle)\b",
        r"로 일해|일하고 있|살고 있|랑 살아|에 살아|자랐|채식|내 이름|나는 .{1,12}(?:이야|예요|입니다)|배우|년째|된 지|됐어",
        r"として働|をしています|に住ん|暮らし|育った|ベジタリアン|名前は|習い|年になる|年間|です。?$",
    ),
    "prefers": (
        r"\b(?:favou?rite|prefer\w*|i (?:don't |really |also )?(?:like|enjoy)|not a (?:big )?fan)\b",
        r"\b(?:usually|always|every (?:day|week|morning)|from now on)\b",
        r"\b(?:never|please keep|twice a week)\b",
        r"좋아(?:해|하)|싫어|보통|항상|매일|매주|앞으로|선호|제일|일주일에",
        r"好き|嫌い|苦手|たいてい|いつも|毎日|毎週|これからは|一番|週に",
    ),
    "of family": (
        r"\b(?:mother|mom|mum|father|dad|parents?|son|daughter|child(?:ren)?|kids?)\b",
        r"\b(?:brother|sister|grand\w+|uncle|aunt|cousin|family|twin|boy)\b",
        r"엄마|어머니|아빠|아버지|부모|아들|딸|아이|형|누나|언니|오빠|동생|할머니|할아버지|가족|쌍둥이",
        r"母|父|両親|息子|娘|子ども|子供|兄|姉|弟|妹|祖母|祖父|おばあ|おじい|家族|双子",
    ),
    "of people close by": (
        r"\b(?:friends?|friendship|roommate|dormmate|colleagues?|boss|manager)\b",
        r"\b(?:neighbou?r|landlord|teacher|doctors?|dog|cat|pet|relationship)\b",
        r"친구|동료|부장|상사|집주인|이웃|선생|의사|강아지|유기견|고양이",
        r"友だち|友達|親友|同僚|部長|上司|大家|隣の|先生|医者|犬|猫",
    ),
    "of talk": (r"\b(?:convers\w+|chatt\w+|discuss\w*|talk\w*|conversation)\b", r"이야기|대화", r"話し|会話"),
    "of work on something": (
        r"\b(?:research\w*|stud(?:y|ies|ying)|paper|project|writing|book|notes?)\b",
        r"\b(?:learn\w*|train(?:ing)?|marathon|party|event|trip|travel\w*)\b",
        r"연구|공부|논문|프로젝트|여행|시합|마라톤|발표",
        r"研究|勉強|論文|プロジェクト|旅行|試合|マラソン|発表",
    ),
    "of routine": (
        r"\b(?:idle|being (?:used|slept|cleaned|washed)|used|sleeping|slept|eating)\b",
        r"\b(?:ate|breakfast|lunch|toast|coffee|shower\w*|brush\w*|trash)\b",
        r"\b(?:rain\w*|weather|traffic|bus|queue|walk|episodes?|fridge|empty)\b",
        r"\b(?:open|closed?|clean\w*|shelf|counter|sink|bed|tired|bathroom)\b",
        r"커피|아침에|점심|양치|비 온|날씨|버스|쓰레기|산책|드라마|냉장고|피곤|배고|먹었|막혔",
        r"コーヒー|朝は|昼|歯を磨|雨|天気|バス|レジ|ゴミ|散歩|ドラマ|冷蔵庫|だるい|お腹|食べた|混んで",
    ),
    "asks": (
        r"[?？]\s*[\"')]*$",
        r"^\W*(?:who|what|when|where|which|whose|why|how|do|does|did|is|are|can|could|will|would|should)\b",
        r"(?:니|까|나요|가요|얼마야|어떻게 [가-힣]+)\s*[?]?$",
        r"(?:か|かな|っけ|には|いくつ)[。?？]?\s*$",
    ),
    "sets a task": (
        r"\b(?:write me|write|make (?:it|that|me|a)|explain|translate|summari[sz]e)\b",
        r"\b(?:describe|give me|show me|list|draft|generate|calculate|help me)\b",
        r"써\s?줘|해\s?줘|번역|계산|만들어|설명|알려\s?줘|짧게",
        r"書いて|して$|訳して|計算|作って|説明|教えて|ください",
    ),
    "greets, thanks or agrees": (
        r"^\W*(?:thanks|thank you|ok(?:ay)?|sure|hello|hi|hey|good (?:morning|night|evening))\b",
        r"^\W*(?:bye|great|cool|nice|haha\w*|hmm+|yes|yeah|never mind)\b",
        r"고마워|감사합|^안녕|잘자|^응|ㅋㅋ|오키|알겠|^네\b",
        r"ありがとう|こんにちは|おはよう|おやすみ|^うん|^はい|あはは|わかった|そうだね",
    ),
    "of what is not so": (
        r"\b(?:film|movie|novel|hero|character|episode|season|poem|story|game|series)\b",
        r"\b(?:phone|battery|laptop|car|plant) (?:just )?died\b",
        r"\bdying to\b|\bkilled it\b|\bto death\b|\bkilling me\b|\bdied laughing\b",
        r"영화|주인공|소설|드라마|게임|죽겠|배터리가",
        r"映画|主人公|小説|ドラマ|ゲーム|死にそう|充電が",
    ),
    "is in the first person": (
        r"\b(?:i|i'm|i've|i'll|i'd|me|we|us|im|ive)\b",
        r"(?<![가-힣])(?:나|저|난|전|내가|제가|나는|저는|나한테|저한테|날|우리)(?![가-힣]{2,})",
        r"私|僕|俺|わたし|あたし",
    ),
    "is about what is the user's": (r"\b(?:my|mine|our|ours)\b", r"(?<![가-힣])(?:내|제|나의|저의|우리|저희)(?![가-힣]{3,})", r"うち|自分"),
    "stays or changes for good": (
        r"\b(?:for (?:good|ever|the first time)|forever|first|finally|never again)\b",
        r"\b(?:years?|since|anymore|any more|no longer|ago|together)\b",
        r"처음|첫|드디어|마침내|평생|영원|년이나|더 이상|다시는|만에",
        r"初めて|ついに|やっと|一生|永遠|年も|もう|二度と|ぶり",
    ),
    "exclaims": (r"!|！",),
    "tells a time": (
        r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday)\b",
        r"\b(?:tomorrow|today|tonight|morning|last night|next (?:week|month))\b",
        r"\b(?:january|february|march|april|june|july|august|september|october)\b",
        r"\b(?:november|december|\d{1,2}(?::\d\d)? ?[ap]m|\d+(?:st|nd|rd|th))\b",
        r"요일|내일|어제|오늘|다음 주|[월일시]에|\d월",
        r"曜|明日|昨日|昨夜|今日|今朝|来週|来月|\d月",
    ),
}
FITS = {name: re.compile("|".join(alternatives)) for name, alternatives in WORDINGS.items()}
NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][a-z]+|[가-힣]{2,3}(?:이랑|이는|네)\b|[一-龥]{2}(?:さん|ちゃん|くん|君)")
WIDE = re.compile("[가-힣ぁ-んァ-ン一-龥]")
LATIN_FITS = {name: re.compile("|".join(one for one in WORDINGS[name] if not WIDE.search(one))) for name in WORDINGS}
WIDE_FROM = 0.2  # of the letters


def signals_of(text: str) -> dict[str, float]:
    """Every signal by name, between 0 and 1."""
    looked_at = text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} \n {text[-TAIL:]}"
    small = looked_at.lower().replace("’", "'")
    patterns = FITS if WIDE.search(small) else LATIN_FITS
    fits = {name: float(fit.search(small) is not None) for name, fit in patterns.items()}
    return {**fits, NAMES: float(NAME.search(looked_at) is not None), **_shape(text)}


def is_wide(text: str) -> bool:
    """Whether it is Korean or Japanese, of which MiniLM knows little."""
    beginning = text[:HEAD]
    return len(WIDE.findall(beginning)) > WIDE_FROM * len(beginning)


def _shape(text: str) -> dict[str, float]:
    """How it is written."""
    wide = is_wide(text)
    signs = len(text) if wide else len(text) / LETTERS_A_SIGN
    return {
        **{f"over {length}": float(signs > length) for length in LENGTHS},
        "several lines": float("\n" in text),
        "figures": float(any(letter.isdigit() for letter in text[:HEAD])),
        WIDE_LETTERS: float(wide),
    }
