"""What placeholders and conditions may see of a request."""

from collections.abc import Callable, Mapping

import msgspec

from oblivious.adapters.dialects.endpoint import Kind

HEADER = "header:"
"""Before the name of a header of the client's."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt.

    Attributes:
        model: as the client calls it.
        upstream_model: as the provider calls it.
        client: its address.
        dialect: the one that the provider is spoken to with.
        kind: what is asked for; None where only one dialect can ask for it.
        headers: the client's, with names in lower case.
    """

    model: str = ""
    upstream_model: str = ""
    exchange_id: str = ""
    attempt_id: str = ""
    user_id: int = 0
    group: str = ""
    channel: str = ""
    client: str = ""
    dialect: str = ""
    stream: bool = False
    kind: Kind | None = Kind.CHAT
    headers: Mapping[bytes, bytes] = {}

    def header(self, name: str) -> str | None:
        """Return a header of the client's; bytes that are no text become lone surrogates."""
        value = self.headers.get(name.lower().encode())
        return None if value is None else value.decode("utf-8", "surrogateescape")


PLACEHOLDERS: Mapping[str, Callable[[Facts], str]] = {
    "model": lambda facts: facts.model,
    "upstream_model": lambda facts: facts.upstream_model,
    "exchange_id": lambda facts: facts.exchange_id,
    "attempt_id": lambda facts: facts.attempt_id,
    "user_id": lambda facts: str(facts.user_id),
    "group": lambda facts: facts.group,
    "channel": lambda facts: facts.channel,
    "client": lambda facts: facts.client,
}
"""Besides them a header of the client's: `header:x-name`."""

FACTS: Mapping[str, Callable[[Facts], str | bool]] = {
    "model": lambda facts: facts.model,
    "upstream_model": lambda facts: facts.upstream_model,
    "group": lambda facts: facts.group,
    "channel": lambda facts: facts.channel,
    "dialect": lambda facts: facts.dialect,
    "stream": lambda facts: facts.stream,
    "kind": lambda facts: "other" if facts.kind is None else facts.kind.value,
}
"""What a condition may ask for, besides places in the body and `header:x-name`."""
