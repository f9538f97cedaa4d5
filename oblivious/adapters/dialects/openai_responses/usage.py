"""Usage of the Responses API, and what else a response says that lasts."""

from collections.abc import Iterator
from typing import Any

import msgspec

from oblivious.adapters.chat.state import blob_key
from oblivious.adapters.dialects.counts import count, uncounted, usage_of
from oblivious.adapters.dialects.openai_responses.bindings import Item, items_of
from oblivious.adapters.lenient import is_object, part
from oblivious.contracts.usage import Usage

_SEARCH = "web_search_call"


class Response(msgspec.Struct):
    """What is read of a response object; instructions, tools and texts stay unread."""

    id: Any = None
    status: Any = None
    store: Any = None
    error: Any = None
    usage: Any = None
    tool_usage: Any = None
    conversation: Any = None
    output: msgspec.Raw = msgspec.Raw(b"[]")


def read_usage(response: Response) -> Usage | None:
    """Return what a response says of its usage; None if it says nothing."""
    usage = response.usage
    if not is_object(usage) or not usage.keys() & {"input_tokens", "output_tokens"}:
        return None
    if uncounted(usage.get("input_tokens"), usage.get("output_tokens")):
        return None
    given, made = part(usage.get("input_tokens_details")), part(usage.get("output_tokens_details"))
    return usage_of(
        count(usage.get("input_tokens")),
        count(usage.get("output_tokens")),
        cache_read=count(given.get("cached_tokens")),
        cache_write=count(given.get("cache_write_tokens")) or count(given.get("cache_creation_input_tokens")),
        reasoning=count(made.get("reasoning_tokens")),
        searches=_searches(response),
    )


def bindings_of(response: Response) -> Iterator[str]:
    """Yield the keys that must lead back to the account that made this response.

    The ids of items can be referred to only where the provider stored them.
    """
    yield from _texts(response.id, part(response.conversation).get("id"))
    for item in items_of(response.output):
        if response.store is not False:
            yield from _texts(item.id)
        yield from blobs_of(item)


def blobs_of(item: Item) -> Iterator[str]:
    """Yield the key of an item's encrypted reasoning, if it has any."""
    if isinstance(item.encrypted_content, str) and item.encrypted_content:
        yield blob_key(item.encrypted_content)


def _searches(response: Response) -> int:
    told = part(part(response.tool_usage).get("web_search")).get("num_requests")
    if told is not None:
        return count(told)
    charged = part(part(part(response.usage).get("tool_calls_details")).get("search_web")).get("invocation")
    if charged is not None:  # Perplexity's
        return count(charged)
    if b'"web_search_call"' not in bytes(response.output):
        return 0
    return sum(1 for item in items_of(response.output) if item.type == _SEARCH)


def _texts(*values: object) -> Iterator[str]:
    return (value for value in values if isinstance(value, str) and value)
