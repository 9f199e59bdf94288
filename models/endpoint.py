"""The model endpoint: where it is, and what its failures mean to a person."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stores.errors import ModelAnswerUnusable, ModelError, ModelUnavailable

if TYPE_CHECKING:
    import openai

# A server that asks for no key still has to be sent one.
NO_KEY = "none-needed"


def base_url_of(given: str = "") -> str | None:
    """`given`, else OPENAI_BASE_URL; None means OpenAI's own."""
    return given or os.environ.get("OPENAI_BASE_URL") or None


def key_of(given: str, base_url: str | None) -> str:
    """`given`, else OPENAI_API_KEY, else a placeholder where the endpoint is not OpenAI's own.

    Raises:
        ModelUnavailable: There is no key, and OpenAI asks for one.
    """
    key = given or os.environ.get("OPENAI_API_KEY") or (NO_KEY if base_url else "")
    if not key:
        raise ModelUnavailable(
            "No key for the model endpoint is set.",
            "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own, or use the local mind and the bundled embedder.",
        )
    return key


@contextmanager
def endpoint_errors(model: str, base_url: str | None) -> Iterator[None]:
    """Turns whatever the openai client raises inside into a ModelError with a hint.

    Raises:
        ModelUnavailable: The endpoint did not answer, broke off, or refused.
        ModelAnswerUnusable: It answered with something that is no answer of its protocol.
    """
    import openai
    from httpx2 import HTTPError

    place = base_url or "OpenAI"
    try:
        yield
    except openai.APIStatusError as error:
        raise _refused(error, model, place) from error
    except (openai.APIConnectionError, HTTPError) as error:
        raise ModelUnavailable(f"{place} did not answer: {first_line(error)}", "Check that the server runs and try again.") from error
    except (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError) as error:
        raise ModelAnswerUnusable(f"{model} broke off its answer: {first_line(error)}") from error
    except openai.OpenAIError as error:
        raise ModelUnavailable(f"{place} broke off: {first_line(error)}", "Try again; the words are safe.") from error
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise ModelAnswerUnusable(
            f"{place} answered with something that is not an OpenAI-compatible answer: {first_line(error)}",
            "Check OPENAI_BASE_URL: it usually ends in /v1.",
        ) from error


def _refused(error: "openai.APIStatusError", model: str, place: str) -> ModelError:
    status, said = error.status_code, f"{place} answered {error.status_code}: {first_line(error)}"
    if status in (401, 403):
        return ModelUnavailable(said, "The key was refused: check OPENAI_API_KEY, and that it belongs to this endpoint.")
    if status == 404:
        return ModelUnavailable(said, f"Check that the endpoint knows the model {model!r}, and OPENAI_BASE_URL: it usually ends in /v1.")
    if status == 429:
        return ModelUnavailable(said, "The endpoint's limit is reached, also after waiting: try again later.")
    if status >= 500:
        return ModelUnavailable(said, "The endpoint is in trouble, also after waiting: try again later.")
    return ModelUnavailable(said, f"The endpoint refused the request: check that {model!r} can do what was asked.")


def first_line(error: Exception) -> str:
    """What the error says, short enough for one line of a terminal."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
