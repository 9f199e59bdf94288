"""What a prompt costs, part by part."""

from models.briefing import answer_messages, earlier_block, memory_block, notes_block
from models.mind import AnswerRequest
from models.tokens import TokenCounter

TOKENS_A_MESSAGE = 4  # that chat endpoints add to each message for its role and its ends

Spent = dict[str, int]


def prompt_tokens(request: AnswerRequest, counter: TokenCounter) -> Spent:
    """The tokens of a prompt: of the whole, and of what it shows of the window, the notes and the recalled memories."""
    counts = [counter.count(message.text) + TOKENS_A_MESSAGE for message in answer_messages(request)]
    return {
        "prompt": sum(counts),
        "window": sum(counts[1:-1]) + counter.count(earlier_block(request)),
        "notes": counter.count(notes_block(request)),
        "memories": counter.count(memory_block(request)),
    }
