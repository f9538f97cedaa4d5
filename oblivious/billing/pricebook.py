"""Which rate card an exchange is billed by."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from oblivious.adapters.providers.compatible import COMPATIBLE
from oblivious.billing import genai
from oblivious.billing.estimate import LONGEST_OUTPUT
from oblivious.contracts.money import RateCard, Rates
from oblivious.infra.database.types import utc_now

_FREE = frozenset(provider.name for provider in COMPATIBLE if provider.free)
"""What they serve costs us nothing, so it costs nobody anything unless a price is set."""

_FREE_CARD = RateCard(Rates(), source="own provider")

_NO_RATES = msgspec.structs.asdict(Rates())

_Key = tuple[str, str, str, str]


class Priced(msgspec.Struct, frozen=True):
    """A rate card ready for the road.

    Attributes:
        encoded: the card as JSON, as the journal and the usage row keep it.
        longest_output: tokens that one answer of the model can't exceed; for `strict` holds.
    """

    card: RateCard
    encoded: bytes
    longest_output: int = LONGEST_OUTPUT


class PriceBook:
    """Every price that holds now; replaced whole when an operator sets one.

    A price that was set for the public model name wins; then comes what the price data says of the upstream
    model at its provider, then what it says of the public name.
    """

    def __init__(
        self,
        overrides: Mapping[str, RateCard],
        data: Callable[[], genai.PriceData] = genai.load,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """Make a book; `data` is called when first needed, so call it in a thread before that."""
        self._overrides = overrides
        self._data = data
        self._now = now
        self._lasting: dict[_Key, Priced | None] = {}
        self._passing: dict[_Key, Priced] = {}
        self._minute = 0

    def priced(self, model: str, provider: str, upstream_model: str, ratio: str = "1") -> Priced | None:
        """Return the card for a public model served by a provider's model, at a group's ratio.

        None means that nobody knows a price: the request is to be refused, with `price_advice`. A price that
        depends on the time holds for the minute it was asked in.
        """
        key = (model, provider, upstream_model, ratio)
        try:
            return self._lasting[key]
        except KeyError:
            return self._of_this_minute(key)

    def card(self, model: str, provider: str, upstream_model: str, ratio: str = "1") -> RateCard | None:
        """Return only the card of `priced`."""
        priced = self.priced(model, provider, upstream_model, ratio)
        return None if priced is None else priced.card

    def models_of(self, provider: str) -> list[str]:
        """Return the models of a provider that the price data can bill; it is loaded if it is not yet."""
        return self._data().models_of(provider, self._now())

    def _of_this_minute(self, key: _Key) -> Priced | None:
        now = self._now().astimezone(UTC)
        minute = int(now.timestamp()) // 60
        if minute != self._minute:
            self._minute = minute
            self._passing.clear()
        if key in self._passing:
            return self._passing[key]
        quote = self._quote(key, now)
        if quote is None:
            self._lasting[key] = None
            return None
        priced = _priced(quote, key[-1])
        (self._passing if quote.passing else self._lasting)[key] = priced
        return priced

    def _quote(self, key: _Key, now: datetime) -> genai.Quote | None:
        model, provider, upstream_model, _ = key
        override = self._overrides.get(model)
        if override is not None:
            return genai.Quote(override, passing=False, context_window=None)
        if provider in _FREE:
            return genai.Quote(_FREE_CARD, passing=False, context_window=None)
        data = self._data()
        return data.quote(provider, upstream_model, now) or data.quote_anywhere(model, now)


def price_advice(model: str) -> str:
    """Say how to price a model that has no price."""
    return f"the model {model!r} has no price: oblivious price set {model} --input X --output Y"


def _priced(quote: genai.Quote, ratio: str) -> Priced:
    card = msgspec.structs.replace(quote.card, ratio=Decimal(ratio))
    window = quote.context_window
    return Priced(
        card,
        _encoded(card),
        LONGEST_OUTPUT if window is None else min(window, LONGEST_OUTPUT),
    )


def _encoded(card: RateCard) -> bytes:
    """Return the card as JSON without what decoding puts back, since it goes with every exchange."""
    brief = {
        "rates": _set_rates(card.rates),
        "tiers": [
            {"above_input_tokens": tier.above_input_tokens, "rates": _set_rates(tier.rates)}
            for tier in card.tiers
        ],
        "ratio": card.ratio,
        "source": card.source,
    }
    return msgspec.json.encode(brief)


def _set_rates(rates: Rates) -> dict[str, Decimal]:
    return {name: rate for name, rate in msgspec.structs.asdict(rates).items() if rate != _NO_RATES[name]}
