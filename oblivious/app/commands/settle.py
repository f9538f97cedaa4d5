"""`oblivious worker` and `oblivious ship`: from the journals to the ledger."""

import click
import uvloop

from oblivious.app.base import Base
from oblivious.app.command import answering, finish, settings_or_die
from oblivious.app.output import Row
from oblivious.app.settings import Mode
from oblivious.app.ship import ship as ship_until_stopped
from oblivious.app.worker import dead_letters, replay_dead_letters, work_until_stopped


@click.command(hidden=True)
def ship() -> None:
    """Carry the journals of this data folder; `serve` starts this by itself."""
    uvloop.run(ship_until_stopped(settings_or_die()))


@click.group(invoke_without_command=True)
@click.pass_context
def worker(context: click.Context) -> None:
    """Settle what the broker holds until SIGTERM; `worker dlq` looks at what could not be settled."""
    if context.invoked_subcommand is None:
        settings = settings_or_die()
        if settings.mode is not Mode.BUS:
            raise click.ClickException(
                "nothing to do for a worker: without OBLIVIOUS_AMQP_URL the gateway settles by itself"
            )
        finish(work_until_stopped(settings))


@worker.group()
def dlq() -> None:
    """Outcomes that could not be settled."""


@dlq.command("list")
@answering()
async def dlq_list(base: Base) -> list[Row]:
    """List them, with the reason of each."""
    return await dead_letters(base)


@dlq.command("replay")
@answering()
async def dlq_replay(base: Base) -> Row:
    """Try all of them again."""
    return {"replayed": await replay_dead_letters(base)}
