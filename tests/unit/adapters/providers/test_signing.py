from datetime import UTC, datetime

import pytest

from oblivious.adapters.providers.signing import is_pair, pair_fault, signed
from oblivious.demo.dialects.bedrock.signature import signed_with
from oblivious.demo.wire.request import Request

NOW = datetime(2026, 11, 27, 12, 0, 5, tzinfo=UTC)
PAIR = "AKIAX:se/cr+et"
TARGET = "/model/arn%3Aaws%3Abedrock%3Aeu%3A1%3Ainference-profile%2Fx/converse"


def request(key: str, host: str, *, body: bytes = b"{}", target: str = TARGET) -> Request:
    """Return a signed request as who receives it sees it."""
    headers = {
        name.decode(): value.decode() for name, value in signed(key, f"https://{host}{target}", b"{}", NOW)
    }
    told = {**headers, "host": host, "content-type": "application/json", "x-request-id": "a"}
    return Request("POST", "", told, body, target=target)


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("bedrock-runtime.eu-central-1.amazonaws.com", "eu-central-1"),
        ("bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("vpce-1.bedrock-runtime.us-west-2.vpce.amazonaws.com", "us-west-2"),
        ("proxy.example.org:8443", "us-east-1"),
    ],
)
def test_the_region_is_that_of_the_host(host: str, region: str) -> None:
    """A host that names none is in the first one."""
    told = request(PAIR, host)

    assert f"Credential=AKIAX/20261127/{region}/bedrock/aws4_request" in told.headers["authorization"]
    assert told.headers["x-amz-date"] == "20261127T120005Z"
    assert signed_with(told, [PAIR]) == PAIR


def test_a_temporary_pair_signs_its_token() -> None:
    """The token goes up beside the signature."""
    pair = f"{PAIR}:to:ken".replace("to:ken", "token==")
    told = request(pair, "h")

    assert told.headers["x-amz-security-token"] == "token=="
    assert "x-amz-security-token" in told.headers["authorization"]
    assert signed_with(told, [pair]) == pair


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(request("AKIAX:another", "h"), id="secret"),
        pytest.param(request(PAIR, "h", body=b"{ }"), id="body"),
        pytest.param(Request("POST", "", {"authorization": "Bearer x"}), id="unsigned"),
    ],
)
def test_a_change_breaks_the_signature(told: Request) -> None:
    """Nobody else can have sent it so."""
    assert signed_with(told, [PAIR]) == ""


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("ABSKQmVkcm9ja0FQSUtleQ==", ""),
        (PAIR, ""),
        ("ASIAX:secret:token", ""),
        ("ASIAX:secret", "begins with ASIA, so it is temporary"),
        ("AKIAX:", "is written ACCESS_KEY_ID:SECRET_ACCESS_KEY"),
        (":secret", "is written ACCESS_KEY_ID:SECRET_ACCESS_KEY"),
        ("a:b:c:d", "is written ACCESS_KEY_ID:SECRET_ACCESS_KEY"),
    ],
)
def test_the_shape_of_a_key(key: str, fault: str) -> None:
    """Who adds one is told what to do."""
    assert pair_fault(key).startswith(fault)
    assert bool(pair_fault(key)) is bool(fault)


def test_a_key_without_a_colon_is_presented() -> None:
    """It is an API key of Bedrock."""
    assert not is_pair("ABSKQmVk")
    assert is_pair(PAIR)
