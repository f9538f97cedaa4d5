"""Step 9: what an exchange used, and what that costs by its frozen rate card."""

import msgspec

from oblivious.billing.cost import cost
from oblivious.contracts.usage import NOTHING, Usage
from oblivious.gateway.road.exchange import Exchange


def metered(exchange: Exchange) -> tuple[Usage, int]:
    """Return the usage and the amount (nano-USD) of an exchange that is over.

    The upstream's own numbers count. Where it gave none, or one that can't be, the input is what admission
    estimated and the output what was delivered, and the usage is marked as an estimate. Nothing is owed for
    attempts that failed before they were accepted.
    """
    if exchange.endpoint.free or not exchange.asked:
        return NOTHING, 0
    usage = _told(exchange) or Usage(
        input_tokens=exchange.estimate * exchange.calls,
        output_tokens=delivered_tokens(exchange),
        estimated=True,
        calls=exchange.calls,
    )
    return usage, cost(exchange.priced.card, usage)


def delivered_tokens(exchange: Exchange) -> int:
    """Estimate the output tokens that the client was handed, by the length of their text."""
    accepted = exchange.accepted
    if accepted is None:
        return 0
    if accepted.scanner is not None:
        return accepted.scanner.delivered_tokens()
    return exchange.face.text_tokens(accepted.held)


def _told(exchange: Exchange) -> Usage | None:
    accepted = exchange.accepted
    if accepted is None:
        return None
    told = accepted.usage if accepted.scanner is None else accepted.scanner.usage
    return told if told is None or (told.input_tokens and told.output_tokens) else _completed(exchange, told)


def _completed(exchange: Exchange, told: Usage) -> Usage:
    """Return a usage of which one half was not counted: nobody answers nothing, nor says words of no tokens.

    Who says that nothing at all was used is believed.
    """
    if told.output_tokens:
        return msgspec.structs.replace(told, input_tokens=exchange.estimate * exchange.calls, estimated=True)
    said = delivered_tokens(exchange) if told.input_tokens and exchange.endpoint.caps else 0
    return msgspec.structs.replace(told, output_tokens=said, estimated=True) if said else told
