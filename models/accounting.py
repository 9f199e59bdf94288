"""What a prompt costs, part by part."""

from models.briefing import answer_parts, prompt_of, window_messages
from models.mind import AnswerRequest
from models.tokens import TokenCounter

TOKENS_A_MESSAGE = 4  # that chat endpoints add to each message for its role and its ends

Spent = dict[str, int]


def prompt_tokens(request: AnswerRequest, counter: TokenCounter) -> Spent:
    """The tokens of a prompt: of the whole, and of what it shows of the window, the notes and the recalled memories."""
    parts, count = answer_parts(request), counter.count
    window = sum(count(one.text) + TOKENS_A_MESSAGE for one in window_messages(request))
    asked = count(prompt_of(request, parts)) + count(request.words) + 2 * TOKENS_A_MESSAGE
    return {
        "prompt": asked + window,
        "window": window + count(parts["earlier"]),
        "notes": count(parts["notes"]),
        "memories": count(parts["memories"]),
    }
