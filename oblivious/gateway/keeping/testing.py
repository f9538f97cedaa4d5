"""Tests of channels: asked along the real road, kept, and a reason to switch a key on again."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from oblivious.billing.ledger import TESTS, house_account
from oblivious.channels.keys import switch_on_key
from oblivious.channels.repository import Providers
from oblivious.channels.schedule import read_tests
from oblivious.channels.tables import ChannelTest
from oblivious.channels.tested import record_test
from oblivious.contracts.caller import Caller
from oblivious.contracts.changes import ChangeRefused
from oblivious.gateway.keeping.trial import house, tried
from oblivious.gateway.keeping.ways import Asked, asked_of, check_keys, open_channel, usual_models
from oblivious.gateway.road.parts import Road
from oblivious.gateway.routes.admin.channel_shown import CHANNEL
from oblivious.identity.admins import Actor
from oblivious.identity.audit import note_change
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions, reading, writing
from oblivious.infra.state.errors import StateStoreError

_log = structlog.get_logger(__name__)

_AT_ONCE = 4
_MOST = 200
"""Questions of one test: each costs a little."""


@dataclass(frozen=True, slots=True)
class Tester:
    """What a test needs."""

    road: Road
    maker: Sessions
    secrets: Secrets
    providers: Providers


async def run_tests(
    tester: Tester,
    actor: Actor,
    channel_id: int,
    *,
    models: Sequence[str] | None = None,
    stream: bool | None = None,
    key_ids: Sequence[int] | None = None,
) -> list[ChannelTest]:
    """Ask a channel something small with every key, in every dialect in which it serves the models.

    It may be switched off or draining, and so may its keys. A key that was switched off since its provider
    refused it, and works, is on again. What it costs is booked to the house.

    Args:
        tester: whom it is asked through.
        actor: who wants to know; the audit has it before anybody is asked.
        channel_id: its number.
        models: public names, or the provider's own; None: those of its schedule, else its first one.
        stream: as a stream, or whole; None: as its schedule has it.
        key_ids: the numbers of the keys to be asked with; None: all.

    Returns:
        What each question came to, in the order of keys, models and dialects.

    Raises:
        NoSuch: there is no such channel.
        ChangeRefused: names what makes no sense: `models`, `key_ids`.
        WrongSecret: its link was sealed with a secret key that is lost.
    """
    async with reading(tester.maker) as session:
        opened = await open_channel(session, tester.providers, channel_id)
    if key_ids is not None:
        check_keys(opened, key_ids)
    models = usual_models(opened.channel) if models is None else models
    asked = list(asked_of(opened, tester.secrets, models, key_ids))
    if not asked:
        raise ChangeRefused("models", "name one that the channel serves, and has a key for")
    if len(asked) > _MOST:
        raise ChangeRefused("models", f"make {len(asked)} questions with these keys; {_MOST} are the most")
    streamed = read_tests(opened.channel.tests).stream if stream is None else stream
    async with writing(tester.maker) as session:
        await note_change(session, actor, "test", CHANNEL, opened.channel.name)
    return await ask_all(tester, asked, stream=streamed)


async def ask_all(tester: Tester, asked: Sequence[Asked], *, stream: bool) -> list[ChannelTest]:
    """Ask, a few at a time; return what each question came to, in their order."""
    payer, turns = await _payer(tester), asyncio.Semaphore(_AT_ONCE)

    async def one(question: Asked) -> ChannelTest:
        async with turns:
            return await _ask(tester, payer, question, stream=stream)

    return await asyncio.gather(*[one(question) for question in asked])


async def on_again(tester: Tester, key_id: int, upstream_model: str = "") -> None:
    """Switch a key on that was found to work, and take it for well, also with the model it was asked for."""
    async with writing(tester.maker) as session:
        key = await switch_on_key(session, key_id)
    if key is None:
        return
    _log.warning("channel_key_switched_on", channel_id=key.channel_id, channel_key_id=key_id)
    with contextlib.suppress(StateStoreError):
        for subject in (f"k{key_id}", f"k{key_id}:{upstream_model}"):
            await tester.road.health.clear(subject)


async def _payer(tester: Tester) -> Caller:
    async with writing(tester.maker) as session:
        return house(await house_account(session, TESTS))


async def _ask(tester: Tester, payer: Caller, asked: Asked, *, stream: bool) -> ChannelTest:
    trial = await tried(tester.road, payer, asked.candidate, asked.model, stream=stream)
    test = ChannelTest(
        channel_key_id=asked.key.id,
        model=asked.model,
        dialect=asked.candidate.dialect,
        stream=stream,
        channel_id=asked.candidate.channel_id,
        ok=trial.ok,
        status=trial.status,
        ms=trial.ms,
        error=trial.error,
    )
    async with writing(tester.maker) as session:
        await record_test(session, test)
    if trial.ok and asked.key.off_reason:
        await on_again(tester, asked.key.id, asked.candidate.upstream_model)
    return test
