from oblivious.adapters.dialects.bedrock.translate.answer_reader import read_response
from oblivious.adapters.dialects.bedrock.translate.decoder import ConverseDecoder
from oblivious.adapters.dialects.bedrock.translate.media import S3
from oblivious.adapters.dialects.bedrock.translate.request_writer import write_request
from oblivious.adapters.dialects.endpoint import BEDROCK
from oblivious.adapters.dialects.faults import read_error
from oblivious.adapters.dialects.translate import UpstreamFace

CONVERSE_UPSTREAM = UpstreamFace(
    name=BEDROCK,
    fetches=frozenset(),
    write_request=write_request,
    read_response=read_response,
    decoder=ConverseDecoder,
    read_error=read_error,
    keeps_urls=(S3,),
    one_choice=True,
)
