"""Which key of a file is which key that is there. Pure."""

from collections.abc import Callable, Sequence

import msgspec

from oblivious.app.declared.file import KeySaid
from oblivious.channels.keys import NO_SECRET


class Said(msgspec.Struct, frozen=True):
    """A key of a file; `secret` is what its reference stands for, None where what is there is kept."""

    key: KeySaid
    secret: str | None

    def __repr__(self) -> str:
        return f"Said(key={self.key!r})"


class There(msgspec.Struct, frozen=True):
    """A key that is there, see `tables.ChannelKey`; `secret` is None where it cannot be read."""

    name: str
    source: str
    hint: str
    secret: str | None

    def __repr__(self) -> str:
        return f"There(name={self.name!r}, hint={self.hint!r})"


def matched(said: Sequence[Said], there: Sequence[There]) -> list[int | None]:
    """Return for each key of a file the place of the one that is there, None if there is none.

    The surest come first: the same name and reference; the name alone; the reference of one that had another
    name, or a hint of one that had none; the secret of one that was added by hand.
    """
    found: list[int | None] = [None] * len(said)
    for same in _RANKS:
        for place, one in enumerate(said):
            if found[place] is None:
                free = (at for at in range(len(there)) if at not in found and same(one, there[at]))
                found[place] = next(free, None)
    return found


def _has_name(said: Said, there: There) -> bool:
    return said.key.name.strip() == there.name


def _has_reference(said: Said, there: There) -> bool:
    reference = said.key.secret
    if reference is None:
        return not there.source and there.hint == NO_SECRET
    return reference.kept == there.hint if reference.kept else reference.source == there.source


def _had_another_name(said: Said, there: There) -> bool:
    is_kept = said.key.secret is not None and bool(said.key.secret.kept)
    return _has_reference(said, there) and not (is_kept and there.name)


_RANKS: tuple[Callable[[Said, There], bool], ...] = (
    lambda said, there: _has_name(said, there) and _has_reference(said, there),
    lambda said, there: bool(there.name) and _has_name(said, there),
    _had_another_name,
    lambda said, there: bool(said.secret) and said.secret == there.secret and not there.source,
)
