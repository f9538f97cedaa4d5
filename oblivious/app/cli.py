"""The command `oblivious`."""

import click

from oblivious import __version__
from oblivious.app.commands.channel import channel
from oblivious.app.commands.identity import key, user
from oblivious.app.commands.money import account, price, usage
from oblivious.app.commands.run import doctor, migrate, serve, ship, worker
from oblivious.demo.cli import demo_upstream_command


@click.group()
@click.version_option(__version__)
def main() -> None:
    """A relay for large language models: any provider behind one key, limits that hold, exact bills."""


for command in (
    serve,
    worker,
    ship,
    migrate,
    doctor,
    user,
    key,
    channel,
    account,
    price,
    usage,
    demo_upstream_command,
):
    main.add_command(command)

if __name__ == "__main__":
    main()
