"""Commitments in Japanese sentences."""

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from models.commitments.commitment import Change, Commitment, CommitmentKind, Party
from models.commitments.japanese_times import NARROW, Moment, Told, moment_of, times_in

KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
HAN = re.compile(r"[一-鿿]")
HANGUL = re.compile(r"[가-힣]")
LATIN = re.compile(r"[A-Za-z]")

LONGEST = 300  # characters of a sentence that are read around a time
LONGEST_WHAT = 40

SENTENCE = re.compile(r"[^。!?\n]*[。!?\n]*")
# Where a clause ends and the next one may say something else.
BREAK = re.compile(r"(?:けれども|けれど|けども|けど|(?<=[たるいすだ])(?:んだが|のだが)|(?<=ます)が|(?<=です)が|ので|のに|(?<=[だるうくすつむぶいんたー])から(?=[、\s]|[^\s、。]{3})|(?<=[るうくすつむぶいだた])し[、\s])[、\s]?")
SOFT_BREAK = re.compile(r"[、,。!?\n]|けど|ので|(?<=[っいし])て(?!る|い|お|あ|く|み|も|[、]?約束)|(?<=[んい])で(?=[、])")

QUESTION = re.compile(r"\?|(?:です|ます|ません|でしょう|だろう|かな|だっけ|るの|たの|いの|よう|そう|もう|こう|ろう|おう|のう)か(?:ね|な|ー)?[。\s]*$|(?:かな|かなあ|かなぁ|っけ|かしら|だろ|でしょ)[。ー…\s]*$|(?:いつ|何時|何曜|どっち|どちら|どうする|どうしよう|どうだろ|空いて(?:る|い))")
SUPPOSED = re.compile(r"もし|たとえ|仮に|(?<![しあ])たら(?!い)|(?<!さよ)なら(?!な)|(?<!なけ)れば|(?<=[行書着])けば|(?<=[会使買言])えば|せば(?!なら)|かもしれ|かもね|かも(?=[。、!…\s]|$)|だろう|でしょう|らしい|みたい(?:だ|で|。|$)|たい(?:な|と思|です|けど|。|$|んだ)|たかった|ようかと|うかな|つもりだった|はずだった|かどうか|場合|次第|予定は?未定|(?:う|よう)と思(?:う|って|い)|と思う|気がする|たほうが|た方が|ばよかった|ればいい|といいな|てもいい|できたら|可能性|迷って|悩んで|検討|未定|考え中")
HABIT = re.compile(r"毎[日週月朝晩年]|いつも|普段|ふだん|たいてい|大抵|しょっちゅう|ごとに|おきに|定休|営業|開店|閉店|開館|閉館|開園|閉園|開いて(?:る|い|ます)|開いたり|閉ま|開き(?:ます|ました)|やって(?:る|い)(?!って)|ラストオーダー|(?:平日|休日|週末|土日)は")
PUBLIC = re.compile(r"放送|発売|公開(?!講座|授業)|配信|放映|オンエア|開幕|天気|予報|気温|(?:雨|雪|晴れ|曇り|くもり|台風|嵐)(?!天|具|合)|晴れ|降[るりっ]|最高\d|セール|記念日|祝日|選挙|日没|日の出|生まれ|誕生日(?!会|パ|の|、|に|プレ|を)|世紀|(?:は|が)休み|休館|休業|有効|ドル|(?<!支払)円(?:安|高)|引け|歳|創業|創立|発生|地震|時代")
PAST = re.compile(r"(?:った|した|いた|けた|てた|でた|んだ(?!よ|けど|ね|。|、|$|って|が|から)|いだ|きた|えた|せた|めた|れた|べた|みた|ねた|じた|りた|ちた|げた|びた|来た|見た|寝た|出た|着た|得た|でした|ました|だった|ちゃった)(?:よね?|ね|な[ぁあー]?|わ|ぞ|んだ|んです|の(?:です)?|ばかり|ところ|らしい|って|けど|が|から|ので|のに|し)*[。!…~ー笑wｗ、\s]*$")
TOO_LATE = re.compile(r"今朝|さっき|だったの|間に合わなかった")
REFUSED = re.compile(r"(?:行け|来れ|来られ|出られ|出れ|参加でき|出席でき|会え|でき|間に合わ|取れ|行か|出|会わ|参加し|予定は|予定も|何も|送れ|約束し)(?:ない(?!と|よう)|なく|ません|なさそう|そうに|そうもない)|無理|欠席|不参加|パス(?:する|で|します)|ダメ|だめだ|都合が(?:悪|つか)|暇|ヒマ|空いて|空き|フリー|断っ|断りました|見送")
CANCELLED = re.compile(r"キャンセル(?!待ち|料)|中止|なくなっ|無くなっ|取りやめ|取り止め|取り消|なしに(?:な|し)|白紙|流れ(?:た|ちゃ|まし)|お休みに(?:なっ|なり)|休講|延期|欠航|運休|ドタキャン|おじゃん|ボツ")
MOVED = re.compile(r"(?:に|へ)(?:変更|変わ|変え|ずら|ずれ|延期|延び|伸び|前倒し|繰り上|繰り下|移[しっりる動]|振り?替|リスケ|早ま|後ろ倒し|組み直|取り直|日程変更)|じゃなくて|じゃなく|ではなく|(?:代|かわ)りに|やっぱり?.{0,12}に(?:しよう|して|する|します|した)|(?:変更|延期|リスケ|ずら).{0,8}(?:で|に)(?:なった|なりました|なって|決ま)")
OBLIGED = re.compile(r"(?:ないと|なきゃ|なくちゃ|なければ|なければならない|ねば|んと(?=[。、!…\s]|$)|ないとだめ|ないとまず|ないとやば|必要(?:が|です|だ|な|に|。|$)|べき|ように(?:と|って|言|、|。|$)|ようにと|ことって|(?:して|出して|送って|返して|払って|書いて|来て|って|んで|いて|けて|めて|えて|せて)(?:ください|くれ|ほしい)?(?:と|って)(?:、|言|いわ|頼|催促|連絡|メール|。|$)|ろと|せと|えと言|けと言|れと言|提出(?:です|だ|。|$)|必着|(?:ねば|なければ)なら|義務)")
DUE = re.compile(r"締め?切|〆切|期限|期日|納期|提出日|支払日|支払期|リミット|デッドライン|必着")
DUE_THING = re.compile(r"レポート|課題|宿題|提出|申請|申し?込み|申込|支払|払い|振り?込|入金|返却|確定申告|原稿|書類|アンケート|納品|納税|更新|手続|エントリー|出願|応募|返事|回答|請求書|報告|見積|論文|企画書|資料|入稿|タスク")
PROMISED = re.compile(r"(?:と|って|に|を|も|は|で)(?:固く)?約束(?:し(?!な)|して|済|ずみ)|約束してくれ|約束(?:した|しました|しちゃ|したん)|引き受け|任せて|まかせて|請け負|(?:って|と)(?:言って|いって|伝えて|宣言して|話して)(?:ある|おい|あり|しま|ちゃ)|(?:って|と)(?:言っと|言っちゃ|いっちゃ|伝えと)|(?:に|へ)(?:は|も)?(?:言いました|言った|伝えました|伝えた|宣言した|返事した|返信した)|と(?:申し上げ|お伝えし)|誓[っい]")
REPLIED = re.compile(r"(?:行く|行きます|出る|出ます|参加する|参加します|出席|参加|いく|行ける)(?:って|と|で|の|を)?(?:返事|返信|回答|連絡|伝え|言|申し込|に丸)")
BOOKED = re.compile(r"予約|アポ|申し?込|招待|呼ばれ|誘われ|招かれ|チケット|発券|切符|ことにな[っりる]|ことにし|手はず|手筈|段取り|予定(?!は?未定)|(?:が|も|を)入(?:っ|り|れ)|入って(?:る|い|ます)|がある|があって|があり|もある|もあって|控えて|決ま[っり]|決めた|決定|集合|待ち合わせ|確定(?!申告)|押さえ|約束|エントリー|当選|抽選に当た|当たっ|登録し|返事し|呼び出|召集|行われ|開かれ|開催|実施")
NOTED = re.compile(r"リマインド|リマインダー|思い出させ|起こして|忘れない(?:よう|で)|カレンダーに|メモして|メモっ|知らせて(?!く?れ?た)|アラーム|覚えて(?:おい|て)")
EVENT = re.compile(
    r"会議|打ち?合わ?せ|ミーティング|MTG|面[接談会]|商談|会食|飲み|[^社国都閣議機都会教司開再]会(?=[、。がはにへのでとをもだなっ!\s(]|$)|パーティ|ランチ|ディナー|食事|お茶|デート|歯医者|歯科|病院|眼科|皮膚科|内科|耳鼻科|整形|産婦人科|婦人科|小児科|クリニック|検診|健診|健康診断"
    r"|診察|通院|手術|入院|退院|予防接種|ワクチン|注射|人間ドック|検査|美容院|美容室|散髪|ネイル|エステ|整体|マッサージ|車検|点検|工事|修理|内見|内覧|引っ?越し|引越|出張|旅行|帰省|遠征|合宿|キャンプ|登山|ハイキング|釣り|ゴルフ"
    r"|試合|大会|ライブ|コンサート|フェス|舞台|観劇|映画|展覧会|試験|テスト|模試|検定|受験|レッスン|授業|講義|ゼミ|講座|セミナー|研修|講演|発表|プレゼン|リハ|練習|稽古|シフト|夜勤|日勤|当番|バイト"
    r"|結婚式|挙式|披露宴|葬[儀式]|通夜|法事|法要|四十九日|式(?=[、。がはにでだなも!\s]|$)|参観|運動会|遠足|文化祭|学園祭|発表会|保護者|家庭訪問|懇談|三者|お迎え|送り迎え|迎え|見送り|付き添い|便(?=[、。がはにでだの\s]|$)|フライト|飛行機|新幹線|特急|夜行バス|高速バス"
    r"|訪問|来客|納品|立ち会い|立会|立合|引き渡し|契約|調印|決算|監査|棚卸|オリエン|ガイダンス|説明会|オープンキャンパス|見学|ヨガ|ジム|ピラティス|ダンス|教室|塾|カウンセリング|セッション|通話|電話|1on1|ワンオンワン|朝会|定例|朝礼|打ち上げ|花見|BBQ|バーベキュー|オフ会|カラオケ|花火|祭り|撮影|収録|取材|サイン会|イベント|演奏|公演|オーディション|免許|手伝い|ボランティア"
)
GOING = re.compile(
    r"(?:行[くきっこ]|いく|いってく|向か[うい]|会[うい]|会って|お会い|集ま[るり]|出[るま](?!し)|出席|参加|出場|受け[るまに]|受診|診てもら|帰[るりっ]|出発|出かけ|出掛け|泊ま[るり]|飲[むみ]|食べ[るまに]|見に|観[るに]|訪[ねれ]|訪問|伺[うい]|うかが[うい]|お邪魔|始ま[るり]|開始|スタート"
    r"|合流|乗[るり]|飛[ぶび]|発[つち]|発(?=[。、\s]|$)|引っ越[しす]|入院|退院|手術|遊[ぶび]|待ち合わせ|登[るり]|走[るり]|デビュー|出勤|出社|登校|面接|迎える|卒業|入学|働[くき]|通[うい](?!話)|入社|発表|プレゼン|打ち合わせ|食事|飲み|通話)"
)
DOING = re.compile(
    r"(?:送[るりっ]|お送り|渡[すし]|返[すしさ]|払[うい]|支払|振り?込|出[すし]|提出|連絡|電話|かけ直|折り返|掛け直|持って(?:い|行)|持参|作[るりっ]|手伝[うい]|書[くき]|書き上げ|届け|教え|知らせ|見せ|直[すし]|修正|仕上げ|終わらせ|片付け|掃除|予約(?:する|し[まてと])|買[うい](?!物)|買って(?:く|い)"
    r"|調べ|確認|報告|共有|回[すし]|準備|用意|まとめ|お?迎えに|拾い|運[ぶび]|送って|返信|返事(?:する|しま|を)|お答え|回答(?:する|し)|納品|納め|アップ|転送|印刷|取りに|受け取|引き取|貸[すし]|おご[るり]|奢[るり]|ご?馳走|ごちそう|付き合[うい]|見て(?:やる|あげ)|案内|説明(?:する|し)|紹介(?:する|し)|リマインド|申請|申し込[むみ]|手配|交換|替え|焼[くき]|植え|洗[うい]|捨て|やって(?:お|と)|[っいしけせてえめれ]と(?:く|きます)|[んい]どく|(?<!空け)[てで]お(?:く|きます)|やる|やります|する(?:ね|よ|から|って|と約)|[ごお][一-鿿]{1,4}(?:します|いたします|致します)|いたします|致します)"
)
WILLING = re.compile(r"(?:る|う|く|す|む|ぶ|つ|ぐ|ます)(?:よ|ね|ねー|よー|から|からね|わ|ぞ|って|よって|と|んで|ので|!|。|…|$|、|\s|つもり(?:です|。|$))|(?:とく|ておく|でおく|どく|あげる|やる|ときます|ておきます)|てあげ|任せ")
COMING = re.compile(r"来る|来ます|来て(?:くれ|もら|いただ|る)|来てくださ|来られ|来る(?:って|そう|こと)|くる(?:って|そう|から|よ|ので|。|$)|いらっしゃ|お見え|見え(?:る|ます)(?!な)|来訪|来社|来日|来客|伺いに|取りに(?:来|き)|遊びに(?:来|く)|届[くき]|届けて|届け(?:ます|る)|配達|配送|お届け|訪ねて|寄[るっ]て?|着[くき](?!つ)|到着|工事|点検|迎えに(?:来|き)")
PEOPLE = (
    r"(?:彼女?|夫|旦那|主人|妻|嫁|母親?|父親?|ママ|パパ|両親|親|兄|弟|姉|妹|息子|娘|子ども|子供|孫|祖[母父]|[おばじいちゃん]{4,7}|叔[父母]|義[父母弟姉妹兄]|従[兄弟姉妹]+|いとこ|友達|友人|同期|同僚|先輩|後輩|上司|部下|部長|課長|社長|係長|店長|先生|大家|業者|店員|担当者?|"
    r"大工|職人|配管工|電気屋|水道屋|ガス屋|管理会社|不動産屋?|宅配便?|荷物|郵便|配達|ピアノの?調律師?|税理士|弁護士|(?<!歯)医者|看護師|ヘルパー|ケアマネ\w{0,3}|シッター|\w{1,8}(?:さん|くん|君|ちゃん|様|氏|たち|の人|の方|業者|センター))"
)
OTHERS = re.compile(rf"(?:^|[、。\s・]|[のにでとはがも]|って|[一-鿿ァ-ヺー])?({PEOPLE}(?:の?(?:方|人))?)(?:が|は|も|、)(?!の|教わ|聞|借り|言われ|頼まれ|もらっ|誘われ|お土産)")
SELF = re.compile(r"(?:私|僕|俺|わたし|ぼく|おれ|自分|うち|あたし|こちら|弊社|当方)(?:が|は|も|から)")
GIVEN = re.compile(r"てくれる|でくれる|てくれます|でくれます|てくれるって|てくださる|てくれるそう|てもらう|てもらい|ていただ|でもらう|てもらえる")
SAID_BY = re.compile(r"(?:が|は|も)(?:[^、。]{0,12})?約束し|約束してくれ|(?:って|と)(?:言って(?:る|た|い|くれ|まし)|言ってい|言ってき|いって(?:た|る)|約束)|るって(?:さ|[。、!\s]|$)|だって(?=[。、!\s]|$)|そうです|るそうだ|とのこと")
TOLD_TO = re.compile(rf"{PEOPLE}(?:に|へ)(?:は|も)?[^、。]{{0,16}}(?:言|伝え|約束|返事|宣言)")
ARRANGED = re.compile(r"(?:じゃあ?|では|それじゃ|それでは|よし|了解|OK|オッケー|やっぱり?|かわりに|代わりに|決まり)[^。]{0,40}(?:よう|おう|こう|そう|とう|ぼう|もう|ましょう)|(?:会おう|集合しよう|会いましょう|待ち合わせよう|集まろう|集まりましょう)(?!か|と)")
PROPOSED = re.compile(r"(?:しよう|えよう|べよう|けよう|めよう|れよう|行こう|会おう|飲もう|遊ぼう|見よう|やろう|帰ろう|走ろう|ましょう|話そう|出よう|集まろう|にしよう|[こそとのぼもろごお]う)(?:よ|ね|ぜ|か|!|。|…|$|と思)|ませんか|ない\?")
ASKED = re.compile(r"(?:[っいしきけげせてねべめれえみ]て(?<![だるいたすうくん]って)|[んい]で)(?:ください|下さい|ほしい|欲しい|くれ|ちょうだい|頂戴|もらえる|もらえます|いただけ|ね|よ)?(?:んだけど|のですが|んですが|ますか)?[。!?…\s]*$|お願い(?:し|。|$)")
QUOTED = re.compile(r"[「『\"“][^」』\"”]{0,200}[」』\"”](?!(?:と|って)(?:約束|返事|言って(?:ある|しま|おい)|伝え|[^。]{0,12}(?:言われ|連絡|メール|通知|書いて|催促)))")
BARE = re.compile(r"(?:です|だよ?|なんだよ?|なんです|なんだって|だから|なので|なん|でーす|っす|だね|ですね|ですよ|だな|だわ|やで|や|スタート|開始|から|より|発|着|集合|出発|開演|開場|受付|でお願いします|、)?(?:よ|ね|な)?[。!…~ー笑wｗ♪☆、\s)]*$")
VERB_END = re.compile(r"[ぁ-ん一-鿿々][るうくぐすつぬむぶ](?:よ|ね|わ|ぞ|な)?[。!…~\s]*$|ます(?:よ|ね)?[。!…~\s]*$|い[。!…~\s]*$")
IDLE = re.compile(r"思[うい]|寝[るま]|眠|起き[るま]|終わ[るり]|混[むみ]|忙し|疲れ|楽しみ|晴れ|冷え|暑|寒|なる[。ねよっ]|なります|感じ|わか[るり]|分か[るり]|違[うい]|できる|見える|いい(?:よ|ね|な|。|$)|かか[るり]|大変|きつ|つらい|眠い|嫌|やばい|ゴロゴロ|のんびり|だらだら|休[むみ](?:。|$)|休み")
INFO = re.compile(r"一般的|通常|おすすめ|オススメ|人気|検索|平均|\d+(?:%|パーセント)|ことが多い|できます|可能です|なります")

REASON = re.compile(r"(?:[っいしきけげせてねべめれえみく]て|んで|ので|から|けど|けれど|だし|です|ます|約束し[^、。]*)、")
AND = re.compile(r"(?:\([月火水木金土日]\))?(?:と|・|、|&|,)\s?")
MARK = "\x00"  # where the time stands, among the words around it
INSTEAD = re.compile(r"^(?:[^、。]{0,12})?(?:じゃなくて|じゃなく|ではなく)|^の?(?:代|かわ)り")
NOW = re.compile(r"(?:今|いま|もう|まだ|現在|今が)[、\s]?$")
GOING_AWAY = re.compile(r"(?:行く|帰る|結婚)(?:こと|予定)")
COMES_BY_ITSELF = re.compile(r"[^\s、]が(?:[^、。がは]{0,10})?(?:来る|来ます|来て|来られ|届[くき]|いらっしゃ|お見え|お越し)|に来るって|来てくれる|届(?:く|きます)(?:って|予定|よ|。|$|\s)")
CHAINED = re.compile(r"(?:[っいしきけげせてねべめれえみ])て$|[んい]で$")
POLITE = re.compile(r"ます(?:ので|ね|よ)?$|ますので|いたし|致し")
AFFAIR = re.compile(
    rf"(?:{EVENT.pattern})(?!の?(?:資料|準備|議事録|写真|お?土産|プレゼント|件|話|服|費|代|後|ため|結果|日程|書類|チケット|荷))[^、。はがをに\s]{{0,6}}(?=だ|です|でーす|で[、\s]|なの|なん|があ|が入|もあ|の予定|から|や[。で]|、|。|!|…|\)|\s|$|(?:に|へ)(?:行|い[くっ]|出|参加)|は(?:です|だ|から|$)|[^ぁ-ん、。]{{0,4}}$)"
)
HEARSAY = re.compile(r"[一-鿿ァ-ヺー]{1,6}[がはも][^。]{0,30}(?:って|と)(?:言って|いって)(?:た|る|い|くれ|まし)")
TOPIC = re.compile(rf"(?:{EVENT.pattern}|出発|到着)[^、。]{{0,6}}(?:は|が|も)[、\s]?$")
NOUN_END = re.compile(r"[一-鿿ァ-ヺーA-Za-z0-9々ぁ-ん]$")
TRAILING = re.compile(r"(?:(?:なので|なんだけど|なんです|んです|のです|んだけど|んだ|ですけど|ですが|だけど|だから|です|でーす|けど|けれど|ので|から|し|が|よ|ね|ねー|よー|わ|ぞ|な|なあ|って|から、|、|。|\s|[!…~ー笑wｗ♪☆)]){0,4})$")
MEANING = re.compile(r"[一-鿿ァ-ヺA-Za-z]|[ぁ-ん]{2}")
BOUND = re.compile(
    r"(?:予約(?:が|を|も|は)?(?:し|取|と[っれり]|済|完了|入)|アポ[^、。]{0,3}取|(?:チケット|切符|券|席|便|部屋|宿|ホテル|飛行機|新幹線)[^、。]{0,6}(?:買|取|と[っれり]|押さえ|確保|手配|当た|ゲット)|[がもにと]決ま|に(?:し|決め)(?=た|まし)"
    r"|誘われ|呼ばれ|招待され|頼まれ|言われ|(?:が|も|を|まで)入[っりれ]|引き受け|約束|返事し|返信し|(?:って|と)(?:言|伝|連絡)|[にへ](?:言い|言っ|伝え)|ことにな|ことにし|発券|(?:に|へ)(?:変|ずら|移|なっ|なり|延|早|繰|前|し)|登録し|申し?込|エントリーし|確定し"
    r"|押さえ|当選|任され|命じられ|指示され|メール(?:が|も)?来|連絡(?:が|も)?(?:来|あ)|通知が|キャンセル|中止|取り消|なくなっ|流れ|取りやめ|取れ(?:た|まし)|(?:入れ|取っ|ずらし|変え|変更し|延期し|予約し|頼ん)[てで](?:もら|いただ|くれ)|(?:って|と)(?:電話|連絡|メール|LINE|ライン)(?:が|も)?(?:来|き|あ|もら)|追加し|設定し|承り|メモし|組[まみん]|入れ(?:た|まし)|して(?:もら|いただ)(?:うことに|えることに))[^、。]{0,14}[。!…~笑\s]*$"
)

OPENING = re.compile(r"^(?:[\s、。!?…~ー・]|(?:そういえば|そうそう|ごめん(?:ね|なさい)?|すみません|すいません|えーと|えっと|あのね?|あと(?=[、\s])|ちなみに|それから|それと|で(?=、)|じゃあ、?|では(?=、)|それで|ところで|はい|うん|ううん|了解(?:です|しました)?|承知(?:いたし|し)ました|かしこまりました|OK|オッケー|実は|一応|とりあえず|ねえ|なんか|やっと|お待たせ(?:しました|しております)?|わかりました|分かりました|また|今度は|ようやく|ついに|やばい|しまった|次は|よし|わーい|メモ(?=[:：、])|予定(?=[:、]))(?=[、。!\s…]|[一-鿿ァ-ヺA-Z])|[:：])+")
AFTER_TIME = re.compile(r"^(?:\([^)]{1,4}\)|ごろ|頃|ころ|ちょうど|ぴったり|きっかり|くらい|ぐらい|過ぎ|すぎ|ジャスト|までに|まで|の間|中|から|より|の(?![んみり])|は(?![いじ])|が(?!ん)|も(?![うしっ])|で(?!き)|[に、,。:\s~-]|へ(?!ア|リ)|って(?=、)|と(?=、)|発(?=[、。\s])|付け|です(?=[。、]))+")
ENDING = re.compile(
    r"(?:(?:と|って|に)?(?:[^、はがをの]{0,6}(?:に|へ))?(?:固く)?約束(?:し|です|が|を|だ|。|$).*|(?:って|と)(?:いう|言|返事|返信|伝え|いわ).*|ことにな[っりる].*|ことにし.*|(?:する|の)?予定(?:です|だ|が|。|を|に|、|$).*|を?引き受け.*|よう(?:に(?:と|って|言)?).*|(?:が|も|を)入(?:っ|り|れ).*|(?:に|へ)?(?:変更|変わ|変え|ずら|ずれ|延期|延び|移[しっりる]|リスケ|前倒し|振替).*|(?:に|へ)(?:なっ|なり|決).*"
    r"|が?(?:決ま|取れ|とれ)(?:っ|り|た|まし).*|が確定.*|(?:が|も)(?:ある|あり|あっ|あん).*|(?:に|を|が)?(?:呼ばれ|誘われ|招待|申し?込).*|(?:の|を|が)?予約(?:し|を|が|済|取|で|だ|で|。|い|、|入|完).*|を?(?:お願い).*|(?:なので|なんです|なんだ|です|でーす|だよ|だね|だ|よ|ね|ねー|よー|から|って|な|わ|し|んだ|の)?[。!?…~ー、\s笑wｗ♪☆)]*)$"
)
OBLIGED_TAIL = re.compile(r"(?:(?<=[をにがは、へとも])[^をにがは、へと]{0,8}|[^をにがは、へと]{0,1})(?:ないと|なきゃ|なくちゃ|なければ|ねば|ないといけ).*$")
EDGES = "、。.,!?…~ー・ \n「」『』()のにはがをへもで:"


def is_written_in(text: str) -> bool:
    """Whether the text is in this language: it holds kana, or Chinese characters, more than Latin ones, and no Hangul."""
    return bool(KANA.search(text)) or (not HANGUL.search(text) and len(HAN.findall(text)) > len(LATIN.findall(text)))


def tells_a_time(text: str, here: datetime) -> bool:
    """Whether something in the words names a time from `here` on."""
    return any(statement.is_to_come(here) for statement in statements_in(text.translate(NARROW), here))


def days_told(text: str, here: datetime) -> list[date]:
    """The days that the text names, from that of `here` on."""
    days = [told.day for told in times_in(text.translate(NARROW), here) if told.day and not told.past]
    return [day for day in days if day >= here.date()]


def commitments_in(text: str, here: datetime, speaker: Party) -> list[Commitment]:
    """The commitments in the text, said at the moment `here` in the user's zone."""
    found: list[Commitment] = []
    statements = list(statements_in(text.translate(NARROW), here))
    for place, statement in enumerate(statements):
        later = statements[place + 1] if place + 1 < len(statements) else None
        if statement.is_to_come(here) and not (later and later.replaces(statement)):
            moved_from = statements[place - 1] if place and statement.replaces(statements[place - 1]) else None
            commitment = commitment_of(statement, moved_from, speaker)
            found += [commitment] if commitment else []
    return found


@dataclass(frozen=True)
class Statement:
    """What is said of one time.

    Attributes:
        told: The words of the time.
        moment: The time.
        head: What its sentence says before the time, and not of another.
        rest: What it says after it.
        before: The sentence before, where that tells no time.
        after: The sentence after, likewise.
        sentence: The number of its sentence in the text.
    """

    told: Told
    moment: Moment
    head: str
    rest: str
    before: str
    after: str
    sentence: int

    @property
    def main(self) -> str:
        """The clause that the time stands in."""
        cut = BREAK.search(self.rest)
        return self.head + (self.rest[: cut.end()] if cut else self.rest)

    @property
    def tail(self) -> str:
        """The clauses after it."""
        cut = BREAK.search(self.rest)
        return self.rest[cut.end() :] if cut else ""

    def is_to_come(self, here: datetime) -> bool:
        """Whether it is one time, that lies ahead."""
        start = self.moment.end or self.moment.start if self.moment.all_day else self.moment.start
        ahead = start.date() >= here.date() if self.moment.all_day else start >= here
        return ahead and not (self.told.past or self.told.habit)

    def replaces(self, earlier: "Statement") -> bool:
        """Whether something is moved here from the time that was told before."""
        return self.sentence == earlier.sentence and bool(MOVED.search(self.rest) or INSTEAD.search(earlier.rest))


def statements_in(text: str, here: datetime) -> Iterator[Statement]:
    """What is said of each time in the text."""
    sentences = [match.span() for match in SENTENCE.finditer(text) if match[0]]
    starts, zone = [begin for begin, _ in sentences], cast(ZoneInfo, here.tzinfo)
    times = times_in(text, here)
    homes = [bisect(starts, told.end - 1) - 1 for told in times]
    timed = set(homes) | {bisect(starts, told.begin) - 1 for told in times}
    floor = 0
    for told, home, (stop, end) in zip(times, homes, ends_of(text, times, [sentences[home] for home in homes]), strict=True):
        begin = max(floor, sentences[bisect(starts, told.begin) - 1][0], told.begin - LONGEST)
        head, rest = without(text[begin : told.end], told, begin), text[stop : min(end, stop + LONGEST)]
        floor = end if stop == told.end else told.end
        beside = [text[slice(*sentences[near])][:LONGEST] if 0 <= near < len(sentences) and near not in timed else "" for near in (home - 1, home + 1)]
        yield Statement(told, moment_of(told, head + rest, here, zone), head, rest, beside[0], beside[1], home)


def ends_of(text: str, times: list[Told], sentences: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of each time, where what is said of it begins after its words, and where it ends; of "on the 3rd and the 5th" it is the same."""
    ends: list[tuple[int, int]] = []
    for place in reversed(range(len(times))):
        told, following = times[place], times[place + 1] if place + 1 < len(times) else None
        stop, end = told.end, sentences[place][1]
        if following and sentences[place] == sentences[place + 1]:
            together = AND.fullmatch(text, told.end, following.begin) and following.said_day
            stop, end = ends[-1] if together else (stop, parting(text, told.end, following.begin))
        ends.append((stop, end))
    return ends[::-1]


def parting(text: str, end: int, begin: int) -> int:
    """Where, between the end of one time and the beginning of the next, the words begin to be of the next."""
    breaks = [match.end() for match in SOFT_BREAK.finditer(text, end, begin)]
    return breaks[-1] if breaks else begin


def without(words: str, told: Told, begin: int) -> str:
    """The words before and amid those of the time."""
    pieces, place = [], 0
    for start, end in told.spans:
        pieces.append(words[place : max(place, start - begin)])
        place = max(place, end - begin)
    return "".join(AFTER_TIME.sub("", piece) if number else piece for number, piece in enumerate(pieces))


def commitment_of(statement: Statement, moved_from: Statement | None, speaker: Party) -> Commitment | None:
    """The commitment that a statement makes, if it makes one."""
    told, moment = statement.told, statement.moment
    if told.either or within_quote(statement):
        return None
    change = change_of(statement, moved_from)
    judged = ("appointment", "user") if change != "new" else judge(statement, speaker)
    if judged is None:
        return None
    kind, by = judged
    what = what_is(statement, moved_from)
    return Commitment(what, kind, by, moment.start, moment.end, moment.all_day, change=change) if what else None


def within_quote(statement: Statement) -> bool:
    """Whether the time stands in words that somebody else is quoted with."""
    return any(MARK in quote[0] for quote in QUOTED.finditer(statement.head + MARK + statement.rest))


def change_of(statement: Statement, moved_from: Statement | None) -> Change:
    """Whether what was agreed before is moved to this time, or cancelled."""
    main = statement.main
    if QUESTION.search(main) or SUPPOSED.search(main) or OBLIGED.search(main):
        return "new"
    if MOVED.search(statement.rest) or (moved_from and not REFUSED.search(main)):
        return "moved"
    return "cancelled" if CANCELLED.search(main) or (CANCELLED.search(statement.after) and len(statement.after) < 20) else "new"


Judged = tuple[CommitmentKind, Party]


def judge(statement: Statement, speaker: Party) -> Judged | None:
    """What kind of commitment it is, and who is bound; None where nobody is."""
    main, tail = statement.main, statement.tail
    if PROMISED.search(tail) and not QUESTION.search(tail):
        return promised(statement, main + tail, speaker)
    if binds_nobody(statement, speaker):
        return None
    everything = f"{statement.before}{main}{tail}{statement.after}"
    if PROMISED.search(main + statement.after + statement.before) and not REPLIED.search(everything):
        return promised(statement, everything, speaker)
    if statement.told.by_then or DUE.search(main):
        return due(statement, speaker)
    if TOPIC.search(statement.head) and BARE.match(statement.rest):
        return "appointment", "user"
    return of_others(statement) if third_person(main) else of_speaker(statement, speaker)


def binds_nobody(statement: Statement, speaker: Party) -> bool:
    """Whether the clause asks, supposes, tells of what was or of what is always, or declines."""
    main = statement.main
    if QUESTION.search(main) or SUPPOSED.search(main):
        return True
    if REFUSED.search(main) and not OBLIGED.search(main):
        return True
    if PAST.search(main) and not (BOUND.search(main) or DUE.search(main)):
        return True
    if NOW.search(statement.head) and not statement.told.said_day:
        return True
    bound = BOOKED.search(main) or PROMISED.search(main) or OBLIGED.search(main) or DUE.search(main)
    return not bound and bool(HABIT.search(main) or PUBLIC.search(main) or (speaker == "assistant" and INFO.search(main)))


def promised(statement: Statement, words: str, speaker: Party) -> Judged:
    """Who promised."""
    other = third_person(words) and (SAID_BY.search(words) or GIVEN.search(words)) and not TOLD_TO.search(words)
    return "promise", "other" if other or speaker == "other" else speaker


def due(statement: Statement, speaker: Party) -> Judged | None:
    """What is to be done by then, or was promised for then."""
    main = statement.main
    if third_person(main) and (GIVEN.search(main) or SAID_BY.search(main)) and not TOLD_TO.search(main):
        return "promise", "other"
    if OBLIGED.search(main) or DUE.search(main):
        return "deadline", "user"
    if ASKED.search(main) and not WILLING.search(main):
        return None
    if DOING.search(main) and VERB_END.search(trimmed(main)) and not third_person(main):
        return "promise", speaker
    if DUE_THING.search(main) and BARE.search(main) and not VERB_END.search(trimmed(main)):
        return "deadline", "user"
    return None


def of_others(statement: Statement) -> Judged | None:
    """What somebody else does that concerns the user: comes, brings, does something for them."""
    main = statement.main
    if COMING.search(main):
        return "appointment", "other"
    if GIVEN.search(main) or (SAID_BY.search(main) and DOING.search(main)):
        return "promise", "other"
    return ("appointment", "user") if BOOKED.search(main) and not GOING_AWAY.search(main) else None


def of_speaker(statement: Statement, speaker: Party) -> Judged | None:
    """What the speaker goes to, does, or has noted."""
    main, around = statement.main, f"{statement.before}{statement.main}{statement.after}"
    if NOTED.search(main) or NOTED.search(statement.tail):
        return ("promise", "assistant") if speaker == "assistant" and not PAST.search(main) else ("appointment", "user")
    if COMES_BY_ITSELF.search(main):
        return "appointment", "other"
    if OBLIGED.search(main):
        return ("appointment" if GOING.search(main) else "deadline"), "user"
    if REPLIED.search(around) or BOOKED.search(around) or (PAST.search(main) and BOUND.search(main)) or BOUND.search(statement.after) or ARRANGED.search(main):
        return "appointment", "user"
    if PROPOSED.search(main) or ASKED.search(main):
        return None
    return acting(statement, speaker)


def acting(statement: Statement, speaker: Party) -> Judged | None:
    """What a clause without further sign says: its verb decides, or the affair that it names."""
    main = statement.main
    words = trimmed(main)
    if (VERB_END.search(words) or CHAINED.search(words)) and not IDLE.search(words[-8:]):
        if DOING.search(words) and (speaker != "assistant" or POLITE.search(words)):
            return "promise", speaker
        if speaker != "assistant" and (GOING.search(words) or (not statement.moment.all_day and (words.endswith("する") or EVENT.search(words)))):
            return "appointment", "user"
    if AFFAIR.search(main) and (speaker != "assistant" or not statement.moment.all_day):
        return "appointment", "user"
    if speaker != "assistant" and not statement.moment.all_day and (statement.told.said_day or statement.told.instant) and is_bare(words):
        return "appointment", "user"
    return None


def is_bare(words: str) -> bool:
    """Whether the words end with a noun."""
    return bool(NOUN_END.search(words)) and not IDLE.search(words[-8:])


def third_person(words: str) -> bool:
    """Whether somebody else is what the words speak of."""
    return bool(OTHERS.search(words) or HEARSAY.search(words)) and not SELF.search(words)


def trimmed(words: str) -> str:
    """The words without the particles and signs that a clause ends with."""
    return TRAILING.sub("", words)


def what_is(statement: Statement, moved_from: Statement | None) -> str:
    """What it is, in few words of the sentence."""
    sources = [("", statement.tail)] if PROMISED.search(statement.tail) else []
    sources += [("", statement.before)] if BOOKED.search(statement.before) and not statement.head and not EVENT.search(statement.rest) else []
    sources += [(last_clause(statement.head), statement.rest)]
    sources += [(moved_from.head, moved_from.rest)] if moved_from else []
    sources += [("", statement.before), ("", statement.after)]
    return next((what for head, rest in sources if (what := named_in(head, rest))), "")


def last_clause(head: str) -> str:
    """What of the words before a time belongs to it: not the reason, and not that something was promised."""
    ends = [match.end() for match in REASON.finditer(head)]
    return head[ends[-1] :] if ends else head


def named_in(head: str, rest: str) -> str:
    """What a clause names, without its end and its beginning; empty where nothing is left."""
    rest = AFTER_TIME.sub("", rest)
    cut = BREAK.search(rest)
    words = OPENING.sub("", head + (rest[: cut.start()] if cut else rest))
    words = ENDING.sub("", OBLIGED_TAIL.sub("", words)).strip(EDGES)
    topic, _, comment = words.partition("、")
    if len(words) > LONGEST_WHAT or (comment and EVENT.search(topic) and not head):
        words = topic.strip(EDGES)
    return words[:LONGEST_WHAT] if MEANING.search(words) else ""
