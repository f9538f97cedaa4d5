"""Gateways on machines of their own before two upstreams: the first is preferred and fails by a plot."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from oblivious.infra.state.board.protocol import Health
from oblivious.infra.state.board.redis import RedisBoard
from tests.chaos.kinds import COUNTED, chat
from tests.chaos.upstreams import Upstreams, start_upstreams
from tests.gateways.clients import plain_client
from tests.installation import Installation, Part, installed

PREFERRED, OTHER = 1, 2
"""The upstreams by their places; their channels are named after these."""

FIRST_HOLD_MS = 500

_ASKED = chat(COUNTED)
_SETTINGS = {
    "OBLIVIOUS_DEMO": "false",
    "OBLIVIOUS_WORKERS": "2",
    "OBLIVIOUS_LOG_LEVEL": "warning",
    "OBLIVIOUS_BREAKER_BAD": "2",
    "OBLIVIOUS_BREAKER_LAST": "4",
    "OBLIVIOUS_HOLD_FIRST_SECONDS": str(FIRST_HOLD_MS / 1000),
    "OBLIVIOUS_HOLD_MOST_SECONDS": "60",
}


@dataclass(frozen=True)
class Node:
    """One gateway: where it is found, and its main process."""

    url: str
    server: Part


class Nodes:
    """Gateways that share their servers and nothing else.

    Attributes:
        nodes: as they run.
        upstreams: both of them.
    """

    def __init__(self, installation: Installation, upstreams: Upstreams) -> None:
        self.upstreams = upstreams
        self.nodes: list[Node] = []
        self._redis_url = installation.env["OBLIVIOUS_REDIS_URL"]
        for place, priority in ((PREFERRED, 9), (OTHER, 0)):
            way = [f"--base-url={upstreams.url(place)}", f"--priority={priority}", f"--name={place}"]
            model = [f"--models={COUNTED.name}", f"--map={COUNTED.name}={COUNTED.upstream}"]
            installation.do("channel", "add", "--provider=demo", "--api-key=sk-any", *way, *model)
        self._key = installation.do("key", "create", "--name=admin")["key"]

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """Open a client that takes a new connection, to whichever worker, for every request."""
        headers = {"authorization": f"Bearer {self._key}", "content-type": "application/json"}
        async with plain_client(headers=headers, limits=httpx.Limits(max_keepalive_connections=0)) as client:
            yield client

    async def health(self) -> Mapping[str, Health]:
        """Return what the board knows, by subject."""
        board = RedisBoard(self._redis_url)
        await board.open()
        try:
            return await board.everything()
        finally:
            await board.close()


async def served_by(client: httpx.AsyncClient, node: Node) -> int:
    """Ask a node for an answer; return the place of the upstream that gave it.

    Raises:
        AssertionError: the client was told of a fault.
    """
    answer = await client.post(f"{node.url}{_ASKED.path}", content=_ASKED.body)
    assert answer.status_code == HTTPStatus.OK, answer.text
    return int(answer.headers["x-oblivious-channel"])


@contextmanager
def nodes_on(folder: Path, settings: dict[str, str], plot: str, count: int = 1) -> Iterator[Nodes]:
    """Set up so many gateways on the servers that `settings` name, and start them."""
    settings = {**_SETTINGS, **settings}
    with ExitStack() as stack:
        first = stack.enter_context(installed(folder, settings))
        nodes = Nodes(first, start_upstreams(first, OTHER, plot, "--length", "3"))
        nodes.nodes.append(Node(first.url, first.serve()))
        for number in range(1, count):
            further = folder / f"node-{number}"
            further.mkdir()
            node = stack.enter_context(installed(further, settings))
            nodes.nodes.append(Node(node.url, node.serve()))
        yield nodes
