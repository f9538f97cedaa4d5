import pytest

from oblivious.adapters.dialects.masking import is_clean, masked


class TestMasked:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("key sk-ant-api03-AbCdEf_12 is wrong", "key [secret] is wrong"),
            ("Authorization: Bearer abc.def-123", "Authorization: [secret]"),
            ("in organization org-AbC123def on tokens", "in organization [account] on tokens"),
            ("dial http://10.1.2.3:8000/v1/x failed", "dial [address] failed"),
            ("connect localhost:11434 refused", "connect [address] refused"),
            ("connect [::1]:80 refused", "connect [address] refused"),
            ("172.20.0.4 and 192.168.1.1:99", "[address] and [address]"),
        ],
    )
    def test_what_is_ours_is_blotted_out(self, words: str, expected: str) -> None:
        """Keys, accounts, addresses inside."""
        assert masked(words) == expected
        assert not is_clean(words)

    @pytest.mark.parametrize(
        "words", ["max_tokens is too large: 99", "see https://platform.openai.com/docs", "8.8.8.8"]
    )
    def test_other_words_stay(self, words: str) -> None:
        """A caller can work with them."""
        assert masked(words) == words
        assert is_clean(words)
