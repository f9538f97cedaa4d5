"""What a file may say. What it does not say is as the defaults here have it, not as it was.

Everything has a default, so that one wrong member does not hide what else is wrong; see `checking` for what
must be there.
"""

from typing import Any, Literal

import msgspec

State = Literal["on", "off"]

VERSION = 1


class Reference(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a secret stands; exactly one of these.

    Attributes:
        env: the name of an environment variable.
        file: the path of a file, from the folder in which the command is run.
        kept: a hint: the secret that is there stays.
    """

    env: str = ""
    file: str = ""
    kept: str = ""

    @property
    def source(self) -> str:
        """How a row says it; empty for what is kept."""
        if self.env:
            return f"env:{self.env}"
        return f"file:{self.file}" if self.file else ""


class GroupSaid(msgspec.Struct, frozen=True):
    """See `identity.tables.Group`; `ratio` is a decimal number."""

    policy: str = "fair"
    ratio: str | int | float = "1"
    strategy: str = ""
    calls_per_choice: bool = False


class PoolSaid(msgspec.Struct, frozen=True):
    """See `channels.tables.Pool`."""

    limits: dict[str, Any] = {}


class ModelSaid(msgspec.Struct, frozen=True):
    """See `channels.tables.Model`."""

    aliases: list[str] = []
    fallbacks: list[str] = []
    context_fallbacks: list[str] = []
    content_fallbacks: list[str] = []
    abilities: dict[str, Any] = {}
    strategy: str = ""


class ProviderSaid(msgspec.Struct, frozen=True):
    """See `channels.judge.Rule`."""

    rules: list[dict[str, Any]] = []


Dollars = str | int | float


class PriceSaid(msgspec.Struct, frozen=True):
    """US dollars per million tokens; None: no price of its own."""

    input: Dollars | None = None
    output: Dollars | None = None
    cache_read: Dollars | None = None
    cache_write: Dollars | None = None
    reasoning: Dollars | None = None


class KeySaid(msgspec.Struct, frozen=True):
    """A key of a channel; without a secret it is the empty one, where a provider asks for none."""

    name: str = ""
    secret: Reference | None = None
    pool: str = ""
    mapping: dict[str, str] = {}
    limits: dict[str, Any] = {}
    state: State = "on"


class ChannelSaid(msgspec.Struct, frozen=True):
    """See `channels.tables.Channel`.

    Attributes:
        keys: None: the empty one where the provider asks for none, else none.
    """

    name: str = ""
    provider: str = ""
    state: State = "on"
    base_url: str = ""
    base_urls: dict[str, str] = {}
    models: list[str] = []
    mapping: dict[str, str] = {}
    weight: int = 1
    priority: int = 0
    groups: list[str] = []
    key_mode: str = "random"
    tag: str = ""
    note: str = ""
    limits: dict[str, Any] = {}
    abilities: dict[str, Any] = {}
    shaping: dict[str, Any] = {}
    link: dict[str, Any] = {}
    tests: dict[str, Any] = {}
    keys: list[KeySaid] | None = None


class File(msgspec.Struct, frozen=True):
    """The whole of it; a section that is None is not spoken of."""

    version: int = 0
    groups: dict[str, GroupSaid] | None = None
    pools: dict[str, PoolSaid] | None = None
    models: dict[str, ModelSaid] | None = None
    providers: dict[str, ProviderSaid] | None = None
    prices: dict[str, PriceSaid] | None = None
    channels: list[ChannelSaid] | None = None


SECTIONS = ("groups", "pools", "models", "providers", "prices", "channels")
