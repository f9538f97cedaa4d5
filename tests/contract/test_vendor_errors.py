"""Providers' errors, in their own words: what we take them for, and what clients of every dialect get."""

import json

import pytest

from oblivious.adapters.dialects.fault_tables import DAILY
from oblivious.adapters.dialects.translator import wordless
from oblivious.adapters.registry import CLIENTS, FACES, UPSTREAMS
from oblivious.contracts.errors import Blocked, Refused, TooLong, UpstreamRateLimited
from tests.contract.error_page import PAGE, page, read
from tests.contract.vendor_errors import REFUSALS
from tests.contract.vendor_refusal import Refusal, sent

_IDS = [f"{refusal.provider} {refusal.status} {refusal.key}" for refusal in REFUSALS]
_BAD_REQUEST = 400
_STRANGE = {(TooLong, 403), (TooLong, 500)}
"""Statuses that blame something else than the request: Together's and llama.cpp's."""

_WAITING = [refusal for refusal in REFUSALS if refusal.leaf is UpstreamRateLimited]


@pytest.mark.parametrize("refusal", REFUSALS, ids=_IDS)
class TestARefusal:
    def test_it_is_understood(self, refusal: Refusal) -> None:
        """Its leaf decides who is asked next, and who is to act."""
        error = read(refusal)

        assert type(error) is refusal.leaf
        assert error.upstream_status == refusal.status

    @pytest.mark.parametrize("client", CLIENTS)
    def test_a_client_of_any_dialect_can_read_it(self, refusal: Refusal, client: str) -> None:
        """A status that its SDK has a class for, and words that tell nothing of ours."""
        error = wordless(read(refusal))
        rendered = FACES[client].error(error, "r1")
        said = json.loads(rendered.body)["error"]

        assert 400 <= rendered.status < 600
        assert isinstance(said["message"], str)
        assert said["message"]
        if isinstance(error, Refused):
            strange = (refusal.leaf, refusal.status) in _STRANGE
            assert rendered.status == (_BAD_REQUEST if strange else refusal.status)
            assert (b"x-should-retry", b"false") in rendered.headers

    def test_only_a_request_that_was_judged_comes_back_in_the_words_of_the_provider(
        self, refusal: Refusal
    ) -> None:
        """What concerns our key is nobody else's affair."""
        error = read(refusal)

        assert error.body == (sent(refusal) if issubclass(refusal.leaf, Refused) else None)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("refusal", _WAITING, ids=[refusal.provider for refusal in _WAITING])
def test_a_rate_limit_says_when_to_come_back(refusal: Refusal, client: str) -> None:
    """What the provider said, an hour for what comes once a day, or a second."""
    error = read(refusal)
    headers = dict(FACES[client].error(error, "r1").headers)
    told = error.retry_after_ms or 1_000

    assert headers[b"retry-after-ms"] == b"%d" % told
    assert int(headers[b"retry-after"]) == -(-told // 1000)
    assert (error.retry_after_ms is not None) == _says_when(refusal)


def _says_when(refusal: Refusal) -> bool:
    return (
        refusal.key in DAILY
        or b"retryDelay" in sent(refusal)
        or any(name == b"retry-after" for name, _ in refusal.headers)
    )


@pytest.mark.parametrize(
    "refusal", [each for each in REFUSALS if each.leaf is TooLong], ids=lambda each: each.provider
)
def test_agents_know_when_to_shorten_a_conversation(refusal: Refusal) -> None:
    """Codex by the code, Claude Code by the words, whoever said it."""
    error = wordless(read(refusal))
    chat = json.loads(FACES["openai_chat"].error(error, "r1").body)["error"]
    messages = json.loads(FACES["anthropic"].error(error, "r1").body)["error"]
    stream = FACES["openai_responses"].error_event(error, "r1")

    assert chat["code"] == "context_length_exceeded"
    assert "prompt is too long" in messages["message"].lower()
    assert b'"code":"context_length_exceeded"' in stream


def test_the_main_vendors_are_covered() -> None:
    """Each of them says when a conversation is too long; those that filter, when content is refused."""
    long = {refusal.provider for refusal in REFUSALS if refusal.leaf is TooLong}
    blocked = {refusal.provider for refusal in REFUSALS if refusal.leaf is Blocked}

    assert long >= {
        "openai",
        "azure",
        "anthropic",
        "gemini",
        "bedrock",
        "deepseek",
        "zhipu",
        "dashscope",
        "xai",
    }
    assert blocked >= {
        "openai",
        "azure",
        "anthropic",
        "deepseek",
        "moonshot",
        "zhipu",
        "dashscope",
        "volcengine",
    }
    assert all(refusal.dialect in UPSTREAMS for refusal in REFUSALS)


def test_the_page_is_true() -> None:
    """`python -m tests.contract.error_page` writes it anew."""
    assert PAGE.read_text() == page()
