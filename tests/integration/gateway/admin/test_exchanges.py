"""What became of requests, as the API tells it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from oblivious.billing.tables import UsageRow
from oblivious.billing.usage_rows import usage_row
from oblivious.contracts.events import INTERRUPTED, Tried
from oblivious.infra.database.sessions import writing
from tests.fakes.outcomes import paid
from tests.integration.gateway.admin.desk import ON_BOTH, Desk

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
TRACE = (
    Tried("busy", 3, "gpt-up", "full", 0, reason="requests per minute of the channel busy"),
    Tried("broken", 4, "gpt-up", "timeout", 1, 900, "a-1", 0, "no answer in time"),
    Tried("well", 5, "gpt-up", "ok", 902, 50, "a-2", shaped=("system: messages prepended",)),
)


def row(number: int, **changes: Any) -> UsageRow:
    """Return a settled exchange, one an hour from noon on."""
    columns = usage_row(paid(number + 1, 1, exchange=f"x{number}"))
    columns |= {"at": NOON + timedelta(hours=number), "card": {}, **changes}
    return UsageRow(**columns)


@ON_BOTH
class TestExchanges:
    @pytest.fixture(autouse=True)
    async def rows(self, desk: Desk) -> None:
        """Three of them: plain, with a long story, and interrupted."""
        async with writing(desk.maker) as session:
            session.add(row(0, model="gpt", channel_id=1, key_id=7, user_id=1))
            session.add(row(1, model="gpt", channel_id=2, trace=msgspec.to_builtins(TRACE)))
            session.add(row(2, model="claude", status=INTERRUPTED, request_id="mine"))

    async def ids(self, api: httpx.AsyncClient, query: dict[str, str]) -> list[str]:
        """Return the exchanges that a query finds."""
        return [one["exchange_id"] for one in (await api.get("/exchanges", params=query)).json()["items"]]

    @pytest.mark.parametrize(
        ("query", "ids"),
        [
            ({}, ["x2", "x1", "x0"]),
            ({"model": "gpt"}, ["x1", "x0"]),
            ({"status": "interrupted"}, ["x2"]),
            ({"channel_id": "2"}, ["x1"]),
            ({"model": "gpt", "channel_id": "1", "key_id": "7", "user_id": "1"}, ["x0"]),
            ({"request_id": "mine"}, ["x2"]),
            ({"since": "2026-11-27T13:00:00Z"}, ["x2", "x1"]),
            ({"until": "2026-11-27T15:00:00+02:00"}, ["x0"]),
            ({"since": "2026-11-27T13:00:00", "until": "2026-11-27T14:00:00Z"}, ["x1"]),
            ({"q": "CLAU"}, ["x2"]),
            ({"sort": "id", "limit": "1"}, ["x0"]),
        ],
        ids=str,
    )
    async def test_they_are_found_by_what_they_were(
        self, api: httpx.AsyncClient, query: dict[str, str], ids: list[str]
    ) -> None:
        """The newest first unless told otherwise; the end of a time is not in it."""
        assert await self.ids(api, query) == ids

    @pytest.mark.parametrize("moment", ["yesterday", "2026-11-27", "0001-01-01T00:00:00+14:00", "12"])
    async def test_a_time_that_is_none_is_named(self, api: httpx.AsyncClient, moment: str) -> None:
        """As a field of the query."""
        answer = await api.get("/exchanges", params={"since": moment})

        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "since")

    async def test_one_is_told_with_all_that_was_tried(self, api: httpx.AsyncClient) -> None:
        """In order, each with its reason."""
        told = (await api.get("/exchanges/x1")).json()

        assert msgspec.convert(told["trace"], tuple[Tried, ...]) == TRACE
        assert [step["outcome"] for step in told["trace"]] == ["full", "timeout", "ok"]

    async def test_a_plain_one_has_no_story(self, api: httpx.AsyncClient) -> None:
        """The first who was asked answered."""
        assert (await api.get("/exchanges/x0")).json()["trace"] == []

    @pytest.mark.parametrize("name", ["x9", "a%00b", "%F0%9F%98%80"])
    async def test_one_that_is_not_settled_is_not_there(self, api: httpx.AsyncClient, name: str) -> None:
        """Whatever it is called."""
        assert (await api.get(f"/exchanges/{name}")).status_code == 404
