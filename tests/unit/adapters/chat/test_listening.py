"""An answer is heard as it passes."""

import msgspec
import pytest

from oblivious.adapters.chat.events import Begun, ChatEvent, Closed, Ended, Given, Grown, Opened, Signed
from oblivious.adapters.chat.listening import Listener
from oblivious.adapters.chat.parts import Reasoning, Text, ToolCall
from oblivious.adapters.chat.response import ChatResponse, Choice
from oblivious.adapters.chat.state import State
from oblivious.adapters.chat.thoughts import Kept, key_of

SECRET, OTHER = State("anthropic", "secret"), State("gemini", "other")
THOUGHT = Reasoning(text="hm, so", state=SECRET)
CALL = ToolCall(id="toolu_1", name="get_weather", arguments='{"city":"Paris"}')
SIGNED = msgspec.structs.replace(CALL, state=OTHER)
LONG = "a" * 300_000
TELLING: tuple[ChatEvent, ...] = (
    Begun("msg_1"),
    Opened(0, 0, Reasoning()),
    Grown(0, 0, "hm,"),
    Grown(0, 0, " so"),
    Signed(0, 0, SECRET),
    Closed(0, 0),
    Opened(0, 1, Text()),
    Grown(0, 1, "Let me see."),
    Closed(0, 1),
    Opened(0, 2, ToolCall(id=CALL.id, name=CALL.name)),
    Signed(0, 2, OTHER),
    Grown(0, 2, '{"city":'),
    Grown(0, 2, '"Paris"}'),
    Closed(0, 2),
    Ended(),
)


def heard(*events: ChatEvent, words: bool = False) -> dict[str, Kept]:
    listener = Listener(words=words)
    for event in events:
        listener.hear(event)
    return read(listener)


def read(listener: Listener) -> dict[str, Kept]:
    return {key: msgspec.json.decode(kept, type=Kept) for key, kept in listener.kept().items()}


def test_a_stream() -> None:
    """Words and signatures come piece by piece."""
    assert heard(*TELLING) == {key_of(CALL): Kept((THOUGHT,), (), OTHER)}


def test_a_whole_answer() -> None:
    """The same of it."""
    listener = Listener()
    listener.hear_whole(ChatResponse((Choice((THOUGHT, Text(text="Let me see."), SIGNED)),)))

    assert read(listener) == {key_of(CALL): Kept((THOUGHT,), (), OTHER)}


def test_what_comes_in_one_piece() -> None:
    """A thought that has nothing but its state, and a call that brings its own."""
    redacted = Reasoning(state=State("anthropic.redacted", "x"))
    pieces = (Given(0, 0, redacted), Opened(0, 1, SIGNED), Closed(0, 1))

    assert heard(*pieces) == {key_of(CALL): Kept((redacted,), (), OTHER)}


def test_choices_are_told_apart() -> None:
    """What one of them thought is not the other one's."""
    pieces = (Given(0, 0, THOUGHT), Given(1, 0, SIGNED))

    assert heard(*pieces) == {key_of(CALL): Kept((), (), OTHER)}


@pytest.mark.parametrize(
    "events",
    [
        pytest.param(TELLING[:9], id="no call"),
        pytest.param((Given(0, 0, Reasoning(text="hm")), Given(0, 1, CALL)), id="no signature"),
        pytest.param((Given(0, 0, Text(text="hm", state=OTHER)), Given(0, 1, CALL)), id="signed words"),
        pytest.param((*TELLING, Opened(0, 3, Reasoning()), Grown(0, 3, LONG)), id="too much in a stream"),
        pytest.param((Given(0, 0, Reasoning(text=LONG)), Given(0, 1, SIGNED)), id="too much at once"),
    ],
)
def test_nothing_is_kept_of(events: tuple[ChatEvent, ...]) -> None:
    """It would be of no use, or too heavy."""
    assert heard(*events) == {}


def test_words_are_kept_for_a_provider_that_wants_them_back() -> None:
    """Nobody signed them."""
    thought = Reasoning(text="hm")

    assert heard(Given(0, 0, thought), Given(0, 1, CALL), words=True) == {key_of(CALL): Kept((thought,))}
    assert heard(Given(0, 0, CALL), words=True) == {}
