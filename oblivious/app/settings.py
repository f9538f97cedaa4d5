"""What an operator can set: environment variables with the prefix OBLIVIOUS_, also from a .env file."""

import os
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_MIB = 1024 * 1024
_SEGMENTS_AT_LEAST = 3
_BOTH = "OBLIVIOUS_REDIS_URL and a postgresql+asyncpg:// OBLIVIOUS_DATABASE_URL"


class Mode(StrEnum):
    """Which machinery a process runs on.

    EMBEDDED: SQLite, in-process state, one worker that settles by itself.
    DIRECT: PostgreSQL and Redis; the shipper settles.
    BUS: PostgreSQL, Redis and RabbitMQ; `oblivious worker` settles.
    """

    EMBEDDED = "embedded"
    DIRECT = "direct"
    BUS = "bus"


class Settings(BaseSettings):
    """Typed and validated once, at start; a wrong value says what to do."""

    model_config = SettingsConfigDict(
        env_prefix="OBLIVIOUS_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(Path("./var"), description="Journals, the SQLite file, the generated secret.")
    database_url: str = Field("", description="SQLite under the data folder, or postgresql+asyncpg://...")
    redis_url: str = Field("", description="redis://...; empty: state lives in the one process.")
    amqp_url: str = Field("", description="amqp://...; empty: no broker, settlement reads the journal.")
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Encrypts channel keys, hashes API keys; made on first start if embedded.",
    )
    retired_secret_keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (), repr=False, description="Earlier secret keys, separated by commas: what they made stays valid."
    )
    admin_email: str = Field("admin@localhost", description="The first administrator, made by migrate.")
    admin_password: SecretStr = Field(SecretStr(""), description="Its password; empty: it can't sign in.")

    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8400, ge=1, le=65535, description="The port to listen on.")
    workers: int = Field(1, ge=1, le=256, description="Gateway processes; more than one needs Redis.")
    drain_seconds: int = Field(60, ge=1, le=86_400, description="How long a stop waits for open streams.")
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Networks whose X-Forwarded-For is believed, separated by commas."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins a browser may call from, separated by commas; * for any."
    )
    metrics_port: int = Field(0, ge=0, le=65535, description="Serve /metrics apart on this port too; 0: no.")

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    log_format: Literal["json", "console"] = Field("json", description="For machines, or for people.")

    on_state_loss: Literal["refuse", "allow"] = Field(
        "refuse", description="What admission does while Redis is out of reach."
    )
    max_body_bytes: int = Field(64 * _MIB, ge=1024, description="The largest request body.")
    spool_bytes: int = Field(_MIB, ge=1024, description="Bodies above this wait on disk, not in memory.")
    fetch_max_bytes: int = Field(
        20 * _MIB, ge=1024, description="The largest image or file that is fetched for a provider."
    )
    fetch_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Private networks it may be fetched from all the same, separated by commas."
    )
    wait_seconds: float = Field(
        5,
        ge=0,
        le=600,
        description="How long a request waits while every channel is full or told to slow down.",
    )
    breaker_bad: int = Field(5, ge=1, le=100, description="So many failures ...")
    breaker_last: int = Field(10, ge=1, le=100, description="... among so many attempts hold a channel back.")
    hold_first_seconds: float = Field(
        1, gt=0, description="How long at first; each time in a row twice as long."
    )
    hold_most_seconds: float = Field(60, gt=0, le=86_400, description="How long at most.")
    probe_first_seconds: float = Field(
        300, gt=0, description="A key that was switched off by itself is probed after so long; then ..."
    )
    probe_most_seconds: float = Field(
        21_600, gt=0, description="... after twice as long each time, up to this."
    )
    balance_seconds: float = Field(
        3_600, ge=0, description="How often providers are asked what an account can spend; 0: never."
    )
    notify_url: SecretStr = Field(
        SecretStr(""), description="Notices are posted here as JSON; empty: they are only logged."
    )
    journal_bytes: int = Field(
        1024 * _MIB, ge=3 * _MIB, description="The largest a worker's journal may grow."
    )
    journal_segment_bytes: int = Field(16 * _MIB, ge=_MIB, description="The size of one journal file.")
    fsync_ms: int = Field(200, ge=10, le=10_000, description="How often the journal is synced to disk.")
    lease_seconds: int = Field(60, ge=2, le=3600, description="How long a hold outlives a lost gateway.")
    connect_seconds: float = Field(10, gt=0, description="Deadline for a connection to a provider.")
    first_byte_seconds: float = Field(300, gt=0, description="Deadline for a provider's first byte.")
    idle_seconds: float = Field(120, gt=0, description="Longest silence within a provider's answer.")
    total_seconds: float = Field(900, gt=0, description="Deadline for an exchange, all attempts together.")
    ping_seconds: float = Field(15, gt=0, description="A silent stream sends a comment this often.")
    demo: bool = Field(default=True, description="Offer the demo channel when there is no other.")

    @field_validator("trusted_proxies", "fetch_networks", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
        return value

    @field_validator("cors_origins", "retired_secret_keys", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _holds_fit(self) -> Self:
        if self.breaker_bad > self.breaker_last:
            raise ValueError("OBLIVIOUS_BREAKER_BAD must not be above OBLIVIOUS_BREAKER_LAST")
        if self.hold_first_seconds > self.hold_most_seconds:
            raise ValueError("OBLIVIOUS_HOLD_FIRST_SECONDS must not be above OBLIVIOUS_HOLD_MOST_SECONDS")
        return self

    @model_validator(mode="after")
    def _probes_fit(self) -> Self:
        if self.probe_first_seconds > self.probe_most_seconds:
            raise ValueError("OBLIVIOUS_PROBE_FIRST_SECONDS must not be above OBLIVIOUS_PROBE_MOST_SECONDS")
        url = self.notify_url.get_secret_value()
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("OBLIVIOUS_NOTIFY_URL must start with http:// or https://")
        return self

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        postgres = self.database_url.startswith(("postgresql", "postgres"))
        if postgres and not self.database_url.startswith("postgresql+asyncpg://"):
            raise ValueError(
                "OBLIVIOUS_DATABASE_URL must start with postgresql+asyncpg:// or sqlite+aiosqlite://"
            )
        if self.amqp_url and not (self.redis_url and postgres):
            raise ValueError(
                "OBLIVIOUS_AMQP_URL needs OBLIVIOUS_REDIS_URL and a PostgreSQL OBLIVIOUS_DATABASE_URL"
            )
        if self.redis_url and not postgres:
            raise ValueError(
                "OBLIVIOUS_REDIS_URL needs a PostgreSQL OBLIVIOUS_DATABASE_URL: SQLite is embedded only"
            )
        if postgres and not self.redis_url:
            raise ValueError(f"PostgreSQL alone is not enough: set {_BOTH}")
        if self.journal_bytes < _SEGMENTS_AT_LEAST * self.journal_segment_bytes:
            raise ValueError(
                f"OBLIVIOUS_JOURNAL_BYTES must be {_SEGMENTS_AT_LEAST} times OBLIVIOUS_JOURNAL_SEGMENT_BYTES"
            )
        if self.workers > 1 and self.mode is Mode.EMBEDDED:
            raise ValueError(f"OBLIVIOUS_WORKERS above 1 needs {_BOTH}")
        if self.mode is not Mode.EMBEDDED and not self.secret_key.get_secret_value():
            raise ValueError("set OBLIVIOUS_SECRET_KEY (openssl rand -hex 32): all gateways must share it")
        return self

    @property
    def mode(self) -> Mode:
        """Return which machinery these settings ask for."""
        if not self.redis_url:
            return Mode.EMBEDDED
        return Mode.BUS if self.amqp_url else Mode.DIRECT

    @property
    def database(self) -> str:
        """Return the database URL, the SQLite file under the data folder where none was given."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.resolve() / 'oblivious.sqlite'}"

    @property
    def journal_root(self) -> Path:
        """Return the folder that holds one folder for each worker's journal."""
        return self.data_dir / "journal"

    @property
    def metrics_root(self) -> Path:
        """Return the folder in which every worker leaves its counters."""
        return self.data_dir / "metrics"


def load_settings(**overrides: object) -> Settings:
    """Read the environment; values given here win over it.

    Raises:
        pydantic.ValidationError: says which setting is wrong and what to do.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    return Settings(**given)  # type: ignore[arg-type] # pydantic checks the values, as it does the environment's


def export(settings: Settings) -> None:
    """Put the settings that were given on the command line into the environment for child processes."""
    os.environ["OBLIVIOUS_PORT"] = str(settings.port)
    os.environ["OBLIVIOUS_HOST"] = settings.host
    os.environ["OBLIVIOUS_WORKERS"] = str(settings.workers)
