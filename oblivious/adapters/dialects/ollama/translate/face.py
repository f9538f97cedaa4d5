from oblivious.adapters.chat.parts import Video
from oblivious.adapters.dialects.endpoint import OLLAMA
from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.dialects.ollama.translate.answer_reader import read_response
from oblivious.adapters.dialects.ollama.translate.decoder import OllamaDecoder
from oblivious.adapters.dialects.ollama.translate.request_writer import write_request
from oblivious.adapters.dialects.translate import UpstreamFace

OLLAMA_UPSTREAM = UpstreamFace(
    name=OLLAMA,
    fetches=frozenset({Video}),
    write_request=write_request,
    read_response=read_response,
    decoder=OllamaDecoder,
    read_error=read_error,
    one_choice=True,
)
