"""Commitments in Japanese sentences, all said on Wednesday, 4 March 2026, at 10:20 in Tokyo."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.commitments.commitment import Party
from models.commitments.japanese import commitments_in, is_written_in, tells_a_time

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 3, 4, 10, 20, tzinfo=TOKYO)


def found(text: str, speaker: Party = "user") -> list[tuple[str, str, str]]:
    """Kind, who is bound, and when: a day, or a day and a time."""
    return [
        (one.kind, one.by, f"{one.start:%m-%d}" if one.all_day else f"{one.start:%m-%d %H:%M}")
        for one in commitments_in(text, NOW, speaker)
    ]


def start(text: str) -> str:
    return found(text)[0][2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("明日の15時に面接", "03-05 15:00"),
        ("あさっての正午、面接", "03-06 12:00"),
        ("しあさっての午後２時半に面接", "03-07 14:30"),
        ("３月９日の１１時に面接", "03-09 11:00"),
        ("4/12の10:30から面接", "04-12 10:30"),
        ("2026-04-12の10:30から面接", "04-12 10:30"),
        ("二十日の七時から面接", "03-20 07:00"),
        ("1日の9時に面接", "04-01 09:00"),
        ("来月10日に面接", "04-10"),
        ("来月末に引っ越し", "04-30"),
        ("三日後の夜9時に面接", "03-07 21:00"),
        ("二週間後に面接", "03-18"),
        ("半年後に検診", "09-04"),
        ("一時間後に面接", "03-04 11:20"),
        ("90分後に面接", "03-04 11:50"),
        ("水曜に面接", "03-11"),
        ("今日の水曜会議", "03-04"),
        ("来週の火曜、10時から面接", "03-10 10:00"),
        ("再来週の月曜に面接", "03-16"),
        ("今度の土曜日に面接", "03-07"),
        ("週明けに面接", "03-09"),
        ("3時に面接", "03-04 15:00"),
        ("9時に面接", "03-04 21:00"),
        ("金曜の7時に面接", "03-06 07:00"),
        ("金曜の7時から飲み会", "03-06 19:00"),
        ("明日5時半に起きて釣り行ってくる", "03-05 05:30"),
        ("今夜0時から面接", "03-05 00:00"),
        ("土曜の深夜1時から収録", "03-08 01:00"),
        ("明日10時10分前に面接", "03-05 09:50"),
        ("12月25日の25時から収録", "12-26 01:00"),
        ("16日(月)10:00 定例MTG", "03-16 10:00"),
        ("10日に理事会、午後4時から", "03-10 16:00"),
        ("面接、明日なんだけど、時間は14時です", "03-05 14:00"),
        ("9時半に税関で受け取り、明日ね", "03-05 09:30"),
    ],
)
def test_tells_when_an_appointment_is(text: str, expected: str) -> None:
    assert start(text) == expected


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("明日の午後2時から4時まで会議です", "03-05 16:00"),
        ("明日10時~3時で会議", "03-05 15:00"),
        ("明日の22時から2時まで夜勤", "03-06 02:00"),
        ("明日14時から1時間半の会議", "03-05 15:30"),
        ("明日14-16時に会議", "03-05 16:00"),
        ("5月2日から5日まで帰省します", "05-06 00:00"),
        ("来週月曜から金曜まで出張", "03-14 00:00"),
        ("20日、21日は学会で札幌です", "03-22 00:00"),
        ("週末は京都旅行", "03-09 00:00"),
        ("明日の10時に会議", ""),
    ],
)
def test_tells_when_it_ends(text: str, end: str) -> None:
    (one,) = commitments_in(text, NOW, "user")
    assert (f"{one.end:%m-%d %H:%M}" if one.end else "") == end


@pytest.mark.parametrize(
    ("text", "kind", "by", "when"),
    [
        ("来週の月曜に資料送りますね", "promise", "user", "03-09"),
        ("借りてた傘、金曜に返すね", "promise", "user", "03-06"),
        ("30分後に折り返します", "promise", "user", "03-04 10:50"),
        ("妹の引っ越し、日曜に手伝うって約束しちゃった", "promise", "user", "03-08"),
        ("企画書は木曜までに出すと部長に言いました", "promise", "user", "03-05"),
        ("明日友達が来るんだけど、駅まで迎えに行くって言ってある", "promise", "user", "03-05"),
        ("父が日曜に車を貸してくれるって", "promise", "other", "03-08"),
        ("彼は日曜に謝りに来ると約束した", "promise", "other", "03-08"),
        ("美咲が土曜に借りたお金返すって言ってた", "promise", "other", "03-07"),
        ("家賃、25日までに振り込まないと", "deadline", "user", "03-25"),
        ("今月中に確定申告しなければならない", "deadline", "user", "03-31"),
        ("レポートの締め切りは金曜の17時です", "deadline", "user", "03-06 17:00"),
        ("奨学金の申請書、月末必着なんだよね", "deadline", "user", "03-31"),
        ("「金曜までに提出してください」って総務からメールが来た", "deadline", "user", "03-06"),
        ("年内に免許を更新しなきゃ", "deadline", "user", "12-31"),
        ("ガスの業者が木曜の10時に来ます", "appointment", "other", "03-05 10:00"),
        ("荷物が明日届く", "appointment", "other", "03-05"),
        ("15日の13時に美容院を予約した", "appointment", "user", "03-15 13:00"),
        ("土曜の18時、ヨナスの会に呼ばれて、行くって返事した", "appointment", "user", "03-07 18:00"),
        ("明日10時にリマインドして", "appointment", "user", "03-05 10:00"),
        ("来週の水曜の午前10時、外国人局。パスポートと写真2枚", "appointment", "user", "03-11 10:00"),
        ("明日の15時に面接があるんだけど、どんな準備すればいい？", "appointment", "user", "03-05 15:00"),
        ("大学の履修登録、来週の水曜まで。忘れそう", "deadline", "user", "03-11"),
        ("来週の月曜は振替休日で、動物園に行く約束をしてる", "appointment", "user", "03-09"),
        ("3月18日、午前11時15分。市役所で面接", "appointment", "user", "03-18 11:15"),
        ("町田くんの色紙、木曜までに回しておくって言ったんだった", "promise", "user", "03-05"),
        ("土曜の10時、発表会。参加するって伝えた", "appointment", "user", "03-07 10:00"),
        ("来月10日に運転免許の試験を受けます", "appointment", "user", "04-10"),
        ("パパが日曜に自転車の乗り方教えてくれるんだ！", "promise", "other", "03-08"),
        ("僕も山田さんも土曜の10時に出社します", "appointment", "user", "03-07 10:00"),
        ("土曜に母も父も空港に送ると妹に約束した", "promise", "user", "03-07"),
        ("母から電話があって、日曜に遊びに来るって", "appointment", "other", "03-08"),
        ("お義母さんが3月18日に上京してくるので東京駅まで迎えに行きます", "appointment", "user", "03-18"),
        ("母が退院するのは来週の金曜日だ", "appointment", "user", "03-13"),
        ("木曜の14時、娘の三歳児健診に連れて行きます", "promise", "user", "03-05 14:00"),
        ("審査書類、来週の木曜までに揃えろって銀行に言われてる", "deadline", "user", "03-12"),
        ("約束どおり、日曜の昼に唐揚げ作るからね", "promise", "user", "03-08"),
        ("三者面談、18日の15時50分からって学校から手紙がきた", "appointment", "user", "03-18 15:50"),
        ("じゃあ土曜の13時に駅で会おう！", "appointment", "user", "03-07 13:00"),
        ("土曜に駅で会いましょう。", "appointment", "user", "03-07"),
        ("健太は明日の朝10時に面接があるの。", "appointment", "other", "03-05 10:00"),
        ("母が明日10時に手術があります。", "appointment", "other", "03-05 10:00"),
        ("私は明日10時に面接がある。", "appointment", "user", "03-05 10:00"),
        ("会議は明日の10時にあります。", "appointment", "user", "03-05 10:00"),
        ("娘は明日の10時に発表会がある。", "appointment", "user", "03-05 10:00"),
        ("土曜の10時に会いましょう。", "appointment", "user", "03-07 10:00"),
    ],
)
def test_tells_what_binds_whom(text: str, kind: str, by: str, when: str) -> None:
    assert found(text) == [(kind, by, when)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("はい、明日の朝9時にお知らせします。", [("promise", "assistant", "03-05 09:00")]),
        ("ご予約を承りました。3月14日の18時、2名様でございます。", [("appointment", "user", "03-14 18:00")]),
        ("カレンダーに3月20日の会議を追加しました。", [("appointment", "user", "03-20")]),
        ("そのカフェは月曜定休で、平日は6時半開店です。", []),
        ("水曜日と木曜日、どちらをご希望ですか？", []),
        ("金曜日までに決めるのがおすすめです。", []),
    ],
)
def test_what_the_assistant_says_binds_the_assistant(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text, "assistant") == expected


@pytest.mark.parametrize(
    "text",
    [
        "先週の金曜に美容院に行った",
        "一昨日の3時に歯医者に行ってきた",
        "土曜は友達と遊んで楽しかった",
        "3日前から頭が痛い",
        "土曜空いてる？",
        "来週の木曜、病院に行こうかな",
        "もし日曜晴れたら花見に行く",
        "土曜に海行きたいな",
        "来週の土曜に会議があるかもしれない",
        "毎週火曜の夜7時は英会話です",
        "その店は10時開店で、月曜が定休日だよ",
        "日曜は雨らしい",
        "ごめん、日曜の会議は行けない",
        "土曜か日曜に会う",
        "姉は来月5日にハワイで結婚式を挙げる",
        "セールは日曜までだって",
        "映画の中で彼が「明日8時に会おう」って言うシーンが好き",
        "砂糖3/4カップ、オーブンは180度で25分",
        "3日に1回は走ってる",
        "会議は2時間で終わった",
        "もう11時だ",
        "土曜に手伝ってくれない？",
        "明日は早く寝る",
        "12日は母の誕生日",
        "0001年1月1日の3時に会議",
        "9999年12月31日の25時に会議",
        "2026年2月30日",
        "5日も会ってない",
        "明日の今ごろは飛行機の中だったらいいのに",
        "土曜日の朝は必ずパンを焼く",
        "土曜の10時、新作の発売",
        "日曜10時のテニスは欠席です",
        "土曜に山に行こう",
        "明日10時に電話して",
        "「明日10時に会議です」という歌詞が好き",
        "日曜日は家でゆっくりするよ",
        "今11時だよ、もう寝なきゃ",
        "山田さんは来月5日に帰る予定です",
        "彼女は金曜に来るって言ってたけど来なかった",
        "ごめん、木曜のランチだけど、金曜の12時半でもいい？",
        "三時のおやつに間に合うように帰る",
        "おやすみ、また明日ね！",
        "明日また会いましょう。",
        "では金曜日に会いましょう！",
        "明日また話しますね。",
        "時給1200円で22時以降は25%増し",
    ],
)
def test_what_binds_nobody_is_left(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "change", "when"),
    [
        ("木曜の打ち合わせが来週の月曜の16時に変わりました", "moved", "03-09 16:00"),
        ("3時の会議が4時半にずれた", "moved", "03-04 16:30"),
        ("明日の会議、3時から5時に変更になった", "moved", "03-05 17:00"),
        ("面談の日程が9日から11日にずれました。時間は同じ15時です", "moved", "03-11 15:00"),
        ("火曜の歯医者、14時だったのを15時半にしてもらいました", "moved", "03-10 15:30"),
        ("土曜じゃなくて日曜の10時に集合ね", "moved", "03-08 10:00"),
        ("金曜の会議は中止になりました", "cancelled", "03-06"),
        ("明日10時の歯医者、キャンセルした", "cancelled", "03-05 10:00"),
    ],
)
def test_what_was_agreed_may_change(text: str, change: str, when: str) -> None:
    (one,) = commitments_in(text, NOW, "user")
    assert one.change == change
    assert start(text) == when


def test_one_sentence_may_hold_several() -> None:
    assert found("月曜の朝9時に本社で発表して、火曜までに議事録を回すと課長に言いました") == [
        ("appointment", "user", "03-09 09:00"),
        ("promise", "user", "03-10"),
    ]
    assert [when for _, _, when in found("月曜に先生に会って、火曜に結果を送ります")] == ["03-09", "03-10"]
    assert [when for _, _, when in found("10日と17日にレッスンが入ってる")] == ["03-10", "03-17"]
    assert [when for _, _, when in found("土曜は10時に集合、12時からランチ")] == ["03-07 10:00", "03-07 12:00"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("忘年会は18日の夜7時半から。出るって返事しといた", "忘年会"),
        ("年賀状は25日までに出さないとだめなのに、まだ書いてない", "年賀状"),
        ("2月29日の13時半、免許の更新予約した", "免許の更新"),
        ("帰りの便は30日の18時40分発、もう発券済み", "帰りの便"),
        ("木曜の打ち合わせが来週の月曜の16時に変わりました", "打ち合わせ"),
        ("そういえば息子に約束したんだよな、土曜に自由研究見てやるって", "自由研究見てやる"),
        ("そういえば明日10時に面接", "面接"),
        ("明日10時、面接、緊張する", "面接"),
        ("土曜に会議、資料は金曜に送ります", "資料は送ります"),
        ("健太は明日の朝10時に面接があるの。", "健太の面接"),
        ("あ、水曜日までに恵子さんに写真を送ると約束しました。", "恵子さんに写真を送る"),
        ("そういえば、母が今週末に大阪から来るんです。", "母が大阪から来る"),
        ("レストランの予約が取れました。8月16日の19時30分、4名様です。", "レストラン"),
    ],
)
def test_says_what_it_is_without_the_time(text: str, what: str) -> None:
    assert commitments_in(text, NOW, "user")[-1].what == what


def test_the_language() -> None:
    assert is_written_in("明日ね")
    assert is_written_in("3月5日 会議")
    assert not is_written_in("내일 會議")
    assert not is_written_in("Meet me at 3, 愛")


def test_tells_whether_a_time_to_come_is_told() -> None:
    assert tells_a_time("土曜か日曜に会えるかな", NOW)
    assert not tells_a_time("昨日は楽しかった", NOW)
    assert not tells_a_time("5歳になった", NOW)


@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789０１年月日時分半前後曜土の、。に「」から~～:/()明日来週毎約束")))
)
def test_any_text_passes(text: str) -> None:
    commitments_in(text, NOW, "user")
    tells_a_time(text, NOW)


@pytest.mark.timeout(30)  # what goes back over the text again and again takes hours
@pytest.mark.parametrize("piece", ["明日", "10時から", "「明日", "明日10時に会議、", "父が", "1/", "さん", "月曜と"])
def test_long_text_is_read_to_its_end(piece: str) -> None:
    commitments_in(("明日" + piece * 100_000)[:100_000], NOW, "user")
