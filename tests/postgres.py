"""A Postgres server on loopback that ends with the test; its binaries are those on the PATH."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from tests.integration.processes import free_port

BINARIES = ("initdb", "pg_ctl", "postgres")
MISSING = [name for name in BINARIES if not shutil.which(name)]
NOBODY = "nobody"
PASSWORD = "p@ss/w0rd:"
QUOTED = "p%40ss%2Fw0rd%3A"


@dataclass(frozen=True)
class Postgres:
    """A server: the folder of its data, and the port it listens on."""

    folder: Path
    port: int

    def url(self, password: str = QUOTED, database: str = "postgres") -> str:
        return f"postgresql://mneme:{password}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The address of a database of its own, empty."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return self.url(database=name)

    def drop_connections(self) -> None:
        """End every connection, as a restart of the server or a firewall does."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mneme' AND pid <> pg_backend_pid()")

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        run("pg_ctl", "start", "-w", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", options)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        run("pg_ctl", "stop", "-m", "immediate", "-D", str(self.data))

    @property
    def data(self) -> Path:
        return self.folder / "data"


@contextmanager
def running() -> Iterator[Postgres]:
    """A new server with one role, mneme, that needs a password."""
    with tempfile.TemporaryDirectory(prefix="mneme-postgres-") as name:
        server = Postgres(Path(name), free_port())
        hand_over(server.folder)
        word = server.folder / "password"
        word.write_text(PASSWORD)
        word.chmod(0o644)
        run("initdb", "-D", str(server.data), "-U", "mneme", "--auth=scram-sha-256", f"--pwfile={word}", "--no-sync", "-E", "UTF8")
        server.start()
        try:
            yield server
        finally:
            server.kill()


def run(*command: str) -> None:
    """A command of Postgres, which refuses to run as root."""
    as_whom: dict[str, Any] = {"user": NOBODY, "group": pwd.getpwnam(NOBODY).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={**os.environ, "LC_ALL": "C"}, **as_whom)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")


def hand_over(folder: Path) -> None:
    """Give the folder to whom the server runs as."""
    if os.geteuid() == 0:
        shutil.chown(folder, NOBODY, pwd.getpwnam(NOBODY).pw_gid)


def dumped(url: str) -> bytes:
    """Every row of the checkpointer's tables."""
    tables = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        parts = []
        for table in tables:
            with cursor.copy(SQL("COPY {} TO STDOUT WITH (FORMAT binary)").format(Identifier(table))) as copy:
                parts += [bytes(part) for part in copy]
        return b"".join(parts)
