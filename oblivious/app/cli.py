"""The command `oblivious`."""

from importlib import import_module

import click

from oblivious import __version__

_COMMANDS = {
    "serve": "oblivious.app.commands.serve",
    "worker": "oblivious.app.commands.settle",
    "ship": "oblivious.app.commands.settle",
    "migrate": "oblivious.app.commands.setup",
    "doctor": "oblivious.app.commands.setup",
    "user": "oblivious.app.commands.user",
    "key": "oblivious.app.commands.key",
    "group": "oblivious.app.commands.group",
    "channel": "oblivious.app.commands.channel",
    "model": "oblivious.app.commands.model",
    "pool": "oblivious.app.commands.pool",
    "provider": "oblivious.app.commands.provider",
    "explain": "oblivious.app.commands.explain",
    "plan": "oblivious.app.commands.declare",
    "apply": "oblivious.app.commands.declare",
    "export": "oblivious.app.commands.declare",
    "account": "oblivious.app.commands.money",
    "price": "oblivious.app.commands.money",
    "usage": "oblivious.app.commands.money",
    "demo-upstream": "oblivious.demo.cli",
}
_NAMES = {"demo-upstream": "demo_upstream_command"}


class _OnDemand(click.Group):
    """Imports a command when it is asked for: none has to wait for what only another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return every command, in the order of a first hour."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """Import the command."""
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(module), _NAMES.get(cmd_name, cmd_name))
        return command


@click.group(cls=_OnDemand)
@click.version_option(__version__)
def main() -> None:
    """A relay for large language models: any provider behind one key, limits that hold, exact bills."""


if __name__ == "__main__":
    main()
