"""What people say of themselves, in the forms in which they say it: "I'm Priya, 34", "I'm a civil engineer", "we have a tabby"."""

import re
from collections.abc import Iterator, Sequence

from models.asking_to_forget import asks_to_forget
from models.local.evidence import Source
from models.local.quoting import Quote, shortened
from models.local.sources import own_sentences
from models.local.wide_acts import asks

I_AM = r"\bi(?:'m|\u2019m| am)"
WE_ARE = r"\b(?:i(?:'m|\u2019m| am)|we(?:'re|\u2019re| are))"
WE_HAVE = r"\b(?:i|we)(?:'ve|\u2019ve| have)?"
NAMED = r"(?-i:[A-Z][\w'\u2019-]+)"
BY_NOW = r"(?: (?:now|currently|still|already|just|only|almost|nearly|about|around|actually))*"
NUMBER = (
    r"(?:\d{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
)
NATION = (
    r"(?-i:(?:Chin|Japan|Portugu|Vietnam|Taiwan|Malt|Leban|Nepal|Sudan|Senegal)ese|(?:Engl|Ir|Scott|Span|Pol|Turk|Swed|Dan|Finn|Brit|Jew)ish"
    r"|(?:Ital|Russ|Canad|Brazil|Ind|Austr|Austral|Ukrain|Belg|Norweg|Hungar|Iran|Egypt|Alban|Colomb|Scandinav|Niger|Ghana|Roman|Bulgar|Serb"
    r"|Bosn|Croat|Lithuan|Latv|Eston|Syr|Palestin|Peruv|Ethiop|Georg|Armen|Indones|Maurit|Christ)ian"
    r"|American|African|Asian|European|German|Mexican|Korean|Chilean|Kenyan|Cuban|Moroccan|Dutch|French|Greek|Swiss|Thai|Czech|Pakistani"
    r"|Israeli|Iraqi|Welsh|Muslim|Catholic|Protestant|Buddhist|Hindu|OK)\b"
)
NO_EMPLOYER = r"(?:(?:the |a |my )?(?:home|garden|kitchen|morning|evening|night|silence|bed)\b)"
UNWORKED = r"(?:terrible|bad|good|great|decent|keen|lousy|big|fast|slow|heavy|careful|passionate|hobby|amateur)"
WORK = (
    r"(?:accountant|actor|actress|administrator|analyst|architect|artist|assistant|baker|banker|barber|barista|bartender|biologist|builder"
    r"|butcher|carer|carpenter|cashier|chef|chemist|cleaner|clerk|coach|consultant|cook|dancer|dentist|designer|developer|director|doctor"
    r"|driver|economist|editor|electrician|engineer|entrepreneur|farmer|firefighter|freelancer|gardener|geologist|hairdresser|historian"
    r"|illustrator|instructor|interpreter|janitor|jeweller|journalist|judge|lawyer|lecturer|librarian|manager|mathematician|mechanic|midwife"
    r"|model|musician|nanny|nurse|nutritionist|officer|optician|painter|paramedic|pharmacist|photographer|physicist|physiotherapist|pilot"
    r"|plumber|postman|producer|professor|programmer|psychiatrist|psychologist|radiologist|receptionist|researcher|sailor|scientist|secretary"
    r"|singer|social worker|soldier|solicitor|statistician|student|surgeon|surveyor|tailor|teacher|technician|therapist|translator|tutor"
    r"|vet|veterinarian|waiter|waitress|welder|writer|civil servant|apprentice|intern)"
)
CATS = r"(?:cat|kitten|tabby|tomcat|siamese|persian|maine coon|calico|ragdoll)"
DOGS = (
    r"(?:(?<!hot )dog|puppy|pup|beagle|poodle|labrador|terrier|retriever|corgi|dachshund|husky|collie|spaniel|bulldog|pug|shepherd"
    r"|greyhound|whippet|chihuahua|mutt|schnauzer|dalmatian|labradoodle|cockapoo)"
)
OTHER_PETS = (
    r"(?:hamster|rabbit|bunny|goldfish|parrot|parakeet|budgie|canary|turtle|tortoise|guinea pig|gerbil|ferret|pony|horse"
    r"|snake|lizard|gecko)"
)
ON_THE_WAY = r"(?:tram|train|bus|bike|bicycle|car|metro|subway|tube|ferry|foot|walk|drive|cycle|minutes?|hours?)"
ASKS_NAME = r"\bwhat(?:'s|\u2019s| is) my (?:first )?name\b|\bwho am i\W*$|\b(?:do you (?:know|remember)|tell me) my name\b"
GIVEN_NAME = rf"\bmy (?:first )?name(?:'s|\u2019s| is) {NAMED}|(?:\bcall me|\bi go by|{I_AM} called) {NAMED}"
ASKS_PETS = r"\b(?:pets?|animals?) do (?:i|we) have\b|\bdo (?:i|we) have (?:a |any )?(?:pets?|animals?)\b|\b(?:my|our) pets?\b"
ASKS_ALLERGIES = (
    r"\bam i (?:allergic|intolerant)\b|\bmy (?:food )?allerg(?:y|ies)\b"
    r"|\b(?:can't|can\u2019t|cannot|can|shouldn't|shouldn\u2019t|must not|mustn't) i (?:not )?eat\b"
    r"|\b(?:should|must|may) i (?:not|never|avoid) eat(?:ing)?\b|\bfoods? (?:should|must) i avoid\b"
)
MOST_PETS = 3
KIND_OF = r"(?:(?:late|ex|best|old|older|oldest|younger|youngest|little|big|new|good|dear|former) )"
WHO_IS = re.compile(r"^\W*(?:and |so )?who(?:'s|\u2019s| is| was) (?P<name>[\w-]+(?: [\w-]+)?)(?: again)?\W*$", re.I)


def kept(animals: str) -> str:
    """How somebody tells that they have one of these animals."""
    having = rf"{WE_HAVE}(?: have(?! to\b)(?: got)?| got| own| keep|(?: just)? adopted|(?: just)? got)\b[^.!?]{{0,40}}"
    return rf"(?:{having}|\b(?:my|our) (?:[\w-]+ ){{0,2}}){animals}(?:e?s)?\b"


# What is asked for, and the forms in which the answer is told. Where a question stands twice, the later forms are looked for where there
# is none of the earlier.
FORMS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked, re.I), re.compile("|".join(forms), re.I))
    for asked, *forms in (
        (ASKS_NAME, GIVEN_NAME),
        (
            ASKS_NAME,
            rf"^\W*(?:(?:hi|hello|hey|good \w+)(?: there)?\W+(?:{I_AM}|this is)|{I_AM}) (?!{NATION}){NAMED}"
            r"(?=\W*$|[,.!]|(?: and| from| by the way)\b)",
        ),
        (
            r"^\W*how old am i\b|\bmy age\W*$",
            rf"(?<!when )(?<!before )(?<!until )\bi(?:'ve|\u2019ve| have)?(?: just)? turned {NUMBER}\b",
            rf"{I_AM}(?: {NAMED},?)?(?: and)?{BY_NOW} {NUMBER}(?: ?(?:years?|yrs?)(?: old| of age)?)?"
            r"(?=\s*(?:$|[,.;!)]|(?:and|but|so|now)\b))",
            rf"{I_AM} an? {NUMBER}[- ]years?[- ]old\b",
        ),
        (
            r"^\W*(?:and )?what do i do\W*$|\b(?:do|did) (?:i|we) (?:used? to )?do for (?:a living|work)\b"
            r"|\bmy (?:current |new )?(?:job|occupation|profession|line of work)\W*$",
            rf"{I_AM}{BY_NOW} (?:an?|the) (?!{UNWORKED}\b)(?:[\w-]+ ){{0,3}}{WORK}\b",
            rf"(?:\bi{BY_NOW} work|{I_AM}{BY_NOW} working) (?:as|for|at|in) (?!{NO_EMPLOYER})",
            rf"\bi{BY_NOW} teach\b|\bmy job is\b|{I_AM}{BY_NOW} (?:retired|unemployed|self-employed|between jobs)\b",
        ),
        (
            r"\bhow (?:much do i weigh|heavy am i)\b|\bmy weight\W*$",
            rf"(?:{I_AM}|\bi weigh){BY_NOW}(?: at| down to| up to)? {NUMBER}(?:[.,]\d+)? ?(?:kgs?|kilos?|kilograms?|lbs?|pounds?|stone)\b",
            r"\bmy weight is\b",
        ),
        (
            r"\bhow tall am i\b|\bmy height\W*$",
            rf"{I_AM}{BY_NOW} (?:\d[.,]\d\d ?m?\b|\d{{3}} ?cm\b|\d ?(?:'|\u2019|ft\b|foot\b|feet\b)|\d+[^.!?]{{0,12}} tall\b)",
        ),
        (
            r"\bwhere do (?:i|we) live\b|\b(?:what|which) (?:city|town|country|village|place) (?:do (?:i|we) live|am i|are we)\b",
            rf"{WE_HAVE}(?: just| recently)? (?:moved|relocated) (?:here )?(?:back )?to (?:the )?(?-i:[A-Z])",
            rf"(?:\b(?:i|we){BY_NOW} live|{WE_ARE}{BY_NOW} (?:living|based)) in (?:[\w'-]+ ){{0,5}}?{NAMED}",
        ),
        (r"\bdo (?:i|we) have an?y? cats?\b|\b(?:my|our) cat(?:'s|\u2019s| called| named|\W*$)", kept(CATS)),
        (r"\bdo (?:i|we) have an?y? dogs?\b|\b(?:my|our) dog(?:'s|\u2019s| called| named|\W*$)", kept(DOGS)),
        (ASKS_PETS, kept(rf"(?:{CATS}|{DOGS}|{OTHER_PETS})")),
        (
            ASKS_ALLERGIES,
            rf"{I_AM} (?:\w+ )?(?:allergic|intolerant)\b|\bi have an? (?:\w+ )?(?:allergy|intolerance)\b",
            rf"{WE_ARE}{BY_NOW} (?:an? )?(?:vegan|vegetarian|pescatarian|coeliac|celiac|diabetic)\b",
        ),
        (ASKS_ALLERGIES, r"\bi (?:can't|can\u2019t|cannot|can not|don't|don\u2019t|mustn't) (?:eat|digest|tolerate)\b"),
        (
            r"\bmy commute\b|\bhow do i (?:get|go|travel|commute) to work\b",
            rf"\bi\b[^.!?]*\b{ON_THE_WAY}\b[^.!?]*\b(?:to|from) (?:work|the office)\b",
            rf"\bi\b[^.!?]*\b(?:to|from) (?:work|the office)\b[^.!?]*\b{ON_THE_WAY}\b",
            r"\bmy commute (?:is|takes)\b",
        ),
    )
)


def told_of_themselves(question: str, sources: Sequence[Source], user_name: str) -> list[Quote]:
    """What the user told last of themselves in a form of what is asked for, or all of their animals; nothing where they told it in none.

    Args:
        question: What the user asks.
        sources: What may be quoted, oldest first.
        user_name: As the user is known here, for others may speak too.
    """
    own = own_sentences(sources, user_name)
    told = [(part, source) for part, source in own if not (asks(part) or asks_to_forget(part))]
    for form in forms_of(question):
        if fitting := [Quote(shortened(part), part, source) for part, source in told if form.search(part)]:
            return fitting[-MOST_PETS:] if re.search(ASKS_PETS, question, re.I) else fitting[-1:]
    return []


def forms_of(question: str) -> Iterator[re.Pattern[str]]:
    """The forms in which the answer is told, the surest first."""
    yield from (form for asked, form in FORMS if asked.search(question))
    if asked := WHO_IS.search(question):
        name = re.escape(asked["name"])
        yield re.compile(
            rf"\b(?:my|our) {KIND_OF}?[\w-]+ (?:is )?(?:called |named )?{name}\b|\b{name} (?:is|was) (?:my|our)\b|\b{name}, (?:my|our)\b",
            re.I,
        )


def asks_name(question: str) -> bool:
    """Whether the user asks how they are called."""
    return re.search(ASKS_NAME, question, re.I) is not None


def gives_name(text: str) -> bool:
    """Whether somebody says how they are called, and not only in passing: "call me Pip", not "I'm Philippa"."""
    return re.search(GIVEN_NAME, text, re.I) is not None
