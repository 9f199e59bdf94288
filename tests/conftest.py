"""What all tests share: `pytest --hypothesis-profile=thorough` tries fifty times as many generated examples."""

import os

from hypothesis import settings

os.environ.pop("COLUMNS", None)  # else the console, made when it is first imported, keeps the width that pytest-xdist sets
settings.register_profile("thorough", max_examples=5_000)
