"""Which mind judges, by the name a person gives it."""

import os
from collections.abc import Callable
from functools import lru_cache

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from models.mind import Mind
from models.settings import FromEnvironment
from stores.embedder import Embedder
from stores.errors import InputError

Minds = Callable[[str, str, Embedder], Mind]  # from the mind's name, the model's, and the embedder


class ModelSettings(FromEnvironment):
    """Where the chat model is, and how many seconds it may take to say anything, from the environment."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore")

    api_key: str = Field(default="", validation_alias="OPENAI_API_KEY")
    base_url: str = Field(default="", validation_alias="OPENAI_BASE_URL")
    model: str = Field(default="gpt-4o-mini", validation_alias="MNEME_MODEL")
    mind: str = Field(default="auto", validation_alias="MNEME_MIND")
    timeout_s: float = Field(default=60.0, gt=0, validation_alias="MNEME_MODEL_TIMEOUT")


ENVIRONMENT = [str(field.validation_alias) for field in ModelSettings.model_fields.values()]


@lru_cache(maxsize=8)
def settings_in(environment: tuple[str | None, ...]) -> ModelSettings:
    """The settings while the environment is as it is: a turn asks for them several times."""
    return ModelSettings()


def mind_for(mind: str, model: str, embedder: Embedder) -> Mind:
    """The mind of that name: `local`, `chat`, or `auto`, which is `chat` where an API key or a base URL is set, else `local`.

    Args:
        mind: The name; where it is `auto`, MNEME_MIND may name another.
        model: The chat model; where it is empty, MNEME_MODEL's.
        embedder: What the local mind compares texts with.

    Raises:
        InputError: There is no such mind, or the chat mind has neither a key nor a base URL.
    """
    settings = settings_in(tuple(map(os.environ.get, ENVIRONMENT)))
    name = settings.mind if mind == "auto" else mind
    reachable = bool(settings.api_key or settings.base_url)
    if name == "local" or (name == "auto" and not reachable):
        return local_mind(embedder)
    if name not in ("auto", "chat"):
        raise InputError(f"There is no mind {name!r}.", "Use auto, local or chat.")
    if not reachable:
        raise InputError("The chat mind needs a model endpoint.", "Set OPENAI_API_KEY, or OPENAI_BASE_URL for an endpoint of your own.")
    return chat_mind(model or settings.model, settings.api_key, settings.base_url, settings.timeout_s)


@lru_cache(maxsize=4)
def local_mind(embedder: Embedder) -> Mind:
    """One local mind an embedder."""
    from models.local_mind import LocalMind

    return LocalMind(embedder)


@lru_cache(maxsize=8)
def chat_mind(model: str, api_key: str, base_url: str, timeout_s: float) -> Mind:
    """One client an endpoint and model."""
    from models.chat_mind import ChatMind

    return ChatMind(model, api_key=api_key, base_url=base_url, timeout_s=timeout_s)
