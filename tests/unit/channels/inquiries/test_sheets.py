"""How balances are read; the bodies are the examples of the providers' references."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from oblivious.channels.inquiries.inquiry import Balance
from oblivious.channels.inquiries.sheets import (
    deepseek_balance,
    moonshot_balance,
    novita_balance,
    openrouter_balance,
    siliconflow_balance,
    stepfun_balance,
)

Read = Callable[[bytes], Balance | None]
READERS: list[Read] = [
    deepseek_balance,
    openrouter_balance,
    moonshot_balance,
    siliconflow_balance,
    stepfun_balance,
    novita_balance,
]


def balance(amount: str, currency: str = "", **details: str) -> Balance:
    return Balance(Decimal(amount), currency, {name: Decimal(value) for name, value in details.items()})


class TestBalances:
    @pytest.mark.parametrize(
        ("read", "body", "expected"),
        [
            (
                deepseek_balance,
                (
                    b'{"is_available":true,"balance_infos":[{"currency":"CNY","total_balance":"110.00",'
                    b'"granted_balance":"10.00","topped_up_balance":"100.00"}]}'
                ),
                balance("110", "CNY", granted="10", topped_up="100"),
            ),
            (
                deepseek_balance,
                (
                    b'{"balance_infos":[{"currency":"CNY","total_balance":"0.00"},'
                    b'{"currency":"USD","total_balance":"3.5","topped_up_balance":"3.5"}]}'
                ),
                balance("3.5", "USD", granted="0", topped_up="3.5", CNY="0"),
            ),
            (
                deepseek_balance,
                b'{"is_available":false,"balance_infos":[{"currency":"USD","total_balance":"0.00"}]}',
                balance("0", "USD", granted="0", topped_up="0"),
            ),
            (
                openrouter_balance,
                b'{"data":{"label":"sk-or-v1-au7...890","limit":100,"limit_remaining":74.5,"usage":25.5}}',
                balance("74.5", "USD", used="25.5", limit="100"),
            ),
            (openrouter_balance, b'{"data":{"limit":null,"limit_remaining":null,"usage":25.5}}', None),
            (
                moonshot_balance,
                (
                    b'{"code":0,"data":{"available_balance":49.58894,"voucher_balance":46.58893,'
                    b'"cash_balance":3.00001},"scode":"0x0","status":true}'
                ),
                balance("49.58894", granted="46.58893", topped_up="3.00001"),
            ),
            (
                moonshot_balance,
                b'{"code":0,"data":{"available_balance":0,"voucher_balance":0,"cash_balance":-1.2}}',
                balance("0", granted="0", topped_up="-1.2"),
            ),
            (
                siliconflow_balance,
                (
                    b'{"code":20000,"message":"OK","status":true,"data":{"id":"userid","email":"a@b.test",'
                    b'"isAdmin":false,"balance":"0.88","status":"normal","chargeBalance":"88.00",'
                    b'"totalBalance":"88.88"}}'
                ),
                balance("88.88", granted="0.88", topped_up="88"),
            ),
            (
                stepfun_balance,
                (
                    b'{"object":"account","type":"prepaid","balance":1.50,"total_cash_balance":0.00,'
                    b'"total_voucher_balance":26.00}'
                ),
                balance("1.5", granted_in_all="26", topped_up_in_all="0"),
            ),
            (
                novita_balance,
                (
                    b'{"availableBalance":"1000000","cashBalance":"800000","creditLimit":"200000",'
                    b'"pendingCharges":"0","outstandingInvoices":"1"}'
                ),
                balance("100", "USD", topped_up="80", credit="20", owed="0.0001"),
            ),
        ],
        ids=[
            "DeepSeek's",
            "DeepSeek's, in two currencies",
            "DeepSeek's, empty",
            "a key of OpenRouter's",
            "a key without a limit",
            "Moonshot's",
            "Moonshot's, in debt",
            "SiliconFlow's",
            "StepFun's",
            "Novita's, in its own unit",
        ],
    )
    def test_a_balance_is_read(self, read: Read, body: bytes, expected: Balance | None) -> None:
        """Exactly, as a decimal number."""
        assert read(body) == expected

    @pytest.mark.parametrize("read", READERS)
    @pytest.mark.parametrize(
        "body",
        [b"", b"<html>", b"[]", b"{}", b'{"data":null}', b'{"data":{}}', b'{"balance_infos":[]}'],
        ids=["nothing", "a page", "a list", "no member", "no data", "empty data", "no currency"],
    )
    def test_what_is_no_balance_is_refused(self, read: Read, body: bytes) -> None:
        """It is never taken for 0."""
        with pytest.raises(ValueError, match=r"."):
            read(body)

    @pytest.mark.parametrize("code", ["", "granted", "US", "usd", "USD\\n", "<b>"])
    def test_a_currency_has_a_code(self, code: str) -> None:
        """What a provider writes goes no further if it is none."""
        body = f'{{"balance_infos":[{{"currency":"{code}","total_balance":"1"}}]}}'
        with pytest.raises(ValueError, match="currency"):
            deepseek_balance(body.encode())

    @pytest.mark.parametrize(
        "number",
        ['"NaN"', '"sNaN"', '"-Infinity"', "1e400", '"1E+999999"', "1000000000000000"],
    )
    @pytest.mark.parametrize(
        ("read", "body"),
        [
            (stepfun_balance, '{"balance":%s}'),
            (stepfun_balance, '{"balance":1,"total_cash_balance":%s}'),
            (novita_balance, '{"availableBalance":%s}'),
            (deepseek_balance, '{"balance_infos":[{"currency":"USD","total_balance":%s}]}'),
        ],
        ids=["the amount", "a detail", "in units", "among currencies"],
    )
    def test_a_number_that_cannot_be_true_is_refused(self, read: Read, body: str, number: str) -> None:
        """Printed in full, some would fill the memory."""
        with pytest.raises(ValueError, match="no number that can be true"):
            read((body % number).encode())

    def test_a_number_is_cut_to_nine_places(self) -> None:
        """Floating point leaves tails, and a tail may be very long."""
        told = stepfun_balance(b'{"balance":1.23456789049,"total_cash_balance":"1E-999999"}')

        assert str(told.amount) == "1.234567890"
        assert told.details["topped_up_in_all"] == 0

    @pytest.mark.parametrize(
        ("read", "body"),
        [
            (moonshot_balance, b'{"code":5,"data":{"available_balance":0}}'),
            (siliconflow_balance, b'{"code":50000,"status":false,"data":{"totalBalance":"0"}}'),
        ],
    )
    def test_an_error_is_no_balance(self, read: Read, body: bytes) -> None:
        """Some answer errors with a good status, and data all the same."""
        with pytest.raises(ValueError, match="the answer is an error"):
            read(body)
