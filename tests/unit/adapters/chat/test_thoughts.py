"""What a model thought before its calls comes back to where it stood."""

import msgspec
import pytest

from oblivious.adapters.chat.parts import Part, Reasoning, Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.chat.state import State
from oblivious.adapters.chat.thoughts import Kept, by_call, key_of, missing, put_back

SECRET, OTHER = State("anthropic", "secret"), State("gemini", "other")
FIRST, LATER = Reasoning(text="hm", state=SECRET), Reasoning(state=State("anthropic.redacted", "x"))
CALL = ToolCall(id="toolu_1", name="get_weather", arguments='{"city":"Paris","days":2}')
SIGNED = msgspec.structs.replace(CALL, state=OTHER)
SECOND = ToolCall(id="toolu_2", name="get_time")
WORDS = Text(text="Let me see.")
RESULT = Turn("user", (ToolResult(call_id=CALL.id, content=(Text(text="rain"),)),))


def said(*parts: Part) -> Turn:
    return Turn("assistant", parts)


def restored(came_back: Turn, made: tuple[Part, ...]) -> tuple[Part, ...]:
    found = {key_of(call): kept for call, kept in by_call(made)}
    turns = put_back((RESULT, came_back, RESULT), found)
    assert (turns[0], turns[2]) == (RESULT, RESULT)
    return turns[1].parts


@pytest.mark.parametrize(
    "made",
    [
        pytest.param((FIRST, CALL), id="a thought"),
        pytest.param((FIRST, LATER, CALL, SECOND), id="two thoughts, two calls"),
        pytest.param((FIRST, WORDS, CALL), id="words between"),
        pytest.param((WORDS, FIRST, CALL), id="words before"),
        pytest.param((FIRST, WORDS, LATER, CALL), id="words in the middle"),
        pytest.param((FIRST, CALL, LATER, SECOND), id="a thought between calls"),
        pytest.param((SIGNED, SECOND), id="a call that is signed itself"),
        pytest.param((FIRST, SIGNED, WORDS), id="words at the end"),
    ],
)
def test_all_stands_again_where_it_stood(made: tuple[Part, ...]) -> None:
    """A client gives back words and calls, and nothing else."""
    bare = [part for part in made if not isinstance(part, Reasoning)]
    came_back = [msgspec.structs.replace(part, state=None) for part in bare]

    assert restored(said(*came_back), made) == made


def test_thoughts_without_a_signature_make_room() -> None:
    """Some clients give back the words alone."""
    assert restored(said(Reasoning(text="hm"), CALL), (FIRST, CALL)) == (FIRST, CALL)


@pytest.mark.parametrize(
    "turn",
    [
        pytest.param(said(LATER, CALL), id="a signed thought"),
        pytest.param(said(SIGNED), id="a signed call"),
    ],
)
def test_what_a_client_gave_back_stays(turn: Turn) -> None:
    """Nobody looks for it."""
    assert missing([turn]) == []
    assert restored(turn, (FIRST, CALL)) == turn.parts


def test_only_calls_of_the_assistant_are_looked_for() -> None:
    """In their order."""
    assert missing([RESULT, said(CALL, WORDS), said(SECOND)]) == [key_of(CALL), key_of(SECOND)]


@pytest.mark.parametrize(
    "arguments",
    ['{ "days": 2, "city": "Paris" }', '{"city":"P\\u0061ris","days":2}', '{"city":"Paris","days":2.0}'],
    ids=["order and spaces", "escapes", "numbers"],
)
def test_arguments_may_be_written_anew(arguments: str) -> None:
    """Clients parse them, and write them in their own way."""
    assert key_of(msgspec.structs.replace(CALL, arguments=arguments)) == key_of(CALL)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(msgspec.structs.replace(CALL, id="toolu_9"), id="another id"),
        pytest.param(msgspec.structs.replace(CALL, name="get_time"), id="another tool"),
        pytest.param(msgspec.structs.replace(CALL, arguments='{"city":"Rome"}'), id="other arguments"),
        pytest.param(msgspec.structs.replace(CALL, custom=True), id="free text"),
    ],
)
def test_another_call_finds_nothing(other: ToolCall) -> None:
    """Some vendors begin with the same ids in every conversation."""
    assert restored(said(other), (FIRST, CALL)) == (other,)


@pytest.mark.parametrize(
    "arguments", ["", "{}", "not json", '{"a":1e400}', '{"a":123456789012345678901234567890}', "[" * 5_000]
)
def test_every_call_has_a_key(arguments: str) -> None:
    """Whatever a model wrote for arguments."""
    call = msgspec.structs.replace(CALL, arguments=arguments)

    assert key_of(call) == key_of(msgspec.structs.replace(CALL, arguments=arguments))
    assert len(key_of(call)) == 32


def test_it_is_kept_as_json() -> None:
    """What was written is read again."""
    kept = Kept((FIRST,), (LATER,), OTHER)

    assert msgspec.json.decode(msgspec.json.encode(kept), type=Kept) == kept
