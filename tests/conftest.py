"""What all tests share: `pytest --hypothesis-profile=thorough` tries fifty times as many generated examples."""

from hypothesis import settings

settings.register_profile("thorough", max_examples=5_000)
