"""What a dialect does with each member of a request for embeddings: none is forgotten."""

from oblivious.adapters.chat.treatment import DROPPED, REFUSED, Treatments
from oblivious.adapters.embeddings.request import EmbeddingRequest
from oblivious.contracts.errors import InvalidRequest

TREATED = ("dimensions", "task", "title", "user")
"""Members that every table names; inputs, and the form of the vectors, are said everywhere."""


def left_out(request: EmbeddingRequest, treatments: Treatments, upstream: str) -> list[str]:
    """Return the names of what an upstream leaves out; a header of the answer tells them.

    Raises:
        InvalidRequest: something that was asked for cannot be had there.
    """
    given = [name for name in TREATED if getattr(request, name)]
    refused = next((name for name in given if treatments[name] is REFUSED), None)
    if refused is not None:
        raise InvalidRequest(
            f"`{refused}` cannot be had here: the model is served through {upstream}, which lacks it",
            param=refused,
        )
    return [name for name in given if treatments[name] is DROPPED] + list(request.extra)
