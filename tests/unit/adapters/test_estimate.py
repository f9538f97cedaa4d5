import base64

from oblivious.adapters.estimate import MEDIUM_TOKENS, estimate_input_tokens, input_bound, text_in, tokens_in

_BLOB = base64.b64encode(bytes(range(256)) * 400)


class TestEstimateInputTokens:
    def test_four_bytes_are_a_token(self) -> None:
        """Text is counted by its length."""
        assert estimate_input_tokens(b'{"m":"' + b"word" * 100 + b'"}') == tokens_in(408)

    def test_base64_is_a_medium_and_no_text(self) -> None:
        """A data URL, Anthropic's source and OpenAI's audio weigh the same, whatever their size."""
        for body in (
            b'{"url":"data:image/png;base64,' + _BLOB + b'"}',
            b'{"source":{"type":"base64","data": "' + _BLOB + b'"}}',
            b'{"input_audio":{"data":"' + _BLOB + b'","format":"wav"}}',
        ):
            assert MEDIUM_TOKENS < estimate_input_tokens(body) < MEDIUM_TOKENS + 40

    def test_text_that_is_called_data_is_text(self) -> None:
        """A name alone does not make a medium."""
        body = b'{"data":"' + b"some plain words " * 40 + b'"}'

        assert estimate_input_tokens(body) == tokens_in(len(body))

    def test_a_blob_that_never_ends_ends(self) -> None:
        """Bodies are not always JSON."""
        assert estimate_input_tokens(b'"data":"' + _BLOB) < MEDIUM_TOKENS + 40


class TestInputBound:
    def test_every_byte_may_be_a_token(self) -> None:
        """The bound is above the estimate, and media are counted generously."""
        text, image = b'{"a":"b"}', b'{"type":"image_url"}'

        assert input_bound(text) > len(text)
        assert input_bound(image) - len(image) > input_bound(text) - len(text) + MEDIUM_TOKENS


class TestTextIn:
    def test_only_the_named_members_count(self) -> None:
        """At any depth, in bytes."""
        value = {"text": "né", "data": "x" * 99, "parts": [{"text": "ab"}, "text", {"deep": {"text": "c"}}]}

        assert text_in(value, {"text"}) == 6
