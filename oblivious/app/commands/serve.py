"""`oblivious serve`."""

import click

from oblivious.app.command import finish, settings_or_die
from oblivious.app.serve import check
from oblivious.app.serve import serve as serve_until_stopped


@click.command()
@click.option("--host", default=None, help="The address to listen on.")
@click.option("--port", type=int, default=None, help="The port to listen on.")
@click.option("--workers", type=int, default=None, help="Gateway processes.")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the relay until SIGTERM or Ctrl-C."""
    settings = settings_or_die(host=host, port=port, workers=workers)
    finish(check(settings))
    serve_until_stopped(settings)
