"""Whole answers told as streams, and streams folded to whole answers: one undoes the other."""

from typing import Any

import pytest

from oblivious.adapters.chat.events import (
    Begun,
    ChatEvent,
    Cited,
    Closed,
    Counted,
    Ended,
    Grown,
    Opened,
    Signed,
)
from oblivious.adapters.chat.folding import Folding
from oblivious.adapters.chat.parts import (
    Audio,
    Citation,
    Image,
    Opaque,
    Part,
    Reasoning,
    Refusal,
    Source,
    Text,
    ToolCall,
)
from oblivious.adapters.chat.response import ChatResponse, Choice, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.chat.telling import told
from oblivious.contracts.usage import Usage

STATE = State("anthropic", "signed")
PROBS = {"content": [{"token": "hi", "logprob": -0.1}], "refusal": None}


def folded(*events: ChatEvent) -> ChatResponse:
    folding = Folding()
    assert b"".join(folding.feed(event) for event in events) == b""
    return folding.response(Usage(1, 2))


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((Text(text="héllo"),), id="words"),
        pytest.param((Text(text=""),), id="no words"),
        pytest.param((), id="nothing"),
        pytest.param(
            (Text(text="a", citations=(Citation("https://a.test"), Citation("b"))),), id="citations"
        ),
        pytest.param((Reasoning(text="hm", state=STATE), Text(text="a")), id="signed thoughts"),
        pytest.param((Reasoning(state=STATE),), id="secret thoughts"),
        pytest.param((Reasoning(text="hm", summary=True),), id="a summary"),
        pytest.param((Text(text="a", state=STATE),), id="signed words"),
        pytest.param(
            (ToolCall(id="1", name="f", arguments='{"a":1}', state=STATE), ToolCall(id="2", name="g")),
            id="calls",
        ),
        pytest.param((ToolCall(id="1", name="f", arguments="free", custom=True),), id="a custom call"),
        pytest.param((Refusal(text="no"),), id="a refusal"),
        pytest.param(
            (Audio(source=Source(data="UklG"), format="wav", transcript="hi", id="audio_1"),), id="a sound"
        ),
        pytest.param((Audio(source=Source(), id="audio_1"),), id="a sound that is kept elsewhere"),
        pytest.param((Text(text="a"), Image(source=Source(url="https://a.test/b.png"))), id="a picture"),
        pytest.param(
            (Opaque(origin="anthropic", kind="x", value={"a": 1}), Text(text="b")), id="something else"
        ),
    ],
)
def test_a_part_comes_through(parts: tuple[Part, ...]) -> None:
    """As it was."""
    answer = ChatResponse(
        (Choice(parts, Finish.LENGTH, 0, "END", None, "why"),), Usage(1, 2), "id", 5, "flex"
    )

    assert folded(*told(answer)) == answer


def test_choices_keep_their_numbers_and_their_probabilities() -> None:
    """Whatever came between them."""
    first = Choice((Text(text="hi"),), index=0, logprobs=PROBS)
    second = Choice((ToolCall(id="1", name="f"),), Finish.TOOL_CALLS, 3)
    answer = ChatResponse((first, second), Usage(1, 2))

    assert folded(*told(answer)) == answer


@pytest.mark.parametrize("probs", [None, [], {"content": None}, {}, "x"], ids=str)
def test_probabilities_that_are_none_are_left_out(probs: Any) -> None:
    """Some vendors write the member all the same."""
    answer = ChatResponse((Choice((Text(text="hi"),), logprobs=probs),))

    assert folded(*told(answer)).choices[0].logprobs is None


def test_a_stream_ends_with_its_end() -> None:
    """And says its usage before that, where it is known."""
    answer = ChatResponse((Choice((Text(text="hi"),)),))

    assert [type(event) for event in told(answer)][-1] is Ended
    assert not any(isinstance(event, Counted) for event in told(answer))


def test_what_belongs_to_no_part_is_left_out() -> None:
    """A decoder does not say such things; nothing breaks if one does."""
    answer = folded(
        Begun("a"),
        Opened(0, 0, Text(text="")),
        Grown(0, 0, "hi"),
        Grown(0, 7, "x"),
        Signed(0, 7, STATE),
        Cited(0, 7, Citation("b")),
        Closed(0, 7),
    )

    assert answer == ChatResponse((Choice((Text(text="hi"),)),), Usage(1, 2), "a")
