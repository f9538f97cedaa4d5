"""Rows of channels and keys, and the directory that they make."""

from collections.abc import Sequence
from typing import Any

from oblivious.adapters.providers.provider import Provider
from oblivious.channels.directory import Directory
from oblivious.channels.loading import Rows, directory_of
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.infra.crypto import Secrets

SECRETS = Secrets("the secret key of a test")
CHAT, MESSAGES = "openai_chat", "anthropic"
PROVIDERS = {
    "both": Provider(
        name="both",
        speaks={CHAT: "https://both.test/v1", MESSAGES: "https://both.test/anthropic/v1"},
        source="a fake",
    ),
    "chat": Provider(name="chat", speaks={CHAT: ""}, source="a fake"),
}


def channel(number: int, provider: str = "both", **parts: Any) -> Channel:
    parts.setdefault("models", ["m"])
    return Channel(id=number, name=f"channel-{number}", provider=provider, **parts)


def key(number: int, channel_id: int, *, secrets: Secrets = SECRETS, **parts: Any) -> ChannelKey:
    sealed = secrets.encrypt(f"secret-{number}")
    return ChannelKey(id=number, channel_id=channel_id, secret=sealed, hint="...", **parts)


def directory(
    channels: Sequence[Channel], keys: Sequence[ChannelKey] | None = None, **others: Any
) -> Directory:
    """Index channels; each has one key with its own number unless the keys are given."""
    given = [key(one.id, one.id) for one in channels] if keys is None else keys
    return directory_of(Rows(channels, given, **others), SECRETS, PROVIDERS)


def served_by(found: Directory, model: str = "m", group: str = "default", dialect: str = CHAT) -> list[int]:
    return [one.channel_id for one in found.candidates(model, group, dialect)]
