"""Tests of channels: kept, paid by the house, and a way back for keys that are off."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from oblivious.billing.invariants import violations
from oblivious.billing.ledger import REVENUE, TESTS, create_account, credit, house_account
from oblivious.billing.queries import list_entries, list_usage
from oblivious.channels.repository import disable_channel, drain_channel
from oblivious.contracts.changes import ChangeRefused, NoSuch
from oblivious.gateway.keeping.testing import run_tests
from oblivious.identity.audit import COMMAND_LINE
from oblivious.infra.database.sessions import reading, writing
from tests.fakes.upstreams import whole
from tests.fakes.waiting import turns
from tests.integration.gateway.keeping.estate import Estate
from tests.unit.gateway.road.answers import ANSWER, COST, refused

CHAT_ONLY: dict[str, Any] = {"base_urls": {"openai_chat": "http://chat.test/v1"}}


class TestBooking:
    async def test_the_house_pays_and_no_wallet_moves(self, estate: Estate) -> None:
        """The books sum to zero, and the usage row names the account that paid."""
        channel = await estate.channel(keys=2, **CHAT_ONLY)
        estate.fake.plays(whole(ANSWER), whole(ANSWER))
        async with writing(estate.maker) as session:
            somebody = await create_account(session, name="somebody")
            await credit(session, somebody, 1_000_000, "for the test")

        await run_tests(estate.tester, COMMAND_LINE, channel.id)
        await estate.settle()

        async with writing(estate.maker) as session:
            payer, revenue = await house_account(session, TESTS), await house_account(session, REVENUE)
            rows, paid = await list_usage(session), await list_entries(session, payer)
            earned = await list_entries(session, revenue)
            sum_of_all = await session.scalar(text("SELECT SUM(amount_nano_usd) FROM entries"))
            moved = (await session.execute(text("SELECT id, balance_nano_usd, sequence FROM accounts"))).all()
            assert await violations(session) == []
        assert [(row["account_id"], row["amount_nano_usd"], row["group_name"]) for row in rows] == [
            (payer, COST, TESTS)
        ] * 2
        assert [entry["amount_nano_usd"] for entry in paid] == [-COST] * 2
        assert [entry["amount_nano_usd"] for entry in earned] == [COST] * 2
        assert sum_of_all == 0
        assert {(number, balance, sequence) for number, balance, sequence in moved if sequence} == {
            (somebody, 1_000_000, 1)
        }
        assert await estate.fake.store.wallet(payer) is None

    async def test_a_repeated_settlement_pays_once(self, estate: Estate) -> None:
        """As for everybody."""
        channel = await estate.channel(**CHAT_ONLY)
        estate.fake.plays(whole(ANSWER), whole(ANSWER))
        for _ in range(2):
            await run_tests(estate.tester, COMMAND_LINE, channel.id)
            await estate.settle()
        async with reading(estate.maker) as session:
            assert len(await list_usage(session)) == 2
            assert await violations(session) == []


class TestWhatIsAsked:
    async def test_every_key_in_every_dialect(self, estate: Estate) -> None:
        """By the channel's first model, where no other one is wanted."""
        channel = await estate.channel(keys=2)
        estate.fake.plays(*[refused(500)] * 4)
        tests = await run_tests(estate.tester, COMMAND_LINE, channel.id)

        first, second = [key.id for key in await estate.keys()]
        assert [(test.channel_key_id, test.dialect, test.model) for test in tests] == [
            (first, "openai_chat", "gpt"),
            (first, "openai_responses", "gpt"),
            (second, "openai_chat", "gpt"),
            (second, "openai_responses", "gpt"),
        ]

    async def test_only_what_is_wanted(self, estate: Estate) -> None:
        """One key, and a model by the provider's own name."""
        channel = await estate.channel(keys=2, mapping={"gpt": "gpt-4o"}, **CHAT_ONLY)
        estate.fake.plays(whole(ANSWER))
        _, second = await estate.keys()
        tests = await run_tests(
            estate.tester, COMMAND_LINE, channel.id, models=["gpt-4o"], key_ids=[second.id]
        )

        assert [(test.channel_key_id, test.model, test.ok) for test in tests] == [(second.id, "gpt-4o", True)]
        assert b'"gpt-4o"' in estate.fake.asked[0].body

    @pytest.mark.parametrize("switch", [disable_channel, drain_channel])
    async def test_a_channel_that_takes_no_work_can_be_tested(self, estate: Estate, switch: object) -> None:
        """Before it is switched on, for one."""
        assert callable(switch)
        channel = await estate.channel(**CHAT_ONLY)
        async with writing(estate.maker) as session:
            await switch(session, channel.name)
        await estate.changed()
        estate.fake.plays(whole(ANSWER))
        assert [test.ok for test in await run_tests(estate.tester, COMMAND_LINE, channel.id)] == [True]

    @pytest.mark.parametrize(
        ("models", "key_ids", "field"),
        [(["gpt"], [4711], "key_ids"), ([], None, "models"), ([f"m{n}" for n in range(201)], None, "models")],
        ids=["another channel's key", "no model", "too much at once"],
    )
    async def test_what_makes_no_sense_is_refused_by_name(
        self, estate: Estate, models: list[str], key_ids: list[int] | None, field: str
    ) -> None:
        """And nothing is asked."""
        channel = await estate.channel(**CHAT_ONLY)
        with pytest.raises(ChangeRefused) as refusal:
            await run_tests(estate.tester, COMMAND_LINE, channel.id, models=models, key_ids=key_ids)
        assert refusal.value.field == field
        assert estate.fake.asked == []

    async def test_a_channel_of_patterns_only_needs_a_name(self, estate: Estate) -> None:
        """Nobody knows what it offers."""
        channel = await estate.channel(models=["gpt-*"], **CHAT_ONLY)
        with pytest.raises(ChangeRefused):
            await run_tests(estate.tester, COMMAND_LINE, channel.id)

    async def test_a_channel_that_is_not_there(self, estate: Estate) -> None:
        """Has no tests."""
        with pytest.raises(NoSuch):
            await run_tests(estate.tester, COMMAND_LINE, 4711)


class TestWhatIsKept:
    async def test_the_last_test_takes_the_place_of_the_one_before(self, estate: Estate) -> None:
        """With what came of it."""
        channel = await estate.channel(**CHAT_ONLY)
        estate.fake.plays(refused(500), whole(ANSWER))
        await run_tests(estate.tester, COMMAND_LINE, channel.id)
        (failed,) = await estate.tests()
        await run_tests(estate.tester, COMMAND_LINE, channel.id)
        (worked,) = await estate.tests()

        assert (failed.ok, failed.status, failed.error) == (False, 500, "no")
        assert (worked.ok, worked.status, worked.error) == (True, 200, "")
        assert worked.at > failed.at

    async def test_two_at_once_keep_one(self, estate: Estate) -> None:
        """An operator and the schedule may meet."""
        channel = await estate.channel(**CHAT_ONLY)
        estate.fake.plays(whole(ANSWER), whole(ANSWER))
        await asyncio.gather(*[run_tests(estate.tester, COMMAND_LINE, channel.id) for _ in range(2)])
        assert len(await estate.tests()) == 1


class TestAKeyThatIsOff:
    async def test_is_on_again_once_it_works(self, estate: Estate) -> None:
        """And is taken for well, whatever it was held back for."""
        channel = await estate.channel(**CHAT_ONLY)
        (key,) = await estate.keys()
        await estate.switch_off(key)
        estate.fake.plays(whole(ANSWER))

        await run_tests(estate.tester, COMMAND_LINE, channel.id)
        await turns()

        (key,) = await estate.keys()
        assert (key.off_reason, key.off_at) == ("", None)
        assert await estate.notices() == [("key_off", f"k{key.id}"), ("key_on", f"k{key.id}")]
        assert not estate.fake.road.health

    async def test_stays_off_while_it_fails(self, estate: Estate) -> None:
        """Nobody is told again."""
        channel = await estate.channel(**CHAT_ONLY)
        (key,) = await estate.keys()
        await estate.switch_off(key)
        estate.fake.plays(refused(401, "invalid_api_key"))

        await run_tests(estate.tester, COMMAND_LINE, channel.id)

        (key,) = await estate.keys()
        assert key.off_reason == "auth: no such key"
        assert await estate.notices() == [("key_off", f"k{key.id}")]
