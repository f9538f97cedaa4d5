"""RabbitMQ: a virtual host per test, and a private instance from Debian's binaries."""

import asyncio
import secrets
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aio_pika
from yarl import URL

from tests.services.erlang import Node
from tests.services.ports import free_port
from tests.services.process import ServerProcess, private_folder
from tests.services.server import PrivateServer

_DEBIAN_SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_OUR_QUEUES = ("oblivious.outcomes", "oblivious.outcomes.dead")

_ERLANG_OPTIONS = "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
_SETTINGS = """\
listeners.tcp.1 = 127.0.0.1:{port}
loopback_users = none
disk_free_limit.absolute = 50MB
log.file = false
log.console = true
log.console.level = warning
"""


@dataclass(frozen=True)
class VirtualHosts:
    """The virtual hosts of a node that can be told to add and delete them."""

    url: str
    add: Callable[[str], None]
    delete: Callable[[str], None]

    async def open(self) -> str:
        """Add an empty virtual host."""
        name = f"test-{secrets.token_hex(6)}"
        await asyncio.to_thread(self.add, name)
        return str(URL(self.url).with_path(f"/{name}"))

    async def close(self, url: str) -> None:
        """Delete the virtual host; who is connected to it is cut off."""
        await asyncio.to_thread(self.delete, URL(url).path.removeprefix("/"))


@dataclass(frozen=True)
class OneVirtualHost:
    """A named server's virtual host: AMQP cannot make another, so our queues in it are removed instead."""

    url: str

    async def open(self) -> str:
        """Remove our queues."""
        await self.close(self.url)
        return self.url

    async def close(self, url: str) -> None:
        """Remove our queues."""
        connection = await aio_pika.connect(url)
        async with connection:
            channel = await connection.channel()
            for queue in _OUR_QUEUES:
                await channel.queue_delete(queue)


def missing() -> str | None:
    """Say why no private instance can be started here, or None."""
    wanted = {
        "rabbitmq-server": _script(),
        "epmd": shutil.which("epmd"),
        "erl_call": shutil.which("erl_call"),
    }
    absent = [name for name, found in wanted.items() if found is None]
    return f"no {', '.join(absent)}" if absent else None


def start_private() -> PrivateServer:
    """Start a node of our own, with its own name service, so that no other node is touched."""
    folder, port = private_folder("rabbitmq"), free_port()
    node = Node(folder, name=f"oblivious-{port}@localhost", port=free_port(), names_port=free_port())
    (folder / "rabbitmq.conf").write_text(_SETTINGS.format(port=port))
    (folder / "enabled_plugins").write_text("[].\n")
    control = ServerProcess(
        [str(_script())],
        folder=folder,
        ready=lambda: _answers(port),
        environment={**node.environment, **_environment(folder, node)},
    )
    node.start_names()
    control.start()
    url = f"amqp://guest:guest@127.0.0.1:{port}/"
    return PrivateServer(
        "RabbitMQ", url, VirtualHosts(url, node.add_host, node.delete_host), Control(control, node)
    )


@dataclass(frozen=True)
class Control:
    """The node is killed and started; its name service lives from the first start to `close`."""

    server: ServerProcess
    node: Node

    @property
    def pid(self) -> int:
        """The Erlang machine's process."""
        return self.server.pid

    def start(self) -> None:
        """Start the node on the data it has."""
        self.server.start()

    def stop(self) -> None:
        """Shut the node down in order."""
        self.server.stop()

    def kill(self) -> None:
        """Kill -9 the Erlang machine.

        A new quorum queue reaches the node's registry on disk up to three seconds late, and a kill in between
        loses it for good (seen with 3.10). That is RabbitMQ's flaw and not what a test is after, so the
        registry is written first. Messages are not touched.
        """
        if self.server.running:
            self.node.sync_registry()
        self.server.kill()

    def close(self) -> None:
        """End the node and its name service; remove the data."""
        self.server.close()
        self.node.stop_names()


def _environment(folder: Path, node: Node) -> dict[str, str]:
    return {
        "RABBITMQ_NODENAME": node.name,
        "RABBITMQ_DIST_PORT": str(node.port),
        "RABBITMQ_MNESIA_BASE": f"{folder}/data",
        "RABBITMQ_LOG_BASE": f"{folder}/log",
        "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
        "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/none",
        "RABBITMQ_CONF_ENV_FILE": f"{folder}/none",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
        # The script then replaces itself with the Erlang machine, which takes SIGTERM in order.
        "RUNNING_UNDER_SYSTEMD": "true",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG_OPTIONS,
    }


def _script() -> str | None:
    # Debian's /usr/sbin/rabbitmq-server changes the user and writes to /var/log.
    return str(_DEBIAN_SCRIPT) if _DEBIAN_SCRIPT.exists() else shutil.which("rabbitmq-server")


def _answers(port: int) -> bool:
    """Offer AMQP 0-9-1; a node that is up opens with a method frame (type 1)."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"AMQP\x00\x00\x09\x01")
            return line.recv(1) == b"\x01"
    except OSError:
        return False
