import pytest

from oblivious.contracts.events import INTERRUPTED, SETTLED, Outcome, Record
from oblivious.contracts.usage import NOTHING, Usage
from oblivious.infra.bus.join import Carried, Joiner
from tests.fakes.records import AT_MS, attempt, ended, opened, price, progress, whole


def joined(*records: Record) -> tuple[Joiner, list[Outcome]]:
    """Feed records to a new joiner."""
    joiner = Joiner("boot", Carried())
    return joiner, [outcome for record in records if (outcome := joiner.feed(record))]


class TestFeed:
    def test_an_exchange_is_joined_from_its_records(self) -> None:
        """The outcome holds all that was written of it."""
        _, outcomes = joined(*whole("a"))

        assert outcomes == [Outcome("boot", 1, SETTLED, opened("a"), ended("a"), [attempt("a")])]

    def test_numbers_follow_the_ends(self) -> None:
        """Who began first does not matter."""
        _, outcomes = joined(opened("a"), opened("b"), opened("c"), ended("c"), ended("a"), ended("b"))

        assert [(o.number, o.opened.exchange_id) for o in outcomes] == [(1, "c"), (2, "a"), (3, "b")]

    def test_an_exchange_may_end_without_an_attempt(self) -> None:
        """Nobody was willing, or its client went away first."""
        _, outcomes = joined(opened("a"), ended("a", amount=0))

        assert outcomes[0].attempts == []

    def test_an_end_without_a_beginning_is_counted_and_has_no_number(self) -> None:
        """Damage took its beginning: nothing can be settled."""
        joiner, outcomes = joined(ended("lost"), *whole("a"))

        assert [o.number for o in outcomes] == [1]
        assert joiner.orphans == 1

    @pytest.mark.parametrize("record", [attempt("lost"), progress("lost")], ids=["attempt", "progress"])
    def test_what_belongs_to_no_open_exchange_is_left_out(self, record: Record) -> None:
        """A late progress record names what has ended already."""
        assert joined(record)[0].interrupt(price) == []


class TestInterrupt:
    def test_open_exchanges_end_after_all_others_in_the_order_of_their_beginnings(self) -> None:
        """So every reading numbers them alike."""
        joiner, _ = joined(opened("b"), opened("a"), *whole("c"))

        assert [(o.number, o.opened.exchange_id) for o in joiner.interrupt(price)] == [(2, "b"), (3, "a")]

    def test_without_an_attempt_it_costs_nothing(self) -> None:
        """No upstream has seen it."""
        joiner, _ = joined(opened("a"))

        [outcome] = joiner.interrupt(price)

        assert (outcome.status, outcome.ended.amount, outcome.ended.usage) == (INTERRUPTED, 0, NOTHING)

    def test_the_last_that_is_known_to_be_delivered_is_priced(self) -> None:
        """Progress is written once a second."""
        joiner, _ = joined(opened("a"), attempt("a"), progress("a", tokens=5), progress("a", tokens=9))

        [outcome] = joiner.interrupt(price)

        assert outcome.ended.usage == Usage(10, 9, estimated=True)
        assert (outcome.ended.amount, outcome.ended.attempt_id) == (19, "a-1")

    def test_it_ended_when_the_last_record_was_written(self) -> None:
        """Nothing else is known of the moment in which its worker died, and it must always be the same."""
        joiner, _ = joined(opened("a"), attempt("a"), progress("b", at_ms=AT_MS + 700))

        [outcome] = joiner.interrupt(price)

        assert (outcome.ended.at_ms, outcome.ended.total_ms) == (AT_MS + 700, 700)

    def test_it_happens_once(self) -> None:
        """What was interrupted is not open any more."""
        joiner, _ = joined(opened("a"))

        assert [len(joiner.interrupt(price)), len(joiner.interrupt(price))] == [1, 0]


class TestCarried:
    @pytest.mark.parametrize("border", range(8))
    def test_another_joiner_goes_on_from_any_border_with_the_same_outcomes(self, border: int) -> None:
        """What is carried over is all that must be known of what came before."""
        records = [opened("a"), attempt("a"), *whole("b"), progress("a"), opened("c"), ended("c")]
        first, outcomes = joined(*records[:border])
        second = Joiner("boot", first.carried())

        outcomes += [outcome for record in records[border:] if (outcome := second.feed(record))]

        whole_joiner, expected = joined(*records)
        assert outcomes + second.interrupt(price) == expected + whole_joiner.interrupt(price)
