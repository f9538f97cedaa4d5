"""How channels fare and where requests would go, by command, as the database says it without Redis."""

import asyncio
from typing import Any

import pytest

from oblivious.channels.keys import switch_off_key
from oblivious.channels.tables import ChannelTest
from oblivious.channels.tested import record_test
from oblivious.infra.database.engine import create_engine
from oblivious.infra.database.sessions import sessions, writing
from tests.installation import Installation
from tests.integration.app.command_lines import run
from tests.integration.app.inspected import ASK_CHANNELS, ASK_ROUTES, MODEL, furnish, settings_of

FAILED = ChannelTest(
    channel_key_id=1,
    model=MODEL,
    dialect="openai_chat",
    stream=False,
    channel_id=1,
    ok=False,
    status=401,
    ms=12,
    error="it refuses the key",
)
TOOLS = '{"messages": [{"role": "user", "content": "hi"}], "tools": [{"type": "function"}]}'


async def write_down(installation: Installation) -> None:
    """Have a key switched off by its provider, and a test failed."""
    engine = create_engine(settings_of(installation).database)
    try:
        async with writing(sessions(engine)) as session:
            await switch_off_key(session, 2, "auth: revoked")
            await record_test(session, FAILED)
    finally:
        await engine.dispose()


@pytest.fixture
def alone(installation: Installation) -> Installation:
    """An installation without Redis, with a key that is refused and a test that failed."""
    furnish(installation)
    asyncio.run(write_down(installation))
    return installation


def facts(told: Any) -> dict[str, object]:
    """Return what an explanation says, in short."""
    return {
        "group": told["group"],
        "tools": told["needs"]["tools"],
        "kept by": told["affinity"] and told["affinity"]["source"],
        "out": [out["channel"] for out in told["out"]],
        "first spoken to in": told["stages"][0]["tiers"][0]["channels"][0]["dialect"],
    }


class TestWithoutRedis:
    def test_health_is_what_the_database_says(self, alone: Installation) -> None:
        """Nothing of failures and limits, and nothing that only a gateway process has."""
        told = alone.do("channel", "health", "eu")

        assert (told["state"], told["shared"], told["health"], told["limits"]) == ("on", False, None, None)
        assert not {"in_flight", "latency_ms"} & told.keys()
        assert [(key["state"], key["off_reason"]) for key in told["keys"]] == [
            ("on", ""),
            ("refused", "auth: revoked"),
        ]
        assert [(test["status"], test["error"]) for test in told["tests"]] == [(401, "it refuses the key")]

    @pytest.mark.parametrize(
        ("command", "place"),
        [
            (("channel", "health"), ASK_CHANNELS),
            (("channel", "health", "eu"), ASK_CHANNELS),
            (("explain", MODEL), ASK_ROUTES),
        ],
        ids=" ".join,
    )
    def test_where_to_ask_for_the_rest_is_told(
        self, alone: Installation, command: tuple[str, ...], place: str
    ) -> None:
        """In one line, apart from the answer."""
        for options in ((), ("--json",)):
            done = run(alone, *command, *options)
            (line,) = done.stderr.splitlines()
            assert (done.exit_code, place in line, place in done.stdout) == (0, True, False)

    def test_of_all_channels_only_what_is_wrong_is_shown(self, alone: Installation) -> None:
        """To people; programs get everything."""
        shown = run(alone, "channel", "health").stdout

        assert [row["name"] for row in alone.do("channel", "health")] == ["eu", "us"]
        assert len([line for line in shown.splitlines() if line.startswith("us")]) == 1
        assert ("auth: revoked" in shown, "it refuses the key" in shown) == (True, True)

    def test_a_channel_that_is_none_is_told(self, alone: Installation) -> None:
        """By its name."""
        done = run(alone, "channel", "health", "nowhere")

        assert (done.exit_code, "there is no channel 'nowhere'" in done.stderr) == (1, True)


class TestExplain:
    def test_who_would_be_tried_and_who_not(self, alone: Installation) -> None:
        """With keys and shares, in order; everybody else with a reason."""
        alone.do("channel", "add", "--name", "other", "--provider", "ollama", "--models", "llama")
        told = alone.do("explain", MODEL)

        ways = [way for stage in told["stages"] for tier in stage["tiers"] for way in tier["channels"]]
        assert [(way["channel"], way["share"], [key["id"] for key in way["keys"]]) for way in ways] == [
            ("eu", 100.0, [1]),
            ("us", 100.0, [3]),
        ]
        assert [(out["channel"], out["reasons"][0]["why"]) for out in told["out"]] == [("other", "model")]

    def test_people_get_tables(self, alone: Installation) -> None:
        """What is asked, who would be tried, and who not."""
        alone.do("channel", "disable", "us")
        lines = run(alone, "explain", MODEL).stdout.splitlines()

        titles = ("asked:", "tried, in this order:", "not tried:")
        assert [line for line in lines if line.endswith(":")] == [*titles]
        assert next(line for line in lines if line.startswith("us")).split()[:2] == ["us", "off"]

    @pytest.mark.parametrize(
        ("options", "fact", "value"),
        [
            (("--group", "strict"), "group", "strict"),
            (("--key", "1"), "group", "default"),
            (("--body", TOOLS), "tools", True),
            (("--header", "x-session-id=s1"), "kept by", "header"),
            (("--kind", "embeddings"), "out", ["claude"]),
            (("--dialect", "anthropic"), "first spoken to in", "anthropic"),
            (("--dialect", "openai_chat"), "first spoken to in", "openai_chat"),
        ],
        ids=["group", "key", "body", "header", "kind", "a dialect", "another dialect"],
    )
    def test_what_is_asked_for(
        self, alone: Installation, options: tuple[str, ...], fact: str, value: object
    ) -> None:
        """As far as it matters."""
        alone.do("key", "create", "--name", "laptop")
        for name, provider in (("both", "deepseek"), ("claude", "anthropic")):
            shape = ("--name", name, "--provider", provider, "--models", MODEL, "--priority", "9")
            alone.do("channel", "add", *shape, "--api-key", "sk-4")

        assert facts(alone.do("explain", MODEL, *options))[fact] == value

    @pytest.mark.parametrize(
        ("options", "code", "said"),
        [
            (("--group", "nobodies"), 1, "group: there is no group 'nobodies'"),
            (("--key", "9"), 1, "key_id: there is no API key 9"),
            (("--key", "0"), 1, "key_id: expected `int` >= 1"),
            (("--header", "loud"), 1, "header: is NAME=VALUE, not 'loud'"),
            (("--body", "["), 1, "body: is no JSON"),
            (("--body", '{"messages": 3}'), 1, "body.messages:"),
            (("--kind", "song"), 2, "'song' is not one of 'chat', 'embeddings', 'count'"),
            (
                ("--dialect", "anthropic", "--kind", "embeddings"),
                1,
                "kind: is nothing that clients of anthropic",
            ),
        ],
        ids=["group", "key", "no number", "header", "no JSON", "no request", "kind", "kind of a dialect"],
    )
    def test_what_makes_no_sense_is_told(
        self, alone: Installation, options: tuple[str, ...], code: int, said: str
    ) -> None:
        """By the name of what is wrong."""
        done = run(alone, "explain", MODEL, *options)

        assert (done.exit_code, said in done.stderr) == (code, True), done.stderr
