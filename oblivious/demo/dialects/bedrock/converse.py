"""POST /model/{model}/converse and /model/{model}/converse-stream."""

from collections.abc import Iterator, Sequence

from oblivious.demo.answer import Finish, compose
from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.bedrock.blocks import Block, blocks_of
from oblivious.demo.dialects.bedrock.frames import event_frame
from oblivious.demo.dialects.bedrock.path import in_path
from oblivious.demo.dialects.bedrock.request import ask_of, read_converse
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Event, Json, Reply, encode
from oblivious.demo.usage import Usage, told, usage_of
from oblivious.demo.wire.request import Request

_REASONS = {
    Finish.STOP: "end_turn",
    Finish.STOP_SEQUENCE: "stop_sequence",
    Finish.LENGTH: "max_tokens",
    Finish.TOOLS: "tool_use",
}


def reply(request: Request, behaviour: Behaviour, mint: Mint) -> Reply:
    """Answer a conversation.

    Raises:
        Refusal: 400, naming the field.
    """
    ask = ask_of(read_converse(request.body, mint))
    answer = compose(ask, behaviour.length)
    usage = usage_of(ask, answer, behaviour)
    telling = told(usage, behaviour)
    blocks = list(blocks_of(answer, mint))
    stop: Json = {"stopReason": _REASONS[answer.finish]}
    if answer.stop is not None:
        stop["additionalModelResponseFields"] = {"stop_sequence": answer.stop}
    end = {**_counts(telling), "metrics": {"latencyMs": 1}}
    if in_path(request).stream:
        return Reply(events=tuple(_events(blocks, stop, end)), usage=usage)
    message = {"role": "assistant", "content": [block.whole for block in blocks]}
    body = encode({"output": {"message": message}, **stop, **end})
    return Reply(body, usage=usage, usage_given=telling is not None)


def _counts(usage: Usage | None) -> Json:
    if usage is None:
        return {}
    counts = {
        "inputTokens": usage.input_tokens,
        "outputTokens": usage.output_tokens,
        "totalTokens": usage.total_tokens,
    }
    return {"usage": counts}


def _events(blocks: Sequence[Block], stop: Json, end: Json) -> Iterator[Event]:
    yield Event(event_frame("messageStart", {"role": "assistant"}))
    for index, block in enumerate(blocks):
        place = {"contentBlockIndex": index}
        if block.start is not None:
            yield Event(event_frame("contentBlockStart", {**place, "start": block.start}))
        for delta in block.deltas:
            yield Event(event_frame("contentBlockDelta", {**place, "delta": delta}), output=True)
        yield Event(event_frame("contentBlockStop", place))
    yield Event(event_frame("messageStop", stop))
    yield Event(event_frame("metadata", end), usage="usage" in end)
