"""Who can show that somebody is well again."""

import pytest

from oblivious.channels.tables import Channel, ChannelKey
from oblivious.gateway.keeping.breakers import who_stands_for
from oblivious.gateway.keeping.roster import rows_of

CHANNELS = [
    Channel(id=1, name="one", provider="openai", models=["gpt", "fast"], mapping={"fast": "gpt-mini"}),
    Channel(id=2, name="patterns", provider="openai", models=["gpt-*"]),
    Channel(id=3, name="off", provider="openai", models=["gpt"], disabled=True),
    Channel(id=4, name="drains", provider="openai", models=["gpt"], draining=True),
]
KEYS = [
    ChannelKey(id=10, channel_id=1, secret="", hint="", disabled=True),
    ChannelKey(id=11, channel_id=1, secret="", hint="", pool="acme", mapping={"gpt-mini": "deployed-mini"}),
    ChannelKey(id=12, channel_id=1, secret="", hint="", off_reason="auth: no"),
    ChannelKey(id=20, channel_id=2, secret="", hint=""),
    ChannelKey(id=30, channel_id=3, secret="", hint=""),
    ChannelKey(id=40, channel_id=4, secret="", hint=""),
]


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("c1", (1, 11, "gpt")),
        ("k11", (1, 11, "gpt")),
        ("k11:gpt", (1, 11, "gpt")),
        ("k11:deployed-mini", (1, 11, "fast")),
        ("k20:gpt-5", (2, 20, "gpt-5")),
        ("k11:a:b", (1, 11, "a:b")),
        ("p:acme", (1, 11, "gpt")),
        ("p:nobody", None),
        ("c2", None),
        ("k10", None),
        ("k12", None),
        ("c3", None),
        ("c4", None),
        ("c5", None),
    ],
)
def test_a_key_that_is_on_of_a_channel_that_takes_work(
    subject: str, found: tuple[int, int, str] | None
) -> None:
    """With the public model that leads to the one that failed; nobody, where there is no such key."""
    first = next(who_stands_for(subject, rows_of(CHANNELS, KEYS)), None)
    assert (first and (first[0].id, first[1].id, first[2])) == found
