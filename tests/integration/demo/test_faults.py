"""Every fault of the demo, as its client sees it and as its log tells it."""

import asyncio
from typing import NamedTuple

import httpx
import pytest

from oblivious.demo import DemoOptions, DemoUpstream
from oblivious.demo.faults import FAULTS

TIMEOUT_S = 0.3
HTML = b"<!doctype html>"
DONE = b"[DONE]"
Failing = type[httpx.TransportError] | None


class Seen(NamedTuple):
    """What a client got: a status if there was a head, the bytes of the body, and what broke."""

    status: int
    body: bytes
    broke: Failing


class Case(NamedTuple):
    """A model name, and what comes of it."""

    suffix: str
    stream: bool
    status: int
    broke: Failing
    ended: str
    has: bytes = b""
    has_not: bytes = b"\0"
    output_events: int | None = None


CUT, SILENT = httpx.RemoteProtocolError, httpx.ReadTimeout
JSON, STREAM = False, True

CASES = [
    Case("none", JSON, 200, None, "completed", b'"finish_reason":"stop"'),
    Case("none", STREAM, 200, None, "completed", DONE, output_events=8),
    Case("status-503@retry-after-2", JSON, 503, None, "completed", b"server_is_overloaded"),
    Case("status-429", STREAM, 429, None, "completed", b"rate_limit_exceeded", DONE),
    Case("hang", JSON, 0, SILENT, "client_gone"),
    Case("hang", STREAM, 0, SILENT, "client_gone"),
    Case("hang-mid", JSON, 200, SILENT, "client_gone", b'"id"', b"usage"),
    Case("hang-mid-3", STREAM, 200, SILENT, "client_gone", b"demo", DONE, 3),
    Case("cut", JSON, 0, CUT, "cut"),
    Case("cut", STREAM, 0, CUT, "cut"),
    Case("cut-mid", JSON, 200, CUT, "cut", b'"id"', b"usage"),
    Case("cut-mid", STREAM, 200, CUT, "cut", b"This", DONE, 4),
    Case("cut-mid-99", STREAM, 200, CUT, "cut", b"This", b'"stop"', 8),
    Case("cut-preamble", JSON, 200, CUT, "cut", has_not=b"id"),
    Case("cut-preamble", STREAM, 200, CUT, "cut", b'"role"', b"This", 0),
    Case("garbage", JSON, 0, CUT, "cut"),
    Case("garbage", STREAM, 0, CUT, "cut"),
    Case("garbage-body", JSON, 200, None, "completed", b'"id"'),
    Case("garbage-body", STREAM, 200, None, "completed", b'data: {"this is": Oblivious', DONE),
    Case("garbage-body-html", JSON, 200, None, "completed", HTML),
    Case("garbage-body-html", STREAM, 200, None, "completed", HTML),
    Case("empty", JSON, 200, None, "completed", has_not=b"{"),
    Case("empty", STREAM, 200, None, "completed", has_not=b"data"),
    Case("error-after-200", JSON, 200, None, "completed", b'"error"', b"choices"),
    Case("error-after-200-503", STREAM, 200, None, "completed", b"server_is_overloaded", b"choices", 0),
    Case("error-mid", JSON, 200, None, "completed", b'"error"', b"choices"),
    Case("error-mid", STREAM, 200, None, "completed", b'"error"', DONE, 4),
    Case("other-form", JSON, 200, None, "completed", DONE, output_events=8),
    Case("other-form", STREAM, 200, None, "completed", b'"chat.completion"', b"data"),
    Case("slow-head-50", JSON, 200, None, "completed", b'"finish_reason":"stop"'),
    Case("slow-head-50", STREAM, 200, None, "completed", DONE, output_events=8),
    Case("die-after-1", JSON, 200, None, "completed", b'"finish_reason":"stop"'),
    Case("die-after-0", JSON, 0, CUT, "cut"),
    Case("cut@fault-rate-0", JSON, 200, None, "completed", b'"finish_reason":"stop"'),
]


async def see(upstream: DemoUpstream, model: str, *, stream: bool) -> Seen:
    body = {"model": model, "stream": stream, "messages": [{"role": "user", "content": "hello"}]}
    status, got = 0, b""
    try:
        async with (
            httpx.AsyncClient(timeout=TIMEOUT_S) as client,
            client.stream("POST", f"{upstream.url}/v1/chat/completions", json=body) as response,
        ):
            status = response.status_code
            async for part in response.aiter_raw():
                got += part
    except httpx.TransportError as error:
        return Seen(status, got, type(error))
    return Seen(status, got, None)


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.suffix} {'stream' if case.stream else 'json'}"
)
async def test_each_fault(upstream: DemoUpstream, case: Case) -> None:
    """The client sees the fault and nothing better; the log tells it and what was sent."""
    seen = await see(upstream, f"demo@length-8@{case.suffix}", stream=case.stream)
    async with asyncio.timeout(5):
        (served,) = await upstream.wait_served(1)

    assert (seen.status, seen.broke) == (case.status, case.broke)
    assert case.has in seen.body
    assert case.has_not not in seen.body
    assert (served.status, served.ended) == (case.status, case.ended)
    assert case.output_events in (None, served.output_events)


def test_no_fault_is_left_out() -> None:
    """The table above has every fault in it."""
    tried = {name for name in FAULTS for case in CASES if case.suffix.startswith(name)}

    assert tried == set(FAULTS)


async def test_retry_after(upstream: DemoUpstream) -> None:
    """A failing status says when to come again."""
    async with httpx.AsyncClient() as client:
        response = await client.get(
            f"{upstream.url}/v1/models", headers={"x-demo-fault": "status=503;retry-after=2"}
        )

    assert (response.status_code, response.headers["retry-after"]) == (503, "2")


async def test_dying_counts_each_model_apart(upstream: DemoUpstream) -> None:
    """After its number of requests a model answers no more; another one still does."""
    seen = [await see(upstream, "demo@die-after-2", stream=False) for _ in range(3)]
    other = await see(upstream, "other@die-after-2", stream=False)

    assert [one.status for one in (*seen, other)] == [200, 200, 0, 200]


async def test_dice_fall_again_as_they_fell() -> None:
    """With a seed, the same requests fail in every run, about as many as the rate says."""

    async def faults_of_a_run() -> list[str]:
        demo = DemoUpstream(DemoOptions(fault="status=500", fault_rate=0.3, seed=7))
        await demo.start()
        for _ in range(40):
            await see(demo, "demo", stream=False)
        await demo.stop()
        return [one.fault for one in demo.served]

    first, second = await faults_of_a_run(), await faults_of_a_run()

    assert first == second
    assert 4 <= first.count("status") <= 20


@pytest.mark.parametrize(
    ("suffix", "usage", "given"),
    [
        ("", (1, 8), True),
        ("@usage-missing", (1, 8), False),
        ("@usage-zero", (0, 0), True),
        ("@usage-120/34", (120, 34), True),
        ("@cut-mid", (1, 8), False),
    ],
    ids=["counted", "missing", "zero", "fixed", "cut"],
)
async def test_usage(upstream: DemoUpstream, suffix: str, usage: tuple[int, int], *, given: bool) -> None:
    """The log has the usage, also what the client was not told."""
    seen = await see(upstream, f"demo@length-8{suffix}", stream=False)
    (served,) = await upstream.wait_served(1)

    assert served.usage is not None
    assert (served.usage.input_tokens, served.usage.output_tokens) == usage
    assert (served.usage_given, b'"usage"' in seen.body) == (given, given)


async def test_latency_and_pace(upstream: DemoUpstream) -> None:
    """The first byte waits for the latency, every later event for the pace."""
    await see(upstream, "demo@length-3@latency-40@pace-10", stream=True)
    (served,) = await upstream.wait_served(1)

    # Six events: role, three words, finish, [DONE]; five paces between them.
    assert served.events == 6
    assert served.ms >= 40 + 5 * 10
