"""The neutral answer."""

import enum
from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Part
from oblivious.contracts.usage import Usage


class Finish(enum.StrEnum):
    """Why a choice ended."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    CONTENT_FILTER = "content_filter"
    PAUSE = "pause"


class Choice(msgspec.Struct, frozen=True):
    """One of the answers.

    Attributes:
        stopped_by: the stop sequence that ended it.
        logprobs: in the shape of chat completions: `{"content": [...], "refusal": [...]}`.
        said: more words on why it ended, for people.
    """

    parts: tuple[Part, ...]
    finish: Finish = Finish.STOP
    index: int = 0
    stopped_by: str = ""
    logprobs: Any = None
    said: str = ""


class ChatResponse(msgspec.Struct, frozen=True):
    """One whole answer; `usage` is None where the upstream said nothing of it.

    Attributes:
        id: as the upstream calls the answer; empty where it has no name for it.
        created: seconds since 1970, 0 if unsaid.
        service_tier: the one it was served in.
    """

    choices: tuple[Choice, ...]
    usage: Usage | None = None
    id: str = ""
    created: int = 0
    service_tier: str = ""
