"""What clients say of channels and their keys, before it is looked at."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from oblivious.channels.wanted import Wanted
from oblivious.channels.wanted_key import WantedKey
from oblivious.contracts.changes import ChangeRefused
from oblivious.gateway.routes.admin.channel_shown import Switch

_SECRET = "api_key"  # noqa: S105 - how the command line calls it
_MOST_AT_ONCE = 1000

_Number = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class _Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be said of any channel; see `ChannelShown`.

    Attributes:
        base_url: spread over the provider's dialects; empty: where the provider is at home.
        base_urls: instead of it, dialect by dialect.
    """

    base_url: str | UnsetType = UNSET
    base_urls: dict[str, str] | UnsetType = UNSET
    mapping: dict[str, str] | UnsetType = UNSET
    weight: int | UnsetType = UNSET
    priority: int | UnsetType = UNSET
    groups: list[str] | UnsetType = UNSET
    key_mode: str | UnsetType = UNSET
    tag: str | UnsetType = UNSET
    note: str | UnsetType = UNSET
    limits: dict[str, Any] | UnsetType = UNSET
    abilities: dict[str, Any] | UnsetType = UNSET
    shaping: dict[str, Any] | UnsetType = UNSET
    link: dict[str, Any] | UnsetType = UNSET
    tests: dict[str, Any] | UnsetType = UNSET


class ChannelEdit(_Said, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What changes of a channel; what is not said stays as it is."""

    models: list[str] | UnsetType = UNSET


class NamedChannelEdit(ChannelEdit, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same of one channel, which may get another name."""

    name: str | UnsetType = UNSET


class NewChannel(_Said, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A channel to add; `keys` are its secrets at the provider, none where the provider asks for none."""

    name: str
    provider: str
    models: list[str]
    keys: list[str] = []


class ChosenChannels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several channels, by their tag or their numbers."""

    tag: str = ""
    ids: Annotated[list[_Number], msgspec.Meta(max_length=_MOST_AT_ONCE)] = []


class ManyChannels(ChosenChannels, frozen=True, forbid_unknown_fields=True):
    """Several channels, and what changes of each.

    Attributes:
        state, change: what is not said stays as it is.
    """

    state: Switch | UnsetType = UNSET
    change: ChannelEdit | UnsetType = UNSET


class _SaidOfKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be said of any channel key; see `KeyShown`."""

    name: str | UnsetType = UNSET
    pool: str | UnsetType = UNSET
    mapping: dict[str, str] | UnsetType = UNSET
    limits: dict[str, Any] | UnsetType = UNSET


class KeyEdit(_SaidOfKey, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What changes of a channel key; another secret takes the place of the one before."""

    secret: str | UnsetType = UNSET


class NewKey(_SaidOfKey, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key to add."""

    secret: str


def said(wish: msgspec.Struct) -> dict[str, Any]:
    """Return what a client has said, by name."""
    return {name: value for name, value in msgspec.structs.asdict(wish).items() if value is not UNSET}


def wanted_of(wish: ChannelEdit | NewChannel) -> Wanted:
    """Return what a channel should be."""
    return Wanted(**_parts(wish, Wanted))


def wanted_key_of(wish: KeyEdit | NewKey) -> WantedKey:
    """Return what a channel key should be besides its secret."""
    return WantedKey(**_parts(wish, WantedKey))


@contextmanager
def secret_at(place: str) -> Generator[None]:
    """Name a secret that is refused inside by its place in the body.

    Raises:
        ChangeRefused: what was refused.
    """
    with renamed(lambda field: place if field == _SECRET else field):
        yield


@contextmanager
def renamed(name: Callable[[str], str]) -> Generator[None]:
    """Name the field of what is refused inside as the body has it.

    Raises:
        ChangeRefused: what was refused.
    """
    try:
        yield
    except ChangeRefused as error:
        raise type(error)(name(error.field), error.message) from None


def _parts(wish: msgspec.Struct, kind: type[msgspec.Struct]) -> Mapping[str, Any]:
    fields: Sequence[str] = kind.__struct_fields__
    return {name: value for name, value in said(wish).items() if name in fields}
