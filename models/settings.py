"""Settings from the environment."""

from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from stores.errors import InputError


class FromEnvironment(BaseSettings):
    """Settings from the environment that say which variable cannot be read; its value, which may be a secret, is not told.

    Raises:
        InputError: A variable has a value that it cannot have.
    """

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            [first, *_] = error.errors(include_input=False, include_url=False)
            field = str(first["loc"][0])
            prefix = "" if field.isupper() else self.model_config.get("env_prefix", "")
            name = f"{prefix}{field.upper()}"
            raise InputError(f"{name} has a value that it cannot have: {first['msg']}.", f"Set {name} otherwise, or unset it.") from error
