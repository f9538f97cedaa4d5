"""Tokens for service accounts, asked for over the network."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from oblivious.demo import DemoUpstream
from oblivious.infra.google import NoToken, Token, TokenRefused, TokenUnreachable, ask_token
from tests.fakes.service_accounts import key_file
from tests.services.ports import free_port


@pytest.fixture
async def google() -> AsyncIterator[DemoUpstream]:
    demo = DemoUpstream()
    await demo.start()
    yield demo
    await demo.stop()


async def asked(account: str) -> Token:
    return await asyncio.to_thread(ask_token, json.loads(account))


async def test_a_token_and_how_long_it_lasts(google: DemoUpstream) -> None:
    """Each time another one."""
    account = key_file(f"{google.url}/token?expires_in=77")
    first, second = await asked(account), await asked(account)

    assert first.lasts_s == second.lasts_s == 77
    assert first.text != second.text


@pytest.mark.parametrize(
    ("path", "changes", "fault"),
    [
        ("/token", {"client_email": "nobody@example.test"}, TokenRefused),
        ("/token", {"private_key": "-----BEGIN PRIVATE KEY-----\nAAAA"}, TokenRefused),
        ("/nowhere", {}, TokenUnreachable),
        ("/v1/models", {}, TokenUnreachable),
    ],
    ids=["an unknown account", "a broken key", "no such place", "another place"],
)
async def test_why_there_is_none(
    google: DemoUpstream, path: str, changes: dict[str, str], fault: type[NoToken]
) -> None:
    """An account that is refused is told from a bad day; neither is named."""
    with pytest.raises(NoToken) as caught:
        await asked(key_file(f"{google.url}{path}", **changes))

    assert type(caught.value) is fault
    assert "@" not in str(caught.value)


async def test_nobody_there() -> None:
    """Nobody is named either."""
    with pytest.raises(TokenUnreachable):
        await asked(key_file(f"http://127.0.0.1:{free_port()}/token"))
