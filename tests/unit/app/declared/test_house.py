from typing import Any

import pytest

from oblivious.app.declared.house import labels


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ([{"name": "a", "secret": {"env": "A"}}, {"secret": {"env": "A"}}], ["a", "env:A"]),
        ([{"secret": {"file": "/k"}}, {"secret": {"kept": "sk-1...2345"}}], ["file:/k", "kept:sk-1...2345"]),
        ([{}, {"pool": "p"}, {}], ["no:secret", "no:secret #2", "no:secret #3"]),
        ([{"name": "a"}, {"name": "b"}, {"name": "a"}], ["a", "b", "a #2"]),
        ([{"name": "a #2"}, {"name": "a"}, {"name": "a"}], ["a #2", "a", "a #3"]),
    ],
    ids=["names", "references", "none", "alike", "alike on purpose"],
)
def test_every_key_is_called_something_else(keys: list[dict[str, Any]], told: list[str]) -> None:
    """Or a change of one would be told of another."""
    assert labels(keys) == told
