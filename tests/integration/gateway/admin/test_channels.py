"""Channels by the API: what is seen, what is changed, and what is refused whole."""

from typing import Any

import httpx
import pytest

from oblivious.channels.keys import list_channel_keys, switch_off_key
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import reading, writing
from tests.integration.gateway.admin.desk import ON_BOTH, Desk

ANY = {"if-match": "*"}
SECRET = "sk-provider-0123456789abcdef"
PASSWORD = "hunter2"
WHOLE: dict[str, Any] = {
    "name": "eu",
    "provider": "openai",
    "models": ["gpt-4o", "gpt-4o-mini"],
    "mapping": {"gpt-4o": "gpt-4o-2024-11-20"},
    "weight": 3,
    "priority": -2,
    "groups": ["strict"],
    "key_mode": "polling",
    "tag": "europe",
    "note": "paid by card",
    "limits": {"rpm": 60},
    "abilities": {"vision": True},
    "shaping": {"headers": {"x-team": "blue"}},
    "link": {"proxy": f"http://user:{PASSWORD}@proxy.test:3128"},
    "tests": {"every_seconds": 600},
}


async def added(api: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    """Add a channel and return it as it is shown."""
    wish = {"name": "eu", "provider": "openai", "models": ["gpt-4o"], "keys": [SECRET]}
    answer = await api.post("/channels", json={**wish, **more})
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def revision(desk: Desk) -> int:
    """Return how often channels have changed."""
    async with reading(desk.maker) as session:
        return (await read_revisions(session))[Topic.CHANNELS]


class TestAdd:
    async def test_a_channel_is_there_as_it_was_asked_for(self, desk: Desk, api: httpx.AsyncClient) -> None:
        """Whole, at the place that the answer names, and live."""
        before = await revision(desk)
        made = await api.post("/channels", json={**WHOLE, "keys": [SECRET]})
        found = await api.get(f"http://gateway.test{made.headers['location']}")

        assert made.status_code == 201
        assert found.json() == made.json()
        assert found.headers["etag"] == made.headers["etag"]
        expected = WHOLE | {"link": {"proxy": "http://user:***@proxy.test:3128"}, "state": "on"}
        assert found.json().items() >= expected.items()
        assert await revision(desk) > before

    @pytest.mark.parametrize(
        ("provider", "more", "state", "keys"),
        [
            pytest.param("openai", {}, "no_key", 0, id="a provider that asks for keys"),
            pytest.param("ollama", {}, "on", 1, id="one that asks for none"),
            pytest.param("openai", {"keys": [SECRET, SECRET + "2"]}, "on", 2, id="two keys"),
        ],
    )
    async def test_it_has_the_keys_that_it_is_given(
        self, api: httpx.AsyncClient, provider: str, more: dict[str, Any], state: str, keys: int
    ) -> None:
        """Where none is asked for, an empty one stands for the way."""
        wish = {"name": "one", "provider": provider, "models": ["m"], **more}
        made = (await api.post("/channels", json=wish)).json()

        assert made["state"] == state
        assert (await api.get(f"/channels/{made['id']}/keys")).json()["total"] == keys

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "a\x00b"}, "name"),
            ({"provider": "nobody"}, "provider"),
            ({"models": []}, "models"),
            ({"models": ["a", " "]}, "models[1]"),
            ({"models": ["a", 3]}, "models[1]"),
            ({"models": "a"}, "models"),
            ({"base_url": "ftp://somewhere.test"}, "base_url"),
            ({"base_url": "http://user:secret@somewhere.test"}, "base_url"),
            ({"weight": -1}, "weight"),
            ({"weight": "3"}, "weight"),
            ({"weight": 10**30}, "weight"),
            ({"priority": 10**7}, "priority"),
            ({"key_mode": "luck"}, "key_mode"),
            ({"mapping": {"gpt-9": "gpt-4o"}}, "mapping"),
            ({"mapping": {"gpt-4o": "b", "b": "gpt-4o"}}, "mapping"),
            ({"limits": {"rpm": 0}}, "limits.rpm"),
            ({"limits": {"rps": 1}}, "limits.rps"),
            ({"groups": ["strict", "gold"]}, "groups[1]"),
            ({"note": "a\x00b"}, "note"),
            ({"abilities": {"context_tokens": "many"}}, "abilities.context_tokens"),
            ({"abilities": {"context_tokens": 0}}, "abilities.context_tokens"),
            ({"shaping": {"operations": [{"op": "explode", "path": "a"}]}}, "shaping.operations[0].op"),
            ({"shaping": {"colour": "red"}}, "shaping.colour"),
            ({"link": {"proxy": "gopher://x"}}, "link.proxy"),
            (
                {"shaping": {"operations": [{"op": "set", "path": "a", "value": ["\x00"]}]}},
                "shaping.operations[0].value[0]",
            ),
            ({"tests": {"every_seconds": 1}}, "tests.every_seconds"),
            ({"tests": {"models": ["gpt-4o", " "]}}, "tests.models[1]"),
            ({"colour": "red"}, "colour"),
            ({"keys": [""]}, "keys[0]"),
            ({"keys": [SECRET, "with blanks in it"]}, "keys[1]"),
        ],
        ids=str,
    )
    async def test_a_bad_value_is_named_and_nothing_is_saved(
        self, desk: Desk, api: httpx.AsyncClient, wrong: dict[str, Any], field: str
    ) -> None:
        """Neither the channel nor one of its keys nor a trace of it."""
        before = await revision(desk)
        wish = {"name": "eu", "provider": "openai", "models": ["gpt-4o"], "keys": [SECRET], **wrong}
        answer = await api.post("/channels", json=wish)

        assert answer.status_code == 400, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert (await api.get("/channels")).json()["total"] == 0
        assert (await api.get("/audit")).json()["total"] == 0
        assert await revision(desk) == before

    async def test_a_name_is_taken_once(self, api: httpx.AsyncClient) -> None:
        """The second one hears of a conflict."""
        await added(api)
        answer = await api.post("/channels", json={"name": "eu", "provider": "openai", "models": ["m"]})

        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "name")


class TestSecrets:
    async def test_they_go_in_and_never_come_out(self, api: httpx.AsyncClient) -> None:
        """In no answer, no list, no problem and no line of the audit."""
        made = await api.post("/channels", json={**WHOLE, "keys": [SECRET]})
        place = f"/channels/{made.json()['id']}"
        answers = [
            made,
            await api.get(place),
            await api.get("/channels"),
            key := await api.post(f"{place}/keys", json={"secret": SECRET + "x", "name": "second"}),
            await api.get(f"{place}/keys"),
            await api.patch(f"{place}/keys/{key.json()['id']}", json={"secret": SECRET + "y"}, headers=ANY),
            await api.patch(place, json={"link": WHOLE["link"], "weight": 9}, headers=ANY),
            await api.post(f"{place}/keys", json={"secret": SECRET + " z"}),
            await api.delete(f"{place}/keys/{key.json()['id']}", headers=ANY),
            await api.delete(place, headers=ANY),
            await api.get("/audit"),
        ]

        assert [answer.status_code for answer in answers] == [
            201,
            200,
            200,
            201,
            200,
            200,
            200,
            400,
            204,
            204,
            200,
        ]
        for answer in answers:
            assert SECRET not in answer.text
            assert PASSWORD not in answer.text


class TestChange:
    async def test_only_what_is_given_changes(self, api: httpx.AsyncClient) -> None:
        """Another name, another weight; the rest stays."""
        was = await added(api, **WHOLE)
        changed = await api.patch(
            f"/channels/{was['id']}",
            json={"name": "eu-2", "weight": 0, "groups": []},
            headers={"if-match": (await api.get(f"/channels/{was['id']}")).headers["etag"]},
        )

        assert changed.json() == was | {"name": "eu-2", "weight": 0, "groups": []}

    @pytest.mark.parametrize(
        ("change", "field", "status"),
        [
            ({"name": "us"}, "name", 409),
            ({"models": ["other"]}, "mapping", 400),
            ({"weight": 1, "priority": 10**7}, "priority", 400),
            ({"weight": 1, "groups": ["gold"]}, "groups[0]", 400),
            ({"provider": "anthropic"}, "provider", 400),
            ({"id": 3}, "id", 400),
        ],
        ids=str,
    )
    async def test_a_bad_value_changes_nothing(
        self, api: httpx.AsyncClient, change: dict[str, Any], field: str, status: int
    ) -> None:
        """Not even what is good beside it."""
        await added(api, name="us")
        was = await added(api, **WHOLE)
        answer = await api.patch(f"/channels/{was['id']}", json=change, headers=ANY)

        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (
            status,
            [field],
        )
        assert (await api.get(f"/channels/{was['id']}")).json() == was

    @pytest.mark.parametrize(("headers", "status"), [({}, 428), ({"if-match": '"old"'}, 412)], ids=str)
    async def test_nobody_overwrites_what_nobody_has_seen(
        self, api: httpx.AsyncClient, headers: dict[str, str], status: int
    ) -> None:
        """Neither by a change nor by deleting it."""
        was = await added(api)
        place = f"/channels/{was['id']}"

        assert (await api.patch(place, json={"weight": 9}, headers=headers)).status_code == status
        assert (await api.delete(place, headers=headers)).status_code == status
        assert (await api.get(place)).json() == was


@ON_BOTH
class TestStates:
    async def test_a_channel_goes_on_and_off_and_is_drained(self, api: httpx.AsyncClient) -> None:
        """Each is in the audit."""
        made = await added(api)
        for action, state in (("disable", "off"), ("enable", "on"), ("drain", "draining"), ("enable", "on")):
            answer = await api.post(f"/channels/{made['id']}/{action}")
            assert (answer.status_code, answer.json()["state"]) == (200, state)

        rows = (await api.get("/audit", params={"name": "eu", "sort": "id"})).json()["items"]
        assert [row["action"] for row in rows] == ["create", "disable", "enable", "drain", "enable"]

    async def test_a_channel_whose_keys_are_all_off_serves_nothing(
        self, desk: Desk, api: httpx.AsyncClient
    ) -> None:
        """Whoever switched them off."""
        made = await added(api, keys=[SECRET, SECRET + "2"])
        place = f"/channels/{made['id']}"
        first, second = [key["id"] for key in (await api.get(f"{place}/keys")).json()["items"]]
        await api.post(f"{place}/keys/{first}/disable")
        assert (await api.get(place)).json()["state"] == "on"

        async with writing(desk.maker) as session:
            await switch_off_key(session, second, "invalid_api_key")
        assert (await api.get(place)).json()["state"] == "no_key"
        assert (await api.get("/channels", params={"state": "no_key"})).json()["total"] == 1
        assert (await api.get("/channels", params={"state": "on"})).json()["total"] == 0


@ON_BOTH
class TestBulk:
    async def test_all_of_a_tag_change_together(self, api: httpx.AsyncClient) -> None:
        """And nobody else."""
        for name, tag in (("a", "eu"), ("b", "eu"), ("c", "us")):
            await added(api, name=name, tag=tag)
        answer = await api.post("/channels/bulk", json={"tag": "eu", "state": "off", "change": {"weight": 7}})

        changed = [(item["name"], item["state"], item["weight"]) for item in answer.json()["items"]]
        assert changed == [("a", "off", 7), ("b", "off", 7)]
        assert (await api.get("/channels", params={"weight": "7"})).json()["total"] == 2
        assert (await api.get("/audit", params={"action": "edit"})).json()["total"] == 2

    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            ({}, "tag"),
            ({"tag": "eu", "ids": [1]}, "tag"),
            ({"ids": [1, 99]}, "ids[1]"),
            ({"ids": [0]}, "ids[0]"),
            ({"tag": "eu", "state": "no_key"}, "state"),
            ({"tag": "eu", "change": {"weight": -1}}, "change.weight"),
            ({"tag": "eu", "change": {"name": "same"}}, "change.name"),
            ({"tag": "eu", "change": {"groups": ["gold"]}}, "change.groups[0]"),
            ({"tag": "eu", "change": {"mapping": {"only-in-a": "x"}}}, "change.mapping"),
        ],
        ids=str,
    )
    async def test_one_that_cannot_be_changed_keeps_all_as_they_are(
        self, api: httpx.AsyncClient, wish: dict[str, Any], field: str
    ) -> None:
        """The first one would have been good."""
        await added(api, name="a", tag="eu", models=["only-in-a"])
        await added(api, name="b", tag="eu")
        before = (await api.get("/channels")).json()
        answer = await api.post("/channels/bulk", json=wish)

        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])
        assert (await api.get("/channels")).json() == before


@ON_BOTH
class TestList:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({}, ["a", "b", "c"]),
            ({"tag": "eu"}, ["a", "b"]),
            ({"provider": "anthropic"}, ["c"]),
            ({"model": "gpt-4o"}, ["a", "b"]),
            ({"model": "gpt-4"}, []),
            ({"model": 'it"s'}, ["b"]),
            ({"group": "strict"}, ["a"]),
            ({"state": "off"}, ["b"]),
            ({"state": "draining"}, ["c"]),
            ({"state": "on", "tag": "eu"}, ["a"]),
            ({"origin": "operator", "q": "spare"}, ["c"]),
            ({"sort": "-priority,-name"}, ["c", "b", "a"]),
            ({"sort": "provider,-weight"}, ["c", "b", "a"]),
        ],
        ids=str,
    )
    async def test_channels_are_found_by_what_they_are(
        self, api: httpx.AsyncClient, query: dict[str, str], names: list[str]
    ) -> None:
        """Filters narrow, and the order is the one that was asked for."""
        await added(api, name="a", tag="eu", groups=["strict"])
        await added(api, name="b", tag="eu", models=["gpt-4o", 'it"s'], weight=2)
        await added(api, name="c", provider="anthropic", models=["claude"], note="The spare one", priority=5)
        await api.post("/channels/2/disable")
        await api.post("/channels/3/drain")

        found = (await api.get("/channels", params=query)).json()
        assert [item["name"] for item in found["items"]] == names


@ON_BOTH
class TestDeleteMany:
    async def test_all_of_a_tag_go_with_their_keys_and_nobody_else(
        self, desk: Desk, api: httpx.AsyncClient
    ) -> None:
        """They are told as they were, and each leaves its row."""
        for name, tag in (("a", "eu"), ("b", "eu"), ("c", "us")):
            await added(api, name=name, tag=tag)
        was = (await api.get("/channels", params={"tag": "eu"})).json()["items"]
        gone = await api.post("/channels/bulk/delete", json={"tag": "eu"})

        assert (gone.status_code, gone.json()["items"]) == (200, was)
        assert [item["name"] for item in (await api.get("/channels")).json()["items"]] == ["c"]
        rows = (await api.get("/audit", params={"action": "delete", "sort": "id"})).json()["items"]
        assert [(row["kind"], row["before"], row["after"]) for row in rows] == [
            ("channel", one, None) for one in was
        ]
        async with reading(desk.maker) as session:
            assert [key.channel_id for key in await list_channel_keys(session)] == [3]

    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            ({}, "tag"),
            ({"tag": ""}, "tag"),
            ({"tag": "eu", "ids": [1]}, "tag"),
            ({"ids": [1, 99]}, "ids[1]"),
            ({"tag": "eu", "state": "off"}, "state"),
        ],
        ids=str,
    )
    async def test_a_wish_that_makes_no_sense_deletes_nothing(
        self, api: httpx.AsyncClient, wish: dict[str, Any], field: str
    ) -> None:
        """Not even one that is there."""
        await added(api, name="a", tag="eu")
        await added(api, name="b")
        answer = await api.post("/channels/bulk/delete", json=wish)

        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])
        assert (await api.get("/channels")).json()["total"] == 2


@ON_BOTH
class TestDelete:
    async def test_it_goes_with_its_keys(self, api: httpx.AsyncClient) -> None:
        """And is not there any more."""
        made = await added(api)
        assert (await api.delete(f"/channels/{made['id']}", headers=ANY)).status_code == 204
        for place in ("", "/keys", "/keys/1"):
            assert (await api.get(f"/channels/{made['id']}{place}")).status_code == 404
