"""Every change leaves who made it, and what was before."""

import httpx

from tests.integration.gateway.admin.desk import Desk

ANY = {"if-match": "*"}


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
        assert {(row["user_id"], row["key_id"]) for row in rows} == {(1, 1)}
        assert rows[-1]["request_id"] == "first"

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
