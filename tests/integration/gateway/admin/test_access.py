"""Who gets in, and what a request that goes wrong is told."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from oblivious.identity.api_keys import disable_api_key
from oblivious.identity.tables import User
from oblivious.identity.users import disable_user
from oblivious.infra.crypto import make_api_key
from oblivious.infra.database.sessions import writing
from tests.integration.gateway.admin.desk import ADMIN_EMAIL, Desk, described

PROBLEM = "application/problem+json"
OPERATIONS = [
    (method, path, operation)
    for path, item in described()["paths"].items()
    if path.startswith("/api/v1/")
    for method, operation in item.items()
]
"""Method, path and description of every route."""


async def asked_with(api: httpx.AsyncClient, key: str) -> httpx.Response:
    """Ask with another key."""
    return await api.get("/groups", headers={"authorization": f"Bearer {key}"})


class TestKeys:
    @pytest.mark.parametrize(
        ("method", "path"),
        [pytest.param(method, path, id=f"{method} {path}") for method, path, _ in OPERATIONS],
    )
    async def test_no_route_is_open(self, api: httpx.AsyncClient, method: str, path: str) -> None:
        """Whatever else is wrong with the request."""
        place = re.sub(r"{\w+}", "1", path)
        answer = await api.request(method, f"http://gateway.test{place}", headers={"authorization": ""})

        assert answer.status_code == 401

    @pytest.mark.parametrize(
        ("header", "status"),
        [
            pytest.param("", 401, id="none"),
            pytest.param("Basic c2stYTpi", 401, id="another scheme"),
            pytest.param(f"Bearer {make_api_key()}", 401, id="unknown"),
            pytest.param("Bearer " + "sk-" * 1000, 401, id="too long"),
        ],
    )
    async def test_nobody_gets_in_without_one(self, api: httpx.AsyncClient, header: str, status: int) -> None:
        """And is told by the book how to present one."""
        answer = await api.get("/groups", headers={"authorization": header})

        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("whose", ["relay", "member"])
    async def test_a_key_for_the_relay_is_for_the_relay(
        self, desk: Desk, api: httpx.AsyncClient, whose: str
    ) -> None:
        """Though its user is an admin."""
        assert (await asked_with(api, desk.keys[whose])).status_code == 403

    async def test_what_is_switched_off_is_refused_at_once(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """The key, or the user."""
        assert (await api.get("/groups")).status_code == 200
        async with writing(desk.maker) as session:
            await disable_api_key(session, 1)
        assert (await api.get("/groups")).status_code == 401

    async def test_with_the_user_go_the_keys(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """All of them."""
        async with writing(desk.maker) as session:
            await disable_user(session, ADMIN_EMAIL)
        assert (await api.get("/groups")).status_code == 401

    async def test_who_is_no_admin_any_more_stays_outside(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """The key alone opens nothing."""
        async with writing(desk.maker) as session:
            user = await session.get(User, 1)
            assert user is not None
            user.role = "member"
        assert (await api.get("/groups")).status_code == 403


class TestProblems:
    @pytest.mark.parametrize(
        ("method", "path", "options", "status"),
        [
            ("GET", "/nothing/here", {}, 404),
            ("GET", "/groups/99", {}, 404),
            ("GET", "/groups/x", {}, 404),
            ("GET", "/providers/nobody", {}, 404),
            ("PUT", "/groups", {}, 405),
            ("GET", "/groups/0", {}, 400),
            ("GET", "/groups/9007199254740992", {}, 400),
            ("GET", "/groups?colour=red", {}, 400),
            ("GET", "/audit?name=a%00b", {}, 400),
            ("POST", "/groups", {"content": b'{"name"'}, 400),
            ("POST", "/groups", {"content": b'{"name": "\xff"}'}, 400),
            ("POST", "/groups", {"content": b""}, 400),
            ("POST", "/groups", {"content": b" " * (1024 * 1024 + 1)}, 413),
            ("POST", "/groups", {"content": b"name=gold", "headers": {"content-type": "text/plain"}}, 415),
        ],
    )
    async def test_each_has_one_shape(
        self, api: httpx.AsyncClient, method: str, path: str, options: dict[str, Any], status: int
    ) -> None:
        """Status, title, sentence, and the id that the log has it under."""
        answer = await api.request(method, path, **options)

        told = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
        assert told.keys() == {"type", "title", "status", "detail", "errors", "request_id"}
        assert told["status"] == status
        assert told["detail"]
        assert answer.headers["x-request-id"] == told["request_id"]

    async def test_the_clients_own_id_names_the_request(self, api: httpx.AsyncClient) -> None:
        """If it is well-formed, in good answers and in bad ones."""
        for path in ("/groups", "/groups/99"):
            answer = await api.get(path, headers={"x-request-id": "mine-1"})
            assert answer.headers.get_list("x-request-id") == ["mine-1"]

    async def test_a_fault_of_ours_shows_no_insides(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """Neither the statement nor the table."""
        async with writing(desk.maker) as session:
            await session.execute(text("ALTER TABLE audit_rows RENAME TO hidden"))
        answer = await api.get("/audit")

        assert answer.status_code == 503
        assert "audit_rows" not in answer.text


class TestDescription:
    async def test_every_route_says_who_gets_in_and_what_may_go_wrong(self, api: httpx.AsyncClient) -> None:
        """Each operation below /api/v1 has the scheme and the problems that any route can give."""
        shown = (await api.get("http://gateway.test/openapi.json")).json()
        assert shown["openapi"].startswith("3.1")
        for _, _, operation in OPERATIONS:
            assert operation["security"] == [{"adminKey": []}]
            problems = {
                status
                for status, answer in operation["responses"].items()
                if PROBLEM in answer.get("content", {})
            }
            assert {"401", "403", "500", "503"} <= problems
