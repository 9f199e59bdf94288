"""Mneme in processes of its own: their environment, and a `langgraph dev` that ends with the test."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
OTHERS = ("OPENAI_", "MNEME_", "LANGSMITH_", "LANGCHAIN_", "LANGGRAPH_")
STARTS_WITHIN_S = 120
ENDS_WITHIN_S = 20


def environment(home: Path, **more: str) -> dict[str, str]:
    """This process's environment with no key, no endpoint and no telemetry, and with the checkout on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OTHERS)}
    quiet = {"LANGGRAPH_CLI_NO_ANALYTICS": "1", "LANGGRAPH_NO_VERSION_CHECK": "true", "LANGSMITH_TRACING": "false"}
    return {**kept, **quiet, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "MNEME_HOME": str(home), **more}


@dataclass(frozen=True)
class Server:
    """A running `langgraph dev`: its address, and the file it logs to."""

    url: str
    log: Path


@contextmanager
def langgraph_dev(folder: Path, env: dict[str, str]) -> Iterator[Server]:
    """The checkout's langgraph.json served from another folder, so that no `.env` and no thread of a person is touched."""
    port, log = free_port(), folder / "server.log"
    config = str(ROOT / "langgraph.json")
    command = [
        sys.executable,
        "-m",
        "langgraph_cli",
        "dev",
        "--config",
        config,
        "--port",
        str(port),
        "--no-browser",
        "--no-reload",
        "--n-jobs-per-worker",
        "4",
    ]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        server = Server(f"http://127.0.0.1:{port}", log)
        wait_until_up(server, process)
        yield server
    finally:
        end(process)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_up(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Returns once the server says that it is well."""
    give_up = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < give_up and process.poll() is None:
        try:
            with urlopen(f"{server.url}/ok", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"langgraph dev did not start:\n{server.log.read_text(encoding='utf-8')[-4_000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and all that it started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(ENDS_WITHIN_S)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
