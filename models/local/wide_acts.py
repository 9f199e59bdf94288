"""What a Korean or Japanese message does, mark or no mark: by how its clauses end, and by the words that ask."""

import re
from typing import Literal

from models.local.sentences import is_question, sentences
from stores.pieces import HANGUL

WideAct = Literal["question", "request", "statement"]

ACTS: tuple[WideAct, ...] = ("question", "request", "statement")
CLAUSE = re.compile(r"[,、\uff0c]\s*")
KANA = re.compile(r"[\u3040-\u30ff]")
AFTER = r"[\s.,~…ㅋㅎㅠㅜ^!?\uff01\uff1f。、〜ー笑]*$"


def ending_in(forms: str) -> re.Pattern[str]:
    """A clause that ends in one of the forms, which are parted by blanks."""
    return re.compile(rf"(?:{'|'.join(forms.split())}){AFTER}")


# Some endings ask by themselves, others only where a word asks too: "뭐였지", "누가 더 늦게 갔어"; "재밌더라" tells.
KOREAN_ASKING = ending_in(
    r"""[습입합됩십갑옵봅]니까 (?<!니)까요? [은는인던한]가요? [은는인던]가 려나요? [을할줄]래요? [았었했였이]냐 라고\s했게
    [했였]더라 맞지요? 알지요? 하지요?"""
)
KOREAN_WORDS = re.compile(
    r"(?:^|\s)(?:뭐|뭘|뭔|무엇|무슨|언제|어디|어느|어떤|어떻게|누구|누가|누굴|왜|몇|며칠|얼마)(?!든|도\b|나\b|간|만에|새|덧|정도)"
)
KOREAN_TELLING = ending_in("다 음 임 함 됨 네요? 라고요 거든요? 몰라요? 모르겠어요?")
KOREAN_REQUEST = ending_in(
    r"""(?:해|아|어|워|춰|려|내|여|라|줘|봐|둬|써|겨|와|켜|쳐|꿔)\s?(?:줘|주세|주실래|줄래|주시겠어|줄\s수\s있[어나]|주면\s안\s될까)요?
    (?:아|어|해|려|와|써|여)?\s?(?:주십시오|주라) 말해 부탁(?:해|합니다|드려|드립니다|드릴게)?요?
    [합봅갑읍씁짭]시다 (?:하|보|짜|쓰|정하|풀)자 시작할게요
    (?:이름|번호|성함|주소|제목|목록|확인)\s좀 (?:하나만|한\s번|만)\s다시 다시\s(?:한번|보여|불러)"""
)
# "か" behind "しか", "とか", "確か" and the like does not ask.
JAPANESE_ASKING = ending_in(
    r"""(?<![しと確静なん])か(?:な[ぁあー]?|ね|しら)? っけ (?:だろう|でしょう)か ど[これ]だと思う のは の方は の方って"""
)
JAPANESE_WORDS = re.compile(
    r"(?:何|なに|なん(?=て|だっ|の)|いつ|どこ|誰|だれ|どれ|どの|どっち|どちら|どう|どんな|なぜ|いくつ|いくら)"
    r"(?!か(?!な|し|ね|[?\uff1f。\s]|$)|も|でも|やら|とも|の間|せ|ぞ|にも|しよう|しても)"
)
JAPANESE_TELLING = ending_in("です ます ました よ ね わ な たい から ので けど のに ない 思う 思った て で し")
JAPANESE_REQUEST = ending_in(
    r"""[てで](?:ください|下さい|ちょうだい|頂戴|[ほ欲]しい(?:です|の)?|(?:くれ|もらえ)(?:る|ない|ます|ません)?か?|いただけ(?:ます|ません)か)
    (?:教え|見せ|出し|言っ|作っ|書い|考え|調べ|探し|聞かせ|まとめ|直し|挙げ|見|思い出させ|手伝っ|比べ|並べ|送っ|足し|変え|続け)て[よね]?
    (?:選|読|組)んで[よね]?
    お願い(?:(?:し|致し|いたし)ます|ね|できますか)? 頼む[よね]? 頼みます ちょうだい をください ましょう やろう いこう 書こう 進めよう"""
)
# "-て" alone asks for something at the end of a message, unless it gives a reason or says how things are: "忙しくて", "疲れちゃって".
JAPANESE_BARE = ending_in(r"(?<![くてれぎきい来])(?<!ちゃっ)(?<!じゃっ)(?<!あっ)(?<!なっ)(?<!まっ)て[よね]?")
# What somebody says, before the same "って" that verbs end in: "働くって", "結婚するんだって", not "作って".
JAPANESE_SAID = ending_in(
    r"""(?:だ|る|ます|です|まし?た|でした|ません|[一-龯々][うくすつぬぶむぐい]|[なしたらよす]い|[っ一-龯しえけせてねべめれげいきちにんり]た)って[よねさ]?"""
)


def asks(sentence: str) -> bool:
    """Whether a sentence of any language asks."""
    return is_question(sentence) or (is_wide(sentence) and wide_act_of(sentence) == "question")


def is_wide(text: str) -> bool:
    """Whether a text has Korean or Japanese letters."""
    return bool(HANGUL.search(text) or KANA.search(text))


def wide_act_of(message: str) -> WideAct:
    """What the message does; one that tells and asks is a question, one that asks for something to be done a request."""
    japanese = KANA.search(message) is not None
    clauses = [clause for sentence in sentences(message) for clause in CLAUSE.split(sentence)]
    found = {_japanese(clause) if japanese else _korean(clause) for clause in clauses}
    if japanese and found == {"statement"} and JAPANESE_BARE.search(message) and not JAPANESE_SAID.search(message):
        return "request"
    return next((act for act in ACTS if act in found), "statement")


def _korean(clause: str) -> WideAct:
    if KOREAN_REQUEST.search(clause):
        return "request"
    asks = KOREAN_ASKING.search(clause) or is_question(clause)
    return "question" if asks or (KOREAN_WORDS.search(clause) and not KOREAN_TELLING.search(clause)) else "statement"


def _japanese(clause: str) -> WideAct:
    if JAPANESE_REQUEST.search(clause):
        return "request"
    asks = JAPANESE_ASKING.search(clause) or is_question(clause)
    return "question" if asks or (JAPANESE_WORDS.search(clause) and not JAPANESE_TELLING.search(clause)) else "statement"
