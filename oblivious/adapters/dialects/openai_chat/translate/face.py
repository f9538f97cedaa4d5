from oblivious.adapters.chat.parts import Image, Video
from oblivious.adapters.dialects.endpoint import OPENAI_CHAT
from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.dialects.openai_chat.translate.answer_reader import read_response
from oblivious.adapters.dialects.openai_chat.translate.answer_writer import write_response
from oblivious.adapters.dialects.openai_chat.translate.decoder import ChatDecoder
from oblivious.adapters.dialects.openai_chat.translate.encoder import ChatEncoder
from oblivious.adapters.dialects.openai_chat.translate.request_reader import read_request
from oblivious.adapters.dialects.openai_chat.translate.request_writer import write_request
from oblivious.adapters.dialects.translate import ClientFace, UpstreamFace

CHAT_CLIENT = ClientFace(
    name=OPENAI_CHAT,
    read_request=read_request,
    write_response=write_response,
    encoder=ChatEncoder,
)

CHAT_UPSTREAM = UpstreamFace(
    name=OPENAI_CHAT,
    fetches=frozenset({Image, Video}),
    write_request=write_request,
    read_response=read_response,
    decoder=ChatDecoder,
    read_error=read_error,
)
