"""What is said for the sake of talk, in English, Korean and Japanese: greetings, thanks, farewells, and nods like "ok"."""

import re
from typing import Literal

SmallTalk = Literal["greeting", "thanks", "farewell", "nod"]

NODS = (
    r"ok(?:ay)?|k|yes|yeah|yep|yup|no|nope|nah|sure|right|al ?right|fine|cool|nice|great|good|perfect|awesome|wow|oh|ah|aha"
    r"|h+m+|(?:ha){2,}|lol|lmao|i see|got it|understood|indeed|exactly|of course|never ?mind"
)
WIDE_NODS = (
    r"[ㅋㅎㅠㅜ]+|응+|어+|넵|넹|네|예|아니(?:요|야)?|그래요?|맞아요?|알았어요?|알겠어요?|좋아요?|오케이"
    r"|うん+|はい|ええ|いいえ|いや|ううん|そう(?:だね|ですね|です)?|なるほど|わかった|わかりました|了解(?:です|しました)?|笑+|草|[wｗ]{2,}|へえ+"
)
GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|안녕(?!히)\w*|こんにちは|おはよう\w*|你好|您好)\b"
    r"[\s\w,]{0,20}\W*$",
    re.I,
)
# With nothing behind: "morning", but not "morning runs are best".
GREETING_ALONE = re.compile(
    r"^\W*(?:(?:morning|afternoon|evening|howdy|hiya|yo|what['\u2019]?s up|sup|long time no see)(?: (?:all|everyone|there|again))?"
    r"|좋은 ?(?:아침|오후|저녁|하루)(?:이야|이에요|입니다|이네요?)?|(?:진짜 |정말 )?오랜만(?:이야|이에요|입니다|이네요?)?"
    r"|반가워요?|반갑습니다|잘 ?지냈(?:어|어요|니|나요)"
    r"|こんばん[はわ]|お?久しぶり(?:です|だ)?ね?|はじめまして|やあ|元気(?:ですか|だった)?)\W*$",
    re.I,
)
HOW_ARE_YOU = re.compile(
    r"^\W*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day))\b[\s\w,]{0,20}\W+)?"
    r"(?:how are you|how're you|how is it going|how's it going|how are things|how do you do)\b[\s\w,]{0,20}\W*$",
    re.I,
)
THANKS = re.compile(
    rf"^\W*(?:(?:(?:{NODS}|sounds good|many|so)\b|{WIDE_NODS}|정말|진짜|너무|本当に)[\s,.!~。、\uff01]*){{0,3}}"
    r"(?:thanks?(?! to (?!you\b))|thank you|thx|cheers|고마\w*|고맙\w*|감사\w*|(?:どうも)?ありがと\w*|谢谢)\b[^?]{0,50}$",
    re.I,
)
FAREWELL = re.compile(
    r"^\W*(?:good ?bye|bye|good night|see (?:you|ya)|talk to you later|take care|잘 ?[가자]\w*|안녕히"
    r"|さようなら|おやすみ\w*|お休み\w*|またね|じゃあね|再见)\b[^?]{0,40}$",
    re.I,
)
FAREWELL_ALONE = re.compile(
    r"^\W*(?:(?:later|night|night night|cya|ttyl|catch you later|until (?:next time|tomorrow))"
    r"|(?:let['\u2019]s )?(?:talk|speak) (?:soon|later|tomorrow)"
    r"|(?:내일|나중에|이따|다음에|다음에 ?또|또) ?(?:봐|보자|만나|얘기하자|이야기하자|뵐게|봬)요?|좋은 ?밤 ?(?:보내|되세요|보내세요)?"
    r"|수고(?:했어|하셨어|하세|했)요?"
    r"|(?:じゃあ?|では)?また(?:明日|あした|あとで|後で|今度|来週|な)[ねな]?|バイバイ|お疲れ(?:様|さま)?(?:です|でした)?)\W*$",
    re.I,
)
NOD = re.compile(
    rf"^\W*(?:(?:{NODS})\b[\s,.!~]*){{1,3}}$",
    re.I,
)
WIDE_NOD = re.compile(
    rf"^\W*(?:(?:{WIDE_NODS})[\s,.!~。、\uff01〜ー]*){{1,3}}$",
    re.I,
)
KINDS: tuple[tuple[SmallTalk, tuple[re.Pattern[str], ...]], ...] = (
    ("greeting", (GREETING, GREETING_ALONE, HOW_ARE_YOU)),
    ("thanks", (THANKS,)),
    ("farewell", (FAREWELL, FAREWELL_ALONE)),
    ("nod", (NOD, WIDE_NOD)),
)


def small_talk_of(message: str) -> SmallTalk | None:
    """What of this kind a message is, if it is nothing else."""
    return next((kind for kind, patterns in KINDS if any(pattern.match(message) for pattern in patterns)), None)
