"""A channel key that its provider refuses for good is switched off, once the provider has said so twice."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx
from structlog.testing import capture_logs

from oblivious.adapters.registry import PROVIDERS
from oblivious.app.switching import switch_off
from oblivious.channels.judge import Action, Fault, Scope, Verdict
from oblivious.channels.keys import add_channel_key, get_channel_key
from oblivious.channels.loading import load_directory
from oblivious.channels.pick import Choice
from oblivious.channels.repository import add_channel
from oblivious.channels.wanted import Wanted
from oblivious.infra.crypto import Secrets
from oblivious.infra.database.sessions import Sessions, writing
from tests.fakes.road import FakeRoad

MODELS = "https://api.openai.com/v1/models"
REASON = "Incorrect API key provided"


@pytest.fixture
async def choice(maker: Sessions, secrets: Secrets) -> Choice:
    """The only key of the only channel."""
    async with writing(maker) as session:
        wanted = Wanted(models=["gpt"])
        channel = await add_channel(
            session, PROVIDERS, name="main", provider="openai", wanted=wanted, secrets=secrets
        )
        await add_channel_key(session, secrets, channel, PROVIDERS["openai"], "sk-0123456789abcdef")
        directory = await load_directory(session, secrets, PROVIDERS)
    (candidate,) = directory.candidates("gpt", "", "openai_chat")
    return Choice(candidate, candidate.keys[0])


@pytest.fixture
def models() -> Iterator[respx.Route]:
    """The provider's list of models."""
    with respx.mock(assert_all_called=False) as web:
        yield web.get(MODELS)


async def off_reason(
    maker: Sessions, choice: Choice, fault: Fault, *, times: int = 1
) -> tuple[str, list[str]]:
    """Have a key refused, so many times at once; return why it is off, if it is, and what was logged."""
    road = FakeRoad().road
    with capture_logs() as logs:
        for _ in range(times):
            switch_off(maker, road, choice, Verdict(fault, Scope.KEY, Action.OFF), REASON)
        for chore in list(road.chores):
            await chore
    async with maker() as session:
        key = await get_channel_key(session, choice.key.id)
    return key.off_reason, [line["event"] for line in logs]


@pytest.mark.parametrize(
    "told",
    [
        {"status_code": 401, "json": {"error": {"code": "invalid_api_key", "message": REASON}}},
        {"status_code": 404},
        {"status_code": 200, "text": "<html>"},
    ],
    ids=["refused, too", "no such list", "no list"],
)
async def test_a_key_that_is_given_no_list_of_models_is_switched_off(
    maker: Sessions, choice: Choice, models: respx.Route, told: dict[str, Any]
) -> None:
    """The plain refusal of the request stands."""
    models.respond(**told)

    assert await off_reason(maker, choice, Fault.AUTH) == (f"auth: {REASON}", ["channel_key_switched_off"])


@pytest.mark.parametrize(
    "silence",
    [
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("away"),
        httpx.ReadError("cut"),
        httpx.Response(503),
        httpx.Response(429),
    ],
    ids=["no connection in time", "no answer in time", "away", "cut", "overloaded", "throttled"],
)
async def test_a_provider_that_cannot_answer_now_has_not_refused_twice(
    maker: Sessions, choice: Choice, models: respx.Route, silence: httpx.Response | Exception
) -> None:
    """The key stays on; whoever refuses it next is asked again."""
    models.mock(side_effect=[silence])

    assert await off_reason(maker, choice, Fault.AUTH) == ("", ["channel_key_not_confirmed"])


async def test_a_key_that_is_shown_the_models_stays_on(
    maker: Sessions, choice: Choice, models: respx.Route
) -> None:
    """Its provider meant something else."""
    models.respond(json={"data": [{"id": "gpt"}]})

    assert await off_reason(maker, choice, Fault.AUTH) == ("", ["channel_key_still_works"])


async def test_a_key_without_credit_is_switched_off_although_it_is_shown_the_models(
    maker: Sessions, choice: Choice, models: respx.Route
) -> None:
    """Lists cost nothing, so they say nothing of credit."""
    models.respond(json={"data": [{"id": "gpt"}]})

    assert (await off_reason(maker, choice, Fault.BILLING))[0] == f"billing: {REASON}"
    assert not models.called


async def test_many_refusals_at_once_are_one(maker: Sessions, choice: Choice, models: respx.Route) -> None:
    """A storm asks the provider once."""
    models.respond(401)

    await off_reason(maker, choice, Fault.AUTH, times=50)

    assert models.call_count == 1
