"""What a model thought comes back to it through clients that keep words, calls and results only."""

import msgspec
import pytest

from oblivious.adapters.chat.listening import Listener
from oblivious.adapters.chat.parts import Part, Reasoning, Text, ToolCall, ToolResult
from oblivious.adapters.chat.plan import UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest, Thinking, Turn
from oblivious.adapters.chat.response import ChatResponse, Finish
from oblivious.adapters.chat.state import State
from oblivious.adapters.chat.thoughts import Kept, missing, put_back
from oblivious.adapters.dialects.listened import listened
from oblivious.adapters.dialects.translator import Translator
from oblivious.adapters.registry import CLIENTS, UPSTREAMS
from tests.contract.translation.cells import Exchanged, exchanged, heard_by, target
from tests.contract.translation.features import CALL, HELLO, WEATHER, ask, say
from tests.contract.translation.folding import events_of, folded
from tests.contract.translation.peers.table import PEERS
from tests.contract.translation.test_reasoning_returns import SECRETS

PAIRS = [(client, upstream) for client in CLIENTS for upstream in UPSTREAMS if SECRETS.get(upstream)]


def _heard(
    client: str, upstream: str, answer: ChatResponse, way: Exchanged, listener: Listener
) -> ChatResponse:
    """Return what a client hears, whole or in a stream, while somebody listens."""
    face = listened(CLIENTS[client], listener)
    if not way.said.stream:
        read = UPSTREAMS[upstream].read_response(
            PEERS[upstream].write_response(answer, way.seen), way.upstream_plan
        )
        assert isinstance(read, ChatResponse)
        heard = UPSTREAMS[client].read_response(face.write_response(read, way.client_plan), UpstreamPlan())
        assert isinstance(heard, ChatResponse)
        return heard
    encoder = PEERS[upstream].encoder(way.seen)
    translator = Translator(UPSTREAMS[upstream].decoder(way.upstream_plan), face.encoder(way.client_plan))
    down = b"".join(translator.feed(encoder.feed(event)) for event in events_of(answer)) + translator.finish()
    return folded(heard_by(client, down))


def _arrived(upstream: str, said: ChatRequest, kept: dict[str, bytes]) -> ChatRequest:
    """Return a request as the upstream understands it, with what was kept for its calls."""
    found = {key: msgspec.json.decode(kept[key], type=Kept) for key in missing(said.turns) if key in kept}
    whole = msgspec.structs.replace(said, turns=put_back(said.turns, found))
    return PEERS[upstream].read_request(UPSTREAMS[upstream].write_request(whole, target(upstream)), whole)[0]


def _states(request: ChatRequest) -> list[State | None]:
    return [part.state for turn in request.turns for part in turn.parts if isinstance(part, Reasoning)]


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize(("client", "upstream"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_over_three_turns(client: str, upstream: str, *, stream: bool) -> None:
    """Every turn brings all states of the turns before, each as it was made."""
    state = State(upstream, SECRETS[upstream])
    kept: dict[str, bytes] = {}
    turns: tuple[Turn, ...] = (HELLO,)
    for turn in range(3):
        way = exchanged(
            client, upstream, ask(*turns, tools=(WEATHER,), thinking=Thinking(effort="low"), stream=stream)
        )
        assert _states(_arrived(upstream, way.said, kept)) == [state] * turn
        listener = Listener()
        call = msgspec.structs.replace(CALL, id=f"call_{turn}")
        thought = say(Reasoning(text="hm", state=state), call, finish=Finish.TOOL_CALLS)
        heard = _heard(client, upstream, thought, way, listener)
        kept |= listener.kept()
        calls: list[Part] = [part for part in heard.choices[0].parts if isinstance(part, ToolCall)]
        bare = tuple(msgspec.structs.replace(part, state=None) for part in calls)
        result = ToolResult(call_id=call.id, content=(Text(text="rain"),), name=call.name)
        turns = (*turns, Turn("assistant", bare), Turn("user", (result,)))
