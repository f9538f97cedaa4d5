"""Whether a command line that a document or a file names is one that the program takes."""

from collections.abc import Sequence

import click


class NoSuchCommand(AssertionError):
    """The program has no such command or option."""


def resolve(program: click.Command, words: Sequence[str]) -> None:
    """Follow words from group to command, then look up each `--option`.

    Raises:
        NoSuchCommand: names the first word that leads nowhere.
    """
    rest = list(words)
    command = program
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        command = _subcommand(command, rest.pop(0))
    known = {"--help"}.union(*(parameter.opts + parameter.secondary_opts for parameter in command.params))
    for word in rest:
        if word.startswith("--") and word.partition("=")[0] not in known:
            raise NoSuchCommand(f"`{command.name}` has no option {word}")


def _subcommand(group: click.Group, name: str) -> click.Command:
    command = group.get_command(click.Context(group), name)
    if command is None:
        raise NoSuchCommand(f"`{group.name}` has no command {name}")
    return command
