"""What an exchange consumed."""

from collections.abc import Sequence

import msgspec


class Usage(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Token counts of one exchange, normalised across vendors.

    `input_tokens` holds every input token, also those read from or written to a cache and those of audio;
    `output_tokens` holds every output token, also reasoning and audio. The other counts are parts of these
    two, so nothing is ever added up twice.

    Attributes:
        cache_write_tokens: written for the vendor's short lifetime (Anthropic: 5 minutes).
        cache_write_1h_tokens: written for one hour.
        searches: web searches that the vendor ran and charges apart.
        estimated: True when we counted, because the upstream did not say.
        calls: how many calls with the same input it is the sum of; each is priced as a request of its own.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_1h_tokens: int = 0
    reasoning_tokens: int = 0
    audio_input_tokens: int = 0
    audio_output_tokens: int = 0
    searches: int = 0
    estimated: bool = False
    calls: int = 1


NOTHING = Usage()


def together(usages: Sequence[Usage]) -> Usage:
    """Return what several calls with the same input used."""
    return Usage(
        input_tokens=sum(usage.input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        cache_read_tokens=sum(usage.cache_read_tokens for usage in usages),
        cache_write_tokens=sum(usage.cache_write_tokens for usage in usages),
        cache_write_1h_tokens=sum(usage.cache_write_1h_tokens for usage in usages),
        reasoning_tokens=sum(usage.reasoning_tokens for usage in usages),
        audio_input_tokens=sum(usage.audio_input_tokens for usage in usages),
        audio_output_tokens=sum(usage.audio_output_tokens for usage in usages),
        searches=sum(usage.searches for usage in usages),
        estimated=any(usage.estimated for usage in usages),
        calls=sum(usage.calls for usage in usages),
    )
