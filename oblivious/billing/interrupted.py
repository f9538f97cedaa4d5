"""What an exchange owes whose gateway died: pure."""

from collections.abc import Sequence

import msgspec

from oblivious.billing.cost import cost
from oblivious.contracts.events import Attempt, Delivered, Opened
from oblivious.contracts.money import RateCard
from oblivious.contracts.usage import NOTHING, Usage

_cards = msgspec.json.Decoder(RateCard)


def price_interrupted(
    opened: Opened, delivered: Delivered | None, attempts: Sequence[Attempt]
) -> tuple[Usage, int]:
    """Return usage and amount (nano-USD) of an exchange that has no end.

    Nothing was asked of a provider before the first attempt, so nothing is owed. After it the estimated input
    and what the client is known to have received are owed by the frozen card; both are marked as estimates.
    A card that can't be read, which only another version of this program could have written, bills nothing:
    the row keeps it, and a person can.
    """
    if not attempts:
        return NOTHING, 0
    output = 0 if delivered is None else delivered.output_tokens
    usage = Usage(input_tokens=opened.estimate, output_tokens=output, estimated=True)
    try:
        card = _cards.decode(opened.card)
    except msgspec.MsgspecError:
        return usage, 0
    return usage, cost(card, usage)
