"""Fixtures that several files share."""

import sys
from collections.abc import Iterator

import pytest

from app.cli import main
from tests.integration.commands import Done, Typed
from tests.integration.fake_openai import FakeOpenAI

SETTINGS = (
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "MNEME_USER",
    "MNEME_MIND",
    "MNEME_PLANS",
    "MNEME_TIMEZONE",
    "MNEME_EMBEDDER",
    "MNEME_DATA",
    "MNEME_KEY",
    "MNEME_KEY_FILE",
    "MNEME_QDRANT_URL",
    "MNEME_POSTGRES_URL",
    "FORCE_COLOR",
)


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    """A chat endpoint on loopback, which the agent takes for its model's."""
    with FakeOpenAI() as opened:
        monkeypatch.setenv("OPENAI_BASE_URL", opened.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        yield opened


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """The command within this process, without colours, in a wide terminal."""

    def run(home: object, *arguments: str, **env: str) -> Done:
        given = {"MNEME_HOME": str(home), "COLUMNS": "200", **env}
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["mneme", *arguments])
            for name in SETTINGS:
                patch.delenv(name, raising=False)
            for name, value in given.items():
                patch.setenv(name, value)
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
        said = capsys.readouterr()
        return Done(arguments, int(ended.value.code or 0), said.out, said.err)

    return run
