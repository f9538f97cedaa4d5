"""The neutral stream. Parts are named by (choice, part); a decoder gives the numbers, each once, rising.

Every part is opened, grows, and is closed before the choice finishes; several may be open at once. Usage
comes when the upstream tells it, early, late, twice (the last one counts) or never. `Ended` is said only of
a stream that came to its proper end.
"""

from typing import Any

import msgspec

from oblivious.adapters.chat.parts import Citation, Part
from oblivious.adapters.chat.response import Finish
from oblivious.adapters.chat.state import State
from oblivious.contracts.errors import UpstreamError
from oblivious.contracts.usage import Usage


class Begun(msgspec.Struct, frozen=True, gc=False):
    """The upstream has taken the request; `id` as it calls the answer, `created` in seconds since 1970."""

    id: str = ""
    created: int = 0


class Opened(msgspec.Struct, frozen=True, gc=False):
    """A part begins: a Text, Reasoning, ToolCall, Refusal or Audio that has nothing in it yet."""

    choice: int
    part: int
    value: Part


class Grown(msgspec.Struct, frozen=True, gc=False):
    """More of its text: words, thoughts, arguments, a transcript.

    Attributes:
        logprobs: a list of tokens in the shape of chat completions.
        audio: base64, of a sound.
    """

    choice: int
    part: int
    text: str = ""
    logprobs: Any = None
    audio: str = ""


class Signed(msgspec.Struct, frozen=True, gc=False):
    """The state of a part, which comes whole."""

    choice: int
    part: int
    state: State


class Cited(msgspec.Struct, frozen=True, gc=False):
    """What an open text rests on."""

    choice: int
    part: int
    citation: Citation


class Closed(msgspec.Struct, frozen=True, gc=False):
    """A part is complete."""

    choice: int
    part: int


class Given(msgspec.Struct, frozen=True, gc=False):
    """A part that comes in one piece: an image, an opaque item. It is neither opened nor closed."""

    choice: int
    part: int
    value: Part


class Finished(msgspec.Struct, frozen=True, gc=False):
    """A choice has ended; see `Choice`."""

    choice: int
    finish: Finish
    stopped_by: str = ""
    said: str = ""


class Counted(msgspec.Struct, frozen=True, gc=False):
    """What has been used so far; not `complete`: the output is a placeholder."""

    usage: Usage
    complete: bool = True
    service_tier: str = ""


class Failed(msgspec.Struct, frozen=True, gc=False):
    """The upstream says that it failed; nothing follows."""

    error: UpstreamError


class Ended(msgspec.Struct, frozen=True, gc=False):
    """The stream is complete; nothing follows."""


ChatEvent = Begun | Opened | Grown | Signed | Cited | Closed | Given | Finished | Counted | Failed | Ended
