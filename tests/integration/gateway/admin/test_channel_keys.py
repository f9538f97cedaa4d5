"""Keys of channels by the API."""

from typing import Any

import httpx
import pytest

from oblivious.channels.catalogue import put_pool
from oblivious.channels.keys import get_channel_key, switch_off_key
from oblivious.infra.database.sessions import reading, writing
from tests.integration.gateway.admin.desk import Desk

ANY = {"if-match": "*"}
SECRET = "sk-provider-0123456789abcdef"
KEYS = "/channels/1/keys"


@pytest.fixture(autouse=True)
async def channels(api: httpx.AsyncClient) -> None:
    """Two channels; the first has a key."""
    for name in ("one", "two"):
        wish = {"name": name, "provider": "openai", "models": ["m"], "keys": [SECRET + name]}
        assert (await api.post("/channels", json=wish)).status_code == 201


class TestKeys:
    async def test_one_more_is_shown_by_a_hint(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """With what was said of it; the secret is sealed."""
        async with writing(desk.maker) as session:
            await put_pool(session, "shared", {"rpm": 5})
        wish = {"name": "spare", "pool": "shared", "mapping": {"m": "n"}, "limits": {"tpm": 9}}
        made = (await api.post(KEYS, json={"secret": SECRET, **wish})).json()

        assert made.items() >= {**wish, "state": "on", "hint": "sk-p...cdef", "off_reason": ""}.items()
        async with reading(desk.maker) as session:
            stored = await get_channel_key(session, made["id"])
        assert desk.secrets.decrypt(stored.secret) == SECRET

    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            ({}, "secret"),
            ({"secret": ""}, "secret"),
            ({"secret": "a b"}, "secret"),
            ({"secret": SECRET, "pool": "nobody's"}, "pool"),
            ({"secret": SECRET, "limits": {"rpm": -1}}, "limits.rpm"),
            ({"secret": SECRET, "mapping": {"m": ""}}, "mapping"),
            ({"secret": SECRET, "mapping": {"a": "b", "b": "a"}}, "mapping"),
            ({"secret": SECRET, "hint": "x"}, "hint"),
        ],
        ids=str,
    )
    async def test_a_bad_value_is_named_and_nothing_is_saved(
        self, api: httpx.AsyncClient, wish: dict[str, Any], field: str
    ) -> None:
        """There is one key as before."""
        answer = await api.post(KEYS, json=wish)

        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])
        assert (await api.get(KEYS)).json()["total"] == 1

    async def test_what_is_given_changes(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """Another secret gives another hint, and a key that was refused is on again."""
        async with writing(desk.maker) as session:
            await switch_off_key(session, 1, "invalid_api_key")
        was = await api.get(f"{KEYS}/1")
        assert (was.json()["state"], was.json()["off_reason"]) == ("refused", "invalid_api_key")

        headers = {"if-match": was.headers["etag"]}
        now = (await api.patch(f"{KEYS}/1", json={"secret": "sk-new-0123456789wxyz"}, headers=headers)).json()
        assert (now["state"], now["hint"], now["off_at"]) == ("on", "sk-n...wxyz", None)

    async def test_it_goes_off_and_on(self, api: httpx.AsyncClient) -> None:
        """And can be found by that."""
        assert (await api.post(f"{KEYS}/1/disable")).json()["state"] == "off"
        assert (await api.get(KEYS, params={"state": "off"})).json()["total"] == 1
        assert (await api.post(f"{KEYS}/1/enable")).json()["state"] == "on"
        assert (await api.get(KEYS, params={"state": "off"})).json()["total"] == 0

    @pytest.mark.parametrize(
        ("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/disable")]
    )
    async def test_a_key_belongs_to_its_channel(self, api: httpx.AsyncClient, method: str, path: str) -> None:
        """By the path of another one it is not there."""
        body = b"{}" if method == "PATCH" else b""
        answer = await api.request(method, f"{KEYS}/2{path}", headers=ANY, content=body)

        assert answer.status_code == 404
        assert (await api.get("/channels/2/keys/2")).json()["state"] == "on"

    async def test_a_key_that_is_deleted_is_gone(self, api: httpx.AsyncClient) -> None:
        """Only with a tag."""
        assert (await api.delete(f"{KEYS}/1")).status_code == 428
        assert (await api.delete(f"{KEYS}/1", headers=ANY)).status_code == 204
        assert (await api.get(f"{KEYS}/1")).status_code == 404
