"""What a request's reader and writer leave for those who make the answer."""

import msgspec

from oblivious.adapters.chat.request import ChatRequest


class ClientPlan(msgspec.Struct, frozen=True):
    """What the client's side of an answer needs to know of the request.

    Attributes:
        request: as it was read.
        wants_usage: its stream should say what it used.
        wants_state: the client takes encrypted reasoning back; else it gets none it would not understand.
        older_calls: the client looks for a call only where chat's older way to call functions has it.
        exchange_id: what answers without an id of their own are named after.
        created: seconds since 1970.
    """

    request: ChatRequest
    wants_usage: bool = False
    wants_state: bool = True
    older_calls: bool = False
    exchange_id: str = ""
    created: int = 0


class UpstreamPlan(msgspec.Struct):
    """What a request's writer changed, so that the answer's reader can change it back; one for each attempt.

    Attributes:
        tool_names: the upstream's name of a tool to the client's, where they differ.
        schema_tool: the tool that was forced so that its arguments are the answer; empty if none was.
        custom_tools: names of tools that take free text and were offered as functions.
        dropped: parameters that the provider does not know, by their neutral names; a header tells them.
        inline_thoughts: the name of the tags between which thoughts may come in the text; empty: they do not.
        cached_within: its stream counts cached tokens within the input, in a dialect that has them beside it.
    """

    tool_names: dict[str, str] = {}
    schema_tool: str = ""
    custom_tools: frozenset[str] = frozenset()
    dropped: list[str] = []
    inline_thoughts: str = ""
    cached_within: bool = False
