from typing import Any

import pytest

from oblivious.channels.judge import Action, Fault, Rule, Scope, Verdict, fault_of, judge, read_rules
from oblivious.contracts.changes import ChangeRefused
from oblivious.contracts.errors import (
    BadCredential,
    Blocked,
    BrokeOff,
    Garbled,
    ModelMissing,
    OutOfCredit,
    Overloaded,
    Refused,
    TimedOut,
    TooLong,
    Unreachable,
    UpstreamError,
    UpstreamRateLimited,
)

RATE = UpstreamRateLimited("slow down", upstream_status=429, retry_after_ms=7_000, word="rate_limit_exceeded")


class TestJudge:
    @pytest.mark.parametrize(
        ("failure", "verdict"),
        [
            (BadCredential("no", certain=True), Verdict(Fault.AUTH, Scope.KEY, Action.OFF)),
            (BadCredential("no"), Verdict(Fault.AUTH, Scope.KEY_MODEL, Action.COOL)),
            (OutOfCredit("no", certain=True), Verdict(Fault.BILLING, Scope.KEY, Action.OFF)),
            (RATE, Verdict(Fault.RATE, Scope.KEY_MODEL, Action.COOL, 7_000)),
            (UpstreamRateLimited("no"), Verdict(Fault.RATE, Scope.KEY_MODEL, Action.COOL)),
            (Overloaded("no"), Verdict(Fault.OVERLOAD, Scope.KEY_MODEL, Action.COUNT)),
            (Overloaded("no", retry_after_ms=9), Verdict(Fault.OVERLOAD, Scope.KEY_MODEL, Action.COOL, 9)),
            (TimedOut("no"), Verdict(Fault.TIMEOUT, Scope.CHANNEL, Action.COUNT)),
            (Unreachable("no"), Verdict(Fault.CONNECT, Scope.CHANNEL, Action.COUNT)),
            (BrokeOff("no"), Verdict(Fault.CONNECT, Scope.CHANNEL, Action.COUNT)),
            (Garbled("no"), Verdict(Fault.GARBAGE, Scope.CHANNEL, Action.COUNT)),
            (ModelMissing("no"), Verdict(Fault.NOT_FOUND, Scope.KEY_MODEL, Action.COOL)),
            (TooLong("no"), Verdict(Fault.CONTENT, Scope.CHANNEL, Action.NOTHING)),
            (Blocked("no"), Verdict(Fault.CONTENT, Scope.CHANNEL, Action.NOTHING)),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_every_leaf_has_its_meaning(self, failure: UpstreamError, verdict: Verdict) -> None:
        """One hit cools or counts; only what leaves no doubt switches a key off."""
        assert judge(failure, "openai") == verdict

    def test_a_providers_limits_are_about_whom_its_table_says(self) -> None:
        """DeepSeek counts an account, whatever the model is."""
        assert judge(RATE, "deepseek").scope is Scope.POOL

    def test_every_leaf_of_the_tree_is_classed(self) -> None:
        """A new one needs a thought."""
        leaves = [*UpstreamError.__subclasses__(), *Refused.__subclasses__()]

        assert {fault_of(leaf("no")) for leaf in leaves} == set(Fault)


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "fits"),
        [
            (Rule(Fault.BILLING, status=429), True),
            (Rule(Fault.BILLING, status=400), False),
            (Rule(Fault.BILLING, word="rate_limit_exceeded"), True),
            (Rule(Fault.BILLING, word="rate"), False),
            (Rule(Fault.BILLING, message="SLOW +down"), True),
            (Rule(Fault.BILLING, status=429, message="speed up"), False),
        ],
        ids=["status", "another status", "word", "part of a word", "message", "only one of two"],
    )
    def test_all_that_a_rule_names_must_fit(self, *, rule: Rule, fits: bool) -> None:
        """Else our own table says what it is."""
        assert judge(RATE, "openai", [rule]).fault is (Fault.BILLING if fits else Fault.RATE)

    def test_the_first_that_fits_counts_with_its_scope_and_time(self) -> None:
        """What it leaves out is as usual."""
        rules = [
            Rule(Fault.OVERLOAD, status=429, scope=Scope.CHANNEL, action=Action.COOL, hold_ms=5),
            Rule(Fault.AUTH, status=429),
        ]

        assert judge(RATE, "openai", rules) == Verdict(Fault.OVERLOAD, Scope.CHANNEL, Action.COOL, 5)

    def test_what_looks_like_a_bad_request_may_be_tried_elsewhere(self) -> None:
        """Where an operator knows better."""
        failure = Refused("busy, come again", upstream_status=400)

        assert judge(failure, "x", [Rule(Fault.OVERLOAD, message="busy")]).fault is Fault.OVERLOAD

    def test_one_that_takes_too_long_does_not_fit(self) -> None:
        """Some expressions would be searched for till the end of the world, and all requests would wait."""
        failure = Refused("a" * 1_000 + "!", upstream_status=400)
        rules = [Rule(Fault.OVERLOAD, message="(a|aa)+$"), Rule(Fault.RATE, status=400)]

        assert judge(failure, "x", rules).fault is Fault.RATE

    def test_a_rule_may_switch_a_key_off(self) -> None:
        """Whatever the status was."""
        assert judge(RATE, "x", [Rule(Fault.AUTH, status=429, action=Action.OFF)]) == Verdict(
            Fault.AUTH, Scope.KEY, Action.OFF
        )

    @pytest.mark.parametrize(
        ("rule", "field"),
        [
            ({"fault": "rate"}, "rules[0]"),
            ({"fault": "slow", "status": 429}, "rules[0].fault"),
            ({"fault": "rate", "status": 42}, "rules[0].status"),
            ({"fault": "rate", "message": "("}, "rules[0].message"),
            ({"fault": "rate", "message": "a{99999999999999999999}"}, "rules[0].message"),
            ({"fault": "rate", "word": "a\x00"}, "rules[0].word"),
            ({"fault": "rate", "status": 429, "why": 1}, "rules[0].why"),
            ({"fault": "auth", "status": 403, "action": "off", "scope": "channel"}, "rules[0].scope"),
        ],
        ids=[
            *(
                "fits everything",
                "no fault",
                "no status",
                "no pattern",
                "too many times",
                "no such character",
            ),
            *("unknown", "a channel is not a key"),
        ],
    )
    def test_what_makes_no_sense_is_refused_by_name(self, rule: dict[str, Any], field: str) -> None:
        """Before it is kept."""
        with pytest.raises(ChangeRefused) as caught:
            read_rules([rule])

        assert caught.value.field == field
