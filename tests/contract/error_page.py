"""The page of errors: made from what the code really does with providers' own words.

python -m tests.contract.error_page    writes docs/errors.md
"""

import json
from collections.abc import Iterator
from pathlib import Path

from oblivious.adapters.registry import CLIENTS, FACES, UPSTREAMS
from oblivious.contracts.errors import Refused, UpstreamError
from tests.contract.vendor_errors import REFUSALS
from tests.contract.vendor_refusal import Leaf, Refusal, sent

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
_LONGEST = 60

_HEAD = """# What becomes of a provider's error

Made by `python -m tests.contract.error_page` from what the code does with errors in the providers' own words;
a test holds this page to it. What our codes mean is in the [user guide](user-guide.md#errors).

## What a client gets

Where its dialect is not the provider's. In the provider's own dialect a refusal of the request comes back as
it was written. *again*: `x-should-retry: false` is not sent, and the same request may succeed later.
"""

_PROVIDERS = """## What a provider says

By status, and the code, type or words that tell. *elsewhere*: another channel is asked before the client
hears of it. Vendors that are not listed and speak alike are read alike; where no word is known, the status
alone decides.
"""


def read(refusal: Refusal) -> UpstreamError:
    """Return what we take it for."""
    return UPSTREAMS[refusal.dialect].read_error(refusal.status, refusal.headers, sent(refusal))


def page() -> str:
    """Return the whole document."""
    return "\n".join([_HEAD, *_clients(), _PROVIDERS, *_refusals()])


def _leaves() -> list[Leaf]:
    found: list[Leaf] = [Refused, *(refusal.leaf for refusal in REFUSALS)]
    return list(dict.fromkeys(found))


def _clients() -> Iterator[str]:
    yield f"| ours | {' | '.join(CLIENTS)} | again |"
    yield f"| --- |{' --- |' * len(CLIENTS)} --- |"
    for leaf in _leaves():
        cells = [said(leaf, client) for client in CLIENTS]
        yield f"| `{leaf.code}` | {' | '.join(cells)} | {'yes' if leaf.retryable else 'no'} |"
    yield ""


def said(leaf: Leaf, client: str) -> str:
    """Return what a client gets: the status, and the words for programs."""
    rendered = FACES[client].error(leaf(""), "r1")
    error = json.loads(rendered.body)["error"]
    words = [error.get(name) for name in ("type", "code", "status")]
    return f"{rendered.status} " + " ".join(f"`{word}`" for word in words if isinstance(word, str))


def _refusals() -> Iterator[str]:
    yield "| provider | status | it says | ours | elsewhere |"
    yield "| --- | --: | --- | --- | --- |"
    for refusal in REFUSALS:
        error = read(refusal)
        key = refusal.key if len(refusal.key) <= _LONGEST else refusal.key[: _LONGEST - 3] + "..."
        told = f"`{key.replace('`', '')}` | `{error.code}` | {'yes' if error.elsewhere else 'no'}"
        yield f"| {refusal.provider} | {refusal.status} | {told} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page())
