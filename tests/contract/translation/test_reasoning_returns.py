"""What a model thought comes back to it, through clients that know nothing of its secrets."""

import msgspec
import pytest

from oblivious.adapters.chat.parts import Part, Reasoning, Text, ToolCall, ToolResult
from oblivious.adapters.chat.request import Thinking, Turn
from oblivious.adapters.chat.response import ChatResponse, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.gemini.translate.signatures import signature_of
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from tests.contract.translation.cells import answered, exchanged, streamed
from tests.contract.translation.features import CALL, HELLO, WEATHER, ask, say

SECRETS = {
    "openai_chat": '[{"type":"reasoning.encrypted","data":"secret","index":0}]',
    "openai_responses": "secret",
    "anthropic": "secret",
    "gemini": "c2VjcmV0",
}
MAKERS = {"bedrock": "anthropic"}
"""By upstream: whose states it makes, where not its own dialect's: on Bedrock Claude signs as everywhere."""
PAIRS = [(client, upstream) for client in CLIENTS for upstream in UPSTREAMS]
KEEPING = [(client, upstream) for client, upstream in PAIRS if MAKERS.get(upstream, upstream) in SECRETS]
"""Where the upstream's models sign what they think."""


def _given_back(client: str, part: Part, turn: int) -> Part:
    """Return a part as a client keeps it; real upstreams never give two calls one id."""
    if isinstance(part, ToolCall):
        part = msgspec.structs.replace(part, id=f"call_{turn}")
    # Gemini's reader has unpacked what is only a signature to a client.
    if client == GEMINI and part.state is not None:
        part = msgspec.structs.replace(part, state=State(GEMINI, signature_of(part.state)))
    return part


def _states(turns: tuple[Turn, ...], kind: type[Reasoning | ToolCall]) -> list[State | None]:
    return [part.state for turn in turns for part in turn.parts if isinstance(part, kind)]


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize(("client", "upstream"), KEEPING, ids=["-".join(pair) for pair in KEEPING])
def test_over_three_turns(client: str, upstream: str, *, stream: bool) -> None:
    """Every turn brings all states of the turns before, each as it was made."""
    maker = MAKERS.get(upstream, upstream)
    state = State(maker, SECRETS[maker])
    thought = say(Reasoning(text="hm", state=state), CALL, finish=Finish.TOOL_CALLS)
    result = Turn("user", (ToolResult(call_id=CALL.id, content=(Text(text="rain"),), name=CALL.name),))
    turns: tuple[Turn, ...] = (HELLO,)
    for turn in range(3):
        request = ask(*turns, tools=(WEATHER,), thinking=Thinking(effort="low"), stream=stream)
        way = exchanged(client, upstream, request)
        assert _states(way.arrived.turns, Reasoning) == [state] * turn
        bring = streamed if stream else answered
        heard: ChatResponse = bring(client, upstream, thought, way)
        said = [_given_back(client, part, turn) for part in heard.choices[0].parts]
        answer = msgspec.structs.replace(result.parts[0], call_id=f"call_{turn}")
        turns = (*turns, Turn("assistant", tuple(said)), Turn("user", (answer,)))


@pytest.mark.parametrize(("client", "upstream"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_nobody_gets_the_secrets_of_another(client: str, upstream: str) -> None:
    """A model that is served by somebody else next time starts without them."""
    for maker, secret in SECRETS.items():
        if maker != MAKERS.get(upstream, upstream):
            thought = Reasoning(text="hm", state=State(maker, secret))
            arrived = exchanged(
                client, upstream, ask(HELLO, Turn("assistant", (thought, Text(text="hi"))), HELLO)
            )
            assert State(maker, secret) not in _states(arrived.arrived.turns, Reasoning)
