"""Questions to providers about themselves: off the road, over connections as the channel makes them."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from oblivious.channels.base_urls import served_at
from oblivious.channels.inquiries.ask import ask_balance, list_models
from oblivious.channels.inquiries.inquiry import Balance
from oblivious.channels.links import unsealed
from oblivious.channels.repository import Providers, provider_named
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.crypto import Secrets
from oblivious.infra.upstream import Link
from oblivious.infra.upstream.dial import verified_context
from oblivious.infra.upstream.tls import shape

_HTTP_PROXY = "http://"


async def listed_models(
    secrets: Secrets, providers: Providers, channel: Channel, key: ChannelKey
) -> tuple[str, ...]:
    """Return the models that a provider lists to a key; it costs nothing.

    Raises:
        ChangeRefused: the provider has no list, or cannot be asked over such connections.
        UpstreamError: it gave no answer, or none that can be used.
        WrongSecret: the key or the link was sealed with a secret key that is lost.
    """
    provider = provider_named(providers, channel.provider)
    async with _client(unsealed(channel.link, secrets)) as client:
        urls = served_at(provider, channel.base_urls)
        return (await list_models(client, provider, urls, secrets.decrypt(key.secret))).names


async def told_balance(
    secrets: Secrets, providers: Providers, channel: Channel, key: ChannelKey
) -> Balance | None:
    """Return what a key's account can still spend; None where the provider does not tell.

    Raises:
        ChangeRefused: the provider cannot be asked.
        UpstreamError: it gave no answer, or none that can be used.
        WrongSecret: the key or the link was sealed with a secret key that is lost.
    """
    provider = provider_named(providers, channel.provider)
    async with _client(unsealed(channel.link, secrets)) as client:
        urls = served_at(provider, channel.base_urls)
        return await ask_balance(client, provider, urls, secrets.decrypt(key.secret))


@asynccontextmanager
async def _client(link: Link) -> AsyncGenerator[httpx.AsyncClient]:
    if link.server_name or (link.proxy and not link.proxy.startswith(_HTTP_PROXY)):
        raise ChangeRefused("link", "goes over SOCKS or has a name of its own: only requests are sent so")
    context = verified_context()
    await asyncio.to_thread(shape, context, link)
    proxy = link.proxy or None
    async with httpx.AsyncClient(proxy=proxy, verify=context, trust_env=False) as client:
        yield client
