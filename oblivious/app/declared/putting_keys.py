"""Brings the keys of a channel to what a file says."""

from collections.abc import Sequence
from typing import NamedTuple

from oblivious.adapters.providers.provider import Provider
from oblivious.app.declared.file import ChannelSaid, KeySaid
from oblivious.app.declared.matching import Said, There, matched
from oblivious.app.declared.pieces import check_pieces
from oblivious.app.declared.work import Work
from oblivious.channels.keys import (
    add_channel_key,
    disable_channel_key,
    edit_channel_key,
    enable_channel_key,
    remove_channel_key,
)
from oblivious.channels.quota import read_quota
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.channels.wanted_key import WantedKey, apply_to_key, check_secret
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.crypto import Secrets, WrongSecret

_NONE_TO_KEEP = "keeps a key that is there, and there is none of that name or hint"


class Keys(NamedTuple):
    """The keys of a channel as they are."""

    channel: Channel
    provider: Provider
    rows: Sequence[ChannelKey]


def keys_said(work: Work, said: ChannelSaid, provider: Provider, path: str) -> list[Said]:
    """Return the keys of a channel with their secrets; what makes no sense is noted."""
    keys = said.keys
    if keys is None:
        keys = [] if provider.needs_key else [KeySaid()]
    found: list[Said] = []
    for place, key in enumerate(keys):
        at = f"{path}.keys[{place}]"
        scratch = ChannelKey(channel_id=0, secret="", hint="")
        for field in ("name", "pool", "mapping"):
            if not work.faults.below(f"{at}.{field}"):
                with work.faults.at(at):
                    apply_to_key(WantedKey(**{field: getattr(key, field)}), scratch)
        check_pieces(key.limits, read_quota, "limits", at, work.faults)
        if not work.faults.of(at):
            found.append(Said(key, _secret(work, key, provider, f"{at}.secret")))
    _check_twice(work, keys, path)
    return found


async def put_keys(work: Work, there: Keys, said: Sequence[Said], path: str) -> None:
    """Add, change and remove keys until they are those that are said."""
    rows = there.rows
    places = matched(said, [_there(row, work.secrets) for row in rows])
    for at, row in enumerate(rows):
        if at not in places and not work.keep:
            await remove_channel_key(work.session, row)
    for number, (one, place) in enumerate(zip(said, places, strict=True)):
        with work.faults.at(f"{path}.keys[{number}]"):
            await _put_key(work, there, one, None if place is None else rows[place])


async def _put_key(work: Work, there: Keys, said: Said, row: ChannelKey | None) -> None:
    wanted = _wanted(said.key)
    if row is None:
        if said.secret is None:
            raise ChangeRefused("secret.kept", _NONE_TO_KEEP)
        row = await add_channel_key(
            work.session, work.secrets, there.channel, there.provider, said.secret, wanted=wanted
        )
    else:
        secret = None if said.secret == _opened(row, work.secrets) else said.secret
        apply_to_key(wanted, row)
        if secret is not None or work.session.is_modified(row):
            await edit_channel_key(work.session, work.secrets, there.provider, row, wanted, secret=secret)
    if row.disabled is (said.key.state == "on"):
        switch = enable_channel_key if row.disabled else disable_channel_key
        await switch(work.session, row.id)


def _secret(work: Work, key: KeySaid, provider: Provider, at: str) -> str | None:
    """Return the secret of a key; None where it is kept, or cannot be read, which is noted."""
    if work.faults.below(at) or (key.secret is not None and key.secret.kept):
        return None
    secret = ""
    if key.secret is not None:
        with work.faults.at(at):
            secret = work.look(key.secret)
        if work.faults.below(at):
            return None
    try:
        return check_secret(secret, provider)
    except ChangeRefused as error:
        work.faults.add(at, error.message)
        return None


def _check_twice(work: Work, keys: Sequence[KeySaid], path: str) -> None:
    """Note keys that cannot be told apart; those that are kept are told apart by their order."""
    seen: dict[str, bool] = {}
    for place, key in enumerate(keys):
        is_kept = key.secret is not None and bool(key.secret.kept)
        label = key.name.strip() or (key.secret.source if key.secret is not None else "")
        if label in seen and not (is_kept and seen[label]):
            work.faults.add(f"{path}.keys[{place}]", f"is there twice: {label!r}")
        if label:
            seen[label] = is_kept


def _wanted(key: KeySaid) -> WantedKey:
    source = key.secret.source if key.secret is not None else ""
    is_kept = key.secret is not None and bool(key.secret.kept)
    return WantedKey(
        name=key.name,
        pool=key.pool,
        mapping=key.mapping,
        limits=key.limits,
        source=None if is_kept else source,
    )


def _there(row: ChannelKey, secrets: Secrets) -> There:
    return There(row.name, row.source, row.hint, _opened(row, secrets))


def _opened(row: ChannelKey, secrets: Secrets) -> str | None:
    try:
        return secrets.decrypt(row.secret)
    except WrongSecret:
        return None
