"""The commands for models, pools, providers, channels and their keys, as they are typed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.installation import Installation
from tests.integration.app.command_lines import run


class TestModelsAndPools:
    def test_models(self, installation: Installation) -> None:
        """What is given changes, the rest stays."""
        abilities = '{"tools": true}'
        installation.do("model", "set", "fast", "--aliases", "a,b", "--abilities", abilities)
        changed = installation.do("model", "set", "fast", "--fallbacks", "slow", "--strategy", "latency")

        assert installation.do("model", "list") == [changed]
        assert changed == {
            "id": changed["id"],
            "name": "fast",
            "aliases": ["a", "b"],
            "fallbacks": ["slow"],
            "context_fallbacks": [],
            "content_fallbacks": [],
            "abilities": {"tools": True},
            "strategy": "latency",
        }
        assert installation.do("model", "remove", "fast") == {"removed": "fast"}
        assert installation.do("model", "list") == []

    def test_pools(self, installation: Installation) -> None:
        """A limit of 0 takes one away; all limits at once take the place of those that there are."""
        installation.do("pool", "set", "p", "--rpm", "60", "--spend-per-day", "2.5")
        assert installation.do("pool", "set", "p", "--rpm", "0", "--tpm", "5")["limits"] == {
            "tpm": 5,
            "spend_nano_usd_per_day": 2_500_000_000,
        }
        whole = ("--limits", '{"concurrency": 3}', "--rpm", "1")
        assert installation.do("pool", "set", "p", *whole)["limits"] == {"concurrency": 3, "rpm": 1}
        installation.do("pool", "remove", "p")
        assert installation.do("pool", "list") == []

    def test_rules_of_a_provider(self, installation: Installation, tmp_path: Path) -> None:
        """From a file, and shown again; an empty list takes them away."""
        rules = [{"fault": "rate", "status": 400}]
        (tmp_path / "rules.json").write_text(json.dumps(rules))

        assert installation.do("provider", "rules", "openai", "--set", f"@{tmp_path / 'rules.json'}") == rules
        assert installation.do("provider", "rules", "openai") == rules
        (openai,) = [row for row in installation.do("provider", "list") if row["name"] == "openai"]
        assert (openai["rules"], "openai_chat" in openai["dialects"]) == (1, True)
        assert installation.do("provider", "rules", "openai", "--set", "[]") == []


class TestChannels:
    ADD = ("channel", "add", "--name", "main", "--provider", "openai", "--models", "fast")

    @pytest.mark.parametrize(
        ("options", "field", "value"),
        [
            (("--tag", "paid"), "tag", "paid"),
            (("--note", "ours"), "note", "ours"),
            (("--rpm", "5", "--concurrency", "2"), "limits", {"rpm": 5, "concurrency": 2}),
            (("--abilities", '{"vision": false}'), "abilities", {"vision": False}),
            (("--shaping", '{"project": "p"}'), "shaping", {"project": "p"}),
            (("--link", '{"proxy": "http://u:secret@h:1"}'), "link", {"proxy": "http://u:***@h:1"}),
            (("--tests", '{"every_seconds": 60}'), "tests", {"every_seconds": 60}),
        ],
        ids=["tag", "note", "limits", "abilities", "shaping", "link", "tests"],
    )
    def test_what_a_channel_can_be_given(
        self, installation: Installation, options: tuple[str, ...], field: str, value: Any
    ) -> None:
        """When it is added, and later."""
        added = installation.do(*self.ADD, "--api-key", "sk-1", *options)
        assert added[field] == value

        installation.do("channel", "remove", "main")
        installation.do(*self.ADD, "--api-key", "sk-1")
        assert installation.do("channel", "edit", "main", *options)[field] == value

    def test_single_limits_leave_the_others(self, installation: Installation) -> None:
        """As every edit does."""
        installation.do(*self.ADD, "--api-key", "sk-1", "--rpm", "5")

        assert installation.do("channel", "edit", "main", "--tpm", "7")["limits"] == {"rpm": 5, "tpm": 7}

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (("--shaping", "{"), "shaping: is no JSON"),
            (("--shaping", "@nowhere.json"), "shaping: cannot be read from 'nowhere.json'"),
            (("--limits", "[1]"), "limits: expected `object`"),
        ],
        ids=["no JSON", "no file", "no object"],
    )
    def test_what_makes_no_sense_is_told(
        self, installation: Installation, options: tuple[str, ...], told: str
    ) -> None:
        """By the name of the option."""
        done = run(installation, *self.ADD, "--api-key", "sk-1", *options)

        assert (done.exit_code, told in done.stderr) == (1, True)

    def test_states(self, installation: Installation) -> None:
        """A channel whose keys are all off serves nothing, and says so."""
        key = installation.do(*self.ADD, "--api-key", "sk-1")["keys"][0]["id"]

        def state() -> str:
            return str(installation.do("channel", "list")[0]["state"])

        assert state() == "on"
        installation.do("channel", "key", "disable", str(key))
        assert state() == "no_key"
        installation.do("channel", "key", "enable", str(key))
        installation.do("channel", "drain", "main")
        assert state() == "draining"
        installation.do("channel", "disable", "main")
        assert state() == "off"

    def test_keys(self, installation: Installation) -> None:
        """Added, changed, replaced and removed; shown by a hint only."""
        installation.do(*self.ADD, "--api-key", "sk-1")
        installation.do("pool", "set", "p")
        secret = "sk-second-0123456789"
        added = installation.do(
            "channel", "key", "add", "main", "--api-key", secret, "--name", "b", "--rpm", "9"
        )
        edit = ("channel", "key", "edit", str(added["id"]))

        changed = installation.do(*edit, "--pool", "p", "--map", "fast=faster", "--tpm", "5")
        assert (changed["name"], changed["pool"], changed["mapping"]) == ("b", "p", {"fast": "faster"})
        assert changed["limits"] == {"rpm": 9, "tpm": 5}
        assert installation.do(*edit, "--api-key", "sk-third-9876543210")["hint"] == "sk-t...3210"
        installation.do("channel", "key", "remove", str(added["id"]))
        assert [key["hint"] for key in installation.do("channel", "key", "list", "main")] == ["..."]
