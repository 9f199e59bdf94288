"""The pieces of an answer, as the model streams them."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeVar
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler

T = TypeVar("T")


class Pieces(BaseCallbackHandler):
    """Hands on each piece of text. That it can tap an output makes chat models stream where they can (langchain_core's protocol)."""

    def __init__(self, on_piece: Callable[[str], None]) -> None:
        self._on_piece = on_piece

    def on_llm_new_token(self, token: Any, **_: Any) -> None:
        """A piece of the answer; empty while a tool is called."""
        if isinstance(token, str) and token:
            self._on_piece(token)

    def tap_output_iter(self, run_id: UUID, output: Iterator[T]) -> Iterator[T]:
        """Unchanged."""
        return output

    def tap_output_aiter(self, run_id: UUID, output: AsyncIterator[T]) -> AsyncIterator[T]:
        """Unchanged."""
        return output
