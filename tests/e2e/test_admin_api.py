"""The admin API beside the relay, in one server: keys of one never work on the other."""

import httpx
import pytest

from tests.gateways.dialects import DIALECTS, Dialect
from tests.gateways.gateway import Gateway
from tests.gateways.world import CHAT

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
