"""What a channel changes in the requests that it sends, as data; `check` says what makes sense."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType


class Condition(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"is_": "is", "in_": "in"},
):
    """A test of a place in the body, or of something that is known besides; all that is given must hold.

    Attributes:
        path: a place in the body; with `*` it is enough if one of the places passes.
        fact: instead of a place; see `facts.FACTS`, or `header:x-name`.
        is_: equals this.
        is_not: is absent, or equals something else.
        in_: equals one of these.
        matches: is a text in which this regular expression is found.
        exists: is there, or is not.
        greater, less: is a number above, or below, this one.
    """

    path: str = ""
    fact: str = ""
    is_: Any | UnsetType = UNSET
    is_not: Any | UnsetType = UNSET
    in_: tuple[Any, ...] | UnsetType = UNSET
    matches: str | UnsetType = UNSET
    exists: bool | UnsetType = UNSET
    greater: int | float | UnsetType = UNSET
    less: int | float | UnsetType = UNSET


class Operation(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"with_": "with"},
):
    """One change of the body. What does not fit the body does nothing.

    Attributes:
        path: names and numbers with dots between them; `*` stands for every item.
        value: what is set, appended or prepended.
        to: where it is moved to.
        find: a text, or a regular expression between slashes.
        with_: what stands in its place.
        keep: only where nothing stands yet.
        when: all of these must hold.
    """

    op: Literal["set", "delete", "move", "append", "prepend", "replace"]
    path: str
    value: Any | UnsetType = UNSET
    to: str | UnsetType = UNSET
    find: str | UnsetType = UNSET
    with_: str | UnsetType = UNSET
    keep: bool = False
    when: tuple[Condition, ...] = ()


class SystemPrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Instructions of the operator's.

    Attributes:
        text: may hold placeholders.
        mode: before the client's own, after them, or instead of them.
    """

    text: str
    mode: Literal["add", "append", "override"] = "add"


class Fields(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which members go up.

    Attributes:
        drop: paths of what does not.
        only: names at the top of the body that do, and no others.
    """

    drop: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


class Timeouts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Deadlines of one attempt, in milliseconds; None where the gateway's own hold.

    Attributes:
        total_ms: ends earlier where the gateway's own for the whole exchange does.
    """

    connect_ms: int | None = None
    first_byte_ms: int | None = None
    idle_ms: int | None = None
    total_ms: int | None = None


class Shaping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything that a channel changes; nothing, to begin with.

    Attributes:
        headers: name to a text that may hold placeholders; an empty text takes the header away.
        pass_headers: headers of the client that go up besides those of the dialect; `x-some-*` for many.
        organisation, project: as OpenAI's headers name them.
        operations: in their order, after `system` and `fields`.
        statuses: what the provider answered to what we take it for.
        dialect: the one that the channel is spoken to with; empty: the nearest.
    """

    headers: Mapping[str, str] = {}
    pass_headers: tuple[str, ...] = ()
    organisation: str = ""
    project: str = ""
    operations: tuple[Operation, ...] = ()
    system: SystemPrompt | None = None
    fields: Fields | None = None
    statuses: Mapping[str, int] = {}
    timeouts: Timeouts | None = None
    dialect: str = ""

    @property
    def works_on_body(self) -> bool:
        """Whether the body must be at hand as a whole."""
        return bool(self.operations or self.system or self.fields)


def shaping_json(shaping: Shaping) -> dict[str, Any]:
    """Return it as it is stored; checked again it is the same."""
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(shaping))
    return told
