"""How requests reach Bedrock."""

import json

import pytest

from oblivious.adapters.dialects.endpoint import ANTHROPIC, BEDROCK
from oblivious.adapters.providers.transport import address, headed, rewritten
from oblivious.adapters.registry import PROVIDERS
from oblivious.channels.base_urls import base_urls_of

ROW = PROVIDERS["bedrock"]
CARRIED = ROW.transports[ANTHROPIC]
MODEL = "us.anthropic.claude-opus-4-1-20250805-v1:0"
AT = "model/us.anthropic.claude-opus-4-1-20250805-v1%3A0"


@pytest.mark.parametrize(
    ("model", "served"),
    [(MODEL, True), ("amazon.nova-lite-v1:0", False), ("arn:aws:bedrock:eu:1:inference-profile/x", False)],
)
def test_claude_only_is_asked_in_its_own_dialect(model: str, *, served: bool) -> None:
    """All are asked through Converse."""
    assert ROW.serves(ANTHROPIC, model) is served
    assert ROW.serves(BEDROCK, model)


@pytest.mark.parametrize(
    ("stream", "path"), [(False, f"{AT}/invoke"), (True, f"{AT}/invoke-with-response-stream")]
)
def test_the_path_says_what_the_body_may_not(path: str, *, stream: bool) -> None:
    """Model and stream."""
    body = json.dumps({"model": MODEL, "stream": stream, "max_tokens": 1}).encode()

    assert address(CARRIED, "messages", b"", MODEL, stream=stream) == (path, b"")
    assert json.loads(rewritten(CARRIED, "messages", body, ["a"])) == {
        "max_tokens": 1,
        "anthropic_version": "bedrock-2023-05-31",
        "anthropic_beta": ["a"],
    }


def test_betas_that_it_would_refuse_stay_here() -> None:
    """The others go up in the body; the version is said there, too."""
    headers = [
        (b"anthropic-beta", b"claude-code-20250219, effort-2025-11-24, effort-2025-11-24"),
        (b"anthropic-beta", b"advanced-tool-use-2025-11-20"),
        (b"anthropic-version", b"2023-06-01"),
        (b"content-type", b"application/json"),
    ]

    assert headed(CARRIED, headers) == (
        [(b"content-type", b"application/json")],
        ["effort-2025-11-24", "tool-search-tool-2025-10-19"],
    )


@pytest.mark.parametrize("dialect", [BEDROCK, ANTHROPIC])
@pytest.mark.parametrize(
    ("key", "header"),
    [("ABSKQmVk", (b"authorization", b"Bearer ABSKQmVk")), ("AKIAX:secret", None)],
    ids=["API key", "pair"],
)
def test_a_pair_is_never_sent(dialect: str, key: str, header: tuple[bytes, bytes] | None) -> None:
    """It signs; an API key is presented."""
    assert ROW.credential(dialect, key) == header
    assert ROW.signs(dialect, key) is (header is None)


@pytest.mark.parametrize(
    "given", ["https://bedrock-runtime.eu-west-1.amazonaws.com", "http://127.0.0.1:9000/"]
)
def test_addresses_have_no_version(given: str) -> None:
    """In neither dialect."""
    assert set(base_urls_of(ROW, given).values()) == {given.rstrip("/")}
