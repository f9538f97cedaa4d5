"""Media that a client names by a URL and that the upstream of an attempt does not fetch: we do it instead."""

import asyncio
import base64
from urllib.parse import urlsplit

from oblivious.adapters.chat.parts import Audio, File, Image, Part, Source, Video
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.endpoint import GEMINI, OPENAI_RESPONSES
from oblivious.adapters.dialects.translate import UpstreamFace
from oblivious.contracts.errors import InvalidRequest
from oblivious.gateway.road.media import Medium, as_data, wanted_by
from oblivious.infra.fetch import Allowance, Fetched, Fetcher, FetchFault

_MOST = 16
_AT_ONCE = 4
_TOGETHER = 2
"""All media of an exchange may have this many times the size of one."""

_ON_THE_LOOP_BYTES = 256 * 1024
"""What is larger is encoded in a thread: 20 MiB take 20 ms."""

_CONVERSATIONS = {OPENAI_RESPONSES: "input", GEMINI: "contents"}
_WORDS: dict[type[Part], str] = {Image: "image", Audio: "audio", Video: "video", File: "file"}


class Media:
    """What was fetched for one exchange: each URL once, whatever is tried after it."""

    __slots__ = ("_fetcher", "_found", "_whole")

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._whole = Allowance(
            _TOGETHER * fetcher.max_bytes, "the media of one request are too large together"
        )
        self._found: dict[str, Source | FetchFault] = {}

    async def fetch(self, request: ChatRequest, face: UpstreamFace) -> None:
        """Fetch what upstreams of this dialect do not, unless it is here.

        Raises:
            InvalidRequest: names the first medium that could not be fetched, and says why.
        """
        wanted = list(wanted_by(face, request))
        missing = dict.fromkeys(part.source.url for part in wanted if part.source.url not in self._found)
        if len(self._found) + len(missing) > _MOST:
            raise _wrong(request, f"at most {_MOST} images and files are fetched by their URLs")
        turns = asyncio.Semaphore(_AT_ONCE)
        try:
            async with asyncio.TaskGroup() as tasks:
                for url in missing:
                    tasks.create_task(self._fetch(url, turns))
        except* FetchFault:  # the others were left, and one that is among the found now is told below
            pass
        for part in wanted:
            _judge(request, part, self._found.get(part.source.url))

    def inlined(self, request: ChatRequest, face: UpstreamFace) -> ChatRequest:
        """Return the request with what was fetched for this dialect."""
        sources = {url: found for url, found in self._found.items() if isinstance(found, Source)}
        return as_data(request, face, sources)

    async def _fetch(self, url: str, turns: asyncio.Semaphore) -> None:
        async with turns:
            try:
                self._found[url] = await _encoded(await self._fetcher.fetch(url, self._whole))
            except FetchFault as fault:
                self._found[url] = fault
                raise


async def _encoded(fetched: Fetched) -> Source:
    is_small = len(fetched.data) <= _ON_THE_LOOP_BYTES
    data = _base64(fetched.data) if is_small else await asyncio.to_thread(_base64, fetched.data)
    return Source(data=data, media_type=fetched.media_type)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _judge(request: ChatRequest, part: Medium, found: Source | FetchFault | None) -> None:
    if isinstance(found, FetchFault):
        raise _unfetched(request, part, str(found)) from found
    family = _WORDS[type(part)]
    kind = found.media_type if found is not None else ""
    if kind and not isinstance(part, File) and not kind.startswith(f"{family}/"):
        raise _unfetched(request, part, f"it is {kind}")


def _unfetched(request: ChatRequest, part: Medium, reason: str) -> InvalidRequest:
    what = f"the {_WORDS[type(part)]} at {_host_in(part.source.url)}"
    return _wrong(request, f"{what} could not be fetched: {reason}")


def _wrong(request: ChatRequest, words: str) -> InvalidRequest:
    place = _CONVERSATIONS.get(request.origin, "messages")
    return InvalidRequest(f"`{place}`: {words}", param=place)


def _host_in(url: str) -> str:
    try:
        return urlsplit(url).hostname or "an unknown host"
    except ValueError:
        return "an unknown host"
