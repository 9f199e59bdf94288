"""What the local mind says in its own words. Few, plain and true: it quotes, and it never poses as a language model."""

from zlib import crc32

NEEDS_MODEL = (
    "That needs a language model, and none is set: I can only quote what I remember. Set OPENAI_API_KEY or OPENAI_BASE_URL to use one."
)
NOT_KNOWN = "I don't find that in what you have told me."
CLOSEST = "The closest that I remember:"
MAYBE_MODEL = "If it is a general question, it needs a language model: set OPENAI_API_KEY or OPENAI_BASE_URL."
BEARS_ON_IT = "Advice of my own would need a language model, but this bears on it."
WHO_I_AM = "I am {name}, running without a language model: I keep what you tell me, and quote it when you ask."
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
REMINDER = "That reminds me: {when}: {what}."
OPENING = "Good {part}, {name}. {news}"
TOLD_ME = "{who} told me: “{what}”"
TOLD = "{who} told {whom}: “{what}”"
NOTHING_TO_TELL = "There is nothing to tell."
NOTED = ("I'll remember that.", "Noted, I'll remember that.", "I have kept that.")
GREETINGS = ("Hello{name}. Tell me something to remember, or ask me what I know.", "Hello{name}. I'm listening.")
WELCOME = ("You're welcome.", "You're welcome{name}.")
FAREWELLS = ("Goodbye{name}. I'll keep what you told me.", "Until next time{name}.")


def one_of(variants: tuple[str, ...], words: str, user_name: str = "") -> str:
    """One of the variants, the same for the same words."""
    chosen = variants[crc32(words.encode("utf-8", "replace")) % len(variants)]
    return chosen.format(name=f", {user_name}" if user_name else "")
