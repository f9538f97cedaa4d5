from typing import Any

import pytest

from oblivious.app.declared.faults import Faults
from oblivious.app.declared.pieces import check_pieces, check_rules
from oblivious.channels.quota import read_quota
from oblivious.channels.shaping.check import read_shaping
from oblivious.channels.shaping.link import read_link

OK = {"op": "delete", "path": "a"}


def paths(faults: Faults) -> list[str]:
    """Return where something is wrong."""
    return [fault.path for fault in faults.found()]


@pytest.mark.parametrize(
    ("shaping", "wrong"),
    [
        ({"operations": [OK, OK], "dialect": "any"}, []),
        (
            {"operations": [OK, {"op": "delete", "path": ".."}, OK, {"op": "move", "path": "a"}], "s": 1},
            ["operations[1].path", "operations[3].to", "s"],
        ),
        ({"headers": {"host": "x"}, "statuses": {"1": 2}}, ["headers.host", "statuses.1"]),
        ({"operations": 1, "fields": {}}, ["fields", "operations"]),
    ],
    ids=["nothing", "entries of a list", "entries of objects", "whole members"],
)
def test_each_wrong_member_is_told_where_it_stands(shaping: dict[str, Any], wrong: list[str]) -> None:
    """One that is refused does not hide the next."""
    faults = Faults({"": 1})
    check_pieces(shaping, read_shaping, "shaping", "channels[2]", faults)

    assert paths(faults) == [f"channels[2].shaping.{place}" for place in wrong]


@pytest.mark.parametrize(
    ("part", "check", "wrong"),
    [
        ({"rpm": 0, "tpm": "x", "concurrency": 1}, read_quota, ["limits.rpm", "limits.tpm"]),
        ({"limits": 1}, read_quota, ["limits.limits"]),
    ],
)
def test_so_is_each_limit(part: dict[str, Any], check: Any, wrong: list[str]) -> None:
    """Also one that is called like its part."""
    faults = Faults({"": 1})
    check_pieces(part, check, "limits", "", faults)

    assert paths(faults) == wrong


def test_links_too() -> None:
    """Their checks name the member in another way."""
    faults = Faults({"": 1})
    check_pieces({"proxy": "x", "tls_least": "1.0", "verify": True}, read_link, "link", "c", faults)

    assert paths(faults) == ["c.link.proxy", "c.link.tls_least"]


def test_rules_of_a_provider() -> None:
    """By their number."""
    faults = Faults({"": 1})
    check_rules(
        [{"fault": "rate"}, {"fault": "rate", "status": 429}, {"fault": "x", "status": 1}], "p", faults
    )

    assert paths(faults) == ["p.rules[0]", "p.rules[2].fault"]
