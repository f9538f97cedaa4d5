"""Groups by the API: what is seen, what is changed, and what stays as it is."""

import asyncio
from typing import Any

import httpx
import pytest

from oblivious.channels.tables import Channel
from oblivious.identity.groups import get_group
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import reading, writing
from tests.integration.gateway.admin.desk import ON_BOTH, Desk

ANY = {"if-match": "*"}
GOLD = {"name": "gold", "policy": "strict", "ratio": "0.5", "calls_per_choice": True, "strategy": "latency"}


async def revision(desk: Desk) -> int:
    """Return how often groups have changed."""
    async with reading(desk.maker) as session:
        return (await read_revisions(session))[Topic.GROUPS]


class TestAdd:
    async def test_a_group_is_there_as_it_was_asked_for(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """At the place that the answer names, under the tag that it gave."""
        before = await revision(desk)
        made = await api.post("/groups", json=GOLD)
        found = await api.get(f"http://gateway.test{made.headers['location']}")

        assert made.status_code == 201
        assert found.json() == made.json()
        assert found.json().items() >= GOLD.items()
        assert found.headers["etag"] == made.headers["etag"]
        assert await revision(desk) == before + 1

    @pytest.mark.parametrize(
        ("wish", "field", "status"),
        [
            pytest.param({"name": "default"}, "name", 409, id="a name that is taken"),
            pytest.param({"name": " "}, "name", 400, id="no name"),
            pytest.param({"name": "a\x00b"}, "name", 400, id="a name that no database takes"),
            pytest.param({"name": "x" * 101}, "name", 400, id="a long name"),
            pytest.param({"name": 3}, "name", 400, id="a number for a name"),
            pytest.param({}, "name", 400, id="nothing"),
            pytest.param({"name": "g", "policy": "generous"}, "policy", 400, id="an unknown policy"),
            pytest.param({"name": "g", "ratio": "1e999999"}, "ratio", 400, id="a ratio without bounds"),
            pytest.param({"name": "g", "ratio": 1.5}, "ratio", 400, id="a ratio that is no text"),
            pytest.param({"name": "g", "strategy": "luck"}, "strategy", 400, id="an unknown strategy"),
            pytest.param({"name": "g", "colour": "red"}, "colour", 400, id="an unknown member"),
        ],
    )
    async def test_a_bad_value_is_named_and_nothing_is_saved(
        self, desk: Desk, api: httpx.AsyncClient, wish: dict[str, Any], field: str, status: int
    ) -> None:
        """Neither the group nor a trace of it."""
        before = (await api.get("/groups")).json(), await revision(desk)
        answer = await api.post("/groups", json=wish)

        assert answer.status_code == status
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert ((await api.get("/groups")).json(), await revision(desk)) == before
        assert (await api.get("/audit")).json()["total"] == 0


class TestChange:
    async def test_only_what_is_given_changes(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """Under the tag that was read."""
        was = await api.get("/groups/1")
        before = await revision(desk)
        changed = await api.patch("/groups/1", json={"ratio": "2"}, headers={"if-match": was.headers["etag"]})

        assert changed.json() == was.json() | {"ratio": "2"}
        assert changed.headers["etag"] != was.headers["etag"]
        assert await revision(desk) == before + 1
        async with reading(desk.maker) as session:
            assert (await get_group(session, "default")).ratio == "2"

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            pytest.param({}, 428, id="without a tag"),
            pytest.param({"if-match": '"old"'}, 412, id="with an old tag"),
        ],
    )
    @pytest.mark.parametrize(("method", "body"), [("PATCH", b'{"ratio": "2"}'), ("DELETE", b"")])
    async def test_nobody_overwrites_what_nobody_has_seen(
        self, api: httpx.AsyncClient, headers: dict[str, str], status: int, method: str, body: bytes
    ) -> None:
        """Nothing is changed or deleted."""
        was = (await api.get("/groups/1")).json()
        answer = await api.request(method, "/groups/1", content=body, headers=headers)

        assert answer.status_code == status
        assert (await api.get("/groups/1")).json() == was


@ON_BOTH
class TestRaces:
    async def test_of_those_who_have_seen_the_same_one_wins(self, api: httpx.AsyncClient) -> None:
        """The others are told to look again."""
        tag = {"if-match": (await api.get("/groups/1")).headers["etag"]}
        answers = await asyncio.gather(
            *(api.patch("/groups/1", json={"ratio": f"1.{number}"}, headers=tag) for number in range(1, 6))
        )

        assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
        assert (await api.get("/audit")).json()["total"] == 1

    async def test_of_those_who_want_the_same_name_one_gets_it(self, api: httpx.AsyncClient) -> None:
        """The others hear of a conflict, however late it shows."""
        answers = await asyncio.gather(*(api.post("/groups", json={"name": "gold"}) for _ in range(5)))

        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
        assert (await api.get("/groups", params={"name": "gold"})).json()["total"] == 1


@ON_BOTH
class TestDelete:
    async def test_what_nobody_uses_can_go(self, api: httpx.AsyncClient) -> None:
        """And is not there any more."""
        assert (await api.delete("/groups/2", headers=ANY)).status_code == 204
        assert (await api.get("/groups/2")).status_code == 404

    async def test_a_group_with_users_stays(self, api: httpx.AsyncClient) -> None:
        """They would be in none."""
        assert (await api.delete("/groups/1", headers=ANY)).status_code == 409
        assert (await api.get("/groups/1")).status_code == 200

    async def test_a_group_that_a_channel_names_stays(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """The answer says which channel."""
        async with writing(desk.maker) as session:
            session.add(Channel(name="for-strict", provider="openai", groups=["strict"]))
        answer = await api.delete("/groups/2", headers=ANY)

        assert answer.status_code == 409
        assert "for-strict" in answer.json()["detail"]


@ON_BOTH
class TestList:
    @pytest.fixture(autouse=True)
    async def groups(self, api: httpx.AsyncClient) -> None:
        """Six of them, with the two that are there from the start."""
        for name, policy in (("a", "fair"), ("b_1", "strict"), ("b%2", "strict"), ("c", "fair")):
            await api.post("/groups", json={"name": name, "policy": policy})

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({}, ["a", "b%2", "b_1", "c", "default", "strict"]),
            ({"policy": "strict"}, ["b%2", "b_1", "strict"]),
            ({"policy": "strict", "q": "B"}, ["b%2", "b_1"]),
            ({"q": "_"}, ["b_1"]),
            ({"q": "%"}, ["b%2"]),
            ({"name": "a"}, ["a"]),
            ({"sort": "-policy,-name"}, ["strict", "b_1", "b%2", "default", "c", "a"]),
            ({"sort": "-created_at"}, ["c", "b%2", "b_1", "a", "strict", "default"]),
        ],
        ids=str,
    )
    async def test_pages_add_up_to_the_list(
        self, api: httpx.AsyncClient, query: dict[str, str], names: list[str]
    ) -> None:
        """However few are asked for at once; the total is always of all."""
        for limit in (1, 4, 200):
            found = await self.all_pages(api, {**query, "limit": str(limit)}, len(names))
            # Databases differ in how they sort signs.
            assert sorted(found) == sorted(names)
            assert [name for name in found if name.isalpha()] == [name for name in names if name.isalpha()]

    async def all_pages(self, api: httpx.AsyncClient, query: dict[str, str], total: int) -> list[str]:
        """Return the names on one page after the other, after a look at each total."""
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            page = (await api.get("/groups", params={**query, **more})).json()
            assert page["total"] == total
            found += [item["name"] for item in page["items"]]
            if page["next"] is None:
                return found
            more = {"cursor": page["next"]}

    async def test_a_new_row_does_not_shift_the_pages(self, api: httpx.AsyncClient) -> None:
        """Nothing is shown twice, and nothing is left out."""
        first = (await api.get("/groups", params={"limit": "2"})).json()
        await api.post("/groups", json={"name": "0"})
        second = (await api.get("/groups", params={"limit": "200", "cursor": first["next"]})).json()

        seen = [item["name"] for item in first["items"] + second["items"]]
        assert len(seen) == len(set(seen)) == 6
