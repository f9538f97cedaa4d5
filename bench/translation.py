"""What changing the dialect costs: processor time an event of a stream, and a megabyte of request.

    python -m bench.translation

Runs in this process, without sockets: beside each translated stream the same one is passed through its own
dialect's scanner. The best of many runs counts. Writes its section of RESULTS.md.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bench.report import keep, table
from oblivious.adapters.chat.parts import Text
from oblivious.adapters.chat.request import Turn
from oblivious.adapters.dialects.face import NO_EDITS
from oblivious.adapters.dialects.passing import Stream
from oblivious.adapters.dialects.translator import Translator
from oblivious.adapters.registry import CLIENTS, FACES, UPSTREAMS
from tests.contract.translation.cells import exchanged, target
from tests.contract.translation.features import ask, say
from tests.contract.translation.folding import events_of
from tests.contract.translation.peers.table import envelope

_WORDS = " ".join(["word"] * 200)
_MEGABYTE = "x" * 1_000_000
_RUNS = 15


def _best(run: Callable[[], object]) -> float:
    """Return the processor seconds of the quickest run."""
    seconds = []
    for _ in range(_RUNS):
        begun = time.process_time()
        run()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def _events(client: str, upstream: str) -> tuple[float, float]:
    """Return the microseconds of an event, translated and passed on as it is."""
    asked = ask(stream=True)
    way = exchanged(client, upstream, asked)
    encoder = CLIENTS[upstream].encoder(way.seen)
    pieces = [piece for piece in map(encoder.feed, events_of(say(Text(text=_WORDS)))) if piece]
    written = UPSTREAMS[upstream].write_request(asked, target(upstream))
    own = envelope(upstream, written, asked)

    def through(stream: Stream) -> None:
        for piece in pieces:
            stream.feed(piece)
        stream.finish()

    def translated() -> None:
        decoder = UPSTREAMS[upstream].decoder(way.upstream_plan)
        through(Translator(decoder, CLIENTS[client].encoder(way.client_plan)))

    def passed() -> None:
        through(FACES[upstream].scanner(own, NO_EDITS))

    return tuple(_best(run) / len(pieces) * 1e6 for run in (translated, passed))  # type: ignore[return-value]


def _request_ms(client: str, upstream: str) -> float:
    """Return the milliseconds that a request of a megabyte takes to be read and written."""
    request = ask(Turn("user", (Text(text=_MEGABYTE),)))
    given = envelope(client, UPSTREAMS[client].write_request(request, target(client)), request)

    def run() -> None:
        UPSTREAMS[upstream].write_request(CLIENTS[client].read_request(given)[0], target(upstream))

    return _best(run) * 1000


def main() -> int:
    """Measure every pair; return 0."""
    rows = []
    for client in CLIENTS:
        for upstream in CLIENTS:
            if client != upstream:
                translated, passed = _events(client, upstream)
                more = translated - passed
                size = _request_ms(client, upstream)
                rows.append(
                    [
                        f"{client}, {upstream}",
                        f"{translated:.1f}",
                        f"{passed:.1f}",
                        f"{more:.1f}",
                        f"{size:.1f}",
                    ]
                )
    head = ["client, upstream", "translated, us an event", "passed on, us", "more", "a request of 1 MB, ms"]
    text = (
        f"`python -m bench.translation` on {datetime.now(UTC):%Y-%m-%d}, in one process without sockets.\n\n"
    )
    text += table(head, rows)
    print(text)
    keep({"Translation": text})
    return 0


if __name__ == "__main__":
    sys.exit(main())
