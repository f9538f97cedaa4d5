"""By dialect: who plays its upstream."""

from functools import partial

from oblivious.adapters.chat.plan import ClientPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.dialects.endpoint import BEDROCK, COHERE, OLLAMA, Kind
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.translate import Outgoing
from oblivious.adapters.registry import CLIENTS, ENDPOINTS, FACES
from tests.contract.translation.peers.bedrock import BEDROCK_PEER
from tests.contract.translation.peers.cohere import COHERE_PEER
from tests.contract.translation.peers.ollama import OLLAMA_PEER
from tests.contract.translation.peers.peer import Peer


def envelope(dialect: str, out: Outgoing, request: ChatRequest) -> Envelope:
    """Read a written request as who receives it does."""
    face = FACES[dialect]
    endpoint = next(one for one in ENDPOINTS if one.kind is Kind.CHAT and one.dialect == dialect)
    return face.envelope_at(endpoint, out.body, request.model, stream=request.stream)


def _read(dialect: str, out: Outgoing, request: ChatRequest) -> tuple[ChatRequest, ClientPlan]:
    return CLIENTS[dialect].read_request(envelope(dialect, out, request))


PEERS: dict[str, Peer] = {
    **{
        face.name: Peer(partial(_read, face.name), face.write_response, face.encoder)
        for face in CLIENTS.values()
    },
    OLLAMA: OLLAMA_PEER,
    BEDROCK: BEDROCK_PEER,
    COHERE: COHERE_PEER,
}
"""Who has clients here is played by what it does for them; others have a module of their own."""
