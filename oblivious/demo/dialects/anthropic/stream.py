"""A message as the events of a stream."""

from collections.abc import Iterator

from oblivious.demo.dialects.anthropic.blocks import Block
from oblivious.demo.reply import Event, Json, named_event

_PING = named_event({"type": "ping"})
_REPEATED = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")


def events(message: Json, blocks: list[Block]) -> Iterator[Event]:
    """Yield the events that add up to `message`, which is made of `blocks`."""
    yield named_event({"type": "message_start", "message": _opening(message)})
    for index, block in enumerate(blocks):
        yield named_event({"type": "content_block_start", "index": index, "content_block": block.start})
        if index == 0:
            yield _PING
        for delta in block.deltas:
            yield named_event({"type": "content_block_delta", "index": index, "delta": delta}, output=True)
        yield named_event({"type": "content_block_stop", "index": index})
    yield _ending(message)
    yield named_event({"type": "message_stop"})


def _opening(message: Json) -> Json:
    """Return the message without what is not known yet; its output tokens are a placeholder."""
    opening: Json = {**message, "content": [], "stop_reason": None, "stop_sequence": None}
    if "usage" in message:
        opening["usage"] = {**message["usage"], "output_tokens": min(1, message["usage"]["output_tokens"])}
    return opening


def _ending(message: Json) -> Event:
    delta = {"stop_reason": message["stop_reason"], "stop_sequence": message["stop_sequence"]}
    event: Json = {"type": "message_delta", "delta": delta}
    if "usage" in message:
        event["usage"] = {name: message["usage"][name] for name in _REPEATED}
    return named_event(event, usage="usage" in message)
