"""The words that the threads of life are read by: kin, titles, places, and what is too vague or too common to be a thread."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import available_timezones

from models.embedding import bundled_folder
from models.local.sentences import STOP_WORDS
from models.times import locale_named


def listed(words: str) -> frozenset[str]:
    """The words of a list that is written with blanks."""
    return frozenset(words.split())


# Relations that one has few of: "my sister" alone says who is meant. Each line begins with its name.
CLOSE = """
    mother mom mum mama mommy mummy ma|father dad papa daddy|sister sis|brother bro|grandmother grandma nana granny gran nan|grandfather
    grandpa granddad grandad|wife missus|husband hubby|partner|girlfriend|boyfriend|fiance fiancé|fiancee fiancée|son|daughter|boss|manager
    supervisor|landlord|landlady|therapist|roommate|flatmate|housemate|aunt auntie aunty|uncle|niece|nephew|stepmother stepmom
    stepfather stepdad|stepsister|stepbrother|mother-in-law|father-in-law|sister-in-law|brother-in-law|mentor|godmother|godfather
    ex|ex-husband|ex-wife|parents|kids children|sons|daughters|sisters|brothers|twins|grandparents|grandson|granddaughter
    grandkids grandchildren|baby|dog puppy pup doggo|cat kitten kitty
"""
# Relations that one has many of: they tell that a name is a person's, and no more.
LOOSE = listed("""
    friend bestie buddy pal mate colleague coworker co-worker teammate classmate neighbour neighbor cousin teacher coach trainer tutor
    doctor dentist vet nurse accountant lawyer client customer student editor assistant instructor professor advisor adviser barber
    hairdresser babysitter crush date fan pet rabbit hamster parrot turtle horse pony guinea
""")
KIN: Mapping[str, str] = {word: line.split()[0] for line in re.split(r"[|\n]", CLOSE.strip()) for word in line.split()}
CALLED_SO = listed("mom mum mama mommy mummy dad papa daddy grandma grandpa nana granny gran nan granddad grandad")
TITLES = listed("""
    dr mr mrs ms miss prof professor doctor aunt auntie aunty uncle grandma grandpa nana coach chef captain señor señora sister brother
    sir madame monsieur frau herr father principal officer judge
""")
ABBREVIATED = listed("dr mr mrs ms prof st sr jr mt")
CALENDAR = listed("""
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov
    dec monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays mon tue
    tues wed thu thur thurs fri sat sun
""")
EXCLAIMED = listed("""
    i i'm i've i'd i'll im ok okay oh ah ha haha hahaha hehe lol lmao omg wow whoa yay yep yup yeah yes no nope hey hi hello hiya bye
    thanks thank thx ty cheers congrats congratulations god lord jesus gosh goodness jeez geez damn hell hmm hm ugh aw aww phew oops
    ouch btw fyi asap tbh imo idk dm pm am tv pc usb id diy faq vip usa uk eu us internet web wifi english xx xo xoxo ps p.s merry happy
    dear
""")
PLACE_NOUNS = listed("""
    street avenue road lane square plaza park beach farm lake river mountain mountains hill hills valley bay island islands forest
    canyon bridge airport station hospital clinic university college school academy library museum gallery theatre theater church temple
    cathedral hotel hostel inn cafe café restaurant bistro diner bakery bar pub market mall shop bookshop bookstore store studio gym
    pool stadium arena garden gardens harbour harbor port pier castle palace tower hall centre center village town city county springs
    falls desert coast trail glasshouse nursery shelter
""")
NEAR_PLACES = listed("in at near around visit visiting visited outside across inside towards toward leaving leave reached explore")
MOVING = listed("""
    go goes going went gone move moved moving trip trips flight flights train bus ferry drive drove driving travel travels travelled
    traveled travelling traveling back way come came coming fly flew flying head headed heading return returned returning get got ride
    walk walked ticket tickets far away home relocate relocated relocating
""")
NEAR_PEOPLE = listed("""
    tell told tells telling ask asked asks asking call called calls calling met meet meeting named thank thanks hi hey hello dear text
    texted thanking says said marry married marrying invited invite helped help show showed gave
""")
DONE_BY_PEOPLE = listed("""
    said says told tells asked asks thinks thought wants wanted loves loved called calls texted wrote writes came comes got gave gives
    brought brings made makes took takes knows knew likes liked hates suggested suggests recommended helped helps invited agreed offered
    sent sends laughed cried who teaches taught plays played lives went ate eats dug barks slept sleeps ran sat jumped smiled proposed
    passed swallowed stole fell
""")
PRONOUNS = listed("he she him her his hers he's she's he'll she'll he'd she'd")
OF_PLACES = listed("trip flight itinerary airport vacation holiday visit")
OF_PEOPLE = listed("family birthday wedding house room place voice face funeral graduation party name job boyfriend girlfriend")
ARTICLES = listed("a an the my our your his her their its these those some any another every each both")
LINKS = listed("of in on at for with about from into between during after before without by like near through towards around")
BEFORE_VERBS = listed("""
    i you we they he she it to will would can could should must might may i'll you'll we'll they'll he'll she'll i'd you'd we'd they'd
    let's don't didn't doesn't won't can't couldn't wouldn't shouldn't not never always just also really still even who that's it's i've
    we've they've you've
""")
VAGUE = listed("""
    time times day days week weeks weekend weekends month months year years hour hours minute minutes second seconds moment moments
    morning mornings afternoon afternoons evening evenings night nights tonight today tomorrow yesterday past future present ago age
    date dates schedule season anniversary century decade lot lots bit bits couple couples number numbers ton tons dozen half pair bunch
    amount amounts piece pieces part parts rest whole total thing things stuff way ways kind kinds sort sorts type types idea ideas
    question questions answer answers problem problems issue issues reason reasons point points fact facts case cases example examples
    list lists chance chances place places area areas side sides end ends start beginning middle top bottom front back line lines hand
    hands head eye eyes face mind heart feeling feelings experience experiences people person man woman men women guy guys girl boy
    everyone everybody someone somebody nobody others folk folks friend friends life world job work home house room name names word
    words help support thought thoughts hope luck fun good message messages note notes call calls news photo photos picture pictures pic
    pics image step steps level detail details option options choice choices change changes difference tip tips suggestion suggestions
    advice decision decisions focus effort efforts progress approach situation goal goals sense vibe vibes look looks break turn turns
    try check mess blast honor honour joy success result results memory memories reminder opportunity opportunities challenge challenges
    passion plan plans project projects process love care trouble mood energy power strength smile laugh tears attention interest share
    stay visit hear pace pressure stress peace hard tough journey adventure dream dreams inspiration impact motivation perspective
    connection connections community event events group groups team teams member members boost push shot touch taste style effect
    effects vision value values role roles ground space spot spots corner scene surprise treat gift gifts wish wishes offer deal deals
    price prices cost costs money cash bill bills euro euros dollar dollars pound pounds percent cent cents kilo kilos kilometre
    kilometres mile miles metre metres meter meters inch inches foot feet size sizes one two three four five six seven eight nine ten
    eleven twelve twenty thirty forty fifty hundred thousand first third last next old new little big small great nice best better bad
    worst more most less least other same different own full long short high low early late later earlier soon now then here there
    everything nothing something anything wonder hug hugs kudos congratulation congratulations thanks thank please sorry bye hello hi
    hey okay wow story stories conversation chat talk talks topic topics text texts info information mention version versions draft set
    sets order orders form forms rule rules use uses need needs test tests cause causes course matter matters mistake mistakes state
    states system systems term terms view views voice voices guide guides hit hits kick kicks run round rounds lately recently door
    doors table floor bed window street road car air water food body leg arm hair skin shoulder shoulders relief worry worries means
    behind till minus breath lady move moves real theme themes prompt prompts complete while instead yet ever once twice ones guess bet
    yep sure true right wrong left easy able ready happy glad proud sad excited amazing awesome cool crazy fantastic wonderful beautiful
    special super pretty close huge tiny busy tired free fine worth perfect interesting exciting inspiring rewarding relaxing
    challenging surprising heads up gotta gonna wanna kinda sorta cuz coz tho lol encouragement determination importance positivity
    commitment courage dedication creativity comfort beauty growth balance bond atmosphere strategy strategies session sessions task
    tasks solution solutions explanation response responses summary scenario scenarios adjustment adjustments user users paragraph
    template content link links themselves ourselves yourselves himself herself itself myself yourself sometimes outside inside anyway
    always favorite favourite favorites favourites fave actions action thank-you understanding base burden batch duration
    durations developments reality possibility freedom faith drive understand improve adjust already lives safe eats watering
    happened since mix build happen think feel know see go make take come want find give keep let stop get put say tell ask show
    leave
""")
NOUNS_AFTER_ALL = listed("""
    family jelly belly lily butterfly ally reply assembly vegetable table cable bible fish dish forest guest nest harvest
""")
BEFORE_ADJECTIVES = listed("so very really too pretty quite super more most is are was were be been feel feels felt how as i'm less")
HOLIDAYS = listed("christmas xmas easter halloween thanksgiving ramadan eid diwali hanukkah passover carnival")
PEOPLES = listed("""
    american british canadian australian indian mexican brazilian european asian african italian german french spanish irish scottish
    russian chinese japanese korean thai vietnamese greek turkish dutch swedish norwegian danish polish ethiopian nigerian kenyan latino
    latin portuguese arabic hebrew hindi urdu persian catalan ukrainian hungarian romanian finnish czech croatian serbian bulgarian
    swahili tagalog mandarin cantonese indonesian malay tamil welsh gaelic
""")
UNKNOWN_RANK = 60_000
FIRST_WORD = 1_996  # BERT's vocabulary: the number of "the"; from there on the whole words stand about by how common they are


@lru_cache(maxsize=1)
def word_numbers() -> Mapping[str, int]:
    """MiniLM's vocabulary: the word pieces by number."""
    numbers: dict[str, int] = json.loads((bundled_folder() / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return numbers


def rank_of(word: str) -> int:
    """How many words are more common in English, roughly."""
    return max(1, word_numbers().get(word, UNKNOWN_RANK) - FIRST_WORD)


@lru_cache(maxsize=1)
def known_places() -> frozenset[str]:
    """Countries, and the cities that time zones are named after, in lower case."""
    countries = locale_named("en").territories
    cities = (zone.rpartition("/")[2].replace("_", " ") for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))
    return frozenset(name.lower() for name in (*countries.values(), *cities))


NO_NAME = CALENDAR | EXCLAIMED | STOP_WORDS | PEOPLES
