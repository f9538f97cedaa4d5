from typing import Any

import pytest

from oblivious.adapters.dialects.cohere.usage import counted
from oblivious.contracts.usage import Usage


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(
            {
                "billed_units": {"input_tokens": 12.0, "output_tokens": 7.0},
                "tokens": {"input_tokens": 507, "output_tokens": 10},
                "cached_tokens": 448,
            },
            Usage(12, 7),
            id="what is billed counts, and Cohere's own words are cached first",
        ),
        pytest.param(
            {
                "billed_units": {"input_tokens": 1000, "output_tokens": 7},
                "tokens": {"input_tokens": 1100, "output_tokens": 7},
                "cached_tokens": 400,
            },
            Usage(1000, 7, cache_read_tokens=300),
            id="what is cached beyond them is the client's",
        ),
        pytest.param(
            {"tokens": {"input_tokens": 50, "output_tokens": 5}, "cached_tokens": 20},
            Usage(50, 5, cache_read_tokens=20),
            id="nothing is billed",
        ),
        pytest.param(
            {
                "billed_units": {"input_tokens": 9, "output_tokens": 30},
                "tokens": {"input_tokens": 9, "output_tokens": 40, "reasoning_tokens": 25},
            },
            Usage(9, 30, reasoning_tokens=25),
            id="thoughts",
        ),
        pytest.param({"billed_units": {"input_tokens": 9}}, Usage(9, 0), id="only one is told"),
        pytest.param(
            {"billed_units": {"input_tokens": 0, "output_tokens": 0}, "tokens": {"input_tokens": 5}},
            Usage(),
            id="it was free",
        ),
        pytest.param(
            {"billed_units": {"input_tokens": 1, "search_units": 2}}, Usage(1, searches=2), id="search"
        ),
        pytest.param({"billed_units": {"search_units": 2}}, None, id="no tokens"),
        pytest.param({"billed_units": None, "tokens": "x"}, None, id="nothing of use"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_usage(told: Any, expected: Usage | None) -> None:
    """As `contracts/usage.py` counts."""
    assert counted(told) == expected
