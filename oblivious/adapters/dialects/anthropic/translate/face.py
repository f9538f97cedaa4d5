from oblivious.adapters.chat.parts import Audio, File, Image, Video
from oblivious.adapters.dialects.anthropic.translate.answer_reader import read_response
from oblivious.adapters.dialects.anthropic.translate.answer_writer import write_response
from oblivious.adapters.dialects.anthropic.translate.decoder import MessagesDecoder
from oblivious.adapters.dialects.anthropic.translate.encoder import MessagesEncoder
from oblivious.adapters.dialects.anthropic.translate.request_reader import read_request
from oblivious.adapters.dialects.anthropic.translate.request_writer import write_request
from oblivious.adapters.dialects.endpoint import ANTHROPIC
from oblivious.adapters.dialects.translate import TranslateFace

MESSAGES_TRANSLATION = TranslateFace(
    name=ANTHROPIC,
    fetches=frozenset({Image, File, Audio, Video}),
    read_request=read_request,
    write_request=write_request,
    read_response=read_response,
    write_response=write_response,
    decoder=MessagesDecoder,
    encoder=MessagesEncoder,
)
"""Messages to and from neutral chat."""
