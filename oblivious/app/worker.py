"""`oblivious worker`: the far side of the bus."""

import asyncio
import signal

from oblivious.app.base import Base, opened
from oblivious.app.output import Row
from oblivious.app.settings import Mode, Settings
from oblivious.app.settling import settling_chores
from oblivious.app.state import open_store
from oblivious.app.works import running
from oblivious.billing.deadletters import drop_dead_letters, list_dead_letters, read_dead_letters
from oblivious.billing.settlement import Settlement
from oblivious.consumers.settle import settle_from_bus
from oblivious.contracts.events import Outcome
from oblivious.infra.bus.protocols import BadOutcomes
from oblivious.infra.bus.rabbit import deadletters as rabbit
from oblivious.infra.database.installation import check_secret
from oblivious.infra.database.migrate import check_current
from oblivious.infra.database.sessions import reading, writing
from oblivious.infra.telemetry.logs import configure_logs


async def work_until_stopped(settings: Settings) -> None:
    """Settle what the broker holds until SIGTERM or SIGINT; the batch in hand is finished first.

    Raises:
        SchemaOutdated, ForeignSecret: the database is not ready for this program.
    """
    configure_logs(settings.log_level, settings.log_format)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with opened(settings) as base:
        await check_current(base.engine)
        async with reading(base.maker) as session:
            await check_secret(session, base.secrets)
        async with open_store(settings) as store, running(settling_chores(base, store)):
            await settle_from_bus(settings.amqp_url, Settlement(base.maker, store), stopping)


async def dead_letters(base: Base) -> list[Row]:
    """Return what could not be settled, with its reason, the oldest first."""
    if base.settings.mode is not Mode.BUS:
        async with reading(base.maker) as session:
            return [*await list_dead_letters(session)]
    return [
        {
            "reason": letter.reason,
            "exchange_ids": [outcome.opened.exchange_id for outcome in letter.outcomes],
            "bytes": len(letter.body),
        }
        for letter in await rabbit.list_dead(base.settings.amqp_url)
    ]


async def replay_dead_letters(base: Base) -> int:
    """Try all of it again; return how many there were. What fails once more is put aside once more."""
    if base.settings.mode is Mode.BUS:
        return await rabbit.replay(base.settings.amqp_url)
    async with reading(base.maker) as session:
        letters = await read_dead_letters(session, limit=10_000)
    still_bad = await _settled_again(base, [outcome for _, outcome in letters])
    async with writing(base.maker) as session:
        done = [number for number, outcome in letters if outcome.opened.exchange_id not in still_bad]
        await drop_dead_letters(session, done)
    return len(letters)


async def _settled_again(base: Base, outcomes: list[Outcome]) -> set[str]:
    """Settle what can be; return the exchange ids of the others."""
    async with open_store(base.settings) as store:
        try:
            await Settlement(base.maker, store).settle(outcomes)
        except BadOutcomes as bad:
            return {outcome.opened.exchange_id for outcome, _ in bad.rejected}
    return set()
