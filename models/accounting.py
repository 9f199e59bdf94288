"""What a prompt costs, part by part, and what other ways of remembering would have cost."""

from dataclasses import replace

from models.briefing import answer_messages, memory_block, notes_block
from models.mind import AnswerRequest
from models.tokens import TokenCounter

TOKENS_A_MESSAGE = 4  # that chat endpoints add to each message for its role and its ends

Spent = dict[str, int]


def prompt_tokens(request: AnswerRequest, counter: TokenCounter) -> Spent:
    """The tokens of a prompt: of the whole, and of what it shows of the window, the notes and the recalled memories."""
    said = [message.text for message in answer_messages(request)]
    counts = [counter.count(text) + TOKENS_A_MESSAGE for text in said]
    return {
        "prompt": sum(counts),
        "window": sum(counts[1:-1]),
        "notes": counter.count(notes_block(request)),
        "memories": counter.count(memory_block(request)),
    }


def full_history(request: AnswerRequest, said: int, counter: TokenCounter) -> int:
    """The tokens of a prompt that shows all that was ever said in the thread, `said` tokens, instead of a window and memories."""
    bare = replace(request, earlier=(), window=(), scratchpad=(), memories=(), words="")
    return prompt_tokens(bare, counter)["prompt"] + said
