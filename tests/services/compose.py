"""Servers in containers, where Docker answers and the binaries are not installed.

Docker's daemon owns the containers, so they are removed by `close` and not by the death of the test run.
"""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from tests.services.ports import free_port
from tests.services.postgres import Databases
from tests.services.rabbitmq import VirtualHosts
from tests.services.redis import Indexes
from tests.services.server import PrivateServer

_FILE = Path(__file__).with_name("compose.yaml")
_ANSWER_SECONDS = 20


def missing() -> str | None:
    """Say why no container can be started here, or None."""
    if shutil.which("docker") is None:
        return "no docker on the PATH"
    for question in (["docker", "info"], ["docker", "compose", "version"]):
        if subprocess.run(question, check=False, capture_output=True, timeout=_ANSWER_SECONDS).returncode:
            return f"`{' '.join(question)}` fails"
    return None


class Container:
    """One service of the compose file, in a project of its own."""

    def __init__(self, service: str) -> None:
        self.port = free_port()
        self._service = service
        self._project = f"oblivious-test-{secrets.token_hex(4)}"

    @property
    def pid(self) -> int:
        """The server's process, as the host sees it."""
        container = self._compose("ps", "--quiet", self._service)
        return int(self._docker("inspect", "--format", "{{.State.Pid}}", container))

    def start(self) -> None:
        """Create or start the container, and wait until it is healthy."""
        self._compose("up", "--detach", "--wait", self._service)

    def stop(self) -> None:
        """Shut the server down in order."""
        self._compose("stop", self._service)

    def kill(self) -> None:
        """Kill -9 the server."""
        self._compose("kill", "--signal", "KILL", self._service)

    def close(self) -> None:
        """Remove the container and its data."""
        self._compose("down", "--volumes", "--timeout", "0")

    def run(self, *command: str) -> None:
        """Run a command inside the container."""
        self._compose("exec", "-T", self._service, *command)

    def _compose(self, *words: str) -> str:
        return self._docker("compose", "--project-name", self._project, "--file", str(_FILE), *words)

    def _docker(self, *words: str) -> str:
        environment = {**os.environ, "TEST_PORT": str(self.port)}
        return subprocess.run(
            ["docker", *words],
            check=True,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.strip()


def start_postgres() -> PrivateServer:
    """Start PostgreSQL in a container."""
    container = _started("postgres")
    url = f"postgresql+asyncpg://postgres:test@127.0.0.1:{container.port}/postgres"
    return PrivateServer("PostgreSQL", url, Databases(url), container)


def start_redis() -> PrivateServer:
    """Start Redis in a container."""
    container = _started("redis")
    url = f"redis://127.0.0.1:{container.port}/0"
    return PrivateServer("Redis", url, Indexes(url), container)


def start_rabbitmq() -> PrivateServer:
    """Start RabbitMQ in a container."""
    container = _started("rabbitmq")
    url = f"amqp://guest:guest@127.0.0.1:{container.port}/"

    def add(name: str) -> None:
        container.run("rabbitmqctl", "add_vhost", name)
        container.run("rabbitmqctl", "set_permissions", "--vhost", name, "guest", ".*", ".*", ".*")

    def delete(name: str) -> None:
        container.run("rabbitmqctl", "delete_vhost", name)

    return PrivateServer("RabbitMQ", url, VirtualHosts(url, add, delete), container)


def _started(service: str) -> Container:
    container = Container(service)
    container.start()
    return container
