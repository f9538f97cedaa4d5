"""What our answers say of themselves."""

import msgspec
import pytest

from oblivious.adapters.dialects.anthropic.endpoints import MESSAGES
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.contracts.meters import Meter, MeterKind, Reading
from oblivious.gateway.road.headers import limit_headers, request_id_of
from tests.fakes.clients import FakeClient
from tests.fakes.road import CALLER, FakeRoad, channel, chat
from tests.fakes.upstreams import ScriptedResponse, whole
from tests.unit.gateway.road.answers import ANSWER


def meter(key: str, limit: int) -> Meter:
    return Meter(key, key, MeterKind.WINDOW, limit, 1, 60_000)


class TestRequestId:
    @pytest.mark.parametrize(
        ("given", "told"),
        [
            pytest.param(b"abc-1", "abc-1", id="well-formed"),
            pytest.param(b"a" * 128, "a" * 128, id="as long as may be"),
            pytest.param(b"a" * 129, "own", id="too long"),
            pytest.param(b"", "own", id="empty"),
            pytest.param(b"a b", "own", id="a space"),
            pytest.param(b"a\xff", "own", id="no ASCII"),
            pytest.param(b"a\r\nx: y", "own", id="a header in it"),
        ],
    )
    def test_the_clients_own_is_echoed_if_it_is_well_formed(self, given: bytes, told: str) -> None:
        """Nobody writes our headers for us."""
        assert request_id_of({b"x-request-id": given}, "own") == told


class TestLimits:
    def test_the_tightest_of_key_and_account_is_told(self) -> None:
        """The one that will refuse first."""
        meters = (meter("k7:rpm", 60), meter("k7:tpm", 9_000), meter("a:rpm", 600))
        readings = (Reading(59, 1_000), Reading(8_990, 70), Reading(3, 2_000))

        assert dict(limit_headers(meters, readings)) == {
            b"x-ratelimit-limit-requests": b"600",
            b"x-ratelimit-remaining-requests": b"3",
            b"x-ratelimit-reset-requests": b"2000ms",
            b"x-ratelimit-limit-tokens": b"9000",
            b"x-ratelimit-remaining-tokens": b"8990",
            b"x-ratelimit-reset-tokens": b"70ms",
        }

    def test_nothing_is_left_is_zero_never_less(self) -> None:
        """After an overrun, too."""
        headers = dict(limit_headers((meter("k7:tpm", 10),), (Reading(-5, 1),)))

        assert headers[b"x-ratelimit-remaining-tokens"] == b"0"

    def test_without_limits_there_is_nothing_to_tell(self) -> None:
        """Slots in flight have no header of their own."""
        assert limit_headers((meter("k7:now", 3),), (Reading(1, 0),)) == []


class TestOnTheRoad:
    async def test_every_answer_can_be_found_again(self) -> None:
        """Good ones and bad ones."""
        for fake in (FakeRoad().plays(whole(ANSWER)), FakeRoad(posted=0)):
            client = FakeClient(chat())

            exchange = await fake.asked_by(client)

            assert client.headers["x-oblivious-exchange-id"] == exchange.id
            assert client.headers["x-request-id"] == exchange.request_id

    async def test_a_caller_with_limits_learns_what_is_left_of_them(self) -> None:
        """On the answer that took from them, and on the refusal."""
        caller = msgspec.structs.replace(CALLER, rpm=1)
        fake = FakeRoad(caller=caller).plays(whole(ANSWER))
        granted, refused = FakeClient(chat()), FakeClient(chat())

        await fake.asked_by(granted)
        await fake.asked_by(refused)

        for client in (granted, refused):
            assert client.headers["x-ratelimit-limit-requests"] == "1"
            assert client.headers["x-ratelimit-remaining-requests"] == "0"

    async def test_the_providers_limits_and_cookies_never_come_down(self) -> None:
        """They are not the caller's."""
        theirs = [
            (b"content-type", b"application/json"),
            (b"x-ratelimit-remaining-requests", b"9999"),
            (b"set-cookie", b"a=b"),
            (b"openai-organization", b"our-own"),
            (b"x-request-id", b"theirs"),
        ]
        client = FakeClient(chat())

        exchange = await FakeRoad().plays(ScriptedResponse(200, theirs, [ANSWER])).asked_by(client)

        assert "set-cookie" not in client.headers
        assert "x-ratelimit-remaining-requests" not in client.headers
        assert "openai-organization" not in client.headers
        assert client.headers["x-request-id"] == exchange.request_id

    async def test_ours_never_go_up(self) -> None:
        """Neither the caller's key nor its cookies."""
        fake = FakeRoad().plays(whole(ANSWER))

        exchange = await fake.asked_by(FakeClient(chat()), cookie="a=b", x_api_key="sk-caller")

        head = fake.asked[0].head
        assert b"sk-caller" not in head
        assert b"cookie" not in head
        assert fake.asked[0].header(b"x-request-id") == f"{exchange.id}-1"
        assert fake.asked[0].secret == "key-1-0"

    async def test_anthropics_clients_find_the_id_under_their_name(self) -> None:
        """Their SDK shows it in every error."""
        fake = FakeRoad(channel(1, provider="anthropic", dialect=ANTHROPIC), posted=0)
        client = FakeClient(chat(max_tokens=1))

        exchange = await fake.asked_by(client, MESSAGES)

        assert client.headers["request-id"] == exchange.request_id
