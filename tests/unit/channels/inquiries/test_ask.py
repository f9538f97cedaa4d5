"""Asking providers, over HTTP that is played."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal

import httpx
import pytest
import respx

from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.base_urls import served_at
from oblivious.channels.inquiries.ask import ask_balance, list_models
from oblivious.channels.inquiries.inquiry import Balance
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.errors import BadCredential, BrokeOff, Garbled, TimedOut, Unreachable

SECRET = "a-key-of-no-known-shape"
MODELS = "https://api.openai.com/v1/models"
CLAUDES = "https://api.anthropic.com/v1/models"
FUNDS = "https://api.moonshot.cn/v1/users/me/balance"
MIB = 1024 * 1024


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(follow_redirects=True, trust_env=False) as client:
        yield client


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


async def models_of(client: httpx.AsyncClient, name: str = "openai") -> tuple[str, ...]:
    provider = PROVIDERS[name]
    return (await list_models(client, provider, served_at(provider, {}), SECRET, seconds=5)).names


async def balance_of(client: httpx.AsyncClient, name: str) -> Balance | None:
    provider = PROVIDERS[name]
    return await ask_balance(client, provider, served_at(provider, {}), SECRET, seconds=5)


class TestListModels:
    async def test_names_come_once(self, client: httpx.AsyncClient, web: respx.MockRouter) -> None:
        """With the key of the channel, in the provider's order."""
        route = web.get(MODELS).respond(json={"data": [{"id": "b"}, {"id": "a"}, {"id": "b"}]})

        assert await models_of(client) == ("b", "a")
        assert route.calls.last.request.headers["authorization"] == f"Bearer {SECRET}"
        assert route.calls.last.request.headers["accept-encoding"] == "identity"

    async def test_all_pages_are_asked_for(self, client: httpx.AsyncClient, web: respx.MockRouter) -> None:
        """Each behind the last model of the one before."""
        web.get(CLAUDES, params={"after_id": "b"}).respond(json={"data": [{"id": "c"}], "has_more": False})
        web.get(CLAUDES).respond(json={"data": [{"id": "a"}, {"id": "b"}], "has_more": True, "last_id": "b"})

        assert await models_of(client, "anthropic") == ("a", "b", "c")

    async def test_a_server_that_takes_no_notice_of_pages_is_asked_twice(
        self, client: httpx.AsyncClient, web: respx.MockRouter
    ) -> None:
        """A page that brings nothing new is the last one."""
        route = web.get(CLAUDES).respond(json={"data": [{"id": "a"}], "has_more": True, "last_id": "a"})

        assert await models_of(client, "anthropic") == ("a",)
        assert route.call_count == 2

    async def test_a_list_without_an_end_is_given_up(
        self, client: httpx.AsyncClient, web: respx.MockRouter
    ) -> None:
        """What is kept of it is bounded."""

        def more(request: httpx.Request) -> httpx.Response:
            name = request.url.params.get("after_id", "") + "a"
            return httpx.Response(200, json={"data": [{"id": name}], "has_more": True, "last_id": name})

        route = web.get(CLAUDES).mock(side_effect=more)
        with pytest.raises(Garbled, match="more than 20 pages"):
            await models_of(client, "anthropic")

        assert route.call_count == 20

    async def test_a_redirect_is_not_followed(self, client: httpx.AsyncClient, web: respx.MockRouter) -> None:
        """The key would go along, to wherever it leads."""
        web.get(MODELS).respond(302, headers={"location": "https://elsewhere.test/models"})
        other = web.get("https://elsewhere.test/models").respond(json={"data": []})
        with pytest.raises(Garbled):
            await models_of(client)

        assert not other.called

    @pytest.mark.parametrize(
        ("answer", "leaf"),
        [
            (httpx.Response(200, text="<html>"), Garbled),
            (httpx.Response(200, json={"data": [], "x": "x" * 5 * MIB}), Garbled),
            (
                httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"x")),
                Garbled,
            ),
            (httpx.Response(401, json={"error": {"message": f"bad key {SECRET}"}}), BadCredential),
            (httpx.Response(500, content=b"x" * 5 * MIB), Garbled),
            (httpx.ConnectError(f"no {SECRET}"), Unreachable),
            (httpx.ReadTimeout(f"no {SECRET}"), TimedOut),
            (httpx.ReadError(f"no {SECRET}"), BrokeOff),
        ],
        ids=["a page", "too large", "packed", "bad key", "large error", "no way", "too slow", "broke off"],
    )
    async def test_what_goes_wrong_has_a_leaf_and_tells_no_key(
        self,
        client: httpx.AsyncClient,
        web: respx.MockRouter,
        answer: httpx.Response | Exception,
        leaf: type[Exception],
    ) -> None:
        """Not even in what is printed of the error's causes."""
        web.get(MODELS).mock(
            **({"return_value": answer} if isinstance(answer, httpx.Response) else {"side_effect": answer})
        )
        with pytest.raises(leaf) as failure:
            await models_of(client)

        assert SECRET not in str(failure.value)
        assert failure.value.__cause__ is None
        assert failure.value.__suppress_context__ or failure.value.__context__ is None

    async def test_all_pages_share_one_deadline(
        self, client: httpx.AsyncClient, web: respx.MockRouter
    ) -> None:
        """Nobody waits for a server that hangs."""

        async def hang(_: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

        web.get(MODELS).mock(side_effect=hang)
        provider = PROVIDERS["openai"]
        with pytest.raises(TimedOut, match=r"within 0\.05 seconds"):
            await list_models(client, provider, served_at(provider, {}), SECRET, seconds=0.05)

    @pytest.mark.parametrize("name", ["bedrock", "vertex", "azure"])
    async def test_who_has_no_list_is_not_asked(
        self, client: httpx.AsyncClient, web: respx.MockRouter, name: str
    ) -> None:
        """The refusal says why."""
        with pytest.raises(ChangeRefused, match="cannot be asked"):
            await models_of(client, name)

        assert not web.calls


class TestAskBalance:
    @pytest.mark.parametrize(("amount", "told"), [("3.5", "3.5"), ("0", "0"), ("-2", "-2")])
    async def test_a_balance_is_told(
        self, client: httpx.AsyncClient, web: respx.MockRouter, amount: str, told: str
    ) -> None:
        """Whatever it is; the site says in which currency."""
        web.get(FUNDS).respond(text=f'{{"code":0,"data":{{"available_balance":{amount}}}}}')
        balance = await balance_of(client, "moonshot-cn")

        assert balance is not None
        assert (balance.amount, balance.currency) == (Decimal(told), "CNY")

    async def test_a_currency_in_the_answer_counts(
        self, client: httpx.AsyncClient, web: respx.MockRouter
    ) -> None:
        """DeepSeek's account chooses it."""
        web.get("https://api.deepseek.com/user/balance").respond(
            json={"balance_infos": [{"currency": "USD", "total_balance": "1"}]}
        )
        balance = await balance_of(client, "deepseek")

        assert balance is not None
        assert balance.currency == "USD"

    async def test_a_key_without_a_limit_has_no_balance(
        self, client: httpx.AsyncClient, web: respx.MockRouter
    ) -> None:
        """That is not 0."""
        web.get("https://openrouter.ai/api/v1/key").respond(json={"data": {"limit_remaining": None}})

        assert await balance_of(client, "openrouter") is None

    async def test_who_does_not_tell_is_not_asked(
        self, client: httpx.AsyncClient, web: respx.MockRouter
    ) -> None:
        """OpenAI's answer would be an error in any case."""
        assert await balance_of(client, "openai") is None
        assert not web.calls

    async def test_a_refusal_is_an_error(self, client: httpx.AsyncClient, web: respx.MockRouter) -> None:
        """It is never a balance of 0."""
        web.get(FUNDS).respond(401, json={"error": {"message": "Invalid Authentication"}})
        with pytest.raises(BadCredential):
            await balance_of(client, "moonshot-cn")
