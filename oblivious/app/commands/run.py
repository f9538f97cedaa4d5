"""`oblivious serve`, `worker`, `ship`, `migrate` and `doctor`."""

import click
import uvloop

from oblivious.app.base import Base, opened
from oblivious.app.command import answering, finish, settings_or_die
from oblivious.app.doctor import examine
from oblivious.app.output import Row
from oblivious.app.serve import serve as serve_until_stopped
from oblivious.app.settings import Mode, Settings
from oblivious.app.ship import ship as ship_until_stopped
from oblivious.app.worker import dead_letters, replay_dead_letters, work_until_stopped
from oblivious.billing.ledger import create_account
from oblivious.identity.defaults import ensure_defaults
from oblivious.infra.database.installation import ForeignSecret, claim
from oblivious.infra.database.migrate import SchemaOutdated, upgrade
from oblivious.infra.database.sessions import writing


@click.command()
@click.option("--host", default=None, help="The address to listen on.")
@click.option("--port", type=int, default=None, help="The port to listen on.")
@click.option("--workers", type=int, default=None, help="Gateway processes.")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the relay until SIGTERM or Ctrl-C."""
    settings = settings_or_die(host=host, port=port, workers=workers)
    try:
        serve_until_stopped(settings)
    except (SchemaOutdated, ForeignSecret) as error:
        raise click.ClickException(str(error)) from error


@click.command(hidden=True)
def ship() -> None:
    """Carry the journals of this data folder; `serve` starts this by itself."""
    uvloop.run(ship_until_stopped(settings_or_die()))


@click.command()
def migrate() -> None:
    """Bring the database up to date, and make the groups and the first admin."""
    settings = settings_or_die()
    finish(_migrate(settings))
    click.echo("the database is up to date")


async def _migrate(settings: Settings) -> None:
    async with opened(settings) as base:
        await upgrade(base.engine)
        async with writing(base.maker) as session:
            await claim(session, base.secrets)
            await ensure_defaults(
                session,
                admin_email=settings.admin_email,
                admin_password=settings.admin_password.get_secret_value() or None,
                create_account=create_account,
            )


@click.command()
@answering()
async def doctor(base: Base) -> list[Row]:
    """Look at everything a gateway needs, and say what is wrong."""
    return await examine(base)


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
