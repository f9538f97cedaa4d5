"""Lists that are asked for as the API's are, and shown whole."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from oblivious.app.commands.given import Options, taking
from oblivious.gateway.routes.admin.asked import read_asked
from oblivious.gateway.routes.admin.listing import Listing, read_list

_ALL = 2**31 - 1


def filtered(listing: Listing) -> Options:
    """Let a command take what a list is searched, filtered and sorted by; see `rows_of`."""
    fields = [
        click.option(
            f"--{name}",
            type=click.Choice(field.choices) if field.choices else str,
            help=f"Only those with this {name}.",
        )
        for name, field in listing.fields.items()
        if field.filters
    ]
    sorts = ", ".join(name for name, field in listing.fields.items() if field.sorts)
    return taking(
        [
            *fields,
            click.option("--search", "q", help="A text to look for."),
            click.option("--sort", help=f"The order, `-` for descending: {sorts}; several by commas."),
        ]
    )


async def rows_of(session: AsyncSession, listing: Listing, given: Mapping[str, str | None]) -> Sequence[Any]:
    """Return all rows of a list that fit what is given by the options of `filtered`.

    Raises:
        ChangeRefused: names the option that makes no sense.
    """
    query = [(name, value) for name, value in given.items() if value is not None]
    asked = read_asked(query, listing.fields, key=listing.key, usual=listing.key)
    return (await read_list(session, listing, replace(asked, limit=_ALL))).items
