"""A channel key that its provider refuses for good is switched off, once the provider has said so twice."""

from collections.abc import AsyncIterator

import pytest
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
from tests.fakes.proxies import socks
from tests.fakes.raw_upstream import Link, answer, raw_upstream
from tests.fakes.road import FakeRoad

REASON = "Incorrect API key provided"
MODELS = answer(b'{"data":[{"id":"gpt"}]}')
REFUSED = answer(
    b'{"error":{"code":"invalid_api_key","message":"%b"}}' % REASON.encode(), status=b"401 Unauthorized"
)


class Lister:
    """A provider that says the same to whoever asks for its models.

    Attributes:
        says: the answer, as bytes; empty: it closes the connection.
        asked: how often it was asked.
    """

    def __init__(self) -> None:
        self.url = ""
        self.says = MODELS
        self.asked = 0

    async def serve(self, link: Link) -> None:
        """Answer a connection."""
        while await link.request():
            self.asked += 1
            if not self.says:
                break
            await link.push(self.says)
        await link.close()


@pytest.fixture
async def lister() -> AsyncIterator[Lister]:
    lister = Lister()
    async with raw_upstream(lister.serve) as upstream:
        lister.url = str(upstream.origin)
        yield lister


@pytest.fixture
async def choice(maker: Sessions, secrets: Secrets, lister: Lister) -> Choice:
    """The only key of the only channel, which is the lister's."""
    return await chosen(maker, secrets, lister.url)


async def chosen(maker: Sessions, secrets: Secrets, url: str, proxy: str = "") -> Choice:
    """Add a channel with one key, reached by a proxy if there is one; return both."""
    async with writing(maker) as session:
        wanted = Wanted(models=["gpt"], base_url=url, link={"proxy": proxy})
        channel = await add_channel(
            session, PROVIDERS, name="main", provider="openai", wanted=wanted, secrets=secrets
        )
        await add_channel_key(session, secrets, channel, PROVIDERS["openai"], "sk-0123456789abcdef")
        directory = await load_directory(session, secrets, PROVIDERS)
    (candidate,) = directory.candidates("gpt", "", "openai_chat")
    return Choice(candidate, candidate.keys[0])


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
    "says",
    [REFUSED, answer(status=b"404 Not Found"), answer(b"<html>")],
    ids=["refused, too", "no such list", "no list"],
)
async def test_a_key_that_is_given_no_list_of_models_is_switched_off(
    maker: Sessions, choice: Choice, lister: Lister, says: bytes
) -> None:
    """The plain refusal of the request stands."""
    lister.says = says

    assert await off_reason(maker, choice, Fault.AUTH) == (f"auth: {REASON}", ["channel_key_switched_off"])


@pytest.mark.parametrize(
    "says",
    [b"", *(answer(status=status) for status in (b"503 Busy", b"429 Slow Down", b"504 Too Late"))],
    ids=["cut", "overloaded", "throttled", "no answer in time"],
)
async def test_a_provider_that_cannot_answer_now_has_not_refused_twice(
    maker: Sessions, choice: Choice, lister: Lister, says: bytes
) -> None:
    """The key stays on; whoever refuses it next is asked again."""
    lister.says = says

    assert await off_reason(maker, choice, Fault.AUTH) == ("", ["channel_key_not_confirmed"])


async def test_a_provider_that_is_away_has_not_refused_twice(
    maker: Sessions, secrets: Secrets, unused_tcp_port: int
) -> None:
    """As little as one that is there and silent."""
    choice = await chosen(maker, secrets, f"http://127.0.0.1:{unused_tcp_port}")

    assert await off_reason(maker, choice, Fault.AUTH) == ("", ["channel_key_not_confirmed"])


async def test_a_key_that_is_shown_the_models_stays_on(maker: Sessions, choice: Choice) -> None:
    """Its provider meant something else."""
    assert await off_reason(maker, choice, Fault.AUTH) == ("", ["channel_key_still_works"])


async def test_the_provider_is_asked_as_the_channel_reaches_it(
    maker: Sessions, secrets: Secrets, lister: Lister
) -> None:
    """Here by a proxy, which alone finds the host."""
    asked: list[tuple[str, int]] = []
    async with raw_upstream(socks(asked, login=("user", "word"))) as proxy:
        url = lister.url.replace("127.0.0.1", "upstream.test")
        by = f"socks5h://user:word@127.0.0.1:{proxy.origin.port}"
        choice = await chosen(maker, secrets, url, by)

        assert await off_reason(maker, choice, Fault.AUTH) == ("", ["channel_key_still_works"])
    assert [host for host, _ in asked] == ["upstream.test"]


async def test_a_key_without_credit_is_switched_off_although_it_is_shown_the_models(
    maker: Sessions, choice: Choice, lister: Lister
) -> None:
    """Lists cost nothing, so they say nothing of credit."""
    assert (await off_reason(maker, choice, Fault.BILLING))[0] == f"billing: {REASON}"
    assert not lister.asked


async def test_many_refusals_at_once_are_one(maker: Sessions, choice: Choice, lister: Lister) -> None:
    """A storm asks the provider once."""
    lister.says = REFUSED

    await off_reason(maker, choice, Fault.AUTH, times=50)

    assert lister.asked == 1
