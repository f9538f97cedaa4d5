import pytest
from hypothesis import given
from hypothesis import strategies as st

from oblivious.adapters.chat.tagged import Piece, Tagged

_PIECES = ("<", "/", ">", "think", "<think>", "</think>", "</", " ", "\n", "word")


def parted(*chunks: str, tag: str = "think") -> tuple[str, str]:
    """Return the thoughts and the words of a text that comes in chunks."""
    tagged = Tagged(tag)
    pieces = [piece for chunk in chunks for piece in tagged.feed(chunk)]
    pieces += tagged.finish()
    assert all(piece.text for piece in pieces)
    thoughts = "".join(piece.text for piece in pieces if piece.thought)
    return thoughts, "".join(piece.text for piece in pieces if not piece.thought)


class TestTagged:
    @pytest.mark.parametrize(
        ("text", "thoughts", "words"),
        [
            ("<think>hm</think>hi", "hm", "hi"),
            ("\n<think>\nh m \n</think>\n\n hi \n", "h m", "hi \n"),
            ("<think>\n\n</think>\n\nhi", "", "hi"),
            ("<think>a < b </thin and</think>hi", "a < b </thin and", "hi"),
            ("hi", "", "hi"),
            (" hi", "", " hi"),
            ("say <think>hm</think>", "", "say <think>hm</think>"),
            ("<think>a</think>b<think>c</think>", "a", "b<think>c</think>"),
            ("<thinking>hm", "", "<thinking>hm"),
            ("<thi", "", "<thi"),
            ("<think>cut off", "cut off", ""),
            ("<think>cut off</thi", "cut off</thi", ""),
            ("", "", ""),
            ("<think>", "", ""),
        ],
    )
    def test_a_text_is_parted(self, text: str, thoughts: str, words: str) -> None:
        """At the tags that it begins with, and at no others."""
        assert parted(text) == (thoughts, words)
        assert parted(*text) == (thoughts, words)

    @pytest.mark.parametrize(
        ("text", "thoughts", "words"),
        [
            ("<reasoning>hm</reasoning>hi", "hm", "hi"),
            ("<think>hm</think>hi", "", "<think>hm</think>hi"),
            ("<reasoning>a</think>b</reasoning>c", "a</think>b", "c"),
        ],
    )
    def test_tags_have_a_name(self, text: str, thoughts: str, words: str) -> None:
        """Others are words."""
        assert parted(text, tag="reasoning") == (thoughts, words)
        assert parted(*text, tag="reasoning") == (thoughts, words)

    def test_what_is_sure_is_said_at_once(self) -> None:
        """Nothing waits but what may be a tag, or white space before one."""
        tagged = Tagged("think")

        assert [
            list(tagged.feed(chunk)) for chunk in ("<thi", "nk>a", "b <", "c", "</think>", "d", " e")
        ] == [
            [],
            [Piece("a", thought=True)],
            [Piece("b", thought=True)],
            [Piece(" <c", thought=True)],
            [],
            [Piece("d")],
            [Piece(" e")],
        ]

    @given(chunks=st.lists(st.sampled_from(_PIECES), max_size=12), begins=st.booleans())
    def test_any_cut_gives_the_same(self, chunks: list[str], *, begins: bool) -> None:
        """Wherever the vendor cuts."""
        chunks = ["<think>", *chunks] if begins else chunks

        assert parted(*chunks) == parted("".join(chunks)) == parted(*"".join(chunks))
