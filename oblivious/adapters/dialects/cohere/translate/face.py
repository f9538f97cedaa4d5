from oblivious.adapters.chat.parts import Audio, Image, Video
from oblivious.adapters.dialects.cohere.faults import read_fault
from oblivious.adapters.dialects.cohere.translate.answer_reader import read_response
from oblivious.adapters.dialects.cohere.translate.decoder import ChatDecoder
from oblivious.adapters.dialects.cohere.translate.request_writer import write_request
from oblivious.adapters.dialects.endpoint import COHERE
from oblivious.adapters.dialects.translate import UpstreamFace

COHERE_UPSTREAM = UpstreamFace(
    name=COHERE,
    fetches=frozenset({Image, Audio, Video}),
    write_request=write_request,
    read_response=read_response,
    decoder=ChatDecoder,
    read_error=read_fault,
    one_choice=True,
)
