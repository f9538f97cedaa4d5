from typing import Any

import pytest

from oblivious.adapters.providers.provider import Provider
from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.tables import Channel
from oblivious.channels.wanted import Wanted, apply, check_name
from oblivious.channels.wanted_key import check_secret
from oblivious.contracts.changes import ChangeRefused
from oblivious.infra.crypto import Secrets
from tests.fakes.service_accounts import key_file

OPENAI, COMPATIBLE = PROVIDERS["openai"], PROVIDERS["openai-compatible"]
BEDROCK = PROVIDERS["bedrock"]
VERTEX = PROVIDERS["vertex"]
SECRETS = Secrets("the secret key of a test")


def channel() -> Channel:
    return Channel(name="c", provider="openai", models=["a", "b"], mapping={"a": "x"}, weight=2)


class TestApply:
    def test_only_what_is_said_changes(self) -> None:
        """None leaves a part as it is; blanks and repeats go."""
        changed = channel()
        apply(Wanted(models=[" a ", "c", "a"], priority=-3), changed, OPENAI, SECRETS)

        assert (changed.models, changed.priority) == (["a", "c"], -3)
        assert (changed.mapping, changed.weight, changed.base_urls) == ({"a": "x"}, 2, {})

    def test_two_models_may_be_one_upstream(self) -> None:
        """Old and new names of a model often are."""
        changed = channel()
        apply(Wanted(mapping={"a": " x ", "b": "x"}), changed, OPENAI, SECRETS)

        assert changed.mapping == {"a": "x", "b": "x"}

    def test_an_empty_base_url_sends_it_home(self) -> None:
        """The provider's own addresses hold again."""
        changed = channel()
        apply(Wanted(base_url="http://h"), changed, OPENAI, SECRETS)
        assert set(changed.base_urls.values()) == {"http://h/v1"}

        apply(Wanted(base_url=""), changed, OPENAI, SECRETS)
        assert changed.base_urls == {}

    @pytest.mark.parametrize(
        ("field", "value", "named"),
        [
            ("base_url", "nowhere", "base_url"),
            ("base_urls", {"cohere": "http://h"}, "base_urls.cohere"),
            ("base_urls", {"openai_chat": "ftp://h"}, "base_urls.openai_chat"),
            ("models", [], "models"),
            ("models", ["a", " "], "models[1]"),
            ("models", ["a\nb"], "models[0]"),
            ("models", ["a", "*-*"], "models"),
            ("mapping", {"stranger": "x"}, "mapping"),
            ("mapping", {"a": ""}, "mapping"),
            ("mapping", {"a": "b", "b": "a"}, "mapping"),
            ("weight", -1, "weight"),
            ("weight", 10**9, "weight"),
            ("priority", -(10**9), "priority"),
            ("groups", [""], "groups[0]"),
            ("key_mode", "sometimes", "key_mode"),
            ("tag", "two\nlines", "tag"),
            ("limits", {"rpm": 0}, "limits.rpm"),
            ("limits", {"rps": 1}, "limits.rps"),
            ("abilities", {"tools": "no"}, "abilities.tools"),
            ("shaping", {"operations": [{"op": "set"}]}, "shaping.operations[0].path"),
            ("link", {"proxy": "nowhere"}, "link.proxy"),
            ("tests", {"every_seconds": 1}, "tests.every_seconds"),
        ],
        ids=str,
    )
    def test_what_makes_no_sense_is_refused_by_name_and_changes_nothing(
        self, field: str, value: Any, named: str
    ) -> None:
        """Also the parts that made sense stay as they were."""
        changed = channel()
        before = changed.model_dump()
        with pytest.raises(ChangeRefused) as caught:
            apply(Wanted(**{"groups": ["vip"], field: value}), changed, OPENAI, SECRETS)

        assert caught.value.field == named
        assert changed.model_dump() == before

    def test_two_models_may_be_one_to_the_provider(self) -> None:
        """Names are public; what they stand for is not theirs alone."""
        changed = channel()
        apply(Wanted(mapping={"a": "x", "b": "x"}), changed, OPENAI, SECRETS)

        assert changed.mapping == {"a": "x", "b": "x"}

    def test_a_mapped_model_cannot_leave_alone(self) -> None:
        """The mapping would promise what nobody serves."""
        with pytest.raises(ChangeRefused, match="mapping"):
            apply(Wanted(models=["b"]), channel(), OPENAI, SECRETS)

    def test_a_provider_without_a_home_needs_an_address(self) -> None:
        """There is no other place to go to."""
        with pytest.raises(ChangeRefused, match="base_url"):
            apply(Wanted(base_url=""), channel(), COMPATIBLE, SECRETS)


class TestCheckName:
    @pytest.mark.parametrize("name", ["", "  ", "two\nlines"])
    def test_a_name_can_be_printed(self, name: str) -> None:
        """It stands in tables, logs and metrics."""
        with pytest.raises(ChangeRefused, match="name"):
            check_name(name)


class TestCheckSecret:
    def test_blanks_around_it_go(self) -> None:
        """They come along when a key is copied."""
        assert check_secret(" sk-key\n", OPENAI) == "sk-key"

    @pytest.mark.parametrize("secret", ["", "sk-\r\nx-injected: 1", "ключ", "two words"])
    def test_what_cannot_stand_in_a_header_is_refused(self, secret: str) -> None:
        """The error does not show it."""
        with pytest.raises(ChangeRefused, match="api_key") as caught:
            check_secret(secret, OPENAI)

        assert not secret or secret not in str(caught.value)

    def test_a_service_account_is_kept_in_one_line(self) -> None:
        """Where tokens are given for one; a ready token is a key like any other."""
        kept = check_secret(f"  {key_file()}\n", VERTEX)

        assert kept.startswith('{"type":"service_account"')
        assert "\n" not in kept
        assert check_secret("ya29.token", VERTEX) == "ya29.token"

    @pytest.mark.parametrize(
        ("provider", "secret", "told"),
        [
            (VERTEX, '{"type": "service_account"}', "required field"),
            (VERTEX, "{", "no JSON"),
            (OPENAI, key_file(), "characters that no key has"),
        ],
        ids=["half a file", "no file", "another provider"],
    )
    def test_what_is_wrong_with_a_key_file_is_told(self, provider: Provider, secret: str, told: str) -> None:
        """The error does not show it."""
        with pytest.raises(ChangeRefused, match=told) as caught:
            check_secret(secret, provider)

        assert "PRIVATE" not in str(caught.value)

    def test_a_provider_that_asks_for_none_takes_an_empty_one(self) -> None:
        """A server in the house often has no keys."""
        assert check_secret("", COMPATIBLE) == ""


class TestPairs:
    @pytest.mark.parametrize("secret", ["ABSKQmVk", "AKIAX:se/cret", "ASIAX:secret:token=="])
    def test_bedrock_takes(self, secret: str) -> None:
        """An API key, or a pair that signs."""
        assert check_secret(f" {secret} ", BEDROCK) == secret

    @pytest.mark.parametrize("secret", ["AKIAX:", "ASIAX:secret", "a:b:c:d"])
    def test_a_pair_that_is_none_is_refused(self, secret: str) -> None:
        """With what to do; other providers may have colons in their keys."""
        with pytest.raises(ChangeRefused, match=r"api_key.*(ACCESS_KEY_ID|session token)"):
            check_secret(secret, BEDROCK)

        assert check_secret(secret, OPENAI) == secret
