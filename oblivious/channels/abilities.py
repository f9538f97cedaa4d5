"""What a model or a channel can't do, and what a request needs. Pure."""

from typing import Annotated

import msgspec

from oblivious.adapters.members import Body, Members
from oblivious.channels.reading import read

_IMAGES = (
    b'"image_url"',
    b'"input_image"',
    b'"type":"image"',
    b'"type": "image"',
    b"inlineData",
    b"inline_data",
)
"""How pictures look in a body, whatever its dialect; a text that says the same only narrows the choice."""

_NO_TOOLS = (b"[]", b"null")


class Abilities(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What there is; None: nobody has said, so it is tried.

    Attributes:
        tools: takes tools, and may call them.
        vision: takes pictures.
        context_tokens: input tokens that fit.
    """

    tools: bool | None = None
    vision: bool | None = None
    context_tokens: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)] | None = None


class Wants(msgspec.Struct, frozen=True, gc=False):
    """What a request needs; `input_tokens` by estimate."""

    tools: bool = False
    vision: bool = False
    input_tokens: int = 0


UNKNOWN = Abilities()

TOOLS, VISION, CONTEXT = "tools", "vision", "context"
"""What can be lacking."""


def read_abilities(value: object, field: str = "abilities") -> Abilities:
    """Read what an operator says.

    Raises:
        ChangeRefused: names the member that is wrong.
    """
    return read(value, Abilities, field) if value != {} else UNKNOWN


def wants_of(body: Body, members: Members, input_tokens: int) -> Wants:
    """Return what a request needs, by a glance at its body."""
    tools = members.get("tools")
    return Wants(
        tools=tools is not None and bytes(tools) not in _NO_TOOLS,
        vision=any(body.find(mark) >= 0 for mark in _IMAGES),
        input_tokens=input_tokens,
    )


def lack(abilities: Abilities, wants: Wants) -> str:
    """Name what is needed and not there, empty if nothing is."""
    if wants.tools and abilities.tools is False:
        return TOOLS
    if wants.vision and abilities.vision is False:
        return VISION
    if abilities.context_tokens is not None and wants.input_tokens > abilities.context_tokens:
        return CONTEXT
    return ""
