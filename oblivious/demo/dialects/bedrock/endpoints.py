"""Bedrock's endpoints: they name a model, and end with what is to be done."""

from oblivious.demo.behaviour import Behaviour
from oblivious.demo.dialects.bedrock import converse, count, embeddings, invoke
from oblivious.demo.dialects.bedrock.path import action_in, in_path
from oblivious.demo.dialects.bedrock.shape import BEDROCK
from oblivious.demo.dialects.bedrock.signature import signed_with
from oblivious.demo.endpoint import Endpoint
from oblivious.demo.mint import Mint
from oblivious.demo.reply import Failure, Refusal, Reply
from oblivious.demo.wire.request import Request

_HOME = "/model/"


def _unknown(request: Request, _behaviour: Behaviour, _mint: Mint) -> Reply:
    raise Refusal(Failure(404, f"There is no {request.method} {request.path}."))


_CONVERSE = Endpoint(BEDROCK, converse.reply, in_path, signed_with)
_INVOKE = Endpoint(BEDROCK, invoke.reply, in_path, signed_with)

ACTIONS: dict[str, Endpoint] = {
    "converse": _CONVERSE,
    "converse-stream": _CONVERSE,
    "count-tokens": Endpoint(BEDROCK, count.reply, in_path, signed_with),
    "invoke": _INVOKE,
    "invoke-with-response-stream": _INVOKE,
}

EMBEDDERS: dict[str, Endpoint] = {
    "titan-embed": Endpoint(BEDROCK, embeddings.titan, in_path, signed_with),
    "nova-2-multimodal-embed": Endpoint(BEDROCK, embeddings.nova, in_path, signed_with),
    "cohere.embed": Endpoint(BEDROCK, embeddings.cohere, in_path, signed_with),
}
"""By what the model's name holds: who answers `invoke` in words of their own."""

_NOWHERE = Endpoint(BEDROCK, _unknown, key=signed_with)


def means(request: Request) -> bool:
    """Tell whether a request is Bedrock's."""
    return request.path.startswith(_HOME)


def find(request: Request) -> Endpoint:
    """Return the endpoint of one of Bedrock's requests, one that refuses if there is none."""
    if request.method != "POST":
        return _NOWHERE
    action, model = action_in(request.path), in_path(request).model
    found = ACTIONS.get(action, _NOWHERE)
    if action == "invoke":
        return next((endpoint for name, endpoint in EMBEDDERS.items() if name in model), found)
    return found
