"""Finds everything that is wrong with one channel of a file before any of it is written."""

from typing import Any

from oblivious.adapters.providers.provider import Provider
from oblivious.app.declared.file import ChannelSaid
from oblivious.app.declared.pieces import Check, check_pieces
from oblivious.app.declared.work import Work
from oblivious.channels.tables import Channel
from oblivious.channels.wanted import Wanted, apply, check_name

_PLAIN = ("models", "mapping", "weight", "priority", "groups", "key_mode", "tag", "note")
_PARTS = ("limits", "abilities", "shaping", "tests")


def wanted_of(said: ChannelSaid) -> Wanted:
    """Return what a channel should be, but for its link."""
    told: dict[str, Any] = {field: getattr(said, field) for field in (*_PLAIN, *_PARTS)}
    return Wanted(**_address(said), **told)


def check_channel(work: Work, said: ChannelSaid, provider: Provider, path: str) -> None:
    """Note what makes no sense in a channel; its link and its keys apart."""
    scratch = Channel(name="", provider=provider.name)

    def refusing(field: str) -> Check:
        def check(value: Any) -> None:
            told: dict[str, Any] = {field: value}
            apply(Wanted(**told), scratch, provider, work.secrets)

        return check

    if said.base_url and said.base_urls:
        work.faults.add(f"{path}.base_urls", "is said twice: here, and as the base_url of all dialects")
    plain: dict[str, Any] = {**_address(said), **{field: getattr(said, field) for field in _PLAIN}}
    for field, value in plain.items():
        if not _is_known_wrong(work, path, field):
            with work.faults.at(path):
                refusing(field)(value)
    for field in _PARTS:
        check_pieces(getattr(said, field), refusing(field), field, path, work.faults)


def named_provider(work: Work, said: ChannelSaid, path: str) -> Provider | None:
    """Return a channel's provider, which it names beside itself; None where there is none, which is noted."""
    if not work.faults.below(f"{path}.name"):
        with work.faults.at(path):
            check_name(said.name)
    found = work.providers.get(said.provider)
    at = f"{path}.provider"
    if found is None and not work.faults.below(at):
        known = ", ".join(sorted(work.providers))
        work.faults.add(at, f"is one of {known}, not {said.provider!r}" if said.provider else "is missing")
    return found


def _address(said: ChannelSaid) -> dict[str, Any]:
    return {"base_urls": said.base_urls} if said.base_urls else {"base_url": said.base_url}


def _is_known_wrong(work: Work, path: str, field: str) -> bool:
    """Whether it is; and a mapping makes no sense beside models that make none."""
    wrong = work.faults.below
    return wrong(f"{path}.{field}") or (field == "mapping" and wrong(f"{path}.models"))
