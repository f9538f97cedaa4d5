"""The admin API beside the relay, in one server: keys of one never work on the other."""

import asyncio
import time

import httpx
import pytest

from tests.gateways.clients import plain_client
from tests.gateways.dialects import CHAT_DIALECT, DIALECTS, Dialect
from tests.gateways.gateway import Gateway
from tests.gateways.world import CHAT, PRICED

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def admin_key(gateway: Gateway) -> str:
    key: str = gateway.installation.do("key", "create", "--name", "console", "--admin")["key"]
    return key


def bearer(key: str) -> dict[str, str]:
    """Return the header that presents a key."""
    return {"authorization": f"Bearer {key}"}


class TestKeys:
    async def test_an_admin_key_opens_the_admin_api(
        self, gateway: Gateway, http: httpx.AsyncClient, admin_key: str
    ) -> None:
        """And shows what there is."""
        answer = await http.get(f"{gateway.url}/api/v1/groups", headers=bearer(admin_key))

        assert {"default", "strict"} <= {group["name"] for group in answer.json()["items"]}

    @pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
    async def test_it_opens_nothing_else(
        self, gateway: Gateway, http: httpx.AsyncClient, admin_key: str, dialect: Dialect
    ) -> None:
        """The relay says in the client's dialect where it works."""
        url = gateway.url + dialect.path
        answer = await http.post(url, content=dialect.encoded(CHAT), headers=bearer(admin_key))

        assert answer.status_code == 401
        assert "/api/v1" in dialect.said(answer.json())["message"]

    async def test_a_key_for_the_relay_stays_outside(self, gateway: Gateway, http: httpx.AsyncClient) -> None:
        """Though it is the admin's own."""
        answer = await http.get(f"{gateway.url}/api/v1/groups", headers=bearer(gateway.key))

        assert (answer.status_code, answer.headers["content-type"]) == (403, PROBLEM)


class TestChannels:
    async def test_what_is_changed_is_live_within_a_second(
        self, gateway: Gateway, http: httpx.AsyncClient, admin_key: str
    ) -> None:
        """A channel that was added serves; one that was switched off does not; one that is on again does."""
        model = "added-by-api"
        await asyncio.to_thread(gateway.set_price, model, "0", "0")
        wish = {
            "name": model,
            "provider": "openai-compatible",
            "base_url": gateway.upstreams[0].url,
            "models": [model],
            "mapping": {model: "demo"},
            "keys": ["sk-upstream-by-api"],
        }
        async with plain_client(base_url=f"{gateway.url}/api/v1", headers=bearer(admin_key)) as api:
            made = await api.post("/channels", json=wish)
            assert made.status_code == 201, made.text
            await served(gateway, http, model, 200)
            place = f"/channels/{made.json()['id']}"
            await api.post(f"{place}/disable")
            await served(gateway, http, model, 503)
            await api.post(f"{place}/enable")
            await served(gateway, http, model, 200)
            assert (await api.delete(place, headers={"if-match": "*"})).status_code == 204
            await served(gateway, http, model, 404)


async def served(gateway: Gateway, http: httpx.AsyncClient, model: str, status: int) -> None:
    """Ask until the answer is the expected one.

    Raises:
        AssertionError: what was asked a second later was still answered in the old way.
    """
    changed = time.monotonic()
    while True:
        asked = time.monotonic()
        url = gateway.url + CHAT_DIALECT.path
        answer = await http.post(url, content=CHAT_DIALECT.encoded(model), headers=bearer(gateway.key))
        if answer.status_code == status:
            return
        assert asked - changed < 1, answer.text


class TestWhy:
    async def test_a_request_goes_where_the_api_has_said(
        self, gateway: Gateway, http: httpx.AsyncClient, admin_key: str
    ) -> None:
        """The answer names the channel to its admin, and the exchange has it when it is settled."""
        told = await http.post(
            f"{gateway.url}/api/v1/routes/explain", json={"model": PRICED}, headers=bearer(admin_key)
        )
        ways = {way["channel"]: way for tier in told.json()["stages"][0]["tiers"] for way in tier["channels"]}
        chat = DIALECTS[0]
        answer = await http.post(
            gateway.url + chat.path, content=chat.encoded(PRICED), headers=bearer(gateway.key)
        )
        exchange_id = answer.headers["x-oblivious-exchange-id"]
        await gateway.settled([exchange_id])
        found = await http.get(f"{gateway.url}/api/v1/exchanges/{exchange_id}", headers=bearer(admin_key))

        assert told.json()["refused"] is None
        served = ways[answer.headers["x-oblivious-channel"]]
        assert served["channel_id"] == found.json()["channel_id"]
        assert found.json()["channel_key_id"] in [key["id"] for key in served["keys"]]


class TestPaths:
    @pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/groups/1/more"])
    async def test_what_is_not_there_is_a_problem(
        self, gateway: Gateway, http: httpx.AsyncClient, path: str
    ) -> None:
        """The relay does not answer below /api/v1."""
        answer = await http.get(gateway.url + path)

        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)

    @pytest.mark.parametrize("path", ["/api/hello", "/api/v2", "/healthz/more", "/v1/api/v1/groups"])
    async def test_its_neighbours_are_answered_as_before(
        self, gateway: Gateway, http: httpx.AsyncClient, path: str
    ) -> None:
        """Greetings and wrong turns of the relay's clients."""
        answer = await http.get(gateway.url + path)

        assert answer.headers["content-type"] == ("application/json" if "healthz" not in path else PROBLEM)

    async def test_the_description_and_its_page_are_there(
        self, gateway: Gateway, http: httpx.AsyncClient
    ) -> None:
        """For programs and for people."""
        described = (await http.get(f"{gateway.url}/openapi.json")).json()
        page = await http.get(f"{gateway.url}/docs")

        assert "/api/v1/groups" in described["paths"]
        assert page.headers["content-type"].startswith("text/html")
