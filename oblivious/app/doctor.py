"""`oblivious doctor`: look at every part, say what is wrong and what to do."""

import os
import shutil
from collections.abc import Awaitable, Callable

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.base import Base
from oblivious.app.output import Row
from oblivious.app.settings import Mode
from oblivious.app.snapshots import read_directory
from oblivious.app.state import open_store
from oblivious.identity.users import DEFAULT_GROUP
from oblivious.infra.bus.rabbit.topology import channel_to
from oblivious.infra.database.errors import DATABASE_LOST
from oblivious.infra.database.installation import ForeignSecret, check_secret
from oblivious.infra.database.migrate import SchemaOutdated, check_current
from oblivious.infra.database.sessions import reading
from oblivious.infra.state.errors import StoreUnreachable

_LITTLE_ROOM = 2 * 1024**3

Check = Callable[[Base], Awaitable[str]]


class Unwell(Exception):
    """A part is not as it should be; the message says what to do."""


_WRONG: tuple[type[Exception], ...] = (Unwell, SchemaOutdated, ForeignSecret, *DATABASE_LOST)


async def examine(base: Base) -> list[Row]:
    """Return one row for each part: whether it is well, and what was found."""
    rows: list[Row] = []
    for name, check in _CHECKS.items():
        try:
            rows.append({"part": name, "ok": True, "found": await check(base)})
        except _WRONG as error:
            rows.append(
                {"part": name, "ok": False, "found": str(error).partition("\n")[0] or type(error).__name__}
            )
    return rows


async def _mode(base: Base) -> str:
    return base.settings.mode.value


async def _database(base: Base) -> str:
    await check_current(base.engine)
    return "in reach, schema up to date"


async def _secret(base: Base) -> str:
    async with reading(base.maker) as session:
        await check_secret(session, base.secrets)
    return "the one this database was set up with"


async def _state(base: Base) -> str:
    if base.settings.mode is Mode.EMBEDDED:
        return "in the process"
    async with open_store(base.settings) as store:
        try:
            return f"in reach, epoch {await store.epoch()}"
        except StoreUnreachable as error:
            raise Unwell("OBLIVIOUS_REDIS_URL is out of reach") from error


async def _bus(base: Base) -> str:
    if base.settings.mode is not Mode.BUS:
        return "none: the journal is settled directly"
    try:
        async with channel_to(base.settings.amqp_url, "doctor"):
            return "in reach"
    except Exception as error:
        raise Unwell("OBLIVIOUS_AMQP_URL is out of reach") from error


async def _disk(base: Base) -> str:
    free = shutil.disk_usage(base.settings.data_dir).free
    if free < _LITTLE_ROOM:
        raise Unwell(f"only {free // 2**20} MiB are free where the journals are: {base.settings.data_dir}")
    return f"{free // 2**20} MiB are free"


async def _channels(base: Base) -> str:
    directory = await read_directory(base)
    models = directory.models(DEFAULT_GROUP)
    if not models:
        variables = ", ".join(p.key_variable for p in PROVIDERS.values() if p.key_variable in os.environ)
        hint = f" (start `oblivious serve` to use {variables})" if variables else ""
        raise Unwell(f"no channel serves anything: `oblivious channel add`{hint}")
    return f"{len(models)} models can be served to the group {DEFAULT_GROUP}"


_CHECKS: dict[str, Check] = {
    "mode": _mode,
    "database": _database,
    "secret key": _secret,
    "state store": _state,
    "bus": _bus,
    "disk": _disk,
    "channels": _channels,
}
