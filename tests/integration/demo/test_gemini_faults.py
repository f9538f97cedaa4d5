"""Every fault of the demo in Gemini's two kinds of stream, and in its plain answer."""

import asyncio
import json
from typing import NamedTuple

import httpx
import pytest

from oblivious.demo import DemoUpstream
from oblivious.demo.faults import FAULTS

PLAIN, EVENTS, ARRAY = "generateContent", "streamGenerateContent?alt=sse", "streamGenerateContent"
CUT, SILENT = httpx.RemoteProtocolError, httpx.ReadTimeout
HTML = b"<!doctype html>"
STOP = b'"finishReason":"STOP"'
UNAVAILABLE = b'"status":"UNAVAILABLE"'
Failing = type[httpx.TransportError] | None


class Case(NamedTuple):
    """A fault, how it is asked for, and what comes of it."""

    fault: str
    action: str
    status: int
    broke: Failing = None
    has: bytes = b""
    has_not: bytes = b"\0"
    output_events: int | None = None


CASES = [
    Case("none", PLAIN, 200, None, STOP),
    Case("none", EVENTS, 200, None, STOP, output_events=4),
    Case("none", ARRAY, 200, None, STOP, output_events=4),
    Case("status-503", PLAIN, 503, None, b'{"error":{"code":503'),
    Case("status-503", EVENTS, 503, None, b'{"error":{"code":503'),
    Case("status-503", ARRAY, 503, None, b'[{"error":{"code":503'),
    Case("hang", EVENTS, 0, SILENT),
    Case("hang-mid", ARRAY, 200, SILENT, b'[{"candidates"', STOP, 2),
    Case("cut", ARRAY, 0, CUT),
    Case("cut-mid", EVENTS, 200, CUT, b" is", STOP, 2),
    Case("cut-mid", ARRAY, 200, CUT, b" is", b"]}]", 2),
    Case("cut-mid-9", EVENTS, 200, CUT, b" demo", STOP, 4),
    Case("cut-preamble", PLAIN, 200, CUT),
    Case("cut-preamble", EVENTS, 200, CUT, has_not=b"data", output_events=0),
    Case("cut-preamble", ARRAY, 200, CUT, b"[", b"{", 0),
    Case("garbage", EVENTS, 0, CUT),
    Case("garbage-body", PLAIN, 200, None, b'"candidates"'),
    Case("garbage-body", EVENTS, 200, None, b"Oblivious'", STOP),
    Case("garbage-body", ARRAY, 200, None, b"Oblivious'", STOP),
    Case("garbage-body-html", EVENTS, 200, None, HTML),
    Case("empty", PLAIN, 200, has_not=b"{"),
    Case("empty", ARRAY, 200, has_not=b"["),
    Case("error-after-200-503", PLAIN, 200, None, UNAVAILABLE, b"candidates"),
    Case("error-after-200-503", EVENTS, 200, None, b'data: {"error"', b"candidates", 0),
    Case("error-after-200-503", ARRAY, 200, None, b'[{"error"', b"candidates", 0),
    Case("error-mid-503", EVENTS, 200, None, b'\r\n\r\ndata: {"error"', STOP, 2),
    Case("error-mid-503", ARRAY, 200, None, b',\r\n{"error"', STOP, 2),
    Case("other-form", PLAIN, 200, None, b"data: ", output_events=4),
    Case("other-form", EVENTS, 200, None, STOP, b"data: "),
    Case("other-form", ARRAY, 200, None, STOP, b'[{"candidates"'),
    Case("slow-head-50", EVENTS, 200, None, STOP, output_events=4),
    Case("die-after-0", ARRAY, 0, CUT),
]
WHOLE_ARRAYS = ("none", "status-503", "error-after-200-503", "error-mid-503")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.fault} {case.action}")
async def test_each_fault(upstream: DemoUpstream, case: Case) -> None:
    """The client sees the fault and nothing better; an array that was not broken off is JSON."""
    url = f"{upstream.url}/v1beta/models/demo@length-4@{case.fault}:{case.action}"
    body = {"contents": [{"parts": [{"text": "hello"}]}]}
    status, got, broke = 0, b"", None
    try:
        async with (
            httpx.AsyncClient(timeout=0.3) as client,
            client.stream("POST", url, json=body) as response,
        ):
            status = response.status_code
            async for part in response.aiter_raw():
                got += part
    except httpx.TransportError as error:
        broke = type(error)
    async with asyncio.timeout(5):
        (served,) = await upstream.wait_served(1)

    assert (status, broke, served.status) == (case.status, case.broke, case.status)
    assert case.has in got
    assert case.has_not not in got
    assert case.output_events in (None, served.output_events)
    if case.action == ARRAY and case.fault in WHOLE_ARRAYS:
        assert isinstance(json.loads(got), list)


def test_no_fault_is_left_out() -> None:
    """The table above has every fault in it."""
    tried = {name for name in FAULTS for case in CASES if case.fault.startswith(name)}

    assert tried == set(FAULTS)


@pytest.mark.parametrize("action", [PLAIN, EVENTS, ARRAY])
async def test_usage_missing(upstream: DemoUpstream, action: str) -> None:
    """Usage that is withheld is in no piece, and in the log all the same."""
    url = f"{upstream.url}/v1beta/models/demo@length-4@usage-missing:{action}"
    async with httpx.AsyncClient() as client:
        response = await client.post(url, json={"contents": [{"parts": [{"text": "hello"}]}]})
    (served,) = await upstream.wait_served(1)

    assert "usageMetadata" not in response.text
    assert served.usage is not None
    assert (served.usage.output_tokens, served.usage_given) == (4, False)
