from http import HTTPStatus

from bench.fleet import Faced, faced
from oblivious.demo.served import Served
from tests.chaos.kinds import COUNTED, chat
from tests.chaos.line import Ending
from tests.chaos.load import Heard


def heard(exchange: str, ms: float, status: int = HTTPStatus.OK, *, whole: bool = True) -> Heard:
    return Heard(chat(COUNTED), "sk-any", Ending.COMPLETE, status, exchange, whole, ms=ms)


def served(attempt: str, at: float, ms: float) -> Served:
    return Served(attempt, at, "POST", "/v1/chat/completions", ms=ms)


def test_what_is_added_is_what_the_serving_attempt_did_not_take() -> None:
    """Tries that failed count as added, whichever upstream's log comes first; so does all that is ours."""
    found = faced(
        [heard("a", 12), heard("b", 1_030)],
        [served("b-2", 2, 20), served("a-1", 1, 10), served("b-1", 1, 1_000)],
    )

    assert found == Faced(2, 0, 0, 3, [2, 1_010])


def test_failures_and_how_they_began() -> None:
    """An answer that is not whole is a failure, and adds nothing."""
    answers = [
        heard("a", 5),
        heard("b", 5, whole=False),
        heard("c", 5, HTTPStatus.SERVICE_UNAVAILABLE, whole=False),
        heard("d", 5, 0, whole=False),
    ]

    assert faced(answers, [served("a-1", 1, 5)]) == Faced(4, 3, 1, 1, [0])


def test_percentiles() -> None:
    """The hundredth of what was added that is below a share of the rest."""
    found = Faced(100, 0, 0, 100, [float(ms) for ms in range(100)])

    assert [found.added(share) for share in (0.5, 0.99, 1)] == [50, 99, 99]
