"""What an exchange takes before it may begin, and who refuses it."""

import json

import msgspec
import pytest

from oblivious.contracts.caller import STRICT, Caller
from oblivious.contracts.events import Opened
from tests.fakes.clients import FakeClient
from tests.fakes.road import ACCOUNT, CALLER, FUNDS, FakeRoad, chat
from tests.fakes.upstreams import whole
from tests.unit.gateway.road.answers import ANSWER, COST

LIMITED = msgspec.structs.replace(CALLER, rpm=1, concurrency=1)
STRICTLY = msgspec.structs.replace(CALLER, policy=STRICT)


def opened(fake: FakeRoad) -> Opened:
    (found,) = fake.journal.of(Opened)
    return found


async def refused(fake: FakeRoad) -> tuple[int, str]:
    """Ask; return the status and the code of the error."""
    client = FakeClient(chat())
    await fake.asked_by(client)
    return client.status, json.loads(client.body)["error"]["code"]


class TestGranted:
    async def test_the_journal_knows_what_is_held_by_which_card_for_whom(self) -> None:
        """Enough to bill it if this process dies now."""
        fake = FakeRoad().plays(whole(ANSWER))

        exchange = await fake.asked_by(FakeClient(chat(max_tokens=10)), x_request_id="theirs")

        record = opened(fake)
        assert exchange.need is not None
        assert (record.key_id, record.account_id, record.group) == (7, ACCOUNT, "default")
        assert (record.dialect, record.endpoint, record.model) == ("openai_chat", "chat_completions", "gpt")
        assert record.hold == exchange.need.amount == record.estimate * 1_000 + 10 * 2_000
        assert json.loads(bytes(record.card))["rates"] == {"input": "0.000001", "output": "0.000002"}

    async def test_a_strict_group_holds_a_proven_bound(self) -> None:
        """Every byte a token, and the answer at its longest."""
        fair, strict = FakeRoad().plays(whole(ANSWER)), FakeRoad(caller=STRICTLY).plays(whole(ANSWER))

        for fake in (fair, strict):
            await fake.asked_by(FakeClient(chat(max_tokens=2_000)))

        assert opened(strict).hold > opened(fair).hold
        assert opened(strict).hold >= len(chat(max_tokens=2_000)) * 1_000 + 2_000 * 2_000

    async def test_an_unknown_wallet_is_seeded_and_asked_again(self) -> None:
        """Unknown is neither zero nor unlimited."""
        fake = FakeRoad().plays(whole(ANSWER), whole(ANSWER))

        await fake.asked_by(FakeClient(chat()))
        await fake.asked_by(FakeClient(chat()))

        wallet = await fake.store.wallet(ACCOUNT)
        assert wallet is not None
        assert (fake.wallets.seeds, wallet.available) == (1, FUNDS - 2 * COST)

    async def test_a_caller_without_any_bound_needs_no_wallet(self) -> None:
        """It is metered all the same."""
        fake = FakeRoad(caller=msgspec.structs.replace(CALLER, unlimited=True)).plays(whole(ANSWER))

        await fake.asked_by(FakeClient(chat()))

        assert (fake.wallets.seeds, fake.ended.amount) == (0, COST)


class TestRefused:
    @pytest.mark.parametrize(
        ("caller", "posted", "told"),
        [
            pytest.param(CALLER, 0, (429, "insufficient_quota"), id="no money"),
            pytest.param(STRICTLY, 1_000_000, (429, "insufficient_quota"), id="no money for the bound"),
            pytest.param(
                msgspec.structs.replace(CALLER, tpm=5), FUNDS, (429, "request_exceeds_limit"), id="too large"
            ),
        ],
    )
    async def test_it_costs_nothing_leaves_nothing_and_reaches_nobody(
        self, caller: Caller, posted: int, told: tuple[int, str]
    ) -> None:
        """Not even a line in the journal."""
        fake = FakeRoad(caller=caller, posted=posted)

        assert await refused(fake) == told
        assert (fake.journal.records, fake.asked) == ([], [])
        assert await fake.leftovers() == []

    async def test_one_too_many_a_minute_is_told_when_there_is_room(self) -> None:
        """The meter refuses by name, and what it refused is not counted."""
        fake = FakeRoad(caller=LIMITED).plays(whole(ANSWER))
        await fake.asked_by(FakeClient(chat()))
        client = FakeClient(chat())

        await fake.asked_by(client)

        assert client.status == 429
        assert "requests per minute of the key" in json.loads(client.body)["error"]["message"]
        assert 60 <= int(client.headers["retry-after"]) <= 120

    async def test_a_full_journal_takes_nobody_in(self) -> None:
        """What could not be written down could not be billed."""
        fake = FakeRoad()
        fake.journal.full = True

        assert await refused(fake) == (503, "journal_full")
        assert fake.store.finished == []

    async def test_a_journal_that_fails_later_stops_the_attempt(self) -> None:
        """Nothing left, so nothing is owed."""
        fake = FakeRoad().plays(whole(ANSWER))
        fake.journal.broken = OSError("no space left")

        assert await refused(fake) == (503, "journal_full")
        assert (fake.asked, fake.ended.amount) == ([], 0)
        assert await fake.leftovers() == []


class TestWithoutTheStore:
    async def test_by_default_nobody_is_served(self) -> None:
        """Limits that can't be asked are not passed over."""
        fake = FakeRoad()
        fake.store.away = True

        assert await refused(fake) == (503, "state_unavailable")
        assert fake.count("oblivious_state_unreachable") == {("refuse",): 1}
        assert fake.journal.records == []

    async def test_if_the_operator_allows_it_exchanges_go_on_and_are_billed(self) -> None:
        """The ledger still gets every line."""
        fake, client = FakeRoad(allow_without_state=True).plays(whole(ANSWER)), FakeClient(chat())
        fake.store.away = True

        await fake.asked_by(client)

        assert (client.status, fake.ended.amount) == (200, COST)
        assert fake.count("oblivious_state_unreachable") == {("allow",): 1}

    async def test_a_store_that_goes_away_while_the_wallet_is_seeded_is_the_same(self) -> None:
        """Whichever call it was that failed."""
        fake = FakeRoad()
        fake.wallets.lose = True

        assert await refused(fake) == (503, "state_unavailable")

    async def test_a_wallet_that_is_forgotten_again_at_once_is_no_bug(self) -> None:
        """The store lost its data between two calls; the client may try again."""
        fake = FakeRoad()
        fake.wallets.forgotten = True

        assert await refused(fake) == (503, "state_unavailable")
