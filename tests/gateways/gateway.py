"""A running gateway with demo upstreams behind it, and what its operator does."""

import asyncio
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oblivious.app.settings import load_settings
from oblivious.billing.invariants import violations
from oblivious.demo.served import Served, read_served
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sessions import reading, sessions
from tests.fakes.waiting import PATIENCE_SECONDS
from tests.gateways.world import Way, channels, rates
from tests.installation import Installation

_POLL_SECONDS = 0.05

Row = dict[str, Any]


@dataclass(frozen=True)
class Upstream:
    """A demo upstream: its URL without a version, and the log of what it served."""

    url: str
    log: Path

    def served(self) -> list[Served]:
        """Return what it has answered so far."""
        return read_served(self.log) if self.log.exists() else []


@dataclass(frozen=True)
class Key:
    """What a client presents, and whose it is."""

    id: int
    key: str
    email: str


class Gateway:
    """An installation that serves the test world; every test takes users of its own.

    Attributes:
        url: without a version.
        upstreams: two of them; see the world for who serves what.
        key: of the first admin, whose account is metered and unlimited.
    """

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.url = installation.url
        self.upstreams = (self._upstream(), self._upstream())
        self.key: str = installation.do("key", "create", "--name", "admin")["key"]
        self._numbers = itertools.count(1)
        for way in channels():
            self.add_channel(way)
        for model, (input_rate, output_rate) in rates().items():
            self.set_price(model, input_rate, output_rate)

    def add_channel(self, way: Way) -> str:
        """Add a channel and return its name."""
        name = f"{way.provider}-{len(self.installation.do('channel', 'list'))}"
        shape = {
            "name": name,
            "provider": way.provider,
            "base-url": self.upstreams[way.upstream].url,
            "api-key": f"sk-upstream-{name}",
            "models": ",".join(way.models),
            **way.more,
        }
        options = [f"--{option}={value}" for option, value in shape.items()]
        options += [f"--map={public}={own}" for public, own in way.models.items() if public != own]
        self.installation.do("channel", "add", *options)
        if way.disabled:
            self.installation.do("channel", "disable", name)
        return name

    def set_price(self, model: str, input_rate: str, output_rate: str) -> None:
        """Set a price in US dollars per million tokens."""
        self.installation.do("price", "set", model, "--input", input_rate, "--output", output_rate)

    def user(self, usd: str = "", group: str = "default", **limits: int) -> Key:
        """Add a user with some money, and a key of that user's with limits."""
        email = f"user-{next(self._numbers)}@example.org"
        self.installation.do("user", "create", "--email", email, "--group", group)
        if usd:
            self.installation.do("account", "credit", "--email", email, "--usd", usd)
        return self.key_of(email, **limits)

    def key_of(self, email: str, **limits: int) -> Key:
        """Make one more key of a user."""
        options = [f"--{name}={limit}" for name, limit in limits.items()]
        name = f"key-{next(self._numbers)}"
        made = self.installation.do("key", "create", "--name", name, "--user", email, *options)
        return Key(made["id"], made["key"], email)

    def account(self, email: str) -> Row:
        """Return what `account show` says."""
        shown: Row = self.installation.do("account", "show", "--email", email)
        return shown

    def rows(self) -> dict[str, Row]:
        """Return every usage row by its exchange."""
        rows: list[Row] = self.installation.do("usage", "list", "--limit", "100000")
        return {row["exchange_id"]: row for row in rows}

    async def settled(self, exchanges: Iterable[str]) -> dict[str, Row]:
        """Return the usage rows of these exchanges as soon as all of them are settled.

        Raises:
            TimeoutError: some were not in time.
        """
        wanted = set(exchanges)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                rows = await asyncio.to_thread(self.rows)
                if wanted <= rows.keys():
                    return {exchange: rows[exchange] for exchange in wanted}
                await asyncio.sleep(_POLL_SECONDS)

    async def violations(self) -> list[str]:
        """Return what is wrong with the books."""
        url = load_settings(
            data_dir=self.installation.env["OBLIVIOUS_DATA_DIR"],
            database_url=self.installation.env.get("OBLIVIOUS_DATABASE_URL", ""),
            redis_url=self.installation.env.get("OBLIVIOUS_REDIS_URL", ""),
            secret_key=self.installation.env["OBLIVIOUS_SECRET_KEY"],
        ).database
        engine = create_engine(url)
        async with reading(sessions(engine)) as session:
            found = await violations(session)
        await engine.dispose()
        return found

    def _upstream(self) -> Upstream:
        log = self.installation.folder / f"served-{len(self.installation.parts)}.jsonl"
        return Upstream(self.installation.demo("--log", str(log)), log)
