"""What an operator may say of a channel, and when it makes sense. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from oblivious.adapters.providers.provider import Auth, Provider
from oblivious.adapters.providers.signing import pair_fault
from oblivious.channels.base_urls import base_urls_of
from oblivious.channels.service_account import compact, is_service_account, read_service_account
from oblivious.channels.tables import Channel, KeyMode
from oblivious.contracts.changes import ChangeRefused

_LARGEST = 1_000_000


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel should be; None leaves a part as it is.

    Attributes:
        base_url: where the provider is reached; empty: where it is at home.
        models: public model names.
        mapping: public model name to the provider's, for some of `models`.
        groups: who may use it; empty: everyone.
    """

    base_url: str | None = None
    models: Sequence[str] | None = None
    mapping: Mapping[str, str] | None = None
    weight: int | None = None
    priority: int | None = None
    groups: Sequence[str] | None = None
    key_mode: str | None = None


def apply(wanted: Wanted, channel: Channel, provider: Provider) -> None:
    """Bring a channel to what is wanted, whole or not at all.

    Raises:
        ChangeRefused: names the field that makes no sense.
    """
    said = msgspec.structs.asdict(wanted)
    changes = {
        column: read(said[field], provider)
        for field, (column, read) in _PARTS.items()
        if said[field] is not None
    }
    models = set(changes.get("models", channel.models))
    strangers = set(changes.get("mapping", channel.mapping)) - models
    if strangers:
        raise ChangeRefused(
            "mapping", f"maps models that the channel does not serve: {', '.join(sorted(strangers))}"
        )
    for column, value in changes.items():
        setattr(channel, column, value)


def check_name(name: str) -> str:
    """Return a channel's name without blanks around it.

    Raises:
        ChangeRefused: it is empty or cannot be printed.
    """
    trimmed = name.strip()
    if not trimmed or not trimmed.isprintable():
        raise ChangeRefused("name", f"is a printable text, not {name!r}")
    return trimmed


def check_secret(secret: str, provider: Provider) -> str:
    """Return a channel key without blanks around it; a service account's key file in one line.

    Raises:
        ChangeRefused: the provider asks for one and it is empty, it cannot stand in a header, or it is no
            pair of keys, or no key file, of the kind that the provider asks for.
    """
    trimmed = secret.strip()
    if Auth.GOOGLE in provider.auth.values() and is_service_account(trimmed):
        return _key_file(trimmed)
    if provider.needs_key and not trimmed:
        raise ChangeRefused("api_key", f"is missing: {provider.name} asks for one")
    if not trimmed.isascii() or not trimmed.isprintable() or " " in trimmed:
        raise ChangeRefused("api_key", "holds characters that no key has")
    fault = pair_fault(trimmed) if Auth.SIGV4 in provider.auth.values() else ""
    if fault:
        raise ChangeRefused("api_key", fault)
    return trimmed


def _key_file(text: str) -> str:
    try:
        return compact(read_service_account(text))
    except ValueError as error:
        raise ChangeRefused("api_key", str(error)) from None


def _base_urls(given: str, provider: Provider) -> dict[str, str]:
    if given.strip():
        return base_urls_of(provider, given.strip())
    if not any(provider.speaks.values()):
        raise ChangeRefused("base_url", f"is missing: {provider.name} has none of its own")
    return {}


def _models(models: Sequence[str], _provider: Provider) -> list[str]:
    names = _names("models", models)
    if not names:
        raise ChangeRefused("models", "names at least one model")
    return names


def _groups(groups: Sequence[str], _provider: Provider) -> list[str]:
    return _names("groups", groups)


def _mapping(mapping: Mapping[str, str], _provider: Provider) -> dict[str, str]:
    return dict(zip(_trimmed("mapping", mapping), _trimmed("mapping", mapping.values()), strict=True))


def _weight(weight: int, _provider: Provider) -> int:
    return _between("weight", weight, 0)


def _priority(priority: int, _provider: Provider) -> int:
    return _between("priority", priority, -_LARGEST)


def _key_mode(mode: str, _provider: Provider) -> str:
    if mode not in set(KeyMode):
        raise ChangeRefused("key_mode", f"is one of {', '.join(KeyMode)}, not {mode!r}")
    return mode


def _names(field: str, names: Iterable[str]) -> list[str]:
    """Return the names without blanks around them, each once."""
    return list(dict.fromkeys(_trimmed(field, names)))


def _trimmed(field: str, names: Iterable[str]) -> list[str]:
    trimmed = [name.strip() for name in names]
    if not all(name and name.isprintable() for name in trimmed):
        raise ChangeRefused(field, "holds a name that is empty or cannot be printed")
    return trimmed


def _between(field: str, number: int, least: int) -> int:
    if not least <= number <= _LARGEST:
        raise ChangeRefused(field, f"lies between {least} and {_LARGEST}, not {number}")
    return number


_PARTS: dict[str, tuple[str, Callable[[Any, Provider], Any]]] = {
    "base_url": ("base_urls", _base_urls),
    "models": ("models", _models),
    "mapping": ("mapping", _mapping),
    "weight": ("weight", _weight),
    "priority": ("priority", _priority),
    "groups": ("groups", _groups),
    "key_mode": ("key_mode", _key_mode),
}
"""What is said, the column it goes to, and how it is read."""
