"""Commitments in English sentences: who binds himself to what, in the clause that names the time."""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.commitments.calendar import days_of_week
from models.commitments.commitment import Change, Commitment, CommitmentKind, Party
from models.commitments.english_times import TimePhrase, is_clock_alone, linked, plain, stretch_of, time_phrases

# In place of every letter of a time, so that rules on the words about it need no knowledge of times.
LONGEST_SPAN = timedelta(days=31)  # of days that are told one by one
TIME = "\ue000"
LONGEST_CLAUSE = 400
REACH = 40  # characters behind a clause in which it may be said that the time of day stays
LATE_NIGHT = 3  # until then a bare hour is hardly one at which anybody travels

EVENING = (
    r"dinner|drinks?|cocktails|concert|gig|theatre|theater|opera|ballet|musical|pub|movies?|film|cinema|supper|beers|quiz|party|show"
    r"|disco|clubbing|parents' evening|table|reservation"
)
OCCASION = (
    rf"(?:{EVENING}|dentists?|doctors?|doc|gp|vet|appointments?|appt|meetings?|meet ?up|catch[ -]?up|call|phone call|zoom|video call"
    rf"|interviews?"
    r"|exams?|midterm|finals|test|quiz|class|lessons?|lecture|seminar|workshop|training|course|lunch|brunch|breakfast|coffee|wedding"
    r"|funeral"
    r"|memorial|baptism|christening|match|game|practice|rehearsal|recital|audition|play date|playdate|exhibition|vernissage|flight|train"
    r"|bus|ferry|ktx"
    r"|shinkansen|eurostar|trip|haircut|hair|hairdresser|barber|nails|massage|physio|physiotherapist|therapy|therapist|session|check-?up"
    r"|checkup|surgery|operation"
    r"|scan|mri|ct|x-?ray|blood test|bloods|ultrasound|vaccination|vaccine|jab|shots?|injection|inspection|viewing|delivery|pick-?up"
    r"|plumber|electrician"
    r"|movers|taxi|cab|uber|date|ceremony|graduation|reunion|webinar|conference|presentation|demo|stand-?up|sync|review|1:1|one-on-one"
    r"|hearing"
    r"|trial|court|jury duty|shift|open day|carnival|festival|panto|race|marathon|hike|picnic|bbq|barbecue|sleepover|check-?in|check-?out"
    r"|tour"
    r"|reservation|table|booking|service|mot|yoga|pilates|gym|swim|swimming|football|soccer|tennis|squash|badminton|choir|mass|poker"
    r"|book club"
    r"|counsellor|counselor|lawyer|solicitor|notary|bank|accountant|orthodontist|optician|dermatologist|physician|hygienist|optometrist"
    r"|eye doctor"
    r"|midwife|mechanic|handyman|parents' evening|parent-teacher|orientation|induction|retreat|kick-?off|doors|tickets|closing|handover"
    r"|driving test|viva"
    r"|defen[cs]e|ceilidh|recording|shoot|photo ?shoot|fitting|tasting|babysitting|volunteering|visit|chat|debrief|briefing|assembly|fair"
    r"|first day|last day|play|talk|gala|rite|vaccinations|dinner party|moving day|meet)"
)  # fmt: skip
SOMEBODY = r"(?:he|she|they|it|[a-z'-]+(?: [a-z'-]+){0,3})"

EVENING_WORD = re.compile(rf"\b(?:{EVENING})\b")
TRAVEL_WORD = re.compile(r"\b(?:flights?|fly|flies|flying|planes?|airport|trains?|ferry|bus|coach|eurostar|shinkansen|ktx)\b")
DAYTIME_WORD = re.compile(r"\b(?:breakfast|brunch|lunch|morning)\b")
REJECTED = re.compile(rf"(?:(instead) of|(?:, ?)?(?:and )?\bnot|rather than)(?: on| at)? {TIME}+")
# "I finally have the dentist" binds as "I have the dentist" does.
IN_PASSING = re.compile(
    r"^((?:i|we)(?:'ve)? )(?:(?:finally|luckily|thankfully|actually|already|really|now) )+(?=have|had to|got|need|must|booked|made)"
)
QUOTED = re.compile(r'"[^"\n]{1,300}"')
ACCEPTED = re.compile(r"^(?:i|we)(?:'ve)? (?:said yes|accepted|agreed)\b")
# "Are we on for Saturday?", and then "yes, dinner at 8": what is accepted is on the day that is asked about.
SAYS_YES = re.compile(
    r"^\W*(?:(?:and |so )?(?:i|we|me)(?: said)?:? )?(?:yes|yeah|yep|yup|sure|of course|ok|okay|deal|great|perfect|fine|sounds good)\b", re.I
)
OCCASION_WORD = re.compile(rf"\b{OCCASION}s?\b")
OWN = re.compile(
    r"^(?:i|we|gotta|have to|need to|must|got to|supposed to|i'm|we're|i've|we've|im|ive|i'll|we'll|[a-z]+ and i|me and [a-z]+"
    r"|my [a-z]+ and i)\b"
)
OR = re.compile(rf"{TIME} or (?:at |on )?{TIME}")
CALLED_OFF = re.compile(
    r"^(?:it's|that's|it is|that is|is|has been|it has been|they|which)(?: [a-z]+){0,2} (?:cancell?ed|off|called off|not happening)\b"
)
THERE = re.compile(
    r"^(?:i|we)(?:'ll| will) (?:be (?:there|at)|meet|pick|come|bring|fetch|collect|wait)\b|^(?:i'm|we're|i am|we are) (?:picking|meeting"
    r"|collecting|driving|taking|fetching)\b"
)
UNNAMED = re.compile(r"(?:the|in|on|if|when|as|like|what|who|it|this|that|these|those|today|tomorrow)\b|(?:[^ ]+ ){6}")
PAST_OF_ANYBODY = re.compile(r"^(?:i|you|we|they|he|she|it) (?:had|went|(?:was|were) (?!put|given|told|booked|scheduled|invited))\b")
BACK = re.compile(rf"^(?:be )?(?:right )?(?:back|there|home) {TIME}")
AGAIN = re.compile(rf"(?:is|are) (?:{TIME}|confirmed|on\b|set)")
# "Tomorrow I have the dentist" is read as "I have the dentist tomorrow".
TIME_FIRST = re.compile(rf"^({TIME}+)[ ,:-]*(?!it is\b)([^{TIME}].*)$", re.DOTALL)
NOTED = re.compile(r"\b(?:done|noted|booked|added|confirmed|scheduled|reserved|all set|sorted|saved|got it)\b")
ADVERBIAL = re.compile(rf"^{TIME}+,? (?:in|at|near|by|with|opposite|behind|next to|@) ")
LINK = re.compile(r"(?: is| are|'s| will be|s')? ?(?:on|at|for|scheduled)?$")
QUESTION = re.compile(
    r"^\W*(?:(?:so|and|but|or|hey|hi|ok|okay|oh|well|btw|also|then) )*(?:who|whom|whose|what|what's|when|where|which|why|how|how's|is|are"
    r"|was|were"
    r"|do|does|did|has|can|could|would|will|should|shall|am i|have (?:you|we|they)|any chance|any (?:plans|idea)|wanna|want to|fancy"
    r"|you free|free)\b"
)
TENTATIVE = re.compile(
    r"\b(?:would|wouldn't|would've|could|could've|might|maybe|perhaps|possibly|probably|wish|hope|hopes|hoped|hopefully|hoping|should"
    r"|should've"
    r"|ought|(?:was|were) (?:going|supposed|meant|planning)|thinking|considering|wondering|wonder|imagine|suppose|what if|in case|unless"
    r"|otherwise"
    r"|tempted|unsure|depends|depending|dunno|in theory|dreaming|dreamed|dreamt|possible|i guess|potentially|either|ideally|tbc|tbd|likely"
    r"|i'd(?! better)|we'd|they'd|he'd|she'd|it'd|you'd|free|available|availability|planning|plan to|want to|wanna|intend|feel like|i like"
    r"|love to|like to|can we|can you|can i|no (?:plans|idea|clue)|whether|if only|as if|offered|asked|invited|suggested|proposed|unless"
    r"|shall)\b"
    r"|\bmay (?!\d)(?:be|not|have|go|come|need|want|see|do|call|visit|take|get|stay|try|as well)\b"
)
NEGATED = re.compile(
    r"^no |\b(?:not|never|nothing|nobody|no one|neither|without|refuse|hardly|cannot|no longer)\b|n't\b|\bdont\b|\bwont\b|\bcant\b"
)
HABIT = re.compile(
    r"\b(?:every|each|usually|always|normally|often|generally|typically|most|weekdays|weekends|sometimes|rarely|tends?|used to|whenever"
    r"|on average"
    r"|daily|weekly|opens?(?! (?:day|house|mic|evening|until|till))|opening hours|closed|closes early|per|as a rule|all year|for years"
    r"|these days|nowadays"
    rf"|(?:it's|it is) (?={TIME})|in the (?:movie|film|book|story|show|novel|game|series)|thank god|tgif|happy|sunrise|sunset|forecast"
    rf"|weather|rain|snow|sunny|kickoff of)\b"
)
PAST = re.compile(
    r"(?<!be )\b(?:was|were|wasn't|weren't|went|had|did|didn't|came|saw|spent|left|ate|drank|slept|missed|ran|flew|drove|walked|watched"
    r"|played|finished|started"
    r"|opened|arrived|landed|happened|called|rang|woke|lost|won|ended|visited|stayed|worked|lasted|fell|sat|felt|became|knew|thought|used"
    r"|died|closed"
    r"|cooked|cleaned|talked|spoke|broke|forgot|found|brought|wrote|read it|gave|caught|hit|passed|failed|turned|lived|loved|hated"
    r"|enjoyed|cried|danced"
    r"|laughed|charged|cost|paid|took|showed|made (?!an? )|met|got (?:home|back|up|here|there|stuck|sick|drunk|married|fired|lost|caught"
    r"|it|into)|ended up|celebrated|attended"
    r"|grew|rose|held|kept|led|lent|meant|sent|sold|shut|sang|stood|stole|swam|taught|threw|wore|chose|began|blew|built|drew|fed|fought"
    r"|froze|hid|hurt|rode|shook|stuck|tore|remembered|learned|heard|bumped|dropped|picked (?!out)|delivered|been|cancelled on me)\b"
    r"|^(?:i|we|he|she|they|it|you) (?:just |already |only |really )?(?!need|feed)[a-z]+ed\b"
)
CANCELLED = re.compile(
    r"\b(?:cancel(?:l?ed|s|l?ing)?|called off|calling off|call off|scrapped|fell through|fallen through|not happening|isn't happening"
    r"|won't happen"
    r"|can't make|cannot make|can't do|won't make|not going|no longer|(?:is|are|'s|was|been) (?:all )?off|'s out|is out|not coming"
    r"|isn't coming|bailed|out of)\b"
    r"(?! (?:to|on|at|the office))"
)
MOVED = re.compile(
    r"\b(?:moved|moving|move|pushed|pushing|push|shifted|shift (?:it|that|the)|rescheduled|reschedule|postponed|postpone|delayed|bumped"
    r"|brought forward|bring"
    r"|put back|put off|changed|switched|instead|rather than|now (?:on|at|for)|extended|earlier than|later than|rearranged|is now|'s now)\b"
)
SAME_TIME = re.compile(r"\b(?:same|usual) (?:time|hour)\b|\btime (?:stays|remains|is) the same\b")
OF_IT = re.compile(r"^it(?: is|'s| will be)\b")
OF_NOW = re.compile(r"\b(?:today|now|already)\b")  # "Actually it's Friday today" is of the calendar
MOVED_HOUSE = re.compile(
    r"\b(?:moving|move) (?:in|out|house|home|into|flat|flats|on|to (?!"
    + TIME
    + r"))|\b(?:help\w*|me|you|him|her|us|them) move\b|\bbring(?! [a-z ]{1,30}forward)"
)
DROPPED = re.compile(r"^(?:please )?(?:forget|never ?mind|scratch)(?: about)? (?:the|my|our)\b")
# "See you tomorrow!" takes leave; with a clock, a place or anybody's name it would arrange something.
FAREWELL = re.compile(
    r"^(?:(?:good ?)?bye,? |good ?night,? )?(?:(?:i'll|we'll|i will|we will|let's|lets) (?:see|talk|speak|chat|meet|tell|continue|go on)"
    r"|see|speak|catch|cu|(?:talk|chat|meet)(?= (?:to|with|you|again|more|then|later|soon)\b))"
    r"(?: (?:to |with )?(?:you|ya|u)\b| (?:this|our) (?:chat|talk|conversation))?"
    rf"(?: (?:again|then|later|soon|more|all|the rest|about it))*[ ,]*{TIME}+(?: (?:again|then))?\W*$"
)
# "I moved the sofa on Monday" tells of that day; what is moved to another is moved "to Monday".
MOVED_THAT_DAY = re.compile(
    r"^(?:(?!\b(?:was|were|is|are|be|been|being|got|gets?|'s)\b).)*\b(?:moved|pushed|shifted|bumped|changed|switched)\b"
    rf"(?!.*(?:\b(?:to|for|from|now) ?{TIME}|\b(?:instead|rather than)\b))"
)
REMIND = re.compile(
    r"\b(?:remind me|don't let me forget|do not let me forget|set (?:me )?an? (?:alarm|reminder)|(?:don't|can't|mustn't|must not) forget"
    r"|wake me)\b"
)
DUE = re.compile(
    r"\bdue\b(?! to\b)|\bdeadline\b|\bexpires?\b|\blast (?:day|chance)\b|\bcut-?off\b|\b(?:applications?|registrations?|votes?|entries"
    r"|submissions?|nominations|voting|enrolment"
    r"|enrollment|call|window|poll|offer|sign-?ups?|bids?|tender)\b.{0,40} (?:closes?|ends?|shuts?|runs? out)\b|\b(?:have|has|got|'s got"
    r"|'ve got|gives? \w+|given \w+)"
    rf" (?:only )?(?={TIME}+ (?:to|for)\b)"
)
NEED = re.compile(
    r"\b(?:have to|has to|need to|needs to|must|gotta|got to|supposed to|need(?:s)? (?=[a-z ]{1,40}(?:filed|sent|submitted|done|paid|in\b"
    r"|ready))"
    r"|to be (?:in|done|paid|filed|submitted|sent|handed|returned)|be (?:handed|turned|submitted|paid|sent|filed|returned)|hand in"
    r"|turn in|submit|pay|better)\b"
)
WANTED = re.compile(r"\b(?:wants|needs|expects|requires|asks? for|is waiting for|demands?|is expecting)\b")
STATE = (
    r"(?:know|need|miss|die|love|hate|feel|think|want|never|regret|sleep|survive|turn|have no|be (?!at\b|there|here|in\b|home|back|over"
    r"|on\b|with|done|finished|ready"
    r"|along|round|around|out\b|up\b|off\b|[a-z]+ing\b|"
    + TIME
    + r")|see what|see how|see if|see about|admit|say|bet|remember|forget|wait|probably|maybe|only|just|still|believe"
    r"|end up|get (?:over|used|old|sick|tired)|lose|look like|try|consider|decide|be able)"
)
WILL = re.compile(
    rf"\b(?:i|we)(?:'ll| will| shall| am going to| are going to|'m going to|'re going to|'m gonna| gonna|ll) (?:definitely |also |then "
    rf"|just |def )?(?!{STATE})(?P<verb>[a-z]+)"
)
GOING_TO_STATE = re.compile(rf"\b(?:going to|gonna|'ll|will) (?:definitely |also |then |just )?(?:{STATE})")
WILL_OF_OTHERS = re.compile(
    r"\b(?:will|'ll|(?:is|are|'s|'re) (?:going to|gonna|coming|arriving|picking|dropping|visiting|delivering|stopping|popping|calling"
    r"|ringing|fixing|installing"
    r"|taking (?:me|us)|staying|here|joining|collecting|bringing|sending|due|giving)|arrives?|comes?|picks|lands?|delivers|gets here"
    r"|gets in)\b"
)
TO_US = re.compile(
    r"\b(?:me|us|my|our|here|home|round|over|back|by|come|comes|coming|visit|visiting|deliver\w*|call|email|send|pick\w*|drop\w*"
    r"|install\w*|fix\w*|repair|arriv\w+|ring"
    r"|let me know|collect\w*|bring\w*|pay|return\w*|inspect|join\w*|service)\b"
)
PROMISE_OF_OTHERS = re.compile(
    rf"^(?P<who>(?!i\b|we\b|i've|we've){SOMEBODY}?) (?:(?:has |have |'s )?promised (?:me |us )?to|promises to|swears to|(?:says?|said"
    rf"|swears|swore|promises|promised|reckons|told me|told us|tells me"
    r"|assured (?:me|us)|assures me|texted|emailed|confirmed)(?: me| us)?(?: that)? (?:he|she|they|i)(?:'ll|'d| will| would)\b"
    r"|has agreed to|agreed to|is bound to)"
)
OWN_PROMISE = re.compile(
    r"(?:^|\b(?:i|we|i've|we've|i have|we have) )(?:just |already |also |finally |kind of |sort of )?(?:promised|swore|agreed to"
    r"|signed up|volunteered|committed|offered and|pinky)\b"
    r"|(?:^|\b(?:i|we)(?:'ve| have)? )(?:said|told(?: [a-z'.-]+){1,4}?) (?:that )?(?:i|we)(?:'ll|'d| will| would)\b|\bi owe\b"
    r"|\bmy promise\b|\b(?:i|we) promise\b"
)
# What is left of "I promised Tom to fix his bike", or "I told Tom I'd fix his bike".
PROMISED_TO = re.compile(
    r"(?P<whom>[\w'\u2019.-]+(?: and [\w'\u2019.-]+)?),? (?:to|(?:that )?(?:i|we)(?:['\u2019](?:ll|d)| will| would))"
    r" (?P<what>\w.*)",
    re.I,
)
THEIRS = re.compile(
    r"\b(?:his|their|her(?= (?!(?:back|the|an?|my|some|this|that|to|for|at|on|in|with|by|up|it|out|home|how)\b)\w))\b", re.I
)
THEM = re.compile(r"\b(?:him|her|them)\b", re.I)
ARRANGED = re.compile(
    r"\b(?:booked|rebooked|scheduled|arranged|fixed|reserved|confirmed|pencill?ed|agreed|settled|signed up|signed (?:us|me|him|her|them"
    r"|myself) up|set (?:up|for)|is set|put (?:me|us|you|it|him|her|that) (?:down|in|on)"
    r"|puts? (?:me|us) down|fit (?:me|us) in|squeezed? (?:me|us) in|slot|(?:got|have|bought|has)(?: [a-z]+)? tickets"
    r"|made an? (?:appointment|reservation|booking)|lined up|can (?:see|fit|take) (?:me|us)|wants? (?:to see )?(?:me|us) (?:back"
    r"|in|again)|invited (?:me|us|you) and"
    r"|meeting up|expecting|gave (?:me|us) (?:an?|the)|offered (?:me|us) .{1,30} and i"
    r"|added|noted|blocked|reminder|on (?:your|the|my) calendar|in (?:your|the|my) (?:calendar|diary)|you(?:'ve| have) (?:got )?an?|your"
    r"|we're on|it's on|we said|see you|see u|cu|see ya|let's|lets)\b|"
    + TIME
    + r" it is\b|\b(?:i|we|they|i've|we've|i have) (?:said|told|gave)(?: [a-z'-]+){0,3} (?="
    + TIME
    + "+(?! that))"
)
NAMES_A_PLAN = re.compile(
    r"^(?:i|we|i'm|we're|i am|we are|i've|we've|there's|there is|im|ive|my \w+ and i|[a-z]+ and i)\b(?: just| also| already| then| still"
    r"| actually)?"
    r"(?: (?:have|got|start|starts|fly|leave|land|arrive|move|begin|check in|check out|see|meet|get|sing|present|travel|depart|go|play"
    r"|host|teach|perform|defend|graduate|sit"
    r"|take|am|are|off|due|booked|on|at|in|back|away|an?|my|the|some|another|[a-z]+ing|out)\b)"
)
NO_PLAN_VERB = re.compile(
    r"^(?:i'm|we're|im|i am|we are|[a-z]+ and i are)? ?(?:just |also |so |really |still |actually )*(?:looking forward|dreading|feeling"
    r"|trying|dying|freaking|excited|nervous|worried|stressed|tired"
    r"|hoping|thinking|wondering|considering|getting (?:tired|old|nervous)|counting|debating|deciding|stressing|panicking|reading|wishing"
    r"|guessing|assuming|missing|praying|talking about|asking|telling|saying)\b"
)
TRANSPORT = re.compile(
    r"\b(?:flight|train|bus|ferry|plane|boat|ktx|eurostar|shinkansen|coach|ship|class|shift|course|job|term|semester|game|match|show"
    r"|meeting|exam|concert)\b.{0,40}"
    rf"\b(?:(?:leaves?|departs?|lands?|arrives?|starts?|begins?|boards?|goes|takes off)\b.{{0,30}}?|is ){TIME}"
)
OF_OTHERS = re.compile(
    r"\b(?:his|her|their|[a-z]+(?<!my mum)'s (?=flight|train|bus|plane|exam|job|shift|class|meeting))\b|[a-z]'s (?:flight|train|bus|plane"
    r"|exam|job|shift)\b"
)
# "Tom's flight is on Friday" binds Tom; "the doctor's appointment" is one's own, and of children's their parents take care.
OWN_OF_OTHERS = re.compile(
    r"^(?:(?:my|our) (?!(?:son|daughter|kid|boy|girl|baby|dog|cat|twin)s?')(?:[a-z]+ )?)?"
    r"(?:(?!(?:doctor|dentist|vet|hairdresser|barber|parent|let|it|that|there|here|what|he|she|who|today|tomorrow|tonight|[a-z]+day)'s)"
    r"[a-z]+'s|his|her|their) (?:[a-z]+ )?"
    r"(?:flights?|train|bus|plane|exams?|interview|dentist|doctor|appointment|surgery|operation|check-?up|scan|haircut|shift|class|lesson"
    r"|meeting|driving test|job|therapy|viva)\b"
)
FILLER = (
    r"(?:so|and|but|then|anyway|well|ok|okay|ok fine|fine|ah|oh|hey|hi|yes|yeah|yep|sure|right|also|just|btw|lol|sorry|still|now|um|please"
    r"|plus|done|great|good news|guess what|first(?=,)|finally|actually|reminder|fyi"
    r"|note to self|heads up|ps|p\.s\.|alright|cool|perfect|thanks|got it|noted|guess|remember|remember:|oh and|by the way|update)"
)
OPENING = re.compile(rf"^(?:\W*\b{FILLER}\b[\s,.:!]+)+")
PUTS_RIGHT = (
    r"(?:actually|correction|i meant|(?:i'm )?sorry(?: (?:about that|for the (?:confusion|mix-?up)))?|oops|whoops|wait|no"
    r"|my (?:mistake|bad)|i (?:was wrong|made a mistake|got (?:it|that|the (?:day|date|time)) wrong)|(?:it )?turns out)"
)
# "At 10, not 9": an hour that only stands behind another time is one.
REJECTED_HOUR = re.compile(
    rf"(?<={TIME})(,? (?:and )?not )(\d{{1,2}}(?::\d\d)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?=\W*(?:[.!]|$))"
)
NOT_BUT = re.compile(rf"(?:(?<=\bis)n't|\bnot) (?P<rejected>{TIME}+),? but (?={TIME}++(?! (?:i|we|you|he|she|it|they|there)\b))")
GAP = rf"[^\w{TIME}]*"
# "Actually the meeting is on Friday" tells another time of what is known; "the other meeting" and "on Friday too" tell of something else.
CORRECTION = re.compile(
    rf"^{GAP}(?P<opening>(?:(?:{PUTS_RIGHT}|{FILLER})\b{GAP})*+)\b"
    rf"(?P<told>(?:(?:the|my|our) (?!(?:other|first|second|third|next|last|new)\b)(?P<thing>[\w' -]{{1,60}}?)|(?P<it>it))"
    rf"(?P<now> now)?(?: is|'s| will be| starts| begins)(?: due)?)"
    rf"(?P<within> actually| now)? ?(?P<time>{TIME}+)(?:(?:, ?| )?(?:and )?(?P<rejected>not {TIME}+))?(?P<where> in [\w' -]+)?{GAP}$"
)
CUE = re.compile(rf"\b{PUTS_RIGHT}\b(?! thanks)")
# "Actually the meeting is on Friday, I guess", or ", right?": too unsure to move anything.
UNSURE_AFTER = re.compile(
    r"^\W*(?:maybe|perhaps|probably|possibly|hopefully|unless|if|or|right|correct|isn't it|is it|not sure|i(?:'m)? (?:guess|think|hope"
    r"|suppose|believe|not sure))\b"
)
BARE = re.compile(
    rf"^[\W{TIME}]*(?:(?:on|at|for|the|to|from|and|then|is|it's|that's|which is|which|this|due|until|or|doors|kickoff|starting|starts"
    rf"|start|by|sharp|so|not|in|of)\b[\W{TIME}]*)*$"
)
BOUNDARY = re.compile(
    rf"(?:(?<![!?…])[!?…]++|(?<!\bdr)(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bst)(?<!\bprof)(?<!\bw)(?<!\.)\.++)(?=[\"')\]]*(?:\s"
    rf"|$))[\"')\]]*|\n+|[;:](?= |$)| -+ "
    rf"| (?:forgot|forgotten|remembered|remember|realis?z?ed|reminded me|noticed|know) that |,(?= |$)(?! not (?:on |at )?{TIME})|\((?= ?\w)"
    r"| (?=(?:but|because|since|though|although|whereas|cause|cuz|bc|if|unless|whether|until then|so (?:i|we|please|don't|can))\b)"
    rf"| (?=and (?:the |my |our )?[a-z]+(?: [a-z]+)? (?:is|are) {TIME})|(?<={TIME}) (?=(?:and|then|or|i|we|please|so)\b)| (?=(?:and|or"
    rf"|then) (?:i|i'll|i'm|i've|i'd|we|we're|we'll|we've|he|she|they|it|you|please|then|don't|can|my)\b)"
)
CONDITION = re.compile(
    r"^\W*(?:and |but |or |only |even |so |,)*(?:if|unless|assuming|provided|in case|whether|what if|had i|when(?:ever)?)\b"
)
VERB = re.compile(
    r"\b(?:am|is|are|be|has|have|had|does|do|will|can|must|should|says?|said|thinks?|wants?|needs?|likes?|loves|looks|seems|goes|runs"
    r"|plays|works|eats|gets?|makes?|takes?|gives?|tells?|knows?|feels?"
    r"|costs?|sells?|becomes?|turns|means|shows|starts?|begins?|ends?|opens?|closes?|leaves?|moves|talks|speaks|lands?|arrives?|departs?"
    r"|boards|comes|airs|premieres|drops|releases|sets|rises|wakes|sleeps|lives"
    r"|hates|keeps?|puts|go|let|buy|bring|he's|she's|it's|they're|that's|you're|[a-z]+n't|[a-z]{2,}ed)\b"
    r"|^(?:send|call|give|ask|come|see|pick|check|email|ring|text|add|put|book|cancel|schedule|meet|tell|take|leave) (?:me|us|him|her"
    r"|them|it|that|this|up|in)\b"
    r"|^(?:tell|try|use|wait|watch|stop|write|bake|read|let|leave|keep|compare|find|explain|translate|summari[sz]e|list|show|make)\b"
)
FAMILY = re.compile(
    r"^(?:the (?:kids|boys|girls|twins|dog|cat)|my (?:son|daughter|kids?|boys?|girls?|dog|cat)|our (?:son|daughter|kids?|dog|cat)) (?:has"
    r"|have|'s got|has got)\b"
)
# "My husband has an interview on Thursday" binds him, as "my husband's interview is on Thursday" does.
OTHERS_HAVE = re.compile(
    r"^(?:my|our) (?:[a-z]+ )?(?:husband|wife|partner|girlfriend|boyfriend|fianc(?:e|\u00e9)e?|mum|mom|mother|dad|father|parents"
    r"|sister|brother|aunt|uncle|cousin|niece|nephew|grand[a-z]+|friend|boss|colleague|coworker|neighbou?r|roommate|flatmate)s?(?:-in-law)?"
    r"(?: [a-z]+)? (?:has|have|'s got|has got) (?!no\b|to\b|been\b)"
)
THEY_HAVE = re.compile(r"^(?P<who>[\w' -]*?\w)(?:'s got| has got| has) (?:(?:an?|the|his|her|their|another) )?", re.I)
LEADING = re.compile(
    rf"^(?:(?:{FILLER}|i|we|you|i'm|we're|im|i've|we've|i'll|we'll|you've|i am|i have|we have|have|has|had|got|going|am|are|is|to|there's"
    rf"|there is|will|the|an?|my|our|your|this|that|some|another|gonna|go|said|say|says|that|i'd|be|promised|he'll|she'll"
    r"|they'll|it'll|let's|lets|(?:can|could|would|will) you|remind me|about|don't forget|don't let me forget|need|must|gotta|see the"
    r"|been|told|on|at|for|of|(?:every|each)(?= to\b))"
    r"(?:[\s,;:.!]+|$)|[\s,;:.!?()-]+)+"
)
TRAILING = re.compile(
    r"(?:[\s,;:.!?()-]|(?:(?<!-)\b(?:every|each|(?:2[5-9]|[3-9]\d):\d\d|\d{1,2}:[6-9]\d"
    r"|is|are|s|at|on|for|to|and|by|will be|it's|has|have|then|from|with|the|of|in|booked|scheduled|due|until"
    r"|till|set|back)|'s)(?!\w))+$"
)
PLACE = re.compile(
    r"\b(?:at|in) (?=(?:the |my |our )?[A-Z])((?:the |my |our )?[A-Z][\w'’&.-]*(?: (?:of |the |and |& )?[A-Z][\w'’&.-]*| (?:office"
    r"|station|garage|clinic|café|cafe|restaurant|hospital|airport|street|bar|hotel))*)"
)


@dataclass(frozen=True)
class Clause:
    """A piece of a text that has its own verb, or none: where it lies, its words with times blanked out, the times, where they stand."""

    begin: int
    end: int
    words: str
    times: tuple[TimePhrase, ...]
    asks: bool
    opens: bool
    spans: tuple[tuple[int, int], ...]
    known: slice | None = None  # where it names what is known, of which it puts the time right; that may be "it"


@dataclass(frozen=True)
class Bond:
    """What kind of commitment a clause makes, and of whom."""

    kind: CommitmentKind
    by: Party
    change: Change = "new"


def commitments_in(text: str, here: datetime, speaker: Party) -> list[Commitment]:
    """The commitments in the text, said at the moment `here` in the user's zone."""
    said = plain(text)
    times = time_phrases(said, here)
    clauses = list(_clauses(said, times)) if times else []
    found: list[Commitment] = []
    for index, clause in enumerate(clauses):
        if not clause.times or clause.end - clause.begin > LONGEST_CLAUSE:
            continue
        before = clauses[index - 1] if index else None
        after = clauses[index + 1] if index + 1 < len(clauses) and not clauses[index + 1].opens else None
        if after and UNSURE_AFTER.match(after.words):
            clause = replace(clause, known=None)
        bond = _bond(clause, before, after, speaker)
        if bond:
            found += _commitments(text, clause, bond, before, here)
    return found


def accepts(text: str) -> bool:
    """Whether the words say yes to what was asked just before."""
    return SAYS_YES.match(text) is not None


def tells_a_time(text: str, here: datetime) -> bool:
    """Whether something in the words names a time from `here` on."""
    phrases = (phrase for phrase in time_phrases(plain(text), here) if not phrase.past)
    return any(phrase.habit or not (phrase.day or phrase.clock or phrase.part) or stretch_of(phrase, here) for phrase in phrases)


def days_told(text: str, here: datetime) -> list[date]:
    """The days that the text names, from that of `here` on."""
    days = [day for phrase in time_phrases(plain(text), here) for day in _days_of(phrase, here.date())]
    return [day for day in days if day >= here.date()]


def _days_of(phrase: TimePhrase, today: date) -> list[date]:
    """The days that words for a time name: a day, the days from one to another, or a week; "this week", on a Sunday, also that to come."""
    if phrase.day is None:
        return [] if phrase.week is None else days_of_week(today, phrase.week)
    last = min(phrase.last or phrase.day, phrase.day + LONGEST_SPAN)
    return [phrase.day + timedelta(days=ahead) for ahead in range((last - phrase.day).days + 1)]


def _commitments(text: str, clause: Clause, bond: Bond, before: Clause | None, here: datetime) -> Iterator[Commitment]:
    """One for each time of the clause that is still to come; what was moved has the last."""
    times = (_moved_to(text, clause.times[-1]),) if bond.change == "moved" else clause.times
    what = (text[clause.known] if clause.known else _what(text, clause)) or (_what(text, before) if before else "")
    told = clause.words if OCCASION_WORD.search(clause.words) else plain(text[max(0, clause.end - LONGEST_CLAUSE) : clause.end])
    evening = bool(EVENING_WORD.search(told)) and not DAYTIME_WORD.search(told)
    place = PLACE.search(_without_times(text, clause))
    for phrase in _as_said(times, here.date()) if TRAVEL_WORD.search(told) and not evening else times:
        stretch = stretch_of(phrase, here, evening)
        if stretch:
            yield Commitment(
                what or text[clause.begin : clause.end].strip(), bond.kind, bond.by, stretch.start, stretch.end, stretch.all_day,
                place.group(1) if place else "", bond.change,
                _corrects(phrase, here, evening, _keeps_time(text, clause)) if clause.known or bond.change == "moved" else "",
            )  # fmt: skip


def _as_said(times: Iterable[TimePhrase], today: date) -> Iterator[TimePhrase]:
    """The times as a timetable has them: of another day "at 6:40", or "at 5", is in the morning."""
    for phrase in times:
        clock = phrase.clock
        ahead = phrase.day and phrase.day != today and not (phrase.part or phrase.until)
        stays = clock and not clock.half and (clock.minute or clock.hour > LATE_NIGHT)
        yield replace(phrase, clock=replace(clock, half="24")) if clock and ahead and stays else phrase


def _corrects(phrase: TimePhrase, here: datetime, evening: bool, keeps_time: bool) -> str:
    """What of a known thing a time puts right; at night "at 11" is still the morning's. "In five minutes" is of what is about to begin."""
    if phrase.day and not (phrase.clock or phrase.part or phrase.last) and keeps_time:
        return "day alone"
    if phrase.day or not phrase.clock or phrase.moment:
        return "day" if phrase.day else ""
    stretch = stretch_of(replace(phrase, day=here.date() + timedelta(days=1)), here, evening)
    return f"{stretch.start:%H:%M}" if stretch else ""


def _keeps_time(text: str, clause: Clause) -> bool:
    """Whether only the day is put right, or the time of day is said to stay; of what is moved to another day it is open."""
    return bool(clause.known) or SAME_TIME.search(plain(text[clause.begin : clause.end + REACH])) is not None


def _moved_to(text: str, phrase: TimePhrase) -> TimePhrase:
    """Where something is moved to: "from Friday to Monday" is no range of days then."""
    if not text[phrase.begin : phrase.end].lower().startswith("from"):
        return phrase
    return replace(phrase, day=phrase.last or phrase.day, last=None, clock=phrase.until or phrase.clock, until=None)


def _clauses(said: str, times: list[TimePhrase]) -> Iterator[Clause]:
    """The text cut where one clause ends and the next begins; what says a time and nothing else belongs to what stands before it."""
    times = _not_but(said, times) if "but" in said else times
    masked = REJECTED_HOUR.sub(lambda found: found[1] + TIME * len(found[2]), _masked(said, times))
    pieces = _merged(masked, list(_pieces(masked)))
    meant = _meant(times, masked)
    left = _linked(meant, masked, pieces)
    last = 0
    for begin, end, opens, asks in pieces:
        inside = []
        while left and left[0].begin < end:
            inside.append(left.pop(0))
        words = OPENING.sub("", REJECTED.sub(r"\1", masked[begin:end]).strip())
        told = IN_PASSING.sub(r"\1", TIME_FIRST.sub(r"\2 \1", words))
        spans = tuple((phrase.begin, phrase.end) for phrase in meant if begin <= phrase.begin < end)
        clause = Clause(begin, end, told, tuple(inside), asks, opens, spans)
        yield _correction(said, masked, last, clause) or _correction(said, masked, begin, clause) or clause
        last = begin


def _not_but(said: str, times: list[TimePhrase]) -> list[TimePhrase]:
    """The times, those of "not on Thursday but on Friday" as one that is on Friday."""
    found = [*NOT_BUT.finditer(_masked(said, times))]
    rejected, begins = {one.start("rejected") for one in found}, {one.end(): one.start() for one in found}
    kept = (phrase for phrase in times if phrase.begin not in rejected)
    return [replace(phrase, begin=begins[phrase.begin]) if phrase.begin in begins else phrase for phrase in kept]


def _correction(said: str, masked: str, since: int, clause: Clause) -> Clause | None:
    """The clause as one that puts right when something known is, where the words since a place do so."""
    if not clause.times or clause.end - since > LONGEST_CLAUSE:
        return None
    found = CORRECTION.match(masked[since : clause.end])
    if not found:
        return None
    unlike = said.startswith(("not ", "n't "), since + found.start("time"))
    if found["it"] and OF_NOW.search(said, since, clause.end):
        return None
    if not (CUE.search(found["opening"]) or found["now"] or found["within"] or found["rejected"] or unlike):
        return None
    name = "thing" if found["thing"] else "it"
    known = slice(since + found.start(name), since + found.end(name))
    return replace(clause, words=f"{found['told']} {TIME}{found['where'] or ''}", known=known)


def _meant(times: list[TimePhrase], masked: str) -> list[TimePhrase]:
    """The times without those that are quoted, or named only to say that they are not it."""
    for pattern in (REJECTED, QUOTED):
        masked = pattern.sub(lambda match: " " * len(match.group()), masked)
    return [phrase for phrase in times if masked[phrase.begin] == TIME]


def _masked(said: str, times: list[TimePhrase]) -> str:
    parts, at = [], 0
    for phrase in times:
        parts += [said[at : phrase.begin], TIME * (phrase.end - phrase.begin)]
        at = phrase.end
    return "".join((*parts, said[at:]))


Piece = tuple[int, int, bool, bool]


def _pieces(masked: str) -> Iterator[Piece]:
    """Where each piece begins and ends, whether it opens a sentence, and whether it asks."""
    begin, opens = 0, True
    for edge in BOUNDARY.finditer(masked):
        yield begin, edge.start(), opens, "?" in edge.group()
        begin, opens = edge.end(), bool(re.search(r"[.!?…\n]", edge.group()))
    yield begin, len(masked), opens, False


def _merged(masked: str, pieces: list[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for begin, end, opens, asks in pieces:
        if not masked[begin:end].strip():
            continue
        piece = masked[begin:end].strip()[:LONGEST_CLAUSE]
        bare = (BARE.match(piece) and not CORRECTION.match(piece)) or (ADVERBIAL.match(piece) and not opens and not VERB.search(piece))
        led = merged and not opens and BARE.match(masked[merged[-1][0] : merged[-1][1]][:LONGEST_CLAUSE])
        if merged and (bare or led) and end - merged[-1][0] < LONGEST_CLAUSE:
            merged[-1] = (merged[-1][0], end, merged[-1][2], asks or (merged[-1][3] and not opens))
        else:
            merged.append((begin, end, opens, asks))
    return merged


def _linked(times: list[TimePhrase], masked: str, pieces: list[Piece]) -> list[TimePhrase]:
    """Days and the times of day that were told elsewhere in the same sentence, as one."""
    opening = [begin for begin, _, opens, _ in pieces if opens]
    found: list[TimePhrase] = []
    for phrase in times:
        before = found[-1] if found else None
        if before and bisect(opening, before.begin) == bisect(opening, phrase.begin):
            lasts = masked.endswith("after ", 0, phrase.begin)
            together = (
                None
                if lasts
                else linked(before, phrase) or (linked(phrase, before) if "," not in masked[before.end : phrase.begin] else None)
            )
            if together:
                found[-1] = together
                continue
            if is_clock_alone(phrase) and before.day and not (before.past or before.habit):
                phrase = replace(phrase, day=before.day)
        elif before and is_clock_alone(phrase) and _is_accepted(before, phrase, masked, pieces):
            phrase = replace(phrase, day=before.day)
        found.append(phrase)
    return found


def _is_accepted(asked: TimePhrase, told: TimePhrase, masked: str, pieces: list[Piece]) -> bool:
    """Whether a time of day stands in the yes to a question that names a day to come."""
    ends = [end for begin, end, _, asks in pieces if asks and begin <= asked.begin < end]
    return bool(ends) and not (asked.past or asked.habit) and accepts(masked[ends[0] : told.begin])


def _bond(clause: Clause, before: Clause | None, after: Clause | None, speaker: Party) -> Bond | None:
    """Whom the clause binds, and to what kind of thing; None where it binds nobody."""
    words = clause.words
    condition = CONDITION.match(words) or (before and not clause.opens and CONDITION.match(before.words))
    if condition or OR.search(words) or DROPPED.match(words) or _takes_leave(clause) or any(phrase.habit for phrase in clause.times):
        return None
    if REMIND.search(words):
        return Bond("deadline" if _is_limit(clause) else "promise", "user")
    if clause.asks or QUESTION.match(words):
        return None
    if not NEGATED.search(words):
        if OWN_PROMISE.search(words):
            return Bond("promise", speaker)
        if PROMISE_OF_OTHERS.match(words):
            return Bond("promise", "other")
    if after and ACCEPTED.match(after.words):
        return Bond("appointment", "user")
    if TENTATIVE.search(words) or HABIT.search(words):
        return None
    if CANCELLED.search(words) or (after and not after.times and CALLED_OFF.match(after.words)):
        return Bond("appointment", "user", "cancelled")
    if _moves(clause) or (clause.known and OF_IT.match(words)):
        return Bond("appointment", "user", "moved")
    if NEGATED.search(words) or PAST_OF_ANYBODY.match(words) or (PAST.search(words) and not ARRANGED.search(words)):
        return None
    noted = speaker == "user" or bool(before and not clause.opens and NOTED.search(before.words))
    bond = _bond_told(clause, speaker) or (_bond_named(clause) if noted else None) or _bond_after(after, speaker)
    theirs = bond and bond.kind == "appointment" and (OWN_OF_OTHERS.match(words) or OTHERS_HAVE.match(words))
    return replace(bond, by="other") if bond and theirs else bond


def _takes_leave(clause: Clause) -> bool:
    return bool(FAREWELL.match(clause.words)) and not any(phrase.clock or phrase.moment for phrase in clause.times)


def _moves(clause: Clause) -> bool:
    """Whether something that is planned is moved to the clause's time."""
    if not MOVED.search(clause.words) or MOVED_HOUSE.search(clause.words):
        return False
    spans = any(phrase.last or phrase.until or phrase.till for phrase in clause.times)
    return spans or not MOVED_THAT_DAY.match(clause.words)


def _bond_told(clause: Clause, speaker: Party) -> Bond | None:
    """What the verb of the clause says."""
    words = clause.words
    if DUE.search(words) or (_is_limit(clause) and (NEED.search(words) or WANTED.search(words))):
        return Bond("deadline", "user")
    if all(phrase.till for phrase in clause.times) or GOING_TO_STATE.search(words):
        return None
    own = WILL.search(words) or BACK.match(words)
    if own:
        return Bond("appointment" if "going" in own.group() or "gonna" in own.group() else "promise", speaker)
    if ARRANGED.search(words):
        return Bond("appointment", "user")
    if OWN.match(words):
        planned = speaker == "user" and (NAMES_A_PLAN.match(words) or NEED.search(words)) and not NO_PLAN_VERB.match(words)
        return Bond("appointment", "user") if planned and _has_day(clause) else None
    if speaker != "user":
        return None
    if WILL_OF_OTHERS.search(words) and TO_US.search(words):
        return Bond("appointment", "other")
    return Bond("appointment", "user") if TRANSPORT.search(words) and not OF_OTHERS.search(words) and _has_day(clause) else None


def _bond_named(clause: Clause) -> Bond | None:
    """What is only named beside its time: "Dentist at 3 tomorrow", "The exam is on Friday"."""
    head, _, tail = clause.words.partition(TIME)
    head, tail = head.strip(" ,:"), tail.lstrip(f" ,{TIME}")
    subject = LINK.sub("", head)
    if VERB.match(tail) and not AGAIN.match(tail):
        return None
    if (FAMILY.match(subject) or OTHERS_HAVE.match(subject)) and OCCASION_WORD.search(subject):
        return Bond("appointment", "user")
    if VERB.search(subject) or NO_PLAN_VERB.match(subject) or OWN.match(subject) or all(phrase.till for phrase in clause.times):
        return None
    if subject[:1].isalpha() and _is_limit(clause):
        return Bond("deadline", "user")
    if OCCASION_WORD.search(subject):
        return Bond("appointment", "user")
    named = subject and subject == head and not UNNAMED.match(subject) and any(phrase.clock and phrase.day for phrase in clause.times)
    return Bond("appointment", "user") if named else None


def _bond_after(after: Clause | None, speaker: Party) -> Bond | None:
    """What the next clause promises for the time of this one: "Her train gets in at 9, and I said I'd be there"."""
    if after and not after.times and (OWN_PROMISE.search(after.words) or THERE.match(after.words)):
        return Bond("promise", speaker)
    return None


def _is_limit(clause: Clause) -> bool:
    return any(phrase.limit for phrase in clause.times)


def _has_day(clause: Clause) -> bool:
    return any(phrase.day or phrase.moment or phrase.clock for phrase in clause.times)


def _what(text: str, clause: Clause) -> str:
    """What it is, in the words of the clause without its times and without what is said of anything."""
    words = " ".join(_without_times(text, clause).split())
    words = words[leading.end() :] if (leading := LEADING.match(plain(words))) else words
    trailing = TRAILING.search(plain(words))
    what = words[: trailing.start()] if trailing else words
    if OTHERS_HAVE.match(clause.words):
        return THEY_HAVE.sub(r"\g<who>'s ", what)
    promised = PROMISED_TO.match(what) if OWN_PROMISE.search(clause.words) else None
    return _with_whom(promised["what"], promised["whom"]) if promised and _was_told(promised["whom"], clause) else what


def _was_told(whom: str, clause: Clause) -> bool:
    """Whether it was promised to them: in "I promised to talk to Anna" nobody stands behind the verb."""
    return re.search(rf"\b(?:promised?|told|swore to) (?:my |our |the )?{re.escape(plain(whom))}(?!\w)", clause.words) is not None


def _with_whom(what: str, whom: str) -> str:
    """What was promised to somebody, with their name: "fix Tom's bike", of "I promised Tom to fix his bike"."""
    if whom in ("myself", "ourselves"):
        return what
    if THEIRS.search(what):
        return THEIRS.sub(f"{whom}'s", what, count=1)
    return THEM.sub(whom, what, count=1) if THEM.search(what) else f"{what} ({whom})"


def _without_times(text: str, clause: Clause) -> str:
    parts, at = [], clause.begin
    for begin, end in clause.spans:
        parts.append(text[at : max(at, begin)])
        at = min(end, clause.end)
    return " ".join((*parts, text[at : clause.end]))
