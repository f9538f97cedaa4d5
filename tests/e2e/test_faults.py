"""Everything that a provider can do wrong: what the client sees, and what it pays."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import httpx
import pytest

from tests.gateways.clients import plain_client
from tests.gateways.dialects import ANTHROPIC_DIALECT, CHAT_DIALECT, DIALECTS, Dialect
from tests.gateways.gateway import Gateway, Row
from tests.gateways.world import FAULTY, crossed, faulty, paired

_EXACT = (120 * 3 + 34 * 15) * 1000
"""Nano-USD for an answer that uses 120 and 34 tokens at 3 and 15 dollars a million."""

_EACH = 50
_REFUSED = "upstream_refused"
_TIMED = {"hang", "hang-mid-3"}
"""Faults that take three seconds to notice; they are tried with fewer requests."""


NOTHING, EXACT, ESTIMATE = 0, _EXACT, None


@dataclass(frozen=True)
class Seen:
    """What is seen when the only channel has the fault.

    Attributes:
        code: of the error, in the head or in mid-stream; empty if all is well.
        amount: what was billed; None is an estimate of what was delivered.
        claude: what Anthropic's clients see, if that is something else.
    """

    status: int
    code: str = ""
    amount: int | None = NOTHING
    claude: "Seen | None" = None


_WELL = Seen(200, amount=EXACT)
_BROKE_OFF, _GARBLED = Seen(502, "upstream_broke_off"), Seen(502, "upstream_garbled")
_TIMED_OUT = Seen(504, "upstream_timeout")
_OVERLOADED = Seen(503, "upstream_overloaded", claude=Seen(529, "upstream_overloaded"))
_CREDENTIAL = Seen(502, "upstream_credential")


_MODEL_MISSING = Seen(502, "upstream_model_missing", claude=Seen(404, _REFUSED))


def _refused(status: int) -> Seen:
    return Seen(status, _REFUSED)


TABLE: dict[str, tuple[Seen, Seen]] = {
    "status-503": (_OVERLOADED, _OVERLOADED),
    "hang": (_TIMED_OUT, _TIMED_OUT),
    "hang-mid-3": (_TIMED_OUT, Seen(200, "upstream_timeout", ESTIMATE)),
    "cut": (_BROKE_OFF, _BROKE_OFF),
    "cut-mid-3": (_BROKE_OFF, Seen(200, "upstream_broke_off", ESTIMATE)),
    "cut-preamble": (_BROKE_OFF, _BROKE_OFF),
    "garbage": (_GARBLED, _GARBLED),
    "garbage-body": (_GARBLED, _GARBLED),
    "empty": (_GARBLED, _GARBLED),
    "error-after-200": (_OVERLOADED, _OVERLOADED),
    "error-mid": (_OVERLOADED, _OVERLOADED),
    "error-mid@pace-20": (_OVERLOADED, Seen(200, "upstream_overloaded", ESTIMATE)),
    "slow-head-200": (_WELL, _WELL),
    "other-form": (_WELL, _WELL),
    "die-after-0": (_BROKE_OFF, _BROKE_OFF),
    "garbage-body-html": (_GARBLED, _GARBLED),
    "status-400": (_refused(400), _refused(400)),
    "status-401": (_CREDENTIAL, _CREDENTIAL),
    "status-403": (_CREDENTIAL, _CREDENTIAL),
    "status-404": (_MODEL_MISSING, _MODEL_MISSING),
    "status-409": (_OVERLOADED, _OVERLOADED),
    "status-422": (_refused(422), _refused(422)),
    "status-429": (Seen(429, "upstream_rate_limited"), Seen(429, "upstream_rate_limited")),
    "status-429@retry-after-30": (Seen(429, "upstream_rate_limited"), Seen(429, "upstream_rate_limited")),
    "status-500": (_OVERLOADED, _OVERLOADED),
    "status-529": (_OVERLOADED, _OVERLOADED),
}
"""By fault: for JSON, and for a stream."""


@dataclass(frozen=True)
class Answer:
    """One answer, read to its end."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def exchange(self) -> str:
        """Whose usage row to look for."""
        return self.headers["x-oblivious-exchange-id"]


Cell = tuple[str, str, bool]
"""A fault, a dialect's name, and whether a stream was asked for."""


def test_the_table_is_complete() -> None:
    """Every fault of the demo upstream has its line."""
    assert TABLE.keys() == set(FAULTY)


@pytest.fixture(scope="module", params=["kept", "crossed"])
def played(embedded: Gateway, request: pytest.FixtureRequest) -> dict[Cell, tuple[Answer, Row]]:
    """Every fault in every dialect, whole and streamed, all at once; answers with their usage rows.

    Once at a provider that speaks the client's dialect, once at one that speaks another.
    """

    def model(fault: str, dialect: Dialect) -> str:
        return faulty(fault) if request.param == "kept" else crossed(fault, dialect.name)

    async def play() -> dict[Cell, tuple[Answer, Row]]:
        cells = {
            (fault, dialect.name, streamed): (dialect, model(fault, dialect), streamed)
            for fault in FAULTY
            for dialect in DIALECTS
            for streamed in (False, True)
        }
        answers = dict(zip(cells, await _ask_all(embedded, cells.values()), strict=True))
        rows = await embedded.settled(answer.exchange for answer in answers.values())
        return {cell: (answer, rows[answer.exchange]) for cell, answer in answers.items()}

    return asyncio.run(play())


class TestAlone:
    """The only channel has the fault."""

    @pytest.mark.parametrize("streamed", [False, True], ids=["json", "stream"])
    @pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
    @pytest.mark.parametrize("fault", TABLE)
    def test_what_the_client_sees(
        self, played: dict[Cell, tuple[Answer, Row]], fault: str, dialect: Dialect, *, streamed: bool
    ) -> None:
        """Status, error and bill; a stream that broke off ends with an error and without success."""
        answer, row = played[fault, dialect.name, streamed]
        seen = _seen(fault, dialect, streamed=streamed)
        if seen in (_MODEL_MISSING, _MODEL_MISSING.claude) and row["model"] == crossed(fault, dialect.name):
            # What is missing the provider says, in its own way: here that of the other dialect.
            seen = _refused(404) if seen is _MODEL_MISSING else _MODEL_MISSING

        assert (answer.status, row["reason"]) == (seen.status, seen.code)
        _check_bill(row, seen)
        if seen.status != 200:
            assert dialect.said(httpx.Response(200, content=answer.body).json())["message"]
        elif streamed:
            assert (dialect.failure in answer.body) is bool(seen.code)
            assert (dialect.success in answer.body) is not bool(seen.code)

    @pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
    def test_a_wish_to_rest_is_passed_on(
        self, played: dict[Cell, tuple[Answer, Row]], dialect: Dialect
    ) -> None:
        """The client learns how long the only provider wants to be left alone."""
        answer, _ = played["status-429@retry-after-30", dialect.name, False]

        assert answer.headers["retry-after"] == "30"

    @pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
    def test_silence_is_filled(self, played: dict[Cell, tuple[Answer, Row]], dialect: Dialect) -> None:
        """In three seconds of silence the line gets two signs of life that no client minds."""
        answer, _ = played["hang-mid-3", dialect.name, True]

        assert answer.body.count(b"ping\n") >= 2


def _seen(fault: str, dialect: Dialect, *, streamed: bool) -> Seen:
    seen = TABLE[fault][streamed]
    return (seen.claude if dialect is ANTHROPIC_DIALECT else None) or seen


def _hidden(fault: str, dialect: Dialect, *, streamed: bool) -> bool:
    """Whether another channel may help: the fault shows before the first word, and is not the request's."""
    seen = _seen(fault, dialect, streamed=streamed)
    return seen is _WELL or (seen.status != 200 and seen.code != _REFUSED)


def _check_bill(row: Row, seen: Seen) -> None:
    if seen.amount is None:
        assert row["estimated"]
        assert 0 < row["amount_nano_usd"] < _EXACT
    else:
        assert (row["amount_nano_usd"], row["estimated"]) == (seen.amount, False)


class TestBesideAGoodOne:
    """Two channels serve the model, and one of them has the fault."""

    @pytest.mark.parametrize(
        "fault", [fault for fault in TABLE if _hidden(fault, CHAT_DIALECT, streamed=False)]
    )
    async def test_no_client_sees_it(self, embedded: Gateway, fault: str) -> None:
        """Whole and streamed, all failures before the first word are hidden; what helped is billed, once."""
        ways = [
            (dialect, paired(fault), streamed)
            for dialect in DIALECTS
            for streamed in (False, True)
            if _hidden(fault, dialect, streamed=streamed)
        ]
        asked = list(islice(cycle(ways), 8 if fault in _TIMED else _EACH))
        answers = await _ask_all(embedded, asked)
        rows = (await embedded.settled(answer.exchange for answer in answers)).values()

        assert {answer.status for answer in answers} == {200}
        assert all(
            not streamed or dialect.success in answer.body
            for (dialect, _, streamed), answer in zip(asked, answers, strict=True)
        )
        assert {row["amount_nano_usd"] for row in rows} == {_EXACT}
        # One that has failed often enough by then is passed over, so nobody need have met it.
        assert {len(row["attempt_ids"]) for row in rows} <= ({1} if TABLE[fault][0] is _WELL else {1, 2})

    async def test_who_asked_for_rest_is_left_alone(self, embedded: Gateway) -> None:
        """Once it has said for how long, nobody asks it while there is another one."""
        one = (CHAT_DIALECT, paired("status-429@retry-after-30"), False)
        await _ask_all(embedded, [one] * 20)
        answers = await _ask_all(embedded, [one] * 20)
        rows = await embedded.settled(answer.exchange for answer in answers)

        assert {len(row["attempt_ids"]) for row in rows.values()} == {1}


async def _ask_all(gateway: Gateway, asked: Iterable[tuple[Dialect, str, bool]]) -> list[Answer]:
    async with plain_client() as http:
        return await asyncio.gather(*(_ask(http, gateway, *one) for one in asked))


async def _ask(
    http: httpx.AsyncClient, gateway: Gateway, dialect: Dialect, model: str, streamed: Any
) -> Answer:
    answer = await http.post(
        gateway.url + dialect.path,
        content=dialect.encoded(model, stream=streamed, **{dialect.cap: 100}),
        headers={"authorization": f"Bearer {gateway.key}"},
    )
    return Answer(answer.status_code, answer.headers, answer.content)
