"""The price data that ships with us: genai-prices, read as rate cards.

Importing it takes some 150 ms, so it happens inside `load`, which belongs in a thread.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from oblivious.contracts.money import RateCard, Rates, Tier

if TYPE_CHECKING:
    from genai_prices.types import MatchLogic, ModelInfo, ModelPrice, Provider
    from genai_prices.types import Tier as GenaiTier

_RATES: Mapping[str, tuple[str, int]] = {
    "input_mtok": ("input", 6),
    "output_mtok": ("output", 6),
    "cache_read_mtok": ("cache_read", 6),
    "cache_write_mtok": ("cache_write", 6),
    "cache_write_1h_mtok": ("cache_write_1h", 6),
    "output_reasoning_mtok": ("reasoning", 6),
    "input_audio_mtok": ("audio_input", 6),
    "output_audio_mtok": ("audio_output", 6),
    "web_searches_kcount": ("search", 3),
    "requests_kcount": ("request", 3),
}
"""Which of our rates a price is, and for ten to the power of how many units it is quoted."""

_UNTOLD = frozenset({"cache_audio_read_mtok", "output_citation_mtok", "storage_searches_kcount"})
"""Prices of things that our usage does not tell apart: they are billed as what they are part of.

A model with any other price that is not in `_RATES` (images, seconds, pages ...) can't be billed yet, so it
counts as unpriced rather than as cheap.
"""

_ALIASES: Mapping[str, str] = {
    "azure-deployments": "azure",
    "bedrock": "aws",
    "gemini": "google",
    "kimi": "moonshotai",
    "moonshot": "moonshotai",
    "together-ai": "together",
    "vertex": "google",
    "vertex-express": "google",
    "voyage": "voyageai",
    "xai": "x-ai",
    "z-ai": "zai",
    "zhipu": "zhipuai",
}
"""Our provider names that the price data spells otherwise."""

_FREE = frozenset({("openai", "moderation")})
"""Models whose entry has no price because they cost nothing; elsewhere an empty entry says nothing."""

_NAMES_WITH_VENDOR = frozenset({"openrouter"})
"""Providers that know a model only as `vendor/model`; the data has the bare names, too."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What the price data says of a model at one moment.

    Attributes:
        card: its rates, without a group's ratio.
        passing: whether the price depends on the date or the time of day.
        context_window: tokens; None if unknown.
    """

    card: RateCard
    passing: bool
    context_window: int | None


class PriceData:
    """The price data, asked by our names."""

    def __init__(self, providers: list["Provider"], source: str) -> None:
        self._providers = providers
        self._by_id = {provider.id: provider for provider in providers}
        self._source = source

    def quote(self, provider: str, model: str, at: datetime) -> Quote | None:
        """Return the price of an upstream model at its provider; None if there is none that we can bill."""
        vendor = self._provider(provider)
        return None if vendor is None else self._quote(vendor, model, at)

    def quote_anywhere(self, model: str, at: datetime) -> Quote | None:
        """Return the price of a model by its name alone, at the vendor whose names look like this."""
        for vendor in self._providers:
            if vendor.model_match is not None and vendor.model_match.is_match(model):
                quote = self._quote(vendor, model, at)
                if quote is not None:
                    return quote
        return None

    def models_of(self, provider: str, at: datetime) -> list[str]:
        """Return the names under which a provider sells what we can bill, in the data's order."""
        vendor = self._provider(provider)
        if vendor is None:
            return []
        names = (
            name
            for model in vendor.models
            if not model.deprecated and self._quote_model(vendor, model, at) is not None
            for name in (model.id, *_exact_names(model.match))
        )
        return [name for name in dict.fromkeys(names) if _is_callable(vendor, name)]

    def _provider(self, name: str) -> "Provider | None":
        return self._by_id.get(_ALIASES.get(name, name))

    def _quote(self, vendor: "Provider", name: str, at: datetime) -> Quote | None:
        model = vendor.find_model(name, all_providers=self._providers)
        return None if model is None else self._quote_model(vendor, model, at)

    def _quote_model(self, vendor: "Provider", model: "ModelInfo", at: datetime) -> Quote | None:
        free = model.id.endswith(":free") or (vendor.id, model.id) in _FREE
        rates = _rates(model.get_prices(at), free=free)
        if rates is None:
            return None
        base, tiers = rates
        return Quote(
            RateCard(base, tiers, source=self._source),
            passing=isinstance(model.prices, list),
            context_window=model.context_window,
        )


def _is_callable(vendor: "Provider", name: str) -> bool:
    """Say whether a request can name this model; fine-tuned ones are in the data as beginnings of names."""
    if name.startswith("ft:") or name.endswith("-"):
        return False
    return "/" in name or vendor.id not in _NAMES_WITH_VENDOR


@cache
def load() -> PriceData:
    """Return the price data; the first call imports it."""
    from genai_prices import __version__  # noqa: PLC0415 - the import is what takes the time
    from genai_prices.data import providers  # noqa: PLC0415

    return PriceData(providers, f"genai-prices {__version__}")


def _rates(price: "ModelPrice", *, free: bool) -> tuple[Rates, tuple[Tier, ...]] | None:
    """Return base rates and tiers; None if there is no price, or one for something we can't count."""
    known = {key: value for key, value in vars(price).items() if value is not None and key not in _UNTOLD}
    if not known.keys() <= _RATES.keys() or not (known or free):
        return None
    starts = sorted({tier.start for value in known.values() for tier in _tiers(value)})
    return _rates_above(known, -1), tuple(Tier(start, _rates_above(known, start)) for start in starts)


def _rates_above(prices: Mapping[str, object], start: int) -> Rates:
    """Return the rates that hold for inputs just above `start` tokens."""
    rates: dict[str, Decimal] = {}
    for key, value in prices.items():
        name, exponent = _RATES[key]
        rates[name] = _price_above(value, start).scaleb(-exponent)
    # A vendor that quotes one price for writing to its cache means every lifetime.
    if "cache_write" in rates:
        rates.setdefault("cache_write_1h", rates["cache_write"])
    return Rates(**rates)


def _price_above(value: object, start: int) -> Decimal:
    price = getattr(value, "base", value)
    for tier in _tiers(value):
        if tier.start <= start:
            price = tier.price
    if not isinstance(price, Decimal):
        raise TypeError(f"a price of the price data is {price!r}")
    return price


def _tiers(value: object) -> "list[GenaiTier]":
    return getattr(value, "tiers", [])


def _exact_names(match: "MatchLogic") -> Iterator[str]:
    """Yield the names that a model is matched by in full."""
    exact = getattr(match, "equals", None)
    if isinstance(exact, str):
        yield exact
    for clause in getattr(match, "or_", ()):
        yield from _exact_names(clause)
