from oblivious.adapters.chat.parts import Audio, File, Image, Video
from oblivious.adapters.dialects.anthropic.headers import VERSION
from oblivious.adapters.dialects.anthropic.translate.answer_reader import read_response
from oblivious.adapters.dialects.anthropic.translate.answer_writer import write_response
from oblivious.adapters.dialects.anthropic.translate.decoder import MessagesDecoder
from oblivious.adapters.dialects.anthropic.translate.encoder import MessagesEncoder
from oblivious.adapters.dialects.anthropic.translate.request_reader import read_request
from oblivious.adapters.dialects.anthropic.translate.request_writer import write_request
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.dialects.headers import USER_AGENT
from oblivious.adapters.dialects.translate import ClientFace, UpstreamFace

MESSAGES_CLIENT = ClientFace(
    name=ANTHROPIC,
    read_request=read_request,
    write_response=write_response,
    encoder=MessagesEncoder,
)

MESSAGES_UPSTREAM = UpstreamFace(
    name=ANTHROPIC,
    fetches=frozenset({Image, File, Audio, Video}),
    write_request=write_request,
    read_response=read_response,
    decoder=MessagesDecoder,
    read_error=read_error,
    always=[USER_AGENT, VERSION],
    one_choice=True,
)
