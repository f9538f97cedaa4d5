"""Usage from numbers that providers wrote: none of them makes us fail, no part is above its whole."""

from oblivious.contracts.usage import Usage

_NUMBERS = (int, float)
_MOST = 1_000_000_000
"""Tokens that no provider can mean: it would be a bill for a mistake, and too long for a column."""


def count(value: object) -> int:
    """Return a count as a provider wrote it; 0 for what is none."""
    if value is None:
        return 0
    if type(value) is int:
        return value if 0 < value <= _MOST else 0
    if isinstance(value, float) and value.is_integer() and 0 < value <= _MOST:
        return int(value)
    return 0


def uncounted(*values: object) -> bool:
    """Whether one of these counts is below zero: some local servers write -1 for what they did not count."""
    for value in values:  # noqa: SIM110 - it is run for every answer
        if isinstance(value, _NUMBERS) and value < 0:
            return True
    return False


def usage_of(
    input_tokens: int,
    output_tokens: int,
    *,
    cache_read: int = 0,
    cache_write: int = 0,
    cache_write_1h: int = 0,
    reasoning: int = 0,
    audio_input: int = 0,
    audio_output: int = 0,
    searches: int = 0,
) -> Usage:
    """Return a usage whose parts fit into their wholes."""
    if not (
        cache_read or cache_write or cache_write_1h or reasoning or audio_input or audio_output or searches
    ):
        return Usage(input_tokens, output_tokens)
    read = min(cache_read, input_tokens)
    write_1h = min(cache_write_1h, input_tokens - read)
    write = min(cache_write, input_tokens - read - write_1h)
    thought = min(reasoning, output_tokens)
    return Usage(
        input_tokens,
        output_tokens,
        read,
        write,
        write_1h,
        thought,
        min(audio_input, input_tokens - read - write - write_1h),
        min(audio_output, output_tokens - thought),
        searches,
    )
