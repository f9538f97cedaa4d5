"""Names that this server makes, and knows again as its own."""

import os
import secrets

from oblivious.contracts.ids import new_id

_TAG_BYTES = 8
_SEAL = "demo-"


class Mint:
    """Makes ids and opaque states; another server, or this one after a restart, does not know them.

    Attributes:
        tag: what all opaque things of this server carry.
    """

    def __init__(self) -> None:
        self.tag = os.urandom(_TAG_BYTES).hex()

    def new_id(self, prefix: str) -> str:
        """Return an id that nobody will ask us to know again."""
        return prefix + new_id()

    def owned_id(self, prefix: str) -> str:
        """Return an id that `made` recognises."""
        return f"{prefix}{self.tag}{new_id()}"

    def seal(self) -> str:
        """Return opaque state, as encrypted reasoning and signatures are."""
        return f"{_SEAL}{self.tag}-{secrets.token_urlsafe(48)}"

    def made(self, name: str, prefix: str) -> bool:
        """Tell whether this server made the owned id `name`."""
        return name.startswith(prefix + self.tag)

    def accepts(self, state: str) -> bool:
        """Tell whether opaque state is not another demo's; that of real providers can't be judged here."""
        return not state.startswith(_SEAL) or state.startswith(_SEAL + self.tag)
