import pytest

from oblivious.adapters.dialects.headers import upward_query
from oblivious.adapters.registry import FACES

_SENT = [
    (b"authorization", b"Bearer sk-ours"),
    (b"x-api-key", b"sk-ours"),
    (b"cookie", b"a=b"),
    (b"x-stainless-lang", b"python"),
    (b"content-type", b"text/plain"),
    (b"content-length", b"12"),
    (b"connection", b"keep-alive"),
    (b"idempotency-key", b"stainless-retry"),
    (b"openai-organization", b"org-theirs"),
    (b"x-forwarded-for", b"1.2.3.4"),
    (b"x-unheard-of", b"1"),
    (b"user-agent", b"claude-cli/2.1"),
    (b"accept", b"application/json"),
    (b"anthropic-beta", b"a"),
    (b"anthropic-beta", b"b"),
    (b"openai-beta", b"responses=v1"),
    (b"http-referer", b"https://app.test"),
]


class TestRequestHeaders:
    def test_openai_gets_what_its_table_names(self) -> None:
        """No key, cookie, hop or stranger goes up; the body is JSON whatever it was called."""
        assert FACES["openai_chat"].request_headers(_SENT) == [
            (b"user-agent", b"claude-cli/2.1"),
            (b"accept", b"application/json"),
            (b"openai-beta", b"responses=v1"),
            (b"content-type", b"application/json"),
        ]

    def test_anthropic_gets_its_betas_and_a_version(self) -> None:
        """Each beta header, and the default version where none came."""
        up = FACES["anthropic"].request_headers(_SENT)

        assert [value for name, value in up if name == b"anthropic-beta"] == [b"a", b"b"]
        assert (b"anthropic-version", b"2023-06-01") in up

    def test_the_clients_own_version_wins(self) -> None:
        """It knows what it speaks."""
        up = FACES["anthropic"].request_headers([(b"anthropic-version", b"2026-10-21")])

        assert [value for name, value in up if name == b"anthropic-version"] == [b"2026-10-21"]
        assert (b"user-agent", b"oblivious") in up

    def test_a_provider_may_know_more(self) -> None:
        """OpenRouter reads who its app is."""
        up = FACES["openai_chat"].request_headers(_SENT, frozenset({b"http-referer"}))

        assert (b"http-referer", b"https://app.test") in up


class TestResponseHeaders:
    @pytest.mark.parametrize("dialect", FACES)
    def test_nothing_of_our_account_comes_down(self, dialect: str) -> None:
        """Limits, cookies, organisations and foreign request ids stay up there."""
        answered = [
            (b"content-type", b"application/json"),
            (b"set-cookie", b"__cf=1"),
            (b"x-ratelimit-remaining-requests", b"9"),
            (b"anthropic-ratelimit-requests-limit", b"9"),
            (b"anthropic-organization-id", b"o"),
            (b"openai-organization", b"o"),
            (b"openai-project", b"p"),
            (b"x-request-id", b"req"),
            (b"request-id", b"req"),
            (b"retry-after", b"1"),
            (b"transfer-encoding", b"chunked"),
        ]

        assert FACES[dialect].response_headers(answered) == [(b"content-type", b"application/json")]

    def test_openai_says_how_long_it_took(self) -> None:
        """Clients measure by it."""
        assert FACES["openai_responses"].response_headers([(b"openai-processing-ms", b"7")]) != []


class TestUpwardQuery:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (b"", b""),
            (b"beta=true", b"beta=true"),
            (b"key=sk-1", b""),
            (b"beta=true&key=sk-1&x=%20&API_KEY=2", b"beta=true&x=%20"),
            (b"k%65y=sk-1&a", b"a"),
            (b"key", b""),
        ],
    )
    def test_keys_stay_here(self, query: bytes, expected: bytes) -> None:
        """However they are spelled; everything else keeps its bytes."""
        assert upward_query(query) == expected
