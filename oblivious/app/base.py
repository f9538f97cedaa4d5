"""What every process of the product opens first, and closes last."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from oblivious.app.secret import installation_secrets
from oblivious.app.settings import Settings
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sessions import Sessions, sessions


@dataclass(frozen=True, slots=True)
class Base:
    """The settings, the database and the secrets of this installation."""

    settings: Settings
    engine: AsyncEngine
    maker: Sessions
    secrets: Secrets


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Base]:
    """Open the database; nothing is connected before the first statement."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    secrets = installation_secrets(settings)
    engine = create_engine(settings.database)
    try:
        yield Base(settings, engine, sessions(engine), secrets)
    finally:
        await engine.dispose()
