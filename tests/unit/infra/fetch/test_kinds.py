import pytest

from oblivious.infra.fetch.kinds import kind_of

PNG = b"\x89PNG\r\n\x1a\n..."


class TestKindOf:
    @pytest.mark.parametrize(
        ("said", "kind"),
        [
            ("image/webp", "image/webp"),
            ("Image/JPEG; q=1", "image/jpeg"),
            ("text/plain; charset=utf-8", "text/plain"),
        ],
    )
    def test_the_server_is_believed(self, said: str, kind: str) -> None:
        """Without its parameters, whatever the bytes look like."""
        assert kind_of(said, PNG, "/a.gif") == kind

    @pytest.mark.parametrize(
        "said", ["", "application/octet-stream", "Binary/Octet-Stream", "image", 'image/"png', "x" * 500]
    )
    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (PNG, "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF89a", "image/gif"),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp"),
            (b"%PDF-1.7", "application/pdf"),
        ],
    )
    def test_where_it_says_nothing_the_first_bytes_do(self, said: str, data: bytes, kind: str) -> None:
        """Many stores call everything a stream of octets."""
        assert kind_of(said, data, "/a.txt") == kind

    @pytest.mark.parametrize(
        ("path", "kind"),
        [("/a.txt", "text/plain"), ("/a/b.webp", "image/webp"), ("/a", ""), ("", ""), ("/a.unheard-of", "")],
    )
    def test_at_last_the_name_does(self, path: str, kind: str) -> None:
        """Or nobody knows."""
        assert kind_of("", b"RIFF....WAVE", path) == kind
