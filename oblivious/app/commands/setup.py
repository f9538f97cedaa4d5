"""`oblivious migrate` and `oblivious doctor`."""

import click

from oblivious.app.base import opened
from oblivious.app.command import finish, json_option, settings_or_die
from oblivious.app.doctor import examine
from oblivious.app.output import Row, say
from oblivious.app.settings import Settings
from oblivious.billing.ledger import create_account
from oblivious.identity.defaults import ensure_defaults
from oblivious.infra.database.installation import claim
from oblivious.infra.database.migrate import upgrade
from oblivious.infra.database.sessions import writing


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
@json_option
def doctor(*, as_json: bool) -> None:
    """Look at everything a gateway needs, and say what is wrong."""
    say(finish(_examined(settings_or_die())), as_json=as_json)


async def _examined(settings: Settings) -> list[Row]:
    async with opened(settings) as base:
        return await examine(base)
