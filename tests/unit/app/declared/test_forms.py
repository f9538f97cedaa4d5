from decimal import Decimal
from typing import Any

import pytest

from oblivious.app.declared.forms import (
    channel_form,
    decimal_text,
    group_form,
    key_form,
    link_form,
    price_form,
)
from oblivious.billing.tables import Price
from oblivious.channels.tables import Channel, ChannelKey
from oblivious.identity.tables import Group


@pytest.mark.parametrize(
    ("number", "text"),
    [("0E-6", "0"), ("2.50", "2.5"), ("1E+3", "1000"), ("0.000000001", "0.000000001"), ("10", "10")],
)
def test_a_number_is_written_in_one_way(number: str, text: str) -> None:
    """Else a file would change what is the same."""
    assert decimal_text(Decimal(number)) == text


def channel(**parts: Any) -> Channel:
    """A channel as it is stored."""
    return Channel(name="c", provider="openai", models=["m"], **parts)


def key(**parts: Any) -> ChannelKey:
    """A key as it is stored."""
    return ChannelKey(channel_id=1, secret="sealed", **{"hint": "sk-1...2345", **parts})


PLAIN = {"name": "c", "provider": "openai", "models": ["m"]}


def test_what_is_as_usual_is_not_said() -> None:
    """But who it is, and what it serves."""
    assert channel_form(channel(), [], asks_for_key=True) == PLAIN


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"disabled": True}, {"state": "off"}),
        ({"draining": True}, {"state": "off"}),
        ({"base_urls": {"openai_chat": "http://h/v1"}}, {"base_urls": {"openai_chat": "http://h/v1"}}),
        ({"weight": 0, "priority": -1, "tag": "t"}, {"weight": 0, "priority": -1, "tag": "t"}),
        ({"link_shown": {"verify": False}}, {"link": {"verify": False}}),
    ],
    ids=["off", "on its way off", "an address", "numbers and words", "a link"],
)
def test_what_is_not_as_usual_is_said(parts: dict[str, Any], said: dict[str, Any]) -> None:
    """In the words of a file."""
    assert channel_form(channel(**parts), [], asks_for_key=True) == PLAIN | said


@pytest.mark.parametrize(
    ("keys", "asks_for_key", "said"),
    [
        ([], True, None),
        ([], False, []),
        ([key(hint="none")], False, None),
        ([key(hint="none")], True, [{}]),
        ([key(hint="none", disabled=True)], False, [{"state": "off"}]),
        ([key()], False, [{"secret": {"kept": "sk-1...2345"}}]),
    ],
    ids=[
        "none",
        "none of one that is usual",
        "the usual one",
        "an odd one",
        "the usual one, off",
        "a real one",
    ],
)
def test_keys_are_said_unless_they_are_those_of_a_new_channel(
    keys: list[ChannelKey],
    asks_for_key: bool,  # noqa: FBT001 - a table
    said: object,
) -> None:
    """One that is empty where the provider asks for none, else none."""
    assert channel_form(channel(), keys, asks_for_key=asks_for_key).get("keys") == said


@pytest.mark.parametrize(
    ("row", "form"),
    [
        (key(name="a", source="env:A"), {"name": "a", "secret": {"env": "A"}}),
        (key(source="file:C:/a:b"), {"secret": {"file": "C:/a:b"}}),
        (key(off_reason="revoked"), {"secret": {"kept": "sk-1...2345"}}),
        (key(disabled=True, pool="p"), {"secret": {"kept": "sk-1...2345"}, "pool": "p", "state": "off"}),
    ],
    ids=["a variable", "a file with colons", "refused by its provider", "off"],
)
def test_keys(row: ChannelKey, form: dict[str, Any]) -> None:
    """By reference, or by hint."""
    assert key_form(row) == form


def test_what_may_not_be_shown_of_a_link_is_kept() -> None:
    """What has a reference has it here, too."""
    shown = {"proxy": "http://u:***@h:1", "certificate": {"env": "C"}, "server_name": "***"}

    assert link_form(shown) == {
        "proxy": {"kept": "http://u:***@h:1"},
        "certificate": {"env": "C"},
        "server_name": "***",
    }


def test_groups_and_prices() -> None:
    """With their numbers in one way."""
    rates = {"input": "0.00000015", "output": "0.0000006000", "cache_read": None}

    assert group_form(Group(name="g", ratio="1.50")) == {"policy": "fair", "ratio": "1.5"}
    assert price_form(Price(model="m", rates=rates, source="s")) == {"input": "0.15", "output": "0.6"}
