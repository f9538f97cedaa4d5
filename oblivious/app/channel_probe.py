"""Tests of a channel by a command: along a road of its own, and booked to the house as gateways do."""

from oblivious.app.base import Base
from oblivious.app.keeping import tester_of
from oblivious.app.output import Row
from oblivious.app.own_road import open_own_road
from oblivious.channels.keys import list_channel_keys
from oblivious.channels.repository import get_channel
from oblivious.channels.tables import ChannelTest
from oblivious.gateway.keeping.testing import run_tests
from oblivious.identity.audit import COMMAND_LINE
from oblivious.infra.database.sessions import reading


async def probe_channel(base: Base, name: str, model: str | None, *, stream: bool) -> list[Row]:
    """Return one row for each dialect and key: whether it answered, how fast, else why not.

    Raises:
        NoSuch: there is no channel of that name.
        ChangeRefused: it does not serve the model.
    """
    async with reading(base.maker) as session:
        channel = await get_channel(session, name)
        hints = {key.id: key.hint for key in await list_channel_keys(session, channel)}
    models = None if model is None else [model]
    async with open_own_road(base) as road:
        tester = tester_of(base, road)
        tests = await run_tests(tester, COMMAND_LINE, channel.id, models=models, stream=stream)
    return [_row(test, hints) for test in tests]


def _row(test: ChannelTest, hints: dict[int, str]) -> Row:
    return {
        "dialect": test.dialect,
        "key_id": test.channel_key_id,
        "hint": hints.get(test.channel_key_id, ""),
        "model": test.model,
        "ok": test.ok,
        "status": test.status,
        "ms": test.ms,
        "error": test.error,
    }
