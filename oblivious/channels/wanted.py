"""What an operator may say of a channel, and when it makes sense. Pure but for the sealing of a link."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.abilities import read_abilities
from oblivious.channels.base_urls import base_urls_of, check_base_urls
from oblivious.channels.links import sealed, shown
from oblivious.channels.names import cycle, is_pattern, matches
from oblivious.channels.quota import read_quota
from oblivious.channels.schedule import read_tests
from oblivious.channels.shaping.check import check_shaping
from oblivious.channels.shaping.link import read_link
from oblivious.channels.shaping.shaping import shaping_json
from oblivious.channels.tables import Channel, KeyMode
from oblivious.channels.texts import between, kept, line, names
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.crypto import Secrets

_LARGEST = 1_000_000


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel should be; None leaves a part as it is.

    Attributes:
        base_url: where the provider is reached; empty: where it is at home.
        base_urls: the same, for each dialect; instead of `base_url`.
        models: public model names; a `*` in one stands for any text.
        mapping: public model name to the provider's, for some of `models`.
        groups: who may use it; empty: everyone.
        limits, abilities, shaping, link, tests: see `Quota`, `Abilities`, `Shaping`, `LinkWish` and `Tests`.
    """

    base_url: str | None = None
    base_urls: Mapping[str, str] | None = None
    models: Sequence[str] | None = None
    mapping: Mapping[str, str] | None = None
    weight: int | None = None
    priority: int | None = None
    groups: Sequence[str] | None = None
    key_mode: str | None = None
    tag: str | None = None
    note: str | None = None
    limits: Mapping[str, Any] | None = None
    abilities: Mapping[str, Any] | None = None
    shaping: Mapping[str, Any] | None = None
    link: Mapping[str, Any] | None = None
    tests: Mapping[str, Any] | None = None


def apply(wanted: Wanted, channel: Channel, provider: Provider, secrets: Secrets) -> None:
    """Bring a channel to what is wanted, whole or not at all.

    Raises:
        ChangeRefused: names the field that makes no sense.
    """
    said = {field: value for field, value in msgspec.structs.asdict(wanted).items() if value is not None}
    if len(said.keys() & {"base_url", "base_urls"}) > 1:
        raise ChangeRefused("base_url", "is said twice: one address for all dialects, or one for each")
    changes: dict[str, Any] = {}
    for field, (column, read) in _PARTS.items():
        if field in said:
            changes[column] = read(said[field], provider)
    _check_names(changes.get("models", channel.models), changes.get("mapping", channel.mapping))
    link = changes.pop("link", None)
    if link is not None:
        channel.link, channel.link_shown = sealed(link, secrets), shown(link)
    for column, value in changes.items():
        setattr(channel, column, value)


def check_name(name: str) -> str:
    """Return a channel's name without blanks around it.

    Raises:
        ChangeRefused: it is empty or cannot be printed.
    """
    return line("name", name)


def _check_names(models: Sequence[str], mapping: Mapping[str, str]) -> None:
    known = {*models, *mapping.values()}
    strangers = [name for name in mapping if name not in known and not _leads_to(models, name)]
    if strangers:
        raise ChangeRefused(
            "mapping", f"maps models that the channel does not serve: {', '.join(sorted(strangers))}"
        )
    circle = cycle(mapping)
    if circle:
        raise ChangeRefused("mapping", f"leads in a circle: {' -> '.join(circle)}")


def _leads_to(models: Sequence[str], name: str) -> bool:
    """Whether a name in a mapping has to do with one of the models, where one of the two is a pattern."""
    if is_pattern(name):
        return any(matches(name, model) for model in models)
    return any(is_pattern(model) and matches(model, name) for model in models)


def _base_urls(given: str, provider: Provider) -> dict[str, str]:
    if given.strip():
        return base_urls_of(provider, given.strip())
    if not any(provider.speaks.values()):
        raise ChangeRefused("base_url", f"is missing: {provider.name} has none of its own")
    return {}


def _models(models: Sequence[str], _provider: Provider) -> list[str]:
    found = names("models", models)
    if not found:
        raise ChangeRefused("models", "names at least one model")
    _check_stars("models", found)
    return found


def _mapping(mapping: Mapping[str, str], _provider: Provider) -> dict[str, str]:
    found = {line("mapping", public): line("mapping", name) for public, name in mapping.items()}
    _check_stars("mapping", [*found, *found.values()])
    return found


def _check_stars(field: str, given: Sequence[str]) -> None:
    many = next((name for name in given if name.count("*") > 1), None)
    if many is not None:
        raise ChangeRefused(field, f"has more than one * in {many!r}")


def _groups(groups: Sequence[str], _provider: Provider) -> list[str]:
    return names("groups", groups)


def _weight(weight: int, _provider: Provider) -> int:
    return between("weight", weight, 0, _LARGEST)


def _priority(priority: int, _provider: Provider) -> int:
    return between("priority", priority, -_LARGEST, _LARGEST)


def _key_mode(mode: str, _provider: Provider) -> str:
    if mode not in set(KeyMode):
        raise ChangeRefused("key_mode", f"is one of {', '.join(KeyMode)}, not {mode!r}")
    return mode


def _tag(tag: str, _provider: Provider) -> str:
    return line("tag", tag) if tag.strip() else ""


def _note(note: str, _provider: Provider) -> str:
    return kept("note", note.strip())


_PARTS: dict[str, tuple[str, Callable[[Any, Provider], Any]]] = {
    "base_url": ("base_urls", _base_urls),
    "base_urls": ("base_urls", check_base_urls),
    "models": ("models", _models),
    "mapping": ("mapping", _mapping),
    "weight": ("weight", _weight),
    "priority": ("priority", _priority),
    "groups": ("groups", _groups),
    "key_mode": ("key_mode", _key_mode),
    "tag": ("tag", _tag),
    "note": ("note", _note),
    "limits": ("limits", lambda given, _: msgspec.to_builtins(read_quota(given))),
    "abilities": ("abilities", lambda given, _: msgspec.to_builtins(read_abilities(given))),
    "shaping": ("shaping", lambda given, provider: shaping_json(check_shaping(given, provider))),
    "link": ("link", lambda given, _: read_link(given)),
    "tests": ("tests", lambda given, _: msgspec.to_builtins(read_tests(given))),
}
"""What is said, the column it goes to, and how it is read."""
