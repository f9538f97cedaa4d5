from oblivious.adapters.chat.parts import Part
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.gemini.translate.answer_reader import read_response
from oblivious.adapters.dialects.gemini.translate.answer_writer import write_response
from oblivious.adapters.dialects.gemini.translate.decoder import GenerateDecoder
from oblivious.adapters.dialects.gemini.translate.encoder import GenerateEncoder
from oblivious.adapters.dialects.gemini.translate.media import OWN_URLS
from oblivious.adapters.dialects.gemini.translate.request_reader import read_request
from oblivious.adapters.dialects.gemini.translate.request_writer import write_request
from oblivious.adapters.dialects.translate import Decoder, Encoder, Outgoing, Target
from oblivious.contracts.errors import UpstreamError


class GeminiTranslation:
    """Gemini's contents, to and from neutral chat."""

    name = GEMINI
    fetches: frozenset[type[Part]] = frozenset()
    keeps_urls: tuple[str, ...] = OWN_URLS
    keeps_state = False

    def read_request(self, envelope: Envelope) -> tuple[ChatRequest, ClientPlan]:
        """Read what a client asks for."""
        return read_request(envelope)

    def write_request(self, request: ChatRequest, target: Target) -> Outgoing:
        """Write it for an upstream."""
        return write_request(request, target)

    def read_response(self, body: bytes, plan: UpstreamPlan) -> ChatResponse | UpstreamError:
        """Read an upstream's answer; never raises."""
        return read_response(body, plan)

    def write_response(self, response: ChatResponse, plan: ClientPlan) -> bytes:
        """Write it for a client."""
        return write_response(response, plan)

    def decoder(self, plan: UpstreamPlan) -> Decoder:
        """Return a fresh decoder."""
        return GenerateDecoder(plan)

    def encoder(self, plan: ClientPlan) -> Encoder:
        """Return a fresh encoder."""
        return GenerateEncoder(plan)
