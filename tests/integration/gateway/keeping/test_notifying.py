"""Notices on their way to an operator's webhook."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import structlog
from structlog.testing import capture_logs

from oblivious.channels.tables import Notice
from oblivious.gateway.keeping.notifying import Notifying
from oblivious.infra.database.sessions import writing
from tests.fakes.raw_upstream import Link, answer, raw_upstream
from tests.integration.gateway.keeping.estate import Estate

OK, BUSY = answer(), answer(status=b"503 Busy")


def taking(got: list[bytes], *answers: bytes) -> Callable[[Link], Awaitable[None]]:
    """Return a webhook that gives these answers, the last one again and again, and keeps what it got."""
    left = list(answers)

    async def serve(link: Link) -> None:
        while request := await link.request():
            got.append(request.partition(b"\r\n\r\n")[2])
            await link.push(left.pop(0) if len(left) > 1 else left[0])

    return serve


async def happens(estate: Estate, message: str = "the key sk-a...b was switched off") -> None:
    """Write a notice."""
    async with writing(estate.maker) as session:
        session.add(Notice(kind="key_off", subject="k1", message=message))


async def rounds(estate: Estate, url: str, *, processes: int = 2, messages: int = 1) -> None:
    """Let processes look twice each, while something happens."""
    chores = [Notifying(estate.keeping(str(n), url), pause_s=0.001) for n in range(processes)]
    for number in range(messages):
        await happens(estate, f"message {number}")
        for chore in chores * 2:
            await chore.round()


async def test_each_is_sent_once_by_one_process_of_all(estate: Estate) -> None:
    """As JSON that programs can read."""
    got: list[bytes] = []
    async with raw_upstream(taking(got, OK)) as webhook:
        await rounds(estate, f"{webhook.origin}/hook?token=t", messages=2)

    sent = [msgspec.json.decode(body) for body in got]
    assert [(one["kind"], one["subject"], one["message"]) for one in sent] == [
        ("key_off", "k1", "message 0"),
        ("key_off", "k1", "message 1"),
    ]
    assert set(sent[0]) == {"kind", "subject", "message", "at"}


async def test_one_that_is_not_taken_is_sent_again(estate: Estate) -> None:
    """Until it is."""
    got: list[bytes] = []
    async with raw_upstream(taking(got, BUSY, BUSY, OK)) as webhook:
        await rounds(estate, str(webhook.origin))
    assert len(got) == 3


async def test_after_three_tries_it_is_given_up_and_the_log_says_so(estate: Estate) -> None:
    """Without the address, which may hold a secret."""
    structlog.reset_defaults()
    got: list[bytes] = []
    with capture_logs() as logged:
        async with raw_upstream(taking(got, BUSY)) as webhook:
            await rounds(estate, f"{webhook.origin}/secret-in-the-path", messages=1)

    assert len(got) == 3
    assert [line["event"] for line in logged] == ["notice", "notice_not_sent"]
    assert "secret-in-the-path" not in str(logged)


async def test_without_an_address_it_is_only_logged(estate: Estate) -> None:
    """Once, too."""
    with capture_logs() as logged:
        await rounds(estate, "")
    assert [(line["event"], line["message"]) for line in logged] == [("notice", "message 0")]


async def test_what_happened_before_is_no_news(estate: Estate) -> None:
    """A gateway that starts does not tell old stories."""
    await happens(estate)
    await asyncio.sleep(0)
    got: list[bytes] = []
    async with raw_upstream(taking(got, OK)) as webhook:
        await Notifying(estate.keeping("one", str(webhook.origin))).round()
    assert got == []
