from oblivious.adapters.chat.parts import File, Image, Part, Video
from oblivious.adapters.chat.plan import ClientPlan, UpstreamPlan
from oblivious.adapters.chat.request import ChatRequest
from oblivious.adapters.chat.response import ChatResponse
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.face import Envelope
from oblivious.adapters.dialects.openai_responses.translate import (
    answer_reader,
    answer_writer,
    request_reader,
    request_writer,
)
from oblivious.adapters.dialects.openai_responses.translate.decoder import ResponsesDecoder
from oblivious.adapters.dialects.openai_responses.translate.encoder import ResponsesEncoder
from oblivious.adapters.dialects.translate import Decoder, Encoder, Outgoing, Target
from oblivious.contracts.errors import UpstreamError


class ResponsesTranslation:
    """The Responses API to and from neutral chat."""

    name = OPENAI_RESPONSES
    fetches: frozenset[type[Part]] = frozenset({Image, File, Video})
    keeps_urls: tuple[str, ...] = ()
    keeps_state = True

    def read_request(self, envelope: Envelope) -> tuple[ChatRequest, ClientPlan]:
        """See `TranslateFace.read_request`."""
        return request_reader.read_request(envelope)

    def write_request(self, request: ChatRequest, target: Target) -> Outgoing:
        """See `TranslateFace.write_request`."""
        return request_writer.write_request(request, target)

    def read_response(self, body: bytes, plan: UpstreamPlan) -> ChatResponse | UpstreamError:
        """See `TranslateFace.read_response`."""
        return answer_reader.read_response(body, plan)

    def write_response(self, response: ChatResponse, plan: ClientPlan) -> bytes:
        """See `TranslateFace.write_response`."""
        return answer_writer.write_response(response, plan)

    def decoder(self, plan: UpstreamPlan) -> Decoder:
        """See `TranslateFace.decoder`."""
        return ResponsesDecoder(plan)

    def encoder(self, plan: ClientPlan) -> Encoder:
        """See `TranslateFace.encoder`."""
        return ResponsesEncoder(plan)
