"""Providers are asked about themselves over the connections that the channel makes."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.links import sealed
from oblivious.channels.repository import Providers
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.contracts.errors import Unreachable
from oblivious.gateway.keeping.inquiring import listed_models, told_balance
from oblivious.infra.crypto import Secrets
from oblivious.infra.upstream import Link as Way
from tests.fakes.certificates import Authority
from tests.fakes.proxies import JOINED, connecting, socks
from tests.fakes.raw_upstream import Link, Serve, answer, raw_upstream
from tests.integration.upstream.tls_servers import serving

HOST = "upstream.test"
KEY = "sk-0123456789abcdef"
PASSWORD = "s3cret-word"
LOGIN = ("user", PASSWORD)
BALANCE = Decimal("7.5")
AUTHORITY = Authority("authority.test")

Inquiry = Callable[[Secrets, Providers, Channel, ChannelKey], Awaitable[Any]]


async def amount(secrets: Secrets, providers: Providers, channel: Channel, key: ChannelKey) -> Decimal | None:
    """Return how much of a balance is told."""
    balance = await told_balance(secrets, providers, channel, key)
    return None if balance is None else balance.amount


class House:
    """A provider, and a proxy before it.

    Attributes:
        heads: what the provider was asked.
        joined: what the proxy was asked by CONNECT.
        places: what it was asked by SOCKS.
        refuses: the proxy lets nobody in.
    """

    def __init__(self, secrets: Secrets) -> None:
        self.heads: list[bytes] = []
        self.joined: list[bytes] = []
        self.places: list[tuple[str, int]] = []
        self.refuses = False
        self._secrets = secrets

    async def serve(self, link: Link) -> None:
        """Tell models and a balance."""
        while head := await link.request():
            self.heads.append(head)
            told = b'{"balance_infos":[{"currency":"USD","total_balance":"7.5"}]}'
            await link.push(answer(told if b"balance" in head else b'{"data":[{"id":"gpt"}]}'))

    @property
    def doors(self) -> Mapping[str, Serve]:
        """Return how the proxy serves, by scheme."""
        says = b"HTTP/1.1 407 Who Are You\r\n\r\n" if self.refuses else JOINED
        by_socks = socks(self.places, login=("user", "another") if self.refuses else LOGIN)
        by_connect = connecting(self.joined, [says], join=not self.refuses)
        return {"http": by_connect, "socks5": by_socks, "socks5h": by_socks}

    @asynccontextmanager
    async def open(self, scheme: str, *, tls: bool) -> AsyncGenerator[tuple[str, str]]:
        """Run the provider, and a proxy where there is a scheme; give the URLs of both."""
        context = serving(AUTHORITY.sign(HOST)) if tls else None
        async with raw_upstream(self.serve, tls=context) as provider:
            port = provider.origin.port
            if not scheme:
                yield str(provider.origin), ""
                return
            async with raw_upstream(self.doors[scheme]) as proxy:
                # Only a proxy finds the name; where none is asked to, an address is all there is.
                host = "127.0.0.1" if scheme == "socks5" else HOST
                url = f"{provider.origin.scheme}://{host}:{port}"
                yield url, f"{scheme}://user:{PASSWORD}@127.0.0.1:{proxy.origin.port}"

    async def ask(self, inquiry: Inquiry, url: str, way: Way) -> Any:
        """Ask for a channel at that URL, reached in that way."""
        secrets = self._secrets
        link, base_urls = sealed(way, secrets), {"openai_chat": url}
        channel = Channel(name="main", provider="deepseek", base_urls=base_urls, link=link)
        key = ChannelKey(channel_id=1, secret=secrets.encrypt(KEY), hint="")
        return await inquiry(secrets, PROVIDERS, channel, key)


@pytest.fixture
def house(secrets: Secrets) -> House:
    return House(secrets)


class TestLinks:
    @pytest.mark.parametrize(
        ("inquiry", "told"), [(listed_models, ("gpt",)), (amount, BALANCE)], ids=["models", "balance"]
    )
    @pytest.mark.parametrize("tls", [False, True], ids=["plain", "own authority"])
    @pytest.mark.parametrize(
        "scheme", ["", "http", "socks5", "socks5h"], ids=["direct", "connect", "socks", "socks by name"]
    )
    async def test_a_provider_is_asked_as_the_channel_reaches_it(
        self, house: House, inquiry: Inquiry, told: object, scheme: str, *, tls: bool
    ) -> None:
        """By proxies that want a password, and with an authority and a name of the channel's own."""
        async with house.open(scheme, tls=tls) as (url, proxy):
            trust: dict[str, Any] = {"authorities": AUTHORITY.pem, "server_name": HOST} if tls else {}
            assert await house.ask(inquiry, url, Way(proxy, **trust)) == told

        (head,) = house.heads
        assert f"\r\nauthorization: bearer {KEY}\r\n" in head.decode().lower()
        assert len(house.joined) + len(house.places) == bool(scheme)
        assert not any(KEY.encode() in joined for joined in house.joined)

    @pytest.mark.parametrize("inquiry", [listed_models, amount], ids=["models", "balance"])
    @pytest.mark.parametrize(
        ("scheme", "tls", "way"),
        [
            pytest.param("", True, {"server_name": HOST}, id="an unknown authority"),
            pytest.param("", True, {"authorities": AUTHORITY.pem}, id="another name"),
            pytest.param("", True, {"authorities": "none"}, id="an authority that is none"),
            pytest.param("http", False, {}, id="a proxy that refuses"),
            pytest.param("socks5h", False, {}, id="a wrong password"),
        ],
    )
    async def test_who_cannot_be_reached_so_is_not_asked(
        self, house: House, inquiry: Inquiry, scheme: str, way: dict[str, Any], *, tls: bool
    ) -> None:
        """The error tells no secret: neither the key nor the proxy's password."""
        house.refuses = True
        async with house.open(scheme, tls=tls) as (url, proxy):
            with pytest.raises(Unreachable) as failure:
                await house.ask(inquiry, url, Way(proxy, **way))

        assert not house.heads
        assert not any(secret in str(failure.value) for secret in (KEY, PASSWORD))
