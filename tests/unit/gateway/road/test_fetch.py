"""What a client names by a URL reaches an upstream that fetches nothing."""

import base64
from typing import Any

import pytest

from oblivious.adapters.chat.parts import Audio, File, Image, Part, Source, Text, ToolResult, Video
from oblivious.adapters.chat.request import ChatRequest, Turn
from oblivious.adapters.dialects.endpoint import ANTHROPIC, GEMINI, OPENAI_CHAT, OPENAI_RESPONSES
from oblivious.adapters.registry import UPSTREAMS
from oblivious.contracts.errors import InvalidRequest
from oblivious.gateway.road.fetch import Media
from oblivious.infra.fetch import Fetched
from tests.fakes.fetchers import FakeFetcher

URL = "https://pictures.test/a/dot.png"
PNG = Fetched(b"dot", "image/png")
DATA = base64.b64encode(b"dot").decode()
INLINE = Source(data=DATA, media_type="image/png")
KINDS: dict[type[Any], str] = {Image: "image", Audio: "audio", Video: "video", File: "file"}


def shown(*parts: Part, origin: str = OPENAI_CHAT) -> ChatRequest:
    return ChatRequest(origin=origin, model="m", turns=(Turn("user", (Text(text="look"), *parts)),))


def at(url: str, kind: type[Any] = Image, media_type: str = "") -> Any:
    return kind(source=Source(url=url, media_type=media_type))


async def inlined(request: ChatRequest, fetcher: FakeFetcher, dialect: str = GEMINI) -> tuple[Part, ...]:
    """Return the parts that are written for a dialect, but for the first one."""
    media, face = Media(fetcher), UPSTREAMS[dialect]
    await media.fetch(request, face)
    return media.inlined(request, face).turns[0].parts[1:]


async def refused(request: ChatRequest, fetcher: FakeFetcher) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        await inlined(request, fetcher)
    return caught.value


class TestWhatIsFetched:
    @pytest.mark.parametrize(
        ("dialect", "kinds"),
        [
            (OPENAI_CHAT, {Audio, File}),
            (OPENAI_RESPONSES, {Audio}),
            (ANTHROPIC, set()),
            (GEMINI, {Image, Audio, Video, File}),
        ],
    )
    async def test_what_the_upstreams_of_a_dialect_do_not(self, dialect: str, kinds: set[type[Part]]) -> None:
        """They get it as data; the rest goes up as it came."""
        fetcher = FakeFetcher(
            {f"https://a.test/{word}": Fetched(b"dot", f"{word}/x") for word in KINDS.values()}
        )
        parts = await inlined(
            shown(*(at(f"https://a.test/{word}", kind) for kind, word in KINDS.items())), fetcher, dialect
        )

        assert {
            type(part)
            for part in parts
            if isinstance(part, Image | Audio | Video | File) and part.source.data
        } == kinds
        assert len(fetcher.asked) == len(kinds)

    @pytest.mark.parametrize(
        "url",
        [
            "gs://bucket/a.png",
            "https://generativelanguage.googleapis.com/v1beta/files/a",
            "https://www.youtube.com/watch?v=a",
            "https://youtu.be/a",
        ],
    )
    async def test_not_what_gemini_reads_where_it_is(self, url: str) -> None:
        """Its own files, and films."""
        fetcher = FakeFetcher()

        assert await inlined(shown(at(url, Video)), fetcher) == (at(url, Video),)
        assert fetcher.asked == []

    @pytest.mark.parametrize("source", [INLINE, Source(file_id="files/a"), Source(text="words")])
    async def test_not_what_is_no_url(self, source: Source) -> None:
        """It is here, or the provider keeps it."""
        fetcher, part = FakeFetcher(), File(source=source)

        assert await inlined(shown(part), fetcher) == (part,)
        assert fetcher.asked == []

    async def test_also_within_the_result_of_a_tool(self) -> None:
        """Beside what else it returned."""
        result = ToolResult(call_id="c", content=(Text(text="here"), at(URL)), name="look")
        parts = await inlined(shown(result), FakeFetcher({URL: PNG}))

        assert parts == (
            ToolResult(call_id="c", content=(Text(text="here"), Image(source=INLINE)), name="look"),
        )

    async def test_a_url_that_is_named_twice_is_fetched_once(self) -> None:
        """However many turns show it."""
        fetcher = FakeFetcher({URL: PNG})
        media, face, request = Media(fetcher), UPSTREAMS[GEMINI], shown(at(URL), at(URL))
        for _ in range(2):
            await media.fetch(request, face)

        assert fetcher.asked == [URL]
        assert media.inlined(request, face).turns[0].parts[1:] == (Image(source=INLINE),) * 2

    @pytest.mark.parametrize(
        ("said", "client", "known"),
        [
            ("image/png", "image/gif", "image/png"),
            ("", "image/gif", "image/gif"),
            ("", "", ""),
        ],
    )
    async def test_its_type_is_the_one_it_has_or_else_the_one_the_client_names(
        self, said: str, client: str, known: str
    ) -> None:
        """Where nobody knows, the dialect takes its usual one."""
        fetcher = FakeFetcher({URL: Fetched(b"dot", said)})
        (part,) = await inlined(shown(at(URL, Image, client)), fetcher)

        assert part == Image(source=Source(data=DATA, media_type=known))

    @pytest.mark.parametrize(("name", "given"), [("", "a b.pdf"), ("mine.pdf", "mine.pdf")])
    async def test_a_file_without_a_name_gets_that_of_its_url(self, name: str, given: str) -> None:
        """Some providers judge a file by it."""
        url = "https://a.test/x/a%20b.pdf?c=d"
        fetcher = FakeFetcher({url: Fetched(b"dot", "application/pdf")})
        (part,) = await inlined(shown(File(source=Source(url=url), name=name)), fetcher)

        assert isinstance(part, File)
        assert (part.name, part.source.data) == (given, DATA)

    async def test_what_is_large_is_encoded_all_the_same(self) -> None:
        """In a thread."""
        data = bytes(range(256)) * 2_000
        fetcher = FakeFetcher({URL: Fetched(data, "image/png")})
        fetcher.max_bytes = 1_000_000
        (part,) = await inlined(shown(at(URL)), fetcher)

        assert isinstance(part, Image)
        assert base64.b64decode(part.source.data) == data

    async def test_at_most_four_at_once(self) -> None:
        """One client cannot take all connections."""
        urls = [f"https://a.test/{number}" for number in range(16)]
        fetcher = FakeFetcher(dict.fromkeys(urls, PNG))
        parts = await inlined(shown(*map(at, urls)), fetcher)

        assert parts == (Image(source=INLINE),) * 16
        assert fetcher.at_once == 4


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("origin", "place"),
        [
            (OPENAI_CHAT, "messages"),
            (ANTHROPIC, "messages"),
            (OPENAI_RESPONSES, "input"),
            (GEMINI, "contents"),
        ],
    )
    @pytest.mark.parametrize(("kind", "word"), KINDS.items(), ids=KINDS.values())
    async def test_what_cannot_be_fetched_is_named(
        self, origin: str, place: str, kind: type[Part], word: str
    ) -> None:
        """In the client's terms, by its host: the rest of a URL may be a secret."""
        error = await refused(
            shown(at("https://u:p@Inner.test:81/a?s=1", kind), origin=origin), FakeFetcher()
        )

        words = f"the {word} at inner.test could not be fetched: its host has no public address"
        assert (error.message, error.param) == (f"`{place}`: {words}", place)

    @pytest.mark.parametrize("kind", [Image, Audio, Video])
    async def test_what_is_something_else(self, kind: type[Part]) -> None:
        """A page that says where the picture is, for one."""
        error = await refused(shown(at(URL, kind)), FakeFetcher({URL: Fetched(b"<html>", "text/html")}))

        assert error.message.endswith("at pictures.test could not be fetched: it is text/html")

    async def test_a_seventeenth(self) -> None:
        """Before the first is fetched."""
        fetcher = FakeFetcher()
        error = await refused(shown(*(at(f"https://a.test/{number}") for number in range(17))), fetcher)

        assert "at most 16" in error.message
        assert fetcher.asked == []

    async def test_what_is_too_much_together(self) -> None:
        """Twice what one may have."""
        urls = [f"https://a.test/{number}" for number in range(3)]
        error = await refused(
            shown(*map(at, urls)), FakeFetcher(dict.fromkeys(urls, Fetched(b"." * 700, "")))
        )

        assert "too large together" in error.message

    async def test_after_a_failure_the_others_are_left(self) -> None:
        """Sixteen dead hosts take no longer than one."""
        fetcher = FakeFetcher()
        await refused(shown(*(at(f"https://a.test/{number}") for number in range(16))), fetcher)

        assert len(fetcher.asked) <= 8

    async def test_what_failed_for_one_upstream_is_no_matter_to_another_that_does_not_need_it(self) -> None:
        """It gets what it needs, though that was left when the other failed."""
        file = "https://a.test/a.pdf"
        fetcher = FakeFetcher({file: Fetched(b"dot", "application/pdf")})
        media, request = Media(fetcher), shown(at(URL), at(file, File))
        for _ in range(2):
            with pytest.raises(InvalidRequest):
                await media.fetch(request, UPSTREAMS[GEMINI])
        chat_face = UPSTREAMS[OPENAI_CHAT]
        await media.fetch(request, chat_face)
        _, image, document = media.inlined(request, chat_face).turns[0].parts

        assert image == at(URL)
        assert isinstance(document, File)
        assert document.source.data == DATA
        assert fetcher.asked.count(URL) == 1

    @pytest.mark.parametrize("url", ["http://[::", "http://", "https://?"])
    async def test_what_is_no_url(self, url: str) -> None:
        """It has no host to be named by."""
        error = await refused(shown(at(url)), FakeFetcher())

        assert "at an unknown host" in error.message
