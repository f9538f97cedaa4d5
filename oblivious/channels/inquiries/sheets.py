"""Read balances, as each provider writes them. Pure.

Every reader raises a ValueError where the body is something else.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

import msgspec

from oblivious.channels.inquiries.inquiry import Balance

_ZERO = Decimal(0)
_PLACES = 9
_MOST = Decimal(10) ** 15
"""Nobody has that much, in any currency; a number may be written that fills the memory when it is printed."""

_NOVITA_UNITS = 10_000
"""In one dollar."""


_Code = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", max_length=3)]
"""Of a currency."""


class _Funds(msgspec.Struct):
    currency: _Code
    total_balance: Decimal
    granted_balance: Decimal = _ZERO
    topped_up_balance: Decimal = _ZERO


class _DeepSeek(msgspec.Struct):
    balance_infos: list[_Funds]


class _OpenRouterKey(msgspec.Struct):
    limit_remaining: Decimal | None
    limit: Decimal | None = None
    usage: Decimal = _ZERO


class _OpenRouter(msgspec.Struct):
    data: _OpenRouterKey


class _MoonshotFunds(msgspec.Struct):
    available_balance: Decimal
    voucher_balance: Decimal = _ZERO
    cash_balance: Decimal = _ZERO


class _Moonshot(msgspec.Struct):
    data: _MoonshotFunds
    code: int = 0


class _SiliconFlowUser(msgspec.Struct):
    total: Decimal = msgspec.field(name="totalBalance")
    granted: Decimal = msgspec.field(name="balance", default=_ZERO)
    topped_up: Decimal = msgspec.field(name="chargeBalance", default=_ZERO)


class _SiliconFlow(msgspec.Struct):
    data: _SiliconFlowUser
    status: bool = True


class _StepFun(msgspec.Struct):
    balance: Decimal
    cash: Decimal = msgspec.field(name="total_cash_balance", default=_ZERO)
    voucher: Decimal = msgspec.field(name="total_voucher_balance", default=_ZERO)


class _Novita(msgspec.Struct):
    available: Decimal = msgspec.field(name="availableBalance")
    cash: Decimal = msgspec.field(name="cashBalance", default=_ZERO)
    credit: Decimal = msgspec.field(name="creditLimit", default=_ZERO)
    owed: Decimal = msgspec.field(name="outstandingInvoices", default=_ZERO)


_deepseek = msgspec.json.Decoder(_DeepSeek)
_openrouter = msgspec.json.Decoder(_OpenRouter)
_moonshot = msgspec.json.Decoder(_Moonshot)
_siliconflow = msgspec.json.Decoder(_SiliconFlow)
_stepfun = msgspec.json.Decoder(_StepFun)
_novita = msgspec.json.Decoder(_Novita)


def deepseek_balance(body: bytes) -> Balance:
    """Read the first currency that the account has money in, else the first one; others are details."""
    funds = _deepseek.decode(body).balance_infos
    if not funds:
        raise ValueError("the account has no balance in any currency")
    first = next((one for one in funds if one.total_balance), funds[0])
    details = {one.currency: one.total_balance for one in funds if one is not first}
    details |= {"granted": first.granted_balance, "topped_up": first.topped_up_balance}
    return _balance(first.total_balance, details, first.currency)


def openrouter_balance(body: bytes) -> Balance | None:
    """Read what is left of the key's own limit; None where it has none. The account's money is not told."""
    key = _openrouter.decode(body).data
    if key.limit_remaining is None:
        return None
    limit = {} if key.limit is None else {"limit": key.limit}
    return _balance(key.limit_remaining, {"used": key.usage} | limit, "USD")


def moonshot_balance(body: bytes) -> Balance:
    """Read what can be spent; its cash is below 0 where the account is in debt."""
    told = _moonshot.decode(body)
    if told.code:
        raise ValueError("the answer is an error")
    funds = told.data
    details = {"granted": funds.voucher_balance, "topped_up": funds.cash_balance}
    return _balance(funds.available_balance, details)


def siliconflow_balance(body: bytes) -> Balance:
    """Read what was given and what was paid in, together."""
    told = _siliconflow.decode(body)
    if not told.status:
        raise ValueError("the answer is an error")
    return _balance(told.data.total, {"granted": told.data.granted, "topped_up": told.data.topped_up})


def stepfun_balance(body: bytes) -> Balance:
    """Read what can be spent; the details are what was ever given and paid in."""
    told = _stepfun.decode(body)
    return _balance(told.balance, {"granted_in_all": told.voucher, "topped_up_in_all": told.cash})


def novita_balance(body: bytes) -> Balance:
    """Read what can be spent, on credit too; it is told in ten-thousandths of a dollar."""
    told = _novita.decode(body)
    units = {"topped_up": told.cash, "credit": told.credit, "owed": told.owed}
    details = {name: _sound(value) / _NOVITA_UNITS for name, value in units.items()}
    return _balance(_sound(told.available) / _NOVITA_UNITS, details, "USD")


def _balance(amount: Decimal, details: Mapping[str, Decimal], currency: str = "") -> Balance:
    return Balance(_sound(amount), currency, {name: _sound(value) for name, value in details.items()})


def _sound(value: Decimal) -> Decimal:
    """Return a number that is one, and can be printed, to nine places."""
    if not value.is_finite() or abs(value) >= _MOST:
        raise ValueError("the balance is no number that can be true")
    return round(value, _PLACES)
