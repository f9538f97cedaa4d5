"""Channels whose keys are service accounts: what goes up is a token, and where it ends another one."""

import msgspec
import pytest

from oblivious.adapters.dialects.openai_chat.endpoints import CHAT
from oblivious.channels.candidate import Candidate
from oblivious.channels.credentials import Credentials
from oblivious.contracts.events import Attempt
from oblivious.infra.google import TokenRefused
from tests.fakes.clients import FakeClient
from tests.fakes.google import FakeGoogle
from tests.fakes.road import FakeRoad, channel, chat
from tests.fakes.service_accounts import PROJECT, key_file
from tests.fakes.upstreams import whole
from tests.unit.gateway.road.answers import ANSWER, refused

BASE = "https://aiplatform.test/v1/projects/{project}/locations/global"


def vertex(number: int, priority: int = 5) -> Candidate:
    plain = channel(number, provider="vertex", priority=priority)
    keys = tuple(msgspec.structs.replace(key, secret=key_file()) for key in plain.keys)
    return msgspec.structs.replace(plain, base_url=BASE, upstream_model="meta/llama", keys=keys)


@pytest.fixture
def google() -> FakeGoogle:
    return FakeGoogle()


def road(google: FakeGoogle, *candidates: Candidate) -> FakeRoad:
    fake = FakeRoad(*candidates)
    fake.road.credentials = Credentials(google.ask, lambda: google.now)
    return fake


async def test_the_token_goes_up_to_the_accounts_own_project(google: FakeGoogle) -> None:
    """And nothing of the key file does."""
    fake = road(google, vertex(1)).plays(whole(ANSWER))
    client = FakeClient(chat())

    await fake.asked_by(client, CHAT)

    (sent,) = fake.asked
    assert client.status == 200
    assert sent.secret == "token-1"
    place = f"/v1/projects/{PROJECT}/locations/global/endpoints/openapi/chat/completions"
    assert sent.head.startswith(f"POST {place} HTTP/1.1\r\n".encode())
    assert b"private_key" not in sent.head + sent.body


async def test_a_token_that_is_revoked_is_replaced_at_once(google: FakeGoogle) -> None:
    """The client does not notice; the journal has both attempts."""
    fake = road(google, vertex(1)).plays(whole(ANSWER), refused(401), whole(ANSWER))
    await fake.asked_by(FakeClient(chat()), CHAT)
    google.now += 60
    client = FakeClient(chat())

    await fake.asked_by(client, CHAT)

    assert client.status == 200
    assert [sent.secret for sent in fake.asked] == ["token-1", "token-1", "token-2"]
    assert len(fake.journal.of(Attempt)) == 3


@pytest.mark.parametrize("status", [401, 403])
async def test_a_fresh_token_that_is_refused_lets_the_next_channel_step_in(
    google: FakeGoogle, status: int
) -> None:
    """Another token of the same account would fare no better."""
    fake = road(google, vertex(1), channel(2, priority=1)).plays(refused(status), whole(ANSWER))
    client = FakeClient(chat())

    await fake.asked_by(client, CHAT)

    assert client.status == 200
    assert [sent.secret for sent in fake.asked] == ["token-1", "key-2-0"]


async def test_an_account_without_a_token_lets_the_next_channel_step_in(google: FakeGoogle) -> None:
    """It was not asked, so the journal knows nothing of an attempt there."""
    google.fault = TokenRefused("Google gives the service account no token: invalid_grant")
    fake = road(google, vertex(1), channel(2, priority=1)).plays(whole(ANSWER))
    client = FakeClient(chat())

    await fake.asked_by(client, CHAT)

    assert client.status == 200
    assert [attempt.channel_id for attempt in fake.journal.of(Attempt)] == [2]


async def test_where_nobody_steps_in_the_client_is_told_of_no_account(google: FakeGoogle) -> None:
    """What is wrong is an operator's affair."""
    google.fault = TokenRefused("Google gives the service account no token: invalid_grant")
    fake = road(google, vertex(1))
    client = FakeClient(chat())

    await fake.asked_by(client, CHAT)

    assert client.status == 502
    assert b"gserviceaccount" not in client.body
    assert await fake.leftovers() == []
