"""Every command that changes something, and the row that it leaves in the audit."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from oblivious.gateway.routes.admin.channel_shown import ChannelShown
from oblivious.gateway.routes.admin.group_shown import GroupShown
from oblivious.gateway.routes.admin.key_shown import KeyShown
from oblivious.gateway.routes.admin.model_shown import ModelShown
from oblivious.gateway.routes.admin.pool_shown import PoolShown
from oblivious.gateway.routes.admin.rules_shown import RulesShown

SECRET, OTHER = "sk-first-secret-0123456789", "sk-other-secret-9876543210"
PASSWORD = "password-0123456789"
ADMIN = "admin@localhost"

GROUP = ("group", "create", "gold")
CHANNEL = (
    *("channel", "add", "--name", "eu", "--provider", "openai", "--models", "gpt", "--tag", "paid"),
    *("--api-key", SECRET, "--link", json.dumps({"proxy": f"http://user:{PASSWORD}@proxy.test:1"})),
)
NEAR = (
    *("channel", "add", "--name", "near", "--provider", "ollama", "--models", "qwen"),
    *("--base-url", "http://127.0.0.1:9"),
)
MODEL = ("model", "set", "fast", "--aliases", "quick")
POOL = ("pool", "set", "shared", "--rpm", "60")
PRICE = ("price", "set", "gpt", "--input", "2.5", "--output", "10")
USER = ("user", "create", "--email", "ann@example.test", "--password", PASSWORD)
KEY = ("key", "create", "--name", "laptop")
RULES = ("provider", "rules", "openai", "--set")

Shown = Mapping[str, Any] | None


class Case(NamedTuple):
    """A command, and the row that it leaves.

    Attributes:
        given: what was done before.
        before, after: some of what the row says; None: nothing.
        shape: all members of what it says; empty: as the case has them.
    """

    given: Sequence[Sequence[str]]
    command: Sequence[str]
    row: tuple[str, str, str]
    before: Shown
    after: Shown
    shape: Sequence[str] = ()


OF_CHANNEL, OF_KEY = ChannelShown.__struct_fields__, KeyShown.__struct_fields__
OF_MODEL, OF_POOL = ModelShown.__struct_fields__, PoolShown.__struct_fields__
OF_USER = ("id", "email", "role", "account_id", "disabled")
OF_API_KEY = ("id", "name", "user_id", "kind", "hint", "disabled", "rpm", "tpm", "concurrency")
EU, EU_KEY = "eu", "eu/1"


def of_channel(
    word: str, before: Shown, after: Shown, *options: str, given: Sequence[Sequence[str]] = ()
) -> Case:
    """Return a command about a channel that is there."""
    action = {"remove": "delete"}.get(word, word)
    command = ("channel", word, EU, *options)
    return Case([CHANNEL, *given], command, (action, "channel", EU), before, after, OF_CHANNEL)


def of_key(
    word: str, before: Shown, after: Shown, *options: str, given: Sequence[Sequence[str]] = ()
) -> Case:
    """Return a command about the key of a channel."""
    action = {"remove": "delete"}.get(word, word)
    command = ("channel", "key", word, "1", *options)
    return Case([CHANNEL, *given], command, (action, "channel key", EU_KEY), before, after, OF_KEY)


CASES = [
    Case([], GROUP, ("create", "group", "gold"), None, {"ratio": "1"}, GroupShown.__struct_fields__),
    Case(
        [GROUP],
        ("group", "edit", "gold", "--ratio", "0.5"),
        ("edit", "group", "gold"),
        {"ratio": "1"},
        {"ratio": "0.5"},
        GroupShown.__struct_fields__,
    ),
    Case([], CHANNEL, ("create", "channel", EU), None, {"tag": "paid", "state": "on"}, OF_CHANNEL),
    of_channel("edit", {"weight": 1}, {"weight": 3}, "--weight", "3"),
    of_channel("disable", {"state": "on"}, {"state": "off"}),
    of_channel("enable", {"state": "off"}, {"state": "on"}, given=[("channel", "disable", EU)]),
    of_channel("drain", {"state": "on"}, {"state": "draining"}),
    of_channel("remove", {"name": EU}, None),
    Case([NEAR], ("channel", "test", "near"), ("test", "channel", "near"), None, None),
    Case(
        [CHANNEL],
        ("channel", "key", "add", EU, "--api-key", OTHER, "--name", "b"),
        ("create", "channel key", "eu/2"),
        None,
        {"name": "b", "hint": "sk-o...3210"},
        OF_KEY,
    ),
    of_key("edit", {"hint": "sk-f...6789"}, {"hint": "sk-o...3210"}, "--api-key", OTHER),
    of_key("disable", {"state": "on"}, {"state": "off"}),
    of_key("enable", {"state": "off"}, {"state": "on"}, given=[("channel", "key", "disable", "1")]),
    of_key("remove", {"id": 1}, None),
    Case([], MODEL, ("create", "model", "fast"), None, {"aliases": ["quick"]}, OF_MODEL),
    Case(
        [MODEL],
        ("model", "set", "fast", "--aliases", "swift"),
        ("edit", "model", "fast"),
        {"aliases": ["quick"]},
        {"aliases": ["swift"]},
        OF_MODEL,
    ),
    Case([MODEL], ("model", "remove", "fast"), ("delete", "model", "fast"), {"name": "fast"}, None, OF_MODEL),
    Case([], POOL, ("create", "pool", "shared"), None, {"limits": {"rpm": 60}}, OF_POOL),
    Case(
        [POOL],
        ("pool", "set", "shared", "--rpm", "30"),
        ("edit", "pool", "shared"),
        {"limits": {"rpm": 60}},
        {"limits": {"rpm": 30}},
        OF_POOL,
    ),
    Case(
        [POOL], ("pool", "remove", "shared"), ("delete", "pool", "shared"), {"name": "shared"}, None, OF_POOL
    ),
    Case(
        [],
        (*RULES, '[{"fault": "rate", "status": 400}]'),
        ("edit", "provider rules", "openai"),
        {"rules": []},
        {"rules": [{"fault": "rate", "status": 400}]},
        RulesShown.__struct_fields__,
    ),
    Case([], PRICE, ("create", "price", "gpt"), None, {"input": "2.5", "output": "10"}),
    Case(
        [PRICE],
        ("price", "set", "gpt", "--input", "3", "--output", "10"),
        ("edit", "price", "gpt"),
        {"input": "2.5", "output": "10"},
        {"input": "3", "output": "10"},
    ),
    Case(
        [PRICE],
        ("price", "remove", "gpt"),
        ("delete", "price", "gpt"),
        {"input": "2.5", "output": "10"},
        None,
    ),
    Case(
        [],
        USER,
        ("create", "user", "ann@example.test"),
        None,
        {"group": "default"},
        (*OF_USER, "group"),
    ),
    Case(
        [USER],
        ("user", "disable", "--email", "ann@example.test"),
        ("disable", "user", "ann@example.test"),
        {"disabled": False},
        {"disabled": True},
        OF_USER,
    ),
    Case(
        [("user", "disable", "--email", ADMIN)],
        ("user", "enable", "--email", ADMIN),
        ("enable", "user", ADMIN),
        {"disabled": True},
        {"disabled": False},
        OF_USER,
    ),
    Case([], KEY, ("create", "key", f"{ADMIN}/1"), None, {"name": "laptop", "kind": "relay"}, OF_API_KEY),
    Case(
        [KEY],
        ("key", "disable", "1"),
        ("disable", "key", f"{ADMIN}/1"),
        {"disabled": False},
        {"disabled": True},
        OF_API_KEY,
    ),
    Case(
        [KEY, ("key", "disable", "1")],
        ("key", "enable", "1"),
        ("enable", "key", f"{ADMIN}/1"),
        {"disabled": True},
        {"disabled": False},
        OF_API_KEY,
    ),
    Case(
        [("account", "credit", "--email", ADMIN, "--usd", "1")],
        ("account", "credit", "--email", ADMIN, "--usd", "2", "--note", "invoice 12"),
        ("credit", "account", ADMIN),
        {"balance_nano_usd": 1_000_000_000},
        {"balance_nano_usd": 3_000_000_000, "note": "invoice 12"},
    ),
    Case(
        [],
        ("account", "limit", "--email", ADMIN, "--rpm", "5"),
        ("edit", "account", ADMIN),
        {"rpm": 0},
        {"rpm": 5},
        ("overdraft_nano_usd", "rpm", "tpm", "concurrency"),
    ),
]
