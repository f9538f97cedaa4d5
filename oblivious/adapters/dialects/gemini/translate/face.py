from oblivious.adapters.dialects.endpoint import GEMINI
from oblivious.adapters.dialects.gemini.translate.answer_reader import read_response
from oblivious.adapters.dialects.gemini.translate.answer_writer import write_response
from oblivious.adapters.dialects.gemini.translate.decoder import GenerateDecoder
from oblivious.adapters.dialects.gemini.translate.encoder import GenerateEncoder
from oblivious.adapters.dialects.gemini.translate.media import OWN_URLS
from oblivious.adapters.dialects.gemini.translate.request_reader import read_request
from oblivious.adapters.dialects.gemini.translate.request_writer import write_request
from oblivious.adapters.dialects.translate import TranslateFace

GEMINI_TRANSLATION = TranslateFace(
    name=GEMINI,
    fetches=frozenset(),
    read_request=read_request,
    write_request=write_request,
    read_response=read_response,
    write_response=write_response,
    decoder=GenerateDecoder,
    encoder=GenerateEncoder,
    keeps_urls=OWN_URLS,
)
"""Gemini's contents to and from neutral chat."""
