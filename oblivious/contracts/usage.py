"""What an exchange consumed."""

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


NOTHING = Usage()
