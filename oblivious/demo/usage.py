"""What an answer is said to have consumed."""

import msgspec

from oblivious.demo.answer import Answer, Ask
from oblivious.demo.behaviour import Behaviour


class Usage(msgspec.Struct, frozen=True):
    """Tokens as the demo counts them: words, unless the request names the figures itself."""

    input_tokens: int
    output_tokens: int
    reasoning_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        """Return input and output together."""
        return self.input_tokens + self.output_tokens


def usage_of(ask: Ask, answer: Answer, behaviour: Behaviour) -> Usage:
    """Return the usage of an answer, times the choices it is given in."""
    counted = Usage(ask.input_tokens, answer.tokens * ask.choices, len(answer.thoughts) * ask.choices)
    return fixed(counted, behaviour)


def fixed(counted: Usage, behaviour: Behaviour) -> Usage:
    """Return what was counted, or the figures that the request has named in its place."""
    if behaviour.usage_fixed is None:
        return counted
    input_tokens, output_tokens = behaviour.usage_fixed
    return Usage(input_tokens, output_tokens, min(counted.reasoning_tokens, output_tokens))


def told(usage: Usage, behaviour: Behaviour) -> Usage | None:
    """Return the usage if the client gets it."""
    return usage if behaviour.usage_given else None
