import asyncio

import msgspec
import pytest

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.candidate import Candidate, Key
from oblivious.channels.credentials import Credentials
from oblivious.contracts.errors import BadCredential, Unreachable, UpstreamError
from oblivious.infra.google import NoToken, TokenRefused, TokenUnreachable
from tests.fakes.candidates import candidate
from tests.fakes.google import FakeGoogle
from tests.fakes.service_accounts import PROJECT, key_file

HOME = "https://aiplatform.test/v1/projects/{project}/locations/global"


@pytest.fixture
def google() -> FakeGoogle:
    return FakeGoogle()


@pytest.fixture
def credentials(google: FakeGoogle) -> Credentials:
    return Credentials(google.ask, lambda: google.now)


def vertex(base_url: str = HOME) -> Candidate:
    plain = candidate(1)
    return msgspec.structs.replace(plain, provider=PROVIDERS["vertex"], dialect="gemini", base_url=base_url)


KEY = Key(1, key_file())


async def token(credentials: Credentials, key: Key = KEY) -> str:
    return (await credentials.presented(vertex(), key))[1].secret


async def settled() -> None:
    """Let what goes on in the background come to its end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others)


class TestPresented:
    async def test_a_token_goes_up_and_the_project_is_filled_in(self, credentials: Credentials) -> None:
        """The key keeps its number, by which it is known everywhere."""
        where, key = await credentials.presented(vertex(), KEY)

        assert where.base_url == f"https://aiplatform.test/v1/projects/{PROJECT}/locations/global"
        assert (key.id, key.secret) == (1, "token-1")

    async def test_an_address_that_names_its_project_stays(self, credentials: Credentials) -> None:
        """An operator may send a service account to another project."""
        own = "https://eu-aiplatform.test/v1/projects/other/locations/eu"

        assert (await credentials.presented(vertex(own), KEY))[0].base_url == own

    async def test_a_ready_token_is_presented_as_it_is(
        self, credentials: Credentials, google: FakeGoogle
    ) -> None:
        """Where the address names its project; else nobody would know it."""
        ready = Key(2, "ya29.ready")
        own = vertex("https://aiplatform.test/v1/projects/p/locations/global")

        assert await credentials.presented(own, ready) == (own, ready)
        with pytest.raises(BadCredential, match="project"):
            await credentials.presented(vertex(), ready)
        assert google.asked == 0

    async def test_who_comes_together_waits_for_one_answer(
        self, credentials: Credentials, google: FakeGoogle
    ) -> None:
        """And one of them that leaves takes nothing from the others."""
        google.open.clear()
        waiting = [asyncio.create_task(token(credentials)) for _ in range(5)]
        await asyncio.sleep(0)
        waiting.pop().cancel()
        google.open.set()

        assert await asyncio.gather(*waiting) == ["token-1"] * 4
        assert google.asked == 1

    async def test_each_key_has_its_own(self, credentials: Credentials) -> None:
        """Also one that took the number of another that was removed."""
        other = Key(1, key_file(client_email="other@example.test"))

        assert [await token(credentials), await token(credentials, Key(2, KEY.secret))] == [
            "token-1",
            "token-2",
        ]
        assert await token(credentials, other) == "token-3"


class TestAhead:
    async def test_a_token_serves_while_the_next_one_is_asked_for(
        self, credentials: Credentials, google: FakeGoogle
    ) -> None:
        """Nobody waits for it."""
        assert await token(credentials) == "token-1"
        google.now += 3400
        google.open.clear()
        assert await token(credentials) == "token-1"
        google.open.set()
        await settled()

        assert await token(credentials) == "token-2"

    async def test_one_that_ends_within_seconds_is_not_presented(
        self, credentials: Credentials, google: FakeGoogle
    ) -> None:
        """It could end on its way."""
        await token(credentials)
        google.now += 3595

        assert await token(credentials) == "token-2"

    async def test_one_that_cannot_be_had_anew_serves_to_its_end(
        self, credentials: Credentials, google: FakeGoogle
    ) -> None:
        """Google is asked again only now and then."""
        await token(credentials)
        google.fault = TokenUnreachable("not now")
        google.now += 3400
        for _ in range(3):
            assert await token(credentials) == "token-1"
            await settled()
        google.now += 150
        assert await token(credentials) == "token-1"
        await settled()
        assert google.asked == 3
        google.now += 3600

        with pytest.raises(Unreachable, match="not now"):
            await token(credentials)


class TestFailures:
    @pytest.mark.parametrize(
        ("fault", "leaf"),
        [(TokenRefused("no"), BadCredential), (TokenUnreachable("no"), Unreachable)],
        ids=["refused", "unreachable"],
    )
    async def test_a_failure_lets_others_step_in(
        self, credentials: Credentials, google: FakeGoogle, fault: NoToken, leaf: type[UpstreamError]
    ) -> None:
        """It is remembered for a while, and forgotten then."""
        google.fault = fault
        for _ in range(3):
            with pytest.raises(leaf, match="no"):
                await token(credentials)
        assert google.asked == 1
        google.fault = None
        google.now += 10

        assert await token(credentials) == "token-2"

    async def test_a_key_file_that_is_none_is_a_bad_key(self, credentials: Credentials) -> None:
        """It was put into the database by somebody else."""
        with pytest.raises(BadCredential, match="no JSON"):
            await token(credentials, Key(1, "{"))

    async def test_a_token_that_lasts_for_no_time_is_none(
        self, credentials: Credentials, google: FakeGoogle
    ) -> None:
        """It could only be refused."""
        google.lasts_s = 0
        with pytest.raises(Unreachable):
            await token(credentials)


class TestForget:
    async def test_a_refused_token_is_replaced_once(
        self, credentials: Credentials, google: FakeGoogle
    ) -> None:
        """A fresh one that is refused would be refused again."""
        assert not credentials.forget(KEY)
        await token(credentials)
        assert not credentials.forget(KEY)
        google.now += 60

        assert credentials.forget(KEY)
        assert await token(credentials) == "token-2"
        assert not credentials.forget(KEY)
