"""Candidates with only what a test is about."""

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.candidate import Candidate, Key
from oblivious.infra.upstream import Origin

PROVIDER = Provider(name="anyone", speaks={"openai_chat": "http://anyone.test/v1"}, source="a fake")


def candidate(
    channel_id: int, *, priority: int = 0, weight: int = 1, keys: int = 1, polling: bool = False
) -> Candidate:
    """Return a channel's candidate; its keys are numbered from a hundred times its own number."""
    return Candidate(
        channel_id=channel_id,
        name=f"channel-{channel_id}",
        provider=PROVIDER,
        dialect="openai_chat",
        base_url="http://anyone.test/v1",
        origin=Origin("http", "anyone.test", 80),
        upstream_model="model",
        keys=tuple(Key(channel_id * 100 + place, f"secret-{place}") for place in range(keys)),
        weight=weight,
        priority=priority,
        polling=polling,
    )
