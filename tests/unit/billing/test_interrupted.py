import msgspec
import pytest

from oblivious.billing.interrupted import price_interrupted
from oblivious.contracts.events import Delivered
from oblivious.contracts.usage import NOTHING, Usage
from tests.fakes.records import attempt, opened

# The card of these records: 150 nano-USD an input token, 600 an output token; 10 tokens are estimated.


class TestPriceInterrupted:
    def test_nothing_is_owed_before_the_first_attempt(self) -> None:
        """No provider was asked for anything."""
        assert price_interrupted(opened("x"), Delivered("x", 5), []) == (NOTHING, 0)

    @pytest.mark.parametrize(
        ("delivered", "output", "nano"),
        [(None, 0, 1_500), (Delivered("x", 7), 7, 1_500 + 7 * 600)],
        ids=["nothing delivered", "some delivered"],
    )
    def test_bills_what_is_known_to_be_delivered_by_the_frozen_card(
        self, delivered: Delivered | None, output: int, nano: int
    ) -> None:
        """Both numbers are marked as estimates."""
        usage, amount = price_interrupted(opened("x"), delivered, [attempt("x")])

        assert (usage, amount) == (Usage(10, output, estimated=True), nano)

    def test_never_fails_on_a_card_it_cannot_read(self) -> None:
        """One such exchange must not hold up its whole journal."""
        strange = msgspec.structs.replace(opened("x"), card=msgspec.Raw(b'{"rates":7}'))

        assert price_interrupted(strange, None, [attempt("x")]) == (Usage(10, 0, estimated=True), 0)
