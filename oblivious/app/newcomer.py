"""What `serve` does for somebody who has just arrived: channels that are there, a first key, a first call."""

import os
import socket
from collections.abc import Sequence

import click
import msgspec

from oblivious.adapters.dialects.endpoint import ANTHROPIC, OPENAI_CHAT
from oblivious.adapters.registry import PROVIDERS
from oblivious.app.address import local_url
from oblivious.app.base import Base
from oblivious.app.settings import Mode, Settings
from oblivious.app.snapshots import read_directory
from oblivious.billing import genai
from oblivious.billing.pricebook import PriceBook
from oblivious.channels.directory import Directory
from oblivious.channels.seed import Found, in_environment, on_this_machine, plant
from oblivious.channels.tables import Origin
from oblivious.identity.api_keys import create_api_key, list_api_keys
from oblivious.identity.users import DEFAULT_GROUP, find_first_admin
from oblivious.infra.database.sessions import writing

DEMO = "demo"
DEMO_MODELS = ("demo-chat", "demo-embedding", "demo-moderation")

_CHEAP = ("demo-chat", "mini", "haiku", "flash", "small", "lite", "chat")


class Welcome(msgspec.Struct):
    """What the newcomer is told.

    Attributes:
        key: the first API key, only at the very first start.
        demo: no provider is configured: the answers come from the demo.
    """

    model: str
    dialect: str
    key: str = ""
    demo: bool = False


def demo_port() -> int:
    """Return a free port of this machine for the demo upstream."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def settle_in(base: Base, demo_url: str) -> Welcome | None:
    """Bring the channels that come by themselves up to date; return what to tell, None if nothing serves.

    `demo_url` is where a demo upstream would be, empty if none is wanted.
    """
    prices = PriceBook({}, data=genai.load)
    found = in_environment(PROVIDERS, os.environ, prices.models_of) + await on_this_machine(PROVIDERS)
    demo = Found(DEMO, Origin.DEMO, DEMO_MODELS, demo_url) if demo_url else None
    async with writing(base.maker) as session:
        await plant(session, base.secrets, PROVIDERS, found, demo)
    welcome = _welcome(await read_directory(base))
    if welcome is not None and base.settings.mode is Mode.EMBEDDED:
        welcome.key = await _first_key(base)
    return welcome


async def _first_key(base: Base) -> str:
    async with writing(base.maker) as session:
        admin = await find_first_admin(session)
        if admin is None or await list_api_keys(session):
            return ""
        made = await create_api_key(session, base.secrets, user_id=admin.id, name="first")
    return made.key


def _welcome(directory: Directory) -> Welcome | None:
    models = {listed.id: listed.owned_by for listed in directory.models(DEFAULT_GROUP)}
    if not models:
        return None
    model = _cheapest(list(models))
    spoken = directory.dialects_of(model, DEFAULT_GROUP)
    dialect = OPENAI_CHAT if OPENAI_CHAT in spoken else spoken[0]
    return Welcome(model, dialect, demo=set(models.values()) == {DEMO})


def _cheapest(models: Sequence[str]) -> str:
    """Return a model whose name says that a first try costs little."""
    for word in _CHEAP:
        for model in models:
            if word in model:
                return model
    return models[0]


def tell(settings: Settings, welcome: Welcome) -> None:
    """Print where we are, the first key, and a line that answers at once."""
    url = local_url(settings.host, settings.port)
    click.echo(f"\nOblivious is ready. Base URL: {url}/v1")
    if welcome.demo:
        click.echo(
            "There is no provider yet, so a demo answers. Set OPENAI_API_KEY or another provider's key\n"
            "and start again, or add one:\n"
            "  oblivious channel add --name NAME --provider PROVIDER --api-key KEY --models A,B"
        )
    key = welcome.key or "YOUR_KEY"
    if welcome.key:
        click.echo(f"Your first API key, shown this once: {welcome.key}")
    else:
        click.echo("Another API key: oblivious key create --name NAME")
    click.echo(f"Try it:\n\n  {curl_line(url, key, welcome)}\n")


def curl_line(url: str, key: str, welcome: Welcome) -> str:
    """Return a first call for the shell."""
    hello = '"messages":[{"role":"user","content":"Hello!"}]'
    if welcome.dialect == ANTHROPIC:
        body = f'{{"model":"{welcome.model}","max_tokens":64,{hello}}}'
        return (
            f"curl {url}/v1/messages -H 'x-api-key: {key}' -H 'anthropic-version: 2023-06-01' "
            f"-H 'content-type: application/json' -d '{body}'"
        )
    body = f'{{"model":"{welcome.model}",{hello}}}'
    return (
        f"curl {url}/v1/chat/completions -H 'authorization: Bearer {key}' "
        f"-H 'content-type: application/json' -d '{body}'"
    )
