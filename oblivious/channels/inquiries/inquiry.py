"""What providers can be asked about themselves, and what they tell."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

Told = TypeVar("Told")


class Models(msgspec.Struct, frozen=True):
    """The models that a provider offers to a channel key, by its own names, each once, in its own order."""

    names: tuple[str, ...]


class Balance(msgspec.Struct, frozen=True):
    """What an account, or a key of it, can still spend.

    Attributes:
        amount: in whole units of the currency, such as dollars; below 0 where the account is in debt.
        currency: the code of it, such as `USD`; empty where neither the answer nor the address tells.
        details: what the amount is made of, or was before, in the same unit. A code of a currency names what
            the account has in that one besides.
    """

    amount: Decimal
    currency: str = ""
    details: Mapping[str, Decimal] = {}


class Page(msgspec.Struct, frozen=True):
    """A part of a list of models.

    Attributes:
        after: what asks for the next part; empty where this is the last one.
    """

    names: tuple[str, ...]
    after: str = ""


class Inquiry(msgspec.Struct, Generic[Told], frozen=True):
    """A GET that costs nothing, as a row.

    Attributes:
        dialect: whose base URL it is asked at, and in whose way the key is presented.
        path: from that base URL, as links are written: `models` is below it, `../user/balance` beside it.
        read: reads the body of an answer; a ValueError says that it is no such body.
        source: where this was read, and when.
        query: what the path is followed by.
        headers: what is sent besides the key.
        turns: the parameter of the query that asks for the next page; empty: there is one page.
        currencies: by the end of a host's name, where the answer does not tell the currency.
    """

    dialect: str
    path: str
    read: Callable[[bytes], Told]
    source: str
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    turns: str = ""
    currencies: Mapping[str, str] = {}
