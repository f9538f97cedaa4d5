import pytest
from aio_pika.abc import HeadersType

from oblivious.infra.bus.rabbit.messages import (
    MOST_BYTES,
    MOST_OUTCOMES,
    Undecodable,
    dead_message,
    dead_outcome,
    fresh_message,
    pack,
    reason_of,
    revived_message,
    unpack,
)
from tests.fakes.records import outcome


class TestPack:
    @pytest.mark.parametrize("count", [0, 1, MOST_OUTCOMES, MOST_OUTCOMES + 1, 3 * MOST_OUTCOMES])
    def test_all_outcomes_come_back_in_their_order(self, count: int) -> None:
        """No message holds more than it may."""
        outcomes = [outcome(number) for number in range(1, count + 1)]

        messages = [fresh_message(body) for body in pack(outcomes)]

        unpacked = [unpack(message.body, message.headers) for message in messages]
        assert [o for part in unpacked for o in part] == outcomes
        assert all(len(part) <= MOST_OUTCOMES for part in unpacked)
        assert len(messages) == -(-count // MOST_OUTCOMES)

    def test_no_message_is_longer_than_it_may_be(self) -> None:
        """Long names fill a message before its outcomes do."""
        outcomes = [outcome(number, exchange="x" * 50_000) for number in range(1, 20)]

        bodies = list(pack(outcomes))

        assert len(bodies) > 1
        assert max(map(len, bodies)) <= MOST_BYTES


class TestUnpack:
    @pytest.mark.parametrize(
        ("body", "headers"),
        [
            pytest.param(b"[]", {}, id="no version"),
            pytest.param(b"[]", {"oblivious-version": 2}, id="a later version"),
            pytest.param(b"[{", {"oblivious-version": 1}, id="not JSON"),
            pytest.param(b'[{"journal": 5}]', {"oblivious-version": 1}, id="no outcome"),
            pytest.param(b"\xff\xfe", {"oblivious-version": 1}, id="not even text"),
        ],
    )
    def test_what_cannot_be_read_says_why(self, body: bytes, headers: HeadersType) -> None:
        """The reason goes to the dead letters with it."""
        with pytest.raises(Undecodable, match=r"\w+"):
            unpack(body, headers)


class TestDeadMessages:
    def test_a_dead_letter_is_revived_as_it_came(self) -> None:
        """Body and version are the first message's; reason and the broker's own additions are gone."""
        first: HeadersType = {"oblivious-version": 2, "x-delivery-count": 3}

        dead = dead_message(b"?", first, "cannot be read")
        revived = revived_message(dead.body, dead.headers)

        assert reason_of(dead.headers) == "cannot be read"
        assert (revived.body, revived.headers) == (b"?", {"oblivious-version": 2})

    def test_a_bad_outcome_can_still_be_read(self) -> None:
        """People must see what it is."""
        dead = dead_outcome(outcome(3), "no such account")

        assert unpack(dead.body, dead.headers) == [outcome(3)]
