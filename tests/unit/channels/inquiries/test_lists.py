"""How lists of models are read, in each dialect's writing."""

from collections.abc import Callable

import pytest

from oblivious.channels.inquiries.inquiry import Page
from oblivious.channels.inquiries.lists import (
    anthropic_page,
    cloudflare_page,
    cohere_page,
    gemini_page,
    ollama_page,
    openai_page,
)

Read = Callable[[bytes], Page]
READERS: list[Read] = [openai_page, anthropic_page, gemini_page, cohere_page, ollama_page, cloudflare_page]


class TestLists:
    @pytest.mark.parametrize(
        ("read", "body", "expected"),
        [
            (openai_page, b'{"object":"list","data":[{"id":"b"},{"id":"a"}]}', Page(("b", "a"))),
            (openai_page, b'[{"id":"org/a","object":"model"}]', Page(("org/a",))),
            (openai_page, b'{"object":"list","data":null}', Page(())),
            (anthropic_page, b'{"data":[{"id":"c"}],"has_more":true,"last_id":"c"}', Page(("c",), "c")),
            (anthropic_page, b'{"data":[{"id":"c"}],"has_more":false,"last_id":"c"}', Page(("c",))),
            (anthropic_page, b'{"data":[],"has_more":true,"last_id":null}', Page(())),
            (gemini_page, b'{"models":[{"name":"models/g"}],"nextPageToken":"t"}', Page(("g",), "t")),
            (gemini_page, b'{"models":[{"name":"accounts/f/models/k"}]}', Page(("accounts/f/models/k",))),
            (cohere_page, b'{"models":[{"name":"command"}],"next_page_token":"t"}', Page(("command",), "t")),
            (cohere_page, b'{"models":[{"name":"command"}],"next_page_token":null}', Page(("command",))),
            (ollama_page, b'{"models":[{"name":"l:8b","model":"l:8b"}]}', Page(("l:8b",))),
            (ollama_page, b'{"models":null}', Page(())),
            (
                cloudflare_page,
                b'{"result":[{"id":"429b","name":"@cf/m/l"}],"success":true}',
                Page(("@cf/m/l",)),
            ),
        ],
        ids=[
            "OpenAI's, in its order",
            "Together's, a list alone",
            "nothing, as Go writes it",
            "Anthropic's, with more",
            "Anthropic's, the last page",
            "Anthropic's, more of nothing",
            "Gemini's, with more",
            "Fireworks', whose names are paths",
            "Cohere's, with more",
            "Cohere's, the last page",
            "Ollama's",
            "an empty Ollama",
            "Cloudflare's, by its names",
        ],
    )
    def test_a_list_is_read(self, read: Read, body: bytes, expected: Page) -> None:
        """Names as a request would name them, and what asks for the rest."""
        assert read(body) == expected

    def test_what_no_channel_may_offer_is_left_out(self) -> None:
        """Entries without a name, or with one that cannot be printed; blanks around a name go."""
        body = (
            b'{"data":[{"id":" a "},{"id":""},{"id":3},"b",null,{"id":"c\\u0007"},{"name":"d"},{"id":"e"}]}'
        )

        assert openai_page(body).names == ("a", "e")

    @pytest.mark.parametrize("read", READERS)
    @pytest.mark.parametrize(
        "body",
        [b"", b"<html>", b"3", b"{}", b'{"data":3,"models":3,"result":3}', b'{"error":{"message":"no"}}'],
        ids=["nothing", "a page", "a number", "no list", "no lists", "an error"],
    )
    def test_what_is_no_list_is_refused(self, read: Read, body: bytes) -> None:
        """It is never taken for an empty one."""
        with pytest.raises(ValueError, match=r"answer has no|is no list"):
            read(body)
