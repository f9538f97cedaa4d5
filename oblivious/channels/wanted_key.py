"""What an operator may say of a channel key, and when it makes sense. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from oblivious.adapters.providers.provider import Auth, Provider
from oblivious.adapters.providers.signing import pair_fault
from oblivious.channels.names import cycle
from oblivious.channels.quota import read_quota
from oblivious.channels.service_account import compact, is_service_account, read_service_account
from oblivious.channels.tables import ChannelKey
from oblivious.channels.texts import line
from oblivious.contracts.changes import ChangeRefused


class WantedKey(msgspec.Struct, frozen=True, kw_only=True):
    """What a key should be besides its secret; None leaves a part as it is.

    Attributes:
        pool: the quota that it shares; empty: none.
        mapping: the channel's name for a model to the one that this key needs.
        limits: see `Quota`.
        source: where a file of settings says that the secret stands.
    """

    name: str | None = None
    pool: str | None = None
    mapping: Mapping[str, str] | None = None
    limits: Mapping[str, Any] | None = None
    source: str | None = None


def apply_to_key(wanted: WantedKey, key: ChannelKey) -> None:
    """Bring a key to what is wanted, whole or not at all.

    Raises:
        ChangeRefused: names the field that makes no sense.
    """
    said = msgspec.structs.asdict(wanted)
    changes = {field: read(said[field]) for field, read in _PARTS.items() if said[field] is not None}
    for field, value in changes.items():
        setattr(key, field, value)


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


def _mapping(given: Mapping[str, str]) -> dict[str, str]:
    found = {line("mapping", model): line("mapping", name) for model, name in given.items()}
    circle = cycle(found)
    if circle:
        raise ChangeRefused("mapping", f"leads in a circle: {' -> '.join(circle)}")
    return found


def _short(field: str) -> Callable[[str], str]:
    return lambda text: line(field, text) if text.strip() else ""


_PARTS: dict[str, Callable[[Any], Any]] = {
    "name": _short("name"),
    "pool": _short("pool"),
    "mapping": _mapping,
    "limits": lambda given: msgspec.to_builtins(read_quota(given)),
    "source": _short("source"),
}
