from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.gemini.faults import read_error
from oblivious.adapters.dialects.gemini.translate.answer_reader import read_response
from oblivious.adapters.dialects.gemini.translate.answer_writer import write_response
from oblivious.adapters.dialects.gemini.translate.decoder import GenerateDecoder
from oblivious.adapters.dialects.gemini.translate.encoder import GenerateEncoder
from oblivious.adapters.dialects.gemini.translate.media import OWN_URLS
from oblivious.adapters.dialects.gemini.translate.request_reader import read_request
from oblivious.adapters.dialects.gemini.translate.request_writer import write_request
from oblivious.adapters.dialects.translate import ClientFace, UpstreamFace

GEMINI_CLIENT = ClientFace(
    name=GEMINI,
    read_request=read_request,
    write_response=write_response,
    encoder=GenerateEncoder,
)

GEMINI_UPSTREAM = UpstreamFace(
    name=GEMINI,
    fetches=frozenset(),
    write_request=write_request,
    read_response=read_response,
    decoder=GenerateDecoder,
    read_error=read_error,
    keeps_urls=OWN_URLS,
)
