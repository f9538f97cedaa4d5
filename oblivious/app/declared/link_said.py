"""How a file says that connections are made: what is secret of it stands elsewhere."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from oblivious.adapters.lenient import is_object
from oblivious.app.declared.faults import Faults
from oblivious.app.declared.file import Reference
from oblivious.app.declared.pieces import check_pieces
from oblivious.app.declared.references import Look
from oblivious.app.declared.understanding import understand
from oblivious.channels.shaping.link import read_link
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.upstream import DIRECT, Link

_SECRETS = ("proxy", "certificate", "authorities")
_WHERE = "say where it stands, {env: NAME} or {file: PATH}"


class LinkSaid(msgspec.Struct, frozen=True):
    """A link; `plain` with its secrets, `references` by member in their stead."""

    plain: Mapping[str, Any]
    references: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"LinkSaid(references={self.references!r})"


def link_said(
    given: Mapping[str, Any], current: Link | None, look: Look, path: str, faults: Faults
) -> LinkSaid:
    """Return a link with what its references stand for; `path` is its channel's.

    `current` is how connections are made now, for what is kept.
    """
    plain: dict[str, Any] = {}
    references: dict[str, Any] = {}
    for member, value in given.items():
        at = f"{path}.link.{member}"
        if not is_object(value):
            _check_inline(member, value, at, faults)
            plain[member] = value
        elif member not in _SECRETS:
            faults.add(at, "is said here, and nowhere else")
        else:
            reference = understand(value, Reference, at, faults)
            with faults.at(at):
                plain[member] = _secret(reference, getattr(current or DIRECT, member), look)
            if not reference.kept:
                references[member] = msgspec.to_builtins(reference)
    right = {member: value for member, value in plain.items() if not faults.below(f"{path}.link.{member}")}
    check_pieces(right, read_link, "link", path, faults)
    return LinkSaid(plain, references)


def _secret(reference: Reference, current: str, look: Look) -> str:
    if not reference.kept:
        return look(reference).strip() if reference.source else ""
    if not current:
        raise ChangeRefused("kept", "keeps what is there, and there is nothing")
    return current


def _check_inline(member: str, value: object, at: str, faults: Faults) -> None:
    if member == "certificate" and value:
        faults.add(at, f"holds a private key, which is not written here: {_WHERE}")
    if member == "proxy" and _has_password(value):
        faults.add(at, f"holds a password, which is not written here: {_WHERE} of the whole URL")


def _has_password(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(urlsplit(value).password)
    except ValueError:  # told by whoever reads it
        return False
