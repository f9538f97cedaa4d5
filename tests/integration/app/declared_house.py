"""A house that files are applied to."""

from pathlib import Path

import pytest

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.declared.applying import apply_document
from oblivious.app.declared.difference import told
from oblivious.app.declared.exporting import exported
from oblivious.app.declared.faults import BadFile
from oblivious.app.declared.file import Reference
from oblivious.app.declared.house import read_house
from oblivious.app.declared.reading import read_document
from oblivious.channels.keys import add_channel_key, list_channel_keys
from oblivious.channels.repository import add_channel, get_channel
from oblivious.channels.tables import Channel, ChannelKey, Origin
from oblivious.channels.wanted import Wanted
from oblivious.contracts.changes import ChangeRefused
from oblivious.identity.groups import create_group
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions, reading, writing
from tests.fakes.certificates import Authority

FILES = Path(__file__).parent / "files"

SECRETS = {
    "env:PROXY": "http://user:proxy-password@10.0.0.1:3128",
    "env:FIRST_KEY": "sk-first-0123456789",
    "file:second.key": "sk-second-0123456789\n",
    "env:THIRD_KEY": "sk-third-0123456789",
}

HEAD = "version: 1\n"
FIRST = """
channels:
  - name: main
    provider: openai
    models: [fast, slow]
    keys: [{secret: {env: FIRST_KEY}}, {secret: {file: second.key}}]
"""
"""A channel with two keys."""


def certificates() -> dict[str, str]:
    """Return the certificates of a company and of a client, as files."""
    authority = Authority("company")
    return {"file:authorities.pem": authority.pem, "file:certificate.pem": authority.sign("client")}


class DeclaredHouse:
    """A database, and what the references of files stand for."""

    def __init__(self, maker: Sessions, secrets: Secrets) -> None:
        self.maker = maker
        self.secrets = secrets
        self.stored = {**SECRETS, **certificates()}

    async def begin(self) -> None:
        """Make the groups that are there from the start."""
        async with writing(self.maker) as session:
            await create_group(session, "default")
            await create_group(session, "strict", policy="strict")

    async def apply(self, text: str, *, keep: bool = False) -> list[str]:
        """Apply a file; return what people are told."""
        async with writing(self.maker) as session:
            changes = await apply_document(
                session,
                read_document(text),
                providers=PROVIDERS,
                secrets=self.secrets,
                look=self._look,
                keep=keep,
            )
        return [told(change) for change in changes]

    async def refused(self, text: str) -> list[str]:
        """Apply a file that is wrong; return what is wrong with it."""
        with pytest.raises(BadFile) as error:
            await self.apply(text)
        return str(error.value).splitlines()

    async def export(self) -> str:
        """Return everything that is there."""
        async with reading(self.maker) as session:
            return exported(await read_house(session, PROVIDERS))

    def _look(self, reference: Reference) -> str:
        found = self.stored.get(reference.source)
        if found is None:
            raise ChangeRefused("env" if reference.env else "file", f"is not there: {reference.source}")
        return found


async def opened_house(maker: Sessions, secrets: Secrets) -> DeclaredHouse:
    """Return an empty house."""
    house = DeclaredHouse(maker, secrets)
    await house.begin()
    return house


async def add_by_hand(house: DeclaredHouse, name: str, *keys: str, **parts: object) -> Channel:
    """Add a channel as the command line does."""
    origin = parts.pop("origin", Origin.OPERATOR)
    wanted = Wanted(**{"models": ["fast"], **parts})  # type: ignore[arg-type] # checked by the code under test
    async with writing(house.maker) as session:
        channel = await add_channel(
            session,
            PROVIDERS,
            name=name,
            provider="openai",
            wanted=wanted,
            secrets=house.secrets,
            origin=Origin(str(origin)),
        )
        for key in keys:
            await add_channel_key(session, house.secrets, channel, PROVIDERS["openai"], key)
    return channel


async def keys_of(house: DeclaredHouse, name: str) -> list[ChannelKey]:
    """Return the keys of a channel."""
    async with reading(house.maker) as session:
        return await list_channel_keys(session, await get_channel(session, name))
