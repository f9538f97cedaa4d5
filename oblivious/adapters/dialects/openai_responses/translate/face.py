from oblivious.adapters.chat.parts import File, Image, Video
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.dialects.openai_responses.translate.answer_reader import read_response
from oblivious.adapters.dialects.openai_responses.translate.answer_writer import write_response
from oblivious.adapters.dialects.openai_responses.translate.decoder import ResponsesDecoder
from oblivious.adapters.dialects.openai_responses.translate.encoder import ResponsesEncoder
from oblivious.adapters.dialects.openai_responses.translate.request_reader import read_request
from oblivious.adapters.dialects.openai_responses.translate.request_writer import write_request
from oblivious.adapters.dialects.translate import ClientFace, UpstreamFace

RESPONSES_CLIENT = ClientFace(
    name=OPENAI_RESPONSES,
    read_request=read_request,
    write_response=write_response,
    encoder=ResponsesEncoder,
)

RESPONSES_UPSTREAM = UpstreamFace(
    name=OPENAI_RESPONSES,
    fetches=frozenset({Image, File, Video}),
    write_request=write_request,
    read_response=read_response,
    decoder=ResponsesDecoder,
    read_error=read_error,
    keeps_state=True,
    one_choice=True,
)
