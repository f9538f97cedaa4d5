"""Every change leaves who made it, and what was before."""

import httpx

from oblivious.identity.admins import Actor
from oblivious.identity.audit import COMMAND_LINE, note_change
from oblivious.infra.database.sessions import writing
from tests.integration.gateway.admin.desk import ADMIN_EMAIL, ON_BOTH, Desk

ANY = {"if-match": "*"}


@ON_BOTH
class TestAudit:
    async def test_every_change_is_there_the_newest_first(self, api: httpx.AsyncClient) -> None:
        """With what it was before and what it is after."""
        made = (await api.post("/groups", json={"name": "gold"}, headers={"x-request-id": "first"})).json()
        place = f"/groups/{made['id']}"
        edited = (await api.patch(place, json={"ratio": "2"}, headers=ANY)).json()
        await api.delete(place, headers=ANY)

        rows = (await api.get("/audit", params={"kind": "group", "name": "gold"})).json()["items"]
        assert [(row["action"], row["before"], row["after"]) for row in rows] == [
            ("delete", edited, None),
            ("edit", made, edited),
            ("create", None, made),
        ]
        assert {(row["user"], row["user_id"], row["key_id"]) for row in rows} == {(ADMIN_EMAIL, 1, 1)}
        assert rows[-1]["request_id"] == "first"

    async def test_the_command_line_is_named_and_so_is_who_is_gone(
        self, desk: Desk, api: httpx.AsyncClient
    ) -> None:
        """The one by its name, the other by nothing."""
        async with writing(desk.maker) as session:
            for actor in (COMMAND_LINE, Actor(user_id=99, email="gone", key_id=9)):
                await note_change(session, actor, "edit", "group", "gold", before=None, after={})

        rows = (await api.get("/audit", params={"sort": "id"})).json()["items"]
        assert [(row["user"], row["user_id"]) for row in rows] == [("command line", 0), ("", 99)]

    async def test_what_was_refused_leaves_nothing(self, api: httpx.AsyncClient) -> None:
        """A change that was not made is none."""
        await api.post("/groups", json={"name": "default"})
        await api.patch("/groups/1", json={"ratio": "2"})
        await api.delete("/groups/1", headers=ANY)

        assert (await api.get("/audit")).json()["total"] == 0

    async def test_it_can_be_searched(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """By what was done, by whom, and by the request."""
        for name in ("one", "two"):
            await api.post("/groups", json={"name": name}, headers={"x-request-id": f"r-{name}"})

        for query in (
            {"request_id": "r-two"},
            {"q": "tw"},
            {"action": "create", "user_id": "1", "name": "two"},
        ):
            found = (await api.get("/audit", params=query)).json()
            assert [row["name"] for row in found["items"]] == ["two"]
        assert (await api.get("/audit", params={"user_id": "2"})).json()["total"] == 0
