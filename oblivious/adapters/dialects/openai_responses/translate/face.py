from oblivious.adapters.chat.parts import File, Image, Video
from oblivious.adapters.dialects.endpoint import OPENAI_RESPONSES
from oblivious.adapters.dialects.openai_responses.translate.answer_reader import read_response
from oblivious.adapters.dialects.openai_responses.translate.answer_writer import write_response
from oblivious.adapters.dialects.openai_responses.translate.decoder import ResponsesDecoder
from oblivious.adapters.dialects.openai_responses.translate.encoder import ResponsesEncoder
from oblivious.adapters.dialects.openai_responses.translate.request_reader import read_request
from oblivious.adapters.dialects.openai_responses.translate.request_writer import write_request
from oblivious.adapters.dialects.translate import TranslateFace

RESPONSES_TRANSLATION = TranslateFace(
    name=OPENAI_RESPONSES,
    fetches=frozenset({Image, File, Video}),
    read_request=read_request,
    write_request=write_request,
    read_response=read_response,
    write_response=write_response,
    decoder=ResponsesDecoder,
    encoder=ResponsesEncoder,
    keeps_state=True,
)
"""The Responses API to and from neutral chat."""
