"""Models, pools and providers' rules by the API: what is said, what is refused, and who knows it."""

import asyncio
from typing import Any

import httpx
import pytest

from oblivious.channels.catalogue import WantedModel, hold_models, put_model
from oblivious.infra.database.revisions import Topic, read_revisions
from oblivious.infra.database.sessions import reading, writing
from tests.integration.gateway.admin.desk import ON_BOTH, Desk

ANY = {"if-match": "*"}
GPT = {
    "name": "gpt",
    "aliases": ["gpt-latest"],
    "fallbacks": ["other"],
    "context_fallbacks": ["long"],
    "content_fallbacks": ["bold"],
    "abilities": {"tools": True, "context_tokens": 8000},
    "strategy": "latency",
}
POOL = {"name": "acme", "limits": {"rpm": 60, "tpm": 1000}}
RULES = {"rules": [{"status": 418, "fault": "rate", "scope": "key", "action": "cool", "hold_ms": 5000}]}
RULES_PATH = "/providers/openai/rules"


async def revision(desk: Desk) -> int:
    """Return how often channels and what belongs to them have changed."""
    async with reading(desk.maker) as session:
        return (await read_revisions(session))[Topic.CHANNELS]


@pytest.mark.parametrize(("path", "wish"), [("/models", GPT), ("/pools", POOL)], ids=["models", "pools"])
class TestBoth:
    async def test_it_is_there_as_it_was_asked_for(
        self, desk: Desk, api: httpx.AsyncClient, path: str, wish: dict[str, Any]
    ) -> None:
        """At the place that the answer names, under the tag that it gave; gateways hear of it."""
        before = await revision(desk)
        made = await api.post(path, json=wish)
        found = await api.get(f"http://gateway.test{made.headers['location']}")

        assert made.status_code == 201
        assert found.json() == made.json()
        assert found.json().items() >= wish.items()
        assert found.headers["etag"] == made.headers["etag"]
        assert await revision(desk) == before + 1

    async def test_a_second_one_of_that_name_is_refused(
        self, api: httpx.AsyncClient, path: str, wish: dict[str, Any]
    ) -> None:
        """And the first one stays as it is."""
        made = (await api.post(path, json=wish)).json()
        again = await api.post(path, json={"name": wish["name"]})

        assert (again.status_code, again.json()["errors"][0]["field"]) == (409, "name")
        assert (await api.get(f"{path}/{made['id']}")).json() == made

    async def test_nobody_overwrites_what_nobody_has_seen(
        self, api: httpx.AsyncClient, path: str, wish: dict[str, Any]
    ) -> None:
        """Neither without a tag nor with an old one."""
        made = (await api.post(path, json=wish)).json()
        place = f"{path}/{made['id']}"

        assert (await api.patch(place, json={})).status_code == 428
        assert (await api.delete(place, headers={"if-match": '"old"'})).status_code == 412
        assert (await api.get(place)).json() == made

    async def test_it_can_go(self, api: httpx.AsyncClient, path: str, wish: dict[str, Any]) -> None:
        """The audit remembers what it was."""
        made = (await api.post(path, json=wish)).json()
        gone = await api.delete(f"{path}/{made['id']}", headers=ANY)

        assert gone.status_code == 204
        assert (await api.get(f"{path}/{made['id']}")).status_code == 404
        last = (await api.get("/audit", params={"limit": "1"})).json()["items"][0]
        assert (last["action"], last["before"], last["after"]) == ("delete", made, None)


@ON_BOTH
class TestChange:
    async def test_only_what_is_given_changes(self, api: httpx.AsyncClient) -> None:
        """The rest of a model stays."""
        made = (await api.post("/models", json=GPT)).json()
        changed = await api.patch(f"/models/{made['id']}", json={"strategy": ""}, headers=ANY)

        assert changed.json() == made | {"strategy": ""}

    async def test_the_limits_of_a_pool_are_replaced_as_a_whole(self, api: httpx.AsyncClient) -> None:
        """What is not in them any more is no limit any more."""
        made = (await api.post("/pools", json=POOL)).json()
        changed = await api.patch(f"/pools/{made['id']}", json={"limits": {"rpm": 5}}, headers=ANY)

        assert changed.json() == made | {"limits": {"rpm": 5}}

    async def test_a_pool_that_a_key_is_in_stays(self, api: httpx.AsyncClient) -> None:
        """The key would be in none."""
        pool = (await api.post("/pools", json=POOL)).json()
        channel = {"name": "a", "provider": "openai", "models": ["gpt"]}
        place = (await api.post("/channels", json=channel)).headers["location"]
        key = await api.post(f"http://gateway.test{place}/keys", json={"secret": "sk-1", "pool": "acme"})
        assert key.status_code == 201

        assert (await api.delete(f"/pools/{pool['id']}", headers=ANY)).status_code == 409
        assert (await api.get(f"/pools/{pool['id']}")).status_code == 200

    async def test_rules_take_the_place_of_those_that_were_there(
        self, desk: Desk, api: httpx.AsyncClient
    ) -> None:
        """In their order; an empty list brings back what is usual."""
        before = await revision(desk)
        was = await api.get(RULES_PATH)
        put = await api.put(RULES_PATH, json=RULES, headers={"if-match": was.headers["etag"]})
        stale = await api.put(RULES_PATH, json=RULES, headers={"if-match": was.headers["etag"]})

        assert was.json() == {"provider": "openai", "rules": []}
        assert put.json() == {"provider": "openai", **RULES}
        assert (await api.get(RULES_PATH)).json() == put.json()
        assert stale.status_code == 412
        assert await revision(desk) == before + 1
        emptied = await api.put(RULES_PATH, json={"rules": []}, headers=ANY)
        assert emptied.json() == was.json()

    async def test_an_unknown_provider_has_no_rules(self, api: httpx.AsyncClient) -> None:
        """Neither to see nor to set."""
        assert (await api.get("/providers/nobody/rules")).status_code == 404
        assert (await api.put("/providers/nobody/rules", json=RULES, headers=ANY)).status_code == 404


class TestRefused:
    @pytest.mark.parametrize(
        ("path", "wish", "field"),
        [
            pytest.param("/models", {}, "name", id="a model without a name"),
            pytest.param("/models", {"name": " "}, "name", id="an empty name"),
            pytest.param("/models", {"name": "m", "colour": "red"}, "colour", id="an unknown member"),
            pytest.param("/models", {"name": "m", "aliases": "x"}, "aliases", id="a text for a list"),
            pytest.param("/models", {"name": "m", "aliases": ["a", ""]}, "aliases[1]", id="an empty alias"),
            pytest.param(
                "/models", {"name": "m", "aliases": ["a*"]}, "aliases[0]", id="a pattern for an alias"
            ),
            pytest.param("/models", {"name": "m", "aliases": ["m"]}, "aliases", id="its own alias"),
            pytest.param("/models", {"name": "m", "fallbacks": ["m"]}, "fallbacks", id="its own fallback"),
            pytest.param("/models", {"name": "m", "strategy": "luck"}, "strategy", id="an unknown strategy"),
            pytest.param(
                "/models",
                {"name": "m", "abilities": {"wings": True}},
                "abilities.wings",
                id="an unknown ability",
            ),
            pytest.param(
                "/models", {"name": "m", "abilities": {"tools": 3}}, "abilities.tools", id="no ability at all"
            ),
            pytest.param("/pools", {"limits": {}}, "name", id="a pool without a name"),
            pytest.param("/pools", {"name": "p\x00", "limits": {}}, "name", id="a name no database takes"),
            pytest.param(
                "/pools", {"name": "p", "limits": {"rpm": 0}}, "limits.rpm", id="a limit of nothing"
            ),
            pytest.param("/pools", {"name": "p", "limits": {"rph": 1}}, "limits.rph", id="an unknown limit"),
            pytest.param("/pools", {"name": "p", "limits": [1]}, "limits", id="a list of limits"),
        ],
    )
    async def test_a_bad_value_is_named_and_nothing_is_saved(
        self, desk: Desk, api: httpx.AsyncClient, path: str, wish: dict[str, Any], field: str
    ) -> None:
        """Not even a trace of it."""
        before = await revision(desk)
        answer = await api.post(path, json=wish)

        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert (await api.get(path)).json()["total"] == 0
        assert (await api.get("/audit")).json()["total"] == 0
        assert await revision(desk) == before

    @pytest.mark.parametrize(
        ("rule", "field"),
        [
            pytest.param({"status": 429}, "rules[1].fault", id="no fault"),
            pytest.param({"status": 429, "fault": "luck"}, "rules[1].fault", id="an unknown fault"),
            pytest.param({"fault": "rate"}, "rules[1]", id="fits everything"),
            pytest.param({"status": 42, "fault": "rate"}, "rules[1].status", id="no status"),
            pytest.param({"message": "(", "fault": "rate"}, "rules[1].message", id="no regular expression"),
            pytest.param({"status": 429, "fault": "rate", "hold_ms": 0}, "rules[1].hold_ms", id="no hold"),
            pytest.param(
                {"status": 401, "fault": "auth", "action": "off", "scope": "channel"},
                "rules[1].scope",
                id="a channel switched off",
            ),
            pytest.param(
                {"status": 429, "fault": "rate", "mood": 1}, "rules[1].mood", id="an unknown member"
            ),
        ],
    )
    async def test_one_bad_rule_spoils_them_all(
        self, api: httpx.AsyncClient, rule: dict[str, Any], field: str
    ) -> None:
        """It is named by its place, and the rules that were there stay."""
        put = await api.put(RULES_PATH, json=RULES, headers=ANY)
        answer = await api.put(RULES_PATH, json={"rules": [*RULES["rules"], rule]}, headers=ANY)

        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert (await api.get(RULES_PATH)).json() == put.json()

    async def test_an_alias_has_one_owner(self, api: httpx.AsyncClient) -> None:
        """Else nobody could say what it stands for."""
        await api.post("/models", json=GPT)
        answer = await api.post("/models", json={"name": "m", "aliases": ["gpt-latest"]})

        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "aliases[0]")


@ON_BOTH
class TestTogether:
    @pytest.mark.parametrize(
        ("method", "path", "more"),
        [("POST", "/models", {"name": "o3"}), ("PATCH", "/models/1", {})],
        ids=["a new model", "one that is there"],
    )
    async def test_of_two_who_want_an_alias_at_once_one_gets_it(
        self, desk: Desk, api: httpx.AsyncClient, method: str, path: str, more: dict[str, str]
    ) -> None:
        """The other one waits for the first, and hears of a conflict."""
        await api.post("/models", json={"name": "o1"})
        wish = {"aliases": ["latest"], **more}
        async with writing(desk.maker) as session:
            await hold_models(session)
            await put_model(session, "gpt", WantedModel(aliases=["latest"]))
            answer = asyncio.create_task(api.request(method, path, json=wish, headers=ANY))
            done, _ = await asyncio.wait({answer}, timeout=0.1)
            assert not done

        assert ((await answer).status_code, answer.result().json()["errors"][0]["field"]) == (
            409,
            "aliases[0]",
        )


@ON_BOTH
class TestList:
    @pytest.fixture(autouse=True)
    async def house(self, api: httpx.AsyncClient) -> None:
        """A model that is only spoken of, one that is only served, and one that is both."""
        await api.post("/models", json=GPT)
        await api.post("/models", json={"name": "unserved"})
        wishes: list[dict[str, Any]] = [
            {"name": "a", "models": ["gpt", "plain"]},
            {"name": "b", "models": ["gp*"]},
            {"name": "c", "models": ["plain"]},
            {"name": "d", "models": ["plain"], "keys": []},
        ]
        for wish in wishes:
            made = await api.post("/channels", json={"provider": "openai", "keys": ["sk-1"], **wish})
            assert made.status_code == 201
        assert (await api.post("/channels/3/disable")).status_code == 200

    async def test_it_tells_what_is_said_and_what_is_served(self, api: httpx.AsyncClient) -> None:
        """Patterns count for names that are known; what is off or has no key serves nothing."""
        found = (await api.get("/models")).json()["items"]
        told = {one["name"]: (one["id"] is not None, one["channels"], one["channels_on"]) for one in found}

        assert told == {"gpt": (True, 2, 2), "plain": (False, 3, 1), "unserved": (True, 0, 0)}

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({"said": "true"}, ["gpt", "unserved"]),
            ({"served": "true"}, ["gpt", "plain"]),
            ({"alias": "gpt-latest"}, ["gpt"]),
            ({"q": "LATEST"}, ["gpt"]),
            ({"strategy": "latency"}, ["gpt"]),
            ({"sort": "-name", "limit": "2"}, ["unserved", "plain"]),
        ],
        ids=str,
    )
    async def test_it_is_searched_like_every_list(
        self, api: httpx.AsyncClient, query: dict[str, str], names: list[str]
    ) -> None:
        """By filters, search, order and pages."""
        found = (await api.get("/models", params=query)).json()["items"]

        assert [one["name"] for one in found] == names
