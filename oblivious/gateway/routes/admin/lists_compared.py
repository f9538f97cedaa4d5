"""What a provider offers beside what a channel serves. Pure."""

from collections.abc import Sequence

import msgspec

from oblivious.channels.names import is_pattern, upstream_name
from oblivious.channels.tables import Channel
from oblivious.contracts.errors import UpstreamError


class ModelsTold(msgspec.Struct, frozen=True):
    """The models that a provider offers.

    Attributes:
        channel_key_id: the key that it was asked with.
        models: the provider's names, in its own order.
        unserved: those of them that the channel does not serve.
        missing: what the channel serves by a name that is not among them.
        status: the provider's HTTP status where it gave no list, 0 if none came.
        error: why there is no list; empty where there is one.
    """

    channel_key_id: int
    models: Sequence[str]
    unserved: Sequence[str]
    missing: Sequence[str]
    status: int
    error: str


def compared(
    channel: Channel, key_id: int, names: Sequence[str], failure: UpstreamError | None = None
) -> ModelsTold:
    """Return a list, or why there is none, beside what the channel serves."""
    if failure is not None:
        return ModelsTold(key_id, (), (), (), failure.upstream_status or 0, failure.message)
    served = {upstream_name(channel.mapping, model) for model in channel.models if not is_pattern(model)}
    offered = set(names)
    unserved = [name for name in names if name not in served]
    return ModelsTold(key_id, names, unserved, sorted(served - offered), 0, "")
