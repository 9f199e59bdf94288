"""What the local mind says in its own words. Few, plain and true: it quotes, and it never poses as a language model."""

import re
from dataclasses import dataclass
from zlib import crc32

from models.local.wide_acts import KANA
from models.mind import NAMELESS
from stores.pieces import HANGUL

KOREAN_LAUGH = re.compile(r"[ㅋㅎㅠㅜ]")
JAPANESE_WORD = re.compile(r"\W*(?:笑+|草|了解|元気)\W*$")  # without a letter that only Japanese has
LAST_TALKED = "We last talked {ago} ({day})."
NEVER_TALKED = "We have not talked before today's conversation."
TALKING_SINCE = "This conversation began {ago} ({day})."
JUST_BEGUN = "This conversation has only just begun."
WHAT_CAME_UP = "What came up about “{name}”?"
CAME_UP = "“{name}” came up in at least {count} memories since {since}, last on {last}. First: “{first_words}” Last: “{last_words}”"
INVENTS_NO_PLAN = (
    "Without a language model a day holds commitments and what was planned the day before; no new plans and no details are made up."
)
CANNOT_BE = "“{what}” cannot be as planned."
GOES_ON = "Nothing in the plan is touched by it."
OPENING = "Good {part}, {name}. {news}"
TOLD_ME = "{who} told me: “{what}”"
TOLD = "{who} told {whom}: “{what}”"
NOTHING_TO_TELL = "There is nothing to tell."


@dataclass(frozen=True)
class Talk:
    """What is said in conversation, in one language.

    Attributes:
        locale: Of the dates in it.
        who_i_am: Who the character is; `it_is`, what day and what time it is, `another_day` what day one before or after today is.
        called: How the user's name follows on a greeting.
        earlier: When something was said, where no moment is known; `just_now` within the last hour, `on_a_day` else, `on_a_day_to_come` of
            what stands in the memory with a later date.
        you_told: That the user said what is quoted next; `i_said`, that the character did; `they_said`, somebody else, `named` or
            `somebody`.
        planned: When something is planned; `reminder`, where it is brought up unasked, `cancelled` of what is off, `done` of what is done.
    """

    locale: str
    who_i_am: str
    it_is: str
    another_day: str
    needs_model: str
    not_known: str
    nothing_then: str
    nothing_this_week: str
    nothing_said_then: str
    closest: str
    maybe_model: str
    bears_on_it: str
    forgets_by_command: str
    called: str
    noted: tuple[str, ...]
    greetings: tuple[str, ...]
    welcome: tuple[str, ...]
    farewells: tuple[str, ...]
    nods: tuple[str, ...]
    earlier: str
    just_now: str
    on_a_day: str
    on_a_day_to_come: str
    you_told: str
    i_said: str
    they_said: str
    named: str
    somebody: str
    planned: str
    reminder: str
    cancelled: str
    done: str

    def one_of(self, variants: tuple[str, ...], words: str, user_name: str = "") -> str:
        """One of the variants, the same for the same words."""
        chosen = variants[crc32(words.encode("utf-8", "replace")) % len(variants)]
        return chosen.format(name="" if user_name.lower() in NAMELESS else self.called.format(name=user_name))


ENGLISH = Talk(
    locale="en",
    who_i_am="I am {name}, running without a language model: I keep what you tell me, and quote it when you ask.",
    it_is="It is {day}, {clock} ({zone}).",
    another_day="That is {day}.",
    needs_model=(
        "That needs a language model, and none is set: I can only quote what I remember. Set OPENAI_API_KEY or OPENAI_BASE_URL to use one."
    ),
    not_known="I don't find that in what you have told me.",
    nothing_then="I know of nothing that is planned then.",
    nothing_this_week="I know of nothing that is planned for the coming week.",
    nothing_said_then="I find nothing that you told me then.",
    closest="The closest that I remember:",
    maybe_model="If it is a general question, it needs a language model: set OPENAI_API_KEY or OPENAI_BASE_URL.",
    bears_on_it="Advice of my own would need a language model, but this bears on it.",
    forgets_by_command=(
        "I forget nothing on a word alone, so that nothing is lost by mistake. `mneme memories list` shows what I keep, and "
        "`mneme memories forget ID` erases it, with all that was derived from it."
    ),
    called=", {name}",
    noted=("I'll remember that.", "Noted, I'll remember that.", "I have kept that."),
    greetings=("Hello{name}. Tell me something to remember, or ask me what I know.", "Hello{name}. I'm listening."),
    welcome=("You're welcome.", "You're welcome{name}."),
    farewells=("Goodbye{name}. I'll keep what you told me.", "Until next time{name}."),
    nods=("All right.", "All right{name}."),
    earlier=" earlier",
    just_now=" a moment ago",
    on_a_day=" {ago} ({day})",
    on_a_day_to_come=" ({day})",
    you_told="You told me{when}",
    i_said="I said{when}",
    they_said="{who} said{when}",
    named="{name}",
    somebody="Somebody",
    planned="{when}: {what}.",
    reminder="That reminds me: {when}: {what}.",
    cancelled="It was cancelled.",
    done="It is done.",
)
KOREAN = Talk(
    locale="ko",
    who_i_am="저는 {name}입니다. 언어 모델 없이 움직여요. 들려주시는 이야기를 간직했다가, 물어보시면 그대로 옮겨 드려요.",
    it_is="지금은 {day}, {clock}입니다 ({zone}).",
    another_day="{day}입니다.",
    needs_model=(
        "그건 언어 모델이 있어야 할 수 있는데, 아직 설정되어 있지 않아요. 저는 기억하는 말을 그대로 옮길 수만 있어요. "
        "OPENAI_API_KEY 또는 OPENAI_BASE_URL을 설정하면 모델을 쓸 수 있어요."
    ),
    not_known="들려주신 이야기에서는 찾을 수 없어요.",
    nothing_then="제가 알기로 그때는 예정이 없어요.",
    nothing_this_week="제가 알기로 앞으로 일주일 동안은 예정이 없어요.",
    nothing_said_then="그때 들려주신 이야기는 찾을 수 없어요.",
    closest="가장 가까운 기억은 이거예요.",
    maybe_model="일반적인 질문이라면 언어 모델이 필요해요. OPENAI_API_KEY 또는 OPENAI_BASE_URL을 설정해 주세요.",
    bears_on_it="제 의견을 드리려면 언어 모델이 필요하지만, 이 기억이 관련 있어 보여요.",
    forgets_by_command=(
        "실수로 잃는 일이 없도록, 말만으로는 아무것도 지우지 않아요. `mneme memories list`로 제가 간직한 것을 볼 수 있고, "
        "`mneme memories forget ID`로 거기서 나온 것까지 함께 지울 수 있어요."
    ),
    called=", {name} 님",
    noted=("기억해 둘게요.", "네, 기억할게요.", "잘 적어 뒀어요."),
    greetings=("안녕하세요{name}. 기억할 이야기를 들려주시거나, 제가 아는 것을 물어보세요.", "안녕하세요{name}. 듣고 있어요."),
    welcome=("천만에요.", "별말씀을요{name}."),
    farewells=("안녕히 가세요{name}. 들려주신 이야기는 잘 간직할게요.", "다음에 또 봐요{name}."),
    nods=("네.", "네, 알겠어요{name}."),
    earlier="예전에 ",
    just_now="조금 전에 ",
    on_a_day="{ago}({day})에 ",
    on_a_day_to_come="({day}) ",
    you_told="{when}이렇게 말씀하셨어요",
    i_said="{when}제가 이렇게 말했어요",
    they_said="{when}{who} 이렇게 말했어요",
    named="{name} 님이",
    somebody="누군가가",
    planned="{when}: {what}.",
    reminder="참, {when}: {what}.",
    cancelled="취소되었어요.",
    done="다 하셨어요.",
)
JAPANESE = Talk(
    locale="ja",
    who_i_am="{name}です。言語モデルなしで動いています。お聞きした話を覚えておいて、聞かれたらそのままお伝えします。",
    it_is="今は{day}、{clock}です（{zone}）。",
    another_day="{day}です。",
    needs_model=(
        "それには言語モデルが必要ですが、まだ設定されていません。私にできるのは、覚えている言葉をそのままお伝えすることだけです。"
        "OPENAI_API_KEY か OPENAI_BASE_URL を設定すると使えます。"
    ),
    not_known="お聞きした話の中には見つかりません。",
    nothing_then="私の知る限り、そのときの予定はありません。",
    nothing_this_week="私の知る限り、この一週間の予定はありません。",
    nothing_said_then="そのときにお聞きした話は見つかりません。",
    closest="いちばん近い記憶はこれです。",
    maybe_model="一般的な質問なら言語モデルが必要です。OPENAI_API_KEY か OPENAI_BASE_URL を設定してください。",
    bears_on_it="私からの助言には言語モデルが必要ですが、これが関係しそうです。",
    forgets_by_command=(
        "間違って失うことのないよう、言葉だけでは何も消しません。`mneme memories list` で覚えていることを確かめ、"
        "`mneme memories forget ID` で、そこから生まれたものごと消すことができます。"
    ),
    called="、{name}さん",
    noted=("覚えておきますね。", "はい、覚えておきます。", "書き留めました。"),
    greetings=("こんにちは{name}。覚えておくことを話すか、私の知っていることを聞いてください。", "こんにちは{name}。お話を聞いています。"),
    welcome=("どういたしまして。", "いえいえ{name}。"),
    farewells=("さようなら{name}。お話は大切に覚えておきます。", "またお話ししましょう{name}。"),
    nods=("はい。", "わかりました{name}。"),
    earlier="以前、",
    just_now="先ほど、",
    on_a_day="{ago}({day})に、",
    on_a_day_to_come="({day})",
    you_told="{when}こう話してくれました",
    i_said="{when}私はこう言いました",
    they_said="{when}{who}こう言いました",
    named="{name}さんが",
    somebody="誰かが",
    planned="{when}: {what}。",
    reminder="そういえば、{when}: {what}。",
    cancelled="キャンセルになりました。",
    done="もう済んでいます。",
)


def talk_in(words: str) -> Talk:
    """In the language that the words are written in, as far as letters tell; else in English."""
    if HANGUL.search(words) or KOREAN_LAUGH.search(words):
        return KOREAN
    return JAPANESE if KANA.search(words) or JAPANESE_WORD.match(words) else ENGLISH
