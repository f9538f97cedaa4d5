"""`oblivious serve`."""

import click

from oblivious.app.command import settings_or_die
from oblivious.app.serve import serve as serve_until_stopped
from oblivious.infra.database.installation import ForeignSecret
from oblivious.infra.database.migrate import SchemaOutdated


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
