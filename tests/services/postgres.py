"""PostgreSQL: a database per test, and a private instance from Debian's binaries."""

import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from tests.services.ports import free_port
from tests.services.process import ServerProcess, private_folder
from tests.services.server import PrivateServer

_SYSTEM_USER = "postgres"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "dynamic_shared_memory_type": "mmap",  # kill -9 leaves nothing in /dev/shm
    "max_connections": "200",
    "log_min_messages": "warning",
}


@dataclass(frozen=True)
class Databases:
    """The databases of one server, which is known by a `postgresql+asyncpg://` URL."""

    url: str

    async def open(self) -> str:
        """Create an empty database."""
        name = f"oblivious_test_{secrets.token_hex(6)}"
        await self._execute(f'CREATE DATABASE "{name}"')
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    async def close(self, url: str) -> None:
        """Drop the database, whoever is still connected to it."""
        await self._execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    async def _execute(self, statement: str) -> None:
        plain = make_url(self.url).set(drivername="postgresql")
        connection = await asyncpg.connect(plain.render_as_string(hide_password=False))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def missing() -> str | None:
    """Say why no private instance can be started here, or None."""
    if _binaries() is None:
        return "no postgres and initdb below /usr/lib/postgresql or on the PATH"
    return None


def start_private() -> PrivateServer:
    """Start an instance of our own on an empty data folder; fsync is on."""
    folder, port, password = private_folder("postgres"), free_port(), secrets.token_hex(16)
    _make_cluster(folder, password)
    settings = {**_SETTINGS, "port": str(port)}
    control = ServerProcess(
        [f"{_binaries()}/postgres", "-D", f"{folder}/data", *(f"--{k}={v}" for k, v in settings.items())],
        folder=folder,
        ready=lambda: _answers(port),
        user=_user(),
        stop_signal=signal.SIGINT,  # "fast": sessions are ended, nothing is recovered at the next start
    )
    control.start()
    url = f"postgresql+asyncpg://postgres:{password}@127.0.0.1:{port}/postgres"
    return PrivateServer("PostgreSQL", url, Databases(url), control)


def _make_cluster(folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    user = _user()
    if user is not None:
        shutil.chown(folder, user, user)
        shutil.chown(secret, user, user)
    identity = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"] if user else []
    options = ["--username=postgres", "--auth=password", f"--pwfile={secret}", "--no-sync"]
    encoding = ["--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(
        [*identity, f"{_binaries()}/initdb", "-D", f"{folder}/data", *options, *encoding],
        check=True,
        capture_output=True,
        cwd=folder,
    )


def _binaries() -> Path | None:
    """Return the folder of the newest server binaries."""
    by_version = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    on_path = shutil.which("initdb")
    found = by_version[-1] if by_version else on_path and Path(on_path).resolve()
    return found.parent if found else None


def _user() -> str | None:
    """Return whom the server runs as: it refuses to be root."""
    return _SYSTEM_USER if os.geteuid() == 0 else None


def _answers(port: int) -> bool:
    question = [f"{_binaries()}/pg_isready", "--quiet", "--host=127.0.0.1", f"--port={port}"]
    return subprocess.run(question, check=False).returncode == 0
