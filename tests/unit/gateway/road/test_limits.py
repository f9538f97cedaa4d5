"""Limits as meters, and refusals as errors."""

import pytest

from oblivious.contracts.caller import FAIR, STRICT, Caller
from oblivious.contracts.errors import NeverFits, OutOfMoney, RateLimited
from oblivious.contracts.meters import MeterKind, Need, Reading, Taken
from oblivious.gateway.road.limits import corrections, floor_of, meters_of, refusal

UNLIMITED = Caller(key_id=7, key_name="k", user_id=1, account_id=3, group="default")


def caller(**changes: object) -> Caller:
    return Caller(**{**{f: getattr(UNLIMITED, f) for f in UNLIMITED.__struct_fields__}, **changes})


def refused(who: Caller, by: int, tokens: int = 10, retry_after_ms: int = 0) -> Exception:
    meters = meters_of(who, tokens)
    need = Need("x", who.account_id, 5, 0, meters, 1000)
    return refusal(need, Taken(by, retry_after_ms, tuple(Reading(0, 0) for _ in meters)))


class TestMetersOf:
    def test_a_caller_without_limits_has_no_meters(self) -> None:
        """0 means no limit, not a limit of nothing."""
        assert meters_of(UNLIMITED, 100) == ()

    def test_every_limit_becomes_one_meter_key_before_account(self) -> None:
        """The narrower limit is asked first, so that it is the one named."""
        meters = meters_of(caller(rpm=60, tpm=1000, concurrency=2, account_rpm=600), 50)

        assert [(m.key, m.limit, m.cost, m.kind) for m in meters] == [
            ("k7:rpm", 60, 1, MeterKind.WINDOW),
            ("k7:tpm", 1000, 50, MeterKind.WINDOW),
            ("k7:now", 2, 1, MeterKind.GAUGE),
            ("a:rpm", 600, 1, MeterKind.WINDOW),
        ]

    def test_corrections_touch_only_token_meters(self) -> None:
        """A request stays one request; tokens become what they really were."""
        meters = meters_of(caller(rpm=60, tpm=1000, concurrency=2), 50)

        assert corrections(meters, 80) == (0, 30, 0)


class TestFloor:
    @pytest.mark.parametrize(
        ("who", "amount", "floor"),
        [
            pytest.param(caller(unlimited=True), 100, None, id="unlimited"),
            pytest.param(caller(), 0, None, id="free"),
            pytest.param(caller(policy=FAIR), 100, 0, id="fair"),
            pytest.param(caller(policy=FAIR, overdraft_nano_usd=50), 100, -50, id="fair with overdraft"),
            pytest.param(caller(policy=STRICT, overdraft_nano_usd=50), 100, 0, id="strict never overdraws"),
        ],
    )
    def test_how_low_a_wallet_may_go(self, who: Caller, amount: int, floor: int | None) -> None:
        """The group's policy and the account's overdraft decide."""
        assert floor_of(who, amount) == floor


class TestRefusal:
    def test_the_wallet_refuses_with_money_words(self) -> None:
        """An index beyond the meters is the wallet; no waiting helps."""
        error = refused(caller(rpm=1), by=1)

        assert isinstance(error, OutOfMoney)
        assert not error.retryable

    def test_a_window_says_its_name_and_when_it_has_room(self) -> None:
        """What the store said about the time is passed on."""
        error = refused(caller(rpm=1), by=0, retry_after_ms=1234)

        assert isinstance(error, RateLimited)
        assert error.meter == "requests per minute of the key"
        assert error.retry_after_ms == 1234

    def test_a_full_gauge_suggests_a_second(self) -> None:
        """Nobody knows when an exchange ends, but a client should have something to go by."""
        error = refused(caller(concurrency=1), by=0)

        assert isinstance(error, RateLimited)
        assert error.retry_after_ms == 1000

    def test_a_request_larger_than_the_limit_never_fits(self) -> None:
        """It says both numbers, and suggests no time."""
        error = refused(caller(tpm=5), by=0, tokens=10)

        assert isinstance(error, NeverFits)
        assert "10" in error.message
        assert not error.retryable
