"""State that only one account can read names it on its way through clients."""

from oblivious.adapters.chat.events import Closed, Given, Opened, Signed
from oblivious.adapters.chat.owners import (
    answer_signed_off,
    event_signed_off,
    for_account,
    state_in,
    states_of,
)
from oblivious.adapters.chat.parts import Opaque, Reasoning, Text
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.chat.state import State, read, written

SECRET = State("openai_responses", "secret")
MINE, YOURS = State("openai_responses", "secret", "1"), State("openai_responses", "other", "2")


def test_the_account_travels_with_the_state() -> None:
    """Wrapped, through another dialect."""
    assert read(written(MINE, "anthropic"), "anthropic") == MINE


def test_events_name_the_account() -> None:
    """Wherever a state stands; others stay as they are."""
    plain = Opened(0, 0, Text(text="a"))
    item = Opaque(origin="x", kind="y", value={}, state=SECRET)

    assert event_signed_off(Signed(0, 0, SECRET), "1") == Signed(0, 0, MINE)
    assert state_in(event_signed_off(Opened(0, 0, Reasoning(state=SECRET)), "1")) == MINE
    assert state_in(event_signed_off(Given(0, 0, item), "1")) == MINE
    assert event_signed_off(plain, "1") == plain
    assert state_in(Closed(0, 0)) is None


def test_answers_do_too() -> None:
    """All their parts."""
    answer = ChatResponse((Choice((Reasoning(text="hm", state=SECRET), Text(text="hi"))),))

    assert states_of(answer_signed_off(answer, "1")) == [MINE]


def test_no_account_gets_what_another_one_made() -> None:
    """The thought itself stays, and what names nobody may be anybody's."""
    turn = Turn(
        "assistant", (Reasoning(state=MINE), Reasoning(text="hm", state=YOURS), Reasoning(state=SECRET))
    )
    ((found),) = for_account([turn], "1")

    assert found.parts == (Reasoning(state=MINE), Reasoning(text="hm"), Reasoning(state=SECRET))
