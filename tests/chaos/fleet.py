"""A gateway before fifty upstreams that fail by a plot, and what is asked of it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from oblivious.contracts.money import NANO
from tests.chaos.books import Bookkeeper, Books, bookkeeper
from tests.chaos.evening import evened
from tests.chaos.fleet_plot import FIRST_BYTE_SECONDS, PLOT, UPPER, UPSTREAMS, keys_of, weight_of
from tests.chaos.kinds import Model, chat, messages
from tests.chaos.load import Load
from tests.chaos.system import Caller, caller
from tests.chaos.upstreams import Upstreams, start_upstreams
from tests.installation import Installation, installed

CLIENTS = 100

COUNTED = Model("fleet-counted", "demo-chat", ("0.123456", "0.654321"))
UNCOUNTED = Model("fleet-uncounted", "demo-chat@usage-missing", ("3", "15"))
MODELS = {model.name: model for model in (COUNTED, UNCOUNTED)}
KINDS = (
    *(build(COUNTED, stream=stream) for build in (chat, messages) for stream in (False, True)),
    *(build(UNCOUNTED, stream=stream) for build in (chat, messages) for stream in (False, True)),
)

_WEALTH = 1000 * NANO
_SETTINGS = {
    "OBLIVIOUS_DEMO": "false",
    "OBLIVIOUS_WORKERS": "2",
    "OBLIVIOUS_LOG_LEVEL": "error",
    "OBLIVIOUS_FIRST_BYTE_SECONDS": str(FIRST_BYTE_SECONDS),
    # The plot goes through in seconds what takes providers minutes, and holds are as much shorter.
    "OBLIVIOUS_HOLD_FIRST_SECONDS": "0.25",
    "OBLIVIOUS_HOLD_MOST_SECONDS": "8",
}
_DEMO = ("--latency-ms", "5", "--length", "12")


def started_fleet(installation: Installation, name: str = "served") -> Upstreams:
    """Start all fifty."""
    return start_upstreams(installation, UPSTREAMS, PLOT, *_DEMO, name=name)


class Fleet:
    """An installation of two workers with a channel for each upstream, and one caller."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.upstreams = started_fleet(installation)
        for place in range(1, UPSTREAMS + 1):
            self._offer(place)
        for model in MODELS.values():
            paid_in, paid_out = model.rates
            installation.do("price", "set", model.name, f"--input={paid_in}", f"--output={paid_out}")
        self.caller: Caller = caller(installation, "fleet")

    def _offer(self, place: int) -> None:
        names, mapping = ",".join(MODELS), [f"--map={one.name}={one.upstream}" for one in MODELS.values()]
        keys = [f"--api-key={key}" for key in keys_of(place)]
        tier = ["--priority=10"] if place in UPPER else []
        way = ["--provider=demo", f"--base-url={self.upstreams.url(place)}", f"--weight={weight_of(place)}"]
        self.installation.do(
            "channel", "add", f"--name=fleet-{place}", f"--models={names}", *way, *tier, *keys, *mapping
        )

    async def asked(self, exchanges: int, rest_seconds: float = 0.0) -> tuple[Load, Books]:
        """Have a hundred clients ask for so much; return what they heard, and the books once they are even.

        Each rests for so long between an answer and its next request.

        Raises:
            AssertionError: the books never became even; says in what they differ.
        """
        async with self._books() as books:
            await books.credit({self.caller.account_id: _WEALTH})
            before = await books.read()
            load = Load(
                self.installation.url,
                [self.caller.key],
                exchanges=exchanges,
                clients=CLIENTS,
                kinds=KINDS,
                rest_seconds=rest_seconds,
            )
            await load.run()
            return load, await evened(books, before, load.heard, MODELS)

    @asynccontextmanager
    async def _books(self) -> AsyncIterator[Bookkeeper]:
        env = self.installation.env
        urls = env["OBLIVIOUS_DATABASE_URL"], env["OBLIVIOUS_REDIS_URL"]
        async with bookkeeper(self.upstreams.logs, *urls, [self.caller.account_id]) as books:
            yield books


@contextmanager
def fleet_on(folder: Path, settings: dict[str, str]) -> Iterator[Fleet]:
    """Set up the fleet and start its gateway; `settings` name the servers. Everything ends with the block."""
    with installed(folder, {**_SETTINGS, **settings}) as installation:
        fleet = Fleet(installation)
        installation.serve()
        yield fleet
