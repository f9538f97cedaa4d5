"""How many inputs go into one request."""

from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.embeddings.request import EmbeddingRequest
from oblivious.contracts.errors import InvalidRequest


def place_of(request: EmbeddingRequest) -> str:
    """Return the member that holds the inputs, as the client calls it."""
    return ("content" if request.alone else "requests") if request.origin == GEMINI else "input"


def at_most(request: EmbeddingRequest, most: int, upstream: str) -> None:
    """Check that a request has no more inputs than its upstream takes at once.

    Raises:
        InvalidRequest: it has more.
    """
    found = len(request.inputs)
    if found > most:
        place = place_of(request)
        raise InvalidRequest(
            f"`{place}` has {found} inputs: the model is served through {upstream}, "
            f"which takes at most {most} at once",
            param=place,
        )
