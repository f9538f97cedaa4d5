"""Questions to providers about themselves: off the road, over connections as the channel makes them."""

from oblivious.channels.base_urls import served_at
from oblivious.channels.inquiries.ask import ask_balance, list_models
from oblivious.channels.inquiries.inquiry import Balance
from oblivious.channels.links import unsealed
from oblivious.channels.repository import Providers, provider_named
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.infra.crypto import Secrets
from oblivious.infra.upstream.transport import httpx_over


async def listed_models(
    secrets: Secrets, providers: Providers, channel: Channel, key: ChannelKey
) -> tuple[str, ...]:
    """Return the models that a provider lists to a key; it costs nothing.

    Raises:
        ChangeRefused: the provider has no list, or the channel no URL to ask for it.
        UpstreamError: it gave no answer, or none that can be used.
        WrongSecret: the key or the link was sealed with a secret key that is lost.
    """
    provider = provider_named(providers, channel.provider)
    async with httpx_over(unsealed(channel.link, secrets)) as client:
        urls = served_at(provider, channel.base_urls)
        return (await list_models(client, provider, urls, secrets.decrypt(key.secret))).names


async def told_balance(
    secrets: Secrets, providers: Providers, channel: Channel, key: ChannelKey
) -> Balance | None:
    """Return what a key's account can still spend; None where the provider does not tell.

    Raises:
        ChangeRefused: the channel has no URL to ask at.
        UpstreamError: it gave no answer, or none that can be used.
        WrongSecret: the key or the link was sealed with a secret key that is lost.
    """
    provider = provider_named(providers, channel.provider)
    async with httpx_over(unsealed(channel.link, secrets)) as client:
        urls = served_at(provider, channel.base_urls)
        return await ask_balance(client, provider, urls, secrets.decrypt(key.secret))
