"""What an exchange may cost, before anybody knows: the amount its hold takes from the wallet."""

from oblivious.billing.cost import Tariff, tariff
from oblivious.contracts.money import MAX_STORE_AMOUNT, RateCard

LONGEST_OUTPUT = 131_072
"""Tokens that an answer may have where neither the request nor the price data says; for `strict` holds."""

USUAL_OUTPUT = 1_000
"""Tokens that an answer is expected to have while too few of its model's were seen; for `fair` holds."""


def hold_amount(
    card: RateCard,
    input_tokens: int,
    output_cap: int | None,
    n: int = 1,
    *,
    calls: int = 1,
    strict: bool,
    recent_p99_output: int = USUAL_OUTPUT,
    longest_output: int = LONGEST_OUTPUT,
) -> int:
    """Return what admission holds, in nano-USD, rounded up, at most `MAX_STORE_AMOUNT`.

    A `strict` hold covers the worst case: every input token (a proven bound) at the dearest input price of
    any tier it may reach, and `n` answers of full length at the dearest output price. A `fair` hold covers
    the likely case: the input at its plain price, and answers no longer than the model's recent ones. What
    a vendor charges for searches of its own is in neither: nobody can bound it.

    Args:
        card: the frozen rate card.
        input_tokens: a bound if strict, else an estimate.
        output_cap: tokens of one answer as the client capped it; None if it did not.
        n: answers asked for.
        calls: how often the input may be sent for them.
        strict: which of the two it is.
        recent_p99_output: see `OutputHistory`.
        longest_output: tokens of one answer that the model can't exceed.
    """
    rates = tariff(card)
    if strict:
        output = longest_output if output_cap is None else output_cap
        total = _worst(rates, input_tokens, output * n, calls)
    else:
        output = recent_p99_output if output_cap is None else min(output_cap, recent_p99_output)
        line = rates.line(input_tokens)
        total = (line.request + line.input * input_tokens) * calls + line.output * output * n
    return min(-(-total // rates.scale), MAX_STORE_AMOUNT)


def _worst(rates: Tariff, input_tokens: int, output_tokens: int, calls: int) -> int:
    return max(
        line.request * calls
        + input_tokens
        * calls
        * max(line.input, line.cache_read, line.cache_write, line.cache_write_1h, line.audio_input)
        + output_tokens * max(line.output, line.reasoning, line.audio_output)
        for line in rates.lines(input_tokens)
    )


class OutputHistory:
    """How long the recent answers of each model were."""

    __slots__ = ("_models",)

    def __init__(self) -> None:
        self._models: dict[str, _Ring] = {}

    def add(self, model: str, output_tokens: int) -> None:
        """Remember an answer of this public model name; only models that were served may be named."""
        ring = self._models.get(model)
        if ring is None:
            ring = self._models[model] = _Ring()
        ring.add(output_tokens)

    def p99(self, model: str) -> int:
        """Return how many tokens 99 of 100 recent answers stay within; `USUAL_OUTPUT` until that is known."""
        ring = self._models.get(model)
        return USUAL_OUTPUT if ring is None else ring.p99


class _Ring:
    """The last answers of one model; sorted anew once for every so many that came."""

    __slots__ = ("_lengths", "_next", "p99")

    _SIZE = 512
    _EVERY = 64

    def __init__(self) -> None:
        self._lengths: list[int] = []
        self._next = 0
        self.p99 = USUAL_OUTPUT

    def add(self, output_tokens: int) -> None:
        if len(self._lengths) < self._SIZE:
            self._lengths.append(output_tokens)
        else:
            self._lengths[self._next % self._SIZE] = output_tokens
        self._next += 1
        if self._next % self._EVERY == 0:
            known = sorted(self._lengths)
            self.p99 = known[len(known) * 99 // 100]
