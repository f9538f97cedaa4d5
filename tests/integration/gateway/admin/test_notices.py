import httpx
import pytest

from oblivious.channels.tables import Notice
from oblivious.infra.database.sessions import writing
from tests.integration.gateway.admin.desk import Desk


class TestNotices:
    @pytest.fixture(autouse=True)
    async def notices(self, desk: Desk) -> None:
        """A key that was switched off, and a drain that has ended."""
        async with writing(desk.maker) as session:
            session.add(Notice(kind="key_off", subject="k1", message="the key sk-1 was switched off"))
            session.add(Notice(kind="drained", subject="c2", message="b is drained and off"))

    async def test_the_newest_comes_first(self, api: httpx.AsyncClient) -> None:
        """Each with whom it concerns."""
        found = (await api.get("/notices")).json()["items"]

        assert [(one["kind"], one["subject"]) for one in found] == [("drained", "c2"), ("key_off", "k1")]

    async def test_what_was_seen_can_be_left_out(self, api: httpx.AsyncClient) -> None:
        """Said once or twice, it stays seen; the audit has who said so."""
        seen = await api.post("/notices/1/seen")
        again = await api.post("/notices/1/seen")
        left = (await api.get("/notices", params={"seen": "false"})).json()["items"]

        assert seen.json()["seen"]
        assert again.json() == seen.json()
        assert [one["id"] for one in left] == [2]
        assert (await api.get("/audit")).json()["items"][0]["action"] == "see"

    async def test_there_is_nothing_to_see_where_there_is_no_notice(self, api: httpx.AsyncClient) -> None:
        """It is told so."""
        assert (await api.post("/notices/9/seen")).status_code == 404
