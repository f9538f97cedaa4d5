"""Opaque state: what only the upstream that made it can read, carried through clients of other dialects.

Signatures of thoughts, encrypted reasoning and the like must come back to who made them, unchanged, and to
nobody else. Each dialect has a place for its own; the state of another dialect travels there in a wrapping.
"""

import base64
import hashlib

import msgspec

WRAPPED = "ob1."
"""How wrapped state begins."""


class State(msgspec.Struct, frozen=True):
    """A secret of an upstream's.

    Attributes:
        origin: the dialect that made it, with a word behind a dot where it has several: `anthropic.redacted`.
        data: as the upstream wrote it.
        account: the upstream account that made it, where no other one can read it.
    """

    origin: str
    data: str
    account: str = ""

    def of(self, dialect: str) -> bool:
        """Whether a dialect made it."""
        return self.origin.partition(".")[0] == dialect


def written(state: State, own: str) -> str:
    """Return the text that carries a state in a dialect whose own state has the origin `own`."""
    if state.origin == own:
        return state.data
    packed = msgspec.json.encode((state.origin, state.data, state.account))
    return WRAPPED + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(text: str, own: str) -> State:
    """Return what a text carries; what is not wrapped by us is the dialect's own."""
    if text.startswith(WRAPPED):
        packed = text[len(WRAPPED) :]
        try:
            plain = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
            return State(*msgspec.json.decode(plain, type=tuple[str, str, str]))
        except ValueError:  # also what msgspec and base64 raise
            return State(own, text)
    return State(own, text)


def blob_key(blob: str) -> str:
    """Return the key of encrypted reasoning; the blob itself may be long, and is nobody's to keep."""
    return "enc:" + hashlib.sha256(blob.encode("utf-8", "replace")).hexdigest()[:32]
